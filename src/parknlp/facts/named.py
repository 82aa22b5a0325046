"""The companies and parks of a batch: which stand in one list, which mean the same, and which words stand for a park.

A park is told of by its name or by a word that stands for it (园区, 该基地, 谷里); the word means the last park named before that it
fits. Companies in a row (A、B和C) are one list, which its first member's place describes.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any, Final, NamedTuple

import numpy as np

from ..doc import COMPANY, FIGURE, PARK, Span
from .reading import Sheet
from .signs import MASK
from .terms import Ints, terms
from .words import table

REFERS: Final = ("inside", "park", "here", "zone")
_LINK = re.compile(r"(?:\([^()]*\))?(?:[、,]|和|与|及|以及|、?[^、。,;\n]{0,3}[、和])")
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
_NO_REFERENCE = "级各个家省市国大小一两三多类座型将部产造发" + MASK[FIGURE]  # 3个园区, 省级开发区, 生产基地


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


class Names:
    """The companies and parks of a batch.

    Attributes:
        company, park: their indices among the spans, of companies where the document names a park; ``company_start``, ``park_end``
            and so on: where they stand.
        surface: of each company, the number of its name in its document; ``firm``: of what it names.
        group: of each park, the number of what it names.
        row: of each park, how many stand in its row (A、B和C), up to 3.
        head, last: of each company, the first and the last of its list.
        told: where parks are told of.
    """

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.park = self.company = sheet.spans_of(PARK)
        if len(self.park):  # else there are no such companies either
            company, parks = sheet.spans_of(COMPANY), np.bincount(sheet.document[self.park], minlength=len(sheet.docs))
            self.company = company[parks[sheet.document[company]] > 0]

    def read(self) -> None:
        """Find lists and references, and tell which names mean the same."""
        sheet = self.sheet
        self.company_start, self.company_end = sheet.bounds[:, self.company]
        self.park_start, self.park_end = sheet.bounds[:, self.park]
        self.company_document, self.park_document = sheet.document[self.company], sheet.document[self.park]
        companies, parks = ([sheet.spans[at] for at in some.tolist()] for some in (self.company, self.park))
        documents, others = self.company_document.tolist(), self.park_document.tolist()
        self.surface = _identities(documents, (span.text for span in companies))
        self.firm = _identities(documents, map(thing, companies))
        self.group = _identities(others, map(thing, parks))
        self._rows()
        self._lists(documents)
        self.told = self._told([span.text for span in parks])

    def _rows(self) -> None:
        starts, ends, masked = self.park_start.tolist(), self.park_end.tolist(), self.sheet.masked
        row = [0]
        for start, end in zip(starts[1:], ends, strict=False):
            row.append(row[-1] + (start - end != 1 or masked[end] not in "、和与及"))
        self.row: Ints = np.minimum(3, np.bincount(row)[row])

    def _lists(self, document: list[int]) -> None:
        masked, starts, ends = self.sheet.masked, self.company_start.tolist(), self.company_end.tolist()
        head = [0]
        for at in range(1, len(starts)):
            end, start = ends[at - 1], starts[at]
            linked = start - end <= 8 and document[at] == document[at - 1] and _LINK.fullmatch(masked, end, start)
            head.append(head[-1] if linked else at)
        last = dict(zip(head, range(len(head)), strict=True))  # of each list's first company; later ones win
        self.head: Ints = np.array(head)
        self.last: Ints = np.array([last[at] for at in head])

    def _told(self, names: list[str]) -> Told:
        sheet = self.sheet
        columns = self.park_start.tolist(), self.park_end.tolist(), self.park_document.tolist(), range(len(names))
        parks = [(*row, 0) for row in zip(*columns, strict=True)]
        start, end, sort = matches(sheet, "refer", REFERS)
        if not len(start):
            return Told(*np.array(parks).T)
        words = zip(start.tolist(), end.tolist(), sheet.document_of(start).tolist(), sort.tolist(), strict=True)
        return Told(*np.array(sorted([*parks, *self._references(parks, names, words)], key=itemgetter(0))).T)

    def _references(
        self, parks: Sequence[tuple[int, ...]], names: Sequence[str], words: Iterable[tuple[int, int, int, int]]
    ) -> Iterator[tuple[int, ...]]:
        """The words that stand for a park: the last one before in the document that it fits, else the last one."""
        masked = self.sheet.masked
        behind, passed = 0, 0
        latest: dict[int, int] = {}  # by what is asked for, the last park that fits
        for start, end, document, sort in words:
            whole = start >= behind  # not the 园区 of 产业园区
            behind = end
            while passed < len(parks) and parks[passed][0] < start:
                latest.update(dict.fromkeys(_fits(names[passed]), passed))
                passed += 1
            if not whole or masked[start - 1] in _NO_REFERENCE:
                continue
            for asked in (_asks(masked[start:end]), _ANY):
                park = latest.get(asked, -1)
                if park >= 0 and parks[park][2] == document:
                    yield start, end, document, park, sort.bit_length()
                    break


_ANY = -1


@functools.lru_cache(1 << 14)
def _fits(name: str) -> tuple[int, ...]:
    """Which of the words for parks fit a park of this name, as indices of `_FITS`; any does."""
    return _ANY, *(at for at, (_, ends) in enumerate(_FITS) if name.endswith(ends))


@functools.lru_cache(1 << 8)
def _asks(word: str) -> int:
    """Which of `_FITS` a word for a park asks for."""
    return next((at for at, (part, _) in enumerate(_FITS) if part in word), _ANY)


@functools.cache
def _sorts(kind: str, names: tuple[str, ...]) -> Ints:
    """By node, the sorts of the longest word of a kind, as bits."""
    sorts: dict[str, int] = {}
    for bit, name in enumerate(names):
        for word in table()[f"{kind}.{name}"]:
            sorts[word] = sorts.get(word, 0) | 1 << bit
    return terms().values(sorts)


def matches(sheet: Sheet, kind: str, names: tuple[str, ...]) -> tuple[Ints, Ints, Ints]:
    """(starts, ends, sorts) of the words of a kind; the sorts as bits in the order of the names."""
    start, end = sheet.words.matches(kind)
    return start, end, _sorts(kind, names).take(sheet.words.start.take(start))


def thing(span: Span) -> str | int:
    """What a name means: its group, or else itself."""
    return span.text if span.group is None else span.group


def _identities(documents: list[int], keys: Iterable[str | int]) -> Ints:
    """Numbers for what is the same in a document, in the order in which it comes first."""
    known: dict[tuple[Any, ...], int] = {}
    return np.array([known.setdefault(key, len(known)) for key in zip(documents, keys, strict=True)], np.int64)
