"""What stands near the occurrences of words: makers, works, making, trade; see ``data/chain_contexts.tsv``."""

from __future__ import annotations

import functools
from importlib import resources
from typing import TYPE_CHECKING, Final

import numpy as np

from .terms import Terms

if TYPE_CHECKING:
    from ..fold import Codes
    from .reading import Hits, Reading
    from .terms import Ints
    from .vocabulary import Flags

KINDS: Final = ("firm", "works", "making", "trade")
"""The kinds of context."""

_SIDES: Final = ("after", "before")
_REACH: Final = 6
_CLAUSE_ENDS: Final = np.zeros(0x10000, np.bool_)
_CLAUSE_ENDS[[ord(character) for character in "\0\n。,;:!?"]] = True


def _rows() -> list[list[str]]:
    text = (resources.files("parknlp") / "data" / "chain_contexts.tsv").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if not line.startswith("#")][1:]


@functools.cache
def _beside() -> tuple[Terms, Flags]:
    """The words that stand directly beside, and for each side which kinds each has there, shape (sides, words, kinds)."""
    rows = [row for row in _rows() if row[0] in _SIDES]
    words = sorted({word for _, _, word in rows})
    flags = np.zeros((len(_SIDES), len(words), len(KINDS)), np.bool_)
    for side, kind, word in rows:
        flags[_SIDES.index(side), words.index(word), KINDS.index(kind)] = True
    return Terms(words), flags


@functools.cache
def _in_sentence() -> dict[str, Terms]:
    """The words that stand earlier in the sentence, by kind."""
    rows = [row for row in _rows() if row[0] == "sentence"]
    return {kind: Terms([word for _, other, word in rows if other == kind]) for kind in {row[1] for row in rows}}


def contexts_of(reading: Reading, hits: Hits) -> Flags:
    """Which occurrences stand in which kinds of context, shape (hits, kinds)."""
    words, flags = _beside()
    codes = np.pad(reading.codes, _REACH)
    steps = np.arange(_REACH)
    windows = np.zeros((len(_SIDES), len(hits.start), _REACH + 1), codes.dtype)
    windows[0, :, :_REACH] = _clause(codes[(hits.end + _REACH)[:, None] + steps])
    windows[1, :, :_REACH] = _clause(codes[(hits.start + _REACH - 1)[:, None] - steps])[:, ::-1]
    starts, which = words.match(windows.ravel())
    side, hit = np.divmod(starts // (_REACH + 1), max(len(hits.start), 1))
    found = np.zeros((len(hits.start), len(KINDS)), np.bool_)
    np.logical_or.at(found, hit, flags[side, which])
    for kind, earlier in _in_sentence().items():
        found[:, KINDS.index(kind)] |= _follows(reading, earlier.match(reading.codes)[0], hits)
    return found


def _clause(windows: Codes) -> Codes:
    """Windows that run away from an occurrence, blank from where its clause ends."""
    ended = np.logical_or.accumulate(_CLAUSE_ENDS[np.minimum(windows, len(_CLAUSE_ENDS) - 1)], axis=1)
    windows[ended] = 0
    return windows


def _follows(reading: Reading, places: Ints, hits: Hits) -> Flags:
    """Which occurrences have one of these places before them in their sentence."""
    places = np.append(-1, places)  # none
    last = places[np.searchsorted(places, hits.start) - 1]
    same: Flags = reading.sentence_of(last) == reading.sentence_of(hits.start)
    return same & (last >= 0)
