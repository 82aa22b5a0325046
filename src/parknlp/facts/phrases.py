"""Indicator phrases from the text before and after a number."""

from __future__ import annotations

import functools
import re

from .reading import MASKED
from .words import HEAD_LENGTH, place_end, words

_NOISE = re.compile(r"[“”‘’\"'\s]+")
_WEAK = re.compile(r"^(?:以上|以下|左右|以内|之多|上下|有余|多|余|级|\ue003+|\ue000+(?:系统)?内?)*的?")
_EMPTY = re.compile("实现|完成|共有|累计|的")
_COUNTED = frozenset(("企业", "项目", "公司", "集团", "基地", "工厂", "园区", "集群", "口岸", "港区"))
# a noun phrase behind a number ends before these, unless they are part of a noun of the lists (产能, 用户)
_STOPS = frozenset(
    "在将已由与从也均都正为于以被有就则又还需可能会要供超到向给用做是达占进跑完拿和等及把让使令并但而却、的踩"
)


def strip_tail(text: str) -> str:
    """``text`` without the adverbs and verbs at its end; a noun of the lists stays whole (产能 keeps its 能).

    >>> strip_tail("年产能已达到约")
    '年产能'
    """
    kept, cut = words("amount", "count", "act"), words("adverb", "tail", "do")
    while True:
        text = text.rstrip(" “”‘’\"'·")
        if not text or kept.ending(text):
            return text
        word = cut.ending(text)
        if not word:
            return text
        text = text[: -len(word)]


def _generic(text: str) -> int:
    """Length of the generic subject or place at the start of ``text`` that is no part of the indicator."""
    word = words("generic").starting(text)
    if word:
        rest = text[len(word) :].lstrip("的")
        if len(rest) >= 2 and (word not in _COUNTED or words("amount").ending(rest)):
            return len(word)
    end = place_end(text, 0)
    return end if len(text) - end >= 2 else 0


def strip_lead(text: str) -> str:
    """``text`` without adverbs, generic subjects and places at its start.

    >>> strip_lead("全市园区实现规上工业产值")
    '规上工业产值'
    """
    cut, kept = words("adverb", "lead", "do"), words("amount", "count", "act")
    while True:
        text = text.lstrip(" ‘’·•-等")
        word = cut.starting(text)
        if word:
            if len(kept.starting(text)) > len(word):
                return text
            text = text[len(word) :]
            continue
        length = _generic(text)
        if not length:
            return text
        text = text[length:]


def inner(text: str) -> str:
    """``text`` without quotes and the words that carry nothing.

    >>> inner("“标准地”的整理")
    '标准地整理'
    """
    if len(text) > 3:
        text = _EMPTY.sub("", text) or text
    return _NOISE.sub("", text).strip("、和与及")


def before(text: str) -> str:
    """The indicator in the masked text in front of a number.

    >>> before("上半年全市园区实现规上工业产值达")
    '规上工业产值'
    """
    parts = MASKED.split(strip_tail(text))
    phrase = strip_lead(parts[-1])
    if len(phrase) < 2 and len(parts) > 1 and len(parts[-2]) > 2:
        phrase = strip_lead(strip_tail(parts[-2]))
    return inner(phrase)


def nouns_after(text: str) -> list[str]:
    """The things that the masked text behind a number may count, the shortest first, two at most.

    >>> nouns_after("亿元以上项目集中签约")
    ['亿元以上项目', '亿元以上项目集中签约']
    """
    text = _WEAK.sub("", text)
    heads = words("count", "amount")
    ends: list[int] = []
    at = 0
    while at < min(len(text), 25):
        head = heads.starting(text[at : at + HEAD_LENGTH])
        if head:
            at += len(head)
            ends.append(at)
        elif text.startswith(("以上", "以下"), at):
            at += 2
        elif (at and text[at] in _STOPS) or text[at] >= "\ue000":
            break
        else:
            at += 1
    whole = text[:at] if at <= 12 or not ends else text[: ends[-1]]
    found = [text[: ends[0]], whole] if ends else [text[: min(at, 8)]] if at > 1 else []
    return [noun for noun in dict.fromkeys(map(inner, found)) if noun]


def head_of(text: str) -> str:
    """The noun of the lists that a phrase ends in, or nothing."""
    return words("amount", "count").ending(text)


@functools.cache
def _acts() -> re.Pattern[str]:
    return re.compile(words("act").pattern())


def act(text: str) -> str:
    """The action in a clause that belongs to the indicator (签约, 开工), or nothing: the longest, then the first.

    >>> act("近日集中新签约亿元以上项目")
    '新签约'
    """
    return max(_acts().findall(text), key=len, default="")


@functools.cache
def _units() -> dict[str, str]:
    return dict(pair.split("=") for pair in words("unit").known)


def unit_noun(unit: str) -> str:
    """The noun for things counted in this unit, when the text has none.

    >>> unit_noun("余家"), unit_noun("元/平方米")
    ('企业', '均价')
    """
    known = _units()
    for start in range(len(unit)):
        if unit[start:] in known:
            return known[unit[start:]]
    return ""
