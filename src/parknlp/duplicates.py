"""Near-duplicates: the same text reposted, cut off, framed by other headers and footers, or lightly edited.

An article is its set of shingles, runs of `SHINGLE` characters without the punctuation and blanks between. Of a long article only those
are kept whose hash is divisible by four, in every article the same ones. So not only the likeness of two articles can be
told but also how much of a short one a long one contains, which MinHash cannot. Articles that share hashes are compared.

Two measures keep the frame of a site from making its articles alike: the body of each page is found first (`page.parse_page`), and what
stands at the beginning or end of an article and in many others too is left out.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from .doc import Doc
from .errors import OptionError
from .fold import codes_of, fold_codes, lower_codes
from .page import parse_page

Hashes = npt.NDArray[np.uint32]
Numbers = npt.NDArray[np.int64]

SHINGLE: Final = 5
THRESHOLD: Final = 0.35
"""Share of the shingles of the smaller article from which on two are the same; benchmarks/duplicates.py measures it."""

_SAMPLE: Final = np.uint32(4)
_SHORT: Final = 256  # an article with fewer shingles keeps all of them
_FEWEST: Final = 2  # shared hashes that make two articles worth a look
_MANY: Final = 10  # articles with the same shingle at their ends, from which on it belongs to the frame of a site …
_GAP: Final = 4  # … where a shingle that does not outweighs so many that do
_REST: Final = 12  # shingles that must be left, or nothing is left out: a text that many sites repost
_PAIRS: Final = 8192  # compared at once
_PAD: Final = 1  # no letter; fills up a text that is shorter than a shingle
_MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)
_FINAL: Final = np.uint64(0xBF58476D1CE4E5B9)


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Articles that are the same text.

    Attributes:
        ids: their identifiers, the longest article first.
        similarities: how much each shares with the first: the part of the smaller one's shingles; 1.0 for the first.
    """

    ids: tuple[str, ...]
    similarities: tuple[float, ...]


def body_of(doc: Doc) -> str:
    """The body of an article: as it is marked, or else as it is found; the whole text when there is none."""
    start, end = doc.body if doc.body[1] > doc.body[0] else parse_page(doc.text, doc.title).body
    return doc.text[start:end] if end > start else doc.text


def id_of(doc: Doc) -> str:
    """``meta["id"]`` where there is one, else a digest of title and text, so the same article has the same identifier.

    >>> id_of(Doc("园区", meta={"id": 7})), id_of(Doc("园区"))
    ('7', '384ddc817e6dbdb2')
    """
    if isinstance(doc.meta, Mapping) and doc.meta.get("id") is not None:
        return str(doc.meta["id"])
    content = f"{doc.title or ''}\0{doc.text}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(content, digest_size=8).hexdigest()


class _Sketches(NamedTuple):
    """The kept shingles of some articles, one after the other, each once for an article, in the order of the text."""

    hashes: Hashes
    pointers: Numbers
    sampled: npt.NDArray[np.bool_]


def _letters(text: str) -> npt.NDArray[np.uint64]:
    """Code points of the letters and digits of a text, folded and in lower case."""
    codes = lower_codes(fold_codes(codes_of(text)))
    ascii_word = ((codes >= 0x30) & (codes <= 0x39)) | ((codes >= 0x61) & (codes <= 0x7A))
    other = (codes >= 0xC0) & ~((codes >= 0x2000) & (codes < 0x3005)) & ~((codes >= 0xFE00) & (codes < 0xFFF0))
    return codes[ascii_word | other].astype(np.uint64)


def _shingles(text: str) -> Hashes:
    """The hashes of all shingles in the order of the text, each once."""
    letters = _letters(text)
    if not len(letters):
        return np.empty(0, np.uint32)
    if len(letters) < SHINGLE:
        letters = np.concatenate([letters, np.full(SHINGLE - len(letters), _PAD, np.uint64)])
    count = len(letters) - SHINGLE + 1
    mixed = np.zeros(count, np.uint64)
    for offset in range(SHINGLE):
        mixed = (mixed + letters[offset : offset + count]) * _MULTIPLIER
        mixed ^= mixed >> np.uint64(29)
    mixed *= _FINAL
    hashes = (mixed >> np.uint64(32)).astype(np.uint32)
    first: Numbers = np.unique(hashes, return_index=True)[1]
    kept: Hashes = hashes[np.sort(first)]
    return kept


def _sketch(doc: Doc) -> tuple[Hashes, bool]:
    hashes = _shingles(body_of(doc))
    return (hashes, False) if len(hashes) < _SHORT else (hashes[hashes % _SAMPLE == 0], True)


def _sketches(docs: Iterable[Doc]) -> _Sketches:
    parts, sampled = [], []
    for doc in docs:
        hashes, short = _sketch(doc)
        parts.append(hashes)
        sampled.append(short)
    pointers = np.cumsum([0, *map(len, parts)])
    return _Sketches(np.concatenate([*parts, np.empty(0, np.uint32)]), pointers, np.array(sampled, np.bool_))


def _framed(frequent: npt.NDArray[np.bool_]) -> int:
    """How many of the first shingles belong to a frame: the beginning in which the frequent ones outweigh the others most."""
    gains = np.cumsum(np.where(frequent, 1, -_GAP))
    at = int(np.argmax(gains)) if len(gains) else 0
    return at + 1 if len(gains) and gains[at] > 0 else 0


def _without_frames(sketches: _Sketches) -> _Sketches:
    """The sketches without the headers and footers that many articles have."""
    _, inverse, counts = np.unique(sketches.hashes, return_inverse=True, return_counts=True)
    frequent = counts[inverse] >= _MANY
    keep = np.ones(len(frequent), np.bool_)
    pointers = sketches.pointers.tolist()
    for start, end in itertools.pairwise(pointers):
        own = frequent[start:end]
        if end - start > _REST and (own[:_GAP].any() or own[-_GAP:].any()):
            head = _framed(own)
            tail = _framed(own[head:][::-1])
            if end - start - head - tail >= _REST:
                keep[start : start + head] = False
                keep[end - tail : end] = False
    kept = np.concatenate([[0], np.cumsum(keep)])[sketches.pointers]
    return _Sketches(sketches.hashes[keep], kept, sketches.sampled)


def _candidates(sketches: _Sketches) -> Numbers:
    """Pairs of articles (n, 2) worth a look, smaller number first: neighbours in the list of those that share a hash.

    Neighbours are enough to join a group, and keep the work linear where a phrase stands in thousands of articles.
    """
    docs = np.repeat(np.arange(len(sketches.sampled)), np.diff(sketches.pointers))
    order = np.argsort(sketches.hashes, kind="stable")
    hashes, docs = sketches.hashes[order], docs[order]
    same = hashes[1:] == hashes[:-1]
    pairs, counts = np.unique(docs[:-1][same] * len(sketches.sampled) + docs[1:][same], return_counts=True)
    sizes = np.diff(sketches.pointers)
    first, second = np.divmod(pairs, max(len(sketches.sampled), 1))
    enough = counts >= np.minimum(_FEWEST, np.minimum(sizes[first], sizes[second]))
    return np.stack([first[enough], second[enough]], axis=1)


def _ranges(starts: Numbers, lengths: Numbers) -> Numbers:
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts - before, lengths) + np.arange(int(lengths.sum()))


def _shared(sketches: _Sketches, pairs: Numbers) -> npt.NDArray[np.float64]:
    """What part of the smaller article's shingles each pair shares."""
    sampled = sketches.sampled[pairs[:, 0]] | sketches.sampled[pairs[:, 1]]
    entries, sizes = [], []
    for side in (0, 1):
        starts, ends = sketches.pointers[pairs[:, side]], sketches.pointers[pairs[:, side] + 1]
        number = np.repeat(np.arange(len(pairs)), ends - starts)
        hashes = sketches.hashes[_ranges(starts, ends - starts)]
        kept = ~sampled[number] | (hashes % _SAMPLE == 0)  # of a short article only what a long one would keep too
        number, hashes = number[kept], hashes[kept]
        sizes.append(np.bincount(number, minlength=len(pairs)))
        entries.append(number.astype(np.uint64) << np.uint64(32) | hashes)
    both = np.sort(np.concatenate(entries))
    common = np.bincount((both[1:][both[1:] == both[:-1]] >> np.uint64(32)).astype(np.int64), minlength=len(pairs))
    return np.asarray(common / np.maximum(np.minimum(*sizes), 1), np.float64)


def similarity(first: Doc, second: Doc) -> float:
    """What part of the smaller of two articles the other contains, from 0 to 1.

    >>> text = "镇江高新区船舶动力产业园二期项目昨天开工，总投资12亿元。"
    >>> similarity(Doc(text + "园区负责人介绍，项目明年投产。"), Doc(text.replace("，", " ")))
    1.0
    >>> similarity(Doc(text), Doc("扬中智能电气产业园的六家企业昨日签约。"))
    0.0
    """
    return float(_shared(_sketches([first, second]), np.array([[0, 1]]))[0])


def _roots(count: int, pairs: Numbers) -> list[int]:
    """For each article the lowest number of its group."""
    root = list(range(count))

    def find(at: int) -> int:
        while root[at] != at:
            root[at] = root[root[at]]
            at = root[at]
        return at

    for first, second in pairs.tolist():
        one, other = sorted((find(first), find(second)))
        root[other] = one
    return [find(at) for at in range(count)]


def find_duplicates(
    docs: Iterable[Doc], *, ids: Iterable[str] | None = None, threshold: float = THRESHOLD
) -> Iterator[Duplicates]:
    """The groups of near-duplicates among some articles, in the order of their first members.

    The articles are read as a stream and not kept: what stays is a sketch of about a byte for each of their characters.

    Args:
        docs: articles; the body counts where one is marked.
        ids: their identifiers; ``meta["id"]`` or a digest when None.
        threshold: what part of the smaller article two must share.

    Raises:
        OptionError: a threshold outside of 0 to 1, or fewer identifiers than articles.

    >>> text = "镇江高新区船舶动力产业园二期项目昨天开工，总投资12亿元。"
    >>> docs = [Doc(text), Doc("扬中天气晴好。"), Doc("来源：本网。" + text)]
    >>> [group.ids for group in find_duplicates(docs, ids="abc")]
    [('c', 'a')]
    """
    if not 0 < threshold <= 1:
        raise OptionError(f"threshold must be above 0 and at most 1, not {threshold!r}")
    names: list[str] = []
    given = None if ids is None else iter(ids)

    def named() -> Iterator[Doc]:
        for doc in docs:
            name = id_of(doc) if given is None else next(given, None)
            if name is None:
                raise OptionError(f"ids: {len(names)} identifiers for more articles")
            names.append(str(name))
            yield doc

    sketches = _without_frames(_sketches(named()))
    pairs = _candidates(sketches)
    alike = [_shared(sketches, pairs[at : at + _PAIRS]) >= threshold for at in range(0, len(pairs), _PAIRS)]
    pairs = pairs[np.concatenate([*alike, np.empty(0, np.bool_)])]
    groups: dict[int, list[int]] = {}
    for at, root in enumerate(_roots(len(names), pairs)):
        groups.setdefault(root, []).append(at)
    for members in groups.values():
        if len(members) > 1:
            yield _described(sketches, names, members)


def _described(sketches: _Sketches, names: Sequence[str], members: Sequence[int]) -> Duplicates:
    sizes = np.diff(sketches.pointers) * np.where(sketches.sampled, int(_SAMPLE), 1)
    order = sorted(members, key=lambda at: (-int(sizes[at]), at))
    pairs = np.array([[order[0], at] for at in order])
    shared = _shared(sketches, pairs).tolist()
    return Duplicates(tuple(names[at] for at in order), tuple(shared))
