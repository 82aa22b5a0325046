"""Facts as tables, from Python and from the command line."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal

import pytest

import parknlp
from parknlp.cli import main
from parknlp.doc import Doc, Fact, Quantity
from parknlp.facts import statements
from parknlp.tables import COLUMNS, WRITERS, document_rows, write_parquet

TEXT = (
    "上半年，镇江经济技术开发区（以下简称镇江经开区）实现产值52亿元，同比下降20%。\n"
    "镇江经开区上半年产值520000万元，同比下降20%。镇江经开区有企业8~10家。"
)


@pytest.fixture(scope="module")
def doc() -> Doc:
    return parknlp.load()(TEXT, published="2025-07-20", meta={"id": "a|b"})


def test_a_row_has_exact_numbers_with_their_sign_and_the_canonical_subject(doc: Doc) -> None:
    row = document_rows(doc)[0]
    assert tuple(row) == COLUMNS
    assert (row["value_low"], row["value_unit"], row["change_low"]) == (Decimal(5200000000), "CNY", Decimal(-20))
    assert row["subject_name"] == "镇江经济技术开发区"
    assert (row["period_start"], row["period_end"]) == ("2025-01-01", "2025-06-30")
    assert row["sentence"] in TEXT and row["document"] == "a|b"


def test_a_repeated_statement_is_one_row_whatever_its_notation(doc: Doc) -> None:
    assert [row["mentions"] for row in document_rows(doc)] == [2, 1]


def test_a_range_keeps_both_ends(doc: Doc) -> None:
    row = document_rows(doc)[-1]
    assert (row["value_low"], row["value_high"]) == (8, 10)


def test_other_numbers_subjects_and_indicators_are_other_statements() -> None:
    facts = [
        Fact("甲园", "产值", "5亿元", None, None, None),
        Fact("乙园", "产值", "5亿元", None, None, None),
        Fact("甲园", "产值", "6亿元", None, None, None),
        Fact("甲园", "投资", "5亿元", None, None, None),
        Fact("甲园", "产值", "5亿元", "+5%", "同比", None),
    ]
    assert [len(group) for group in statements(facts)] == [1] * 5


def test_a_headline_a_lead_and_a_list_of_related_articles_are_one_statement_with_the_body() -> None:
    facts = [
        Fact(None, "产值", "52亿元", "+20%", "增长", None),
        Fact("甲园", "产值", "520000万元", "+20%", "同比", None),
        Fact("甲园", "规上工业产值", "52亿元", "+20%", "同比", "上半年"),
        Fact("甲园", "新签约项目", "52个", None, None, "上半年"),
        Fact("甲园", "产值", "52亿元", "+20%", "同比", None),
    ]
    groups = statements(facts)
    assert [len(group) for group in groups] == [3, 1, 1]  # without exact values 520000万元 is another number
    assert groups[0][0].period == "上半年"


@pytest.mark.parametrize(
    ("written", "plain"),
    [("1E+10", "10000000000"), ("963000000000.0", "963000000000"), ("12.50", "12.5"), ("-0.10", "-0.1"), ("0.0", "0")],
)
def test_numbers_are_written_plainly_in_every_format(written: str, plain: str) -> None:
    number = Decimal(written)
    exact = Quantity(number, number, "CNY", "money", "", number, number, "元")
    spans = {"value": (2, 5), "change": (7, 9)}
    fact = Fact(None, "产值", "52亿", "+2%", "增长", None, spans, "rule:value-own", exact, exact)
    rows = document_rows(Doc("产值52亿，增2%。", facts=(fact,)))
    assert str(rows[0]["value_low"]) == str(rows[0]["change_high"]) == plain
    for style in ("csv", "jsonl"):
        target = io.StringIO()
        WRITERS[style](rows, target)
        text = target.getvalue()
        row = json.loads(text) if style == "jsonl" else next(csv.DictReader(io.StringIO(text[1:])))
        assert row["value_low"] == row["change_high"] == plain


def test_documents_without_id_are_numbered() -> None:
    assert parknlp.facts_table([Doc(""), Doc("园区")]) == []
    docs = list(parknlp.load().pipe([TEXT, TEXT]))
    assert {row["document"] for row in parknlp.facts_table(docs)} == {"0", "1"}


def test_csv_is_read_back(doc: Doc) -> None:
    target = io.StringIO()
    WRITERS["csv"](document_rows(doc), target)
    assert target.getvalue().startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(target.getvalue()[1:])))
    assert rows[0]["value_low"] == "5200000000" and rows[0]["change"] == "-20%"


def test_markdown_escapes_bars(doc: Doc) -> None:
    target = io.StringIO()
    WRITERS["markdown"](document_rows(doc), target)
    lines = target.getvalue().splitlines()
    assert len(lines) == 4 and lines[2].startswith("| a\\|b |")


def test_parquet_keeps_decimals(doc: Doc, tmp_path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = document_rows(doc)
    numbers = {
        Decimal(10) ** 40: None,  # too large for the column
        Decimal("9" * 28 + ".99999999999"): None,
        Decimal("12345678901234567890.12345678905"): Decimal("12345678901234567890.1234567890"),
        Decimal("-0.00000000005"): Decimal(0),
    }
    rows += [{**rows[1], "value_high": number} for number in numbers]
    write_parquet(rows, tmp_path / "facts.parquet")
    table = parquet.read_table(tmp_path / "facts.parquet").to_pylist()
    assert table[0]["value_low"] == 5200000000 and table[0]["mentions"] == 2
    assert [row["value_high"] for row in table[-len(numbers) :]] == list(numbers.values())


def test_the_command_writes_markdown_and_parquet(tmp_path, capsys) -> None:
    page = tmp_path / "page.txt"
    page.write_text(TEXT, encoding="utf-8")
    assert main(["facts", str(page), "--format", "markdown"]) == 0
    assert "| 产值 | 52亿元 | -20% |" in capsys.readouterr().out
    parquet = pytest.importorskip("pyarrow.parquet")
    assert main(["facts", str(page), "--format", "parquet", "-o", str(tmp_path / "facts.parquet")]) == 0
    assert parquet.read_table(tmp_path / "facts.parquet").column("rule").to_pylist()[0].startswith("rule:")


def test_info_says_which_rule_made_a_fact(capsys) -> None:
    assert main(["info", TEXT]) == 0
    assert "fact 产值 52亿元: rule:" in capsys.readouterr().out


def test_the_command_writes_a_table(tmp_path, capsys) -> None:
    page = tmp_path / "page.txt"
    page.write_text(TEXT, encoding="utf-8")
    assert main(["facts", str(page), "-o", str(tmp_path / "facts.csv")]) == 0
    assert (tmp_path / "facts.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert main(["facts", str(page), "--format", "jsonl"]) == 0
    row = json.loads(capsys.readouterr().out.splitlines()[0])
    assert row["value_low"] == "5200000000" and row["document"] == str(page)
    assert main(["facts", str(page), "--format", "parquet"]) == 2
    assert "--output" in capsys.readouterr().err
