"""The features of a decision, declared by the atoms that each joins, and hashed and scored for all options at once.

An atom is one number an option (a hash of characters, a place, a count); they stand in a table of one row an atom. A feature
joins some of them: its hash is a sum of the atoms by odd factors of its own, and the upper bits of the hash are the slot of its
weight. Weights are small integers, so a sum does not depend on the order of its terms, and a text gets the same facts alone and
in a batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

BITS: Final = 18
SLOTS: Final = 1 << BITS

Atoms = npt.NDArray[np.uint32]
Weights = npt.NDArray[np.int16]
Places = npt.NDArray[np.integer[Any]]
Scores = npt.NDArray[np.int32]

_SHIFT: Final = np.uint32(32 - BITS)
_HALF: Final = np.uint64(32)
_GROUP: Final = np.uint32(0x9E3779B1)
_CHUNK: Final = 1024  # options that are scored together: their tables stay in the cache


def _scrambled(number: int) -> int:
    """32 bits that look like chance (the finalizer of MurmurHash3)."""
    for factor in (0x85EBCA6B, 0xC2B2AE35):
        number = (number ^ number >> 16) * factor & 0xFFFFFFFF
    return number ^ number >> 13


class Features:
    """Features over a table of atoms.

    >>> features = Features(("kind", "place"), ("kind", "kind place"), 0)
    >>> features.slots(atoms([np.array([1, 1]), np.array([4, 5])])).shape
    (2, 2)
    """

    def __init__(self, names: Sequence[str], joined: Sequence[str], first: int) -> None:
        """Declare features.

        Args:
            names: the atoms, in the order of the table's rows.
            joined: for each feature its atoms.
            first: a number that no other feature of the decision has; the features count on from it.
        """
        rows = sorted((line.split() for line in joined), key=len, reverse=True)
        self.size = len(rows)
        self._seed = np.array([[_scrambled(first + at << 3)] for at in range(len(rows))], np.uint32)
        self._steps = []
        for step in range(len(rows[0])):
            some = [row[step] for row in rows if len(row) > step]
            factors = [[_scrambled((first + at << 3) + step + 1) | 1] for at in range(len(some))]
            self._steps.append((np.array([names.index(name) for name in some]), np.array(factors, np.uint32)))

    def hashes(self, atoms: Atoms) -> Atoms:
        """The hash of each feature of each option; shape (features, options)."""
        found = np.empty((self.size, atoms.shape[1]), np.uint32)
        found[:] = self._seed
        for index, factor in self._steps:
            part = atoms.take(index, axis=0)
            part *= factor
            found[: len(index)] += part
        return found

    def slots(self, atoms: Atoms, group: Atoms | int = 0) -> Atoms:
        """The slot of each feature of each option, or of the same feature within a group (a rule, a state) of its own."""
        found = self.hashes(atoms)
        found += _moved(group)
        found >>= _SHIFT
        return found

    def score(self, atoms: Atoms, weights: Weights) -> Scores:
        """Sum of the weights of each option's features."""
        size = atoms.shape[1]
        found = np.empty(size, np.int32)
        for at in range(0, size, _CHUNK):
            some = weights.take(self.slots(atoms[:, at : at + _CHUNK]))
            some.sum(axis=0, dtype=np.int32, out=found[at : at + _CHUNK])
        return found

    def score_groups(self, atoms: Atoms, weights: Weights, groups: int) -> Scores:
        """The same within each of so many groups; shape (groups, options)."""
        moved = _moved(np.arange(groups, dtype=np.uint32))[:, None, None]
        found: Scores = weights.take(self.hashes(atoms) + moved >> _SHIFT).sum(axis=1, dtype=np.int32)
        return found

    def score_options(self, atoms: Atoms, weights: Weights, column: Places, group: Places) -> Scores:
        """The same for options that each take a column of the table, within a group."""
        found = np.empty(len(column), np.int32)
        hashes, moved = self.hashes(atoms), _moved(group.astype(np.uint32))
        for at in range(0, len(column), _CHUNK):
            some = hashes.take(column[at : at + _CHUNK], axis=1)
            some += moved[at : at + _CHUNK]
            some >>= _SHIFT
            weights.take(some).sum(axis=0, dtype=np.int32, out=found[at : at + _CHUNK])
        return found


def _moved(group: Atoms | int) -> Atoms:
    """What is added to the hashes of a group, so that its slots and those of other groups never meet for one feature."""
    found: Atoms = np.asarray(group, np.uint32) * _GROUP
    return found


def atoms(columns: Sequence[npt.NDArray[Any]]) -> Atoms:
    """A table of atoms; the upper half of a 64-bit hash stands for it."""
    found = np.empty((len(columns), len(columns[0])), np.uint32)
    for row, column in zip(found, columns, strict=True):
        row[:] = column >> _HALF if column.dtype == np.uint64 else column
    return found
