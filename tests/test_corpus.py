import csv
import datetime as dt
import gzip
import io
import json
import sys

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from parknlp.corpus import (
    KINDS,
    Article,
    Fields,
    decode,
    find_files,
    find_sources,
    is_html,
    parse_markup,
    read_articles,
    read_bytes,
    read_gold,
    rows_of,
    streams,
    tabular,
    write_rows,
)
from parknlp.errors import DataError, OptionError


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


def texts_and_errors(data, name, **options):
    found = articles(data, name, **options)
    return [a.text for a in found if isinstance(a, Article)], [str(e) for e in found if isinstance(e, DataError)]


def read(path, fields=Fields("text")):  # noqa: B008 - it is frozen
    return list(read_articles(find_sources([path]), fields))


def packed(data, kind):
    if kind == "gz":
        return gzip.compress(data)
    return pytest.importorskip("zstandard", reason="the extra zst is not installed").compress(data)


@pytest.mark.parametrize("kind", ["gz", "zst"])
def test_packed_files_are_known_by_name_and_by_content(kind):
    data = packed('{"text": "园区"}\n'.encode(), kind)
    assert texts_and_errors(data, f"a.jsonl.{kind}") == (["园区"], [])
    assert texts_and_errors(data, "a.jsonl") == (["园区"], [])
    assert texts_and_errors(packed("园区".encode(), kind), f"a.txt.{kind}") == (["园区"], [])


@pytest.mark.parametrize("kind", ["gz", "zst"])
def test_frames_that_follow_each_other_are_one_file(kind):
    data = b"".join(packed(f'{{"text": "{n}"}}\n'.encode(), kind) for n in range(3))
    assert texts_and_errors(data, f"a.jsonl.{kind}") == (["0", "1", "2"], [])


def test_a_packed_file_that_was_cut_gives_what_is_whole():
    lines = "".join(json.dumps({"text": f"园区{n} {n * 7919 % 1000}"}) + "\n" for n in range(20_000))
    whole = gzip.compress(lines.encode())
    found, errors = texts_and_errors(whole[: len(whole) // 2], "a.jsonl.gz")
    assert 5000 < len(found) < 20_000
    assert len(errors) == 1 and errors[0].startswith(f"a.jsonl.gz:{len(found) + 1}: Compressed file ended")


def test_utf16_jsonl():
    assert texts_and_errors('{"text": "园\u2028区"}\n{"text": "二"}'.encode("utf-16"), "a.jsonl") == (
        ["园\u2028区", "二"],
        [],
    )


def test_one_damaged_character_does_not_turn_a_file_into_another_encoding():
    good = '{"text": "镇江高新区"}\n'.encode()
    found, errors = texts_and_errors(good[:13] + b"\xb0" + good[13:] + good, "a.jsonl")
    assert found == ["镇江高新区"]
    assert errors == ["a.jsonl:1: not UTF-8 text (byte 14 of the line)"]


def test_gb18030_jsonl_is_noted_once():
    notes = []
    rows = '{"text": "镇江高新区"}\n{"text": "企业"}\n'.encode("gb18030")
    assert [a.text for a in read_bytes(rows, "a.jsonl", note=notes.append)] == ["镇江高新区", "企业"]
    assert notes == ["a.jsonl: read as GB18030, for it is not UTF-8"]


def test_a_number_without_end_is_an_error_of_its_line():
    found, errors = texts_and_errors('{"text": "一", "n": ' + "9" * 10_000 + '}\n{"text": "二"}', "a.jsonl")
    assert found[-1] == "二" and len(found) + len(errors) == 2  # Python 3.10 may convert it


def test_a_line_without_end_is_left_out(monkeypatch):
    monkeypatch.setattr(streams, "LONGEST", 100)
    data = '{"text": "一"}\n' + "x" * 1000 + '\n{"text": "二"}\n' + "y" * 150
    found, errors = texts_and_errors(data, "a.jsonl")
    assert found == ["一", "二"]
    assert [error.split(" ")[0] for error in errors] == ["a.jsonl:2:", "a.jsonl:4:"]


CSV = 'id,text,title,published,url\n7,"镇江,""高新区""\n第二行",题,2025-07-20,u\n\n8,园区,,,\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_csv(encoding, end, tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(CSV.replace("\n", end).encode(encoding))
    one, two = read(path, Fields(keep=("url",)))
    assert one.text == f'镇江,"高新区"{end}第二行'
    assert (one.title, one.published, one.meta) == ("题", "2025-07-20", {"id": "7", "url": "u"})
    assert (two.text, two.title, two.published, two.where) == ("园区", None, None, f"{path}:5")


def test_tsv():
    assert texts_and_errors("id\ttext\n1\t一,二\n", "a.tsv") == (["一,二"], [])


def test_bad_rows_of_csv_lose_nothing_else():
    data = 'id,text\n1,一\n2\n3,三,3\n4,"四"x\n5,五\n6,"六'.encode() + b'\xff"\n' + '7,七\n8,"八\n9,九'.encode()
    found, errors = texts_and_errors(data, "a.csv")
    assert found == ["一", "五", "七"]
    assert [error.split(" ")[0] for error in errors] == [f"a.csv:{line}:" for line in (3, 4, 5, 7, 9)]
    assert "1 fields, the header has 2" in errors[0]
    assert "unexpected end of data" in errors[-1]


def test_an_unclosed_quotation_mark_swallows_no_more_than_a_field(monkeypatch):
    monkeypatch.setattr(tabular, "_FIELD", 1 << 17)
    csv.field_size_limit(1 << 17)
    data = 'text\n"never closed\n' + "".join(f"{n} {'x' * 90}\n" for n in range(5000))
    found, errors = texts_and_errors(data, "a.csv")
    assert errors and len(found) > 3000


def test_fields_longer_than_the_csv_module_takes():
    assert texts_and_errors("text\n" + "园" * 300_000, "a.csv") == (["园" * 300_000], [])


@pytest.mark.parametrize("name", ["a.csv", "a.parquet"])
def test_a_missing_column_is_one_error(name, tmp_path):
    if name == "a.csv":
        (tmp_path / name).write_text("id,body\n1,a\n2,b\n", encoding="utf-8")
    else:
        parquet(tmp_path / name, {"id": [1, 2], "body": ["a", "b"]})
    (error,) = read(tmp_path / name)
    assert "no column 'text'" in str(error) and "id, body" in str(error)


def parquet(path, columns, **options):
    pa = pytest.importorskip("pyarrow", reason="the extra parquet is not installed")
    import pyarrow.parquet as pq

    pq.write_table(pa.table(columns), path, **options)


def test_parquet(tmp_path):
    path = tmp_path / "a.parquet"
    days = [dt.date(2025, 7, 20), None, dt.date(2025, 7, 21)]
    parquet(path, {"id": [1, 2, 3], "body": ["一", None, "三"], "published": days, "n": [1.5, 2, 3], "x": [[1]] * 3})
    one, two, three = read(path, Fields("body", keep=("n",)))
    assert one == Article("一", None, "2025-07-20", {"id": 1, "n": 1.5}, f"{path}:1")
    assert str(two) == f"{path}:2: key 'body' is missing"
    assert three.text == "三"


def test_a_value_of_parquet_that_cannot_be_read_is_an_error_of_its_row(tmp_path):
    pa = pytest.importorskip("pyarrow", reason="the extra parquet is not installed")
    cells = pa.array([b"ok", b"\xff\xfe", b"fine"]).view(pa.string()) if hasattr(pa.Array, "view") else None
    parquet(tmp_path / "a.parquet", {"text": cells})
    one, two, three = read(tmp_path / "a.parquet")
    assert (one.text, three.text) == ("ok", "fine")
    assert str(two).startswith(f"{tmp_path / 'a.parquet'}:2: a value cannot be read")


@pytest.mark.parametrize("damage", [b"", b"PAR1", b"PAR1" + bytes(100) + b"PAR1", b"no parquet at all"])
def test_what_is_no_parquet_file_is_one_error(tmp_path, damage):
    pytest.importorskip("pyarrow", reason="the extra parquet is not installed")
    (tmp_path / "a.parquet").write_bytes(damage)
    (error,) = read(tmp_path / "a.parquet")
    assert isinstance(error, DataError) and "a.parquet: " in str(error)


def test_reading_goes_on_behind_any_row(tmp_path):
    lines = "".join(f'\n{{"text": "{n}"}}\n{{bad\n' for n in range(5))
    (tmp_path / "a.jsonl").write_text(lines, encoding="utf-8")
    (tmp_path / "b.csv").write_text('text\n1\n"2\n2"\n3,3\n\n4\n', encoding="utf-8")
    (tmp_path / "c.txt").write_text("x", encoding="utf-8")
    (tmp_path / "e.jsonl.gz").write_bytes(gzip.compress(lines.encode())[:-12])
    parquet(tmp_path / "d.parquet", {"text": [str(n) for n in range(200)]}, row_group_size=70)
    for source in find_sources([tmp_path]):
        rows = list(rows_of(source, Fields()))
        assert rows
        for number, row in enumerate(rows):
            assert list(rows_of(source, Fields(), after=row.line or 1)) == rows[number + 1 :]


def test_sources_come_in_the_order_of_their_parts(tmp_path):
    for name in ("b/x.txt", "b.txt", "a/z/q.html", "a/a.jsonl.gz", "a.csv", "b/c.jpg", "a-b/x.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    found = [source.name for source in find_sources([tmp_path], exclude=[tmp_path / "a-b"])]
    wanted = sorted(path for path in tmp_path.rglob("*") if path.is_file() and path.name != "c.jpg")
    assert found == [str(path) for path in wanted if path.parent.name != "a-b"]


def test_kept_fields_and_another_id(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"key": 5, "body": "一", "url": "u"}\n{"body": "二"}', encoding="utf-8")
    one, two = read(tmp_path / "a.jsonl", Fields("body", "key", ("url",)))
    assert one.meta == {"id": 5, "url": "u"} and two.meta == {"url": None}


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ('{"text": "一"}\n{"text": "二"}\n'.encode(), ["一", "二"]),
        ('\ufeff \n{"text": "一"}'.encode(), ["一"]),
        (gzip.compress('{"text": "一"}'.encode()), ["一"]),
        ("园区\n企业".encode(), ["园区\n企业"]),
        ("{园区".encode("utf-16"), ["{园区"]),
        (b"", [""]),
    ],
)
def test_standard_input(monkeypatch, data, found):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert [a.text for a in read("-")] == found
    assert not sys.stdin.buffer.closed


def test_a_package_that_is_missing_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(OptionError, match=r"parknlp\[zst\]"):
        articles(b"\x28\xb5\x2f\xfd....", "a.jsonl.zst")
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(OptionError, match=r"parknlp\[parquet\]"):
        articles(b"PAR1", "a.parquet")


NAMES = [f"a.{kind}" for kind in KINDS] + ["a.jsonl.gz", "a.txt"]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(NAMES), st.binary(max_size=300) | st.text(max_size=200).map(lambda t: t.encode("utf-8", "replace"))
)
@example("a.csv", b'text\n"')
@example("a.csv", b"text\n\0\r\rx")
@example("a.html", b"<html>\0<p>&#0;&#xd800;<![CDATA[")
@example("a.jsonl", b'{"text": "<html>\\u0000\\ud800"}')
@example("a.jsonl.gz", b"\x1f\x8b\x08\x00\x00")
@example("a.jsonl", b"\x28\xb5\x2f\xfd\x00\x00\x00")
@example("a.jsonl", b"\xff\xfe{")
def test_any_bytes_are_articles_or_errors(name, data):
    for found in read_bytes(data, name):
        assert isinstance(found, (Article, DataError))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.text(alphabet='园区",\n\r x', max_size=8), min_size=2, max_size=2), max_size=5))
def test_csv_gives_back_what_was_written(rows):
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerows([["id", "text"], *rows])
    found, errors = texts_and_errors(file.getvalue(), "a.csv")
    if not any(is_html(text) for _, text in rows):
        assert (found, errors) == ([text for _, text in rows], [])


def test_damage_behind_the_place_where_a_run_goes_on_is_told(tmp_path):
    lines = "".join(json.dumps({"text": f"园区{n} {n * 7919 % 1000}"}) + "\n" for n in range(20_000))
    whole = gzip.compress(lines.encode())
    (tmp_path / "a.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "a.jsonl").write_bytes(lines.encode("utf-16")[:1_000_001])
    (tmp_path / "a.csv").write_bytes(("text\n" + lines.replace('"', "").replace(",", "")).encode("utf-16")[:600_001])
    parquet(tmp_path / "a.parquet", {"text": [str(n) for n in range(200)]}, row_group_size=50, compression="none")
    data = bytearray((tmp_path / "a.parquet").read_bytes())
    data[data.index(b"\x03\x00\x00\x00120") - 40 : data.index(b"\x03\x00\x00\x00120")] = bytes(40)
    (tmp_path / "a.parquet").write_bytes(data)
    for source in find_sources([tmp_path]):
        rows = list(rows_of(source, Fields()))
        assert len(rows) > 50 and rows[-1].problem is not None
        for number in (0, 49, len(rows) - 3, len(rows) - 2, len(rows) - 1):
            left = list(rows_of(source, Fields(), after=rows[number].line))
            assert [(row.line, row.content, row.problem) for row in left] == [
                (row.line, row.content, row.problem) for row in rows[number + 1 :]
            ]
