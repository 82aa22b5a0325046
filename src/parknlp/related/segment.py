"""A segment: up to 65,536 articles as sorted arrays that never change, so any number of threads may read them.

It holds every feature twice: by article (which features an article has) and by feature (which articles have it, in order, with
their weights). A posting takes seven bytes: four by article, two and one by feature. An article is removed by a mark in `Live`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .features import Features, Keys, Levels

CAPACITY: Final = 1 << 16
"""Articles that a segment holds at most: their numbers fit into two bytes."""

_NO_ROW: Final = -1
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Texts:
    """Strings as two arrays, which can be mapped into memory."""

    data: npt.NDArray[np.uint8]
    ends: npt.NDArray[np.uint32]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Texts:
        """Pack strings."""
        pieces = [text.encode("utf-8", "surrogatepass") for text in texts]
        return cls(
            np.frombuffer(b"".join(pieces), np.uint8), np.cumsum([len(piece) for piece in pieces], dtype=np.uint32)
        )

    @classmethod
    def joined(cls, parts: Sequence[Texts]) -> Texts:
        """Several one after the other."""
        starts = np.cumsum([0, *(len(part.data) for part in parts[:-1])])
        ends = [part.ends + np.uint32(start) for part, start in zip(parts, starts.tolist(), strict=True)]
        return cls(np.concatenate([part.data for part in parts]), np.concatenate(ends))

    def __getitem__(self, index: int) -> str:
        start = int(self.ends[index - 1]) if index else 0
        return self.data[start : int(self.ends[index])].tobytes().decode("utf-8", "surrogatepass")

    def __len__(self) -> int:
        return len(self.ends)


def ranges(starts: Numbers, lengths: Numbers) -> Numbers:
    """The numbers of several ranges, one after the other.

    >>> ranges(np.array([5, 9]), np.array([2, 3])).tolist()
    [5, 6, 9, 10, 11]
    """
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts - before, lengths) + np.arange(int(lengths.sum()))


def sizes_of(pointers: npt.NDArray[Any]) -> Numbers:
    """How long each of the ranges is that begin where the one before ends."""
    wide = pointers.astype(np.int64)
    return wide[1:] - wide[:-1]


def id_hashes(ids: Iterable[str]) -> Keys:
    """64-bit hashes of identifiers."""
    digests = (hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest() for text in ids)
    return np.frombuffer(b"".join(digests), "<u8").astype(np.uint64)


@dataclass(frozen=True, slots=True)
class Segment:
    """The arrays; n articles, v features, p postings.

    Attributes:
        keys: the features, ascending; (v,).
        pointers: where the postings of each begin and end; (v + 1,).
        docs: articles of each feature, ascending; (p,).
        levels: their weights, see `features.WEIGHTS`; (p,).
        tops: highest level of each feature; (v,).
        doc_pointers: where the features of each article begin and end; (n + 1,).
        rows: features of each article as indexes of ``keys``, ascending; (p,).
        days: day of publication; (n,).
        ids: the identifiers.
        id_hashes: their hashes, ascending; (n,).
        id_order: the article of each hash; (n,).
        name_keys: hashed features, ascending.
        names: their texts.
    """

    keys: Keys
    pointers: npt.NDArray[np.uint32]
    docs: npt.NDArray[np.uint16]
    levels: Levels
    tops: Levels
    doc_pointers: npt.NDArray[np.uint32]
    rows: npt.NDArray[np.uint32]
    days: npt.NDArray[np.int32]
    ids: Texts
    id_hashes: Keys
    id_order: npt.NDArray[np.uint16]
    name_keys: Keys
    names: Texts

    def __len__(self) -> int:
        return len(self.days)

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(array.nbytes for array in self.arrays().values())

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Every array by name, as a model file holds them."""
        found: dict[str, npt.NDArray[Any]] = {}
        for name in self.__slots__:
            value = getattr(self, name)
            if isinstance(value, Texts):
                found |= {f"{name}_data": value.data, f"{name}_ends": value.ends}
            else:
                found[name] = value
        return found

    @classmethod
    def of_arrays(cls, arrays: dict[str, npt.NDArray[Any]]) -> Segment:
        """The inverse of `arrays`."""
        plain = {
            name: array.view(np.ndarray) for name, array in arrays.items()
        }  # slices of a memmap cost ten times as much
        texts = {name: Texts(plain[f"{name}_data"], plain[f"{name}_ends"]) for name in ("ids", "names")}
        return cls(**{name: texts[name] if name in texts else plain[name] for name in cls.__slots__})  # type: ignore[arg-type]

    def lookup(self, keys: Keys) -> Numbers:
        """The row of each key, `_NO_ROW` where the segment lacks it."""
        if not len(self.keys):
            return np.full(len(keys), _NO_ROW)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[at] == keys, at, _NO_ROW)

    def find(self, hashes: Keys) -> Numbers:
        """The article of each hash of an identifier, -1 where the segment lacks it."""
        at = np.minimum(np.searchsorted(self.id_hashes, hashes), len(self) - 1)
        return np.where(self.id_hashes[at] == hashes, self.id_order[at].astype(np.int64), -1)

    def rows_of(self, doc: int) -> Numbers:
        """The rows of an article's features, ascending."""
        return self.rows[int(self.doc_pointers[doc]) : int(self.doc_pointers[doc + 1])].astype(np.int64)

    def levels_at(self, rows: Numbers, docs: Numbers) -> Levels:
        """The level of each feature in each article, 0 where the article lacks it; (len(rows), len(docs)).

        Args:
            rows: features, none of them missing.
            docs: articles, ascending.
        """
        starts, ends = self.pointers[rows].astype(np.int64), self.pointers[rows + 1].astype(np.int64)
        wanted, at = docs.astype(np.uint16), np.empty((len(rows), len(docs)), np.int64)
        for index, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
            at[index] = self.docs[start:end].searchsorted(wanted)
        at += starts[:, None]
        inside = np.minimum(at, ends[:, None] - 1)
        return np.where((self.docs[inside] == wanted) & (inside == at), self.levels[inside], 0).astype(np.uint8)


def _finish(
    *,
    keys: Keys,
    pointers: Numbers,
    docs: npt.NDArray[np.uint16],
    levels: Levels,
    sizes: Numbers,
    rows: npt.NDArray[np.uint32],
    days: npt.NDArray[np.int32],
    ids: Texts,
    hashes: Keys,
    names: dict[int, str],
) -> Segment:
    """Complete what follows from the rest; ``sizes``: number of features of each article, ``hashes``: of its identifier."""
    order = np.argsort(hashes, kind="stable")
    name_keys = sorted(names)
    return Segment(
        keys=keys,
        pointers=pointers.astype(np.uint32),
        docs=docs,
        levels=levels,
        tops=np.maximum.reduceat(levels, pointers[:-1]) if len(keys) else levels,
        doc_pointers=np.concatenate([[0], np.cumsum(sizes)]).astype(np.uint32),
        rows=rows,
        days=days,
        ids=ids,
        id_hashes=hashes[order],
        id_order=order.astype(np.uint16),
        name_keys=np.array(name_keys, np.uint64),
        names=Texts.of([names[key] for key in name_keys]),
    )


def build(features: Features) -> Segment:
    """A segment of a batch of at most `CAPACITY` articles."""
    order = np.argsort(features.keys, kind="stable")
    ordered = features.keys[order]
    first = (
        np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])) if len(ordered) else np.empty(0, np.int64)
    )
    pointers = np.append(first, len(ordered))
    rows = np.empty(len(ordered), np.uint32)
    rows[order] = np.repeat(np.arange(len(first), dtype=np.uint32), sizes_of(pointers))
    return _finish(
        keys=ordered[first],
        pointers=pointers,
        docs=features.rows[order].astype(np.uint16),
        levels=features.levels[order],
        sizes=np.bincount(features.rows, minlength=len(features.ids)),
        rows=rows,
        days=features.days,
        ids=Texts.of(features.ids),
        hashes=id_hashes(features.ids),
        names=features.names,
    )


def _hashes(segment: Segment) -> Keys:
    """The hash of each identifier in the order of the articles."""
    hashes = np.empty(len(segment), np.uint64)
    hashes[segment.id_order] = segment.id_hashes
    return hashes


def _names(segment: Segment) -> dict[int, str]:
    return {key: segment.names[index] for index, key in enumerate(segment.name_keys.tolist())}


def _without(segment: Segment, alive: npt.NDArray[np.bool_]) -> Segment:
    """The segment without the removed articles and without the features that only they had."""
    if alive.all():
        return segment
    lengths, sizes = sizes_of(segment.pointers), sizes_of(segment.doc_pointers)
    keep = alive[segment.docs]
    left = np.bincount(np.repeat(np.arange(len(lengths)), lengths)[keep], minlength=len(lengths))
    used = left > 0
    doc_number, row_number = np.cumsum(alive) - 1, np.cumsum(used) - 1
    named = set(np.intersect1d(segment.keys[used], segment.name_keys).tolist())
    return _finish(
        keys=segment.keys[used],
        pointers=np.concatenate([[0], np.cumsum(left[used])]),
        docs=doc_number[segment.docs[keep]].astype(np.uint16),
        levels=segment.levels[keep],
        sizes=sizes[alive],
        rows=row_number[segment.rows[np.repeat(alive, sizes)]].astype(np.uint32),
        days=segment.days[alive],
        ids=Texts.of([segment.ids[doc] for doc in np.flatnonzero(alive).tolist()]),
        hashes=_hashes(segment)[alive],
        names={key: name for key, name in _names(segment).items() if key in named},
    )


def merge(parts: Sequence[tuple[Segment, npt.NDArray[np.bool_]]]) -> Segment:
    """One segment of the living articles of several, in their order; linear in their postings.

    Args:
        parts: segments, and which of their articles live; at most `CAPACITY` of them live.
    """
    segments = [_without(segment, alive) for segment, alive in parts]
    if len(segments) == 1:
        return segments[0]
    keys = np.unique(np.concatenate([segment.keys for segment in segments]))
    targets = [np.searchsorted(keys, segment.keys) for segment in segments]
    lengths = [sizes_of(segment.pointers) for segment in segments]
    totals = np.zeros(len(keys), np.int64)
    for target, length in zip(targets, lengths, strict=True):
        totals[target] += length
    pointers = np.concatenate([[0], np.cumsum(totals)])
    docs, levels = np.empty(int(pointers[-1]), np.uint16), np.empty(int(pointers[-1]), np.uint8)
    at, base = pointers[:-1].copy(), 0
    for segment, target, length in zip(segments, targets, lengths, strict=True):
        places = ranges(at[target], length)
        docs[places] = segment.docs + np.uint16(base)
        levels[places] = segment.levels
        at[target] += length
        base += len(segment)
    names: dict[int, str] = {}
    for segment in segments:
        names |= {key: name for key, name in _names(segment).items() if len(name) > len(names.get(key, ""))}
    return _finish(
        keys=keys,
        pointers=pointers,
        docs=docs,
        levels=levels,
        sizes=np.concatenate([sizes_of(segment.doc_pointers) for segment in segments]),
        rows=np.concatenate(
            [target.astype(np.uint32)[part.rows] for target, part in zip(targets, segments, strict=True)]
        ),
        days=np.concatenate([segment.days for segment in segments]),
        ids=Texts.joined([segment.ids for segment in segments]),
        hashes=np.concatenate([_hashes(segment) for segment in segments]),
        names=names,
    )
