"""The word lists that the name rules read, loaded once on first use."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from .. import datafiles
from ..fold import codes_of, text_of

COMMON = "common_words.tsv"
RULES = "name_rules.tsv"
_LONGEST_WORD = 6


def body(file: str) -> str:
    """A data file without the comments at its head."""
    text = datafiles.read(file)
    start = 0
    while text.startswith("#", start):
        start = text.index("\n", start) + 1
    return text[start:].removesuffix("\n")


def rows(file: str) -> list[list[str]]:
    """The cells of every line of a data file that is no comment."""
    return [line.split("\t") for line in body(file).split("\n")]


_ENCLOSED: Final = ((0x2460, 0x24FF), (0x2776, 0x2793), (0x3200, 0x32FF))  # ①, ⑴, ❶, ㈠


@functools.cache
def alphanumeric() -> npt.NDArray[np.bool_]:
    """For every character of the basic plane whether it is a letter or a number, but none that numbers the items of a list."""
    found = np.zeros(1 << 16, np.bool_)
    for run in re.finditer(r"[^\W_]+", text_of(np.arange(1 << 16, dtype=np.uint32))):
        found[run.start() : run.end()] = True
    for first, last in _ENCLOSED:
        found[first : last + 1] = False
    found.setflags(write=False)
    return found


class Kinds(dict[str, frozenset[str]]):
    r"""Kind -> words, of a file with the columns word and kind; the words of a kind become a set when they are first asked for.

    Args:
        body: the lines of the file.

    >>> kinds = Kinds("集团\tgroup\n有限公司\tlegal\n股份\tgroup")
    >>> sorted(kinds["group"]), kinds.text("legal")
    (['股份', '集团'], '\n有限公司\n')
    """

    def __init__(self, body: str) -> None:
        super().__init__()
        self._body = body + "\n"

    def text(self, kind: str) -> str:
        """The words of a kind, one a line, with a line break before each; among them there may be lines that are no words."""
        mark = f"\t{kind}\n"
        start = self._body.rfind("\n", 0, self._body.index(mark)) + 1
        return "\n" + self._body[start : self._body.rindex(mark) + len(mark)].replace(mark, "\n")

    def __missing__(self, kind: str) -> frozenset[str]:
        if f"\t{kind}\n" not in self._body:
            raise KeyError(kind)
        text = self.text(kind)  # at once, since one of the files has 60,000 lines
        words = text[1:-1].split("\n")
        self[kind] = found = frozenset(words if "\t" not in text else [word for word in words if "\t" not in word])
        return found


@functools.cache
def kinds(file: str) -> Kinds:
    """The words of a data file by kind."""
    return Kinds(body(file))


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
        forms = (name,) if word or short == name else (name, short)
        for form in forms if level != "zone" else ():
            if len(form) > 1:
                names.add(form)
                districts[form] = (*districts.get(form, ()), (adcode, city, province))
        if level == "province":
            provinces |= {name, short}
        elif level == "district" and len(forms) > 1:
            counties.add(short)
    names = names.difference(kinds(COMMON)["stop"], kinds("boundary_words.tsv")["hard"], ("新城", "会同县"))
    return Places(frozenset(names), frozenset(provinces), frozenset(counties), districts)


class Ordinary(AbstractSet[str]):
    """Ordinary words of two and three characters.

    They are many, and an article asks for some twenty; a set of them takes as long to make as everything else here. So they
    stay one text, and those that begin with one character become a set when one of them is first asked for.

    >>> "经济" in ordinary(), "序轮" in ordinary()
    (True, False)
    """

    def __init__(self) -> None:
        self.stops = kinds(COMMON)["stop"]
        self._text = kinds(COMMON).text("word")
        codes = codes_of(self._text)
        breaks = (codes == ord("\n")).nonzero()[0]
        firsts = codes[breaks[:-1] + 1]
        runs = np.flatnonzero(np.append(firsts[1:] != firsts[:-1], True))  # the last word of each run
        ends = breaks[runs + 1].tolist()
        self._places = dict(zip(text_of(firsts[runs]), itertools.pairwise([0, *ends]), strict=True))
        self._beginning: dict[str, frozenset[str]] = {}

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and (word in self.stops or word in self.beginning(word[:1]))

    def beginning(self, character: str) -> frozenset[str]:
        """Those that begin with a character; not all of the stop words among them."""
        words = self._beginning.get(character)
        if words is None:
            start, end = self._places.get(character, (0, 0))
            words = self._beginning[character] = frozenset(filter(None, self._text[start + 1 : end].split("\n")))
        return words

    def __iter__(self) -> Iterator[str]:
        yield from self.stops
        yield from self._text.split()

    def __len__(self) -> int:
        return len(self.stops) + self._text.count("\n") - 1

    @classmethod
    def _from_iterable(cls, words: Iterable[Any]) -> AbstractSet[Any]:
        return frozenset(words)  # of a union or the like


@functools.cache
def ordinary() -> Ordinary:
    """The ordinary words, read once."""
    return Ordinary()


@functools.cache
def _common_pairs() -> dict[str, str]:
    """A character -> those that often stand behind it."""
    return dict(line.split("\t") for line in body("common_pairs.tsv").split("\n"))


@functools.lru_cache(maxsize=1 << 14)
def rare_pair(pair: str) -> bool:
    """Whether ordinary text seldom holds these two characters side by side."""
    return pair[1:] not in _common_pairs().get(pair[:1], "") and not pair.isascii()


@functools.cache
def _special() -> frozenset[str]:
    """Place names and words of company names."""
    company = kinds("company_words.tsv")
    return places().names.union(*(company[kind] for kind in ("industry", "verb", "descriptor", "generic")))


@functools.lru_cache(maxsize=1 << 14)
def ordinary_phrase(text: str) -> bool:
    """Whether ``text`` is a sequence of ordinary words, place names and words of company names.

    >>> ordinary_phrase("现代农业"), ordinary_phrase("序轮")
    (True, False)
    """
    common, special, length = ordinary(), _special(), len(text)
    stops, ends = common.stops, {0}  # where a sequence of known words from the start on may end
    for start in range(length - 1):
        if start in ends:
            words = common.beginning(text[start])
            for end in range(start + 2, min(start + _LONGEST_WORD, length) + 1):
                if (word := text[start:end]) in words or word in special or word in stops:
                    ends.add(end)
    return length in ends


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
