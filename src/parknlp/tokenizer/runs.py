"""Runs: stretches of an array as two arrays, where each starts and where it ends or how long it is."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Flags = npt.NDArray[np.bool_]


def runs_of(flags: Flags) -> tuple[Array, Array]:
    """Start and end of each maximal stretch of true flags.

    >>> [bounds.tolist() for bounds in runs_of(np.array([True, False, True, True]))]
    [[0, 2], [1, 4]]
    """
    padded = np.zeros(len(flags) + 2, np.bool_)
    padded[1:-1] = flags
    edges = np.flatnonzero(padded[1:] != padded[:-1])
    return edges[::2], edges[1::2]


def ranges(starts: Array, sizes: Array) -> Array:
    """``start, start + 1, …`` of each range, one after the other.

    >>> ranges(np.array([5, 1]), np.array([2, 3])).tolist()
    [5, 6, 1, 2, 3]
    """
    stops = np.cumsum(sizes)
    found: Array = np.repeat(starts - (stops - sizes), sizes)
    found += np.arange(len(found))
    return found
