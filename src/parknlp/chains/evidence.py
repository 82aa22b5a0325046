"""Why a chain was accepted: the pieces of the text that speak loudest for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from parknlp.doc import Evidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parknlp.doc import Doc

    from .reading import Reading, Votes
    from .vocabulary import Flags

MAX_EVIDENCE: Final = 6
"""So many pieces for a chain at most."""


def find_evidence(
    docs: Sequence[Doc], reading: Reading, votes: Votes, accepted: Flags
) -> dict[tuple[int, int], tuple[Evidence, ...]]:
    """For each accepted (document, chain) the occurrences with the largest share of its weight, strongest first."""
    chains = accepted.shape[1]
    use = np.flatnonzero(accepted[votes.document, votes.chain] & (votes.weight > 0))
    cell, weight, start = votes.document[use] * chains + votes.chain[use], votes.weight[use], votes.start[use]
    order = np.lexsort((start, -weight, cell))
    use, cell, weight = use[order], cell[order], weight[order]
    share = weight / np.bincount(cell, weight)[cell] if len(cell) else weight
    rank = np.arange(len(cell)) - np.searchsorted(cell, cell)
    shift = reading.shift_of(votes.start[use], votes.document[use])
    shown = (rank < MAX_EVIDENCE) & (shift != reading.NOWHERE)
    use, cell, shift = use[shown], cell[shown], shift[shown]
    first, last = (votes.start[use] + shift).tolist(), (votes.end[use] + shift).tolist()
    texts = [docs[at].text[a:b] for at, a, b in zip(votes.document[use].tolist(), first, last, strict=True)]
    pieces = list(map(Evidence, texts, share[shown].tolist(), first, last))
    borders = np.flatnonzero(np.diff(cell, prepend=-1, append=-1)).tolist()
    keys = cell[borders[:-1]].tolist()
    return {divmod(key, chains): tuple(pieces[a:b]) for key, a, b in zip(keys, borders[:-1], borders[1:], strict=True)}
