"""The scanner: every number with a unit in folded text.

One pattern finds the runs of numeral characters; what may follow a run is looked up in the unit table, so the work is in
proportion to the number of runs. Which measures are figures in the sense of the guidelines is decided in `quantity.figures`.
The text must begin and end with a character that is part of no measure, such as a line break.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from .joins import (
    CURRENCY_SIGNS,
    compound_of,
    fraction_of,
    inside_ge,
    pair_of,
    product_of,
    range_of,
    unitless,
    with_half,
)
from .percents import shares_points
from .pieces import FRACTION, NUMBER, RUN, Measure, Piece, PieceReader
from .runs import DIGITS
from .units import UnitTable

_MORE_AFTER_UNIT = re.compile(r"多(?![元样种个家项条层点为是由数在方功能用边级名人式次年出])|余(?=[，。、；])")
_MORE_DIMENSIONS: Final = frozenset({"time", "ratio", "length", "area", "mass", "money", "volume"})
_HALF_DIMENSIONS: Final = frozenset({"time", "ratio"})
_HALF_UNITS: Final = frozenset({"成", "班"})
_COMPOUND_STARTS: Final = frozenset("零又0123456789一二三四五六七八九十两")


class Scanner:
    """Finds measures with the units of one table."""

    def __init__(self, units: UnitTable) -> None:
        self._reader = PieceReader(units)
        joining = frozenset("半 /×xX*-~—―至到分、和及与,")
        self._after_run = frozenset(unit.surface[0] for unit in units) | joining
        self._after_one = frozenset(unit.surface[0] for unit in units if unit.dimension != "count") | joining | {"个"}

    def measures(self, text: str) -> Iterator[Measure]:
        """Every number with a unit, in order and disjoint."""
        last = 0
        after_run, after_one, measure = self._after_run, self._after_one, self.measure
        for match in RUN.finditer(text):
            run, end = match[0], match.end()
            if text[end] not in (after_one if run == "一" else after_run) and not _may_stand_alone(text, match):
                continue
            if match.start() >= last and (found := measure(text, match)) is not None:
                yield found
                last = found.end

    def measure_at(self, text: str, at: int) -> Measure | None:
        """The measure whose numeral begins at this offset, or None."""
        match = RUN.match(text, at)
        return None if match is None else self.measure(text, match)

    def measure(self, text: str, match: re.Match[str]) -> Measure | None:
        """The measure whose numeral begins with this run, or None."""
        end = match.end()
        if match[0] == "一半":
            half = Decimal("0.5")
            return Measure(match.start(), end, match.start(), "一半", half, half, FRACTION, kind="fraction")
        if text[end] == "分" and text[end + 1] == "之":
            return fraction_of(self._reader, text, match)
        first = self._reader.piece(text, match)
        if first is None:
            return None
        following, joined = text[first.end], None
        if following in "、,和及与" and shares_points(text, first):
            return first.measure("shared")._replace(unit=self._reader.units["个百分点"])
        if following in " -~—―至到":
            joined = range_of(self._reader, text, first)
        if joined is None and following in " ×xX*":
            joined = product_of(self._reader, text, first)
        elif following == "/" and first.unit.dimension == "power":
            joined = pair_of(self._reader, text, first)
        if joined is not None:
            return joined
        return unitless(self._reader, text, first) if first.unit is NUMBER else self._single(text, first)

    def _single(self, text: str, first: Piece) -> Measure:
        """A number with its unit and what belongs to it behind the unit: 一天半, 6倍多, 三成五, 3元5角."""
        unit, end = first.unit, first.end
        following = text[end]
        if following not in _AFTER_UNIT:
            return first.measure()
        if unit.surface == "个":
            return (inside_ge(self._reader, text, first) if following in "半多万亿" else None) or first.measure()
        if (
            following == "半"
            and (unit.dimension in _HALF_DIMENSIONS or unit.surface in _HALF_UNITS)
            and not first.numeral.scale
        ):
            return with_half(first, end + 1)
        more = _MORE_AFTER_UNIT.match(text, end) if unit.dimension in _MORE_DIMENSIONS or unit.surface == "成" else None
        if more:
            return first.measure()._replace(end=more.end(), bound="above")
        if unit.surface == "成" and following in "一二三四五六七八九":
            tenth = Decimal(DIGITS[following]) / 10
            return first.measure()._replace(end=end + 1, low=first.numeral.low + tenth, high=first.numeral.high + tenth)
        if unit.dimension in ("time", "money") and following in _COMPOUND_STARTS:
            return compound_of(self._reader, text, first)
        return first.measure()


_AFTER_UNIT: Final = _COMPOUND_STARTS | frozenset("半多余万亿")


def _may_stand_alone(text: str, match: re.Match[str]) -> bool:
    """Whether a run without a unit may count: 3.4万, 两万多, 一半, ￥500."""
    run = match[0]
    return (len(run) > 1 and (run[-1] in "万亿半" or run[-2] in "万亿")) or text[match.start() - 1] in CURRENCY_SIGNS
