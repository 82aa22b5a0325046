"""Calls on which their caller's settings for decimals and numpy have no effect: a precision, traps, `numpy.seterr`."""

from __future__ import annotations

import contextvars
import decimal
import functools
from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")


EXACT: Final = decimal.Context(prec=10**6, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN, traps=[])
"""Sums, products and signs in this context are exact for every number that a document can hold."""


def isolated(function: Callable[_Given, _Result]) -> Callable[_Given, _Result]:
    """The function, each call of it in a context of its own, with decimals of 28 places and numpy's own way with errors.

    Work of numpy gains by it too: it asks its context about errors and memory at every operation, which is quickest where nothing
    is set, and the first decimal sets something. (Before version 2 numpy keeps `numpy.seterr` elsewhere, where the caller's stays.)

    >>> import decimal
    >>> with decimal.localcontext() as precise:
    ...     precise.prec = 2
    ...     +decimal.Decimal("1.234"), isolated(lambda: +decimal.Decimal("1.234"))()
    (Decimal('1.2'), Decimal('1.234'))
    """

    @functools.wraps(function)
    def called(*args: _Given.args, **kwargs: _Given.kwargs) -> _Result:
        return contextvars.Context().run(function, *args, **kwargs)

    return called
