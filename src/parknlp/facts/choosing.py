"""Linear models over hashed features: what every choice among the readings that the rules propose rests on.

A feature is an array of 64-bit hashes, one entry an option; its number in the list tells features of equal value apart. A weight
stands at the hash's slot. Weights are small integers, so a sum does not depend on the order of its terms, and a text gets the
same facts alone and in a batch.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ..store import bundled, load
from .terms import PRIME, Hashes, Ints

BITS: Final = 18
SLOTS: Final = 1 << BITS
SCALE: Final = 256
"""Weights are stored in steps of 1/256."""

_SHIFT: Final = np.uint64(64 - BITS)
_SPREAD: Final = 0xA24BAED4963EE407
_FINAL: Final = 0x9FB21C651E98DF25


def mix(*columns: npt.NDArray[Any] | int) -> Hashes:
    """One hash of several columns."""
    found: Hashes = np.asarray(columns[0]).astype(np.uint64, copy=False).reshape(-1)  # a scalar would warn on overflow
    for column in columns[1:]:
        found = found ^ (found >> np.uint64(29))
        found *= PRIME
        found = found + (np.uint64(column) if isinstance(column, int) else column.astype(np.uint64, copy=False))
    return found


def slots(feature: Hashes, number: int) -> npt.NDArray[np.int64]:
    """The slots of the values of the feature with this number."""
    mixed = feature * np.uint64(((number + 1) * _SPREAD ^ _FINAL) % (1 << 64) | 1)
    mixed >>= _SHIFT
    found: npt.NDArray[np.int64] = mixed.view(np.int64)
    return found


class Model:
    """Weights of one decision; all zero until set.

    >>> model = Model()
    >>> model.weights[slots(mix(np.array([7])), 0)] = 512
    >>> model.score([mix(np.array([7, 8]))], 2).tolist()
    [512, 0]
    """

    def __init__(self) -> None:
        self.weights: npt.NDArray[np.int16] = np.zeros(SLOTS, np.int16)

    def score(self, features: Iterable[Hashes], size: int, first: int = 0) -> Ints:
        """Sum of the weights of the features of each of ``size`` options, in steps of 1 / `SCALE`.

        Args:
            features: the features, numbered from ``first``.
            size: how many options there are.
            first: number of the first feature.
        """
        total = np.zeros(size, np.int32)
        for number, feature in enumerate(features, first):
            total += self.weights[slots(feature, number)]
        return total

    def score_bag(self, bag: Sequence[Hashes], number: int, size: int) -> Ints:
        """The same for a bag: columns that are one feature, where 0 stands for nothing."""
        total = np.zeros(size, np.int32)
        for column in bag:
            total += np.where(column == 0, np.int16(0), self.weights[slots(column, number)])
        return total


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
