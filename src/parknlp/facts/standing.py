"""How a company and a park stand to each other in a text: the features from which `located` decides.

A park is told of by its name or by a word that stands for it (园区, 该基地, 谷里); the word means the last park named before that it
fits. Companies in a row (A、B和C) are one list, which its first member's place describes.
"""

from __future__ import annotations

import functools
import re
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from ..doc import COMPANY, PARK, Span
from .reading import COMMA, ENDS, FIRST_MASK, Sheet
from .terms import Hasher, Hashes, Ints
from .words import table

Bools = npt.NDArray[np.bool_]

CUES: Final = ("settle", "visit", "have", "build", "partner", "owner", "run", "away", "met")
REFERS: Final = ("inside", "park", "here", "zone")
_LINK = re.compile(r"(?:\([^()]*\))?(?:[、,]|和|与|及|以及|、?[^、。,;\n]{0,3}[、和])")
_BETWEEN = 60  # characters between a company and a park in which words are looked at
_NEAR = 14  # and beside them
_FITS = (
    ("基地", ("基地",)),
    ("谷", ("谷",)),
    ("城", ("城",)),
    ("港", ("港", "港区")),
    ("镇", ("镇",)),
    ("高新区", ("高新区", "高新技术产业开发区")),
    ("经开区", ("经开区", "经济技术开发区", "经济开发区")),
    ("园", ("园", "园区")),
    ("区", ("区",)),
)  # a word with the first in it means a park with one of these ends

_C, _P = chr(FIRST_MASK), chr(FIRST_MASK + 1)
_BEFORE_COMPANY = (
    "的",
    "、",
    "为向给由被对从跟让替供",
    ",。!?;\n:",
    "在于",
    "有聚引",
    '“"‘(《',
    "和与及同",
    _C + _P,
    "做造产搞生",
)
_AFTER_COMPANY = ("等", "的", ",", "。!?;\n", "、和与及", "在", '“”"()', _P, "投落签入")
_BEFORE_PARK = ("在于入进到户驻", "与和、及", "距离", "。!?\n,;:", "是为", "由", '“(《"', _C, "从")
_AFTER_PARK = ("的", "内里中", ",:", "有聚集引", "、和与及", "。!?;\n", _C, '”)"', "招管党签完实现")
_NO_REFERENCE = "级各个家省市国大小一两三多类座型将部产造发" + chr(FIRST_MASK + 4)  # 3个园区, 省级开发区, 生产基地
_MONEY = ("银行", "基金", "资本", "投资", "证券", "创投", "保险", "信托")

_BESIDE = ("between", "park", "head", "sentence", "behind")
NAMES: Final = (
    *"ahead told rank others sentences lines distance far commas rivals firms place size before_list before behind_list behind".split(),
    *"before_park behind_park".split(),
    *(f"{where}_{cue}" for cue in (*CUES, "refer") for where in _BESIDE),
    *"opens_sentence opens_line list_opens park_count parks companies company_count most_named first_named row_of_parks".split(),
    *"shared_name company_size park_size full_name money first_mention position surfaces longest introduces new walked_in".split(),
)
"""The features, in the order of the columns."""


def on_the_scene(table: npt.NDArray[np.int16]) -> Bools:
    """Pairs of a reportage: the paragraph walks into the park and then meets somebody of the company, with no other park between."""
    ahead, walked, met, lines, others = (
        table[:, NAMES.index(name)] for name in ("ahead", "walked_in", "behind_met", "lines", "others")
    )
    found: Bools = (ahead > 0) & (walked > 0) & (met > 0) & (lines == 0) & (others == 0)
    return found


class Told(NamedTuple):
    """Where parks are told of, by name or by a word for them.

    Attributes:
        start, end, document: where.
        park: which of the parks' names is meant.
        kind: 0 for a name, else 1 + index of `REFERS`.
    """

    start: Ints
    end: Ints
    document: Ints
    park: Ints
    kind: Ints


@functools.cache
def _characters(groups: tuple[str, ...]) -> npt.NDArray[np.int16]:
    found = np.zeros(0x10000, np.int16)
    for number, group in enumerate(groups, 1):
        found[[ord(character) for character in group]] = number
    return found


@functools.cache
def _sorts(kind: str, names: tuple[str, ...]) -> tuple[Hashes, Ints]:
    """The hashes of all words of a kind, in order, and for each the names of its sorts as bits."""
    sorts: dict[str, int] = {}
    for bit, name in enumerate(names):
        for word in table()[f"{kind}.{name}"]:
            sorts[word] = sorts.get(word, 0) | 1 << bit
    ends = np.cumsum([len(word) for word in sorts]).astype(np.int32)
    starts = np.append(np.int32(0), ends[:-1]).astype(np.int32)
    hashes = Hasher(np.frombuffer("".join(sorts).encode("utf-32-le"), np.uint32).astype(np.uint64))(starts, ends)
    order = np.argsort(hashes)
    return hashes[order], np.array(list(sorts.values()), np.int32)[order]


def _matches(sheet: Sheet, kind: str, names: tuple[str, ...]) -> tuple[Ints, Ints, Ints]:
    """Starts, ends and sorts of the words of a kind."""
    start, end = sheet.words.matches(kind)
    hashes, sorts = _sorts(kind, names)
    return start, end, sorts[np.searchsorted(hashes, sheet.hash(start, end))]


def thing(span: Span) -> str | int:
    """What a name means: its group, or else itself."""
    return span.text if span.group is None else span.group


def _identities(keys: list[tuple[Any, ...]]) -> Ints:
    known: dict[tuple[Any, ...], int] = {}
    return np.array([known.setdefault(key, len(known)) for key in keys], np.int32)


class Names:
    """The companies and parks of a batch.

    Attributes:
        company, park: their indices among the spans; ``company_start``, ``park_end`` and so on: where they stand.
        surface: of each company, the number of its name in its document; ``firm``: of what it names.
        group: of each park, the number of what it names.
        head, last: of each company, the first and the last of its list.
        told: where parks are told of.
    """

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.company, self.park = sheet.spans_of(COMPANY), sheet.spans_of(PARK)
        self.company_start, self.company_end = sheet.start[self.company], sheet.end[self.company]
        self.park_start, self.park_end = sheet.start[self.park], sheet.end[self.park]
        self.company_document, self.park_document = sheet.document[self.company], sheet.document[self.park]

    def read(self) -> None:
        """Find lists and references, and tell which names mean the same."""
        spans, document = self.sheet.spans, self.sheet.document.tolist()
        self.surface = _identities([(document[at], spans[at].text) for at in self.company.tolist()])
        self.firm, self.group = (
            _identities([(document[at], thing(spans[at])) for at in chosen.tolist()])
            for chosen in (self.company, self.park)
        )
        self._lists()
        self.told = self._told()

    def _lists(self) -> None:
        sheet, size = self.sheet, len(self.company)
        head = np.arange(size, dtype=np.int32)
        near = np.flatnonzero(
            (self.company_start[1:] - self.company_end[:-1] <= 8)
            & (self.company_document[1:] == self.company_document[:-1])
        )
        for at in near.tolist():
            if _LINK.fullmatch(sheet.masked, self.company_end[at], self.company_start[at + 1]):
                head[at + 1] = head[at]
        self.head = head
        last = np.zeros(size, np.int32)
        last[head] = np.arange(size, dtype=np.int32)  # of each list's first company, the last; later ones win
        self.last = last[head]

    def _told(self) -> Told:
        sheet = self.sheet
        start, end, sort = _matches(sheet, "refer", REFERS)
        if len(start):
            whole = np.append(True, start[1:] >= end[:-1])  # not the 园区 of 产业园区
            before = np.isin(sheet.codes[start - 1], [ord(character) for character in _NO_REFERENCE])
            keep = whole & ~before
            start, end, sort = start[keep], end[keep], sort[keep]
        document = sheet.document_of(start)
        meant = self._meant(start, end, document)
        keep = meant >= 0
        kind = np.log2(np.maximum(sort[keep], 1)).astype(np.int32) + 1
        size = len(self.park)
        starts = np.concatenate([self.park_start, start[keep]])
        order = np.argsort(starts, kind="stable")
        return Told(
            starts[order],
            np.concatenate([self.park_end, end[keep]])[order],
            np.concatenate([self.park_document, document[keep]])[order],
            np.concatenate([np.arange(size, dtype=np.int32), meant[keep]])[order],
            np.concatenate([np.zeros(size, np.int32), kind])[order],
        )

    def _meant(self, start: Ints, end: Ints, document: Ints) -> Ints:
        """The park that each word stands for: the last one before in its document that it fits, else the last one; or -1."""
        found = np.searchsorted(self.park_start, start).astype(np.int32) - 1
        found[found >= 0] = np.where(self.park_document[found] == document, found, -1)[found >= 0]
        names = [self.sheet.spans[at].text for at in self.park.tolist()]
        said = [self.sheet.masked[one:other] for one, other in zip(start.tolist(), end.tolist(), strict=True)]
        todo = np.ones(len(start), np.bool_)
        for part, ends in _FITS:
            asks = todo & np.array([part in word for word in said], np.bool_)
            todo &= ~asks
            fits = np.flatnonzero(np.array([name.endswith(ends) for name in names], np.bool_))
            if len(fits) and asks.any():
                at = np.searchsorted(self.park_start[fits], start) - 1
                park = fits[at].astype(np.int32)
                asks &= (at >= 0) & (self.park_document[park] == document)
                found = np.where(asks, park, found)
        return found


class Look:
    """What stands at and between companies and parks."""

    def __init__(self, names: Names) -> None:
        sheet = self.sheet = names.sheet
        self.names = n = names
        classes = sheet.classes
        self.ends = np.flatnonzero(classes & ENDS).astype(np.int32)
        self.lines = np.flatnonzero(sheet.codes == ord("\n")).astype(np.int32)
        self.commas = np.flatnonzero((classes & (COMMA | ENDS)) == COMMA).astype(np.int32)
        start, _, sort = _matches(sheet, "cue", CUES)
        self.counts = [_counts(start[sort >> bit & 1 > 0], len(sheet.codes)) for bit in range(len(CUES))]
        self.counts.append(_counts(n.told.start[n.told.kind > 0], len(sheet.codes)))
        size = len(sheet.docs)
        firsts = np.unique(n.group, return_index=True)[1]
        self.park_count = np.bincount(n.group)
        self.parks = np.bincount(n.park_document[firsts], minlength=size)
        self.most = np.zeros(size, np.int64)
        np.maximum.at(self.most, n.park_document, self.park_count[n.group])
        self.first_park = np.searchsorted(n.park_document, np.arange(size))
        self.row = _row_sizes(sheet, n)
        self._firms(size)

    def _firms(self, size: int) -> None:
        n = self.names
        _, firsts = np.unique(n.surface, return_index=True)
        self.company_count = np.bincount(n.surface)
        self.companies = np.bincount(n.company_document[firsts], minlength=size)
        self.first_of_surface = firsts
        self.surfaces = np.bincount(n.firm[firsts])
        length = n.company_end - n.company_start
        self.longest = np.zeros(len(self.surfaces), np.int64)
        np.maximum.at(self.longest, n.firm, length)
        self.first_of_firm = np.unique(n.firm, return_index=True)[1]
        plain = self.sheet.text
        self.money = np.array([plain[at - 2 : at] in _MONEY for at in n.company_end.tolist()], np.bool_)
        self.full = self.sheet.plain_hash(n.company_end - 1, n.company_end) == ord("司") + 1

    def between(self, company: Ints, told: Ints) -> tuple[Bools, Ints, Ints]:
        """Whether the park is told of before the company's list, and the text between the two."""
        n = self.names
        first, last = n.company_start[n.head[company]], n.company_end[n.last[company]]
        begin, stop = n.told.start[told], n.told.end[told]
        ahead = begin < first
        start = np.where(ahead, stop, np.where(begin >= last, last, n.company_end[company]))
        end = np.maximum(np.where(ahead, first, begin), start)
        return ahead, start, end

    def table(self, company: Ints, told: Ints) -> npt.NDArray[np.int16]:
        """The features of pairs, a row each."""
        n, sheet = self.names, self.sheet
        codes, size = np.minimum(sheet.codes, 0xFFFF), len(sheet.codes)
        ahead, start, end = self.between(company, told)
        head, last = n.head[company], n.last[company]
        first, behind = n.company_start[head], n.company_end[last]
        p0, p1, park = n.told.start[told], n.told.end[told], n.told.park[told]
        c0, c1, group, document = n.company_start[company], n.company_end[company], n.group[park], n.park_document[park]
        surface, firm = n.surface[company], n.firm[company]
        gap = end - start
        columns = [
            ahead,
            n.told.kind[told],
            np.minimum(4, np.searchsorted(n.told.start, first) - 1 - told),
            self._others(told, end),
            np.minimum(4, _within(self.ends, start, end)),
            np.minimum(3, _within(self.lines, start, end)),
            np.minimum(60, gap) // 4,
            np.minimum(800, gap) // 50,
            np.minimum(5, _within(self.commas, start, end)),
            np.minimum(3, _within(n.park_start, start, end)),
            np.minimum(8, _within(n.company_start, start, end)),
            np.minimum(4, company - head),
            np.minimum(8, last - head + 1),
            _characters(_BEFORE_COMPANY)[codes[first - 1]],
            _characters(_BEFORE_COMPANY)[codes[c0 - 1]],
            _characters(_AFTER_COMPANY)[codes[behind]],
            _characters(_AFTER_COMPANY)[codes[c1]],
            _characters(_BEFORE_PARK)[codes[p0 - 1]],
            _characters(_AFTER_PARK)[codes[p1]],
        ]
        sentence = np.maximum(_last(self.ends, first), first - _BETWEEN)
        windows = (
            (
                np.where(ahead, np.maximum(start, end - _BETWEEN), start),
                np.where(ahead, end, np.minimum(end, start + _BETWEEN)),
            ),
            (p1, np.minimum(p1 + _NEAR, size)),
            (np.maximum(first - _NEAR, sentence), first),
            (sentence, first),
            (behind, np.minimum(behind + _NEAR, size)),
        )
        for counts in self.counts:
            columns += [
                np.minimum(1 + (at == 0), counts[stop] - counts[begin]) for at, (begin, stop) in enumerate(windows)
            ]
        columns += [
            _last(self.ends, p0) >= p0 - 6,
            _last(self.lines, p0) >= p0 - 10,
            _last(self.ends, first) >= first - 3,
            np.minimum(6, self.park_count[group]),
            np.minimum(6, self.parks[document]),
            np.minimum(20, self.companies[document]),
            np.minimum(5, self.company_count[surface]),
            self.park_count[group] == self.most[document],
            n.group[self.first_park[document]] == group,
            self.row[park],
            self._shared(company, park),
            np.minimum(12, c1 - c0),
            np.minimum(14, n.park_end[park] - n.park_start[park]),
            self.full[company],
            self.money[company],
            self.first_of_surface[surface] == company,
            np.minimum(15, (c0 - sheet.begin_of_document[document]) // 60),
            np.minimum(4, self.surfaces[firm]),
            c1 - c0 == self.longest[firm],
            n.surface[self.first_of_firm[firm]] == surface,
            self.first_of_firm[firm] == company,
            self.counts[CUES.index("visit")][p0] > self.counts[CUES.index("visit")][p0 - 3],
        ]
        found = np.empty((len(columns), len(company)), np.int16)
        for at, column in enumerate(columns):
            found[at] = column
        rows: npt.NDArray[np.int16] = found.T
        return rows

    def _others(self, told: Ints, end: Ints) -> Ints:
        """How often other parks are told of between, up to 3."""
        n = self.names
        found = np.zeros(len(told), np.int32)
        group = n.group[n.told.park]
        for offset in range(1, 9):
            at = np.minimum(told + offset, len(group) - 1)
            found += (told + offset < len(group)) & (n.told.start[at] < end) & (group[at] != group[told])
        return np.minimum(3, found)

    def _shared(self, company: Ints, park: Ints) -> Bools:
        """Whether the names share two neighbouring characters, as when both begin with a place."""
        n = self.names
        one = self._neighbours(n.company_start, n.company_end, 12)[company]
        other = self._neighbours(n.park_start, n.park_end, 7)[park]
        found = np.zeros(len(company), np.bool_)
        for column in other.T:
            found |= ((one == column[:, None]) & (column > 0)[:, None]).any(axis=1)
        return found

    def _neighbours(self, start: Ints, end: Ints, most: int) -> Hashes:
        steps: Ints = np.arange(most, dtype=np.int32)
        at: Ints = np.minimum(start[:, None] + steps, end[:, None] - 1)
        found = self.sheet.plain_hash(at, np.minimum(at + 2, end[:, None]))
        return np.where(at + 2 <= end[:, None], found, np.uint64(0))


def _counts(starts: Ints, size: int) -> Ints:
    flags = np.zeros(size + 1, np.int32)
    flags[starts + 1] = 1
    found: Ints = np.cumsum(flags, dtype=np.int32)
    return found


def _within(places: Ints, start: Ints, end: Ints) -> Ints:
    found: Ints = np.searchsorted(places, end) - np.searchsorted(places, start)
    return np.maximum(0, found)


def _last(places: Ints, position: Ints) -> Ints:
    """Behind the last of the places before each position."""
    found: Ints = np.append(np.int32(0), places + 1)[np.searchsorted(places, position)]
    return found


def _row_sizes(sheet: Sheet, names: Names) -> Ints:
    """Of each park, how many stand in its row (A、B和C), up to 3."""
    start, end = names.park_start, names.park_end
    codes = np.minimum(sheet.codes, 0xFFFF)
    linked = (start[1:] - end[:-1] == 1) & np.isin(codes[end[:-1]], [ord(character) for character in "、和与及"])
    row = np.cumsum(np.append(True, ~linked)) - 1
    found: Ints = np.minimum(3, np.bincount(row)[row]).astype(np.int32)
    return found
