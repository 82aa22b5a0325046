"""Choosing among what the rules propose: a linear model of named features, kept in models/facts.

Rules propose readings and carry names. A reading's score is the sum of two kinds of weights: how well its rule fits what
stands around the number (``rule@key``), and how well the text it gives looks (any other feature). The first part is cheap and
decides which rules may propose at all.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..store import bundled, load

Row = npt.NDArray[np.float32]

MARK = "@"


@dataclass(slots=True)
class Option:
    """A reading that a rule proposes.

    Attributes:
        rule: the rule's name.
        text: an indicator, or the surface of a subject or a period.
        features: what speaks for or against it.
        place: where it stands, when it stands in the text as one piece.
        shared: features that it shares with other options of the page; a model scores them once.
    """

    rule: str
    text: str
    features: list[str] = field(default_factory=list)
    place: tuple[int, int] | None = None
    shared: Shared | None = None


@dataclass(slots=True)
class Shared:
    """Features that do not depend on the number that is decided, and their score once it is known."""

    features: list[str]
    score: float | None = None


class Model:
    """Weights of one decision.

    >>> model = Model({"own@dim=money": 2.0, "after@dim=count": 1.0, "n=3": 0.5})
    >>> model.rules(["dim=money"], ["own", "after"]), model.score(Option("own", "产值", ["n=3", "n=4"]))
    ([2.0, 0.0], 0.5)
    """

    def __init__(self, weights: Mapping[str, float]) -> None:
        self.weights: dict[str, float] = {}
        table: dict[str, dict[str, float]] = {}
        for feature, weight in weights.items():
            rule, mark, key = feature.partition(MARK)
            if mark:
                table.setdefault(key, {})[rule] = weight
            else:
                self.weights[feature] = weight
        names = sorted({rule for row in table.values() for rule in row})
        self._columns = {name: column for column, name in enumerate(names)}
        self._rows: dict[str, Row] = {}
        for key, row in table.items():
            self._rows[key] = np.zeros(len(names) + 1, np.float32)  # the last column stands for rules without weights
            for rule, weight in row.items():
                self._rows[key][self._columns[rule]] = weight

    def score(self, option: Option) -> float:
        """Sum of the weights of the option's features."""
        get = self.weights.get
        total = sum([get(feature, 0.0) for feature in option.features])
        shared = option.shared
        if shared is not None:
            if shared.score is None:
                shared.score = sum([get(feature, 0.0) for feature in shared.features])
            total += shared.score
        return total

    def rules(self, keys: Iterable[str], names: Sequence[str]) -> list[float]:
        """The score of each of these rules for these keys."""
        total = np.zeros(len(self._columns) + 1, np.float32)
        for key in keys:
            row = self._rows.get(key)
            if row is not None:
                total += row
        scores: list[float] = total.tolist()
        columns = self._columns
        return [scores[columns.get(name, -1)] for name in names]


Models = Mapping[str, Model]
"""The model of each decision: value, change, share, completion, subject, period, located."""


@functools.cache
def bundled_models() -> Models:
    """The models that come with the package."""
    return read_models(bundled("facts"))


def read_models(path: str | Path) -> Models:
    """The models of a file: for each decision its features, one a line, and their weights.

    Raises:
        ModelError: the file is missing or damaged.
    """
    arrays, meta = load(path)
    found = {}
    for task in meta["tasks"]:
        features = arrays[f"{task}-features"].tobytes().decode().split("\n")
        found[task] = Model(dict(zip(features, arrays[f"{task}-weights"].tolist(), strict=True)))
    return found
