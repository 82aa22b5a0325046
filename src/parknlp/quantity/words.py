"""The words around numbers, from ``data/number_words.tsv``: bounds, and idioms that hold no figure."""

from __future__ import annotations

import functools
from importlib import resources
from typing import NamedTuple

_LONGEST_BOUND = 4


class NumberWords(NamedTuple):
    """What stands in ``data/number_words.tsv``.

    Attributes:
        before: word before a number -> bound.
        after: word after a unit -> bound.
        last_before: the last characters of the words in ``before``.
        first_after: the first characters of the words in ``after``.
        idioms: first two characters from the numeral on -> (offset of the numeral in the word, word), ...
    """

    before: dict[str, str]
    after: dict[str, str]
    last_before: set[str]
    first_after: set[str]
    idioms: dict[str, tuple[tuple[int, str], ...]]

    def bound(self, text: str, start: int, end: int) -> str | None:
        """The bound that the words around ``text[start:end]`` give, or None."""
        if text[start - 1] not in self.last_before and text[end] not in self.first_after:
            return None
        for length in range(_LONGEST_BOUND, 0, -1):
            found = self.before.get(text[max(0, start - length) : start]) or self.after.get(text[end : end + length])
            if found is not None and found != "exact":
                return found
        return None

    def is_idiom(self, text: str, at: int) -> bool:
        """Whether the numeral at this offset is part of an idiom."""
        return any(text.startswith(word, at - offset) for offset, word in self.idioms.get(text[at : at + 2], ()))


_NUMERALS = frozenset("零〇一二三四五六七八九两十百千万亿几数半")


def _numeral_starts(word: str) -> list[int]:
    """Where a run of numerals begins: 0 and 2 in 两个一百年."""
    numeral = [character in _NUMERALS for character in word]
    return [place for place, inside in enumerate(numeral) if inside and not (place and numeral[place - 1])]


@functools.cache
def number_words() -> NumberWords:
    """The words, read on first use."""
    words = NumberWords({}, {}, set(), set(), {})
    data = resources.files("parknlp") / "data" / "number_words.tsv"
    for line in data.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, word, bound = line.split("\t")
            if kind == "idiom":
                for offset in _numeral_starts(word):
                    key = word[offset : offset + 2]
                    words.idioms[key] = (*words.idioms.get(key, ()), (offset, word))
            else:
                (words.before if kind == "before" else words.after)[word] = bound
                (words.last_before if kind == "before" else words.first_after).add(
                    word[-1] if kind == "before" else word[0]
                )
    return words
