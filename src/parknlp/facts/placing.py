"""Who a statement is about and when it holds: what the text offers for both."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..doc import COMPANY, PARK
from .choosing import Option
from .reading import MASK, Page, Slot
from .words import ending, place_at, places

if TYPE_CHECKING:
    from .finding import Draft

_GENERIC = re.compile(
    r"全[市省区县国镇村州球旗](?:园区|开发园区)?|[我本该][市省区县镇州旗]|[市省区县镇村旗州]里"
    r"|(?<![\u4e00-\u9fff])(?:园区|公司|基地|开发区|高新区|经开区|新区|新片区|企业|集团|工厂|小镇|产业园|项目|区内|当地|新城|先导区|综保区)"
    r"|该[行厂院校园区县市]|全行业|该公司|该园区|该基地|该项目"
)
_THING = re.compile(
    r"[^\s,;:。!?、()的与和在由从将把\ue000-\ue005]{2,16}?(?:项目|产业园|生产线|产业|机场|大会|码头|景区|商圈|学院|学校|基金|联盟|中心|基地|港)"
    r"(?![\u4e00-\u9fff]?[项])"
)
_START = re.compile(
    rf"[\s“‘”\"'·•一二三四五六七八九十0-9.、()【】\[\]]*(?:(?:目前|如今|眼下|其中|截至|截止|到|据|在|自|{MASK['TIME']}+(?:以来|底|末)?)[,的]?)*"
    r"(?P<start>[^\s,;:。!?、()的较比在将已有为是与把从由达超近约实现共总累计预\ue000-\ue005]{2,12})"
)
_BOUNDARY = re.compile(r"[,;:。!?\n]")
_TYPE = {COMPANY: "CO", PARK: "PA"}


@functools.cache
def _firsts() -> re.Pattern[str]:
    return re.compile("[" + "".join(sorted({name[0] for name in places()})) + "]")


def _places(page: Page, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    while match := _firsts().search(page.masked, at, end):
        stop = place_at(page.masked, match.start())
        if match.start() < stop <= end:
            yield match.start(), stop
            at = stop
        else:
            at = match.start() + 1


class _Spots:
    """Collects the candidates for a subject, each surface once, with what speaks for it."""

    def __init__(self, page: Page, slot: Slot, drafts: list[Draft], rule: str, indicator: str) -> None:
        self.page, self.slot, self.drafts = page, slot, drafts
        self.task = rule.split("-")[0]
        self.rule = rule
        self.indicator = indicator
        self.head = ending(indicator, "amount", "count")
        self.options: dict[str, Option] = {}
        self.last = page.text[slice(*drafts[-1].subject)] if drafts and drafts[-1].subject else None
        self.gap = min(slot.sentence - drafts[-1].slot.sentence, 3) if drafts else 4

    def add(self, start: int, end: int, kind: str, where: str, order: int) -> None:
        """One mention; what stands around it becomes features."""
        page, here = self.page, self.slot.span.start
        surface = page.text[start:end]
        if surface in self.options:
            self.options[surface].features.append(f"also={kind},{where}")
            return
        before, behind = page.masked[max(0, start - 2) : start], page.masked[end : end + 2]
        clauses = min(4, len(_BOUNDARY.findall(page.masked, end, here))) if end <= here and here - end < 400 else 5
        same = f"{self.last == surface},{self.gap}" if self.last else "-"
        between = min(3, sum(end <= name.start < here for name in page.names[-60:])) if where in ("clause", "sentence") else 4
        k1 = kind[:1]
        features = [
            f"k={kind}", f"k={kind},w={where}", f"o={min(order, 5)},w={where}", f"b1={before[-1:]},{k1}", f"b={before}", f"a1={behind[:1]},{k1}", f"a={behind}",
            f"ab={before[-1:]}{behind[:1]}", f"k={kind},head={self.head}", f"k={kind},{self.task}", f"w={where},{self.task}", f"k={k1},{self.rule}", f"cl={clauses},{where}", f"cl={clauses},{k1}",
            f"between={between},{k1}", f"list={before[-1:] == '、'}{behind[:1] == '、'}{behind[:1] == '等'},{k1}", f"same={same}", f"same={same},{k1},{where}",
            f"in={surface in self.indicator},{k1}", f"len={min(len(surface), 8)},{k1}", f"title={surface in (page.doc.title or '')},{k1}", f"mentions={min(4, page.text.count(surface))},{k1}",
            f"tail={surface[-2:]}", f"tail={surface[-2:]},{where}",
        ]
        self.options[surface] = Option(kind, surface, features, (start, end))


def subjects(page: Page, slot: Slot, drafts: list[Draft], rule: str, indicator: str, own: str) -> list[Option]:
    """Who the statement may be about, nearest first."""
    first, last = page.sentences[slot.sentence]
    here = slot.span.start
    spots = _Spots(page, slot, drafts, rule, indicator)
    found: list[tuple[int, int, str]] = []
    found += [(s.start, s.end, _TYPE.get(s.label, "IN")) for s in page.names if first <= s.start and s.end <= last]
    found += [(*m.span(), "G" + m[0]) for m in _GENERIC.finditer(page.masked, first, here)]
    found += [(*m.span(), "T" + m[0][-2:]) for m in _THING.finditer(page.masked, first, last)]
    found += [(start, end, "L") for start, end in _places(page, first, here)]
    found.sort(key=lambda spot: abs(here - spot[0]))
    for order, (start, end, kind) in enumerate(found[:12]):
        where = "after" if start > here else "clause" if start >= slot.clause else "sentence"
        spots.add(start, end, kind, where, order)
    match = _START.match(page.masked, first, here)
    if match:
        spots.add(*match.span("start"), "S", "sentence", 0)
    if own:
        at = page.text.find(own, max(first, here - 40), here)
        if at >= 0:
            spots.add(at, at + len(own), "O", "clause", 0)
            head = ending(own, "amount", "count")
            if head and len(own) - len(head) >= 2:
                spots.add(at, at + len(own) - len(head), "X", "clause", 0)
    if drafts and drafts[-1].subject:
        spots.add(*drafts[-1].subject, "last", f"last{spots.gap}", 0)
    if slot.sentence:
        match = _START.match(page.masked, *page.sentences[slot.sentence - 1])
        if match:
            spots.add(*match.span("start"), "S", "previous", 0)
    _earlier(page, first, spots)
    options = list(spots.options.values())
    head = spots.head
    options.append(Option("none", "", ["none", f"none,{spots.task}", f"none,n={min(len(options), 3)}", f"none,head={head}", f"none,{indicator[:2]}", f"none,last={spots.last is None},{spots.gap}", f"none,{len(page.names) > 0}"], None))
    return options


def _earlier(page: Page, first: int, spots: _Spots) -> None:
    """Names of the sentences before: the last of each label, the paragraph's first, the article's first."""
    earlier = [s for s in page.names if s.end <= first]
    for label, where in ((None, "previous"), (COMPANY, "previous-company"), (PARK, "previous-park")):
        names = [s for s in earlier if label in (None, s.label)]
        if names:
            spots.add(names[-1].start, names[-1].end, _TYPE.get(names[-1].label, "IN"), where, 0)
    paragraph = page.text.rfind("\n", 0, first) + 1
    inside = [s for s in earlier if s.start >= paragraph]
    if inside:
        spots.add(inside[0].start, inside[0].end, _TYPE.get(inside[0].label, "IN"), "paragraph", 0)
    if page.names:
        s = page.names[0]
        spots.add(s.start, s.end, _TYPE.get(s.label, "IN"), "first", 0)
    for start, end in _places(page, page.sentences[0][0], min(first, page.sentences[0][0] + 400)):
        spots.add(start, end, "L", "first", 0)
        break


def periods(page: Page, slot: Slot, drafts: list[Draft], rule: str, indicator: str) -> list[Option]:
    """When the statement may hold, nearest first."""
    first, last = page.sentences[slot.sentence]
    here = slot.span.start
    options: dict[tuple[int, int], Option] = {}
    head = ending(indicator, "amount", "count")
    task = rule.split("-")[0]
    dim = slot.dimension
    previous = drafts[-1] if drafts else None
    gap = min(slot.sentence - previous.slot.sentence, 3) if previous else 4
    paragraph = "\n" in page.masked[previous.slot.span.end : here] if previous else True

    def add(start: int, end: int, where: str, order: int) -> None:
        if (start, end) in options:
            options[start, end].features.append(f"also={where},{dim}")
            return
        surface = page.text[start:end]
        before, behind = page.masked[max(0, start - 1) : start], page.masked[end : end + 1]
        shape = re.sub(r"\d+", "0", surface)[:6]
        clauses = min(4, len(_BOUNDARY.findall(page.masked, end, here))) if end <= here and here - end < 400 else 5
        same = f"{previous is not None and previous.period == (start, end)},{gap}"
        options[start, end] = Option(where, surface, [
            f"w={where}", f"w={where},{dim}", f"w={where},head={head}", f"w={where},h={indicator[-2:]}", f"w={where},f={indicator[:2]}", f"o={order},w={where}", f"s={shape}", f"s={shape},w={where}", f"b={before}",
            f"a={behind}", f"b={before},w={where}", f"a={behind},w={where}", f"end={surface[-1:]}", f"end={surface[-1:]},{dim}", f"end={surface[-1:]},head={head}", f"w={where},{task}", f"cl={clauses},{where}", f"cl={clauses},{dim}",
            f"same={same}", f"same={same},{dim}", f"same={same},head={head}", f"para={paragraph},{where}", f"rule={rule},{where}",
        ], (start, end))

    inside = [t for t in page.times if first <= t.start and t.end <= here]
    for order, t in enumerate(reversed(inside[-4:])):
        add(t.start, t.end, "left" if t.start >= slot.left else "clause" if t.start >= slot.clause else "sentence", order)
    after = next((t for t in page.times if slot.span.end <= t.start < slot.right), None)
    if after:
        add(after.start, after.end, "after", 0)
    if previous and previous.period:
        add(*previous.period, f"last{gap}", 0)
    earlier = [t for t in page.times if t.end <= first]
    if earlier:
        add(earlier[-1].start, earlier[-1].end, "previous", 0)
        if earlier[0] is not earlier[-1]:
            add(earlier[0].start, earlier[0].end, "first", 0)
    lastnone = f"{previous is not None and previous.period is None},{gap}"
    none = ["none", f"none,{dim}", f"none,head={head}", f"none,h={indicator[-2:]}", f"none,f={indicator[:2]}", f"none,{task}", f"none,n={len(options)}", f"none,last={lastnone}", f"none,last={lastnone},{dim}", f"none,in={len(inside)}", f"none,in={len(inside)},{dim}", f"none,rule={rule}"]
    return [*options.values(), Option("none", "", none, None)]
