"""Python's garbage collector, out of the way of work that makes very many objects and no cycles."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator
from typing import Final

_FROZEN: Final = 1000
"""So many objects are frozen by whoever calls `gc.freeze`, which takes all; Python 3.12 itself begins with some hundred."""


@contextlib.contextmanager
def paused(*, stays: bool = False) -> Iterator[None]:
    """No collection meanwhile, since each would look at all objects; afterwards the collector is as it was.

    Args:
        stays: whether what is made meanwhile stays. Then it counts as old at once, without a look at each object.

    >>> with paused():
    ...     gc.isenabled()
    False
    """
    enabled = gc.isenabled()
    if enabled:
        gc.disable()
    try:
        yield
    finally:
        if stays and gc.get_freeze_count() < _FROZEN:  # what others have frozen remains so
            gc.freeze()
            gc.unfreeze()  # into the oldest generation
        if enabled:
            gc.enable()
