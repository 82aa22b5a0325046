"""Characters and pairs of characters that stand in like places, found in unannotated text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from parknlp.names.grams import grams, plain
from parknlp.text import TextBatch

Array = npt.NDArray[Any]

CLUSTERS = 128
LEAST = 5  # occurrences of an n-gram that is put into a cluster
_DIMENSIONS = 32
_ROUNDS = 4  # of the power method
_STEPS = 12  # of k-means
_SMOOTH = 0.75  # how far rare neighbours count as rare
_HASHES = 1 << 13
_EDGE = 4


def clusters(texts: Sequence[str], keys: Array, order: int) -> Array:
    """The cluster, from 1 on, of each n-gram whose hash is in ``keys``; 0, also in front, for those seen too seldom.

    N-grams are alike when the same characters and pairs of characters stand to the left and right of them.
    """
    counts = _neighbours(texts, keys, order)
    sizes = np.asarray(counts.sum(1)).ravel()
    used = np.flatnonzero(sizes >= LEAST * 4)
    found = np.zeros(len(keys) + 1, np.uint8)
    if len(used):
        found[used + 1] = 1 + _grouped(_vectors(counts, used), np.sqrt(sizes[used]))
    return found


def _neighbours(texts: Sequence[str], keys: Array, order: int) -> Any:
    """How often each n-gram has each neighbour: one and two characters to the left, and to the right."""
    codes = plain(TextBatch(list(texts)).lower)
    hashes = grams(codes)[order - 1]
    by_hash = np.argsort(keys, kind="stable")
    at = np.minimum(np.searchsorted(keys[by_hash], hashes), len(keys) - 1)
    places = np.flatnonzero(keys[by_hash][at] == hashes)
    places = places[(places >= _EDGE) & (places < len(codes) - _EDGE - order)]
    rows = by_hash[at[places]]
    wide = codes.astype(np.int64)
    columns = [
        wide[places - 1],
        wide[places + order],
        wide[places - 2] * 7919 + wide[places - 1],
        wide[places + order] * 7919 + wide[places + order + 1],
    ]
    shape, ones = (len(keys), len(columns) * _HASHES), np.ones(len(places), np.float32)
    return sum(
        sparse.csr_matrix((ones, (rows, column % _HASHES + number * _HASHES)), shape=shape)
        for number, column in enumerate(columns)
    )


def _vectors(counts: Any, used: Array) -> Array:
    """The n-grams as unit vectors: the main directions of how much more often than by chance they have each neighbour."""
    size, usual = np.asarray(counts.sum(1)).ravel(), np.asarray(counts.sum(0)).ravel()
    cells = counts.tocoo()
    total = size.sum()
    expected = size[cells.row] * usual[cells.col] ** _SMOOTH * total ** (-_SMOOTH)
    more = np.log(cells.data / expected).clip(0)
    table = sparse.csr_matrix((more.astype(np.float32), (cells.row, cells.col)), shape=counts.shape)[used]
    space = np.random.RandomState(0).randn(table.shape[1], _DIMENSIONS).astype(np.float32)
    for _ in range(_ROUNDS):
        space = np.linalg.qr(table.T @ np.linalg.qr(table @ space)[0])[0]
    return _units(table @ space)


def _grouped(vectors: Array, weights: Array) -> Array:
    """The group of each vector, by k-means on the sphere."""
    random = np.random.RandomState(0)
    centres = vectors[random.permutation(len(vectors))[:CLUSTERS]]
    for _ in range(_STEPS):
        nearest = (vectors @ centres.T).argmax(1)
        members = sparse.csr_matrix(
            (weights, (nearest, np.arange(len(vectors)))), shape=(len(centres), len(vectors)), dtype=np.float32
        )
        centres = _units(members @ vectors)
    found: Array = (vectors @ centres.T).argmax(1)
    return found


def _units(vectors: Array) -> Array:
    """The vectors with length 1; one without length stays as it is."""
    units: Array = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    return units
