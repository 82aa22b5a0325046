"""What a batch names that a statement may be about: names, places, general words (全市, 该公司), named projects and the like."""

from __future__ import annotations

import functools
import re

import numpy as np

from ..doc import FIGURE
from .choosing import mix
from .features import HALF, Atoms, Features
from .hashing import numbered, paired
from .marks import Marks
from .openings import openings
from .pieces import Piece
from .reading import Sheet, framed, places_in
from .signs import END_QUOTE, FIRST_MASK, MATTER, NUMBER, QUOTE
from .terms import Bools, Ints, code_of, flags_of

# sorts of mentions; the first three are labels
COMPANY_SORT, PARK_SORT, INSTITUTION_SORT, GENERAL, MATTERS, PLACE, LIST, QUOTED, OPEN, OWN_PHRASE, OWN_REST = range(11)

_QUOTED = re.compile(r"“[^“”\n,;:。]{2,12}”")
_AND = code_of("、")
_JOINERS = flags_of("、和与及")
_MEASURES = np.array(FIRST_MASK + NUMBER[FIGURE], np.uint32)  # the signs of figures and percentages
_BESIDE = 2  # characters at most between neighbours


class Mentions:
    """The mentions of a batch in order; behind them those that open the sentences and the own phrases of numbers.

    Attributes:
        count: how many there are without those behind.
        start, end: where they stand; ``bounds``: both.
        sort: what they are; ``text``: a hash of what they say.
        opening: by sentence, the index of the mention that opens it, or -1.
        own: index of the own phrase of the first number; ``rest``: of what stands before the noun in it.
        main: by document, the first mention of the name that it has most often before the others, or -1.
        table: the atoms of `MENTION`.
    """

    def __init__(self, sheet: Sheet, marks: Marks, sentence: Ints, own: Piece, rest: Ints) -> None:
        """Find them.

        Args:
            sheet: the batch.
            marks: its marks.
            sentence: the sentences of some numbers.
            own: their own phrases.
            rest: where the nouns start in which these end.
        """
        self.sheet, self._marks = sheet, marks
        parts = [self._names(), *self._general(), self._matters(), self._places(), self._lists(), self._quoted()]
        starts, ends = (np.concatenate(sides) for sides in zip(*parts, strict=True))
        bounds = self._without_quote(np.array((starts, ends)))
        sizes = [len(part[0]) for part in parts[1:]]
        sorts = np.concatenate([sheet.label[sheet.names], _LISTED.repeat(sizes)])
        order = paired(*bounds).argsort(kind="stable")
        self.count = len(order)
        opening = self._openings(sentence)
        self.own = self.count + opening.shape[1]
        self.rest = self.own + len(rest)
        phrases = np.array([[own.start, own.start], [own.end, rest]]).reshape(2, -1)
        self.bounds = np.concatenate([bounds[:, order], opening, phrases], axis=1)
        self.start, self.end = self.bounds
        self.sort: Ints = np.empty(len(self.start), np.int64)
        self.sort[: self.count] = sorts[order]
        self.sort[self.count : self.own] = OPEN
        self.sort[self.own : self.rest] = OWN_PHRASE
        self.sort[self.rest :] = OWN_REST
        self.text = sheet.plain_hash(self.start, self.end)
        self.table = self._describe()

    def _names(self) -> tuple[Ints, Ints]:
        sheet = self.sheet
        return sheet.start[sheet.names], sheet.end[sheet.names]

    def _general(self) -> tuple[tuple[Ints, Ints], tuple[Ints, Ints]]:
        words = self.sheet.words
        start, end = words.matches("self")
        before = self.sheet.codes[start - 1]
        keep = before - np.uint32(0x4E00) > 0x9FFF - 0x4E00  # unsigned: no Chinese character
        return words.matches("body"), (start[keep], end[keep])

    def _matters(self) -> tuple[Ints, Ints]:
        starts, ends = self.sheet.words.matches("matter")
        if not len(starts):
            return starts, ends
        signs = framed(places_in(self.sheet.classes, MATTER), -1, len(self.sheet.classes))
        barrier = np.maximum(self._marks.barrier(starts), signs[signs.searchsorted(starts) - 1])
        begin = np.maximum(barrier + 1, starts - 16)
        keep = starts - begin >= 2
        begin, ends = begin[keep], ends[keep]
        longest = np.ones(len(begin), np.bool_)
        np.not_equal(begin[1:], begin[:-1], out=longest[:-1])
        return begin[longest], ends[longest]

    def _places(self) -> tuple[Ints, Ints]:
        start, end = self.sheet.places
        free = np.ones(len(start), np.bool_)
        np.greater_equal(start[1:], np.maximum.accumulate(end)[:-1], out=free[1:])
        return start[free], end[free]

    def _lists(self) -> tuple[Ints, Ints]:
        """Lists of names (A、B、C)."""
        start, end = self._names()
        if len(start) < 2:
            return start[:0], end[:0]
        joined = np.zeros(len(start) + 1, np.bool_)
        joined[1:-1] = (start[1:] == end[:-1] + 1) & (self.sheet.codes[end[:-1]] == _AND)
        return start[joined[1:] & ~joined[:-1]], end[joined[:-1] & ~joined[1:]]

    def _quoted(self) -> tuple[Ints, Ints]:
        """Short pieces in quotes."""
        found = [match.span() for match in _QUOTED.finditer(self.sheet.masked)]
        table: Ints = np.array(found, np.int64).reshape(-1, 2).T
        return table[0], table[1]

    def _without_quote(self, bounds: Ints) -> Ints:
        """The bounds, each without the quotation mark before it that ends outside (“|一期项目投产后…”)."""
        start, end = bounds
        quoted = (self.sheet.codes[start] == QUOTE).nonzero()[0]
        if len(quoted):
            closing = framed((self.sheet.codes == END_QUOTE).nonzero()[0], -1, len(self.sheet.codes))
            start[quoted] += closing[closing.searchsorted(start[quoted])] >= end[quoted]
        return bounds

    def _openings(self, sentence: Ints) -> Ints:
        """The phrases that open these sentences and those before them."""
        sheet = self.sheet
        flags = np.zeros(len(sheet.sentences), np.bool_)
        flags[sentence] = flags[np.maximum(sentence - 1, 0)] = True
        opened, *bounds = openings(sheet, self._marks, flags.nonzero()[0])
        self.opening: Ints = np.full(len(sheet.sentences) - 1, -1)
        self.opening[opened] = self.count + np.arange(len(opened))
        return np.array(bounds)

    def _describe(self) -> Atoms:
        """What does not depend on the number, as a table of atoms."""
        sheet, start, end, sort = self.sheet, self.start, self.end, self.sort
        size = end - start
        table = np.empty((len(MENTION), len(start)), np.uint32)
        sheet.two.take(np.array([end - 2, start - 2, start]), out=table[:3], mode="clip")
        sheet.codes.take(np.array([end - 1, start - 1, end, start]), out=table[3:7], mode="clip")
        table[0] = tail = np.where(size > 1, table[0], table[3])
        ahead = sheet.codes[start - 2]
        listed = _JOINERS.take(table[4], mode="clip") & (ahead - _MEASURES < 2)  # unsigned
        np.copyto(table[4], ahead, where=listed)  # what joins is a boundary behind a number: A开工率77.8%、B开工率71.4%
        table[3] = np.where(sort == GENERAL, self.text >> HALF, np.where(sort == MATTERS, tail, sort))
        before, apart = self._preceding()
        acts = self._marks.acts[0]
        table[7:11] = sort, np.minimum(size, 8), before, table[4] * apart
        table[11:14] = self._repeated()
        table[14] = np.minimum(2, acts.searchsorted(end) - acts.searchsorted(start))
        closing = sheet.hard[sheet.hard.searchsorted(end)]
        sheet.two.take(np.array([end, closing - 2]), out=table[15:17], mode="clip")
        sheet.codes.take(closing, out=table[17], mode="clip")
        return table

    def _preceding(self) -> tuple[Ints, Bools]:
        """The sort of the mention that stands next to each before it and how near; whether something is between the two."""
        start = self.start
        at = np.maximum(start[: self.count].searchsorted(start) - 1, 0)
        gap = start - self.end[at]
        near = (gap >= 0) & (gap <= _BESIDE) & (self.count > 0)
        return near * (self.sort[at] * 4 + gap + 1), near & (gap > 0)

    def _repeated(self) -> Ints:
        """How often each is mentioned in the document, whether most often, and whether in its first sentence."""
        sheet, count, size = self.sheet, self.count, len(self.sheet.docs)
        document = sheet.document_of(self.start)
        self.main: Ints = np.full(size, -1)
        if not count:
            return np.zeros((3, len(document)), np.int64)
        same, first = numbered(mix(self.text, document))
        times = np.bincount(same[:count], minlength=len(first))
        owner = document[first]
        top = np.zeros(size, np.int64)
        np.maximum.at(top, owner, times)
        opening = sheet.sentences[sheet.sentence_of(sheet.begin_of_document) + 1]
        found = np.empty((3, len(first)), np.int64)
        np.minimum(times, 5, out=found[0])
        np.equal(times, top[owner], out=found[1])
        np.less(self.start[first], opening[owner], out=found[2])
        found *= first < count  # of those that stand nowhere but behind the mentions nothing is known
        names = np.sort(first[(found[1] > 0) & (self.sort[first] <= PARK_SORT)])[::-1]
        self.main[document[names]] = names
        return found.take(same, axis=1)

    def before(self, *sorts: tuple[int, ...]) -> Ints:
        """For each of some sets of sorts, the last mention of it before each, and before the end, or -1; shape (sets, count + 1)."""
        found = np.empty((len(sorts), self.count + 1), np.int64)
        found[:, 0] = -1
        np.maximum.accumulate(np.where(self._of(sorts), np.arange(self.count), -1), 1, out=found[:, 1:])
        return found

    def behind(self, *sorts: tuple[int, ...]) -> Ints:
        """The first mention of it at or behind each, or ``count``."""
        found = np.empty((len(sorts), self.count + 1), np.int64)
        found[:, -1] = self.count
        at = np.where(self._of(sorts), np.arange(self.count), self.count)[:, ::-1]
        np.minimum.accumulate(at, 1, out=found[:, :-1][:, ::-1])
        return found

    def _of(self, sorts: tuple[tuple[int, ...], ...]) -> Bools:
        return _sets(sorts).take(self.sort[: self.count], axis=1)


_LISTED = np.array([GENERAL, GENERAL, MATTERS, PLACE, LIST, QUOTED])


@functools.cache
def _sets(sorts: tuple[tuple[int, ...], ...]) -> Bools:
    """By set and sort, whether the one has the other."""
    return np.array([[sort in some for sort in range(QUOTED + 1)] for some in sorts])


MENTION = (
    "tail before first2 kind before1 after1 first1 sort size precede between count most lead acts after2 ends closes"
).split()
"""The atoms of a mention; ``closes`` is the sign that ends its clause, ``ends`` the two characters before that."""
_JOINED = (
    "kind",
    "before1 sort",
    "before",
    "after1 sort",
    "size sort",
    "lead sort",
    "count sort",
    "most sort",
    "tail",
    "precede between sort",
    "first1 sort",
    "first2 sort",
    "acts sort",
)


def mention_features(first: int) -> Features:
    """What speaks for a mention wherever it stands."""
    return Features(MENTION, _JOINED, first)
