"""The command line as a user meets it: output, messages, exit codes."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import pytest

from parknlp.cli import main

TEXT = "上半年，镇江高新区实现产值52亿元，同比增长20%。"


@pytest.fixture
def run(capsys, monkeypatch):
    def call(*arguments, stdin=b""):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as stop:
            code = stop.code
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "page.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_tag_writes_jsonl(run, page):
    code, out, err = run("tag", page)
    assert (code, err) == (0, "")
    (line,) = out.splitlines()
    doc = json.loads(line)
    assert [ent["text"] for ent in doc["ents"]] == ["上半年", "镇江高新区", "52亿元", "20%"]
    assert doc["meta"]["id"] == str(page)


@pytest.mark.parametrize("style", ["table", "html", "ansi"])
def test_formats(run, page, style):
    code, out, _ = run("tag", page, "--format", style)
    assert code == 0 and "镇江高新区" in out
    assert out.startswith("<!DOCTYPE html>") == (style == "html")
    assert "\x1b" not in out  # standard output is no terminal here


def test_standard_input_and_output_file(run, tmp_path):
    target = tmp_path / "out.jsonl"
    code, out, _ = run("tag", "-", "-o", target, stdin=TEXT.encode())
    assert (code, out) == (0, "")
    assert json.loads(target.read_text(encoding="utf-8"))["text"] == TEXT
    assert [file.name for file in tmp_path.iterdir()] == ["out.jsonl"]


def test_byte_order_mark_and_gb18030(run, tmp_path):
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbf" + TEXT.encode())
    (tmp_path / "b.txt").write_bytes(TEXT.encode("gb18030"))
    code, out, err = run("tag", tmp_path)
    assert code == 0
    assert [json.loads(line)["text"] for line in out.splitlines()] == [TEXT, TEXT]
    assert err == f"{tmp_path / 'b.txt'}: read as GB18030, for it is not UTF-8\n"


def test_a_broken_line_is_named_and_the_rest_is_tagged(run, tmp_path):
    path = tmp_path / "news.jsonl"
    path.write_text(json.dumps({"body": TEXT}) + '\n{"body": \n' + json.dumps({"body": TEXT}), encoding="utf-8")
    code, out, err = run("tag", path, "--text-key", "body")
    assert code == 1
    assert len(out.splitlines()) == 2
    assert err.startswith(f"parknlp: {path}:2: no JSON") and err.count("\n") == 1


def test_what_cannot_be_read_is_one_line(run, page, tmp_path):
    (tmp_path / "photo.txt").write_bytes(bytes(range(256)) * 10)
    (tmp_path / "empty").mkdir()
    for name, reason in [
        ("none.txt", "no such file"),
        ("empty", "no file in this folder"),
        ("photo.txt", "not a text file"),
    ]:
        code, out, err = run("tag", tmp_path / name, page)
        assert code == 1 and len(out.splitlines()) == 1
        assert reason in err and str(tmp_path / name) in err and err.count("\n") == 1


def test_empty_file_is_an_empty_document(run, tmp_path):
    (tmp_path / "a.txt").touch()
    code, out, err = run("tag", tmp_path / "a.txt")
    assert (code, err) == (0, "")
    assert json.loads(out)["ents"] == []


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["tag"],
        ["tag", "x", "--format", "pdf"],
        ["tag", "x", "--n-process", "0"],
        ["nonsense"],
        ["info", "x", "--published", "y"],
    ],
)
def test_wrong_usage_is_2(run, arguments):
    code, out, err = run(*arguments)
    assert code == 2 and out == "" and err
    assert "Traceback" not in err


def test_bad_lexicon_and_taxonomy_name_file_and_line(run, page, tmp_path):
    lexicon, taxonomy = tmp_path / "names.tsv", tmp_path / "chains.toml"
    lexicon.write_text("name\tlabel\n华为\tCOMPANY\n小米\tFIRM\n", encoding="utf-8")
    taxonomy.write_text('title = "x"\n[[clusters]]\nid = 5\n', encoding="utf-8")
    for option, path in [("--lexicon", lexicon), ("--taxonomy", taxonomy)]:
        code, out, err = run("tag", page, option, path)
        assert code == 1 and out == ""
        assert f"{path}:" in err and err.count("\n") == 1


def test_info_names_the_rules(run):
    code, out, _ = run("info", TEXT, "--published", "2025-07-20")
    assert code == 0
    assert "rule:" in out and "2025-01-01/2025-06-30" in out and "chain probabilities" in out


def test_evaluate(run, tmp_path):
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps({"id": "x", "text": "⟦P|镇江高新区⟧产值⟦F|52亿元⟧", "chains": []}), encoding="utf-8")
    code, out, _ = run("evaluate", path, "--json")
    assert code == 0 and json.loads(out)["CORE"]["f1"] == 1
    code, out, _ = run("evaluate", path, "--errors", "5")
    assert code == 0 and "CORE            1.0000" in out


def test_a_reader_that_leaves_is_no_traceback(page):
    command = f'"{sys.executable}" -m parknlp tag ' + f'"{page}" ' * 50 + "| head -c 10"
    done = subprocess.run(command, shell=True, capture_output=True, check=False)  # noqa: S602 - a pipe is what is tested
    assert done.stderr == b""


def test_version_and_help(run):
    assert run("--version")[1].startswith("parknlp ")
    assert "exit status" in run("--help")[1]
