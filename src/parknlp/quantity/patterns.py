"""Patterns that are compiled on first use, so that importing the package compiles none."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable


def lazy(pattern: str) -> Callable[[], re.Pattern[str]]:
    """A function that gives the compiled pattern.

    >>> year = lazy("[0-9]{4}")
    >>> year().findall("2024, 2025")
    ['2024', '2025']
    """
    return functools.cache(functools.partial(re.compile, pattern))
