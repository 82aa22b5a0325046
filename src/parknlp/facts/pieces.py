"""The pieces of text around each number that an indicator may be put together from, found for a whole batch at once.

A piece is a pair of arrays (start, end) with one entry a number; it is empty where start == end.
"""

from __future__ import annotations

import functools
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
    STOPS,
    Numbers,
    Sheet,
    last_before,
    next_from,
)
from .terms import Ints
from .words import words

Bools = npt.NDArray[np.bool_]

_STEPS = 10  # so many words are cut off the ends of a phrase
_LONGEST_NOUN = 25
_WHOLE = 12
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
        kept = found.ending("amount", "count", "act")
        self.tail = np.where(kept > 0, 0, found.ending("adverb", "tail", "do"))
        self.tail[1:][classes & SIGNS > 0] = 1
        kept = found.starting("amount", "count", "act")
        cut = found.starting("adverb", "lead", "do")
        self.kept_start = kept > cut
        self.lead = np.where(kept > cut, 0, cut)
        self.lead[:-1][classes & OPENS > 0] = 1
        self.head_end = found.ending("amount", "count")
        self.head_start = found.starting("amount", "count")
        self.generic = found.starting("generic")
        self.counted = found.starting("count")
        self.amount_end = found.ending("amount")
        self.place = place_length(sheet)
        self.weak = found.starting("weak")
        self.mask = last_before(classes & MASKS > 0)
        self.unmasked = last_before(classes & MASKS == 0)
        self.turn = last_before(_turns(sheet))
        self.barrier = last_before(classes & BARRIERS > 0)
        self.acts = found.matches("act")
        covered = np.zeros(len(classes) + 1, np.int32)
        starts, ends = found.matches("amount", "count")
        np.add.at(covered, starts, 1)
        np.add.at(covered, ends, -1)
        stops = (classes & STOPS > 0) & (np.cumsum(covered)[:-1] == 0)
        self.stop = next_from(stops)
        self.noun = next_from(self.head_start[:-1] > 0)
        head_ends = np.zeros(len(classes) + 1, np.bool_)
        head_ends[ends] = True
        self.head_before = last_before(head_ends)  # the last head end at or before p is head_before[p + 1]


def _turns(sheet: Sheet) -> Bools:
    """Where a word stands that brings a new topic (机械臂使生产效率…, 把配套率…)."""
    found = np.isin(sheet.codes, [ord(character) for character in "使让令把将"])
    found[:-1] &= ~np.isin(sheet.codes[1:], [ord(character) for character in "用命馆利渡关握军来近牌者徒节"])
    return found


def place_length(sheet: Sheet) -> Ints:
    """Length of the place name that starts at each position, with the 市 or 县 behind it, or 0."""
    length = sheet.words.starting("place")
    at = np.flatnonzero(length)
    behind = sheet.codes[np.minimum(at + length[at], len(sheet.codes) - 1)]
    length[at] += np.isin(behind, [ord(character) for character in "市省区县镇州"])
    return length


def _strip_tail(marks: Marks, start: Ints, end: Ints) -> Ints:
    for _ in range(_STEPS):
        step = marks.tail[end]
        shorter = np.maximum(end - step, start)
        if not (shorter != end).any():
            break
        end = shorter
    return end


def _strip_lead(marks: Marks, sheet: Sheet, start: Ints, end: Ints) -> Ints:
    for _ in range(_STEPS):
        step = marks.lead[start]
        generic = (step == 0) & ~marks.kept_start[start]
        length = np.where(generic, marks.generic[start], 0)
        behind = start + length
        behind = behind + (sheet.codes[np.minimum(behind, len(sheet.codes) - 1)] == _DE)
        fits = (end - behind >= 2) & ((marks.counted[start] != length) | (marks.amount_end[end] > 0))
        step = np.where((length > 0) & fits, behind - start, step)
        place = np.where(generic & (step == 0), marks.place[start], 0)
        step = np.where((place > 0) & (end - start - place >= 2), place, step)
        longer = np.minimum(start + step, end)
        if not (longer != start).any():
            break
        start = longer
    return start


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
        before = np.where(short, np.maximum(left, marks.unmasked[start] + 1), end)
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
    first = np.searchsorted(starts, start)
    best_start, best_end = start.copy(), start.copy()
    for offset in range(most):
        at = np.minimum(first + offset, len(starts) - 1)
        inside = (first + offset < len(starts)) & (ends[at] <= end)
        if not inside.any():
            break
        better = inside & (ends[at] - starts[at] > best_end - best_start)
        best_start, best_end = np.where(better, starts[at], best_start), np.where(better, ends[at], best_end)
    return Piece(best_start, best_end)


def _nouns(marks: Marks, sheet: Sheet, numbers: Numbers) -> tuple[Piece, Piece, Bools]:
    """The things counted behind each number, shorter and longer, and whether a 的 leads to them."""
    codes = sheet.codes
    at, right = numbers.end, numbers.right
    for _ in range(2):
        at = at + np.where(at + marks.weak[at] <= right, marks.weak[at], 0)
    skip = np.isin(codes[np.minimum(numbers.end, len(codes) - 1)], [ord(" "), ord("、")])
    led = codes[np.minimum(at, len(codes) - 1)] == _DE
    at = np.minimum(at + led, right)
    limit = np.minimum(right, at + _LONGEST_NOUN)
    # the first character never stops
    stop = np.minimum(np.where(at < limit, marks.stop[np.minimum(at + 1, len(codes))], at), limit)
    stop = np.where(marks.mask[np.minimum(at + 1, len(codes))] == at, at, stop)
    noun = marks.noun[at]
    inside = noun < stop
    noun = np.where(inside, noun, at)
    first_end = noun + marks.head_start[noun]
    last_end = marks.head_before[np.minimum(np.maximum(stop, first_end) + 1, len(codes) + 1)]
    whole = np.where((stop - at <= _WHOLE) | ~inside, stop, np.maximum(last_end, first_end))
    short = np.where(inside, first_end, np.minimum(stop, at + 8))
    long = np.where(inside & (whole > first_end), whole, short)
    keep = ~skip & (inside | (stop - at > 1))
    first = Piece(at, short).where(keep)
    second = Piece(at, long).where(keep & (long != short))
    return first, second, led


def _named(sheet: Sheet, marks: Marks, kind: str, least: int, most: int) -> tuple[Ints, Ints]:
    """Noun phrases that end in a word of ``kind``: (starts, ends)."""
    starts, ends = sheet.words.matches(kind)
    begin = np.maximum(marks.barrier[starts] + 1, starts - most)
    keep = starts - begin >= least
    return begin[keep].astype(np.int32), ends[keep]


class Pieces:
    """All pieces, by the name that the rules use.

    Attributes:
        of: the pieces.
        led: whether a 的 leads to the nouns behind.
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
            hard = last_before(sheet.classes & HARD > 0)
            end = np.where(bracket, opening, end)
            left = np.where(bracket, np.maximum(hard[np.maximum(opening, 0)] + 1, opening - 30), left)
        own = phrase_before(marks, sheet, left, end)
        first, second, self.led = _nouns(marks, sheet, numbers)
        self.of: dict[str, Piece] = {"own": own, "noun": first, "nouns": second}
        self._from_own(own)
        self._around(own)
        self._earlier()
        self._suffixes()

    def _from_own(self, own: Piece) -> None:
        marks, codes = self.marks, self.sheet.codes
        head = head_of(marks, own)
        self.of["head"] = head
        second = head_of(marks, Piece(own.start, head.start))
        self.of["core2"] = Piece(second.start, own.end).where(
            (head.size > 0) & (second.size > 0) & (second.start > own.start)
        )
        comma = last_before(codes == ord("、"))[own.end]
        self.of["tail"] = Piece(np.maximum(comma + 1, own.start), own.end).where(comma >= own.start)

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
        hard = last_before(sheet.classes & HARD > 0)
        clause = phrase_before(marks, sheet, np.maximum(start, hard[end] + 1), end)
        self.of["clause"] = clause.where(sheet.words.ending("rise", "fall")[clause.end] == 0)
        self._project(own)
        self._trade()

    def _project(self, own: Piece) -> None:
        sheet, numbers = self.sheet, self.sheet.numbers
        starts, ends = _named(sheet, self.marks, "venture", 2, 18)
        if not len(starts):
            starts = ends = np.zeros(1, np.int32)
        at = np.searchsorted(ends, numbers.left, "right") - 1
        known = (at >= 0) & (starts[at] >= numbers.first)
        later = np.minimum(np.searchsorted(starts, numbers.end), len(starts) - 1)
        follows = (starts[later] >= numbers.end) & (ends[later] <= np.minimum(numbers.last, numbers.end + 30))
        where = np.where(known, at, later)
        found = Piece(starts[where], ends[where]).where((known | follows) & (starts[where] != own.start))
        opening = sheet.start[sheet.names] if len(sheet.names) else np.zeros(0, np.int32)
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
            starts = ends = np.zeros(1, np.int32)
        starts = _strip_lead(self.marks, sheet, starts, ends)
        at = np.searchsorted(ends, numbers.left, "right") - 1
        inside = (at >= 0) & (starts[at] >= numbers.first)
        self.of["topic"] = Piece(starts[at], ends[at]).where(inside)
        begin = sheet.sentences[numbers.sentence]
        at = np.searchsorted(ends, begin, "right") - 1
        before = (
            (at >= 0)
            & (starts[at] >= np.maximum(sheet.sentences[numbers.sentence - 1], begin - 300))
            & (starts[at] < begin)
        )
        before &= starts[at] >= sheet.begin_of_document[numbers.document]
        self.of["wide"] = Piece(starts[at], ends[at]).where(before)

    def _earlier(self) -> None:
        """What the number before in the sentence, and the last one in the same unit, are called as far as the text itself says it."""
        numbers, own, noun = self.sheet.numbers, self.of["own"], self.of["noun"]
        says = ((own.size > 1) | (noun.size > 1)).tolist()
        before, document, units = numbers.before.tolist(), numbers.document.tolist(), numbers.unit
        source: list[int] = []  # the number whose words name this one
        base, alike = [-1] * len(says), [-1] * len(says)
        last: dict[tuple[int, str], int] = {}
        for at, (mine, previous) in enumerate(zip(says, before, strict=True)):
            base[at] = source[previous] if previous >= 0 else -1
            source.append(at if mine else base[at])
            key = (document[at], units[at])
            same = last.get(key, -1)
            alike[at] = source[same] if same >= 0 and at - same <= 12 else -1
            last[key] = at
        self.base, self.alike = np.array(base, np.int32), np.array(alike, np.int32)
        named = Piece(np.where(own.size > 1, own.start, noun.start), np.where(own.size > 1, own.end, noun.end))
        for name, index in (("base", self.base), ("alike", self.alike)):
            piece = named.at(index)
            self.of[name] = piece
            self.of[f"{name}-head"] = head_of(self.marks, piece)
        self.of["base-act"] = longest_in(self.marks.acts, self.of["base"].start, self.of["base"].end, 3)

    def _suffixes(self) -> None:
        numbers = self.sheet.numbers
        rows = [_suffix_row(unit, kind) for unit, kind in zip(numbers.unit, numbers.dimension.tolist(), strict=True)]
        table = np.array(rows, np.int32).reshape(-1, 3, 2)
        for column in range(3):
            self.of[f"suffix{column + 1}"] = Piece(table[:, column, 0], table[:, column, 1])
        pool, size = _pool(), len(numbers)
        for name, word in (("share", "占比"), ("done", "完成率"), ("speed", "增速"), ("yearly", "年均增速")):
            start, end = pool[word]
            self.of[name] = Piece(np.full(size, start, np.int32), np.full(size, end, np.int32))
        goals = self.sheet.words.matches("goal")[0]
        aimed = np.searchsorted(goals, np.maximum(numbers.first, numbers.start - _AIM)) < np.searchsorted(
            goals, numbers.start
        )
        for name, word in (("forecast", "预计"), ("target", "目标")):
            start, end = pool[word]
            self.of[name] = Piece(np.full(size, start, np.int32), np.where(aimed, end, start).astype(np.int32))


@functools.cache
def _pool() -> dict[str, tuple[int, int]]:
    found, at = {}, 0
    for word in pool_words():
        found[word] = (at, at + len(word))
        at += len(word) + 1
    return found


def pool_words() -> list[str]:
    """The words before the text."""
    return POOL.split()


_cache: dict[tuple[str, int], list[tuple[int, int]]] = {}


def _suffix_row(unit: str, kind: int) -> list[tuple[int, int]]:
    """Where the nouns for what this unit measures stand in the pool."""
    found = _cache.get((unit, kind))
    if found is None:
        name = DIMENSIONS[kind]
        nouns = [unit_noun(unit), *_FIRST.get(name, ()), *_SECOND.get(name, ())]
        known = _pool()
        places = [known[noun] for noun in dict.fromkeys(nouns) if noun in known][:3]
        found = places + [(0, 0)] * (3 - len(places))
        if len(_cache) < 5000:
            _cache[unit, kind] = found
    return found


_units: dict[str, str] = {}


def unit_noun(unit: str) -> str:
    """The noun for things counted in this unit, when the text has none.

    >>> unit_noun("余家"), unit_noun("元/平方米")
    ('企业', '均价')
    """
    if not _units:
        _units.update((pair.split("=")[0], pair.split("=")[1]) for pair in words("unit").known)
    return next((_units[unit[start:]] for start in range(len(unit)) if unit[start:] in _units), "")
