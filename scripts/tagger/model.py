"""From weights to a model and what it finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from parknlp.names import NameTagger
from parknlp.names.hints import LABELS, PLACES, SCORES, merged
from parknlp.names.learned import SequenceTagger
from parknlp.names.resolve import resolve
from parknlp.names.signals import Words, signals
from parknlp.names.weights import WEIGHTED
from parknlp.quantity import QuantityTagger
from parknlp.text import Candidate, TextBatch

from . import fit
from .copies import copied
from .sources import Example

Array = npt.NDArray[Any]

SCALE = 1 / 40  # of the whole numbers as which weights are stored
SMALLEST = 0.5  # hints whose weights all round to 0 are left out
LEAST = 3  # n-grams whose weights all are smaller than this many times SCALE are left out
Features = Sequence[tuple[str, str]]
"""What the columns of the hints' weights stand for: a feature, and the place in a hint."""

LEAN = (0, 15, 15)
"""What is added to the scores of the labels' beginnings, since a missed name costs as much as a wrong one, but the CRF misses more."""

PLAIN = {"calibration": [[0.0, 0.0], [1.0, 1.0]]}


def proposed(batch: TextBatch) -> list[Candidate]:
    """What the rules of the package tell the tagger, as in the pipeline."""
    return NameTagger().propose(batch, QuantityTagger().find(batch, [None] * len(batch)))


FACTS = {1: (), 2: ("classes2", "coarse"), 3: ("classes3",)}  # what is known of n-grams besides their codes


@dataclass(frozen=True)
class Task:
    """Annotated texts with what rules say about them, and the tables that do not depend on the annotation."""

    examples: Sequence[Example]
    batch: TextBatch
    hints: Sequence[Candidate]
    arrays: Mapping[str, Array]
    weighted: Mapping[int, int]

    def material(self) -> fit.Material:
        """What is learned from."""
        words = Words(self.arrays)
        found = signals(self.batch, words)
        channels = fit.channels_of(found, words, self.weighted)
        return fit.Material(self.examples, self.batch, found.inside, merged(self.batch, self.hints), channels)

    def with_copies(self, documents: Sequence[int]) -> Task:
        """The same with copies of these documents, other names in place of theirs, appended."""
        copies = copied([self.examples[document] for document in documents])
        examples = [*self.examples, *copies]
        batch, alone = TextBatch([e.text for e in examples]), TextBatch([copy.text for copy in copies])
        offset = batch.starts[len(self.examples)] - alone.starts[0]
        hints = [h._replace(start=h.start + offset, end=h.end + offset) for h in proposed(alone)]
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
    """Weights as small whole numbers, shape (rows, offsets, SCORES)."""
    table: Array = np.rint(weights.reshape(len(weights), -1, SCORES) / SCALE).clip(-127, 127).astype(np.int8)
    return table


def describe(
    arrays: Mapping[str, Array],
    weights: fit.Weights,
    features: Features,
    meta: Mapping[str, Any] = PLAIN,
    lean: Sequence[int] = LEAN,
) -> tuple[dict[str, Array], dict[str, Any]]:
    """The model as arrays and description."""
    found = dict(arrays) | {f"w:{name}": whole(table) for name, table in weights.channels.items()}
    for order in WEIGHTED:
        prune(found, order)
    kept = np.flatnonzero(np.abs(weights.hints).max(1) >= SMALLEST * SCALE)
    names = sorted({features[index][0] for index in kept})
    row = {name: index for index, name in enumerate(names)}
    hints = np.zeros((len(names), len(PLACES), SCORES), np.int16)
    for index in kept:
        name, place = features[index]
        hints[row[name], PLACES.index(place)] = np.rint(weights.hints[index] / SCALE)
    found |= {"hints": hints, "bonus": bonus(weights.moves, lean)}
    codes = [name for name in weights.channels if not name.startswith(("gram", "code"))]
    description = {"kind": "sequence-tagger", "labels": LABELS, "scale": SCALE, **meta}
    return found, description | {"codes": codes, "hints": names}


def bonus(moves: Array, lean: Sequence[int]) -> Array:
    """What is added to the score of a name that begins, and to that of one that goes on, for each label."""
    leave, stay = moves
    begin, inner = stay[1::2] + leave[2::2] - stay[2::2] - leave[0], stay[2::2] - leave[0]
    begin = begin + np.array(lean) * SCALE
    return np.rint(np.stack([begin, inner], 1).ravel() / SCALE).astype(np.int32)


def prune(arrays: dict[str, Array], order: int) -> None:
    """Leave out the n-grams of an order whose weights all are small, unless a dictionary or a count speaks of them."""
    name = f"w:gram{order}"
    facts = [each for each in arrays if each in FACTS[order] or each.startswith(f"code{order}:")]
    strong = np.abs(arrays[name].astype(np.int16)).max((1, 2)) >= LEAST
    rows = np.arange(len(arrays[f"keys{order}"]) + 1)
    heavy = rows[1 : len(strong)][strong[1:]]
    light = np.setdiff1d(rows[1:], heavy)
    light = light[np.any([arrays[fact][light] > 0 for fact in facts], axis=0)]
    order_of_rows = np.concatenate([[0], heavy, light])
    arrays[name] = arrays[name][np.concatenate([[0], heavy])]
    arrays[f"keys{order}"] = arrays[f"keys{order}"][order_of_rows[1:] - 1]
    for fact in facts:
        arrays[fact] = arrays[fact][order_of_rows]


def names(task: Task, tagger: SequenceTagger, documents: Sequence[int]) -> dict[int, list[Candidate]]:
    """The names that a tagger finds in these documents, each in its own coordinates."""
    batch, hints = task.part(documents)
    return _by_document(batch, tagger.find(batch, hints), documents)


def piped(task: Task, tagger: SequenceTagger, documents: Sequence[int]) -> dict[int, list[Candidate]]:
    """The names that the pipeline finds with a tagger."""
    batch = TextBatch([task.examples[document].text for document in documents])
    quantities = QuantityTagger().find(batch, [None] * len(batch))
    found = resolve([*quantities, *NameTagger((), tagger).find(batch, quantities)])
    return _by_document(batch, [name for name in found if name.label in LABELS], documents)


def _by_document(batch: TextBatch, names: Sequence[Candidate], documents: Sequence[int]) -> dict[int, list[Candidate]]:
    found: dict[int, list[Candidate]] = {document: [] for document in documents}
    for name in names:
        index = batch.document_of(name.start)
        start = batch.starts[index]
        found[documents[index]].append(name._replace(start=name.start - start, end=name.end - start))
    return found
