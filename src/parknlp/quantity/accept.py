"""Which measures are figures in the sense of the guidelines: what may stand around them, and what their numerals allow."""

from __future__ import annotations

import functools
import re
from typing import Final

from .patterns import lazy
from .percents import is_percent
from .pieces import NUMBER, Measure
from .units import Unit
from .words import number_words

_DIGITS: Final = frozenset("0123456789")
_HAN_DIGITS: Final = frozenset("一二三四五六七八九十两几数")
_LETTERS: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_FORMAL: Final = frozenset("壹贰叁肆伍陆柒捌玖拾佰仟")
_BARE_SCALES: Final = frozenset("百千万亿兆")
_AFTER_LETTERS: Final = frozenset(
    {"艘", "架", "家", "辆", "亩", "个", "台", "套"}
)  # VLCC32艘, but C919副翼 and V18产业
_CARDINAL_BEFORE: Final = frozenset("分共计约近超用历")
_MARKS: Final = frozenset(",。;、“”《》!?\n")
_CAREFUL: Final = frozenset("第其之前居列末个")  # a number behind these may be an ordinal
_LEVEL: Final = frozenset("级强年月")
_NEAR: Final = 12  # characters within which 算力 makes P a unit
_LAST_HOUR: Final = 24  # 11点 is a time of day, 2325点 an index
_LIMITED = lazy(
    r"(?:不到|不足|不满|未满|近|将近|超过|超|逾|约|仅用|短短|用时|达|翻了|翻|仅有|仅|[缩减降压短](?:到|至|为))\Z"
)
_ORDINAL = lazy(r"第[0-9一二三四五六七八九十]{1,2}个\Z")  # 第十四个五年规划
_PAGE_AGE: Final = ("前 (", "前(")  # 8个月前 (09-24): the age of a scraped page
_COUNTER_SIGNS: Final = frozenset(":( |")
_COUNTER_LONGEST: Final = 8


@functools.cache
def _counter() -> re.Pattern[str]:
    """A name of a view counter and what may stand between it and its number."""
    return re.compile(rf"(?:{'|'.join(number_words().counters)})(?:量|人?数|次数)?[:( |]{{1,3}}\Z")


def stands_plainly(run: str, before: str) -> bool:
    """Whether a number before a plain unit is a figure, for all that its digits and the character before it show."""
    return run[0] in _DIGITS and ((before >= "\u4e00" and before not in _CAREFUL) or before in _MARKS)


def is_plain(unit: Unit) -> bool:
    """Whether a unit makes a figure of every number in digits that stands plainly."""
    return unit.use in ("free", "number") and unit.dimension != "time" and unit.surface not in ("", "分")


def is_date(run: str, following: str) -> bool:
    """Whether a number is a year or a month as `times` finds it, and so no figure: 2025年, 8月."""
    return (following == "月" and run[0] in _DIGITS) or (following == "年" and _is_year(run))


def _is_year(run: str) -> bool:
    return len(run) == 4 and run[:2] in ("19", "20")


def accepts(text: str, measure: Measure) -> bool:
    """Whether the guidelines count this measure."""
    unit, kind = measure.unit, measure.kind
    before = text[measure.at - 1]
    if unit.not_before and text[measure.end] in unit.not_before:
        return False
    if kind == "plain" and is_plain(unit) and stands_plainly(measure.run, before):
        return True  # most measures, 产值1104.7亿元: nothing below applies to them
    if _is_part_of_code(text, measure, before) or _is_rank_or_counter(text, measure, before):
        return False
    if kind in ("sign", "shared"):
        return True
    if kind == "fraction":
        return "/" not in text[measure.at : measure.end] or "\u4e00" <= before <= "\u9fff"
    if measure.run[0] in _DIGITS:
        return _accepts_arabic(text, measure)
    return not number_words().is_idiom(text, measure.at) and _accepts_han(text, measure)


def _is_rank_or_counter(text: str, measure: Measure, before: str) -> bool:
    """Whether the words before the number make it an ordinal, the age of a page or a counter of its views."""
    unit, at = measure.unit, measure.at
    if before in "第其之" and not (is_percent(measure) or measure.kind == "fraction"):
        return True
    if unit.surface in ("位", "名") and before in "前居列末":
        return True
    if unit.dimension == "time" and (
        text.startswith(_PAGE_AGE, measure.end) or (before == "个" and _ORDINAL().search(text, at - 4, at))
    ):
        return True
    return before in _COUNTER_SIGNS and _counter().search(text, max(0, at - _COUNTER_LONGEST), at) is not None


def _is_part_of_code(text: str, measure: Measure, before: str) -> bool:
    """Whether the number continues another one (1.2.3) or a name of letters (A320系列, K12)."""
    further = text[measure.at - 2]
    if measure.run[0] in _HAN_DIGITS:
        return False  # T700G两个牌号
    if before in _DIGITS or (before in "./:-~^" and further in _DIGITS):
        return True
    if before == "(" and text[measure.end] == ")" and measure.unit.surface == "所":
        return True  # (605所)
    if before in _LETTERS:
        return not (
            is_percent(measure)
            or measure.unit.dimension == "money"
            or measure.scale
            or (measure.unit.surface in _AFTER_LETTERS and further in _LETTERS)
        )
    return before == "-" and further in _LETTERS and not (is_percent(measure) or measure.unit.dimension == "money")


def _accepts_arabic(text: str, measure: Measure) -> bool:
    unit, before, run = measure.unit, text[measure.at - 1], measure.run
    if unit.use == "parse":
        return _accepts_special(text, measure)
    if unit.use == "ordinal":
        return before in _CARDINAL_BEFORE
    if unit is NUMBER:
        return text[measure.end] not in _LEVEL
    if unit.surface == "年" and _is_year(run) and measure.kind == "plain":
        return False  # a year that the rules for TIME leave alone
    return not (unit.surface == "分" and before in "时点:")


def _accepts_special(text: str, measure: Measure) -> bool:
    """Units that make figures in some contexts only."""
    surface, end = measure.unit.surface, measure.end
    if surface == "日":
        spanned = text.startswith(("内", "以内", "之内", "游"), end) or text[measure.at - 1] in "续期时达满"
        return spanned or number_words().bound(text, measure.at, end) != "exact"
    if surface == "点":
        return "." in measure.run or measure.low > _LAST_HOUR
    return surface == "P" and "算" in text[max(0, measure.at - _NEAR) : end + _NEAR]


def _accepts_han(text: str, measure: Measure) -> bool:
    run, unit, before, after = measure.run, measure.unit, text[measure.at - 1], text[measure.end]
    if run == "半":
        return (
            unit.dimension == "time" and before not in "上下前后大小多" and after not in "考报度"
        ) or unit.surface == "层"
    if unit.use == "parse":
        return len(run) > 1 and _accepts_special(text, measure)
    if unit is NUMBER:
        return len(run) > 1 and after not in _LEVEL and not _HAN_DIGITS.isdisjoint(run)
    if run[0] in _FORMAL and (len(run) < 3 or unit.dimension != "money"):
        return False  # 陆家嘴, 伍家岗; formal numerals write amounts of money
    if unit.surface == "分" and "点" in run:
        return False  # 两点零六分
    if measure.kind == "compound":
        return True
    if len(run) == 1:
        return _accepts_single(text, measure)
    if _BARE_SCALES.issuperset(run):
        return unit.dimension != "time"
    return measure.low != measure.high or not (_HAN_DIGITS - {"十"}).issuperset(
        run
    )  # 三五个 is a number, 一一 and 一二三 are none


def _accepts_single(text: str, measure: Measure) -> bool:
    """A single Han numeral: 三家 counts, 一家 and 几家 do not, 百公里 does, 亿元 and 千吨级 do not."""
    run, unit, before, after = measure.run, measure.unit, text[measure.at - 1], text[measure.end]
    if run == "一":
        return _accepts_one(text, measure)
    if run in _BARE_SCALES:
        if after == "级" or unit.dimension == "money":
            return False
        return before in "近超逾约达过破上成" or (
            run == "百" and unit.dimension in ("length", "mass", "area") and before != "每"
        )
    if run == "二":
        return unit.use == "free" and (unit.dimension != "count" or unit.surface == "人")  # 二部, 二层 are ordinals
    if run in "几数零〇":
        return False
    return unit.use == "free" or _is_exact(text, measure) or (run == "两" and unit.use == "ordinal")


def _is_exact(text: str, measure: Measure) -> bool:
    """Whether a sign or a word shows that a single Han numeral measures: 零下五度, 五毛钱."""
    unit, start = measure.unit, measure.at
    return (unit.surface == "度" and text[start - 2 : start] in ("零下", "零上")) or (
        unit.dimension == "money" and text[measure.end] == "钱"
    )


def _accepts_one(text: str, measure: Measure) -> bool:
    """The indefinite 一 is no number; 一倍, 一成, 一个半小时, 一年多 and 不到一个月 are."""
    unit = measure.unit
    if measure.kind in ("half", "range") or unit.surface in ("倍", "成", "个百分点"):
        return True
    if unit.surface == "番":
        return text[measure.at - 1] in "翻了"
    if unit.dimension in ("count", "fraction"):
        return False
    return measure.bound == "above" or _LIMITED().search(text, measure.at - 3, measure.at) is not None
