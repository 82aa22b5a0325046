"""Text of indicator phrases: what is left out of them when they are written down."""

from __future__ import annotations

import functools
import re

from .words import words

_NOISE = re.compile(r"[“”‘’\"'\s\ue000-\ue005]+")
_EMPTY = re.compile("实现|完成|共有|累计|的")


@functools.lru_cache(1 << 15)
def inner(text: str) -> str:
    """``text`` without quotes and the words that carry nothing.

    >>> inner("“标准地”的整理")
    '标准地整理'
    """
    if len(text) > 3:
        text = _EMPTY.sub("", text) or text
    if not text.isalnum():
        text = _NOISE.sub("", text)
    return text.strip("、和与及/—.")


def noun_of(text: str) -> str:
    """The noun of the lists that a phrase ends in, or nothing."""
    return words("amount", "count").ending(text)
