"""FIGURE and PERCENT spans: the scanner's measures that the guidelines count, with their exact values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..doc import FIGURE, PERCENT
from ..text import Candidate
from .accept import accepts, is_date, is_plain, stands_plainly
from .patterns import lazy
from .percents import PERCENT_UNITS
from .pieces import LONGEST, Measure, takes_prefix_back
from .runs import read
from .scan import GOES_ON, Scanner, ends_plainly
from .units import UnitTable
from .values import SIGNS, has_senses, in_context, quantity_of, value_of, with_sign
from .words import number_words

_LONGER: Final = frozenset(
    " 分又"
)  # what a number with a part behind it, or with a blank before its unit, goes on with
_TITLE = lazy(r"《[^《》\n]{1,80}》")


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
        words = self._words = number_words()
        self._careful = words.last_currency.union(SIGNS)
        self._bounds = words.last_before | words.first_after
        self._plain_units = frozenset(unit.surface for unit in units if is_plain(unit) and not has_senses(unit))
        odd = {unit.surface[0] for unit in units if unit.use != "parse" and len(unit.surface) > 1}
        self._dates = {"年", "月"} - odd

    def find(self, text: str) -> list[Candidate]:
        """Every FIGURE and PERCENT, in order and disjoint; none inside 《…》."""
        found: list[Candidate] = []
        plain, measure_of, last = self._plain, self._scanner.measure, 0
        dates = self._dates
        for run in self._scanner.runs(text):
            start, end = run.span()
            if start < last:
                continue
            if text[end] in dates and is_date(run[0], text[end]) and text[end + 1] not in GOES_ON:
                last = end + 1  # a year or a month
                continue
            figure = plain(text, run[0], start, end)
            if figure is not None:
                last = figure[1]
                found.append(figure)
            elif (measure := measure_of(text, run)) is not None:
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

    def _plain(self, text: str, written: str, start: int, end: int) -> Candidate | None:
        """The figure of a run of digits with a unit between ordinary words (产值1104.7亿元), or None where more must be looked at.

        It is what the scanner, `accepts` and `_figure` would make of it, which most figures need not go through.
        """
        before = text[start - 1]
        if (
            before in self._careful
            or text[end] in _LONGER
            or end - start > LONGEST
            or not stands_plainly(written, before)
        ):
            return None
        found = None if takes_prefix_back(written) else self._units.match(text, end)
        if found is None or found[1].surface not in self._plain_units:
            return None
        stop, unit = found
        after = text[stop]
        if after in unit.not_before or after in GOES_ON or not (unit.surface != "个" or ends_plainly(after, unit)):
            return None
        numeral = read(written)
        if numeral is None:
            return None
        bound = numeral.bound
        if (before in self._bounds or after in self._bounds) and (
            around := self._words.bound(text, start, stop)
        ) != "exact":
            bound = around
        value = value_of(numeral, unit, bound)
        return Candidate(start, stop, PERCENT if unit.unit in PERCENT_UNITS else FIGURE, "rule:plain", 1.0, value)
