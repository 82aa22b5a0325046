"""Which of its chains a document is mainly about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from .features import FEATURES
from .linear import NOTHING, sigmoid

if TYPE_CHECKING:
    from .terms import Ints
    from .vocabulary import Flags, Floats

PRIMARY_FEATURES: Final = (
    "logit", "margin", "rank", "accepted", "third", "fourth", "share", "title", "lead", "dominant", "exclusive", "all",
)  # fmt: skip
"""The columns of `primary_features`."""

_OF_DOCUMENT: Final = 6
"""So many of them are not features of the pair."""

_OF_PAIR: Final = [FEATURES.index(name) for name in PRIMARY_FEATURES[_OF_DOCUMENT:]]
_PADDED: Final = 4  # a document of one chain has a fourth best too


def primary_features(pairs: Floats, logits: Floats, accepted: Flags) -> Floats:
    """What tells whether a chain dominates its document, shape (documents, chains, len(PRIMARY_FEATURES)).

    Its ``logit``, how far that is from the best of the others (``margin``), its ``rank``, how many chains are ``accepted``, the
    probabilities of the ``third`` and the ``fourth`` best chain (a survey has no dominating one), and some of the pair's own
    features.
    """
    order = np.full((len(logits), logits.shape[1] + _PADDED), NOTHING)
    order[:, _PADDED:] = logits
    order.sort(axis=1)
    order = order[:, ::-1]
    best, second = order[:, :1], order[:, 1:2]
    found = np.empty((*logits.shape, len(PRIMARY_FEATURES)))
    found[:, :, 0] = logits
    found[:, :, 1] = np.where(logits >= best, logits - second, logits - best)
    found[:, :, 2] = (logits[:, None, :] > logits[:, :, None]).sum(2)
    found[:, :, 3] = accepted.sum(1, keepdims=True)
    found[:, :, 4:_OF_DOCUMENT] = sigmoid(order[:, None, 2:4])
    found[:, :, _OF_DOCUMENT:] = pairs[:, :, _OF_PAIR]
    return found


def primary_of(dominance: Floats, accepted: Flags, threshold: float) -> Ints:
    """The accepted chain that dominates each document, or -1, shape (documents,)."""
    among = np.where(accepted, dominance, -1.0)
    best = among.argmax(1)
    return np.where(among[np.arange(len(best)), best] >= threshold, best, -1)
