"""How far a name reaches to the left of the word that ends it.

A legal form, the kind of a park or of an institution says where a name ends; where it starts, nothing says. The name is
read from right to left, over characters that names are made of, until something that cannot belong to it: a mark, the end
of a quantity, a particle, or a word that introduces names.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from ..fold import Codes
from ..matcher import Bitmap, Hashes
from .words import COMMON, alphanumeric, kinds, places

BREAKS: Final = frozenset(
    "的了是在由与及被把从让给等到就也还又但或该这那其此每各某我你他她它们之着过使据按并且所往跟只仅逾吗呢吧啊很没不占做请即辖叫称供起已内"
)
"""Particles over which no name reaches."""

SOFT: Final = frozenset("和为以于对向将有至随靠")
"""Characters that are particles mostly: no name reaches over them once two of its characters are read."""

KEPT: Final = frozenset(
    "数据 自由 过滤 过程 等离 成就 还原 不锈 美的 在线 申请 之江 之光 之星 之家 有色 有机 有限 供应 供电 供热 供水 供销 供氢 起重 "
    "起亚 起帆 崛起 名称 对称".split()
)
"""Pairs in which one of these belongs to names."""

_LEVELS: Final = frozenset("省市县区")
_MARKS: Final = frozenset("·&-")
_DEEPEST_BRACKET: Final = 14


class _Stops(NamedTuple):
    """What no name reaches over: words of two and three characters, and particles."""

    two: frozenset[str]
    three: frozenset[str]
    particles: frozenset[str]


@functools.cache
def _stops(strict: bool) -> _Stops:
    boundary = kinds("boundary_words.tsv")
    words = boundary["hard"] | boundary["noun"]
    if strict:
        words |= kinds(COMMON)["stop"]
    for kind in ("legal", "group", "industry", "verb", "descriptor"):
        words -= kinds("company_words.tsv")[kind]
    words -= places().names
    two, three = (frozenset([word for word in words if len(word) == length]) for length in (2, 3))
    return _Stops(two, three, BREAKS | SOFT if strict else BREAKS - frozenset("与及"))


def stop_pairs() -> frozenset[str]:
    """The words of two characters over which no name reaches."""
    return _stops(strict=True).two


def is_hard(pair: str) -> bool:
    """Whether these two characters are one of the words made by hand over which no name reaches."""
    return pair in kinds("boundary_words.tsv")["hard"]


def is_name_character(character: str) -> bool:
    """Whether names hold this character outside brackets."""
    return character.isalnum() or character in _MARKS


def opening(text: str, close: int) -> int:
    """Offset of the bracket that the one at ``close`` ends, or -1: a short bracket without marks inside."""
    for at in range(close - 1, max(-1, close - _DEEPEST_BRACKET), -1):
        if text[at] == "(":
            return at if at < close - 1 else -1
        if not is_name_character(text[at]):
            return -1
    return -1


class Growth:
    """How far names reach to the left in one text.

    A look at all its characters at once says where a name that has been read so far must be looked at more closely.

    Args:
        text: folded text.
        codes: its code points, in lower case or not.
        hashes: those of ``codes``.

    >>> from parknlp.fold import codes_of
    >>> text = "位于镇江经开区的孚能科技(镇江)有限公司"
    >>> codes = codes_of(text)
    >>> growth = Growth(text, codes, Hashes.of(codes))
    >>> text[growth.reach(text.index("有限公司"), 30):]
    '孚能科技(镇江)有限公司'
    """

    def __init__(self, text: str, codes: Codes, hashes: Hashes) -> None:
        self._text = text
        self._stops = _stops(strict=True)
        self._barriers: set[int] = set()
        self._units: dict[int, int] = {}
        special, pairs, triples = _looks()
        closer = np.empty(len(codes) + 1, np.bool_)
        special.take(codes, mode="clip", out=closer[1:])
        closer[2:] |= pairs.hits(hashes)
        closer[3:] |= triples.hits(hashes)
        self._closer = bytearray(closer)

    def bar(self, ends: Iterable[int]) -> None:
        """Add offsets over which no name reaches, such as the ends of quantities."""
        for end in ends:
            self._barriers.add(end)
            self._closer[end] = 1

    def unite(self, units: Mapping[int, int]) -> None:
        """Add known names, end -> start, which are read as a whole."""
        self._units.update(units)
        for end in units:
            self._closer[end] = 1

    def reach(self, end: int, most: int, strict: bool = True) -> int:
        """The offset to which a name that goes on at ``end`` reaches on its left.

        Args:
            end: offset of the word that ends the name.
            most: how many characters at most.
            strict: whether `SOFT` characters and the dictionary's verbs stop it too.
        """
        text, closer, barriers, units = self._text, self._closer, self._barriers, self._units
        stops = self._stops if strict else _stops(strict=False)
        at, lowest = end, max(0, end - most)
        while at > lowest and at not in barriers:
            if not closer[at]:
                at = max(lowest, closer.rfind(1, lowest, at))
            elif at in units:
                at = units[at]
            elif (step := _step(text, at, end, lowest, stops)) > 0:
                at -= step
            else:
                at += step
                break
        while at < end and text[at] in "·&-)":
            at += 1
        return at


@functools.cache
def _looks() -> tuple[npt.NDArray[np.bool_], Bitmap, Bitmap]:
    """Characters, and words of two and of three, at whose ends a name must be looked at more closely."""
    two, three, particles = _stops(strict=True)
    special = ~alphanumeric()
    special[[ord(particle) for particle in particles]] = True
    return special, Bitmap(two, 2), Bitmap(three, 3)


def _step(text: str, at: int, end: int, lowest: int, stops: _Stops) -> int:
    """How many characters of the name that goes on at ``at`` to take next; where it ends, what is still its own, negative, or 0."""
    character = text[at - 1]
    if character.isalnum():
        if character in stops.particles and _particle(text, at, end):
            return 0
        if text[at - 2 : at] in stops.two or text[at - 3 : at] in stops.three:
            return -_hidden(text, at)
        return 1
    if character == ")":
        bracket = opening(text, at - 1)
        return at - bracket if bracket > lowest and is_name_character(text[bracket - 1]) else 0
    return int(character in _MARKS)


def _particle(text: str, at: int, end: int) -> bool:
    """Whether the character before ``at``, which may be a particle, is one here."""
    if text[at - 1] in SOFT and end - at < 2 and text[at] not in _LEVELS:
        return False
    return text[at - 2 : at] not in KEPT and text[at - 1 : at + 1] not in KEPT


def _hidden(text: str, at: int) -> int:
    """1 where a word made by hand ends inside the stop word at ``at`` (入驻|华苑, where 驻华 is a word too), else 0."""
    return int(is_hard(text[at - 3 : at - 1]) and not is_hard(text[at - 2 : at]))
