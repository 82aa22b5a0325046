"""What stands near the occurrences of words: makers, works, making, trade; see ``data/chain_contexts.tsv``."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from .. import datafiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .reading import Hits, Reading
    from .terms import Ints

Flags = npt.NDArray[np.bool_]

KINDS: Final = ("firm", "works", "making", "trade")
"""The kinds of context."""

SIDES: Final = ("after", "before", "sentence")
"""Where a word of `words_of_context` stands: behind an occurrence, before it, or anywhere before it in its sentence."""

_REACH: Final = 6


@functools.cache
def _rows() -> list[list[str]]:
    return datafiles.rows("chain_contexts.tsv")[1:]


def words_of_context() -> list[str]:
    """The words that say something about occurrences near them."""
    return sorted({word for _, _, word in _rows()})


class ContextWords(NamedTuple):
    """What words say about the occurrences near them.

    Attributes:
        speaks: whether a word says anything, shape (words,).
        near: what each word says behind an occurrence (its row), and before one (its row after those), shape (2 words, kinds).
        earlier: the kinds that a word makes of what follows it in its sentence: the column and the words that do, shape (words,).
    """

    speaks: Flags
    near: Flags
    earlier: tuple[tuple[int, Flags], ...]

    @classmethod
    def of(cls, words: Sequence[str]) -> ContextWords:
        """What these words say.

        >>> ContextWords.of(["企业", "序轮"]).speaks.tolist()
        [True, False]
        """
        known = set(words_of_context())
        place = {word: index for index, word in enumerate(words) if word in known}
        flags = np.zeros((len(SIDES), len(words), len(KINDS)), np.bool_)
        for side, kind, word in _rows():
            flags[SIDES.index(side), place.get(word, slice(0)), KINDS.index(kind)] = True
        speaks: Flags = np.asarray(flags.any((0, 2)))
        earlier = flags[-1]
        kinds = earlier.any(0).nonzero()[0].tolist()
        return cls(speaks, flags[:-1].reshape(-1, len(KINDS)), tuple((kind, earlier[:, kind]) for kind in kinds))


def contexts_of(reading: Reading, hits: Hits, words: ContextWords) -> Flags:
    """Which occurrences stand in which kinds of context, shape (hits, kinds)."""
    number, (start, end, term) = len(hits.start), hits.near
    found = np.zeros((number, len(KINDS)), np.bool_)
    if not len(term) or not number:
        return found
    edges = np.concatenate([hits.end, hits.start])  # behind each occurrence, and before each
    firsts = edges.copy()
    firsts[number:] -= _REACH
    lasts = firsts + _REACH
    low = start.searchsorted(firsts)
    words_of = start.searchsorted(lasts) - low
    edge = np.arange(2 * number).repeat(words_of)
    if len(edge):
        word = np.arange(len(edge)) + (low - words_of.cumsum() + words_of)[edge]
        before = edge >= number
        far = np.where(before, start[word], end[word])
        inside = (end[word] <= lasts[edge]) & (reading.clause_of(far) == reading.clause_of(edges[edge]))
        pair, kind = (words.near[term[word] + before * len(words.speaks)] & inside[:, None]).nonzero()
        found[edge[pair] % number, kind] = True
    for kind, flags in words.earlier:
        places = start[flags[term]]
        if len(places):
            found[:, kind] |= _follows(reading, places, hits)
    return found


def _follows(reading: Reading, places: Ints, hits: Hits) -> Flags:
    """Which occurrences have one of these places before them in their sentence."""
    at = places.searchsorted(hits.start)
    last = places[at - 1]
    same: Flags = reading.sentence_of(last) == reading.sentence_of(hits.start)
    return same & (at > 0)
