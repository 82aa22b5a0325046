"""What speaks for each chain in each document, summed up in numbers that a linear model can weigh.

The numbers of a (document, chain) pair mean the same for every chain, so one small model serves all chains, also those of
a taxonomy that it has never seen.
"""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from .contexts import KINDS, contexts_of
from .reading import IN_COMPANY, IN_INSTITUTION

if TYPE_CHECKING:
    from .reading import Hits, Reading
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


_SUMS: Final = ("title", "lead", "names", "companies", "institutions", "firms", "own", "called", *KINDS, "total")
_BY_SENTENCE: Final = ("sentences", "dominant", "exclusive", "spread", "peak")
_OF_DOCUMENT: Final = ("against", "against_density", "length", "rivals", "all", "all_density", "called_chains")
_OF_CHAIN: Final = ("distinct", "strong", "density", "behind")
_SHARES: Final = ("share", "ratio", "first", "sentence_share")
_AS_COMPUTED: Final = (*_SUMS, *_BY_SENTENCE, *_OF_CHAIN, *_OF_DOCUMENT, *_SHARES)
_ORDER: Final = [_AS_COMPUTED.index(name) for name in FEATURES]
_PARTS: Final = [0, *accumulate(map(len, (_SUMS, _BY_SENTENCE, _OF_CHAIN, _OF_DOCUMENT, _SHARES)))]


_FIRST: Final = np.zeros(1, np.int64)


class Counts(NamedTuple):
    """How often each document names each term: one row for each pair that occurs, by document."""

    document: Ints
    term: Ints
    number: Ints


def count_terms(hits: Hits) -> Counts:
    """The occurrences counted by document and term."""
    key = hits.document << 32 | hits.term
    key.sort()
    firsts = run_starts(key)
    pairs = key[firsts]
    number = np.empty_like(firsts)
    number[:-1] = firsts[1:] - firsts[:-1]
    number[-1:] = len(key) - firsts[-1:]
    return Counts(pairs >> 32, pairs & 0xFFFFFFFF, number)


def run_starts(keys: Ints) -> Ints:
    """Where runs of equal keys begin.

    >>> run_starts(np.array([4, 4, 2, 7, 7])).tolist()
    [0, 2, 3]
    """
    new = np.ones(len(keys), np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=new[1:])
    return new.nonzero()[0]


def sum_rows(owner: Ints, rows: npt.NDArray[Any], owners: int, reduce: np.ufunc = np.add) -> Floats:
    """Rows of a table summed (or reduced otherwise) by owner; owners must be in order."""
    if not len(owner):
        return np.zeros((owners, *rows.shape[1:]))
    firsts = run_starts(owner) if owners > 1 else _FIRST
    found: Floats = reduce.reduceat(rows, firsts, axis=0, dtype=np.float64)
    if len(firsts) == owners:
        return found
    sums: Floats = np.zeros((owners, *rows.shape[1:]))
    sums[owner[firsts]] = found
    return sums


def pair_features(reading: Reading, hits: Hits, counts: Counts, vocabulary: Vocabulary) -> Floats:
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
    documents, chains = len(reading), vocabulary.weights.shape[1]
    weights = vocabulary.weights.take(hits.term, axis=0)
    found = np.empty((documents, chains, len(FEATURES)))
    sums, by_sentence, of_chain, of_document, shares = (found[:, :, a:b] for a, b in pairwise(_PARTS))
    sums[:] = _sums(reading, hits, weights, vocabulary)
    total = sums[:, :, -1]
    np.maximum(total, 0, out=total)
    every, best = total.sum(1), total.max(1)
    hundreds = np.maximum(reading.end - reading.first, SHORT) / 100
    by_sentence[:] = _by_sentence(reading, hits, weights)
    distinct = np.empty((len(counts.term), chains, 2))
    vocabulary.weights.take(counts.term, axis=0, out=distinct[:, :, 0], mode="clip")
    np.greater(distinct[:, :, 0], STRONG, out=distinct[:, :, 1])
    of_chain[:, :, :2] = sum_rows(counts.document, distinct, documents)
    np.divide(total, hundreds[:, None], out=of_chain[:, :, 2])
    np.subtract(best[:, None], total, out=of_chain[:, :, 3])
    against = np.bincount(hits.document, vocabulary.against[hits.term], documents)
    rivals, called = (total >= MENTION).sum(1), (sums[:, :, _SUMS.index("called")] > 0).sum(1)
    row = np.array([against, against / hundreds, hundreds * 100, rivals, every, every / hundreds, called])
    of_document[:] = row.T[:, None]
    first, last = reading.sentence_of(np.array([reading.first, np.maximum(reading.end - 1, reading.first)]))
    np.divide(total, np.maximum(every, 1)[:, None], out=shares[:, :, 0])
    np.divide(total, np.maximum(best, 1)[:, None], out=shares[:, :, 1])
    np.greater_equal(total, best[:, None], out=shares[:, :, 2])
    np.divide(by_sentence[:, :, 0], (last - first + 1)[:, None], out=shares[:, :, 3])
    logged = found[:, :, : _PARTS[-2]]
    np.log1p(np.maximum(logged, 0, out=logged), out=logged)
    return found.take(_ORDER, axis=2)


def _sums(reading: Reading, hits: Hits, weights: Floats, vocabulary: Vocabulary) -> Floats:
    """The sums of the weights of hits, over some and over all, as `_SUMS` names them, shape (documents, chains, sums)."""
    chosen = np.ones((len(_SUMS), len(hits.start)))
    into = hits.start - reading.body[hits.document]
    name = reading.name_of(hits.start)
    np.less(into, 0, out=chosen[0])
    np.less(into.view(np.uint64), LEAD, out=chosen[1])  # a place before the body is a huge number
    np.not_equal(name, 0, out=chosen[2])
    np.equal(name, IN_COMPANY, out=chosen[3])
    np.equal(name, IN_INSTITUTION, out=chosen[4])
    chosen[5:8] = vocabulary.marks.take(hits.term, axis=1)
    chosen[8:-1] = contexts_of(reading, hits, vocabulary.contexts).T
    borders = hits.document.searchsorted(np.arange(len(reading) + 1)).tolist()
    sums: Floats = np.array([(chosen[:, a:b] @ weights[a:b]).T for a, b in pairwise(borders)])
    return sums


def _by_sentence(reading: Reading, hits: Hits, weights: Floats) -> Floats:
    """The numbers that look at one sentence after the other, as `_BY_SENTENCE` names them, shape (documents, chains, numbers).

    Only sentences that hold a word of a chain are looked at.
    """
    start, document, speaks = hits.start, hits.document, weights.any(1)
    if not speaks.all():
        start, document, weights = start[speaks], document[speaks], weights[speaks]
    firsts = run_starts(reading.sentence_of(start))
    table = np.maximum(np.add.reduceat(weights, firsts, axis=0), 0) if len(firsts) else weights
    owner = document[firsts]
    columns = np.empty((*table.shape, len(_BY_SENTENCE) - 1))
    active, dominant, exclusive, spread = (columns[:, :, column] for column in range(len(_BY_SENTENCE) - 1))
    np.greater(table, 0, out=active)
    np.equal(table, table.max(1, keepdims=True, initial=0), out=dominant)
    dominant *= active
    np.multiply(active, active.sum(1, keepdims=True) == 1, out=exclusive)
    np.divide(table, np.maximum(table.sum(1, keepdims=True), 1e-9), out=spread)
    found = np.empty((len(reading), table.shape[1], len(_BY_SENTENCE)))
    found[:, :, :-1] = sum_rows(owner, columns, len(reading))
    found[:, :, -1] = sum_rows(owner, table, len(reading), np.maximum)
    return found
