"""One candidate for each draft: those that say the same are put together, then the choice is made in the order of the text."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from .choosing import SCALE, Model, best
from .features import Sums
from .hashing import PRIME, Hashes
from .placing import SORTS, Candidates, Judge
from .terms import Ints


class Pools(NamedTuple):
    """The candidates of each draft that say the same, put together: whatever speaks for one of them speaks for what they say.

    Attributes:
        starts: by draft, its first pool; then the number of pools.
        text: what each says, as a number.
        scores: of the pools in the three states: the logarithm of the summed odds of their candidates.
        option: the best candidate of each in the three states.
    """

    starts: Ints
    text: Ints
    scores: npt.NDArray[np.float64]
    option: Ints


def pooled(draft: Ints, text: Hashes, scores: Sums, drafts: int) -> Pools:
    """Put the candidates together, which stand draft by draft, given their scores in the three states; there is one at least."""
    begin = draft.searchsorted(np.arange(drafts + 1))
    # what a candidate is of, what it says and its place among those of its draft in one number: one sort, and the places tell the order
    # the upper bits of a hash hardly tell the first character, those of a multiple do
    keys = (text >> _UPPER << _PART | text * PRIME >> _UPPER).astype(np.int64)
    keys <<= _PLACE
    keys |= np.arange(len(draft)) - begin.take(draft)
    keys |= draft << _DRAFT
    keys.sort()
    order = begin.take(keys >> _DRAFT) + (keys & _PLACES)
    keys >>= _PLACE
    new = np.empty(len(order) + 1, np.bool_)
    new[0] = new[-1] = True
    np.not_equal(keys[1:], keys[:-1], out=new[1:-1])
    starts = new.nonzero()[0]
    first = starts[:-1]
    scores = scores.take(order, axis=1)
    option, top = best(scores, starts)
    odds = scores - top.repeat(starts[1:] - first, axis=1)
    odds /= SCALE
    sums = np.log(np.add.reduceat(np.exp(odds, out=odds), first, axis=1))
    sums *= SCALE
    np.rint(sums, out=sums)
    sums += top
    said = keys.take(first)
    return Pools((said >> _TEXT).searchsorted(np.arange(drafts + 1)), said & _TEXTS, sums, order.take(option))


# arrays, for the reason that `terms` gives
_UPPER, _PART = np.array(48, np.uint64), np.array(16, np.uint64)
# bits of a place among the candidates of a draft (some twenty), and of what a candidate says
_PLACE, _TEXT = np.array(8), np.array(32)
_DRAFT: Final = np.array(_PLACE + _TEXT)
_PLACES, _TEXTS = np.array((1 << _PLACE) - 1), np.array((1 << _TEXT) - 1)


def choose(found: Candidates, judge: Judge, model: Model, gap: Ints) -> Ints:
    """The index of the best candidate of each draft, or -1 for none, decided in the order of the text."""
    return choose_all([(found, judge, model)], gap)[0]


def choose_all(asked: Sequence[tuple[Candidates, Judge, Model]], gap: Ints) -> list[Ints]:
    """The same for several decisions about the same drafts: candidates, what they are judged by, and the weights of each."""
    sizes = [len(found.draft) for found, _, _ in asked]
    if not sum(sizes):
        return [np.full(len(gap), -1) for _ in asked]
    scores = [judge.score(found, model) for found, judge, model in asked]
    pools = pooled(
        np.concatenate([found.draft + at * len(gap) for at, (found, _, _) in enumerate(asked)]),
        np.concatenate([found.text for found, _, _ in asked]),
        np.concatenate([score.options for score in scores], axis=1),
        len(asked) * len(gap),
    )
    lasts = np.zeros((SORTS, len(asked) * len(gap)), np.float32)
    for at, score in enumerate(scores):
        lasts[: len(score.last), at * len(gap) : (at + 1) * len(gap)] = score.last
    none = np.concatenate([score.none for score in scores], axis=1)
    sorts = np.concatenate([found.sort for found, _, _ in asked])
    # nothing passes from one decision to the next: the first draft of all has none before it
    chosen = np.array(_in_order(_rows(pools, none, np.concatenate([gap] * len(asked))), pools, lasts, sorts))
    begin = np.cumsum([0, *sizes])[:-1, None]
    return list(np.maximum(chosen.reshape(len(asked), -1) - begin, -1))


_WORST: Final = -(1 << 30)
_Row = tuple[int, int, int, int, float, int, float, float, int, int]


def _rows(pools: Pools, none: Sums, gap: Ints) -> Iterable[_Row]:
    """What is known of each draft before anything is decided.

    That is: the sentences since the one before; where there was no statement before, the candidate that is chosen and its pool, -1 for
    none; where there was one, the best pool and the second, each with its score, and the score of none; and the bounds of its pools.
    """
    (newest, changed), (fresh, other) = best(pools.scores[:2], pools.starts)
    rest = pools.scores[1].copy()
    rest[changed[changed >= 0]] = _WORST
    second, less = best(rest, pools.starts)
    alone = np.where((newest >= 0) & (fresh > none[0]), pools.option[0].take(newest, mode="wrap"), -1)
    columns = gap, alone, newest, changed, other, second, less, none[1], pools.starts[:-1], pools.starts[1:]
    return zip(*(column.tolist() for column in columns), strict=True)


def _in_order(rows: Iterable[_Row], pools: Pools, lasts: Sums, sorts: Ints) -> list[int]:
    """The candidate of each draft, or -1.

    Args:
        rows: what is known of each draft.
        pools: the pools.
        lasts: by sort and draft, the score of what the statement before had.
        sorts: by candidate, what it is.
    """
    texts, width = pools.text.tolist(), lasts.shape[1]
    score, option, kept_score, sort_of = pools.scores[2].item, pools.option.item, lasts.item, sorts.item
    chosen: list[int] = []
    last, said, sort = -1, 0, 0
    for draft, (distance, alone, newest, at, value, second, less, least, first, stop) in enumerate(rows):
        if last < 0 or distance == 4:
            last = alone
            if last >= 0:
                said, sort = texts[newest], sort_of(last)
        else:
            kept = own = kept_score(sort * width + draft)
            rival, worth = at, value
            known = texts[first:stop]
            if said in known:
                again = first + known.index(said)
                here = score(again)
                kept = _sum(here, own)
                if at == again:
                    rival, worth = second, less
                if here >= own:
                    last = option(2 * len(texts) + again)
                    sort = sort_of(last)
            if kept <= least or (rival >= 0 and kept < worth):
                last = -1
                if rival >= 0 and worth > least:
                    last = option(len(texts) + rival)
                    said, sort = texts[rival], sort_of(last)
        chosen.append(last)
    return chosen


def _sum(one: float, other: float) -> float:
    """The score of two candidates that say the same."""
    more, away = (one, one - other) if one > other else (other, other - one)
    return more + _MORE[int(away)] if away < len(_MORE) else more


# by the difference of two scores, what the lesser one adds to the greater one
_MORE: Final = [round(math.log1p(math.exp(-away / SCALE)) * SCALE) for away in range(8 * SCALE)]
