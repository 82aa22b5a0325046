"""Work handed to several processes.

Each process has a pipe of its own: when one is killed, even in the middle of an answer, its pipe ends and whoever waits is told. The
processes of a `concurrent.futures.ProcessPoolExecutor` share one, and then it waits for the rest of the answer for ever.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from queue import SimpleQueue
from typing import Any, Final, Literal

from .errors import ParkNLPError

StartMethod = Literal["fork", "spawn", "forkserver"]
SIGNALS: Final = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
"""What asks a run to stop."""

_Work = Callable[[Any], Any]
_MASKS: Final = hasattr(signal, "pthread_sigmask")  # not on Windows


class WorkerDiedError(ParkNLPError):
    """A worker process is gone before it has answered.

    Args:
        method: how it began.
    """

    def __init__(self, method: StartMethod) -> None:
        guard = ' Did the script start its work under if __name__ == "__main__":?' if method != "fork" else ""
        super().__init__(f"a worker process died; was there enough memory?{guard}")


class Workers:
    """Processes that do one job at a time each.

    Args:
        count: how many.
        work: what is done to a job; each process has one of its own, with what it remembers.
        method: how processes begin; Python's default when None.

    Raises:
        WorkerDiedError: a process died as it began.

    >>> with Workers(2, len) as workers:
    ...     waiting = [workers.submit(job) for job in ("产值", "5亿元")]
    ...     [future.result() for future in waiting]
    [2, 3]
    """

    def __init__(self, count: int, work: _Work, method: StartMethod | None = None) -> None:
        context: Any = multiprocessing.get_context(method)
        self._method: StartMethod = context.get_start_method()
        self._idle: SimpleQueue[tuple[Connection, _Work | None]] = SimpleQueue()
        self._processes: list[Any] = []
        self._threads = ThreadPoolExecutor(count)  # each waits for one process
        try:
            if self._method != "fork" and _MASKS:
                resource_tracker.ensure_running()  # where it begins later it lets signals through
            with _held():
                for _ in range(count):
                    here, there = context.Pipe()
                    # told with its first job where it is not forked: start() would wait for ever for one that dies before it has read
                    told, later = (work, None) if self._method == "fork" else (None, work)
                    process = context.Process(target=_serve, args=(there, told), daemon=True)
                    process.start()
                    there.close()  # before the next process begins: else that would keep it open
                    self._processes.append(process)
                    self._idle.put((here, later))
        except BaseException as error:
            self.close()
            if isinstance(error, BrokenPipeError):  # it was gone before it was told what to do
                raise WorkerDiedError(self._method) from None
            raise

    def __enter__(self) -> Workers:  # noqa: PYI034 - Self is in typing since Python 3.11
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def submit(self, job: Any) -> Future[Any]:
        """What the work gives for a job, once a process has done it.

        The future raises what the work raises, or `WorkerDiedError`.
        """
        return self._threads.submit(self._ask, job)

    def close(self) -> None:
        """End the processes, whatever they do."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.join()

    def _ask(self, job: Any) -> Any:
        pipe, work = self._idle.get()
        try:
            pipe.send((work, job))
            work = None
            answer, error, trace = pipe.recv()
        except (EOFError, OSError):
            raise WorkerDiedError(self._method) from None
        finally:
            self._idle.put((pipe, work))
        if error is not None:
            raise error from ParkNLPError(f"in a worker process:\n{trace}")
        return answer


@contextmanager
def _held() -> Iterator[None]:
    """Signals come when this is over. A process that begins meanwhile holds them until it calls `_release`."""
    if not _MASKS:
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _release() -> None:
    """In a worker process: SIGTERM ends it; Ctrl-C and a closed terminal are for the first process to judge."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL if number == signal.SIGTERM else signal.SIG_IGN)
    if _MASKS:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)


def _serve(pipe: Connection, work: _Work | None) -> None:
    """What a worker process does, until it is ended."""
    _release()
    threading.Thread(target=_die_with_parent, daemon=True).start()
    with suppress(EOFError, BrokenPipeError):  # the first process is gone
        while True:
            told, job = pipe.recv()
            work = work or told
            pipe.send(_answer(work, job))


def _answer(work: Any, job: Any) -> tuple[Any, Exception | None, str]:
    """What a job gives, or why it gives nothing, and where."""
    try:
        return work(job), None, ""
    except Exception as error:  # noqa: BLE001 - whatever it is, who waits for the answer is told
        return None, error, traceback.format_exc()


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
