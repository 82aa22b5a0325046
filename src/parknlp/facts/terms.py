"""Where the words of the lists stand in a batch of pages, found for all of them at once."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import numpy.typing as npt

from .words import KINDS, places, table

Ints = npt.NDArray[np.integer[Any]]
Hashes = npt.NDArray[np.uint64]

PRIME = np.uint64(0x9E3779B97F4A7C15)
INVERSE = np.uint64(pow(int(PRIME), -1, 1 << 64))
_BITS = 18
_SHIFT = np.uint64(64 - _BITS)
_MIX = np.uint64(0xD6E8FEB86659FD93)


class Terms:
    """The words of all lists, by their hash.

    Attributes:
        longest: length of the longest word.
    """

    def __init__(self) -> None:
        flags: dict[str, int] = {}
        for bit, kind in enumerate(KINDS):
            for word in places() if kind == "place" else table()[kind]:
                flags[word] = flags.get(word, 0) | 1 << bit
        self.longest = max(map(len, flags))
        self._keys: list[Hashes] = []
        self._flags: list[Ints] = []
        self._maps: list[npt.NDArray[np.bool_]] = []
        for length in range(1, self.longest + 1):
            words = [word for word in flags if len(word) == length]
            codes = np.frombuffer("".join(words).encode("utf-32-le"), np.uint32).astype(np.uint64)
            keys = np.zeros(len(words), np.uint64)
            for column in codes.reshape(-1, length).T:
                keys = keys * PRIME + column
            order = np.argsort(keys)
            self._keys.append(keys[order])
            self._flags.append(np.array([flags[word] for word in words], np.int32)[order])
            bitmap = np.zeros(1 << _BITS, np.bool_)
            bitmap[(keys * _MIX) >> _SHIFT] = True
            self._maps.append(bitmap)

    def find(self, codes: Hashes) -> list[tuple[int, npt.NDArray[np.int64], Ints]]:
        """For each length of words: where they start, and their kinds as bits."""
        found = []
        keys = np.zeros(len(codes), np.uint64)
        for length in range(1, min(self.longest, len(codes)) + 1):
            count = len(codes) - length + 1
            keys = keys[:count] * PRIME + codes[length - 1 :]
            at = np.flatnonzero(self._maps[length - 1][(keys * _MIX) >> _SHIFT])
            known = self._keys[length - 1]
            hits = keys[at]
            place = np.minimum(np.searchsorted(known, hits), len(known) - 1)
            real = known[place] == hits
            found.append((length, at[real], self._flags[length - 1][place[real]]))
        return found


@functools.cache
def terms() -> Terms:
    """The words, prepared once."""
    return Terms()


class Found:
    """The words of a text.

    Attributes:
        size: length of the text.
    """

    def __init__(self, codes: Hashes) -> None:
        self.size = len(codes)
        self._matches = terms().find(codes)

    def starting(self, *kinds: str) -> Ints:
        """Length of the longest word of these kinds that starts at each position, or 0; shape (size + 1,)."""
        mask, found = bits(*kinds), np.zeros(self.size + 1, np.int32)
        for length, at, flags in self._matches:
            found[at[(flags & mask) != 0]] = length
        return found

    def ending(self, *kinds: str) -> Ints:
        """The same for words that end before each position."""
        mask, found = bits(*kinds), np.zeros(self.size + 1, np.int32)
        for length, at, flags in self._matches:
            found[at[(flags & mask) != 0] + length] = length
        return found

    def matches(self, *kinds: str) -> tuple[Ints, Ints]:
        """(starts, ends) of the longest word of these kinds at each position where one starts, in order."""
        length = self.starting(*kinds)
        at = np.flatnonzero(length).astype(np.int32)
        return at, at + length[at]


def bits(*kinds: str) -> int:
    """The bits of some kinds."""
    return sum(1 << KINDS.index(kind) for kind in set(kinds))


class Hasher:
    """Hashes of any pieces of a text, each in constant time."""

    def __init__(self, codes: Hashes) -> None:
        power, self._inverse = powers(len(codes))
        self._sums = np.zeros(len(codes) + 1, np.uint64)
        np.cumsum((codes + np.uint64(1)) * power[: len(codes)], out=self._sums[1:])

    def __call__(self, start: Ints, end: Ints) -> Hashes:
        """The hash of ``text[start:end]`` for each pair; 0 for an empty piece."""
        found: Hashes = (self._sums[end] - self._sums[start]) * self._inverse[start]
        return found


@functools.lru_cache(4)
def _powers(size: int) -> tuple[Hashes, Hashes]:
    both = []
    for factor in (PRIME, INVERSE):
        column = np.full(size, factor, np.uint64)
        column[0] = 1
        both.append(np.multiply.accumulate(column))
    return both[0], both[1]


def powers(size: int) -> tuple[Hashes, Hashes]:
    """Powers of the prime and of its inverse, at least ``size + 1`` of each."""
    return _powers(1 << (size + 1).bit_length())
