"""When a statement may hold: the times before and behind its number, and those of the sentences before."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np

from ..fold import codes_of
from .features import HALF, Atoms, Features
from .hashing import Hasher, noughts
from .placing import DRAFT, FAR, Candidates, Judge, Stated, boundaries, listed
from .reading import Sheet, cells, places_of
from .terms import Ints

if TYPE_CHECKING:
    from .choices import Reader

# where a candidate stands
LEFT, CLAUSE, SENTENCE, AFTER, PREVIOUS, FIRST = range(6)
_TIMES = 4  # of the sentence before the number that are looked at


def period_candidates(reader: Reader, known: Stated) -> Candidates:
    """When each statement may hold."""
    sheet, numbers, at = reader.sheet, reader.numbers, known.number
    times, here = sheet.times, numbers.start[at]
    opening = sheet.start[times]
    first = opening.searchsorted(np.maximum(numbers.begin[at], here - FAR))
    middle = opening.searchsorted(here)
    grid, where = _offered(reader, known, first, middle)
    number, source = places_of((grid >= 0).T)
    index, stands = cells(source, number, grid, where)
    here = here.take(number)
    start, end = sheet.bounds.take(times.take(index), axis=1)
    drafts = np.empty((len(_DRAFT), len(at)), np.uint32)
    drafts[:-1], drafts[-1] = known.table, np.minimum(middle - first, 4)
    table = np.empty((len(_CANDIDATE), len(index)), np.uint32)
    drafts.take(number, axis=1, out=table[: len(_DRAFT)], mode="clip")
    paragraphs = reader.paragraphs
    table[len(_DRAFT) :] = [
        stands,
        *_shapes(sheet, times).take(index, axis=1),
        sheet.codes.take(start - 1),
        sheet.codes.take(end),
        boundaries(reader, end, here),
        np.minimum(paragraphs.take(here) - paragraphs.take(start), 3),
    ]
    nothing, sure = np.zeros(len(index), np.int64), listed(reader, known, *sheet.bounds[:, times]).take(number) == index
    text = sheet.plain_hash(start, end)
    return Candidates(number, start, end, nothing, text, table, table[:0], nothing, drafts, sure)


def _offered(reader: Reader, known: Stated, first: Ints, middle: Ints) -> tuple[Ints, Ints]:
    """The times that each draft is offered, a row for each way to come by one, -1 for none; and where they stand.

    Those of other sentences are offered to the first draft of a sentence: the next ones have what it chose as that of the statement
    before.
    """
    numbers, sheet, at = reader.numbers, reader.sheet, known.number
    times = sheet.times
    grid, where = both = np.empty((2, _TIMES + 3, len(at)), np.int64)
    if not len(times):
        both[:] = -1
        return grid, where
    opening, closing, document = sheet.start[times], sheet.end[times], sheet.document[times]
    near = middle - _STEPS
    place = opening.take(near, mode="clip")
    grid[:_TIMES] = np.where(near >= first, near, -1)
    where[:_TIMES] = _INSIDE[(place >= numbers.clause[at]) + (place >= numbers.left[at]).astype(np.int64)]
    behind = opening.searchsorted(numbers.end[at])
    fits = (behind < len(times)) & (closing.take(behind, mode="clip") <= numbers.right[at])
    grid[_TIMES] = np.where(fits, behind, -1)
    outside, start = opening.searchsorted(numbers.begin[at]) - 1, document.searchsorted(numbers.document[at])
    grid[_TIMES + 1] = np.where(outside >= start, outside, -1)
    grid[_TIMES + 2] = np.where(outside > start, start, -1)
    grid[_TIMES + 1 :, known.gap == 0] = -1
    where[_TIMES:] = _OUTSIDE
    return grid, where


_STEPS = np.arange(1, _TIMES + 1)[:, None]
_INSIDE = np.array([SENTENCE, CLAUSE, LEFT])
_OUTSIDE = np.array([[AFTER], [PREVIOUS], [FIRST]])


def _shapes(sheet: Sheet, times: Ints) -> Atoms:
    """How each time begins and ends, whatever its digits; shape (2, times)."""
    text = sheet.text
    found = [_shape(text[start:end]) for start, end in sheet.bounds[:, times].T.tolist()]
    shapes: Atoms = np.array(found, np.uint32).reshape(-1, 2).T
    return shapes


def _shape(text: str) -> tuple[int, int]:
    return _opening(noughts(text[:_OPENING])), ord(noughts(text[-1]))


@functools.lru_cache(1 << 10)
def _opening(text: str) -> int:
    hashed = Hasher(codes_of(text))(np.array([0]), np.array([len(text)]))
    return int(hashed[0] >> HALF)


_OPENING = 6  # characters


_DRAFT = [*DRAFT, "inside"]
_CANDIDATE = [
    *_DRAFT,
    *"where shape ending before after bounds paragraph".split(),
]
JUDGE = Judge(
    plain=Features(
        _CANDIDATE,
        (
            "where",
            "where kind",
            "shape",
            "before where",
            "after where",
            "ending kind",
            "bounds where",
            "paragraph where",
            "rule where",
            "where gap",
            "bounds where shape",
        ),
        0,
    ),
    again=Features(_CANDIDATE, ("gap", "gap kind", "gap where"), 100),
    none=Features(_DRAFT, ("", "kind", "head", "tail", "lead", "task", "inside", "inside kind", "rule"), 120),
    none_again=Features(_DRAFT, ("gap", "gap kind"), 140),
    last=Features(
        _DRAFT, ("gap", "kind gap", "head", "inside gap", "tail", "rule gap", "new_line inside", "lead gap"), 160
    ),
)
"""What is looked at to tell when a statement holds."""
