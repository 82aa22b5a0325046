"""Parts of a calendar year and the days they cover: 上半年, 前三季度, 8月23日, 2024年1月."""

from __future__ import annotations

import calendar
import re
from datetime import date
from typing import Final, NamedTuple

from ..patterns import lazy
from .runs import read

_YEAR_WORDS: Final = {
    "今年": 0,
    "本年": 0,
    "去年": -1,
    "上年": -1,
    "上一年": -1,
    "前年": -2,
    "明年": 1,
    "后年": 2,
    "今": 0,
    "去": -1,
    "明": 1,
}
EDGES: Final = {
    "底": "end",
    "末": "end",
    "初": "start",
    "中": "mid",
    "上旬": "T1",
    "中旬": "T2",
    "下旬": "T3",
    "中上旬": "T1-2",
    "中下旬": "T2-3",
}
_SEASONS: Final = {"春": ("SP", 3), "夏": ("SU", 6), "秋": ("AU", 9), "冬": ("WI", 12)}
YEAR: Final = lazy(
    r"(?:(公元前)|公元)?([0-9]{4}|[一二][零〇○一二三四五六七八九0]{3})(?:财年|年度?|(?=[QH])|\Z)"
    r"|([今去上本明前后]一?年|[今去明](?=[春夏秋冬]))度?"
)
_HALF: Final = lazy(r"([上前下后]?)半年度?|H([12])")
_QUARTER: Final = lazy(
    r"(?:第?([一二三四1-4首])季度?|第?([一二三])、?([二三四])季度|前([一二三两23])个?季度|Q([1-4]))(末?)"
)
_MONTHS: Final = lazy(r"[前头](.{1,2}?)个?月份?|([一二三四五六七八九])([一二三四五六七八九])月份")
_MONTH: Final = lazy(
    r"([0-9]{1,2}|十?[一二三四五六七八九十])(?:月份?(?:([0-9]{1,2}|[一二三四五六七八九十]{1,3})[日号]?|(.{1,3}))?)?"
)

_ANOTHER_YEAR: Final = 30  # days by which another year is farther away than the calendar says
_JUST_BEGUN: Final = 150  # days by which a period that has only begun is farther away than one under way
_WELL_UNDER_WAY: Final = 0.25
_MONTH_LENGTH: Final = 31
_FAR: Final = 1000


class Days(NamedTuple):
    """A symbol and how to find its days in a year: functions of the year, or of the reference date."""

    symbol: str
    year: int | None = None  # absolute year
    shift: int | None = None  # year relative to the reference date
    first: tuple[int, int] = (1, 1)  # month and day
    last: tuple[int, int] = (12, 31)  # month and day; day 0 is the month's last, month 13 the next January

    def with_year(self, year: int | None, shift: int | None) -> Days:
        """The same part of the year in a known year."""
        if year is None and shift is None:
            return self
        prefix = f"{year:04d}" if year is not None else f"Y{shift}"
        part = self.symbol.removeprefix("--")
        return self._replace(symbol=f"{prefix}-{part}" if part else prefix, year=year, shift=shift)

    def days(self, reference: date | None) -> tuple[date, date] | None:
        """First and last day, or None where they cannot be known."""
        if self.year is not None:
            return self._in(self.year)
        if reference is None:
            return None
        if self.shift is not None:
            return self._in(reference.year + self.shift)
        near = [days for year in (-1, 0, 1) if (days := self._in(reference.year + year))]
        return min(near, key=lambda days: _doubt(days, reference)) if near else None

    def _in(self, year: int) -> tuple[date, date] | None:
        try:
            return day_of(year, *self.first), day_of(year, *self.last)
        except ValueError:
            return None


def _doubt(days: tuple[date, date], reference: date) -> int:
    """How far-fetched it is that a text of the reference date means these days, when it names no year.

    Reports look back rather than forward, mostly within their own year: in November 上半年 is that of the same year, in January
    前三季度 that of the year before, in July 四季度 the one to come.
    """
    first, last = days
    other_year = first.year != reference.year
    if last < reference:
        return (reference - last).days + _ANOTHER_YEAR * other_year
    if first <= reference:
        under_way = (reference - first).days / ((last - first).days + 1)
        return 0 if under_way >= _WELL_UNDER_WAY else _JUST_BEGUN
    if not other_year:
        return 2 * (first - reference).days
    if (last - first).days > _MONTH_LENGTH:
        return _FAR  # 上半年 of the next year is called so: 明年上半年
    return 5 * (first - reference).days + 2 * _ANOTHER_YEAR


def day_of(year: int, month: int, day: int) -> date:
    """A date; day 0 is the last of the month, and months outside 1 to 12 lie in the years around."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, day or calendar.monthrange(year, month)[1])


def number_of(text: str) -> int:
    """The integer that a numeral spells, 0 where it spells none."""
    numeral = read(text)
    return 0 if numeral is None else int(numeral.low)


def edge_of(days: Days, edge: str) -> Days:
    """The beginning, middle or end of some days."""
    name = EDGES[edge]
    symbol = f"{days.symbol}-{name}" if days.symbol else name
    if name == "end":
        return days._replace(symbol=symbol, first=days.last)
    if name == "start":
        return days._replace(symbol=symbol, last=days.first)
    if name == "mid":
        return days._replace(symbol=symbol, first=(6, 30), last=(6, 30))
    month, start, end = days.first[0], 10 * int(name[1]) - 9, 10 * int(name[-1])
    return days._replace(symbol=symbol, first=(month, start), last=(month, end if end < 30 else 0))


def months_of(first: int, last: int, symbol: str) -> Days:
    """Whole months of a year."""
    return Days(symbol, first=(first, 1), last=(last, 0))


def _part(text: str) -> Days | None:
    """A part of a year: 上半年, 前三季度, 8月23日, 底, 同期."""
    if text in ("", "同期", "同月", "全年", "年内", "内", "年度"):
        return Days("")
    if (edge := text.removeprefix("年")) in EDGES:
        return edge_of(Days(""), edge)
    if text[0] in _SEASONS and text[1:] in ("", "季", "天"):
        name, month = _SEASONS[text[0]]
        return months_of(month, month + 2, name)
    if match := _HALF().fullmatch(text):
        half = int(match[2]) if match[2] else 1 if match[1] in ("上", "前", "") else 2
        return months_of(6 * half - 5, 6 * half, f"H{half}")
    if match := _QUARTER().fullmatch(text):
        return _quarters(match)
    if match := _MONTHS().fullmatch(text):
        first, last = (1, number_of(match[1])) if match[1] else (number_of(match[2]), number_of(match[3]))
        return months_of(first, last, f"--{first:02d}/--{last:02d}") if 1 <= first <= last <= 12 else None
    if match := _MONTH().fullmatch(text):
        return _month(match)
    return None


def _quarters(match: re.Match[str]) -> Days:
    single = match[1] or match[5]
    first = 1 if match[4] or single == "首" else number_of(single or match[2])
    last = first if single else number_of(match[4] or match[3])
    symbol = f"Q{first}" if first == last else f"Q{first}/Q{last}"
    days = months_of(3 * first - 2, 3 * last, symbol)
    return edge_of(days, "末") if match[6] else days


def _month(match: re.Match[str]) -> Days | None:
    month, day, edge = number_of(match[1]), match[2], match[3]
    if not 1 <= month <= 12:
        return None
    if day:
        number = number_of(day)
        return (
            Days(f"--{month:02d}-{number:02d}", first=(month, number), last=(month, number))
            if 1 <= number <= 31
            else None
        )
    days = months_of(month, month, f"--{month:02d}")
    if edge is None:
        return days
    return edge_of(days, edge) if edge in EDGES else None


def days_of(text: str) -> Days | None:
    """A time with or without a year: 2024年1月, 去年同期, 8月23日."""
    match = YEAR().match(text)
    if match is None:
        return _part(text) if text else None
    part = _part(text[match.end() :])
    if part is None:
        return None
    if match[3]:
        return part.with_year(None, _YEAR_WORDS[match[3]]) if match[3] in _YEAR_WORDS else None
    return None if match[1] else part.with_year(number_of(match[2]), None)
