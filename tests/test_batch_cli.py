"""``parknlp tag`` over whole corpora: options, messages, exit codes, and what is told when an extra is missing."""

from __future__ import annotations

import csv
import gzip
import json
import sqlite3
import sys
from pathlib import Path

import pytest

from parknlp.batch import parts
from parknlp.cli import main, watching

TEXT = "镇江高新区实现产值52亿元，同比增长20%。"
EXTRAS = ("pyarrow", "pyarrow.parquet", "zstandard", "tqdm", "lxml", "lxml.html", "lxml.etree", "pandas")


@pytest.fixture
def run(capsys):
    def call(*arguments) -> tuple[int, str, str]:
        try:
            code = main(["tag", *map(str, arguments)])
        except SystemExit as stop:
            code = int(stop.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.fixture
def news(tmp_path: Path) -> Path:
    path = tmp_path / "news.jsonl"
    rows = [json.dumps({"id": at, "text": TEXT, "url": f"u{at}"}) if at % 10 else "{" for at in range(200)]
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def test_a_run_ends_with_a_summary(run, news, tmp_path):
    output = tmp_path / "out.jsonl"
    code, out, err = run(news, "-o", output, "--keep", "url")
    assert (code, out) == (1, "")
    lines = err.splitlines()
    assert lines[0] == f"parknlp: {news}:1: no JSON: Expecting property name enclosed in double quotes (column 1)"
    assert lines[10] == "parknlp: further errors are not shown"
    assert lines[11].startswith(f"{output}: 180 articles in 0:00:")
    assert lines[12] == f"{tmp_path / 'out.errors.jsonl'}: 20 rows that could not be tagged, with the reasons"
    assert lines[13] == "found: PARK 180, FIGURE 180, PERCENT 180, facts 180"
    rows = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert [row["meta"] for row in rows] == [{"id": at, "url": f"u{at}"} for at in range(200) if at % 10]


def test_plain_lines_where_there_is_no_terminal(run, news, tmp_path, monkeypatch):
    monkeypatch.setattr(watching, "_LINE_SECONDS", 0)
    _, _, err = run(news, "-o", tmp_path / "out.jsonl")
    assert any(
        line.startswith("parknlp: 180 articles, ") and ", 100%, 0:00:00 remaining" in line for line in err.splitlines()
    )
    assert "\r" not in err and "\x1b" not in err


def test_too_many_errors(run, news, tmp_path, monkeypatch):
    monkeypatch.setattr(parts, "PART_ROWS", 1)
    output = tmp_path / "out.jsonl"
    code, _, err = run(news, "-o", output, "--max-errors", 3)
    assert code == 1 and not output.exists()
    assert err.splitlines()[-2:] == [
        f"parknlp: what is done is safe in {output}.parts; --resume goes on from there",
        "parknlp: more than 3 rows gave no document",
    ]
    code, _, err = run(news, "-o", output, "--max-errors", 20, "--resume")
    assert code == 1 and ": 180 articles in " in err and " of them before" in err
    code, _, err = run(news, "-o", output, "--resume")
    assert (code, err) == (0, f"{output}: nothing to resume, it is complete\n")
    code, _, err = run(news, "--max-errors", 3)
    assert code == 1 and err.endswith("more than 3 rows gave no document\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--resume"],
        ["--resume", "--format", "table", "-o", "x"],
        ["--format", "sqlite"],
        ["--max-errors", "-1"],
        ["--n-process", "two"],
        ["-o", "x.jsonl.gz"],
        ["-o", "x.sqlite", "--keep", "text"],
    ],
)
def test_what_makes_no_sense_is_2(run, news, monkeypatch, tmp_path, arguments):
    monkeypatch.chdir(tmp_path)
    code, out, err = run(news, *arguments)
    assert (code, out) == (2, "") and err
    assert list(tmp_path.iterdir()) == [news]


@pytest.fixture
def bare(monkeypatch):
    """As if no extra were installed."""
    for name in EXTRAS:
        monkeypatch.setitem(sys.modules, name, None)


def inputs(folder: Path) -> list[Path]:
    """What is read without any extra."""
    (folder / "pages").mkdir()
    (folder / "pages" / "a.txt").write_text(TEXT, encoding="utf-8")
    (folder / "a.jsonl").write_text(json.dumps({"text": TEXT}), encoding="utf-8")
    (folder / "a.jsonl.gz").write_bytes(gzip.compress(json.dumps({"text": TEXT}).encode()))
    with (folder / "a.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([["id", "text"], [1, TEXT]])
    return [folder / name for name in ("a.jsonl", "a.jsonl.gz", "a.csv", "pages")]


def test_without_extras_the_common_formats_work(bare, run, tmp_path):
    files = inputs(tmp_path)
    for name in ("out.jsonl", "out.sqlite"):
        code, _, err = run(*files, "-o", tmp_path / name)
        assert code == 0, err
    assert len((tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()) == 4
    base = sqlite3.connect(tmp_path / "out.sqlite")
    assert base.execute("SELECT count(*) FROM ents WHERE label = 'FIGURE'").fetchone() == (4,)
    base.close()


@pytest.mark.parametrize(
    ("name", "content", "extra"),
    [
        ("a.parquet", b"PAR1", "parquet"),
        ("a.jsonl.zst", b"\x28\xb5\x2f\xfd\0\0", "zst"),
        ("a.html", b"<p>x", "html"),
        ("a.jsonl", b'{"text": "<html><p>x"}', "html"),
    ],
)
def test_a_missing_extra_is_named(bare, run, tmp_path, name, content, extra):
    (tmp_path / name).write_bytes(content)
    for options in (["-o", tmp_path / "out.jsonl"], []):
        code, out, err = run(tmp_path / name, *options)
        assert (code, out) == (2, "")
        assert err.count("\n") == 1 and f"pip install 'parknlp[{extra}]'" in err
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_the_extra_for_parquet_is_named_before_anything_is_read(bare, run, news, tmp_path):
    code, _, err = run(news, "-o", tmp_path / "out.parquet")
    assert (code, err) == (2, "parknlp: Parquet needs pyarrow: pip install 'parknlp[parquet]'\n")
