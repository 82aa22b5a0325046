"""A batch of documents as the rules for statements read it: one masked text, and its numbers with what stands around them.

The bodies are folded and joined, and every span's characters are replaced by a sign of its label, so that one look sees words
and labels alike. What is known about the numbers lies in arrays, one entry a number; positions are those of the joined text.
"""

from __future__ import annotations

import functools
import re
import weakref
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ..doc import COMPANY, FIGURE, INSTITUTION, PARK, PERCENT, TIME, Doc
from ..fold import codes_of, fold_codes, text_of
from .terms import Found, Hasher, Ints, hash_text

LABELS = (COMPANY, PARK, INSTITUTION, TIME, FIGURE, PERCENT)
FIRST_MASK = 0xE000
MASK = {label: chr(FIRST_MASK + number) for number, label in enumerate(LABELS)}
"""What stands for each character of a span in the masked text."""

MASKED = re.compile("[\ue000-\ue005]+")
REACH = 300  # so many characters of a sentence before and behind a number are looked at
NEAR = 80  # so many of a clause
_GAP = "\n" * 8  # between two documents, so that no look reaches from one into the other

POOL = (
    "占比 比重 面积 用时 投资 年产能 之比 周期 金额 率 产量 增速 年均增速 完成率 专利 人员 价格 企业 地块 均价 客流 年龄 数量 架次 次数 "
    "预计 目标 比例 活动 生产线 租金 股价 股数 船舶 设备 车辆 轮次 里程 项目 飞机"
)
"""Words that the rules add to what the text says; they stand before the text, behind `START` line breaks."""
START = 8
_POOL = "\n" * START + POOL.replace(" ", "\n") + _GAP
_LABEL = {label: number for number, label in enumerate(LABELS)}

DIMENSIONS = ("money", "area", "multiple", "duration", "count", "percent", "points", "size")
MONEY, AREA, MULTIPLE, DURATION, COUNT, PERCENTAGE, POINTS, SIZE = range(8)

_NUMERAL = "0123456789.,-~+ 一二两三四五六七八九十百千万亿几数余多"
_PATTERNS = (
    (MONEY, re.compile(r"元|美金|欧$|英镑|港币|日元|[\d.,\-]亿$|个亿$")),
    (AREA, re.compile(r"平方|平米|亩|公顷|㎡|㎢|平$")),
    (MULTIPLE, re.compile(r"倍|番|分之|\d/\d+$|半$")),
    (DURATION, re.compile(r"(?:天|日|年|月|小时|分钟|秒钟?|周|星期|夜|学时|载|\d[smhd])(?:半|多|余)?$")),
    (
        COUNT,
        re.compile(
            r"(?:[家个户名人件项条座位艘架台套辆只支部款种类所间栋幢颗片枚株头处批次场期趟列班宗起届层张份本篇站对组级店校员岗门课棵"
            r"峰港轮节口块册单根把股]|标箱|车位)$"
        ),
    ),
)

# classes of characters, as bits
HARD, ENDS, CLOSES, SIGNS, OPENS, STOPS, BARRIERS, COMMA, MASKS, MATTER, LIMITS, EXCEEDS, TOWN, TURN, TURN_PART = (
    1 << bit for bit in range(15)
)
_CLASSES = (
    (HARD, ",;:。!?\n()|…【】〔〕[]"),
    (ENDS, "。!?\n"),
    (CLOSES, "”’)\"'"),
    (SIGNS, " “”‘’\"'·"),
    (OPENS, " ‘’·•-等“”"),
    # a noun phrase behind a number ends before these, unless they are part of a noun of the lists (产能, 用户)
    (
        STOPS,
        "在将已由与从也均都正为于以被有就则又还需可能会要供超到向给用做是达占进跑完拿和等及把让使令并但而却、的踩,;:。!?\n()|…【】〔〕[]",
    ),
    (BARRIERS, " \t\r,;:。!?\n、()的|…【】〔〕[]"),
    (COMMA, ",;:。!?\n"),
    (MATTER, "与和在由从将把"),
    (LIMITS, "及以级的或前"),  # behind a number that only delimits
    (EXCEEDS, "超过出"),  # before one
    (TOWN, "市省区县镇州"),
    (TURN, "使让令把将"),  # a word that brings a new topic (机械臂使生产效率…, 把配套率…), unless it is part of another
    (TURN_PART, "用命馆利渡关握军来近牌者徒节"),
)


@functools.cache
def _classes() -> npt.NDArray[np.uint16]:
    table = np.zeros(0x10000, np.uint16)
    for bit, characters in _CLASSES:
        table[[ord(character) for character in characters]] |= bit
    table[FIRST_MASK : FIRST_MASK + len(LABELS)] |= MASKS | STOPS | BARRIERS
    return table


def dimension(surface: str, label: str) -> int:
    """What a number measures, from its folded surface: an index of `DIMENSIONS`.

    >>> [DIMENSIONS[dimension(*pair)] for pair in [("2852.81亿元", "FIGURE"), ("9.5个百分点", "PERCENT"), ("1.5GW", "FIGURE")]]
    ['money', 'points', 'size']
    """
    if label == PERCENT:
        return POINTS if "百分点" in surface else PERCENTAGE
    for number, pattern in _PATTERNS:
        if pattern.search(surface):
            return number
    return SIZE


_Measure = tuple[str, int, int]
"""The unit of a number, what it measures, and a hash of the end of the unit."""


@functools.lru_cache(1 << 14)
def _measure(surface: str, label: int) -> _Measure:
    unit = surface.lstrip(_NUMERAL)
    return unit, dimension(surface, LABELS[label]), hash_text(unit[-3:])


def last_before(flags: npt.NDArray[np.bool_]) -> Ints:
    """For each position the last flagged one before it, or -1; shape (n + 1,)."""
    edges = np.concatenate(([-1], flags.nonzero()[0], [len(flags)]))
    return edges[:-1].repeat(edges[1:] - edges[:-1])


def next_from(flags: npt.NDArray[np.bool_]) -> Ints:
    """For each position the first flagged one at or after it, or n; shape (n + 1,)."""
    edges = np.concatenate(([-1], flags.nonzero()[0], [len(flags)]))
    return edges[1:].repeat(edges[1:] - edges[:-1])


class Sheet:
    """The masked batch.

    Attributes:
        docs: the documents.
        spans: their spans that lie in a body, in order; ``start``, ``end``, ``label`` (an index of `LABELS`) and ``document``
            are the same as arrays.
        shift: by document, position in the joined text less position in the document.
        text: the joined text, folded.
        codes: the masked text as code points; ``masked`` is the same as a string.
        classes: the classes of each character.
        sentences: where sentences start.
        words: the words of the lists.
        hash: hashes of pieces of the masked text.
    """

    def __init__(self, docs: Sequence[Doc]) -> None:
        self.docs = docs
        self._join()
        self._cut()
        self.numbers = Numbers(self, self.spans_of(FIGURE, PERCENT))
        thresholds = self.numbers.thresholds()
        if thresholds.any():
            for at in np.flatnonzero(thresholds).tolist():
                start, end = self.numbers.start[at], self.numbers.end[at]
                digits = self.plain[start:end]
                self.codes[start:end] = np.where(digits == ord(","), ord("."), digits)  # 1,000 is no boundary
            self._cut()
            self.numbers = self.numbers.without(thresholds, self)
        self.words = Found(self.codes)
        self.hash = Hasher(self.codes)

    def _join(self) -> None:
        pieces, self.shift, self.spans = [_POOL], [], []
        at = len(_POOL)
        begins, counts = [], []
        for doc in self.docs:
            first, last = doc.body if doc.body[1] else (0, len(doc.text))
            self.shift.append(at - first)
            begins.append(at)
            inside = [span for span in doc.ents if first <= span.start < span.end <= last]
            counts.append(len(inside))
            self.spans += inside
            pieces += [doc.text[first:last], _GAP]
            at += last - first + len(_GAP)
        self.begin_of_document: Ints = np.array(begins, np.int64)
        self.document: Ints = np.arange(len(counts), dtype=np.int64).repeat(counts)
        shift = np.array(self.shift, np.int64)[self.document]
        self.start = np.array([span.start for span in self.spans], np.int64) + shift
        self.end = np.array([span.end for span in self.spans], np.int64) + shift
        self.label = np.array([_LABEL[span.label] for span in self.spans], np.int64)
        plain = fold_codes(codes_of("".join(pieces))).copy()
        plain[(plain >= FIRST_MASK) & (plain < FIRST_MASK + len(LABELS))] = ord(" ")
        self.plain = plain
        self.text = text_of(plain)
        self.codes = plain.copy()
        size = self.end - self.start
        self.codes[np.repeat(self.start, size) + _runs(size)] = np.repeat(self.label + FIRST_MASK, size)

    def _cut(self) -> None:
        self.masked = text_of(self.codes)
        self.classes = _classes()[np.minimum(self.codes, 0xFFFF)]
        dash = np.flatnonzero(self.codes == 0x2014)
        double = dash[:-1][dash[1:] == dash[:-1] + 1]
        self.classes[double] |= HARD
        self.classes[double + 1] |= HARD
        ends, closes = self.classes & ENDS > 0, self.classes & CLOSES > 0
        for _ in range(2):
            ends[1:] |= closes[1:] & ends[:-1]
        starts = np.flatnonzero(ends[:-1] & ~ends[1:]) + 1
        self.sentences = np.append(np.int64(0), starts.astype(np.int64))
        self.hard = np.flatnonzero(self.classes & HARD).astype(np.int64)

    def spans_of(self, *labels: str) -> npt.NDArray[np.int64]:
        """The indices of the spans with these labels."""
        return np.flatnonzero(np.isin(self.label, [LABELS.index(label) for label in labels]))

    @functools.cached_property
    def names(self) -> npt.NDArray[np.int64]:
        """The indices of companies, parks and institutions."""
        return np.flatnonzero(self.label <= 2)

    @functools.cached_property
    def times(self) -> npt.NDArray[np.int64]:
        """The indices of times."""
        return np.flatnonzero(self.label == 3)

    @functools.cached_property
    def plain_hash(self) -> Hasher:
        """Hashes of pieces of the text that is not masked."""
        return Hasher(self.plain)

    @functools.cached_property
    def shaped(self) -> npt.NDArray[np.uint32]:
        """The text that is not masked, with every digit a 0."""
        digit = (self.plain >= _ZERO) & (self.plain <= _NINE)
        found: npt.NDArray[np.uint32] = np.where(digit, _ZERO, self.plain)
        return found

    @functools.cached_property
    def shape(self) -> Hasher:
        """Hashes of pieces of ``shaped``."""
        return Hasher(self.shaped)

    @functools.cached_property
    def line_start(self) -> Ints:
        """Where the line of each position starts, 2000 characters back at most."""
        found: Ints = last_before(self.codes == ord("\n")) + 1
        return np.maximum(found, np.arange(len(found), dtype=np.int64) - 2000)

    @functools.cached_property
    def place(self) -> Ints:
        """Length of the place name that starts at each position, with the 市 or 县 behind it, or 0."""
        length = self.words.starting("place")
        at = np.flatnonzero(length)
        length[at] += self.classes[at + length[at]] & TOWN > 0
        return length

    @functools.cached_property
    def two(self) -> npt.NDArray[np.uint32]:
        """A hash of the two characters that start at each position."""
        return _grams(self.codes, self.codes, 0x9E3779B1)

    @functools.cached_property
    def three(self) -> npt.NDArray[np.uint32]:
        """The same of three characters."""
        return _grams(self.codes, self.two, 0x85EBCA77)

    def document_of(self, position: Ints) -> Ints:
        """The document that each position lies in, or the one before it."""
        return self.begin_of_document.searchsorted(position, "right").astype(np.int64) - 1

    def sentence_of(self, position: Ints) -> Ints:
        """The sentence of each position."""
        return self.sentences.searchsorted(position, "right").astype(np.int64) - 1

    def sentence_end(self, sentence: Ints) -> Ints:
        """Where each sentence ends."""
        return np.append(self.sentences, np.int64(len(self.codes)))[sentence + 1]


_ZERO, _NINE = np.uint32(ord("0")), np.uint32(ord("9"))


def _grams(codes: npt.NDArray[np.uint32], following: npt.NDArray[np.uint32], factor: int) -> npt.NDArray[np.uint32]:
    found: npt.NDArray[np.uint32] = codes * np.uint32(factor)
    found[:-1] ^= following[1:]
    return found


def _runs(size: Ints) -> Ints:
    """0, 1, ... for each size."""
    total = int(size.sum())
    found: Ints = np.arange(total, dtype=np.int64) - np.repeat(np.cumsum(size) - size, size).astype(np.int64)
    return found


class Numbers:
    """The numbers of a batch, thresholds apart.

    Attributes:
        span: their indices among the spans.
        start, end, document, sentence: where they stand.
        dimension: an index of `DIMENSIONS`; ``unit``: the surface without the numeral; ``unit_hash``: of its end.
        clause: where the clause starts: behind the last boundary.
        left: where the text between the last boundary or number and this one starts; ``right``: where the text behind it ends.
        first, last: the part of the sentence that is looked at.
        order: how many numbers of the same sentence stand before.
        before: index of the number before in the same sentence, or -1.
    """

    def __init__(self, sheet: Sheet, span: npt.NDArray[np.int64], measured: list[_Measure] | None = None) -> None:
        self._sheet: Sheet = weakref.proxy(sheet)  # the sheet holds its numbers: no cycle, no work for the collector
        self.span = span
        self.start, self.end = sheet.start[self.span], sheet.end[self.span]
        self.document = sheet.document[self.span]
        self.sentence = sheet.sentence_of(self.start)
        size = len(self.span)
        self.measured = self._measured() if measured is None else measured
        self.unit = [unit for unit, _, _ in self.measured]
        self.dimension = np.array([kind for _, kind, _ in self.measured], np.int64)
        self.unit_hash = np.array([code for _, _, code in self.measured], np.uint32)
        begin, stop = sheet.sentences[self.sentence], sheet.sentence_end(self.sentence)
        self.first, self.last = np.maximum(begin, self.start - REACH), np.minimum(stop, self.end + REACH)
        hard = np.concatenate([[-1], sheet.hard, [len(sheet.codes)]]).astype(np.int64)
        self.clause = np.maximum(begin, hard[sheet.hard.searchsorted(self.start)] + 1)
        ends, starts = (
            np.append(np.int64(0), self.end[:-1])[:size],
            np.append(self.start[1:], np.int64(len(sheet.codes)))[:size],
        )
        self.left = np.maximum(np.maximum(self.clause, ends), self.start - NEAR)
        following = hard[sheet.hard.searchsorted(self.end) + 1]
        self.right = np.minimum(np.minimum(np.minimum(stop, following), starts), self.end + NEAR)
        at = np.arange(size, dtype=np.int64)
        self.order = at - self.sentence.searchsorted(self.sentence)
        self.before = np.where(self.order > 0, at - 1, -1)

    def __len__(self) -> int:
        return len(self.span)

    def _measured(self) -> list[_Measure]:
        text, label = self._sheet.text, self._sheet.label[self.span].tolist()
        rows = zip(self.start.tolist(), self.end.tolist(), label, strict=True)
        return [_measure(text[start:end], kind) for start, end, kind in rows]

    def without(self, left_out: npt.NDArray[np.bool_], sheet: Sheet) -> Numbers:
        """The numbers apart from some, when those have become text of the sheet."""
        kept = np.flatnonzero(~left_out)
        return Numbers(sheet, self.span[kept], [self.measured[at] for at in kept.tolist()])

    def thresholds(self) -> npt.NDArray[np.bool_]:
        """Which numbers only delimit what the next one counts (10亿元以上项目14个)."""
        from .roles import is_threshold

        found = np.zeros(len(self), np.bool_)
        classes, masked = self._sheet.classes, self._sheet.masked
        maybe = (classes[self.end] & LIMITS > 0) | (classes[self.start - 1] & EXCEEDS > 0)
        maybe &= _AMOUNT[self.dimension]
        for at in np.flatnonzero(maybe).tolist():
            left = masked[self.left[at] : self.start[at]]
            right = masked[self.end[at] : self.right[at]]
            adjacent = at + 1 < len(self) and self.start[at + 1] == self.right[at]
            following = int(self.dimension[at + 1]) if adjacent else None
            found[at] = is_threshold(int(self.dimension[at]), following, left, right)
        return found


_AMOUNT = np.isin(np.arange(len(DIMENSIONS)), (MONEY, AREA, DURATION, SIZE))
