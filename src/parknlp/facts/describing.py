"""Which of the indicators that the rules propose a number gets: the options of a batch and their features."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from .choosing import SLOTS, Model, mix, slots
from .naming import Rule
from .pieces import Bools, Piece, Pieces
from .reading import Sheet
from .terms import Hashes, Ints


class Options(NamedTuple):
    """What the rules of a family propose for some numbers, number by number.

    Attributes:
        number: index of the number among those asked about.
        rule: index of the rule in the family.
        parts: the pieces that are joined, three at most.
    """

    number: Ints
    rule: Ints
    parts: tuple[Piece, ...]


def ends(sheet: Sheet, piece: Piece, count: int) -> Hashes:
    """The last characters of each piece, ``count`` at most."""
    return sheet.hash(np.maximum(piece.start, piece.end - count), piece.end)


def begins(sheet: Sheet, piece: Piece, count: int) -> Hashes:
    """The first characters of each piece, ``count`` at most."""
    return sheet.hash(piece.start, np.minimum(piece.end, piece.start + count))


def _repeats(sheet: Sheet, one: Piece, other: Piece) -> Bools:
    """Whether the one ends in the other, or the other starts with the one, or both start at one place."""
    small = np.minimum(one.size, other.size)
    first = sheet.hash(other.start, other.start + small)
    last = sheet.hash(one.end - small, one.end)
    tail = (last == first) & (small > 1)
    head = (first == sheet.hash(one.start, one.start + small)) & (small == one.size)
    end = (last == sheet.hash(other.end - small, other.end)) & (small == other.size)
    found: Bools = tail | head | end | ((one.start == other.start) & (small > 0))
    return found


class _Plan(NamedTuple):
    """A family of rules as arrays.

    Attributes:
        names: the pieces that it uses; the last stands for none.
        parts: for each rule and part the index of its piece; shape (rules, 3).
        pairs: neighbours among the pieces; ``joints``: for each rule the indices of its two pairs, -1 for none.
        needs: for each rule 1 where the own phrase must be there, 0 where it must not, -1 otherwise.
    """

    names: tuple[str, ...]
    parts: Ints
    pairs: Ints
    joints: Ints
    needs: Ints


@functools.cache
def _plan(family: tuple[Rule, ...]) -> _Plan:
    names = tuple(dict.fromkeys(name for rule in family for name in rule.pieces))
    index = {name: at for at, name in enumerate(names)}
    parts = np.full((len(family), 3), len(names), np.int32)
    joints = np.full((len(family), 2), -1, np.int32)
    pairs: dict[tuple[int, int], int] = {}
    for at, rule in enumerate(family):
        chosen = [index[name] for name in rule.pieces]
        parts[at, : len(chosen)] = chosen
        for place, pair in enumerate(itertools.pairwise(chosen)):
            joints[at, place] = pairs.setdefault(pair, len(pairs))
    needs = np.array([-1 if rule.needs is None else int(rule.needs) for rule in family], np.int32)
    return _Plan(names, parts, np.array(list(pairs), np.int32).reshape(-1, 2), joints, needs)


def options(sheet: Sheet, pieces: Pieces, family: tuple[Rule, ...], asked: Ints) -> Options:
    """What the rules of ``family`` propose for the numbers ``asked``."""
    plan = _plan(family)
    of, nothing = pieces.of, np.zeros(len(asked), np.int32)
    start = np.stack([*(of[name].start[asked] for name in plan.names), nothing]).astype(np.int64)
    end = np.stack([*(of[name].end[asked] for name in plan.names), nothing]).astype(np.int64)
    there = np.append(end > start, np.ones((1, len(asked)), np.bool_), axis=0)
    there[-2] = True  # the piece that stands for none
    joined = np.ones((len(plan.pairs) + 1, len(asked)), np.bool_)
    if len(plan.pairs):
        one, other = plan.pairs.T
        joined[:-1] = ~_repeats(sheet, Piece(start[one], end[one]), Piece(start[other], end[other]))
    owned = of["own"].size[asked] > 0
    keep = there[plan.parts].all(axis=1) & joined[plan.joints].all(axis=1)
    keep &= (plan.needs[:, None] < 0) | (plan.needs[:, None] == owned)
    number, rule = np.nonzero(keep.T)
    parts = plan.parts[rule].T
    return Options(
        number,
        rule,
        tuple(Piece(start[part, number], end[part, number]) for part in parts),
    )


class Around:
    """What stands around each number, as columns of hashes."""

    def __init__(self, sheet: Sheet, pieces: Pieces, role: Ints) -> None:
        numbers, of = sheet.numbers, pieces.of
        self.head_end = pieces.marks.head_end
        codes, masked = sheet.codes.astype(np.uint64), sheet.codes
        own, base = of["own"], of["base"]
        self.own, self.base = ends(sheet, own, 2), ends(sheet, base, 2)
        self.own_head, self.base_head = piece_hash(sheet, of["head"]), piece_hash(sheet, of["base-head"])
        self.dimension = numbers.dimension
        before = numbers.before
        known = before >= 0
        self.base_dimension = np.where(known, numbers.dimension[before], 9) if len(numbers) else numbers.dimension
        gap = np.where(known, numbers.end[before], numbers.start) if len(numbers) else numbers.start
        self.separator = mix(
            np.where(known, codes[gap], 0), np.where(numbers.clause > gap, codes[numbers.clause - 1], 1)
        )
        among = np.flatnonzero(sheet.words.starting("among"))
        self.among = np.searchsorted(among, gap) < np.searchsorted(among, numbers.start)
        size = np.minimum(own.size, 12) // 2
        self.own_size = mix(size, of["head"].size > 0)
        self.tail = sheet.hash(np.maximum(numbers.left, numbers.start - 2), numbers.start)
        self.tail1 = codes[numbers.start - 1]
        self.tail3 = sheet.hash(numbers.start - 3, numbers.start)
        self.lead = codes[numbers.end]
        self.lead2 = sheet.hash(numbers.end, numbers.end + 2)
        self.leads = [sheet.hash(numbers.end + at, numbers.end + at + 2) for at in range(1, 5)]
        self.tails = [sheet.hash(numbers.start - at - 2, numbers.start - at) for at in range(1, 6)]
        surface = Piece(numbers.start, numbers.end)
        plain = np.array([hash_text(unit[-3:]) for unit in numbers.unit], np.uint64)
        self.unit = plain
        self.chinese = np.isin(
            np.frombuffer(sheet.text.encode("utf-32-le", "surrogatepass"), np.uint32)[numbers.start]
            if len(numbers)
            else surface.start,
            [ord(character) for character in "一二两三四五六七八九十几数半百千万"],
        )
        self.round = surface.size
        self.role = role
        self.previous_role = np.where(known, role[before], 15) if len(numbers) else role
        self.headed = of["head"].size > 0
        self.has = mix(own.size > 0, of["noun"].size > 0, base.size > 0, of["action"].size > 0)
        self.noun = ends(sheet, of["noun"], 2)
        self.action = piece_hash(sheet, of["action"])
        starts = numbers.start
        first = np.searchsorted(starts, sheet.sentences[numbers.sentence])
        last = np.searchsorted(starts, sheet.sentence_end(numbers.sentence))
        self.many = np.minimum(6, last - first)
        self.order = np.minimum(4, np.arange(len(numbers)) - first)
        quote = np.searchsorted(np.flatnonzero(masked == ord("“")), numbers.start) - np.searchsorted(
            np.flatnonzero(masked == ord("“")), np.maximum(numbers.first, numbers.start - 12)
        )
        self.quote = quote > 0
        self.named, self.timed = (
            np.searchsorted(sheet.start[index], numbers.first) < np.searchsorted(sheet.start[index], numbers.last)
            for index in (sheet.names, sheet.times)
        )
        self.owned, self.follows, self.led = pieces.owned, pieces.follows, pieces.led


def hash_text(text: str) -> int:
    """A hash of a short text that does not change from run to run."""
    found = 0
    for character in text:
        found = (found * 1000003 + ord(character)) & 0xFFFFFFFFFFFFFFFF
    return found


def piece_hash(sheet: Sheet, piece: Piece) -> Hashes:
    """The hash of each piece."""
    return sheet.hash(piece.start, piece.end)


RULE_STEP = 40503  # odd, so that the slots of a feature for two rules never meet


def rule_slots(around: Around, asked: Ints, found: Options) -> Ints:
    """What speaks for each rule, as slots: those of what stands around the number, moved on by the rule."""
    a = around
    columns = (
        a.own,
        a.base,
        mix(a.own, a.base),
        a.separator,
        mix(a.among, a.dimension),
        a.dimension,
        mix(a.base_dimension, a.dimension),
        mix(a.own_size, a.dimension),
        a.own_size,
        a.tail,
        a.tail1,
        a.lead,
        a.lead2,
        a.unit,
        a.noun,
        mix(a.own_head, a.base_head),
        mix(a.has, a.dimension),
        mix(a.has, a.led, a.lead),
        mix(a.role, a.dimension),
        mix(a.previous_role, a.dimension),
        mix(a.many, a.order),
        mix(a.owned, a.follows),
        a.action,
        np.zeros(len(a.dimension), np.uint64),
    )
    table = np.stack(
        [slots(column[asked].astype(np.uint64), number).astype(np.int32) for number, column in enumerate(columns)],
        axis=1,
    )
    moved: Ints = table[found.number]
    moved += (found.rule * RULE_STEP).astype(np.int32)[:, None]
    moved &= np.int32(SLOTS - 1)
    return moved


TEXT = 50
"""Number of the first feature of the text."""


def text_features(sheet: Sheet, around: Around, asked: Ints, found: Options) -> Iterator[Hashes]:
    """How each indicator looks."""
    first, second, third = found.parts
    n, rule = asked[found.number], found.rule
    kind, unit = around.dimension[n], around.unit[n]
    two, three = second.size > 0, third.size > 0
    last = Piece(
        np.where(three, third.start, np.where(two, second.start, first.start)),
        np.where(three, third.end, np.where(two, second.end, first.end)),
    )
    size = first.size + second.size + third.size
    small = np.minimum(size, 24) // 2
    tail, tail3, lead = ends(sheet, last, 2), ends(sheet, last, 3), begins(sheet, first, 2)
    length = around.head_end[last.end]
    head = piece_hash(sheet, Piece(last.end - np.where(length <= last.size, length, 0), last.end))
    join = mix(ends(sheet, first, 1), begins(sheet, second, 1))
    yield mix(tail, kind)
    yield tail3
    yield lead
    yield mix(lead, kind)
    yield mix(small, kind)
    yield mix(size, 0)
    yield mix(rule, small)
    yield mix(rule, tail)
    yield mix(rule, lead)
    yield mix(head, kind)
    yield mix(tail, unit)
    yield mix(head, unit)
    yield mix(join, two)
    yield mix(ends(sheet, first, 2), head)
    yield piece_hash(sheet, first)
    yield mix(piece_hash(sheet, first), piece_hash(sheet, second))
    codes = sheet.codes.astype(np.uint64)
    before = codes[np.maximum(first.start - 1, 0)]
    after = codes[np.minimum(last.end, len(codes) - 1)]
    yield before
    yield mix(before, codes[first.start])
    yield mix(rule, before)
    yield sheet.hash(np.maximum(first.start - 2, 0), first.start)
    yield after
    yield mix(after, codes[last.end - 1])
    yield mix(rule, after)


CHARACTERS, PAIRS = 200, 201
"""Numbers of the features for the characters of an indicator, and for its pairs of neighbours."""


def character_slots(sheet: Sheet) -> tuple[Ints, Ints]:
    """The slots of each character, and of each pair of neighbours."""
    codes = sheet.codes.astype(np.uint64)
    return slots(codes, CHARACTERS), slots(mix(codes[:-1], codes[1:]), PAIRS)


def character_scores(table: tuple[Ints, Ints], found: Options, model: Model) -> Ints:
    """Sum of the weights of the characters, and of the pairs of neighbours within each piece."""
    total = np.zeros(len(found.number), np.int32)
    for less, column in enumerate(table):
        sums = np.append(np.int32(0), np.cumsum(model.weights[column], dtype=np.int32))
        for part in found.parts:
            total += sums[np.maximum(part.end - less, part.start)] - sums[part.start]
    return total


def none_features(around: Around, asked: Ints) -> Iterator[Hashes]:
    """What tells whether a number states anything at all."""
    a, n = around, asked
    none = np.uint64(0xFFFF)
    for column in (
        np.zeros(len(a.dimension), np.uint64),
        a.dimension,
        mix(a.chinese, a.dimension),
        a.unit,
        mix(a.chinese, a.unit),
        a.many,
        mix(a.order, a.dimension),
        a.quote,
        mix(a.base_dimension, a.dimension),
        a.named,
        a.timed,
        mix(a.tail1, a.lead),
        a.own,
        mix(a.headed, a.dimension),
        mix(a.own_size, a.dimension),
        mix(a.tail1, a.dimension),
        a.tail,
        a.tail3,
        mix(a.lead, a.dimension),
        a.lead2,
        a.noun,
        mix(a.noun, a.unit),
        mix(a.lead2, a.unit),
        mix(a.tail, a.unit),
        mix(a.has, a.dimension),
        mix(a.round, a.unit),
        a.action,
        a.role,
        *a.leads,
        *a.tails,
    ):
        yield mix(none, column[n])
