"""Numbers as people write them: signs, fractions, powers, dozens and percent beside plain numerals, to exact decimals."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from ..errors import DataError
from ..fold import fold
from ..isolation import EXACT, isolated
from .runs import DIGITS, read
from .words import number_words

_SIGNS: Final = {"负": -1, "零下": -1, "-": -1, "+": 1, "正": 1}
_NAMED_POWERS: Final = {"平方": 2, "立方": 3}
_SUPERSCRIPTS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_CAPITALS: Final = str.maketrans({"参": "叁", "弍": "贰", "弎": "叁", "弌": "壹", "仨": "三", "俩": "两", "·": "."})
_LARGEST_POWER: Final = 9999


def _pattern(text: str) -> Callable[[str], re.Match[str] | None]:
    return functools.partial(re.fullmatch, text)


_FRACTION = _pattern(r"(?:(.+?)又)?(.+?)分之(.+)")
_SLASHED = _pattern(r"(?:(.+)又|([0-9]+) )?([0-9]+) ?/ ?([0-9]+)")
_WITH_VULGAR = _pattern(r"(.*?)又?([¼-¾⅐-⅞])")
_PERCENT = _pattern(r"(.+)([%‰])")
_EXPONENT = _pattern(r"([^eE]+)[eE]([+-]?[0-9]{1,4})")
_SCIENTIFIC = _pattern(r"(.+?) ?(?:[xX×*]|乘以?) ?(10.+|十的.+)")
_POWER = _pattern(r"(.+?)(?:\^|\*\*| ?pow ?|的)(.+?)(?:次方|次幂)?")
_DOZEN = _pattern(r"(.+?) ?打")
_SCALED = _pattern(r"(.*[0-9]) ?([A-Za-z]+)")  # 5k, 1.2 million


def _over(part: Decimal | None, whole: Decimal | None, more: Decimal | None = Decimal(0)) -> Decimal | None:
    if part is None or more is None or not whole:
        return None
    return more + part / whole


def _fraction(text: str) -> Decimal | None:
    if match := _FRACTION(text):
        return _over(_value(match[3]), _value(match[2]), _value(match[1]) if match[1] else Decimal(0))
    if match := _SLASHED(text):
        more = _value(match[1] or match[2]) if match[1] or match[2] else Decimal(0)
        return _over(Decimal(match[3]), Decimal(match[4]), more)
    if match := _WITH_VULGAR(text):
        more = _value(match[1]) if match[1] else Decimal(0)
        above, _, below = unicodedata.normalize("NFKC", match[2]).partition("\u2044")
        return _over(Decimal(above), Decimal(below), more)
    if match := _PERCENT(text):
        return _over(_value(match[1]), Decimal(100 if match[2] == "%" else 1000))
    return None


def _power(text: str) -> Decimal | None:
    if match := _EXPONENT(text):
        base = _value(match[1])
        return None if base is None else EXACT.scaleb(base, int(match[2]))
    if match := _SCIENTIFIC(text):
        base, power = _value(match[1]), _value(match[2])
        return None if base is None or power is None else EXACT.multiply(base, power)
    text = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+", lambda found: "^" + found[0].translate(_SUPERSCRIPTS), text)
    if match := _POWER(text):
        base = _value(match[1])
        exponent = Decimal(_NAMED_POWERS[match[2]]) if match[2] in _NAMED_POWERS else _value(match[2])
        if (
            base is None
            or exponent is None
            or abs(exponent) > _LARGEST_POWER
            or (base <= 0 and (exponent % 1 or exponent < 0))
        ):
            return None
        return base**exponent
    return None


def _plain(text: str) -> Decimal | None:
    if text in ("半", "一半"):
        return Decimal("0.5")
    if match := _DOZEN(text):
        dozens = _value(match[1])
        return None if dozens is None else EXACT.multiply(dozens, Decimal(12))
    if (match := _SCALED(text)) and (factor := number_words().scales.get(match[2])):
        number = _value(match[1])
        return None if number is None else EXACT.multiply(number, factor)
    if text.startswith("."):
        text = "0" + text
    if text and DIGITS.keys() >= set(text):
        return Decimal("".join(str(DIGITS[character]) for character in text))
    numeral = read(text.replace("个亿", "亿").replace("个万", "万"))
    return None if numeral is None or numeral.low != numeral.high else numeral.low


def _value(text: str) -> Decimal | None:
    text = text.strip()
    for sign, factor in _SIGNS.items():
        if text.startswith(sign) and len(text) > len(sign):
            value = _value(text[len(sign) :])
            return None if value is None else EXACT.multiply(value, Decimal(factor))
    for reader in (_plain, _fraction, _power):
        if text and (value := reader(text)) is not None:
            return value
    return None


@functools.lru_cache(1 << 14)
@isolated
def parse_number(text: str) -> Decimal:
    """The number that ``text`` spells.

    Args:
        text: Arabic or Han numerals of any width, with sign, fraction, power, percent sign or 打 (dozen).

    Raises:
        DataError: the text is no single number (a range and a vague one, 十几, included).

    >>> parse_number("一万五千亿"), parse_number("３万4000"), parse_number("负三又二分之一")
    (Decimal('1500000000000'), Decimal('34000'), Decimal('-3.5'))
    >>> parse_number("1.5×10^8"), parse_number("两打")
    (Decimal('150000000.0'), Decimal('24'))
    """
    plain = fold(text).translate(_CAPITALS).strip()
    value = _value(plain) if len(plain) < 1000 else _plain(plain)
    if value is None:
        value = _value(plain.replace(" ", ""))
    if value is None:
        raise DataError(f"no number: {text[:80]!r}")
    return value
