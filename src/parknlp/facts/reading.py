"""A batch of documents as the rules for statements read it: one masked text, and its numbers with what stands around them.

The bodies are folded and joined, and every span's characters are replaced by a sign of its label, so that one look sees words
and labels alike. What is known about the numbers lies in arrays, one entry a number; positions are those of the joined text.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ..doc import COMPANY, FIGURE, INSTITUTION, PARK, PERCENT, TIME, Doc
from ..fold import codes_of, fold_codes, text_of
from .terms import Found, Hasher, Ints

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
"""Words that the rules add to what the text says; they stand before the text."""

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
HARD, ENDS, CLOSES, SIGNS, OPENS, STOPS, BARRIERS, COMMA, MASKS, MATTER = (1 << bit for bit in range(10))
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


@functools.lru_cache(1 << 14)
def _measure(surface: str, label: str) -> tuple[str, int]:
    return surface.lstrip(_NUMERAL), dimension(surface, label)


def last_before(flags: npt.NDArray[np.bool_]) -> Ints:
    """For each position the last flagged one before it, or -1; shape (n + 1,)."""
    found = np.full(len(flags) + 1, -1, np.int32)
    at = np.arange(len(flags), dtype=np.int32)
    np.maximum.accumulate(np.where(flags, at, np.int32(-1)), out=found[1:])
    return found


def next_from(flags: npt.NDArray[np.bool_]) -> Ints:
    """For each position the first flagged one at or after it, or n; shape (n + 1,)."""
    size = len(flags)
    at = np.where(flags, np.arange(size, dtype=np.int32), np.int32(size))
    found = np.full(size + 1, size, np.int32)
    found[:size] = np.minimum.accumulate(at[::-1])[::-1]
    return found


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
        self.numbers = Numbers(self)
        thresholds = self.numbers.thresholds()
        if thresholds.any():
            for start, end in zip(
                self.numbers.start[thresholds].tolist(), self.numbers.end[thresholds].tolist(), strict=True
            ):
                digits = self._plain[start:end]
                self.codes[start:end] = np.where(digits == ord(","), ord("."), digits)  # 1,000 is no boundary
            self._cut()
            self.numbers = Numbers(self, self.numbers.span[~thresholds])
        wide = self.codes.astype(np.uint64)
        self.words = Found(wide)
        self.hash = Hasher(wide)

    def _join(self) -> None:
        pieces, self.shift, rows, self.spans = [POOL.replace(" ", "\n"), _GAP], [], [], []
        at = len(pieces[0]) + len(_GAP)
        self._begins: list[int] = []
        for number, doc in enumerate(self.docs):
            first, last = doc.body if doc.body[1] else (0, len(doc.text))
            shift = at - first
            self.shift.append(shift)
            self._begins.append(at)
            for span in doc.ents:
                if first <= span.start < span.end <= last:
                    rows.append((span.start + shift, span.end + shift, LABELS.index(span.label), number))
                    self.spans.append(span)
            pieces += [doc.text[first:last], _GAP]
            at += last - first + len(_GAP)
        plain = fold_codes(codes_of("".join(pieces))).copy()
        plain[(plain >= FIRST_MASK) & (plain < FIRST_MASK + len(LABELS))] = ord(" ")
        self._plain = plain
        self.text = text_of(plain)
        self.start, self.end, self.label, self.document = np.array(rows, np.int32).reshape(-1, 4).T
        self.codes = plain.copy()
        size = self.end - self.start
        inside = np.repeat(self.start, size) + _runs(size)
        self.codes[inside] = np.repeat(self.label, size) + FIRST_MASK
        self._cut()

    def _cut(self) -> None:
        self.masked = text_of(self.codes)
        self.classes = _classes()[np.minimum(self.codes, 0xFFFF)]
        dash = self.codes == 0x2014
        double = dash[1:] & dash[:-1]
        self.classes[1:][double] |= HARD
        self.classes[:-1][double] |= HARD
        ends, closes = self.classes & ENDS > 0, self.classes & CLOSES > 0
        tail = ends.copy()
        for _ in range(2):
            tail[1:] |= closes[1:] & tail[:-1]
        starts = np.flatnonzero(tail[:-1] & ~tail[1:]) + 1
        self.sentences = np.append(np.int32(0), starts.astype(np.int32))
        self.hard = np.flatnonzero(self.classes & HARD).astype(np.int32)

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
        return Hasher(self._plain.astype(np.uint64))

    @functools.cached_property
    def line_start(self) -> Ints:
        """Where the line of each position starts, 2000 characters back at most."""
        found: Ints = last_before(self.codes == ord("\n")) + 1
        return np.maximum(found, np.arange(len(found), dtype=np.int32) - 2000)

    @functools.cached_property
    def begin_of_document(self) -> Ints:
        """Where each document starts."""
        return np.array(self._begins, np.int32)

    def document_of(self, position: Ints) -> Ints:
        """The document that each position lies in, or the one before it."""
        return np.searchsorted(self.begin_of_document, position, "right").astype(np.int32) - 1

    def sentence_of(self, position: Ints) -> Ints:
        """The sentence of each position."""
        return np.searchsorted(self.sentences, position, "right").astype(np.int32) - 1

    def sentence_end(self, sentence: Ints) -> Ints:
        """Where each sentence ends."""
        return np.append(self.sentences, np.int32(len(self.codes)))[sentence + 1]

    def place(self, start: int, end: int, document: int) -> tuple[int, int]:
        """A piece of the joined text in the document's positions."""
        shift = self.shift[document]
        return start - shift, end - shift


def _runs(size: Ints) -> Ints:
    """0, 1, ... for each size."""
    total = int(size.sum())
    found: Ints = np.arange(total, dtype=np.int32) - np.repeat(np.cumsum(size) - size, size).astype(np.int32)
    return found


class Numbers:
    """The numbers of a batch, thresholds apart.

    Attributes:
        span: their indices among the spans.
        start, end, document, sentence: where they stand.
        dimension: an index of `DIMENSIONS`; ``unit``: the surface without the numeral.
        clause: where the clause starts: behind the last boundary.
        left: where the text between the last boundary or number and this one starts; ``right``: where the text behind it ends.
        first, last: the part of the sentence that is looked at.
        before: index of the number before in the same sentence, or -1.
    """

    def __init__(self, sheet: Sheet, span: npt.NDArray[np.int64] | None = None) -> None:
        self._sheet = sheet
        self.span = sheet.spans_of(FIGURE, PERCENT) if span is None else span
        self.start, self.end = sheet.start[self.span], sheet.end[self.span]
        self.document = sheet.document[self.span]
        self.sentence = sheet.sentence_of(self.start)
        size = len(self.span)
        text = sheet.text
        spans = sheet.spans
        measured = [
            _measure(text[start:end], spans[at].label)
            for start, end, at in zip(self.start.tolist(), self.end.tolist(), self.span.tolist(), strict=True)
        ]
        self.unit = [unit for unit, _ in measured]
        self.dimension = np.array([kind for _, kind in measured], np.int32)
        begin, stop = sheet.sentences[self.sentence], sheet.sentence_end(self.sentence)
        self.first, self.last = np.maximum(begin, self.start - REACH), np.minimum(stop, self.end + REACH)
        hard = np.concatenate([[-1], sheet.hard, [len(sheet.codes)]]).astype(np.int32)
        self.clause = np.maximum(begin, hard[np.searchsorted(sheet.hard, self.start)] + 1)
        ends, starts = (
            np.append(np.int32(0), self.end[:-1])[:size],
            np.append(self.start[1:], np.int32(len(sheet.codes)))[:size],
        )
        self.left = np.maximum(np.maximum(self.clause, ends), self.start - NEAR)
        following = hard[np.searchsorted(sheet.hard, self.end) + 1]
        self.right = np.minimum(np.minimum(np.minimum(stop, following), starts), self.end + NEAR)
        self.before = np.arange(size, dtype=np.int32) - 1
        if size:
            self.before[np.append(True, self.sentence[1:] != self.sentence[:-1])] = -1

    def __len__(self) -> int:
        return len(self.span)

    def thresholds(self) -> npt.NDArray[np.bool_]:
        """Which numbers only delimit what the next one counts (10亿元以上项目14个)."""
        from .roles import is_threshold

        found = np.zeros(len(self), np.bool_)
        codes, masked = self._sheet.codes, self._sheet.masked
        follows = codes[np.minimum(self.end, len(codes) - 1)]
        maybe = np.isin(follows, _AFTER_THRESHOLD) | np.isin(codes[self.start - 1], _BEFORE_THRESHOLD)
        maybe &= np.isin(self.dimension, (MONEY, AREA, DURATION, SIZE))
        for at in np.flatnonzero(maybe).tolist():
            left = masked[self.left[at] : self.start[at]]
            right = masked[self.end[at] : self.right[at]]
            adjacent = at + 1 < len(self) and self.start[at + 1] == self.right[at]
            following = int(self.dimension[at + 1]) if adjacent else None
            found[at] = is_threshold(int(self.dimension[at]), following, left, right)
        return found


_AFTER_THRESHOLD = [ord(character) for character in "及以级的或前"]
_BEFORE_THRESHOLD = [ord(character) for character in "超过出"]
