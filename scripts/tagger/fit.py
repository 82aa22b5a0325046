"""Fitting the tagger: AdaGrad on the log-likelihood of a linear-chain CRF, mini-batches of documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from parknlp.names.lattice import Chains, Marginals, Moves
from parknlp.names.learned import GRAM_OFFSETS, LABELS, STATES, Mark, channels
from parknlp.names.signals import CODE_SIZES, Signals, shifted
from parknlp.text import TextBatch

from .sources import Example

Array = npt.NDArray[Any]

EPOCHS = 12
RATE = 0.05
PENALTY = 0.5
HINT_PENALTY = 0.3
BATCH = 8000  # characters
_IMPOSSIBLE = -1e4
PAD = 3  # positions of the separator on each side of a document


class Channel(NamedTuple):
    """A table of weights: the row of each position, number of rows, offsets."""

    name: str
    rows: Array
    size: int
    offsets: tuple[int, ...]


def channels_of(found: Signals, weighted: dict[int, int]) -> list[Channel]:
    """The tables of weights over what the tagger sees; ``weighted``: how many rows of the n-grams of each order get some."""
    sizes = {f"gram{order}": weighted[order] for order in GRAM_OFFSETS}
    sizes |= {f"code:{name}": size for name, size in CODE_SIZES.items()}
    return [
        Channel(name, np.where(rows < sizes[name], rows, 0), sizes[name], offsets)
        for name, rows, offsets in channels(found)
    ]


class Weights(NamedTuple):
    """Weights by channel (rows, offsets * STATES), of the hints (features, STATES), of moves (2, STATES)."""

    channels: dict[str, Array]
    hints: Array
    moves: Array


class Material:
    """Texts with everything that training looks at.

    Args:
        examples: the texts.
        batch: the same as a batch.
        marks: what hints say.
        channels: the tables of weights to learn; none for the second look.
        base: scores that are given, shape (positions, STATES).
    """

    def __init__(
        self,
        examples: Sequence[Example],
        batch: TextBatch,
        inside: Array,
        marks: Iterable[Mark],
        channels: Sequence[Channel] = (),
        base: Array | None = None,
    ) -> None:
        self.examples, self.batch, self.inside, self.channels, self.base = examples, batch, inside, channels, base
        self.states = self._gold()
        self.allowed = self._allowed() if any(example.unsure for example in examples) else None
        all_marks = list(marks)
        self.features = sorted({mark.feature for mark in all_marks})
        column = {feature: index for index, feature in enumerate(self.features)}
        cells = ([mark.position for mark in all_marks], [column[mark.feature] for mark in all_marks])
        shape = (len(batch.codes), max(1, len(column)))
        self.hints = sparse.csr_matrix((np.ones(len(all_marks), np.float32), cells), shape=shape)

    def _gold(self) -> Array:
        states = np.zeros(len(self.batch.codes), np.uint8)
        for start, example in zip(self.batch.starts, self.examples, strict=True):
            for first, last, label in example.names:
                states[start + first : start + last] = 2 + 2 * LABELS.index(label)
                states[start + first] -= 1
        broken = (states > 0) & (states % 2 == 0) & ~shifted(self.inside, -1)
        states[broken] -= 1  # a name that reaches over a separator counts as two
        return states * self.inside

    def _allowed(self) -> Array:
        """0 for the states that the annotation leaves possible at a position, else a score that rules them out."""
        table = np.full((len(self.states), STATES), _IMPOSSIBLE, np.float32)
        table[np.arange(len(self.states)), self.states] = 0
        for start, example in zip(self.batch.starts, self.examples, strict=True):
            for first, last, label in example.unsure:
                stretch = slice(start + first, start + last)
                state = 1 + 2 * LABELS.index(label)
                table[stretch, state : state + 2][self.states[stretch] == 0] = 0
        return table

    def places(self, documents: Sequence[int]) -> Array:
        """Positions of these documents with their separators."""
        spans = [(self.batch.starts[d] - PAD, self.batch.ends[d] + PAD) for d in documents]
        return np.concatenate([np.arange(*span) for span in spans])


class MiniBatch:
    """Some documents with only those rows of the tables that they use."""

    def __init__(self, material: Material, documents: Sequence[int]) -> None:
        places = material.places(documents)
        count = len(places)
        self.rows: list[Array] = []
        self.local: list[Array] = []
        self.sums: list[Any] = []
        for channel in material.channels:
            rows, local = np.unique(channel.rows[places], return_inverse=True)
            one_hot = sparse.csr_matrix(
                (np.ones(count, np.float32), local, np.arange(count + 1)), shape=(count, len(rows))
            )
            self.rows.append(rows)
            self.local.append(local)
            self.sums.append(one_hot.T.tocsr())
        hints = material.hints[places]
        self.hint_rows = np.unique(hints.indices)
        self.hints = hints[:, self.hint_rows]
        self.base = np.zeros((count, STATES), np.float32) if material.base is None else material.base[places]
        self.chains = Chains(material.inside[places])
        self.states = material.states[places]
        self.gold = np.eye(STATES, dtype=np.float32)[self.states]
        self.allowed = None if material.allowed is None else material.allowed[places].T
        self.within = material.inside[places]
        self.moves = self._count_moves()

    def _count_moves(self) -> Array:
        """How often each state is left, and how often it goes on, shape (2, STATES)."""
        before = np.append(0, self.states[:-1])
        before[self.chains.starts] = 0
        further = (self.states > 0) & (self.states % 2 == 0)
        left = [*before[self.within & ~further], *self.states[self.chains.ends]]
        return np.stack([np.bincount(each, minlength=STATES) for each in (left, before[further])]).astype(float)

    def gradients(self, tables: Sequence[Array], moves: Array, offsets: Sequence[tuple[int, ...]]) -> list[Array]:
        """Of the negative log-likelihood: of each channel's rows that this batch uses, of the hints, of the moves."""
        scores = self.base + self.hints @ tables[-1] + add_up(tables, self.local, offsets, count=len(self.base))
        marginals = Marginals(self.chains, scores.T, Moves(*moves))
        gold, gold_moves = self.gold, self.moves
        if self.allowed is not None:
            right = Marginals(self.chains, scores.T + self.allowed, Moves(*moves))
            gold, gold_moves = right.probabilities().T, np.stack(right.expected_moves())
        wrong = (marginals.probabilities().T - gold) * self.within[:, None]
        by_channel = [
            sums @ np.concatenate([shifted(wrong, -offset) for offset in each], 1)
            for sums, each in zip(self.sums, offsets, strict=True)
        ]
        return [*by_channel, self.hints.T @ wrong, np.stack(marginals.expected_moves()) - gold_moves]


def add_up(tables: Sequence[Array], rows: Sequence[Array], offsets: Sequence[tuple[int, ...]], count: int) -> Array:
    """Scores of the states at each position, shape (positions, STATES)."""
    scores = np.zeros((count, STATES), np.float32)
    for table, each, places in zip(tables, rows, offsets, strict=False):
        gathered = table[each]
        for column, offset in enumerate(places):
            scores += shifted(gathered[:, column * STATES : (column + 1) * STATES], offset)
    return scores


def fit(material: Material, documents: Sequence[int], epochs: int = EPOCHS, start: Weights | None = None) -> Weights:
    """Weights learned from these documents; the mean over the last third of the epochs.

    Args:
        material: all texts.
        documents: which of them to learn from.
        epochs: how often each is looked at.
        start: weights of channels and moves to start from and to stay near to; the moves are kept where the first look is given.
    """
    random = np.random.RandomState(0)
    batches = [MiniBatch(material, group) for group in _groups(material, random.permutation(documents))]
    offsets = [channel.offsets for channel in material.channels]
    origin = _origin(material, start)
    *tables, moves = [table.copy() for table in origin]
    totals = [np.zeros_like(table) for table in origin]
    rows = [[*batch.rows, batch.hint_rows] for batch in batches]
    shares = [_shares(table, [each[index] for each in rows]) for index, table in enumerate(tables)]
    penalties = [PENALTY] * len(material.channels) + [HINT_PENALTY]
    squares = [np.ones_like(table) for table in origin]
    late = range(epochs - max(1, epochs // 3), epochs)
    for epoch in range(epochs):
        for index in random.permutation(len(batches)):
            used = rows[index]
            local = [table[each] for table, each in zip(tables, used, strict=True)]
            *slopes, move_slope = batches[index].gradients(local, moves, offsets)
            for number, slope in enumerate(slopes):
                each = used[number]
                pull = local[number] - origin[number][each]
                full = slope + penalties[number] * shares[number][each][:, None] * pull
                squares[number][each] += full * full
                tables[number][each] -= RATE * full / np.sqrt(squares[number][each])
            if material.base is None:
                squares[-1] += move_slope * move_slope
                moves -= (RATE * move_slope / np.sqrt(squares[-1])).astype(np.float32)
        if epoch in late:
            totals = [total + table / len(late) for total, table in zip(totals, [*tables, moves], strict=True)]
    names = [channel.name for channel in material.channels]
    return Weights(dict(zip(names, totals, strict=False)), totals[-2], totals[-1])


def _origin(material: Material, start: Weights | None) -> list[Array]:
    """Where the weights of the channels, the hints and the moves start."""
    if start is None:
        shapes = [(channel.size, len(channel.offsets) * STATES) for channel in material.channels]
        tables, moves = [np.zeros(shape, np.float32) for shape in shapes], np.zeros((2, STATES), np.float32)
    else:
        tables, moves = [start.channels[channel.name] for channel in material.channels], start.moves
    return [*tables, np.zeros((material.hints.shape[1], STATES), np.float32), moves]


def _shares(table: Array, used: Sequence[Array]) -> Array:
    """For each row the share of its penalty that falls on one of the batches that use it."""
    times = np.zeros(len(table), np.float32)
    for rows in used:
        times[rows] += 1
    return 1 / np.maximum(times, 1)


def _groups(material: Material, documents: Sequence[int]) -> list[list[int]]:
    groups: list[list[int]] = [[]]
    size = 0
    for document in documents:
        if size > BATCH:
            groups.append([])
            size = 0
        groups[-1].append(int(document))
        size += material.batch.ends[document] - material.batch.starts[document]
    return groups
