"""Ctrl-C, SIGTERM and SIGHUP as a request to stop at the next good place."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any

from ..processes import SIGNALS


class Stopped(BaseException):
    """A signal asked the run to stop; not an `Exception`, so that nothing that goes on after errors goes on after it.

    Attributes:
        signal: its number.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.signal = number


class Stopper:
    """While it is entered, signals are noted; they interrupt what stands in `waiting`, and what calls `check`.

    Work between the two (writing a row, naming a finished part) is never cut in two by a signal. The second Ctrl-C is Python's own.
    Outside of the main thread nothing is changed: signals belong to whoever runs the thread.
    """

    def __init__(self) -> None:
        self._number: int | None = None
        self._waiting = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Stopper:  # noqa: PYI034 - Self is in typing since Python 3.11
        if threading.current_thread() is threading.main_thread():
            for number in SIGNALS:
                if signal.getsignal(number) != signal.SIG_IGN:  # nohup ignores SIGHUP on purpose
                    self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, number: int, frame: FrameType | None) -> None:
        del frame
        if self._number is None and number == signal.SIGINT:
            signal.signal(number, signal.default_int_handler)
        self._number = number
        if self._waiting:
            self._waiting = False
            raise Stopped(number)

    def check(self) -> None:
        """Raise if a signal has come.

        Raises:
            Stopped: one has.
        """
        if self._number is not None:
            raise Stopped(self._number)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """A piece of work that a signal may interrupt anywhere."""
        self._waiting = True
        try:
            self.check()
            yield
        finally:
            self._waiting = False
