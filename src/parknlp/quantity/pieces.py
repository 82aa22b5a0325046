"""Numerals and the units behind them: the pieces that measures are made of."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple

from ..patterns import lazy
from .runs import DIGITS, Numeral, read
from .units import Unit, UnitTable

_TENS: Final = "十百千拾佰仟"
_SCALES: Final = "万亿兆"
HAN: Final = "".join(DIGITS) + "几数廿卅" + _TENS + _SCALES
"""Every Han numeral character."""

_GROUPS = r"(?<![A-Za-z][0-9])[0-9]{0,2}(?: [0-9]{3})+(?![0-9])|(?: [0-9]){2,}(?![0-9])"  # 12 000, and 3 2 5 1 from a broken page
_ARABIC = (  # what follows the first digit
    rf"(?:{_GROUPS}|[0-9]*(?:,[0-9]{{3}})*)(?:\.[0-9]+)?"
    rf"(?: ?[{_TENS}{_SCALES}]{{1,3}}(?:[0-9]{{1,4}}(?![0-9年])(?:\.[0-9]+)?[{_TENS}{_SCALES}]{{0,3}})*)?"
)
_LOWER_BOUND = r"(?<=上)(?<![迈登跃站冲踏攀跨走]上)(?=[百千万亿])"  # 上万人, but 迈上万亿元台阶
_MORE = (
    rf"(?:(?:[多余几]|\+(?![-+%0-9A-Za-z{HAN}])|来(?=[个家名人年天次位种条件岁里{_SCALES}元米公吨斤台分])"
    rf"|(?<=[{_TENS}万0])来(?=[亩平块套号辆只把户头株张座栋层款份批趟页艘架棵箱桶]))"
    rf"[{_TENS}{_SCALES}]{{0,3}})?"
)
# The first character is taken by one set, so that looking for it is a table look-up; look-behinds then tell the cases apart.
RUN: Final = lazy(
    rf"[0-9上半{HAN}](?:"
    rf"(?<=[0-9]){_ARABIC}{_MORE}"
    r"|(?<=一)半(?![导径])"
    rf"|(?:(?<=[{HAN}])(?!(?<=[几数])[一二三四五六七八九两])|{_LOWER_BOUND}[{HAN}])[{HAN}]*(?:点[零〇一二三四五六七八九]+[{_SCALES}]{{0,2}})?{_MORE}"
    r"|(?<=半)(?![导径])"
    r")"
)
"""One run of numeral characters: 1,104.7, 3万4000, 1000多万, 一百二十, 三点一四, 半."""

LONGEST: Final = 40
"""Characters of the longest run that can be a figure; longer ones are codes."""

NUMBER: Final = Unit("", "1", "number", Fraction(1))
"""The unit of a number without a unit (70亿)."""

FRACTION: Final = Unit("", "1", "fraction", Fraction(1))
"""The unit of 三分之一 and 2/3."""


class Measure(NamedTuple):
    """A number and its unit.

    Attributes:
        start: offset of the first character, a currency sign included.
        end: offset after the unit.
        at: offset of the numeral.
        run: the first numeral as it stands.
        low: lower end in written units, scales multiplied out (``1104.7亿元``: 110470000000).
        high: upper end likewise.
        unit: the unit; `NUMBER` or `FRACTION` where there is none.
        bound: how the numeral itself bounds the number.
        scale: the last scale of the numeral (亿), part of the written unit.
        kind: how it was read: ``plain``, ``half``, ``compound``, ``range``, ``product``, ``pair``, ``fraction``,
            ``sign``, ``shared``, ``bare``.
    """

    start: int
    end: int
    at: int
    run: str
    low: Decimal
    high: Decimal
    unit: Unit
    bound: str = "exact"
    scale: str = ""
    kind: str = "plain"


class Piece(NamedTuple):
    """A numeral, with the unit that follows it (`NUMBER` if none does)."""

    at: int
    end: int
    run: str
    numeral: Numeral
    unit: Unit

    def measure(self, kind: str = "plain") -> Measure:
        """The piece as a measure of its own."""
        low, high, bound, scale = self.numeral
        return Measure(self.at, self.end, self.at, self.run, low, high, self.unit, bound, scale, kind)


def takes_prefix_back(run: str) -> bool:
    """Whether a run ends with what may be the prefix of its unit: 千瓦, 百帕, 兆帕."""
    return run[-1] in "千百兆两" and len(run) > 1


class PieceReader:
    """Reads pieces with the units of one table."""

    def __init__(self, units: UnitTable) -> None:
        self.units = units

    def piece(self, text: str, match: re.Match[str] | None) -> Piece | None:
        """The numeral of a `RUN` and its unit; 千瓦 and 兆帕 take their prefix back from the numeral."""
        if match is None:
            return None
        start, end = match.span()
        run = match[0]
        if end - start > LONGEST:
            return None
        if takes_prefix_back(run):
            found = self.units.match(text, end - 1)
            if found is not None and len(found[1].surface) > 1 and (numeral := read(run[:-1])) is not None:
                return Piece(start, found[0], run[:-1], numeral, found[1])
        numeral = read(run)
        if numeral is None:
            return None
        found = self.unit(text, end)
        if found is None:
            if run[-1] == "两" and run not in ("两", "一两") and (tenths := read(run[:-1])):
                return Piece(start, end, run[:-1], tenths, self.units["两"])  # 二两, a tenth of 斤
            stop, unit = self.units.rate(text, end, NUMBER) if numeral.scale and text[end] == "/" else (end, NUMBER)
            return Piece(start, stop, run, numeral, unit)  # 88万/亩
        if found[1].surface == "起" and (numeral.scale or text[start - 1] in "¥￥$"):
            return Piece(start, end, run, numeral, NUMBER)  # 总价550万|起, ¥2999|起
        return Piece(start, found[0], run, numeral, found[1])

    def unit(self, text: str, at: int) -> tuple[int, Unit] | None:
        """The unit at this offset or behind a blank there, and the offset after it."""
        return self.units.match(text, at + 1 if text[at] == " " else at)

    def behind(self, text: str, sign: re.Match[str] | None) -> Piece | None:
        """The numeral with its unit behind a sign that joins two numbers (8~10家, 30米×600米)."""
        if sign is None:
            return None
        negative = text[sign.end()] in "-负"
        piece = self.piece(text, RUN().match(text, sign.end() + (negative or text[sign.end()] == "+")))
        if piece is None or (piece.unit is NUMBER and not piece.numeral.scale):
            return None
        return piece._replace(numeral=piece.numeral.times(Decimal(-1))) if negative else piece
