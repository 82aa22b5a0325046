"""Measures that are parts of a whole: 三分之一, 一又二分之一, 百分之二十, 2/3, 一天半."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from ..patterns import lazy
from .pieces import FRACTION, LONGEST, RUN, Measure, Piece, PieceReader
from .runs import Numeral, read

_SLASHED = lazy(r"/([1-9][0-9]{0,2})(?![0-9/.年月日A-Za-z])")
_PERCENT_RANGE = lazy(
    r"(?:到|至|-|~|—)(?:百分之|(?![一-鿿]?[之个年月日]))"
    r"([一二三四五六七八九十百点]{1,8}|[0-9]{1,3}(?:\.[0-9]{1,3})?)(?![0-9之个年月日])"
)
_HALF: Final = Decimal("0.5")
_HUNDRED: Final = Decimal(100)


def fraction_of(reader: PieceReader, text: str, match: re.Match[str]) -> Measure | None:
    """三分之一, 百分之二十: ``match`` is the whole, the part stands behind 分之."""
    at = match.end() + 2
    at += text[at] == " "
    negative = text[at] in "负-"
    above = RUN().match(text, at + negative)
    if above is None or max(len(above[0]), len(match[0])) > LONGEST:
        return None
    whole, part = read(match[0]), read(above[0])
    if part is None or whole is None or not whole.low:
        return None
    if match[0] in ("百", "千", "100", "1000"):
        return _percentage(reader, text, match, above, part.times(_HUNDRED / (-whole.low if negative else whole.low)))
    low, high = part.low / whole.high, part.high / whole.low
    measure = Measure(match.start(), above.end(), match.start(), match[0], low, high, FRACTION, kind="fraction")
    found = reader.unit(text, measure.end)
    if found is None or found[1].use != "free" or found[1].dimension in ("count", "ratio", "fraction"):
        return measure
    return measure._replace(end=found[0], unit=found[1])  # 五分之一秒


def _percentage(reader: PieceReader, text: str, match: re.Match[str], above: re.Match[str], part: Numeral) -> Measure:
    end, low, high = above.end(), min(part.low, part.high), max(part.low, part.high)
    upper = _PERCENT_RANGE().match(text, end)
    top = read(upper[1]) if upper else None
    if upper and top and match[0] in ("百", "100") and top.low > high:
        high, end = top.high, upper.end()  # 百分之四到五
    unit = reader.units["%"]
    return Measure(match.start(), end, match.start(), match[0], low, high, unit, part.bound, kind="fraction")


def mixed_of(reader: PieceReader, text: str, match: re.Match[str]) -> Measure | None:
    """一又二分之一: ``match`` is the number before 又."""
    below, whole = RUN().match(text, match.end() + 1), read(match[0])
    if below is None or whole is None or not text.startswith("分之", below.end()):
        return None
    measure = fraction_of(reader, text, below)
    if measure is None or measure.unit is not FRACTION:
        return None
    start, low, high = match.start(), measure.low + whole.low, measure.high + whole.high
    return measure._replace(start=start, at=start, run=match[0], low=low, high=high)


def slashed(text: str, first: Piece) -> Measure | None:
    """2/3, 1/10."""
    match = _SLASHED().match(text, first.end)
    if match is None or first.numeral.low >= int(match[1]):
        return None
    value = first.numeral.low / int(match[1])
    return Measure(first.at, match.end(), first.at, first.run, value, value, FRACTION, kind="fraction")


def with_half(first: Piece, end: int, kind: str = "half") -> Measure:
    """一天半: the piece and half a unit more, up to ``end``."""
    numeral = first.numeral
    return first.measure(kind)._replace(end=end, low=numeral.low + _HALF, high=numeral.high + _HALF)


def ends_with_half(text: str, end: int) -> bool:
    """Whether 半 at this offset ends a measure, so that no other word begins with it (一吨半, but 3公里半径)."""
    return text[end] == "半" and not "\u4e00" <= text[end + 1] <= "\u9fff"
