"""When a statement may hold: the times before and behind its number, and those of the sentences before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .features import Features, atoms
from .placing import DRAFT, FAR, Candidates, Judge, Stated, boundaries

if TYPE_CHECKING:
    from .choices import Reader

# where a candidate stands
LEFT, CLAUSE, SENTENCE, AFTER, PREVIOUS, FIRST = range(6)
_TIMES = 4  # of the sentence before the number that are looked at


def period_candidates(reader: Reader, known: Stated) -> Candidates:
    """When each statement may hold."""
    numbers, sheet, at = reader.numbers, reader.sheet, known.number
    here, clause, left = numbers.start[at], numbers.clause[at], numbers.left[at]
    begin, mine = sheet.sentences[numbers.sentence[at]], numbers.document[at]
    times = sheet.times
    opening, closing, document = sheet.start[times], sheet.end[times], sheet.document[times]
    start_of, end_of = np.append(opening, len(sheet.codes)), np.append(closing, len(sheet.codes))  # the last is none
    first, middle = opening.searchsorted(np.maximum(begin, here - FAR)), opening.searchsorted(here)

    grid = np.empty((_TIMES + 3, len(at)), np.int64)
    where = np.empty(grid.shape, np.int64)
    near = middle - 1 - np.arange(_TIMES)[:, None]
    place = start_of[np.maximum(near, 0)]
    grid[:_TIMES] = np.where(near >= first, near, -1)
    where[:_TIMES] = np.where(place >= left, LEFT, np.where(place >= clause, CLAUSE, SENTENCE))
    behind = opening.searchsorted(numbers.end[at])
    grid[_TIMES] = np.where(end_of[behind] <= numbers.right[at], behind, -1)
    outside, start = opening.searchsorted(begin) - 1, document.searchsorted(mine)
    grid[_TIMES + 1] = np.where(outside >= start, outside, -1)
    grid[_TIMES + 2] = np.where(outside > start, start, -1)
    where[_TIMES:] = np.array([[AFTER], [PREVIOUS], [FIRST]])

    number, source = np.nonzero(grid.T >= 0)
    index, where = grid[source, number], where[source, number]
    start, end = start_of[index].astype(np.int64), end_of[index].astype(np.int64)
    codes, paragraphs = sheet.codes, reader.paragraphs
    shape = sheet.shape(start, np.minimum(end, start + 6))
    drafts = np.concatenate([known.table, atoms([np.minimum(middle - first, 4)])])
    table = np.concatenate(
        [
            drafts.take(number, axis=1),
            atoms(
                [
                    where,
                    shape,
                    sheet.shaped[end - 1],
                    codes[start - 1],
                    codes[end],
                    boundaries(reader, end, here[number]),
                    np.minimum(paragraphs[here[number]] - paragraphs[start], 3),
                ]
            ),
        ]
    )
    nothing = np.zeros(len(index), np.int64)
    return Candidates(number, start, end, nothing, sheet.plain_hash(start, end), table, table[:0], nothing, drafts)


_DRAFT = [*DRAFT, "inside"]
_CANDIDATE = [
    *_DRAFT,
    *"where shape ending before after bounds paragraph".split(),
]
JUDGE = Judge(
    Features(
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
    None,
    Features(_CANDIDATE, ("gap", "gap kind", "gap where"), 100),
    Features(_DRAFT, ("", "kind", "head", "tail", "lead", "task", "inside", "inside kind", "rule"), 120),
    Features(_DRAFT, ("gap", "gap kind"), 140),
    Features(_DRAFT, ("gap", "kind gap", "head", "inside gap", "tail", "rule gap", "new_line inside", "lead gap"), 160),
    None,
)
"""What is looked at to tell when a statement holds."""
