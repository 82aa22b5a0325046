"""The pieces of text around each number that an indicator may be put together from, found for a whole batch at once.

A piece is a pair of arrays (start, end) with one entry a number; it is empty where start == end.
"""

from __future__ import annotations

import functools
import itertools
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .reading import (
    BARRIERS,
    DIMENSIONS,
    HARD,
    MASKS,
    OPENS,
    POOL,
    SIGNS,
    START,
    STOPS,
    TURN,
    TURN_PART,
    Numbers,
    Sheet,
    last_before,
    next_from,
)
from .terms import Ints, spans_of
from .words import words

Bools = npt.NDArray[np.bool_]

_LONGEST_NOUN = 25
_WHOLE = 12
_ALIKE = 12  # so many numbers back one in the same unit may be of the same sort
_AIM = 40  # characters before a number in which a word tells that it is a target or a forecast
_SECOND = {
    "duration": ("用时", "周期"),
    "money": ("投资", "金额"),
    "percent": ("占比", "率"),
    "size": ("年产能", "产量"),
}
_FIRST = {"area": ("面积",), "multiple": ("之比", "比重")}


class Piece(NamedTuple):
    """A piece of text for each number."""

    start: Ints
    end: Ints

    @property
    def size(self) -> Ints:
        """Lengths."""
        return self.end - self.start

    def where(self, keep: Bools) -> Piece:
        """The piece where ``keep``, else nothing."""
        return Piece(self.start, np.where(keep, self.end, self.start))

    def at(self, index: Ints) -> Piece:
        """The pieces of other numbers; nothing for the index -1."""
        if not len(self.start):
            return self
        return Piece(self.start[index], np.where(index < 0, self.start[index], self.end[index]))


class Marks:
    """What of the words of the lists stands at each position, as steps and lengths."""

    def __init__(self, sheet: Sheet) -> None:
        found, classes = sheet.words, sheet.classes
        cut = found.ending("adverb", "tail", "do")
        cut[found.ending("amount", "count", "act") > 0] = 0
        cut[1:][classes & SIGNS > 0] = 1
        self.stripped = _followed(np.arange(len(cut), dtype=np.int64) - cut)
        kept, cut = found.starting("amount", "count", "act"), found.starting("adverb", "lead", "do")
        self.kept_start = kept > cut
        cut[self.kept_start] = 0
        cut[:-1][classes & OPENS > 0] = 1
        self.led = _followed(np.arange(len(cut), dtype=np.int64) + cut)
        self.head_end = found.ending("amount", "count")
        self.head_start = found.starting("amount", "count")
        self.generic = found.starting("generic")
        self.counted = found.starting("count")
        self.amount_end = found.ending("amount")
        self.place = sheet.place
        self.weak = found.starting("weak")
        masks = classes & MASKS > 0
        self.mask, self.masked = last_before(masks), np.flatnonzero(masks[1:] & ~masks[:-1]) + 1
        turns = classes & TURN > 0
        turns[:-1] &= classes[1:] & TURN_PART == 0
        self.turn = last_before(turns)
        self.barrier = last_before(classes & BARRIERS > 0)
        self.hard = last_before(classes & HARD > 0)
        self.acts = found.matches("act")
        starts, ends = spans_of(self.head_start)
        covered = np.zeros(len(classes) + 1, np.int64)
        covered[starts] += 1
        covered -= np.bincount(ends, minlength=len(covered)).astype(np.int64)
        stops = (classes & STOPS > 0) & (covered.cumsum()[:-1] == 0)
        self.stop = next_from(stops)
        self.noun = next_from(self.head_start[:-1] > 0)
        head_ends = np.zeros(len(classes) + 1, np.bool_)
        head_ends[ends] = True
        self.head_before = last_before(head_ends)  # the last head end at or before p is head_before[p + 1]


_COMMA = ord("、")


def _followed(jump: Ints) -> Ints:
    """Where so many jumps as there may be, 8 at most, lead to from each position."""
    for _ in range(3):
        jump = jump.take(jump)
    return jump


def _strip_tail(marks: Marks, start: Ints, end: Ints) -> Ints:
    return np.maximum(marks.stripped[end], start)


def _strip_lead(marks: Marks, sheet: Sheet, start: Ints, end: Ints) -> Ints:
    """Where a phrase starts behind the words that lead to it: those without meaning, general words and places."""
    for _ in range(_ROUNDS):
        start = np.minimum(marks.led[start], end)
        length, place = marks.generic[start], marks.place[start]
        free = ~marks.kept_start[start] & ((length > 0) | (place > 0))
        if not free.any():
            break
        behind = start + length
        behind += sheet.codes[behind] == _DE
        fits = (length > 0) & (end - behind >= 2) & ((marks.counted[start] != length) | (marks.amount_end[end] > 0))
        step = np.where(fits, behind - start, np.where((place > 0) & (end - start - place >= 2), place, 0))
        start = start + np.where(free, step, 0)
    return np.minimum(marks.led[start], end)


_ROUNDS = 3
_DE = ord("的")


def phrase_before(marks: Marks, sheet: Sheet, left: Ints, end: Ints) -> Piece:
    """The indicator in the text from ``left`` to ``end``: the last stretch without a mask, or the one before a very short one."""
    end = _strip_tail(marks, left, end)
    start = np.maximum(left, marks.mask[end] + 1)
    turn = marks.turn[np.maximum(end - 1, 0)] + 1
    start = np.where(turn > start, turn, start)
    own = Piece(_strip_lead(marks, sheet, start, end), end)
    short = (own.size < 2) & (start > left)
    if short.any():
        run = np.maximum(marks.masked.searchsorted(start) - 1, 0)  # the masks before it
        masked = (marks.mask[start] == start - 1) & (len(marks.masked) > 0)
        run_start = np.append(marks.masked, 0)[run]
        before = np.where(short, np.maximum(left, np.where(masked, run_start, start)), end)
        begin = np.where(short, np.maximum(left, marks.mask[before] + 1), start)
        before = np.where(short & (before - begin > 2), _strip_tail(marks, begin, before), end)
        usable = short & (before - begin >= 2) & (before != end)
        other = _strip_lead(marks, sheet, np.where(usable, begin, own.start), np.where(usable, before, own.end))
        own = Piece(np.where(usable, other, own.start), np.where(usable, before, own.end))
    return own


def head_of(marks: Marks, piece: Piece) -> Piece:
    """The noun of the lists that a piece ends in."""
    length = marks.head_end[piece.end]
    return Piece(piece.end - np.where(length <= piece.size, length, 0), piece.end)


def longest_in(matches: tuple[Ints, Ints], start: Ints, end: Ints, most: int = 6) -> Piece:
    """The longest match between ``start`` and ``end``, the first of equals."""
    starts, ends = matches
    if not len(starts):
        return Piece(start, start)
    first = starts.searchsorted(start)
    best_start, best_end = start.copy(), start.copy()
    for offset in range(most):
        at = np.minimum(first + offset, len(starts) - 1)
        inside = (first + offset < len(starts)) & (ends[at] <= end)
        if not inside.any():
            break
        better = inside & (ends[at] - starts[at] > best_end - best_start)
        best_start, best_end = np.where(better, starts[at], best_start), np.where(better, ends[at], best_end)
    return Piece(best_start, best_end)


def _nouns(marks: Marks, sheet: Sheet, numbers: Numbers) -> tuple[Piece, Piece]:
    """The things counted behind each number, shorter and longer."""
    codes = sheet.codes
    at, right = numbers.end, numbers.right
    for _ in range(2):
        at = at + np.where(at + marks.weak[at] <= right, marks.weak[at], 0)
    behind = codes[numbers.end]
    skip = (behind == ord(" ")) | (behind == _COMMA)
    led = codes[at] == _DE
    at = np.minimum(at + led, right)
    limit = np.minimum(right, at + _LONGEST_NOUN)
    # the first character never stops
    stop = np.minimum(np.where(at < limit, marks.stop[at + 1], at), limit)
    stop = np.where(marks.mask[at + 1] == at, at, stop)
    noun = marks.noun[at]
    inside = noun < stop
    noun = np.where(inside, noun, at)
    first_end = noun + marks.head_start[noun]
    last_end = marks.head_before[np.maximum(stop, first_end) + 1]
    whole = np.where((stop - at <= _WHOLE) | ~inside, stop, np.maximum(last_end, first_end))
    short = np.where(inside, first_end, np.minimum(stop, at + 8))
    long = np.where(inside & (whole > first_end), whole, short)
    keep = ~skip & (inside | (stop - at > 1))
    first = Piece(at, short).where(keep)
    second = Piece(at, long).where(keep & (long != short))
    return first, second


def _named(sheet: Sheet, marks: Marks, kind: str, least: int, most: int) -> tuple[Ints, Ints]:
    """Noun phrases that end in a word of ``kind``: (starts, ends)."""
    starts, ends = sheet.words.matches(kind)
    begin = np.maximum(marks.barrier[starts] + 1, starts - most)
    keep = starts - begin >= least
    return begin[keep].astype(np.int64), ends[keep]


class Pieces:
    """All pieces, by the name that the rules use.

    Attributes:
        of: the pieces.
        owned: whether a name stands before the project.
        origin: for the base, the index of the number that it comes from, or -1.
    """

    def __init__(self, sheet: Sheet, cut: Ints, marks: Marks) -> None:
        numbers = sheet.numbers
        self.sheet, self.marks = sheet, marks
        left, end = numbers.left, cut
        bracket = (left == end) & (sheet.codes[np.maximum(left - 1, 0)] == ord(")"))
        if bracket.any():
            opening = last_before(sheet.codes == ord("("))[left]
            bracket &= (opening > numbers.first) & (opening > left - 30)
            end = np.where(bracket, opening, end)
            left = np.where(bracket, np.maximum(marks.hard[np.maximum(opening, 0)] + 1, opening - 30), left)
        own = phrase_before(marks, sheet, left, end)
        first, second = _nouns(marks, sheet, numbers)
        self.of: dict[str, Piece] = {"own": own, "noun": first, "nouns": second}
        self._from_own(own)
        self._around(own)
        self._earlier()
        self._suffixes()

    def _from_own(self, own: Piece) -> None:
        marks = self.marks
        head = head_of(marks, own)
        self.of["head"] = head
        second = head_of(marks, Piece(own.start, head.start))
        self.of["core2"] = Piece(second.start, own.end).where(
            (head.size > 0) & (second.size > 0) & (second.start > own.start)
        )

    def _around(self, own: Piece) -> None:
        sheet, marks, numbers = self.sheet, self.marks, self.sheet.numbers
        action = longest_in(marks.acts, numbers.left, numbers.start)
        behind = longest_in(marks.acts, numbers.end, np.minimum(numbers.last, numbers.end + 20))
        missing = action.size == 0
        self.of["action"] = Piece(
            np.where(missing, behind.start, action.start), np.where(missing, behind.end, action.end)
        )
        self.of["broad"] = longest_in(marks.acts, np.maximum(numbers.first, numbers.clause - 50), numbers.clause)
        start = np.maximum(numbers.first, numbers.clause - 60)
        end = np.maximum(start, numbers.clause - 1)
        clause = phrase_before(marks, sheet, np.maximum(start, marks.hard[end] + 1), end)
        self.of["clause"] = clause.where(sheet.words.ending("rise", "fall")[clause.end] == 0)
        self._project(own)
        self._trade()

    def _project(self, own: Piece) -> None:
        sheet, numbers = self.sheet, self.sheet.numbers
        starts, ends = _named(sheet, self.marks, "venture", 2, 18)
        if not len(starts):
            starts = ends = np.zeros(1, np.int64)
        at = ends.searchsorted(numbers.left, "right") - 1
        known = (at >= 0) & (starts[at] >= numbers.first)
        later = np.minimum(np.searchsorted(starts, numbers.end), len(starts) - 1)
        follows = (starts[later] >= numbers.end) & (ends[later] <= np.minimum(numbers.last, numbers.end + 30))
        where = np.where(known, at, later)
        found = Piece(starts[where], ends[where]).where((known | follows) & (starts[where] != own.start))
        opening = sheet.start[sheet.names] if len(sheet.names) else np.zeros(0, np.int64)
        self.owned = (found.size > 0) & (
            np.searchsorted(opening, numbers.first) < np.searchsorted(opening, found.start)
        )
        self.follows = ~known & follows
        self.of["project"] = found
        self.of["kind"] = head_of(self.marks, found)

    def _trade(self) -> None:
        sheet, numbers = self.sheet, self.sheet.numbers
        starts, ends = _named(sheet, self.marks, "trade", 2, 8)
        if not len(starts):
            starts = ends = np.zeros(1, np.int64)
        starts = _strip_lead(self.marks, sheet, starts, ends)
        at = ends.searchsorted(numbers.left, "right") - 1
        inside = (at >= 0) & (starts[at] >= numbers.first)
        self.of["topic"] = Piece(starts[at], ends[at]).where(inside)

    def _earlier(self) -> None:
        """What the number before in the sentence, and the last one in the same unit, are called as far as the text itself says it."""
        numbers, own, noun = self.sheet.numbers, self.of["own"], self.of["noun"]
        says = (own.size > 1) | (noun.size > 1)
        at = np.arange(len(says), dtype=np.int64)
        base = last_before(says)[:-1]
        self.base: Ints = np.where(base >= at - numbers.order, base, -1)  # the number whose words name this one
        key = numbers.document.astype(np.int64) << 32 | numbers.unit_hash
        order = np.argsort(key, kind="stable").astype(np.int64)
        alike = np.full(len(says), -1, np.int64)
        later = np.flatnonzero(key[order[1:]] == key[order[:-1]])
        alike[order[later + 1]] = order[later]
        self.alike: Ints = np.where(at - alike <= _ALIKE, alike, -1)
        named = Piece(np.where(own.size > 1, own.start, noun.start), np.where(own.size > 1, own.end, noun.end))
        for name, index in (("base", self.base), ("alike", self.alike)):
            piece = named.at(index)
            self.of[name] = piece
            self.of[f"{name}-head"] = head_of(self.marks, piece)

    def _suffixes(self) -> None:
        numbers = self.sheet.numbers
        rows = [_suffix_row(unit, kind) for unit, kind in zip(numbers.unit, numbers.dimension.tolist(), strict=True)]
        table = np.fromiter(itertools.chain.from_iterable(rows), np.int64, 4 * len(rows)).reshape(-1, 2, 2)
        for column in range(2):
            self.of[f"suffix{column + 1}"] = Piece(table[:, column, 0], table[:, column, 1])
        goals = spans_of(self.sheet.words.starting("goal"))[0]
        aimed = goals.searchsorted(np.maximum(numbers.first, numbers.start - _AIM)) < goals.searchsorted(numbers.start)
        pool, blank = _pool(), np.zeros(len(numbers), np.int64)
        for name, word in _WORDS.items():
            start, end = pool[word]
            self.of[name] = Piece(blank + np.int64(start), blank + np.int64(end))
        for name in ("forecast", "target"):
            self.of[name] = self.of[name].where(aimed)


_WORDS = {
    "share": "占比",
    "done": "完成率",
    "speed": "增速",
    "yearly": "年均增速",
    "forecast": "预计",
    "target": "目标",
}
"""Pieces that are words of the rules, not of the text."""


@functools.cache
def _pool() -> dict[str, tuple[int, int]]:
    found, at = {}, START
    for word in pool_words():
        found[word] = (at, at + len(word))
        at += len(word) + 1
    return found


def pool_words() -> list[str]:
    """The words before the text."""
    return POOL.split()


@functools.lru_cache(1 << 12)
def _suffix_row(unit: str, kind: int) -> tuple[int, ...]:
    """Where the nouns for what this unit measures stand in the pool: start and end of two."""
    name, known = DIMENSIONS[kind], _pool()
    nouns = dict.fromkeys([unit_noun(unit), *_FIRST.get(name, ()), *_SECOND.get(name, ())])
    places = [place for noun in nouns if noun in known for place in known[noun]]
    return tuple([*places, 0, 0, 0, 0][:4])


_units: dict[str, str] = {}


def unit_noun(unit: str) -> str:
    """The noun for things counted in this unit, when the text has none.

    >>> unit_noun("余家"), unit_noun("元/平方米")
    ('企业', '均价')
    """
    if not _units:
        _units.update((pair.split("=")[0], pair.split("=")[1]) for pair in words("unit").known)
    return next((_units[unit[start:]] for start in range(len(unit)) if unit[start:] in _units), "")
