"""From documents to facts: numbers become drafts, drafts get their subjects and periods, and all is written down."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..doc import Doc, Fact, Quantity, Span, builder, signed
from . import periods, subjects
from .choices import Reader
from .choosing import Models, bundled_models
from .drafting import Draft, Finder, Place
from .measures import COUNT
from .placing import Candidates, Stated, stated
from .pooling import choose_all
from .reading import Sheet
from .terms import Ints
from .words import words

__all__ = ["PLACED", "Draft", "Finder", "facts_of", "find_facts"]

_SORTS = 4  # facts that are looked back over for what a list of sorts is about
_APART = 2  # sentences


def facts_of(
    sheet: Sheet, drafts: Sequence[Draft], subjects: Sequence[Place | None], periods: Sequence[Place | None]
) -> list[tuple[Fact, ...]]:
    """The drafts as facts, document by document, given where their subjects and periods stand there."""
    found: list[list[Fact]] = [[] for _ in sheet.docs]
    document = sheet.numbers.document.tolist()
    spans = [sheet.spans[at] for at in sheet.numbers.span.tolist()]
    known = [(facts.append, doc.text, shift) for facts, doc, shift in zip(found, sheet.docs, sheet.shift, strict=True)]
    for at, (draft, subject, period) in enumerate(zip(drafts, subjects, periods, strict=True)):
        owner = document[draft.number]
        add, text, shift = known[owner]
        who = None if subject is None else text[subject[0] : subject[1]]
        what = (who == draft.indicator and _spoken_of(sheet, drafts, at, found[owner])) or draft.indicator
        add(_fact(draft, who, what, subject, period, spans, text, shift))
    return [tuple(facts) for facts in found]


def _spoken_of(sheet: Sheet, drafts: Sequence[Draft], at: int, facts: Sequence[Fact]) -> str:
    """What a fact is about that is called as who it is said of (总产值52亿元，|汽车产业|12亿元): what one of its kind before it is."""
    draft = drafts[at]
    amount = words("amount").ending
    sentence, dimension = sheet.numbers.sentence, sheet.numbers.dimension
    value, measure = draft.value >= 0, dimension[draft.number]
    if amount(draft.indicator) or (value and measure == COUNT):
        return ""
    for last, fact in zip(reversed(drafts[max(0, at - _SORTS) : at]), reversed(facts), strict=False):
        if sentence[draft.number] - sentence[last.number] > _APART:
            break
        alike = last.value >= 0 and measure == dimension[last.value] if value else last.change >= 0
        if alike:
            return amount(fact.indicator or "")
    return ""


def _fact(
    draft: Draft,
    who: str | None,
    what: str,
    subject: Place | None,
    period: Place | None,
    spans: Sequence[Span],
    text: str,
    shift: int,
) -> Fact:
    places: dict[str, Place] = {}
    when = how = value = change = quantity = change_quantity = None
    if subject is not None:
        places["subject"] = subject
    if draft.kind is not None:
        start, end = places["change_kind"] = draft.kind[0] - shift, draft.kind[1] - shift
        how = text[start:end]
    if period is not None:
        places["period"] = period
        when = text[period[0] : period[1]]
    if draft.value >= 0:
        span = spans[draft.value]
        places["value"], value = (span.start, span.end), span.text
        quantity = span.value if isinstance(span.value, Quantity) else None
    if draft.change >= 0:
        span = spans[draft.change]
        places["change"], change = (span.start, span.end), draft.sign + span.text.strip().lstrip("+-＋－−﹣–")
        if isinstance(span.value, Quantity):
            change_quantity = signed(span.value, change)
    source = f"rule:{draft.rule}"
    return _build(who, what, value, change, how, when, places, source, quantity, change_quantity)


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
    return facts_of(sheet, drafts, *_placed(reader, stated(reader, drafts), models))


def _placed(reader: Reader, known: Stated, models: Models) -> list[list[Place | None]]:
    """The subject, then the period, of each draft; none without a model."""
    offered = {task: offer(reader, known) for task, (offer, _) in PLACED.items() if task in models}
    chosen = choose_all([(found, PLACED[task][1], models[task]) for task, found in offered.items()], known.gap)
    shift = np.array(reader.sheet.shift)[reader.numbers.document[known.number]]
    places = {task: _places(found, some, shift) for (task, found), some in zip(offered.items(), chosen, strict=True)}
    return [places.get(task) or [None] * len(known.gap) for task in PLACED]


def _places(found: Candidates, chosen: Ints, shift: Ints) -> list[Place | None]:
    """Where the chosen candidates stand in their documents."""
    if not len(found.start):
        return [None] * len(chosen)
    places = zip(*((side.take(chosen, mode="wrap") - shift).tolist() for side in (found.start, found.end)), strict=True)
    return [place if at >= 0 else None for at, place in zip(chosen.tolist(), places, strict=True)]
