"""Indicator statements (subject, indicator, value, change, period) and which company stands in which park."""

from __future__ import annotations

from .finding import find_facts
from .located import find_located
from .repeats import statements

__all__ = ["find_facts", "find_located", "statements"]
