"""What a number means: figures, percentages and times with exact values, without any model."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from ..doc import Span
from ..isolation import isolated
from ..text import Candidate, TextBatch
from .figures import QuantityFinder
from .numerals import parse_number
from .reading import format_quantity, parse_quantity
from .times import find_times
from .units import Unit, UnitTable

__all__ = [
    "QuantityTagger",
    "Unit",
    "UnitTable",
    "find_quantities",
    "format_quantity",
    "parse_number",
    "parse_quantity",
]


class QuantityTagger:
    """Finds FIGURE, PERCENT and TIME spans in a batch of documents."""

    def __init__(self, units: UnitTable | None = None) -> None:
        self._finder = QuantityFinder(units or UnitTable.bundled())

    @isolated
    def find(self, batch: TextBatch, published: Sequence[str | None]) -> list[Candidate]:
        """Every figure, percentage and time, in order and disjoint.

        Args:
            batch: the documents.
            published: the publication date of each, ISO 8601, or None.
        """
        figures = self._finder.find(batch.text)
        starts, ends = [figure[0] for figure in figures], [figure[1] for figure in figures]
        found: list[Candidate] = []
        at = 0
        for time in find_times(batch, published):
            before = bisect_right(ends, time[0], at)
            found += figures[at:before]
            found.append(time)
            at = bisect_left(starts, time[1], before)  # a figure that overlaps a time is none
        return found + figures[at:]


def find_quantities(text: str) -> tuple[Span, ...]:
    """The FIGURE and PERCENT spans of ``text`` with their values.

    >>> [(span.text, str(span.value.low), span.value.unit) for span in find_quantities("产值１１０４.７亿元，增长约12%")]
    [('１１０４.７亿元', '110470000000.0', 'CNY'), ('12%', '12', '%')]
    """
    batch = TextBatch([text])
    return tuple(span for span in batch.spans(QuantityTagger().find(batch, [None]))[0] if span.label != "TIME")
