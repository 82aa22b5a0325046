"""What lexicons, gazetteers and rules propose, as the sequence tagger reads it: a span, who proposes it, and where it speaks."""

from __future__ import annotations

import functools
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from ..doc import COMPANY, INSTITUTION, PARK
from ..text import Candidate, TextBatch

Array = npt.NDArray[Any]

LABELS: Final = (COMPANY, PARK, INSTITUTION)

PLACES: Final = ("before", "inside", "first", "last", "behind")
"""Where a position lies of which a hint speaks."""

SCORES: Final = 2 * len(LABELS)
"""What is learned for a position: for each label the score of a name that begins there, and of one that goes on."""

_LONGEST_HINT: Final = 60
_LENGTHS: Final = 12
_TIMES: Final = 3
_MOST_KNOWN: Final = 1 << 12

HintKey = tuple[str, tuple[str, ...], int, int]
"""What somebody proposes of a span: its label, who, how long it is, how often its surface is proposed in its document."""


class Hints(NamedTuple):
    """Proposed spans: where they start, the positions after their ends, and what is known of each."""

    starts: list[int]
    ends: list[int]
    keys: list[HintKey]


@functools.lru_cache(maxsize=1 << 10)
def _name(source: str) -> tuple[str]:
    """What the tagger calls a source: all lexicons of the user's are one."""
    return ("lexicon" if source.startswith("lexicon:") else source,)


def merged(batch: TextBatch, hints: Sequence[Candidate]) -> Hints:
    """Hints for the same span as one.

    >>> batch = TextBatch(["在华为"])
    >>> merged(batch, [Candidate(4, 6, "COMPANY", "gazetteer:firms")]).keys
    [('COMPANY', ('gazetteer:firms',), 2, 1)]
    """
    sources: dict[tuple[int, int, str], tuple[str, ...]] = {}
    for start, end, label, source, _, _, _ in hints:
        if label in LABELS:
            name = _name(source)
            others = sources.setdefault((start, end, label), name)
            if others is not name and name[0] not in others:
                sources[start, end, label] = tuple(sorted((*others, *name)))
    surfaces = _surfaces(batch, sources)
    times_of = {surface: min(times, _TIMES) for surface, times in Counter(surfaces).items()}
    keys = [
        (label, names, end - start, times_of[surface])
        for ((start, end, label), names), surface in zip(sources.items(), surfaces, strict=True)
    ]
    return Hints([span[0] for span in sources], [span[1] for span in sources], keys)


def _surfaces(batch: TextBatch, spans: Collection[tuple[int, int, str]]) -> list[str | tuple[int, str]]:
    """The surfaces of spans, those that several documents may hold with the number of their document."""
    text, offsets = batch.text, batch.starts
    surfaces = [text[start:end] for start, end, _ in spans]
    if len(offsets) < 2:
        return [*surfaces]
    often = Counter(surfaces)
    return [
        surface if often[surface] == 1 else (bisect_right(offsets, start), surface)
        for (start, _, _), surface in zip(spans, surfaces, strict=True)
    ]


def features_of(key: HintKey) -> list[str]:
    """The features of a hint, each of which has weights: its sources singly and together, its length, how often it comes.

    >>> features_of(("PARK", ("a", "b"), 5, 1))
    ['PARK a', 'PARK b', 'PARK =a+b', 'PARK length 5', 'PARK times 1', 'PARK any']
    """
    label, sources, length, times = key
    features = (*sources, "=" + "+".join(sources), f"length {min(length, _LENGTHS)}", f"times {times}", "any")
    return [f"{label} {feature}" for feature in features]


def stretch(length: int) -> list[tuple[int, int]]:
    """The positions of which a hint of this length speaks, seen from its start, each with the number of its place in `PLACES`.

    >>> stretch(4)
    [(-1, 0), (1, 1), (2, 1), (0, 2), (3, 3), (4, 4)]
    """
    inside = [(at, 1) for at in range(1, min(length - 2, _LONGEST_HINT) + 1)]
    return [(-1, 0), *inside, (0, 2), (length - 1, 3), (length, 4)]


class HintWeights:
    """The weights of hints.

    Args:
        features: the features that have weights.
        weights: those, shape (features, PLACES, SCORES).
        width: how many numbers a position has to which they are added, of which the first are its scores.
    """

    def __init__(self, features: Sequence[str], weights: Array, width: int) -> None:
        self._rows = {feature: row for row, feature in enumerate(features)}
        self._weights, self._width = weights.astype(np.int32), width
        self._known: dict[HintKey, Array] = {}

    def add(self, scores: Array, hints: Hints) -> None:
        """Add what hints say to the scores, shape (positions, width)."""
        numbers, width, known = scores.ravel(), self._width, self._known
        for start, key in zip(hints.starts, hints.keys, strict=True):
            values = known.get(key)
            if values is None:
                if len(known) >= _MOST_KNOWN:
                    known.clear()
                values = known[key] = self._spoken(key)
            first = (start - 1) * width
            part = numbers[first : first + len(values)]
            np.add(part, values, part)

    def _spoken(self, key: HintKey) -> Array:
        """What a hint adds to the numbers from the position before its start on to the one behind its end."""
        length = key[2]
        rows = [self._rows[feature] for feature in features_of(key) if feature in self._rows]
        weights = self._weights[rows].sum(0, np.int32)
        spoken = np.zeros((length + 2, self._width), np.int32)
        for position, place in stretch(length):
            spoken[position + 1, :SCORES] += weights[place]
        return spoken.ravel()
