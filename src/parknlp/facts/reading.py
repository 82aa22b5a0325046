"""A document as the rules for statements read it: folded, names and numbers masked, cut into sentences and slots."""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass, field
from typing import Any

from ..doc import COMPANY, FIGURE, INSTITUTION, PARK, PERCENT, TIME, Doc, Span
from ..fold import fold

MASK = {COMPANY: "\ue000", PARK: "\ue001", INSTITUTION: "\ue002", TIME: "\ue003", FIGURE: "\ue004", PERCENT: "\ue005"}
"""What stands for each character of a span in the masked text, so that one pattern sees words and labels alike."""

MASKED = re.compile("[\ue000-\ue005]+")
_SENTENCE = re.compile(r"[。!?][。!?”’)\"']*|\n")
_HARD = re.compile(r"[,;:。!?\n()|…【】〔〕\[\]]|——")
_NUMERAL = re.compile(r"[\d.,\-~+ 一二两三四五六七八九十百千万亿几数余多]*")
_DIMENSIONS = (
    ("money", re.compile(r"元|美金|欧$|英镑|港币|日元|[\d.,\-]亿$|个亿$")),
    ("area", re.compile(r"平方|平米|亩|公顷|㎡|㎢|平$")),
    ("multiple", re.compile(r"倍|番|分之|\d/\d+$|半$")),
    ("duration", re.compile(r"(?:天|日|年|月|小时|分钟|秒钟?|周|星期|夜|学时|载|\d[smhd])(?:半|多|余)?$")),
    (
        "count",
        re.compile(
            r"(?:[家个户名人件项条座位艘架台套辆只支部款种类所间栋幢颗片枚株头处批次场期趟列班宗起届层张份本篇站对组级店校员岗门课棵"
            r"峰港轮节口块册单根把股]|标箱|车位)$"
        ),
    ),
)


_REACH = 80  # characters before and behind a number; what stands farther away in a clause says nothing about it


@dataclass(slots=True)
class Slot:
    """A number with what stands around it, in coordinates of the document.

    Attributes:
        span: the number.
        unit: its surface without the numeral, folded.
        dimension: money, area, count, duration, multiple, percent, points or size.
        left: start of the text between the last boundary or number and this one.
        right: end of the text up to the next boundary or number.
        clause: start of the clause: the last boundary.
        sentence: index of its sentence.
    """

    span: Span
    unit: str
    dimension: str
    left: int
    right: int
    clause: int
    sentence: int


@dataclass(slots=True)
class Page:
    """A masked document.

    Attributes:
        text: the folded text.
        masked: the same with every span's characters replaced by its label's `MASK`.
        sentences: (start, end) of each sentence of the body.
        names: companies, parks and institutions of the body.
        memory: what the rules have found about a sentence already.
    """

    doc: Doc
    text: str
    masked: str
    sentences: list[tuple[int, int]] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    names: list[Span] = field(default_factory=list)
    times: list[Span] = field(default_factory=list)
    numbers: list[Span] = field(default_factory=list)
    memory: dict[Any, Any] = field(default_factory=dict)


def start_of(span: Span) -> int:
    """Where a span starts, to search lists of spans with."""
    return span.start


def spans_between(spans: list[Span], start: int, end: int) -> list[Span]:
    """Those of ``spans``, sorted and disjoint, that start at or after ``start`` and end by ``end``."""
    first = bisect.bisect_left(spans, start, key=start_of)
    last = bisect.bisect_left(spans, end, key=start_of)
    if last > first and spans[last - 1].end > end:
        last -= 1
    return spans[first:last]


def spans_before(spans: list[Span], end: int, most: int) -> list[Span]:
    """The last ``most`` of ``spans`` that start before ``end``, in order."""
    last = bisect.bisect_left(spans, end, key=start_of)
    return spans[max(0, last - most) : last]


def dimension(surface: str, label: str) -> str:
    """What a number measures, from its folded surface.

    >>> dimension("2852.81亿元", "FIGURE"), dimension("9.5个百分点", "PERCENT"), dimension("1.5GW", "FIGURE")
    ('money', 'points', 'size')
    """
    if label == PERCENT:
        return "points" if "百分点" in surface else "percent"
    for name, pattern in _DIMENSIONS:
        if pattern.search(surface):
            return name
    return "size"


def _sentences(masked: str, first: int, last: int) -> list[tuple[int, int]]:
    found, at = [], first
    for match in _SENTENCE.finditer(masked, first, last):
        found.append((at, match.end()))
        at = match.end()
    found.append((at, last))
    return found


def read(doc: Doc) -> Page:
    """The page of ``doc``: its body only."""
    first, last = doc.body if doc.body[1] else (0, len(doc.text))
    text = fold(doc.text)
    pieces, at = [], 0
    spans = [span for span in doc.ents if first <= span.start < span.end <= last]
    for span in spans:
        pieces += [text[at : span.start], MASK[span.label] * (span.end - span.start)]
        at = span.end
    pieces.append(text[at:])
    page = Page(doc, text, "".join(pieces))
    page.names = [span for span in spans if span.label in (COMPANY, PARK, INSTITUTION)]
    page.times = [span for span in spans if span.label == TIME]
    page.numbers = [span for span in spans if span.label in (FIGURE, PERCENT)]
    if page.numbers:
        page.sentences = _sentences(page.masked, first, last)
        _slots(page, first, last)
    return page


def _slots(page: Page, first: int, last: int) -> None:
    starts = [start for start, _ in page.sentences]
    bounds = [match.span() for match in _HARD.finditer(page.masked, first, last)]
    ends = [end for _, end in bounds]
    numbers = page.numbers
    for index, span in enumerate(numbers):
        sentence = bisect.bisect_right(starts, span.start) - 1
        start, stop = page.sentences[sentence]
        before = bisect.bisect_right(ends, span.start)
        clause = max(start, ends[before - 1]) if before else start
        left, right = clause, min(stop, bounds[before][0]) if before < len(bounds) else stop
        if index:
            left = max(left, numbers[index - 1].end)
        if index + 1 < len(numbers):
            right = min(right, numbers[index + 1].start)
        surface = page.text[span.start : span.end]
        numeral = _NUMERAL.match(surface)
        unit = surface[numeral.end() :] if numeral else surface
        left, right = max(left, span.start - _REACH), min(right, span.end + _REACH)
        page.slots.append(Slot(span, unit, dimension(surface, span.label), left, right, clause, sentence))
