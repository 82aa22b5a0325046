"""`parse_quantity` and `format_quantity` against `cases/quantities.tsv` and as inverse of each other."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given, strategies

from parknlp import DataError
from parknlp.quantity import UnitTable, format_quantity, parse_quantity

ROWS = [
    line.split("\t")
    for line in (Path(__file__).parent / "cases" / "quantities.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_quantity(row):
    text, low, high, unit, dimension, bound, written_unit = row
    quantity = parse_quantity(text)
    assert (quantity.unit, quantity.dimension, quantity.bound, quantity.written_unit) == (
        unit,
        dimension,
        bound,
        written_unit,
    )
    assert (quantity.low, quantity.high) == (Decimal(low), Decimal(high))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_format_is_inverse(row):
    quantity = parse_quantity(row[0])
    assert parse_quantity(format_quantity(quantity)) == quantity


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "近",
        "以上",
        "亿元",
        "家",
        "12家企业",
        "共12家",
        "12家34个",
        "产值12亿元",
        "abc",
        "5元每",
        "\ud800",
        "\0",
    ],
)
def test_no_quantity(text):
    with pytest.raises(DataError, match="no quantity"):
        parse_quantity(text)


UNITS = sorted(unit.surface for unit in UnitTable.bundled() if unit.use in ("free", "number"))


@example(Decimal(0), Decimal("0.01"), "起", "万", "about")
@given(
    strategies.decimals(-(10**12), 10**12, places=3),
    strategies.decimals(0, 10**6, places=2),
    strategies.sampled_from(UNITS),
    strategies.sampled_from(["", "万", "亿"]),
    strategies.sampled_from(["about", "at_least", "at_most", "above", "below", "exact"]),
)
def test_what_is_formatted_is_read_back(low, more, unit, scale, bound):
    text = f"{low:f}{scale}{unit}" if not more or low < 0 else f"{low:f}~{low + more:f}{scale}{unit}"
    quantity = parse_quantity(text)
    quantity = dataclasses.replace(quantity, bound=bound)
    assert parse_quantity(format_quantity(quantity)) == quantity


def test_users_units(tmp_path):
    file = tmp_path / "units.tsv"
    file.write_text("# mine\n垧\tm2\tarea\t10000\n", encoding="utf-8")
    assert parse_quantity("3垧", UnitTable.from_tsv(file)).low == 30000
    file.write_text("垧\tm2\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"units\.tsv:1"):
        UnitTable.from_tsv(file)
    file.write_text("垧\tm2\tarea\tmany\n", encoding="utf-8")
    with pytest.raises(DataError, match="垧"):
        UnitTable.from_tsv(file)
    with pytest.raises(DataError, match=r"none\.tsv"):
        UnitTable.from_tsv(tmp_path / "none.tsv")
