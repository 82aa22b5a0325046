"""Every occurrence of thousands of short terms in a text, found character by character for all places at once."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from ..fold import codes_of, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..fold import Codes

Ints = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]

_CODE_BITS: Final = np.uint64(21)  # a code point
_PAIR_BITS: Final = 17
_FEW: Final = 512  # places: up to here, one after the other is quicker
_FIRST_MASK: Final = np.uint64((1 << 21) - 1)
_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz")
_DIGITS: Final = frozenset("0123456789")


class Terms:
    """A set of terms of two characters or more, folded and in lower case.

    All occurrences are found, overlapping and nested ones too. A term that begins or ends with an ASCII letter or digit
    does not match inside a longer run of its kind (``ai`` not in ``main``, but ``gw`` in ``5gw``).

    Args:
        terms: the terms, each once.
        others: further words, which are looked for along with them.

    Attributes:
        terms: the terms; a match says which by index. The others follow them.
        lengths: the lengths of the terms and the others.

    >>> terms = Terms(["汽车", "新能源汽车", "ai"])
    >>> starts, which = terms.match(codes_of("新能源汽车main与ai"))
    >>> [(int(start), terms.terms[index]) for start, index in zip(starts, which)]
    [(0, '新能源汽车'), (3, '汽车'), (10, 'ai')]
    """

    def __init__(self, terms: Sequence[str], others: Sequence[str] = ()) -> None:
        self.terms = tuple(terms)
        words = self._words = (*self.terms, *others)
        self.lengths = np.array([len(word) for word in words], np.int64)
        self._longest = int(self.lengths.max(initial=0))
        codes = self._codes = codes_of("".join(words))
        firsts = self._firsts = self.lengths.cumsum() - self.lengths
        self._pairs = np.zeros(1 << _PAIR_BITS, np.bool_)  # hashes of the first two characters
        self._pairs[_pair_hash(codes[firsts], codes[firsts + 1])] = True
        self._edges = np.stack([_kinds(codes[firsts]), _kinds(codes[firsts + self.lengths - 1])], 1)
        self._has_edge: npt.NDArray[np.bool_] = self._edges.max(1, initial=0) > 0

    @functools.cached_property
    def _tree(self) -> _Tree:
        return _Tree.of(self._codes.astype(np.uint64), self._firsts, self.lengths)

    @functools.cached_property
    def _letters(self) -> Codes:
        """The words' code points, shape (words, the longest word)."""
        letters = np.zeros((len(self._words), self._longest), np.uint32)
        letters[np.arange(self._longest) < self.lengths[:, None]] = self._codes
        return letters

    def match(self, codes: Codes) -> tuple[Ints, Ints]:
        """Start and term index of every occurrence in folded lower-case code points, sorted by start, longer ones first."""
        places = self._pairs.take(_pair_hash(codes[:-1], codes[1:])).nonzero()[0]
        if len(places) < _FEW:
            return self._match_few(codes, places.tolist())
        tree, before = self._tree, ~codes[places].astype(np.uint64) & _FIRST_MASK
        starts, which, depth = [np.empty(0, np.int64)], [np.empty(0, np.int64)], 1
        while len(places):
            nodes = tree.nodes.find(_keys_of(before, codes[places + depth]))
            known = nodes >= 0
            places, nodes = places[known], nodes[known]
            terms = tree.only[nodes]
            branching = terms < 0
            terms[branching] = tree.term_of[nodes[branching]]
            found = (terms >= 0).nonzero()[0]
            if len(found):
                found = found[self._spelled(codes, places[found], terms[found], depth + 1)]
                starts.append(places[found])
                which.append(terms[found])
            depth += 1
            longer = branching & (places + depth < len(codes))
            places, before = places[longer], nodes[longer].astype(np.uint64)
        return self._whole(codes, np.concatenate(starts), np.concatenate(which))

    def _match_few(self, codes: Codes, places: list[int]) -> tuple[Ints, Ints]:
        """`match` for one short text, where one word after the other is quicker than all at once."""
        text, words_of = text_of(codes), self._by_pair
        found = [
            (place, index)
            for place in places
            for word, index, has_edge in words_of.get(text[place : place + 2], ())
            if text.startswith(word, place) and not (has_edge and _cuts(text, place, place + len(word)))
        ]
        starts, which = np.array(found, np.int64).reshape(-1, 2).T
        return starts, which

    @functools.cached_property
    def _by_pair(self) -> dict[str, list[tuple[str, int, bool]]]:
        """The words with the same first two characters, their indices and whether they have an edge, the longest first."""
        words: dict[str, list[tuple[str, int, bool]]] = {}
        edges = self._has_edge.tolist()
        for index in np.argsort(-self.lengths, kind="stable").tolist():
            word = self._words[index]
            words.setdefault(word[:2], []).append((word, index, edges[index]))
        return words

    def _spelled(self, codes: Codes, starts: Ints, which: Ints, known: int) -> npt.NDArray[np.bool_]:
        """Whether all letters of these terms stand there, of which so many are known to."""
        lengths = self.lengths[which]
        right = starts + lengths <= len(codes)
        check = (right & (lengths > known)).nonzero()[0]
        if not len(check):
            return right
        letters = self._letters[which[check], known:]
        there = codes.take(starts[check, None] + np.arange(known, known + letters.shape[1]), mode="clip")
        right[check] = ((there == letters) | (letters == 0)).all(1)
        return right

    def _whole(self, codes: Codes, starts: Ints, which: Ints) -> tuple[Ints, Ints]:
        """Without the matches that cut a run of ASCII letters or digits; sorted."""
        check = np.flatnonzero(self._has_edge[which])
        if len(check):
            cut = np.zeros(len(starts), np.bool_)
            places, terms = starts[check], which[check]
            for side, neighbours in enumerate((places - 1, places + self.lengths[terms])):
                kinds = self._edges[terms, side]
                inside = (neighbours >= 0) & (neighbours < len(codes)) & (kinds > 0)
                cut[check] |= inside & (_kinds(codes[np.where(inside, neighbours, 0)]) == kinds)
            starts, which = starts[~cut], which[~cut]
        order = (starts * (self._longest + 1) - self.lengths[which]).argsort()
        return starts[order], which[order]


def _cuts(text: str, start: int, end: int) -> bool:
    """Whether a match cuts a run of ASCII letters or of digits."""
    return any(
        left in kind and right in kind
        for left, right in ((text[start - 1 : start], text[start]), (text[end - 1], text[end : end + 1]))
        for kind in (_LETTERS, _DIGITS)
    )


class _Tree(NamedTuple):
    """The words as a tree of prefixes.

    A node is a prefix of two characters or more; its key is the node before it (or the first character, shifted out of the
    way of the nodes) and its last character.

    Attributes:
        nodes: the nodes by key.
        only: the word that a node leads to, if it is a single one, or -1.
        term_of: the word that ends at a node, or -1.
    """

    nodes: _Table
    only: Ints
    term_of: Ints

    @classmethod
    def of(cls, codes: Keys, firsts: Ints, lengths: Ints) -> _Tree:
        """The tree of words with these code points, one after the other, that begin at ``firsts``."""
        levels: list[Keys] = [np.empty(0, np.uint64)]
        only: list[Ints] = [np.empty(0, np.int64)]
        before = ~codes[firsts] & _FIRST_MASK
        count, depth = 0, 1
        while (active := np.flatnonzero(lengths > depth)).size:
            keys, inverse = _numbered(_keys_of(before[active], codes[firsts[active] + depth]))
            below = np.full(len(keys), -1, np.int64)
            below[inverse] = active
            below[np.bincount(inverse) > 1] = -1
            before[active] = (count + inverse).astype(np.uint64)
            levels.append(keys)
            only.append(below)
            count += len(keys)
            depth += 1
        term_of = np.full(count, -1, np.int64)
        term_of[before.astype(np.int64)] = np.arange(len(lengths))
        return cls(_Table(np.concatenate(levels)), np.concatenate(only), term_of)


def _numbered(keys: Keys) -> tuple[Keys, Ints]:
    """The different keys in order, and the number of each one: what `np.unique` gives, without the modules that it imports."""
    order = keys.argsort()
    ordered = keys[order]
    new = np.ones(len(keys), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    number = np.empty(len(keys), np.int64)
    number[order] = new.cumsum() - 1
    return ordered[new], number


def _keys_of(before: Keys, codes: npt.NDArray[np.unsignedinteger[Any]]) -> Keys:
    keys: Keys = before << _CODE_BITS | codes
    return keys


def _pair_hash(first: Codes, second: Codes) -> Codes:
    mixed: Codes = first * np.uint32(2654435761)
    mixed ^= second * np.uint32(2246822519)
    mixed >>= np.uint32(32 - _PAIR_BITS)
    return mixed


class _Table:
    """The index of each of many keys, looked up many at a time: open addressing, at most a quarter full."""

    def __init__(self, keys: Keys) -> None:
        bits = len(keys).bit_length() + 2
        self._shift = np.uint64(64 - bits)
        self._last = (1 << bits) - 1
        self._keys = np.zeros(1 << bits, np.uint64)
        self._index = np.full(1 << bits, -1, np.int64)
        rest, slots = np.arange(len(keys)), self._slots(keys)
        while len(rest):
            free = (self._index[slots] < 0).nonzero()[0][::-1]
            self._index[slots[free]] = rest[free]  # what is written last stays: of those that want one slot the first
            others = self._index[slots] != rest
            rest, slots = rest[others], (slots[others] + 1) & self._last
        filled = (self._index >= 0).nonzero()[0]
        self._keys[filled] = keys[self._index[filled]]

    def _slots(self, keys: Keys) -> Ints:
        slots: Ints = (keys * np.uint64(0x9E3779B97F4A7C15) >> self._shift).astype(np.int64)
        return slots

    def find(self, keys: Keys) -> Ints:
        """The index of each key, or -1."""
        slots = self._slots(keys)
        found = self._index[slots]
        missed = ((found >= 0) & (self._keys[slots] != keys)).nonzero()[0]
        slots = slots[missed]
        while len(missed):
            slots = (slots + 1) & self._last
            found[missed] = self._index[slots]
            again = (found[missed] >= 0) & (self._keys[slots] != keys[missed])
            missed, slots = missed[again], slots[again]
        return found


def _kinds(codes: npt.NDArray[np.unsignedinteger[Any]]) -> npt.NDArray[np.int8]:
    """1 for an ASCII letter in lower case, 2 for a digit, 0 for the rest."""
    letter: npt.NDArray[np.int8] = ((codes >= ord("a")) & (codes <= ord("z"))).astype(np.int8)
    digit: npt.NDArray[np.int8] = ((codes >= ord("0")) & (codes <= ord("9"))).astype(np.int8)
    return letter + digit + digit
