"""Longest match of hundreds of thousands of names, in a time that does not depend on their number.

A bitmap over the hashed first two or three characters, tested in numpy for every position at once, leaves few positions
for Python to look at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from .fold import Codes, codes_of, fold_codes, lower_codes, text_of

_PREFIX: Final = 3
_ASCII: Final = 128
_MOST_STEPS: Final = 1 << 17
# arrays without dimensions: with them an operation on a few takes half as long as with numbers
_MULTIPLIERS: Final = tuple(np.array(factor, np.uint32) for factor in (2654435761, 2246822519, 3266489917))


def normalize(names: Sequence[str]) -> list[str]:
    """The names as the matcher compares them: folded and in lower case, lengths kept.

    >>> normalize(["ＡＢＢ(中國)"])
    ['abb(中国)']
    """
    joined = "\n".join(names)
    return text_of(lower_codes(fold_codes(codes_of(joined)))).split("\n") if names else []


class Hashes(NamedTuple):
    """Hashes of the two and of the three characters that begin at each place of a text; the high bits are the best."""

    pairs: Codes
    triples: Codes

    @classmethod
    def of(cls, codes: Codes) -> Hashes:
        """The hashes of a text's code points."""
        pairs = (codes * _MULTIPLIERS[0])[:-1]
        pairs ^= (codes * _MULTIPLIERS[1])[1:]
        triples = (codes * _MULTIPLIERS[2])[2:]
        triples ^= pairs[:-1]
        return cls(pairs, triples)


class Bitmap:
    """A quick look for words of two or of three characters, all places of a text at once: it sees all of them, and seldom others.

    >>> text = "镇江经开区"
    >>> Bitmap(["经开", "开区"], 2).hits(Hashes.of(codes_of(text))).tolist()
    [False, False, True, True]
    """

    def __init__(self, words: Collection[str], size: int) -> None:
        bits = min(20, max(14, len(words).bit_length() + 8))  # a megabyte at most: more is slower than to look in vain
        self._place, self._shift = size - 2, np.array(32 - bits, np.uint32)
        self._bits = np.zeros(1 << bits, np.bool_)
        hashes = Hashes.of(codes_of("".join(words)))[self._place][::size]
        self._bits[hashes >> self._shift] = True

    def hits(self, hashes: Hashes) -> npt.NDArray[np.bool_]:
        """For each place of a text whether such a word may begin there."""
        hits: npt.NDArray[np.bool_] = self._bits.take(hashes[self._place] >> self._shift)
        return hits


_Owners = tuple[bool, tuple[int, ...]]
"""Whether a name begins or ends with a Latin letter or the like, and the numbers of the sets that hold it."""

_Step = tuple[int, _Owners | None]
"""A length of names that begin in some way, and who owns the only one of this length, None where there may be many."""


class _Steps(dict[str, tuple[_Step, ...]]):
    """Two or three characters -> the lengths of the names that begin so, the longest first; made for those that come up."""

    def __init__(self, masks: Mapping[str, int], owners: Mapping[str, _Owners]) -> None:
        self._masks, self._owners = masks, owners

    def __missing__(self, prefix: str) -> tuple[_Step, ...]:
        mask, owners = self._masks.get(prefix, 0) >> _PREFIX + 1, self._owners
        steps: list[_Step] = []
        if mask:
            steps += [(_PREFIX + size, None) for size in range(mask.bit_length(), 0, -1) if mask >> size - 1 & 1]
        if prefix in owners:
            steps.append((len(prefix), owners[prefix]))
        if len(prefix) > 2 and (pair := prefix[:2]) in owners:
            steps.append((2, owners[pair]))
        if len(self) >= _MOST_STEPS:
            self.clear()
        self[prefix] = found = tuple(steps)
        return found


class Matchers:
    """Leftmost-longest matches of several sets of normalized names, found in one pass.

    A bitmap leaves few places to look at, and the first characters there say how long the names may be.

    Args:
        sets: the names; one may be in several sets.

    >>> text = "镇江经开区和镇江"
    >>> towns, zones = Matchers([["镇江"], ["镇江经开区", "经开区"]]).find(codes_of(text), text)
    >>> [text[start:end] for start, end in towns], [text[start:end] for start, end in zones]
    (['镇江', '镇江'], ['镇江经开区'])
    """

    def __init__(self, sets: Sequence[Iterable[str]]) -> None:
        self._count = len(sets)
        self._owners: dict[str, _Owners] = {}
        for number, names in enumerate(sets):
            owners: dict[str, _Owners] = dict.fromkeys(names, (False, (number,)))
            if owners:
                owners |= dict.fromkeys(_latin(list(owners)), (True, (number,)))
            for name in owners.keys() & self._owners.keys():
                owners[name] = (owners[name][0], (*self._owners[name][1], number))
            self._owners |= owners
        masks: dict[str, int] = {}
        for name in self._owners:
            prefix = name[:_PREFIX]
            masks[prefix] = masks.get(prefix, 0) | 1 << len(name)
        self._steps = _Steps(masks, self._owners)
        self._bitmaps = [Bitmap([prefix for prefix in masks if len(prefix) == size], size) for size in (2, _PREFIX)]

    def find(self, codes: Codes, text: str, hashes: Hashes | None = None) -> tuple[list[tuple[int, int]], ...]:
        """For each set the (start, end) of each match in ``text``, whose code points are ``codes``; both in lower case.

        Args:
            codes: the code points.
            text: the text.
            hashes: those of the code points, for whoever has them already.
        """
        found: tuple[list[tuple[int, int]], ...] = tuple([[] for _ in range(self._count)])
        add = [places.append for places in found]
        ends = [0] * self._count
        owners_of, steps_of = self._owners.get, self._steps
        hashes = hashes or Hashes.of(codes)
        pairs, triples = (bitmap.hits(hashes) for bitmap in self._bitmaps)
        pairs[:-1] |= triples
        longer, size = triples.tobytes() + b"\0\0", len(text)
        for start in pairs.nonzero()[0].tolist():
            for length, one in steps_of[text[start : start + 3 if longer[start] else start + 2]]:
                end = start + length
                owners = one or owners_of(text[start:end])
                if owners is not None and end <= size and (not owners[0] or is_whole(text, start, end)):
                    for number in owners[1]:
                        if start >= ends[number]:
                            ends[number] = end
                            add[number]((start, end))
        return found


def _latin(names: list[str]) -> list[str]:
    """The names that begin or end with a Latin letter, a digit or a sign of ASCII."""
    codes, ends = codes_of("".join(names)), np.cumsum([0, *map(len, names)])
    edges = (codes.take(ends[:-1], mode="clip") < _ASCII) | (codes.take(ends[1:] - 1, mode="clip") < _ASCII)
    return [names[at] for at in edges.nonzero()[0].tolist()]


class Matcher:
    """Leftmost-longest matches of a set of normalized names.

    >>> text = "镇江经开区和镇江"
    >>> [text[s:e] for s, e in Matcher(["镇江", "镇江经开区"]).find(codes_of(text), text)]
    ['镇江经开区', '镇江']
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._matchers = Matchers([names])

    def find(self, codes: Codes, text: str) -> list[tuple[int, int]]:
        """The (start, end) of each match in ``text``, whose code points are ``codes``; both in lower case."""
        return self._matchers.find(codes, text)[0]


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
