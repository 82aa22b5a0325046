"""What a number means: figures, percentages and times with exact values, without any model."""

from __future__ import annotations

from collections.abc import Sequence

from ..doc import Span
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

    def find(self, batch: TextBatch, published: Sequence[str | None]) -> list[Candidate]:
        """Every figure, percentage and time, in order and disjoint.

        Args:
            batch: the documents.
            published: the publication date of each, ISO 8601, or None.
        """
        times = find_times(batch, published)
        found: list[Candidate] = []
        following = iter([*times, None])
        time = next(following)
        for figure in self._finder.find(batch.text):
            while time is not None and time.end <= figure.start:
                found.append(time)
                time = next(following)
            if time is None or time.start >= figure.end:
                found.append(figure)
        if time is not None:
            found.append(time)
        found.extend(rest for rest in following if rest is not None)
        return found


def find_quantities(text: str) -> tuple[Span, ...]:
    """The FIGURE and PERCENT spans of ``text`` with their values.

    >>> [(span.text, str(span.value.low), span.value.unit) for span in find_quantities("产值１１０４.７亿元，增长约12%")]
    [('１１０４.７亿元', '110470000000.0', 'CNY'), ('12%', '12', '%')]
    """
    batch = TextBatch([text])
    return tuple(span for span in batch.spans(QuantityTagger().find(batch, [None]))[0] if span.label != "TIME")
