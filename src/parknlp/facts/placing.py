"""Who a statement is about and when it holds: what the text offers for both, and the features by which one is chosen."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from ..doc import COMPANY, PARK, Span
from .choosing import Model, Option, Shared
from .phrases import head_of
from .reading import MASK, Page, spans_before, spans_between
from .words import place_end, place_start

if TYPE_CHECKING:
    from .finding import Draft, Place

_GENERIC = re.compile(
    r"全[市省区县国镇村州球旗](?:园区|开发园区)?|[我本该][市省区县镇州旗]|[市省区县镇村旗州]里"
    r"|(?<![\u4e00-\u9fff])(?:园区|公司|基地|开发区|高新区|经开区|新区|新片区|企业|集团|工厂|小镇|产业园|项目|区内|当地|新城|先导区|综保区)"
    r"|该(?:公司|园区|基地|项目|[行厂院校园区县市])|全行业"
)
_THING = re.compile(
    r"[^\s,;:。!?、()的与和在由从将把\ue000-\ue005]{2,16}?"
    r"(?:项目|产业园|生产线|产业|机场|大会|码头|景区|商圈|学院|学校|基金|联盟|中心|基地|港)(?!项)"
)
_START = re.compile(
    rf"[\s“‘”\"'·•一二三四五六七八九十0-9.、()【】\[\]]{{0,8}}"
    rf"(?:(?:目前|如今|眼下|其中|截至|截止|到|据|在|自|{MASK['TIME']}{{1,20}}(?:以来|底|末)?)[,的]?){{0,4}}"
    r"(?P<start>[^\s,;:。!?、()的较比在将已有为是与把从由达超近约实现共总累计预\ue000-\ue005]{2,12})"
)
_BOUNDARY = re.compile(r"[,;:。!?\n]")
_DIGITS = re.compile(r"\d+")
_TYPE = {COMPANY: "CO", PARK: "PA"}
_NAMES = frozenset(("CO", "PA", "IN"))
_MENTIONS = 12  # of one sentence, the nearest


class _Mention(NamedTuple):
    """A piece of the text that may be a subject, with the features that do not depend on the number."""

    start: int
    end: int
    kind: str
    text: str
    shared: Shared


def _mention(page: Page, start: int, end: int, kind: str) -> _Mention:
    text = page.text[start:end]
    before, behind = page.masked[max(0, start - 2) : start], page.masked[end : end + 2]
    k = kind[:1]
    features = [
        f"k={kind}",
        f"b1={before[-1:]},{k}",
        f"b={before}",
        f"a1={behind[:1]},{k}",
        f"a={behind}",
        f"ab={before[-1:]}{behind[:1]}",
        f"list={before[-1:] == '、'}{behind[:1] == '、'}{behind[:1] == '等'},{k}",
        f"len={min(len(text), 8)},{k}",
        f"title={text in (page.doc.title or '')},{k}",
        f"mentions={min(4, _counts(page)[text])},{k}",
        f"tail={text[-2:]}",
    ]
    return _Mention(start, end, kind, text, Shared(features))


def _counts(page: Page) -> Counter[str]:
    counts: Counter[str] | None = page.memory.get("counts")
    if counts is None:
        counts = page.memory["counts"] = Counter(span.text for span in page.names)
    return counts


def _kind(span: Span) -> str:
    return _TYPE.get(span.label, "IN")


def _places(page: Page, start: int, end: int) -> list[tuple[int, int]]:
    found, at = [], start
    while match := place_start().search(page.masked, at, end):
        stop = place_end(page.masked, match.start())
        if match.start() < stop <= end:
            found.append((match.start(), stop))
            at = stop
        else:
            at = match.start() + 1
    return found


def _mentions(page: Page, sentence: int) -> list[_Mention]:
    """The candidates in a sentence, in order; found once."""
    key = ("mentions", sentence)
    found: list[_Mention] | None = page.memory.get(key)
    if found is None:
        first, last = page.sentences[sentence]
        last = min(last, first + 400)
        spots = [(span.start, span.end, _kind(span)) for span in spans_between(page.names, first, last)]
        spots += [(*match.span(), "G" + match[0]) for match in _GENERIC.finditer(page.masked, first, last)]
        spots += [(*match.span(), "T" + match[0][-2:]) for match in _THING.finditer(page.masked, first, last)]
        spots += [(start, end, "L") for start, end in _places(page, first, last)]
        found = page.memory[key] = [_mention(page, *spot) for spot in sorted(spots)]
    return found


def _opening(page: Page, sentence: int) -> _Mention | None:
    """The phrase that opens a sentence; found once."""
    key = ("opening", sentence)
    if key not in page.memory:
        match = _START.match(page.masked, *page.sentences[sentence])
        page.memory[key] = _mention(page, *match.span("start"), "S") if match else None
    return page.memory[key]  # type: ignore[no-any-return]


def _earlier(page: Page, sentence: int) -> list[tuple[_Mention, str]]:
    """Names of the sentences before: the last of each label, the paragraph's first, the article's first; found once."""
    key = ("earlier", sentence)
    found: list[tuple[_Mention, str]] | None = page.memory.get(key)
    if found is not None:
        return found
    first = page.sentences[sentence][0]
    spots: list[tuple[Span, str]] = []
    names = spans_before(page.names, first, 60)
    for label, where in ((None, "previous"), (COMPANY, "previous-company"), (PARK, "previous-park")):
        spots += [(span, where) for span in reversed(names) if label in (None, span.label)][:1]
    paragraph = max(page.text.rfind("\n", max(0, first - 2000), first) + 1, first - 2000)
    spots += [(span, "paragraph") for span in spans_between(page.names, paragraph, first)[:1]]
    spots += [(span, "first") for span in page.names[:1]]
    found = [(_mention(page, span.start, span.end, _kind(span)), where) for span, where in spots]
    start = page.sentences[0][0]
    for begin, end in _places(page, start, min(first, start + 400))[:1]:
        found.append((_mention(page, begin, end, "L"), "first"))
    page.memory[key] = found
    return found


def _own_mentions(page: Page, own: str, first: int, here: int) -> list[_Mention]:
    """The own phrase, and what stands before its noun (研发中心用地 -> 研发中心)."""
    at = page.text.find(own, max(first, here - 40), here) if own else -1
    if at < 0:
        return []
    found = [_mention(page, at, at + len(own), "O")]
    head = head_of(own)
    if head and len(own) - len(head) >= 2:
        found.append(_mention(page, at, at + len(own) - len(head), "X"))
    return found


def _boundaries(page: Page, start: int, end: int) -> int:
    """How many clause boundaries lie between two places: 4 for more, 5 for not ahead or far."""
    if not start <= end < start + 400:
        return 5
    return min(4, len(_BOUNDARY.findall(page.masked, start, end)))


def subjects(page: Page, draft: Draft, drafts: list[Draft], own: str) -> list[Option]:
    """Who the statement may be about, nearest first, then nobody."""
    slot = draft.slot
    first = page.sentences[slot.sentence][0]
    here = slot.span.start
    near = sorted(_mentions(page, slot.sentence), key=lambda mention: abs(here - mention.start))[:_MENTIONS]
    near = [m for m in near if m.start < here or m.kind[0] not in "GL"]
    spots = [(m, "after" if m.start > here else "clause" if m.start >= slot.clause else "sentence") for m in near]
    if opening := _opening(page, slot.sentence):
        spots.append((opening, "sentence"))
    spots += [(mention, "clause") for mention in _own_mentions(page, own, first, here)]
    last = drafts[-1] if drafts else None
    gap = min(slot.sentence - last.slot.sentence, 3) if last else 4
    known = page.text[slice(*last.subject)] if last and last.subject else None
    if last and last.subject:
        spots.append((_mention(page, *last.subject, "last"), f"last{gap}"))
    if slot.sentence and (opening := _opening(page, slot.sentence - 1)):
        spots.append((opening, "previous"))
    spots += _earlier(page, slot.sentence)
    head, task = head_of(draft.indicator), draft.rule.split("-", 1)[0]
    refers = next((m.kind for m in near if m.kind[0] == "G" and m.start < here), "")
    names = min(3, sum(m.kind in _NAMES and m.start < here for m in near))
    options: dict[str, Option] = {}
    for order, (mention, where) in enumerate(spots):
        start, end, kind, text, shared = mention
        option = options.get(text)
        if option is not None:
            option.features.append(f"also={kind},{where}")
            continue
        k = kind[:1]
        bounds = _boundaries(page, end, here)
        same = f"{known == text},{gap}" if known else "-"
        options[text] = Option(
            kind,
            text,
            [
                f"k={kind},w={where}",
                f"o={min(order, 5) if order < len(near) else 9},w={where}",
                f"k={kind},head={head}",
                f"w={where},{task}",
                f"k={k},{draft.rule}",
                f"cl={bounds},{where}",
                f"cl={bounds},{k}",
                f"same={same}",
                f"same={same},{k},{where}",
                f"in={text in draft.indicator},{k}",
                f"tail={text[-2:]},{where}",
                f"ref={refers},{where},{k}",
                f"names={names},{where},{k}",
            ],
            (start, end),
            shared,
        )
    none = [
        "none",
        f"none,{task}",
        f"none,n={min(len(options), 3)}",
        f"none,head={head}",
        f"none,{draft.indicator[:2]}",
        f"none,last={known is None},{gap}",
        f"none,{bool(page.names)}",
        f"none,ref={refers}",
        f"none,names={names}",
    ]
    return [*options.values(), Option("none", "", none)]


def periods(page: Page, draft: Draft, drafts: list[Draft]) -> list[Option]:
    """When the statement may hold, nearest first, then no time."""
    slot, indicator = draft.slot, draft.indicator
    first = page.sentences[slot.sentence][0]
    here = slot.span.start
    inside = spans_before(spans_between(page.times, max(first, here - 400), here), here, 4)
    last = drafts[-1] if drafts else None
    gap = min(slot.sentence - last.slot.sentence, 3) if last else 4
    spots = [
        (
            span.start,
            span.end,
            "left" if span.start >= slot.left else "clause" if span.start >= slot.clause else "sentence",
            order,
        )
        for order, span in enumerate(reversed(inside))
    ]
    spots += [(span.start, span.end, "after", 0) for span in spans_between(page.times, slot.span.end, slot.right)[:1]]
    if last and last.period:
        spots.append((*last.period, f"last{gap}", 0))
    if not inside:
        earlier = spans_before(page.times, first, 1)
        spots += [(span.start, span.end, "previous", 0) for span in earlier]
        spots += [(span.start, span.end, "first", 0) for span in page.times[:1] if earlier]
    head, kind, task = head_of(indicator), slot.dimension, draft.rule.split("-", 1)[0]
    paragraph = page.masked.find("\n", max(last.slot.span.end, here - 2000), here) >= 0 if last else True
    options: dict[Place, Option] = {}
    for start, end, where, order in spots:
        if (start, end) in options:
            options[start, end].features.append(f"also={where},{kind}")
            continue
        surface = page.text[start:end]
        shape = _DIGITS.sub("0", surface)[:6]
        before, behind = page.masked[max(0, start - 1) : start], page.masked[end : end + 1]
        bounds = _boundaries(page, end, here)
        same = f"{last is not None and last.period == (start, end)},{gap}"
        options[start, end] = Option(
            where,
            surface,
            [
                f"w={where}",
                f"w={where},{kind}",
                f"w={where},head={head}",
                f"w={where},h={indicator[-2:]}",
                f"w={where},f={indicator[:2]}",
                f"o={order},w={where}",
                f"s={shape}",
                f"s={shape},w={where}",
                f"b={before},w={where}",
                f"a={behind},w={where}",
                f"end={surface[-1:]},{kind}",
                f"end={surface[-1:]},head={head}",
                f"w={where},{task}",
                f"cl={bounds},{where}",
                f"cl={bounds},{kind}",
                f"same={same}",
                f"same={same},{kind}",
                f"same={same},head={head}",
                f"para={paragraph},{where}",
                f"rule={draft.rule},{where}",
            ],
            (start, end),
        )
    nothing = f"{last is not None and last.period is None},{gap}"
    none = [
        "none",
        f"none,{kind}",
        f"none,head={head}",
        f"none,h={indicator[-2:]}",
        f"none,f={indicator[:2]}",
        f"none,{task}",
        f"none,n={len(options)}",
        f"none,last={nothing}",
        f"none,last={nothing},{kind}",
        f"none,in={len(inside)}",
        f"none,in={len(inside)},{kind}",
        f"none,rule={draft.rule}",
    ]
    return [*options.values(), Option("none", "", none)]


def best(options: list[Option], model: Model | None) -> Place | None:
    """The place of the best option; the first option's where no model knows better."""
    if model is None or len(options) == 1:
        return options[0].place
    return max(options, key=model.score).place


def subject_of(page: Page, draft: Draft, drafts: list[Draft], own: str, model: Model | None) -> Place | None:
    """Where the subject of a statement stands, or None; it stays the same until something else is named in the sentence."""
    last = drafts[-1] if drafts else None
    if model is not None and last is not None and last.subject and last.slot.sentence == draft.slot.sentence:
        start, end = last.slot.span.end, draft.slot.span.start
        if not any(start <= mention.start < end for mention in _mentions(page, draft.slot.sentence)):
            return last.subject
    return best(subjects(page, draft, drafts, own), model)


def period_of(page: Page, draft: Draft, drafts: list[Draft], model: Model | None) -> Place | None:
    """Where the time of a statement stands, or None."""
    return best(periods(page, draft, drafts), model)
