"""Whole corpora: in order, nothing lost, nothing twice, wherever a run stops. Real processes: test_batch_processes.py."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

import parknlp
from parknlp.batch import HaltError, PipelineFiles, errors_path, parts, parts_path, tag_files, tag_stream
from parknlp.batch.stopping import Stopper
from parknlp.batch.workers import Tagging, results
from parknlp.corpus import Fields, JsonLines, Raw
from parknlp.doc import Doc
from parknlp.errors import DataError, OptionError

# since Python 3.12, of any fork of a process that has threads, such as those of numpy
pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")

TEXTS = [
    "上半年，镇江高新区实现产值52亿元，同比增长20%。",
    "孚能科技（镇江）有限公司投资8~10亿元，落户镇江新区。",
    "今年，句容市茶叶产业链有企业88家。",
]
MANY = 1000  # rows: some batches


def rows_of(number: int) -> list[str]:
    """JSONL rows, every 50th of them broken."""
    return [
        "{broken" if at % 50 == 7 else json.dumps({"id": at, "text": f"{TEXTS[at % 3]}第{at}项。", "url": f"u{at}"})
        for at in range(number)
    ]


@pytest.fixture
def news(tmp_path: Path) -> Path:
    path = tmp_path / "news.jsonl"
    path.write_text("\n".join(rows_of(MANY)), encoding="utf-8")
    return path


@pytest.fixture
def every_chunk_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "PART_ROWS", 1)


def ids(path: Path) -> list[int]:
    return [json.loads(line)["meta"]["id"] for line in path.read_text(encoding="utf-8").splitlines()]


def bad_lines(path: Path) -> list[int]:
    return [json.loads(line)["line"] for line in errors_path(path).read_text(encoding="utf-8").splitlines()]


GOOD = [at for at in range(MANY) if at % 50 != 7]
BAD = [at + 1 for at in range(MANY) if at % 50 == 7]


def check_whole(output: Path) -> None:
    assert ids(output) == GOOD
    assert bad_lines(output) == BAD
    assert not list(output.parent.glob(f"{output.name}.*"))


@pytest.mark.parametrize(("n_process", "method"), [(1, None), (2, "fork"), (2, "spawn")])
def test_every_row_in_order(nlp, news, tmp_path, n_process, method):
    output = tmp_path / "out.jsonl"
    summary = tag_files([news], output, n_process=n_process, start_method=method, fields=Fields(keep=("url",)))
    check_whole(output)
    assert (summary.documents, summary.errors, summary.resumed) == (len(GOOD), len(BAD), 0)
    assert summary.found["PERCENT"] == sum(at % 3 == 0 for at in GOOD)
    for at, line in list(enumerate(output.read_text(encoding="utf-8").splitlines()))[::29]:
        number = GOOD[at]
        doc = nlp(f"{TEXTS[number % 3]}第{number}项。", meta={"id": number, "url": f"u{number}"})
        assert Doc.from_dict(json.loads(line)) == doc


def test_a_bad_row_is_kept_with_its_reason(news, tmp_path):
    tag_files([news], tmp_path / "out.jsonl")
    error = json.loads(errors_path(tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert error == {
        "file": str(news),
        "line": 8,
        "reason": "no JSON: Expecting property name enclosed in double quotes (column 2)",
        "row": "{broken",
    }


def test_a_row_that_the_pipeline_refuses_is_a_bad_row(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"text": "x", "published": "gestern"}\n{"text": "y"}', encoding="utf-8")
    assert tag_files([tmp_path / "a.jsonl"], tmp_path / "out.jsonl").errors == 1
    error = json.loads((tmp_path / "out.errors.jsonl").read_text(encoding="utf-8"))
    assert (error["line"], error["row"]) == (1, '{"text": "x", "published": "gestern"}')
    assert "gestern" in error["reason"]


class Killed(Exception):  # noqa: N818 - what happens to a run is no error of it
    """Stands for what ends a run at once."""


@pytest.mark.parametrize("n_process", [1, 2])
def test_resume_after_any_chunk(news, tmp_path, every_chunk_a_part, n_process):
    output, runs = tmp_path / "out.jsonl", 0
    for run in count():
        seen = count(1)

        def watch(progress, seen=seen, run=run):
            if next(seen) > run % 3:
                raise Killed

        try:
            tag_files([news], output, resume=True, watch=watch, n_process=n_process)
        except Killed:
            runs += 1
            assert not output.exists()
            continue
        break
    assert runs > 2
    check_whole(output)


def test_what_a_killed_run_left_is_not_counted(news, tmp_path, every_chunk_a_part):
    output = tmp_path / "out.jsonl"
    stop_after(news, output, 3)
    folder = parts_path(output)
    for name in (
        "00003.jsonl.new",
        "00003.jsonl",
        "00003.errors.jsonl",
        "00003.json.new",
        "00007.jsonl",
        "run.json.new",
    ):
        (folder / name).write_text('{"half', encoding="utf-8")
    done = 64 + 128 + 256  # rows of the first three batches
    assert tag_files([news], output, resume=True).resumed == len([at for at in GOOD if at < done])
    check_whole(output)


def test_a_run_killed_while_it_joins_or_clears_away(news, tmp_path, every_chunk_a_part, monkeypatch):
    output = tmp_path / "out.jsonl"
    for place in ("replace", "unlink"):
        real = getattr(Path, place)

        def fail(self, *arguments, place=place, real=real, **options):
            if self.name == ("out.jsonl.parts" if place == "replace" else "out.errors.jsonl"):
                raise Killed
            return real(self, *arguments, **options)

        with monkeypatch.context() as patch:
            patch.setattr(Path, place, fail)
            (tmp_path / "clean.jsonl").write_text('{"text": "x"}', encoding="utf-8")
            with pytest.raises(Killed):
                tag_files([news if place == "replace" else tmp_path / "clean.jsonl"], output)
        if place == "replace":
            assert output.exists() and parts_path(output).exists()  # named, but the folder is still there
            tag_files([news], output, resume=True)
            check_whole(output)


def test_resume_of_what_is_complete_does_nothing(news, tmp_path):
    output = tmp_path / "out.jsonl"
    tag_files([news], output)
    before = output.stat()
    (tmp_path / "out.jsonl.parts.done").mkdir()
    assert tag_files([news], output, resume=True).documents == 0
    assert output.stat() == before
    check_whole(output)


def test_a_run_killed_as_it_began_is_not_taken_for_an_older_one_that_is_complete(news, tmp_path):
    output = tmp_path / "out.jsonl"
    output.write_text("old", encoding="utf-8")
    parts_path(output).mkdir()  # before the options were written
    (parts_path(output) / "inputs.jsonl.new").touch()
    tag_files([news], output, resume=True)
    check_whole(output)


def stop_after(news: Path, output: Path, chunks: int, **options) -> None:
    seen = count(1)

    def watch(progress):
        if next(seen) == chunks:
            raise Killed

    with pytest.raises(Killed):
        tag_files([news], output, watch=watch, **options)


def test_a_changed_input_is_noticed(news, tmp_path, every_chunk_a_part):
    output, text, about = tmp_path / "out.jsonl", news.read_text(encoding="utf-8"), news.stat()
    stop_after(news, output, 2)
    news.write_text(text + "\n{}", encoding="utf-8")
    with pytest.raises(DataError, match=rf"news\.jsonl: its size has changed from {len(text)} to {len(text) + 3}"):
        tag_files([news], output, resume=True)
    news.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"news\.jsonl: it was written again"):
        tag_files([news], output, resume=True)
    os.utime(news, ns=(about.st_atime_ns, about.st_mtime_ns))
    tag_files([news], output, resume=True)
    check_whole(output)


def test_a_file_more_or_less_is_noticed(tmp_path, every_chunk_a_part):
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(130):
        (folder / f"{number:03}.txt").write_text(TEXTS[number % 3], encoding="utf-8")
    stop_after(folder, tmp_path / "out.jsonl", 1)
    (folder / "zzz.txt").touch()
    with pytest.raises(DataError, match=r"zzz\.txt: has been added"):
        tag_files([folder], tmp_path / "out.jsonl", resume=True)
    (folder / "zzz.txt").unlink()
    (folder / "070.txt").rename(folder / "070.jpg")
    with pytest.raises(DataError, match=r"070\.txt: is no longer the next"):
        tag_files([folder], tmp_path / "out.jsonl", resume=True)
    (folder / "070.jpg").rename(folder / "070.txt")
    tag_files([folder], tmp_path / "out.jsonl", resume=True)
    assert ids(tmp_path / "out.jsonl") == [str(folder / f"{number:03}.txt") for number in range(130)]


def test_other_options_are_noticed(news, tmp_path, every_chunk_a_part):
    output, lexicon = tmp_path / "out.jsonl", tmp_path / "names.tsv"
    lexicon.write_text("name\tlabel\n华为\tCOMPANY\n", encoding="utf-8")
    files = PipelineFiles((str(lexicon),))
    stop_after(news, output, 2, files=files)
    with pytest.raises(OptionError, match=r"keep was \[\] when the run began and is \['url'\] now"):
        tag_files([news], output, files, resume=True, fields=Fields(keep=("url",)))
    with pytest.raises(OptionError, match="lexicons, taxonomy and classifier was"):
        tag_files([news], output, resume=True)
    lexicon.write_text("name\tlabel\n华为\tPARK\n", encoding="utf-8")
    with pytest.raises(OptionError, match="lexicons, taxonomy and classifier was"):
        tag_files([news], output, files, resume=True)


def test_an_unfinished_run_is_not_thrown_away(news, tmp_path, every_chunk_a_part):
    output = tmp_path / "out.jsonl"
    stop_after(news, output, 2)
    with pytest.raises(OptionError, match=r"out\.jsonl\.parts holds an unfinished run"):
        tag_files([news], output)
    tag_files([news], output, resume=True)
    check_whole(output)


def test_a_run_that_did_nothing_leaves_nothing(news, tmp_path):
    with pytest.raises(DataError):
        tag_files([news], tmp_path / "out.jsonl", PipelineFiles(taxonomy=str(news)))
    assert list(tmp_path.iterdir()) == [news]


def test_too_many_errors_end_a_run(news, tmp_path, every_chunk_a_part):
    output = tmp_path / "out.jsonl"
    with pytest.raises(HaltError, match="more than 2 rows gave no document"):
        tag_files([news], output, max_errors=2)
    assert not output.exists()
    assert tag_files([news], output, max_errors=len(BAD), resume=True).resumed > 0
    check_whole(output)


def test_the_output_is_no_input(tmp_path, every_chunk_a_part):
    for number in range(3):
        (tmp_path / f"{number}.jsonl").write_text("\n".join(rows_of(70)), encoding="utf-8")
    output = tmp_path / "out.jsonl"
    for _ in range(2):  # the second time the first output is there
        stop_after(tmp_path, output, 2)
        summary = tag_files([tmp_path], output, resume=True)
        assert summary.documents + summary.errors == 210
        assert {json.loads(line)["file"] for line in errors_path(output).read_text(encoding="utf-8").splitlines()} == {
            str(tmp_path / f"{number}.jsonl") for number in range(3)
        }


def test_errors_of_an_earlier_run_do_not_stay(news, tmp_path):
    output = tmp_path / "out.jsonl"
    tag_files([news], output)
    assert errors_path(output).exists()
    news.write_text('{"text": "x"}', encoding="utf-8")
    tag_files([news], output)
    assert not errors_path(output).exists()


def test_errors_of_another_output_stay(news, tmp_path):
    tag_files([news], tmp_path / "out.jsonl")
    (tmp_path / "clean.jsonl").write_text('{"text": "x"}', encoding="utf-8")
    tag_files([tmp_path / "clean.jsonl"], tmp_path / "out.sqlite")
    assert bad_lines(tmp_path / "out.jsonl") == BAD


def test_inputs_that_are_not_there_are_errors(news, tmp_path):
    summary = tag_files([tmp_path / "none.jsonl", news], tmp_path / "out.jsonl")
    assert (summary.documents, summary.errors) == (len(GOOD), len(BAD) + 1)


def test_progress_counts_up_to_the_whole(news, tmp_path):
    seen = []
    tag_files([news, news], tmp_path / "out.jsonl", watch=seen.append, n_process=2)
    done = [progress.done for progress in seen]
    assert done == sorted(done)
    assert done[-1] == seen[-1].total == 2 * news.stat().st_size
    assert sum(len(progress.problems) for progress in seen) == seen[-1].errors == 2 * len(BAD)


def test_a_stream_is_the_same(news, tmp_path):
    tag_files([news], tmp_path / "out.jsonl")
    chunks = list(tag_stream([news], n_process=2))
    assert b"".join(chunk.encoded for chunk in chunks) == (tmp_path / "out.jsonl").read_bytes()
    assert [problem.line for chunk in chunks for problem in chunk.problems] == BAD


def test_standard_input_cannot_be_resumed(tmp_path):
    with pytest.raises(OptionError, match="standard input cannot be resumed"):
        tag_files(["-"], tmp_path / "out.jsonl", resume=True)


@pytest.mark.parametrize("n_process", [1, 2])
def test_parquet_holds_the_same_documents(news, tmp_path, every_chunk_a_part, n_process):
    pytest.importorskip("pyarrow", reason="the extra parquet is not installed")
    import pyarrow.parquet as pq

    from parknlp.schema import from_row

    options = {"fields": Fields(keep=("url",))}
    stop_after(news, tmp_path / "out.parquet", 2, **options)
    tag_files([news], tmp_path / "out.parquet", resume=True, n_process=n_process, **options)
    tag_files([news], tmp_path / "out.jsonl", **options)
    table = pq.read_table(tmp_path / "out.parquet")
    assert table.schema.names[:2] == ["id", "url"]
    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert [from_row(row) for row in table.to_pylist()] == [json.loads(line) for line in lines]
    assert table["url"].to_pylist() == [f"u{at}" for at in GOOD]
    assert pq.ParquetFile(tmp_path / "out.parquet").num_row_groups == 1


@pytest.mark.parametrize("n_process", [1, 2])
def test_sqlite_holds_what_was_found(news, tmp_path, every_chunk_a_part, n_process):
    options = {"fields": Fields(keep=("url",))}
    stop_after(news, tmp_path / "out.sqlite", 2, **options)
    tag_files([news], tmp_path / "out.sqlite", resume=True, n_process=n_process, **options)
    tag_files([news], tmp_path / "out.jsonl", **options)
    docs = [
        Doc.from_dict(json.loads(line)) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    base = sqlite3.connect(tmp_path / "out.sqlite")
    rows = base.execute('SELECT number, id, url, text, "primary" FROM documents ORDER BY number').fetchall()
    assert rows == [(at, str(doc.meta["id"]), doc.meta["url"], doc.text, doc.primary) for at, doc in enumerate(docs, 1)]
    spans = base.execute("SELECT document, start, end, label, text FROM ents ORDER BY document, start").fetchall()
    assert spans == [(at, s.start, s.end, s.label, s.text) for at, doc in enumerate(docs, 1) for s in doc.ents]
    assert base.execute("SELECT DISTINCT low FROM ents WHERE text = '52亿元'").fetchall() == [(5_200_000_000,)]
    assert base.execute("SELECT count(*) FROM facts").fetchone() == (sum(len(doc.facts) for doc in docs),)
    assert base.execute("SELECT count(*) FROM located").fetchone() == (sum(len(doc.located) for doc in docs),)
    base.close()


@pytest.mark.parametrize("name", ["out.parquet", "out.sqlite", "out.jsonl"])
def test_every_text_can_be_written(nlp, tmp_path, name):
    if name == "out.parquet":
        pytest.importorskip("pyarrow", reason="the extra parquet is not installed")
    texts = ["", "\ud800镇江高新区", "a\0b", "😀5亿元"]
    rows = [json.dumps({"id": "\udfff", "text": text, "x": {"deep": [1, None]}}) for text in texts]
    (tmp_path / "a.jsonl").write_text("\n".join(rows), encoding="utf-8")
    assert tag_files([tmp_path / "a.jsonl"], tmp_path / name, fields=Fields(keep=("x",))).documents == 4


@pytest.mark.parametrize("name", ["out.parquet", "out.sqlite"])
def test_a_kept_column_must_not_hide_another(news, tmp_path, name):
    if name == "out.parquet":
        pytest.importorskip("pyarrow", reason="the extra parquet is not installed")
    for keep in (("Text",), ("url", "URL"), ("ID",)):
        with pytest.raises(OptionError, match="cannot be kept"):
            tag_files([news], tmp_path / name, fields=Fields(keep=keep))


def test_reading_is_only_as_far_ahead_as_the_workers_need(news):
    read = []

    def jobs():
        for number in range(40):
            read.append(number)
            yield number, [Raw("a", number, "line", b'{"text": "x"}')]

    with (
        Stopper() as stopper,
        closing(results(jobs(), Tagging(PipelineFiles(), Fields(), JsonLines()), stopper, 2)) as chunks,
    ):
        for number, (place, chunk) in enumerate(chunks):
            assert (place, chunk.documents) == (number, 1)
            assert len(read) <= number + 1 + 4


@pytest.mark.parametrize("name", ["out.jsonl.gz", "out.zst"])
def test_a_packed_output_is_refused(news, tmp_path, name):
    with pytest.raises(OptionError, match="the output is not packed"):
        tag_files([news], tmp_path / name)
    assert list(tmp_path.iterdir()) == [news]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_or_device_is_not_replaced(news, tmp_path):
    os.mkfifo(tmp_path / "out.jsonl")
    with pytest.raises(OptionError, match="no regular file"):
        tag_files([news], tmp_path / "out.jsonl")
    assert (tmp_path / "out.jsonl").is_fifo()


def test_public_names_exist():
    assert all(hasattr(parknlp.batch, name) for name in parknlp.batch.__all__)
