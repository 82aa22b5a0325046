"""One quantity as text: `parse_quantity` reads it, `format_quantity` writes it back."""

from __future__ import annotations

import functools
import re
from decimal import Decimal
from fractions import Fraction
from typing import Final

from ..doc import Quantity
from ..errors import DataError
from ..fold import fold
from ..isolation import isolated
from .numerals import parse_number
from .pieces import FRACTION, NUMBER, Measure
from .runs import read
from .scan import Scanner
from .units import UnitTable
from .values import in_context, negated, quantity_of
from .words import begins_with, ends_with, number_words

_PADDING: Final = "\n\0\n"
_WORDS_OF: Final = {
    "exact": ("", ""),
    "about": ("约", ""),
    "above": ("超", ""),
    "below": ("不足", ""),
    "at_least": ("", "以上"),
    "at_most": ("", "以内"),
}
_SIGN: Final = r"零下|[-负+±]"
_TAIL: Final = r"(?:人民币|RMB|CNY|[整正钱大电]|时间|高龄)?"
_AMOUNT_ENDS: Final = frozenset("0123456789万亿千百十一二三四五六七八九")
_LONGEST_NUMBER: Final = 60
_SCALES: Final = frozenset("十百千万亿兆")
_RANGE: Final = r"(.+?) ?(?:--?|~|——?|至|到) ?(.+)"
_SCALE_FIRST: Final = r"(摄氏|华氏)度? ?(.+?)度?"  # 摄氏20度
_TENTHS: Final = r"(.+[斤吨里尺丈岁])([一二三四五六七八九半1-9])"  # 五斤半
_ELIDED: Final = r"(.+[元块镑毛角米])([一二三四五六七八九1-9])"
_RATE: Final = r"[每时](.{1,4}?)(?=[0-9一二三四五六七八九十百千万两半几数])(.+)"  # 每小时80公里, 时速80公里
_NEXT: Final = {"元": "角", "块": "毛", "毛": "分", "角": "分"}
_LARGEST_DENOMINATOR = 10**6


def _peel(text: str) -> tuple[str, str]:
    """The text without the words that bound it, and the bound they give."""
    words, bound = number_words(), "exact"
    for _ in range(3):
        if word := begins_with(words.before, text[:-1]):
            text, found = text[len(word) :].lstrip(), words.before[word]
        elif word := ends_with(words.after, text[1:]):
            text, found = text[: -len(word)].rstrip(), words.after[word]
        else:
            break
        bound = found if bound == "exact" else bound
    return text, bound


def _measure(scanner: Scanner, text: str) -> Measure | None:
    """The measure that is the whole text, a sign before it included, or None."""
    sign = re.match(_SIGN, text)
    start = len(_PADDING)
    at = start + (sign.end() if sign else 0)
    padded = _PADDING + text + _PADDING
    measure = scanner.measure_at(padded, at)
    if measure is None or measure.run in ("万", "亿") or not re.fullmatch(_TAIL, padded[measure.end : -start]):
        return None
    measure = in_context(scanner.units, padded, measure, alone=True)
    if measure.start == start:
        return measure  # without sign, or a range that has it
    if measure.start != at or sign is None:
        return None
    if sign[0] == "±":
        return measure._replace(low=-measure.high)
    return measure if sign[0] == "+" else negated(measure, start)


def _in_order(text: str) -> str:
    """The text in the order in which the scanner reads: number, then unit, then 每 and what it is counted by."""
    if match := re.fullmatch(_SCALE_FIRST, text):
        return f"{match[2]}{match[1]}度"
    if text.startswith("%") and len(text) > 1:
        return text[1:] + "%"
    if text == "对折":
        return "5折"
    if match := re.fullmatch(_RATE, text):
        return f"{match[2]}/{'小时' if text[0] == '时' else match[1]}"
    text = re.sub(r"(?<=[0-9一二三四五六七八九十百千])个([万亿])(?=.*元)", r"\1", text)  # 574个亿元
    text = _currency_behind(text)
    elided = re.fullmatch(_ELIDED, text)
    return text + _NEXT[elided[1][-1]] if elided and elided[1][-1] in _NEXT else text


def _with_tenths(scanner: Scanner, text: str) -> Measure | None:
    """一米八 and 五斤半: a last digit counts tenths of the unit."""
    match = re.fullmatch(_TENTHS, text)
    measure = _measure(scanner, match[1]) if match else None
    if match is None or measure is None:
        return None
    tenths = Decimal("0.5") if match[2] == "半" else parse_number(match[2]) / 10
    return measure._replace(low=measure.low + tenths, high=measure.high + tenths)


def _currency_behind(text: str) -> str:
    """``USD100万``, ``港币5元`` and ``$5 million`` with the currency behind the number."""
    words = number_words()
    sign = begins_with(words.currencies, text[:-1])
    if sign is None:
        return text
    unit, rest = words.currencies[sign], text[len(sign) :].strip()
    if (match := re.fullmatch(r"(.*[0-9]) ?([A-Za-z]+)", rest)) and match[2] in words.scales:
        return f"{parse_number(rest):f}{unit}"
    if rest[-1] == "元":
        return rest[:-1] + unit
    return rest + unit if rest[-1] in _AMOUNT_ENDS else rest


def _number_with_unit(units: UnitTable, text: str) -> Measure | None:
    """A unit behind a number that only `_plain` reads: 一又二分之一杯, 1.1^23米, 1~2万起."""
    for at in range(1, min(len(text), _LONGEST_NUMBER)):
        found = units.match(text, at)
        if found is not None and found[0] == len(text) and not _SCALES.issuperset(text[:at]):
            measure = _plain(text[:at])
            if measure is not None:
                return measure._replace(unit=found[1])
    return None


def _plain(text: str) -> Measure | None:
    """A number without unit: a fraction, a range, or what `parse_number` reads."""
    slash = "/" in text or "分之" in text or text == "一半"
    numeral = read(text) if not slash else None
    if numeral is not None:
        return Measure(0, 0, 0, text, numeral.low, numeral.high, NUMBER, numeral.bound, numeral.scale)
    try:
        if match := re.fullmatch(_RANGE, text):
            low, high = parse_number(match[1]), parse_number(match[2])
            return Measure(0, 0, 0, text, low, high, FRACTION if slash else NUMBER) if low < high else None
        number = parse_number(text)
    except DataError:
        return None
    return Measure(0, 0, 0, text, number, number, FRACTION if slash else NUMBER)


@functools.cache
def _scanner() -> Scanner:
    return Scanner(UnitTable.bundled())


@isolated
def parse_quantity(text: str, units: UnitTable | None = None) -> Quantity:
    """The quantity that ``text`` spells, all of it.

    Args:
        text: a number, range or fraction with or without unit; words around it such as 近 and 以上 give the bound.
        units: another table of units.

    Raises:
        DataError: the text is no quantity, or something is left over.

    >>> quantity = parse_quantity("近4.5万吨")
    >>> quantity.value, quantity.unit, quantity.bound, quantity.written_unit
    (Decimal('45000.0'), 't', 'about', '万吨')
    >>> parse_quantity("６－８亿元").to_dict()["low"]
    '600000000'
    """
    scanner = Scanner(units) if units is not None else _scanner()
    whole = fold(text).strip()
    core, bound = _peel(whole)
    core = _in_order(core)
    measure = (
        _measure(scanner, core)
        or _measure(scanner, core.replace(" ", ""))
        or _with_tenths(scanner, core)
        or (_measure(scanner, core.replace("每", "/")) if "每" in core else None)
        or _plain(core)
        or _number_with_unit(scanner.units, core)
    )
    if measure is None:
        raise DataError(f"no quantity: {text[:80]!r}")
    if measure.unit.surface == "折" and not measure.scale and measure.low >= 10 and measure.high < 100:
        measure = measure._replace(low=measure.low / 10, high=measure.high / 10)  # 85折 is 8.5折
    return quantity_of(measure, measure.bound if bound == "exact" else bound)


def _number(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _fraction(number: Decimal) -> str | None:
    """``number`` as a fraction when it is the decimal expansion of a simple one."""
    simple = Fraction(number).limit_denominator(_LARGEST_DENOMINATOR)
    if simple.denominator == 1 or Decimal(simple.numerator) / simple.denominator != number:
        return None
    return f"{simple.numerator}/{simple.denominator}"


@isolated
def format_quantity(quantity: Quantity) -> str:
    """The shortest text from which `parse_quantity` reads the same quantity.

    >>> format_quantity(parse_quantity("8～10家左右")), format_quantity(parse_quantity("三分之一"))
    ('约8~10家', '1/3')
    """
    low, high = quantity.written_low, quantity.written_high
    if quantity.dimension == "fraction" and not quantity.written_unit:
        number = "~".join(_fraction(end) or _number(end) for end in ((low,) if low == high else (low, high)))
    elif low == high:
        number = _number(low)
    else:
        number = f"±{_number(high)}" if low == -high else f"{_number(low)}~{_number(high)}"
    before, after = _WORDS_OF[quantity.bound]
    return f"{before}{number}{quantity.written_unit}{after}"
