"""Small decision trees over whole numbers: what decides where the features are few and clear.

A tree asks the same question of every option on a level (is this feature greater than that?), so the answers are the bits of the
leaf's number, and all trees score all options at once. The values of the leaves are whole numbers, so that a sum does not depend on
the order of its terms, and a text gets the same pairs alone and in a batch.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ..errors import ModelError
from ..store import bundled, load
from .terms import Ints

SCALE: Final = 256
"""Values are in steps of 1/256."""
_ROWS: Final = 1 << 11  # options that are scored at a time


class Trees:
    """Trees of one depth.

    Attributes:
        feature, threshold: the questions, shape (trees, depth).
        value: of the leaves, shape (trees, 2 ** depth).
        base: what the sum starts from.

    >>> trees = Trees(np.array([[1]]), np.array([[4]]), np.array([[-9, 30]]), 2)
    >>> trees.score(np.array([[0, 4], [0, 5]])).tolist()
    [-7, 32]
    """

    def __init__(
        self, feature: npt.NDArray[Any], threshold: npt.NDArray[Any], value: npt.NDArray[Any], base: int = 0
    ) -> None:
        self.feature, self.threshold, self.value, self.base = feature, threshold, value, base
        trees, depth = feature.shape
        self._asked = feature.T.astype(np.intp)
        self._bound = threshold.T.astype(np.int16)[:, :, None]
        self._first = (np.arange(trees, dtype=np.int32) << depth)[:, None]
        self._leaves = value.astype(np.int32).reshape(-1)

    def score(self, table: npt.NDArray[Any]) -> Ints:
        """The score of each row of features, in steps of 1 / `SCALE`."""
        total = np.full(len(table), self.base, np.int32)
        for at in range(0, len(table), _ROWS):
            rows = np.ascontiguousarray(table[at : at + _ROWS].T)
            leaf = np.repeat(self._first, rows.shape[1], axis=1)
            for level, (asked, bound) in enumerate(zip(self._asked[::-1], self._bound[::-1], strict=True)):
                leaf += (rows[asked] > bound).astype(np.int32) << level
            total[at : at + _ROWS] += self._leaves.take(leaf).sum(axis=0, dtype=np.int32)
        return total


@functools.cache
def bundled_trees() -> Trees:
    """The trees that come with the package."""
    return read_trees(bundled("located"))


def read_trees(path: str | Path) -> Trees:
    """The trees of a file.

    Raises:
        ModelError: the file is missing, damaged or made for other features.
    """
    from .standing import NAMES

    arrays, meta = load(path)
    if meta.get("features") != list(NAMES):
        raise ModelError(f"{path}: made for other features; train it again")
    return Trees(arrays["feature"], arrays["threshold"], arrays["value"], int(meta["base"]))
