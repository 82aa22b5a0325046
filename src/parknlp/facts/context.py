"""A number with what the rules that name it look at."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from ..fold import fold
from .phrases import act, before, head_of, nouns_after, strip_lead, unit_noun
from .reading import MASK, MASKED, Page, Slot, spans_between

if TYPE_CHECKING:
    from .finding import Draft

REACH = 300  # so many characters of a sentence before and behind a number are looked at
LONGEST = 40  # characters of an indicator that others build upon; without a limit they would grow from number to number
TIMES = re.compile(f"(?:截至|截止|到|至|自|从)?{MASK['TIME']}+(?:以来|以后|之前|之后|期间|底|末|初|前|起)?的?")
_SUFFIX = {"area": "面积", "duration": "用时", "money": "投资", "percent": "占比", "size": "年产能", "multiple": "之比"}
_SECOND = {"duration": "周期", "money": "金额", "percent": "率", "size": "产量", "multiple": "比重"}
_PROJECT = re.compile(r"[^\s,;:。!?、()的\ue000-\ue005]{2,20}?(?:项目|基地|工厂|产业园|中心|生产线|厂房|总部|车间)")
_TOPIC = re.compile(r"[^\s,;:。!?、()的—“”·\-\ue000-\ue005]{2,10}?(?:产业链|产业|行业|制造业|经济|板块|装备|集群)")
_CLAUSE = re.compile(r"[,;:()\ue004\ue005]")


class Context:
    """A number with what the rules look at; the dearer parts are found when a rule asks for them.

    Attributes:
        left: the masked text before the number, without times.
        own: the indicator phrase in it.
        near: the last draft of the same sentence.
        alike: the last draft of the same unit.
    """

    def __init__(self, page: Page, slot: Slot, left: str, drafts: list[Draft]) -> None:
        self.page, self.slot, self.left, self.drafts = page, slot, left, drafts
        self.own = before(left)
        last = drafts[-1] if drafts else None
        self.near = last if last is not None and last.slot.sentence == slot.sentence else None
        self.base = self.near.indicator if self.near and len(self.near.indicator) <= LONGEST else ""

    @functools.cached_property
    def first(self) -> int:
        """Start of the sentence, or of what of it is near."""
        return max(self.page.sentences[self.slot.sentence][0], self.slot.span.start - REACH)

    @functools.cached_property
    def last(self) -> int:
        """End of the sentence, or of what of it is near."""
        return min(self.page.sentences[self.slot.sentence][1], self.slot.span.end + REACH)

    @functools.cached_property
    def right(self) -> str:
        """The masked text behind the number, up to a boundary."""
        return self.page.masked[self.slot.span.end : self.slot.right]

    @functools.cached_property
    def own_head(self) -> str:
        """The noun that ends the own phrase."""
        return head_of(self.own)

    @functools.cached_property
    def base_head(self) -> str:
        """The noun that ends the indicator of the number before."""
        return head_of(self.base)

    @functools.cached_property
    def nouns(self) -> list[str]:
        """The things counted, behind the number."""
        return nouns_after(self.right) if self.right and self.right[0] not in " 、" else []

    @functools.cached_property
    def then(self) -> str:
        """The longest of `nouns`."""
        return self.nouns[-1] if self.nouns else ""

    @functools.cached_property
    def action(self) -> str:
        """The action before or behind the number."""
        end = self.slot.span.end
        return act(MASKED.sub("", self.left)) or act(self.page.masked[end : end + 20].split("。")[0])

    @functools.cached_property
    def broad(self) -> str:
        """The action in the clauses before."""
        page, slot = self.page, self.slot
        return act(MASKED.sub("", page.masked[max(self.first, slot.clause - 50) : slot.clause]))

    @functools.cached_property
    def clause(self) -> str:
        """The phrase of the clause before."""
        start = self.slot.clause
        text = self.page.masked[max(self.first, start - 60) : max(self.first, start - 1)]
        return before(TIMES.sub("", _CLAUSE.split(text)[-1]))

    @functools.cached_property
    def suffixes(self) -> list[str]:
        """Nouns for what this unit measures."""
        slot = self.slot
        found = (unit_noun(slot.unit), _SUFFIX.get(slot.dimension, ""), _SECOND.get(slot.dimension, ""))
        return [noun for noun in dict.fromkeys(found) if noun]

    @functools.cached_property
    def alike(self) -> Draft | None:
        """The last draft with a value in the same unit."""
        unit, kind = self.slot.unit, self.slot.dimension
        for draft in self.drafts[:-13:-1]:
            if draft.slot.unit == unit and draft.slot.dimension == kind and draft.value is not None:
                return draft
        return None

    @functools.cached_property
    def project(self) -> tuple[str, str]:
        """Where a project is named in the sentence (before or behind, with a name before it or not), and its name."""
        page, slot = self.page, self.slot
        found = _PROJECT.findall(page.masked, self.first, slot.left)
        if found:
            at = page.masked.rfind(found[-1], self.first, slot.left)
            where, name = "project", found[-1]
        else:
            match = _PROJECT.search(page.masked, slot.span.end, min(self.last, slot.span.end + 30))
            if not match:
                return "", ""
            at, where, name = match.start(), "later", match[0]
        owned = bool(spans_between(page.names, self.first, at))
        return f"{where}-owned" if owned else where, name.lstrip("的")

    @functools.cached_property
    def topic(self) -> str:
        """The industry named before the number in the sentence."""
        found = _TOPIC.findall(self.page.masked, self.first, self.slot.left)
        return strip_lead(found[-1]) if found else ""

    @functools.cached_property
    def wide(self) -> str:
        """The industry named in the sentence before, or in the headline."""
        page, sentence = self.page, self.slot.sentence
        found = []
        if sentence:
            start, end = page.sentences[sentence - 1]
            found = _TOPIC.findall(page.masked, max(start, end - REACH), end)
        if not found:
            found = _TOPIC.findall(fold(page.doc.title or ""))[:1]
        return strip_lead(found[-1]) if found else ""
