"""The trained sequence tagger: a linear-chain CRF over characters, decoded with numpy alone.

It reads the characters around each position and the hints of gazetteers and rules, and knows from training how far to
trust each. Scores are added as small integers, so a text gets the same names alone and in a batch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from .. import store
from ..doc import COMPANY, INSTITUTION, PARK
from ..errors import ModelError
from ..text import Candidate, TextBatch
from .context import list_hints
from .lattice import Array, Chains, Marginals, Moves, viterbi
from .signals import Signals, Words, signals

LABELS: Final = (COMPANY, PARK, INSTITUTION)
STATES: Final = 1 + 2 * len(LABELS)
"""Outside, then first and further position of each label."""

WIDTH: Final = 8
"""States as stored: one more than there are, so that a row is one 16-byte piece of memory."""

SOURCE: Final = "model:crf"

GRAM_OFFSETS: Final = {1: (-2, -1, 0, 1, 2), 2: (-3, -2, -1, 0, 1, 2), 3: (-3, -2, -1, 0, 1)}
"""N-gram order -> where, seen from a position, the n-grams start that speak about it. None reaches past the separator of two
documents."""

CODE_OFFSETS: Final = {
    "kinds": (-1, 0, 1),
    "item": (0,),
    "character": (-2, -1, 0, 1, 2),
    "characters": (-1, 0),
    "pair": (-2, -1, 0, 1),
    "pairs": (-2, -1, 0),
}
"""The same for codes; `WORD_OFFSETS` for those of dictionaries."""

WORD_OFFSETS: Final = (0, 1)

AGAIN: Final = "again "
"""What the features of the second look begin with."""

_BLOCK: Final = 1 << 15  # positions whose scores are added before the next are looked at: they fit into the cache
_REACH: Final = 4  # positions by which blocks overlap
_LONGEST_HINT: Final = 60
_PIECE: Final = np.dtype((np.void, 2 * WIDTH))


def channels(found: Signals) -> Iterator[tuple[str, Array, tuple[int, ...]]]:
    """Name, row at each position and offsets of every table of weights."""
    for order, offsets in GRAM_OFFSETS.items():
        yield f"gram{order}", found.rows[order], offsets
    for name, codes in found.codes.items():
        yield f"code:{name}", codes, CODE_OFFSETS.get(name, WORD_OFFSETS)


class Mark(NamedTuple):
    """What a hint says about one position: the hint's feature, and where in the hint the position lies (< B I E >)."""

    position: int
    feature: str


def hint_marks(batch: TextBatch, hints: Sequence[Candidate], look: str = "") -> Iterator[Mark]:
    """Each feature of each hint at each position that it speaks about.

    Hints for the same span are one: its sources singly and, at the first look, together, its length, how often its
    surface is hinted at in the document.

    Args:
        batch: the documents.
        hints: the hints.
        look: what the names of the features begin with; `AGAIN` for those of the second look.

    >>> batch = TextBatch(["在华为"])
    >>> marks = hint_marks(batch, [Candidate(4, 6, "COMPANY", "gazetteer:firms")])
    >>> [mark.feature for mark in marks if mark.position == 4][:2]
    ['COMPANY gazetteer:firms B', 'COMPANY =gazetteer:firms B']
    """
    sources: dict[tuple[int, int, str], list[str]] = {}
    for hint in hints:
        if hint.label in LABELS:
            source = "lexicon" if hint.source.startswith("lexicon:") else hint.source
            sources.setdefault((hint.start, hint.end, hint.label), []).append(source)
    surfaces = Counter((batch.document_of(start), batch.text[start:end]) for start, end, _ in sources)
    for (start, end, label), names in sources.items():
        unique = sorted(set(names))
        repeated = min(surfaces[batch.document_of(start), batch.text[start:end]], 3)
        features = (
            unique
            if look
            else [*unique, "=" + "+".join(unique), f"length {min(end - start, 12)}", f"times {repeated}", "any"]
        )
        for feature in features:
            name = f"{look}{label} {feature} "
            yield Mark(start - 1, name + "<")
            yield Mark(start, name + "B")
            for position in range(start + 1, min(end - 1, start + _LONGEST_HINT)):
                yield Mark(position, name + "I")
            if end - 1 > start:
                yield Mark(end - 1, name + "E")
            yield Mark(end, name + ">")


class SequenceTagger:
    """Finds companies, parks and institutions by what it has learned.

    Args:
        arrays: the model's arrays.
        meta: its description.
    """

    def __init__(self, arrays: Mapping[str, Array], meta: Mapping[str, Any]) -> None:
        self.meta = dict(meta)
        self._words = Words(arrays)
        self._weights = {name[2:]: _pieces(array) for name, array in arrays.items() if name.startswith("w:")}
        self._hints = {feature: row for row, feature in enumerate(meta["hints"])}
        self._hint_weights: Array = arrays["hints"].astype(np.int32)
        self._moves = Moves(*arrays["moves"])
        self._scale = float(meta["scale"])
        self._calibration: list[list[float]] = meta["calibration"]

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
        emissions, inside = self.look(batch, hints)
        first = self.names(emissions, inside)
        self.add_hints(emissions, hint_marks(batch, list(list_hints(batch.text, first)), AGAIN))
        return [name._replace(score=self._calibrated(name.score)) for name in self.names(emissions, inside)]

    def _calibrated(self, score: float) -> float:
        """The share of spans of this score that was right on held-out articles."""
        scores, shares = zip(*self._calibration, strict=True)
        return round(float(np.interp(score, scores, shares)), 3)

    def look(self, batch: TextBatch, hints: Sequence[Candidate]) -> tuple[Array, Array]:
        """Score of each state at each position, shape (STATES, positions), and which positions a name may cover."""
        found = signals(batch, self._words)
        total = np.zeros((len(batch.codes), WIDTH), np.int32)
        tables = [(self._weights[name], rows, offsets) for name, rows, offsets in channels(found)]
        for start in range(0, len(total), _BLOCK):
            _add_block(total, tables, start, min(start + _BLOCK, len(total)))
        emissions = np.ascontiguousarray(total.T[:STATES])
        self.add_hints(emissions, hint_marks(batch, hints))
        return emissions, found.inside

    def add_hints(self, emissions: Array, marks: Iterable[Mark]) -> None:
        """Add to the scores what hints say."""
        known = self._hints
        cells = [(mark.position, known[mark.feature]) for mark in marks if mark.feature in known]
        if cells:
            positions, rows = np.array(cells).T
            np.add.at(emissions.T, positions, self._hint_weights[rows, :STATES])

    def names(self, emissions: Array, inside: Array) -> list[Candidate]:
        """The best names, with their probabilities before calibration."""
        states = viterbi(Chains(inside), emissions, self._moves)
        starts, ends, labels = spans(states)
        scores = self._scores(emissions, inside, states, starts, ends)
        columns = (column.tolist() for column in (starts, ends, labels, scores))
        return [
            Candidate(start, end, LABELS[label], SOURCE, score)
            for start, end, label, score in zip(*columns, strict=True)
        ]

    def _scores(self, emissions: Array, inside: Array, states: Array, starts: Array, ends: Array) -> Array:
        """The probability of each span, computed in the chains that hold one."""
        named = np.append(0, np.cumsum(states > 0))
        places = np.arange(len(inside))
        left = np.maximum.accumulate(np.where(inside, 0, places))
        right = np.minimum.accumulate(np.where(inside, len(inside) - 1, places)[::-1])[::-1]
        chains = Chains(inside & (named[right] > named[left]))
        moves = Moves(self._moves.leave * self._scale, self._moves.stay * self._scale)
        marginals = Marginals(chains, emissions * self._scale, moves)
        return marginals.span_probabilities(starts, ends, states[starts])


def _pieces(weights: Array) -> npt.NDArray[np.void]:
    """A table of weights (rows, offsets, WIDTH) as one array of 16-byte pieces for each offset, shape (offsets, rows)."""
    table = np.ascontiguousarray(weights.transpose(1, 0, 2).astype(np.int16))
    return table.view(_PIECE)[:, :, 0]


def _add_block(
    total: Array, tables: Sequence[tuple[npt.NDArray[np.void], Array, tuple[int, ...]]], start: int, stop: int
) -> None:
    """Add up the weights of the positions from ``start`` to ``stop``."""
    first, last = max(0, start - _REACH), min(len(total), stop + _REACH)
    scores = np.zeros((last - first, WIDTH), np.int16)
    for weights, all_rows, offsets in tables:
        rows = all_rows[first:last]
        known = len(weights[0])
        if rows.max(initial=0) >= known:
            rows = np.where(rows < known, rows, 0)
        for piece, offset in zip(weights, offsets, strict=True):
            part = piece[rows].view(np.int16).reshape(-1, WIDTH)
            if offset >= 0:
                scores[: len(scores) - offset] += part[offset:]
            else:
                scores[-offset:] += part[:offset]
    total[start:stop] = scores[start - first : stop - first]


def spans(states: npt.NDArray[np.uint8]) -> tuple[Array, Array, Array]:
    """Starts, ends and index of the label of the names that states spell.

    >>> [part.tolist() for part in spans(np.array([0, 1, 2, 2, 3, 0], np.uint8))]
    [[1, 4], [4, 5], [0, 1]]
    """
    starts = np.flatnonzero(states & 1)
    further = (states > 0) & (states & 1 == 0)
    stops = np.flatnonzero(~further)
    ends = np.append(stops, len(states))[np.searchsorted(stops, starts, side="right")]
    return starts, ends, states[starts].astype(np.int64) // 2
