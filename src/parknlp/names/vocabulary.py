"""Every word that gazetteers and rules look for, found in one pass over a batch."""

from __future__ import annotations

import functools
from typing import NamedTuple

from ..fold import Codes
from ..matcher import Hashes, Matchers
from . import companies, gazetteers, institutions, parks
from .words import places

Places = list[tuple[int, int]]


class Found(NamedTuple):
    """The (start, end) of each match, leftmost-longest of its kind.

    Attributes:
        known: names of the gazetteers.
        divisions: names of administrative divisions.
        parks: words that end parks' names.
        bodies: words that end institutions' names.
        firms: words that end company names.
    """

    known: Places
    divisions: Places
    parks: Places
    bodies: Places
    firms: Places


@functools.cache
def _matchers() -> Matchers:
    known = gazetteers.load().lexicons.surfaces()
    return Matchers([known, places().names, parks.anchors(), institutions.anchors(), companies.anchors()])


def find(codes: Codes, lower: str, hashes: Hashes) -> Found:
    """The words in a text, given in lower case, as the code points of that and their hashes."""
    return Found(*_matchers().find(codes, lower, hashes))
