"""parknlp as a component of a spaCy pipeline: ``nlp.add_pipe("parknlp")`` (extra ``spacy``).

The component sets

- ``doc._.parknlp``, the tagged document, with exact offsets, values, chains and facts;
- ``doc.ents``, and ``doc.spans["parknlp"]``, the same spans in spaCy's tokens; ``span._.parknlp`` is what parknlp knows of one;
- ``doc.cats``, the probability of every industry chain.

Of a document that is made first, ``doc.user_data["title"]`` and ``doc.user_data["published"]`` are its headline and its date.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from spacy.language import Language
from spacy.tokens import Doc as SpacyDoc
from spacy.tokens import Span as SpacySpan
from spacy.util import filter_spans

from .doc import LABELS, Doc, Span
from .errors import OptionError
from .lexicon import Lexicon
from .pipeline import Pipeline, load

__all__ = ["Component", "make_component"]

_ALIGNMENTS: Final = ("expand", "contract", "strict")

KEY: Final = "parknlp"
"""Under it ``user_data`` holds the tagged document as plain data, which spaCy writes and sends to other processes with the rest."""

_read: weakref.WeakKeyDictionary[SpacyDoc, Doc] = weakref.WeakKeyDictionary()


def _tagged(doc: SpacyDoc) -> Doc | None:
    """What parknlp found in a document of spaCy; None before the component has seen it."""
    data = doc.user_data.get(KEY)
    if data is None:
        return None
    if doc not in _read:
        _read[doc] = Doc.from_dict({**data, "text": doc.text})
    return _read[doc]


def _tagged_span(span: SpacySpan) -> Span | None:
    """The span of parknlp with the same label that overlaps a span of spaCy."""
    tagged = _tagged(span.doc)
    ents = () if tagged is None else tagged.labelled(span.label_)
    return next((own for own in ents if own.start < span.end_char and span.start_char < own.end), None)


SpacyDoc.set_extension(KEY, getter=_tagged, force=True)
SpacySpan.set_extension(KEY, getter=_tagged_span, force=True)


class Component:
    """The component; ``add_pipe("parknlp", config={...})`` makes one, with the arguments of `make_component`."""

    labels: tuple[str, ...] = LABELS

    def __init__(self, pipeline: Pipeline, *, spans_key: str | None, overwrite_ents: bool, align: str) -> None:
        self.pipeline = pipeline
        self.spans_key = spans_key
        self.overwrite_ents = overwrite_ents
        self.align = align

    def __call__(self, doc: SpacyDoc) -> SpacyDoc:
        """Tag one document."""
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[SpacyDoc], *, batch_size: int = 64) -> Iterator[SpacyDoc]:
        """Tag a stream of documents, in order."""
        items = (({**_given(doc), "text": doc.text}, doc) for doc in stream)
        for tagged, doc in self.pipeline.pipe(items, as_tuples=True, batch_size=batch_size):
            self._set(doc, tagged)
            yield doc

    def _set(self, doc: SpacyDoc, tagged: Doc) -> None:
        data = tagged.to_dict()
        del data["text"]  # the document of spaCy has it
        doc.user_data[KEY] = data
        _read[doc] = tagged
        doc.cats.update(tagged.cats)
        spans = [span for own in tagged.ents if (span := self._span(doc, own)) is not None]
        if self.spans_key is not None:
            doc.spans[self.spans_key] = spans
        spans = filter_spans(spans)  # two that were grown to the same token
        rivals, others = (doc.ents, spans) if self.overwrite_ents else (spans, doc.ents)
        doc.ents = [*others, *_apart(rivals, others)]

    def _span(self, doc: SpacyDoc, own: Span) -> SpacySpan | None:
        return doc.char_span(own.start, own.end, own.label, own.kb_id or "", alignment_mode=self.align)


def _given(doc: SpacyDoc) -> dict[str, Any]:
    """Headline and date that came with a document."""
    return {key: doc.user_data[key] for key in ("title", "published") if key in doc.user_data}


def _apart(spans: Iterable[SpacySpan], others: Iterable[SpacySpan]) -> list[SpacySpan]:
    """Those of some spans that share no token with the others."""
    taken = {at for span in others for at in range(span.start, span.end)}
    return [span for span in spans if taken.isdisjoint(range(span.start, span.end))]


@Language.factory(
    "parknlp",
    assigns=["doc._.parknlp", "doc.ents", "doc.spans", "doc.cats"],
    default_config={
        "lexicons": [],
        "taxonomy": None,
        "chains": None,
        "spans_key": KEY,
        "overwrite_ents": True,
        "align": "expand",
    },
)
def make_component(
    nlp: Language,  # noqa: ARG001 - spaCy hands both in
    name: str,  # noqa: ARG001
    lexicons: Sequence[str],
    taxonomy: str | None,
    chains: str | None,
    spans_key: str | None,
    overwrite_ents: bool,
    align: str,
) -> Component:
    """The factory that the entry point names, so that ``add_pipe("parknlp")`` works without an import.

    Args:
        nlp: the pipeline of spaCy.
        name: of the component in it.
        lexicons: paths of your own names (`Lexicon.from_tsv`).
        taxonomy: path of your own industry chains.
        chains: path of a chain classifier that you have trained.
        spans_key: the key of ``doc.spans``; None sets none.
        overwrite_ents: whether parknlp's spans win over entities that an earlier component has set and that they overlap.
        align: what becomes of a span whose end lies inside of a token of spaCy: it grows to the token's border (``"expand"``), shrinks
            (``"contract"``), or is left out of ``doc.ents`` and ``doc.spans`` (``"strict"``). ``doc._.parknlp`` is exact in any case.

    Raises:
        OptionError: an argument makes no sense.
        DataError, ModelError: as for `parknlp.load`.

    >>> import spacy
    >>> nlp = spacy.blank("zh")
    >>> component = nlp.add_pipe("parknlp")
    >>> doc = nlp("上半年，镇江高新区实现产值52亿元。")
    >>> [(ent.text, ent.label_) for ent in doc.ents]
    [('上半年', 'TIME'), ('镇江高新区', 'PARK'), ('52亿元', 'FIGURE')]
    >>> doc.ents[2]._.parknlp.value.value, doc._.parknlp.facts[0].indicator
    (Decimal('5200000000'), '产值')
    """
    if align not in _ALIGNMENTS:
        raise OptionError(f"align must be 'expand', 'contract' or 'strict', not {align!r}")
    pipeline = load(lexicons=[Lexicon.from_tsv(path) for path in lexicons], taxonomy=taxonomy, chains=chains)
    return Component(pipeline, spans_key=spans_key, overwrite_ents=overwrite_ents, align=align)
