"""What a report keeps of a corpus: columns of numbers and short strings; the texts go out in chunks as they come."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ..doc import COMPANY, INSTITUTION, LABELS, PARK, Doc, Span
from ..duplicates import id_of
from ..facts import statements
from ..matcher import normalize
from ..rendering import describe
from ..tables import document_rows
from .places import place_of

Column = list[Any]

NAMED: Final = (COMPANY, PARK, INSTITUTION)
FACTS: Final = ("subject", "indicator", "value", "change", "change_kind", "period")
"""The columns of the table of indicators that are text, in order."""

_BIDI: Final = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_HIDDEN: Final = str.maketrans(
    {
        **dict.fromkeys(_BIDI, "\ufffd"),
        **{c: "\ufffd" for c in map(chr, range(0xA0)) if unicodedata.category(c) == "Cc"},
    }
    | {"\n": "\n", "\t": "\t"}
)


def visible(text: str) -> str:
    r"""The text with signs that would break a page (controls, bidirectional marks, lone surrogates) as U+FFFD; same length.

    >>> visible("园\u202e区\ud800") == "园\ufffd区\ufffd"
    True
    """
    shown = text.translate(_HIDDEN)
    try:
        shown.encode()
    except UnicodeEncodeError:
        shown = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in shown)
    return shown


class Numbering:
    """Numbers things in the order in which they are first seen.

    >>> numbers = Numbering()
    >>> [numbers.of(text) for text in ("产值", "税收", "产值")], numbers.items
    ([0, 1, 0], ['产值', '税收'])
    """

    def __init__(self) -> None:
        self._numbers: dict[Any, int] = {}

    def of(self, item: Any) -> int:
        """The number of an item; None has -1."""
        return -1 if item is None else self._numbers.setdefault(item, len(self._numbers))

    @property
    def items(self) -> Column:
        """The items by number."""
        return list(self._numbers)


class Names:
    """Companies, parks and institutions over all articles, each shown under its most frequent name."""

    def __init__(self) -> None:
        self._keys = Numbering()
        self._shown: list[Counter[str]] = []

    def of(self, name: str, label: str, kb_id: str | None) -> int:
        """The number of an entity: the same identifier, or else the same name but for case, width and traditional characters."""
        key = (label, kb_id or normalize([name.replace("\n", " ")])[0])
        number = self._keys.of(key)
        if number == len(self._shown):
            self._shown.append(Counter())
        self._shown[number][name] += 1
        return number

    def columns(self) -> dict[str, Column]:
        """Name and label (number in `NAMED`) of each entity."""
        return {
            "name": [visible(shown.most_common(1)[0][0]) for shown in self._shown],
            "label": [NAMED.index(label) for label, _ in self._keys.items],
        }


def _entities(doc: Doc) -> Iterator[tuple[str, str, str | None]]:
    """(name, label, kb_id) of each entity; a span that belongs to no group stands for itself."""
    for entity in doc.entities:
        yield entity.name, entity.label, entity.kb_id
    for span in doc.ents:
        if span.group is None and span.label in NAMED:
            yield span.text, span.label, span.kb_id


def _day(published: str | None) -> str | None:
    """The day as YYYY-MM-DD; None for what is no date, as documents may have that were not tagged here."""
    try:
        return published and dt.date.fromisoformat(published[:10]).isoformat()
    except (ValueError, TypeError):
        return None


def _span_row(span: Span) -> Column:
    return [
        span.start,
        span.end,
        LABELS.index(span.label) if span.label in LABELS else 0,
        visible(describe(span.value)),
        span.kb_id or "",
        span.source,
        round(span.score, 2),
    ]


class Collector:
    """Takes articles one by one.

    Attributes:
        articles: number of articles so far.
        columns: of the articles; ``names`` are numbers of `Names`, ``chains`` numbers of chains.
        facts: columns of the indicator statements; text columns are numbers of ``strings``.
    """

    def __init__(self) -> None:
        self.articles = 0
        self.names = Names()
        self.chains = Numbering()
        self.places = Numbering()
        self.strings = Numbering()
        self.columns: dict[str, Column] = {
            key: [] for key in ("id", "title", "date", "place", "chains", "primary", "names", "located")
        }
        self.facts: dict[str, Column] = {key: [] for key in ("article", *FACTS, "number", "unit")}
        self._chain_names: dict[str, str] = {}
        self._texts: list[Column] = []

    def add(self, doc: Doc) -> None:
        """Take an article."""
        for chain in doc.chains:
            self._chain_names.setdefault(chain.id, chain.name or chain.id)
        entities = dict.fromkeys(self.names.of(*entity) for entity in _entities(doc))
        row = {
            "id": visible(id_of(doc)),
            "title": visible(doc.title or next(filter(None, map(str.strip, doc.text.split("\n"))), "")[:60]),
            "date": _day(doc.published),
            "place": self.places.of(place_of(doc)),
            "chains": [self.chains.of(chain.id) for chain in doc.chains],
            "primary": self.chains.of(doc.primary),
            "names": list(entities),
            "located": len(doc.located),
        }
        for key, column in self.columns.items():
            column.append(row[key])
        self._texts.append(self._text(doc, self._add_facts(doc)))
        self.articles += 1

    def _add_facts(self, doc: Doc) -> tuple[int, int]:
        """Adds the statements; the range of their numbers."""
        first = len(self.facts["article"])
        for row in document_rows(doc):
            self.facts["article"].append(self.articles)
            for key in FACTS:
                self.facts[key].append(self.strings.of(None if row[key] is None else visible(row[key])))
            low, unit = ("value_low", "value_unit") if row["value"] is not None else ("change_low", "change_unit")
            self.facts["number"].append(None if row[low] is None else float(row[low]))  # to sort by; exact in the text
            self.facts["unit"].append(self.strings.of(row[unit]))
        return first, len(self.facts["article"])

    def _text(self, doc: Doc, facts: tuple[int, int]) -> Column:
        """What the page needs to show one article."""
        evidence = [
            [
                self.chains.of(chain.id),
                round(chain.score, 2),
                [[piece.start, piece.end, round(piece.weight, 2)] for piece in chain.evidence],
            ]
            for chain in doc.chains
        ]
        located = [[visible(company), visible(park)] for company, park in doc.located]
        spans = [_span_row(span) for span in doc.ents]
        stated = [sorted(set(group[0].spans.values())) for group in statements(doc.facts)]
        body = list(doc.body) if doc.body[1] > doc.body[0] else [0, len(doc.text)]
        return [visible(doc.text), body, spans, evidence, located, list(facts), stated, visible(doc.error or "")]

    def take_texts(self) -> list[Column]:
        """The texts since the last call."""
        taken, self._texts = self._texts, []
        return taken

    def core(self) -> Mapping[str, Any]:
        """Everything but texts and facts, as plain data."""
        return {
            "articles": self.columns,
            "names": self.names.columns(),
            "chains": [[chain, self._chain_names.get(chain, chain)] for chain in self.chains.items],
            "places": self.places.items,
        }

    def statements(self) -> Mapping[str, Any]:
        """The facts, as plain data."""
        return {"columns": self.facts, "strings": self.strings.items}
