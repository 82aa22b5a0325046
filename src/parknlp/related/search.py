"""The best articles for a query, exactly, without looking at most postings.

score(query, article) = sum over shared features of factor(kind) x idf^2.5 x weight in the query x weight in the article.

The inverse document frequency is taken from the articles that are there when the query comes, over all segments. Common
features weigh little, and the most that each can add is known, so their long lists are left aside as long as they cannot lift an
article over the k-th best score found so far; for the few articles that come near it, the rest is looked up.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from .features import FIELD, KINDS, WEIGHTS, Keys, kind_of
from .segment import Numbers, Segment

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

POWER: Final = 2.5
FACTORS: Final[Mapping[str, float]] = {
    "pair": 1.0,
    "word": 1.0,
    "company": 0.1,
    "park": 0.25,
    "institution": 0.1,
    "chain": 2.0,
    "place": 0.25,
}
"""What each kind of feature counts, chosen with benchmarks/related.py. Names count little, for their characters count already."""

_VALUES: Final = np.where(np.arange(256) > 0, WEIGHTS, 0.0)  # level 0 says that the article lacks the feature
_SLACK: Final = 1e-9  # sums in another order differ by less, relative to the score
_TINY: Final = 1e-300  # above it an article shares something
_AT_ONCE: Final = 8  # features looked up before the articles that cannot reach the bar are dropped
_LEFT_ASIDE: Final = 0.7  # share of the k-th best score that the features left aside may add together


class Live(NamedTuple):
    """A segment with what was removed from it since it was made.

    Attributes:
        alive: which articles are there.
        gone: number of removed articles with each feature, None when none was removed.
        size: number of articles that are there.
        name: of its file, where it has one.
    """

    segment: Segment
    alive: Mask
    gone: npt.NDArray[np.int32] | None
    size: int
    name: str

    @classmethod
    def of(cls, segment: Segment, alive: Mask | None = None, name: str | None = None) -> Live:
        """The segment with these articles alive, all by default."""
        name = name or f"segment-{secrets.token_hex(8)}.npz"
        if alive is None or alive.all():
            return cls(segment, np.ones(len(segment), np.bool_), None, len(segment), name)
        dead = np.flatnonzero(~alive)
        rows = np.concatenate([segment.rows_of(int(doc)) for doc in dead])
        gone = np.bincount(rows, minlength=len(segment.keys)).astype(np.int32)
        return cls(segment, alive, gone, int(alive.sum()), name)

    def without(self, docs: Numbers) -> Live:
        """The same after the removal of ``docs``, which are there."""
        alive = self.alive.copy()
        alive[docs] = False
        rows = np.concatenate([self.segment.rows_of(int(doc)) for doc in docs])
        gone = np.bincount(rows, minlength=len(self.segment.keys)).astype(np.int32)
        gone = gone if self.gone is None else self.gone + gone
        return self._replace(alive=alive, gone=gone, size=self.size - len(docs))

    def frequencies(self, rows: Numbers) -> Numbers:
        """How many of its articles have each feature; 0 for the row -1."""
        pointers = self.segment.pointers
        if len(pointers) < 2:
            return np.zeros(len(rows), np.int64)
        found = pointers[rows + 1].astype(np.int64) - pointers[rows]
        if self.gone is not None:
            found -= self.gone[rows]
        return np.where(rows >= 0, found, 0)


class Query(NamedTuple):
    """An article as a query.

    Attributes:
        keys: its features, ascending, as far as some article has them and their kind counts.
        weights: what each adds, before the weight in the article.
        rows: the row of each key in each segment.
        scale: the score that the article would reach itself, features that no article has included.
    """

    keys: Keys
    weights: Floats
    rows: tuple[Numbers, ...]
    scale: float


class Hit(NamedTuple):
    """An article found.

    Attributes:
        segment: number of its segment.
        doc: its number there.
        score: what the features add together, times its decay.
        added: what each feature of the query adds.
    """

    segment: int
    doc: int
    score: float
    added: Floats


def factor_table(factors: Mapping[str, float]) -> Floats:
    """Factor by number of kind; filters never score."""
    table = np.zeros(max(KINDS.values()) + 1)
    for name, factor in factors.items():
        table[KINDS[name]] = factor
    table[FIELD] = 0.0
    return table


def idf(count: int, frequencies: Numbers) -> Floats:
    """The inverse document frequency as in BM25: positive for every frequency up to ``count``."""
    return np.log1p((count - frequencies + 0.5) / (frequencies + 0.5))


def make_query(segments: Sequence[Live], keys: Keys, levels: npt.NDArray[np.uint8], factors: Floats) -> Query:
    """Weigh the features of an article by how common they are now."""
    counted = factors[kind_of(keys)] > 0
    keys, levels = keys[counted], levels[counted]
    rows = [live.segment.lookup(keys) for live in segments]
    frequencies = np.zeros(len(keys), np.int64)
    for live, own in zip(segments, rows, strict=True):
        frequencies += live.frequencies(own)
    total = sum(live.size for live in segments)
    known = frequencies > 0
    weights = factors[kind_of(keys)] * idf(total, frequencies) ** POWER * WEIGHTS[levels]
    scale = max(float(weights @ WEIGHTS[levels]), 1e-300)
    return Query(keys[known], weights[known], tuple(own[known] for own in rows), scale)


def _scan(segment: Segment, rows: Numbers, weights: Floats) -> Floats:
    """The sum of some features for every article of a segment."""
    starts, ends = segment.pointers[rows].tolist(), segment.pointers[rows + 1].tolist()
    if not starts:
        return np.zeros(len(segment))
    slices = [slice(start, end) for start, end in zip(starts, ends, strict=True)]
    docs = np.concatenate([segment.docs[piece] for piece in slices])
    levels = np.concatenate([segment.levels[piece] for piece in slices])
    each = np.repeat(weights, [piece.stop - piece.start for piece in slices])
    each *= WEIGHTS[levels]
    sums: Floats = np.bincount(docs, each, len(segment)).astype(np.float64)
    return sums


def _look_up(segment: Segment, rows: Numbers, weights: Floats, docs: Numbers) -> Floats:
    """The sum of some features for some articles, ascending."""
    sums: Floats = (_VALUES[segment.levels_at(rows, docs)] * weights[:, None]).sum(
        axis=0
    )  # no BLAS, whose threads wait for each other
    return sums


def contributions(segment: Segment, query_rows: Numbers, weights: Floats, docs: Numbers) -> Floats:
    """What each feature of a query adds to each of some articles, ascending; (len(docs), len(query_rows))."""
    found = query_rows >= 0
    table = np.zeros((len(docs), len(query_rows)))
    table[:, found] = _VALUES[segment.levels_at(query_rows[found], docs)].T * weights[found]
    return table


def _kth(scores: Floats, k: int) -> float:
    return float(np.partition(scores, len(scores) - k)[len(scores) - k]) if len(scores) >= k else 0.0


def _search_segment(
    live: Live, rows: Numbers, weights: Floats, *, k: int, bar: float, mask: Mask, decay: Floats | None
) -> tuple[Numbers, Floats]:
    """Articles of a segment that may reach the bar, with their scores; all that do are among them."""
    segment = live.segment
    found = rows >= 0
    rows, weights = rows[found], weights[found]
    most = weights * WEIGHTS[segment.tops[rows]]
    if not len(rows) or most.sum() * (1 + _SLACK) < bar:
        return np.empty(0, np.int64), np.empty(0)
    lengths = segment.pointers[rows + 1].astype(np.int64) - segment.pointers[rows]
    order = np.argsort(lengths, kind="stable")
    rows, weights, most, lengths = rows[order], weights[order], most[order], lengths[order]
    done = 0
    if bar <= 0:  # nothing to compare with yet: the rarest features show a few good articles
        done = max(1, int(np.searchsorted(np.cumsum(lengths), max(len(segment) // 4, 1000))))
        rare = _scan(segment, rows[:done], weights[:done])
        best = np.flatnonzero(mask & (rare > 0))
        if len(best) > 2 * k:
            best = np.sort(best[np.argpartition(rare[best], len(best) - 2 * k)[-2 * k :]])
        scores = rare[best] + _look_up(segment, rows[done:], weights[done:], best)
        bar = _kth(scores if decay is None else scores * decay[best], k) * (1 - _SLACK)
    rest = np.cumsum(most[::-1])  # what the longest lists can add together
    aside = min(int(np.searchsorted(rest, bar * _LEFT_ASIDE)), len(rows) - done)
    last = len(rows) - aside
    sums = _scan(segment, rows[done:last], weights[done:last])
    if done:
        sums += rare
    left = np.append(rest[:aside][::-1], 0.0)  # what can still come when so many of the lists left aside are looked up
    docs = np.flatnonzero(sums >= max(bar * (1 - _SLACK) - float(left[0]), _TINY))
    docs = docs[mask[docs]]
    scores = sums[docs]
    for start in range(0, aside, _AT_ONCE):
        near = scores + float(left[start]) >= bar * (1 - _SLACK)
        docs, scores = docs[near], scores[near]
        if not len(docs):
            break
        some = slice(last + start, last + start + _AT_ONCE)
        scores = scores + _look_up(segment, rows[some], weights[some], docs)
    return docs, scores


def top_k(
    segments: Sequence[Live],
    query: Query,
    k: int,
    masks: Sequence[Mask],
    decays: Sequence[Floats] | None = None,
) -> list[Hit]:
    """The k best articles, best first, those of equal score in the order of their identifiers.

    Args:
        segments: where to search.
        query: made by `make_query` from the same segments.
        k: how many.
        masks: which articles of each segment are wanted.
        decays: factor of each article, at most 1, for each segment.
    """
    numbers, docs, scores = [], [], np.empty(0)
    bar = 0.0
    for number in sorted(range(len(segments)), key=lambda index: -segments[index].size):
        decay = None if decays is None else decays[number]
        found, sums = _search_segment(
            segments[number], query.rows[number], query.weights, k=k, bar=bar, mask=masks[number], decay=decay
        )
        if len(found):
            numbers.append(np.full(len(found), number))
            docs.append(found)
            scores = np.concatenate([scores, sums if decay is None else sums * decay[found]])
            bar = max(bar, _kth(scores, k))
    if not docs:
        return []
    near = np.flatnonzero(scores >= bar * (1 - 2 * _SLACK))
    hits = exact(segments, query, np.concatenate(numbers)[near], np.concatenate(docs)[near], decays)
    return sorted(hits, key=lambda hit: (-hit.score, segments[hit.segment].segment.ids[hit.doc]))[:k]


def exact(
    segments: Sequence[Live], query: Query, numbers: Numbers, docs: Numbers, decays: Sequence[Floats] | None
) -> list[Hit]:
    """The articles with scores that do not depend on how they are spread over segments."""
    hits = []
    for number in np.unique(numbers).tolist():
        own = docs[numbers == number]
        table = contributions(segments[number].segment, query.rows[number], query.weights, own)
        sums = np.cumsum(table, axis=1)[:, -1]  # one after the other, unlike a sum, which numpy splits by length
        if decays is not None:
            sums = sums * decays[number][own]
        hits += [Hit(number, *found) for found in zip(own.tolist(), sums.tolist(), table, strict=True)]
    return hits
