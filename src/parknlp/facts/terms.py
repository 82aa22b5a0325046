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
        self._single = np.zeros(0x10000, np.int64)
        self._keys: list[Hashes] = []
        self._flags: list[Ints] = []
        self._starts: list[npt.NDArray[np.bool_]] = []
        for length in range(2, self.longest + 1):
            words = [word for word in flags if len(word) == length]
            keys = _keys(words, length)
            order = np.argsort(keys)
            self._keys.append(keys[order])
            self._flags.append(np.array([flags[word] for word in words], np.int64)[order])
            bitmap = np.zeros(1 << _BITS, np.bool_)
            bitmap[_slot(_keys([word[:length] for word in flags if len(word) >= length], length))] = True
            self._starts.append(bitmap)
        for word, bit in flags.items():
            if len(word) == 1:
                self._single[ord(word)] = bit

    def find(self, codes: npt.NDArray[np.uint32]) -> tuple[Ints, Ints, Ints]:
        """Where words start, their lengths and their kinds as bits; the shorter words come first."""
        kinds = self._single[np.minimum(codes, 0xFFFF)]
        at = kinds.nonzero()[0]
        found = [(at, np.ones(len(at), np.int64), kinds[at])]
        wide = codes.astype(np.uint64)
        keys, at = wide[:-1] * PRIME + wide[1:], np.arange(max(0, len(codes) - 1))
        for length, (known, flags, starts) in enumerate(zip(self._keys, self._flags, self._starts, strict=True), 2):
            if length > 2:
                keys, at = keys[at < len(codes) - length + 1], at[at < len(codes) - length + 1]
                keys = keys * PRIME + wide[at + (length - 1)]
            begun = starts[_slot(keys)].nonzero()[0]
            keys, at = keys[begun], at[begun]
            place = np.minimum(known.searchsorted(keys), len(known) - 1)
            real = (known[place] == keys).nonzero()[0]
            found.append((at[real], np.full(len(real), length, np.int64), flags[place[real]]))
        start, size, kind = (np.concatenate(column) for column in zip(*found, strict=True))
        return start, size, kind


def _keys(words: list[str], length: int) -> Hashes:
    codes = np.frombuffer("".join(words).encode("utf-32-le"), np.uint32).astype(np.uint64)
    keys = np.zeros(len(words), np.uint64)
    for column in codes.reshape(-1, length).T:
        keys = keys * PRIME + column
    return keys


def _slot(keys: Hashes) -> Hashes:
    found: Hashes = (keys * _MIX) >> _SHIFT
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

    def __init__(self, codes: npt.NDArray[np.uint32]) -> None:
        self.size = len(codes)
        self._start, self._length, self._kinds = terms().find(codes)
        self._end = self._start + self._length

    def _at(self, place: Ints, kinds: tuple[str, ...]) -> Ints:
        some = (self._kinds & bits(*kinds)).nonzero()[0]
        found = np.zeros(self.size + 1, np.int64)
        found[place[some]] = self._length[some]  # of words at one place the longest is written last
        return found

    def starting(self, *kinds: str) -> Ints:
        """Length of the longest word of these kinds that starts at each position, or 0; shape (size + 1,)."""
        return self._at(self._start, kinds)

    def ending(self, *kinds: str) -> Ints:
        """The same for words that end before each position."""
        return self._at(self._end, kinds)

    def matches(self, *kinds: str) -> tuple[Ints, Ints]:
        """(starts, ends) of the longest word of these kinds at each position where one starts, in order."""
        return spans_of(self.starting(*kinds))


def spans_of(length: Ints) -> tuple[Ints, Ints]:
    """(starts, ends) of the words whose lengths stand at the positions where they start."""
    at = length.nonzero()[0].astype(np.int64)
    return at, at + length[at]


@functools.cache
def bits(*kinds: str) -> int:
    """The bits of some kinds."""
    return sum(1 << KINDS.index(kind) for kind in set(kinds))


def hash_text(text: str) -> int:
    """A hash of a short text that does not change from run to run."""
    found = 0
    for character in text:
        found = (found * 1000003 + ord(character)) & 0xFFFFFFFF
    return found


class Hasher:
    """Hashes of any pieces of a text, each in constant time."""

    def __init__(self, codes: npt.NDArray[np.uint32]) -> None:
        power, self._inverse = powers(len(codes))
        self._sums = np.zeros(len(codes) + 1, np.uint64)
        wide = codes.astype(np.uint64)
        wide += np.uint64(1)
        wide *= power[: len(codes)]
        wide.cumsum(out=self._sums[1:])

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
