"""Which role a number plays: threshold, completion rate, change, share, growth rate or plain value."""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

import numpy as np

from ..doc import FIGURE, PERCENT, TIME
from .measures import COUNT, DIMENSIONS, DURATION, MONEY, MULTIPLE, PERCENTAGE, POINTS
from .signs import MASK
from .words import Words, words

_APPROXIMATE = r"(?:约|近|超过|超|逾|达到|达|为|高达|多达|将近|不到|至少|仅|只有|只|又|再|掉|了|出)"
_APPROXIMATE_ENDS = frozenset("约近过超逾到达为多至少仅有只又再掉了出")
_FILLER = "分别|各自|各|均|实现|大约|大幅|略微|略|微|仅|只|下|逆势|也|又|还|则|可|再|能|反而|已|都|累计|前|更|要|就|了|约|平均|共"
_SHARE = re.compile(
    r"(?:占到|占据|占了|占|贡献了|贡献(?!率))(?P<of>(?!比|有率|率|地(?![区方]))[^,;占]{0,24}?)的?"
    r"(?:(?:比重|比例|份额)(?:[由从][^,;占]{0,10}?的?)?)?"
    r"(?:为|达到|达|超过|超|约|近|逾|高达|升至|升到|提高到|提升到|提升至|提高至|到|了|就|过|已|仅|只有|将近|"
    r"不低于|不少于|不高于|不超过|低于|高于|首次|至少|分别|均){0,4}$"
)
_SHARE_TOO = re.compile(
    rf"[、,和及与]?(?:(?P<of>(?![^,;]*[升降高低增减][到至])[^,;占{MASK[TIME]}]{{1,10}})的|(?P<whole>全[国省市区县球州盟镇乡]))(?:约|近|超过|超|逾|达到|达)?$"
)
_COMPLETION = re.compile(
    r"(?:完成|达成|占(?![^,;]*预算[收支])|达|实现)(?P<what>[^,;]{0,12}(?:目标|任务|计划|序时|指标|预算))[^,;]{0,6}?的?(?:约|近|超过|超|逾)?$"
)
_AIMS = frozenset("标务划序算")  # one of these stands in what `_COMPLETION` finds
_DONE = re.compile(r"(?:完成率|达成率|完成比例|完成进度)(?:分别|已|均|为|达到|达|约|超过|超|近|高达|仅)*$")
_RATE = re.compile(r"的?(?:增速|增幅|增长率|增长速度|速度|涨幅)")
_OVER = re.compile(
    r"(?P<verb>高出|高于|高过|跑赢|领先|优于|好于|快于|超出|多于|低于|慢于|落后于|落后|少于|弱于|跑输)"
    rf"[^,;、{MASK[FIGURE]}{MASK[PERCENT]}]{{2,14}}$"
)
_ABOVE = re.compile(r"(?:及?以上|以下|级|以内)的?[^\s、]")
_ABOVE_ALONE = re.compile(r"(?:及?以上|以下)的?有?$")
_GROWS = re.compile(r"[增降涨跌][长低加少了]?$")
_EXCEEDS = re.compile(r"[超过][过出]?$")
_BARE = re.compile(r"(?:.*\W)?比", re.DOTALL)  # 同比 in short: 21.6亿元,比增7.9%
_COMPARED = re.compile("[比较]$")
_FROM_TO = re.compile("[-—–~至到]")
_OF_SIZE = re.compile("的?有?$|的?[^\ue000-\ue005]{0,6}(?:项目|企业)$")
_PROJECTS = re.compile("的?[^\ue000-\ue005]{0,8}(?:项目|企业)$")  # 500万元|投资项目|15个
_TO = ("为", "到", "至", "成", "回")  # behind a verb of change, these make it "to": 降为, 增至
_SIGNED = re.compile("[+-]")
_MOVES = re.compile(
    r"(?P<word>(?<!年均)(?<!平均)(?<!复合)增(?:速|长率)|[增涨升降跌]幅)"
    r"(?:(?:放缓|收窄|收敛|缩小|回落|扩大|回升|提高|提升|加快)[至到]?)?[更却仍也还都]?[是仅只]?(?:分别)?"
    r"(?:为|达到|达|约|近|超过|超|高达)?$"
)
_YEARLY = re.compile(r"(?:年均|平均每年|每年)(?:复合)?(?:增长|递增|增幅|增速)(?:了|约|近|达到|达|超过|超|不低于|为)*$")
_NOUN = re.compile("的?[^\ue000-\ue005的]{1,8}$")

FRACTIONS = frozenset((PERCENTAGE, POINTS, MULTIPLE))
"""The dimensions of numbers that may be a change without a word right before them that says so."""

IS_FRACTION = np.array([dimension in FRACTIONS for dimension in range(len(DIMENSIONS))])
"""By dimension, whether it is one of these."""

KINDS = (
    "value",
    "completion",
    "yearly",
    "share",
    "rate",
    "change",
    "verb",
    "signed",
    "speed",
    "spread",
    "beyond",
    "over",
)


class Role(NamedTuple):
    """What a number is.

    Attributes:
        kind: value, completion, yearly, share, rate, or a kind of change: change (with a comparison), verb (without), signed (by
            a sign of its own), speed (增速), spread (增幅), beyond (超预期), over (高出平均水平).
        start: where in the text before the number the words that say so start.
        word: (start, end) of the words that name the comparison, in the same text.
        sign: + or -, of a change.
        of: (start, end) of what is completed, or of what it is a share of, in the same text.
    """

    kind: str
    start: int
    word: tuple[int, int] = (0, 0)
    sign: str = ""
    of: tuple[int, int] = (0, 0)


@functools.cache
def _comparison() -> re.Pattern[str]:
    known = words("comparison").pattern()
    return re.compile(
        rf"(?P<kind>{known}|(?:(?<!占)比(?!重(?!庆)|[例率])|较|相比|[与跟](?=[^,;]{{1,18}}相?[比较]))[^,;]{{1,18}}?)(?:相?[比较])?(?:{_FILLER}){{0,4}}$"
    )


@functools.cache
def _approximate() -> re.Pattern[str]:
    return re.compile(rf"{_APPROXIMATE}{{0,4}}$")


def role_of(dimension: int, surface: str, left: str, right: str, *, beside: bool = False) -> Role:
    """The role of a number.

    Args:
        dimension: what it measures.
        surface: the number, folded.
        left: the masked text before it, back to the last boundary or number.
        right: the masked text behind it.
        beside: whether it stands behind one in the same unit.

    >>> role_of(PERCENTAGE, "5%", "产值同比增长了", "")
    Role(kind='change', start=2, word=(2, 4), sign='+', of=(0, 0))
    >>> role_of(DURATION, "15天", ",拉长了", "", beside=True).kind  # 回款周期196天,拉长了15天
    'verb'
    """
    if dimension in (PERCENTAGE, POINTS) and not _AIMS.isdisjoint(left) and (found := _COMPLETION.search(left)):
        return Role("completion", found.start(), of=found.span("what"))
    if dimension == PERCENTAGE and "成" in left and (found := _DONE.search(left)):
        return Role("completion", found.start())
    if dimension == PERCENTAGE and "年" in left and (found := _YEARLY.search(left)):
        return Role("yearly", found.start())
    if change := _change_before(dimension, surface, left, beside=beside):
        return change
    if dimension in (PERCENTAGE, MULTIPLE) and ("占" in left or "贡" in left) and (found := _SHARE.search(left)):
        return Role("share", found.start(), of=found.span("of"))
    if dimension == PERCENTAGE and _RATE.match(right):
        return Role("rate", len(left))
    return Role("value", len(left))


def share_too(left: str) -> Role | None:
    """The role of a number behind a share (占全省的5%、全国的2%), given the text between the two.

    >>> share_too("、全国的近").of
    (1, 3)
    """
    found = _SHARE_TOO.match(left)
    return Role("share", 0, of=found.span("of" if found["of"] else "whole")) if found else None


def _change_before(dimension: int, surface: str, left: str, *, beside: bool) -> Role | None:
    fraction = dimension in FRACTIONS
    if dimension in (PERCENTAGE, POINTS) and (signed := _SIGNED.match(surface)):
        match = _comparison().search(left)
        at = match.span("kind") if match else (len(left), len(left))
        return Role("signed", at[0], at, signed[0])
    if dimension == PERCENTAGE and ("增" in left or "幅" in left) and (moves := _MOVES.search(left)):
        return _moving("spread" if moves["word"].endswith("幅") else "speed", left, moves.span("word"))
    left = left.removesuffix("整整")
    ends = [len(left)]
    if left[-1:] in _APPROXIMATE_ENDS and (match := _approximate().search(left)) and match.start() < len(left):
        ends.append(match.start())
    for end in ends:
        found = _change_at(left[:end], dimension, fraction=fraction, beside=beside)
        if found and (found.kind == "spread" or not left[end:].startswith(_TO)):
            return found
    if fraction and (over := _OVER.search(left)):
        return Role("over", over.start(), over.span(), "-" if over["verb"] in words("below") else "+")
    return None


def _moving(kind: str, text: str, word: tuple[int, int]) -> Role:
    """A change that a noun tells of (增速6%), named after the comparison before it if there is one (同比增速6%)."""
    match = _comparison().search(text[: word[0]])
    sign = "-" if text[slice(*word)] in words("drop") else "+"
    return Role(kind, *((match.start(), match.span("kind")) if match else (word[0], word)), sign)


@functools.cache
def telling() -> frozenset[str]:
    """The last characters of what tells of a change before an amount."""
    return _APPROXIMATE_ENDS.union(word[-1] for word in _verbs().known)


@functools.cache
def _verbs() -> Words:
    return words(*_SENSES)


@functools.cache
def _senses() -> dict[str, frozenset[str]]:
    """What each of the verbs says."""
    return {
        verb: frozenset(sense for sense in (*_SENSES, "bounded") if verb in words(sense)) for verb in _verbs().known
    }


_SENSES = ("rise", "fall", "above", "below", "beyond", "spread", "drop")


def _change_at(text: str, dimension: int, *, fraction: bool, beside: bool) -> Role | None:
    verb = _verbs().ending(text)
    if not verb:
        return None
    start, senses = len(text) - len(verb), _senses()[verb]
    if dimension in (PERCENTAGE, POINTS) and ("spread" in senses or "drop" in senses):
        return _moving("spread", text, (start, len(text)))
    if verb == "省" and text[start - 1 : start] in tuple("全本我外各该"):
        return None
    moves = "rise" in senses or "fall" in senses
    sign = "-" if "fall" in senses or "below" in senses else "+"
    if "beyond" in senses:
        return Role("beyond", start, (start, len(text)), sign)
    if not (moves or "above" in senses or "below" in senses) or text[start - 1 : start] == "新":
        return None
    if match := _comparison().search(text[:start]):
        return Role("change", match.start(), match.span("kind"), sign)
    if not moves and not (fraction and verb.endswith("了")):
        return None
    if start and _BARE.fullmatch(text[:start]):
        start -= 1
    if "bounded" in senses and not fraction:
        measures = beside and text.strip(",又再已") == verb
    else:
        measures = fraction or (len(verb) > 1 and dimension != DURATION)
    return Role("verb", start, (start, len(text)), sign) if measures else None


def is_threshold(surface: str, dimension: int, following: int | None, left: str, right: str) -> bool:
    """Whether a number only delimits what the next one counts (10亿元以上项目14个, 5亿元至10亿元的3个).

    Args:
        surface: the number as it stands.
        dimension: what it measures.
        following: what the number measures that follows in the same clause, or None.
        left: the masked text before it.
        right: the masked text behind it, up to the next number or boundary.
    """
    if dimension in (PERCENTAGE, POINTS, MULTIPLE, COUNT):
        return False
    if dimension == DURATION and _COMPARED.search(left) and right.startswith("前"):
        return True
    if _ABOVE.match(right) or (following is not None and _ABOVE_ALONE.match(right)):
        return not _GROWS.search(left)
    if right == "或" and following is not None:
        return True
    if following != COUNT or dimension != MONEY:
        return False
    if _EXCEEDS.search(left) and _NOUN.match(right):
        return True
    if _FROM_TO.search(surface) and _OF_SIZE.match(right):
        return True
    return bool(_PROJECTS.match(right)) and not words("amount").ending(left)
