"""FIGURE and PERCENT spans: which of the scanner's measures the guidelines count, and their exact values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from ..doc import FIGURE, PERCENT, Quantity
from .percents import is_percent
from .pieces import NUMBER, Measure
from .runs import EXACT, scale_factor
from .scan import Scanner
from .units import UnitTable
from .words import number_words

_DIGITS = frozenset("0123456789")
_HAN_DIGITS = frozenset("一二三四五六七八九十两几数")
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_FORMAL = frozenset("壹贰叁肆伍陆柒捌玖拾佰仟")
_BARE_SCALES = frozenset("百千万亿兆")
_SIGNED_UNITS = frozenset({"%", "pp", "Cel", "deg"})
_SIGNED_DIMENSIONS = frozenset({"money", "temperature"})
_AFTER_LETTERS = frozenset({"艘", "架", "家", "辆", "亩", "个", "台", "套"})  # VLCC32艘, but C919副翼 and V18产业
_BEFORE_NEGATIVE = frozenset("为是达至到约近-(,，。、:；; \n|")
_CARDINAL_BEFORE = frozenset("分共计约近超用历")
_LEVEL = frozenset("级强年月")
_NEAR = 12  # characters within which 算力 makes P a unit
_LAST_HOUR = 24  # 11点 is a time of day, 2325点 an index
_TITLE = re.compile(r"《[^《》\n]{1,80}》")
_LIMITED = re.compile(
    r"(?:不到|不足|不满|未满|近|将近|超过|超|逾|约|仅用|短短|用时|达|翻了|翻|仅有|仅|[缩减降压短](?:到|至|为))\Z"
)
_ORDINAL = re.compile(r"第[0-9一二三四五六七八九十]{1,2}个\Z")  # 第十四个五年规划
_PAGE_AGE = ("前 (", "前(")  # 8个月前 (09-24): the age of a scraped page


class Found(NamedTuple):
    """A FIGURE or PERCENT span in the scanned text."""

    start: int
    end: int
    label: str
    rule: str
    value: Quantity


class QuantityFinder:
    """Finds figures and percentages in folded text that begins and ends with a line break."""

    def __init__(self, units: UnitTable) -> None:
        self._scanner = Scanner(units)
        self._words = number_words()

    def find(self, text: str) -> Iterator[Found]:
        """Every FIGURE and PERCENT, in order and disjoint; none inside 《…》."""
        titles = iter([match.span() for match in _TITLE.finditer(text)])
        opened, closed = next(titles, (len(text), 0))
        for measure in self._scanner.measures(text):
            while opened < measure.start and closed <= measure.start:
                opened, closed = next(titles, (len(text), 0))
            if opened > measure.start and self._accepts(text, measure):
                yield self._found(text, with_sign(text, measure))

    def _found(self, text: str, measure: Measure) -> Found:
        bound = self._words.bound(text, measure.start, measure.end) or measure.bound
        label = PERCENT if is_percent(measure) else FIGURE
        return Found(measure.start, measure.end, label, measure.kind, quantity_of(measure, bound))

    def _accepts(self, text: str, measure: Measure) -> bool:
        """Whether the guidelines count this measure: what may stand around it, then what its numeral allows."""
        unit, end, before = measure.unit, measure.end, text[measure.at - 1]
        if before in _DIGITS or (before in "./:-~" and text[measure.at - 2] in _DIGITS):
            return False
        if unit.not_before and text[end] in unit.not_before:
            return False
        if before in "第其之" and not (is_percent(measure) or measure.kind == "fraction"):
            return False
        if (before in _LETTERS or (before == "-" and text[measure.at - 2] in _LETTERS)) and not self._after_letter(
            measure
        ):
            return False
        if unit.surface in ("位", "名") and before in "前居列":
            return False
        if unit.dimension == "time" and (
            text.startswith(_PAGE_AGE, end) or _ORDINAL.search(text, measure.at - 4, measure.at)
        ):
            return False
        if measure.kind in ("sign", "shared"):
            return True
        if measure.kind == "fraction":
            return "/" not in text[measure.at : end] or "\u4e00" <= before <= "\u9fff"
        if measure.run[0] in _DIGITS:
            return _accepts_arabic(text, measure)
        return not self._words.is_idiom(text, measure.at) and _accepts_han(text, measure)

    @staticmethod
    def _after_letter(measure: Measure) -> bool:
        """Whether a number may follow a letter directly: GDP12000亿元, VLCC32艘, but C919副 and A320系列."""
        unit = measure.unit
        return is_percent(measure) or unit.dimension == "money" or bool(measure.scale) or unit.surface in _AFTER_LETTERS


def _accepts_arabic(text: str, measure: Measure) -> bool:
    unit, before, run = measure.unit, text[measure.at - 1], measure.run
    if unit.use == "parse":
        return _accepts_special(text, measure)
    if unit.use == "ordinal":
        return before in _CARDINAL_BEFORE
    if unit is NUMBER:
        return text[measure.end] not in _LEVEL
    if unit.surface == "年" and len(run) == 4 and run[:2] in ("19", "20") and measure.kind == "plain":
        return False  # a year that the rules for TIME leave alone
    return not (unit.surface == "分" and before in "时点:")


def _accepts_special(text: str, measure: Measure) -> bool:
    """Units that make figures in some contexts only."""
    surface, end = measure.unit.surface, measure.end
    if surface == "日":
        return text.startswith(("内", "以内", "之内", "游"), end) or text[measure.at - 1] in "续期时达满"
    if surface == "度":
        return bool(measure.scale)
    if surface == "点":
        return "." in measure.run or measure.low > _LAST_HOUR
    return surface == "P" and "算力" in text[max(0, measure.at - _NEAR) : end + _NEAR]


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
    if len(run) == 1:
        return _accepts_single(text, measure)
    if _BARE_SCALES.issuperset(run):
        return unit.dimension != "time"
    return measure.low != measure.high or not (_HAN_DIGITS - {"十"}).issuperset(
        run
    )  # 三五个 is a number, 一一 and 一二三 are none


def _accepts_single(text: str, measure: Measure) -> bool:
    """A single Han numeral: 三家 counts, 一家 and 几家 do not, 百公里 does, 亿元 and 千吨级 do not."""
    run, unit = measure.run, measure.unit
    if run == "一":
        if measure.kind in ("half", "range", "compound") or unit.surface in ("倍", "成", "个百分点"):
            return True
        if unit.surface == "番":
            return text[measure.at - 1] in "翻了"
        return (
            unit.dimension not in ("count", "fraction")
            and _LIMITED.search(text, measure.at - 3, measure.at) is not None
        )
    if run in _BARE_SCALES:
        if text[measure.end] == "级" or unit.dimension == "money":
            return False
        before = text[measure.at - 1]
        return before in "近超逾约达过破上成" or (
            run == "百" and unit.dimension in ("length", "mass", "area") and before != "每"
        )
    if run == "二":
        return unit.use == "free" and (unit.dimension != "count" or unit.surface == "人")  # 二部, 二层 are ordinals
    return run not in "几数零〇" and (unit.use == "free" or (run == "两" and unit.use == "ordinal"))


def with_sign(text: str, measure: Measure) -> Measure:
    """The measure with a sign before it: -1.24亿元, ±800千伏, 零下20℃."""
    start, unit = measure.start, measure.unit
    sign, before = text[start - 1], text[start - 2]
    if sign not in "-负±+下" or start != measure.at or measure.kind == "range":
        return measure
    if sign == "±":
        return measure._replace(start=start - 1, low=-measure.high)
    if sign == "下":
        cold = before == "零" and unit.dimension in ("temperature", "angle")
        return negated(measure, start - 2) if cold else measure
    if sign == "+":
        return (
            measure._replace(start=start - 1) if is_percent(measure) and before not in _LETTERS | _DIGITS else measure
        )
    if unit.unit not in _SIGNED_UNITS and unit.dimension not in _SIGNED_DIMENSIONS:
        return measure
    may_be = before in _BEFORE_NEGATIVE if sign == "负" else before not in _LETTERS | _DIGITS | {")", "%"}
    return negated(measure, start - 1) if may_be else measure


def negated(measure: Measure, start: int) -> Measure:
    """The measure below zero, with its sign at ``start``."""
    return measure._replace(start=start, low=-measure.high, high=-measure.low)


def quantity_of(measure: Measure, bound: str) -> Quantity:
    """The exact value of a measure in the base unit and in the unit as written."""
    _, _, _, _, low, high, unit, _, scale, _ = measure
    surface, code, dimension, factor = unit.surface, unit.unit, unit.dimension, unit.factor
    if surface == "度" and scale:  # 1.2亿度 is electricity, 30度 an angle or a temperature
        code, dimension, factor = "W.h", "energy", factor * 1000
    written_low, written_high = low, high
    if scale:
        down = -scale_factor(scale.removeprefix("个")).adjusted()
        written_low, written_high = EXACT.scaleb(low, down), EXACT.scaleb(high, down)
    if surface == "番":
        low, high = _doublings(low), _doublings(high)
    elif factor != 1:
        numerator, denominator = Decimal(factor.numerator), factor.denominator
        low, high = (EXACT.multiply(end, numerator) / denominator for end in (low, high))
    return Quantity(low, high, code, dimension, bound, written_low, written_high, scale + surface)


def _doublings(number: Decimal) -> Decimal:
    return Decimal(2) ** number if abs(number) < 64 else number
