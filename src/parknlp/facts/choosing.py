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
from .terms import PRIME, Hashes, Ints

SCALE: Final = 256
"""Weights are stored in steps of 1/256."""


def mix(*columns: npt.NDArray[Any] | int) -> Hashes:
    """One hash of several columns."""
    found: Hashes = np.asarray(columns[0]).astype(np.uint64, copy=False).reshape(-1)  # a scalar would warn on overflow
    for column in columns[1:]:
        found = found ^ (found >> np.uint64(29))
        found *= PRIME
        found = found + (np.uint64(column) if isinstance(column, int) else column.astype(np.uint64, copy=False))
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
    arrays, meta = load(path)
    found = {}
    for task in meta["tasks"]:
        model = found[task] = Model()
        model.weights[arrays[f"{task}-slots"]] = arrays[f"{task}-weights"]
    return found


def best(score: Ints, group: Ints, groups: int) -> Ints:
    """Index of the first best option of each group; -1 for a group without options. ``group`` is sorted."""
    found = np.full(groups, -1, np.int32)
    if len(score):
        starts = np.flatnonzero(np.append(True, group[1:] != group[:-1]))
        top = np.repeat(np.maximum.reduceat(score, starts), np.diff(np.append(starts, len(group))))
        at = np.flatnonzero(score == top)[::-1]
        found[group[at]] = at  # the first of equals is written last
    return found
