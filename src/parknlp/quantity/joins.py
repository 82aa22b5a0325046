"""Measures of more than one number: ranges, products, fractions, halves and compound amounts.

Each function takes the first piece and gives the measure that it begins, or None where it begins none of that kind.
"""

from __future__ import annotations

import functools
import re
from decimal import Decimal
from fractions import Fraction
from typing import Final

from .pieces import FRACTION, HAN, LONGEST, NUMBER, RUN, Measure, Piece, PieceReader
from .runs import EXACT, read, scale_factor
from .units import Unit

_RANGE_SIGN = re.compile(rf" ?(?:--?|~|[—―]{{1,2}}|至|到) ?(?=[-负0-9上{HAN}])")
_TIMES_SIGN = re.compile(r" ?[×xX*] ?(?=[0-9])")
_PAIR_SIGN = re.compile(r"/(?=[0-9])")
_DENOMINATOR = re.compile(r"/([1-9][0-9]{0,2})(?![0-9/.年月日A-Za-z])")
_CHANGE = re.compile(r"(?:从|由|自|不到|不足)\Z")  # from 1% to 61% is a change, no range
_PERCENT_RANGE = re.compile(
    r"(?:到|至|-|~|—)(?:百分之|(?![一-鿿]?[之个年月日]))([一二三四五六七八九十百点]{1,8})(?![之个年月日])"
)
CURRENCY_SIGNS: Final = frozenset("￥¥$€£")
_HALF: Final = Decimal("0.5")
_FINER: Final = {"a": ("mo", 12), "mo": ("d", 30), "d": ("h", 24), "h": ("min", 60), "min": ("s", 60)}
_MINUTE: Final = Unit("分钟", "min", "time", Fraction(1))
_NIGHTS: Final = ("一夜", "两夜", "三夜")


@functools.lru_cache(1024)
def _ratio(unit: Unit, other: Unit) -> Decimal:
    ratio = unit.factor / other.factor
    return Decimal(ratio.numerator) / ratio.denominator


def range_of(reader: PieceReader, text: str, first: Piece) -> Measure | None:
    """8~10家, 6-8亿元 (the scale of the first number is that of the second), 8000万元到1亿元, -40℃~85℃."""
    sign = _RANGE_SIGN.match(text, first.end)
    second = reader.behind(text, sign)
    if sign is None or second is None:
        return None
    start, low, high = first.at, first.numeral, second.numeral
    if text[start - 1] in "-负" and text[start - 2] not in "0123456789)%":
        start, low = start - 1, low.times(Decimal(-1))
    if first.unit is NUMBER:
        if high.scale and not low.scale and EXACT.multiply(low.low, scale_factor(high.scale)) < high.high:
            low = low.times(scale_factor(high.scale))
        if low.high >= high.low:
            return None
    elif (
        first.unit.unit != second.unit.unit
        or first.run in ("亿", "万")  # 亿元到30亿元 has one number
        or (sign[0].strip() in ("至", "到") and _CHANGE.search(text, max(0, start - 3), start))
    ):
        return None
    else:
        low = low.times(_ratio(first.unit, second.unit))
    ends = min(low.low, high.low), max(low.high, high.high)
    return Measure(start, second.end, first.at, first.run, *ends, second.unit, "exact", high.scale, "range")


def product_of(reader: PieceReader, text: str, first: Piece) -> Measure | None:
    """2×45万吨/年 is 90万吨/年; 30米×600米 and 1200×2400毫米 are areas."""
    factors = [first]
    for _ in range(2):
        sign = _TIMES_SIGN.match(text, factors[-1].end)
        piece = reader.piece(text, RUN.match(text, sign.end())) if sign else None
        if piece is None:
            break
        factors.append(piece)
    last = factors[-1]
    if len(factors) == 1 or last.unit is NUMBER:
        return None
    value = functools.reduce(EXACT.multiply, (factor.numeral.low for factor in factors))
    units = {factor.unit for factor in factors[:-1]}
    if last.unit.unit == "m" and (units == {NUMBER} or all(unit.unit == "m" for unit in units)):
        metre = reader.units["米"]
        for factor in factors:
            value = EXACT.multiply(value, _ratio(last.unit if factor.unit is NUMBER else factor.unit, metre))
        unit = reader.units["平方米" if len(factors) == 2 else "立方米"]
        return Measure(first.at, last.end, first.at, first.run, value, value, unit, kind="product")
    if units != {NUMBER}:
        return None
    return Measure(
        first.at, last.end, first.at, first.run, value, value, last.unit, "exact", last.numeral.scale, "product"
    )


def pair_of(reader: PieceReader, text: str, first: Piece) -> Measure | None:
    """20MW/40MWh: the power and the energy of one store; the value is that of the power."""
    second = reader.behind(text, _PAIR_SIGN.match(text, first.end))
    if second is None or second.unit.dimension != "energy":
        return None
    return first.measure("pair")._replace(end=second.end)


def fraction_of(reader: PieceReader, text: str, match: re.Match[str]) -> Measure | None:
    """三分之一, 百分之二十: ``match`` is the whole, the part stands behind 分之."""
    above = RUN.match(text, match.end() + 2)
    if above is None or max(len(above[0]), len(match[0])) > LONGEST:
        return None
    whole, part = read(match[0]), read(above[0])
    if part is None or whole is None or whole.low != whole.high or not whole.low:
        return None
    unit, factor = FRACTION, Decimal(1)
    if match[0] in ("百", "千", "万"):
        unit, factor = reader.units["%"], Decimal(100)
    low, high = (EXACT.multiply(end, factor) / whole.low for end in part[:2])
    end = above.end()
    if (
        unit is not FRACTION
        and (upper := _PERCENT_RANGE.match(text, end))
        and (top := read(upper[1]))
        and top.low > part.low
    ):
        high, end = EXACT.multiply(top.high, factor) / whole.low, upper.end()  # 百分之四到五
    return Measure(match.start(), end, match.start(), match[0], low, high, unit, part.bound, kind="fraction")


def unitless(reader: PieceReader, text: str, first: Piece) -> Measure | None:
    """A number behind a currency sign ($1.2亿), a fraction (2/3), or one with a scale (70亿)."""
    numeral, end = first.numeral, first.end
    if text[first.at - 1] in CURRENCY_SIGNS:
        return first.measure("sign")._replace(start=first.at - 1, unit=reader.units[text[first.at - 1]])
    if text[end] == "/" and (match := _DENOMINATOR.match(text, end)) and numeral.low < int(match[1]):
        value = numeral.low / int(match[1])
        return Measure(first.at, match.end(), first.at, first.run, value, value, FRACTION, kind="fraction")
    return first.measure("bare") if numeral.scale else None


def with_half(first: Piece, end: int, kind: str = "half") -> Measure:
    """一天半: the piece and half a unit more, up to ``end``."""
    numeral = first.numeral
    return first.measure(kind)._replace(end=end, low=numeral.low + _HALF, high=numeral.high + _HALF)


def inside_ge(reader: PieceReader, text: str, first: Piece) -> Measure | None:
    """What may stand between 个 and its noun: 一个半小时, 两个多月, 3个亿; but 574个亿元以上 begins with 574个."""
    following, end = text[first.end], first.end
    if following in "万亿":
        numeral = first.numeral.times(scale_factor(following))
        measure = first._replace(numeral=numeral, unit=NUMBER).measure("bare")
        return None if text[end + 1] == "元" else measure._replace(end=end + 1, scale="个" + following)
    found = reader.units.simple("个" + text[end + 1 : end + 4], 0)
    if found is None or found[0] == 1:
        return None
    whole = first._replace(unit=found[1])
    return (
        with_half(whole, end + found[0])
        if following == "半"
        else whole.measure("half")._replace(end=end + found[0], bound="above")
    )


@functools.lru_cache(1024)
def _finer(unit: Unit, other: Unit) -> tuple[Unit, int] | None:
    """``other``, and how many of it make one ``unit``, where an amount is written with both (元 and 角, 小时 and 分)."""
    if unit.dimension == "money":
        ratio = unit.factor / other.factor
        return (other, int(ratio)) if unit.unit == other.unit and ratio in (10, 100) else None
    if unit.unit not in _FINER or unit.factor != 1:
        return None
    other = _MINUTE if other.surface == "分" else other
    code, number = _FINER[unit.unit]
    return (other, number) if other.unit == code and other.factor == 1 else None


def compound_of(reader: PieceReader, text: str, first: Piece) -> Measure:
    """3元5角2分, 1小时30分钟, 2年零6个月, 两天一夜; the piece alone where nothing finer follows."""
    measure, last = first.measure(), first.unit
    for _ in range(2):
        match = RUN.match(text, measure.end + (text[measure.end] in "零又"))
        piece = reader.piece(text, match) if match and len(match[0]) <= 3 else None
        finer = _finer(last, piece.unit) if piece else None
        if piece is None or finer is None or piece.numeral.low >= finer[1]:
            break
        last, number = finer
        if last.dimension == "money":
            part = piece.numeral.low * _ratio(last, first.unit)
            measure = measure._replace(end=piece.end, low=measure.low + part, high=measure.high + part, kind="compound")
        else:
            low, high = (end * number + piece.numeral.low for end in (measure.low, measure.high))
            measure = measure._replace(end=piece.end, low=low, high=high, unit=last, scale="", kind="compound")
    if measure.kind == "plain" and first.unit.unit == "d" and text.startswith(_NIGHTS, measure.end):
        measure = measure._replace(end=measure.end + 2)
    return measure
