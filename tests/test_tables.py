"""Facts as tables, from Python and from the command line."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal

import pytest

import parknlp
from parknlp.cli import main
from parknlp.doc import Doc, Fact
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
    rows[1]["value_high"] = Decimal(10) ** 40  # too large for the column
    write_parquet(rows, tmp_path / "facts.parquet")
    table = parquet.read_table(tmp_path / "facts.parquet").to_pylist()
    assert table[0]["value_low"] == 5200000000 and table[0]["mentions"] == 2
    assert table[1]["value_high"] is None


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
