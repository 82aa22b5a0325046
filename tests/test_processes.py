"""Worker processes: what they answer, and how they end."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from functools import partial
from multiprocessing.connection import Connection

import pytest

from parknlp import ParkNLPError
from parknlp.processes import WorkerDiedError, Workers

# since Python 3.12, of any fork of a process that has threads, such as those of numpy
pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
posix = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="ends processes as POSIX does")
forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="changes a function that only forked processes share")


def work(word: str, job: object) -> object:
    if job == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if job == "sleep":
        time.sleep(1000)
    return word, os.getpid(), 10 // job  # type: ignore[operator]


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_jobs_are_done_by_processes_that_are_told_once(method):
    with Workers(2, partial(work, "ready"), method) as workers:
        answers = [future.result(50) for future in [workers.submit(job) for job in range(1, 9)]]
    assert [(word, number) for word, _, number in answers] == [("ready", 10 // job) for job in range(1, 9)]
    assert 1 <= len({process for _, process, _ in answers}) <= 2 and os.getpid() not in {row[1] for row in answers}


def test_an_error_comes_with_its_place_and_ends_nothing():
    with Workers(1, partial(work, "")) as workers:
        with pytest.raises(ZeroDivisionError) as caught:
            workers.submit(0).result(50)
        assert isinstance(caught.value.__cause__, ParkNLPError) and "10 // job" in str(caught.value.__cause__)
        assert workers.submit(5).result(50)[2] == 2


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_job_that_cannot_be_sent_is_told_and_ends_nothing(method):
    with Workers(1, partial(work, ""), method) as workers:
        with pytest.raises((AttributeError, pickle.PicklingError)):  # the second since Python 3.14
            workers.submit(lambda: 0).result(50)
        assert workers.submit(2).result(50)[2] == 5


@posix
def test_a_killed_process_is_told_and_the_others_go_on():
    with Workers(2, partial(work, "")) as workers:
        dead, alive = workers.submit("die"), workers.submit(5)
        with pytest.raises(WorkerDiedError, match="a worker process died"):
            dead.result(50)
        assert alive.result(50)[2] == 2


@posix
@forks
def test_a_process_that_is_killed_in_the_middle_of_an_answer_is_told(monkeypatch):
    first, send = os.getpid(), Connection.send

    def half(pipe: Connection, thing: object) -> None:
        if os.getpid() == first:
            send(pipe, thing)
        else:
            os.write(pipe.fileno(), b"\x00\x10\x00\x00" + b"half of what was announced")
            os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(Connection, "send", half)
    with Workers(2, partial(work, ""), "fork") as workers, pytest.raises(WorkerDiedError):
        workers.submit(5).result(50)


@posix
def test_closing_ends_processes_whatever_they_do():
    began = time.monotonic()
    with Workers(2, partial(work, "")) as workers:
        waiting = [workers.submit("sleep") for _ in range(5)]
        time.sleep(0.2)
    assert time.monotonic() - began < 50
    assert [future.cancelled() for future in waiting] == [False, False, True, True, True]
    assert all(isinstance(future.exception(), WorkerDiedError) for future in waiting[:2])


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_script_without_a_guard_is_told_what_it_lacks(tmp_path, method):
    lines = LOOP.replace(
        'if __name__ == "__main__":',
        f"import multiprocessing as m; m.set_start_method({method!r}, force=True)\nif True:",
    )
    script = tmp_path / "loop.py"
    script.write_text(lines, encoding="utf-8")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 1 and "WorkerDiedError: a worker process died" in done.stderr
    assert 'under if __name__ == "__main__":?' in done.stderr


LOOP = """
import sys, parknlp

def texts():
    while True:
        yield "镇江高新区产值5亿元。" * 50

if __name__ == "__main__":
    nlp = parknlp.load()
    for number, doc in enumerate(nlp.pipe(texts(), n_process=2)):
        if number == 100:
            print("under way", flush=True)
"""


@posix
def test_ctrl_c_ends_a_loop_over_documents_with_one_traceback(tmp_path):
    script = tmp_path / "loop.py"
    script.write_text(LOOP, encoding="utf-8")
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a suite run in the background ignores it
    try:
        process = subprocess.Popen(
            [sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
    finally:
        signal.signal(signal.SIGINT, before)
    assert process.stdout.readline() == "under way\n"
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of the processes
    _, messages = process.communicate(timeout=100)
    assert process.returncode != 0 and messages.count("Traceback") == 1 and "KeyboardInterrupt" in messages
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)  # nobody is left
