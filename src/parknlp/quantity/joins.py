"""Measures of two numbers joined by a sign: ranges, products, powers of ten, pairs.

Each function takes the first piece and gives the measure that it begins, or None where it begins none of that kind.
"""

from __future__ import annotations

import functools
from decimal import Decimal
from typing import Final

from ..isolation import EXACT
from ..patterns import lazy
from .percents import PERCENT_UNITS
from .pieces import HAN, NUMBER, RUN, Measure, Piece, PieceReader
from .runs import read, scale_factor
from .units import Unit

BEFORE_FU: Final = frozenset("背欠担抱辜胜正肩减降轻增债超")
"""What words begin with that end in 负: 减负5亿元."""

_NO_SIGN_BEHIND: Final = {"-": frozenset("0123456789)%"), "负": BEFORE_FU | frozenset("0123456789)%")}
_RANGE_SIGN = lazy(rf"(?:\(含(?:本数)?\))? ?(?:--?|~|[—―]{{1,2}}|至|到) ?(?=[-+负0-9上{HAN}])")
_DASHES: Final = frozenset(("——", "--", "――"))
_TOLERANCE_SIGN = lazy(r" ?± ?(?=[0-9])")
_TIMES_SIGN = lazy(r" ?[×xX*] ?(?=[0-9])")
_PAIR_SIGN = lazy(r"/(?=[0-9])")
_CHANGE = lazy(r"(?:不到|不足|[从由自][^,。;:、()\n0-9]{0,8})\Z")  # from 1% to 61% is a change, no range
_CHANGE_REACH: Final = 9
_POWER_OF_TEN = lazy(
    r" ?[×xX*] ?10(?:\^([-+]?[0-9]{1,3})|([⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})|的([0-9一二三四五六七八九十]{1,3})次方)"
)
_SUPERSCRIPTS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")


@functools.lru_cache(1024)
def ratio(unit: Unit, other: Unit) -> Decimal:
    """How many of ``other`` make one ``unit``."""
    quotient = unit.factor / other.factor
    return Decimal(quotient.numerator) / quotient.denominator


def range_of(reader: PieceReader, text: str, first: Piece) -> Measure | None:
    """8~10家, 6-8亿元 (the scale of the first number is that of the second), 8000万元到1亿元, -40℃~85℃."""
    sign = _RANGE_SIGN().match(text, first.end)
    second = reader.behind(text, sign)
    if sign is None or second is None:
        return None
    start, low, high = first.at, first.numeral, second.numeral
    if text[start - 1] in _NO_SIGN_BEHIND and text[start - 2] not in _NO_SIGN_BEHIND[text[start - 1]]:
        start, low = start - 1, low.times(Decimal(-1))
    elif text[start - 1] == "+" and second.unit.unit in PERCENT_UNITS and text[start - 2] not in "0123456789)%":
        start -= 1
    if first.unit is NUMBER:
        if high.scale and not low.scale and EXACT.multiply(low.low, scale_factor(high.scale)) < high.high:
            low = low.times(scale_factor(high.scale))
        if low.high >= high.low:
            return None
    elif (
        first.unit.unit != second.unit.unit
        or first.run in ("亿", "万")  # 亿元到30亿元 has one number
        or (sign[0].strip() in ("至", "到") and _CHANGE().search(text, max(0, start - _CHANGE_REACH), start))
    ):
        return None
    else:
        low = low.times(ratio(first.unit, second.unit))
        if low.high >= high.low and sign[0] in _DASHES:
            return None  # two columns: 12.6亿元——11.2亿元
    if (
        second.unit.surface == "个"
        and first.unit is NUMBER
        and text[second.end] in "万亿"
        and text[second.end + 1] != "元"
    ):
        scale = text[second.end]  # 3-5个亿
        low, high = (each.times(scale_factor(scale)) for each in (low, high))
        second = second._replace(end=second.end + 1, unit=NUMBER)
        high = high._replace(scale="个" + scale)
    ends = min(low.low, high.low), max(low.high, high.high)
    return Measure(start, second.end, first.at, first.run, *ends, second.unit, "exact", high.scale, "range")


def tolerance_of(reader: PieceReader, text: str, first: Piece) -> Measure | None:
    """18±2℃: from 16 to 20 degrees."""
    second = reader.behind(text, _TOLERANCE_SIGN().match(text, first.end))
    if second is None or (first.unit is not NUMBER and first.unit != second.unit):
        return None
    middle, away = first.numeral.low, second.numeral.low
    ends = EXACT.subtract(middle, away), EXACT.add(middle, away)
    return Measure(first.at, second.end, first.at, first.run, *ends, second.unit, kind="range")


def product_of(reader: PieceReader, text: str, first: Piece) -> Measure | None:
    """2×45万吨/年 is 90万吨/年; 30米×600米 and 1200×2400毫米 are areas."""
    factors = [first]
    for _ in range(2):
        sign = _TIMES_SIGN().match(text, factors[-1].end)
        piece = reader.piece(text, RUN().match(text, sign.end())) if sign else None
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
            value = EXACT.multiply(value, ratio(last.unit if factor.unit is NUMBER else factor.unit, metre))
        unit = reader.units["平方米" if len(factors) == 2 else "立方米"]
        return Measure(first.at, last.end, first.at, first.run, value, value, unit, kind="product")
    if units != {NUMBER}:
        return None
    return Measure(
        first.at, last.end, first.at, first.run, value, value, last.unit, "exact", last.numeral.scale, "product"
    )


def power_of(reader: PieceReader, text: str, first: Piece) -> Measure | None:
    """1.01×10^5帕, 5×10⁹个: a number in scientific notation with a unit."""
    power = _POWER_OF_TEN().match(text, first.end) if first.unit is NUMBER else None
    found = reader.unit(text, power.end()) if power else None
    if power is None or found is None:
        return None
    spelled = read(power[3]) if power[3] else None
    exponent = int(spelled.low if spelled else (power[1] or power[2] or "0").translate(_SUPERSCRIPTS))
    value = EXACT.scaleb(first.numeral.low, exponent)
    return Measure(first.at, found[0], first.at, first.run, value, value, found[1], kind="product")


def pair_of(reader: PieceReader, text: str, first: Piece) -> Measure | None:
    """20MW/40MWh: the power and the energy of one store; the value is that of the power."""
    second = reader.behind(text, _PAIR_SIGN().match(text, first.end))
    if second is None or second.unit.dimension != "energy":
        return None
    return first.measure("pair")._replace(end=second.end)
