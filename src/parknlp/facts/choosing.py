"""Choosing among what the rules propose: a linear model whose weights are a table.

Rules propose, with their names; where they propose more than one reading, the sum of the weights of a reading's features
decides, and the first of the best wins. Without weights the rules' own order decides.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from .words import rows


class Option(NamedTuple):
    """A reading that a rule proposes."""

    rule: str
    text: str
    features: list[str]
    place: tuple[int, int] | None = None


class Chooser(Protocol):
    """Picks one of several readings."""

    def __call__(self, task: str, options: Sequence[Option]) -> int:
        """Index of the chosen option."""


class LinearChooser:
    """Weights by task and feature."""

    def __init__(self, weights: Mapping[str, Mapping[str, float]]) -> None:
        self.weights = weights

    def __call__(self, task: str, options: Sequence[Option]) -> int:
        """Index of the option with the largest sum of weights."""
        weights = self.weights.get(task)
        if not weights or len(options) < 2:
            return 0
        get = weights.get
        best, at = -1e9, 0
        for index, option in enumerate(options):
            total = sum(get(feature, 0.0) for feature in option.features)
            if total > best:
                best, at = total, index
        return at


@functools.cache
def default_chooser() -> LinearChooser:
    """The chooser with the weights that come with the package."""
    table: dict[str, dict[str, float]] = {}
    try:
        for task, feature, weight in rows("fact_weights.tsv"):
            table.setdefault(task, {})[feature] = float(weight)
    except FileNotFoundError:
        pass
    return LinearChooser(table)
