"""Gold articles: rows whose text carries its spans as inline markup."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import regex

from ..doc import COMPANY, FIGURE, INSTITUTION, PARK, PERCENT, TIME, Doc, Span
from ..errors import DataError
from .articles import decode, read_rows

MARKUP: Final = {"C": COMPANY, "P": PARK, "F": FIGURE, "R": PERCENT, "T": TIME, "O": INSTITUTION}
"""Letter of the inline markup ``⟦L|surface⟧`` -> label."""

_MARK = regex.compile(r"⟦([CPFRTO])\|([^⟦⟧|]+)⟧")


def parse_markup(marked: str) -> tuple[str, tuple[Span, ...]]:
    """The plain text of an inline-marked one, and its spans.

    >>> text, spans = parse_markup("⟦P|镇江高新区⟧有企业⟦F|88家⟧")
    >>> text, [(span.start, span.end, span.label) for span in spans]
    ('镇江高新区有企业88家', [(0, 5, 'PARK'), (8, 11, 'FIGURE')])
    """
    pieces: list[str] = []
    spans: list[Span] = []
    at = length = 0
    for match in _MARK.finditer(marked):
        between, surface = marked[at : match.start()], match[2]
        start = length + len(between)
        length = start + len(surface)
        spans.append(Span(start, length, MARKUP[match[1]], surface, source="gold"))
        pieces += (between, surface)
        at = match.end()
    pieces.append(marked[at:])
    return "".join(pieces), tuple(spans)


def gold_doc(row: Mapping[str, Any]) -> Doc:
    """A gold article, a row with inline markup, as the `Doc` that tagging should give; ``meta`` is the row."""
    text, ents = parse_markup(row["text"])
    facts = [{**fact, "spans": {}} for fact in row.get("facts", ())]
    return Doc.from_dict(
        {
            "text": text,
            "title": row.get("title"),
            "meta": row,
            "ents": [span.to_dict() for span in ents],
            "chains": [
                {"id": c, "name": c, "cluster": "", "score": 1.0, "evidence": []} for c in row.get("chains") or ()
            ],
            "primary": row.get("primary"),
            "facts": facts,
            "located": row.get("located", ()),
        }
    )


def read_gold(path: str | Path) -> Iterator[Doc]:
    """The gold articles of a JSONL file with inline markup.

    Raises:
        DataError: a line that is no gold article; the message names file and line.
    """
    data = Path(path).read_bytes()
    for number, row in read_rows(decode(data, str(path)).text.split("\n"), str(path)):
        try:
            yield gold_doc(row)
        except (KeyError, TypeError, DataError) as error:
            raise DataError(f"{path}:{number}: no gold article: {error}") from None
