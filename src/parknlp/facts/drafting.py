"""From numbers to drafts of facts: the pass over the numbers of a batch in the order of the text."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from .choices import ATTACH, CHANGES, Reader
from .choosing import Models
from .measures import PERCENTAGE, POINTS
from .naming import LONGEST, RULES, Rule
from .phrases import inner, noun_of
from .roles import FRACTIONS, Role
from .signs import COMMAS, MASKED
from .terms import Ints
from .words import words

Place = tuple[int, int]

_AND = re.compile("[、和与及]")
_REACHES = re.compile(r"[、,]?(?:达到?|至|为|升至|降至|增至)|,(?P<only>[仅只]有?)$")
_DRAFTED = frozenset(("base", "alike"))  # the pieces for which a fact before may have a name
_SUFFIXES = frozenset(("suffix1", "suffix2"))  # what the unit of a number says
_YIELDS = ("年产", "月产", "日产")  # 建设年产20GWh的基地
_RATES = ("率", "比例", "比重", "占比", "之比")  # these say what a percentage is
_PARTS = frozenset(("占比", "比重", "比例", "份额"))
_RANKS = {"前者": 2, "后者": 1}  # from the end, of the values that have no change yet
_OF = frozenset(("share", "completion"))  # the families of indicators that say of what
_SHARES = ("share-", "completion-")  # the rules that make a fact of a part of another one
_ALONE = frozenset(
    row
    for row, rule in enumerate(RULES)
    if len(rule.pieces) == 1 and _DRAFTED.isdisjoint(rule.pieces) and rule.family not in _OF
)  # the rules that take one piece as it stands
_SHARED = 3  # shares of one fact that are looked back over
_NO_SHARE = frozenset("地比有用据")  # behind 占, where that says nothing of a share (占地面积, 占比)
_MOST = 12  # facts that are looked back over for those that a list of changes belongs to


@dataclass(slots=True)
class Draft:
    """A fact in the making; numbers by their index, places in the joined text.

    Attributes:
        number: the number that it was made of.
        rule: what called it so; ``indicator``: what it is called.
        value, change: the numbers, or -1; ``sign``: of the change; ``kind``: where the words stand that name the comparison.
    """

    number: int
    rule: str
    indicator: str
    value: int = -1
    change: int = -1
    sign: str = ""
    kind: Place | None = None


class Finder:
    """The pass over the numbers of a batch."""

    def __init__(self, reader: Reader, models: Models) -> None:
        self.reader = reader
        self.sheet, self.numbers, self._text = reader.sheet, reader.numbers, reader.sheet.text
        self.drafts: list[Draft] = []
        self._waiting: list[str] = []  # what a list before 分别 gives to the numbers to come; "" where a change took it
        reader.decide(models)
        numbers = self.numbers
        self._sentence = numbers.sentence.tolist()
        self._start, self._end, self._left = numbers.start.tolist(), numbers.end.tolist(), numbers.left.tolist()
        self._dimension = numbers.dimension.tolist()
        self._document = numbers.document.tolist()
        own = reader.pieces.of("own")
        self._own, self._phrase = (own.size > 0).tolist(), (own.start.tolist(), own.end.tolist())
        self._alike = reader.pieces.alike.tolist()
        self._lists = reader.lists
        self._latest: dict[int, Draft] = {}
        self._chosen = reader.chosen
        self._rule, self._starts, self._ends = self._parts_of(np.array(reader.chosen, np.int64))

    def _parts_of(self, options: Ints) -> tuple[list[int], list[list[int]], list[list[int]]]:
        """The rules of options, and where their first, second and third pieces start and end."""
        found = self.reader.found
        if not len(found.rule):
            return [], [], []
        parts = (part.take(options, axis=-1, mode="wrap").tolist() for part in (found.rule, found.start, found.end))
        return next(parts), next(parts), next(parts)

    def run(self) -> list[Draft]:
        """Decide every number."""
        roles, own, heads = self.reader.roles, self._own, self._lists.heads
        for at, option in enumerate(self.reader.chosen):
            if self._waiting:
                self._listed(at)
            elif at in roles:
                self._told(at, roles[at], option)
            elif (own[at] or not self._late_value(at)) and not (at in heads and self._begins(at)) and option >= 0:
                self._add(at)
        return self.drafts

    def _told(self, at: int, role: Role, option: int) -> None:
        """Decide a number of which the words around it tell what it is."""
        if role.kind in CHANGES:
            self._changed(at, role)
        elif role.kind == "rate":
            self._rate(at)
        elif option >= 0:
            self._add(at)

    def _rate(self, at: int) -> None:
        """A rate of growth (以143.97%的增速领跑): that of what was spoken of before."""
        last = self.drafts[-1] if self.drafts else None
        known = (
            last is not None
            and self._sentence[at] - self._sentence[last.number] < 2
            and self._document[last.number] == self._document[at]
        )
        self._draft(at, "rate", f"{last.indicator.removesuffix('增速') if known and last else ''}增速", at)

    # what stands around

    def _near(self, at: int) -> Draft | None:
        last = self.drafts[-1] if self.drafts else None
        return last if last is not None and self._sentence[last.number] == self._sentence[at] else None

    def _whole(self, at: int) -> Draft | None:
        """The last fact of the sentence, or the one before those that are shares of it."""
        near = self._near(at)
        if near is None or not near.rule.startswith(_SHARES):
            return near
        for draft in self.drafts[-2 : -2 - _SHARED : -1]:
            if self._sentence[draft.number] != self._sentence[at]:
                break
            if not draft.rule.startswith(_SHARES):
                return draft
        return near

    def _changing(self, at: int) -> Draft | None:
        """The fact that a change may belong to: a share does not change by percents, but what it is a share of may."""
        near = self._near(at)
        if near is None or self._dimension[at] != PERCENTAGE or not near.rule.startswith(_SHARES):
            return near
        whole = self._whole(at)
        return near if whole is None or whole.value < 0 or whole.change >= 0 else whole

    # decisions

    def _add(self, at: int) -> None:
        """Add a value as the chosen option calls it, if that is called anything."""
        rule, text = self._text_of(at, self._rule[at], self._starts, self._ends, at)
        if text:
            text, *others = self._shares(at, text) if rule.family == "share" else (text,)
            self._draft(at, rule.source, text, at)
            self._waiting = others

    def _shares(self, at: int, text: str) -> list[str]:
        """What a share is called, and those of a list that follow it (分别占全市和全省的61%和24%)."""
        made, sign, whole = text.removesuffix("比重").rpartition("占")
        parts = _AND.split(whole)
        if not sign or len(parts) == 1 or len(parts) != self._lists.size(at, self._lists.follows):
            return [text]
        return [f"{made}占{part}比重" for part in parts]

    def text_of(self, option: int, at: int) -> tuple[Rule, str]:
        """The rule of an option, and the indicator that it makes of the pieces and of the facts before."""
        if option == self._chosen[at]:
            return self._text_of(at, self._rule[at], self._starts, self._ends, at)
        rules, starts, ends = self._parts_of(np.array([option]))
        return self._text_of(at, rules[0], starts, ends, 0)

    def _text_of(
        self, at: int, row: int, starts: list[list[int]], ends: list[list[int]], column: int
    ) -> tuple[Rule, str]:
        """The same of a rule, and of the places of its pieces in a column of two tables."""
        text, rule, made = self._text, RULES[row], ""
        if row in _ALONE:
            made = inner(text[starts[0][column] : ends[0][column]])
            return rule, f"{made}能" if made.endswith(_YIELDS) else made
        for name, start, end in zip(rule.pieces, starts, ends, strict=False):
            if name in _DRAFTED and (draft := self._named(at, name)):
                made += draft.indicator
                continue
            piece = inner(text[start[column] : end[column]])
            if not (name in _SUFFIXES and (made.endswith(piece) or (piece in _RATES and made.endswith(_RATES)))):
                made += piece
        if rule.name == "of" and (draft := self._named(at, "base")):
            made = draft.indicator  # a share of what, where the sentence says so
        if made.endswith(_YIELDS):
            made += "能"
        return rule, self._completed(at, rule, made) if rule.family in _OF else made

    def _completed(self, at: int, rule: Rule, made: str) -> str:
        """The indicator with what is completed, or what the number is a share of."""
        if rule.name == "own-short":
            return made
        role, left = self.reader.roles[at], self._left[at]
        whole = inner(self.sheet.text[left + role.of[0] : left + role.of[1]])
        if rule.family == "share":
            before, sign, other = made.rpartition("占")  # what it is a share of is said of another number already
            said = sign and (made.endswith("比重") or (before and other[:1] not in _NO_SHARE))
            return f"{before if said else made.removesuffix('占比')}占{whole}比重"
        return f"{made.removesuffix('完成率')}{whole.lstrip('了')}完成率"

    def _named(self, at: int, name: str) -> Draft | None:
        """The fact before that a piece of a number refers to, unless it is called something long."""
        if name == "alike":
            draft = self._latest.get(self._alike[at])
        else:  # 占比 names the share that a further percentage is, not what it is a share of
            share = self._dimension[at] == PERCENTAGE and at not in self.reader.roles
            draft = self._near(at) if share else self._whole(at)
        return draft if draft is not None and len(draft.indicator) <= LONGEST else None

    def _draft(self, at: int, rule: str, indicator: str, value: int = -1) -> Draft:
        draft = Draft(at, rule, indicator, value)
        self.drafts.append(draft)
        self._latest[at] = draft
        return draft

    def _changed(self, at: int, role: Role) -> None:
        """Attach a change to its value, or make it a fact of its own, or a value after all."""
        left = self._left[at]
        kind = (role.word[0] + left, role.word[1] + left)
        listed = self._lists.size(at, self._lists.follows)
        if at + 1 in self._lists.linked:
            for count in dict.fromkeys((self._lists.size(at, self._lists.linked), listed)):
                if count > 1 and self._change_list(at, count, role, kind):
                    return
        start = self._phrase[0][at]
        rank = _RANKS.get(self._spelt(at)) or _RANKS.get(self._text[start - 2 : start])  # 后者|受跌价拖累下滑3.5%
        if rank and len(known := self._unchanged(at)) >= rank:  # 产值46亿元、税收2亿元,前者增长5%
            self._attach(known[-rank], at, role.sign, kind)
            return
        near = self._changing(at)
        free = near is not None and near.change < 0 and near.value >= 0 and near.rule != "rate"
        if near is not None and free and ((role.kind == "beyond" and not self._own[at]) or self._says_share(at, near)):
            self._attach(near, at, role.sign, kind)
        elif near is not None and near.rule == "rate" and role.kind == "speed":
            self._rate(at)
        else:
            self._change_chosen(at, role, kind, near if free else None, listed)

    def _says_share(self, at: int, near: Draft) -> bool:
        """Whether a change is that of a share which it names by no more than 占比 (占全区的44.6%，占比提高5.1个百分点)."""
        if self._dimension[at] != POINTS or not near.rule.startswith(_SHARES):
            return False
        return self._spelt(at) in _PARTS

    def _spelt(self, at: int) -> str:
        """The own phrase of a number."""
        start, end = self._phrase
        return self._text[start[at] : end[at]]

    def _unchanged(self, at: int) -> list[Draft]:
        """The last values of the sentence that no change belongs to."""
        sentence = self._sentence[at]
        return [
            draft
            for draft in self.drafts[-_MOST:]
            if self._sentence[draft.number] == sentence and draft.value >= 0 and draft.change < 0
        ]

    def _change_chosen(self, at: int, role: Role, kind: Place, near: Draft | None, count: int) -> None:
        """What the model makes of a change; ``near`` may take it, ``count`` numbers share its verb."""
        option = self._chosen[at]
        if option >= 0 and self._rule[at] == ATTACH:
            if near is not None:
                self._attach(near, at, role.sign, kind)
                return
            option = self._second(option)
        if option < 0:
            return
        rule, text = self.text_of(option, at)
        if not text:
            return
        draft = self._draft(at, rule.source, text)
        if rule.name.startswith("is-"):
            draft.value = at
            return
        self._attach(draft, at, role.sign, kind)
        for number in range(at + 1, at + count):  # one indicator of several things (三大指标分别增长x、y和z)
            self._attach(self._draft(number, "change-list", text), number, role.sign, kind)
        self._waiting = [""] * (count - 1)

    def _second(self, option: int) -> int:
        """The best option of the same number but this one, or -1."""
        number = self.reader.found.number
        first, stop = number.searchsorted([number[option], number[option] + 1]).tolist()
        rivals = [at for at in range(first, stop) if at != option]
        return max(rivals, key=self.reader.score.__getitem__, default=-1)

    def _change_list(self, at: int, count: int, role: Role, kind: Place) -> bool:
        """Changes listed in the order of the values, or of the things, before them (分别增长x和y)."""
        values = self._unchanged(at)
        numbers = range(at, at + count)
        signs = [self.reader.roles.get(number, role).sign for number in numbers]
        if not self._own[at] and len(values) >= count:
            for draft, number, sign in zip(values[-count:], numbers, signs, strict=True):
                self._attach(draft, number, sign, kind)
        else:
            start, end = self._phrase
            text = MASKED.sub("", self.sheet.masked[start[at] : end[at]])
            things = next((parts for parts in (re.split("、|和", text), text.split("、")) if len(parts) == count), None)
            if not self._own[at] or things is None:
                return False
            near = self._near(at)
            amount = words("amount").ending
            tail = amount(things[-1]) or (amount(near.indicator) if near else "")
            for thing, number, sign in zip(things, numbers, signs, strict=True):
                name = inner(thing)
                draft = self._draft(number, "change-list", name if amount(name) else name + tail)
                self._attach(draft, number, sign, kind)
        self._waiting = [""] * (count - 1)
        return True

    def _attach(self, draft: Draft, at: int, sign: str, kind: Place) -> None:
        draft.change, draft.kind = at, kind if kind[0] < kind[1] else None
        draft.sign = "-" if self.sheet.text[self._start[at]] == "-" else sign

    def _listed(self, at: int) -> None:
        name = self._waiting.pop(0)
        if name:
            self._draft(at, "value-list", name, at)

    def _begins(self, at: int) -> bool:
        """Whether a plain value begins a list of what was named before."""
        self._waiting = self._name_list(at)
        if self._waiting:
            self._listed(at)
            return True
        return False

    def _late_value(self, at: int) -> bool:
        """A value that stands behind its change (净利润增长19%, 达到2.82亿元; 占比提高3.6个百分点, 达到47.9%)."""
        near = self._near(at)
        if near is None or near.change < 0 or near.value >= 0:
            return False
        moved = self._dimension[near.change]
        if self._dimension[at] in FRACTIONS and (self._dimension[at], moved) != (PERCENTAGE, POINTS):
            return False
        found = _REACHES.match(self.sheet.masked, self._end[near.number], self._start[at])
        if not found or (found["only"] and self.sheet.masked[self._end[at]] not in COMMAS):
            return False
        near.value = at
        return True

    def _name_list(self, at: int) -> list[str]:
        """What 新签约、新开工、新竣工亿元以上项目分别为 calls the numbers that follow."""
        start, end = self._phrase
        text = self.sheet.masked[start[at] : end[at]]
        if "、" not in text and "和" not in text:
            return []
        count = self._lists.size(at, self._lists.follows)
        parts = re.split("、|和|与", text)
        if count < 2 or len(parts) != count or not all(parts):
            return []
        if not noun_of(parts[0]):
            tail = _shared(parts[-1])
            parts = [part + tail for part in parts[:-1]] + parts[-1:]
        return [inner(part) for part in parts]


def _shared(last: str) -> str:
    """What the last thing of a list says for all of them (新开工、新竣工亿元以上项目; 光电子、新材料产业产值)."""
    act = words("act").starting(last)
    if act:
        return last[len(act) :]
    noun = noun_of(last)
    return words("trade", "count", "amount").ending(last[: len(last) - len(noun)]) + noun
