"""How far a name reaches to the left of the word that ends it.

A legal form, the kind of a park or of an institution says where a name ends; where it starts, nothing says. The name is
read from right to left, over characters that names are made of, until something that cannot belong to it: a mark, the end
of a quantity, a particle, or a word that introduces names.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import Final, NamedTuple

from .words import COMMON, kinds, places

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
    two, three = (frozenset(word for word in words if len(word) == length) for length in (2, 3))
    return _Stops(two, three, BREAKS | SOFT if strict else BREAKS - frozenset("与及"))


def is_stop(pair: str) -> bool:
    """Whether these two characters are a word over which no name reaches."""
    return pair in _stops(strict=True).two


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


def grow(
    text: str,
    end: int,
    reach: int,
    *,
    barriers: AbstractSet[int] = frozenset(),
    units: Mapping[int, int] = MappingProxyType({}),
    strict: bool = True,
) -> int:
    """The offset to which a name that goes on at ``end`` reaches on its left.

    Args:
        text: folded text.
        end: offset of the word that ends the name.
        reach: how many characters at most.
        barriers: offsets over which no name reaches, such as the ends of quantities.
        units: end -> start of known names, which are read as a whole.
        strict: whether `SOFT` characters and the dictionary's verbs stop it too.

    >>> text = "位于镇江经开区的孚能科技(镇江)有限公司"
    >>> text[grow(text, text.index("有限公司"), 30):]
    '孚能科技(镇江)有限公司'
    """
    two, three, particles = _stops(strict)
    at, lowest = end, max(0, end - reach)
    while at > lowest and at not in barriers:
        character = text[at - 1]
        if at in units:
            at = units[at]
        elif character.isalnum():
            if character in particles and _particle(text, at, end):
                break
            if text[at - 2 : at] in two or text[at - 3 : at] in three:
                at -= _hidden(text, at)
                break
            at -= 1
        elif character == ")":
            bracket = opening(text, at - 1)
            if bracket <= lowest or not is_name_character(text[bracket - 1]):
                break
            at = bracket
        elif character in _MARKS:
            at -= 1
        else:
            break
    while at < end and text[at] in "·&-)":
        at += 1
    return at


def _particle(text: str, at: int, end: int) -> bool:
    """Whether the character before ``at``, which may be a particle, is one here."""
    if text[at - 1] in SOFT and end - at < 2 and text[at] not in _LEVELS:
        return False
    return text[at - 2 : at] not in KEPT and text[at - 1 : at + 1] not in KEPT


def _hidden(text: str, at: int) -> int:
    """1 where a word made by hand ends inside the stop word at ``at`` (入驻|华苑, where 驻华 is a word too), else 0."""
    return int(is_hard(text[at - 3 : at - 1]) and not is_hard(text[at - 2 : at]))
