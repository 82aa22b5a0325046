"""Which suggestions say the same: near-duplicates collapse to one, and the others may be kept apart from each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from .features import TEXT_END, Keys

Floats = npt.NDArray[np.float64]

SAME: Final = 0.55
"""Two articles are near-duplicates when the smaller shares so much of its character pairs and words with the other."""

_FEWEST: Final = 12  # two lines with fewer features than this share most of them too easily


class Overlaps:
    """How much some articles share, two by two.

    Args:
        articles: the features of each, ascending.

    >>> from .features import extract
    >>> from parknlp.doc import Doc
    >>> texts = ("镇江高新区新建船舶动力产业园", "镇江高新区新建产业园", "扬中发布天气预报")
    >>> Overlaps([extract([Doc(text)]).keys for text in texts]).shares(0).round(2).tolist()
    [1.0, 0.89, 0.0]
    """

    def __init__(self, articles: Sequence[Keys]) -> None:
        texts = [keys[: np.searchsorted(keys, TEXT_END)] for keys in articles]
        self.sizes = np.array([len(keys) for keys in texts])
        known, columns = np.unique(np.concatenate([*texts, np.empty(0, np.uint64)]), return_inverse=True)
        self._table = np.zeros((len(texts), len(known)), np.bool_)
        self._table[np.repeat(np.arange(len(texts)), self.sizes), columns] = True

    def _common(self, index: int) -> npt.NDArray[np.int64]:
        return np.asarray(np.count_nonzero(self._table[:, self._table[index]], axis=1), np.int64)

    def shares(self, index: int) -> Floats:
        """What part of the smaller article each article and this one have in common."""
        common: Floats = self._common(index) / np.maximum(np.minimum(self.sizes, self.sizes[index]), 1)
        return common

    def same(self, index: int) -> npt.NDArray[np.bool_]:
        """Which articles are near-duplicates of this one."""
        enough = np.minimum(self.sizes, self.sizes[index]) >= _FEWEST
        return np.asarray(enough & (self.shares(index) >= SAME), np.bool_)

    def likeness(self, index: int) -> Floats:
        """The cosine of each article and this one, features taken alike."""
        common: Floats = self._common(index) / np.maximum(np.sqrt(self.sizes * self.sizes[index]), 1)
        return common


def collapse(overlaps: Overlaps, limit: int) -> list[list[int]]:
    """Groups of near-duplicates in the order of their best member.

    Args:
        overlaps: the query, whose near-duplicates are left out, then the suggestions, best first.
        limit: how many groups.
    """
    count = len(overlaps.sizes)
    taken = overlaps.same(0)
    groups: list[list[int]] = []
    for index in range(1, count):
        if not taken[index] and len(groups) < limit:
            members = overlaps.same(index) & ~taken
            members[:index] = False
            members[index] = True
            taken |= members
            groups.append(np.flatnonzero(members).tolist())
    return groups


def spread(overlaps: Overlaps, order: Sequence[int], scores: Sequence[float], k: int, diversity: float) -> list[int]:
    """Positions in ``order`` of k articles by maximal marginal relevance.

    Args:
        overlaps: the articles.
        order: their indexes, best first.
        scores: their scores in the same order.
        k: how many.
        diversity: 0 leaves the order as it is, 1 looks only at what was chosen before.
    """
    relevance = np.array(scores) / max(max(scores, default=0.0), 1e-300)
    nearest = np.zeros(len(order))
    chosen: list[int] = []
    while len(chosen) < min(k, len(order)):
        value = (1 - diversity) * relevance - diversity * nearest
        value[chosen] = -np.inf
        best = int(np.argmax(value))
        chosen.append(best)
        nearest = np.maximum(nearest, overlaps.likeness(order[best])[list(order)])
    return chosen
