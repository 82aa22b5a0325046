"""The best names given scores, and how probable they are.

A name begins at one position and goes on over the next ones. Scores are those of a linear chain with the labels' first and
further positions as states, told relative to a position outside of names; then a name's score is the sum of those of its
own positions, whatever stands around it. Running sums and maxima over the whole batch give the best name that covers each
position; where none is worth anything, nothing more need be computed, and a plain loop over the few cells that are left, a
label at a position each, finds the best names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

LONGEST: Final = 100
"""No name is longer; what seems so is a text of one character over and over, or the like."""

_WALL: Final = 1 << 20  # what a position costs that no name may cover: more than any name is worth
_FAR: Final = 1 << 40
_PIECE: Final = 1 << 14  # positions after which the next wall ends a piece: its arrays fit into the cache


class Names(NamedTuple):
    """Names, sorted: an array of the starts, of the positions after the ends, of the labels."""

    starts: Array
    ends: Array
    labels: Array


def pieces(inside: Array) -> Iterator[slice]:
    """Cuts a batch where no name can stand: each piece but the first begins with the position that ends the one before.

    >>> list(pieces(np.array([False, True, False])))
    [slice(0, 3, None)]
    """
    walls = np.flatnonzero(~inside)
    start = 0
    while start + _PIECE < len(inside):
        place = int(np.searchsorted(walls, start + _PIECE))
        if place == len(walls):
            break
        yield slice(start, int(walls[place]) + 1)
        start = int(walls[place])
    yield slice(start, len(inside))


class Lattice:
    """The names that may stand in a batch, or in a piece of one.

    Args:
        begin: score of each label's names that begin at a position, whole numbers of shape (labels, positions).
        inner: score of those that go on there.
        inside: the positions that a name may cover.

    >>> begin, inner = np.array([[-1, 5, 9, -1]]), np.array([[-9, -9, 4, -9]])
    >>> lattice = Lattice(begin, inner, np.array([True, True, True, False]))
    >>> [part.tolist() for part in lattice.names()]
    [[1], [3], [0]]
    """

    def __init__(self, begin: Array, inner: Array, inside: Array) -> None:
        walls = np.where(inside, 0, -_WALL)
        self._begin, self._inner = begin, inner
        self._sums: Array = np.cumsum(inner + walls, axis=1)
        self._leads: Array = begin + walls - self._sums  # with the sum at its last position the score of a name
        self._ends: Array = np.maximum.accumulate(self._sums[:, ::-1], axis=1)[:, ::-1]
        self._first: Array = np.maximum.accumulate(self._leads, axis=1)
        self._best: Array = self._first + self._ends  # of the names that cover a position

    def names(self) -> Names:
        """The best names, each of two positions or more: no other choice of disjoint ones has a higher sum of scores.

        Those longer than `LONGEST` are left out.
        """
        worth = self._best > 0
        places = np.flatnonzero(worth.any(0))
        rows, labels = np.nonzero(worth[:, places].T)
        positions = places[rows]
        columns = (positions, labels, self._begin[labels, positions], self._inner[labels, positions])
        found = list(_best_names(zip(*(column.tolist() for column in columns), strict=True), len(worth)))
        names = np.array(found[::-1], np.int64).reshape(-1, 3)
        return Names(*names[names[:, 1] - names[:, 0] <= LONGEST].T)

    def scores(self, names: Names) -> tuple[Array, Array]:
        """The score of each name, and those of its rivals, shape (rivals, names).

        The rivals are the best names that overlap it: longer on either side or both, with a later start, with an earlier end, and of
        each other label; one that overlaps a neighbour also costs the score of that. No name at all is a rival of score 0.
        """
        starts, ends, labels = names
        if not len(starts):
            return np.empty(0, np.int64), np.empty((1, 0), np.int64)
        count, size = self._best.shape
        columns = np.arange(len(labels))
        start, end = self._leads[labels, starts], self._sums[labels, ends - 1]
        own = start + end
        before, after = np.append(0, own[:-1]), np.append(own[1:], 0)  # scores of the neighbours
        leads, sums, best = (_largest(each, starts, ends) for each in (self._leads, self._sums, self._best))
        left, right = self._first[:, starts - 1] - before, self._ends[:, np.minimum(ends, size - 1)] - after
        between = starts[1:] > ends[:-1]
        left[:, 1:] = np.maximum(left[:, 1:], np.where(between, leads[:, 1:-1:2], -_FAR))
        right[:, :-1] = np.maximum(right[:, :-1], np.where(between, sums[:, 1:-1:2], -_FAR))
        later, sooner = (
            np.where(ends - starts > 2, _largest(each, starts + 1, ends - 1)[labels, columns * 2], -_FAR)
            for each in (self._leads, self._sums)
        )
        others = np.minimum(best[:, ::2], np.maximum(left, leads[:, ::2]) + np.maximum(right, sums[:, ::2]))
        left, right = left[labels, columns], right[labels, columns]
        rivals = [
            np.zeros_like(own),
            left + end,
            start + right,
            left + right,
            later + end,
            later + right,
            start + sooner,
        ]
        return own, np.stack([*rivals, *(others[(labels + step) % count, columns] for step in range(1, count))])


def _best_names(cells: Iterator[tuple[int, int, int, int]], count: int) -> Iterator[tuple[int, int, int]]:
    """The best names, the last first.

    Args:
        cells: position, label, score of a name that begins there, and of one that goes on, sorted.
        count: number of labels.
    """
    seen, starts, scores = [-2] * count, [0] * count, [0] * count
    chains: list[Any] = [None] * count
    at = -1
    best = ending = 0
    chain: Any = None  # start, end and label of the last name, and the names before it
    ended: Any = None
    for position, label, begin, inner in cells:
        if position != at:
            best, chain, at = ending, ended, position
        fresh = best + begin
        if seen[label] == position - 1:
            longer = scores[label] + inner
            if longer > ending:
                ending, ended = longer, (starts[label], position + 1, label, chains[label])
        else:
            longer = fresh - 1
        seen[label] = position
        if longer >= fresh:
            scores[label] = longer
        else:
            scores[label], starts[label], chains[label] = fresh, position, chain
    while ended is not None:
        *name, ended = ended
        yield tuple(name)


def _largest(table: Array, starts: Array, ends: Array) -> Array:
    """The largest number of each row in each of the sorted, disjoint stretches and, after each, in the gap that follows."""
    found: Array = np.maximum.reduceat(table, np.stack([starts, ends], 1).ravel(), axis=1)
    return found
