"""Linear chains for training: how probable each state is, and how often each move is expected, for many chains at once.

A chain is a run of neighbouring positions. All chains advance together, one step for each position of the longest, so the
number of numpy calls depends on the longest chain alone and not on the amount of text.

States are numbered 0 outside of names, 2k - 1 on the first and 2k on each further position of a name with the k-th label. A
further position follows its own label only; outside and first positions follow every state. So the score of a move is one
number for each state that is left for a new start or the outside (`Moves.leave`), and one for each that goes on
(`Moves.stay`). Arrays of states have the shape (states, positions): each operation runs along the positions.
"""

from __future__ import annotations

import itertools
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

LONGEST: Final = 100
"""A longer run without any separator is cut: no name is that long, and the number of steps stays bounded."""


class Moves(NamedTuple):
    """Scores of the moves from each state, shape (states,) each; ``stay[0]`` means nothing."""

    leave: Array
    stay: Array


class Chains:
    """Runs of True in a mask, the longest first.

    Attributes:
        starts: offset of each chain's first position, shape (chains,).
        ends: offset of each chain's last position.
        order: every position inside, those of all first steps first, then those of all second steps, ….
        bounds: where in ``order`` each step starts, and its end.

    >>> chains = Chains(np.array([True, False, True, True]))
    >>> chains.starts.tolist(), chains.ends.tolist(), chains.order.tolist(), chains.bounds.tolist()
    ([2, 0], [3, 0], [2, 0, 3], [0, 2, 3])
    """

    def __init__(self, inside: Array) -> None:
        edges = np.flatnonzero(np.diff(inside.astype(np.int8), prepend=0, append=0))
        first, stop = edges[::2], edges[1::2]
        pieces = -(-(stop - first) // LONGEST)
        number = np.arange(pieces.sum()) - np.repeat(np.cumsum(pieces) - pieces, pieces)
        starts = np.repeat(first, pieces) + number * LONGEST
        lengths = np.minimum(np.repeat(stop, pieces) - starts, LONGEST)
        longest_first = np.argsort(-lengths, kind="stable")
        self.starts: Array = starts[longest_first]
        lengths = lengths[longest_first]
        self.ends: Array = self.starts + lengths - 1
        going = np.searchsorted(-lengths, -np.arange(lengths.max(initial=0)), side="left")
        self.bounds: Array = np.append(0, np.cumsum(going))
        steps = [self.starts[:count] + step for step, count in enumerate(going)]
        self.order: Array = np.concatenate(steps) if steps else np.empty(0, np.int64)

    def steps(self) -> list[slice]:
        """The part of ``order`` of each step."""
        return [slice(*pair) for pair in itertools.pairwise(self.bounds.tolist())]


class Marginals:
    """Forward and backward scores of the positions inside chains, scaled so that their product is the state's probability.

    Args:
        chains: the chains.
        emissions: score of each state at each position, shape (states, positions).
        moves: scores of the moves.
    """

    def __init__(self, chains: Chains, emissions: Array, moves: Moves) -> None:
        self.chains = chains
        inner = emissions[:, chains.order]
        self._potentials: Array = np.exp(inner - inner.max(0)) if inner.size else inner
        self._leave, self._stay = np.exp(moves.leave)[:, None], np.exp(moves.stay)[:, None]
        self._forward: Array = np.zeros_like(self._potentials)
        self._backward: Array = np.zeros_like(self._potentials)
        self._scales: Array = np.ones(len(chains.order), self._potentials.dtype)
        self._index = np.zeros(emissions.shape[1], np.int64)
        self._index[chains.order] = np.arange(len(chains.order))
        self._last = np.zeros(len(chains.order), np.bool_)
        self._last[self._index[chains.ends]] = True
        self._run_forward()
        self._run_backward()

    def _run_forward(self) -> None:
        previous = np.zeros((len(self._potentials), len(self.chains.starts)), self._potentials.dtype)
        previous[0] = 1
        for step in self.chains.steps():
            previous = previous[:, : step.stop - step.start]
            current = self._potentials[:, step].copy()
            left = _column_sums(previous * self._leave)
            current[0] *= left
            current[1::2] *= left
            current[2::2] *= previous[1::2] * self._stay[1::2] + previous[2::2] * self._stay[2::2]
            scale = _column_sums(current)
            previous = current / scale
            self._forward[:, step] = previous
            self._scales[step] = scale

    def _run_backward(self) -> None:
        last = self._last
        self._backward[:, last] = self._leave / _column_sums(self._forward[:, last] * self._leave)
        self._ahead = np.zeros_like(self._potentials)  # potential times backward score over scale, of each position
        steps = self.chains.steps()
        for number in range(len(steps) - 1, -1, -1):
            step = steps[number]
            ahead = self._potentials[:, step] * self._backward[:, step] / self._scales[step]
            self._ahead[:, step] = ahead
            if number:
                start = steps[number - 1].start
                before = slice(start, start + step.stop - step.start)
                away = _column_sums(ahead[1::2]) + ahead[0]
                back = self._leave * away
                back[1::2] += self._stay[1::2] * ahead[2::2]
                back[2::2] += self._stay[2::2] * ahead[2::2]
                self._backward[:, before] = back

    def probabilities(self) -> Array:
        """The probability of each state at each position, shape (states, positions); 0 between the chains."""
        table = np.zeros((len(self._forward), len(self._index)), self._forward.dtype)
        table[:, self.chains.order] = self._forward * self._backward
        return table

    def expected_moves(self) -> Moves:
        """How often each state is expected to be left and to go on."""
        order, index = self.chains.order, self._index
        going = np.flatnonzero(~self._last)
        following = index[order[going] + 1]
        away = _column_sums(self._ahead[1::2]) + self._ahead[0]
        leave = (self._forward[:, going] * away[following]).sum(1)
        leave += (self._forward[:, self._last] / _column_sums(self._forward[:, self._last] * self._leave)).sum(1)
        leave[0] += away[index[self.chains.starts]].sum()
        leave *= self._leave[:, 0]
        stay = np.zeros_like(leave)
        inner = self._ahead[2::2][:, following]
        stay[1::2] = (self._forward[1::2][:, going] * inner).sum(1)
        stay[2::2] = (self._forward[2::2][:, going] * inner).sum(1)
        return Moves(leave, stay * self._stay[:, 0])


def _column_sums(table: Array) -> Array:
    """Sums over the rows, added in the same order however long they are: one text alone scores as in a batch."""
    total: Array = table[0].copy()
    for row in table[1:]:
        total += row
    return total
