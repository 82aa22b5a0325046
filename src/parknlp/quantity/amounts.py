"""Amounts written with several units, with 个, or with a sign of currency: 3元5角, 5磅3盎司, 1米75, 两个亿, US$100."""

from __future__ import annotations

import functools
from decimal import Decimal
from fractions import Fraction
from typing import Final

from ..isolation import EXACT
from ..patterns import lazy
from .fractions import slashed, with_half
from .joins import ratio
from .pieces import NUMBER, RUN, Measure, Piece, PieceReader
from .runs import read, scale_factor
from .units import Unit
from .words import number_words

_FINER: Final = {"a": ("mo", 12), "mo": ("d", 30), "d": ("h", 24), "h": ("min", 60), "min": ("s", 60)}
_MINUTE: Final = Unit("分钟", "min", "time", Fraction(1))
_NIGHTS: Final = ("一夜", "两夜", "三夜")
_TAIL = lazy(
    r"([0-9]{1,2}|零[一二三四五六七八九]|[一二三四五六七八九][一二三四五六七八九]?)"
    r"(?=[,。、;:!?)”\s的高长宽左以之每钱起跌涨收租卖买挑]|一[斤吨片张只个件台度平颗块支克公])"
)
SCALED: Final = frozenset("万亿兆")
"""What makes a number without a unit a figure: 70亿, 4万2."""

_TAILED: Final = frozenset("块毛米")
_SCALE_WORD = lazy(r" ?([A-Za-z]{1,8})(?![A-Za-z0-9])")


def unitless(reader: PieceReader, text: str, first: Piece) -> Measure | None:
    """A number behind a sign of currency ($1.2亿, USD 500), a fraction (2/3), or one with a scale (70亿)."""
    words = number_words()
    blank = text[first.at - 1] == " "
    if word := words.currency(text, first.at - blank):
        return _behind_sign(reader, text, first, word, first.at - blank)
    if text[first.end] == "/" and (part := slashed(text, first)):
        return part
    return first.measure("bare") if not SCALED.isdisjoint(first.run) else None


def _behind_sign(reader: PieceReader, text: str, first: Piece, word: str, end: int) -> Measure | None:
    measure = first.measure("sign")._replace(unit=reader.units[number_words().currencies[word]])
    if "\u4e00" <= word[-1] <= "\u9fff":  # 人民币 stays outside
        return measure if first.numeral.scale else None
    measure = measure._replace(start=end - len(word))
    scale = _SCALE_WORD().match(text, first.end)
    factor = number_words().scales.get(scale[1]) if scale else None
    if scale is None or factor is None:
        if text[first.end] != "/":
            return measure
        end, unit = reader.units.rate(text, first.end, measure.unit)  # ￥11,800/㎡
        return measure._replace(end=end, unit=unit)
    low, high = (EXACT.multiply(number, factor) for number in (measure.low, measure.high))
    return measure._replace(end=scale.end(), low=low, high=high)


def inside_ge(reader: PieceReader, text: str, first: Piece) -> Measure | None:
    """What may stand between 个 and its noun: 一个半小时, 两个多月, 3个亿; but 574个亿元以上 begins with 574个."""
    following, end = text[first.end], first.end
    if following in "万亿":
        numeral = first.numeral.times(scale_factor(following))
        measure = first._replace(numeral=numeral, unit=NUMBER).measure("bare")
        return None if text[end + 1] == "元" else measure._replace(end=end + 1, scale="个" + following)
    found = reader.units.simple("个" + text[end + 1 : end + 4], 0)
    if found is None or found[0] == 1:
        return None
    whole = first._replace(unit=found[1])
    return (
        with_half(whole, end + found[0])
        if following == "半"
        else whole.measure("half")._replace(end=end + found[0], bound="above")
    )


@functools.lru_cache(1024)
def _finer(unit: Unit, other: Unit) -> tuple[Unit, int] | None:
    """``other``, and how many of it make one ``unit``, where an amount is written with both (元 and 角, 小时 and 分)."""
    if unit.dimension in ("money", "length", "mass"):
        quotient = unit.factor / other.factor
        return (other, int(quotient)) if unit.unit == other.unit and quotient.denominator == 1 < quotient else None
    if unit.dimension == "age":
        return (other, 12) if other.unit == "mo" else None
    if unit.unit not in _FINER or unit.factor != 1:
        return None
    other = _MINUTE if other.surface == "分" else other
    code, number = _FINER[unit.unit]
    return (other, number) if other.unit == code and other.factor == 1 else None


def compound_of(reader: PieceReader, text: str, first: Piece) -> Measure:
    """3元5角2分, 5磅3盎司, 1小时30分钟, 2年零6个月, 2岁3个月; the piece alone where nothing finer follows."""
    measure, last = first.measure(), first.unit
    for _ in range(2):
        match = RUN().match(text, measure.end + (text[measure.end] in "零又"))
        piece = reader.piece(text, match) if match and len(match[0]) <= 3 else None
        if piece is not None and last.surface == "分" and piece.unit.unit == "s":
            last = _MINUTE  # 6分20秒
            measure = measure._replace(unit=last)
        finer = _finer(last, piece.unit) if piece else None
        if piece is None or finer is None or piece.numeral.low >= finer[1]:
            break
        last, number = finer
        measure = _added(measure, piece, last, number)
    if measure.kind == "plain" and first.unit.unit == "d" and text.startswith(_NIGHTS, measure.end):
        measure = measure._replace(end=measure.end + 2)
    return measure


def _added(measure: Measure, piece: Piece, finer: Unit, number: int) -> Measure:
    """The measure and a part in a finer unit; spans of time are counted in the finer unit, all others in the first."""
    part = piece.numeral.low
    if measure.unit.dimension == "time":
        low, high = (end * number + part for end in (measure.low, measure.high))
        return measure._replace(end=piece.end, low=low, high=high, unit=finer, scale="", kind="compound")
    more = part / number if measure.unit.dimension == "age" else part * ratio(finer, measure.unit)
    return measure._replace(end=piece.end, low=measure.low + more, high=measure.high + more, kind="compound")


def with_tail(text: str, first: Piece) -> Measure | None:
    """12块8, 1米75: digits behind the unit are its decimals."""
    tail = _TAIL().match(text, first.end) if first.unit.surface in _TAILED else None
    digits = [numeral.low for digit in tail[1] if (numeral := read(digit))] if tail else []
    if tail is None or first.numeral.low % 1:
        return None
    more = sum((digit.scaleb(-place) for place, digit in enumerate(digits, 1)), Decimal(0))
    low, high = first.numeral.low + more, first.numeral.high + more
    return first.measure("compound")._replace(end=tail.end(), low=low, high=high)
