"""The numbers of a batch, and what stands around them, in arrays with one entry a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .terms import Ints

if TYPE_CHECKING:
    from .reading import Sheet

REACH = 300  # so many characters of a sentence before and behind a number are looked at
NEAR = 80  # so many of a clause


class Numbers:
    """The numbers of a batch, thresholds apart.

    Attributes:
        span: their indices among the spans.
        start, end, document, sentence: where they stand; ``begin``, ``stop``: where the sentence starts and ends.
        dimension: an index of `DIMENSIONS`; ``unit_hash``: of the end of its unit; ``scale``: the same with how great it is;
            ``suffix``: the nouns for what it measures, as starts and ends in the pool.
        clause: where the clause starts: behind the last boundary.
        left: where the text between the last boundary or number and this one starts; ``right``: where the text behind it ends.
        first, last: the part of the sentence that is looked at.
        order: how many numbers of the same sentence stand before.
        before: index of the number before in the same sentence, or -1.
    """

    def __init__(self, sheet: Sheet, span: Ints, measured: Ints) -> None:
        self.span = span
        self.start, self.end = start, end = both = sheet.bounds[:, span]
        self.document = sheet.document[span]
        self.dimension, self.unit_hash, self.scale, self.suffix = *measured[:3], measured[3:]
        self.sentence = sheet.sentence_of(start)
        self.begin, self.stop = sheet.sentences[self.sentence], sheet.sentences[self.sentence + 1]
        self.first, self.last = np.maximum(self.begin, start - REACH), np.minimum(self.stop, end + REACH)
        edges = sheet.hard.searchsorted(both)
        self.clause = np.maximum(self.begin, sheet.clauses[edges[0] - 1])
        self.left = np.maximum(self.clause, start - NEAR)
        np.maximum(self.left[1:], end[:-1], out=self.left[1:])
        self.right = np.minimum(np.minimum(self.stop, sheet.hard[edges[1]]), end + NEAR)
        np.minimum(self.right[:-1], start[1:], out=self.right[:-1])
        at = np.arange(len(span))
        self.order = at - self.sentence.searchsorted(self.sentence)
        self.before = np.where(self.order > 0, at - 1, -1)

    def __len__(self) -> int:
        return len(self.span)
