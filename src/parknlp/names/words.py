"""The word lists that the name rules read, loaded once on first use."""

from __future__ import annotations

import functools
from importlib import resources
from typing import NamedTuple

COMMON = "common_words.tsv"


def rows(file: str) -> list[list[str]]:
    """The cells of every line of a data file that is no comment."""
    text = (resources.files("parknlp") / "data" / file).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


@functools.cache
def kinds(file: str) -> dict[str, frozenset[str]]:
    """Kind -> words, of a file with the columns word and kind."""
    found: dict[str, set[str]] = {}
    for word, kind in rows(file):
        found.setdefault(kind, set()).add(word)
    return {kind: frozenset(words) for kind, words in found.items()}


class Places(NamedTuple):
    """Names of administrative divisions.

    Attributes:
        names: every full name and short form.
        provinces: those of provinces.
        counties: short forms of districts, which are rare enough to stand by chance (鸿|富锦|精密).
        districts: short and full names -> what they may be, as (adcode, city's short form, province's short form).
    """

    names: frozenset[str]
    provinces: frozenset[str]
    counties: frozenset[str]
    districts: dict[str, tuple[tuple[str, str, str], ...]]


@functools.cache
def places() -> Places:
    """The divisions of data/divisions.tsv."""
    names: set[str] = {"中国"}
    provinces: set[str] = set()
    counties: set[str] = set()
    districts: dict[str, tuple[tuple[str, str, str], ...]] = {}
    for adcode, level, name, short, province, city, word in rows("divisions.tsv")[1:]:
        for form in {name, name if word else short} if level != "zone" else ():
            if len(form) > 1:
                names.add(form)
                districts[form] = (*districts.get(form, ()), (adcode, city, province))
        if level == "province":
            provinces |= {name, short}
        elif level == "district" and short != name and not word:
            counties.add(short)
    verbs = kinds(COMMON)["stop"] | kinds("boundary_words.tsv")["hard"]
    return Places(frozenset(names - verbs - {"新城", "会同县"}), frozenset(provinces), frozenset(counties), districts)


@functools.cache
def ordinary() -> frozenset[str]:
    """Ordinary words of two and three characters."""
    return kinds(COMMON)["word"] | kinds(COMMON)["stop"]


@functools.cache
def _common_pairs() -> frozenset[str]:
    return frozenset(first + second for first, seconds in rows("common_pairs.tsv") for second in seconds)


def rare_pair(pair: str) -> bool:
    """Whether ordinary text seldom holds these two characters side by side."""
    return pair not in _common_pairs() and not pair.isascii()


@functools.cache
def _known_words() -> frozenset[str]:
    company = kinds("company_words.tsv")
    return (
        ordinary() | places().names | company["industry"] | company["verb"] | company["descriptor"] | company["generic"]
    )


@functools.lru_cache(maxsize=1 << 14)
def ordinary_phrase(text: str) -> bool:
    """Whether ``text`` is a sequence of ordinary words, place names and words of company names.

    >>> ordinary_phrase("现代农业"), ordinary_phrase("序轮")
    (True, False)
    """
    known = _known_words()
    reached = [True] + [False] * len(text)
    for end in range(2, len(text) + 1):
        reached[end] = any(reached[start] and text[start:end] in known for start in range(max(0, end - 6), end - 1))
    return reached[-1]


@functools.lru_cache(maxsize=1 << 14)
def novel(text: str) -> bool:
    """Whether ``text`` looks like an invented name: no sequence of ordinary words, and half its pairs of characters are rare.

    >>> novel("序轮"), novel("新能源汽车"), novel("三元软包"), novel("菲舍尔")
    (True, False, False, True)
    """
    if len(text) < 2 or ordinary_phrase(text):
        return False
    pairs = [text[at : at + 2] for at in range(len(text) - 1)]
    rare = sum(map(rare_pair, pairs))
    return rare * 2 >= len(pairs)
