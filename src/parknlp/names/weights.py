"""Tables of weights, and for each position of a text the sum of the weights of what stands there and around it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .hints import SCORES
from .signals import Words

Array = npt.NDArray[Any]

OFFSETS: Final = {
    "gram1": (-2, -1, 0, 1, 2),
    "gram2": (-3, -2, -1, 0, 1, 2),
    "gram3": (-3, -2, -1, 0, 1),
    "kinds": (0,),
    "item": (0,),
    "latin": (0,),
    "pairs": (-2, -1, 0),
}
"""Table of weights -> where, seen from a position, its rows stand that speak about it: n-grams start there, codes are those of
that place. None reaches past the separator of two documents. `WORD_OFFSETS` for the codes of dictionaries."""

WEIGHTED: Final = (1, 2, 3)
"""Orders of n-grams that have weights."""

GRAMS: Final = tuple(f"gram{order}" for order in WEIGHTED)
"""Their tables of weights."""

WORD_OFFSETS: Final = (-1, 0, 1)

WIDTH: Final = 8
"""Numbers that are stored for a position: two more than `SCORES`, so that a row of weights is one 16-byte piece of memory."""

_PIECE: Final = np.dtype((np.void, 2 * WIDTH))
_BLOCK: Final = 1 << 14  # positions whose weights are added before the next are looked at: they fit into the cache
_REACH: Final = 4  # no offset is larger


def offsets_of(table: str) -> tuple[int, ...]:
    """Where, seen from a position, the rows of a table of weights stand that speak about it."""
    return OFFSETS.get(table, WORD_OFFSETS)


class Weights:
    """Tables of weights, added up.

    Args:
        tables: name -> the weights of each row at each of the table's offsets, shape (rows, offsets, SCORES).

    >>> weights = Weights({"kinds": np.arange(12).reshape(2, 1, 6), "words0": np.ones((2, 3, 6))})
    >>> weights.sums({"kinds": np.array([1, 0]), "words0": np.array([0, 1])})[:, 0].tolist()
    [9, 3]
    """

    def __init__(self, tables: Mapping[str, Array]) -> None:
        self._names = tuple(tables)
        every = [
            # those of an n-gram side by side: they share a line of the cache
            (table if name in GRAMS else table.swapaxes(0, 1)).reshape(-1, SCORES)
            for name, table in tables.items()
        ]
        bases = np.cumsum([0, *map(len, every)]).tolist()
        weights = np.zeros((bases[-1], WIDTH), np.int16)
        np.concatenate(every, out=weights[:, :SCORES], casting="unsafe")
        pieces = weights.view(_PIECE)[:, 0]
        self._columns = [  # the weights from a column's first on, the number of the table, where its rows stand
            (pieces[base + column * (1 if name in GRAMS else len(table)) :], number, _REACH + offset)
            for number, ((name, table), base) in enumerate(zip(tables.items(), bases, strict=False))
            for column, offset in enumerate(offsets_of(name))
        ]

    def sums(self, rows: Mapping[str, Array]) -> Array:
        """The sum of the weights at each position, shape (positions, WIDTH).

        Args:
            rows: name of each table -> its row at each position; for those of `GRAMS` this times the number of their offsets.
        """
        size = len(rows[self._names[0]])
        padded = np.zeros((len(self._names), size + 2 * _REACH), np.intp)
        for row, name in zip(padded, self._names, strict=True):
            row[_REACH:-_REACH] = rows[name]
        places = list(padded)
        total = np.empty((size, WIDTH), np.int32)
        for start in range(0, size, _BLOCK):
            stop = min(start + _BLOCK, size)
            sums, found = np.empty((2, stop - start), _PIECE)
            added, numbers = sums.view(np.int16), found.view(np.int16)
            pieces, number, shift = self._columns[0]
            pieces.take(places[number][start + shift : stop + shift], 0, sums, "clip")
            for pieces, number, shift in self._columns[1:]:
                pieces.take(places[number][start + shift : stop + shift], 0, found, "clip")
                np.add(added, numbers, added)
            total[start:stop] = added.reshape(-1, WIDTH)
        return total


def gram_weights(arrays: Mapping[str, Array], words: Words, order: int) -> tuple[Array, Array]:
    """Weights of the n-grams of an order with those of their codes, and where each n-gram's stand.

    N-grams without weights of their own share those of their codes.

    Returns:
        For each n-gram its row of the weights; the weights, shape (rows, offsets, SCORES).
    """
    own = arrays[f"w:gram{order}"]
    alike = np.zeros(len(arrays[f"keys{order}"]) + 1 - len(own), np.int32)
    for values in words.codes[order].values():
        alike *= int(values.max()) + 1
        alike += values[len(own) :]
    first, kind = _numbered(alike)
    used = np.concatenate([np.arange(len(own)), len(own) + first])
    weights = np.zeros((len(used), *own.shape[1:]), np.int16)
    weights[: len(own)] = own
    for code, values in words.codes[order].items():
        weights += arrays[f"w:code{order}:{code}"][values[used]]
    return np.concatenate([np.arange(len(own)), len(own) + kind]), weights


def _numbered(codes: Array) -> tuple[Array, Array]:
    """Where each of the codes stands first, the smallest code first, and the number of each one in this order.

    As `np.unique` has them, which sorts: that takes ten times as long for few small codes.

    >>> [places.tolist() for places in _numbered(np.array([7, 3, 7, 9]))]
    [[1, 0, 3], [1, 0, 1, 2]]
    """
    first = np.full(int(codes.max(initial=-1)) + 1, -1, np.intp)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    number = np.cumsum(first >= 0) - 1
    return first[first >= 0], number.take(codes)
