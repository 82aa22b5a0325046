"""From slots to facts: one pass over the numbers of a page, each decided by named rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..doc import FIGURE, PERCENT, Doc, Fact, Span
from . import describing, naming, roles
from .choosing import Models, bundled_models
from .context import TIMES, Context
from .naming import CHANGE, VALUE
from .phrases import head_of, inner, strip_lead, strip_tail
from .placing import period_of, subject_of
from .reading import MASKED, Page, Slot, read

Place = tuple[int, int]

_LINK = re.compile(r"[、,]?(?:以及|和|及|与|、)?$")
_EACH = re.compile("分别|依次|各")
_REACHES = re.compile(r"[、,]?(?:达到?|至|为|升至|降至|增至)")
_REST = re.compile(r"^(?:以上|以下|左右|以内|之多|上下|有余|余|多)(?:[、和及与]|(?=[^\u4e00-\u9fff]))")
_NUMBER = re.compile("[\ue004\ue005]+")
_BOUNDARY = re.compile(r"[,;:。\n)]")
_SMALL = re.compile("[一二两三四五六七八九][^十百千万亿]{1,2}$")
_LONGEST = 12  # numbers in a list that is aligned with what it counts
_RATES = ("率", "比重", "占比")


@dataclass(slots=True)
class Draft:
    """A fact in the making."""

    slot: Slot
    rule: str
    indicator: str
    value: Span | None = None
    change: Span | None = None
    sign: str = ""
    kind: Place | None = None
    subject: Place | None = None
    period: Place | None = None


class Finder:
    """The pass over one page."""

    def __init__(self, page: Page, models: Models) -> None:
        self.page = page
        self.models = models
        self.drafts: list[Draft] = []
        self._threshold: Slot | None = None
        self._waiting: list[str] = []  # what a list before 分别 gives to the numbers to come; "" where a change took it

    def run(self) -> Finder:
        """Decide every number."""
        for index, slot in enumerate(self.page.slots):
            left, right = self._left(slot), self.page.masked[slot.span.end : slot.right]
            self._threshold = None
            if roles.is_threshold(self.page, index, left, right):
                self._threshold = slot
            elif self._waiting and self._follows(index):
                self._listed(slot)
            else:
                self._waiting = []
                self._decide(index, slot, left, right)
        return self

    # what stands around

    def _left(self, slot: Slot) -> str:
        """The masked text before a number; a threshold just before it is shown with its digits."""
        page, known, start = self.page, self._threshold, slot.left
        text = page.masked[start : slot.span.start]
        if known is not None and known.span.end == start:
            text = page.masked[known.left : known.span.start] + page.text[known.span.start : known.span.end] + text
        else:
            text = _REST.sub("", text)
        if not text.strip() and page.text[start - 1 : start] == ")":
            opening = page.text.rfind("(", max(page.sentences[slot.sentence][0], start - 30), start)
            if opening > 0:
                text = _BOUNDARY.split(page.masked[max(0, opening - 30) : opening])[-1]
        return _NUMBER.split(text)[-1]

    def _follows(self, index: int) -> bool:
        """Whether this number continues a list of numbers: nothing but 、 or 和 before it."""
        slots = self.page.slots
        if index == 0 or slots[index - 1].sentence != slots[index].sentence:
            return False
        start, end = slots[index - 1].span.end, slots[index].span.start
        return end - start <= 3 and bool(_LINK.match(self.page.masked, start, end))

    def _list_from(self, index: int) -> list[Slot]:
        """The list of numbers that starts here."""
        end = index + 1
        while end < len(self.page.slots) and end - index < _LONGEST and self._follows(end):
            end += 1
        return self.page.slots[index:end]

    # decisions

    def _decide(self, index: int, slot: Slot, left: str, right: str) -> None:
        plain = TIMES.sub("", left)
        if found := roles.completion_before(slot, plain):
            what = inner(strip_lead(found[1]))
            c = self._context(slot, plain[: found[0]])
            self._add(c, "completion", naming.completion_rules(what), optional=False)
        elif (start := roles.yearly_before(slot, plain)) is not None:
            self._add(self._context(slot, plain[:start]), "yearly", naming.YEARLY, optional=False)
        elif (change := roles.change_before(slot, left)) and self._changed(index, slot, left, change):
            pass
        elif found := roles.share_before(slot, plain):
            of = inner(MASKED.sub("", found[1]))
            self._add(self._context(slot, plain[: found[0]]), "share", naming.share_rules(of), optional=False)
        elif roles.is_rate(slot, right):
            base = self.drafts[-1].indicator.removesuffix("增速") if self.drafts else ""
            self._draft(self._context(slot, ""), "rate", f"{base}增速").value = slot.span
        else:
            self._valued(index, slot, plain)

    def _context(self, slot: Slot, left: str) -> Context:
        return Context(self.page, slot, left, self.drafts)

    def _add(self, c: Context, task: str, rules: naming.Rules, *, optional: bool) -> Draft | None:
        chosen = describing.choose(c, rules, self.models.get(task), optional=optional)
        if chosen is None:
            return None
        draft = self._draft(c, f"{task}-{chosen.rule}", chosen.text)
        if task != "change":
            draft.value = c.slot.span
        return draft

    def _draft(self, c: Context, rule: str, indicator: str) -> Draft:
        draft = Draft(c.slot, rule, indicator)
        draft.subject = subject_of(self.page, draft, self.drafts, c.own, self.models.get("subject"))
        draft.period = period_of(self.page, draft, self.drafts, self.models.get("period"))
        self.drafts.append(draft)
        return draft

    def _changed(self, index: int, slot: Slot, left: str, change: roles.Change) -> bool:
        """Attach a change to its value, or make it a fact of its own; False where it turns out to be a value."""
        offset = slot.span.start - len(left)
        kind = (change.kind[0] + offset, change.kind[1] + offset)
        c = self._context(slot, TIMES.sub("", left[: change.start]))
        numbers = self._list_from(index)
        if len(numbers) > 1 and self._change_list(c, numbers, change.sign, kind):
            return True
        if self._fits(c, change):
            self._attach(self.drafts[-1], slot.span, change.sign, kind)
            return True
        if change.rate and not c.own:
            return False
        draft = self._add(c, "change", CHANGE, optional=True)
        if draft:
            self._attach(draft, slot.span, change.sign, kind)
        return True

    def _fits(self, c: Context, change: roles.Change) -> bool:
        """Whether a change belongs to the value before it."""
        near = c.near
        if near is None or near.change is not None or near.value is None or (c.own and not change.noun):
            return False
        if change.over and not near.indicator.endswith(_RATES):
            return False
        if change.rate and near.indicator.endswith("增速"):
            return False
        slot = c.slot
        return slot.span.label != FIGURE or slot.dimension == "multiple" or near.slot.unit == slot.unit

    def _change_list(self, c: Context, numbers: list[Slot], sign: str, kind: Place) -> bool:
        """Changes listed in the order of the values, or of the things, before them (分别增长x和y)."""
        count = len(numbers)
        values = [d for d in self.drafts[-12:] if d.slot.sentence == c.slot.sentence and d.value and not d.change]
        if not c.own and len(values) >= count:
            for draft, slot in zip(values[-count:], numbers, strict=True):
                self._attach(draft, slot.span, sign, kind)
        else:
            text = strip_lead(strip_tail(MASKED.sub("", c.left)))
            things = next((parts for parts in (re.split("、|和", text), text.split("、")) if len(parts) == count), None)
            if not c.own or things is None:
                return False
            base = head_of(c.base)
            for thing, slot in zip(things, numbers, strict=True):
                name = inner(thing)
                draft = self._draft(self._context(slot, thing), "change-list", name if head_of(name) else name + base)
                self._attach(draft, slot.span, sign, kind)
        self._waiting = [""] * (count - 1)
        return True

    def _attach(self, draft: Draft, span: Span, sign: str, kind: Place) -> None:
        draft.change, draft.kind = span, kind if kind[0] < kind[1] else None
        draft.sign = "-" if span.text.lstrip().startswith("-") else sign

    def _listed(self, slot: Slot) -> None:
        name = self._waiting.pop(0)
        if name:
            self._draft(self._context(slot, ""), "value-list", name).value = slot.span

    def _valued(self, index: int, slot: Slot, left: str) -> None:
        c = self._context(slot, left)
        if self._late_value(c):
            return
        names = self._name_list(index, left)
        if names:
            self._waiting = names
            self._listed(slot)
            return
        self._add(c, "value", VALUE, optional=True)

    def _late_value(self, c: Context) -> bool:
        """A value that stands behind its change (净利润增长19%, 达到2.82亿元)."""
        near, slot = c.near, c.slot
        if c.own or near is None or near.change is None or near.value is not None:
            return False
        if slot.dimension in ("percent", "points", "multiple"):
            return False
        if not _REACHES.match(self.page.masked, near.slot.span.end, slot.span.start):
            return False
        near.value = slot.span
        return True

    def _name_list(self, index: int, left: str) -> list[str]:
        """What 新签约、新开工、新竣工亿元以上项目分别为 calls the numbers that follow."""
        if "、" not in left or not _EACH.search(left):
            return []
        count = len(self._list_from(index))
        parts = [strip_lead(part) for part in re.split("、|和|与", MASKED.sub("", strip_tail(left)))]
        if count < 2 or len(parts) != count or not all(parts):
            return []
        if not head_of(parts[0]):
            parts = [part + parts[-1][len(parts[0]) :] for part in parts[:-1]] + parts[-1:]
        return [inner(part) for part in parts]

    # output

    def facts(self) -> tuple[Fact, ...]:
        """The drafts as facts."""
        return tuple(self._fact(draft) for draft in self.drafts)

    def _fact(self, draft: Draft) -> Fact:
        text = self.page.doc.text
        value, change = draft.value, draft.change
        places: dict[str, Place | None] = {
            "subject": draft.subject,
            "value": (value.start, value.end) if value else None,
            "change": (change.start, change.end) if change else None,
            "change_kind": draft.kind,
            "period": draft.period,
        }
        spans = {part: place for part, place in places.items() if place is not None}
        said = {part: text[start:end] for part, (start, end) in spans.items()}
        signed = said.get("change")
        if signed is not None:
            signed = draft.sign + signed.strip().lstrip("+-")
        return Fact(
            said.get("subject"),
            draft.indicator or None,
            said.get("value"),
            signed,
            said.get("change_kind"),
            said.get("period"),
            spans,
            f"rule:{draft.rule}",
        )


def find_facts(docs: Sequence[Doc], models: Models | None = None) -> list[tuple[Fact, ...]]:
    """The statements of each document, in the order of the text.

    Args:
        docs: documents with their spans and their body.
        models: the weights of the choices; those of the package when none are given.
    """
    models = bundled_models() if models is None else models
    found = []
    for doc in docs:
        numbers = any(span.label in (FIGURE, PERCENT) for span in doc.ents)
        facts = Finder(read(doc), models).run().facts() if numbers else ()
        found.append(with_quantities(facts, doc))
    return found


def with_quantities(facts: Sequence[Fact], doc: Doc) -> tuple[Fact, ...]:
    """The facts with the exact values of the spans that they rest on."""
    spans = {(span.start, span.end): span for span in doc.ents}
    return tuple(
        fact.with_quantities([spans[place] for part, place in fact.spans.items() if part in ("value", "change")])
        for fact in facts
    )
