"""Who a statement may be about: the mentions before and behind its number, and those of the sentences before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .features import Features, atoms
from .mentions import (
    COMPANY_SORT,
    GENERAL,
    INSTITUTION_SORT,
    MENTION,
    PARK_SORT,
    PLACE,
    Mentions,
    mention_features,
)
from .pieces import Piece
from .placing import DRAFT, Candidates, Judge, Stated, boundaries

if TYPE_CHECKING:
    from .choices import Reader

# where a candidate stands
CLAUSE, SENTENCE, AFTER, OWN, OPENING, PREVIOUS_OPENING, LEFT = range(7)
PREVIOUS, PREVIOUS_COMPANY, PREVIOUS_PARK, PREVIOUS_PLACE, PREVIOUS_GENERAL, PARAGRAPH, FIRST, FIRST_PLACE, MAIN = (
    range(7, 16)
)

_BEFORE = 8  # mentions of the sentence before the number that are looked at
_BEHIND = 3
_REACH = 200  # characters behind the number
_NAMES = (COMPANY_SORT, PARK_SORT, INSTITUTION_SORT)
_BACK = (_NAMES, (COMPANY_SORT,), (PARK_SORT,), (PLACE,), (GENERAL,))
_AHEAD = (_NAMES, (PLACE,))
_ORDER = np.array([*range(_BEFORE), *range(_BEHIND), *([9] * 13)], np.int64)


def subject_candidates(reader: Reader, known: Stated) -> Candidates:
    """Who each statement may be about."""
    numbers, sheet, at = reader.numbers, reader.sheet, known.number
    here, clause, sentence, left = numbers.start[at], numbers.clause[at], numbers.sentence[at], numbers.left[at]
    own, head = reader.pieces.of["own"], reader.pieces.of["head"]
    phrase = Piece(own.start[at], own.end[at])
    rest = Piece(phrase.start, np.where(head.size[at] > 0, head.start[at], phrase.start))
    m = Mentions(sheet, reader.marks, sentence, phrase, rest)
    begin, stop, document = sheet.sentences[sentence], sheet.sentence_end(sentence), numbers.document[at]
    start_of_document = sheet.begin_of_document[document]
    opening = m.start[: m.count]
    first, middle = opening.searchsorted(begin), opening.searchsorted(here)
    last = opening.searchsorted(np.minimum(stop, here + _REACH))

    grid = np.empty((len(_ORDER), len(at)), np.int64)
    where = np.empty(grid.shape, np.int64)
    near = middle - 1 - np.arange(_BEFORE)[:, None]
    place = m.start[np.maximum(near, 0)]
    grid[:_BEFORE] = np.where(near >= first, near, -1)
    where[:_BEFORE] = np.where(place >= left, LEFT, np.where(place >= clause, CLAUSE, SENTENCE))
    row = _BEFORE + _BEHIND
    behind = middle + np.arange(_BEHIND)[:, None]
    sort = m.sort[np.minimum(behind, m.count)]
    grid[_BEFORE:row] = np.where((behind < last) & (sort != GENERAL) & (sort != PLACE), behind, -1)
    where[_BEFORE:row] = AFTER
    previous = np.maximum(sentence - 1, 0)
    grid[row] = m.opening[sentence]
    grid[row + 1] = np.where(sheet.sentences[previous] >= start_of_document, m.opening[previous], -1)
    earlier = m.before(*_BACK)
    back = earlier[:, first]
    back = np.where(m.start[back] >= start_of_document, back, -1)
    back[1:3][back[1:3] == back[0]] = -1  # the same again
    grid[row + 2 : row + 7] = back
    ahead = m.behind(*_AHEAD)
    paragraph = np.maximum(sheet.line_start[begin], start_of_document)
    for offset, kind, place in ((7, 0, paragraph), (8, 0, start_of_document), (9, 1, start_of_document)):
        found = ahead[kind, opening.searchsorted(place)]
        grid[row + offset] = np.where(found < first, found, -1)
    grid[row + 8][grid[row + 8] == grid[row + 7]] = -1
    main = m.main[document]
    grid[row + 10] = np.where((main == grid[row + 7]) | (main == grid[row + 8]), -1, main)
    draft = np.arange(len(at), dtype=np.int64)
    named = sheet.words.starting("goal")[phrase.start] == 0  # 预计新增 names nobody
    grid[row + 11] = np.where(named & (phrase.size > 0), m.own + draft, -1)
    grid[row + 12] = np.where(named & (rest.size > 1), m.rest + draft, -1)
    where[row:] = _WHERE[:, None]

    number, source = np.nonzero(grid.T >= 0)
    mention, where = grid[source, number], where[source, number]
    start, end = m.start[mention], m.end[mention]
    general = earlier[4, middle]
    refers = np.where(general >= first, m.table[MENTION.index("kind"), general], 0)
    names = np.zeros(m.count + 1, np.int64)
    np.isin(m.sort[: m.count], _NAMES).cumsum(out=names[1:])
    named = np.minimum(3, names[middle] - names[first])
    newer = np.where(known.gap == 0, np.minimum(3, middle - np.append(middle[:1], opening.searchsorted(here[:-1]))), 5)
    size = np.minimum(3, np.bincount(number, minlength=len(at)))
    drafts = np.concatenate([known.table, atoms([refers, named, size, np.minimum(middle - first, 3), newer])])
    table = np.concatenate(
        [
            drafts.take(number, axis=1),
            m.table[:2].take(mention, axis=1),
            atoms(
                [
                    where,
                    _ORDER[source],
                    boundaries(reader, end, here[number]),
                    (start == clause[number]) * 1 + (start == begin[number]) * 2,
                ]
            ),
        ]
    )
    return Candidates(number, start, end, m.sort[mention], m.text[mention], table, m.table, mention, drafts)


_WHERE = np.array(
    [
        OPENING,
        PREVIOUS_OPENING,
        PREVIOUS,
        PREVIOUS_COMPANY,
        PREVIOUS_PARK,
        PREVIOUS_PLACE,
        PREVIOUS_GENERAL,
        PARAGRAPH,
        FIRST,
        FIRST_PLACE,
        MAIN,
        OWN,
        OWN,
    ],
    np.int64,
)
_DRAFT = [*DRAFT, "refers", "named", "size", "inside", "newer"]
_CANDIDATE = [*_DRAFT, "what", "sort", "where", "order", "bounds", "opens"]
JUDGE = Judge(
    Features(
        _CANDIDATE,
        (
            "order where",
            "what head",
            "sort rule",
            "bounds where",
            "bounds sort",
            "refers where sort",
            "named where sort",
            "sort head",
            "sort where kind",
            "opens sort where",
            "sort where gap",
        ),
        0,
    ),
    mention_features(50),
    Features(_CANDIDATE, ("gap", "gap sort where"), 100),
    Features(_DRAFT, ("", "task", "size", "head", "lead", "refers", "named", "kind"), 120),
    Features(_DRAFT, ("gap",), 140),
    Features(
        _DRAFT,
        (
            "gap",
            "task gap",
            "head",
            "rule",
            "refers gap",
            "named gap",
            "inside gap",
            "new_line gap",
            "newer gap",
        ),
        160,
    ),
    Features(_DRAFT, ("gap", "refers", "named gap", "head", "new_line named"), 180),
)
"""What is looked at to tell who a statement is about."""
