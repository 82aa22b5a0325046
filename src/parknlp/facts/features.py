"""The features of a decision, declared by the atoms that each joins, and hashed and scored for all options at once.

An atom is one number an option (a hash of characters, a place, a count); they stand in a table of one row an atom. A feature
joins some of them: its hash is a sum of the atoms by odd factors of its own, and the upper bits of the hash are the slot of its
weight. Weights are small integers, so a sum does not depend on the order of its terms, and a text gets the same facts alone and
in a batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

BITS: Final = 19
SLOTS: Final = 1 << BITS

Atoms = npt.NDArray[np.uint32]
Weights = npt.NDArray[np.int16]
Places = npt.NDArray[np.integer[Any]]
Scores = npt.NDArray[np.int32]
Sums = npt.NDArray[np.float32]

# arrays, for the reason that `terms` gives
_SHIFT: Final = np.array(32 - BITS, np.uint32)
HALF: Final = np.array(32, np.uint64)
"""The upper half of a hash is an atom."""
_GROUP: Final = np.array(0x9E3779B1, np.uint32)
_CELLS: Final = 40_000  # features of options that are hashed together: their tables stay in the cache


def _scrambled(number: int) -> int:
    """32 bits that look like chance (the finalizer of MurmurHash3)."""
    for factor in (0x85EBCA6B, 0xC2B2AE35):
        number = (number ^ number >> 16) * factor & 0xFFFFFFFF
    return number ^ number >> 13


class _Row(NamedTuple):
    """A feature: where the atoms that it joins stand in the table, its number, and the group that it is looked at in."""

    atoms: tuple[int, ...]
    number: int
    group: int = 0


class _Rows:
    """Features as arrays; those that join the most atoms come first, so that each step has fewer features than the one before."""

    def __init__(self, rows: Sequence[_Row]) -> None:
        self.rows = rows
        seeds = [[_scrambled(row.number << 3) + row.group * int(_GROUP) & 0xFFFFFFFF] for row in rows]
        self._seeds = np.array(seeds, np.uint32)
        self._steps = []
        for step in range(max(1, len(rows[0].atoms))):
            some = [row for row in rows if step < len(row.atoms) or not step]
            # what joins no atoms takes the first one no times
            atoms = [row.atoms[step] if row.atoms else 0 for row in some]
            factors = [[_scrambled((row.number << 3) + step + 1) | 1 if row.atoms else 0] for row in some]
            self._steps.append((np.array(atoms), np.array(factors, np.uint32)))

    def hashes(self, atoms: Atoms) -> Atoms:
        """The hash of each feature of each option; shape (features, options)."""
        (rows, factors), *others = self._steps
        found = atoms.take(rows, axis=0)
        found *= factors
        found += self._seeds
        for rows, factors in others:
            part = atoms.take(rows, axis=0)
            part *= factors
            found[: len(rows)] += part
        return found


class Features(_Rows):
    """Features over a table of atoms.

    >>> features = Features(("kind", "place"), ("kind", "kind place"), 0)
    >>> features.slots(atoms([np.array([1, 1]), np.array([4, 5])])).shape
    (2, 2)
    """

    def __init__(self, names: Sequence[str], joined: Sequence[str], first: int) -> None:
        """Declare features.

        Args:
            names: the atoms, in the order of the table's rows.
            joined: for each feature its atoms, three at most.
            first: a number that no other feature of the decision has; the features count on from it, those that join the most first.
        """
        parts = sorted((tuple(map(names.index, line.split())) for line in joined), key=len, reverse=True)
        super().__init__([_Row(part, first + at) for at, part in enumerate(parts)])

    def slots(self, atoms: Atoms, group: Atoms | int = 0) -> Atoms:
        """The slot of each feature of each option, or of the same feature within a group (a rule, a state) of its own."""
        found = self.hashes(atoms)
        found += _moved(group)
        found >>= _SHIFT
        return found


class Panel:
    """Sums over features of the same atoms, scored together.

    The sums are a product with a table of zeros and ones. That is exact: whole numbers below 2 ** 24 are floats of 32 bits.

    >>> one, other = Features(("kind", "place"), ("kind",), 0), Features(("kind", "place"), ("kind place", "place"), 20)
    >>> table = atoms([np.array([1, 1, 2]), np.array([4, 5, 5])])
    >>> Panel([(one, 0), (other, 0)], [(one, 0), (other, 1)]).score(table, np.zeros(SLOTS, np.int16)).shape
    (2, 3)
    """

    def __init__(self, *sums: Sequence[tuple[Features, int]]) -> None:
        """Declare sums: for each the features that it takes in, each within a group."""
        parts = list(dict.fromkeys(part for some in sums for part in some))
        rows = [(row._replace(group=part[1]), part) for part in parts for row in part[0].rows]
        rows.sort(key=lambda pair: -len(pair[0].atoms))
        self._features = _Rows([row for row, _ in rows])
        self._chunk = _CELLS // len(rows)
        self._sums = np.array([[owner in some for _, owner in rows] for some in sums], np.float32)

    def score(self, atoms: Atoms, weights: Weights) -> Sums:
        """The sums of the weights; shape (sums, options)."""
        size = atoms.shape[1]
        found = np.empty((len(self._sums), size), np.float32)
        for at in range(0, size, self._chunk):
            slots = self._features.hashes(np.ascontiguousarray(atoms[:, at : at + self._chunk]))
            slots >>= _SHIFT
            np.matmul(self._sums, weights.take(slots).astype(np.float32), out=found[:, at : at + self._chunk])
        return found


def score_options(features: Features, atoms: Atoms, weights: Weights, column: Places, group: Places) -> Scores:
    """The sums of the weights of options that each take a column of the table, within a group."""
    found = np.empty(len(column), np.int32)
    hashes, moved = features.hashes(atoms), _moved(group.astype(np.uint32))
    chunk = _CELLS // len(features.rows)
    for at in range(0, len(column), chunk):
        some = hashes.take(column[at : at + chunk], axis=1)
        some += moved[at : at + chunk]
        some >>= _SHIFT
        np.add.reduce(weights.take(some), axis=0, dtype=np.int32, out=found[at : at + chunk])
    return found


def _moved(group: Atoms | int) -> Atoms:
    """What is added to the hashes of a group, so that its slots and those of other groups never meet for one feature."""
    found: Atoms = np.asarray(group, np.uint32) * _GROUP
    return found


def atoms(columns: Sequence[npt.NDArray[Any]]) -> Atoms:
    """A table of atoms; the upper half of a 64-bit hash stands for it."""
    found = np.empty((len(columns), len(columns[0])), np.uint32)
    for row, column in zip(found, columns, strict=True):
        row[:] = column >> HALF if column.dtype == np.uint64 else column
    return found
