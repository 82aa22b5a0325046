"""Which role a number plays: threshold, completion rate, change, share, growth rate or plain value."""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from ..doc import PERCENT
from .reading import MASK, Page, Slot
from .words import words

_APPROXIMATE = r"(?:约|近|超过|超|逾|达到|达|为|高达|多达|将近|不到|至少|仅|只有|只|又|再|掉|了|出)"
_FILLER = "分别|各自|各|均|实现|大约|大幅|略微|略|微|仅|只|下|逆势|也|又|还|则|可|再|能|反而|已|都|累计|前|更|要|就|了|约|平均|共"
_SHARE = re.compile(
    r"(?:占到|占据|占了|占|贡献了|贡献(?!率))(?P<of>(?!比|有率|地(?![区方]))[^,;占]{0,24}?)的?(?:比重|比例|份额)?"
    r"(?:为|达到|达|超过|超|约|近|逾|高达|升至|升到|提高到|提升到|提升至|提高至|到|了|就|过|已|仅|只有|将近){0,4}$"
)
_COMPLETION = re.compile(
    r"(?:完成|达成|占|达|实现)(?P<what>[^,;]{0,12}(?:目标|任务|计划|序时|指标|预算))[^,;]{0,6}?的?(?:约|近|超过|超|逾)?$"
)
_RATE = re.compile(r"的?(?:增速|增幅|增长率|增长速度|速度|涨幅)")
_OVER = re.compile(
    r"(?P<verb>高出|高于|高过|跑赢|领先|优于|好于|快于|超出|多于|低于|慢于|落后于|落后|少于|弱于|跑输|低)"
    rf"[^,;、{MASK['FIGURE']}{MASK['PERCENT']}]{{2,14}}$"
)
_ABOVE = re.compile(r"(?:及?以上|以下|级|以内)的?[^\s、]")
_ABOVE_ALONE = re.compile(r"(?:及?以上|以下)的?有?$")
_GROWS = re.compile(r"[增降涨跌][长低加少了]?$")
_EXCEEDS = re.compile(r"[超过][过出]?$")
_COMPARED = re.compile("[比较]$")
_TO = ("为", "到", "至", "成", "回")  # behind a verb of change, these make it "to": 降为, 增至
_SIGNED = re.compile("[+-]")
_SPEED = re.compile(r"(?<!年均)(?<!平均)增(?:速|长率)(?:放缓至|回落至|回升至|分别)?(?:为|达到|达|约|近|超过|超|高达)?$")
_YEARLY = re.compile(r"(?:年均|平均每年|每年)(?:复合)?(?:增长|递增|增幅|增速)(?:了|约|近|达到|达|超过|超|不低于|为)*$")
_NOUN = re.compile("的?[^\ue000-\ue005的]{1,8}$")


class Change(NamedTuple):
    """A verb of change in front of a number.

    Attributes:
        start: where in the text before the number the change phrase starts.
        kind: (start, end) of the words that name the comparison, in the same text.
        sign: + or -.
        noun: whether it is a noun such as 增幅, which always belongs to the value before it.
        over: whether it compares with an average or a plan (高出平均水平).
        rate: whether it is a growth rate (增速), which is a change of what it belongs to, or a value where that is unknown.
    """

    start: int
    kind: tuple[int, int]
    sign: str
    noun: bool = False
    over: bool = False
    rate: bool = False


@functools.cache
def _comparison() -> re.Pattern[str]:
    known = words("comparison").pattern()
    return re.compile(rf"(?P<kind>{known}|(?:比|较|相比|与)[^,;]{{1,18}}?)(?:相比)?(?:{_FILLER}){{0,4}}$")


@functools.cache
def _approximate() -> re.Pattern[str]:
    return re.compile(rf"{_APPROXIMATE}{{0,4}}$")


def change_before(slot: Slot, left: str) -> Change | None:
    """The change that ``left``, the masked text in front of a number, announces.

    >>> from parknlp.doc import PERCENT, Span
    >>> change_before(Slot(Span(7, 9, PERCENT, "5%"), "%", "percent", 0, 9, 0, 0), "产值同比增长了")
    Change(start=2, kind=(2, 4), sign='+', noun=False, over=False, rate=False)
    """
    fraction = slot.dimension in ("percent", "points", "multiple")
    if slot.span.label == PERCENT and (signed := _SIGNED.match(slot.span.text)):
        match = _comparison().search(left)
        at = match.span("kind") if match else (len(left), len(left))
        return Change(at[0], at, signed[0], rate=True)
    if slot.dimension == "percent" and (speed := _SPEED.search(left)):
        return Change(speed.start(), speed.span(), "+", rate=True)
    ends = {len(left)}
    if match := _approximate().search(left):
        ends.add(match.start())
    for end in sorted(ends, reverse=True):
        found = _change_at(left[:end], slot, fraction=fraction)
        if found and not left[end:].startswith(_TO):
            return found
    if fraction and (over := _OVER.search(left)):
        return Change(over.start(), over.span(), "-" if over["verb"] in words("below") else "+", over=True)
    return None


def _change_at(text: str, slot: Slot, *, fraction: bool) -> Change | None:
    verb = words("rise", "fall", "above", "below", "beyond", "spread", "drop").ending(text)
    if not verb:
        return None
    start = len(text) - len(verb)
    if slot.span.label == PERCENT and verb in words("spread", "drop"):
        return Change(start, (start, len(text)), "-" if verb in words("drop") else "+", noun=True)
    sign = "-" if verb in words("fall", "below") else "+"
    if verb in words("beyond"):
        return Change(start, (start, len(text)), sign)
    if verb not in words("rise", "fall", "above", "below") or text[start - 1 : start] == "新":
        return None
    if match := _comparison().search(text[:start]):
        return Change(match.start(), match.span("kind"), sign)
    if verb not in words("rise", "fall"):
        return None
    if fraction or (len(verb) > 1 and slot.dimension != "duration" and verb not in words("bounded")):
        return Change(start, (start, len(text)), sign)
    return None


def share_before(slot: Slot, left: str) -> tuple[int, str] | None:
    """Where a share starts in the text before a number, and of what it is."""
    if slot.dimension not in ("percent", "multiple"):
        return None
    match = _SHARE.search(left)
    return (match.start(), match["of"]) if match else None


def completion_before(slot: Slot, left: str) -> tuple[int, str] | None:
    """Where a completion rate starts in the text before a number, and what it completes."""
    if slot.dimension not in ("percent", "points"):
        return None
    match = _COMPLETION.search(left)
    return (match.start(), match["what"]) if match else None


def yearly_before(slot: Slot, left: str) -> int | None:
    """Where a yearly growth rate starts in the text before a percentage (年均增长24%)."""
    match = _YEARLY.search(left) if slot.dimension == "percent" else None
    return match.start() if match else None


def is_rate(slot: Slot, right: str) -> bool:
    """Whether a percentage is a growth rate by what follows it (以143.97%的增速领跑)."""
    return slot.dimension == "percent" and bool(_RATE.match(right))


def is_threshold(page: Page, index: int, left: str, right: str) -> bool:
    """Whether a number only delimits what the next one counts (10亿元以上项目14个)."""
    slot = page.slots[index]
    if slot.dimension in ("percent", "points", "multiple", "count"):
        return False
    following = page.slots[index + 1] if index + 1 < len(page.slots) else None
    if following is not None and following.span.start != slot.right:
        following = None
    if slot.dimension == "duration" and _COMPARED.search(left) and right.startswith("前"):
        return True
    if _ABOVE.match(right) or (following and _ABOVE_ALONE.match(right)):
        return not _GROWS.search(left)
    if right == "或" and following:
        return True
    exceeds = slot.dimension == "money" and _EXCEEDS.search(left) and _NOUN.match(right)
    return bool(exceeds and following and following.dimension == "count")
