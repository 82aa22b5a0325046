"""Why a chain was accepted: the pieces of the text that speak loudest for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from ..doc import Evidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..doc import Doc
    from .reading import Hits, Reading
    from .vocabulary import Flags, Floats

MAX_EVIDENCE: Final = 6
"""So many pieces for a chain at most."""


def find_evidence(
    docs: Sequence[Doc], reading: Reading, hits: Hits, speaks: Floats, accepted: Flags
) -> dict[tuple[int, int], tuple[Evidence, ...]]:
    """For each accepted (document, chain) the occurrences with the largest share in it, strongest first.

    ``speaks`` says how much each term speaks for each chain, shape (terms, chains).
    """
    chains = accepted.shape[1]
    hit, chain = np.nonzero(accepted[hits.document])
    weight = speaks[hits.term[hit], chain]
    use = weight > 0
    hit, weight, cell = hit[use], weight[use], hits.document[hit[use]] * chains + chain[use]
    start = hits.start[hit]
    order = np.lexsort((start, -weight, cell))
    hit, cell, weight = hit[order], cell[order], weight[order]
    share = weight / np.bincount(cell, weight)[cell] if len(cell) else weight
    rank = np.arange(len(cell)) - np.searchsorted(cell, cell)
    shift = reading.shift_of(hits.start[hit], hits.document[hit])
    shown = (rank < MAX_EVIDENCE) & (shift != reading.NOWHERE)
    hit, cell, shift = hit[shown], cell[shown], shift[shown]
    first, last = (hits.start[hit] + shift).tolist(), (hits.end[hit] + shift).tolist()
    texts = [docs[at].text[a:b] for at, a, b in zip(hits.document[hit].tolist(), first, last, strict=True)]
    pieces = list(map(Evidence, texts, share[shown].tolist(), first, last))
    borders = np.flatnonzero(np.diff(cell, prepend=-1, append=-1)).tolist()
    keys = cell[borders[:-1]].tolist()
    return {divmod(key, chains): tuple(pieces[a:b]) for key, a, b in zip(keys, borders[:-1], borders[1:], strict=True)}
