"""The trained sequence tagger: a linear-chain CRF over characters, decoded with numpy alone.

It reads the characters around each position and the hints of gazetteers and rules, and knows from training how far to
trust each. Scores are added as whole numbers, so a text gets the same names alone and in a batch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from .. import store
from ..errors import ModelError
from ..text import Candidate, TextBatch
from .hints import LABELS, HintKey, Hints, features_of, merged, places_of
from .lattice import Array, Lattice, pieces
from .signals import Words, signals

SCORES: Final = 2 * len(LABELS)
"""What is learned for a position: for each label the score of a name that begins there, and of one that goes on."""

SOURCE: Final = "model:crf"

OFFSETS: Final = {
    "gram1": (-2, -1, 0, 1, 2),
    "gram2": (-3, -2, -1, 0, 1, 2),
    "gram3": (-3, -2, -1, 0, 1),
    "kinds": (0,),
    "item": (0,),
    "latin": (0,),
    "pairs": (-2, -1, 0),
}
"""Table of weights -> where, seen from a position, its rows stand that speak about it: n-grams start there, codes are those of
that place. None reaches past the separator of two documents. `WORD_OFFSETS` for the codes of dictionaries."""

WEIGHTED: Final = (1, 2, 3)
"""Orders of n-grams that have weights."""

WORD_OFFSETS: Final = (-1, 0, 1)

_WIDTH: Final = 8  # scores as stored: two more than there are, so that a row is one 16-byte piece of memory
_PIECE: Final = np.dtype((np.void, 2 * _WIDTH))
_BLOCK: Final = 1 << 13  # positions whose weights are added before the next are looked at: they fit into the cache
_REACH: Final = 4  # no offset is larger
_STEEPEST: Final = 1 << 12  # differences beyond this change a probability as this does


def offsets_of(table: str) -> tuple[int, ...]:
    """Where, seen from a position, the rows of a table of weights stand that speak about it."""
    return OFFSETS.get(table, WORD_OFFSETS)


class _Column(NamedTuple):
    """Weights that are added up: for each row of a table, given by its number, those that it has at an offset."""

    table: int
    offset: int
    weights: npt.NDArray[np.void]


def _columns(tables: Mapping[str, Array]) -> Iterator[_Column]:
    """Every offset of every table of weights, which has the shape (rows, offsets, SCORES)."""
    for number, (name, weights) in enumerate(tables.items()):
        rows, offsets, scores = weights.shape
        pieces = np.zeros((offsets, rows, _WIDTH), np.int16)
        pieces[:, :, :scores] = weights.transpose(1, 0, 2)
        for offset, each in zip(offsets_of(name), pieces.view(_PIECE)[:, :, 0], strict=True):
            yield _Column(number, offset, each)


class Reading(NamedTuple):
    """What the tagger sees in a batch.

    Attributes:
        names: the best names.
        scores: score of each position, shape (SCORES, positions).
        scale: the logarithm of odds that one unit of score means.
    """

    names: list[Candidate]
    scores: Array
    scale: float

    def odds(self, name: Candidate) -> float:
        """The logarithm of the odds of this name against none."""
        row = 2 * LABELS.index(name.label)
        inner = self.scores[row + 1, name.start + 1 : name.end].sum()
        return float(self.scores[row, name.start] + inner) * self.scale


class SequenceTagger:
    """Finds companies, parks and institutions by what it has learned.

    Args:
        arrays: the model's arrays.
        meta: its description.
    """

    def __init__(self, arrays: Mapping[str, Array], meta: Mapping[str, Any]) -> None:
        self.meta = dict(meta)
        self._words = Words(arrays)
        weights: dict[str, Array] = {}
        self._rows: dict[int, Array] = {}
        for order in WEIGHTED:
            self._rows[order], weights[f"gram{order}"] = gram_weights(arrays, self._words, order)
        weights |= {name: arrays[f"w:{name}"] for name in meta["codes"]}
        self._tables = list(weights)
        self._columns = list(_columns(weights))
        self._features = {feature: row for row, feature in enumerate(meta["hints"])}
        self._hint_weights: Array = arrays["hints"].astype(np.int32)
        self._bonus: Array = arrays["bonus"].astype(np.int32)[:, None]
        self._scale = float(meta["scale"])
        self._raw_scores, self._shares = zip(*meta["calibration"], strict=True)
        self._known: dict[HintKey, Array] = {}

    @classmethod
    def load(cls, path: str | Path) -> SequenceTagger:
        """Read a model.

        Raises:
            ModelError: the file is missing, damaged, or holds another kind of model; the message names it.
        """
        arrays, meta = store.load(path)
        if meta.get("kind") != "sequence-tagger":
            raise ModelError(f"{store.file_of(path)}: no sequence tagger, but {meta.get('kind')!r}")
        return cls(arrays, meta)

    @classmethod
    def bundled(cls) -> SequenceTagger:
        """The model that comes with the package."""
        return cls.load(store.bundled("tagger"))

    def find(self, batch: TextBatch, hints: Sequence[Candidate] = ()) -> list[Candidate]:
        """The names in the batch, with the probability of each as score.

        Args:
            batch: folded documents.
            hints: what lexicons, gazetteers and rules propose.

        >>> batch = TextBatch(["镇江经开区与孚能科技（镇江）有限公司签约"])
        >>> [batch.text[name.start:name.end] for name in SequenceTagger.bundled().find(batch)]
        ['镇江经开区', '孚能科技(镇江)有限公司']
        """
        return self.read(batch, hints).names

    def read(self, batch: TextBatch, hints: Sequence[Candidate] = ()) -> Reading:
        """The names in the batch, and what may be asked about others."""
        scores, inside = self.look(batch, hints)
        found: list[Candidate] = []
        for piece in pieces(inside):
            lattice = Lattice(scores[::2, piece], scores[1::2, piece], inside[piece])
            names = lattice.names()
            starts, ends = names.starts + piece.start, names.ends + piece.start
            columns = (starts, ends, names.labels, self._chances(*lattice.scores(names)))
            found += [
                Candidate(start, end, LABELS[label], SOURCE, chance)
                for start, end, label, chance in zip(*(column.tolist() for column in columns), strict=True)
            ]
        return Reading(found, scores, self._scale)

    def _chances(self, own: Array, rivals: Array) -> Array:
        """Of names with these scores, the share that was right on held-out articles."""
        odds = np.exp((rivals - own).clip(-_STEEPEST, _STEEPEST) * self._scale).sum(0)
        chances: Array = np.interp(1 / (1 + odds), self._raw_scores, self._shares).round(3)
        return chances

    def look(self, batch: TextBatch, hints: Sequence[Candidate]) -> tuple[Array, Array]:
        """Scores of each position, shape (SCORES, positions), and which positions a name may cover."""
        found = signals(batch, self._words)
        seen = {f"gram{order}": rows.take(found.rows[order]) for order, rows in self._rows.items()} | found.codes
        padded = np.zeros((len(self._tables), len(batch.codes) + 2 * _REACH), np.intp)
        for row, name in zip(padded, self._tables, strict=True):
            row[_REACH:-_REACH] = seen[name]
        total = np.empty((len(batch.codes), _WIDTH), np.int16)
        for start in range(0, len(total), _BLOCK):
            stop = min(start + _BLOCK, len(total))
            sums = np.zeros((stop - start) * _WIDTH, np.int16)
            for table, offset, weights in self._columns:
                at = _REACH + offset
                sums += weights.take(padded[table, at + start : at + stop], mode="clip").view(np.int16)
            total[start:stop] = sums.reshape(-1, _WIDTH)
        scores = total.T[:SCORES].astype(np.int32, order="C")
        scores += self._bonus
        self._add_hints(scores, merged(batch, hints))
        return scores, found.inside

    def _add_hints(self, scores: Array, hints: Hints) -> None:
        """Add to the scores what hints say."""
        if hints.keys:
            positions, rows = places_of(hints)
            spoken = np.concatenate([self._of_hint(key) for key in hints.keys])
            firsts = np.flatnonzero(np.diff(positions, prepend=-1))
            scores[:, positions[firsts]] += np.add.reduceat(spoken[rows], firsts).T

    def _of_hint(self, key: HintKey) -> Array:
        """Scores at the places of a hint, shape (PLACES, SCORES)."""
        found = self._known.get(key)
        if found is None:
            rows = [self._features[name] for name in features_of(key) if name in self._features]
            found = self._known[key] = self._hint_weights[rows].sum(0)
        return found


def gram_weights(arrays: Mapping[str, Array], words: Words, order: int) -> tuple[Array, Array]:
    """Weights of the n-grams of an order with those of their codes, and where each n-gram's stand.

    N-grams without weights of their own share those of their codes.

    Returns:
        For each n-gram its row of the weights; the weights, shape (rows, offsets, SCORES).
    """
    own = arrays[f"w:gram{order}"]
    alike = np.zeros(len(arrays[f"keys{order}"]) + 1 - len(own), np.int64)
    for values in words.codes[order].values():
        alike = alike * (int(values.max()) + 1) + values[len(own) :]
    _, first, kind = np.unique(alike, return_index=True, return_inverse=True)
    used = np.concatenate([np.arange(len(own)), len(own) + first])
    weights = np.zeros((len(used), *own.shape[1:]), np.int16)
    weights[: len(own)] = own
    for code, values in words.codes[order].items():
        weights += arrays[f"w:code{order}:{code}"][values[used]]
    return np.concatenate([np.arange(len(own)), len(own) + kind]), weights
