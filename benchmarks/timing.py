"""What the benchmarks measure time with."""

from __future__ import annotations

import time
from collections.abc import Callable


def best(work: Callable[[], object], runs: int = 3, clock: Callable[[], float] = time.process_time) -> float:
    """Seconds of the fastest of some runs, processor time unless another clock is named."""
    spent = []
    for _ in range(runs):
        start = clock()
        work()
        spent.append(clock() - start)
    return min(spent)
