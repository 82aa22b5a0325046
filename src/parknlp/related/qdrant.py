"""The same interface over Qdrant: sparse vectors that the server weighs by how common each feature is, and payload filters.

The server's inverse document frequency enters once, not to the power of 2.5 as in `RelatedIndex`, so ranks differ a little; its
client keeps a collection in this process too (``":memory:"`` or a folder), which suits tests rather than many articles.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

import numpy as np

from ..doc import Doc
from ..duplicates import id_of
from ..errors import OptionError
from .features import KINDS, NO_DAY, WEIGHTS, Features, canonical, day_of, extract, hashed, kind_of
from .reasons import Related, explain
from .search import FACTORS, factor_table
from .variety import Overlaps, collapse, spread

_VECTOR: Final = "features"
_BATCH: Final = 256
_FILTERS: Final = ("company", "park", "institution", "chain", "place")
_SPACE: Final = uuid.UUID("5ab0b9ff-5f0a-4ae5-9f5e-9a3b6a3c7f11")  # identifiers of points are UUIDs made of ours


def _point(identifier: str) -> str:
    return str(uuid.uuid5(_SPACE, identifier))


def _index(keys: np.ndarray[Any, np.dtype[np.uint64]]) -> list[int]:
    """The 32-bit index of each feature; two of a billion meet in one now and then, which does no harm."""
    mixed = keys * np.uint64(0x9E3779B97F4A7C15)
    return [int(index) for index in (mixed ^ mixed >> np.uint64(29)) >> np.uint64(32)]


class QdrantIndex:
    """Related articles in a Qdrant collection; see `RelatedIndex` for what each method means.

    Args:
        url: address of the server, ``":memory:"``, or a folder.
        collection: its name; made when there is none.
        factors: as for `RelatedIndex`.
        fields: as for `RelatedIndex`.
        options: for ``QdrantClient`` (``api_key``, ``timeout``, …).

    Raises:
        OptionError: ``qdrant-client`` is not installed.
    """

    def __init__(
        self,
        url: str,
        collection: str = "articles",
        *,
        factors: Mapping[str, float] | None = None,
        fields: Sequence[str] = (),
        **options: Any,
    ) -> None:
        try:
            from qdrant_client import QdrantClient, models
        except ImportError:
            raise OptionError("RelatedIndex.connect needs qdrant-client: pip install 'parknlp[qdrant]'") from None
        self._models = models
        place = {"location": url} if url == ":memory:" else {"url" if "://" in url else "path": url}
        self._client: Any = QdrantClient(**{**place, **options})
        self._collection = collection
        self._factors = factor_table({**FACTORS, **(factors or {})})
        self.fields = tuple(fields)
        if not self._client.collection_exists(collection):
            weighed = models.SparseVectorParams(modifier=models.Modifier.IDF)
            self._client.create_collection(collection, vectors_config={}, sparse_vectors_config={_VECTOR: weighed})

    def __len__(self) -> int:
        return int(self._client.count(self._collection, exact=True).count)

    def __iter__(self) -> Iterator[str]:
        """The identifiers, in no order."""
        offset = None
        while True:
            points, offset = self._client.scroll(self._collection, limit=1000, offset=offset, with_payload=["id"])
            yield from (point.payload["id"] for point in points)
            if offset is None:
                return

    def __contains__(self, identifier: object) -> bool:
        return isinstance(identifier, str) and bool(self._client.retrieve(self._collection, [_point(identifier)]))

    def add(self, docs: Iterable[Doc], ids: Iterable[str] | None = None) -> int:
        """Add articles as a stream; one whose identifier is there already takes its place."""
        stream, names, count = iter(docs), None if ids is None else iter(ids), 0
        while batch := list(islice(stream, _BATCH)):
            own = [id_of(doc) for doc in batch] if names is None else [str(name) for name in islice(names, len(batch))]
            if len(own) < len(batch):
                raise OptionError(f"ids: {count + len(own)} identifiers for more articles")
            features = extract(batch, own, self.fields)
            self._client.upsert(self._collection, [self._struct(features, at) for at in range(len(batch))])
            count += len(batch)
        return count

    def _vector(self, features: Features, own: Any, factors: Any = None) -> Any:
        keys, weights = features.keys[own], WEIGHTS[features.levels[own]]
        weights = weights * (1.0 if factors is None else factors[kind_of(keys)])
        table = dict(zip(_index(keys[weights > 0]), weights[weights > 0].tolist(), strict=True))
        return self._models.SparseVector(indices=list(table), values=list(table.values()))

    def _struct(self, features: Features, at: int) -> Any:
        own = features.rows == at
        keys, day = features.keys[own], int(features.days[at])
        payload = {
            "id": features.ids[at],
            "day": None if day == NO_DAY else day,
            "keys": [f"{key:x}" for key in keys.tolist()],  # JSON has no 64-bit integers
            "levels": features.levels[own].tolist(),
            "names": {f"{key:x}": features.names[key] for key in keys.tolist() if key in features.names},
        }
        return self._models.PointStruct(
            id=_point(features.ids[at]), vector={_VECTOR: self._vector(features, own)}, payload=payload
        )

    def remove(self, ids: Iterable[str] | str) -> int:
        """Remove articles; identifiers that are not there are passed over."""
        points = [_point(name) for name in ([ids] if isinstance(ids, str) else ids)]
        there = len(self._client.retrieve(self._collection, points, with_payload=False)) if points else 0
        if there:
            self._client.delete(self._collection, points_selector=points)
        return there

    def _conditions(self, filters: Mapping[str, Any], own: str) -> Any:
        models = self._models
        must, must_not = [], [models.FieldCondition(key="id", match=models.MatchValue(value=own))]
        for name, value in filters.items():
            values = [value] if isinstance(value, (str, int, float)) else list(value or ())
            if name in ("since", "until") and value is not None:
                bound = {"gte" if name == "since" else "lte": day_of(value)}
                must.append(models.FieldCondition(key="day", range=models.Range(**bound)))
            elif name == "exclude":
                must_not.append(models.FieldCondition(key="id", match=models.MatchAny(any=values)))
            elif name in _FILTERS or name in self.fields:
                keys = [f"{self._filter_key(name, one):x}" for one in values]
                if value is not None:
                    must.append(models.FieldCondition(key="keys", match=models.MatchAny(any=keys)))
            elif value is not None:
                raise OptionError(f"filters: no filter {name!r}")
        return models.Filter(must=must, must_not=must_not)

    def _filter_key(self, name: str, value: Any) -> int:
        if name in self.fields:
            return hashed(KINDS["field"], f"{name}={value}")
        return hashed(KINDS[name], str(value) if name in ("chain", "place") else canonical(str(value)))

    def similar(
        self,
        article: Doc | str,
        k: int = 5,
        *,
        filters: Mapping[str, Any] | None = None,
        half_life: float | None = None,
        now: str | None = None,
        diversity: float = 0.0,
        near_duplicates: bool = False,
        reasons: int = 8,
    ) -> list[Related]:
        """The articles that belong beside one; freshness and variety are applied to the best ones that the server finds."""
        features = extract([article], fields=self.fields) if isinstance(article, Doc) else self._stored(article)
        query = self._vector(features, slice(None), self._factors)
        if not query.indices:
            return []
        found = self._client.query_points(
            self._collection,
            query=query,
            using=_VECTOR,
            limit=10 * k + 10,
            query_filter=self._conditions(filters or {}, features.ids[0]),
        ).points
        scores = [point.score for point in found]
        if half_life is not None:
            today = day_of(now) if now else int(features.days[0])
            if today == NO_DAY:
                raise OptionError("half_life needs a date: the article's, or now=")
            ages = [None if point.payload["day"] is None else abs(point.payload["day"] - today) for point in found]
            decays = [0.5 if age is None else 0.5 + 0.5 * 2 ** (-age / half_life) for age in ages]
            scores = [score * decay for score, decay in zip(scores, decays, strict=True)]
        order = sorted(range(len(found)), key=lambda at: (-scores[at], found[at].payload["id"]))
        hits = [found[at] for at in order]
        keys = [np.array([int(key, 16) for key in hit.payload["keys"]], np.uint64) for hit in hits]
        overlaps = Overlaps([features.keys, *keys])
        wanted = 5 * k if diversity else k
        groups = [[at + 1] for at in range(len(hits))] if near_duplicates else collapse(overlaps, wanted)
        if diversity:
            best = [scores[order[group[0] - 1]] for group in groups]
            groups = [groups[at] for at in spread(overlaps, [group[0] for group in groups], best, k, diversity)]
        scale = max(max(scores, default=0.0), 1e-300)
        return [
            Related(
                hits[group[0] - 1].payload["id"],
                scores[order[group[0] - 1]] / scale,
                self._reasons(features, keys[group[0] - 1], hits[group[0] - 1].payload, reasons),
                tuple(hits[at - 1].payload["id"] for at in group[1:]),
            )
            for group in groups[:k]
        ]

    def _stored(self, identifier: str) -> Features:
        points = self._client.retrieve(self._collection, [_point(identifier)])
        if not points:
            raise OptionError(f"no article of the index has the identifier {identifier!r}")
        payload = points[0].payload
        keys = np.array([int(key, 16) for key in payload["keys"]], np.uint64)
        days = np.array([NO_DAY if payload["day"] is None else payload["day"]], np.int32)
        names = {int(key, 16): name for key, name in payload["names"].items()}
        levels = np.array(payload["levels"], np.uint8)
        return Features((identifier,), days, np.zeros(len(keys), np.int64), keys, levels, names)

    def _reasons(self, features: Features, keys: Any, payload: Mapping[str, Any], limit: int) -> Any:
        """What is shared, by weight in both; how common each feature is only the server knows."""
        if limit < 1:
            return ()
        levels = dict(zip(keys.tolist(), payload["levels"], strict=True))
        theirs = np.array([WEIGHTS[levels[key]] if key in levels else 0.0 for key in features.keys.tolist()])
        added = theirs * WEIGHTS[features.levels] * self._factors[kind_of(features.keys)]
        return explain(features.keys, added, features.names.get, limit)
