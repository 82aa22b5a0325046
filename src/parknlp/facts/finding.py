"""From slots to facts: one pass over the numbers of a page, each decided by named rules."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..doc import FIGURE, Doc, Fact, Span
from ..fold import fold
from .choosing import Chooser, Option, default_chooser
from .phrases import act, before, has_head, inner, nouns_after, strip_lead, strip_tail, unit_noun
from .placing import periods, subjects
from .reading import MASK, MASKED, Page, Slot, read
from .words import either, ending, words

Place = tuple[int, int]
_SUFFIXES = {"area": ("面积",), "duration": ("用时", "周期"), "money": ("投资", "金额", "规模", "产值"), "percent": ("占比", "率"), "size": ("年产能", "产量"), "multiple": ("之比", "比重")}


@dataclass(slots=True)
class Draft:
    """A fact in the making."""

    slot: Slot
    rule: str
    indicator: str
    base: str
    value: Span | None = None
    change: Span | None = None
    sign: str = ""
    kind: str | None = None
    kind_place: Place | None = None
    subject: Place | None = None
    period: Place | None = None


_TIMES = re.compile(f"(?:截至|截止|到|至|自|从)?{MASK['TIME']}+(?:以来|以后|之前|之后|期间|底|末|初|前|起)?的?")
_APPROX = r"(?:了|出)?(?:约|近|超过|超|逾|达到|达|为|高达|多达|将近|不到|至少|仅|只|又|再|掉)*"
_SHARE = re.compile(
    r"(?:占到|占据|占了|占|贡献了|贡献(?!率))(?P<of>(?!比|有率|地(?![区方]))[^,;占]{0,24}?)的?(?P<word>比重|比例|份额)?"
    r"(?:为|达到|达|超过|超|约|近|逾|高达|升至|升到|提高到|提升到|提升至|提高至|到|了|就|过|已|仅|只有|将近)*$"
)
_COMPLETION = re.compile(
    r"(?:完成|达成|占|达|实现)(?P<what>[^,;]{0,12}(?:目标|任务|计划|序时|指标|预算))[^,;]{0,6}?的?(?:约|近|超过|超|逾)?$"
)
_RATE = re.compile(r"的?(?P<word>增速|增幅|增长率|增长速度|速度|涨幅)")
_LINK = re.compile(r"[、,]?(?:和|及|与|以及|、)?$")
_REST = re.compile(r"^(?:以上|以下|左右|以内|之多|上下|有余|余|多)(?:[、和及与]|(?=[^\u4e00-\u9fff]))")
MASKED_NUMBER = re.compile("[\ue004\ue005]+")
_SMALL = re.compile(r"[一二两三四五六七八九](?:[^十百千万亿].?)$")


@functools.cache
def _change() -> re.Pattern[str]:
    verb = either("rise", "fall")
    loose = either("rise", "fall", "above", "below")
    return re.compile(
        rf"(?:(?P<kind>{either('comparison')}|(?:比|较|相比|与)[^,;]{{1,18}}?)(?:相比)?"
        rf"(?:分别|各|均|实现|大约|大幅|略微|略|微|仅|下|逆势|也|又|还|则|可|再|能|反而|已|都|累计|前|更|要|就|了)*(?P<verb>{loose}|{either('beyond')})"
        rf"|(?P<bare>{verb})|(?P<word>{either('spread', 'drop')})|(?P<beyond>{either('beyond')})"
        rf"|(?P<over>(?P<dir>高出|高于|高过|跑赢|领先|优于|好于|快于|超出|多于|低于|低|慢于|落后于|落后|少于|弱于|跑输)[^,;、\ue004\ue005]{{2,14}}))(?P<far>{_APPROX})$"
    )


class Finder:
    """The pass over one page."""

    def __init__(self, page: Page, chooser: Chooser) -> None:
        self.page = page
        self.chooser = chooser
        self.drafts: list[Draft] = []
        self._threshold: Slot | None = None
        self._own = ""
        self._run: list[str] = []  # indicators that a list before 分别 gives to the numbers to come

    def run(self) -> Finder:
        """Decide every number."""
        for index, slot in enumerate(self.page.slots):
            self._decide(index, slot)
        return self

    # --- what stands around -----------------------------------------------------------------------------------------

    def _left(self, slot: Slot) -> str:
        """The masked text before a number without times; a threshold just before it is shown with its digits."""
        page, known = self.page, self._threshold
        start = slot.left
        text = page.masked[start : slot.span.start]
        if known is not None and known.span.end == start:
            text = page.masked[known.left : known.span.start] + page.text[known.span.start : known.span.end] + text
        else:
            text = _REST.sub("", text)
        if not text.strip() and page.text[start - 1 : start] == ")" and start > page.sentences[slot.sentence][0]:
            opening = page.text.rfind("(", max(0, start - 30), start)
            if opening > 0:
                text = re.split(r"[,;:。\n)]", page.masked[max(0, opening - 30) : opening])[-1]
        return MASKED_NUMBER.split(text)[-1]

    def _near(self, slot: Slot) -> Draft | None:
        """The last draft, when it stands in the same sentence."""
        return self.drafts[-1] if self.drafts and self.drafts[-1].slot.sentence == slot.sentence else None

    def _previous_clause(self, slot: Slot) -> str:
        page = self.page
        first = page.sentences[slot.sentence][0]
        text = page.masked[max(first, slot.clause - 60) : max(first, slot.clause - 1)]
        return re.split(r"[,;:()\ue004\ue005]", text)[-1]

    def _follows(self, index: int) -> bool:
        """Whether this number continues a list of numbers: nothing but 、 or 和 before it."""
        slots = self.page.slots
        if index == 0 or slots[index - 1].sentence != slots[index].sentence:
            return False
        gap = self.page.masked[slots[index - 1].span.end : slots[index].span.start]
        return len(gap) <= 3 and bool(_LINK.match(gap))

    def _list_length(self, index: int) -> int:
        """How many numbers the list that starts here has."""
        length = 1
        while index + length < len(self.page.slots) and self._follows(index + length):
            length += 1
        return length

    # --- decisions --------------------------------------------------------------------------------------------------

    def _decide(self, index: int, slot: Slot) -> None:
        page = self.page
        left, right = self._left(slot), page.masked[slot.span.end : slot.right]
        self._threshold = None
        if self._is_threshold(index, slot, left, right):
            self._threshold = slot
            return
        if self._run and self._follows(index):
            self._listed(slot)
            return
        self._run = []
        plain = _TIMES.sub("", left)
        if slot.dimension in ("percent", "points") and (match := _COMPLETION.search(plain)):
            self._completion(slot, plain, match)
        elif match := self._change_of(slot, left):
            self._changed(index, slot, left, match)
        elif slot.dimension in ("percent", "multiple") and (match := _SHARE.search(plain)):
            self._share(slot, plain, match)
        elif slot.dimension == "percent" and (match := _RATE.match(right)):
            self._rate(slot)
        else:
            self._value(index, slot, plain, right)

    def _is_threshold(self, index: int, slot: Slot, left: str, right: str) -> bool:
        slots = self.page.slots
        follows = index + 1 < len(slots) and slots[index + 1].span.start == slot.right
        if slot.dimension in ("percent", "points", "multiple", "count"):
            return False
        if re.match(r"(?:及?以上|以下|级|以内)(?:的)?[^\s、]", right) or (follows and re.match(r"(?:及?以上|以下)(?:的)?(?:有)?$", right)):
            return not re.search(r"[增降涨跌]\w?$", left)
        if right == "或" and follows:
            return True
        return bool(follows and slot.dimension == "money" and re.search(r"[超过][过出]?$", left) and re.match(r"(?:的)?[^\ue000-\ue005的]{1,8}$", right) and slots[index + 1].dimension == "count")

    def _change_of(self, slot: Slot, left: str) -> re.Match[str] | None:
        match = _change().search(left)
        if not match:
            return None
        if match["over"]:
            return match if slot.dimension in ("points", "percent", "multiple") else None
        if match["bare"]:
            if slot.dimension in ("percent", "points", "multiple"):
                return None if re.search(r"新$", left[: match.start()]) else match
            if match["bare"] in ("增", "涨", "升", "降", "减", "翻", "省", "缩短", "压缩", "扩大", "节约", "节省") or len(match["bare"]) == 1:
                return None
            return match if slot.dimension != "duration" else None
        if match["word"] and slot.dimension not in ("percent", "points"):
            return None
        return match

    def _choose(self, task: str, options: list[Option], slot: Slot) -> Option:  # noqa: ARG002 - training looks at the slot
        return options[self.chooser(task, options)]

    def _add(self, slot: Slot, task: str, options: list[Option], value: bool = True) -> Draft | None:
        seen: dict[str, Option] = {}
        for option in options:
            if option.text or option.rule == "none":
                seen.setdefault(option.text, option)
        choices = list(seen.values())
        if not choices:
            return None
        self._describe(slot, task, choices)
        chosen = self._choose(task, choices, slot)
        if chosen.rule == "none":
            return None
        draft = Draft(slot, f"{task}-{chosen.rule}", chosen.text, chosen.text, slot.span if value else None)
        self._place(draft)
        self.drafts.append(draft)
        return draft

    def _describe(self, slot: Slot, task: str, choices: list[Option]) -> None:
        page = self.page
        start, end = slot.span.start, slot.span.end
        dim = slot.dimension
        near = self._near(slot)
        left = page.masked[max(slot.left, start - 8) : start]
        right = page.masked[end : min(slot.right + 1, end + 6)]
        surface = page.text[start:end]
        unit = re.sub(r"^[\d.,\-~ ]+", "", surface)[-3:]
        chinese = surface[0] in "一二两三四五六七八九十几数半"
        first, last = page.sentences[slot.sentence]
        own = self._own
        base = near.base if near else ""
        gap = page.masked[near.slot.span.end : start] if near else ""
        sep = (re.sub(r"[^,、;。()\ue003]", "", gap) or "-")[:2] if near else "^"
        context = [f"own={own[-2:]}", f"base={base[-2:]}", f"both={own[-2:]}{base[-2:]}", f"sep={sep}", f"among={'其中' in gap}", f"dim={dim}", f"bdim={near.slot.dimension if near else ''},{dim}",
                   f"on={min(len(own), 12) // 2},{has_head(own)}", f"tail={left[-2:]}", f"lead={right[:1]}"]
        for option in choices:
            text, rule = option.text, option.rule
            size = min(len(text), 24) // 2
            head = ending(text, "amount", "count")
            if rule == "none":
                option.features.extend(["none", f"dim={dim}", f"zh={chinese},{dim}", f"unit={unit}", f"zu={chinese},{unit}", f"many={min(6, sum(first <= s.start < last for s in page.numbers))}", f"quote={'“' in page.masked[max(first, start - 12) : start]}",
                    f"near={near is not None},{dim}", f"name={any(first <= n.start < last for n in page.names)}", f"time={any(first <= n.start < last for n in page.times)}", f"lr={left[-1:]}|{right[:1]}", f"own={own[-2:]}", f"head={has_head(own)},{dim}", f"onn={min(len(own), 8)},{dim}", f"sep={sep},{dim}"])
                option.features.extend(f"L{left[i : i + 2]}" for i in range(len(left) - 1))
                option.features.extend(f"R{i},{right[i : i + 2]}" for i in range(len(right) - 1))
                option.features.extend((f"l1{left[-1:]},{dim}", f"l2{left[-2:]}", f"l3{left[-3:]}", f"r1{right[:1]},{dim}", f"r2{right[:2]}"))
                continue
            option.features.extend((f"r={rule}", f"h={text[-2:]}", f"h3={text[-3:]}", f"h={text[-2:]},{dim}", f"f={text[:2]}", f"f1={text[:1]}", f"n={size}", f"n={size},{dim}", f"r={rule},n={size}",
                f"head={bool(head)},{dim}", f"r={rule},h={text[-2:]}", f"w={head},{dim}", f"hu={text[-2:]},{unit}"))
            option.features.extend(f"{rule},{item}" for item in context)
            option.features.extend(f"c{char}" for char in set(text))

    def _option(self, rule: str, text: str) -> Option:
        return Option(rule, inner(text), [])

    def _completion(self, slot: Slot, left: str, match: re.Match[str]) -> None:
        near = self._near(slot)
        what = inner(strip_lead(match["what"]))
        own = self._own = before(left[: match.start()])
        options = [self._option("what", what + "完成率")]
        if own:
            options.append(self._option("own", own + what + "完成率"))
        if near:
            options.append(self._option("near", near.base + what + "完成率"))
        else:
            options.append(self._option("clause", before(self._previous_clause(slot)) + what + "完成率"))
        self._add(slot, "completion", options)

    def _share(self, slot: Slot, left: str, match: re.Match[str]) -> None:
        near = self._near(slot)
        of = inner(MASKED.sub("", match["of"]))
        own = self._own = before(left[: match.start()])
        base = re.sub("增速$", "", near.base) if near else ""
        options = []
        if own:
            options += [self._option("own", f"{own}占{of}比重"), self._option("own-short", f"{own}占比")]
        if near:
            options += [self._option("near", f"{base}占{of}比重"), self._option("near-short", f"{base}占比")]
            if own:
                options += [self._option("near-own", f"{base}{own}占比")]
        options += [self._option("of", f"占{of}比重")]
        clause = before(self._previous_clause(slot))
        if clause:
            options.append(self._option("clause", f"{clause}占{of}比重"))
        self._add(slot, "share", options)

    def _rate(self, slot: Slot) -> None:
        last = self.drafts[-1] if self.drafts else None
        base = re.sub("增速$", "", last.base) if last else ""
        self._add(slot, "rate", [self._option("last", base + "增速")])

    def _changed(self, index: int, slot: Slot, left: str, match: re.Match[str]) -> None:
        part = next(name for name in ("verb", "bare", "word", "beyond", "over") if match[name])
        verb = match["dir"] or match[part]
        sign = "-" if verb in words("fall", "below", "drop") or slot.span.text.startswith("-") else "+"
        place = match.span("kind") if match["kind"] else match.span(part)
        offset = slot.span.start - len(left)
        kind_place = (place[0] + offset, place[1] + offset)
        plain = _TIMES.sub("", left[: match.start()])
        own = self._own = before(plain)
        near = self._near(slot)
        count = self._list_length(index)
        open_values = [d for d in self.drafts if d.slot.sentence == slot.sentence and d.value is not None and d.change is None]
        if count > 1 and not own and len(open_values) >= count:
            for draft, later in zip(open_values[-count:], self.page.slots[index : index + count], strict=True):
                self._attach(draft, later.span, sign, kind_place)
            self._run = ["" for _ in range(count - 1)]
            return
        fits = near and near.change is None and near.value is not None
        if fits and slot.span.label == FIGURE and slot.dimension != "multiple" and _unit(self.page, near.slot) != _unit(self.page, slot):
            fits = False
        if match["over"] and not (near and near.indicator.endswith(("率", "比重", "占比"))):
            fits = False
        if fits and (not own or match["word"]):
            self._attach(near, slot.span, sign, kind_place)
            return
        points = slot.dimension == "points"
        options = []
        if count > 1 and own:
            parts = re.split("、|和(?=[^、]*$)", strip_lead(strip_tail(MASKED.sub("", plain))))
            if len(parts) != count:
                parts = strip_lead(strip_tail(MASKED.sub("", plain))).split("、")
            if len(parts) == count:
                base = near.base if near else ""
                for part, later in zip(parts, self.page.slots[index : index + count], strict=True):
                    options = [self._option("list", part)]
                    if base:
                        options.append(self._option("list-base", part + base))
                    self._change_draft(later, options, sign, kind_place)
                self._run = ["" for _ in range(count - 1)]
                return
        if own:
            options.append(self._option("own", own))
            if near:
                options.append(self._option("own-near", near.base + own))
            if points and not own.endswith(("率", "比重", "占比")):
                options.append(self._option("own-rate", own + "增速"))
        if near:
            options.append(self._option("near", near.base))
            if points:
                options.append(self._option("near-rate", near.base + "增速"))
        clause = before(_TIMES.sub("", self._previous_clause(slot)))
        if clause:
            options.append(self._option("clause", clause))
            if own:
                options.append(self._option("clause-own", clause + own))
        options.append(Option("none", "", []))
        self._change_draft(slot, options, sign, kind_place)

    def _change_draft(self, slot: Slot, options: list[Option], sign: str, place: Place) -> None:
        draft = self._add(slot, "change", options, value=False)
        if draft:
            self._attach(draft, slot.span, sign, place)

    def _attach(self, draft: Draft, span: Span, sign: str, place: Place) -> None:
        draft.change, draft.sign, draft.kind_place = span, sign, place
        draft.kind = self.page.doc.text[slice(*place)]

    def _listed(self, slot: Slot) -> None:
        name = self._run.pop(0)
        if name:
            self._add(slot, "list", [self._option("item", name)])

    def _value(self, index: int, slot: Slot, left: str, right: str) -> None:
        near = self._near(slot)
        own = self._own = before(left)
        bare = strip_tail(left)
        if not own and near and near.change is not None and near.value is None and near.slot is not slot and re.match(r"[、,]?(?:达到?|至|为|升至|降至|增至)", self.page.masked[near.slot.span.end : slot.span.start]) and slot.dimension not in ("percent", "points", "multiple"):
            near.value = slot.span
            return
        count = self._list_length(index)
        if count > 1 and re.search(r"分别|依次|各", left) and "、" in bare:
            parts = [strip_lead(part) for part in re.split("、|和|与", MASKED.sub("", bare))]
            if len(parts) == count and all(parts):
                if not has_head(parts[0]):
                    parts = [part + parts[-1][len(parts[0]) :] for part in parts[:-1]] + parts[-1:]
                self._run = parts[1:]
                self._add(slot, "list", [self._option("item", parts[0])])
                return
        options: list[Option] = []

        def add(rule: str, text: str) -> None:
            options.append(self._option(rule, text))

        page = self.page
        tail = own.rsplit("、", 1)[-1] if "、" in own else ""
        nouns = nouns_after(right) if right and right[0] not in " 、" else []
        then = nouns[-1] if nouns else ""
        action = act(MASKED.sub("", left)) or act(page.masked[slot.span.end : slot.span.end + 20].split("。")[0])
        first = page.sentences[slot.sentence][0]
        broad = act(MASKED.sub("", page.masked[max(first, slot.clause - 50) : slot.clause]))
        clause = before(_TIMES.sub("", self._previous_clause(slot)))
        base = near.base if near else ""
        counted = slot.dimension in ("count", "size", "area", "duration")
        headed = has_head(own)
        surface = page.text[slot.span.start : slot.span.end]
        suffixes = [unit_noun(surface), *_SUFFIXES.get(slot.dimension, ())]
        alike = next((d for d in reversed(self.drafts[-12:]) if d.slot.dimension == slot.dimension and d.value and _unit(page, d.slot) == _unit(page, slot)), None)
        if own and headed:
            add("own", own)
        of = "de-" if right[:1] == "的" else ""
        for noun in nouns if counted else []:
            add(f"{of}after", noun)
            if action and action not in noun:
                add("act-after", action + noun)
            if broad and broad != action:
                add("broad-after", broad + noun)
            if own:
                add("own-after", own + noun)
        if own and not headed:
            add("own", own)
        if tail:
            add("own-tail", tail)
        head = ending(own, "amount", "count")
        if len(own) > len(head) + 2 and head:
            add("own-core", head)
            second = ending(own[: -len(head)], "amount", "count")
            if second and len(own) > len(head) + len(second):
                add("own-core2", second + head)
        for suffix in suffixes:
            if suffix and own and not own.endswith(suffix):
                add("own-unit", own + suffix)
            if suffix and not own:
                add("unit", (action or broad) + suffix)
        if broad and own and broad not in own:
            add("broad-own", broad + own)
        if not counted:
            for noun in nouns:
                add("after", noun)
                add("after-unit", noun + (suffixes[0] or suffixes[-1]))
        if alike and (alike is not near or not own):
            add("alike", alike.base)
            add("alike-own", alike.base + own)
            core = ending(alike.base, "amount", "count")
            if core:
                add("alike-core", core)
            if own:
                add("alike-head", own + core)
        if base:
            head = ending(base, "count", "amount")
            core = act(base) + head
            if own and head and core != base and head not in own:
                add("near-core", core + own)
                add("near-head", head + own)
            add("near-own", base + own)
            if own:
                add("own-head", own + ending(base, "amount", "count"))
                if then:
                    add("near-after", base + then)
            else:
                add("near", base)
                for suffix in suffixes:
                    if suffix:
                        add("near-unit", base + suffix)
        if clause:
            add("clause-own", clause + own)
            if not own:
                add("clause", clause)
                for suffix in suffixes:
                    if suffix:
                        add("clause-unit", clause + suffix)
                if then:
                    add("clause-after", clause + then)
        where, project = self._project(slot)
        if project and project not in own:
            add(f"{where}-own", project + own)
            kind = ending(project, "count")
            if kind and own and kind not in own:
                add("kind-own", kind + own)
        for rule, topic in (("topic", self._topic(slot)), ("wide", self._wide_topic(slot))):
            if topic and topic not in own:
                add(f"{rule}-own", topic + own)
                if then:
                    add(f"{rule}-after", topic + then)
                if not own and not then:
                    for suffix in suffixes:
                        if suffix:
                            add(f"{rule}-unit", topic + suffix)
        none = Option("none", "", [])
        if slot.dimension == "duration" or _SMALL.match(surface):
            options.insert(0, none)
        else:
            options.append(none)
        self._add(slot, "value", options)

    def _wide_topic(self, slot: Slot) -> str:
        """The industry named in the sentence before, or in the headline."""
        page = self.page
        if slot.sentence:
            start, end = page.sentences[slot.sentence - 1]
            found = list(_topic().finditer(page.masked, start, end))
            if found:
                return strip_lead(found[-1][0])
        match = _topic().search(fold(page.doc.title or ""))
        return strip_lead(match[0]) if match else ""

    def _project(self, slot: Slot) -> tuple[str, str]:
        page = self.page
        first, last = page.sentences[slot.sentence]
        found = list(_project().finditer(page.masked, first, slot.left))
        match = found[-1] if found else _project().search(page.masked, slot.span.end, min(last, slot.span.end + 30))
        if not match:
            return "", ""
        owned = any(first <= name.start < match.start() for name in page.names)
        return f"{'project' if found else 'later'}{'-owned' if owned else ''}", match[0].lstrip("的")

    def _topic(self, slot: Slot) -> str:
        first = self.page.sentences[slot.sentence][0]
        found = list(_topic().finditer(self.page.masked, first, slot.left))
        return strip_lead(found[-1][0]) if found else ""

    def _place(self, draft: Draft) -> None:
        options = subjects(self.page, draft.slot, self.drafts, draft.rule, draft.indicator, self._own)
        draft.subject = self._choose("subject", options, draft.slot).place
        options = periods(self.page, draft.slot, self.drafts, draft.rule, draft.indicator)
        draft.period = self._choose("period", options, draft.slot).place

    # --- output -----------------------------------------------------------------------------------------------------

    def facts(self) -> tuple[Fact, ...]:
        """The drafts as facts."""
        return tuple(self._fact(draft) for draft in self.drafts)

    def _fact(self, draft: Draft) -> Fact:
        text = self.page.doc.text
        places: dict[str, Place | None] = {
            "subject": draft.subject,
            "value": draft.value and (draft.value.start, draft.value.end),
            "change": draft.change and (draft.change.start, draft.change.end),
            "change_kind": draft.kind_place,
            "period": draft.period,
        }
        spans = {part: place for part, place in places.items() if place is not None}
        said = {part: text[start:end] for part, (start, end) in spans.items()}
        change = said.get("change")
        if change is not None:
            change = draft.sign + change.strip().lstrip("+-")
        return Fact(
            said.get("subject"),
            draft.indicator or None,
            said.get("value"),
            change,
            said.get("change_kind"),
            said.get("period"),
            spans,
            f"rule:{draft.rule}",
        ).with_quantities(self.page.doc.ents)


def _unit(page: Page, slot: Slot) -> str:
    return re.sub(r"^[\d.,\-~+ 一二两三四五六七八九十百千万亿余多]+", "", page.text[slot.span.start : slot.span.end])


@functools.cache
def _project() -> re.Pattern[str]:
    return re.compile(r"[^\s,;:。!?、()的\ue000-\ue005]{2,20}?(?:项目|基地|工厂|产业园|中心|生产线|厂房|总部|车间)")


@functools.cache
def _topic() -> re.Pattern[str]:
    return re.compile(r"[^\s,;:。!?、()的—“”·\-\ue000-\ue005]{2,10}?(?:产业链|产业|行业|制造业|经济|板块|装备|集群)")


def find_facts(docs: Sequence[Doc], chooser: Chooser | None = None) -> list[tuple[Fact, ...]]:
    """The statements of each document, in the order of the text."""
    return [Finder(read(doc), chooser or default_chooser()).run().facts() for doc in docs]
