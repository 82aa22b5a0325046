"""FIGURE and PERCENT spans: the scanner's measures that the guidelines count, with their exact values."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from ..doc import FIGURE, PERCENT, Quantity
from ..text import Candidate
from .accept import LIMITS, MARKS, ORDINAL, RANKED, Dates, accepts, before_counts, counts
from .patterns import lazy
from .percents import PERCENT_UNITS, shares_points
from .pieces import LONGEST, RUN, Measure, Piece, takes_prefix_back
from .runs import DIGITS, FEW, read
from .scan import GOES_ON, JOINING, SHARING, Scanner
from .units import RATE_SIGNS, Unit, UnitTable
from .values import has_senses, in_context, quantity_of, value_of, with_sign
from .words import number_words

_LONGER: Final = frozenset(" 又")  # what a number with a part behind it, or with a blank before its unit, goes on with
_TITLE = lazy(r"《[^《》\n]{1,80}》")
_JOINING: Final = JOINING | {"分"}  # of 分之
_LAST_DIGITS: Final = frozenset("0123456789十").union(DIGITS) - {"两"}
_PREFIXES: Final = frozenset("千百兆两")
_OPENING: Final = frozenset(":(")
_MOST_KNOWN: Final = 1 << 15
_candidate: Final = functools.partial(tuple.__new__, Candidate)


class _Known(NamedTuple):
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


def titles_of(text: str) -> Iterator[tuple[int, int]]:
    """Where titles in 《…》 stand; nothing is marked inside them. The last pair stands behind the text."""
    for match in _TITLE().finditer(text):
        yield match.span()
    yield len(text), len(text)


def _outside(titles: Iterator[tuple[int, int]], figures: list[Candidate]) -> list[Candidate]:
    """The figures that do not begin inside a title; both in order."""
    opened, closed = next(titles)
    if not figures or opened > figures[-1].start:
        return figures
    found = []
    for figure in figures:
        while closed <= figure.start:
            opened, closed = next(titles)
        if opened > figure.start:
            found.append(figure)
    return found


class QuantityFinder:
    """Finds figures and percentages in folded text that begins and ends with a line break."""

    def __init__(self, units: UnitTable) -> None:
        self._units = units
        self._surface_at = units.surface_at
        self._scanner = Scanner(units)
        words = self._words = number_words()
        self._bounds_before = words.last_before | words.last_currency
        self._before_counts = before_counts()
        self._known: dict[tuple[str, str, str], _Known] = {}
        self._dates = Dates(units)

    def __reduce__(self) -> tuple[Any, ...]:
        return QuantityFinder, (self._units,)  # without what it has learned

    def find(self, text: str) -> list[Candidate]:
        """Every FIGURE and PERCENT, in order and disjoint; none inside 《…》."""
        found: list[Candidate] = []
        plain, scanner, last = self._plain, self._scanner, 0
        date_end, after_run, after_one = self._dates.end, scanner.after_run, scanner.after_one
        for run in RUN().finditer(text):
            start, end = run.span()
            written, following = run[0], text[end]
            if start < last or not (
                (following in after_run and (following in after_one or written != "一"))
                or scanner.may_stand_alone(text, written, start)
            ):
                continue
            if following in Dates.MARKS and (stop := date_end(text, start)):
                last = stop
            elif (
                following not in _LONGER
                and end - start <= LONGEST
                and (known := plain(text, written, start, end)) is not None
            ):
                last, figure = known
                if figure:
                    found.append(figure)
            elif (measure := scanner.measure(text, run)) is not None:
                last = measure.end
                if accepts(text, measure):
                    found.append(self._figure(text, measure))
        return _outside(titles_of(text), found)

    def _figure(self, text: str, measure: Measure) -> Candidate:
        """A measure that counts, as it is meant where it stands."""
        meant = with_sign(text, in_context(self._units, text, measure))
        around = self._words.bound(text, meant.start, meant.end)
        value = quantity_of(meant, meant.bound if around == "exact" else around)
        label = PERCENT if value.unit in PERCENT_UNITS else FIGURE
        return Candidate(meant.start, meant.end, label, f"rule:{meant.kind}", 1.0, value)

    def _plain(self, text: str, written: str, start: int, end: int) -> tuple[int, Candidate | None] | None:
        """Where a number with a unit between ordinary words ends (产值1104.7亿元), and the figure, if it is one.

        None where more must be looked at. It is what the scanner, `accepts` and `_figure` would make of it, which most
        numbers need not go through.
        """
        if written[-1] in _PREFIXES and self._takes_prefix_back(text, written, end):
            written, end = written[:-1], end - 1
        surface = self._surface_at(text, end)
        if not surface:
            return (end, None) if self._is_bare(text, written, start, end) else None
        stop = end + len(surface)
        if text[stop] in RATE_SIGNS and (rate := self._units.match(text, end)):
            stop = rate[0]
            surface = text[end:stop]
        before, after, bound = text[start - 1], text[stop], "exact"
        if before in self._bounds_before or after in self._words.first_after:
            bound = self._words.bound(text, start, stop)
        known = self._known.get((written, surface, bound)) or self._learn(written, surface, bound)
        counts, not_behind, goes_on, label, value = known
        if counts is None or after in goes_on or (surface == "个" and after in SHARING and shares_points(text, stop)):
            return None
        if before in not_behind:
            return (stop, None) if before in ORDINAL and label == FIGURE else None
        if not counts:
            return (stop if value else end), None
        if (
            before < "\u4e00"
            and before not in MARKS
            and (before not in _OPENING or surface == "所" or text[start - 2] in self._before_counts)
        ):
            return None
        if written[0] > "9" and self._words.is_idiom(text, start):
            return stop, None
        return stop, _candidate((start, stop, label, "rule:plain", 1.0, value, None))

    def _takes_prefix_back(self, text: str, written: str, end: int) -> bool:
        """Whether a numeral ends with what is the prefix of its unit: 千瓦, 兆帕."""
        if not takes_prefix_back(written):
            return False
        found = self._units.match(text, end - 1)
        return found is not None and len(found[1].surface) > 1 and read(written[:-1]) is not None

    def _is_bare(self, text: str, written: str, start: int, end: int) -> bool:
        """Whether a number without unit is no measure: it ends with a digit, joins no other, and stands behind no currency."""
        currencies, before, following = self._words.last_currency, text[start - 1], text[end]
        return (
            (written[-1] in _LAST_DIGITS or written in FEW)
            and before not in currencies
            and not (before == " " and text[start - 2] in currencies)
            and (following not in _JOINING or (following in SHARING and not shares_points(text, end)))
        )

    def _learn(self, written: str, surface: str, bound: str) -> _Known:
        """What is known of a number with its unit, between words that bound it so."""
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        known = self._known[written, surface, bound] = _known(written, self._units.unit(surface), bound)
        return known


def _known(written: str, unit: Unit, bound: str) -> _Known:
    if written == "一半" or has_senses(unit) or unit.dimension in ("temperature", "angle"):
        return _Known(None)
    goes_on = _goes_on(unit.not_before, spans_time=unit.dimension == "time")
    numeral = read(written)
    if numeral is None:
        return _Known(counts=False)
    value = value_of(numeral, unit, numeral.bound if bound == "exact" else bound)
    label = PERCENT if value.unit in PERCENT_UNITS else FIGURE
    figure = counts(Piece(0, 0, written, numeral, unit).measure())
    if figure is None and written == "一":
        return _Known(False, LIMITS, goes_on, label, value)  # 一年, but 不到一年
    return _Known(figure, _not_behind(unit) if figure else frozenset(), goes_on, label, value)


def _not_behind(unit: Unit) -> frozenset[str]:
    ranked = RANKED if unit.surface in ("位", "名") else ""
    return _careful(money=unit.unit == "CNY", spans_time=unit.dimension == "time").union(ranked)


@functools.cache
def _careful(*, money: bool, spans_time: bool) -> frozenset[str]:
    """Behind what a number of this kind may be an ordinal, may have a sign, may be in another currency."""
    return ORDINAL.union("-负±+", "个" if spans_time else "", number_words().last_currency if money else "")


@functools.lru_cache(1024)
def _goes_on(not_before: str, *, spans_time: bool) -> frozenset[str]:
    return GOES_ON.union(not_before, "前" if spans_time else "")
