"""A batch of documents as one text: what every tagging stage works on.

The documents are folded and joined, each with the same left and right context (a line break, U+0000, a line break), so a
rule or an array operation runs once over the whole batch and can neither see nor match across documents: folding
turns every U+0000 of a document into a blank.
"""

from __future__ import annotations

import bisect
import functools
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from .doc import Span, Value, builder
from .fold import Codes, codes_of, fold_codes, lower_codes, text_of

SEPARATOR = "\n\0\n"

_span = builder(Span)


class Candidate(NamedTuple):
    """A proposed span in the coordinates of a `TextBatch`; `names.resolve` chooses among overlapping ones."""

    start: int
    end: int
    label: str
    source: str
    score: float = 1.0
    value: Value | None = None
    kb_id: str | None = None


class TextBatch:
    """Folded documents as one string.

    Attributes:
        originals: the documents as given.
        raw: the documents joined, not folded; same offsets as ``text``.
        text: the documents folded and joined, a `SEPARATOR` before, between and after them.
        starts: offset in ``text`` of each document's first code point.
        ends: offset after each document's last code point.

    >>> batch = TextBatch(["１亩", "二畝"])
    >>> batch.text.split(SEPARATOR)
    ['', '1亩', '二亩', '']
    >>> batch.document_of(batch.text.index("二"))
    1
    """

    def __init__(self, originals: Sequence[str]) -> None:
        self.originals = tuple(originals)
        self.raw = SEPARATOR + "".join(original + SEPARATOR for original in self.originals)
        self.starts: list[int] = []
        self.ends: list[int] = []
        at = len(SEPARATOR)
        for original in self.originals:
            self.starts.append(at)
            self.ends.append(at + len(original))
            at += len(original) + len(SEPARATOR)
        codes = fold_codes(codes_of(self.raw))
        codes[[1, *(end + 1 for end in self.ends)]] = 0  # folding made blanks of them
        codes.setflags(write=False)
        self.codes = codes
        self.text = text_of(codes)

    @functools.cached_property
    def lower(self) -> Codes:
        """The code points of ``text`` in lower case, shape (len(text),)."""
        return lower_codes(self.codes)

    def __len__(self) -> int:
        return len(self.originals)

    def folded(self) -> list[str]:
        """Each document's text, folded."""
        return [self.text[start:end] for start, end in zip(self.starts, self.ends, strict=True)]

    def document_of(self, position: int) -> int:
        """Index of the document that holds this offset of ``text``."""
        return bisect.bisect_right(self.starts, position) - 1

    def spans(self, candidates: Iterable[Candidate]) -> list[list[Span]]:
        """Each document's spans, in document coordinates, in the order of ``candidates``."""
        found: list[list[Span]] = [[] for _ in self.originals]
        offset, limit = 0, -1
        for start, end, label, source, score, value, kb_id in candidates:
            if not offset <= start < limit:
                index = self.document_of(start)
                offset, limit, text, spans = self.starts[index], self.ends[index], self.originals[index], found[index]
            first, last = start - offset, end - offset
            spans.append(_span(first, last, label, text[first:last], value, kb_id, score, source, None))
        return found
