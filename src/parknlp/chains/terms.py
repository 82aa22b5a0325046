"""Every occurrence of thousands of short terms in a text, found level by level in numpy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from parknlp.fold import codes_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parknlp.fold import Codes

Ints = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]

_CODE_BITS: Final = np.uint64(21)  # a code point
_HASH_BITS: Final = 20


def _pair_hash(first: Codes, second: Codes) -> Codes:
    mixed: Codes = first * np.uint32(2654435761)
    mixed ^= second * np.uint32(2246822519)
    mixed >>= np.uint32(32 - _HASH_BITS)
    return mixed


def _find(keys: Keys, wanted: Keys) -> tuple[npt.NDArray[np.bool_], Ints]:
    """Which of ``wanted`` stand in the sorted ``keys``, and where."""
    at = np.searchsorted(keys, wanted)
    at[at == len(keys)] = 0
    return keys[at] == wanted, at


class Terms:
    """A set of terms of two characters or more, folded and in lower case.

    All occurrences are found, overlapping and nested ones too. A term that begins or ends with an ASCII letter or digit
    does not match inside a longer run of its kind (``ai`` not in ``main``, but ``gw`` in ``5gw``).

    Attributes:
        terms: the terms; a match says which by index.
        lengths: their lengths, shape (len(terms),).

    >>> terms = Terms(["汽车", "新能源汽车", "ai"])
    >>> starts, which = terms.match(codes_of("新能源汽车main与ai"))
    >>> [(int(start), terms.terms[index]) for start, index in zip(starts, which)]
    [(0, '新能源汽车'), (3, '汽车'), (10, 'ai')]
    """

    def __init__(self, terms: Sequence[str]) -> None:
        self.terms = tuple(terms)
        self.lengths = np.array([len(term) for term in self.terms], np.int64)
        codes = codes_of("".join(self.terms)).astype(np.uint64)
        firsts = np.cumsum(self.lengths) - self.lengths
        # level by level: a node is a prefix of two characters or more, its key the parent node and the last character
        self._levels: list[tuple[int, Keys]] = []
        nodes = codes[firsts] if len(codes) else codes
        base, depth = 0, 1
        while (active := np.flatnonzero(self.lengths > depth)).size:
            keys = nodes[active] << _CODE_BITS | codes[firsts[active] + depth]
            unique, inverse = np.unique(keys, return_inverse=True)
            nodes[active] = (base + inverse).astype(np.uint64)
            self._levels.append((base, unique))
            base += len(unique)
            depth += 1
        self._inner = np.zeros(base, np.bool_)  # which nodes a longer term goes on from
        for _, keys in self._levels[1:]:
            self._inner[(keys >> _CODE_BITS).astype(np.int64)] = True
        self._term_of = np.full(base, -1, np.int64)
        self._term_of[nodes.astype(np.int64)] = np.arange(len(self.terms))
        self._prefilter = np.zeros(1 << _HASH_BITS, np.bool_)
        if self._levels:
            pairs = self._levels[0][1]
            first, second = pairs >> _CODE_BITS, pairs & ((np.uint64(1) << _CODE_BITS) - np.uint64(1))
            self._prefilter[_pair_hash(first.astype(np.uint32), second.astype(np.uint32))] = True
        lasts = firsts + self.lengths - 1
        self._edges = np.stack([_kinds(codes[firsts]), _kinds(codes[lasts])], 1)

    def match(self, codes: Codes) -> tuple[Ints, Ints]:
        """Start and term index of every occurrence in folded lower-case code points, sorted by start, longer ones first."""
        if len(codes) < 2 or not self._levels:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        places = np.flatnonzero(self._prefilter.take(_pair_hash(codes[:-1], codes[1:])))
        parents = codes[places].astype(np.uint64)
        starts, which = [], []
        for depth, (base, keys) in enumerate(self._levels, 1):
            inside = places + depth < len(codes)
            places, parents = places[inside], parents[inside]
            if not len(places):
                break
            known, at = _find(keys, parents << _CODE_BITS | codes[places + depth])
            places, nodes = places[known], at[known] + base
            terms = self._term_of[nodes]
            ends_here = terms >= 0
            starts.append(places[ends_here])
            which.append(terms[ends_here])
            longer = self._inner[nodes]
            places, parents = places[longer], nodes[longer].astype(np.uint64)
        if not starts:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        return self._whole(codes, np.concatenate(starts[::-1]), np.concatenate(which[::-1]))

    def _whole(self, codes: Codes, starts: Ints, which: Ints) -> tuple[Ints, Ints]:
        """Without the matches that cut a run of ASCII letters or digits; sorted."""
        cut = np.zeros(len(starts), np.bool_)
        for side in (0, 1):
            kinds = self._edges[which, side]
            check = np.flatnonzero(kinds)
            neighbours = starts[check] - 1 if side == 0 else starts[check] + self.lengths[which[check]]
            inside = (neighbours >= 0) & (neighbours < len(codes))
            around = _kinds(codes[np.where(inside, neighbours, 0)])
            cut[check] |= inside & (around == kinds[check])
        starts, which = starts[~cut], which[~cut]
        order = np.argsort(starts, kind="stable")
        return starts[order], which[order]


def _kinds(codes: npt.NDArray[np.unsignedinteger[Any]]) -> npt.NDArray[np.int8]:
    """1 for an ASCII letter in lower case, 2 for a digit, 0 for the rest."""
    letter: npt.NDArray[np.int8] = ((codes >= ord("a")) & (codes <= ord("z"))).astype(np.int8)
    digit: npt.NDArray[np.int8] = ((codes >= ord("0")) & (codes <= ord("9"))).astype(np.int8)
    return letter + digit + digit
