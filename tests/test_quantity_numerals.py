"""Numerals against `cases/numerals.tsv`, and exactness at any length."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, strategies

from parknlp import DataError
from parknlp.quantity import parse_number
from parknlp.quantity.runs import read

ROWS = [
    line.split("\t")
    for line in (Path(__file__).parent / "cases" / "numerals.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize(("text", "value"), [row for row in ROWS if row[1] != "-"], ids=lambda field: field or "empty")
def test_number(text, value):
    assert parse_number(text) == Decimal(value)


@pytest.mark.parametrize("text", [row[0] for row in ROWS if row[1] == "-"], ids=lambda field: field or "empty")
def test_no_number(text):
    with pytest.raises(DataError):
        parse_number(text)


def test_ten_thousand_digits_are_exact():
    assert parse_number("1" * 10_000) == Decimal("1" * 10_000)
    assert parse_number("九" * 10_000) == Decimal("9" * 10_000)
    assert parse_number("1" * 999 + "亿") == Decimal("1" * 999 + "0" * 8)


HAN = "零一二三四五六七八九"


def written(number: int) -> str:
    """``number`` below 10**12 in Han numerals as it is read aloud."""
    if number == 0:
        return ""
    for unit, name in ((10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十")):
        if number >= unit:
            rest = number % unit
            gap = "零" if rest and rest < unit // 10 else ""
            return written(number // unit) + name + gap + written(rest)
    return HAN[number]


@given(strategies.integers(1, 10**12 - 1))
def test_han_numerals_read_back(number):
    assert parse_number(written(number)) == number


@given(strategies.integers(0, 10**30), strategies.integers(0, 12))
def test_arabic_numerals_read_back(number, places):
    text = f"{number}.{'7' * places}" if places else f"{number:,}"
    assert parse_number(text) == Decimal(text.replace(",", ""))


@given(strategies.text("零〇一二两三四五六七八九十百千万亿兆几数多余来上半点0123456789.,", max_size=30))
def test_any_run_reads_or_is_none(text):
    numeral = read(text)
    assert numeral is None or numeral.low <= numeral.high
