"""Fitting the tagger: AdaGrad on the log-likelihood of a linear-chain CRF, mini-batches of documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from parknlp.names.hints import LABELS, PLACES, SCORES, Hints, features_of, stretch
from parknlp.names.signals import CODE_SIZES, Signals, Words, shifted
from parknlp.names.weights import WEIGHTED, offsets_of
from parknlp.text import TextBatch

from .chains import Chains, Marginals, Moves
from .sources import Example

Array = npt.NDArray[Any]

EPOCHS = 12
RATE = 0.05
PENALTY = 0.5
HINT_PENALTY = 0.3
BATCH = 8000  # characters
_IMPOSSIBLE = -1e4
PAD = 3  # positions of the separator on each side of a document


STATES = 1 + SCORES
"""Outside, then first and further position of each label."""


class Channel(NamedTuple):
    """A table of weights: the row of each position, number of rows, offsets."""

    name: str
    rows: Array
    size: int
    offsets: tuple[int, ...]


def channels_of(found: Signals, words: Words, weighted: Mapping[int, int]) -> list[Channel]:
    """The tables of weights over what the tagger sees; ``weighted``: how many rows of the n-grams of each order get some."""
    channels = []
    for order in WEIGHTED:
        offsets = offsets_of(f"gram{order}")
        rows = found.rows[order].astype(np.intp)
        channels.append(Channel(f"gram{order}", np.where(rows < weighted[order], rows, 0), weighted[order], offsets))
        for name, values in words.codes[order].items():
            channels.append(Channel(f"code{order}:{name}", values[rows], int(values.max()) + 1, offsets))
    return channels + [Channel(name, rows, CODE_SIZES[name], offsets_of(name)) for name, rows in found.codes.items()]


class Weights(NamedTuple):
    """Weights by channel (rows, offsets * SCORES), of the hints (features, SCORES), of moves (2, STATES)."""

    channels: dict[str, Array]
    hints: Array
    moves: Array


class Material:
    """Texts with everything that training looks at.

    Args:
        examples: the texts.
        batch: the same as a batch.
        hints: what is proposed.
        channels: the tables of weights to learn.
    """

    def __init__(
        self,
        examples: Sequence[Example],
        batch: TextBatch,
        inside: Array,
        hints: Hints,
        channels: Sequence[Channel],
    ) -> None:
        self.examples, self.batch, self.inside, self.channels = examples, batch, inside, channels
        self.states = self._gold()
        self.allowed = self._allowed() if any(example.unsure for example in examples) else None
        marks = [
            (start + at, (feature, PLACES[place]))
            for start, end, key in zip(*hints, strict=True)
            for at, place in stretch(end - start)
            for feature in features_of(key)
        ]
        self.features = sorted({feature for _, feature in marks})
        column = {feature: index for index, feature in enumerate(self.features)}
        cells = ([position for position, _ in marks], [column[feature] for _, feature in marks])
        shape = (len(batch.codes), max(1, len(column)))
        self.hints = sparse.csr_matrix((np.ones(len(marks), np.float32), cells), shape=shape)

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
        scores = np.zeros((len(self.states), STATES), np.float32)
        scores[:, 1:] = self.hints @ tables[-1]
        add_up(scores[:, 1:], tables, self.local, offsets)
        marginals = Marginals(self.chains, scores.T, Moves(*moves))
        gold, gold_moves = self.gold, self.moves
        if self.allowed is not None:
            right = Marginals(self.chains, scores.T + self.allowed, Moves(*moves))
            gold, gold_moves = right.probabilities().T, np.stack(right.expected_moves())
        wrong = ((marginals.probabilities().T - gold) * self.within[:, None])[:, 1:]
        around = {each: _around(wrong, each) for each in dict.fromkeys(offsets)}
        by_channel = [sums @ around[each] for sums, each in zip(self.sums, offsets, strict=True)]
        return [*by_channel, self.hints.T @ wrong, np.stack(marginals.expected_moves()) - gold_moves]


def add_up(scores: Array, tables: Sequence[Array], rows: Sequence[Array], offsets: Sequence[tuple[int, ...]]) -> None:
    """Add what the tables say to the scores of the positions, shape (positions, SCORES)."""
    around: dict[tuple[int, ...], Array] = {}
    for table, each, places in zip(tables, rows, offsets, strict=False):
        if places in around:
            around[places] += table[each]
        else:
            around[places] = table[each]
    for places, gathered in around.items():
        for column, offset in enumerate(places):
            to, of = _overlap(len(scores), offset)
            scores[to] += gathered[of, column * SCORES : (column + 1) * SCORES]


def _around(values: Array, offsets: Sequence[int]) -> Array:
    """For each position the values of those positions of which it speaks, side by side."""
    found = np.zeros((len(values), len(offsets) * SCORES), values.dtype)
    for column, offset in enumerate(offsets):
        to, of = _overlap(len(values), offset)
        found[of, column * SCORES : (column + 1) * SCORES] = values[to]
    return found


def _overlap(count: int, offset: int) -> tuple[slice, slice]:
    """Of ``count`` positions those that have a position at this offset, and these."""
    return slice(max(0, -offset), count - max(0, offset)), slice(max(0, offset), count - max(0, -offset))


def fit(
    material: Material,
    documents: Sequence[int],
    epochs: int = EPOCHS,
    start: Weights | None = None,
    penalty: float = PENALTY,
) -> Weights:
    """Weights learned from these documents; the mean over the last third of the epochs.

    Args:
        material: all texts.
        documents: which of them to learn from.
        epochs: how often each is looked at.
        start: weights of channels and moves to start from and to stay near to.
        penalty: how strongly; hints have their own.
    """
    random = np.random.RandomState(0)
    batches = [MiniBatch(material, group) for group in _groups(material, random.permutation(documents))]
    offsets = [channel.offsets for channel in material.channels]
    origin = _origin(material, start)
    *tables, moves = [table.copy() for table in origin]
    totals = [np.zeros_like(table) for table in origin]
    rows = [[*batch.rows, batch.hint_rows] for batch in batches]
    shares = [_shares(table, [each[index] for each in rows]) for index, table in enumerate(tables)]
    penalties = [penalty] * len(material.channels) + [HINT_PENALTY]
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
            squares[-1] += move_slope * move_slope
            moves -= (RATE * move_slope / np.sqrt(squares[-1])).astype(np.float32)
        if epoch in late:
            totals = [total + table / len(late) for total, table in zip(totals, [*tables, moves], strict=True)]
    names = [channel.name for channel in material.channels]
    return Weights(dict(zip(names, totals, strict=False)), totals[-2], totals[-1])


def _origin(material: Material, start: Weights | None) -> list[Array]:
    """Where the weights of the channels, the hints and the moves start."""
    if start is None:
        shapes = [(channel.size, len(channel.offsets) * SCORES) for channel in material.channels]
        tables, moves = [np.zeros(shape, np.float32) for shape in shapes], np.zeros((2, STATES), np.float32)
    else:
        tables, moves = [start.channels[channel.name] for channel in material.channels], start.moves
    return [*tables, np.zeros((material.hints.shape[1], SCORES), np.float32), moves]


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
