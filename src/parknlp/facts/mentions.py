"""What a batch names that a statement may be about: names, places, general words (全市, 该公司), named projects and the like."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from ..doc import TIME
from .choosing import mix
from .pieces import Piece, place_length
from .reading import BARRIERS, MASK, MATTER, Sheet, last_before
from .terms import Hashes, Ints

# sorts of mentions; the first three are labels
COMPANY_SORT, PARK_SORT, INSTITUTION_SORT, GENERAL, MATTERS, PLACE, OPEN, OWN_PHRASE, OWN_REST = range(9)

_START = re.compile(
    rf"[\s“‘”\"'·•一二三四五六七八九十0-9.、()【】\[\]]{{0,8}}"
    rf"(?:(?:目前|如今|眼下|其中|截至|截止|到|据|在|自|{MASK[TIME]}{{1,20}}(?:以来|底|末)?)[,的]?){{0,4}}"
    r"(?P<start>[^\s,;:。!?、()的较比在将已有为是与把从由达超近约实现共总累计预\ue000-\ue005]{2,12})"
)


class Mentions:
    """The mentions of a batch in order, those of the sentences' openings apart.

    Attributes:
        start, end: where they stand.
        sort: what they are; ``kind``: a finer hash of that.
        loose: general words and places, which are no subject when they stand behind the number.
    """

    def __init__(self, sheet: Sheet, wanted: Ints) -> None:
        self.sheet = sheet
        parts = [self._names(), self._general(), self._matters(), self._places()]
        start, end, sort = (np.concatenate(column) for column in zip(*parts, strict=True))
        order = np.lexsort((end, start))
        self.start, self.end, self.sort = start[order], end[order], sort[order]
        self.loose = (self.sort == GENERAL) | (self.sort == PLACE)
        self._openings(wanted)

    def _names(self) -> tuple[Ints, Ints, Ints]:
        sheet = self.sheet
        return sheet.start[sheet.names], sheet.end[sheet.names], sheet.label[sheet.names]

    def _general(self) -> tuple[Ints, Ints, Ints]:
        words, codes = self.sheet.words, self.sheet.codes
        start, end = words.matches("body")
        bare, stop = words.matches("self")
        before = codes[np.maximum(bare - 1, 0)]
        keep = (before < 0x4E00) | (before > 0x9FFF)
        start, end = np.concatenate([start, bare[keep]]), np.concatenate([end, stop[keep]])
        return start, end, np.full(len(start), GENERAL, np.int32)

    def _matters(self) -> tuple[Ints, Ints, Ints]:
        sheet = self.sheet
        starts, ends = sheet.words.matches("matter")
        barrier = last_before(sheet.classes & (BARRIERS | MATTER) > 0)
        begin = np.maximum(barrier[starts] + 1, starts - 16)
        keep = starts - begin >= 2
        begin, ends = begin[keep], ends[keep]
        if len(begin):
            longest = np.append(begin[1:] != begin[:-1], True)
            begin, ends = begin[longest], ends[longest]
        return begin, ends, np.full(len(begin), MATTERS, np.int32)

    def _places(self) -> tuple[Ints, Ints, Ints]:
        length = place_length(self.sheet)
        start = np.flatnonzero(length).astype(np.int32)
        end = start + length[start]
        if len(start):
            reach = np.maximum.accumulate(end)
            free = np.append(True, start[1:] >= reach[:-1])
            start, end = start[free], end[free]
        return start, end, np.full(len(start), PLACE, np.int32)

    def _openings(self, wanted: Ints) -> None:
        """The phrases that open the sentences that matter."""
        sheet = self.sheet
        begin, stop = sheet.sentences[wanted].tolist(), sheet.sentence_end(wanted).tolist()
        self._opening = np.full(len(sheet.sentences), -1, np.int32)
        start: list[int] = []
        end: list[int] = []
        for sentence, first, last in zip(wanted.tolist(), begin, stop, strict=True):
            match = _START.match(sheet.masked, first, last)
            if match:
                self._opening[sentence] = len(self.start) + len(start)
                start.append(match.start("start"))
                end.append(match.end())
        self._finish(np.array(start, np.int32), np.array(end, np.int32))

    def _finish(self, start: Ints, end: Ints) -> None:
        self.start_all = np.concatenate([self.start, start])
        self.end_all = np.concatenate([self.end, end])
        self.sort_all = np.concatenate([self.sort, np.full(len(start), OPEN, np.int32)])

    def with_pieces(self, *pieces: Piece) -> Iterator[tuple[int, npt.NDArray[np.bool_]]]:
        """Add the own phrases of numbers: for each piece, where its mentions begin, and which are any."""
        sizes = [len(self.start_all)]
        for sort, piece in zip((OWN_PHRASE, OWN_REST), pieces, strict=True):
            self.start_all = np.concatenate([self.start_all, piece.start])
            self.end_all = np.concatenate([self.end_all, piece.end])
            self.sort_all = np.concatenate([self.sort_all, np.full(len(piece.start), sort, np.int32)])
            sizes.append(len(self.start_all))
        self._describe()
        yield sizes[0], pieces[0].size > 0
        yield sizes[1], pieces[1].size > 1

    def _describe(self) -> None:
        """The columns of what does not depend on the number."""
        sheet, start, end, sort = self.sheet, self.start_all, self.end_all, self.sort_all
        codes = sheet.codes.astype(np.uint64)
        plain = sheet.plain_hash
        text = plain(start, end)
        self.tail_all = plain(np.maximum(start, end - 2), end)
        self.kind_all = np.where(
            sort == GENERAL, text, np.where(sort == MATTERS, self.tail_all, sort.astype(np.uint64))
        )
        before1, after1 = codes[np.maximum(start - 1, 0)], codes[np.minimum(end, len(codes) - 1)]
        before, after = sheet.hash(start - 2, start), sheet.hash(end, end + 2)
        listed = mix(before1 == ord("、"), after1 == ord("、"), after1 == ord("等"))
        document = sheet.document_of(start)
        count, most, lead, order = self._repeated(document, text)
        follow, precede = self._neighbours()
        first1, first2 = codes[np.minimum(start, len(codes) - 1)], sheet.hash(start, np.minimum(end, start + 2))
        acts = self._acts()
        self.columns: list[Hashes] = [
            mix(self.kind_all, 0),
            mix(before1, sort),
            before,
            mix(after1, sort),
            after,
            mix(before1, after1),
            mix(listed, sort),
            mix(np.minimum(end - start, 8), sort),
            mix(lead, sort),
            mix(count, sort),
            mix(most, sort),
            mix(count, lead, sort),
            mix(order, sort),
            self.tail_all,
            mix(follow, sort),
            mix(precede, sort),
            mix(first1, sort),
            mix(first2, sort),
            mix(acts, sort),
        ]

    def _neighbours(self) -> tuple[Hashes, Hashes]:
        """The names that stand next to each mention, behind it and before it, with what is between."""
        sheet, start, end = self.sheet, self.start_all, self.end_all
        nothing = np.zeros(len(start), np.uint64)
        if not len(self.start):
            return nothing, nothing
        most = len(self.start) - 1
        at = np.searchsorted(self.start, end)
        safe = np.minimum(at, most)
        near = (at <= most) & (self.start[safe] - end <= 2)
        follow = np.where(
            near,
            mix(self.sort[safe] + 1, sheet.hash(end, np.maximum(end, np.minimum(self.start[safe], end + 2)))),
            nothing,
        )
        at = np.searchsorted(self.start, start) - 1
        safe = np.maximum(at, 0)
        gap = start - self.end[safe]
        near = (at >= 0) & (gap <= 2) & (gap >= 0)
        precede = np.where(
            near, mix(self.sort[safe] + 1, sheet.hash(np.minimum(self.end[safe], start), start)), nothing
        )
        return follow, precede

    def _acts(self) -> Ints:
        """How many verbs each mention has, 2 at most: phrases that open a sentence may be clauses."""
        starts = self.sheet.words.matches("act", "do")[0]
        found: Ints = np.minimum(2, np.searchsorted(starts, self.end_all) - np.searchsorted(starts, self.start_all))
        return found

    def _repeated(
        self, document: Ints, text: Hashes
    ) -> tuple[Ints, npt.NDArray[np.bool_], npt.NDArray[np.bool_], Ints]:
        """How often each is mentioned in the document, whether most often, whether in its first sentence, after how many others."""
        if not hasattr(self, "_known"):
            sheet = self.sheet
            owner = sheet.document_of(self.start)
            keys = mix(sheet.plain_hash(self.start, self.end), owner)
            known, where, counts = np.unique(keys, return_index=True, return_counts=True)
            top = np.zeros(len(sheet.docs), np.int64)
            np.maximum.at(top, owner[where], counts)
            self._where = where
            first = sheet.sentence_of(self.start[where]) == sheet.sentence_of(sheet.begin_of_document[owner[where]])
            by_place = np.lexsort((where, owner[where]))
            order = np.zeros(len(where), np.int64)
            mine = owner[where][by_place]
            order[by_place] = np.arange(len(where)) - np.searchsorted(mine, mine)
            self._known = known, np.minimum(counts, 5), counts == top[owner[where]], first, np.minimum(order, 4)
        known, *columns = self._known
        if not len(known):
            nothing = np.zeros(len(text), np.int32)
            return nothing, nothing > 0, nothing > 0, nothing
        keys = mix(text, document)
        at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
        real = known[at] == keys
        count, most, lead, order = (np.where(real, column[at], 0) for column in columns)
        return count, most, lead, np.where(real, order, 6)

    def around(self, sentence: Ints, document: Ints) -> Iterator[tuple[int, Ints]]:
        """Candidates from elsewhere: where they stand, and their indices or -1."""
        from .placing import (
            FIRST,
            MAIN,
            OPENING,
            PARAGRAPH,
            PREVIOUS,
            PREVIOUS_COMPANY,
            PREVIOUS_GENERAL,
            PREVIOUS_OPENING,
            PREVIOUS_PARK,
            PREVIOUS_PLACE,
        )

        sheet = self.sheet
        begin = sheet.sentences[sentence]
        yield OPENING, self._opening[sentence]
        before = np.maximum(sentence - 1, 0)
        same = (sentence > 0) & (sheet.document_of(sheet.sentences[before]) == document)
        yield PREVIOUS_OPENING, np.where(same, self._opening[before], -1)
        start_of_document = sheet.begin_of_document[document]
        for where, keep in (
            (PREVIOUS, self.sort <= INSTITUTION_SORT),
            (PREVIOUS_COMPANY, self.sort == COMPANY_SORT),
            (PREVIOUS_PARK, self.sort == PARK_SORT),
            (PREVIOUS_PLACE, self.sort == PLACE),
            (PREVIOUS_GENERAL, self.sort == GENERAL),
        ):
            index = np.flatnonzero(keep)
            at = np.searchsorted(self.start[index], begin) - 1
            usable = (
                (at >= 0) & (self.start[index][np.maximum(at, 0)] >= start_of_document)
                if len(index)
                else np.zeros(len(at), np.bool_)
            )
            yield where, np.where(usable, index[np.maximum(at, 0)] if len(index) else -1, -1)
        names = np.flatnonzero(self.sort <= INSTITUTION_SORT)
        places = np.flatnonzero(self.sort == PLACE)
        paragraph = np.maximum(sheet.line_start[begin], start_of_document)
        for where, index, start in (
            (PARAGRAPH, names, paragraph),
            (FIRST, names, start_of_document),
            (FIRST, places, start_of_document),
        ):
            if not len(index):
                continue
            at = np.searchsorted(self.start[index], start)
            safe = np.minimum(at, len(index) - 1)
            usable = (at < len(index)) & (self.start[index][safe] < begin)
            yield where, np.where(usable, index[safe], -1)

        main = self._main()
        yield MAIN, main[document]

    def _main(self) -> Ints:
        """For each document the first mention of the name that it has most often before the others, or -1."""
        self._repeated(np.zeros(0, np.int32), np.zeros(0, np.uint64))
        found = np.full(len(self.sheet.docs), -1, np.int64)
        where = self._where[self._known[2]]
        names = where[self.sort[where] <= PARK_SORT]
        found[self.sheet.document_of(self.start[names])[::-1]] = names[::-1]
        return found

    def refers(self, first: Ints, middle: Ints) -> Hashes:
        """The last general word of the mentions from ``first`` to ``middle``, or 0."""
        general = np.flatnonzero(self.sort == GENERAL)
        if not len(general):
            return np.zeros(len(first), np.uint64)
        at = np.searchsorted(general, middle) - 1
        safe = np.maximum(at, 0)
        usable = (at >= 0) & (general[safe] >= first)
        found: Hashes = np.where(usable, self.kind_all[general[safe]], np.uint64(0))
        return found

    def named(self, begin: Ints, here: Ints) -> Ints:
        """How many names stand from ``begin`` to ``here``, 3 at most."""
        opening = self.sheet.start[self.sheet.names]
        found: Ints = np.minimum(3, np.searchsorted(opening, here) - np.searchsorted(opening, begin)).astype(np.int32)
        return found
