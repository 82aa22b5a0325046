"""Runs of numeral characters: what 一万五千亿, 3万4000, 1000多万 and 十几 are worth, as exact decimals."""

from __future__ import annotations

import functools
from decimal import Decimal
from typing import Final, NamedTuple

from ..isolation import EXACT
from ..patterns import lazy

DIGITS: Final = dict(
    zip(
        "零〇○一二三四五六七八九两壹贰叁肆伍陆柒捌玖幺", map(int, "000123456789" + "2" + "123456789" + "1"), strict=True
    )
)
"""Han digits; 幺 is one when digits are read out."""

TENS: Final = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
SCALES: Final = {"万": 10**4, "亿": 10**8, "兆": 10**12}
FEW: Final = "几数"
"""An unnamed digit: 几百 is 200 to 900, 十几 is 11 to 19."""

BOUND_OF: Final = {"多": "above", "余": "above", "+": "above", "来": "about", "上": "at_least"}
"""Characters inside a numeral that say how it bounds the number: 1000多万, 百余, 100+, 十来, 上千."""

_ASCII: Final = frozenset("0123456789")
_HAN_DIGITS: Final = "".join(DIGITS)
_TOKEN = lazy(r"[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?|(?s:.)")
_PAIR = lazy(rf"(?<![{_HAN_DIGITS}])([一二两三四五六七八])([二两三四五六七八九])(?![{_HAN_DIGITS}])")
_ARABIC = lazy(r"([0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?)([十百千]?(万亿|[万亿兆]?))")
_LAST_SCALE = lazy(r"[万亿兆]{1,9}\Z")
_LAST_FACTOR = lazy(r"[百千]?[万亿兆]{0,9}\Z")
_AFTER_FEW: Final = frozenset("十百千万亿")
_SHORT_TENS: Final = str.maketrans({"廿": "二十", "卅": "三十", "卌": "四十"})


class Numeral(NamedTuple):
    """What a numeral is worth: ``low`` to ``high``, how it bounds the number by itself, and its last scale (亿 of 1.5亿)."""

    low: Decimal
    high: Decimal
    bound: str = "exact"
    scale: str = ""

    def times(self, factor: Decimal) -> Numeral:
        """The same numeral, multiplied."""
        return self._replace(low=EXACT.multiply(self.low, factor), high=EXACT.multiply(self.high, factor))


@functools.cache
def scale_factor(scale: str) -> Decimal:
    """The product of scale characters.

    >>> scale_factor("千万亿")
    Decimal('1000000000000000')
    """
    factor = 1
    for character in scale:
        factor *= SCALES.get(character) or TENS[character]
    return Decimal(factor)


class _Sum:
    """Adds up a numeral from the left: digits, then tens within a section, then sections within scales."""

    def __init__(self) -> None:
        self.total = self.section = Decimal(0)
        self.digit: Decimal | None = None
        self.after_zero = False
        self.smallest = 0  # smallest of 十百千 so far in this section
        self.scale = 0  # last of 万亿兆
        self.last = 0  # last unit of either kind: 一百二 is 120

    def add_digit(self, token: str) -> bool:
        value = Decimal(DIGITS[token]) if token in DIGITS else Decimal(token.replace(",", ""))
        if self.digit is not None and (self.digit or not self.last):
            return False
        self.after_zero = self.after_zero or not value
        self.digit = value
        return True

    def add_ten(self, unit: int) -> bool:
        bare = self.digit is None
        if (self.smallest and unit >= self.smallest) or (bare and self.smallest and unit > 10):
            return False
        self.section += unit if not self.digit else EXACT.multiply(self.digit, Decimal(unit))
        self.smallest = self.last = unit
        self.digit, self.after_zero = None, False
        return True

    def add_scale(self, unit: int) -> bool:
        section = EXACT.add(self.section, self.digit or Decimal(0))
        if self.digit is None and not section and not self.total:
            section = Decimal(1)  # 万吨, 亿元
        if unit > self.scale:
            self.total = EXACT.multiply(EXACT.add(self.total, section), Decimal(unit))  # 一万五千亿
        elif section and unit < self.scale:
            self.total = EXACT.add(self.total, EXACT.multiply(section, Decimal(unit)))
        else:
            return False
        self.section, self.smallest, self.scale, self.last = Decimal(0), 0, unit, unit
        self.digit, self.after_zero = None, False
        return True

    def result(self, last_token: str) -> Decimal:
        value = self.digit or Decimal(0)
        if self.last >= 100 and not self.after_zero and len(last_token) == 1:
            value *= self.last // 10  # 一百二, 三万五
        return EXACT.add(self.total, EXACT.add(self.section, value))


def _by_place(text: str) -> Decimal | None:
    """The value of a numeral with units (三百零五, 3千2百), or None where it is none."""
    tokens = _TOKEN().findall(text)
    adder = _Sum()
    for token in tokens:
        if token in TENS:
            fits = adder.add_ten(TENS[token])
        elif token in SCALES:
            fits = adder.add_scale(SCALES[token])
        elif token in DIGITS or token[0] in _ASCII:
            fits = adder.add_digit(token)
        else:
            fits = False
        if not fits:
            return None
    return adder.result(tokens[-1])


def _exact(text: str) -> Decimal | None:
    """The value of a numeral without vague parts."""
    if not text:
        return None
    whole, point, places = text.partition("点")
    if not point:
        if len(text) > 1 and all(character in DIGITS for character in text):
            return Decimal("".join(str(DIGITS[character]) for character in text))  # 二〇二五
        return _by_place(text)
    scale = _LAST_FACTOR().search(places)
    digits = places[: scale.start()] if scale else places
    value = _exact(whole) if whole else Decimal(0)
    if value is None or not digits or any(character not in DIGITS for character in digits):
        return None
    value = EXACT.add(value, Decimal("0." + "".join(str(DIGITS[character]) for character in digits)))
    return EXACT.multiply(value, scale_factor(scale[0])) if scale else value  # 两点五万亿, 二点五千


def _ends(text: str) -> tuple[str, str]:
    """The least and the greatest numeral that a vague one may mean: 十几, 数百, 三五千, 七八十."""
    for few in FEW:
        if few in text:
            if text[text.index(few) + 1 :][:1] not in _AFTER_FEW and text[text.index(few) - 1 :][:1] != "十":
                return "", ""  # 指数一度
            least = "一" if text[text.index(few) - 1 : text.index(few)] == "十" else "二"
            return text.replace(few, least, 1), text.replace(few, "九", 1)
    pair = None if "点" in text else _PAIR().search(text)
    if pair and DIGITS[pair[1]] < DIGITS[pair[2]] <= DIGITS[pair[1]] + 2:
        return text[: pair.start(2)] + text[pair.end() :], text[: pair.start()] + text[pair.start(2) :]
    return text, text


@functools.lru_cache(1 << 15)
def read(text: str) -> Numeral | None:
    """The value of a run of numeral characters in folded text, or None where they make no number.

    >>> read("一万五千亿"), read("1000多万")
    (Numeral(low=Decimal('1500000000000'), high=Decimal('1500000000000'), bound='exact', scale='亿'),
     Numeral(low=Decimal('10000000'), high=Decimal('10000000'), bound='above', scale='万'))
    >>> read("十几").low, read("十几").high
    (Decimal('11'), Decimal('19'))
    """
    if " " in text:
        text = text.replace(" ", "")
    if plain := _ARABIC().fullmatch(text):
        number = Decimal(plain[1].replace(",", ""))
        if plain[2]:
            number = EXACT.multiply(number, scale_factor(plain[2]))
        return Numeral(number, number, "exact", plain[3])
    text = text.translate(_SHORT_TENS)
    if text == "半":
        return Numeral(Decimal("0.5"), Decimal("0.5"))
    bound = "exact"
    for sign, meaning in BOUND_OF.items():
        if sign in text:
            text, bound = text.replace(sign, "", 1), meaning
    least, greatest = _ends(text)
    low = _exact(least)
    high = low if least == greatest else _exact(greatest)
    if low is None or high is None or low > high:
        return None
    scale = _LAST_SCALE().search(text)
    return Numeral(low, high, "about" if low != high else bound, scale[0] if scale else "")
