"""Units: which surfaces may follow a number, what one of them is worth, and what it measures."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Final, NamedTuple

from .. import datafiles
from ..errors import DataError

USES: Final = ("free", "number", "ordinal", "parse")
"""How freely a unit may follow a number in running text; ``data/measures.tsv`` explains each."""

NO_WORD: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
"""A unit that ends with one of these ends before none of them."""

_PER: Final = "/每"
_DOTS: Final = ".*•∙・"
_FURTHER: Final = "·" + _DOTS  # before the second denominator only (元/平方米·天); the dots before a time (元/㎡.天)
_NOT_BELOW: Final = {
    "年": tuple("产纳营税销均利出度内底初末"),
    "月": tuple("产供"),
    "层": tuple("高数"),
    "项": ("目",),
    "环": ("比",),
    "人": tuple("均才"),
    "家": ("具",),
}
"""Denominators, and what may not follow them: 总投资5亿元/年产值8亿元."""

_MAY_FOLLOW: Final = ("产能", "产线")  # 5万片/月|产能

RATE_SIGNS: Final = frozenset("(" + _PER + "·")
"""Signs with which a unit may go on: 元/平方米, 台(套)."""

_SCALES: Final = {"百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_SO_MANY: Final = re.compile(r"[百千万亿]|(?:10{2,3}|500)(?=(?:g|克|ml|毫升|km|公里)(?![A-Za-z0-9]))")
"""How many of a unit something may be counted by: 公斤/百公里, 元/500克."""

_DENOMINATORS_OF_MEI: Final = {"area", "volume", "mass", "energy", "length", "power"}


class Unit(NamedTuple):
    """A unit as written.

    Attributes:
        surface: as written, in folded text.
        unit: the base unit.
        dimension: what it measures.
        factor: one of it in base units.
        use: one of `USES`.
        not_before: characters that may not follow it in running text.
    """

    surface: str
    unit: str
    dimension: str
    factor: Fraction
    use: str = "free"
    not_before: str = ""

    def per(self, other: Unit, sign: str) -> Unit:
        """The rate of this unit by another.

        >>> table = UnitTable.bundled()
        >>> rate = table["元"].per(table["平方公里"], "/")
        >>> rate.surface, rate.unit, rate.factor
        ('元/平方公里', 'CNY/m2', Fraction(1, 1000000))
        """
        code = f"({other.unit})" if "." in other.unit else other.unit
        return self._replace(
            surface=f"{self.surface}{sign}{other.surface}",
            unit=f"{self.unit}/{code}",
            dimension="rate",
            factor=self.factor / other.factor,
            not_before="",
        )


class UnitTable:
    """Units by surface; the longest one that stands in the text is found.

    Attributes:
        by_start: the first two characters of surfaces -> those that may stand there, the longest first; likewise for single characters
            that are units, where no longer one goes on with the next character.

    >>> table = UnitTable.bundled()
    >>> table.match("占地2664.2亩左右", 8)
    (9, Unit(surface='亩', unit='m2', dimension='area', factor=Fraction(2000, 3), use='free', not_before=''))
    >>> table.with_units([Unit("绿洲", "m2", "area", Fraction(5))]).match("3绿洲", 1)[1].unit
    'm2'
    """

    def __init__(self, units: Iterable[Unit]) -> None:
        self._units = {unit.surface: unit for unit in units}
        self.by_start = _by_start(self._units)
        self._not_before = {surface: unit.not_before for surface, unit in self._units.items() if unit.not_before}

    @classmethod
    @functools.cache
    def bundled(cls) -> UnitTable:
        """The units that travel with the package, read on first use."""
        use = {row[0]: row for row in _rows(datafiles.read("measures.tsv"), 3, "measures.tsv")}
        units = list(_units(datafiles.read("units.tsv"), "units.tsv"))
        known = {unit.surface for unit in units}
        units = [
            unit._replace(use=use[unit.surface][1], not_before=use[unit.surface][2]) if unit.surface in use else unit
            for unit in units
        ]
        units += [
            Unit(row[0], row[0], "count", Fraction(1), *row[1:]) for surface, row in use.items() if surface not in known
        ]
        return cls(units)

    @classmethod
    def from_tsv(cls, path: str | Path) -> UnitTable:
        """The bundled units and those of a file in the format of ``data/units.tsv``.

        Raises:
            DataError: the file cannot be read, or a row is wrong; the message names file and line.
        """
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise DataError(f"{path}: {error}") from None
        return cls.bundled().with_units(_units(text, str(path)))

    def with_units(self, units: Iterable[Unit]) -> UnitTable:
        """This table and more units; of two with one surface the new one counts."""
        return UnitTable([*self._units.values(), *units])

    def __getitem__(self, surface: str) -> Unit:
        """The unit of this surface; what the table lacks is taken from the bundled one."""
        if surface not in self._units and self is not UnitTable.bundled():
            return UnitTable.bundled()[surface]
        return self._units[surface]

    def __contains__(self, surface: str) -> bool:
        return surface in self._units

    def __iter__(self) -> Iterator[Unit]:
        return iter(self._units.values())

    def unit(self, surface: str) -> Unit:
        """The unit of this surface, which may be a rate (元/平方米) or have a variant (台(套))."""
        found = self.match(surface + "\n", 0)
        return self[surface] if found is None else found[1]

    def surface_at(self, text: str, at: int) -> str:
        """The surface of the longest single unit that stands at this offset, or nothing."""
        for surface in self.by_start.get(text[at : at + 2]) or self.by_start.get(text[at : at + 1], ()):
            if text.startswith(surface, at):
                following = text[at + len(surface) : at + len(surface) + 1]
                if surface[-1] in NO_WORD and following in NO_WORD:
                    continue
                if following and following in self._not_before.get(surface, ""):
                    continue  # 17个|点位
                return surface
        return ""

    def simple(self, text: str, at: int) -> tuple[int, Unit] | None:
        """The longest single unit that stands at this offset, and the offset after it."""
        surface = self.surface_at(text, at)
        return (at + len(surface), self._units[surface]) if surface else None

    def match(self, text: str, at: int) -> tuple[int, Unit] | None:
        """The longest unit at this offset with bracketed variant (台(套)) and denominators (元/平方米/月), and the offset after it."""
        found = self.simple(text, at)
        return self._with_more(text, at, found) if found and text[found[0] : found[0] + 1] in RATE_SIGNS else found

    def _with_more(self, text: str, at: int, found: tuple[int, Unit]) -> tuple[int, Unit]:
        end, unit = found
        if text[end] == "(" and unit.dimension == "count":
            variant = self.simple(text, end + 1)
            if variant is not None and text[variant[0] : variant[0] + 1] == ")" and variant[1].dimension == "count":
                surface = text[at : variant[0] + 1]
                end, unit = variant[0] + 1, unit._replace(surface=surface, unit=surface, not_before="")
        return self.rate(text, end, unit)

    def rate(self, text: str, end: int, unit: Unit) -> tuple[int, Unit]:
        """A unit that ends at this offset with the denominators behind it, and the offset after them."""
        if text[end] in _PER and unit.surface == "度":
            unit = self._energy()
        for signs in (_PER, _PER + _FURTHER):
            sign = text[end : end + 1]
            if sign == "/" and text[end + 1 : end + 2] == "(" and (found := self._bracketed(text, end + 2, unit)):
                return found
            below = self._below(text, end + 1) if sign and sign in signs else None
            if below is None or (sign == "每" and below[1].dimension not in _DENOMINATORS_OF_MEI):
                break
            if sign in _DOTS and below[1].dimension != "time":
                break
            end, unit = below[0], unit.per(below[1], sign)
        return end, unit

    def _bracketed(self, text: str, at: int, unit: Unit) -> tuple[int, Unit] | None:
        """A rate by two units in brackets, which begin at this offset: 25元/(㎡·月)."""
        first = self._below(text, at)
        second = self._below(text, first[0] + 1) if first and text[first[0]] in _PER + "·" else None
        if first is None or second is None or text[second[0]] != ")":
            return None
        return second[0] + 1, unit.per(first[1], "/").per(second[1], "·")

    def _energy(self) -> Unit:
        """度 in a rate: a kilowatt-hour (0.85元/度)."""
        return self["千瓦时"]._replace(surface="度")

    def _below(self, text: str, at: int) -> tuple[int, Unit] | None:
        """The unit that something is counted by, which may be so many of one (吨标煤/万元, 公斤/百公里), and the offset after it."""
        below = self.simple(text, at)
        many = _SO_MANY.match(text, at) if below is None else None
        if many is not None and (found := self.simple(text, many.end())):
            end, unit = found
            factor = unit.factor * (_SCALES.get(many[0]) or int(many[0]))
            below = end, unit._replace(surface=many[0] + unit.surface, factor=factor)
        if below is None or (
            text[below[0] : below[0] + 1] in _NOT_BELOW.get(below[1].surface, ())
            and not text.startswith(_MAY_FOLLOW, below[0])
        ):
            return None
        if below[1].surface == "度":
            return below[0], self._energy()
        return below if below[1].surface != "分" else (below[0], self["分钟"]._replace(surface="分"))


def _by_start(surfaces: Iterable[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for surface in sorted(surfaces, key=len, reverse=True):
        found.setdefault(surface[:2], []).append(surface)
    return {
        start: (*longer, start[0]) if start[0] in found and len(start) > 1 else tuple(longer)
        for start, longer in found.items()
    }


def _rows(text: str, width: int, name: str) -> Iterator[list[str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        row = line.split("\t")
        if len(row) != width or not row[0]:
            raise DataError(f"{name}:{number}: {width} fields expected, separated by tabs: {line[:60]!r}")
        yield row


_FACTOR: Final = r"[0-9]+(?:\.[0-9]+|/[0-9]*[1-9][0-9]*)?"


@functools.cache
def _factor(text: str) -> Fraction | None:
    return Fraction(text) if re.fullmatch(_FACTOR, text) else None


def _units(text: str, name: str) -> Iterator[Unit]:
    for surface, unit, dimension, number in _rows(text, 4, name):
        factor = _factor(number)
        if factor is None:
            raise DataError(f"{name}: factor of {surface!r} is no number: {number!r}")
        yield Unit(surface, unit, dimension, factor)
