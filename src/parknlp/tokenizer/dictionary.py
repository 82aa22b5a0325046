"""jieba's word frequencies with the user's words on top: what `jieba.Tokenizer.FREQ` and ``total`` are to jieba."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from math import inf, log
from pathlib import Path
from typing import Final

import numpy as np

from ..store import bundled, load
from .route import exact_route
from .runs import Array

HAN: Final = (0x4E00, 0x9FD5)
"""First and last code point that jieba takes for Han."""
LATIN: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+#&._%-"
"""What else jieba cuts with its dictionary; any other character stands alone."""
FREE: Final = 0xFFFF
"""``check`` of a slot that no node has."""

_LETTER: Final = re.compile("[a-zA-Z0-9]")


@functools.cache
def block() -> re.Pattern[str]:
    """A stretch that is cut with the dictionary; compiled on first use, which most programs never come to."""
    return re.compile(f"([{chr(HAN[0])}-{chr(HAN[1])}{re.escape(LATIN)}]+)")


class Dictionary:
    """How often each word occurs.

    Attributes:
        arrays: the trie as scripts/build_tokenizer.py describes it, and the tables of the hidden Markov model.
        total: the sum of all frequencies.
        user: the frequencies of the words that were added, and 0 for those of their prefixes that were no prefix before.
        split: the words that were added with frequency 0, which the hidden Markov model shall not make either.

    >>> dictionary = Dictionary.load()
    >>> dictionary.count("镇江"), dictionary.count("镇江市高"), dictionary.suggest("瑞尔隆鼎")
    (512, None, 1)
    """

    def __init__(self, arrays: Mapping[str, Array], total: int) -> None:
        self.arrays = arrays
        self._trie = tuple(arrays[name].data for name in ("ids", "base", "check"))  # memoryviews give ints, fast
        self.total = total
        self.user: dict[str, int] = {}
        self.split: set[str] = set()

    @classmethod
    def load(cls, path: str | Path | None = None) -> Dictionary:
        """The dictionary of jieba, mapped into memory.

        Raises:
            ModelError: the model is missing or damaged.
        """
        arrays, meta = load(path or bundled("tokenizer"), mmap=True)
        return cls({name: array.view(np.ndarray) for name, array in arrays.items()}, meta["total"])

    def slot(self, word: str) -> int:
        """The node of a word or prefix of jieba's dictionary, 0 where there is none."""
        slot, depth = self._walk(word)
        return slot if depth == len(word) else 0

    def _walk(self, word: str) -> tuple[int, int]:
        """The node of the longest prefix in jieba's dictionary, and its length."""
        ids, base, check = self._trie
        slot = 0
        for depth, character in enumerate(word):
            code, parent = ord(character), base[slot]
            each = ids[code] if code < len(ids) else 0
            if not each or (depth and not parent) or check[parent + each] != each:
                return slot, depth
            slot = parent + each
        return slot, len(word)

    def count(self, word: str) -> int | None:
        """The frequency of a word, 0 where it is only the beginning of words, None where it is neither."""
        if word in self.user:
            return self.user[word]
        slot = self.slot(word)
        return int(self.arrays["counts"][self.arrays["freq"][slot]]) if slot else None

    def add(self, word: str, count: int | None = None) -> None:
        """Add a word or change its frequency, by jieba's rule `suggest` where ``count`` is None."""
        if count is None:
            count = self.suggest(word)
        self.user[word] = count
        self.total += count
        for end in range(len(word) - 1, self._walk(word)[1], -1):
            if word[:end] in self.user:
                break  # and so are all shorter ones
            self.user[word[:end]] = 0
        if not count:
            self.split.add(word)

    def suggest(self, word: str) -> int:
        """The frequency with which a word just wins against its parts: `jieba.suggest_freq`."""
        share, total = 1.0, float(self.total)
        for part in self._cut(word):
            count = self.count(part)
            share *= (1 if count is None else count) / total
        known = self.count(word)
        return max(int(share * self.total) + 1, 1 if known is None else known)

    def _cut(self, text: str) -> list[str]:
        """The tokens of a short text without the hidden Markov model."""
        found: list[str] = []
        for at, piece in enumerate(block().split(text)):
            if at % 2:
                found += self._cut_block(piece)
            else:
                found += piece.replace("\r\n", "\n")  # its frequency is as that of \n: none
        return found

    def _cut_block(self, block: str) -> list[str]:
        log_total = log(self.total)
        singles, edges = [], []
        for start in range(len(block)):
            counts = [self.count(block[start : start + 1])]
            while counts[-1] is not None and start + len(counts) < len(block):
                counts.append(self.count(block[start : start + len(counts) + 1]))
            longer = [(start, at + 1, log(count) - log_total) for at, count in enumerate(counts) if at and count]
            singles.append(-inf if longer and not counts[0] else log(counts[0] or 1) - log_total)
            edges += longer
        edges.sort(key=lambda edge: -edge[0])
        starts = exact_route([(0, len(block))], singles, edges)
        found: list[str] = []
        joins = False
        for start, end in zip(starts, [*starts[1:], len(block)], strict=True):
            word = block[start:end]
            letter = len(word) == 1 and _LETTER.match(word) is not None
            if letter and joins:
                found[-1] += word
            else:
                found.append(word)
            joins = letter
        return found
