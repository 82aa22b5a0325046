"""One candidate for each draft: those that say the same are put together, then the choice is made in the order of the text."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from .choosing import SCALE, Model, best
from .features import Sums
from .hashing import Hashes, numbered, paired
from .placing import Candidates, Judge
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
    """Put the candidates of so many drafts together, given their scores in the three states; there is one candidate at least."""
    numbers, _ = numbered(text)
    keys = paired(draft, numbers)
    order = keys.argsort(kind="stable")
    keys, scores = keys[order], scores.take(order, axis=1)
    new = np.empty(len(order) + 1, np.bool_)
    new[0] = new[-1] = True
    np.not_equal(keys[1:], keys[:-1], out=new[1:-1])
    starts = new.nonzero()[0]
    first = starts[:-1]
    option, top = best(scores, starts)
    odds = scores - top.repeat(starts[1:] - first, axis=1)
    odds /= SCALE
    sums = np.log(np.add.reduceat(np.exp(odds, out=odds), first, axis=1))
    sums *= SCALE
    np.rint(sums, out=sums)
    sums += top
    firsts = order[first]
    return Pools(draft[firsts].searchsorted(np.arange(drafts + 1)), numbers[firsts], sums, order[option])


def choose(found: Candidates, judge: Judge, model: Model, gap: Sequence[int]) -> list[int]:
    """The index of the best candidate of each draft, or -1 for none, decided in the order of the text."""
    return choose_all([(found, judge, model)], gap)[0]


def choose_all(asked: Sequence[tuple[Candidates, Judge, Model]], gap: Sequence[int]) -> list[list[int]]:
    """The same for several decisions about the same drafts: candidates, what they are judged by, and the weights of each."""
    chosen = [[-1] * len(gap) for _ in asked]
    some = [at for at, (found, _, _) in enumerate(asked) if len(found.draft)]
    if not some:
        return chosen
    founds = [asked[at][0] for at in some]
    scores = [judge.score(found, model) for found, judge, model in (asked[at] for at in some)]
    pools = pooled(
        np.concatenate([found.draft + at * len(gap) for at, found in enumerate(founds)]),
        np.concatenate([found.text for found in founds]),
        np.concatenate([score.options for score in scores], axis=1),
        len(some) * len(gap),
    )
    alone, after = _picked(pools)
    bounds, said, before = pools.starts.tolist(), pools.text.tolist(), 0
    for place, (at, found, score) in enumerate(zip(some, founds, scores, strict=True)):
        first, stop = place * len(gap), (place + 1) * len(gap)
        none, without = score.none.tolist()
        rows = zip(
            gap,
            zip(*(column[first:stop] for column in alone), none, strict=True),
            zip(*(column[first:stop] for column in after), without, strict=True),
            bounds[first:stop],
            bounds[first + 1 : stop + 1],
            strict=True,
        )
        chosen[at] = _in_order(rows, pools, said, score.last, found.sort, before)
        before += len(found.draft)
    return chosen


def _picked(pools: Pools) -> tuple[list[list[int]], list[list[int]]]:
    """The best pool of each draft, -1 for none, and its score: where there was no statement before, and where there was one.

    For the latter the best of the other pools and its score are known too; very little where there is none.
    """
    (newest, changed), (fresh, other) = best(pools.scores[:2], pools.starts)
    rest = pools.scores[1].copy()
    rest[changed[changed >= 0]] = _WORST
    second, less = best(rest, pools.starts)
    return [newest.tolist(), fresh.tolist()], [side.tolist() for side in (changed, other, second, less)]


_WORST: Final = -(1 << 30)
_Row = tuple[int, tuple[int, int, float], tuple[int, int, int, int, float], int, int]


def _in_order(rows: Iterable[_Row], pools: Pools, texts: list[int], lasts: Sums, sorts: Ints, before: int) -> list[int]:
    """The candidate of each draft, or -1.

    Args:
        rows: by draft, the sentences since the one before; the best pool, its score and that of none where there was no statement
            before; the best two where there was one; and the bounds of its pools.
        pools: the pools of all decisions.
        texts: what each says.
        lasts: by sort and draft, the score of what the statement before had.
        sorts: by candidate, what it is.
        before: so many candidates belong to decisions before this one.
    """
    size, width = len(texts), lasts.shape[1]
    score, option, kept_score, sort_of = pools.scores.item, pools.option.item, lasts.item, sorts.item
    chosen: list[int] = []
    last, said, sort = -1, 0, 0
    for draft, (distance, alone, after, first, stop) in enumerate(rows):
        if last < 0 or distance == 4:
            state, (at, value, least) = 0, alone
        else:
            state, (at, value, second, less, least) = 1, after
            kept = own = kept_score(sort * width + draft)
            known = texts[first:stop]
            if said in known:
                again = first + known.index(said)
                here = score(2 * size + again)
                kept = _sum(here, own)
                if at == again:
                    at, value = second, less
                if here >= own:
                    last = option(2 * size + again) - before
            if kept > least and (at < 0 or kept >= value):
                sort = sort_of(last)
                chosen.append(last)
                continue
        last = -1
        if at >= 0 and value > least:
            last = option(state * size + at) - before
            said, sort = texts[at], sort_of(last)
        chosen.append(last)
    return chosen


def _sum(one: float, other: float) -> float:
    """The score of two candidates that say the same."""
    more, away = (one, one - other) if one > other else (other, other - one)
    return more + _MORE[int(away)] if away < len(_MORE) else more


# by the difference of two scores, what the lesser one adds to the greater one
_MORE: Final = [round(math.log1p(math.exp(-away / SCALE)) * SCALE) for away in range(8 * SCALE)]
