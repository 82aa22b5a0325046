"""What speaks for each chain in each document, summed up in numbers that a linear model can weigh.

The numbers of a (document, chain) pair mean the same for every chain, so one small model serves all chains, also those of
a taxonomy that it has never seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from .contexts import KINDS, contexts_of
from .reading import IN_COMPANY, IN_INSTITUTION

if TYPE_CHECKING:
    from .reading import Hits, Reading, Votes
    from .terms import Ints
    from .vocabulary import Floats, Vocabulary

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
    "rivals", "all", "all_density", "companies", "institutions", "called", "firm", "works", "making", "trade", "called_chains",
    "behind", "first",
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
    ``strong`` counts the distinct terms that decide almost alone. Sums over occurrences that say more or less than others: in
    names of ``companies`` and of ``institutions``, where the chain is ``called`` by a name of its own, and where ``firm``,
    ``works``, ``making`` or ``trade`` stands near the word (see `contexts_of`). ``density`` is weight by 100 characters.

    By sentence: in how many ``sentences`` and in what share of them (``sentence_share``) the chain occurs, leads
    (``dominant``) or is alone (``exclusive``); its highest weight in one (``peak``) and the sum of its shares of each
    (``spread``).

    Beside the other chains: ``share`` of all weight, ``ratio`` to the best, weight ``behind`` the best, whether it is the
    ``first``. Of the document, the same for all chains: words ``against`` any chain, ``length``, ``rivals`` (chains with more
    than a passing mention), ``called_chains``, weight of ``all`` chains.
    """
    shape = len(reading), vocabulary.weights.shape[1]
    sums = _sums(reading, hits, votes, vocabulary, shape)
    total, weights = sums["total"], vocabulary.weights[counts.term]
    every, best = total.sum(1, keepdims=True), total.max(1, keepdims=True)
    hundreds = (np.maximum(reading.end - reading.first, SHORT) / 100)[:, None]
    against = np.bincount(hits.document, vocabulary.against[hits.term], shape[0])[:, None]
    sentences = _by_sentence(reading, votes, shape)
    columns = sums | sentences | {
        "distinct": sum_rows(counts.document, weights, shape),
        "strong": sum_rows(counts.document, weights > STRONG, shape),
        "density": total / hundreds,
        "behind": best - total,
        "called_chains": (sums["called"] > 0).sum(1, keepdims=True),
        "against": against,
        "against_density": against / hundreds,
        "length": hundreds * 100,
        "rivals": (total >= MENTION).sum(1, keepdims=True),
        "all": every,
        "all_density": every / hundreds,
    }  # fmt: skip
    first, last = reading.sentence_of(reading.first), reading.sentence_of(np.maximum(reading.end - 1, reading.first))
    shares = {
        "share": total / np.maximum(every, 1),
        "ratio": total / np.maximum(best, 1),
        "first": total >= best,
        "sentence_share": sentences["sentences"] / (last - first + 1)[:, None],
    }
    found = np.zeros((*shape, len(FEATURES)))
    for name, values in columns.items():
        found[:, :, FEATURES.index(name)] = values
    found = np.log1p(found.clip(0, out=found), out=found)
    for name, values in shares.items():
        found[:, :, FEATURES.index(name)] = values
    return found


def _sums(
    reading: Reading, hits: Hits, votes: Votes, vocabulary: Vocabulary, shape: tuple[int, int]
) -> dict[str, Floats]:
    """The sums of the votes' weights, over all and over some."""
    cell = votes.document * shape[1] + votes.chain
    body = reading.body[votes.document]
    name = reading.name_of(hits.start)[votes.hit]
    some = {
        "title": votes.start < body,
        "lead": (votes.start >= body) & (votes.start < body + LEAD),
        "names": name > 0,
        "companies": name == IN_COMPANY,
        "institutions": name == IN_INSTITUTION,
        "firms": vocabulary.firm[votes.term],
        "own": vocabulary.own[votes.term],
        "called": vocabulary.title[votes.term],
        **dict(zip(KINDS, contexts_of(reading, hits)[votes.hit].T, strict=True)),
    }
    cells = shape[0] * shape[1]
    sums = {key: np.bincount(cell, votes.weight * chosen, cells).reshape(shape) for key, chosen in some.items()}
    return sums | {"total": np.bincount(cell, votes.weight, cells).reshape(shape).clip(0)}


def _by_sentence(reading: Reading, votes: Votes, shape: tuple[int, int]) -> dict[str, Floats]:
    """The numbers that look at one sentence after the other; only those that hold a vote are looked at."""
    sentence = reading.sentence_of(votes.start)
    row = np.cumsum(np.diff(sentence, prepend=-1) > 0) - 1  # the votes are in order
    chains, rows = shape[1], int(row[-1]) + 1 if len(row) else 0
    table = np.bincount(row * chains + votes.chain, votes.weight, rows * chains).reshape(-1, chains).clip(0)
    owner = np.zeros(rows, np.int64)
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
