"""FIGURE and PERCENT spans: the scanner's measures that the guidelines count, with their exact values."""

from __future__ import annotations

from collections.abc import Iterator

from ..doc import FIGURE, PERCENT
from ..text import Candidate
from .accept import accepts
from .patterns import lazy
from .percents import PERCENT_UNITS
from .scan import Scanner
from .units import UnitTable
from .values import in_context, quantity_of, with_sign
from .words import number_words

_TITLE = lazy(r"《[^《》\n]{1,80}》")


def titles_of(text: str) -> Iterator[tuple[int, int]]:
    """Where titles in 《…》 stand; nothing is marked inside them. The last pair stands behind the text."""
    for match in _TITLE().finditer(text):
        yield match.span()
    yield len(text), len(text)


class QuantityFinder:
    """Finds figures and percentages in folded text that begins and ends with a line break."""

    def __init__(self, units: UnitTable) -> None:
        self._units = units
        self._scanner = Scanner(units)
        self._words = number_words()

    def find(self, text: str) -> Iterator[Candidate]:
        """Every FIGURE and PERCENT, in order and disjoint; none inside 《…》."""
        titles, bound_of = titles_of(text), self._words.bound
        opened, closed = next(titles)
        for measure in self._scanner.measures(text):
            while closed <= measure.start:
                opened, closed = next(titles)
            if opened <= measure.start or not accepts(text, measure):
                continue
            meant = with_sign(text, in_context(self._units, text, measure))
            around = bound_of(text, meant.start, meant.end)
            value = quantity_of(meant, meant.bound if around == "exact" else around)
            label = PERCENT if value.unit in PERCENT_UNITS else FIGURE
            yield Candidate(meant.start, meant.end, label, f"rule:{meant.kind}", 1.0, value)
