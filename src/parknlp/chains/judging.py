"""How right accepted chains are where the truth is known, and from which probability on a chain is best accepted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from ..errors import OptionError

if TYPE_CHECKING:
    from ..doc import ChainScore
    from .vocabulary import Flags, Floats

Labels = Sequence[Collection[str]]

GRID: Final = np.arange(0.2, 0.81, 0.02)
"""The thresholds to choose from."""

_SHRINK: Final = 40.0
"""How many documents a chain needs before its own best threshold counts as much as the common one."""


def indicator(labels: Labels, ids: Sequence[str] | npt.NDArray[Any]) -> Flags:
    """Labels as a table of shape (documents, chains).

    >>> indicator([["b"], []], ["a", "b"]).tolist()
    [[False, True], [False, False]]
    """
    place = {identifier: index for index, identifier in enumerate(ids)}
    table: Flags = np.zeros((len(labels), len(place)), np.bool_)
    for row, chains in enumerate(labels):
        for chain in chains:
            if chain not in place:
                raise OptionError(f"labels: no chain {chain!r} in the taxonomy, which has {', '.join(place)}")
            table[row, place[chain]] = True
    return table


def f1(gold: Flags, found: Flags, weight: Floats | None = None) -> float:
    """2 TP / (gold + found) over all cells, rows by weight; 1 where both are empty.

    >>> f1(np.array([True, True]), np.array([True, False]))
    0.6666666666666666
    """
    rows = np.ones(len(gold)) if weight is None else weight
    total = float((rows @ gold).sum() + (rows @ found).sum())
    return 2 * float((rows @ (gold & found)).sum()) / total if total else 1.0


def choose_thresholds(scores: Floats, gold: Flags, weight: Floats) -> Floats:
    """For each chain the probability from which on F1 is best, drawn towards the best common one the fewer documents it has."""
    common = max(GRID, key=lambda limit: f1(gold, scores >= limit, weight))
    own = [
        max(GRID, key=lambda limit: (f1(wanted, found >= limit, weight), -abs(limit - common)))
        for wanted, found in zip(gold.T, scores.T, strict=True)
    ]
    number = weight @ gold
    return np.asarray(common + number / (number + _SHRINK) * (np.array(own) - common))


class Classified(Protocol):
    """What was said of a document: a `Classification`, or a tagged `Doc`."""

    @property
    def cats(self) -> Mapping[str, float]:
        """The probability of every chain."""

    @property
    def chains(self) -> Sequence[ChainScore]:
        """The accepted ones."""

    @property
    def primary(self) -> str | None:
        """The one that dominates."""


class Bin(NamedTuple):
    """Pairs of document and chain whose probabilities lie together: from, their mean, the share that is right, the number."""

    low: float
    said: float
    right: float
    pairs: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """Classifications beside the truth.

    Attributes:
        ids: the chains.
        gold: the true ones, shape (documents, chains).
        given: the accepted ones.
        scores: their probabilities.
        primary: share of documents whose primary chain, or none, is right.
    """

    ids: tuple[str, ...]
    gold: Flags
    given: Flags
    scores: Floats
    primary: float

    @classmethod
    def of(cls, found: Sequence[Classified], labels: Labels, primary: Sequence[str | None]) -> Judgement:
        """Judge classifications by the true chains, and the true primary ones, of the same documents."""
        ids = tuple(found[0].cats)
        return cls(
            ids,
            indicator(labels, ids),
            indicator([[chain.id for chain in each.chains] for each in found], ids),
            np.array([list(each.cats.values()) for each in found]),
            float(np.mean([each.primary == want for each, want in zip(found, primary, strict=True)])),
        )

    @property
    def micro(self) -> float:
        """F1 over all pairs of document and chain."""
        return f1(self.gold, self.given)

    @property
    def macro(self) -> float:
        """The mean of the chains' F1."""
        return float(np.mean([f1 for _, _, f1, _ in self.by_chain().values()]))

    @property
    def empty(self) -> float:
        """The share of the documents without any chain that were given none; 1 where there is no such document."""
        none = ~self.gold.any(1)
        return float((~self.given[none].any(1)).mean()) if none.any() else 1.0

    def by_chain(self) -> dict[str, tuple[float, float, float, int]]:
        """Precision, recall, F1 and the number of documents of each chain."""
        right, named, wanted = ((table.sum(0)) for table in (self.gold & self.given, self.given, self.gold))
        return {
            chain: (
                float(right[at] / max(named[at], 1)),
                float(right[at] / max(wanted[at], 1)),
                f1(self.gold[:, at], self.given[:, at]),
                int(wanted[at]),
            )
            for at, chain in enumerate(self.ids)
        }

    def reliability(self) -> list[Bin]:
        """Ten bins of probability."""
        place = np.minimum((self.scores * 10).astype(np.int64), 9)
        return [
            Bin(at / 10, float(self.scores[here].mean()), float(self.gold[here].mean()), int(here.sum()))
            for at in range(10)
            if (here := place == at).any()
        ]

    @property
    def calibration_error(self) -> float:
        """How far probability and share right lie apart, on average over the pairs."""
        return sum(each.pairs * abs(each.said - each.right) for each in self.reliability()) / max(self.scores.size, 1)
