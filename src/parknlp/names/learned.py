"""The trained sequence tagger: a linear-chain CRF over characters, decoded with numpy alone.

It reads the characters around each position and the hints of gazetteers and rules, and knows from training how far to
trust each. Scores are added as whole numbers, so a text gets the same names alone and in a batch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from .. import store
from ..errors import ModelError
from ..lexicon import candidate_of
from ..text import Candidate, TextBatch
from .hints import LABELS, SCORES, HintWeights, merged
from .lattice import Array, Lattice, hopeful, pieces
from .signals import Words, signals
from .weights import WEIGHTED, WIDTH, Weights, gram_weights

SOURCE: Final = "model:crf"

_FEW: Final = 1 << 12  # so many positions, which are one piece, are read sooner than chosen among
_STEEPEST: Final = 1 << 12  # differences beyond this change a probability as this does


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
        self._remade: tuple[Any, ...] = type(self), (arrays, meta)
        self._words = Words(arrays)
        weights: dict[str, Array] = {}
        self._rows: dict[int, Array] = {}
        for order in WEIGHTED:
            rows, weights[f"gram{order}"] = gram_weights(arrays, self._words, order)
            places = rows * weights[f"gram{order}"].shape[1]
            self._rows[order] = places.astype(np.uint32)  # half of the cache that numbers of 8 bytes take
        weights |= {name: arrays[f"w:{name}"] for name in meta["codes"]}
        weights["kinds"] = weights["kinds"] + arrays["bonus"]  # of which each position has one
        self._weights = Weights(weights)
        self._hints = HintWeights(meta["hints"], arrays["hints"], WIDTH)
        self._scale = float(meta["scale"])
        self._raw_scores, self._shares = np.array(meta["calibration"]).T

    @classmethod
    def load(cls, path: str | Path) -> SequenceTagger:
        """Read a model.

        Raises:
            ModelError: the file is missing, damaged, or holds another kind of model; the message names it.
        """
        arrays, meta = store.load(path, mmap=True, verify=True)
        if meta.get("kind") != "sequence-tagger":
            raise ModelError(f"{store.file_of(path)}: no sequence tagger, but {meta.get('kind')!r}")
        return cls(arrays, meta)

    @classmethod
    def bundled(cls) -> SequenceTagger:
        """The model that comes with the package."""
        found = cls.load(store.bundled("tagger"))
        found._remade = cls.bundled, ()  # noqa: SLF001 - its own class
        return found

    def __reduce__(self) -> tuple[Any, ...]:
        return self._remade  # a fraction of what is made of it, and nothing where every process has the package

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
        begin, inner, places = scores[::2], scores[1::2], None
        if len(inside) > _FEW:
            places = hopeful(scores, inside)
            begin, inner, inside = begin.take(places, 1), inner.take(places, 1), inside.take(places)
        found: list[Candidate] = []
        for piece in pieces(inside):
            lattice = Lattice(begin[:, piece], inner[:, piece], inside[piece])
            names = lattice.names()
            chances = self._chances(*lattice.scores(names)).tolist()
            starts = names.starts if places is None or not names.starts else places[piece].take(names.starts).tolist()
            found += [
                candidate_of((start, start + end - first, LABELS[label], SOURCE, chance, None, None))
                for start, first, end, label, chance in zip(starts, *names, chances, strict=True)
            ]
        return Reading(found, scores, self._scale)

    def _chances(self, own: Array, rivals: Array) -> Array:
        """Of names with these scores, the share that was right on held-out articles."""
        rivals -= own
        np.minimum(np.maximum(rivals, -_STEEPEST, out=rivals), _STEEPEST, out=rivals)
        odds = np.add.reduce(np.exp(rivals * self._scale))
        chances: Array = np.interp(1 / (1 + odds), self._raw_scores, self._shares).round(3)
        return chances

    def look(self, batch: TextBatch, hints: Sequence[Candidate]) -> tuple[Array, Array]:
        """Scores of each position, shape (SCORES, positions), and which positions a name may cover."""
        found = signals(batch, self._words)
        grams = {f"gram{order}": rows.take(found.rows[order]) for order, rows in self._rows.items()}
        total = self._weights.sums(grams | found.codes)
        self._hints.add(total, merged(batch, hints))
        return total.T[:SCORES].copy(), found.inside
