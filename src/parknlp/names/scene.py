"""What the name rules share about one batch: its text, its quantities, and the gazetteers' names in it."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import Final

from ..doc import COMPANY, INSTITUTION, PARK
from ..fold import Codes
from ..matcher import Matcher
from ..text import Candidate
from .growth import grow
from .words import ordinary_phrase, places, rare_pair

_LONGEST_PLACE: Final = 11


@functools.cache
def _place_matcher() -> Matcher:
    return Matcher(places().names)


class Scene:
    """The folded text of a batch with what is known about it before the rules look.

    Attributes:
        text: the folded text.
        lower: the same in lower case.
        codes: the code points of ``lower``.
        barriers: ends of the quantities, over which no name reaches.
        quantity_starts: starts of the same.
        firm_ends: end -> start of every company of a gazetteer or lexicon.
        firm_starts: start -> end of the same.
        park_ends: end -> start of every park found so far.
        park_starts: start -> end of the same.
        body_ends: end -> start of every institution found so far.
        hints: start -> end of names that are companies only in company (吉利, 东风).
        place_ends: end -> start of the administrative divisions' names.
        place_starts: start -> end of the same.
    """

    def __init__(
        self,
        text: str,
        lower: str,
        codes: Codes,
        *,
        quantities: Iterable[Candidate],
        known: Iterable[Candidate],
        hints: Mapping[int, int],
    ) -> None:
        self.text, self.codes, self.lower = text, codes, lower
        places_found = _place_matcher().find(codes, text)
        quantities = [quantity for quantity in quantities if quantity.end - quantity.start > 1]
        self.quantity_starts = {quantity.start for quantity in quantities}
        self.barriers = {quantity.end for quantity in quantities}
        self.firm_ends: dict[int, int] = {}
        self.firm_starts: dict[int, int] = {}
        self.park_ends: dict[int, int] = {}
        self.body_ends: dict[int, int] = {}
        self.park_starts: dict[int, int] = {}
        self.hints = hints
        self.place_ends = {end - 1: start for start, end in places_found if text[start : end - 1] in places().names}
        self.place_ends.update((end, start) for start, end in places_found)
        self.place_starts = dict(places_found)
        self._units = dict(self.place_ends)
        self.add(known)

    def add(self, candidates: Iterable[Candidate]) -> None:
        """Make found names known to the rules that come later."""
        for candidate in candidates:
            if candidate.label == PARK:
                ends = self.park_ends
                self.park_starts[candidate.start] = max(self.park_starts.get(candidate.start, 0), candidate.end)
            elif candidate.label == INSTITUTION:
                ends = self.body_ends
            elif candidate.label == COMPANY:
                ends = self.firm_ends
                self.firm_starts[candidate.start] = max(self.firm_starts.get(candidate.start, 0), candidate.end)
            else:
                continue
            ends[candidate.end] = min(ends.get(candidate.end, candidate.start), candidate.start)
            if ends is self.firm_ends:
                self._units[candidate.end] = ends[candidate.end]

    def grow(self, end: int, reach: int, strict: bool = True) -> int:
        """`growth.grow` on this text: over known firms and places as a whole, not over the end of a quantity."""
        return grow(self.text, end, reach, barriers=self.barriers, units=self._units, strict=strict)

    def firm_at(self, start: int) -> int:
        """End of the firm, or of the word that may be one, that starts there; 0 without."""
        return self.firm_starts.get(start) or self.hints.get(start, 0)

    def from_place(self, first: int, end: int) -> int:
        """Where a name in ``first`` to ``end`` starts: at its first place, unless what precedes that belongs to the name.

        A known firm, the name before a bracketed place, and an invented word belong to it.
        """
        piece = self.text[first:end]
        start, stop = first_place(piece)
        if start <= 0 or piece[start - 1] == "(" or self.firm_starts.get(first, 0) > first:
            return first
        if start == 1 and piece[start:stop] in places().counties and rare_pair(piece[:2]):
            return first
        return first if start > 1 and not ordinary_phrase(piece[:start]) else first + start

    def place_before(self, end: int) -> int:
        """Start of the chain of place names that ends at ``end`` (``end`` itself when there is none)."""
        while end in self.place_ends:
            end = self.place_ends[end]
        return end

    def place_after(self, start: int, limit: int) -> int:
        """End of the place name that starts at ``start``, or ``start`` where there is none up to ``limit``."""
        end = self.place_starts.get(start, start)
        return end if end <= limit else start


@functools.lru_cache(maxsize=1 << 13)
def first_place(piece: str) -> tuple[int, int]:
    """The (start, end) of the leftmost longest place name in a short piece of text, (-1, -1) without one."""
    start, end = _next_place(piece, 0)
    if end - start == 2 and piece[start:end] in places().counties:
        further, further_end = _next_place(piece, start + 1)
        if further == start + 1 and piece[further:further_end] not in places().counties:
            return further, further_end  # 立|山东, where 立山 is a county
    return start, end


def _next_place(piece: str, start: int) -> tuple[int, int]:
    names = places().names
    for at in range(start, len(piece) - 1):
        for length in range(min(_LONGEST_PLACE, len(piece) - at), 1, -1):
            if piece[at : at + length] in names:
                return at, at + length
    return -1, -1
