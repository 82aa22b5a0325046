"""Which measures are figures in the sense of the guidelines: what may stand around them, and what their numerals allow."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import Final

from ..patterns import lazy
from .percents import is_percent
from .pieces import NUMBER, Measure
from .scan import GOES_ON
from .units import Unit
from .words import number_words

_DIGITS: Final = frozenset("0123456789")
_HAN_DIGITS: Final = frozenset("一二三四五六七八九十两几数")
_LETTERS: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_FORMAL: Final = frozenset("壹贰叁肆伍陆柒捌玖拾佰仟")
_BARE_SCALES: Final = frozenset("百千万亿兆")
_AFTER_LETTERS: Final = frozenset(
    {"艘", "架", "家", "辆", "亩", "个", "台", "套", "吨", "天"}
)  # VLCC32艘, but C919副翼 and V18产业
_CARDINAL_BEFORE: Final = frozenset("分共计约近超用历办开")
ORDINAL: Final = frozenset("第其之")
"""Behind these a number is an ordinal; see `is_ordinal`."""

MARKS: Final = frozenset(",。;、“”《》!?\n)】—…·")
RANKED: Final = frozenset("前居列末")  # behind these a number with 位 or 名 is a rank
_IN_CONTEXT: Final = frozenset("日点P")  # units that `_accepts_special` knows
_MONTHS: Final = r"[0-9]{1,2}(?:(--?|[~—―]{1,2}|至|到)[0-9]{1,2}月|月(?:[0-9]{1,2}日)?)"
_DATE = lazy(rf"(?:19|20)[0-9]{{2}}年(?:{_MONTHS})?|{_MONTHS}|(?<=月)[0-9]{{1,2}}日|(?<=[上下])半年")
_BEFORE_DAYS: Final = frozenset("续期时达满共限予")
_AFTER_DAYS: Final = frozenset("内以之游")  # 21日内 and 满21日 are spans of time
_LEVEL: Final = frozenset("级强年月")
_NEAR: Final = 40  # characters within which 算力 makes P a unit
_LAST_HOUR: Final = 24  # 11点 is a time of day, 2325点 an index
_LIMITED = lazy(
    r"(?:不到|不足|不?满|未满|近|将近|超过|超|逾|约|仅用|短短|用时|达|翻了|翻|仅有|仅|[缩减降压短](?:到|至|为))\Z"
)
LIMITS: Final = frozenset("到足满近超过逾约达了翻用短时有仅为期前工至")
"""What words end with that make a single 一 count."""

_AFTER_SPAN: Final = ("后", "内", "之内", "以内", "以上", "车程", "时间")
_BEFORE_SPAN = lazy(r"(?:误工|[缩降][到至]|提前|逾期|为期|[^除为成极]了)\Z")
"""Around 一年 or 一小时 what makes it a span of time, and no rate (一年销售40万台)."""

SPANS: Final = frozenset(word[0] for word in _AFTER_SPAN)
"""What `_AFTER_SPAN` begins with."""

_HALF_YEARLY: Final = ("任务", "情况", "清单", "表", "账", "会议", "总结", "工作", "答卷", "成绩", "数据", "目标")
"""Behind 半年, which is then the first half of a year."""

_REACHED: Final = frozenset("近超逾约达过破上成足满")  # 近百公里, 不足百人
_WAYS: Final = frozenset(("length", "mass", "area"))
_USED: Final = frozenset("耗氢油电综成")  # 百公里氢耗 is a rate
_ORDINAL = lazy(r"第[0-9一二三四五六七八九十]{1,2}个\Z")  # 第十四个五年规划
_PAGE_AGE: Final = ("前 (", "前(")  # 8个月前 (09-24): the age of a scraped page
_COUNTER_SIGNS: Final = frozenset(":( |")
_COUNTER_LONGEST: Final = 8


@functools.cache
def before_counts() -> frozenset[str]:
    """What stands before a colon or bracket behind which a number may be that of a counter of views, or go on."""
    return (_COUNTER_SIGNS | _DIGITS).union("量数次", (name[-1] for name in number_words().counters))


@functools.cache
def _counter() -> re.Pattern[str]:
    """A name of a view counter and what may stand between it and its number."""
    return re.compile(rf"(?:{'|'.join(number_words().counters)})(?:量|人?数|次数)?[:( |]{{1,3}}\Z")


def counts(measure: Measure) -> bool | None:
    """Whether a number with its unit is a figure wherever it stands plainly, or None where the words around decide.

    False where it is none wherever it stands. A span of time needs something else than 前 behind it: see `_PAGE_AGE`.
    """
    return counts_in_digits(measure.run, measure.unit) if measure.run[0] in _DIGITS else _counts_in_han(measure)


def counts_in_digits(run: str, unit: Unit) -> bool | None:
    """`counts` for a number that begins with a digit."""
    if _is_code(run):
        return False
    if unit.use == "parse":
        return None if unit.surface in _IN_CONTEXT else False
    if unit.use in ("free", "number") and unit.surface not in ("", "分"):
        return not (unit.surface == "年" and _is_year(run))
    return None


def _is_code(run: str) -> bool:
    """Whether a number has a nought before it, as that of a heading (04 人才)."""
    return run[0] == "0" and run[1:2] in _DIGITS


def is_ordinal(before: str, run: str) -> bool:
    """Whether what stands before a number makes it an ordinal: 第20家, 其二, but 其20家 has a figure."""
    return before in ORDINAL and (before != "其" or run[0] not in _DIGITS)


class Dates:
    """Numbers that are parts of a date as `times` finds it, and so no figures: 2025年, 8月, 2025年8月21日, 上半年."""

    MARKS: Final = frozenset("年月日-~—―至到")
    """What may follow the first number of a date."""

    def __init__(self, units: Iterable[Unit]) -> None:
        words = number_words()
        self._bounds, self._currencies = words.last_before, words.last_currency
        longer: dict[str, set[str]] = {name: set() for name in "年月日"}
        for unit in units:
            if len(unit.surface) > 1 and unit.surface[0] in longer:
                longer[unit.surface[0]].add(unit.surface[1])
        longer["日"] |= words.first_after | _AFTER_DAYS
        self._longer = {name: GOES_ON | more for name, more in longer.items()}

    def end(self, text: str, start: int) -> int | None:
        """Where the date that begins with the number at this offset ends, or None where more must be looked at."""
        match = _DATE().match(text, start)
        if match is None:
            return None
        end, before = match.end(), text[start - 1]
        word = text[start - 2] if before == " " else before
        if text[end] in self._longer[text[end - 1]]:
            return None
        if word in self._currencies and (match.lastindex or text[end - 1] == "日"):
            return None  # USD 1—9月
        if text[end - 1] == "日" and (before in _BEFORE_DAYS or word in self._bounds):
            return None
        return end


def _is_year(run: str) -> bool:
    return len(run) == 4 and run[:2] in ("19", "20")


def accepts(text: str, measure: Measure) -> bool:
    """Whether the guidelines count this measure."""
    unit, kind = measure.unit, measure.kind
    before = text[measure.at - 1]
    if unit.not_before and text[measure.end] in unit.not_before:
        return False
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
    if is_ordinal(before, measure.run) and not (is_percent(measure) or measure.kind == "fraction"):
        return True
    if before in RANKED and unit.surface in ("位", "名"):
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
    if _is_code(measure.run) or before in _DIGITS or (before in "./:-~^" and further in _DIGITS):
        return True
    if before == "(" and text[measure.end] == ")" and measure.unit.surface == "所":
        return True  # (605所)
    if before in _LETTERS:
        return not (
            is_percent(measure)
            or measure.unit.dimension == "money"
            or (measure.unit.dimension == "rate" and "元" in measure.unit.surface)  # LNG4300元/吨, but PM2.5
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
    return not (unit.surface == "分" and (before in "时点" or (before == ":" and text[measure.at - 2] in _DIGITS)))


def _accepts_special(text: str, measure: Measure) -> bool:
    """Units that make figures in some contexts only."""
    surface, end = measure.unit.surface, measure.end
    if surface == "日":
        spanned = text.startswith(("内", "以内", "之内", "游"), end) or text[measure.at - 1] in _BEFORE_DAYS
        return spanned or number_words().bound(text, measure.at, end) != "exact"
    if surface == "点":
        return "." in measure.run or measure.low > _LAST_HOUR
    return surface == "P" and "算" in text[max(0, measure.at - _NEAR) : end + _NEAR]


def _accepts_han(text: str, measure: Measure) -> bool:
    if measure.scale == "个亿":
        return True  # 三个亿
    if measure.unit.surface == "分" and text[measure.at - 1] in "时点" and text[measure.at - 2] in _HAN_DIGITS:
        return False  # 九点十八分
    found = _counts_in_han(measure)
    return _accepts_where_it_stands(text, measure) if found is None else found


def _counts_in_han(measure: Measure) -> bool | None:
    """Whether a Han numeral with its unit counts, idioms apart, or None where the words around decide."""
    run, unit = measure.run, measure.unit
    if run == "半":
        return True if unit.surface == "层" else None if unit.dimension == "time" else False
    if measure.kind == "compound" and unit.dimension == "money":
        return True  # 四角二分
    if unit.use == "parse" or unit is NUMBER:
        return None if unit.surface == "日" or (len(run) > 1 and unit.surface in _IN_CONTEXT | {""}) else False
    if run[0] in _FORMAL and (len(run) < 3 or unit.dimension != "money"):
        return False  # 陆家嘴, 伍家岗; formal numerals write amounts of money
    if unit.surface == "分" and "点" in run:
        return False  # 两点零六分
    if measure.kind == "compound":
        return True
    if len(run) == 1:
        return _single_counts(measure)
    if _BARE_SCALES.issuperset(run):
        return unit.dimension != "time"
    return measure.low != measure.high or not (_HAN_DIGITS - {"十"}).issuperset(
        run
    )  # 三五个 is a number, 一一 and 一二三 are none


def _single_counts(measure: Measure) -> bool | None:
    """A single Han numeral: 三家 counts, 一家 and 几家 do not; of 百公里, 亿元 and 五毛 the words around decide."""
    run, unit = measure.run, measure.unit
    if run == "一":
        return _one_counts(measure)
    if run in _BARE_SCALES:
        return False if unit.dimension == "money" else None  # 亿元
    if run == "二":
        return unit.use == "free" and (unit.dimension != "count" or unit.surface == "人")  # 二部, 二层 are ordinals
    if run in "几数零〇":
        return False
    if unit.use == "free" or (run == "两" and unit.use == "ordinal"):
        return True
    return None if unit.surface == "度" or unit.use == "ordinal" or unit.dimension == "money" else False


def _one_counts(measure: Measure) -> bool | None:
    """The indefinite 一 is no number; 一倍, 一成 and 一个半小时 are; of 一年 the words around decide."""
    unit = measure.unit
    if measure.kind in ("half", "range") or unit.surface in ("倍", "成", "个百分点"):
        return True
    return False if unit.dimension in ("count", "fraction") and unit.surface != "番" else None


def _accepts_where_it_stands(text: str, measure: Measure) -> bool:
    """Whether a Han numeral counts for which the words around decide: 上半年, 近百公里, 不到一个月, 翻一番, 零下五度."""
    run, unit, before, after = measure.run, measure.unit, text[measure.at - 1], text[measure.end]
    if run == "半":
        return (
            before not in "上下前后大小多" and after not in "考报度" and not text.startswith(_HALF_YEARLY, measure.end)
        )
    if unit.use == "parse":
        return _accepts_special(text, measure)
    if unit is NUMBER:
        return after not in _LEVEL and not _HAN_DIGITS.isdisjoint(run)
    if run in _BARE_SCALES:
        used = before == "每" or after in _USED
        return after != "级" and (before in _REACHED or (run == "百" and unit.dimension in _WAYS and not used))
    if run != "一":
        return _is_exact(text, measure)
    if unit.surface == "番":
        return before in "翻了近"
    if measure.bound == "above" or _LIMITED().search(text, measure.at - 3, measure.at) is not None:
        return True
    return unit.dimension == "time" and (
        text.startswith(_AFTER_SPAN, measure.end) or _BEFORE_SPAN().search(text, measure.at - 2, measure.at) is not None
    )


def _is_exact(text: str, measure: Measure) -> bool:
    """Whether a sign or a word shows that a single Han numeral measures: 零下五度, 分三期."""
    unit, start = measure.unit, measure.at
    if unit.use == "ordinal":
        return text[start - 1] in "分共计"  # 分三期
    return (unit.surface == "度" and text[start - 2 : start] in ("零下", "零上")) or (
        unit.dimension == "money" and text[measure.end] == "钱"
    )
