"""Titles and bodies of documents as one array, and the terms that occur in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from parknlp.doc import COMPANY, INSTITUTION, PARK
from parknlp.fold import codes_of, fold_codes, lower_codes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parknlp.doc import Doc

    from .terms import Ints
    from .vocabulary import Flags, Floats, Vocabulary

_NAMES: Final = frozenset((COMPANY, PARK, INSTITUTION))
_BREAKS: Final = np.zeros(0x10000, np.bool_)
_BREAKS[[ord(character) for character in "\n。!?;"]] = True


class Reading:
    """The titles and bodies of documents as one array of code points, each document after a line break.

    Attributes:
        codes: folded, in lower case.
        first: where each document begins, with its title if it has one.
        body: where each document's body begins.
        end: where each document ends.
        shift: what to add to a position in a body for the offset in `Doc.text`.
        title_shift: the same for the title; None where the title does not stand in the text.
        sentence: the number of the sentence of each code point; a sentence belongs to one document.
        named: whether a company, park or institution covers the code point.
        company: whether a company does.
    """

    def __init__(self, docs: Sequence[Doc]) -> None:
        pieces: list[str] = [""]
        places: list[tuple[int, int, int, int]] = []
        self.title_shift: list[int | None] = []
        companies: list[tuple[int, int]] = []
        others: list[tuple[int, int]] = []
        at = 1
        for doc in docs:
            start, stop = doc.body if doc.body[1] else (0, len(doc.text))
            first = at
            title = doc.title or ""
            if title and not doc.text.startswith(title, start):
                found = doc.text.find(title, 0, start)
                self.title_shift.append(None if found < 0 else found - at)
                pieces.append(title)
                at += len(title) + 1
            else:
                self.title_shift.append(start - at)
            move = at - start
            for span in doc.ents:
                if span.label in _NAMES and start <= span.start and span.end <= stop:
                    chosen = companies if span.label == COMPANY else others
                    chosen.append((span.start + move, span.end + move))
            pieces.append(doc.text[start:stop])
            places.append((first, at, at + stop - start, -move))
            at += stop - start + 1
        pieces.append("")
        self.codes = lower_codes(fold_codes(codes_of("\n".join(pieces))))
        self.first, self.body, self.end, self.shift = np.array(places, np.int64).reshape(-1, 4).T
        breaks = _BREAKS[np.minimum(self.codes, len(_BREAKS) - 1)]
        breaks[self.first - 1] = True  # a document's own line breaks may be part of what was folded
        self.sentence: Ints = np.cumsum(breaks, dtype=np.int64)
        self.company = self._covered(companies)
        self.named = self.company | self._covered(others)

    def __len__(self) -> int:
        return len(self.first)

    def _covered(self, spans: list[tuple[int, int]]) -> Flags:
        edges = np.zeros(len(self.codes), np.int32)
        starts, ends = np.array(spans, np.int64).reshape(-1, 2).T
        np.add.at(edges, starts, 1)
        np.add.at(edges, ends, -1)  # a document ends before its line break, so the end lies inside
        covered: Flags = np.cumsum(edges) > 0
        return covered

    def document_of(self, positions: Ints) -> Ints:
        """The document that holds each position."""
        return np.searchsorted(self.first, positions, side="right") - 1


class Hits(NamedTuple):
    """Occurrences of terms, sorted by place, none inside a longer one."""

    start: Ints
    end: Ints
    term: Ints
    document: Ints


def find_hits(reading: Reading, vocabulary: Vocabulary) -> Hits:
    """Every occurrence of a term that no longer occurrence covers."""
    start, term = vocabulary.terms.match(reading.codes)
    sure = ~vocabulary.short_firms()[term] | reading.company[start]
    start, term = start[sure], term[sure]
    end = start + vocabulary.terms.lengths[term]
    keep = np.ones(len(start), np.bool_)
    keep[1:] = end[1:] > np.maximum.accumulate(end)[:-1]
    start, end, term = start[keep], end[keep], term[keep]
    return Hits(start, end, term, reading.document_of(start))


class Votes(NamedTuple):
    """The same occurrences once for each chain for which (or, with a negative weight, against which) they speak."""

    start: Ints
    end: Ints
    term: Ints
    document: Ints
    chain: Ints
    weight: Floats


def votes_of(hits: Hits, vocabulary: Vocabulary) -> Votes:
    """The votes of occurrences, by place."""
    table = vocabulary.weights[hits.term]
    hit, chain = np.nonzero(table)
    return Votes(hits.start[hit], hits.end[hit], hits.term[hit], hits.document[hit], chain, table[hit, chain])
