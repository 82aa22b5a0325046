"""Which industry chains a document treats.

``taxonomy`` says what there is to choose from, ``terms`` finds its words, ``features`` sums them up, ``model`` decides (numpy
alone), ``train`` and ``weak`` learn (scikit-learn, imported when `ChainClassifier` is first used).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .model import ChainModel, Classification
from .taxonomy import Chain, Cluster, Taxonomy

if TYPE_CHECKING:
    from .train import ChainClassifier

__all__ = ["Chain", "ChainClassifier", "ChainModel", "Classification", "Cluster", "Taxonomy"]


def __getattr__(name: str) -> Any:
    if name == "ChainClassifier":
        from .train import ChainClassifier

        return ChainClassifier
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
