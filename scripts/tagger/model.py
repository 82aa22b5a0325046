"""From weights to a model and what it finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from parknlp.names import NameTagger
from parknlp.names.context import list_hints
from parknlp.names.learned import AGAIN, GRAM_OFFSETS, LABELS, STATES, WIDTH, SequenceTagger, hint_marks
from parknlp.names.signals import Words, signals
from parknlp.text import Candidate, TextBatch

from . import fit
from .copies import copied
from .sources import Example

Array = npt.NDArray[Any]

SCALE = 1 / 40  # of the whole numbers as which weights are stored
SMALLEST = 0.5  # hints whose weights all round to 0 are left out
LEAST = 5  # n-grams whose weights all are smaller than this many times SCALE are left out
FACTS = {1: ("characters",), 2: ("classes2", "pairs"), 3: ("classes3",)}  # what is known of n-grams besides weights
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

    def with_copies(self, documents: Sequence[int], tagger: NameTagger) -> Task:
        """The same with copies of these documents, other names in place of theirs, appended."""
        copies = copied([self.examples[document] for document in documents])
        examples = [*self.examples, *copies]
        batch, alone = TextBatch([e.text for e in examples]), TextBatch([copy.text for copy in copies])
        offset = batch.starts[len(self.examples)] - alone.starts[0]
        hints = [h._replace(start=h.start + offset, end=h.end + offset) for h in tagger.find(alone)]
        return Task(examples, batch, [*self.hints, *hints], self.arrays, self.weighted)

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
    for order in GRAM_OFFSETS:
        prune(found, order)
    hints = whole(weights.hints)[:, 0]
    kept = np.flatnonzero(np.abs(weights.hints).max(1) >= SMALLEST * SCALE)
    found |= {"hints": hints[kept], "moves": np.rint(weights.moves / SCALE).astype(np.int32)}
    description = {"kind": "sequence-tagger", "labels": LABELS, "scale": SCALE, **meta}
    return found, description | {"hints": [features[index] for index in kept.tolist()]}


def prune(arrays: dict[str, Array], order: int) -> None:
    """Leave out the n-grams of an order whose weights all are small, unless a dictionary or a count speaks of them."""
    name = f"w:gram{order}"
    if name not in arrays:
        return
    strong = np.abs(arrays[name].astype(np.int16)).max((1, 2)) >= LEAST
    facts = [each for each in FACTS[order] if each in arrays]
    rows = np.arange(len(arrays[f"keys{order}"]) + 1)
    heavy = rows[1 : len(strong)][strong[1:]]
    light = np.setdiff1d(rows[1:], heavy)
    light = light[np.any([arrays[fact][light] > 0 for fact in facts], axis=0)]
    order_of_rows = np.concatenate([[0], heavy, light])
    arrays[name] = arrays[name][np.concatenate([[0], heavy])]
    arrays[f"keys{order}"] = arrays[f"keys{order}"][order_of_rows[1:] - 1]
    for fact in facts:
        arrays[fact] = arrays[fact][order_of_rows]


def first_look(task: Task, features: Sequence[str], weights: fit.Weights, documents: Sequence[int]) -> Array:
    """Scores of the first look at these documents in the positions of the whole batch, shape (positions, STATES)."""
    tagger = SequenceTagger(*describe(task.arrays, weights, features, PLAIN))
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
    marks = hint_marks(task.batch, list_hints(task.batch.text, first), AGAIN)
    return fit.Material(task.examples, task.batch, inside, marks, base=scores)


def by_document(batch: TextBatch, names: Sequence[Candidate]) -> list[list[Candidate]]:
    """The names of each document, in its own coordinates."""
    found: list[list[Candidate]] = [[] for _ in batch.starts]
    for name in names:
        document = batch.document_of(name.start)
        start = batch.starts[document]
        found[document].append(name._replace(start=name.start - start, end=name.end - start))
    return found
