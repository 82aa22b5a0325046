"""Titles and bodies of documents as one array, and the terms that occur in them."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from ..doc import COMPANY, INSTITUTION, PARK
from ..fold import codes_of, fold_lower_codes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..doc import Doc
    from .terms import Ints
    from .vocabulary import Vocabulary

IN_COMPANY: Final = 1
IN_PARK: Final = 2
IN_INSTITUTION: Final = 3
_KINDS: Final = {COMPANY: IN_COMPANY, PARK: IN_PARK, INSTITUTION: IN_INSTITUTION}
_SENTENCE_ENDS: Final = "\n。!?;"
_CLAUSE_ENDS: Final = _SENTENCE_ENDS + "\0,:"
_LAST_CODE: Final = 0xFFFF


@functools.cache
def _ends() -> npt.NDArray[np.uint8]:
    """Which characters end a clause (1), and a sentence too (3)."""
    table = np.zeros(_LAST_CODE + 1, np.uint8)
    for characters, value in ((_CLAUSE_ENDS, 1), (_SENTENCE_ENDS, 3)):
        table[[ord(character) for character in characters]] = value
    return table


class Reading:
    """The titles and bodies of documents as one array of code points, each document after a line break.

    Attributes:
        codes: folded, in lower case.
        first: where each document begins, with its title if it has one.
        body: where each document's body begins.
        end: where each document ends.
    """

    def __init__(self, docs: Sequence[Doc]) -> None:
        pieces: list[str] = [""]
        places: list[tuple[int, int, int, int, int | None]] = []
        names: list[tuple[int, int, int]] = []
        at = 1
        for doc in docs:
            start, stop = doc.body if doc.body[1] else (0, len(doc.text))
            first = at
            title, title_shift = doc.title or "", None
            if title and not doc.text.startswith(title, start):
                found = doc.text.find(title, 0, start)
                title_shift = None if found < 0 else found - at
                pieces.append(title)
                at += len(title) + 1
            move = at - start
            names += [
                (span.start + move, span.end + move, _KINDS[span.label])
                for span in doc.ents
                if span.label in _KINDS and start <= span.start and span.end <= stop
            ]
            pieces.append(doc.text[start:stop])
            places.append((first, at, at + stop - start, -move, title_shift))
            at += stop - start + 1
        pieces.append("")
        self.codes = fold_lower_codes(codes_of("\n".join(pieces)))
        self._places = places
        self.first, self.body, self.end = np.array([place[:3] for place in places], np.int64).reshape(-1, 3).T.copy()
        names.sort()
        self._names = np.array([(0, 0, 0), *names], np.int64).T
        ends = _ends().take(self.codes, mode="clip")
        self._clause_ends = ends.nonzero()[0]
        self._sentence_ends = (ends > 1).nonzero()[0]

    def __len__(self) -> int:
        return len(self.first)

    def document_of(self, positions: Ints) -> Ints:
        """The document that holds each position."""
        return np.asarray(self.first.searchsorted(positions, side="right") - 1)

    def shift_of(self, position: int, document: int) -> int | None:
        """What to add to a position in this document for the offset in `Doc.text`; None in a title that does not stand there."""
        _, body, _, shift, title_shift = self._places[document]
        return title_shift if position < body else shift

    def sentence_of(self, positions: Ints) -> Ints:
        """The number of the sentence that holds each position; a sentence belongs to one document."""
        return self._sentence_ends.searchsorted(positions, side="right")

    def clause_of(self, positions: Ints) -> Ints:
        """The number of the clause that holds each position; what ends a clause is its last character."""
        return self._clause_ends.searchsorted(positions)

    def name_of(self, positions: Ints) -> Ints:
        """The kind of name (`IN_COMPANY`, `IN_PARK`, `IN_INSTITUTION`) that holds each position, or 0."""
        starts, ends, kinds = self._names
        at = starts.searchsorted(positions, side="right") - 1
        return np.where(positions < ends[at], kinds[at], 0)


class Occurrences(NamedTuple):
    """Places of words, sorted."""

    start: Ints
    end: Ints
    term: Ints


class Hits(NamedTuple):
    """Occurrences of terms, sorted by place, none inside a longer one.

    ``near`` has the occurrences of words that say something about the terms near them, wherever they stand.
    """

    start: Ints
    end: Ints
    term: Ints
    document: Ints
    near: Occurrences


def find_hits(reading: Reading, vocabulary: Vocabulary) -> Hits:
    """Every occurrence of a term that no longer occurrence covers."""
    start, term = vocabulary.terms.match(reading.codes)
    lengths = vocabulary.terms.lengths
    speaks = vocabulary.contexts.speaks[term].nonzero()[0]
    near = Occurrences(start[speaks], start[speaks] + lengths[term[speaks]], term[speaks])
    own = term < len(vocabulary.terms.terms)
    start, term = start[own], term[own]
    short = vocabulary.short_firms[term].nonzero()[0]
    if len(short):
        sure = np.ones(len(start), np.bool_)
        sure[short] = reading.name_of(start[short]) == IN_COMPANY
        start, term = start[sure], term[sure]
    end = start + lengths[term]
    keep = np.ones(len(start), np.bool_)
    keep[1:] = end[1:] > np.maximum.accumulate(end)[:-1]
    start, end, term = start[keep], end[keep], term[keep]
    return Hits(start, end, term, reading.document_of(start), near)
