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

WORD_OFFSETS: Final = (-1, 0, 1)

WIDTH: Final = 8
"""Numbers that are stored for a position: two more than `SCORES`, so that a row of weights is one 16-byte piece of memory."""

_PIECE: Final = np.dtype((np.void, 2 * WIDTH))
_BLOCK: Final = 1 << 9  # positions whose weights are added before the next are looked at: they fit into the cache
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
        self._counts = [table.shape[1] for table in tables.values()]
        columns = [(number, offset) for number, name in enumerate(tables) for offset in offsets_of(name)]
        self._tables, self._places = np.add(columns, (0, _REACH)).T
        bases = np.cumsum(
            [0, *(len(table) * count for table, count in zip(tables.values(), self._counts, strict=True))]
        )
        firsts = [base + column for base, count in zip(bases, self._counts, strict=False) for column in range(count)]
        self._firsts = np.array(firsts)[:, None]
        weights = np.zeros(
            (bases[-1], WIDTH), np.int16
        )  # those of one row side by side: they share a line of the cache
        every = [table.reshape(-1, SCORES) for table in tables.values()]
        np.concatenate(every, out=weights[:, :SCORES], casting="unsafe")
        self._pieces = weights.view(_PIECE)[:, 0]

    def sums(self, rows: Mapping[str, Array]) -> Array:
        """The sum of the weights at each position, shape (positions, WIDTH).

        Args:
            rows: name of each table -> its row at each position.
        """
        size = len(rows[self._names[0]])
        padded = np.zeros((len(self._names), size + 2 * _REACH), np.intp)
        for row, name, count in zip(padded, self._names, self._counts, strict=True):
            np.multiply(rows[name], count, out=row[_REACH:-_REACH], casting="unsafe")
        strides = (*padded.strides, padded.itemsize)
        around: Array = np.ndarray((len(padded), 2 * _REACH + 1, size), np.intp, padded, 0, strides)
        total = np.empty((size, WIDTH), np.int32)
        for start in range(0, size, _BLOCK):
            places = around[self._tables, self._places, start : start + _BLOCK]
            places += self._firsts
            pieces = self._pieces.take(places, mode="clip").view(np.int16)
            total[start : start + _BLOCK] = np.add.reduce(pieces, 0, np.int16).reshape(-1, WIDTH)
        return total


def gram_weights(arrays: Mapping[str, Array], words: Words, order: int) -> tuple[Array, Array]:
    """Weights of the n-grams of an order with those of their codes, and where each n-gram's stand.

    N-grams without weights of their own share those of their codes.

    Returns:
        For each n-gram its row of the weights; the weights, shape (rows, offsets, SCORES).
    """
    own = arrays[f"w:gram{order}"]
    alike = np.zeros(len(arrays[f"keys{order}"]) + 1 - len(own), np.int64)
    for values in words.codes[order].values():
        alike = alike * (int(values.max()) + 1) + values[len(own) :]
    _, first, kind = np.unique(alike, return_index=True, return_inverse=True)
    used = np.concatenate([np.arange(len(own)), len(own) + first])
    weights = np.zeros((len(used), *own.shape[1:]), np.int16)
    weights[: len(own)] = own
    for code, values in words.codes[order].items():
        weights += arrays[f"w:code{order}:{code}"][values[used]]
    return np.concatenate([np.arange(len(own)), len(own) + kind]), weights
