"""Which mentions of a document are one thing, and which thing of the gazetteers that is.

Two mentions are one thing when their names differ in spelling only, when both link to one identifier, when the text says so (以下简称, a
bracket, 前身), or when one is a short form of the other. A short form belongs to one longer name: the last one before it that it
may stand for, or else the first one behind it. A firm's branch and a park inside a park have no short forms that are their owner's, so
they stay apart.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import Final

from ..doc import COMPANY, INSTITUTION, PARK, Doc, Span, builder
from ..matcher import normalize
from . import gazetteers
from .company_name import parse_company_name
from .forms import canonical, new_letters, opening_forms, short_forms
from .linking import STOCK, Linker

LABELS: Final = (COMPANY, PARK, INSTITUTION)
"""The labels whose mentions are grouped."""

_GAP: Final = 24
_GROUP: Final = "集团"
_STATEMENTS: Final = (
    (r"[(（](?:[^()（）\n]{0,12}[，,；;：:])?(?:以下|下)?(?:[简簡統统]?[称稱])(?:为|為|作)?[：:]?[“‘\"「]?", ""),
    (r"[(（](?:[又也亦][称稱]|又名|即|原名|原|[现現]名|[现現])?[：:]?[“‘\"「]?", r"[”’\"」]?[)）]"),
    (r"的?前身[^，。,；;\n]{0,20}", ""),
    (r"[^，。,；;\n]{0,10}(?:更名|改名|改[称稱])[为為成][“\"]?", ""),
    (r"[，,]?(?:[又亦俗][称稱]|又名)[“\"]?", ""),
    (r"是?由原?", r"[发發]展|[更改]名|升格|改制|演[变變]"),
)
"""What stands between two names of one thing, and what behind the second: X(以下简称Y, X(Y), X的前身Y, X更名为Y, X又名Y, X由原Y发展而来."""


_SIGNS: Final = frozenset("(（称稱前名由改")
"""Of these, every one of the statements holds one or more."""

_NO_STATEMENTS: Final = frozenset(("、", "，", ",", "和", "与", "。", "", "的"))
"""What most often stands between two names."""

_FEW: Final = 64
"""Up to so many names, each is compared with each before their forms are listed."""

_span = builder(Span)


@functools.cache
def _statements() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    return tuple((re.compile(between), re.compile(behind)) for between, behind in _STATEMENTS)


class _Thing:
    """A surface of one document, or what some of them have been found to be: a tree whose root stands for all.

    Attributes:
        label: the label of its mentions.
        name: its normalized surface.
        kb_id: its identifier, or None.
        order: number of the surface by first mention.
        form: its name in canonical form.
        above: the thing that this is one with, nearer to the root.
    """

    __slots__ = ("above", "form", "kb_id", "label", "name", "order")

    def __init__(self, label: str, name: str, kb_id: str | None, order: int) -> None:
        self.label, self.name, self.kb_id, self.order = label, name, kb_id, order
        self.form = canonical(label, name)
        self.above: _Thing | None = None

    def root(self) -> _Thing:
        """What stands for all that this is one with."""
        thing = self
        while thing.above is not None:
            if thing.above.above is not None:
                thing.above = thing.above.above
            thing = thing.above
        return thing

    def join(self, other: _Thing) -> None:
        """Make both one, unless two identifiers say that they are not."""
        mine, theirs = self.root(), other.root()
        apart = mine.kb_id and theirs.kb_id and mine.kb_id != theirs.kb_id
        if mine is theirs or mine.label != theirs.label or apart:
            return
        theirs.above = mine
        mine.kb_id = mine.kb_id or theirs.kb_id


def group(docs: Sequence[Doc], linker: Linker | None = None) -> list[tuple[Span, ...]]:
    """The spans of each document, companies, parks and institutions with the number of their entity and its ``kb_id``.

    Args:
        docs: documents with their spans.
        linker: finds identifiers; one without lexicons of the user's by default.

    >>> text = "孚能科技（镇江）有限公司投产，孚能科技落户镇江新区（镇江经开区）"
    >>> names = ("孚能科技（镇江）有限公司", COMPANY), ("孚能科技", COMPANY), ("镇江新区", PARK), ("镇江经开区", PARK)
    >>> places = [(text.rindex(name), name, label) for name, label in names]
    >>> doc = Doc(text, ents=tuple(Span(at, at + len(name), label, name) for at, name, label in places))
    >>> [span.group for span in group([doc])[0]]
    [0, 0, 1, 1]
    """
    linker = linker or Linker()
    named = [[span for span in doc.ents if span.label in LABELS] for doc in docs]
    surfaces = list({span.text: None for spans in named for span in spans})
    names = dict(zip(surfaces, normalize([surface.replace("\n", " ") for surface in surfaces]), strict=True))
    return [_grouped(doc, spans, names, linker) if spans else doc.ents for doc, spans in zip(docs, named, strict=True)]


def _grouped(doc: Doc, named: Sequence[Span], names: dict[str, str], linker: Linker) -> tuple[Span, ...]:
    mentions = _mentions(doc, named, names, linker)
    things = list(dict.fromkeys(mentions))
    _join_same(things)
    _join_stated(doc.text, named, mentions)
    _join_short(things)
    numbers: dict[_Thing, int] = {}
    found = list(doc.ents)
    following = iter(mentions)
    for place, span in enumerate(found):
        label = span.label
        if label in LABELS:
            thing = next(following)
            root = thing if thing.above is None else thing.root()
            number = numbers.setdefault(root, len(numbers))
            found[place] = _span(
                span.start, span.end, label, span.text, span.value, root.kb_id, span.score, span.source, number
            )
    return tuple(found)


def _mentions(doc: Doc, named: Sequence[Span], names: dict[str, str], linker: Linker) -> list[_Thing]:
    """What each of the names means, by its surface. The first mention is the one that is linked."""
    things: dict[tuple[str, str], _Thing] = {}
    mentions: list[_Thing] = []
    for span in named:
        label, name, kb_id = span.label, names[span.text], span.kb_id
        thing = things.get((label, name))
        if thing is None:
            thing = _Thing(label, name, kb_id or linker.kb_id(doc, span, name), len(things))
            things[label, name] = thing
        elif kb_id:
            thing.kb_id = thing.kb_id or kb_id
        mentions.append(thing)
    return mentions


def _join_same(things: Sequence[_Thing]) -> None:
    """Names that differ in spelling only, and names with one identifier."""
    forms: dict[tuple[str, str], _Thing] = {}
    ids: dict[tuple[str, str], _Thing] = {}
    for thing in things:
        label, kb_id = thing.label, thing.kb_id
        other = forms.setdefault((label, thing.form), thing)
        if other is not thing:
            other.join(thing)
        if kb_id:
            other = ids.setdefault((label, kb_id), thing)
            if other is not thing:
                other.join(thing)


def _join_stated(text: str, named: Sequence[Span], mentions: Sequence[_Thing]) -> None:
    """Neighbours of which the text says that they are one."""
    for left, right, one, other in zip(named, named[1:], mentions, mentions[1:], strict=False):
        start, end = left.end, right.start
        if end - start <= _GAP and (gap := text[start:end]) not in _NO_STATEMENTS and _stated(gap, text, right.end):
            one.join(other)


def _stated(gap: str, text: str, after: int) -> bool:
    """Whether the words between two names, the second of which reaches to ``after``, say that both are one thing's."""
    if _SIGNS.isdisjoint(gap):
        return False
    return any(between.fullmatch(gap) and behind.match(text, after) for between, behind in _statements())


def _join_short(things: Sequence[_Thing]) -> None:
    """Short forms and what they are short for; ``things`` in the order of their first mention."""
    for label in LABELS:
        same = [thing for thing in things if thing.label == label]
        if len(same) > 1 and (longer := _longer(label, same) if len(same) <= _FEW else same):
            _join_owners(label, same, longer)


def _join_owners(label: str, things: Sequence[_Thing], longer: Sequence[_Thing]) -> None:
    """Things of one label, and those of them that others may be short for."""
    owners: dict[str, list[_Thing]] = {thing.form: [] for thing in things}
    openings: dict[str, list[_Thing]] = {form: [] for form in owners} if label == COMPANY else {}
    for thing in longer:
        for form in owners.keys() & short_forms(label, thing.name):
            owners[form].append(thing)
        if openings:
            for form in openings.keys() & opening_forms(thing.name):
                openings[form].append(thing)
    for thing in things:
        able = owners[thing.form]
        owner = _owner(thing, able) if able else None
        if owner is None and openings and openings[thing.form] and not _known(thing.name):
            owner = _owner(thing, openings[thing.form])
        if owner is not None:
            owner.join(thing)


def _longer(label: str, things: Sequence[_Thing]) -> list[_Thing]:
    """Those that have every character of another one's name but what short forms may add, so that it may be short for them."""
    added = new_letters(label)
    names = "\n".join([thing.name for thing in things])
    found: set[_Thing] = set()
    at = 0
    for short in things:
        end = at + len(short.name)
        others = names[:at] + names[end:]
        at = end + 1
        for character in short.form[2:] + short.form[:2]:  # places, which many names begin with, come last
            if character not in others and character not in added:
                break
        else:
            able = [thing for thing in things if thing is not short]
            for character in short.form:
                if able and character not in added:
                    able = [thing for thing in able if character in thing.name]
            found.update(able)
    return [thing for thing in things if thing in found] if found else []


def _owner(short: _Thing, things: Sequence[_Thing]) -> _Thing | None:
    """Which of the things that a short form may stand for it does stand for."""
    able = [thing for thing in things if _stands_for(short, thing)]
    best = [thing for thing in able if thing.name == short.name + _GROUP]
    if not best and short.label == COMPANY and _known(short.name):
        best = [thing for thing in able if not parse_company_name(thing.name).place]
    before = [thing for thing in best or able if thing.order < short.order]
    return before[-1] if before else next(iter(best or able), None)


def _stands_for(short: _Thing, thing: _Thing) -> bool:
    """Whether a name may be short for another one here.

    A name of its own right, which a gazetteer holds, is not short for the name of a daughter (台积电, 台积电(南京)有限公司), unless
    the text goes from the daughter's full name to it.
    """
    kb_id, its = short.root().kb_id, thing.root().kb_id
    if kb_id and its:
        return kb_id == its
    if thing.name == short.name + _GROUP:
        return True
    if short.label != COMPANY:
        return not (kb_id and _known(short.name))
    name, first = parse_company_name(thing.name), thing.order < short.order
    daughter = bool(name.place) and STOCK not in name.legal_form
    if not _known(short.name):
        return first or not daughter or bool(name.legal_form)
    if not daughter and not kb_id and (name.legal_form or _known(thing.name)):
        return True
    whole = name.core == short.name
    if name.legal_form:
        return first and (whole or not kb_id)
    return first and whole and not kb_id and thing.name.startswith(name.place)


@functools.lru_cache(maxsize=1 << 12)
def _known(name: str) -> bool:
    """Whether a gazetteer holds a normalized name."""
    return any(lexicon.label(name) is not None for lexicon in gazetteers.load().lexicons.lexicons)
