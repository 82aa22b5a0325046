"""A text cut into words as jieba cuts it, all of it at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from ..fold import codes_of
from .dictionary import Dictionary
from .lattice import IN_BLOCK, IN_HAN, IN_LETTERS, IN_SPACE, TABLE, LatticeFinder
from .route import Lattice, best_route
from .runs import Array, Flags, ranges, runs_of
from .unknown import Markov, join_latin

_WINDOW: Final = 100_000  # characters that are cut at once: enough for numpy, few enough for the processor's cache


class Segmenter:
    """Cuts texts with a dictionary as it is when this is made.

    Args:
        dictionary: jieba's and the user's words.
        hmm: whether the hidden Markov model proposes unknown words.
    """

    def __init__(self, dictionary: Dictionary, *, hmm: bool) -> None:
        self._finder = LatticeFinder(dictionary)
        self._markov = Markov(dictionary.arrays, frozenset(dictionary.split)) if hmm else None

    def words(self, text: str, *, grams: bool = False) -> tuple[Array, Array]:
        """Start and end of each word, white space left out.

        Args:
            text: any text.
            grams: whether a word of more than two characters is preceded by the words of two and three in it, as in
                jieba's search mode.
        """
        codes = np.minimum(codes_of(text), TABLE - 1)
        classes = self._finder.classes[codes]
        starts, ends = [np.empty(0, np.intp)], [np.empty(0, np.intp)]
        for low, high in _stretches(classes):
            begins, lattice = self._cut(codes[low:high], classes[low:high])
            first = np.flatnonzero(begins)
            last = np.append(first[1:], high - low)
            words = classes[low + first] & IN_SPACE == 0
            first, last = first[words], last[words]
            if grams:
                first, last = _with_grams(lattice, first, last)
            starts.append(first + low)
            ends.append(last + low)
        return np.concatenate(starts), np.concatenate(ends)

    def _cut(self, codes: Array, classes: Array) -> tuple[Flags, Lattice]:
        """Where words start in a stretch of text, and all words of the dictionary in it."""
        lattice = self._finder.find(codes, classes)
        begins = best_route(lattice, *runs_of(classes & IN_BLOCK > 0))
        starts = np.flatnonzero(begins)
        alone = (np.diff(starts, append=len(codes)) == 1) & (classes[starts] & IN_BLOCK > 0)
        if self._markov:
            han, latin = _split(classes, *_unknown(lattice, starts, alone))
            self._markov.join(codes, begins, *han)
            join_latin(codes, begins, *latin)
        else:
            alone &= classes[starts] & IN_LETTERS > 0
            begins[starts[1:][alone[1:] & alone[:-1]]] = False
        return begins, lattice


def _unknown(lattice: Lattice, starts: Array, alone: Flags) -> tuple[Array, Array]:
    """Start and size of the runs of two or more single characters that are no word of the dictionary themselves."""
    first, ends = runs_of(alone)
    sizes = ends - first
    first = starts[first]
    keep = sizes > 1
    for length, (at, _) in lattice.longer.items():
        same = np.flatnonzero(sizes == length)
        if len(same):
            known = np.zeros(len(lattice.single), np.bool_)
            known[at] = True
            keep[same] &= ~known[first[same]]
    return first[keep], sizes[keep]


def _split(classes: Array, starts: Array, sizes: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Start and size of the stretches of at least two Han, then of at least two other characters in each run."""
    places = ranges(starts, sizes)
    han = classes[places] & IN_HAN > 0
    new = np.ones(len(places), np.bool_)
    new[1:] = (np.diff(places) != 1) | (han[1:] != han[:-1])
    first = np.flatnonzero(new)
    sizes = np.diff(first, append=len(places))
    is_han, several = han[first], sizes > 1
    chosen = is_han & several, ~is_han & several
    return (places[first[chosen[0]]], sizes[chosen[0]]), (places[first[chosen[1]]], sizes[chosen[1]])


def _stretches(classes: Array) -> Iterator[tuple[int, int]]:
    """Start and end of stretches that can be cut one by one: they end between blocks, where jieba starts anew."""
    low = 0
    while low < len(classes):
        high = low + _WINDOW
        while high < len(classes):
            between = np.flatnonzero(classes[high : high + _WINDOW] & IN_BLOCK == 0)
            if len(between):
                high += int(between[0])
                break
            high += _WINDOW
        high = min(high, len(classes))
        yield low, high
        low = high


def _with_grams(lattice: Lattice, starts: Array, ends: Array) -> tuple[Array, Array]:
    """The words, each after the words of two, then of three characters that are shorter than it and lie in it."""
    found = [(np.arange(len(starts)) * 3 + 2, starts, ends)]
    for length in (2, 3):
        if length in lattice.longer:
            at = np.sort(lattice.longer[length][0])
            owner = np.searchsorted(starts, at, side="right") - 1
            inner = (at + length <= ends[owner]) & (ends[owner] - starts[owner] > length)
            at, owner = at[inner], owner[inner]
            found.append((owner * 3 + length - 2, at, at + length))
    place, starts, ends = map(np.concatenate, zip(*found, strict=True))
    order = np.argsort(place, kind="stable")
    return starts[order], ends[order]
