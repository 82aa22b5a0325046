"""The best names given scores, and how probable they are.

A name begins at one position and goes on over the next ones. Scores are those of a linear chain with the labels' first and
further positions as states, told relative to a position outside of names; then a name's score is the sum of those of its
own positions, whatever stands around it. Running sums and maxima over the whole batch give the best name that covers each
position; where none is worth anything, nothing more need be computed, and a plain loop over the few cells that are left, a
label at a position each, finds the best names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

LONGEST: Final = 100
"""No name is longer; what seems so is a text of one character over and over, or the like."""

_WALL: Final = 1 << 20  # what a position costs that no name may cover: more than any name is worth
_FAR: Final = 1 << 40
_FEW: Final = 1 << 9  # so many positions are looked at one by one sooner than chosen among
_DOUBLED: Final = [1 << turn for turn in range((LONGEST - 1).bit_length())]
_PIECE: Final = 1 << 14  # positions after which the next wall ends a piece: its arrays fit into the cache


class Names(NamedTuple):
    """Names, sorted: their starts, the positions after their ends, their labels."""

    starts: list[int]
    ends: list[int]
    labels: list[int]


def pieces(inside: Array) -> Iterator[slice]:
    """Cuts a batch where no name can stand: each piece but the first begins with the position that ends the one before.

    >>> list(pieces(np.array([False, True, False])))
    [slice(0, 3, None)]
    """
    start, size = 0, len(inside)
    walls = np.flatnonzero(~inside) if size > _PIECE else np.empty(0, np.intp)
    while start + _PIECE < size:
        place = int(np.searchsorted(walls, start + _PIECE))
        if place == len(walls):
            break
        yield slice(start, int(walls[place]) + 1)
        start = int(walls[place])
    yield slice(start, size)


def hopeful(scores: Array, inside: Array) -> Array:
    """The positions of the stretches between walls in which there may be a name, and of the walls around them.

    Args:
        scores: for each label the scores of names that begin at a position and of those that go on there, shape (2 * labels, positions).
        inside: the positions that a name may cover, not the first one and not the last one.

    >>> scores = np.array([[-9, 2, -9, -9, -9, -9], [-9, -9, 1, -9, 1, -9]])
    >>> hopeful(scores, np.array([False, True, True, False, True, False])).tolist()
    [0, 1, 2, 5]
    """
    walls = np.flatnonzero(~inside)
    begin, inner = np.maximum.reduce(scores[::2]), np.maximum.reduce(scores[1::2])
    begin[walls] = inner[walls] = -_WALL
    # of up to so many positions from each one on: what the best of them are worth that begin there, and all
    most, span = inner, inner.copy()
    for step in _DOUBLED:
        further = span[:-step] + most[step:]
        np.maximum(most[:-step], further, out=most[:-step])
        span[:-step] += span[step:]
    starts = np.flatnonzero(begin[:-1] + most[1:] > 0)
    hope = np.zeros(len(walls), np.bool_)
    hope[walls.searchsorted(starts) - 1] = hope[-1] = True
    return np.flatnonzero(hope.repeat(np.diff(walls, append=len(inside))))


class Lattice:
    """The names that may stand in a batch, or in a piece of one.

    Args:
        begin: score of each label's names that begin at a position, whole numbers of shape (labels, positions).
        inner: score of those that go on there.
        inside: the positions that a name may cover.

    >>> begin, inner = np.array([[-1, 5, 9, -1]]), np.array([[-9, -9, 4, -9]])
    >>> lattice = Lattice(begin, inner, np.array([True, True, True, False]))
    >>> lattice.names()
    Names(starts=[1], ends=[3], labels=[0])
    """

    def __init__(self, begin: Array, inner: Array, inside: Array) -> None:
        self._inner = np.where(inside, inner, -_WALL)
        # one array for what is looked up together: leads, with the sum at its last position the score of a name; sums; the best names
        self._tables: Array = np.empty((3, *begin.shape), np.int64)
        leads, sums, best = self._tables
        np.cumsum(self._inner, axis=1, out=sums)
        np.subtract(np.where(inside, begin, -_WALL), sums, out=leads)
        self._first: Array = np.maximum.accumulate(leads, axis=1)
        self._ends: Array = np.maximum.accumulate(sums[:, ::-1], axis=1)[:, ::-1]
        np.add(self._first, self._ends, out=best)  # of the names that cover a position

    def names(self) -> Names:
        """The best names, each of two positions or more: no other choice of disjoint ones has a higher sum of scores.

        Those longer than `LONGEST` are left out.
        """
        worth = self._tables[2] > 0
        places = np.logical_or.reduce(worth).nonzero()[0]
        leads, sums = cells = self._tables[:2].take(places, 2)
        if len(places) < _FEW:
            kept = worth.take(places, 1)
        else:
            begins, ends = self._borders(places, leads, sums)
            np.copyto(leads, -_FAR, where=~begins)
            np.copyto(sums, -_FAR, where=~ends)
            kept = begins | ends
        rows, labels = np.divmod(kept.T.ravel().nonzero()[0], len(leads))
        worths = cells.reshape(2, -1).take(labels * len(places) + rows, 1)
        told = zip(places.take(rows).tolist(), labels.tolist(), *worths.tolist(), strict=True)
        names = [name for name in _best_names(told, len(leads)) if name[1] - name[0] <= LONGEST]
        return Names(*([name[part] for name in reversed(names)] for part in range(3)))

    def _borders(self, places: Array, leads: Array, sums: Array) -> tuple[Array, Array]:
        """Where of some sorted positions a name of each label may begin, and where one may end, shape (labels, places).

        A name ends at a position only if it is worth less without it, or would be too short, and if it would not be worth more with
        the next one, or another one begins there.
        """
        begins = leads + self._ends.take(places + 1, 1, mode="clip") > 0
        ends = self._first.take(places - 1, 1, mode="clip") + sums > 0
        gains = self._inner.take(places, 1) > 0
        ends[:, 1:] &= gains[:, 1:] | begins[:, :-1]
        gains[:, 1:] &= places[1:] == places[:-1] + 1
        ends[:, :-1] &= ~gains[:, 1:] | np.logical_or.reduce(begins)[1:]
        return begins, ends

    def scores(self, names: Names) -> tuple[Array, Array]:
        """The score of each name, and those of its rivals, shape (rivals, names).

        The rivals are the best names that overlap it: longer on either side or both, with a later start, with an earlier end, and of
        each other label; one that overlaps a neighbour also costs the score of that. No name at all is a rival of score 0.
        """
        starts, ends, labels = np.array(names)
        if not len(starts):
            return np.empty(0, np.int64), np.empty((1, 0), np.int64)
        marks = np.array((starts, starts + 1, ends - 1, ends))
        # of each table and label what is at a name's start, the most between its ends, at its end, the most in the gap behind it
        parts = np.maximum.reduceat(self._tables, marks.T.ravel(), axis=2).reshape(3, len(self._first), -1, 4)
        most = np.maximum.reduce(parts[..., :3], 3)
        sides = np.array((self._first.take(starts - 1, 1), self._ends.take(ends, 1)))
        columns = np.arange(len(starts))
        (start, later, *_), (_, sooner, end, _) = parts[:2, labels, columns].transpose(0, 2, 1)
        own = start + end
        sides[0, :, 1:] -= own[:-1]  # what the neighbours are worth
        sides[1, :, :-1] -= own[1:]
        gaps = np.where(starts[1:] > ends[:-1], parts[:2, :, :-1, 3], -_FAR)
        np.maximum(sides[0, :, 1:], gaps[0], out=sides[0, :, 1:])
        np.maximum(sides[1, :, :-1], gaps[1], out=sides[1, :, :-1])
        left, right = sides[:, labels, columns]
        others = np.minimum(most[2], np.add.reduce(np.maximum(sides, most[:2])))
        short = ends - starts == 2
        later[short] = sooner[short] = -_FAR
        rivals = left + end, start + right, left + right, later + end, later + right, start + sooner
        further = (labels + np.arange(1, len(self._first))[:, None]) % len(self._first)
        return own, np.concatenate((np.array((np.zeros(len(own), np.int64), *rivals)), others[further, columns]))


def _best_names(cells: Iterable[tuple[int, int, int, int]], count: int) -> Iterator[tuple[int, int, int]]:
    """The best names, the last first.

    Args:
        cells: position, label, the lead of a name that begins there, and the sum up to there for one that ends there, sorted.
        count: number of labels.
    """
    scores, starts = [-_FAR] * count, [0] * count  # of the best name of each label that has begun, with those before it
    chains: list[Any] = [None] * count
    at = -1
    best = ending = 0
    chain: Any = None  # start, end and label of the last name, and the names before it
    ended: Any = None
    for position, label, lead, total in cells:
        if position != at:
            best, chain, at = ending, ended, position
        score = scores[label] + total
        if score > ending:
            ending, ended = score, (starts[label], position + 1, label, chains[label])
        if best + lead > scores[label]:
            scores[label], starts[label], chains[label] = best + lead, position, chain
    while ended is not None:
        *name, ended = ended
        yield tuple(name)
