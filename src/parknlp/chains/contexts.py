"""What stands near the occurrences of words: makers, works, making, trade; see ``data/chain_contexts.tsv``."""

from __future__ import annotations

import functools
from importlib import resources
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .reading import Hits, Reading
    from .terms import Ints
    from .vocabulary import Flags

KINDS: Final = ("firm", "works", "making", "trade")
"""The kinds of context."""

SIDES: Final = ("after", "before", "sentence")
"""Where a word of `words_of_context` stands: behind an occurrence, before it, or anywhere before it in its sentence."""

_REACH: Final = 6


@functools.cache
def _rows() -> list[list[str]]:
    text = (resources.files("parknlp") / "data" / "chain_contexts.tsv").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if not line.startswith("#")][1:]


def words_of_context() -> list[str]:
    """The words that say something about occurrences near them."""
    return sorted({word for _, _, word in _rows()})


def flags_of(words: Sequence[str]) -> Flags:
    """For each side which kinds of context each word makes there, shape (sides, words, kinds).

    >>> flags_of(["企业", "序轮"]).any((0, 2)).tolist()
    [True, False]
    """
    place = {word: index for index, word in enumerate(words)}
    flags = np.zeros((len(SIDES), len(words), len(KINDS)), np.bool_)
    for side, kind, word in _rows():
        flags[SIDES.index(side), place.get(word, slice(0)), KINDS.index(kind)] = True
    return flags


def contexts_of(reading: Reading, hits: Hits, flags: Flags) -> Flags:
    """Which occurrences stand in which kinds of context, shape (hits, kinds).

    Args:
        reading: the texts.
        hits: the occurrences, with all words that stand near them.
        flags: what the words say, see `flags_of`.
    """
    found = np.zeros((len(hits.start), len(KINDS)), np.bool_)
    near = hits.near
    behind, before, earlier = (flags[side, near.term] for side in range(len(SIDES)))
    for first, last, kinds, far, edge in (
        (hits.end, hits.end + _REACH, behind, near.end, hits.end),
        (hits.start - _REACH, hits.start, before, near.start, hits.start),
    ):
        low = near.start.searchsorted(first)
        number = near.start.searchsorted(last) - low
        hit = np.arange(len(number)).repeat(number)
        word = np.arange(len(hit)) + (low - number.cumsum() + number).repeat(number)
        inside = (near.end[word] <= last[hit]) & (reading.clause_of(far)[word] == reading.clause_of(edge)[hit])
        np.logical_or.at(found, hit[inside], kinds[word[inside]])
    for kind in earlier.any(0).nonzero()[0].tolist():
        found[:, kind] |= _follows(reading, near.start[earlier[:, kind]], hits)
    return found


def _follows(reading: Reading, places: Ints, hits: Hits) -> Flags:
    """Which occurrences have one of these places before them in their sentence."""
    at = places.searchsorted(hits.start)
    last = places[at - 1]
    same: Flags = reading.sentence_of(last) == reading.sentence_of(hits.start)
    return same & (at > 0)
