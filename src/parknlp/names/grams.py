"""Character n-grams of a text as numbers, and tables of them."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from ..fold import Codes

ORDERS: Final = (1, 2, 3, 4)
"""Lengths of the character n-grams that are looked up; the longest only as words of dictionaries."""

BMP: Final = 0xFFFF
_MULTIPLIERS: Final = tuple(map(np.uint32, (2654435761, 2246822519, 3266489917, 668265263)))


@functools.cache
def _plain() -> Codes:
    table = np.arange(BMP + 1, dtype=np.uint32)
    table[ord("0") : ord("9") + 1] = ord("0")
    return table


def plain(lower: Codes) -> Codes:
    """Code points with every digit as 0 and everything beyond the basic plane as one."""
    return _plain().take(lower, mode="clip")


@functools.cache
def _singles() -> Codes:
    """The hash of each character."""
    single: Codes = np.arange(BMP + 1, dtype=np.uint32) * _MULTIPLIERS[0]
    single ^= single >> np.uint32(15)
    single *= _MULTIPLIERS[1]
    single ^= single >> np.uint32(13)
    return single


def grams(codes: Codes) -> Codes:
    """For each of `ORDERS` a row of hashes of so many characters from each position on.

    >>> pairs = grams(np.array([7, 8, 0, 7, 8], np.uint32))[1]
    >>> bool(pairs[0] == pairs[3]), bool(pairs[0] == pairs[1])
    (True, False)
    """
    found = np.empty((len(ORDERS), len(codes)), np.uint32)
    single = _singles().take(codes, mode="clip", out=found[0])
    for further in range(1, len(ORDERS)):
        mixed = np.multiply(found[further - 1], _MULTIPLIERS[2], out=found[further])
        mixed[:-further] ^= single[further:]
        mixed *= _MULTIPLIERS[3]
        mixed ^= mixed >> np.uint32(15)
    return found


class GramTables:
    """For each of some lists of hashes of n-grams: hash -> its row 1, 2, 3, …; 0 for those that are not in the list.

    One probe, checked by the twelve low bits: of two keys that meet, the later one is lost, so the important ones come first.

    >>> tables = GramTables([np.array([5, 1 << 30], np.uint32), np.array([6], np.uint32)])
    >>> tables.rows(np.array([[1 << 30, 6, 5], [1 << 30, 6, 5]], np.uint32)).tolist()
    [[2, 0, 1], [0, 1, 0]]
    """

    _CHECK: Final = np.uint32(0xFFF)

    def __init__(self, lists: Sequence[Codes]) -> None:
        bits = [min(21, max(8, len(keys).bit_length() + 2)) for keys in lists]
        self._shifts = np.array([[32 - each] for each in bits], np.uint32)
        self._firsts = np.cumsum([[0], *([1 << each] for each in bits[:-1])], axis=0, dtype=np.uint32)
        self._slots = np.zeros(sum(1 << each for each in bits), np.uint32)
        for keys, shift, first in zip(lists, self._shifts, self._firsts, strict=True):
            order = np.arange(len(keys), 0, -1, dtype=np.uint32)  # the first key is written last
            self._slots[first + (keys[::-1] >> shift)] = (order << np.uint32(12)) | (keys[::-1] & self._CHECK)

    def rows(self, hashes: Codes) -> npt.NDArray[np.uint32]:
        """The row of each hash, those for the first list in the first row, …."""
        places = hashes >> self._shifts
        places += self._firsts
        found: npt.NDArray[np.uint32] = self._slots.take(places)
        known = ((found ^ hashes) & self._CHECK) == 0
        found >>= np.uint32(12)
        found *= known
        return found
