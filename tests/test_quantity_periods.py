"""The values of times against `cases/periods.tsv`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, strategies

from parknlp import Period
from parknlp.quantity.periods import period_of
from parknlp.quantity.times import find_times
from parknlp.text import TextBatch

ROWS = [
    line.split("\t")
    for line in (Path(__file__).parent / "cases" / "periods.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize(("surface", "symbol", "start", "end"), ROWS, ids=[row[0] for row in ROWS])
def test_period(surface, symbol, start, end):
    days = (None, None) if start == "-" else (start, end)
    assert period_of(surface, "2025-07-20") == Period(symbol, *days)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_symbol_needs_no_reference_date(row):
    period = period_of(row[0])
    assert period.symbol == row[1]
    absolute = row[1][:4].isdecimal()
    assert (period.start is not None) == (absolute and row[2] != "-")


@pytest.mark.parametrize("published", ["", "yesterday", "2025-13-40", None])
def test_a_bad_reference_date_leaves_the_symbol(published):
    assert period_of("今年", published) == Period("Y0")


@given(
    strategies.text(
        "0123456789一二三四五六七八九十年月日季度上下半前后今去明本周底末初至到-—~/.QH“”五个旬同期全近未来世纪代春节",
        min_size=1,
        max_size=14,
    ),
    strategies.dates(date(1, 1, 1), date(9999, 12, 31)),
)
def test_any_words(surface, published):
    period = period_of(surface, published.isoformat())
    assert period.symbol
    assert (period.start is None) == (period.end is None)
    assert period.start is None or period.start <= period.end


@pytest.mark.parametrize(
    ("published", "surface", "start"),
    [
        ("2024-11-12", "上半年", "2024-01-01"),
        ("2024-11-12", "一季度", "2024-01-01"),
        ("2024-11-12", "3月", "2024-03-01"),
        ("2024-12-30", "上半年", "2024-01-01"),
        ("2024-12-30", "前三季度", "2024-01-01"),
        ("2024-12-30", "1月5日", "2025-01-05"),
        ("2025-01-15", "下半年", "2024-07-01"),
        ("2025-01-15", "四季度", "2024-10-01"),
        ("2025-01-15", "前三季度", "2024-01-01"),
        ("2025-01-15", "3月", "2025-03-01"),
        ("2025-07-20", "上半年", "2025-01-01"),
        ("2025-07-20", "四季度", "2025-10-01"),
        ("2025-07-20", "12月30日", "2024-12-30"),
    ],
)
def test_a_period_without_year_is_the_one_that_a_report_means(published, surface, start):
    assert period_of(surface, published).start == start


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2024年产值比上年增长6%，其中上半年2亿元。上半年", ["2024-01-01", "2023-01-01", "2024-01-01", "2025-01-01"]),
        ("2023年5月签约，8月开工，今年3月投产，6月达产", ["2023-05-01", "2023-08-01", "2025-03-01", "2025-06-01"]),
        ("比2019年增长两成，一季度", ["2019-01-01", "2025-01-01"]),
        ("2024年3月5日（星期二）", ["2024-03-05", "2024-03-05"]),
    ],
)
def test_a_time_without_year_is_of_the_year_that_its_sentence_names(text, days):
    batch = TextBatch([text, "上半年"])
    found = find_times(batch, ["2025-07-20", None])
    assert [time.value.start for time in found] == [*days, None]
