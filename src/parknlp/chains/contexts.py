"""What stands directly beside the occurrences of words: makers, works, making; see ``data/chain_contexts.tsv``."""

from __future__ import annotations

import functools
from importlib import resources
from typing import TYPE_CHECKING, Final

import numpy as np

from .terms import Terms

if TYPE_CHECKING:
    from parknlp.fold import Codes

    from .reading import Hits
    from .vocabulary import Flags

KINDS: Final = ("firm", "works", "making")
"""The kinds of context."""

_SIDES: Final = ("after", "before")
_REACH: Final = 6
_CLAUSE_ENDS: Final = np.zeros(0x10000, np.bool_)
_CLAUSE_ENDS[[ord(character) for character in "\0\n。,;:!?"]] = True


@functools.cache
def _words() -> tuple[Terms, Flags]:
    """The words of all kinds, and for each side which kinds each word has there, shape (sides, words, kinds)."""
    text = (resources.files("parknlp") / "data" / "chain_contexts.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")][1:]
    words = sorted({word for _, _, word in rows})
    flags = np.zeros((len(_SIDES), len(words), len(KINDS)), np.bool_)
    for side, kind, word in rows:
        flags[_SIDES.index(side), words.index(word), KINDS.index(kind)] = True
    return Terms(words), flags


def contexts_of(codes: Codes, hits: Hits) -> Flags:
    """Which occurrences stand in which kinds of context, shape (hits, kinds); ``codes`` are folded."""
    words, flags = _words()
    padded = np.concatenate([np.zeros(_REACH, codes.dtype), codes, np.zeros(_REACH, codes.dtype)])
    steps = np.arange(_REACH)
    windows = np.zeros((len(_SIDES), len(hits.start), _REACH + 1), codes.dtype)
    windows[0, :, :_REACH] = _clause(padded[(hits.end + _REACH)[:, None] + steps])
    windows[1, :, :_REACH] = _clause(padded[(hits.start + _REACH - 1)[:, None] - steps])[:, ::-1]
    starts, which = words.match(windows.ravel())
    side, hit = np.divmod(starts // (_REACH + 1), max(len(hits.start), 1))
    found = np.zeros((len(hits.start), len(KINDS)), np.bool_)
    np.logical_or.at(found, hit, flags[side, which])
    return found


def _clause(windows: Codes) -> Codes:
    """Windows that run away from an occurrence, blank from where its clause ends."""
    ended = np.logical_or.accumulate(_CLAUSE_ENDS[np.minimum(windows, len(_CLAUSE_ENDS) - 1)], axis=1)
    windows[ended] = 0
    return windows
