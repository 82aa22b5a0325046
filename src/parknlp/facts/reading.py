"""A document as the rules for statements read it: folded, names and numbers masked, cut into sentences and slots."""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass, field

from ..doc import COMPANY, FIGURE, INSTITUTION, PARK, PERCENT, TIME, Doc, Span
from ..fold import fold

MASK = {COMPANY: "\ue000", PARK: "\ue001", INSTITUTION: "\ue002", TIME: "\ue003", FIGURE: "\ue004", PERCENT: "\ue005"}
"""What stands for each character of a span in the masked text, so that one pattern sees words and labels alike."""

MASKED = re.compile("[\ue000-\ue005]+")
_SENTENCE = re.compile(r"[。!?][。!?”’)\"']*|\n")
_HARD = re.compile(r"[,;:。!?\n()|…【】〔〕\[\]]|——")
_UNITS = {
    "money": re.compile(r"元|美金|欧$|英镑|港币|日元|^[\d.,\-]+亿$|个亿$"),
    "area": re.compile(r"平方|平米|亩|公顷|㎡|㎢|平$"),
    "multiple": re.compile(r"倍|番|分之|^\d+/\d+$|一半|半$"),
    "duration": re.compile(r"(?:天|日|年|月|小时|分钟|秒钟?|周|星期|夜|学时|载|\d[smhd])(?:半|多|余)?$"),
    "count": re.compile(
        r"(?:[家个户名人件项条座位艘架台套辆只支部款种类所间栋幢颗片枚株头处批次场期趟列班宗起届层张份本篇站对组级店校员岗门课棵峰港轮节口块册单根把股]"
        r"|人次|车次|班次|架次|标箱|航次|辆次|人份|台套|艘次|车位)$"
    ),
}


@dataclass(slots=True)
class Slot:
    """A number with what stands around it, in coordinates of the document.

    Attributes:
        span: the number.
        dimension: money, area, count, duration, multiple, percent, points or size.
        left: start of the text between the last boundary or number and this one.
        right: end of the text up to the next boundary or number.
        clause: start of the clause: the last boundary.
        sentence: index of its sentence.
    """

    span: Span
    dimension: str
    left: int
    right: int
    clause: int
    sentence: int
    touching: bool = False


@dataclass(slots=True)
class Page:
    """A masked document."""

    doc: Doc
    text: str
    masked: str
    sentences: list[tuple[int, int]] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    names: list[Span] = field(default_factory=list)
    times: list[Span] = field(default_factory=list)
    numbers: list[Span] = field(default_factory=list)


def dimension(surface: str, label: str) -> str:
    """What a number measures, from its folded surface.

    >>> dimension("2852.81亿元", "FIGURE"), dimension("9.5个百分点", "PERCENT"), dimension("1.5GW", "FIGURE")
    ('money', 'points', 'size')
    """
    if label == PERCENT:
        return "points" if "百分点" in surface else "percent"
    for name, pattern in _UNITS.items():
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
    page.sentences = _sentences(page.masked, first, last)
    _slots(page)
    return page


def _slots(page: Page) -> None:
    starts = [start for start, _ in page.sentences]
    bounds = [(match.start(), match.end()) for match in _HARD.finditer(page.masked)]
    ends = [end for _, end in bounds]
    for index, span in enumerate(page.numbers):
        sentence = bisect.bisect_right(starts, span.start) - 1
        start, stop = page.sentences[sentence]
        before = bisect.bisect_right(ends, span.start)
        clause = max(start, ends[before - 1]) if before else start
        left, right = clause, min(stop, bounds[before][0]) if before < len(bounds) else stop
        if index:
            left = max(left, page.numbers[index - 1].end)
        if index + 1 < len(page.numbers):
            right = min(right, page.numbers[index + 1].start)
        kind = dimension(page.text[span.start : span.end], span.label)
        touching = left == span.start and bool(index) and page.numbers[index - 1].end == left
        page.slots.append(Slot(span, kind, left, right, clause, sentence, touching))
