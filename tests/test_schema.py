"""A tagged document as Arrow types."""

from __future__ import annotations

import pytest

import parknlp
from conftest import ROOT
from parknlp.corpus import read_gold
from parknlp.doc import Doc, Fact
from parknlp.schema import COLUMNS, document_schema, from_row, record_batch

pytest.importorskip("pyarrow", reason="pyarrow is not installed: pip install 'parknlp[parquet]'")


@pytest.fixture(scope="module")
def docs(nlp) -> list[Doc]:
    articles = read_gold(ROOT / "models" / "corpus" / "train-a.jsonl")
    items = [{"text": doc.text, "title": doc.title, "meta": {"id": number}} for number, doc in enumerate(articles)]
    return [*nlp.pipe([*items, "", None, "（上半年）产值8~10亿元"], errors="empty")]


def test_columns_are_the_keys_of_a_document():
    assert tuple(Doc("").to_dict()) == COLUMNS == tuple(document_schema().names)


def test_a_batch_gives_the_documents_back(docs):
    batch = record_batch(docs)
    batch.validate(full=True)
    assert batch.schema == document_schema()
    assert [from_row(row) for row in batch.to_pylist()] == [doc.to_dict() for doc in docs]
    assert [Doc.from_dict(from_row(row)) for row in batch.to_pylist()] == docs


def test_a_parquet_file_gives_the_documents_back(docs, tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.Table.from_batches([record_batch(docs)]), tmp_path / "docs.parquet")
    table = pq.read_table(tmp_path / "docs.parquet")
    assert table.schema == document_schema()
    assert [from_row(row) for row in table.to_pylist()] == [doc.to_dict() for doc in docs]


def test_no_documents_make_an_empty_batch():
    assert record_batch([]).num_rows == 0


def test_absent_parts_of_a_fact_are_null():
    fact = Fact("园区", "产值", None, None, None, None, {"subject": (0, 2)})
    (row,) = record_batch(
        [Doc("园区", facts=(fact, Fact(None, "产值", None, None, None, None)))], ["facts"]
    ).to_pylist()
    assert [place for place in row["facts"][0]["spans"].values() if place] == [{"start": 0, "end": 2}]
    assert set(row["facts"][1]["spans"].values()) == {None}


def test_lone_surrogates_keep_every_offset(nlp):
    text = "\ud83d\ude00镇江高新区\udc00实现产值52亿元"
    (row,) = record_batch([nlp(text, title="\ud800", meta={"a\ud800": "\udfff"})]).to_pylist()
    doc = Doc.from_dict(from_row(row))
    assert doc.text == "��镇江高新区�实现产值52亿元" and doc.title == "�" and doc.meta == {"a�": "�"}
    assert [span.text for span in doc.ents] == [doc.text[span.start : span.end] for span in doc.ents]


def test_wanted_columns_come_in_the_wanted_order():
    assert record_batch([Doc("园区", title="题")], ["title", "text"]).to_pylist() == [{"title": "题", "text": "园区"}]


def test_without_pyarrow_the_extra_is_named(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(parknlp.OptionError, match=r"pip install 'parknlp\[parquet\]'"):
        document_schema()
