"""Lists of numbers (增长6%、8%和5%), and the names that stand before them in the same order (丹阳、句容、扬中分别增长6%、8%和5%)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

import numpy as np

from .measures import DURATION
from .reading import Sheet
from .roles import IS_FRACTION, KINDS
from .terms import Ints, code_of

_LINK = re.compile(r"[、,]?(?:以及|和|及|与|、)?$")
_JOINS = re.compile(r"、|和|与|及|以及|、和")
_WITH_VERB = np.array([kind in ("verb", "change") for kind in KINDS])
_COMMA = code_of(",")
_CLOSE = 3  # characters at most between numbers of a list
_MOST: Final = 12
"""Numbers in a list, at most, that is aligned with what it counts."""


class Lists:
    """The lists of a batch; numbers by their index.

    Attributes:
        follows: those that continue a list of numbers: nothing but 、 or 和 before them.
        linked: the same, and those that continue a list of changes, each with a verb of its own (增长6%和下降2%).
        heads: those that a list may begin with: behind 分别, and with another number close behind.
    """

    def __init__(self, sheet: Sheet, kinds: Ints, own: Ints) -> None:
        """Find them.

        Args:
            sheet: the batch.
            kinds: the roles of its numbers, as indices of `KINDS`.
            own: the sizes of their own phrases.
        """
        self._sheet, self._numbers = sheet, sheet.numbers
        self._start, self._end = self._numbers.start.tolist(), self._numbers.end.tolist()
        self.heads = self._heads()
        self.follows = self._follows()
        self.linked = self.follows | self._turns(kinds, own)

    def _heads(self) -> frozenset[int]:
        numbers, start, end = self._numbers, self._start, self._end
        each = self._sheet.words.places("each")
        if not len(each):
            return frozenset()
        listed = each.searchsorted(numbers.left) < each.searchsorted(numbers.start)
        later = ((at, at + 1) for at in listed[:-1].nonzero()[0].tolist())
        return frozenset(at for at, following in later if start[following] - end[at] <= _CLOSE)

    def _follows(self) -> frozenset[int]:
        numbers, masked, start, end = self._numbers, self._sheet.masked, self._start, self._end
        near = (numbers.before[1:] >= 0) & (numbers.start[1:] - numbers.end[:-1] <= _CLOSE)
        near &= (numbers.dimension[1:] != DURATION) | (numbers.dimension[:-1] == DURATION)  # 增长5%,两年平均增长6%
        part = IS_FRACTION[numbers.dimension]
        near &= (part[1:] == part[:-1]) | (self._sheet.codes[numbers.end[:-1]] != _COMMA)  # 增长6%,35个行业
        some = (near.nonzero()[0] + 1).tolist()
        return frozenset(at for at in some if _LINK.match(masked, end[at - 1], start[at]))

    def _turns(self, kinds: Ints, own: Ints) -> frozenset[int]:
        masked, end = self._sheet.masked, self._end
        changed = _WITH_VERB[kinds] & (self._numbers.before >= 0) & (own <= 0)
        return frozenset(at for at in changed.nonzero()[0].tolist() if masked[end[at - 1]] in "、和与及")

    def size(self, at: int, linked: Collection[int]) -> int:
        """How many numbers the list has that starts here, given those that continue one."""
        end = at + 1
        while end in linked and end - at < _MOST:
            end += 1
        return end - at

    def aligned(self, start: Ints, end: Ints) -> dict[int, int]:
        """The item that each number of a list is said of, where as many items as numbers stand before 分别.

        Args:
            start: where items start that may be listed, in order.
            end: where they end.
        """
        found: dict[int, int] = {}
        if not self.heads:
            return found
        heads = list(self.heads)
        each = self._sheet.words.places("each")
        last = each[each.searchsorted(self._numbers.start[heads]) - 1]
        bounds = start.searchsorted(np.array([self._numbers.first[heads], last])).tolist()
        for head, first, stop, behind in zip(heads, *bounds, last.tolist(), strict=True):
            size = self.size(head, self.linked)
            if stop - first >= size:
                rows = [row for row in self._rows(first, stop, start, end, behind) if len(row) == size]
                if rows:
                    found.update(zip(range(head, head + size), rows[-1], strict=True))
        return found

    def _rows(self, first: int, stop: int, start: Ints, end: Ints, last: int) -> Iterator[list[int]]:
        """Items that nothing but 、 and 和 parts from each other, up to a place."""
        masked, behind = self._sheet.masked, -1
        row: list[int] = []
        for item, here, there in zip(
            range(first, stop), start[first:stop].tolist(), end[first:stop].tolist(), strict=True
        ):
            if there > last or here < behind:
                continue
            if row and not _JOINS.fullmatch(masked, behind, here):
                yield row
                row = []
            row.append(item)
            behind = there
        if row:
            yield row
