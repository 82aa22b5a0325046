"""What a number measures, and what else its surface alone tells."""

from __future__ import annotations

import functools
import re
from array import array
from collections.abc import Iterable
from typing import Final

import numpy as np

from ..doc import FIGURE, PERCENT
from .hashing import hash_text, noughts
from .terms import Ints
from .words import words

DIMENSIONS: Final = ("money", "area", "multiple", "duration", "count", "percent", "points", "size")
MONEY, AREA, MULTIPLE, DURATION, COUNT, PERCENTAGE, POINTS, SIZE = range(8)

POOL: Final = (
    "占比 比重 面积 用时 投资 年产能 之比 周期 金额 率 产量 增速 年均增速 完成率 专利 人员 价格 企业 地块 均价 客流 年龄 数量 架次 次数 "
    "预计 目标 比例 活动 生产线 租金 股价 股数 船舶 设备 车辆 轮次 里程 项目 飞机 员工 艘数 长度 出货量"
).split()
"""Words that the rules add to what the text says; they stand before the text, a line each, behind `START` line breaks."""
START: Final = 8

_DIGITS = re.compile(r"[^0-9]{0,2}([0-9,]*)")
_ZEROS: Final = {"十": 1, "百": 2, "千": 3, "万": 4, "亿": 8}
_PLACES: Final = 64  # more than any number has before the point
_NUMERAL = "0123456789.,-~+ 一二两三四五六七八九十百千万亿几数余多"
_PATTERNS = (
    (MONEY, re.compile(r"元|美金|欧$|英镑|港币|日元|[\d.,\-]亿$|个亿$")),
    (AREA, re.compile(r"平方|平米|亩|公顷|㎡|㎢|平$")),
    (MULTIPLE, re.compile(r"倍|番|分之|\d/\d+$|半$")),
    (DURATION, re.compile(r"(?:天|日|年|月|小时|分钟|秒钟?|周|星期|夜|学时|载|\d[smhd])(?:半|多|余)?$")),
    (
        COUNT,
        re.compile(
            r"(?:[家个户名人件项条座位艘架台套辆只支部款种类所间栋幢颗片枚株头处批次场期趟列班宗起届层张份本篇站对组级店校员岗门课棵"
            r"峰港轮节口块册单根把股]|标箱|车位)$"
        ),
    ),
)
_NOUNS = {
    "area": ("面积",),
    "duration": ("用时", "周期"),
    "money": ("投资", "金额"),
    "multiple": ("之比", "比重"),
    "percent": ("占比", "率"),
    "size": ("年产能", "产量"),
}
"""What a number of a dimension may be called, behind the noun for its unit."""


def dimension(surface: str, label: str) -> int:
    """What a number measures, from its folded surface: an index of `DIMENSIONS`.

    >>> [DIMENSIONS[dimension(*pair)] for pair in [("2852.81亿元", "FIGURE"), ("9.5个百分点", "PERCENT"), ("1.5GW", "FIGURE")]]
    ['money', 'points', 'size']
    """
    if label == PERCENT:
        return POINTS if "百分点" in surface else PERCENTAGE
    for number, pattern in _PATTERNS:
        if pattern.search(surface):
            return number
    return SIZE


def measured(surfaces: Iterable[str], percent: Iterable[bool]) -> Ints:
    """What numbers measure, from their surfaces and whether they are percentages; shape (7, numbers).

    The rows are the index of `DIMENSIONS`, a hash of the end of the unit, the same with how great the number is, and where in the
    pool the two nouns for what the unit measures start and end.
    """
    rows = [_percent(surface) if share else _figure(surface) for surface, share in zip(surfaces, percent, strict=True)]
    found: Ints = np.frombuffer(b"".join(rows), np.int64).reshape(-1, 7).T
    return found


@functools.lru_cache(1 << 15)
def _figure(surface: str) -> bytes:
    return _row(_plain(surface), FIGURE)


@functools.lru_cache(1 << 14)
def _percent(surface: str) -> bytes:
    return _row(_plain(surface), PERCENT)


def _plain(surface: str) -> str:
    """A surface with every digit of its number as 0: what it measures, and how great it is, stays the same."""
    unit = surface.lstrip(_NUMERAL)
    return noughts(surface[: len(surface) - len(unit)]) + unit


@functools.lru_cache(1 << 13)
def _row(surface: str, label: str) -> bytes:
    unit = surface.lstrip(_NUMERAL)
    kind, known = dimension(surface, label), pool()
    nouns = dict.fromkeys([*unit_nouns(unit), *_NOUNS.get(DIMENSIONS[kind], ())])
    places = [place for noun in nouns if noun in known for place in known[noun]]
    unit_hash = hash_text(unit[-3:])
    scale = unit_hash * _PLACES + min(magnitude(surface), _PLACES - 1)
    return array("q", (kind, unit_hash, scale, *[*places, 0, 0, 0, 0][:4])).tobytes()


def magnitude(surface: str) -> int:
    """How many places a number has before the point: its digits and what its scale adds.

    >>> magnitude("2852.81亿元"), magnitude("14个"), magnitude("三万家")
    (12, 2, 4)
    """
    digits = _DIGITS.findall(surface)[0].replace(",", "")
    return len(digits) + sum([_ZEROS.get(sign, 0) for sign in surface])


@functools.cache
def pool() -> dict[str, tuple[int, int]]:
    """Where the words of the pool stand."""
    found, at = {}, START
    for word in POOL:
        found[word] = (at, at + len(word))
        at += len(word) + 1
    return found


@functools.cache
def _units() -> dict[str, tuple[str, ...]]:
    pairs = (pair.partition("=") for pair in words("unit").known)
    return {unit: tuple(nouns.split("/")) for unit, _, nouns in pairs}


def unit_nouns(unit: str) -> tuple[str, ...]:
    """The nouns for things counted in this unit, when the text has none.

    >>> unit_nouns("余人"), unit_nouns("元/平方米")
    (('人员', '员工'), ('均价',))
    """
    known = _units()
    return next((known[unit[start:]] for start in range(len(unit)) if unit[start:] in known), ())
