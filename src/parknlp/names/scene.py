"""What the name rules share about one batch: its text, its quantities, and the gazetteers' names in it."""

from __future__ import annotations

import bisect
import functools
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from ..doc import COMPANY, INSTITUTION, PARK
from ..fold import Codes
from ..text import Candidate
from .growth import Growth
from .words import ordinary_phrase, places, rare_pair

_LONGEST_PLACE: Final = 11


class Scene:
    """The folded text of a batch with what is known about it before the rules look.

    Attributes:
        text: the folded text.
        lower: the same in lower case.
        codes: the code points of ``lower``.
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
        quantities: Sequence[Candidate],
        known: Iterable[Candidate],
        hints: Mapping[int, int],
        divisions: Sequence[tuple[int, int]],
        growth: Growth,
    ) -> None:
        self.text, self.codes, self.lower = text, codes, lower
        quantities = [quantity for quantity in quantities if quantity[1] - quantity[0] > 1]
        self._quantities = [quantity[0] for quantity in quantities]
        self.quantity_starts = set(self._quantities)
        self._growth = growth
        growth.bar([quantity[1] for quantity in quantities])
        self.bar = growth.bar
        self.grow = growth.reach
        self.first_stop = growth.first_stop
        self.firm_ends: dict[int, int] = {}
        self.firm_starts: dict[int, int] = {}
        self._firms = bytearray(len(text) + 1)
        self.park_ends: dict[int, int] = {}
        self.body_ends: dict[int, int] = {}
        self.park_starts: dict[int, int] = {}
        self.hints = hints
        names = places().names
        self.place_ends = {end - 1: start for start, end in divisions if text[start : end - 1] in names}
        self.place_ends |= {end: start for start, end in divisions}
        self.place_starts = dict(divisions)
        growth.unite(self.place_ends)
        self.add(known)

    def add(self, candidates: Iterable[Candidate]) -> None:
        """Make found names known to the rules that come later."""
        units: dict[int, int] = {}
        for start, end, label, _, _, _, _ in candidates:
            if label == COMPANY:
                ends = self.firm_ends
                self._firms[start] = 1
                if self.firm_starts.get(start, 0) < end:
                    self.firm_starts[start] = end
            elif label == PARK:
                ends = self.park_ends
                if self.park_starts.get(start, 0) < end:
                    self.park_starts[start] = end
            elif label == INSTITUTION:
                ends = self.body_ends
            else:
                continue
            if ends.get(end, start) >= start:
                ends[end] = start
            if label == COMPANY:
                units[end] = ends[end]
        self._growth.unite(units)

    def quantity_after(self, position: int) -> int:
        """Start of the first quantity that does not begin before a position, or the end of the text."""
        at = bisect.bisect_left(self._quantities, position)
        return self._quantities[at] if at < len(self._quantities) else len(self.text)

    def firm_at(self, start: int) -> int:
        """End of the firm, or of the word that may be one, that starts there; 0 without."""
        return self.firm_starts.get(start) or self.hints.get(start, 0)

    def last_firm(self, first: int, end: int) -> int:
        """Start of the last firm that begins at ``first`` or later and ends at ``end`` or before, -1 without."""
        firms, stop_of = self._firms, self.firm_starts
        at = firms.rfind(1, first, end)
        while at >= 0 and stop_of[at] > end:
            at = firms.rfind(1, first, at)
        return at

    def from_place(self, first: int, end: int) -> int:
        """Where a name in ``first`` to ``end`` starts: at its first place, unless what precedes that belongs to the name.

        A known firm, the name before a bracketed place, and an invented word belong to it.
        """
        cut = before_place(self.text[first:end])
        return first if cut and self.firm_starts.get(first, 0) > first else first + cut

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
def before_place(piece: str) -> int:
    """How many characters before the first place in a piece of text do not belong to the name with the place."""
    start, stop = first_place(piece)
    if start <= 0 or piece[start - 1] == "(" or (start > 1 and not ordinary_phrase(piece[:start])):
        return 0
    return 0 if start == 1 and piece[start:stop] in places().counties and rare_pair(piece[:2]) else start


@functools.lru_cache(maxsize=1 << 13)
def first_place(piece: str) -> tuple[int, int]:
    """The (start, end) of the leftmost longest place name in a short piece of text, (-1, -1) without one."""
    heads = place_heads()
    for start in range(len(piece) - 1):
        if piece[start : start + 2] in heads and (end := _place_end(piece, start)):
            further = _hidden_place(piece, start, end)
            return (start + 1, further) if further else (start, end)
    return -1, -1


def leading_place(piece: str) -> int:
    """The end of the place name with which a short piece of text begins, as `first_place` sees it; 0 where it begins with none.

    >>> leading_place("镇江市经开区"), leading_place("在镇江")
    (3, 0)
    """
    return _leading_place(piece) if piece[:2] in place_heads() else 0


@functools.lru_cache(maxsize=1 << 14)
def _leading_place(piece: str) -> int:
    end = _place_end(piece, 0)
    return 0 if end and _hidden_place(piece, 0, end) else end


@functools.cache
def place_heads() -> dict[str, tuple[int, ...]]:
    """The first two characters of place names, and how long the names are that begin so, the longest first."""
    heads: dict[str, set[int]] = {}
    for name in places().names:
        if len(name) <= _LONGEST_PLACE:
            heads.setdefault(name[:2], set()).add(len(name))
    return {head: tuple(sorted(lengths, reverse=True)) for head, lengths in heads.items()}


def _place_end(piece: str, start: int) -> int:
    """The end of the longest place name that stands at ``start``, or 0."""
    lengths = place_heads().get(piece[start : start + 2])
    if lengths:
        names = places().names
        for length in lengths:
            if piece[start : start + length] in names:
                return min(start + length, len(piece))
    return 0


def _hidden_place(piece: str, start: int, end: int) -> int:
    """The end of the place that begins inside a county's name of two characters (立|山东, where 立山 is a county), or 0."""
    counties = places().counties
    if end - start != 2 or piece[start:end] not in counties:
        return 0
    further = _place_end(piece, start + 1)
    return 0 if piece[start + 1 : further] in counties else further
