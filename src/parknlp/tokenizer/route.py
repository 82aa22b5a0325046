"""The best route through a lattice of words: the one of the highest product of frequencies.

jieba adds up log probabilities from the end of each block, in double precision, and takes the longer of two words with
the same sum. `exact_route` does just that, in Python, so its rounding is jieba's. `best_route` is faster: where no word
crosses a position, every route passes it, and so the pieces between such positions can be solved each by itself, all
at once in numpy. Their sums are rounded differently, so where two choices are closer to each other than any rounding
error, `best_route` leaves the whole block to `exact_route`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from .runs import Array, Flags

_CLOSE: Final = 1e-6  # far above the rounding error of a sum of millions of terms; routes so close are rare
_LONGEST: Final = 16  # longer pieces are few; each step more costs the same for one of them as for a hundred
_FEW: Final = 1500  # positions below which Python is done before numpy gets going


class Lattice(NamedTuple):
    """The words that may stand in a text.

    Attributes:
        single: log probability of each character as a word, shape (characters,); -inf where it is none but longer ones start there.
        longer: length -> (start positions; log probabilities) of the words of that length, from 2, ascending.
    """

    single: Array
    longer: Mapping[int, tuple[Array, Array]]


def exact_route(
    blocks: Sequence[tuple[int, int]], single: Sequence[float], edges: Iterable[tuple[int, int, float]]
) -> list[int]:
    """Where the words of the best route start.

    Args:
        blocks: start and end of each, ascending; together they cover all characters.
        single: log probability of each character.
        edges: start, length and log probability of each longer word, the last start first, shorter before longer.
    """
    lengths = [1] * len(single)
    score = [0.0] * (len(single) + 1)
    rest = iter(edges)
    at, length, weight = next(rest, (-1, 0, 0.0))
    for start, end in reversed(blocks):
        score[end] = following = 0.0
        for position in range(end - 1, start - 1, -1):
            following += single[position]
            while at == position:
                value = weight + score[position + length]
                if value >= following:
                    following = value
                    lengths[position] = length
                at, length, weight = next(rest, (-1, 0, 0.0))
            score[position] = following
    found = []
    position = 0
    while position < len(single):
        found.append(position)
        position += lengths[position]
    return found


def best_route(lattice: Lattice, starts: Array, ends: Array) -> Flags:
    """Where a word of the best route starts, shape (characters,); every character outside of the blocks starts one.

    Args:
        lattice: the words; none crosses the end of a block.
        starts: first position of each block, ascending.
        ends: end of each block.
    """
    begins = np.ones(len(lattice.single), np.bool_)
    if len(begins) < _FEW:
        _solve_exactly(begins, lattice, starts, ends)
        return begins
    doubtful = _solve_pieces(begins, lattice)
    if len(doubtful):
        blocks = np.unique(np.searchsorted(starts, doubtful, side="right") - 1)
        _solve_exactly(begins, lattice, starts[blocks], ends[blocks])
    return begins


def _solve_exactly(begins: Flags, lattice: Lattice, starts: Array, ends: Array) -> None:
    """Write the best route through these blocks into ``begins``."""
    change = np.zeros(len(begins) + 1, np.int8)
    change[starts] = 1
    change[ends] -= 1
    wanted = np.cumsum(change[:-1], dtype=np.int8).view(np.bool_)
    places = np.flatnonzero(wanted)  # of the characters of these blocks, which are solved side by side
    local = np.cumsum(wanted) - 1
    parts: list[tuple[Array, Array, Array]] = []
    for length, (at, weight) in lattice.longer.items():
        chosen = wanted[at]
        parts.append((local[at[chosen]], np.full(int(chosen.sum()), length), weight[chosen]))
    at, lengths, weights = map(np.concatenate, zip(*parts, strict=True)) if parts else (np.empty(0, np.intp),) * 3
    order = np.argsort(-at, kind="stable")
    stops = np.cumsum(ends - starts)
    found = exact_route(
        list(zip((stops - (ends - starts)).tolist(), stops.tolist(), strict=True)),
        lattice.single[places].tolist(),
        zip(at[order].tolist(), lengths[order].tolist(), weights[order].tolist(), strict=True),
    )
    begins[places] = False
    begins[places[found]] = True


def _solve_pieces(begins: Flags, lattice: Lattice) -> Array:
    """Write the best route through every piece into ``begins``; positions in blocks that must be solved exactly."""
    size = len(begins)
    reach = np.ones(size, np.int32)
    for length, (at, _) in lattice.longer.items():
        reach[at] = length
    reach += np.arange(size, dtype=np.int32)
    furthest = np.maximum.accumulate(reach)
    begins[1:] = furthest[:-1] == np.arange(1, size, dtype=np.int32)
    first = np.flatnonzero(begins)
    sizes = np.diff(first, append=size)
    short = np.flatnonzero((sizes > 1) & (sizes <= _LONGEST))
    short = short[np.argsort((_LONGEST - sizes[short]).astype(np.uint8), kind="stable")]  # the longest first
    long = first[sizes > _LONGEST]
    if not len(short):
        return long
    first, sizes = first[short], sizes[short]
    last = first + sizes - 1
    counts = np.bincount(sizes)
    active = len(short) - np.cumsum(counts)[:-1]  # pieces of more than 0, 1, 2… characters
    choices, close = _choose(lattice, last, active)
    skip = np.zeros(len(short), np.uint8)
    for step in range(len(active) - 1, -1, -1):
        rest = skip[: active[step]]
        here = rest == 0
        begins[last[: active[step]] - step] = here
        rest += here * choices[step]
        rest -= 1
    return np.concatenate((long, close[begins[close]]))


def _by_step(lattice: Lattice, last: Array, active: Array) -> list[tuple[int, Array, Array, list[int]]]:
    """For each length the words of the pieces: number of the piece, log probability; and the bounds of each step among them."""
    size = len(lattice.single)
    piece, step_of = np.zeros(size, np.int32), np.full(size, 255, np.uint8)
    for step, count in enumerate(active):
        at = last[:count] - step
        piece[at] = np.arange(count)
        step_of[at] = step
    words = []
    for length, (at, weight) in lattice.longer.items():
        steps = step_of[at]
        order = np.argsort(steps, kind="stable")
        bounds = np.searchsorted(steps[order], np.arange(len(active) + 1))
        words.append((length, piece[at[order]], weight[order], bounds.tolist()))
    return words


def _choose(lattice: Lattice, last: Array, active: Array) -> tuple[list[Array], Array]:
    """The length of the best word at each step from the end of each piece, and where two were about as good.

    Args:
        lattice: the words.
        last: last position of each piece, the longest piece first.
        active: how many pieces have more than 0, 1, 2… characters.
    """
    words = _by_step(lattice, last, active)
    scores: list[Array] = []
    choices: list[Array] = []
    close: list[Array] = [np.empty(0, np.intp)]
    for step, count in enumerate(active):
        score = lattice.single[last[:count] - step]
        if step:
            score += scores[-1][:count]
        choice = np.ones(count, np.uint8)
        for length, pieces, weights, bounds in words:
            low, high = bounds[step], bounds[step + 1]
            if low == high:
                continue
            who, value = pieces[low:high], weights[low:high]
            if length <= step:
                value = value + scores[step - length][who]
            gain = value - score[who]
            better = gain >= 0
            score[who[better]] = value[better]
            choice[who[better]] = length
            near = np.abs(gain) < _CLOSE
            if near.any():
                close.append(last[who[near]] - step)
        scores.append(score)
        choices.append(choice)
    return choices, np.concatenate(close)
