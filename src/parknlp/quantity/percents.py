"""What is particular to percentages: their units, and the lists whose members share one 百分点."""

from __future__ import annotations

from typing import Final

from ..patterns import lazy
from .pieces import Measure

PERCENT_UNITS: Final = frozenset({"%", "pp"})
"""The base units of PERCENT spans: per cent, and percentage points."""

_SHARED_POINTS = lazy(r"(?:[、,和及与][0-9]+(?:\.[0-9]+)?个?){0,9}[、,和及与][0-9]+(?:\.[0-9]+)?个?百分点")


def is_percent(measure: Measure) -> bool:
    """Whether a measure is a percentage."""
    return measure.unit.unit in PERCENT_UNITS


def shares_points(text: str, end: int) -> bool:
    """Whether a number that ends here counts percentage points that are named later: 0.9、1.4和4.2个百分点, 0.02个和2.01个百分点."""
    return _SHARED_POINTS().match(text, end) is not None
