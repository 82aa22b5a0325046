"""Linear chains decoded side by side: the best labels, and how probable each is, for every clause of a batch at once.

A chain is a run of neighbouring positions. All chains advance together, one step for each position of the longest, so the
number of numpy calls depends on the longest chain alone and not on the amount of text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.integer[Any]]

LONGEST: Final = 100
"""A longer run without any punctuation is cut: no name is that long, and the number of steps stays bounded."""

OUTSIDE: Final = 0
"""The label of positions between the chains."""


class Chains:
    """Runs of True in a mask, the longest first.

    Attributes:
        starts: offset of each chain's first position, shape (chains,).
        lengths: number of positions of each, falling.

    >>> chains = Chains(np.array([True, False, True, True]))
    >>> chains.starts.tolist(), chains.lengths.tolist(), [step.tolist() for step in chains.steps()]
    ([2, 0], [2, 1], [[2, 0], [3]])
    """

    def __init__(self, inside: Flags) -> None:
        edges = np.flatnonzero(np.diff(inside.astype(np.int8), prepend=0, append=0))
        first, stop = edges[::2], edges[1::2]
        pieces = -(-(stop - first) // LONGEST)
        number = np.arange(pieces.sum()) - np.repeat(np.cumsum(pieces) - pieces, pieces)
        starts = np.repeat(first, pieces) + number * LONGEST
        lengths = np.minimum(np.repeat(stop, pieces) - starts, LONGEST)
        order = np.argsort(-lengths, kind="stable")
        self.starts: Ints = starts[order]
        self.lengths: Ints = lengths[order]

    def steps(self) -> Iterator[Ints]:
        """For each step the positions at which the chains that are long enough stand, shape (chains that go on,)."""
        longest = int(self.lengths[0]) if len(self.lengths) else 0
        alive = np.searchsorted(-self.lengths, -np.arange(longest), side="left")
        for step, count in enumerate(alive):
            yield self.starts[:count] + step


def viterbi(chains: Chains, emissions: Floats, transitions: Floats) -> npt.NDArray[np.uint8]:
    """The best label of each position, shape (positions,); `OUTSIDE` between the chains.

    Args:
        chains: the chains.
        emissions: score of each label at each position, shape (positions, labels).
        transitions: score of a label (column) after a label (row); chains begin after and end before `OUTSIDE`.

    >>> transitions = np.array([[0.0, 0.0], [0.0, 2.0]])
    >>> viterbi(Chains(np.ones(3, bool)), np.array([[0.0, 1.0], [1.0, 0.0], [0.0, 1.0]]), transitions).tolist()
    [1, 1, 1]
    """
    steps = list(chains.steps())
    best: Floats = np.empty((0, 0))
    back: list[npt.NDArray[np.uint8]] = []
    final = np.empty((len(chains.starts), emissions.shape[1]), emissions.dtype)
    for step, places in enumerate(steps):
        if step == 0:
            best = emissions[places] + transitions[OUTSIDE]
        else:
            final[len(places) : len(best)] = best[len(places) :]
            scores = best[: len(places), :, None] + transitions
            back.append(scores.argmax(1).astype(np.uint8))
            best = scores.max(1) + emissions[places]
    final[: len(best)] = best
    last = (final + transitions[:, OUTSIDE]).argmax(1).astype(np.uint8)
    labels = np.zeros(len(emissions), np.uint8)
    label = last
    for step in range(len(steps) - 1, -1, -1):
        count = len(steps[step])
        if step + 1 < len(steps):
            going = len(steps[step + 1])
            label = last[:count].copy()
            label[:going] = back[step][np.arange(going), labels[steps[step + 1]]]
        labels[steps[step]] = label[:count]
    return labels


class Marginals:
    """Forward and backward scores of every position, scaled so that their product is the label's probability.

    Attributes:
        potentials: exp(emission), each row scaled by its largest, shape (positions, labels).
        forward: probability of each label given what stands left of and at the position.
        backward: what the right side adds.
        scales: the factors by which ``forward`` was divided at each position.
    """

    def __init__(self, chains: Chains, emissions: Floats, transitions: Floats) -> None:
        self.chains = chains
        self.top = emissions.max(1)
        self.potentials = np.exp(emissions - self.top[:, None])
        self.moves = np.exp(transitions)
        self.forward = np.zeros_like(self.potentials)
        self.backward = np.zeros_like(self.potentials)
        self.scales = np.ones(len(emissions), emissions.dtype)
        self._steps = list(chains.steps())
        self._run()

    def _run(self) -> None:
        steps, moves = self._steps, self.moves
        current: Floats = np.empty((0, 0))
        for step, places in enumerate(steps):
            came = moves[OUTSIDE] if step == 0 else self._onwards(current[: len(places)])
            current = came * self.potentials[places]
            scale = _row_sums(current)
            current = current / scale[:, None]
            self.forward[places] = current
            self.scales[places] = scale
        ends = self.chains.starts + self.chains.lengths - 1
        leaving = moves[:, OUTSIDE]
        self.leaving = _row_sums(self.forward[ends] * leaving) if len(ends) else np.empty(0)
        self.backward[ends] = leaving / self.leaving[:, None]
        self._last = np.zeros(len(self.top), np.bool_)
        self._last[ends] = True
        for step in range(len(steps) - 2, -1, -1):
            places = steps[step + 1]
            ahead = self.potentials[places] * self.backward[places] / self.scales[places][:, None]
            self.backward[places - 1] = self._backwards(ahead)

    def _onwards(self, scores: Floats) -> Floats:
        return sum(scores[:, label, None] * self.moves[label] for label in range(len(self.moves)))  # type: ignore[return-value]

    def _backwards(self, scores: Floats) -> Floats:
        return sum(scores[:, label, None] * self.moves[:, label] for label in range(len(self.moves)))  # type: ignore[return-value]

    def probabilities(self) -> Floats:
        """The probability of each label at each position, shape (positions, labels)."""
        return self.forward * self.backward

    def span_probabilities(self, starts: Ints, ends: Ints, first: Ints) -> Floats:
        """The probability that a name covers exactly the positions of each span.

        Args:
            starts: first positions, shape (spans,).
            ends: positions after the last.
            first: the label of the first position; the label after it is that of every further one.
        """
        first = first.astype(np.int64)
        chance = self.forward[starts, first]
        label, at = first, starts
        longest = int((ends - starts).max(initial=0))
        for _ in range(1, longest):
            going = at + 1 < ends
            ahead = np.where(going, at + 1, at)
            further = np.where(going, first + 1, label)
            step = self.moves[label, further] * self.potentials[ahead, further] / self.scales[ahead]
            chance = np.where(going, chance * step, chance)
            label, at = further, ahead
        return chance * self._closing(at, label, first + 1)

    def _closing(self, at: Ints, label: Ints, further: Ints) -> Floats:
        """How probable it is that a name ends at ``at``, whose label is ``label``: what follows is not ``further``."""
        going = at + 1 < len(self.potentials)
        ahead = np.where(going, at + 1, at)
        share = self.moves[label, further] * self.potentials[ahead, further] * self.backward[ahead, further]
        inner = np.where(self._last[at] | ~going, 0, share / self.scales[ahead])
        return self.backward[at, label] - inner


def _row_sums(table: Floats) -> Floats:
    """Sums of the rows, added in the same order however many rows there are: one text alone scores as in a batch."""
    total: Floats = table[:, 0].copy()
    for column in range(1, table.shape[1]):
        total += table[:, column]
    return total
