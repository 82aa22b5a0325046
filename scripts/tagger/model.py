"""From weights to a model and what it finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from parknlp.names.context import context
from parknlp.names.learned import AGAIN, LABELS, STATES, WIDTH, SequenceTagger, hint_marks
from parknlp.names.signals import Words, signals
from parknlp.text import Candidate, TextBatch

from . import fit
from .sources import Example

Array = npt.NDArray[Any]

SCALE = 1 / 40  # of the whole numbers as which weights are stored
SMALLEST = 0.5  # hints whose weights all round to 0 are left out
PLAIN = {"calibration": [[0.0, 0.0], [1.0, 1.0]]}


@dataclass(frozen=True)
class Task:
    """Annotated texts with what rules say about them, and the tables that do not depend on the annotation."""

    examples: Sequence[Example]
    batch: TextBatch
    hints: Sequence[Candidate]
    arrays: Mapping[str, Array]
    weighted: dict[int, int]

    def material(self) -> fit.Material:
        """What the first look is learned from."""
        found = signals(self.batch, Words(self.arrays))
        marks = hint_marks(self.batch, self.hints)
        return fit.Material(self.examples, self.batch, found.inside, marks, fit.channels_of(found, self.weighted))

    def part(self, documents: Sequence[int]) -> tuple[TextBatch, list[Candidate]]:
        """Some of the documents as a batch of their own, with their hints."""
        batch = TextBatch([self.examples[document].text for document in documents])
        offset = {d: batch.starts[index] - self.batch.starts[d] for index, d in enumerate(documents)}
        owners = [self.batch.document_of(hint.start) for hint in self.hints]
        moved = [
            hint._replace(start=hint.start + offset[owner], end=hint.end + offset[owner])
            for hint, owner in zip(self.hints, owners, strict=True)
            if owner in offset
        ]
        return batch, moved


def whole(weights: Array) -> Array:
    """Weights as whole numbers, WIDTH to a row."""
    table = weights.reshape(len(weights), -1, STATES)
    padded = np.zeros((*table.shape[:2], WIDTH), np.int16)
    padded[:, :, :STATES] = np.rint(table / SCALE)
    return padded


def describe(
    arrays: Mapping[str, Array], weights: fit.Weights, features: Sequence[str], meta: Mapping[str, Any]
) -> tuple[dict[str, Array], dict[str, Any]]:
    """The model as arrays and description."""
    found = dict(arrays)
    for name, table in weights.channels.items():
        found[f"w:{name}"] = whole(table).clip(-127, 127).astype(np.int8)
    hints = whole(weights.hints)[:, 0]
    kept = np.flatnonzero(np.abs(weights.hints).max(1) >= SMALLEST * SCALE)
    found |= {"hints": hints[kept], "moves": np.rint(weights.moves / SCALE).astype(np.int32)}
    description = {"kind": "sequence-tagger", "labels": LABELS, "scale": SCALE, **meta}
    return found, description | {"hints": [features[index] for index in kept.tolist()]}


def first_look(task: Task, material: fit.Material, weights: fit.Weights, documents: Sequence[int]) -> Array:
    """Scores of the first look at these documents in the positions of the whole batch, shape (positions, STATES)."""
    tagger = SequenceTagger(*describe(task.arrays, weights, material.features, PLAIN))
    batch, hints = task.part(documents)
    emissions, _ = tagger.look(batch, hints)
    scores = np.zeros((len(task.batch.codes), STATES), np.float32)
    for index, document in enumerate(documents):
        here = slice(task.batch.starts[document] - fit.PAD, task.batch.ends[document] + fit.PAD)
        there = slice(batch.starts[index] - fit.PAD, batch.ends[index] + fit.PAD)
        scores[here] = emissions[:, there].T * SCALE
    return scores


def names(task: Task, weights: fit.Weights, scores: Array, inside: Array) -> list[Candidate]:
    """The best names given the scores of the states; of the weights only the moves count."""
    tagger = SequenceTagger(*describe(task.arrays, weights, [""] * len(weights.hints), PLAIN))
    return tagger.names(np.rint(scores.T / SCALE).astype(np.int32), inside)


def second_look(task: Task, first: Sequence[Candidate], inside: Array, scores: Array) -> fit.Material:
    """What the second look is learned from, given the names and the scores of the first."""
    marks = hint_marks(task.batch, context(task.batch, first), AGAIN)
    return fit.Material(task.examples, task.batch, inside, marks, base=scores)


def by_document(batch: TextBatch, names: Sequence[Candidate]) -> list[list[Candidate]]:
    """The names of each document, in its own coordinates."""
    found: list[list[Candidate]] = [[] for _ in batch.starts]
    for name in names:
        document = batch.document_of(name.start)
        start = batch.starts[document]
        found[document].append(name._replace(start=name.start - start, end=name.end - start))
    return found
