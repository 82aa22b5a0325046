"""The word lists that the rules for statements share, and what can be cut off a phrase with them."""

from __future__ import annotations

import functools
import re
from importlib import resources

HEAD_LENGTH = 6  # no head noun is longer


def rows(name: str) -> list[list[str]]:
    """The rows of a data file, without comments."""
    text = (resources.files("parknlp") / "data" / name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


@functools.cache
def words(*kinds: str) -> frozenset[str]:
    """The words of these kinds in fact_words.tsv.

    >>> "下降" in words("fall")
    True
    """
    return frozenset(word for row in rows("fact_words.tsv") if row[0] in kinds for word in row[1].split())


@functools.cache
def longest(*kinds: str) -> int:
    """Length of the longest word of these kinds."""
    return max(map(len, words(*kinds)))


def either(*kinds: str) -> str:
    """A pattern for any word of these kinds, longest first."""
    return "|".join(re.escape(word) for word in sorted(words(*kinds), key=lambda word: (-len(word), word)))


@functools.cache
def places() -> frozenset[str]:
    """The short names of divisions."""
    return frozenset(row[0] for row in rows("fact_places.tsv"))


def ending(text: str, *kinds: str) -> str:
    """The longest word of these kinds at the end of ``text``, or nothing.

    >>> ending("累计完成工业产值", "amount")
    '产值'
    """
    known = words(*kinds)
    for length in range(min(longest(*kinds), len(text)), 0, -1):
        if text[-length:] in known:
            return text[-length:]
    return ""


def beginning(text: str, *kinds: str) -> str:
    """The longest word of these kinds at the start of ``text``, or nothing."""
    known = words(*kinds)
    for length in range(min(longest(*kinds), len(text)), 0, -1):
        if text[:length] in known:
            return text[:length]
    return ""


def place_at(text: str, at: int) -> int:
    """The end of the place name that starts at ``at``, or ``at``."""
    for length in (4, 3, 2):
        if text[at : at + length] in places():
            end = at + length
            return end + 1 if text[end : end + 1] in ("市", "省", "区", "县", "镇", "州") else end
    return at
