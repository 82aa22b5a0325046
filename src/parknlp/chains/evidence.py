"""Why a chain was accepted: the pieces of the text that speak loudest for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from ..doc import Evidence, builder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..doc import Doc
    from .reading import Hits, Reading
    from .vocabulary import Floats

MAX_EVIDENCE: Final = 6
"""So many pieces for a chain at most."""

_evidence = builder(Evidence)


def find_evidence(
    docs: Sequence[Doc], reading: Reading, hits: Hits, speaks: Floats, accepted: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], tuple[Evidence, ...]]:
    """For each accepted (document, chain) the occurrences with the largest share in it, strongest first.

    ``speaks`` says how much each occurrence speaks for each chain, shape (hits, chains).
    """
    found: dict[tuple[int, int], tuple[Evidence, ...]] = {}
    opposed, starts, ends = (-speaks).T, hits.start, hits.end
    borders = hits.document.searchsorted(np.arange(len(docs) + 1)).tolist()
    for index, chain in accepted:
        begin, end = borders[index], borders[index + 1]
        against = opposed[chain, begin:end].tolist()
        strongest = sorted([(weight, hit) for hit, weight in enumerate(against, begin) if weight < 0])
        total = 0.0
        for weight, _ in strongest:
            total -= weight
        pieces = []
        for weight, hit in strongest[:MAX_EVIDENCE]:
            start, stop = int(starts[hit]), int(ends[hit])
            shift = reading.shift_of(start, index)
            if shift is not None:
                first, last = start + shift, stop + shift
                pieces.append(_evidence(docs[index].text[first:last], -weight / total, first, last))
        found[index, chain] = tuple(pieces)
    return found
