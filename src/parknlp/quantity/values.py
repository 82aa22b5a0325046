"""What a measure is worth where it stands: its sign, the sense of its unit, its currency, and its exact value."""

from __future__ import annotations

import functools
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple

from .. import datafiles
from ..doc import Quantity, builder
from ..isolation import EXACT
from .joins import BEFORE_FU
from .percents import is_percent
from .pieces import Measure
from .runs import Numeral, scale_factor
from .units import Unit, UnitTable
from .words import number_words

_DIGITS: Final = frozenset("0123456789")
_SIGNED_UNITS: Final = frozenset({"%", "pp", "Cel", "deg"})
_SIGNED_DIMENSIONS: Final = frozenset({"money", "temperature", "rate"})
_BEFORE_MINUS: Final = frozenset("为是达至到约近-(,，。、:；; \n\t|")
_SENSE_WINDOW: Final = 8
_MOST_DOUBLINGS: Final = 64
SIGNS: Final = "-负±+下"
"""What may be a sign before a number (零下), or its last character."""

_quantity = builder(Quantity)


class Sense(NamedTuple):
    """One row of ``data/unit_senses.tsv``: the words that decide, and the unit that they mean."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    means: str


@functools.cache
def unit_senses() -> dict[str, tuple[Sense, ...]]:
    """The senses of each ambiguous unit, read on first use."""
    senses: dict[str, tuple[Sense, ...]] = {}
    for surface, before, after, means in datafiles.rows("unit_senses.tsv"):
        sense = Sense(_words(before), _words(after), means)
        senses[surface] = (*senses.get(surface, ()), sense)
    return senses


def _words(cell: str) -> tuple[str, ...]:
    return () if cell == "-" else tuple(cell.split())


def has_senses(unit: Unit) -> bool:
    """Whether the words around a measure may give this unit another meaning."""
    return unit.surface in unit_senses() or unit.surface == "度"


def in_context(units: UnitTable, text: str, measure: Measure, *, alone: bool = False) -> Measure:
    """The measure with the unit that the words around it mean: 30度 of heat or of power, 96分 of a score, 港币100元.

    Args:
        units: the units.
        text: where the measure stands.
        measure: it.
        alone: whether it is all of the text: then a sense needs its words, and the unit is written in full, so that it
            can be read without them.
    """
    unit = measure.unit
    if unit.unit == "CNY" and (word := number_words().currency(text, measure.start)):
        if not "\u4e00" <= word[-1] <= "\u9fff" and measure.start == measure.at:
            measure = measure._replace(start=measure.start - len(word))  # ￥6866万元
        other = units[number_words().currencies[word]]
        return measure._replace(unit=other._replace(surface=unit.surface)) if unit.surface == "元" else measure
    if unit.surface == "度" and measure.scale:
        return measure._replace(unit=_meant(units, unit, "千瓦时"))  # 1.2亿度 is electricity
    if measure.kind == "compound":
        return measure
    for before, after, means in unit_senses().get(unit.surface, ()):
        near = text[max(0, measure.start - _SENSE_WINDOW) : measure.start] if before else ""
        if (
            (not before and not after and not alone)
            or text.startswith(after, measure.end)
            or any(word in near for word in before)
        ):
            return measure._replace(unit=units[means] if alone else _meant(units, unit, means))
    return measure


def _meant(units: UnitTable, unit: Unit, means: str) -> Unit:
    if means == "count":
        return unit._replace(unit=unit.surface, dimension="count", factor=Fraction(1))
    return units[means]._replace(surface=unit.surface)


def with_sign(text: str, measure: Measure) -> Measure:
    """The measure with a sign before it: -1.24亿元, ±800千伏, 零下20℃."""
    start, unit = measure.start, measure.unit
    sign, before = text[start - 1], text[start - 2]
    if sign not in SIGNS or start != measure.at or measure.kind == "range":
        return measure
    if sign == "±":
        return measure._replace(start=start - 1, low=-measure.high)
    if sign == "下":
        cold = before == "零" and unit.dimension in ("temperature", "angle")
        return negated(measure, start - 2) if cold else measure
    if sign == "+":
        return measure._replace(start=start - 1) if is_percent(measure) and before not in _DIGITS else measure
    if unit.unit not in _SIGNED_UNITS and unit.dimension not in _SIGNED_DIMENSIONS:
        return measure
    if sign == "负":
        may_be = before not in BEFORE_FU
    else:  # behind a letter too, where it is a percentage: YoY-5%
        may_be = before in _BEFORE_MINUS or "\u4e00" <= before <= "\u9fff" or (before.isalpha() and is_percent(measure))
    return negated(measure, start - 1) if may_be else measure


def negated(measure: Measure, start: int) -> Measure:
    """The measure below zero, with its sign at ``start``."""
    return measure._replace(start=start, low=-measure.high, high=-measure.low)


@functools.cache
def _down(scale: str) -> int:
    """How many places a scale moves the point, as the number that undoes it: -8 for 亿 and 个亿."""
    return -scale_factor(scale.removeprefix("个")).adjusted()


def quantity_of(measure: Measure, bound: str) -> Quantity:
    """The exact value of a measure in the base unit and in the unit as written."""
    return value_of(Numeral(measure.low, measure.high, "", measure.scale), measure.unit, bound)


def value_of(numeral: Numeral, unit: Unit, bound: str) -> Quantity:
    """The exact value of a numeral with a unit."""
    low, high, _, scale = numeral
    surface, code, dimension, factor, _, _ = unit
    numerator, denominator = factor.numerator, factor.denominator
    written_low, written_high = low, high
    if scale:
        down = _down(scale)
        written_low = EXACT.scaleb(low, down)
        written_high = written_low if low is high else EXACT.scaleb(high, down)
    if surface == "番":
        low, high = _doublings(low), _doublings(high)
    elif numerator != 1 or denominator != 1:
        base_low = EXACT.multiply(low, Decimal(numerator)) / denominator
        high = base_low if low is high else EXACT.multiply(high, Decimal(numerator)) / denominator
        low = base_low
    return _quantity(low, high, code, dimension, bound, written_low, written_high, scale + surface)


def _doublings(number: Decimal) -> Decimal:
    return Decimal(2) ** number if abs(number) < _MOST_DOUBLINGS else number
