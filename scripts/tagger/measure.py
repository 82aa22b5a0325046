"""Scores on held-out articles, and how far the tagger's probabilities can be believed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from parknlp.names.hints import LABELS
from parknlp.text import Candidate

from .sources import Example

Name = tuple[int, int, str]
Counts = dict[str, dict[str, list[int]]]


def table(examples: Sequence[Example], found: Sequence[Iterable[Name]]) -> Counts:
    """For each corpus (and ``all``) and label: right, annotated, found."""
    counts: Counts = defaultdict(lambda: {label: [0, 0, 0] for label in LABELS})
    for example, names in zip(examples, found, strict=True):
        gold, proposed = set(example.names), set(names)
        for corpus in (example.corpus, "all"):
            for column, group in enumerate((gold & proposed, gold, proposed)):
                for name in group:
                    counts[corpus][name[2]][column] += 1
    return dict(counts)


def f1(counts: Sequence[int]) -> float:
    """F1 from right, annotated, found."""
    right, gold, found = counts
    return 2 * right / (gold + found) if gold + found else 1.0


def lines(counts: Counts) -> list[str]:
    """The table as Markdown rows."""
    rows = []
    for corpus, by_label in counts.items():
        cells = [f"{f1(by_label[label]):.3f}" for label in LABELS]
        if corpus == "all":
            cells = [
                f"{f1(c):.3f} (P {c[0] / max(c[2], 1):.3f}, R {c[0] / max(c[1], 1):.3f})"
                for c in (by_label[la] for la in LABELS)
            ]
        rows.append(f"| {corpus} | {' | '.join(cells)} |")
    return rows


def calibration(pairs: Sequence[tuple[float, bool]]) -> tuple[list[list[float]], float]:
    """Knots (probability, share of right spans) of a rising curve, and the expected calibration error after it.

    The error is measured on halves: each half of the spans is corrected by the curve of the other.
    """
    values = np.array(pairs, float).reshape(-1, 2)
    halves = [values[::2], values[1::2]]
    errors = [_error(_curve(halves[1 - index]), half) for index, half in enumerate(halves)]
    return _curve(values), float(np.mean(errors))


def _curve(values: Any, bins: int = 12) -> list[list[float]]:
    ordered = values[np.argsort(values[:, 0], kind="stable")]
    knots = [
        [float(part[:, 0].mean()), float(part[:, 1].mean())] for part in np.array_split(ordered, bins) if len(part)
    ]
    rising = np.maximum.accumulate([share for _, share in knots])
    return (
        [[0.0, 0.0]]
        + [[round(x, 4), round(float(y), 4)] for (x, _), y in zip(knots, rising, strict=True)]
        + [[1.0, round(float(rising[-1]), 4)]]
    )


def _error(knots: list[list[float]], values: Any, bins: int = 10) -> float:
    x, y = zip(*knots, strict=True)
    scores = np.interp(values[:, 0], x, y)
    order = np.argsort(scores, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return float(sum(len(part) * abs(scores[part].mean() - values[part, 1].mean()) for part in parts) / len(values))


def names_of(candidates: Iterable[Candidate]) -> list[Name]:
    """Spans of candidates."""
    return [(candidate.start, candidate.end, candidate.label) for candidate in candidates]
