"""Patterns that are compiled on first use, so that importing the package compiles none."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Final

_HAN: Final = r"[^\W\da-zA-Z_]"


def compiled(pattern: str) -> re.Pattern[str]:
    r"""A compiled pattern, in which ``\p{Han}`` stands for a letter that is not Latin, which is a Chinese one in these texts.

    `re` knows no scripts, and takes a millisecond to compile a range of the Chinese characters.

    >>> compiled(r"\(\p{Han}+\)").findall("孚能科技(镇江)有限公司(FN)")
    ['(镇江)']
    """
    return re.compile(pattern.replace(r"\p{Han}", _HAN))


def lazy(pattern: str) -> Callable[[], re.Pattern[str]]:
    """A function that gives the compiled pattern.

    >>> year = lazy("[0-9]{4}")
    >>> year().findall("2024, 2025")
    ['2024', '2025']
    """
    return functools.cache(functools.partial(compiled, pattern))
