"""Batch tagging as real processes, which are ended in every way."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from parknlp.batch import parts_path, tag_files
from parknlp.corpus import Fields

resource = pytest.importorskip("resource", reason="limits and signals as POSIX has them")

# since Python 3.12, of any fork of a process that has threads, such as those of numpy
pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")

ROWS = 1000
# The command line, but parts are small and the run is so slow that it can be ended in the middle.
DRIVER = """
import sys, time
from parknlp.batch import parts
from parknlp.cli import main

parts.PART_ROWS, wait = int(sys.argv[1]), float(sys.argv[2])
add = parts.Parts.add
def slow(self, place, chunk):
    time.sleep(wait)
    return add(self, place, chunk)
parts.Parts.add = slow
sys.exit(main(sys.argv[3:]))
"""


@pytest.fixture
def news(tmp_path: Path) -> Path:
    return written(tmp_path / "news.jsonl", ROWS)


def written(path: Path, count: int) -> Path:
    rows = [{"id": at, "text": f"镇江高新区第{at}家企业实现产值{at}亿元，同比增长20%。"} for at in range(count)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def start(*arguments: object, part: int = 64, wait: float = 0.05, **options) -> subprocess.Popen:
    command = [sys.executable, "-c", DRIVER, str(part), str(wait), "tag", *map(str, arguments)]
    # a suite run in the background or under nohup ignores these, and so would its children
    defaults = {signal.SIGINT: signal.default_int_handler, signal.SIGHUP: signal.SIG_DFL}
    before = {number: signal.signal(number, handler) for number, handler in defaults.items()}
    try:
        return subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, **options)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def wait_for_a_part(output: Path, process: subprocess.Popen, number: int = 0) -> None:
    deadline = time.monotonic() + 100
    while not (parts_path(output) / f"{number:05}.json").exists():
        assert time.monotonic() < deadline and process.poll() is None, process.stderr and process.stderr.read()
        time.sleep(0.01)


def ids(output: Path) -> list[int]:
    return [json.loads(line)["meta"]["id"] for line in output.read_text(encoding="utf-8").splitlines()]


def state(pid: int | str) -> list[str]:
    """State, parent and more of a process; nothing when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    except OSError:
        return []


def children(pid: int) -> list[int]:
    found = [path.name for path in Path("/proc").iterdir() if path.name.isdigit()]
    return [int(name) for name in found if state(name)[1:2] == [str(pid)]]


def alive(pid: int) -> bool:
    return state(pid)[:1] not in ([], ["Z"])


linux = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes as Linux shows them")


@linux
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_kill_9_loses_and_repeats_nothing(news, tmp_path, method):
    output, generator = tmp_path / "out.jsonl", random.Random(8)  # noqa: S311
    for _ in range(3):
        there = len(list(parts_path(output).glob("?????.json")))
        process = start(news, "-o", output, "--n-process", 2, "--start-method", method, "--resume")
        wait_for_a_part(output, process, number=there)
        time.sleep(generator.random() / 16)
        workers = children(process.pid)
        assert len(workers) >= 2
        process.kill()
        process.communicate()
        deadline = time.monotonic() + 50
        while any(map(alive, workers)):  # none may stay behind
            assert time.monotonic() < deadline
            time.sleep(0.05)
    process = start(news, "-o", output, "--resume", wait=0)
    _, messages = process.communicate(timeout=200)
    assert process.returncode == 0 and "of them before" in messages
    assert ids(output) == list(range(ROWS))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["news.jsonl", "out.jsonl"]


@pytest.mark.parametrize(
    ("number", "code", "n_process"),
    [
        (signal.SIGTERM, 143, 1),
        (signal.SIGTERM, 143, 2),
        (signal.SIGINT, 130, 1),
        (signal.SIGINT, 130, 2),
        (signal.SIGHUP, 129, 2),
    ],
)
def test_signals_end_a_run_with_what_was_done(news, tmp_path, number, code, n_process):
    output = tmp_path / "out.jsonl"
    process = start(news, "-o", output, "--n-process", n_process, start_new_session=True)
    wait_for_a_part(output, process)
    os.killpg(process.pid, number)  # as a terminal does: to all of the processes
    _, messages = process.communicate(timeout=100)
    assert process.returncode == code
    assert "Traceback" not in messages
    assert messages.splitlines()[-1] == "parknlp: stopped" and "--resume goes on" in messages
    assert not output.exists()
    assert not list(parts_path(output).glob("*.new"))
    assert tag_files([news], output, resume=True).resumed > 0
    assert ids(output) == list(range(ROWS))


@linux
def test_ctrl_c_while_processes_begin_is_no_traceback(news, tmp_path):
    process = start(
        news, "-o", tmp_path / "out.jsonl", "--n-process", 2, "--start-method", "spawn", start_new_session=True
    )
    deadline = time.monotonic() + 100
    while len(children(process.pid)) < 2:  # one of them only watches over the others' locks
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    _, messages = process.communicate(timeout=100)
    assert process.returncode == 130 and "Traceback" not in messages


def test_a_signal_ends_waiting_for_standard_input(tmp_path):
    process = start("-", "-o", tmp_path / "out.jsonl", stdin=subprocess.PIPE)
    deadline = time.monotonic() + 100
    while not (parts_path(tmp_path / "out.jsonl") / "run.json").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, messages = process.communicate(timeout=100)
    assert process.returncode == 130 and "Traceback" not in messages
    assert list(tmp_path.iterdir()) == []


LIMITS = {"out.jsonl": 200_000, "out.parquet": 30_000, "out.sqlite": 100_000}


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize(("part", "n_process"), [(64, 1), (5000, 2)])
def test_a_full_disk_leaves_what_was_done(news, tmp_path, name, part, n_process):
    if name == "out.parquet":
        pytest.importorskip("pyarrow", reason="the extra parquet is not installed")
    output = tmp_path / name

    def limit() -> None:  # a larger file cannot be written: as if the disk were full
        resource.setrlimit(resource.RLIMIT_FSIZE, (LIMITS[name], LIMITS[name]))

    process = start(news, "-o", output, "--n-process", n_process, part=part, wait=0, preexec_fn=limit)
    _, messages = process.communicate(timeout=200)
    assert process.returncode == 1, messages
    assert "Traceback" not in messages and not output.exists()
    assert parts_path(output).exists() == ("--resume goes on" in messages)
    if part == 64:  # each part found its place, but not all of them in one file
        assert parts_path(output).exists()
    assert not list(tmp_path.rglob("*.new"))
    assert tag_files([news], output, resume=True).documents == ROWS
    if name == "out.jsonl":
        assert ids(output) == list(range(ROWS))


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="no full device here")
@pytest.mark.parametrize("form", ["jsonl", "table"])
def test_standard_output_on_a_full_disk_is_one_line(news, form):
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "parknlp", "tag", str(news), "--format", form]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=200)
    assert done.returncode == 1
    assert done.stderr == "parknlp: output: No space left on device\n"


def test_two_runs_do_not_meet(news, tmp_path):
    output = tmp_path / "out.jsonl"
    process = start(news, "-o", output, wait=5)
    try:
        deadline = time.monotonic() + 100
        while not (parts_path(output) / "run.json").exists():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        second = start(news, "-o", output, "--resume")
        _, messages = second.communicate(timeout=200)
        assert second.returncode == 2 and "another run is at work there" in messages
    finally:
        process.kill()
        process.communicate()


@linux
def test_a_dead_worker_is_told(tmp_path):
    output, rows = tmp_path / "out.jsonl", 4 * ROWS
    news = written(tmp_path / "news.jsonl", rows)
    process = start(news, "-o", output, "--n-process", 2, "--start-method", "fork", wait=1)
    wait_for_a_part(output, process)
    time.sleep(0.7)  # now the first process sleeps, and no worker hands anything over
    os.kill(children(process.pid)[-1], signal.SIGKILL)
    _, messages = process.communicate(timeout=100)
    assert process.returncode == 1 and "a worker process died" in messages and "Traceback" not in messages
    assert tag_files([news], output, resume=True).resumed > 0
    assert ids(output) == list(range(rows))


def test_a_closed_pipe_is_no_traceback(news):
    command = f'"{sys.executable}" -m parknlp tag "{news}" --n-process 2 | head -c 1000'
    done = subprocess.run(command, shell=True, capture_output=True, check=False, timeout=200)  # noqa: S602 - a pipe is what is tested
    assert done.stderr == b"" and len(done.stdout) == 1000


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    yield ours, theirs
    os.close(ours)


def test_a_bar_on_a_terminal(news, tmp_path, terminal):
    pytest.importorskip("tqdm", reason="the extra progress is not installed")
    ours, theirs = terminal
    news.write_text(news.read_text(encoding="utf-8").replace('"id": 3,', '"id": 3'), encoding="utf-8")
    command = [sys.executable, "-m", "parknlp", "tag", str(news), "-o", str(tmp_path / "out.jsonl")]
    process = subprocess.Popen(command, stderr=theirs)
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 4096):
            shown += piece
    except OSError:  # Linux says so when the other end is closed
        pass
    assert process.wait(100) == 1
    text = shown.decode()
    assert "%|" in text and "articles," in text and "1 errors" in text
    assert f"parknlp: {news}:4: no JSON" in text
    assert f"{tmp_path / 'out.jsonl'}: {ROWS - 1} articles in 0:00:" in text and "found: " in text


def test_the_same_rows_with_kept_columns_from_every_start_method(news, tmp_path):
    found = []
    for method in ("fork", "spawn", "forkserver"):
        tag_files([news], tmp_path / "out.jsonl", n_process=2, start_method=method, fields=Fields(keep=("text",)))
        found.append((tmp_path / "out.jsonl").read_bytes())
    assert found[0] == found[1] == found[2]
