"""The scanner: every number with a unit in folded text.

One pattern finds the runs of numeral characters; what may follow a run is looked up in the unit table, so the work is in
proportion to the number of runs. Which measures are figures in the sense of the guidelines is decided in `quantity.figures`.
The text must begin and end with a character that is part of no measure, such as a line break.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from ..patterns import lazy
from .amounts import compound_of, inside_ge, unitless, with_tail
from .fractions import ends_with_half, fraction_of, mixed_of, with_half
from .joins import pair_of, power_of, product_of, range_of, tolerance_of
from .percents import shares_points
from .pieces import FRACTION, NUMBER, RUN, Measure, Piece, PieceReader
from .runs import DIGITS
from .units import Unit, UnitTable
from .words import number_words

_MORE_AFTER_UNIT = lazy(
    r"多(?![元样种个家项条层点为是由数在方功能用边级名人式次年出晶碳肽糖向弧模媒轴孔极])|余(?=[,。、;])"
)
_MORE_DIMENSIONS: Final = frozenset({"time", "ratio", "length", "area", "mass", "money", "volume"})
_HALF_DIMENSIONS: Final = frozenset({"time", "ratio"})
_COMPOUND_DIMENSIONS: Final = frozenset({"time", "money", "age", "length", "mass"})
_HALF_UNITS: Final = frozenset({"成", "班"})
_HALF: Final = Decimal("0.5")
SHARING: Final = frozenset("、,和及与")
JOINING: Final = frozenset(" /×xX*-~—―至到±") | SHARING
_COMPOUND_STARTS: Final = frozenset("零又0123456789一二三四五六七八九十两")
_AFTER_UNIT: Final = _COMPOUND_STARTS | frozenset("半多余万亿")
GOES_ON: Final = (JOINING - SHARING) | _AFTER_UNIT
"""What a number with its unit may go on with; see `goes_on` for what each unit does."""

_RANGED: Final = frozenset(" -~—―至到(")


class Scanner:
    """Finds measures with the units of one table.

    Attributes:
        after_run: characters that may follow the first numeral of a measure.
        after_one: those that may follow 一.
    """

    def __init__(self, units: UnitTable) -> None:
        self.units = units
        self._reader = PieceReader(units)
        joining = JOINING | {"半", "又", "分"}
        self.after_run = frozenset(unit.surface[0] for unit in units) | joining
        self._signs = number_words().last_currency
        self.after_one = frozenset(unit.surface[0] for unit in units if unit.dimension != "count") | joining | {"个"}

    def may_stand_alone(self, text: str, run: str, start: int) -> bool:
        """Whether a run without a unit may count: 3.4万, 两万多, 一半, ￥500, USD 500."""
        if len(run) > 1 and (run[-1] in "万亿半" or run[-2] in "万亿"):
            return True
        before = text[start - 1]
        return before in self._signs or (before == " " and text[start - 2] in self._signs)

    def measure_at(self, text: str, at: int) -> Measure | None:
        """The measure whose numeral begins at this offset, or None."""
        match = RUN().match(text, at)
        return None if match is None else self.measure(text, match)

    def measure(self, text: str, match: re.Match[str]) -> Measure | None:
        """The measure whose numeral begins with this run, or None."""
        end = match.end()
        following = text[end]
        if following == "分" and text[end + 1] == "之":
            return fraction_of(self._reader, text, match)
        if following == "又":
            return mixed_of(self._reader, text, match)
        if match[0] == "一半":
            return Measure(match.start(), end, match.start(), "一半", _HALF, _HALF, FRACTION, kind="fraction")
        first = self._reader.piece(text, match)
        if first is None:
            return None
        if (text[first.end] in JOINING or text.startswith("(含", first.end)) and (joined := self._joined(text, first)):
            return joined
        return unitless(self._reader, text, first) if first.unit is NUMBER else self._single(text, first)

    def _joined(self, text: str, first: Piece) -> Measure | None:
        """A measure of several numbers that begins with this one."""
        reader, following = self._reader, text[first.end]
        if following in SHARING:
            points = first.unit.surface in ("", "个") and shares_points(text, first.end)
            return first.measure("shared")._replace(unit=self.units["个百分点"]) if points else None
        if following == "/":
            return pair_of(reader, text, first) if first.unit.dimension == "power" else None
        if following == "±":
            return tolerance_of(reader, text, first)
        found = range_of(reader, text, first) if following in _RANGED else None
        if found is None and following in " ×xX*":
            found = power_of(reader, text, first) or product_of(reader, text, first)
        return found

    def _single(self, text: str, first: Piece) -> Measure:
        """A number with its unit and what belongs to it behind the unit: 一天半, 6倍多, 三成五, 3元5角."""
        unit, end = first.unit, first.end
        following = text[end]
        if following not in _AFTER_UNIT:
            return first.measure()
        if unit.surface == "个":
            return (inside_ge(self._reader, text, first) if following in "半多万亿" else None) or first.measure()
        if following == "半" and not first.numeral.scale and _takes_half(text, first):
            return with_half(first, end + 1)
        more = (
            _MORE_AFTER_UNIT().match(text, end) if unit.dimension in _MORE_DIMENSIONS or unit.surface == "成" else None
        )
        if more:
            return first.measure()._replace(end=more.end(), bound="above")
        if unit.surface == "成" and following in "一二三四五六七八九":
            tenth = Decimal(DIGITS[following]) / 10
            return first.measure()._replace(end=end + 1, low=first.numeral.low + tenth, high=first.numeral.high + tenth)
        if unit.dimension in _COMPOUND_DIMENSIONS and following in _COMPOUND_STARTS:
            return with_tail(text, first) or compound_of(self._reader, text, first)
        return first.measure()


def goes_on(unit: Unit) -> frozenset[str]:
    """Before what a number with this unit may be the beginning of a longer measure, as `Scanner` has it."""
    found = JOINING - SHARING if unit.dimension == "power" else JOINING - SHARING - {"/"}
    if unit.dimension == "money":
        found |= {"("}
    if unit.surface == "个":
        return found.union("半多万亿")
    if unit.dimension in _HALF_DIMENSIONS or unit.surface in _HALF_UNITS or unit.dimension != "count":
        found |= {"半"}
    if unit.dimension in _MORE_DIMENSIONS or unit.surface == "成":
        found |= {"多", "余"}
    if unit.dimension in _COMPOUND_DIMENSIONS or unit.surface == "成":
        found |= _COMPOUND_STARTS
    return found


def _takes_half(text: str, first: Piece) -> bool:
    """Whether 半 behind a unit belongs to it: 一天半, 三成半; 一吨半 where no other word begins with it (3公里半径)."""
    unit = first.unit
    if unit.dimension in _HALF_DIMENSIONS or unit.surface in _HALF_UNITS:
        return True
    return unit.dimension != "count" and ends_with_half(text, first.end)
