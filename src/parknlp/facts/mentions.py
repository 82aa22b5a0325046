"""What a batch names that a statement may be about: names, places, general words (全市, 该公司), named projects and the like."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from ..doc import TIME
from .choosing import mix
from .features import Atoms, Features, atoms
from .pieces import Marks, Piece
from .reading import MASK, MATTER, Sheet, last_before
from .terms import Ints, spans_of

# sorts of mentions; the first three are labels
COMPANY_SORT, PARK_SORT, INSTITUTION_SORT, GENERAL, MATTERS, PLACE, OPEN, OWN_PHRASE, OWN_REST = range(9)

_START = re.compile(
    rf"[\s“‘”\"'·•一二三四五六七八九十0-9.、()【】\[\]]{{0,8}}"
    rf"(?:(?:目前|如今|眼下|其中|截至|截止|到|据|在|自|{MASK[TIME]}{{1,20}}(?:以来|底|末)?)[,的]?){{0,4}}"
    r"(?P<start>[^\s,;:。!?、()的较比在将已有为是与把从由达超近约实现共总累计预\ue000-\ue005]{2,12})"
)
_BESIDE = 2  # characters at most between neighbours


class Mentions:
    """The mentions of a batch in order; behind them those that open the sentences and the own phrases of numbers.

    Attributes:
        count: how many there are without those behind.
        start, end: where they stand.
        sort: what they are.
        opening: by sentence, the index of the mention that opens it, or -1.
        own: index of the own phrase of the first number; ``rest``: of what stands before the noun in it.
        main: by document, the first mention of the name that it has most often before the others, or -1.
    """

    def __init__(self, sheet: Sheet, marks: Marks, sentence: Ints, own: Piece, rest: Piece) -> None:
        self.sheet, self._marks = sheet, marks
        parts = [self._names(), self._general(), self._matters(), self._places()]
        start, end = (np.concatenate(column) for column in zip(*parts, strict=True))
        sort = np.concatenate(
            [sheet.label[sheet.names], *(np.full(len(part[0]), GENERAL + at) for at, part in enumerate(parts[1:]))]
        )
        order = np.lexsort((end, start))
        self.count = len(order)
        opening_start, opening_end = self._openings(np.unique(np.concatenate([sentence, np.maximum(sentence - 1, 0)])))
        self.own = self.count + len(opening_start)
        self.rest = self.own + len(own.start)
        self.start: Ints = np.concatenate([start[order], opening_start, own.start, rest.start])
        self.end: Ints = np.concatenate([end[order], opening_end, own.end, rest.end])
        sizes = [len(opening_start), len(own.start), len(own.start)]
        self.sort: Ints = np.concatenate([sort[order], np.repeat([OPEN, OWN_PHRASE, OWN_REST], sizes)]).astype(np.int64)
        self.table = self._describe()

    def _names(self) -> tuple[Ints, Ints]:
        sheet = self.sheet
        return sheet.start[sheet.names], sheet.end[sheet.names]

    def _general(self) -> tuple[Ints, Ints]:
        words, codes = self.sheet.words, self.sheet.codes
        start, end = words.matches("body")
        bare, stop = words.matches("self")
        before = codes[bare - 1]
        keep = (before < 0x4E00) | (before > 0x9FFF)
        return np.concatenate([start, bare[keep]]), np.concatenate([end, stop[keep]])

    def _matters(self) -> tuple[Ints, Ints]:
        starts, ends = self.sheet.words.matches("matter")
        barrier = np.maximum(self._marks.barrier, last_before(self.sheet.classes & MATTER > 0))
        begin = np.maximum(barrier[starts] + 1, starts - 16)
        keep = starts - begin >= 2
        begin, ends = begin[keep], ends[keep]
        longest = np.append(begin[1:] != begin[:-1], True)[: len(begin)]
        return begin[longest], ends[longest]

    def _places(self) -> tuple[Ints, Ints]:
        start, end = spans_of(self.sheet.place)
        free = np.append(True, start[1:] >= np.maximum.accumulate(end)[:-1])[: len(start)]
        return start[free], end[free]

    def _openings(self, wanted: Ints) -> tuple[Ints, Ints]:
        """The phrases that open the sentences that matter."""
        sheet = self.sheet
        begin, stop = sheet.sentences[wanted].tolist(), sheet.sentence_end(wanted).tolist()
        match = _START.match
        found = [match(sheet.masked, first, last) for first, last in zip(begin, stop, strict=True)]
        places = np.array([opened.span("start") if opened else (0, 0) for opened in found], np.int64).reshape(-1, 2)
        there = np.flatnonzero(places[:, 1])
        self.opening = np.full(len(sheet.sentences), -1, np.int64)
        self.opening[wanted[there]] = self.count + np.arange(len(there), dtype=np.int64)
        return places[there, 0], places[there, 1]

    def _describe(self) -> Atoms:
        """What does not depend on the number, as a table of atoms."""
        sheet, start, end, sort = self.sheet, self.start, self.end, self.sort
        codes, two, size = sheet.codes, sheet.two, end - start
        tail = np.where(size > 1, two[end - 2], codes[end - 1])
        text = self.text = sheet.plain_hash(start, end)
        general = (text >> np.uint64(32)).astype(np.uint32)
        kind = np.where(sort == GENERAL, general, np.where(sort == MATTERS, tail, sort.astype(np.uint32)))
        acts = self._marks.acts[0]
        return atoms(
            [
                kind,
                sort,
                tail,
                codes[start - 1],
                two[start - 2],
                codes[end],
                np.minimum(size, 8),
                *self._repeated(),
                *self._preceding(),
                codes[start],
                two[start],
                np.minimum(2, acts.searchsorted(end) - acts.searchsorted(start)),
            ]
        )

    def _preceding(self) -> tuple[Ints, Ints]:
        """The sort of the mention that stands next to each before it, and what is between."""
        start, codes = self.start, self.sheet.codes
        at = np.maximum(start[: self.count].searchsorted(start) - 1, 0)
        gap = start - self.end[at]
        near = (gap >= 0) & (gap <= _BESIDE) & (self.count > 0)
        return near * (self.sort[at] * 4 + gap + 1), codes[start - 1] * (near & (gap > 0))

    def _repeated(self) -> tuple[Ints, Ints, Ints]:
        """How often each is mentioned in the document, whether most often, and whether in its first sentence."""
        sheet, count = self.sheet, self.count
        document = sheet.document_of(self.start)
        keys = mix(self.text, document)
        known, where, times = np.unique(keys[:count], return_index=True, return_counts=True)
        self.main = np.full(len(sheet.docs), -1, np.int64)
        if not len(known):
            nothing = np.zeros(len(keys), np.int64)
            return nothing, nothing, nothing
        owner = document[where]
        top = np.zeros(len(sheet.docs), np.int64)
        np.maximum.at(top, owner, times)
        most = times == top[owner]
        lead = self.start[where] < sheet.sentence_end(sheet.sentence_of(sheet.begin_of_document))[owner]
        names = np.sort(where[most])
        names = names[self.sort[names] <= PARK_SORT]
        self.main[document[names][::-1]] = names[::-1]
        at = np.minimum(known.searchsorted(keys), len(known) - 1)
        real = known[at] == keys
        return np.minimum(times, 5)[at] * real, most[at] & real, lead[at] & real

    def before(self, *sorts: tuple[int, ...]) -> Ints:
        """For each of some sets of sorts, the last mention of it before each, and before the end, or -1; shape (sets, count + 1)."""
        found = np.full((len(sorts), self.count + 1), -1, np.int64)
        np.maximum.accumulate(np.where(self._of(sorts), np.arange(self.count, dtype=np.int64), -1), 1, out=found[:, 1:])
        return found

    def behind(self, *sorts: tuple[int, ...]) -> Ints:
        """The first mention of it at or behind each, or ``count``."""
        found = np.full((len(sorts), self.count + 1), self.count, np.int64)
        at = np.where(self._of(sorts), np.arange(self.count, dtype=np.int64), self.count)[:, ::-1]
        np.minimum.accumulate(at, 1, out=found[:, :-1][:, ::-1])
        return found

    def _of(self, sorts: tuple[tuple[int, ...], ...]) -> npt.NDArray[np.bool_]:
        table = np.zeros((len(sorts), PLACE + 1), np.bool_)
        for row, some in zip(table, sorts, strict=True):
            row[list(some)] = True
        return table[:, self.sort[: self.count]]


MENTION = ("kind sort tail before1 before after1 size count most lead precede between first1 first2 acts").split()
"""The atoms of a mention."""
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
