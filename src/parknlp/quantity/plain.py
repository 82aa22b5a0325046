"""What numbers with a unit are worth wherever they stand between ordinary words: most of them need no more than that."""

from __future__ import annotations

import functools
from typing import Final, NamedTuple

from ..doc import FIGURE, PERCENT, Quantity
from .accept import LIMITS, ORDINAL, RANKED, SPANS, counts, counts_in_digits
from .percents import PERCENT_UNITS
from .pieces import LONGEST, Piece, takes_prefix_back
from .runs import Numeral, read
from .scan import SHARING, goes_on
from .units import NO_WORD, RATE_SIGNS, Unit, UnitTable
from .values import has_senses, value_of
from .words import number_words

_SIGNS: Final = frozenset("-负±+")
_MOST_KNOWN: Final = 1 << 15


class Known(NamedTuple):
    """What a number with its unit is worth as a figure, wherever it stands plainly.

    Attributes:
        counts: whether it is a figure there; None where more must be looked at; False where it is none anywhere.
        not_behind: behind such a character more must be looked at.
        goes_on: before such a character more must be looked at.
        label: FIGURE or PERCENT.
        value: its value.
    """

    counts: bool | None
    not_behind: frozenset[str] = frozenset()
    goes_on: frozenset[str] = frozenset()
    label: str = ""
    value: Quantity | None = None


_UNSURE: Final = Known(None)
_NO_NUMBER: Final = Known(counts=False)


class UnitUse(dict[str, "Quantity | None"]):
    """How numbers with one unit are read: a number -> its value if it is a figure between ordinary words, found when asked.

    The value is None where more must be looked at.

    Attributes:
        surface: the unit as written.
        length: of the surface.
        label: FIGURE or PERCENT.
        not_plain_before: before such a character more must be looked at, whatever the number.
    """

    __slots__ = (
        "_filled", "_goes_on", "_not_behind", "_unit", "_unsure", "label", "length", "not_plain_before", "surface"
    )  # fmt: skip

    def __init__(self, unit: Unit, filled: list[UnitUse]) -> None:
        """The use of a unit; what it finds is noted in ``filled``, which all uses of a table share."""
        super().__init__()
        spans_time, ranks = unit.dimension == "time", unit.surface in ("位", "名")
        self._unit, self._filled, self.surface, self.length = unit, filled, unit.surface, len(unit.surface)
        self.label = PERCENT if unit.unit in PERCENT_UNITS else FIGURE
        self._goes_on = goes_on(unit).union(unit.not_before, "前" if spans_time else "")
        self._not_behind = _not_behind(money=unit.unit == "CNY", spans_time=spans_time, ranks=ranks)
        self._unsure = has_senses(unit) or unit.dimension in ("temperature", "angle")
        self.not_plain_before = _not_plain_before(
            self._goes_on, in_letters=unit.surface[-1:] in NO_WORD, shares=unit.surface == "个"
        )

    def __missing__(self, written: str) -> Quantity | None:
        if len(self._filled) >= _MOST_KNOWN:
            for use in self._filled:
                use.clear()
            self._filled.clear()
        self._filled.append(self)
        numeral = None if self._is_unsure(written) or takes_prefix_back(written) else read(written)
        is_figure = numeral is not None and written != "一半" and self._counts(written, numeral)
        self[written] = value = value_of(numeral, self._unit, numeral.bound) if numeral and is_figure else None
        return value

    def _is_unsure(self, written: str) -> bool:
        """Whether more than the number and the unit must be looked at, be it what it may be."""
        return self._unsure or len(written) > LONGEST or (self.surface == "起" and written[-1] in "万亿")  # 550万|起

    def _counts(self, written: str, numeral: Numeral) -> bool | None:
        if written[0] <= "9":
            return counts_in_digits(written, self._unit)
        return counts(Piece(0, 0, written, numeral, self._unit).measure())

    def known(self, written: str, bound: str) -> Known:
        """What is known of a number with this unit, between words that bound it so."""
        if self._is_unsure(written) or written == "一半":
            return _UNSURE
        numeral = read(written)
        if numeral is None:
            return _NO_NUMBER
        value = value_of(numeral, self._unit, numeral.bound if bound == "exact" else bound)
        figure = self._counts(written, numeral)
        if figure is None and written == "一":
            return Known(False, LIMITS, self._goes_on | SPANS, self.label, value)  # 一年, but 不到一年, 一年后
        return Known(figure, self._not_behind if figure else frozenset(), self._goes_on, self.label, value)


class UnitUses:
    """The uses of all units of a table.

    Attributes:
        by_start: as `UnitTable.by_start`.
    """

    def __init__(self, units: UnitTable) -> None:
        self._units = units
        self._filled: list[UnitUse] = []
        self._uses = {unit.surface: UnitUse(unit, self._filled) for unit in units}
        self._known: dict[tuple[str, str, str], Known] = {}
        self.by_start = {
            start: tuple([self._uses[surface] for surface in surfaces]) for start, surfaces in units.by_start.items()
        }

    def known(self, written: str, surface: str, bound: str) -> Known:
        """What is known of a number with a unit, which may be a rate, between words that bound it so."""
        key = written, surface, bound
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            use = self._uses.get(surface) or UnitUse(self._units.unit(surface), self._filled)
            known = self._known[key] = use.known(written, bound)
        return known


@functools.cache
def _not_behind(*, money: bool, spans_time: bool, ranks: bool) -> frozenset[str]:
    """Behind what a number of this kind may be an ordinal, may have a sign, may be in another currency."""
    return ORDINAL.union(
        _SIGNS, "个" if spans_time else "", number_words().last_currency if money else "", RANKED if ranks else ""
    )


@functools.lru_cache(1024)
def _not_plain_before(longer: frozenset[str], *, in_letters: bool, shares: bool) -> frozenset[str]:
    first_after = number_words().first_after
    return longer.union(first_after, RATE_SIGNS, NO_WORD if in_letters else "", SHARING if shares else "")


class NotPlainBehind(NamedTuple):
    """Behind what more must be looked at, whatever the number and its unit; beside these, behind most signs.

    Attributes:
        single: single characters.
        pairs: the last two characters of words.
    """

    single: frozenset[str]
    pairs: frozenset[str]


@functools.cache
def not_plain_behind() -> NotPlainBehind:
    """The words that bound a number or name its currency, and what makes it an ordinal or has a sign."""
    words = [*number_words().before, *number_words().currencies]
    single = frozenset(word for word in words if len(word) == 1)
    return NotPlainBehind(single | ORDINAL | _SIGNS | RANKED | {"个"}, frozenset(word[-2:] for word in words) - single)
