"""What an article is compared by: pairs of characters, words of Latin letters and digits, names, chains and places.

A feature is a 64-bit key whose top four bits say its kind. A pair of Han characters and a word of up to seven ASCII characters stand in
their key as they are, so no vocabulary is needed to read them; other features are hashed and their text is kept beside.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import regex

from ..doc import COMPANY, INSTITUTION, PARK, Doc
from ..duplicates import body_of, id_of
from ..errors import DataError
from ..fold import Codes, codes_of, fold_codes, lower_codes, text_of
from ..matcher import Matcher, normalize
from ..names.words import places

Keys = npt.NDArray[np.uint64]
Levels = npt.NDArray[np.uint8]

PAIR, WORD, COMPANY_NAME, PARK_NAME, INSTITUTION_NAME, CHAIN, PLACE, FIELD = range(1, 9)
KINDS: Final = {
    "pair": PAIR,
    "word": WORD,
    "company": COMPANY_NAME,
    "park": PARK_NAME,
    "institution": INSTITUTION_NAME,
    "chain": CHAIN,
    "place": PLACE,
    "field": FIELD,
}
"""The kinds of features; a ``field`` is a value of ``meta`` that serves as a filter and never scores."""

TEXT_END: Final = np.uint64(COMPANY_NAME << 60)
"""Keys of pairs and words lie below, all others above."""

NO_DAY: Final = -(2**31)
"""The day of an article without a date."""

_LABELS: Final = {COMPANY: COMPANY_NAME, PARK: PARK_NAME, INSTITUTION: INSTITUTION_NAME}
_KIND_SHIFT: Final = 60
_CHARACTER_BITS: Final = 21
_PACKED: Final = 7  # ASCII characters that fit below the kind
_HASH_FLAG: Final = 1 << 59  # set in the key of a word that is hashed
_TITLE_WEIGHT: Final = 2  # a character pair of the title counts as so many of the body
_SATURATION: Final = 3.0  # BM25's k1 and b; benchmarks/related.py measures them
_LENGTH: Final = 0.75
_PIVOT: Final = 100.0  # length to which b refers, in features; a constant, so no weight changes when others come and go
_STEPS: Final = 20  # levels for a factor of two in weight
_WORD: Final = regex.compile(
    r"(?:(?!\p{Han})[\p{L}\p{M}])++(?:[\p{N}+]++)?+|\p{N}++(?:[.,]\p{N}++){0,8}+\p{Latin}{0,8}+"
)
_DAY_ZERO: Final = dt.date(1970, 1, 1).toordinal()

WEIGHTS: Final = np.exp2((np.arange(256) - 255) / _STEPS)
"""The weight that each of the 256 levels stands for; weights are kept as levels, one byte each."""


class Features(NamedTuple):
    """A batch of articles as features, sorted by article, then key.

    Attributes:
        ids: identifier of each article.
        days: day of publication since 1970-01-01, or `NO_DAY`; shape (len(ids),).
        rows: number of the article of each feature.
        keys: the features.
        levels: their weights, see `WEIGHTS`.
        names: text of the hashed keys.
    """

    ids: tuple[str, ...]
    days: npt.NDArray[np.int32]
    rows: npt.NDArray[np.int64]
    keys: Keys
    levels: Levels
    names: dict[int, str]


def kind_of(keys: Keys) -> npt.NDArray[np.int64]:
    """The kind of each key."""
    return np.asarray(keys >> np.uint64(_KIND_SHIFT), np.int64)


def hashed(kind: int, text: str) -> int:
    """The key of a feature whose text does not fit into it."""
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return kind << _KIND_SHIFT | _HASH_FLAG | int.from_bytes(digest, "little") & (_HASH_FLAG - 1)


@functools.lru_cache(maxsize=1 << 16)
def _word_key(word: str) -> int:
    if len(word) <= _PACKED and word.isascii():
        return WORD << _KIND_SHIFT | int.from_bytes(word.encode(), "big")
    return hashed(WORD, word)


def text_of_key(key: int) -> str | None:
    """The text that stands in a key, None for a hashed one.

    >>> [text_of_key(int(key)) for key in extract([Doc("园区5G")]).keys]
    ['园区', '5g']
    """
    if key & _HASH_FLAG:
        return None
    body = key & (_HASH_FLAG - 1)
    if key >> _KIND_SHIFT == PAIR:
        return chr(body >> _CHARACTER_BITS) + chr(body & (1 << _CHARACTER_BITS) - 1)
    return body.to_bytes(_PACKED, "big").lstrip(b"\0").decode()


def day_of(published: str | None) -> int:
    """Days since 1970-01-01 of an ISO 8601 date.

    >>> day_of("1970-01-31"), day_of(None) == NO_DAY
    (30, True)
    """
    if published is None:
        return NO_DAY
    try:
        return dt.date.fromisoformat(published[:10]).toordinal() - _DAY_ZERO
    except ValueError:
        raise DataError(f"published must be a date as YYYY-MM-DD, not {published!r}") from None


def parts_of(doc: Doc) -> tuple[str, str]:
    """Title and body of an article."""
    return doc.title or "", body_of(doc)


def is_han(codes: Codes) -> npt.NDArray[np.bool_]:
    """Which code points are Han characters."""
    basic = ((codes >= 0x3400) & (codes < 0xA000)) | (codes == 0x3007) | ((codes >= 0xF900) & (codes < 0xFB00))
    return np.asarray(basic | ((codes >= 0x20000) & (codes < 0x32400)), np.bool_)


class _Counts(NamedTuple):
    rows: npt.NDArray[np.int64]
    keys: Keys
    counts: npt.NDArray[np.float64]


def _text_counts(docs: Sequence[Doc], names: dict[int, str]) -> _Counts:
    """Character pairs and words, one entry for each occurrence."""
    pieces = [piece for doc in docs for piece in parts_of(doc)]
    codes = lower_codes(fold_codes(codes_of("".join(piece + "\0" for piece in pieces))))  # no feature crosses a NUL
    ends = np.cumsum([len(piece) + 1 for piece in pieces])
    han = is_han(codes)
    at = np.flatnonzero(han[:-1] & han[1:])
    wide = codes.astype(np.uint64)
    pairs = np.uint64(PAIR << _KIND_SHIFT) | wide[at] << np.uint64(_CHARACTER_BITS) | wide[at + 1]
    starts, words = [], []
    for match in _WORD.finditer(text_of(codes)):
        word = match[0]
        key = _word_key(word)
        starts.append(match.start())
        words.append(key)
        if key & _HASH_FLAG:
            names[key] = word
    piece_of = np.searchsorted(ends, np.concatenate([at, np.array(starts, np.int64)]), "right")
    counts = np.where(piece_of % 2 == 0, float(_TITLE_WEIGHT), 1.0)
    return _Counts(piece_of // 2, np.concatenate([pairs, np.array(words, np.uint64)]), counts)


def _sorted_sums(found: _Counts) -> _Counts:
    """One entry for each article and key, sorted, with the sum of its counts."""
    order = np.lexsort((found.keys, found.rows))
    rows, keys = found.rows[order], found.keys[order]
    first = np.ones(len(rows), np.bool_)
    first[1:] = (rows[1:] != rows[:-1]) | (keys[1:] != keys[:-1])
    at = np.flatnonzero(first)
    sums = np.add.reduceat(found.counts[order], at) if len(at) else np.empty(0)
    return _Counts(rows[at], keys[at], sums)


@functools.cache
def _place_matcher() -> tuple[Matcher, dict[str, str]]:
    """A matcher of the forms that name one division without doubt, and the code of each."""
    known = {
        form: found[0][0] for form, found in places().districts.items() if len(found) == 1 and form in places().names
    }
    return Matcher(normalize(list(known))), known


def _places(doc: Doc) -> Iterable[tuple[str, str]]:
    """Code and name of each division that the article names, and the code of the city that a district belongs to."""
    matcher, known = _place_matcher()
    text = normalize(["。".join(parts_of(doc)).replace("\n", " ")])[0]
    for start, end in matcher.find(codes_of(text), text):
        name = text[start:end]
        if name in known:
            yield known[name], name
            if not known[name].endswith("00"):
                yield f"{known[name][:4]}00", ""


@functools.lru_cache(maxsize=1 << 16)
def canonical(name: str, kb_id: str | None = None) -> str:
    """What stands for an entity: its identifier, or its name without regard to case, width and traditional characters."""
    return kb_id or normalize([name.replace("\n", " ")])[0]


def _signals(doc: Doc, fields: Sequence[str]) -> Iterable[tuple[int, str, str, float]]:
    """(kind, what is hashed, what is shown, count) of the names, chains, places and fields of an article."""
    for span in doc.ents:
        if span.label in _LABELS:
            yield _LABELS[span.label], canonical(span.text, span.kb_id), span.text, 1.0
    for chain in doc.chains:
        yield CHAIN, chain.id, chain.name or chain.id, max(chain.score, 0.01) * 2
    for code, name in _places(doc):
        yield PLACE, code, name, 1.0
    if isinstance(doc.meta, Mapping):
        for field in fields:
            if doc.meta.get(field) is not None:
                yield FIELD, f"{field}={doc.meta[field]}", f"{field}={doc.meta[field]}", 1.0


def _signal_counts(docs: Sequence[Doc], fields: Sequence[str], names: dict[int, str]) -> _Counts:
    rows, keys, counts = [], [], []
    for row, doc in enumerate(docs):
        for kind, identity, shown, count in _signals(doc, fields):
            key = hashed(kind, identity)
            if len(shown) >= len(names.get(key, "")):  # the longest surface says most
                names[key] = shown
            rows.append(row)
            keys.append(key)
            counts.append(count)
    return _Counts(np.array(rows, np.int64), np.array(keys, np.uint64), np.array(counts, np.float64))


def levels_of(weights: npt.NDArray[np.float64]) -> Levels:
    """The level nearest to each weight, which lies above 0 and at most at 1."""
    return np.asarray(np.clip(np.rint(255 + _STEPS * np.log2(weights)), 1, 255), np.uint8)


def extract(docs: Sequence[Doc], ids: Sequence[str] | None = None, fields: Sequence[str] = ()) -> Features:
    """The features of a batch of articles.

    Args:
        docs: tagged articles; those without entities and chains are compared by their text and places alone.
        ids: their identifiers, see `id_of` for the default.
        fields: keys of ``meta`` whose values serve as filters.

    Raises:
        DataError: a date that is none.
    """
    names: dict[int, str] = {}
    text = _sorted_sums(_text_counts(docs, names))
    signals = _sorted_sums(_signal_counts(docs, fields, names))
    length = np.bincount(text.rows, text.counts, len(docs))
    saturation = _SATURATION * (1 - _LENGTH + _LENGTH * length / _PIVOT)
    rows, keys = np.concatenate([text.rows, signals.rows]), np.concatenate([text.keys, signals.keys])
    weights = np.concatenate(
        [text.counts / (text.counts + saturation[text.rows]), signals.counts / (signals.counts + 1)]
    )
    order = np.lexsort((keys, rows))
    days = np.array([day_of(doc.published) for doc in docs], np.int32)
    names_of_docs = tuple(ids) if ids is not None else tuple(id_of(doc) for doc in docs)
    return Features(names_of_docs, days, rows[order], keys[order], levels_of(weights[order]), names)
