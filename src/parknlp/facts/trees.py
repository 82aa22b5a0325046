"""Small decision trees over whole numbers: what decides where the features are few and clear.

A tree asks the same question of every option on a level (is this feature greater than that?), so the answers are the bits of the
leaf's number, and all trees score all options at once; a question that several trees ask is answered once. The values of the
leaves are whole numbers, so that a sum does not depend on the order of its terms, and a text gets the same pairs alone and in a
batch.
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
        asked = list(zip(feature.T.reshape(-1).tolist(), threshold.T.reshape(-1).tolist(), strict=True))
        questions = {question: at for at, question in enumerate(dict.fromkeys(asked))}
        self._features, bound = np.array(list(questions)).T
        self._bound = bound.astype(np.int16)[:, None]
        self._asked = np.array([questions[question] for question in asked]).reshape(feature.T.shape)
        self._first = (np.arange(len(feature)) << feature.shape[1]).astype(np.int32)[:, None]
        self._leaves = value.astype(np.int16).reshape(-1)

    def score(self, table: npt.NDArray[Any]) -> Ints:
        """The score of each row of features, in steps of 1 / `SCALE`."""
        total = np.empty(len(table), np.int32)
        for at in range(0, len(table), _ROWS):
            answers = (table[at : at + _ROWS].T.take(self._features, axis=0) > self._bound).view(np.uint8)
            leaf = answers.take(self._asked[0], axis=0)
            for asked in self._asked[1:]:
                leaf += leaf
                leaf |= answers.take(asked, axis=0)
            values = self._leaves.take(leaf + self._first)
            np.add.reduce(values, axis=0, dtype=np.int32, out=total[at : at + _ROWS])
        total += self.base
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

    arrays, meta = load(path, mmap=True, verify=True)
    if meta.get("features") != list(NAMES):
        raise ModelError(f"{path}: made for other features; train it again")
    return Trees(arrays["feature"], arrays["threshold"], arrays["value"], int(meta["base"]))
