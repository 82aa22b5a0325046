"""Which of the indicators that the rules propose a number gets: the options of a batch and their features."""

from __future__ import annotations

import itertools
from functools import cache
from typing import NamedTuple

import numpy as np

from .features import HALF, Atoms, Features, Scores, Weights
from .naming import FAMILIES, RULES
from .pieces import NAMES, ROW, Pieces
from .reading import Sheet, cells, places_of
from .signs import QUOTE
from .terms import Bools, Ints, ending, flags_of


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
    """The rules as bits: what a rule asks of a number.

    Attributes:
        parts: for each rule the rows of its pieces, that of none where it has fewer than three; shape (3, rules).
        needs: for each rule its pieces, its family and whether the own phrase must be missing.
        pairs: rows of neighbours within the rules of a family, shape (2, pairs); ``asks``: the needs of each pair.
        joints: for each rule its pairs.
    """

    parts: Ints
    needs: Ints
    pairs: Ints
    asks: Ints
    joints: Ints


_BITS: Ints = 1 << np.arange(62)
_NARROW: Ints = _BITS[:31].astype(np.int32)  # for what is compared in large tables
_NO_OWN = 1 << len(NAMES)
# the last is that of no family
_FAMILIES: Ints = np.append(_NARROW[: len(FAMILIES)] << np.int32(len(NAMES) + 1), np.int32(0))


@cache
def _plan() -> _Plan:
    parts = np.full((len(RULES), 3), ROW["none"])
    needs, joints = np.zeros(len(RULES), np.int32), np.zeros(len(RULES), np.int64)
    pairs: dict[tuple[int, int, int], int] = {}
    for at, rule in enumerate(RULES):
        rows = [ROW[name] for name in rule.pieces]
        parts[at, : len(rows)] = rows
        family = int(_FAMILIES[FAMILIES.index(rule.family)])
        asked = {*rows, ROW["own"]} if rule.needs else set(rows)
        needs[at] = family | sum(1 << row for row in asked) | (_NO_OWN if rule.needs is False else 0)
        for one, other in itertools.pairwise(rows):
            joints[at] |= 1 << pairs.setdefault((one, other, family), len(pairs))
    asks = np.array([1 << one | 1 << other | family for one, other, family in pairs], np.int32)
    return _Plan(parts.T.copy(), needs, np.array([pair[:2] for pair in pairs]).T, asks, joints)


def options(sheet: Sheet, pieces: Pieces, family: Ints) -> Options:
    """What the rules propose for the numbers of these families, -1 for none."""
    plan = _plan()
    there = pieces.end > pieces.start
    known = _NARROW[: len(there)] @ there
    known |= _FAMILIES[family]
    known |= _NO_OWN * ~there[ROW["own"]]
    pair, at = places_of((known & plan.asks[:, None]) == plan.asks[:, None])
    both = plan.pairs.take(pair, axis=1)
    joined = np.zeros((len(plan.asks), len(family)), np.bool_)
    joined[pair, at] = ~_repeats(sheet, *cells(both, at, pieces.start, pieces.end))
    joints = _BITS[: len(joined)] @ joined
    number, rule = places_of((known[:, None] & plan.needs) == plan.needs)
    asked = plan.joints.take(rule)
    keep = (joints.take(number) & asked) == asked
    number, rule = number[keep], rule[keep]
    parts = plan.parts.take(rule, axis=1)
    return Options(number, rule, *cells(parts, number, pieces.start, pieces.end))


def _repeats(sheet: Sheet, start: Ints, end: Ints) -> Bools:
    """Whether the first piece ends in the second, or the second starts with the first, or both start at one place."""
    one, other = end - start
    small = np.minimum(one, other)
    begin = np.array([start[1], end[0] - small, end[1] - small])
    first, last, tail = sheet.hash(begin, begin + small)
    found: Bools = (last == first) & ((small > 1) | (small == one))
    found |= (last == tail) & ((small == one) | (small == other))
    found |= start[0] == start[1]
    return found


_AROUND = (
    "own base noun tail lead2 lead_3 tail_5 boundary between tail1 lead action own_head base_head kind base_kind own_size unit role "
    "previous_role has owned follows chinese quote named timed length"
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
_LOOKS = "tail lead end join1 join2 before1 begin1 after1 tail3 head first kind unit rule size two".split()
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
    numbers = sheet.numbers
    start, end, before = numbers.start, numbers.end, numbers.before
    known = before >= 0
    gap = np.where(known, end[before], start)
    there = pieces.end > pieces.start
    own, base, noun, action = (there[ROW[name]] for name in ("own", "base", "noun", "action"))
    own_end, base_end, noun_end = (pieces.end[ROW[name]] for name in ("own", "base", "noun"))
    table = np.empty((len(_AROUND), len(start)), np.uint32)
    pairs = np.array([own_end - 2, base_end - 2, noun_end - 2, start - 2, end, end + 3, start - 7])
    sheet.two.take(pairs, out=table[:7], mode="clip")
    for row, known_of in enumerate((own, base, noun)):
        table[row] *= known_of
    sheet.codes.take(np.array([numbers.clause - 1, gap, start - 1, end]), out=table[7:11], mode="clip")
    table[7] = np.where(numbers.clause > gap, table[7], 1)
    table[8] *= known
    heads = slice(ROW["action"], ROW["base-head"] + 1)
    table[11:14] = sheet.hash(pieces.start[heads], pieces.end[heads]) >> HALF
    table[14:] = [
        numbers.dimension,
        np.where(known, numbers.dimension[before], 9),
        np.minimum(own_end - pieces.start[ROW["own"]], 12) // 2 * 2 + there[ROW["head"]],
        numbers.unit_hash,
        role,
        np.where(known, role[before], 15),
        own * 8 + noun * 4 + base * 2 + action,
        pieces.owned,
        pieces.follows,
        _CHINESE.take(sheet.plain.take(start), mode="clip"),
        _any((sheet.codes == QUOTE).nonzero()[0], np.maximum(numbers.first, start - 12), start),
        _any(sheet.start[sheet.names], numbers.first, numbers.last),
        _any(sheet.start[sheet.times], numbers.first, numbers.last),
        end - start,
    ]
    return table


def _any(places: Ints, start: Ints, end: Ints) -> Bools:
    """Whether any of the places lies between."""
    found: Bools = places.searchsorted(start) < places.searchsorted(end)
    return found


_CHINESE = flags_of("一二两三四五六七八九十几数半百千万")


def looks(sheet: Sheet, table: Atoms, found: Options) -> Atoms:
    """How each option looks, as a table of atoms."""
    start, end = found.start, found.end
    sizes = end - start
    more, most = sizes[1] > 0, sizes[2] > 0
    last_start = np.where(most, start[2], np.where(more, start[1], start[0]))
    last_end = np.where(most, end[2], np.where(more, end[1], end[0]))
    length = ending("amount", "count").take(sheet.words.end.take(last_end))
    length *= length <= last_end - last_start
    atoms = np.empty((len(_LOOKS), len(found.number)), np.uint32)
    sheet.two.take(np.array([last_end - 2, start[0], end[0] - 2]), out=atoms[:3], mode="clip")
    places = np.array([end[0] - 1, start[1], start[0] - 1, start[0], last_end])
    sheet.codes.take(places, out=atoms[3:8], mode="clip")
    atoms[8] = sheet.three.take(last_end - 3)
    atoms[9:11] = sheet.hash(np.array([last_end - length, start[0]]), np.array([last_end, end[0]])) >> HALF
    table.take(_COPIED, axis=0).take(found.number, axis=1, out=atoms[11:13], mode="clip")
    atoms[13], atoms[14], atoms[15] = found.rule, np.minimum(np.add.reduce(sizes, axis=0), 24) // 2, more
    return atoms


_COPIED = np.array([_AROUND.index(name) for name in ("kind", "unit")])
_SPELT = Features(("code", "pair"), ("code", "pair"), 200)


class Spelling:
    """The characters of indicators, and their pairs of neighbours, as features.

    Attributes:
        tables: the slots of each character of the text, and of the pair that starts with it.
    """

    def __init__(self, sheet: Sheet) -> None:
        self.tables: Atoms = _SPELT.slots(np.array([sheet.codes, sheet.two]))

    def score(self, found: Options, weights: Weights) -> Scores:
        """Sum of the weights of the characters, and of the pairs within each piece."""
        single, pair = weights.take(self.tables)
        sums = np.zeros(len(single) + 1, np.int32)
        np.add(single, pair, dtype=np.int32).cumsum(out=sums[1:])
        part = sums.take(found.end)
        part -= sums.take(found.start)
        part -= pair.take(found.end - 1, mode="clip")  # the pair that starts with the last character is no part
        part *= found.end > found.start
        total: Scores = np.add.reduce(part, axis=0, dtype=np.int32)
        return total
