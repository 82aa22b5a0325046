"""What the benchmarks measure time with."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence


def best(work: Callable[[], object], runs: int = 3, clock: Callable[[], float] = time.process_time) -> float:
    """Seconds of the fastest of some runs, processor time unless another clock is named."""
    spent = []
    for _ in range(runs):
        start = clock()
        work()
        spent.append(clock() - start)
    return min(spent)


def in_turn(pieces: Sequence[Sequence[Callable[[], object]]], runs: int) -> list[float]:
    """Seconds of processor time of some ways to do the same, in all: each piece is done in one way after the other, and its fastest counts.

    A machine that is slow for a while is slow for all of them.
    """
    spent = [[float("inf")] * len(ways) for ways in pieces]
    for _ in range(runs):
        for ways, fastest in zip(pieces, spent, strict=True):
            for at, work in enumerate(ways):
                fastest[at] = min(fastest[at], best(work, 1))
    return [sum(way) for way in zip(*spent, strict=True)]


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table, its first column to the left and the others to the right, readable as it stands."""
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]

    def line(cells: list[str]) -> str:
        first, *others = zip(cells, widths, strict=True)
        return "| " + " | ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]) + " |"

    rule = "| " + " | ".join(["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]) + " |"
    return "\n".join([line(head), rule, *map(line, rows)])
