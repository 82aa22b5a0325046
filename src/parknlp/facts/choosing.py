"""Linear models over hashed features (see `features`): what every choice among the readings that the rules propose rests on."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ..store import bundled, load
from .features import SLOTS
from .hashing import PRIME, Hashes
from .terms import Ints

SCALE: Final = 256
"""Weights are stored in steps of 1/256."""


def mix(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> Hashes:
    """One hash of two columns."""
    found: Hashes = one ^ (one >> _FOLD)
    found *= PRIME
    found += other.astype(np.uint64, copy=False)
    return found


class Model:
    """Weights of one decision, in steps of 1 / `SCALE`; all zero until set."""

    def __init__(self) -> None:
        self.weights: npt.NDArray[np.int16] = np.zeros(SLOTS, np.int16)


Models = Mapping[str, Model]
"""The model of each decision."""


@functools.cache
def bundled_models() -> Models:
    """The models that come with the package."""
    return read_models(bundled("facts"))


def read_models(path: str | Path) -> Models:
    """The models of a file: for each decision the slots that are in use, and their weights.

    Raises:
        ModelError: the file is missing or damaged.
    """
    arrays, meta = load(path, mmap=True, verify=True)
    found = {}
    for task in meta["tasks"]:
        model = found[task] = Model()
        model.weights[arrays[f"{task}-slots"]] = arrays[f"{task}-weights"]
    return found


def best(scores: npt.NDArray[Any], starts: Ints) -> tuple[Ints, Ints]:
    """The first best option of each group, -1 for a group without options, and its score (anything for none).

    Args:
        scores: of the options, sorted by group, whole numbers; shape (options,), or (rows, options).
        starts: where each group starts, and the number of options.

    >>> best(np.array([3, 5, 5, 1]), np.array([0, 3, 3, 4]))[0].tolist()
    [1, -1, 3]
    """
    size = scores.shape[-1]
    keys = np.zeros((*scores.shape[:-1], size + 1), np.int64)  # one more, where the last groups may be without options
    keys[..., :-1] = scores
    keys <<= _HIGH
    keys += np.arange(size, -1, -1)  # of equals the first is the greatest
    keys[..., -1] = _LEAST
    top = np.maximum.reduceat(keys, starts[:-1], axis=-1)
    at = size - (top & _LOW)
    at[..., starts[1:] == starts[:-1]] = -1
    return at, top >> _HIGH


# arrays, for the reason that `terms` gives
_FOLD: Final = np.array(29, np.uint64)
_HIGH: Final = np.array(32)
_LOW: Final = np.array((1 << 32) - 1)
_LEAST: Final = -(1 << 62)
