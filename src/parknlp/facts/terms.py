"""Where the words of the lists stand in a batch of pages, found for all of them at once."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ..fold import codes_of
from .words import KINDS, places, table

Ints = npt.NDArray[np.integer[Any]]
Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.uint32]

CLASS_BITS: Final = 16
# numbers as arrays: with them an operation on a few takes half as long as with numpy's or Python's own
_FIRST, _SECOND, _LATER = (np.array(CLASS_BITS + at) for at in (0, 12, 24))  # where the fields of a character start
_FIELD: Final = np.array((1 << 12) - 1)


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
        sizes = np.array([len(node) for node in self._nodes])
        ends = codes_of("".join([node[-1:] for node in self._nodes]))
        parents = np.array([0, *[self._number[node[:-1]] for node in self._nodes[1:]]])
        self._begin, self._end = self._beginnings(sizes, parents), self._endings(sizes, ends)
        self.kinds: Ints = np.bitwise_or.reduce(self._flags[self._begin], axis=0)
        self._link(sizes[1:], ends, parents)

    def _link(self, sizes: Ints, ends: Codes, parents: Ints) -> None:
        """Make the tables that lead from node to node.

        Args:
            sizes: the length of each node but the empty one.
            ends: the last character of each.
            parents: by node, the one without that.
        """
        self.fields: npt.NDArray[np.int64] = np.zeros(0x10000, np.int64)
        counts = []
        firsts = ends[sizes == 1]  # as these are numbered, so are the nodes of one character
        for shift, characters in (
            (_FIRST, firsts),
            (_SECOND, np.bincount(ends[sizes == 2]).nonzero()[0]),
            (_LATER, np.bincount(ends[sizes > 2]).nonzero()[0]),
        ):
            self.fields[characters] |= np.arange(1, len(characters) + 1) << shift
            counts.append(len(characters) + 1)
        second, later = (self.fields[ends] >> shift & _FIELD for shift in (_SECOND, _LATER))
        self._pairs = np.zeros((counts[0], counts[1]), np.int16)
        nodes = (sizes == 2).nonzero()[0]
        first = self.fields[ends[parents[nodes + 1] - 1]] >> _FIRST & _FIELD
        self._pairs[first, second[nodes]] = nodes + 1
        nodes = (sizes > 2).nonzero()[0]
        bearing = np.bincount(parents[nodes + 1]).nonzero()[0]
        self._row = np.zeros(len(self._nodes), np.int64)  # of the nodes of two characters and more that go on
        self._row[bearing] = np.arange(1, len(bearing) + 1)
        self._onward = np.zeros((len(bearing) + 1, counts[2]), np.int16)
        self._onward[self._row[parents[nodes + 1]], later[nodes]] = nodes + 1

    def _beginnings(self, sizes: Ints, parents: Ints) -> Ints:
        """The word of each length that begins each node; shape (longest, nodes)."""
        found = np.zeros((self._longest, len(sizes)), np.int64)
        for size in range(1, self._longest + 1):
            nodes = slice(*np.searchsorted(sizes, (size, size + 1)))
            found[:, nodes] = found[:, parents[nodes]]
            found[size - 1, nodes] = np.arange(nodes.start, nodes.stop) * self._word[nodes]
        return found

    def _endings(self, sizes: Ints, ends: Codes) -> Ints:
        """The word of each length that ends each node; shape (longest, nodes)."""
        words = np.arange(len(sizes)) * self._word
        found = np.zeros((self._longest, len(sizes)), np.int64)
        single = np.zeros(0x10000, np.int64)
        single[ends[sizes[1:] == 1]] = words[sizes == 1]
        found[0, 1:] = single[ends]
        number = dict(itertools.compress(self._number.items(), self._word.tolist()))
        for size in range(2, self._longest + 1):
            first, longer = np.searchsorted(sizes, (size, size + 1)).tolist()  # the shorter ones come first
            found[size - 1, first:longer] = words[first:longer]
            found[size - 1, longer:] = [number.get(node[-size:], 0) for node in self._nodes[longer:]]
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
        at = (pair > 0).nonzero()[0]
        node: Ints = pair[at].astype(np.int64)
        for length in range(2, self._longest + 1):
            start[at] = node
            whole = self._word.take(node)
            end[(at + length)[whole]] = node[whole]
            row = self._row.take(node)
            some = (row > 0).nonzero()[0]
            if not len(some):
                break
            at = at[some]
            later = fields.take(at + length, mode="clip") >> _LATER
            node = self._onward.take(row[some] * self._onward.shape[1] + later)
            some = (node > 0).nonzero()[0]
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


def code_of(character: str) -> Codes:
    """A character as an array without dimensions, for the reason that is given above."""
    return np.array(ord(character), np.uint32)


def flags_of(characters: Iterable[str]) -> Bools:
    """By character, whether it is one of these."""
    found = np.zeros(0x10000, np.bool_)
    found[[ord(character) for character in characters]] = True
    return found


@functools.cache
def bits(*kinds: str) -> int:
    """The bits of some kinds."""
    return sum(1 << KINDS.index(kind) for kind in set(kinds))


MATCHED: Final = "act body cue each goal matter place refer self states trade unbroken venture".split()
"""The kinds of words that are asked for by their places."""


@functools.cache
def _sizes() -> npt.NDArray[np.int8]:
    """By kind and node, the length of the longest word that begins it; the kinds are those of `MATCHED`."""
    return np.array([starting(kind) for kind in MATCHED], np.int8)


class Found:
    """The words of a text.

    Attributes:
        start: the longest node that starts at each position; ``end``: the longest word that ends there; shape (size + 1,).
    """

    def __init__(self, fields: Ints) -> None:
        self.start, self.end = terms().find(fields)
        at = (terms().kinds.take(self.start) & bits(*MATCHED) > 0).nonzero()[0]
        sizes = _sizes().take(self.start.take(at), axis=1).reshape(-1)
        found = (sizes > 0).nonzero()[0]
        kind = found // max(1, len(at))
        self._starts: Ints = at[found - kind * len(at)]
        self._ends: Ints = self._starts + sizes[found]
        bounds = kind.searchsorted(_BOUNDS).tolist()
        self._parts = dict(zip(MATCHED, map(slice, bounds, bounds[1:]), strict=False))

    def places(self, kind: str) -> Ints:
        """Where words of a kind start, in order."""
        return self.matches(kind)[0]

    def matches(self, kind: str) -> tuple[Ints, Ints]:
        """(starts, ends) of the longest word of a kind at each position where one starts, in order."""
        part = self._parts[kind]
        return self._starts[part], self._ends[part]


_BOUNDS: Final = np.arange(len(MATCHED) + 1)
