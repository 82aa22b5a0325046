"""FIGURE and PERCENT spans: the scanner's measures that the guidelines count, with their exact values."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any, Final

from ..doc import FIGURE, PERCENT
from ..patterns import lazy
from ..text import Candidate
from .accept import MARKS, Dates, accepts, before_counts, is_ordinal
from .amounts import SCALED
from .percents import PERCENT_UNITS, shares_points
from .pieces import LONGEST, RUN, Measure, takes_prefix_back
from .plain import UnitUses, not_plain_behind
from .runs import DIGITS, FEW, read
from .scan import JOINING, SHARING, Scanner
from .units import RATE_SIGNS, UnitTable
from .values import in_context, quantity_of, with_sign
from .words import number_words

_LONGER: Final = frozenset(" 又")  # what a number with a part behind it, or with a blank before its unit, goes on with
_TITLE = lazy(r"《[^《》\n]{1,80}》")
_JOINING: Final = JOINING | {"分"}  # of 分之
_LAST_DIGITS: Final = frozenset("0123456789十").union(DIGITS) - {"两"}
_PREFIXES: Final = frozenset("千百兆两")
_OPENING: Final = frozenset(":(")
_candidate: Final = functools.partial(tuple.__new__, Candidate)


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
        self._scanner = Scanner(units)
        self._words = number_words()
        self._bounds_before = self._words.last_before | self._words.last_currency
        self._before_counts = before_counts()
        self._dates = Dates(units)
        self._uses = UnitUses(units)
        self._quick = {
            start: uses for start, uses in self._uses.by_start.items() if start[0] not in Dates.MARKS | _LONGER
        }

    def __reduce__(self) -> tuple[Any, ...]:
        return QuantityFinder, (self._units,)  # without what it has learned

    def find(self, text: str) -> list[Candidate]:
        """Every FIGURE and PERCENT, in order and disjoint; none inside 《…》."""
        found: list[Candidate] = []
        after_run, after_one = self._scanner.after_run, self._scanner.after_one
        quick, (not_behind, not_behind_pairs), last = self._quick.get, not_plain_behind(), 0
        for run in RUN().finditer(text):
            start, end = run.span()
            if start < last:
                continue
            written, following, value = run[0], text[end], None
            goes_on = following in after_run and (following in after_one or written != "一")
            if not goes_on and not self._scanner.may_stand_alone(text, written, start):
                continue
            for use in quick(text[end : end + 2]) or quick(following, ()):
                if text.startswith(use.surface, end):
                    stop, before = end + use.length, text[start - 1]
                    if (
                        text[stop] not in use.not_plain_before
                        and before not in not_behind
                        and text[start - 2 : start] not in not_behind_pairs
                        and (before >= "\u4e00" or before in MARKS)
                        and (written[0] <= "9" or not self._words.is_idiom(text, start))
                    ):
                        value = use[written]
                    break
            if value is not None:
                last = stop
                found.append(_candidate((start, stop, use.label, "rule:plain", 1.0, value, None)))
            elif (closer := self._looked_at(text, run, written, start, end)) is not None:
                last, figure = closer
                if figure:
                    found.append(figure)
        return _outside(titles_of(text), found)

    def _looked_at(
        self, text: str, run: re.Match[str], written: str, start: int, end: int
    ) -> tuple[int, Candidate | None] | None:
        """Where what begins with a number ends, and the figure, if it is one; None where it begins nothing."""
        following = text[end]
        if following in Dates.MARKS and (stop := self._dates.end(text, start)):
            return stop, None
        if (
            following not in _LONGER
            and end - start <= LONGEST
            and (known := self._plain(text, written, start, end)) is not None
        ):
            return known
        measure = self._scanner.measure(text, run)
        if measure is None:
            return None
        if accepts(text, measure):
            return measure.end, self._figure(text, measure)
        part = measure.kind == "range" and self._words.is_idiom(text, start)
        return end if part else measure.end, None  # 统一|至60天

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
        surface = self._units.surface_at(text, end)
        if not surface:
            return (end, None) if self._is_bare(text, written, start, end) else None
        stop = end + len(surface)
        if text[stop] in RATE_SIGNS and (rate := self._units.match(text, end)):
            stop = rate[0]
            surface = text[end:stop]
        before, after, bound = text[start - 1], text[stop], "exact"
        if before in self._bounds_before or after in self._words.first_after:
            bound = self._words.bound(text, start, stop)
        counts, not_behind, goes_on, label, value = self._uses.known(written, surface, bound)
        if (
            counts is None
            or after in goes_on
            or (surface == "个" and after in SHARING and shares_points(text, stop))
            or (surface == "起" and before in self._words.last_currency)  # ¥2999|起
        ):
            return None
        if before in not_behind:
            return (stop, None) if label == FIGURE and is_ordinal(before, written) else None
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
            ((written[-1] in _LAST_DIGITS and SCALED.isdisjoint(written)) or written in FEW)
            and before not in currencies
            and not (before == " " and text[start - 2] in currencies)
            and (following not in _JOINING or (following in SHARING and not shares_points(text, end)))
        )
