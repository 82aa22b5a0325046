"""Every word of the dictionary that stands anywhere in a text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import log
from typing import Final

import numpy as np

from .dictionary import HAN, LATIN, Dictionary, block
from .route import Lattice
from .runs import Array

TABLE: Final = 0x10000
"""Size of the tables by code point; what lies above is cut as the last entry is: it stands alone."""

IN_BLOCK: Final = 1
IN_HAN: Final = 2
IN_LETTERS: Final = 4
IN_SPACE: Final = 8
_NO_WORD: Final = 16  # no word by itself
_LAST_SPACE: Final = 0x3000
_FILTER_BITS: Final = 20
_MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)  # the golden ratio's, as in Knuth's multiplicative hashing


class LatticeFinder:
    """Finds the words of a dictionary as it is when this is made.

    Attributes:
        classes: by code point, of which kinds a character is, as a sum of ``IN_BLOCK``, ``IN_HAN``, ``IN_LETTERS``
            and ``IN_SPACE``.
    """

    def __init__(self, dictionary: Dictionary) -> None:
        arrays = dictionary.arrays
        log_total = log(dictionary.total)
        self._base, self._check, self._freq = arrays["base"], arrays["check"], arrays["freq"]
        counts: list[int] = arrays["counts"].tolist()
        fresh: dict[str, float] = {}
        changed: dict[int, int] = {}
        self.classes = _classes()
        for word, count in dictionary.user.items():
            slot = dictionary.slot(word)
            if slot:
                changed[slot] = count
            elif count and block().fullmatch(word):
                fresh[word] = log(count) - log_total
        if changed:
            number = {count: at for at, count in enumerate(counts)}
            self._freq = self._freq.astype(np.int32)
            for slot, count in changed.items():
                self._freq[slot] = number.setdefault(count, len(number))
            counts = list(number)
        self._weights = np.array([log(count or 1) - log_total for count in counts])
        self._set_tables(arrays["ids"], {word: weight for word, weight in fresh.items() if len(word) == 1})
        longer = {word: weight for word, weight in fresh.items() if len(word) > 1}
        self._user = _UserTrie(longer) if longer else None

    def _set_tables(self, ids: Array, fresh: Mapping[str, float]) -> None:
        """What is known of each character by itself."""
        self._ids = np.where(self.classes & IN_BLOCK, ids, 0).astype(np.uint16)
        node = np.where(self._check[self._ids] == self._ids, self._ids, 0)  # the root's base is 0
        self._roots = np.where(node, self._base[node], 0)
        freq = np.where(node, self._freq[node], 0)
        self._single = self._weights[freq]  # that of 0 is jieba's for unknown characters
        self.classes[freq == 0] |= _NO_WORD
        for character, weight in fresh.items():
            self._single[ord(character)] = weight
            self.classes[ord(character)] &= ~_NO_WORD & 0xFF

    def find(self, codes: Array, classes: Array) -> Lattice:
        """The words in a text.

        Args:
            codes: its code points, below ``TABLE``.
            classes: their ``self.classes``.
        """
        longer: dict[int, tuple[Array, Array]] = {}
        for length, at, weight in self._in_trie(codes):
            longer[length] = at, weight
        for length, at, weight in self._user.find(codes) if self._user else ():
            known = longer.get(length)
            longer[length] = (np.append(known[0], at), np.append(known[1], weight)) if known else (at, weight)
        single = self._single[codes]
        lone = np.flatnonzero(classes & _NO_WORD)
        starts = np.zeros(len(codes), np.bool_)
        for at, _ in longer.values():
            starts[at] = True
        single[lone[starts[lone]]] = -np.inf
        return Lattice(single, dict(sorted(longer.items())))

    def _in_trie(self, codes: Array) -> Iterator[tuple[int, Array, Array]]:
        """Length, start positions and weights of the words of the double array, shorter ones first."""
        ids = np.zeros(len(codes) + 1, np.uint16)
        self._ids.take(codes, out=ids[:-1])
        base = self._roots[codes]
        at = np.flatnonzero(base)
        base, length = base[at], 1
        while len(at):
            each = ids[at + length]
            slot = base + each
            hit = np.flatnonzero(self._check[slot] == each)
            at, slot = at[hit], slot[hit]
            length += 1
            freq = self._freq[slot]
            word = np.flatnonzero(freq)
            if len(word):
                yield length, at[word], self._weights[freq[word]]
            base = self._base[slot]
            inner = np.flatnonzero(base)
            at, base = at[inner], base[inner]


def _classes() -> Array:
    classes = np.zeros(TABLE, np.uint8)
    classes[HAN[0] : HAN[1] + 1] = IN_BLOCK | IN_HAN
    for character in LATIN:
        classes[ord(character)] = IN_BLOCK | (IN_LETTERS if character.isalnum() else 0)
    classes[[code for code in range(_LAST_SPACE + 1) if chr(code).isspace()]] = IN_SPACE
    return classes


class _UserTrie:
    """The words that jieba's own trie lacks.

    A node is a number, an edge the key ``node << 16 | code``; the keys are sorted, and a filter before the search leaves few.
    """

    def __init__(self, words: Mapping[str, float]) -> None:
        children: dict[int, int] = {}
        weights = [np.inf]  # no word ends at this node
        for word, weight in words.items():
            node = 0
            for character in word:
                node = children.setdefault(node << 16 | ord(character), len(weights))
                if node == len(weights):
                    weights.append(np.inf)
            weights[node] = weight
        keys = sorted(children)
        self._weights = np.array(weights)
        self._keys = np.array(keys, np.uint64)
        self._nodes = np.array([children[key] for key in keys])
        self._filter = np.zeros(1 << _FILTER_BITS, np.bool_)
        self._filter[self._hash(self._keys)] = True
        self._roots = np.zeros(TABLE, np.int64)
        top = np.flatnonzero(self._keys < TABLE)
        self._roots[self._keys[top].astype(np.intp)] = self._nodes[top]

    @staticmethod
    def _hash(keys: Array) -> Array:
        mixed: Array = (keys * _MULTIPLIER) >> np.uint64(64 - _FILTER_BITS)
        return mixed.astype(np.intp)

    def find(self, codes: Array) -> Iterator[tuple[int, Array, Array]]:
        """Length, start positions and weights of the words in ``codes``, shorter ones first."""
        following = np.append(codes, 0).astype(np.uint64)
        node = self._roots[codes]
        at = np.flatnonzero(node)
        node, length = node[at], 1
        while len(at):
            key = (node.astype(np.uint64) << np.uint64(16)) | following[at + length]
            hit = np.flatnonzero(self._filter[self._hash(key)])
            at, key = at[hit], key[hit]
            index = np.minimum(np.searchsorted(self._keys, key), len(self._keys) - 1)
            hit = np.flatnonzero(self._keys[index] == key)
            at, node = at[hit], self._nodes[index[hit]]
            length += 1
            weight = self._weights[node]
            word = np.flatnonzero(weight < 0)
            if len(word):
                yield length, at[word], weight[word]
