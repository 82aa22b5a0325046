"""A batch of documents as the rules for statements read it: one masked text, and where its sentences and numbers are.

The headlines and bodies are folded and joined, what stands between the two left blank, and every span's characters are replaced by
a sign of its label, so that one look sees words and labels alike. Positions are those of the joined text.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..doc import FIGURE, INSTITUTION, PERCENT, TIME, Doc, Span
from ..fold import codes_of, fold_codes, text_of
from .hashing import Hasher
from .measures import AREA, COUNT, DURATION, MONEY, POOL, SIZE, START, measured
from .numbers import NEAR, Numbers
from .roles import is_threshold
from .signs import (
    BOUNDARY,
    BREAK,
    CLOSES,
    DASHES,
    ENDS,
    EXCEEDS,
    FIRST_MASK,
    HARD,
    LABELS,
    LIMITS,
    NUMBER,
    OPENS,
    TOWN,
    Classes,
    fields_of,
)
from .terms import Bools, Codes, Found, Ints

# between two documents, so that no look reaches from one into the other; `standing` looks the farthest
_GAP = "\n" * 14
_POOL = "\n" * START + "\n".join(POOL) + _GAP
_ITEM = re.compile(r"\n(?:[0-9]{1,2}[.、](?![0-9])|[一二三四五六七八九十]{1,2}、)")
"""A line break and the number of an item of a list behind it."""
_EMOJI, _EMOJIS = 0x1F000, 0xB00  # the first of the pictures, and how many there are
_BESIDE = 12  # characters at most between an amount and the number of what it delimits
_AMOUNTS = frozenset((MONEY, AREA, DURATION, SIZE))


def _parts(doc: Doc) -> tuple[int, int, int, int]:
    """Start and end of the headline, where it stands in the text before the body, and of the body."""
    begin, last = doc.body if doc.body[1] else (0, len(doc.text))
    start = doc.text.rfind(doc.title, 0, begin) if doc.title and begin else -1
    return (start, start + len(doc.title or ""), begin, last) if start >= 0 else (begin, begin, begin, last)


class Sheet:
    """The masked batch.

    Attributes:
        docs: the documents.
        spans: their spans that lie in a headline or a body, in order; ``bounds`` (``start`` and ``end``), ``label`` (an index of
            `LABELS`) and ``document`` are the same as arrays.
        shift: by document, position in the joined text less position in the document.
        text: the joined text, folded; ``plain``: the same as code points.
        masked: the masked text; ``codes``: the same as code points.
        fields: what is known of each character, see `signs.fields_of`; ``classes``: its classes alone.
        sentences: where sentences start, and the end of the text; ``hard``: where clauses end, between -1 and the end; ``clauses``: where
            they start.
        numbers: its numbers.
    """

    def __init__(self, docs: Sequence[Doc]) -> None:
        self.docs = docs
        self._join()
        self._mask()
        span = (self.label >= NUMBER[FIGURE]).nonzero()[0]
        known = self._measured(span)
        if left_out := self._thresholds(span, known[0]):
            for at in span[left_out].tolist():
                self._unmask(int(self.start[at]), int(self.end[at]))
            self.masked = text_of(self.codes)
            kept = np.ones(len(span), np.bool_)
            kept[left_out] = False
            span, known = span[kept], known[:, kept]
        self._cut()
        self.numbers = Numbers(self, span, known)

    def _join(self) -> None:
        pieces, self.shift = [_POOL], []
        spans: list[Span] = []
        at = len(_POOL)
        begins, counts = [], []
        for doc in self.docs:
            start, end, begin, last = _parts(doc)
            self.shift.append(at - start)
            begins.append(at)
            inside: Sequence[Span] = doc.ents
            if inside and (start < begin or inside[0].start < begin or inside[-1].end > last):
                inside = [span for span in inside if start <= span.start and span.end <= last]
                inside = [span for span in inside if span.end <= end or span.start >= begin]
            counts.append(len(inside))
            spans += inside
            pieces += [doc.text[start:end], "\n" * (begin - end), doc.text[begin:last], _GAP]
            at += last - start + len(_GAP)
        self.spans = spans
        self.begin_of_document: Ints = np.array(begins, np.int64)
        self.document: Ints = np.arange(len(counts)).repeat(counts)
        bounds = np.array([[span.start for span in spans], [span.end for span in spans]], np.int64)
        self.bounds: Ints = bounds + np.array(self.shift, np.int64)[self.document]
        self.start, self.end = self.bounds
        self.label: Ints = np.array([NUMBER[span.label] for span in spans], np.int64)
        plain = fold_codes(codes_of("".join(pieces)))
        blank = plain - np.uint32(FIRST_MASK) < len(LABELS)  # unsigned: what is smaller becomes large
        blank |= plain - np.uint32(_EMOJI) < _EMOJIS
        self.plain: Codes = np.where(blank, np.uint32(ord(" ")), plain)
        self.text = text_of(self.plain)

    def _mask(self) -> None:
        edges = np.zeros(2 * len(self.spans) + 2, np.int64)
        edges[1:-1] = self.bounds.T.reshape(-1)
        edges[-1] = len(self.plain)
        signs = np.zeros(len(edges) - 1, np.uint32)
        signs[1::2] = self.label + FIRST_MASK
        mask = signs.repeat(edges[1:] - edges[:-1])
        self.codes: Codes = np.where(mask, mask, self.plain)
        self.masked = text_of(self.codes)
        self.fields = fields_of(self.codes)
        self.classes: Classes = self.fields.astype(np.uint16)

    def _measured(self, span: Ints) -> Ints:
        text = self.text
        surfaces = [text[start:end] for start, end in zip(*self.bounds[:, span].tolist(), strict=True)]
        return measured(surfaces, (self.label[span] == NUMBER[PERCENT]).tolist())

    def _thresholds(self, span: Ints, dimensions: Ints) -> list[int]:
        """Which numbers only delimit what the next one counts (10亿元以上项目14个)."""
        classes = self.classes
        start, end = self.bounds[:, span]
        signs = classes[end] & LIMITS | classes[start - 1] & EXCEEDS
        signs[:-1] |= (dimensions[:-1] == MONEY) & (dimensions[1:] == COUNT) & (start[1:] - end[:-1] < _BESIDE)
        maybe = signs.nonzero()[0].tolist()
        if not maybe:
            return []
        kinds, masked, behind = dimensions.tolist(), self.masked, end.tolist()
        starts = [*start.tolist(), len(masked)]
        found = []
        for at in maybe:
            if kinds[at] in _AMOUNTS:
                boundary = BOUNDARY.search(masked, behind[at], behind[at] + NEAR)
                right = boundary.start() if boundary else behind[at] + NEAR
                following = kinds[at + 1] if at + 1 < len(kinds) and starts[at + 1] <= right else None
                first, last = starts[at], behind[at]
                before, after = masked[first - 2 : first], masked[last : min(right, starts[at + 1])]
                if is_threshold(self.text[first:last], kinds[at], following, before, after):
                    found.append(at)
        return found

    def _unmask(self, start: int, end: int) -> None:
        digits = self.plain[start:end]
        self.codes[start:end] = np.where(digits == ord(","), ord("."), digits)  # 1,000 is no boundary
        self.fields[start:end] = fields_of(self.codes[start:end])
        self.classes[start:end] = self.fields[start:end].astype(np.uint16)

    def _cut(self) -> None:
        classes = self.classes
        if DASHES in self.masked:
            dash = (self.codes == ord(DASHES[0])).nonzero()[0]
            double = dash[:-1][dash[1:] == dash[:-1] + 1]
            classes[double] |= HARD
            classes[double + 1] |= HARD
        for item in _ITEM.finditer(self.text):
            classes[item.start() + 1 : item.end()] |= OPENS
        ends, closes = classes & ENDS > 0, classes & CLOSES > 0
        for _ in range(2):
            ends[1:] |= closes[1:] & ends[:-1]
        self.sentences = framed((ends[:-1] & ~ends[1:]).nonzero()[0] + 1, 0, len(classes))
        self.hard = framed(places_in(classes, HARD), -1, len(classes))
        self.clauses = self.hard + 1

    @functools.cached_property
    def words(self) -> Found:
        """The words of the lists."""
        return Found(self.fields)

    @functools.cached_property
    def breaks(self) -> Ints:
        """Where line breaks stand."""
        return places_in(self.classes, BREAK)

    @functools.cached_property
    def hash(self) -> Hasher:
        """Hashes of pieces of the masked text."""
        return Hasher(self.codes)

    @functools.cached_property
    def plain_hash(self) -> Hasher:
        """Hashes of pieces of the text that is not masked."""
        return Hasher(self.plain)

    def spans_of(self, label: str) -> Ints:
        """The indices of the spans with this label."""
        found: Ints = (self.label == NUMBER[label]).nonzero()[0]
        return found

    @functools.cached_property
    def names(self) -> Ints:
        """The indices of companies, parks and institutions."""
        found: Ints = (self.label <= NUMBER[INSTITUTION]).nonzero()[0]
        return found

    @functools.cached_property
    def times(self) -> Ints:
        """The indices of times."""
        return self.spans_of(TIME)

    @functools.cached_property
    def two(self) -> Codes:
        """A hash of the two characters that start at each position."""
        return _grams(self.codes, self.codes, 0x9E3779B1)

    @functools.cached_property
    def three(self) -> Codes:
        """The same of three characters."""
        return _grams(self.codes, self.two, 0x85EBCA77)

    @functools.cached_property
    def places(self) -> tuple[Ints, Ints]:
        """Where place names start and end, with the 市 or 县 behind them."""
        start, end = self.words.matches("place")
        return start, end + (self.classes.take(end, mode="clip") & TOWN > 0)

    @functools.cached_property
    def place_sizes(self) -> Ints:
        """By position, the length of the place name that starts there, or 0."""
        found = np.zeros(len(self.codes) + 1, np.int64)
        start, end = self.places
        found[start] = end - start
        return found

    def document_of(self, position: Ints) -> Ints:
        """The document that each position lies in, or the one before it."""
        return self.begin_of_document.searchsorted(position, "right") - 1

    def sentence_of(self, position: Ints) -> Ints:
        """The sentence of each position."""
        return self.sentences.searchsorted(position, "right") - 1

    def clause_of(self, position: Ints) -> Ints:
        """Where the clause of each position starts."""
        return self.clauses[self.hard[1:].searchsorted(position)]


def _grams(codes: Codes, following: Codes, factor: int) -> Codes:
    found: Codes = codes * np.uint32(factor)
    found[:-1] ^= following[1:]
    return found


_NO_CLASS = np.array(0, np.uint16)


def framed(values: Ints, before: int, behind: int) -> Ints:
    """The values with one more before and behind them."""
    found = np.empty(len(values) + 2, np.int64)
    found[0], found[1:-1], found[-1] = before, values, behind
    return found


def followed(values: Ints, behind: int) -> Ints:
    """The values with one more behind them."""
    return framed(values, 0, behind)[1:]


def places_in(classes: Classes, wanted: npt.NDArray[np.uint16] | np.uint16) -> Ints:
    """Where characters of some classes stand."""
    return (classes & wanted > _NO_CLASS).nonzero()[0]  # far faster than what is not zero among numbers


def last_before(flags: Bools) -> Ints:
    """For each position the last flagged one before it, or -1; shape (n + 1,)."""
    edges = framed(flags.nonzero()[0], -1, len(flags))
    return edges[:-1].repeat(edges[1:] - edges[:-1])


def grown(places: Ints, size: int, counts: Ints | None = None) -> Ints:
    """How many of some places lie before each position, or the sum of what they count; shape (size + 1,)."""
    edges = framed(places, -1, size)
    if counts is None:
        found: Ints = np.arange(len(edges) - 1)
    else:
        found = np.zeros(len(edges) - 1, np.int64)
        counts.cumsum(out=found[1:])
    return found.repeat(edges[1:] - edges[:-1])


def places_of(flags: Bools) -> tuple[Ints, Ints]:
    """Rows and columns of what is set in a table, in order; faster than numpy's own for tables."""
    at = flags.reshape(-1).nonzero()[0]
    row = at // flags.shape[1]
    return row, at - row * flags.shape[1]


def cells(row: Ints, column: Ints, *tables: npt.NDArray[Any]) -> list[npt.NDArray[Any]]:
    """What stands at rows and columns of tables of one shape; faster than numpy's own for tables."""
    at = row * tables[0].shape[1] + column
    return [table.reshape(-1).take(at) for table in tables]
