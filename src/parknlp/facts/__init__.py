"""Indicator statements (subject, indicator, value, change, period) and which company stands in which park."""

from __future__ import annotations

from collections.abc import Sequence

from ..doc import Doc, Fact
from .finding import find_facts
from .located import find_located
from .reading import Sheet
from .repeats import statements

__all__ = ["find_both", "find_facts", "find_located", "statements"]


def find_both(docs: Sequence[Doc]) -> tuple[list[tuple[Fact, ...]], list[tuple[tuple[str, str], ...]]]:
    """The facts and the (company, park) pairs of each document; the documents are prepared once for both.

    >>> find_both([Doc("园区发展势头良好。")])
    ([()], [()])
    """
    sheet = Sheet(docs)
    return find_facts(docs, sheet=sheet), find_located(docs, sheet=sheet)
