"""What lexicons, gazetteers and rules propose, as the sequence tagger reads it: a span, who proposes it, and where it speaks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from ..doc import COMPANY, INSTITUTION, PARK
from ..text import Candidate, TextBatch

Array = npt.NDArray[Any]

LABELS: Final = (COMPANY, PARK, INSTITUTION)

PLACES: Final = ("before", "inside", "first", "last", "behind")
"""Where a position lies of which a hint speaks."""

_LONGEST_HINT: Final = 60
_LENGTHS: Final = 12
_TIMES: Final = 3

HintKey = tuple[str, tuple[str, ...], int, int]
"""What somebody proposes of a span: its label, who, how long it is, how often its surface is proposed in its document."""


class Hints(NamedTuple):
    """Proposed spans: an array of their starts, one of the positions after their ends, and what is known of each."""

    starts: Array
    ends: Array
    keys: list[HintKey]


def merged(batch: TextBatch, hints: Sequence[Candidate]) -> Hints:
    """Hints for the same span as one.

    >>> batch = TextBatch(["在华为"])
    >>> merged(batch, [Candidate(4, 6, "COMPANY", "gazetteer:firms")]).keys
    [('COMPANY', ('gazetteer:firms',), 2, 1)]
    """
    sources: dict[tuple[int, int, str], tuple[str, ...]] = {}
    for hint in hints:
        start, end, label, source = hint[:4]
        if label in LABELS:
            name = "lexicon" if source.startswith("lexicon:") else source
            span = start, end, label
            others = sources.get(span)
            if others is None:
                sources[span] = (name,)
            elif name not in others:
                sources[span] = tuple(sorted((*others, name)))
    starts, ends = (np.array([span[side] for span in sources], np.int64) for side in (0, 1))
    documents = np.searchsorted(batch.starts, starts, side="right").tolist()
    text = batch.text
    surfaces = [(document, text[start:end]) for document, (start, end, _) in zip(documents, sources, strict=True)]
    times = Counter(surfaces)
    keys = [
        (label, names, min(end - start, _LENGTHS), min(times[surface], _TIMES))
        for ((start, end, label), names), surface in zip(sources.items(), surfaces, strict=True)
    ]
    return Hints(starts, ends, keys)


def features_of(key: HintKey) -> list[str]:
    """The features of a hint, each of which has weights: its sources singly and together, its length, how often it comes.

    >>> features_of(("PARK", ("a", "b"), 5, 1))
    ['PARK a', 'PARK b', 'PARK =a+b', 'PARK length 5', 'PARK times 1', 'PARK any']
    """
    label, sources, length, times = key
    features = (*sources, "=" + "+".join(sources), f"length {length}", f"times {times}", "any")
    return [f"{label} {feature}" for feature in features]


def places_of(hints: Hints) -> tuple[Array, Array]:
    """The positions of which hints speak, and for each the number of the hint times that of `PLACES`, and of the place.

    >>> [part.tolist() for part in places_of(Hints(np.array([3]), np.array([7]), []))]
    [[2, 3, 4, 5, 6, 7], [0, 2, 1, 1, 3, 4]]
    """
    starts, ends, _ = hints
    first = np.arange(len(starts)) * len(PLACES)
    lengths = (ends - starts - 2).clip(0, _LONGEST_HINT)
    inside = np.arange(lengths.sum()) + np.repeat(starts + 1 + lengths - np.cumsum(lengths), lengths)
    positions = np.concatenate([starts - 1, inside, starts, ends - 1, ends])
    rows = np.concatenate([first, np.repeat(first + 1, lengths), first + 2, first + 3, first + 4])
    order = np.argsort(positions, kind="stable")
    return positions[order], rows[order]
