"""Indicator phrases from the text before and after a number."""

from __future__ import annotations

import functools
import re

from .reading import MASKED
from .words import HEAD_LENGTH, beginning, ending, place_at, words

_NOISE = re.compile(r"[“”‘’\"'\s]+")
_WEAK = re.compile(r"^(?:以上|以下|左右|以内|之多|上下|有余|多|余|级|\ue003+|\ue000+(?:系统)?内?)*的?")
_COUNTED = frozenset(("企业", "项目", "公司", "集团", "基地", "工厂", "园区", "集群", "口岸", "港区"))
_STOPS = frozenset("在将已由与从也均都正为于以被有就则又还需可能会要供超到向给用做是达占进跑完拿和等及把让使令并但而却、的踩")


def strip_tail(text: str) -> str:
    """``text`` without the adverbs and verbs at its end; a head noun stays whole (产能 keeps its 能).

    >>> strip_tail("年产能已达到约")
    '年产能'
    """
    while True:
        text = text.rstrip(" “”‘’\"'·")
        if ending(text, "amount", "count", "act"):
            return text
        word = ending(text, "adverb", "tail", "do")
        if not word:
            return text
        text = text[: -len(word)]


def strip_lead(text: str) -> str:
    """``text`` without adverbs, generic subjects and places at its start.

    >>> strip_lead("全市园区实现规上工业产值")
    '规上工业产值'
    """
    while True:
        text = text.lstrip(" ‘’·•-等")
        word = beginning(text, "adverb", "lead", "do")
        if word and len(beginning(text, "amount", "count", "act")) > len(word):
            return text
        if not word:
            word = beginning(text, "generic")
            rest = text[len(word) :].lstrip("的")
            if word in _COUNTED and not (len(rest) >= 2 and ending(rest, "amount")):
                word = ""
            elif len(rest) < 2:
                word = ""
        if not word:
            end = place_at(text, 0)
            word = text[:end] if len(text) - end >= 2 else ""
        if not word:
            return text
        text = text[len(word) :]


def inner(text: str) -> str:
    """``text`` without quotes and the verbs that carry nothing."""
    for word in ("实现", "完成", "共有", "累计", "的"):
        if len(text) > len(word) + 1:
            text = text.replace(word, "")
    return _NOISE.sub("", text).strip("、和与及")


def before(text: str) -> str:
    """The indicator in the masked text in front of a number.

    >>> before("上半年全市园区实现规上工业产值达")
    '规上工业产值'
    """
    text = strip_tail(text)
    parts = MASKED.split(text)
    phrase = strip_lead(parts[-1])
    if len(phrase) < 2 and len(parts) > 1 and len(parts[-2]) > 2:
        phrase = strip_lead(strip_tail(parts[-2]))
    return inner(phrase)


def nouns_after(text: str) -> list[str]:
    """The things that the masked text behind a number may count, the shortest first.

    >>> nouns_after("亿元以上项目集中签约")
    ['亿元以上项目']
    """
    text = _WEAK.sub("", text)
    ends: list[int] = []
    at = 0
    while at < len(text):
        head = beginning(text[at : at + HEAD_LENGTH], "count", "amount")
        if head:
            at += len(head)
            ends.append(at)
            continue
        if (at and text[at] in _STOPS) or text[at] >= "\ue000" or at > 24:
            break
        at += 1
    found = [text[:end] for end in ends] or ([text[: min(at, 8)]] if at > 1 else [])
    if ends and ends[-1] < at <= 12:
        found.append(text[:at])
    chosen = dict.fromkeys(inner(noun) for noun in ([found[0], found[-1]] if found else []))
    return [noun for noun in chosen if noun]


def has_head(text: str) -> bool:
    """Whether a phrase ends in a noun that can be counted or measured."""
    return bool(ending(text, "amount", "count"))


def unit_noun(surface: str) -> str:
    """The noun for things counted in this unit, when the text has none."""
    return next((noun for unit, noun in _units() if surface.endswith(unit)), "")


@functools.cache
def _units() -> list[tuple[str, str]]:
    pairs = [word.split("=") for word in words("unit")]
    return sorted(((unit, noun) for unit, noun in pairs), key=lambda pair: -len(pair[0]))


def act(text: str) -> str:
    """The action in a clause that belongs to the indicator (签约, 开工), or nothing."""
    best = ""
    for word in words("act"):
        if word in text and len(word) > len(best):
            best = word
    return best
