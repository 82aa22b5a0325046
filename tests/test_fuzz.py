"""Anything at all as input: readers, page parser, taxonomy and lexicon files, and a text. No crash, no hang.

The same examples on every run, some seconds in all; ``PARKNLP_FUZZ_SECONDS=600 python -m pytest tests/test_fuzz.py`` tries new ones for
ten minutes of processor time. An error is allowed where it is documented: `DataError`.
"""

from __future__ import annotations

import contextlib
import functools
import gzip
import io
import json
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import parknlp
from parknlp.chains import ChainModel, Taxonomy
from parknlp.corpus import Article, Fields, Source, read_bytes, rows_of
from parknlp.doc import Doc
from parknlp.errors import DataError
from parknlp.htmlpage import read_html
from parknlp.lexicon import Lexicon
from parknlp.page import parse_page
from parknlp.text import TextBatch

pytest.importorskip("lxml", reason="the extra html is not installed")
SECONDS = float(os.environ.get("PARKNLP_FUZZ_SECONDS", "0"))
HANG = 10.0  # seconds of processor time for one small input
LONG = 30_000  # characters of an input that repeats itself
tests = 0


@contextlib.contextmanager
def limited() -> Iterator[None]:
    """An assertion fails when the processor is busy for longer than `HANG`."""
    if not hasattr(signal, "ITIMER_VIRTUAL"):  # Windows
        yield
        return

    def stop(number: int, frame: object) -> None:
        raise AssertionError(f"more than {HANG} seconds")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, HANG)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def fuzz(examples: int, *inputs: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Callable[[], None]]:
    """A test of a bounded number of examples, or of as many as fit into its share of `SECONDS`."""
    global tests  # noqa: PLW0603
    tests += 1

    def wrap(check: Callable[..., None]) -> Callable[[], None]:
        @settings(
            max_examples=examples,
            deadline=None,
            derandomize=not SECONDS,
            database=None,
            phases=(Phase.explicit, Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )
        @given(st.tuples(*inputs))
        def once(values: tuple[Any, ...]) -> None:
            with limited():
                check(*values)

        def test() -> None:
            until = time.process_time() + SECONDS / tests
            once()
            while time.process_time() < until:
                once()

        test.__doc__ = check.__doc__
        return test

    return wrap


def zstd(data: bytes) -> bytes:
    zstandard = pytest.importorskip("zstandard", reason="the extra zst is not installed")
    packed: bytes = zstandard.compress(data)
    return packed


def parquet(texts: list[str | None]) -> bytes:
    pa = pytest.importorskip("pyarrow", reason="the extra parquet is not installed")
    import pyarrow.parquet as pq

    file = io.BytesIO()
    pq.write_table(pa.table({"id": range(len(texts)), "text": texts}), file)
    return file.getvalue()


TEXT = (
    "首页 > 正文\n镇江高新区签约8个项目\n2025-07-20 来源：金山网\n上半年，镇江高新区实现产值52亿元，同比增长20%。（记者 张三）\n"
    "相关文章\n别的新闻..."
)
HTML = f"<!DOCTYPE html><html><head><title>签约</title><meta name=PubDate content=2025-07-20></head><body><h1>题</h1><p>{TEXT}</p></body>"
ROWS = [{"id": 1, "text": TEXT, "title": "签约"}, {"id": "b", "text": HTML, "published": "2025-07-20"}, {"text": None}]
JSONL = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS).encode()
CSV = f'id,text,title\n1,"{TEXT}",签约\n2,"a ""b""",\n'.encode()
TSV = b"name\tlabel\tkb_id\taliases\n" + "华为\tCOMPANY\thw\t华为技术;Huawei\n镇江高新区\tPARK\n# 注\n".encode()
TOML = """title = "x"
[[clusters]]
id = "c"
name = "集群"
[[chains]]
id = "a"
name = "装备制造"
cluster = "c"
aliases = ["装备"]
firms = ["华为"]
[[chains.keywords]]
weight = 3
words = ["机床", "ＡＩ芯片"]
[[against]]
weight = -1.5
words = ["旅游"]
""".encode()
MARKS = [*"\n\r\t,;\0\ufeff\u2028\x0b\x1f😀园９\\\"'", "\r\n", "\\n", "\\ud800"]
VALUES = ["9" * 5000, *"{ } [ ] [[ ]] = # 1e999 -0 nan inf true null 2025-02-31 0x a.".split(), "{x = "]
TABLES = [
    "name",
    "label",
    "aliases",
    "[[chains]]\n",
    "[[chains.keywords]]\n",
    'words = ["园"]\n',
    "weight = ",
    "'" * 3,
    '"' * 3,
]
TAGS = "< > </ <p> <div> <h1> <title> <table><tr><td> <script> </script> <!-- --> <![CDATA[ <b><i></b> &#0; &#xd800; &nbsp <? <svg>".split()
TAGS += ["<meta charset=gbk>", "<select><option>", "<p id=", "<meta name=title content="]
WORDS = "有限公司 亿元 同比增长 （ ） “ ” …… 2025年 (记者 张三 来源： 相关新闻 ... 、 % ~ 江苏 3 和 记者".split()
TOKENS = [*MARKS, *VALUES, *TABLES, *TAGS, *WORDS]
PIECES = [token.encode() for token in TOKENS] + [
    b"\xff",
    b"\xff\xfe",
    b"\x1f\x8b",
    b"\x28\xb5\x2f\xfd",
    b"PAR1",
    b"\xb0\xa1",
    bytes(20),
]


@st.composite
def damaged(draw: st.DrawFn, samples: list[bytes], most: int = 8) -> bytes:
    """A sound file with pieces cut out, put in, doubled and changed."""
    data = draw(st.sampled_from(samples))
    for _ in range(draw(st.integers(0, most))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 30)))
        new = draw(
            st.one_of(st.sampled_from(PIECES), st.just(data[start:end] * 2), st.just(b""), st.binary(max_size=8))
        )
        data = data[:start] + new + data[end:]
    return data


text = st.one_of(
    damaged([TEXT.encode(), HTML.encode()]).map(lambda data: data.decode("utf-8", "replace")),
    st.lists(st.sampled_from(TOKENS), max_size=30).map("".join),
    st.text(st.characters(), max_size=100),  # lone surrogates too
)


def pieces(*tokens: str) -> st.SearchStrategy[str]:
    """What an input repeats over and over."""
    return st.lists(st.sampled_from([token for token in tokens if len(token) < 100]), min_size=1, max_size=3).map(
        "".join
    )


def long(piece: str) -> str:
    return piece * (LONG // len(piece))


@functools.cache
def samples() -> dict[str, bytes]:
    """A sound file of each kind."""
    return {
        "a.jsonl": JSONL,
        "a.csv": CSV,
        "a.tsv": CSV.replace(b",", b"\t"),
        "a.html": HTML.encode(),
        "a.txt": TEXT.encode("gb18030"),
        "b.txt": TEXT.encode("utf-16"),
        "a.parquet": parquet([TEXT, None, HTML]),
        "a.jsonl.gz": gzip.compress(JSONL * 5),
        "a.csv.zst": zstd(CSV * 5),
    }


@st.composite
def files(draw: st.DrawFn) -> tuple[str, bytes]:
    """A damaged file, under the name of its kind or of another."""
    name = draw(st.sampled_from(sorted(samples())))
    data = draw(damaged([samples()[name]]))
    return (draw(st.sampled_from(sorted(samples()))) if draw(st.integers(0, 4)) == 0 else name), data


def check_read(name: str, data: bytes) -> None:
    found = list(read_bytes(data, name))
    assert all(isinstance(item, (Article, DataError)) for item in found)
    if name.endswith(("html", "txt")):
        return
    kind = name.split(".")[1]
    rows = list(rows_of(Source(name, kind, len(data)), Fields(), file=io.BytesIO(data)))
    assert len(rows) == len(found)
    middle = rows[len(rows) // 2].line if rows else None
    if middle is not None:  # a run that goes on in the middle sees what is left, no more and no less
        left = list(rows_of(Source(name, kind, len(data)), Fields(), middle, io.BytesIO(data)))
        assert [row.line for row in left] == [row.line for row in rows[len(rows) // 2 + 1 :]]
    assert all(json.dumps(row.shown(), default=str) for row in rows)


@fuzz(250, files())
def test_damaged_files(file: tuple[str, bytes]) -> None:
    check_read(*file)


@fuzz(40, st.sampled_from(["a.jsonl", "a.csv", "a.tsv", "a.html", "a.txt"]), pieces(*TOKENS))
def test_files_that_repeat_themselves(name: str, piece: str) -> None:
    check_read(name, long(piece).encode("utf-8", "replace"))
    check_read("a.jsonl", json.dumps({"text": "<html>" + long(piece)}).encode())


def check_page(content: str, title: str | None) -> None:
    page = parse_page(content, title)
    for start, end in [page.body, *([page.title] if page.title else []), *((s, e) for s, e, _ in page.noise)]:
        assert 0 <= start <= end <= len(content)
    html = read_html(content)
    assert isinstance(html.text, str)


@fuzz(250, text, st.none() | text)
def test_pages(content: str, title: str | None) -> None:
    check_page(content, title)


@fuzz(40, pieces(*MARKS, *TAGS, *WORDS))
def test_pages_that_repeat_themselves(piece: str) -> None:
    check_page(long(piece), None)


DOC = Doc("华为在镇江高新区投资5亿元，生产机床和AI芯片。", body=(0, 26))


def check_taxonomy(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "chains.toml")
        path.write_bytes(data)
        try:
            taxonomy = Taxonomy.from_toml(path)
        except DataError as error:
            assert str(path) in str(error)  # noqa: PT017
            return
    assert Taxonomy.from_dict(json.loads(json.dumps(taxonomy.to_dict()))) == taxonomy
    (found,) = ChainModel.keywords(taxonomy).classify([DOC])
    assert set(found.cats) == set(taxonomy.ids)
    assert all(0 <= score <= 1 for score in found.cats.values())


@fuzz(250, damaged([TOML]))
def test_taxonomy_files(data: bytes) -> None:
    check_taxonomy(data)


EXTREMES = [10**400, -(10**300), 1e308, 5e-324, "a\nb", "a\rb", "a\0b", "", " ", "园", [["园区"]], [{}], {"id": {}}]
toml_value = st.one_of(
    st.sampled_from(EXTREMES),
    st.sampled_from(TOKENS),
    st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    st.lists(st.text(max_size=8) | st.sampled_from(EXTREMES), max_size=4),
)


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {toml(cell)}" for key, cell in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value).replace("NaN", "nan").replace("Infinity", "inf")


@fuzz(150, st.sampled_from([line for line in TOML.decode().splitlines() if "=" in line]), toml_value)
def test_taxonomy_files_with_other_values(line: str, value: Any) -> None:
    """One value of a sound file is of another kind, or out of all bounds."""
    new = f"{line.partition(' = ')[0]} = {toml(value)}"
    check_taxonomy(TOML.replace(line.encode(), new.encode("utf-8", "replace")))


@fuzz(60, pieces(*MARKS, *VALUES, *TABLES), st.sampled_from(["", "title = ", '[[chains]]\nid = "', "x = ["]))
def test_taxonomy_files_that_repeat_themselves(piece: str, lead: str) -> None:
    check_taxonomy((lead + long(piece)).encode("utf-8", "replace"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"x"', "[" * 30_000),
        ('"x"', "{x = " * 3000),
        ('"x"', "9" * 5000),
        ("= 3", "= 1" + "0" * 400),
        ('"装备制造"', '"装备\\n制造"'),
        ('"装备制造"', '"茶"'),
    ],
)
def test_taxonomy_files_that_were_no_documented_error_once(old: str, new: str) -> None:
    assert old.encode() in TOML
    check_taxonomy(TOML.replace(old.encode(), new.encode()))


def check_lexicon(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "names.tsv")
        path.write_bytes(data)
        try:
            lexicon = Lexicon.from_tsv(path)
        except DataError as error:
            assert str(path) in str(error)  # noqa: PT017
            return
    batch = TextBatch([DOC.text, data.decode("utf-8", "replace"), TEXT])
    found = lexicon.find(batch)
    assert all(candidate.start < candidate.end for candidate in found)


@fuzz(250, damaged([TSV]))
def test_lexicon_files(data: bytes) -> None:
    check_lexicon(data)


@fuzz(30, pieces(*MARKS, *TABLES, *WORDS), st.sampled_from(["", "name\n", "name\taliases\n华为\t"]))
def test_lexicon_files_that_repeat_themselves(piece: str, lead: str) -> None:
    check_lexicon((lead + long(piece)).encode("utf-8", "replace"))


@functools.cache
def pipeline() -> parknlp.Pipeline:
    return parknlp.load()


def check_tag(content: str) -> None:
    doc = pipeline()(content)
    at = 0
    for span in doc.ents:
        assert at <= span.start < span.end and span.text == content[span.start : span.end]
        at = span.end
    assert Doc.from_dict(json.loads(json.dumps(doc.to_dict()))) == doc


@fuzz(60, text)
def test_texts(content: str) -> None:
    check_tag(content)


@fuzz(8, pieces(*MARKS, *WORDS))
def test_texts_that_repeat_themselves(piece: str) -> None:
    check_tag(long(piece))
