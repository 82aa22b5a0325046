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


_COLUMN: Final = {name: column for column, name in enumerate(FEATURES)}
_SUMS: Final = ("title", "lead", "names", "companies", "institutions", "firms", "own", "called", *KINDS, "total")
_BY_SENTENCE: Final = ("sentences", "dominant", "exclusive", "spread", "peak")
_SUM_COLUMNS: Final = [_COLUMN[name] for name in (*_SUMS, *_BY_SENTENCE)]


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


def sum_rows(owner: Ints, rows: npt.NDArray[Any], shape: tuple[int, int], reduce: np.ufunc = np.add) -> Floats:
    """Rows of a table summed (or reduced otherwise) by owner; owners must be in order."""
    sums: Floats = np.zeros(shape)
    if len(owner):
        firsts = run_starts(owner)
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
    total, weights = sums[_SUMS.index("total")], vocabulary.weights[counts.term]
    every, best = total.sum(1, keepdims=True), total.max(1, keepdims=True)
    hundreds = (np.maximum(reading.end - reading.first, SHORT) / 100)[:, None]
    against = np.bincount(hits.document, vocabulary.against[hits.term], shape[0])[:, None]
    sums = np.concatenate([sums, _by_sentence(reading, votes, shape)])
    both = np.concatenate([weights, weights > STRONG], axis=1)
    distinct = sum_rows(counts.document, both, (shape[0], 2 * shape[1]))
    columns = {
        "distinct": distinct[:, : shape[1]],
        "strong": distinct[:, shape[1] :],
        "density": total / hundreds,
        "behind": best - total,
        "called_chains": (sums[_SUMS.index("called")] > 0).sum(1, keepdims=True),
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
        "sentence_share": sums[len(_SUMS)] / (last - first + 1)[:, None],
    }
    found = np.zeros((*shape, len(FEATURES)))
    found[:, :, _SUM_COLUMNS] = np.moveaxis(sums, 0, 2)
    for name, values in columns.items():
        found[:, :, _COLUMN[name]] = values
    np.log1p(np.maximum(found, 0, out=found), out=found)
    for name, values in shares.items():
        found[:, :, _COLUMN[name]] = values
    return found


def _sums(reading: Reading, hits: Hits, votes: Votes, vocabulary: Vocabulary, shape: tuple[int, int]) -> Floats:
    """The sums of the votes' weights, over some and over all, as `_SUMS` names them, shape (sums, documents, chains)."""
    cell = votes.document * shape[1] + votes.chain
    body = reading.body[votes.document]
    name = reading.name_of(hits.start)[votes.hit]
    cells, tables = shape[0] * shape[1], len(_SUMS)
    chosen = np.ones((tables, len(cell)), np.bool_)
    titled = np.less(votes.start, body, out=chosen[0])
    np.less(votes.start, body + LEAD, out=chosen[1])
    chosen[1] &= ~titled
    np.greater(name, 0, out=chosen[2])
    np.equal(name, IN_COMPANY, out=chosen[3])
    np.equal(name, IN_INSTITUTION, out=chosen[4])
    for row, flags in enumerate((vocabulary.firm, vocabulary.own, vocabulary.title), 5):
        chosen[row] = flags[votes.term]
    chosen[8:-1] = contexts_of(reading, hits, vocabulary.contexts)[votes.hit].T
    owner = cell + np.arange(0, cells * tables, cells)[:, None]
    flat: Any = np.bincount(owner.ravel(), (votes.weight * chosen).ravel(), cells * tables)
    sums: Floats = flat.reshape(tables, *shape)
    np.maximum(sums[-1], 0, out=sums[-1])
    return sums


def _by_sentence(reading: Reading, votes: Votes, shape: tuple[int, int]) -> Floats:
    """The numbers that look at one sentence after the other, as `_BY_SENTENCE` names them, shape (numbers, documents, chains).

    Only sentences that hold a vote are looked at.
    """
    sentence = reading.sentence_of(votes.start)
    firsts = run_starts(sentence)  # the votes are in order
    chains, rows = shape[1], len(firsts)
    row = np.zeros(len(sentence), np.int64)
    row[firsts[1:]] = 1
    row = row.cumsum()
    table = np.bincount(row * chains + votes.chain, votes.weight, rows * chains).reshape(-1, chains).clip(0)
    owner = votes.document[firsts]
    active = table > 0
    best = table.max(1, keepdims=True, initial=0)
    columns = (
        active,
        active & (table == best),
        active & (active.sum(1, keepdims=True) == 1),
        table / np.maximum(table.sum(1, keepdims=True), 1e-9),
    )
    sums = sum_rows(owner, np.concatenate(columns, axis=1), (shape[0], chains * len(columns)))
    found = np.empty((len(_BY_SENTENCE), *shape))
    found[:-1] = sums.reshape(shape[0], len(columns), chains).swapaxes(0, 1)
    found[-1] = sum_rows(owner, table, shape, np.maximum)
    return found
