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
    "的了是在由与及被把从让给等到就也还又但或该这那其此每各某我你他她它们之着过使据按并且所往跟只仅逾吗呢吧啊很没不占做请即辖叫称供起已内赴暨"
)
"""Particles over which no name reaches."""

_HARD_BREAKS: Final = BREAKS - frozenset("与及")
"""Those over which no name reaches even where one may reach over `SOFT` ones and verbs."""

SOFT: Final = frozenset("和为以于对向将有至随靠")
"""Characters that are particles mostly: no name reaches over them once two of its characters are read."""

KEPT: Final = frozenset(
    "数据 自由 过滤 过程 等离 成就 还原 不锈 美的 在线 申请 之江 之光 之星 之家 有色 有机 有限 供应 供电 供热 供水 供销 供氢 起重 "
    "起亚 起帆 崛起 名称 对称 暨南".split()
)
"""Pairs in which one of these belongs to names."""

_LEVELS: Final = frozenset("省市县区")
_MARKS: Final = frozenset("·&-")
_DEEPEST_BRACKET: Final = 14

# what is known of a character behind which a name goes on: whether it must be looked at, whether no name reaches over it
_CLOSER: Final = 1
_WALL: Final = 2

_BARRED: Final = 2
"""Marks what is no wall by itself, but where no name reaches over, not even a known one that ends there."""


class _Stops(NamedTuple):
    """What no name reaches over: words of two and three characters, and particles; and those of the words that are made by hand."""

    two: frozenset[str]
    three: frozenset[str]
    particles: frozenset[str]
    hard: frozenset[str]


@functools.cache
def _stops(strict: bool) -> _Stops:
    boundary = kinds("boundary_words.tsv")
    company = [kinds("company_words.tsv")[kind] for kind in ("legal", "group", "industry", "verb", "descriptor")]
    verbs = kinds(COMMON)["stop"] if strict else ()
    words = (boundary["hard"] | boundary["noun"]).union(verbs).difference(*company, places().names)
    two, three = (frozenset([word for word in words if len(word) == length]) for length in (2, 3))
    return _Stops(two, three, BREAKS | SOFT if strict else _HARD_BREAKS, boundary["hard"])


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
        self._units: dict[int, int] = {}
        looks, pairs, triples = _looks()
        seen = np.zeros(len(codes) + 1, np.uint8)
        looks.take(codes, mode="clip", out=seen[1:])
        closer = seen != 0
        closer[2:] |= pairs.hits(hashes)
        closer[3:] |= triples.hits(hashes)
        self._closer = bytearray(closer)
        self._walls = bytearray(seen > _CLOSER)

    def bar(self, ends: Iterable[int]) -> None:
        """Add offsets over which no name reaches, such as the ends of quantities."""
        closer, walls = self._closer, self._walls
        for end in ends:
            closer[end] = 1
            walls[end] = _BARRED

    def unite(self, units: Mapping[int, int]) -> None:
        """Add known names, end -> start, which are read as a whole."""
        self._units.update(units)
        closer, walls = self._closer, self._walls
        for end in units:
            closer[end] = 1
            walls[end] &= _BARRED

    def first_stop(self, start: int, end: int) -> int:
        """Where the first word of two characters begins over which no name reaches, from ``start`` on and ending by ``end``; -1 without."""
        text, closer, two = self._text, self._closer, self._stops.two
        at = closer.find(1, start + 2, end + 1)
        while at >= 0 and text[at - 2 : at] not in two:
            at = closer.find(1, at + 1, end + 1)
        return at - 2 if at >= 0 else -1

    def reach(self, end: int, most: int, strict: bool = True) -> int:
        """The offset to which a name that goes on at ``end`` reaches on its left.

        Args:
            end: offset of the word that ends the name.
            most: how many characters at most.
            strict: whether `SOFT` characters and the dictionary's verbs stop it too.
        """
        text, closer, walls, units = self._text, self._closer, self._walls, self._units
        stops = self._stops if strict else _stops(strict=False)
        at, lowest = end, end - most if end > most else 0
        while at > lowest:
            if not closer[at] and (at := closer.rfind(1, lowest, at)) <= lowest:
                at = lowest
                break
            if walls[at]:
                break
            if at in units:
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
def _looks() -> tuple[npt.NDArray[np.uint8], Bitmap, Bitmap]:
    """Characters, and words of two and of three, at whose ends a name must be looked at more closely; some of them are walls."""
    two, three, particles, _ = _stops(strict=True)
    looks = np.where(alphanumeric(), 0, _WALL).astype(np.uint8)
    looks[[ord(character) for character in (*particles, *_MARKS, ")")]] = _CLOSER
    looks[-1] = _CLOSER  # what lies beyond the basic plane
    looks[[ord(particle) for particle in _HARD_BREAKS.difference(SOFT, *KEPT)]] = _WALL
    return looks, Bitmap(two, 2), Bitmap(three, 3)


def _step(text: str, at: int, end: int, lowest: int, stops: _Stops) -> int:
    """How many characters of the name that goes on at ``at`` to take next; where it ends, what is still its own, negative, or 0.

    One is its own where a word made by hand ends inside the stop word there.
    """
    character = text[at - 1]
    if character.isalnum():
        two, three, particles, hard = stops
        if character in particles and _particle(text, at, end):
            return 0
        if (last := text[at - 2 : at]) in two or text[at - 3 : at] in three:
            return -(text[at - 3 : at - 1] in hard and last not in hard)  # 入驻|华苑, where 驻华 is a word too
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
