"""Why a chain was accepted: the pieces of the text that speak loudest for it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from ..doc import Evidence, builder
from .features import run_starts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..doc import Doc
    from .reading import Hits, Reading
    from .vocabulary import Flags, Floats

MAX_EVIDENCE: Final = 6
"""So many pieces for a chain at most."""

_evidence = builder(Evidence)


def find_evidence(
    docs: Sequence[Doc], reading: Reading, hits: Hits, speaks: tuple[Floats, Floats], accepted: Flags
) -> dict[tuple[int, int], tuple[Evidence, ...]]:
    """For each accepted (document, chain) the occurrences with the largest share in it, strongest first.

    The sum of both of ``speaks``, each of shape (terms, chains), says how much each term speaks for each chain.
    """
    chains = accepted.shape[1]
    hit, chain = accepted[hits.document].nonzero()
    term = hits.term[hit]
    weight = speaks[0][term, chain] + speaks[1][term, chain]
    use = weight > 0
    hit, weight, cell = hit[use], weight[use], hits.document[hit[use]] * chains + chain[use]
    start = hits.start[hit]
    order = np.lexsort((start, -weight, cell))
    hit, cell, weight = hit[order], cell[order], weight[order]
    share = weight / np.bincount(cell, weight)[cell] if len(cell) else weight
    rank = np.arange(len(cell)) - cell.searchsorted(cell)
    shift = reading.shift_of(hits.start[hit], hits.document[hit])
    shown = (rank < MAX_EVIDENCE) & (shift != reading.NOWHERE)
    hit, cell, shift = hit[shown], cell[shown], shift[shown]
    first, last = (hits.start[hit] + shift).tolist(), (hits.end[hit] + shift).tolist()
    texts = [docs[at].text[a:b] for at, a, b in zip(hits.document[hit].tolist(), first, last, strict=True)]
    pieces = list(map(_evidence, texts, share[shown].tolist(), first, last))
    firsts = run_starts(cell)
    keys, borders = cell[firsts].tolist(), [*firsts.tolist(), len(cell)]
    return {divmod(key, chains): tuple(pieces[a:b]) for key, (a, b) in zip(keys, pairwise(borders), strict=True)}
