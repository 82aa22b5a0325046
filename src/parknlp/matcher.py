"""Longest match of hundreds of thousands of names, in a time that does not depend on their number.

A bitmap over the hashed first two or three characters, tested in numpy for every position at once, leaves few positions
for Python to look at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

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


def _mixed(columns: Sequence[Codes]) -> Codes:
    """A hash of neighbouring characters, its high bits the best."""
    mixed: Codes = columns[0] * _MULTIPLIERS[0]
    for column, multiplier in zip(columns[1:], _MULTIPLIERS[1:], strict=False):
        mixed ^= column * multiplier
    return mixed


class Hashes(NamedTuple):
    """Hashes of the two and of the three characters that begin at each place of a text."""

    pairs: Codes
    triples: Codes

    @classmethod
    def of(cls, codes: Codes) -> Hashes:
        """The hashes of a text's code points."""
        pairs = _mixed([codes[:-1], codes[1:]])
        return cls(pairs, pairs[:-1] ^ codes[2:] * _MULTIPLIERS[2])


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
        bits = min(23, max(14, len(lengths).bit_length() + 5))
        self._shift = np.uint32(32 - bits)
        self._maps = tuple(self._bitmap(size) for size in (2, _PREFIX))

    def _bitmap(self, size: int) -> npt.NDArray[np.bool_] | None:
        prefixes = [prefix for prefix in self._lengths if len(prefix) == size]
        if not prefixes:
            return None
        bitmap = np.zeros(1 << (32 - int(self._shift)), np.bool_)
        bitmap[_mixed(codes_of("".join(prefixes)).reshape(-1, size).T) >> self._shift] = True
        return bitmap

    def _starts(self, hashes: Hashes) -> list[int]:
        """Offsets at which a name may start."""
        hits = np.zeros(len(hashes.pairs), np.bool_)
        for bitmap, mixed in zip(self._maps, hashes, strict=True):
            if bitmap is not None and len(mixed):
                hits[: len(mixed)] |= bitmap[mixed >> self._shift]
        starts: list[int] = np.flatnonzero(hits).tolist()
        return starts

    def find(self, codes: Codes, text: str, hashes: Hashes | None = None) -> list[tuple[int, int]]:
        """The (start, end) of each match in ``text``, whose code points are ``codes``; both in lower case.

        Args:
            codes: the code points.
            text: the text.
            hashes: those of the code points, for whoever looks for several sets of names in one text.
        """
        found: list[tuple[int, int]] = []
        end, names, lengths_of = 0, self._names, self._lengths.get
        for start in self._starts(hashes or Hashes.of(codes)):
            if start < end:
                continue
            lengths = lengths_of(text[start : start + 3])
            pair = lengths_of(text[start : start + 2])
            if pair is not None:
                lengths = pair if lengths is None else lengths + pair
            for length in lengths or ():
                name = text[start : start + length]
                if name in names and (
                    not (name[0].isascii() or name[-1].isascii()) or is_whole(text, start, start + length)
                ):
                    end = start + length
                    found.append((start, end))
                    break
        return found


def _joined(left: str, right: str) -> bool:
    """Whether two neighbours belong to one word of Latin letters or digits."""
    return left.isascii() and right.isascii() and left.isalnum() and right.isalnum()


def is_whole(text: str, start: int, end: int) -> bool:
    """Whether no Latin word or number goes on beyond the ends of a match.

    >>> is_whole("abb公司", 0, 3), is_whole("abb公司", 0, 2)
    (True, False)
    """
    if start and _joined(text[start - 1], text[start]):
        return False
    return end >= len(text) or not _joined(text[end - 1], text[end])
