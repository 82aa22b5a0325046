import io
import json

import pytest

from parknlp.corpus import Article, decode, find_files, is_html, parse_markup, read_bytes, read_gold, write_rows
from parknlp.errors import DataError


def articles(data, name="news.jsonl", **options):
    return list(read_bytes(data.encode() if isinstance(data, str) else data, name, **options))


def test_encodings():
    text = "镇江高新区有企业88家，總投資５亿元"
    for encoding, found in [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("gb18030", "gb18030"), ("utf-16", "utf-16")]:
        decoded = decode(text.encode(encoding), "x")
        assert (decoded.text, decoded.encoding) == (text, found)


def test_the_reader_is_told_of_gb18030():
    notes = []
    list(read_bytes("镇江高新区".encode("gb18030"), "a.txt", note=notes.append))
    assert notes == ["a.txt: read as GB18030, for it is not UTF-8"]


@pytest.mark.parametrize("data", [bytes(range(256)) * 8, b"\0" * 100, b"\x89PNG\r\n" + b"\0" * 20, b"\xff\xff\xff\xff"])
def test_binary_is_refused_by_name(data):
    with pytest.raises(DataError, match=r"photo\.txt: "):
        decode(data, "photo.txt")


def test_jsonl():
    row = {"id": 7, "body": "产值5亿元", "title": "题", "published": "2025-07-20", "meta": {"url": "u"}}
    (article,) = articles(json.dumps(row), text_key="body")
    assert article == Article("产值5亿元", "题", "2025-07-20", {"url": "u", "id": 7}, "news.jsonl:1")


def test_a_bad_line_loses_nothing_else():
    found = articles(
        '{"text": "一"}\n{"text": \n\n[1]\n{"body": "x"}\n{"text": 5}\n{"text": "t", "title": 5}\n{"text": "二"}'
    )
    assert [a.text for a in found if isinstance(a, Article)] == ["一", "二"]
    errors = [str(e) for e in found if isinstance(e, DataError)]
    assert [e.split(" ")[0] for e in errors] == [f"news.jsonl:{line}:" for line in (2, 4, 5, 6, 7)]
    assert "key 'text' is missing" in errors[2]
    assert "key 'text' is int, not text" in errors[3]


def test_deeply_nested_json_is_an_error_of_its_line():
    (error,) = articles('{"text": ' + "[" * 100_000)
    assert isinstance(error, DataError)


def test_html_is_recognised_by_name_and_by_content():
    pytest.importorskip("lxml", reason="the extra html is not installed")
    assert is_html("\n<!DOCTYPE HTML>\n<p>") and is_html("<html lang=zh>") and not is_html("<3 & 5>4")
    assert articles("<p>园区<p>企业", "a.html")[0].text == "园区\n企业"
    assert articles("<html><p>园区", "a.txt")[0].text == "园区"
    assert articles(json.dumps({"text": "<html><title>题</title><p>园区"}))[0].title == "题"


def test_find_files(tmp_path):
    for name in ("b.txt", "a.HTML", "c.jpg", "sub/d.jsonl"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert [f.relative_to(tmp_path).as_posix() for f in find_files(tmp_path)] == ["a.HTML", "b.txt", "sub/d.jsonl"]
    with pytest.raises(DataError, match="no such file or folder"):
        find_files(tmp_path / "none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="no file in this folder"):
        find_files(tmp_path / "empty")


def test_rows_with_lone_surrogates_are_written_escaped():
    target = io.StringIO()
    write_rows([{"text": "园\ud800"}, {"text": "区"}], target)
    lines = target.getvalue().splitlines()
    assert lines == ['{"text": "\\u56ed\\ud800"}', '{"text": "区"}']
    assert json.loads(lines[0])["text"] == "园\ud800"


def test_gold(tmp_path):
    path = tmp_path / "gold.jsonl"
    path.write_text(
        json.dumps({"id": "x", "text": "⟦C|华为⟧投资⟦F|5亿元⟧", "chains": ["it"], "facts": []}), encoding="utf-8"
    )
    (doc,) = read_gold(path)
    assert [(s.text, s.label) for s in doc.ents] == [("华为", "COMPANY"), ("5亿元", "FIGURE")]
    assert [c.id for c in doc.chains] == ["it"]
    path.write_text('{"id": "x"}', encoding="utf-8")
    with pytest.raises(DataError, match=r"gold\.jsonl:1: no gold article"):
        list(read_gold(path))


def test_markup_that_is_not_closed_stays_text():
    assert parse_markup("⟦C|华为 ⟦Q|x⟧")[1] == ()
