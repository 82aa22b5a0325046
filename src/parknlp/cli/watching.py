"""How far a long run is, and what went wrong, on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final

from ..doc import LABELS
from .common import say

if TYPE_CHECKING:
    from ..batch import Problem, Progress, Summary

_LINE_SECONDS: Final = 30.0  # between two lines, where there is no terminal
_BAR: Final = "{percentage:3.0f}%|{bar}| {postfix} [{elapsed}<{remaining}]"
_COUNTER: Final = "{postfix} [{elapsed}]"  # of standard input, whose end nobody knows


def _clock(seconds: float) -> str:
    """Hours, minutes and seconds.

    >>> _clock(3723)
    '1:02:03'
    """
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


class Watch:
    """Shows progress: a bar on a terminal (with the extra ``progress``), a line now and then elsewhere.

    Args:
        most: errors, and notes, that are shown one by one; all of them when None.
    """

    def __init__(self, most: int | None = None) -> None:
        self._most = most
        self._told = {"error": 0, "note": 0}
        self._last_note = ""
        self._began = self._last = time.monotonic()
        self._first: Progress | None = None
        self._bar: Any = None

    def __enter__(self) -> Watch:  # noqa: PYI034 - Self is in typing since Python 3.11
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Take the bar off the screen."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def __call__(self, progress: Progress) -> None:
        """Show progress."""
        if self._first is None:
            self._first = progress
            self._bar = _bar(progress)
        self.tell(progress.problems, progress.notes)
        if self._bar is not None:
            self._bar.set_postfix_str(self._counts(progress), refresh=False)
            self._bar.update(progress.done - self._bar.n)
        elif time.monotonic() - self._last >= _LINE_SECONDS:
            self._last = time.monotonic()
            say(f"parknlp: {self._counts(progress)}{self._rest(progress)}")

    def _speed(self, progress: Progress) -> float:
        before = self._first.documents if self._first else 0
        return (progress.documents - before) / max(time.monotonic() - self._began, 1e-3)

    def _counts(self, progress: Progress) -> str:
        return f"{progress.documents:,} articles, {self._speed(progress):,.0f}/s, {progress.errors:,} errors"

    def _rest(self, progress: Progress) -> str:
        spent, first = time.monotonic() - self._began, self._first
        done = progress.done - (first.done if first else 0)
        if not progress.total or done <= 0:
            return ""
        rest = spent * (progress.total - progress.done) / done
        return f", {progress.done / progress.total:.0%}, {_clock(rest)} remaining"

    def tell(self, problems: Sequence[Problem], notes: Sequence[str]) -> None:
        """Show what went wrong, and what a person should know."""
        for problem in problems:
            self._say("error", f"parknlp: {problem}")
        for note in notes:
            if note != self._last_note:  # every piece of a file says it again
                self._say("note", note)
                self._last_note = note

    def _say(self, kind: str, message: str) -> None:
        self._told[kind] += 1
        if self._most is not None and self._told[kind] > self._most:
            if self._told[kind] > self._most + 1:
                return
            message = f"parknlp: further {kind}s are not shown"
        if self._bar is None:
            say(message)
        else:
            self._bar.write(message, file=sys.stderr)

    def summarize(self, summary: Summary, target: Path, errors: Path) -> None:
        """What a run has done, in a few lines."""
        new = summary.documents - summary.resumed
        speed = f"{new / max(summary.seconds, 1e-3):,.0f}/s"
        resumed = f", {summary.resumed:,} of them before" if summary.resumed else ""
        say(f"{target}: {summary.documents:,} articles in {_clock(summary.seconds)} ({speed}){resumed}")
        if summary.errors:
            say(f"{errors}: {summary.errors:,} rows that could not be tagged, with the reasons")
        found = [f"{name} {summary.found[name]:,}" for name in (*LABELS, "facts", "chains") if summary.found[name]]
        if found:
            say("found: " + ", ".join(found))


def _bar(progress: Progress) -> Any:
    """A bar of bytes, or None where there is no terminal, or no tqdm."""
    if not sys.stderr.isatty():
        return None
    try:
        from tqdm import tqdm
    except ImportError:
        return None
    style = _BAR if progress.total else _COUNTER
    return tqdm(
        total=progress.total or None, initial=progress.done, bar_format=style, file=sys.stderr, dynamic_ncols=True
    )
