"""The value of a TIME: a symbol that needs no reference date, and the days it covers where they can be known.

Symbols follow ISO 8601 with a few more letters:

====================  ===============================================================
``2025``              a year; ``Y0`` this year, ``Y-1`` last year, ``Y1`` next year
``2025-H1``           a half-year; ``2025-Q3`` a quarter; ``2025-08`` a month; ``2025-08-23`` a day
``H1``, ``Q3``        the same without a year, as ``--08``, ``--08-23`` and ``---23`` (XML Schema's forms)
``2025-08-T1``        the first ten days of a month (上旬), ``T2`` and ``T3`` the next two, ``T2-3`` the last twenty
``2025-end``          the end of a period (底, 末), ``2025-start`` its beginning (初), ``2025-mid`` its middle
``2025-SU``           a season: ``SP SU AU WI``
``M-1``, ``W0``       last month, this week; ``Q-1`` last quarter; ``W0-5`` Friday of this week; ``D-1`` yesterday
``2024-01/2025-06``   a range
``P3Y/``, ``/P3Y``    the last and the next three years
``festival:国庆``     a holiday
``lunar:正月初八``    a day of the lunar calendar
====================  ===============================================================

Where the text names no year, the reference date decides: mostly the last such period, within its year where possible.
"""

from __future__ import annotations

import functools
import re
from datetime import date, timedelta
from typing import Final

from ..doc import Period
from ..patterns import lazy
from .days import EDGES, YEAR, Days, day_of, days_of, edge_of, months_of, number_of

_NUMERIC: Final = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})(?:[-/.]([0-9]{1,2}))?(?![0-9])")
_BARE_YEAR: Final = re.compile("20[0-9]{2}(?=[前头上下一二三四全])")
_TWO_MONTHS: Final = re.compile("(?<=[0-9])、(?=[0-9]{1,2}月份)")
_CODE: Final = re.compile(r"([1-4]Q|[12]H)(2[0-9])")
_SHORT_YEAR: Final = re.compile(r"2[0-9](?=年|-[0-9]{2}-|[QH])")
_DAY_WORDS: Final = {"今": 0, "昨": -1, "明": 1, "前": -2, "后": 2}
_SHIFTS: Final = {"本": 0, "这": 0, "上": -1, "下": 1}
_WEEKDAYS: Final = {name: number for number, name in enumerate("一二三四五六日", 1)} | {"末": 6, "天": 7}
_FIXED_FESTIVALS: Final = {"五一": (5, 1), "劳动节": (5, 1), "国庆": (10, 1), "十一": (10, 1), "元旦": (1, 1)}
_FIRST_PLAN_YEAR: Final = {"一": 2006, "二": 2011, "三": 2016, "四": 2021, "五": 2026, "六": 2031, "七": 2036}

_CALENDAR: Final = lazy(r"(?:([0-9]{4})年)?(?:(0?[1-9]|1[0-2])月(?:(0?[1-9]|[12][0-9]|3[01])日)?)?")
_ISO: Final = lazy(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_MONTH_DAY: Final = lazy(r"([0-9]{2})-([0-9]{2})")
_DAY: Final = lazy(r"([0-9]{1,2}|[一二三四五六七八九十]{1,3})[日号]")
_WEEK: Final = lazy(r"([本上下这])?个?(?:周|星期)([一二三四五六日末天])?")
_RELATIVE_MONTH: Final = lazy(r"([本上下])?个?月(底|末|初|中?上旬|中旬|中?下旬)?")
_RECENT: Final = lazy(r"(近|未来|过去|今后|最近|此后)(.{1,2})年")
_PLAN: Final = lazy(r"[“\"]?十([一二三四五六七])五[”\"]?期?(末|初|([前后])([一二两三四])年)?")
_DECADE: Final = lazy(
    r"(?:(上|本|20|21|19|二十)世纪|(1[89]|20)(?=[0-9]0))?([0-9一二三四五六七八九])[0十]年代(初|末|中)?.*"
)
_FESTIVAL: Final = lazy(r"[“\"]?(五一|十一|国庆|春节|元旦|清明|端午|中秋|元宵|劳动节|大年.+|除夕)[”\"]?.*")
_LUNAR: Final = lazy(r"(?:农历)?([正冬腊二三四五六七八九十].*)")
_LUNAR_STARTS: Final = frozenset("农正冬腊")
_FESTIVAL_STARTS: Final = frozenset('“"五十国春元清端中劳大除')
_RECENT_STARTS: Final = frozenset("近未过今最此")
_YEARS: Final = (1000, 9000)
_RANGE: Final = r"--?|~|[—―]{1,2}|起?至|到"
_TO: Final = lazy(_RANGE)
_QUARTERS: Final = re.compile(rf"([一二三1-3])(?:{_RANGE})([二三四2-4])季度")
_FIRST_MONTHS: Final = re.compile("首(?=.{1,2}个?月)")
_HAN: Final = "零一二三四"


def _range(text: str) -> tuple[Days, Days] | None:
    """Both ends of a range; the second one takes from the first what it leaves out."""
    for sign in _TO().finditer(text):
        left, right = text[: sign.start()], text[sign.end() :]
        first = days_of(left + "月" if left[-1:].isdecimal() and len(left) < 4 else left) if left else None
        if first is None and (match := YEAR().match(left)):
            first = days_of(left + "月")
        if first is None:
            continue
        if match := _DAY().fullmatch(right):
            month, day = first.first[0], number_of(match[1])
            last: Days | None = Days(f"--{month:02d}-{day:02d}", first=(month, day), last=(month, day))
        else:
            last = days_of(right)
        if last is not None:
            if last.year is None and last.shift is None:
                last = last.with_year(first.year, first.shift)
            elif first.year is None and first.shift is None and left[-1].isdecimal():
                first = first.with_year(last.year, last.shift)
            return first, last._replace(symbol=last.symbol.removesuffix("-end"))
    return None


def _joined(symbols: tuple[str, str]) -> str:
    return "/".join(symbols)


def _iso(days: tuple[date, date] | None, symbol: str) -> Period:
    return Period(symbol) if days is None else Period(symbol, days[0].isoformat(), days[1].isoformat())


def _relative(text: str, reference: date | None) -> Period | None:
    """Days, weeks and months counted from the reference date."""
    if len(text) == 2 and text[1] in "天日晚" and text[0] in _DAY_WORDS:
        shift = _DAY_WORDS[text[0]]
        day = None if reference is None else reference + timedelta(shift)
        return _iso(None if day is None else (day, day), f"D{shift}")
    if ("周" in text or "星" in text) and (match := _WEEK().fullmatch(text)):
        shift, weekday = _SHIFTS[match[1] or "本"], _WEEKDAYS.get(match[2] or "")
        symbol = f"W{shift}" + (f"-{weekday}" if weekday else "")
        if reference is None:
            return Period(symbol)
        monday = reference + timedelta(7 * shift - reference.weekday())
        first = monday + timedelta((weekday or 1) - 1)
        last = monday + timedelta(6) if not weekday or match[2] == "末" else first
        return _iso((first, last), symbol)
    if match := _RELATIVE_MONTH().fullmatch(text):
        shift = _SHIFTS[match[1] or "本"]
        symbol = f"M{shift}"
        if reference is None:
            return Period(f"{symbol}-{EDGES[match[2]]}" if match[2] else symbol)
        month = reference.month + shift
        days = months_of(month, month, symbol)._replace(shift=0)
        days = edge_of(days, match[2]) if match[2] else days
        return _iso(days.days(reference), days.symbol)
    if text[1:] in ("季度", "个季度") and text[0] in _SHIFTS:
        return _quarter(_SHIFTS[text[0]], reference)
    if text[:1] in _RECENT_STARTS and (match := _RECENT().fullmatch(text)):
        return _recent(match, reference)
    return None


def _quarter(shift: int, reference: date | None) -> Period:
    symbol = f"Q{shift:+d}" if shift else "Q0"
    if reference is None:
        return Period(symbol)
    first = 3 * ((reference.month - 1) // 3 + shift) + 1
    return _iso((day_of(reference.year, first, 1), day_of(reference.year, first + 2, 0)), symbol)


def _recent(match: re.Match[str], reference: date | None) -> Period:
    years, past = number_of(match[2]), match[1] in ("近", "过去", "最近")
    symbol = f"P{years}Y/" if past else f"/P{years}Y"
    if reference is None:
        return Period(symbol)
    year = reference.year + (-years if past else years)
    other = min(day_of(year, reference.month, 0), day_of(year, reference.month, 1) + timedelta(reference.day - 1))
    return _iso((other, reference) if past else (reference, other), symbol)


def _named(text: str, reference: date | None) -> Period | None:
    """Five-year plans, decades, holidays."""
    if "五" in text and (match := _PLAN().fullmatch(text)):
        first = _FIRST_PLAN_YEAR[match[1]]
        if match[3]:
            years = number_of(match[4])
            first, last = (first, first + years - 1) if match[3] == "前" else (first + 5 - years, first + 4)
        else:
            first, last = {"末": (first + 4, first + 4), "初": (first, first)}.get(match[2] or "", (first, first + 4))
        return Period(f"{first}" if first == last else f"{first}/{last}", f"{first}-01-01", f"{last}-12-31")
    if "年代" in text and (match := _DECADE().fullmatch(text)):
        century = {"上": 1900, "20": 1900, "二十": 1900, "19": 1800, None: 1900}.get(match[1], 2000)
        first = (int(match[2]) * 100 if match[2] else century) + 10 * number_of(match[3])
        symbol = f"{first}/{first + 9}" + (f"-{EDGES[match[4]]}" if match[4] else "")
        return Period(symbol, f"{first}-01-01", f"{first + 9}-12-31")
    if text[:1] in _LUNAR_STARTS and (match := _LUNAR().fullmatch(text)):
        return Period(f"lunar:{match[1]}")
    if text[:1] in _FESTIVAL_STARTS and (match := _FESTIVAL().fullmatch(text)):
        days = None
        if match[1] in _FIXED_FESTIVALS:
            day = _FIXED_FESTIVALS[match[1]]
            days = Days("", first=day, last=day).days(reference)
        return _iso(days, f"festival:{match[1]}")
    if text in ("今明两年", "去今两年"):
        first = 0 if text[0] == "今" else -1
        ends = Days("", shift=first), Days("", shift=first + 1)
        return _span(ends[0]._replace(symbol=f"Y{first}"), ends[1]._replace(symbol=f"Y{first + 1}"), reference)
    return None


def _span(first: Days, last: Days, reference: date | None) -> Period:
    if reference is not None and last.year is last.shift is first.year is first.shift is None:
        return _span_without_year(first, last, reference)
    begin, end = first.days(reference), last.days(reference)
    symbol = _joined((first.symbol, last.symbol))
    return Period(symbol) if begin is None or end is None else _iso((begin[0], end[1]), symbol)


def _span_without_year(first: Days, last: Days, reference: date) -> Period:
    """12月至次年2月, 1月14日至2月22日: the end decides the year."""
    symbol = _joined((first.symbol, last.symbol))
    end = last.days(reference)
    if end is None:
        return Period(symbol)
    begin = first._replace(year=end[1].year).days(None)
    if begin is not None and begin[0] > end[1]:
        begin = first._replace(year=end[1].year - 1).days(None)
    return Period(symbol) if begin is None else _iso((begin[0], end[1]), symbol)


def _calendar(text: str) -> Days | None:
    """What most times are: 2025年, 2025年8月, 2025年8月23日, 8月, 8月23日; `_dated` gives the same, but takes longer."""
    match = _CALENDAR().fullmatch(text)
    if match is None or not text:
        return None
    year, month, day = match.groups()
    first, last, symbols = (1, 1), (12, 31), [year or "-"]
    if month:
        number = int(day or 0)
        first, last = (int(month), number or 1), (int(month), number)
        symbols += [f"{first[0]:02d}", f"{number:02d}"] if day else [f"{first[0]:02d}"]
    return Days("-".join(symbols), int(year) if year else None, None, first, last)


def _dated(text: str) -> Days | None:
    """2025-03-19, 03-19, 12日, 年底, 全年."""
    if match := _ISO().fullmatch(text):
        year, month, day = (int(group) for group in match.groups())
        return Days(f"--{month:02d}-{day:02d}", first=(month, day), last=(month, day)).with_year(year, None)
    if match := _MONTH_DAY().fullmatch(text):
        month, day = int(match[1]), int(match[2])
        return Days(f"--{month:02d}-{day:02d}", first=(month, day), last=(month, day))
    if text in ("全年", "年内"):
        return Days("").with_year(None, 0)
    if text[0] == "年" and text[1:] in EDGES:
        return edge_of(Days(""), text[1:]).with_year(None, 0)
    return days_of(text)


@functools.lru_cache(1 << 13)
def period_of(surface: str, published: str | None = None) -> Period:
    """The period that a TIME surface names.

    Args:
        surface: the words, in folded text.
        published: the reference date as ISO 8601, or None.

    >>> period_of("今年上半年", "2025-07-20")
    Period(symbol='Y0-H1', start='2025-01-01', end='2025-06-30')
    >>> period_of("2024年1月至2025年6月底").symbol, period_of("1—9月").symbol, period_of("8月23日").start
    ('2024-01/2025-06', '--01/--09', None)
    """
    text = _written_out(surface.replace(" ", ""))
    reference = _reference(published)
    if days := _calendar(text):
        return _iso(days.days(reference), days.symbol)
    if match := _DAY().fullmatch(text):
        return _day_only(number_of(match[1]), reference)
    found = _named(text, reference) or _relative(text, reference)
    if found is not None:
        return found
    days = _dated(text)
    if days is not None:
        return _iso(days.days(reference), _spread(days)) if days.symbol else Period(text)
    ends = _range(text)
    return Period(text) if ends is None else _span(*ends, reference)


def _written_out(text: str) -> str:
    """24年1-5月, 2026.06, 1Q25, 1—3季度, 首四个月, 上半年末, 元月 as 2024年1-5月, 2026年06月, 2025Q1, 一、三季度, 前四个月, 6月底, 1月."""
    if _SHORT_YEAR.match(text):
        text = "20" + text
    elif code := _CODE.fullmatch(text):
        return f"20{code[2]}{code[1][1]}{code[1][0]}"
    if text[:1].isdecimal() and not text[-1:].isalpha():
        text = _NUMERIC.sub(_in_words, text)
    if text[4:5] != "年" and _BARE_YEAR.match(text):
        text = f"{text[:4]}年{text[4:]}"
    if "季度" in text:
        text = _QUARTERS.sub(_listed, text)
    elif "首" in text:
        text = _FIRST_MONTHS.sub("前", text)
    elif text.endswith("半年末"):
        text = text.replace("上半年末", "6月底").replace("下半年末", "12月底")
    return _TWO_MONTHS.sub("-", text.replace("元月", "1月"))


def _listed(match: re.Match[str]) -> str:
    first, last = (_HAN[int(number)] if number.isdecimal() else number for number in match.groups())
    return f"{first}、{last}季度"


def _in_words(match: re.Match[str]) -> str:
    year, month, day = match.groups()
    return f"{year}年{month}月{day}日" if day else f"{year}年{month}月"


def _spread(days: Days) -> str:
    """A symbol of two parts (``2025-Q1/Q3``) with the year before each."""
    first, slash, last = days.symbol.partition("/")
    if slash and not last.startswith("--") and (days.year is not None or days.shift is not None):
        year = first[: first.rindex("-")]
        return f"{first}/{year}-{last}"
    if slash and last.startswith("--") and not first.startswith("--"):
        return f"{first}/{first[: first.rindex('-')]}-{last[2:]}"
    return days.symbol


def _day_only(day: int, reference: date | None) -> Period:
    symbol = f"---{day:02d}"
    if reference is None:
        return Period(symbol)
    near = []
    for shift in (-1, 0, 1):
        try:
            near.append(day_of(reference.year, reference.month + shift, day))
        except ValueError:
            continue
    if not near:
        return Period(symbol)
    best = min(near, key=lambda candidate: abs((candidate - reference).days))
    return _iso((best, best), symbol)


def _reference(published: str | None) -> date | None:
    """The reference date, or None where there is none in which every shift stays a date."""
    try:
        reference = date.fromisoformat(published[:10]) if published else None
    except ValueError:
        return None
    return reference if reference and _YEARS[0] <= reference.year <= _YEARS[1] else None
