"""The index of related articles: articles come and go at any time, and every answer is exact for those that are there."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from ..doc import Doc
from ..duplicates import id_of
from ..errors import OptionError
from .features import KINDS, NO_DAY, Features, Keys, canonical, day_of, extract, hashed
from .reasons import Reason, Related, explain
from .search import FACTORS, Hit, Live, Query, factor_table, make_query, top_k
from .segment import CAPACITY, build, id_hashes, merge
from .variety import Overlaps, collapse, spread

if TYPE_CHECKING:
    from .qdrant import QdrantIndex

Mask = npt.NDArray[np.bool_]
Filters = Mapping[str, Any]

_BATCH: Final = 1024  # documents whose features are made at once


def _filter_keys(name: str, value: Any, fields: Sequence[str]) -> Keys:
    values = [value] if isinstance(value, (str, int, float)) else list(value)
    if name in fields:
        return np.array([hashed(KINDS["field"], f"{name}={one}") for one in values], np.uint64)
    if name not in ("company", "park", "institution", "chain", "place"):
        allowed = ("company", "park", "institution", "chain", "place", "since", "until", "exclude", *fields)
        raise OptionError(f"filters: no filter {name!r}; there are {', '.join(allowed)}")
    plain = name in ("chain", "place")
    return np.array([hashed(KINDS[name], str(one) if plain else canonical(str(one))) for one in values], np.uint64)


def _mask(live: Live, filters: Filters, fields: Sequence[str]) -> Mask:
    """Which articles of a segment are there and pass the filters."""
    mask, segment = live.alive, live.segment
    for name, value in filters.items():
        if value is None:
            continue
        if name == "since":
            mask = mask & (segment.days >= day_of(value))
        elif name == "until":
            mask = mask & (segment.days <= day_of(value)) & (segment.days != NO_DAY)
        elif name == "exclude":
            found = segment.find(id_hashes([value] if isinstance(value, str) else value))
            mask = mask.copy()
            mask[found[found >= 0]] = False
        else:
            wanted = np.zeros(len(segment), np.bool_)
            for row in segment.lookup(_filter_keys(name, value, fields)).tolist():
                if row >= 0:
                    wanted[segment.docs[int(segment.pointers[row]) : int(segment.pointers[row + 1])]] = True
            mask = mask & wanted
    return mask


class RelatedIndex:
    """Articles by what they share.

    One thread may add and remove while others search: a search sees the articles as they were when it began.

    Args:
        factors: what each kind of feature counts (``pair``, ``word``, ``company``, ``park``, ``institution``, ``chain``,
            ``place``), where it shall differ from `search.FACTORS`.
        fields: keys of ``meta`` whose values serve as filters.

    Raises:
        OptionError: an unknown kind, or a negative factor.

    >>> index = RelatedIndex()
    >>> index.add([Doc("镇江高新区新建船舶动力产业园。", meta={"id": "a"}), Doc("扬中发布天气预报。", meta={"id": "b"})])
    2
    >>> [found] = index.similar(Doc("船舶动力企业落户高新区"), k=1)
    >>> found.id, found.reasons[0].text
    ('a', '船舶动力')
    """

    def __init__(self, *, factors: Mapping[str, float] | None = None, fields: Sequence[str] = ()) -> None:
        unknown = set(factors or ()) - set(FACTORS)
        if unknown or any(factor < 0 for factor in (factors or {}).values()):
            raise OptionError(f"factors must be positive numbers for {', '.join(FACTORS)}, not {dict(factors or {})!r}")
        self.factors = {**FACTORS, **(factors or {})}
        self.fields = tuple(fields)
        self._factors = factor_table(self.factors)
        self._lives: tuple[Live, ...] = ()  # replaced as a whole, so a search keeps the one it began with
        self._writing = threading.Lock()

    def __len__(self) -> int:
        return sum(live.size for live in self._lives)

    def __iter__(self) -> Iterator[str]:
        """The identifiers, oldest first."""
        for live in self._lives:
            for doc in np.flatnonzero(live.alive).tolist():
                yield live.segment.ids[doc]

    def __contains__(self, identifier: object) -> bool:
        return isinstance(identifier, str) and self._find(self._lives, identifier) is not None

    @staticmethod
    def _find(lives: Sequence[Live], identifier: str) -> tuple[int, int] | None:
        hashes = id_hashes([identifier])
        for number, live in enumerate(lives):
            doc = int(live.segment.find(hashes)[0])
            if doc >= 0 and live.alive[doc]:
                return number, doc
        return None

    def add(self, docs: Iterable[Doc], ids: Iterable[str] | None = None) -> int:
        """Add articles as a stream; one whose identifier is there already takes its place.

        Args:
            docs: articles, best tagged by a pipeline; those without entities are compared by text and places.
            ids: their identifiers; ``meta["id"]`` of each when None, or else a digest of title and text.

        Returns:
            How many articles were read.

        Raises:
            DataError: a date of publication that is none.
            OptionError: fewer or more identifiers than articles.
        """
        stream, names, count = iter(docs), None if ids is None else iter(ids), 0
        while batch := list(islice(stream, _BATCH)):
            own = [id_of(doc) for doc in batch] if names is None else [str(name) for name in islice(names, len(batch))]
            if len(own) < len(batch):
                raise OptionError(f"ids: {count + len(own)} identifiers for more articles")
            last = {name: index for index, name in enumerate(own)}  # of equal identifiers in a batch the last counts
            kept = sorted(last.values())
            self.add_features(extract([batch[at] for at in kept], [own[at] for at in kept], self.fields))
            count += len(batch)
        if names is not None and next(names, None) is not None:
            raise OptionError(f"ids: more identifiers than the {count} articles")
        return count

    def add_features(self, features: Features) -> None:
        """Add articles as features, at most `segment.CAPACITY` with different identifiers."""
        if not features.ids:
            return
        segment = build(features)
        with self._writing:
            lives, _ = self._removed(self._lives, segment.id_hashes)
            self._lives = self._tidied([*lives, Live.of(segment)])

    @staticmethod
    def _removed(lives: Sequence[Live], hashes: Keys) -> tuple[list[Live], int]:
        found, count = [], 0
        for live in lives:
            docs = live.segment.find(hashes)
            docs = np.unique(docs[docs >= 0])
            docs = docs[live.alive[docs]]
            count += len(docs)
            found.append(live.without(docs) if len(docs) else live)
        return found, count

    @staticmethod
    def _tidied(lives: list[Live]) -> tuple[Live, ...]:
        """Merge the newest segments while that keeps sizes falling by half, so there are few and each article moves seldom."""
        lives = [
            Live.of(merge([(live.segment, live.alive)])) if live.size * 2 < len(live.segment) else live
            for live in lives
            if live.size
        ]
        first = len(lives) - 1
        size = lives[first].size if lives else 0
        while first > 0 and lives[first - 1].size < 2 * size and lives[first - 1].size + size <= CAPACITY:
            first -= 1
            size += lives[first].size
        if first < len(lives) - 1:
            lives[first:] = [Live.of(merge([(live.segment, live.alive) for live in lives[first:]]))]
        return tuple(lives)

    def remove(self, ids: Iterable[str] | str) -> int:
        """Remove articles; identifiers that are not there are passed over.

        Returns:
            How many were removed.
        """
        hashes = id_hashes([ids] if isinstance(ids, str) else ids)
        if not len(hashes):
            return 0
        with self._writing:
            lives, count = self._removed(self._lives, hashes)
            self._lives = self._tidied(lives)
        return count

    def similar(
        self,
        article: Doc | str,
        k: int = 5,
        *,
        filters: Filters | None = None,
        half_life: float | None = None,
        now: str | None = None,
        diversity: float = 0.0,
        near_duplicates: bool = False,
        reasons: int = 8,
    ) -> list[Related]:
        """The articles that belong beside one.

        Args:
            article: a document, or the identifier of an article of the index; it is never suggested itself.
            k: how many at most.
            filters: ``since`` and ``until`` (ISO 8601 dates), ``company``, ``park``, ``institution`` (``kb_id``, or the name of
                one without), ``chain`` (id), ``place`` (adcode), any of ``fields``: one value or several of which one must
                hold; ``exclude``: identifiers.
            half_life: days after which half of the bonus for freshness is gone; the newest count twice as much as the oldest
                and those without date.
            now: the date to which freshness refers; the article's date when None.
            diversity: above 0, suggestions also keep apart from each other (maximal marginal relevance), up to 1.
            near_duplicates: suggest near-duplicates too, of the article and of each other.
            reasons: how many reasons each suggestion gives at most.

        Raises:
            OptionError: no article has this identifier, an unknown filter, or freshness without any date to refer to.
        """
        if k < 1 or not 0 <= diversity <= 1 or (half_life is not None and half_life <= 0):
            raise OptionError("k must be positive, diversity between 0 and 1, half_life positive")
        lives = self._lives
        features, own = self._features(lives, article)
        query = make_query(lives, features.keys, features.levels, self._factors)
        masks = [_mask(live, {**(filters or {})}, self.fields) for live in lives]
        if own is not None:
            masks[own[0]] = masks[own[0]].copy()
            masks[own[0]][own[1]] = False
        decays = (
            None if half_life is None else self._decays(lives, half_life, day_of(now) if now else int(features.days[0]))
        )
        groups, hits = self._groups(
            lives,
            query,
            features,
            k=k,
            masks=masks,
            decays=decays,
            diversity=diversity,
            near_duplicates=near_duplicates,
        )
        return [
            Related(
                self._id(lives, hits[group[0]]),
                hits[group[0]].score / query.scale,
                self._reasons(lives, query, hits[group[0]], features, reasons),
                tuple(self._id(lives, hits[member]) for member in group[1:]),
            )
            for group in groups
        ]

    def _features(self, lives: Sequence[Live], article: Doc | str) -> tuple[Features, tuple[int, int] | None]:
        """The features of the query, and where it stands in the index."""
        if isinstance(article, Doc):
            features = extract([article], fields=self.fields)
            return features, self._find(lives, features.ids[0])
        place = self._find(lives, article)
        if place is None:
            raise OptionError(f"no article of the index has the identifier {article!r}")
        segment, doc = lives[place[0]].segment, place[1]
        rows = segment.rows_of(doc)
        levels = segment.levels_at(rows, np.array([doc]))[:, 0]
        return Features(
            (article,), segment.days[doc : doc + 1], np.zeros(len(rows), np.int64), segment.keys[rows], levels, {}
        ), place

    @staticmethod
    def _decays(lives: Sequence[Live], half_life: float, now: int) -> list[npt.NDArray[np.float64]]:
        if now == NO_DAY:
            raise OptionError("half_life needs a date: the article's, or now=")
        return [
            np.where(
                live.segment.days == NO_DAY,
                0.5,
                0.5 + 0.5 * np.exp2(-np.abs(live.segment.days.astype(np.float64) - now) / half_life),
            )
            for live in lives
        ]

    def _groups(
        self,
        lives: Sequence[Live],
        query: Query,
        features: Features,
        *,
        k: int,
        masks: Sequence[Mask],
        decays: Sequence[npt.NDArray[np.float64]] | None,
        diversity: float,
        near_duplicates: bool,
    ) -> tuple[list[list[int]], list[Hit]]:
        """Groups of near-duplicates among the best hits, k of them when there are so many; each a list of indexes of hits."""
        wanted = 5 * k if diversity else k
        fetch = wanted + 10
        while not near_duplicates or diversity:
            hits = top_k(lives, query, fetch, masks, decays)
            segments = [lives[hit.segment].segment for hit in hits]
            texts = [segment.keys[segment.rows_of(hit.doc)] for segment, hit in zip(segments, hits, strict=True)]
            overlaps = Overlaps([features.keys, *texts])
            groups = [[at + 1] for at in range(len(hits))] if near_duplicates else collapse(overlaps, wanted)
            if len(groups) >= wanted or len(hits) < fetch:
                break
            fetch *= 4
        else:
            hits = top_k(lives, query, k, masks, decays)
            return [[at] for at in range(len(hits))], hits
        if diversity:
            scores = [hits[group[0] - 1].score for group in groups]
            groups = [groups[at] for at in spread(overlaps, [group[0] for group in groups], scores, k, diversity)]
        return [[member - 1 for member in group] for group in groups], hits

    @staticmethod
    def _id(lives: Sequence[Live], hit: Hit) -> str:
        return lives[hit.segment].segment.ids[hit.doc]

    @staticmethod
    def _reasons(lives: Sequence[Live], query: Query, hit: Hit, features: Features, limit: int) -> tuple[Reason, ...]:
        if limit < 1:
            return ()
        segment = lives[hit.segment].segment

        def name_of(key: int) -> str | None:
            if key in features.names:
                return features.names[key]
            at = int(np.searchsorted(segment.name_keys, np.uint64(key)))
            known = at < len(segment.name_keys) and int(segment.name_keys[at]) == key
            return segment.names[at] if known else None

        return explain(query.keys, hit.added, name_of, limit)

    def save(self, path: str | Path) -> Path:
        """Write the index into a folder; only what is new since the last time is written.

        A reader of the folder sees the old index or the new one, also when this process is killed at any moment.
        """
        from .disk import save

        with self._writing:
            return save(Path(path), self._lives, {"factors": self.factors, "fields": list(self.fields)})

    @classmethod
    def load(cls, path: str | Path) -> RelatedIndex:
        """Read an index; its arrays are mapped into memory, and their checksums verified.

        Raises:
            ModelError: a file that is missing, damaged or of another format; the message names it.
        """
        from .disk import load

        lives, options = load(Path(path))
        index = cls(factors=options["factors"], fields=options["fields"])
        index._lives = lives
        return index

    @classmethod
    def connect(cls, url: str, collection: str = "articles", **options: Any) -> QdrantIndex:
        """The same interface over a Qdrant server, for more articles than one machine should hold (extra ``qdrant``)."""
        from .qdrant import QdrantIndex

        return QdrantIndex(url, collection, **options)

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays, which are mapped or in memory."""
        return sum(live.segment.nbytes + live.alive.nbytes for live in self._lives)
