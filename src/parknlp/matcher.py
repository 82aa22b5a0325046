"""Longest match of hundreds of thousands of names, in a time that does not depend on their number.

A bitmap over the hashed first two or three characters, tested in numpy for every position at once, leaves few positions
for Python to look at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from .fold import Codes, codes_of, fold_codes, lower_codes, text_of

_PREFIX: Final = 3
_MULTIPLIERS: Final = (np.uint32(2654435761), np.uint32(2246822519), np.uint32(3266489917))


def normalize(names: Sequence[str]) -> list[str]:
    """The names as the matcher compares them: folded and in lower case, lengths kept.

    >>> normalize(["ＡＢＢ(中國)"])
    ['abb(中国)']
    """
    joined = "\n".join(names)
    return text_of(lower_codes(fold_codes(codes_of(joined)))).split("\n") if names else []


class Matcher:
    """Leftmost-longest matches of a set of normalized names.

    >>> text = "镇江经开区和镇江"
    >>> [text[s:e] for s, e in Matcher(["镇江", "镇江经开区"]).find(codes_of(text), text)]
    ['镇江经开区', '镇江']
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)
        lengths: dict[str, int] = {}
        for name in self._names:
            prefix = name[:_PREFIX]
            lengths[prefix] = lengths.get(prefix, 0) | (1 << len(name))
        orders: dict[int, tuple[int, ...]] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}
        for prefix, mask in lengths.items():
            if mask not in orders:
                orders[mask] = tuple(length for length in range(mask.bit_length() - 1, 1, -1) if mask >> length & 1)
            self._lengths[prefix] = orders[mask]
        self._shift = np.uint32(32 - min(23, max(14, len(lengths).bit_length() + 5)))
        self._maps = tuple(self._bitmap(size) for size in (2, _PREFIX))

    def _hash(self, columns: Sequence[Codes]) -> Codes:
        mixed: Codes = columns[0] * _MULTIPLIERS[0]
        for column, multiplier in zip(columns[1:], _MULTIPLIERS[1:], strict=False):
            mixed ^= column * multiplier
        mixed >>= self._shift
        return mixed

    def _bitmap(self, size: int) -> npt.NDArray[np.bool_] | None:
        prefixes = [prefix for prefix in self._lengths if len(prefix) == size]
        if not prefixes:
            return None
        bitmap = np.zeros(1 << (32 - int(self._shift)), np.bool_)
        bitmap[self._hash(codes_of("".join(prefixes)).reshape(-1, size).T)] = True
        return bitmap

    def _starts(self, codes: Codes) -> list[int]:
        """Offsets at which a name may start."""
        hits = np.zeros(len(codes), np.bool_)
        for size, bitmap in zip((2, _PREFIX), self._maps, strict=True):
            count = len(codes) - size + 1
            if bitmap is not None and count > 0:
                hits[:count] |= bitmap[self._hash([codes[offset : count + offset] for offset in range(size)])]
        starts: list[int] = np.flatnonzero(hits).tolist()
        return starts

    def find(self, codes: Codes, text: str) -> list[tuple[int, int]]:
        """The (start, end) of each match in ``text``, whose code points are ``codes``; both in lower case."""
        found: list[tuple[int, int]] = []
        end, names, lengths_of = 0, self._names, self._lengths.get
        for start in self._starts(codes):
            if start < end:
                continue
            for length in lengths_of(text[start : start + 3], ()) + lengths_of(text[start : start + 2], ()):
                name = text[start : start + length]
                if name in names and (
                    not (name[0].isascii() or name[-1].isascii()) or _bounded(text, start, start + length)
                ):
                    end = start + length
                    found.append((start, end))
                    break
        return found


def _joined(left: str, right: str) -> bool:
    """Whether two neighbours belong to one word of Latin letters or digits."""
    return left.isascii() and right.isascii() and left.isalnum() and right.isalnum()


def _bounded(text: str, start: int, end: int) -> bool:
    """Whether no Latin word or number goes on beyond the ends of a match."""
    if start and _joined(text[start - 1], text[start]):
        return False
    return end >= len(text) or not _joined(text[end - 1], text[end])
