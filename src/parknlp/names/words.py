"""The word lists that the name rules read, loaded once on first use."""

from __future__ import annotations

import functools
import itertools
from importlib import resources
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

COMMON = "common_words.tsv"
RULES = "name_rules.tsv"
_LONGEST_WORD = 6


def _body(file: str) -> str:
    """A data file without the comments at its head."""
    text = (resources.files("parknlp") / "data" / file).read_text(encoding="utf-8")
    start = 0
    while text.startswith("#", start):
        start = text.index("\n", start) + 1
    return text[start:].removesuffix("\n")


def rows(file: str) -> list[list[str]]:
    """The cells of every line of a data file that is no comment."""
    return [line.split("\t") for line in _body(file).split("\n")]


@functools.cache
def alphanumeric() -> npt.NDArray[np.bool_]:
    """For every character of the basic plane whether it is a letter or a number."""
    return np.frombuffer(bytes(map(str.isalnum, map(chr, range(1 << 16)))), np.bool_)


@functools.cache
def kinds(file: str) -> dict[str, frozenset[str]]:
    """Kind -> words, of a file with the columns word and kind."""
    cells = _body(file).replace("\n", "\t").split("\t")  # at once, since one of the files has 60,000 lines
    found: dict[str, list[str]] = {kind: [] for kind in set(cells[1::2])}
    for word, kind in zip(cells[::2], cells[1::2], strict=True):
        found[kind].append(word)
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
    names = names.difference(kinds(COMMON)["stop"], kinds("boundary_words.tsv")["hard"], ("新城", "会同县"))
    return Places(frozenset(names), frozenset(provinces), frozenset(counties), districts)


@functools.cache
def ordinary() -> frozenset[str]:
    """Ordinary words of two and three characters."""
    return kinds(COMMON)["word"] | kinds(COMMON)["stop"]


@functools.cache
def _common_pairs() -> dict[str, str]:
    """A character -> those that often stand behind it."""
    return dict(line.split("\t") for line in _body("common_pairs.tsv").split("\n"))


@functools.lru_cache(maxsize=1 << 14)
def rare_pair(pair: str) -> bool:
    """Whether ordinary text seldom holds these two characters side by side."""
    return pair[1:] not in _common_pairs().get(pair[:1], "") and not pair.isascii()


@functools.cache
def _known_words() -> frozenset[str]:
    company = kinds("company_words.tsv")
    return ordinary().union(places().names, *(company[kind] for kind in ("industry", "verb", "descriptor", "generic")))


@functools.lru_cache(maxsize=1 << 14)
def ordinary_phrase(text: str) -> bool:
    """Whether ``text`` is a sequence of ordinary words, place names and words of company names.

    >>> ordinary_phrase("现代农业"), ordinary_phrase("序轮")
    (True, False)
    """
    known, length = _known_words(), len(text)
    if 1 < length <= _LONGEST_WORD and text in known:
        return True
    ends = [0]  # where a sequence of known words from the start on may end
    for end in range(2, length + 1):
        for start in ends:
            if start >= end - 1:
                break
            if end - start <= _LONGEST_WORD and text[start:end] in known:
                ends.append(end)
                break
    return ends[-1] == length


@functools.lru_cache(maxsize=1 << 14)
def novel(text: str) -> bool:
    """Whether ``text`` looks like an invented name: no sequence of ordinary words, and half its pairs of characters are rare.

    >>> novel("序轮"), novel("新能源汽车"), novel("三元软包"), novel("菲舍尔")
    (True, False, False, True)
    """
    pairs = len(text) - 1
    if pairs < 1:
        return False
    seconds_of, rare = _common_pairs().get, 0
    for first, second in itertools.pairwise(text):
        if second not in seconds_of(first, "") and not (first.isascii() and second.isascii()):
            rare += 1
    return rare * 2 >= pairs and not ordinary_phrase(text)
