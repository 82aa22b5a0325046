"""The words around numbers, from ``data/number_words.tsv``: bounds, currencies, scales, view counters and idioms."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from .. import datafiles


class Words(dict[str, str]):
    """Words and what they mean, with the lengths of those that begin and end with a character, the longest first."""

    def __init__(self, rows: Mapping[str, str]) -> None:
        super().__init__(rows)
        self.by_first = _lengths((word[0], word) for word in rows)
        self.by_last = _lengths((word[-1], word) for word in rows)


def _lengths(rows: Iterable[tuple[str, str]]) -> dict[str, tuple[int, ...]]:
    found: dict[str, set[int]] = {}
    for key, word in rows:
        found.setdefault(key, set()).add(len(word))
    return {key: tuple(sorted(lengths, reverse=True)) for key, lengths in found.items()}


class NumberWords(NamedTuple):
    """What stands in ``data/number_words.tsv``.

    Attributes:
        before: word before a number -> bound.
        after: word after a unit -> bound.
        currencies: word before an amount -> surface of its unit.
        scales: English word behind a number -> factor.
        counters: names of counters of page views.
        idioms: first two characters from the numeral on -> (offset of the numeral in the word, word), ...
        last_before: the last characters of the words in ``before``.
        first_after: the first characters of the words in ``after``.
        last_currency: the last characters of the words in ``currencies``.
    """

    before: Words
    after: Words
    currencies: Words
    scales: dict[str, Decimal]
    counters: tuple[str, ...]
    idioms: dict[str, tuple[tuple[int, str], ...]]
    last_before: frozenset[str]
    first_after: frozenset[str]
    last_currency: frozenset[str]

    def bound(self, text: str, start: int, end: int) -> str:
        """The bound that the words around ``text[start:end]`` give."""
        found = "exact"
        if text[start - 1] == " ":
            start -= 1
        if text[start - 1] in self.last_currency and (word := ends_with(self.currencies, text, start)):
            start -= len(word)  # 约合人民币3亿元
        if text[start - 1] in self.last_before and (word := ends_with(self.before, text, start)):
            found = self.before[word]
        if found == "exact" and text[end] in self.first_after and (word := begins_with(self.after, text, end)):
            found = self.after[word]
        return found

    def currency(self, text: str, at: int) -> str | None:
        """The word that ends at this offset and names a currency."""
        return ends_with(self.currencies, text, at) if text[at - 1] in self.last_currency else None

    def is_idiom(self, text: str, at: int) -> bool:
        """Whether the numeral at this offset is part of an idiom."""
        words = self.idioms.get(text[at : at + 2])
        return words is not None and any(text.startswith(word, at - offset) for offset, word in words)


def ends_with(words: Words, text: str, at: int | None = None) -> str | None:
    """The longest of ``words`` that ends at this offset, or at the end of the text."""
    at = len(text) if at is None else at
    for length in words.by_last.get(text[at - 1 : at], ()):
        if (word := text[max(at - length, 0) : at]) in words:
            return word
    return None


def begins_with(words: Words, text: str, at: int = 0) -> str | None:
    """The longest of ``words`` that begins at this offset."""
    for length in words.by_first.get(text[at : at + 1], ()):
        if (word := text[at : at + length]) in words:
            return word
    return None


_NUMERALS = frozenset("零〇一二三四五六七八九两十百千万亿几数半")


def _numeral_starts(word: str) -> list[int]:
    """Where a run of numerals begins: 0 and 2 in 两个一百年."""
    numeral = [character in _NUMERALS for character in word]
    return [place for place, inside in enumerate(numeral) if inside and not (place and numeral[place - 1])]


def _by_start(words: dict[str, str]) -> dict[str, tuple[tuple[int, str], ...]]:
    found: dict[str, tuple[tuple[int, str], ...]] = {}
    for word in words:
        for offset in _numeral_starts(word):
            key = word[offset : offset + 2]
            found[key] = (*found.get(key, ()), (offset, word))
    return found


@functools.cache
def number_words() -> NumberWords:
    """The words, read on first use."""
    kinds: dict[str, dict[str, str]] = {
        kind: {} for kind in ("before", "after", "currency", "scale", "counter", "idiom")
    }
    for kind, word, value in datafiles.rows("number_words.tsv"):
        kinds[kind][word] = value
    before, after, currencies = Words(kinds["before"]), Words(kinds["after"]), Words(kinds["currency"])
    return NumberWords(
        before,
        after,
        currencies,
        {word: Decimal(factor) for word, factor in kinds["scale"].items()},
        tuple(kinds["counter"]),
        _by_start(kinds["idiom"]),
        frozenset(before.by_last),
        frozenset(after.by_first),
        frozenset(currencies.by_last),
    )
