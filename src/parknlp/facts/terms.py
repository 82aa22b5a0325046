"""Where the words of the lists stand in a batch of pages, found for all of them at once."""

from __future__ import annotations

import bisect
import functools
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .words import KINDS, places, table

Ints = npt.NDArray[np.integer[Any]]
Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.uint32]

CLASS_BITS: Final = 16
_FIRST, _SECOND, _LATER = CLASS_BITS, CLASS_BITS + 12, CLASS_BITS + 24  # where the fields of a character start
_FIELD: Final = (1 << 12) - 1


class Terms:
    """The words of all lists as a trie whose levels are tables.

    A node stands for a string that is a word or begins one. The words that begin a string are known with it, and so are those
    that end it: whatever is asked of a position of a text is a table by node.

    Attributes:
        fields: by character its numbers as the first, the second and a later character of words, in the bits above `CLASS_BITS`
            of a whole number; below there is room for classes of characters.
        kinds: by node, the kinds of the words that begin it, as bits.
    """

    def __init__(self) -> None:
        flags = _flags()
        self._longest = max(map(len, flags))
        self._nodes = _nodes(flags, self._longest)
        self._number = {node: at for at, node in enumerate(self._nodes)}
        self._flags = np.array([flags.get(node, 0) for node in self._nodes], np.int64)
        self._word: Bools = self._flags > 0
        self._begin, self._end = self._parts(flags)
        self.kinds: Ints = np.bitwise_or.reduce(self._flags[self._begin], axis=0)
        self._link()

    def _link(self) -> None:
        """Make the tables that lead from node to node."""
        first, second, later = (_numbered(self._nodes, *sizes) for sizes in ((1, 1), (2, 2), (3, self._longest)))
        self.fields: npt.NDArray[np.int64] = np.zeros(0x10000, np.int64)
        for shift, known in ((_FIRST, first), (_SECOND, second), (_LATER, later)):
            for character, at in known.items():
                self.fields[ord(character)] |= at << shift
        self._pairs = np.zeros((len(first) + 1, len(second) + 1), np.int16)
        bearing = dict.fromkeys(node[:-1] for node in self._nodes if len(node) > 2)
        self._row = np.zeros(len(self._nodes), np.int64)  # of the nodes of two characters and more that go on
        self._row[[self._number[node] for node in bearing]] = np.arange(1, len(bearing) + 1)
        self._onward = np.zeros((len(bearing) + 1, len(later) + 1), np.int16)
        number = self._number
        pairs = [(first[node[0]], second[node[1]], number[node]) for node in self._nodes if len(node) == 2]
        one, other, to = np.array(pairs).T
        self._pairs[one, other] = to
        onward = [(number[node[:-1]], later[node[-1]], number[node]) for node in self._nodes if len(node) > 2]
        one, other, to = np.array(onward).T
        self._onward[self._row[one], other] = to

    def _parts(self, flags: Mapping[str, int]) -> Ints:
        """The word of each length that begins each node, and that ends it; shape (2, longest, nodes)."""
        found = np.zeros((2, self._longest, len(self._nodes)), np.int64)
        number = {word: self._number[word] for word in flags}
        nodes = self._nodes[1:]  # the shorter ones come first
        for size in range(1, self._longest + 1):
            nodes = nodes[bisect.bisect_left(nodes, size, key=len) :]
            found[0, size - 1, -len(nodes) :] = [number.get(node[:size], 0) for node in nodes]
            found[1, size - 1, -len(nodes) :] = [number.get(node[-size:], 0) for node in nodes]
        return found

    def starting(self, *kinds: str) -> Ints:
        """By node, the length of the longest word of these kinds that begins it, or 0."""
        return self._lengths(self._begin, kinds)

    def ending(self, *kinds: str) -> Ints:
        """By node, the length of the longest word of these kinds that ends it, or 0."""
        return self._lengths(self._end, kinds)

    def _lengths(self, parts: Ints, kinds: tuple[str, ...]) -> Ints:
        wanted = (self._flags & bits(*kinds)) > 0
        found = np.zeros(len(self._nodes), np.int64)
        for size, part in enumerate(parts, 1):
            found[wanted[part]] = size
        return found

    def values(self, values: Mapping[str, int]) -> Ints:
        """By node, the value of the longest of some words that begins it, or 0."""
        own = np.zeros(len(self._nodes), np.int64)
        own[[self._number[word] for word in values]] = list(values.values())
        found = np.zeros(len(self._nodes), np.int64)
        for part in self._begin:
            np.copyto(found, own[part], where=own[part] > 0)
        return found

    def find(self, fields: Ints) -> tuple[Ints, Ints]:
        """The longest node that starts at each position of a text, and the longest word that ends there.

        Args:
            fields: of its characters, shape (size,).

        Returns:
            Two arrays of nodes, shape (size + 1,).
        """
        start, end = np.zeros((2, len(fields) + 1), np.int64)
        first = fields >> _FIRST & _FIELD
        start[:-1] = first
        end[1:] = first * self._word.take(first)
        pair = self._pairs.take(first[:-1] * self._pairs.shape[1] + (fields[1:] >> _SECOND & _FIELD))
        at = pair.nonzero()[0]
        node: Ints = pair[at].astype(np.int64)
        for length in range(2, self._longest + 1):
            start[at] = node
            whole = self._word.take(node)
            end[(at + length)[whole]] = node[whole]
            row = self._row.take(node)
            some = row.nonzero()[0]
            if not len(some):
                break
            at = at[some]
            later = fields.take(at + length, mode="clip") >> _LATER
            node = self._onward.take(row[some] * self._onward.shape[1] + later)
            some = node.nonzero()[0]
            at, node = at[some], node[some].astype(np.int64)
        return start, end


def _flags() -> dict[str, int]:
    """The kinds of each word, as bits."""
    found: dict[str, int] = {}
    for bit, kind in enumerate(KINDS):
        for word in places() if kind == "place" else table()[kind]:
            found[word] = found.get(word, 0) | 1 << bit
    return found


def _nodes(words: Mapping[str, int], longest: int) -> list[str]:
    """Nothing, then the first characters of words, then longer beginnings."""
    found, some = [""], list(words)
    for size in range(1, longest + 1):
        found += dict.fromkeys([word[:size] for word in some])
        some = [word for word in some if len(word) > size]
    return found


def _numbered(nodes: list[str], least: int, most: int) -> dict[str, int]:
    """Numbers from 1 for the last characters of the nodes of some lengths, in their order."""
    last = dict.fromkeys([node[-1] for node in nodes if least <= len(node) <= most])
    return {character: at for at, character in enumerate(last, 1)}


@functools.cache
def terms() -> Terms:
    """The words, prepared once."""
    return Terms()


@functools.cache
def starting(*kinds: str) -> Ints:
    """`Terms.starting` of the words."""
    return terms().starting(*kinds)


@functools.cache
def ending(*kinds: str) -> Ints:
    """`Terms.ending` of the words."""
    return terms().ending(*kinds)


@functools.cache
def bits(*kinds: str) -> int:
    """The bits of some kinds."""
    return sum(1 << KINDS.index(kind) for kind in set(kinds))


class Found:
    """The words of a text.

    Attributes:
        start: the longest node that starts at each position; ``end``: the longest word that ends there; shape (size + 1,).
    """

    def __init__(self, fields: Ints) -> None:
        self.start, self.end = terms().find(fields)
        kinds = terms().kinds.take(self.start)
        self._at = kinds.nonzero()[0]
        self._kinds = kinds[self._at]

    def places(self, *kinds: str) -> Ints:
        """Where words of these kinds start, in order."""
        return self._at[(self._kinds & bits(*kinds)).nonzero()[0]]

    def matches(self, *kinds: str) -> tuple[Ints, Ints]:
        """(starts, ends) of the longest word of these kinds at each position where one starts, in order."""
        at = self.places(*kinds)
        return at, at + starting(*kinds).take(self.start.take(at))
