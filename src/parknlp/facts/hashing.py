"""Hashes of texts that do not change from run to run: of short ones, and of any pieces of a long one."""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt

from .terms import Codes, Ints

Hashes = npt.NDArray[np.uint64]

# arrays, for the reason that `terms` gives
PRIME = np.array(0x9E3779B97F4A7C15, np.uint64)
INVERSE = np.array(pow(int(PRIME), -1, 1 << 64), np.uint64)
_ONE = np.array(1, np.uint64)


@functools.lru_cache(1 << 14)
def hash_text(text: str) -> int:
    """A hash of a short text that does not change from run to run."""
    found = 0
    for character in text:
        found = (found * 1000003 + ord(character)) & 0xFFFFFFFF
    return found


def noughts(text: str) -> str:
    """A text with every digit as 0, for what does not depend on them.

    >>> noughts("2852.81亿元")
    '0000.00亿元'
    """
    return text.translate(_NOUGHTS)


_NOUGHTS = str.maketrans("123456789", "000000000")


class Hasher:
    """Hashes of any pieces of a text, each in constant time."""

    def __init__(self, codes: Codes) -> None:
        power, self._inverse = powers(len(codes))
        self._sums = np.zeros(len(codes) + 1, np.uint64)
        wide = codes.astype(np.uint64)
        wide += _ONE
        wide *= power[: len(codes)]
        wide.cumsum(out=self._sums[1:])

    def __call__(self, start: Ints, end: Ints) -> Hashes:
        """The hash of ``text[start:end]`` for each pair; 0 for an empty piece."""
        found: Hashes = self._sums.take(end)
        found -= self._sums.take(start)
        found *= self._inverse.take(start)
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


def numbered(hashes: Hashes) -> tuple[Ints, Ints]:
    """For each hash how many lesser ones there are, and by that number where it comes first.

    >>> [side.tolist() for side in numbered(np.array([9, 7, 9], np.uint64))]
    [[1, 0, 1], [1, 0]]
    """
    order = hashes.argsort()  # far faster than one that keeps the order of equals
    ordered = hashes[order]
    new = np.ones(len(order), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    number = np.empty(len(order), np.int64)
    number[order] = new.cumsum() - 1
    return number, np.minimum.reduceat(order, new.nonzero()[0])


def paired(major: Ints, minor: Ints) -> Ints:
    """Two small numbers as one that sorts by the first, then by the second; numpy sorts by two keys ten times as slowly.

    >>> paired(np.array([2, 1, 1]), np.array([0, 7, 5])).argsort().tolist()
    [2, 1, 0]
    """
    return (major << 32) + minor
