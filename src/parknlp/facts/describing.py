"""Which of the indicators that the rules propose a number gets: the options of a batch and their features."""

from __future__ import annotations

import itertools
from functools import cache
from typing import NamedTuple

import numpy as np

from .features import Atoms, Features, Scores, Weights, atoms
from .naming import RULES
from .pieces import Bools, Piece, Pieces
from .reading import Sheet
from .terms import Ints

LEAST: int = -(1 << 30)


class Options(NamedTuple):
    """What the rules propose for the numbers, number by number.

    Attributes:
        number: index of the number.
        rule: index of the rule.
        start, end: the pieces that are joined, three at most; shape (3, options).
    """

    number: Ints
    rule: Ints
    start: Ints
    end: Ints


class _Plan(NamedTuple):
    """The rules as arrays.

    Attributes:
        names: the pieces that they use; one more stands for none.
        parts: for each rule and part the index of its piece; shape (rules, 3).
        pairs: neighbours among the pieces; ``joints``: for each rule the indices of its two pairs, -1 for none.
        needs: for each rule 1 where the own phrase must be there, 0 where it must not, -1 otherwise.
        family: for each rule the index of its family.
    """

    names: tuple[str, ...]
    parts: Ints
    pairs: Ints
    joints: Ints
    needs: Ints
    family: Ints


@cache
def _plan() -> _Plan:
    names = tuple(dict.fromkeys(name for rule in RULES for name in rule.pieces))
    index = {name: at for at, name in enumerate(names)}
    parts = np.full((len(RULES), 3), len(names))
    joints = np.full((len(RULES), 2), -1)
    pairs: dict[tuple[int, int], int] = {}
    for at, rule in enumerate(RULES):
        chosen = [index[name] for name in rule.pieces]
        parts[at, : len(chosen)] = chosen
        for place, pair in enumerate(itertools.pairwise(chosen)):
            joints[at, place] = pairs.setdefault(pair, len(pairs))
    needs = np.array([-1 if rule.needs is None else int(rule.needs) for rule in RULES])
    families = list(dict.fromkeys(rule.family for rule in RULES))
    family = np.array([families.index(rule.family) for rule in RULES])
    return _Plan(names, parts, np.array(list(pairs)).reshape(-1, 2), joints, needs[:, None], family[:, None])


def options(sheet: Sheet, pieces: Pieces, family: Ints) -> Options:
    """What the rules propose for the numbers of these families, -1 for none."""
    plan = _plan()
    of, nothing = pieces.of, np.zeros(len(family), np.int64)
    start = np.stack([*(of[name].start for name in plan.names), nothing])
    end = np.stack([*(of[name].end for name in plan.names), nothing])
    there = end > start
    there[-1] = True  # the piece that stands for none
    keep = plan.family == family
    keep &= (plan.needs < 0) | (plan.needs == there[plan.names.index("own")])
    for part in plan.parts.T:
        keep &= there[part]
    joined = np.ones((len(plan.pairs) + 1, len(family)), np.bool_)
    pair, at = np.nonzero(there[plan.pairs[:, 0]] & there[plan.pairs[:, 1]])
    one, other = plan.pairs[pair].T
    joined[pair, at] = ~_repeats(sheet, Piece(start[one, at], end[one, at]), Piece(start[other, at], end[other, at]))
    for joint in plan.joints.T:
        keep &= joined[joint]
    number, rule = np.nonzero(keep.T)
    parts = plan.parts[rule].T
    return Options(number, rule, start[parts, number], end[parts, number])


def _repeats(sheet: Sheet, one: Piece, other: Piece) -> Bools:
    """Whether the one ends in the other, or the other starts with the one, or both start at one place."""
    small = np.minimum(one.size, other.size)
    first = sheet.hash(other.start, other.start + small)
    last = sheet.hash(one.end - small, one.end)
    tail = (last == first) & (small > 1)
    head = (small == one.size) & ((first == last) | (last == sheet.hash(other.end - small, other.end)))
    end = (small == other.size) & (last == sheet.hash(other.end - small, other.end))
    found: Bools = tail | head | end | (one.start == other.start)
    return found


_AROUND = (
    "own base own_head base_head kind base_kind boundary between own_size tail tail1 lead lead2 unit noun action role previous_role "
    "has owned follows chinese quote named timed length lead_3 tail_5"
).split()
_RULE = (
    "",
    "own",
    "own base",
    "boundary between",
    "base_kind kind",
    "own_size kind",
    "tail",
    "tail1",
    "lead2",
    "unit",
    "own_head base_head",
    "has kind",
    "role kind",
    "previous_role kind",
    "owned follows",
)
_NONE = (
    "role",
    "kind role",
    "chinese kind",
    "chinese unit",
    "quote role",
    "named role",
    "timed role",
    "tail1 kind",
    "lead kind",
    "noun",
    "noun unit",
    "length unit",
    "action",
    "lead_3",
    "tail_5",
)
_LOOKS = "kind unit rule size two tail tail3 lead head join1 join2 end first before1 begin1 after1".split()
_TEXT = (
    "tail kind",
    "tail3",
    "lead",
    "rule size",
    "head kind",
    "tail unit",
    "head unit",
    "join1 join2 two",
    "end head",
    "first",
    "before1 begin1",
    "rule before1",
    "after1",
    "rule after1",
)


def rule_features() -> Features:
    """What speaks for a rule: what stands around the number."""
    return Features(_AROUND, _RULE, 0)


def none_features() -> Features:
    """What tells whether a number states anything at all."""
    return Features(_AROUND, _NONE, 100)


def text_features() -> Features:
    """How an indicator looks."""
    return Features(_LOOKS, _TEXT, 50)


def around(sheet: Sheet, pieces: Pieces, role: Ints) -> Atoms:
    """What stands around each number, as a table of atoms."""
    numbers, of, codes, two = sheet.numbers, pieces.of, sheet.codes, sheet.two
    own, base, head, noun = of["own"], of["base"], of["head"], of["noun"]
    start, end, before = numbers.start, numbers.end, numbers.before
    known = before >= 0
    gap = np.where(known, end[before], start)
    quotes = np.flatnonzero(codes == _QUOTE)
    own_size, headed = own.size, head.size > 0
    named, timed = (
        opening.searchsorted(numbers.first) < opening.searchsorted(numbers.last)
        for opening in (sheet.start[sheet.names], sheet.start[sheet.times])
    )
    own_there, noun_there, base_there = own_size > 0, noun.size > 0, base.size > 0
    table = [
        two[own.end - 2] * own_there,
        two[base.end - 2] * base_there,
        sheet.hash(head.start, head.end),
        sheet.hash(of["base-head"].start, of["base-head"].end),
        numbers.dimension,
        np.where(known, numbers.dimension[before], 9),
        np.where(numbers.clause > gap, codes[numbers.clause - 1], 1),
        np.where(known, codes[gap], 0),
        np.minimum(own_size, 12) // 2 * 2 + headed,
        two[start - 2],
        codes[start - 1],
        codes[end],
        two[end],
        numbers.unit_hash,
        two[noun.end - 2] * noun_there,
        sheet.hash(of["action"].start, of["action"].end),
        role,
        np.where(known, role[before], 15),
        own_there * 8 + noun_there * 4 + base_there * 2 + (of["action"].size > 0),
        pieces.owned,
        pieces.follows,
        _chinese()[np.minimum(sheet.plain[start], 0xFFFF)],
        quotes.searchsorted(np.maximum(numbers.first, start - 12)) < quotes.searchsorted(start),
        named,
        timed,
        end - start,
        two[end + 3],
        two[start - 7],
    ]
    return atoms(table)


_QUOTE = ord("“")


@cache
def _chinese() -> Bools:
    found = np.zeros(0x10000, np.bool_)
    found[[ord(character) for character in "一二两三四五六七八九十几数半百千万"]] = True
    return found


def looks(sheet: Sheet, pieces: Pieces, table: Atoms, found: Options) -> Atoms:
    """How each option looks, as a table of atoms."""
    start, end, codes, two = found.start, found.end, sheet.codes, sheet.two
    sizes = end - start
    more, most = sizes[1] > 0, sizes[2] > 0
    first_start, first_end = start[0], end[0]
    last_start = np.where(most, start[2], np.where(more, start[1], first_start))
    last_end = np.where(most, end[2], np.where(more, end[1], first_end))
    length = pieces.marks.head_end[last_end]
    length = np.where(length <= last_end - last_start, length, 0)
    return atoms(
        [
            *table[[_AROUND.index(name) for name in ("kind", "unit")]].take(found.number, axis=1),
            found.rule,
            np.minimum(sizes.sum(axis=0), 24) // 2,
            more,
            two[last_end - 2],
            sheet.three[last_end - 3],
            two[first_start],
            sheet.hash(last_end - length, last_end),
            codes[first_end - 1],
            codes[start[1]],
            two[first_end - 2],
            sheet.hash(first_start, first_end),
            codes[first_start - 1],
            codes[first_start],
            codes[last_end],
        ]
    )


class Spelling:
    """The characters of indicators, and their pairs of neighbours, as features."""

    SINGLE, PAIR = 200, 201

    def __init__(self, sheet: Sheet) -> None:
        self.tables = [
            Features(("code",), ("code",), number).slots(column[None])[0]
            for number, column in ((self.SINGLE, sheet.codes), (self.PAIR, sheet.two))
        ]

    def score(self, found: Options, weights: Weights) -> Scores:
        """Sum of the weights of the characters, and of the pairs within each piece."""
        total = np.zeros(len(found.number), np.int32)
        for less, column in enumerate(self.tables):
            sums = np.zeros(len(column) + 1, np.int32)
            weights.take(column).cumsum(dtype=np.int32, out=sums[1:])
            part = sums.take(np.maximum(found.end - less, found.start)) - sums.take(found.start)
            total += part.sum(axis=0, dtype=np.int32)
        return total
