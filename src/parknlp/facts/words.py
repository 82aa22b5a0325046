"""The word lists that the rules for statements share."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from .. import datafiles

KINDS = (
    "rise fall above below beyond spread drop count amount adverb tail lead do states act generic weak about each among "
    "venture trade matter body self cue refer goal whole host leading unbroken cause place"
).split()
"""The kinds of words that are looked for in whole batches; ``place`` stands for the names of fact_places.tsv."""


@functools.cache
def table() -> dict[str, frozenset[str]]:
    """The words of each kind; those of ``cue.have`` are words of ``cue`` too."""
    found: dict[str, set[str]] = {}
    for kind, words in datafiles.rows("fact_words.tsv"):
        for name in {kind, kind.partition(".")[0]}:
            found.setdefault(name, set()).update(words.split())
    return {kind: frozenset(words) for kind, words in found.items()}


class Words:
    """The words of some kinds in fact_words.tsv.

    >>> Words("amount").ending("累计完成工业产值"), Words("fall").starting("下降了")
    ('产值', '下降')
    """

    __slots__ = ("_first", "_last", "known")

    def __init__(self, *kinds: str) -> None:
        self.known = frozenset[str]().union(*(table()[kind] for kind in kinds))
        self._first, self._last = _lengths(self.known, 0), _lengths(self.known, -1)

    def __contains__(self, word: str) -> bool:
        return word in self.known

    def ending(self, text: str) -> str:
        """The longest of the words at the end of ``text``, or nothing."""
        for length in self._last.get(text[-1:], ()):
            if (word := text[-length:]) in self.known:
                return word
        return ""

    def starting(self, text: str, at: int = 0) -> str:
        """The longest of the words that start at ``at``, or nothing."""
        for length in self._first.get(text[at : at + 1], ()):
            if (word := text[at : at + length]) in self.known:
                return word
        return ""

    def pattern(self) -> str:
        """A pattern for any of the words, longest first."""
        return "|".join(re.escape(word) for word in sorted(self.known, key=lambda word: (-len(word), word)))


def _lengths(words: Iterable[str], at: int) -> dict[str, tuple[int, ...]]:
    """The first or the last character of words -> the lengths of those that have it there, the longest first."""
    found: dict[str, set[int]] = {}
    for word in words:
        found.setdefault(word[at], set()).add(len(word))
    return {character: tuple(sorted(sizes, reverse=True)) for character, sizes in found.items()}


@functools.cache
def words(*kinds: str) -> Words:
    """The words of these kinds."""
    return Words(*kinds)


@functools.cache
def places() -> frozenset[str]:
    """Short names of places."""
    return frozenset(row[0] for row in datafiles.rows("fact_places.tsv"))
