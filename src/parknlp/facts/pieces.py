"""The pieces of text around each number that an indicator may be put together from, found for a whole batch at once.

A piece is a pair of arrays (start, end) with one entry a number; it is empty where start == end.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np

from .marks import Marks
from .measures import MONEY, pool
from .numbers import NEAR
from .reading import Sheet, last_before
from .terms import Bools, Ints, code_of, ending, starting

_LONGEST_NOUN = 25
_WHOLE = 12
_ALIKE = 12  # so many numbers back one in the same unit may be of the same sort
_AIM = 40  # characters before a number in which a word tells that it is a target or a forecast
_VERBS = 6  # verbs of a stretch of text that are looked at
_DE, _IN, _COMMA, _BLANK, _CLOSING, _OPENING, _COLON = map(code_of, "的中、 )(:")
_BECAUSE, _GENE, _UNDER = map(code_of, "因基受")

_ADDED = {
    "share": "占比",
    "done": "完成率",
    "speed": "增速",
    "yearly": "年均增速",
    "forecast": "预计",
    "target": "目标",
}
"""Pieces that are words of the rules, not of the text."""
NAMES = (
    *"own clause clause-noun project action head base-head alike-head kind core2 noun nouns broad topic base alike suffix1 suffix2".split(),
    *_ADDED,
    "none",
)
"""The pieces, in the order of their rows; the last stands for none."""
ROW = {name: row for row, name in enumerate(NAMES)}


_HEADED = np.array([ROW[name] for name in ("own", "base", "alike", "project")])


@functools.cache
def _weak() -> Ints:
    """By node, the length of the word behind a number that says nothing of what it counts; none of 22栋|多层厂房."""
    return np.where(starting("whole") > 0, 0, starting("weak"))


@functools.cache
def _added() -> Ints:
    """Where the words of the rules start and end, shape (2, words, 1)."""
    found: Ints = np.array([pool()[word] for word in _ADDED.values()]).T[:, :, None]
    return found


class Piece(NamedTuple):
    """A piece of text for each number."""

    start: Ints
    end: Ints

    @property
    def size(self) -> Ints:
        """Lengths."""
        return self.end - self.start


def phrases_before(marks: Marks, left: Ints, end: Ints) -> Piece:
    """The indicators in the text from ``left`` to ``end``: the last stretch without a mask, or the one before a very short one."""
    end = marks.strip_tail(left, end)
    start = np.maximum(left, marks.mask[end] + 1)
    np.maximum(start, marks.turn(end - 1) + 1, out=start)
    begin = marks.strip_lead(start, end)
    short = ((end - begin < 2) & (start > left)).nonzero()[0]
    if len(short):
        left, stop = left[short], start[short]
        masked = marks.mask[stop] == stop - 1
        stop = np.maximum(left, np.where(masked, marks.run(stop), stop))
        start = np.maximum(left, marks.mask[stop] + 1)
        long = stop - start > 2
        stop = marks.strip_tail(start, stop)
        usable = (long & (stop - start >= 2) & (stop != end[short])).nonzero()[0]
        short, start, stop = short[usable], start[usable], stop[usable]
        begin[short] = marks.strip_lead(start, stop)
        end[short] = stop
    return Piece(begin, end)


def heads(marks: Marks, start: Ints, end: Ints) -> Ints:
    """Where the noun of the lists starts that each phrase ends in; its end where it ends in none."""
    length = ending("amount", "count")[marks.sheet.words.end[end]]
    found: Ints = end - length * (length <= end - start)
    return found


def longest_in(matches: tuple[Ints, Ints], start: Ints, end: Ints) -> Piece:
    """The longest match between ``start`` and ``end``, the first of equals."""
    starts, ends = matches
    best_start, best_end = start.copy(), start.copy()
    first = starts.searchsorted(start)
    count = starts.searchsorted(end) - first
    for offset in range(_VERBS):
        some = (count > offset).nonzero()[0]
        if not len(some):
            break
        at = first[some] + offset
        begin, behind = starts[at], ends[at]
        better = (behind <= end[some]) & (behind - begin > best_end[some] - best_start[some])
        some = some[better]
        best_start[some], best_end[some] = begin[better], behind[better]
    return Piece(best_start, best_end)


class Pieces:
    """All pieces of the numbers of a batch.

    Attributes:
        start, end: the pieces in the order of `NAMES`, shape (names, numbers).
        owned: whether a name stands before the project; ``follows``: whether the project stands behind the number.
        alike: index of the last number in the same unit, or -1.
    """

    def __init__(self, sheet: Sheet, cut: Ints, marks: Marks) -> None:
        """Find them.

        Args:
            sheet: the batch.
            cut: for each number, where the text ends that names it.
            marks: the marks of the batch.
        """
        self.sheet, self.marks, self.numbers = sheet, marks, sheet.numbers
        self.start, self.end = np.zeros((2, len(NAMES), len(cut)), np.int64)
        self._phrases(cut)
        self._nouns()
        self._verbs()
        self._project()
        self._topic()
        self._earlier()
        self._heads()
        self._added()

    def of(self, name: str) -> Piece:
        """A piece by its name."""
        row = ROW[name]
        return Piece(self.start[row], self.end[row])

    def _set(self, name: str, start: Ints, end: Ints, keep: Bools | None = None) -> None:
        """Set a piece; nothing where it is not to be kept."""
        row = ROW[name]
        self.start[row] = start
        self.end[row] = end if keep is None else np.where(keep, end, start)

    def _phrases(self, cut: Ints) -> None:
        """The phrase before each number, and that of the clause before."""
        numbers, sheet = self.numbers, self.sheet
        left, end = numbers.left, cut
        self._labelled = labelled = (sheet.codes[left - 1] == _COLON) & (left == end)  # 建筑面积:3万平方米
        end = np.where(labelled, left - 1, end)
        left = np.where(labelled, np.maximum(sheet.clause_of(end), end - NEAR), left)
        # 成本（含税）42.9元, 成本（含税）为42.9元
        bracket = sheet.codes[left - 1] == _CLOSING
        if np.count_nonzero(bracket):
            bracket &= self.marks.strip_tail(left, end) == left
            opening = last_before(sheet.codes == _OPENING)[left]
            bracket &= (opening > numbers.first) & (opening > left - 30)
            end = np.where(bracket, opening, end)
            left = np.where(bracket, np.maximum(sheet.clause_of(np.maximum(opening, 0)), opening - 30), left)
        start = np.maximum(numbers.first, numbers.clause - 60)
        behind = np.maximum(start, numbers.clause - 1)
        start = np.maximum(start, sheet.clause_of(behind))
        found = phrases_before(self.marks, np.concatenate([left, start]), np.concatenate([end, behind]))
        # nothing but a place says who, not what: 丹阳108亿元、句容82亿元
        end = np.where(sheet.place_sizes[found.start] == found.size, found.start, found.end)
        self.start[:2], self.end[:2] = found.start.reshape(2, -1), end.reshape(2, -1)
        np.copyto(self.end[0], self.start[0], where=self._causes(self.start[0], self.end[0]))
        moved = ending("rise", "fall")[sheet.words.end[self.end[1]]] > 0
        np.copyto(self.end[1], self.start[1], where=moved)
        start, end = self.of("clause")
        noun = self.marks.noun(start)  # 利润|受原材料涨价拖累,下滑5.2%
        behind = noun + starting("amount", "count")[sheet.words.start[noun]]
        open_ended = ending("amount", "count")[sheet.words.end[end]] == 0
        self._set("clause-noun", start, behind, (behind < end) & (behind - start > 1) & open_ended)

    def _causes(self, start: Ints, end: Ints) -> Bools:
        """Whether a phrase tells why, not what (因检修下降3.6%, 受跌价拖累下滑3.5%)."""
        sheet = self.sheet
        found: Bools = (sheet.codes[start - 1] == _BECAUSE) & (sheet.codes[start - 2] != _GENE)
        found |= (sheet.codes[start] == _UNDER) & (ending("cause")[sheet.words.end[end]] > 0)
        return found

    def _nouns(self) -> None:
        """The things counted behind each number, shorter and longer."""
        marks, numbers, sheet = self.marks, self.numbers, self.sheet
        at, right = numbers.end, numbers.right
        weak = _weak()
        for _ in range(2):
            step = weak[sheet.words.start[at]]
            at = at + step * (at + step <= right)
        behind = sheet.codes[numbers.end]
        at = np.minimum(at + (sheet.codes[at] == _DE), right)
        limit = np.minimum(right, at + _LONGEST_NOUN)
        # the first character never stops
        stop = np.minimum(np.where(at < limit, marks.stop(at + 1), at), limit)
        stop = np.where(marks.mask[at + 1] == at, at, stop)
        stop -= (sheet.codes[stop - 1] == _IN) & (stop > at + 2)  # 41个工业行业大类|中
        noun = marks.noun(at)
        inside = noun < stop
        noun = np.where(inside, noun, at)
        first_end = noun + starting("amount", "count")[sheet.words.start[noun]]
        last_end = np.maximum(marks.noun_end(np.maximum(stop, first_end)), first_end)
        whole = np.where((stop - at <= _WHOLE) | ~inside, stop, last_end)
        short = np.where(inside, first_end, np.minimum(stop, at + 8))
        keep = (inside | (stop - at > 1)) & (behind != _BLANK) & (behind != _COMMA)
        self._set("noun", at, short, keep)
        self._set("nouns", at, whole, keep & inside & (whole > first_end))

    def _verbs(self) -> None:
        """The verb of the lists before each number, or behind it; and that of the clauses before."""
        numbers = self.numbers
        starts = np.concatenate([numbers.left, numbers.end, np.maximum(numbers.first, numbers.clause - 50)])
        ends = np.concatenate([numbers.start, np.minimum(numbers.last, numbers.end + 20), numbers.clause])
        start, end = (side.reshape(3, -1) for side in longest_in(self.marks.acts, starts, ends))
        before = start[0] < end[0]
        self._set("action", np.where(before, start[0], start[1]), np.where(before, end[0], end[1]))
        self._set("broad", start[2], end[2])

    def _named(self, kind: str, least: int, most: int) -> tuple[Ints, Ints]:
        """Noun phrases that end in a word of ``kind``: (starts, ends)."""
        starts, ends = self.sheet.words.matches(kind)
        begin = np.maximum(self.marks.barrier(starts) + 1, starts - most)
        keep = starts - begin >= least
        return begin[keep], ends[keep]

    def _project(self) -> None:
        sheet, numbers = self.sheet, self.numbers
        starts, ends = self._named("venture", 2, 18)
        self.owned = self.follows = np.zeros(len(numbers), np.bool_)
        if not len(starts):
            return
        at = ends.searchsorted(numbers.left, "right") - 1
        known = (at >= 0) & (starts.take(at, mode="wrap") >= numbers.first)
        later = np.minimum(starts.searchsorted(numbers.end), len(starts) - 1)
        follows = (starts[later] >= numbers.end) & (ends[later] <= np.minimum(numbers.last, numbers.end + 30))
        where = np.where(known, at, later)
        start = starts[where]
        self._set("project", start, ends[where], (known | follows) & (start != self.start[ROW["own"]]))
        names = sheet.start[sheet.names]
        self.owned = (self.of("project").size > 0) & (names.searchsorted(numbers.first) < names.searchsorted(start))
        self.follows = ~known & follows

    def _topic(self) -> None:
        numbers = self.numbers
        starts, ends = self._named("trade", 2, 8)
        if not len(starts):
            return
        starts = self.marks.strip_lead(starts, ends)
        at = ends.searchsorted(numbers.left, "right") - 1
        start = starts.take(at, mode="wrap")
        self._set("topic", start, ends.take(at, mode="wrap"), (at >= 0) & (start >= numbers.first))

    def _earlier(self) -> None:
        """What the number before in the sentence, and the last one in the same unit, are called as far as the text itself says it."""
        numbers, own, noun = self.numbers, self.of("own"), self.of("noun")
        named = own.size > 1
        at = np.arange(len(named))
        base = last_before(named | (noun.size > 1))[:-1]
        base = np.where(base >= at - numbers.order, base, -1)  # the number whose words name this one
        start, end = np.where(named, own.start, noun.start), np.where(named, own.end, noun.end)
        sums = (ending("amount")[self.sheet.words.end[end]] == end - start) & (numbers.dimension == MONEY)
        base[sums & named & sums.take(base, mode="wrap")] = -1  # 产值46亿元、税收2亿元: neither is a part of the other
        self.alike = self._alike()
        index, rows = np.array((base, self.alike)), slice(ROW["base"], ROW["alike"] + 1)
        self.start[rows] = start = start.take(index, mode="wrap")
        self.end[rows] = np.where(index >= 0, end.take(index, mode="wrap"), start)

    def _alike(self) -> Ints:
        keys = self.numbers.document << 32 | self.numbers.unit_hash
        order = keys.argsort(kind="stable")
        last, at = order[:-1], order[1:]
        found: Ints = np.full(len(order), -1)
        found[at] = np.where((keys[at] == keys[last]) & (at - last <= _ALIKE), last, -1)
        return found

    def _heads(self) -> None:
        """The nouns of the lists in which pieces end."""
        to = slice(ROW["head"], ROW["kind"] + 1)
        start, end = self.start[_HEADED], self.end[_HEADED]
        self.start[to], self.end[to] = heads(self.marks, start, end), end
        own, head = self.of("own"), self.of("head")
        np.copyto(head.start, own.start, where=self._labelled)  # 实际到账外资:3亿元 is no sort of 外资
        second = heads(self.marks, own.start, head.start)
        self._set("core2", second, own.end, (head.start < own.end) & (second < head.start) & (second > own.start))

    def _added(self) -> None:
        """What the rules add: the nouns for what is measured, and words of their own."""
        numbers = self.numbers
        nouns = slice(ROW["suffix1"], ROW["suffix2"] + 1)
        self.start[nouns], self.end[nouns] = numbers.suffix[::2], numbers.suffix[1::2]
        words = slice(ROW["share"], ROW["target"] + 1)
        self.start[words], self.end[words] = _added()
        goals = self.sheet.words.places("goal")
        first = goals.searchsorted(np.maximum(numbers.first, numbers.start - _AIM))
        aim = slice(ROW["forecast"], ROW["target"] + 1)
        np.copyto(self.end[aim], self.start[aim], where=first == goals.searchsorted(numbers.start))
