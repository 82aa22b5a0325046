"""Linear models over arrays, and what they say as probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from .features import FEATURES, Counts, sum_rows

if TYPE_CHECKING:
    from .vocabulary import Floats

NOTHING: Final = -5.0
"""The logit of a chain for which nothing in the document speaks."""


@dataclass(frozen=True, slots=True)
class Linear:
    """A linear model of pairs of document and chain.

    Attributes:
        weights: one for each column of the features.
        bias: one for each chain.
    """

    weights: Floats
    bias: Floats

    def logits(self, features: Floats) -> Floats:
        """Shape (documents, chains) for features of shape (documents, chains, columns)."""
        return np.asarray(features @ self.weights + self.bias)

    def averaged(self, chains: int) -> Linear:
        """The same model for so many other chains."""
        return Linear(self.weights, np.full(chains, self.bias.mean()))


def adjustments(counts: Counts, adjust: Floats, documents: int) -> Floats:
    """What single terms add to the logits, by the logarithm of their number, shape (documents, chains)."""
    rows = adjust[counts.term] * np.log1p(counts.number)[:, None]
    return sum_rows(counts.document, rows, documents)


def combined(pair: Linear, pairs: Floats, added: Floats) -> Floats:
    """The logits of the pair model and what single terms add to them; `NOTHING` where neither has anything to go by."""
    heard = (pairs[:, :, FEATURES.index("total")] > 0) | (added > 0)
    return np.where(heard, pair.logits(pairs) + added, NOTHING)


def sigmoid(logits: Floats) -> Floats:
    """Logits as probabilities.

    >>> sigmoid(np.array([0.0])).tolist()
    [0.5]
    """
    return np.asarray(1 / (1 + np.exp(-np.maximum(np.minimum(logits, 30.0), -30.0))))
