"""What speaks for each chain in each document, summed up in numbers that a linear model can weigh.

The numbers of a (document, chain) pair mean the same for every chain, so one small model serves all chains, also those of
a taxonomy that it has never seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from .reading import Hits, Reading, Votes
    from .terms import Ints
    from .vocabulary import Flags, Floats, Vocabulary

LEAD: Final = 100
"""How many characters of the body count as its lead."""

STRONG: Final = 2.5
"""From this weight on a term decides almost alone."""

SHORT: Final = 60
"""A shorter text counts as being so long."""

MENTION: Final = 4.0
"""Up to this weight a chain is mentioned in passing."""

FEATURES: Final = (
    "total", "title", "lead", "names", "firms", "share", "ratio", "sentences", "sentence_share", "dominant",
    "exclusive", "peak", "spread", "distinct", "strong", "own", "density", "against", "against_density", "length",
    "rivals", "all", "all_density",
)  # fmt: skip
"""The columns of `pair_features`; see there."""


class Counts(NamedTuple):
    """How often each document names each term: one row for each pair that occurs, by document."""

    document: Ints
    term: Ints
    number: Ints


def count_terms(hits: Hits) -> Counts:
    """The occurrences counted by document and term."""
    key = hits.document << 32 | hits.term
    pairs, number = np.unique(key, return_counts=True)
    return Counts(pairs >> 32, pairs & 0xFFFFFFFF, number)


def sum_rows(owner: Ints, rows: npt.NDArray[Any], shape: tuple[int, int], reduce: np.ufunc = np.add) -> Floats:
    """Rows of a table summed (or reduced otherwise) by owner; owners must be in order."""
    sums: Floats = np.zeros(shape)
    if len(owner):
        firsts = np.flatnonzero(np.diff(owner, prepend=-1))
        sums[owner[firsts]] = reduce.reduceat(rows, firsts, axis=0, dtype=np.float64)
    return sums


def pair_features(reading: Reading, hits: Hits, votes: Votes, counts: Counts, vocabulary: Vocabulary) -> Floats:
    """The numbers of each (document, chain) pair, shape (documents, chains, len(FEATURES)).

    Sums of weights, each as log(1 + x): ``total`` over the document, in its ``title``, its ``lead``, its ``names`` (companies,
    parks, institutions), of known ``firms``, over ``distinct`` terms, over terms of its ``own`` that no other chain has;
    ``strong`` counts the distinct terms that decide almost alone. Beside the other chains: ``share`` of all weight,
    ``ratio`` to the best. By sentence: in how many ``sentences`` and in what share of them (``sentence_share``) the chain
    occurs, leads (``dominant``) or is alone (``exclusive``); its highest weight in one (``peak``) and the sum of its shares of
    each (``spread``). Of the document, the same for all chains: words ``against`` any chain, ``length``, ``rivals`` (chains
    with more than a passing mention), weight of ``all`` chains. ``density`` is weight by 100 characters.
    """
    shape = documents, chains = len(reading), vocabulary.weights.shape[1]
    cell = votes.document * chains + votes.chain
    body = reading.body[votes.document]

    def summed(mask: Flags | slice = slice(None)) -> Floats:
        return np.bincount(cell[mask], votes.weight[mask], documents * chains).astype(np.float64).reshape(shape)

    def column(values: npt.NDArray[Any]) -> Floats:
        return np.broadcast_to(np.asarray(values, np.float64).reshape(-1, 1), shape)

    total = summed().clip(0)
    every = total.sum(1, keepdims=True)
    hundreds = column(np.maximum(reading.end - reading.first, SHORT)) / 100
    against = column(np.bincount(hits.document, vocabulary.against[hits.term], documents))
    weights = vocabulary.weights[counts.term]
    logged = {
        "total": total,
        "title": summed(votes.start < body),
        "lead": summed((votes.start >= body) & (votes.start < body + LEAD)),
        "names": summed(reading.named[votes.start]),
        "firms": summed(vocabulary.firm[votes.term]),
        "distinct": sum_rows(counts.document, weights, shape),
        "strong": sum_rows(counts.document, weights > STRONG, shape),
        "own": summed(vocabulary.own[votes.term]),
        "density": total / hundreds,
        "against": against,
        "against_density": against / hundreds,
        "length": hundreds * 100,
        "rivals": column((total >= MENTION).sum(1)),
        "all": column(every),
        "all_density": column(every) / hundreds,
    }
    plain = {"share": total / np.maximum(every, 1), "ratio": total / np.maximum(total.max(1, keepdims=True), 1)}
    sentences = _by_sentence(reading, votes, shape)
    present = sentences["sentences"] / column(
        reading.sentence[np.maximum(reading.end - 1, reading.first)] - reading.sentence[reading.first] + 1
    )
    columns = {name: np.log1p(values.clip(0)) for name, values in (logged | sentences).items()}
    columns |= plain | {"sentence_share": present}
    return np.stack([columns[name] for name in FEATURES], 2)


def _by_sentence(reading: Reading, votes: Votes, shape: tuple[int, int]) -> dict[str, Floats]:
    """The numbers that look at one sentence after the other; only those that hold a vote are looked at."""
    sentences, row = np.unique(reading.sentence[votes.start], return_inverse=True)
    chains = shape[1]
    table = np.bincount(row * chains + votes.chain, votes.weight, len(sentences) * chains).reshape(-1, chains).clip(0)
    owner = np.zeros(len(sentences), np.int64)
    owner[row] = votes.document
    active = table > 0
    best = table.max(1, keepdims=True, initial=0)
    share = table / np.maximum(table.sum(1, keepdims=True), 1e-9)
    return {
        "sentences": sum_rows(owner, active, shape),
        "dominant": sum_rows(owner, active & (table == best), shape),
        "exclusive": sum_rows(owner, active & (active.sum(1, keepdims=True) == 1), shape),
        "peak": sum_rows(owner, table, shape, np.maximum),
        "spread": sum_rows(owner, share, shape),
    }
