"""The vocabulary of parknlp: what a tagged document is made of.

Every offset is a code point index into the text that was given, half-open: ``span.text == doc.text[span.start:span.end]``.
"""

from __future__ import annotations

import copyreg
import dataclasses
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, TypeVar

from .errors import DataError, OptionError
from .isolation import EXACT
from .sentences import sentence_spans

COMPANY: Final = "COMPANY"
PARK: Final = "PARK"
FIGURE: Final = "FIGURE"
PERCENT: Final = "PERCENT"
TIME: Final = "TIME"
INSTITUTION: Final = "INSTITUTION"
LABELS: Final = (COMPANY, PARK, FIGURE, PERCENT, TIME, INSTITUTION)
"""Every entity label, in the order in which reports list them."""

BOUNDS: Final = ("exact", "about", "at_least", "at_most", "above", "below")
"""How the words around a number qualify it."""

PARTS: Final = ("subject", "indicator", "value", "change", "change_kind", "period")
"""The parts of a fact, in the order of a table's columns."""


_Kind = TypeVar("_Kind")


def builder(kind: type[_Kind]) -> Callable[..., _Kind]:
    """A constructor of a frozen dataclass that takes every field by place and is three times as fast as its own.

    A frozen class sets its fields one by one through a guard. This fills a twin that has the same slots and no guard, and then
    makes it one of the class.

    >>> make = builder(Token)
    >>> make(0, 2, "孚能") == Token(0, 2, "孚能")
    True
    """
    names = _names(kind)
    twin = type(f"_{kind.__name__}", (), {"__slots__": names})
    lines = [f"def build({', '.join(names)}):", "made = twin()", *(f"made.{name} = {name}" for name in names)]
    scope: dict[str, Any] = {"twin": twin, "kind": kind}
    exec("\n ".join([*lines, "made.__class__ = kind", "return made"]), scope)  # noqa: S102 - as dataclasses does it
    build: Callable[..., _Kind] = scope["build"]
    return build


def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(each.name for each in dataclasses.fields(kind))


def _pickled(kind: type[Any]) -> None:
    """Pickle a frozen dataclass as a call of its `builder`, far faster than field by field: documents cross between processes."""
    build, fields = builder(kind), operator.attrgetter(*_names(kind))
    build.__module__, build.__qualname__ = __name__, f"{kind.__name__}._build"
    kind._build = staticmethod(build)  # noqa: SLF001 - where unpickling finds it
    copyreg.pickle(kind, lambda made: (build, fields(made)))


def _plain(number: Decimal) -> str:
    """A number without exponent and without idle zeros: ``110470000000``, ``0.052``."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True, slots=True)
class Quantity:
    """The exact value of a figure or percentage.

    Attributes:
        low: lower end in the base unit; equal to ``high`` unless the text gives a range.
        high: upper end in the base unit.
        unit: base unit: a UCUM code (``m2``, ``t``), an ISO 4217 code (``CNY``), ``%`` for percentages, ``pp`` for percentage
            points, ``1`` for multiples and fractions, or the measure word (``家``) for things counted.
        dimension: ``money``, ``area``, ``count``, ``fraction``, …
        bound: one of `BOUNDS`, from the words around the span (近, 超, 以上).
        written_low: lower end in the unit as written.
        written_high: upper end in the unit as written.
        written_unit: the unit as written, with its scale (``亿元``).

    >>> q = Quantity(Decimal(110470000000), Decimal(110470000000), "CNY", "money", "exact",
    ...              Decimal("1104.7"), Decimal("1104.7"), "亿元")
    >>> q.value, q.is_range
    (Decimal('110470000000'), False)
    >>> Quantity.from_dict(q.to_dict()) == q
    True
    """

    low: Decimal
    high: Decimal
    unit: str
    dimension: str
    bound: str
    written_low: Decimal
    written_high: Decimal
    written_unit: str

    @property
    def is_range(self) -> bool:
        """Whether the text gives two ends (8~10家)."""
        return self.low != self.high

    @property
    def value(self) -> Decimal | None:
        """The number in the base unit, or None where the text gives a range."""
        return None if self.is_range else self.low

    def to_dict(self) -> dict[str, str]:
        """Every field as text, numbers without exponent, so that JSON keeps them exact."""
        return {
            "low": _plain(self.low),
            "high": _plain(self.high),
            "unit": self.unit,
            "dimension": self.dimension,
            "bound": self.bound,
            "written_low": _plain(self.written_low),
            "written_high": _plain(self.written_high),
            "written_unit": self.written_unit,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Quantity:
        """The inverse of `to_dict`."""
        return cls(
            low=Decimal(data["low"]),
            high=Decimal(data["high"]),
            unit=data["unit"],
            dimension=data["dimension"],
            bound=data["bound"],
            written_low=Decimal(data["written_low"]),
            written_high=Decimal(data["written_high"]),
            written_unit=data["written_unit"],
        )


@dataclass(frozen=True, slots=True)
class Period:
    """The value of a time: what it says, and the days it covers once a reference date is known.

    Attributes:
        symbol: the period in a notation that needs no reference date: ``2025-H1``, ``H1``, ``Y-1`` (last year), ``2024-01/2025-06``;
            see ``quantity/periods.py`` for all of it.
        start: first day as ISO 8601 (``2025-01-01``), or None while it cannot be resolved.
        end: last day, inclusive, or None.

    >>> Period.from_dict(Period("2025-H1", "2025-01-01", "2025-06-30").to_dict()).end
    '2025-06-30'
    """

    symbol: str
    start: str | None = None
    end: str | None = None

    def to_dict(self) -> dict[str, str | None]:
        """The three fields."""
        return {"symbol": self.symbol, "start": self.start, "end": self.end}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Period:
        """The inverse of `to_dict`."""
        return cls(data["symbol"], data["start"], data["end"])


Value = Quantity | Period


def _value_from(data: Mapping[str, Any] | None) -> Value | None:
    if data is None:
        return None
    return Period.from_dict(data) if "symbol" in data else Quantity.from_dict(data)


@dataclass(frozen=True, slots=True)
class Span:
    """A labelled piece of the text.

    Attributes:
        start: first code point.
        end: code point after the last.
        label: one of `LABELS`.
        text: the surface, ``doc.text[start:end]``.
        value: a `Quantity` (FIGURE, PERCENT) or a `Period` (TIME), else None.
        kb_id: the identifier in a gazetteer or lexicon, or None.
        score: probability that the span is right; 1.0 for rules and gazetteers.
        source: what decided, as ``kind:name`` (``rule:legal-form``, ``gazetteer:parks``, ``lexicon:my_names``, ``model:crf``).
        group: number of the entity within the document that a company, park or institution is a mention of; see `Doc.entities`.
    """

    start: int
    end: int
    label: str
    text: str
    value: Value | None = None
    kb_id: str | None = None
    score: float = 1.0
    source: str = ""
    group: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """The span with spaCy's keys."""
        return {
            "start": self.start,
            "end": self.end,
            "label": self.label,
            "text": self.text,
            "value": None if self.value is None else self.value.to_dict(),
            "kb_id": self.kb_id,
            "score": self.score,
            "source": self.source,
            "group": self.group,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Span:
        """The inverse of `to_dict`."""
        return cls(
            data["start"],
            data["end"],
            data["label"],
            data["text"],
            _value_from(data.get("value")),
            data.get("kb_id"),
            data.get("score", 1.0),
            data.get("source", ""),
            data.get("group"),
        )


@dataclass(frozen=True, slots=True)
class Entity:
    """Something that a document names, once or several times.

    Attributes:
        name: the canonical name: the fullest surface of the document.
        label: COMPANY, PARK or INSTITUTION.
        kb_id: the identifier in a gazetteer or lexicon, or None.
        mentions: its spans, in the order of the text.
    """

    name: str
    label: str
    kb_id: str | None
    mentions: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a tokenizer with its offsets."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A piece of the text that speaks for a chain, with its share of the decision."""

    text: str
    weight: float
    start: int
    end: int

    def to_dict(self) -> dict[str, Any]:
        """The four fields."""
        return {"text": self.text, "weight": self.weight, "start": self.start, "end": self.end}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Evidence:
        """The inverse of `to_dict`."""
        return cls(data["text"], data["weight"], data["start"], data["end"])


@dataclass(frozen=True, slots=True)
class ChainScore:
    """An industry chain that a document treats, with its probability and the evidence, strongest first."""

    id: str
    name: str
    cluster: str
    score: float
    evidence: tuple[Evidence, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The five fields."""
        return {
            "id": self.id,
            "name": self.name,
            "cluster": self.cluster,
            "score": self.score,
            "evidence": [piece.to_dict() for piece in self.evidence],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ChainScore:
        """The inverse of `to_dict`."""
        evidence = tuple(Evidence.from_dict(piece) for piece in data["evidence"])
        return cls(data["id"], data["name"], data["cluster"], data["score"], evidence)


@dataclass(frozen=True, slots=True)
class Fact:
    """An indicator statement: who, what, how much, how it changed, when.

    The six parts are surfaces as the annotation guidelines define them: ``change`` carries its sign (``+11.2%``), and
    ``indicator`` may be composed of several pieces of the sentence.

    Attributes:
        spans: part name -> (start, end) for each part that stands in the text as one piece (the sign of ``change`` apart).
        source: the rule that made the fact.
        quantity: the exact value, the `Quantity` of the span at ``spans["value"]``.
        change_quantity: the exact change with its sign.
    """

    subject: str | None
    indicator: str | None
    value: str | None
    change: str | None
    change_kind: str | None
    period: str | None
    spans: Mapping[str, tuple[int, int]] = field(default_factory=dict, hash=False)
    source: str = ""
    quantity: Quantity | None = None
    change_quantity: Quantity | None = None

    def to_dict(self) -> dict[str, Any]:
        """The six surfaces, the offsets and the rule; exact values stand in the document's ``ents``."""
        row: dict[str, Any] = {part: getattr(self, part) for part in PARTS}
        row["spans"] = {part: list(place) for part, place in self.spans.items()}
        row["source"] = self.source
        return row

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], ents: Iterable[Span] = ()) -> Fact:
        """The inverse of `to_dict`; exact values are looked up in ``ents``, the document's spans."""
        places: dict[str, tuple[int, int]] = {
            part: (start, end) for part, (start, end) in (data.get("spans") or {}).items()
        }
        fact = cls(
            subject=data["subject"],
            indicator=data["indicator"],
            value=data["value"],
            change=data["change"],
            change_kind=data["change_kind"],
            period=data["period"],
            spans=places,
            source=data.get("source", ""),
        )
        return fact.with_quantities(ents)

    def with_quantities(self, ents: Iterable[Span]) -> Fact:
        """The same fact with the exact values of those of ``ents`` that stand at its value and its change."""
        wanted = {self.spans.get("value"): "value", self.spans.get("change"): "change"}
        found: dict[str, Quantity] = {}
        for span in ents:
            part = wanted.get((span.start, span.end))
            if part is not None and isinstance(span.value, Quantity):
                found[part] = span.value
        change = found.get("change")
        if change is not None and self.change is not None:
            change = signed(change, self.change)
        return dataclasses.replace(self, quantity=found.get("value"), change_quantity=change)


_quantity = builder(Quantity)


def signed(quantity: Quantity, change: str) -> Quantity:
    """``quantity`` with the sign that the surface ``change`` carries."""
    if not change.startswith("-") or quantity.high < 0:
        return quantity
    return _quantity(
        EXACT.minus(quantity.high),
        EXACT.minus(quantity.low),
        quantity.unit,
        quantity.dimension,
        quantity.bound,
        EXACT.minus(quantity.written_high),
        EXACT.minus(quantity.written_low),
        quantity.written_unit,
    )


Words = Callable[[str], "tuple[Token, ...]"]


@dataclass(frozen=True, slots=True)
class Doc:
    """A tagged document.

    Attributes:
        text: the text that was given.
        title: the headline that was given, or the one found on the page.
        published: publication date (ISO 8601) that was given or found, or None.
        meta: whatever the caller handed in.
        ents: every span, sorted and disjoint.
        cats: chain id -> calibrated probability, for every chain of the taxonomy.
        chains: the accepted chains, best first.
        primary: id of the chain that dominates, or None.
        clusters: ids of the clusters of the accepted chains.
        facts: indicator statements in the order of the text.
        located: (company surface, park surface) pairs.
        body: (start, end) of the article proper.
        error: why this document is empty, or None.
        tokenizer: makes ``tokens``; not part of the document's value.

    >>> doc = Doc("镇江高新区有企业88家", ents=(Span(0, 5, PARK, "镇江高新区"), Span(8, 11, FIGURE, "88家")))
    >>> [span.text for span in doc.parks], [span.text for span in doc.figures]
    (['镇江高新区'], ['88家'])
    >>> Doc.from_dict(doc.to_dict()) == doc
    True
    """

    text: str
    title: str | None = None
    published: str | None = None
    meta: Any = None
    ents: tuple[Span, ...] = ()
    cats: Mapping[str, float] = field(default_factory=dict, hash=False)
    chains: tuple[ChainScore, ...] = ()
    primary: str | None = None
    clusters: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    located: tuple[tuple[str, str], ...] = ()
    body: tuple[int, int] = (0, 0)
    error: str | None = None
    tokenizer: Words | None = field(default=None, compare=False, repr=False)

    def labelled(self, label: str) -> tuple[Span, ...]:
        """The spans with this label, in order."""
        return tuple(span for span in self.ents if span.label == label)

    @property
    def companies(self) -> tuple[Span, ...]:
        """The COMPANY spans."""
        return self.labelled(COMPANY)

    @property
    def parks(self) -> tuple[Span, ...]:
        """The PARK spans."""
        return self.labelled(PARK)

    @property
    def figures(self) -> tuple[Span, ...]:
        """The FIGURE spans."""
        return self.labelled(FIGURE)

    @property
    def percents(self) -> tuple[Span, ...]:
        """The PERCENT spans."""
        return self.labelled(PERCENT)

    @property
    def times(self) -> tuple[Span, ...]:
        """The TIME spans."""
        return self.labelled(TIME)

    @property
    def institutions(self) -> tuple[Span, ...]:
        """The INSTITUTION spans."""
        return self.labelled(INSTITUTION)

    @property
    def entities(self) -> tuple[Entity, ...]:
        """Companies, parks and institutions with all their mentions, by first mention.

        >>> names = Span(0, 12, COMPANY, "孚能科技（镇江）有限公司", group=0), Span(13, 15, COMPANY, "孚能", group=0)
        >>> [(entity.name, len(entity.mentions)) for entity in Doc("孚能科技（镇江）有限公司，孚能", ents=names).entities]
        [('孚能科技（镇江）有限公司', 2)]
        """
        groups: dict[int, list[Span]] = {}
        for span in self.ents:
            if span.group is not None:
                groups.setdefault(span.group, []).append(span)
        return tuple(
            Entity(
                max((span.text for span in spans), key=len),
                spans[0].label,
                next((span.kb_id for span in spans if span.kb_id is not None), None),
                tuple(spans),
            )
            for spans in groups.values()
        )

    @property
    def sents(self) -> tuple[tuple[int, int], ...]:
        """The (start, end) of every sentence, computed on demand."""
        return sentence_spans(self.text)

    @property
    def tokens(self) -> tuple[Token, ...]:
        """The words of the text, computed on demand.

        Raises:
            OptionError: the document has no tokenizer (it was made by hand or by `from_dict` without one).
        """
        if self.tokenizer is None:
            raise OptionError("this document has no tokenizer: use Doc.from_dict(data, tokenizer=nlp.tokenizer)")
        return self.tokenizer(self.text)

    def to_dict(self) -> dict[str, Any]:
        """The document as plain data that JSON can hold (as far as it can hold ``meta``), with spaCy's keys."""
        return {
            "text": self.text,
            "title": self.title,
            "published": self.published,
            "meta": self.meta,
            "ents": [span.to_dict() for span in self.ents],
            "cats": dict(self.cats),
            "chains": [chain.to_dict() for chain in self.chains],
            "primary": self.primary,
            "clusters": list(self.clusters),
            "facts": [fact.to_dict() for fact in self.facts],
            "located": [list(pair) for pair in self.located],
            "body": list(self.body),
            "error": self.error,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], tokenizer: Words | None = None) -> Doc:
        """The inverse of `to_dict`; keys other than ``text`` may be absent.

        Raises:
            DataError: ``data`` is no tagged document; the message names the key.
        """
        try:
            ents = tuple(Span.from_dict(span) for span in data.get("ents", ()))
            start, end = data.get("body") or (0, len(data["text"]))
            return cls(
                text=data["text"],
                title=data.get("title"),
                published=data.get("published"),
                meta=data.get("meta"),
                ents=ents,
                cats=dict(data.get("cats") or {}),
                chains=tuple(ChainScore.from_dict(chain) for chain in data.get("chains", ())),
                primary=data.get("primary"),
                clusters=tuple(data.get("clusters", ())),
                facts=tuple(Fact.from_dict(fact, ents) for fact in data.get("facts", ())),
                located=tuple((company, park) for company, park in data.get("located", ())),
                body=(start, end),
                error=data.get("error"),
                tokenizer=tokenizer,
            )
        except KeyError as error:
            raise DataError(f"no tagged document: key {error} is missing") from None
        except (TypeError, AttributeError, ArithmeticError, ValueError) as error:
            raise DataError(f"no tagged document: {error}") from None

    def _repr_html_(self) -> str:
        from .rendering import render  # only a notebook asks; render knows the vocabulary, not vice versa

        return render(self, style="html")


for _kind in (Quantity, Period, Span, Entity, Token, Evidence, ChainScore, Fact, Doc):
    _pickled(_kind)
