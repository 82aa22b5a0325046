"""Numerals and the units behind them: the pieces that measures are made of."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple

from .runs import DIGITS, Numeral, read
from .units import Unit, UnitTable

_TENS: Final = "十百千拾佰仟"
_SCALES: Final = "万亿兆"
HAN: Final = "".join(DIGITS) + "几数廿卅" + _TENS + _SCALES
"""Every Han numeral character."""

_ARABIC = r"[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?"
_MORE = rf"[多余几]|来(?=[个家名人年天次位种条件岁里{_SCALES}元米公吨斤台分])"
RUN: Final = re.compile(
    r"一半(?![导径])"
    rf"|(?:{_ARABIC}(?: ?[{_TENS}{_SCALES}]{{1,3}}(?:[0-9]{{1,4}}(?![0-9年])(?:\.[0-9]+)?[{_TENS}{_SCALES}]{{0,3}})*)?"
    rf"|(?:上(?=[百千万亿]))?[{HAN}]+(?:点[零〇一二三四五六七八九]+[{_SCALES}]{{0,2}})?)"
    rf"(?:(?:{_MORE})[{_TENS}{_SCALES}]{{0,3}})?"
    r"|半(?![导径])"
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
        if run[-1] in "千百兆两" and end - start > 1:
            found = self.units.match(text, end - 1)
            if found is not None and len(found[1].surface) > 1 and (numeral := read(run[:-1])) is not None:
                return Piece(start, found[0], run[:-1], numeral, found[1])
        numeral = read(run)
        if numeral is None:
            return None
        found = self.units.match(text, end + 1 if text[end] == " " else end)
        if found is None:
            return Piece(start, end, run, numeral, NUMBER)
        return Piece(start, found[0], run, numeral, found[1])

    def behind(self, text: str, sign: re.Match[str] | None) -> Piece | None:
        """The numeral with its unit behind a sign that joins two numbers (8~10家, 30米×600米)."""
        if sign is None:
            return None
        negative = text[sign.end()] in "-负"
        piece = self.piece(text, RUN.match(text, sign.end() + negative))
        if piece is None or piece.unit is NUMBER:
            return None
        return piece._replace(numeral=piece.numeral.times(Decimal(-1))) if negative else piece
