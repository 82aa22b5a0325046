"""units.tsv: units of measure and currencies with their base unit and exact factor, from units.csv of the reference."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

HEADER = """\
# Units of measure and currencies. Composed forms (万吨, 亿元, 元/平方米) are absent: the number reader composes them.
# From units.csv of the project's reference facts (own compilation after UCUM and ISO 4217), brought to base units by
# scripts/build_data/units.py, which also adds the rows that the reference lacks. How freely a unit may follow a number,
# and the words that count things, stand in measures.tsv.
# surface: as written in folded text (half-width, simplified)
# unit: base unit, a UCUM code, an ISO 4217 code, or a code of trade (TEU, DWT)
# dimension: money, area, mass, ...
# factor: one written unit in base units, an integer, a decimal or a fraction
# surface<TAB>unit<TAB>dimension<TAB>factor
"""

# UCUM code of the reference -> base unit and exact factor
BASE = {
    "km2": ("m2", "1000000"), "har": ("m2", "10000"), "cm2": ("m2", "0.0001"), "mm2": ("m2", "0.000001"),
    "dm2": ("m2", "0.01"), "[sft_i]": ("m2", "0.09290304"), "[acr_us]": ("m2", "4046.8564224"),
    "km": ("m", "1000"), "dm": ("m", "0.1"), "cm": ("m", "0.01"), "mm": ("m", "0.001"), "um": ("m", "0.000001"),
    "nm": ("m", "0.000000001"), "[nmi_i]": ("m", "1852"), "[in_i]": ("m", "0.0254"), "[ft_i]": ("m", "0.3048"),
    "[mi_i]": ("m", "1609.344"), "[ly]": ("m", "9460730472580800"),
    "kg": ("t", "0.001"), "g": ("t", "0.000001"), "mg": ("t", "0.000000001"), "ug": ("t", "0.000000000001"),
    "[lb_av]": ("t", "0.00045359237"), "[oz_av]": ("t", "0.000028349523125"), "[car_m]": ("t", "0.0000002"),
    "L": ("m3", "0.001"), "mL": ("m3", "0.000001"), "uL": ("m3", "0.000000001"), "cm3": ("m3", "0.000001"),
    "dm3": ("m3", "0.001"), "[gal_us]": ("m3", "0.003785411784"),
    "kW.h": ("W.h", "1000"), "MW.h": ("W.h", "1000000"), "GW.h": ("W.h", "1000000000"), "TW.h": ("W.h", "1000000000000"),
    "kJ": ("J", "1000"), "MJ": ("J", "1000000"), "GJ": ("J", "1000000000"), "kcal": ("cal", "1000"),
    "mA.h": ("A.h", "0.001"), "kW": ("W", "1000"), "MW": ("W", "1000000"), "GW": ("W", "1000000000"),
    "TW": ("W", "1000000000000"), "mW": ("W", "0.001"), "kV": ("V", "1000"), "mV": ("V", "0.001"), "kA": ("A", "1000"),
    "mA": ("A", "0.001"), "kV.A": ("V.A", "1000"), "MV.A": ("V.A", "1000000"), "kHz": ("Hz", "1000"),
    "MHz": ("Hz", "1000000"), "GHz": ("Hz", "1000000000"), "kPa": ("Pa", "1000"), "MPa": ("Pa", "1000000"),
    "GPa": ("Pa", "1000000000"), "kN": ("N", "1000"),
}  # fmt: skip

# factors that the reference rounds
EXACT = {"亩": "2000/3", "市亩": "2000/3", "顷": "200000/3", "丈": "10/3", "尺": "1/3", "寸": "1/30"}

MORE = Path(__file__).with_name("units_more.tsv")
# a figure ends before 人民币, 整, 钱, 电: these are no units of their own
PHRASES = {"元人民币", "块钱", "毛钱", "度电", "吨二氧化碳", "翻番"}
AGES = {"岁", "周岁"}
SKIPPED_KINDS = {"percent", "measure_word", "ratio"}
SCALES = "百千万亿十"
KEEP = {
    "千瓦",
    "千瓦时",
    "千瓦小时",
    "千米",
    "千克",
    "千伏",
    "千焦",
    "千卡",
    "千乏",
    "千安",
    "千赫",
    "千帕",
    "千牛",
    "千伏安",
    "千克标准煤",
}


def _composed(surface: str, surfaces: set[str]) -> bool:
    """Whether the number reader makes this surface from a scale, a unit, 级 or a rate."""
    bare = surface.lstrip(SCALES)
    return (
        "/" in surface
        or surface.endswith("级")
        or (surface not in KEEP and bare != surface and (bare in surfaces or not bare))
    )


def _exact(surface: str, factor: str) -> Fraction:
    return Fraction(EXACT.get(surface, factor))


def _decimal(factor: Fraction) -> str:
    """``factor`` as an integer or a decimal, else as a fraction."""
    denominator = factor.denominator
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    if denominator != 1:
        return str(factor)
    digits = 0
    while (factor * 10**digits).denominator != 1:
        digits += 1
    whole = str((factor * 10**digits).numerator).rjust(digits + 1, "0")
    return whole if not digits else f"{whole[:-digits]}.{whole[-digits:]}"


def build(reference: Path) -> dict[str, str]:
    """The file's content."""
    with (reference / "units.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] not in SKIPPED_KINDS]
    surfaces = {row["surface"] for row in rows}
    units: dict[str, tuple[str, str, Fraction]] = {}
    for row in rows:
        surface = row["surface"]
        keep_rate = row["dimension"] == "speed"
        if surface in PHRASES or (_composed(surface, surfaces) and not keep_rate):
            continue
        base, factor = BASE.get(row["code"], (row["code"], "1"))
        dimension = "age" if surface in AGES else row["dimension"]
        units[surface] = (base, dimension, _exact(surface, row["factor"]) * Fraction(factor))
    for line in MORE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            surface, unit, dimension, factor = line.split("\t")
            units[surface] = (unit, dimension, Fraction(factor))
    lines = [
        f"{surface}\t{unit}\t{dimension}\t{_decimal(factor)}\n" for surface, (unit, dimension, factor) in units.items()
    ]
    return {"units.tsv": HEADER + "".join(lines)}
