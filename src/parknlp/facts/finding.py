"""From documents to facts: numbers become drafts, drafts get their subjects and periods, and all is written down."""

from __future__ import annotations

from collections.abc import Sequence

from ..doc import Doc, Fact, Quantity, Span, builder
from . import periods, subjects
from .choices import Reader
from .choosing import Models, bundled_models
from .drafting import Draft, Finder, Place
from .placing import Stated, choose, stated
from .reading import Sheet

__all__ = ["PLACED", "Draft", "Finder", "facts_of", "find_facts"]


def facts_of(
    sheet: Sheet, drafts: Sequence[Draft], subjects: Sequence[Place | None], periods: Sequence[Place | None]
) -> list[tuple[Fact, ...]]:
    """The drafts as facts, document by document."""
    found: list[list[Fact]] = [[] for _ in sheet.docs]
    document = sheet.numbers.document.tolist()
    spans = [sheet.spans[at] for at in sheet.numbers.span.tolist()]
    for draft, subject, period in zip(drafts, subjects, periods, strict=True):
        number = document[draft.number]
        found[number].append(_fact(draft, subject, period, spans, sheet.docs[number].text, sheet.shift[number]))
    return [tuple(facts) for facts in found]


def _fact(
    draft: Draft, subject: Place | None, period: Place | None, spans: Sequence[Span], text: str, shift: int
) -> Fact:
    places: dict[str, Place] = {}
    who = when = how = value = change = quantity = change_quantity = None
    if subject is not None:
        start, end = places["subject"] = subject[0] - shift, subject[1] - shift
        who = text[start:end]
    if draft.kind is not None:
        start, end = places["change_kind"] = draft.kind[0] - shift, draft.kind[1] - shift
        how = text[start:end]
    if period is not None:
        start, end = places["period"] = period[0] - shift, period[1] - shift
        when = text[start:end]
    if draft.value >= 0:
        span = spans[draft.value]
        places["value"], value = (span.start, span.end), span.text
        quantity = span.value if isinstance(span.value, Quantity) else None
    if draft.change >= 0:
        span = spans[draft.change]
        places["change"], change = (span.start, span.end), draft.sign + span.text.strip().lstrip("+-＋－−﹣–")
        change_quantity = span.value if isinstance(span.value, Quantity) else None
    source = f"rule:{draft.rule}"
    fact = _build(who, draft.indicator, value, change, how, when, places, source, quantity, change_quantity)
    if change is None or change[0] != "-":
        return fact
    return fact.with_quantities(spans[at] for at in (draft.value, draft.change) if at >= 0)


_build = builder(Fact)


PLACED = {
    "subject": (subjects.subject_candidates, subjects.JUDGE),
    "period": (periods.period_candidates, periods.JUDGE),
}
"""For each of the parts of a fact that are chosen: what offers candidates, and what they are judged by."""


def find_facts(docs: Sequence[Doc], models: Models | None = None, sheet: Sheet | None = None) -> list[tuple[Fact, ...]]:
    """The statements of each document, in the order of the text.

    Args:
        docs: documents with their spans and their body.
        models: the weights of the choices; those of the package when none are given.
        sheet: the documents as `Sheet` has them, when it is known already.
    """
    models = bundled_models() if models is None else models
    sheet = Sheet(docs) if sheet is None else sheet
    if not len(sheet.numbers):
        return [() for _ in docs]
    reader = Reader(docs, sheet)
    drafts = Finder(reader, models).run()
    if not drafts:
        return [() for _ in docs]
    known = stated(reader, drafts)
    gap = known.gap.tolist()
    return facts_of(sheet, drafts, *(_placed(reader, known, gap, task, models) for task in PLACED))


def _placed(reader: Reader, known: Stated, gap: list[int], task: str, models: Models) -> list[Place | None]:
    """The subject or period of each draft; none without a model."""
    model = models.get(task)
    if model is None:
        return [None] * len(gap)
    offer, judge = PLACED[task]
    offered = offer(reader, known)
    chosen = choose(offered, judge, model, gap)
    if not len(offered.start):
        return [None] * len(gap)
    start, end = (side.take(chosen, mode="wrap").tolist() for side in (offered.start, offered.end))
    return [place if at >= 0 else None for at, place in zip(chosen, zip(start, end, strict=True), strict=True)]
