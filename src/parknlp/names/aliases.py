"""One document, one memory: aliases that the text defines, and short forms of the full names that it holds."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from ..doc import COMPANY, PARK
from ..fold import codes_of
from ..lexicon import candidate_of
from ..matcher import Matcher, is_whole, normalize
from ..patterns import lazy
from ..text import Candidate, TextBatch
from .company_name import WORDS, industries, parse_company_name
from .scene import leading_place
from .words import COMMON, RULES, kinds, novel, ordinary, places, rare_pair

_DEFINED: Final = lazy(
    r"\((?:[^()\n]{0,20}?[,;:])?(?:以下|下)?(?:简称|统称|称)(?:为|作)?:?[“‘\"]?"
    r"([^()“”‘’\"\n,;:。]{2,15})[”’\"]?[^()\n]{0,12}\)"
)
_LATIN: Final = lazy(r"\(([A-Z][A-Za-z&.*·-]*[A-Za-z](?: [A-Z][A-Za-z&.*·-]*[A-Za-z]){0,3})[,;)]")
"""Another name of the one before, in Latin letters: 地中海航运(MSC). The rest of a legal form is part of none: (Ansys, Inc.)."""

_TICKER: Final = lazy(r".*\.[A-Z]{1,2}")
_GUARD: Final = lazy(r"[A-Z]|公司|集团|董事长|总经理|负责人|创始人")
"""What must follow an ordinary word that is a company's trade name in this document (高光|AMOLED项目)."""

_QUOTED: Final = lazy(r"[^“”‘’\"\s,;:。!?()]{0,8}[”\"]")
"""From the end of a form that a quotation mark opens, up to the mark that closes it."""

_NAMED: Final = lazy(r"[一二两三四五六这]?个?(?:新|老|旧)?(?:字|名|厂名|公司名)")
"""What follows a quoted form of which the text speaks as of a name: “精达”二字."""

_NAMING: Final = "(称为名叫作是的"
"""What a quoted form follows that the text gives to a firm."""

_LEADING_BRACKET: Final = lazy(r"^(?:中国)?\([^()]*\)|\([^()]*\)")
_BY_TEXT: Final = "alias:defined"
_FEWEST: Final = {COMPANY: 4, PARK: 5}
"""The labels of names that have short forms, and the characters that such a name has at least."""

_SHORT: Final = (2, 3, 4)
_FEW: Final = 1 << 21
"""Up to so many characters in all, a document is searched once for each form."""


def defined(text: str, candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """The aliases that a bracket behind a name defines: X(以下简称Y), X(Latin)."""
    for owner in candidates:
        if text[owner[1]] != "(":
            continue
        match = _DEFINED().match(text, owner[1])
        if match is not None and match[1].removesuffix("公司") not in _bare():
            yield Candidate(*match.span(1), owner.label, _BY_TEXT, kb_id=owner.kb_id)
        match = _LATIN().match(text, owner[1])
        if match is not None and match[1] not in kinds(RULES)["term"] and not _TICKER().fullmatch(match[1]):
            yield Candidate(*match.span(1), owner.label, _BY_TEXT, kb_id=owner.kb_id)


@functools.cache
def _bare() -> frozenset[str]:
    """What says of which kind a thing is and names none, so that no bracket makes a name of it: (以下简称“公司”), (下称“研究院”)."""
    bodies = kinds("institution_words.tsv")
    return frozenset(
        {""}.union(
            *(kinds(WORDS)[kind] for kind in ("generic", "group", "legal")),
            *(bodies[kind] for kind in ("research", "school", "society")),
        )
    )


def company_forms(name: str, doubtful: Collection[str] = ()) -> list[str]:
    """The short forms in which a text may name a company whose longer name it holds.

    Args:
        name: the longer name.
        doubtful: ordinary words that are a firm's name too.

    >>> sorted(company_forms("江苏序轮科技有限公司"))
    ['序轮', '序轮科技', '江苏序轮', '江苏序轮科技']
    """
    place, trade, industry, form = parse_company_name(name)
    if trade == name and trade not in doubtful:
        return []
    is_place = trade in places().names
    forms = [trade + industry] if form and is_place and industry in kinds(WORDS)["group"] else []  # 江苏省|镇江船厂
    if is_place or len(trade) < 2 or not trade.isalpha() or trade in industries() or trade in kinds(WORDS)["generic"]:
        return forms
    if form:
        tails = [industry, *[industry[:size] for size in _SHORT if len(industry) > size]] if industry else []
        forms += [trade + tail for tail in tails]
        if place:
            forms += [place + trade, *[place + each for each in forms]]
    if trade in doubtful or (
        trade != name and trade not in kinds(COMMON)["name"] and trade not in ordinary() and _is_name(trade, bool(form))
    ):
        forms.append(trade)
    return forms


def _is_name(trade: str, registered: bool) -> bool:
    """Whether a trade name looks like one; that of a registered name need not be as rare a word."""
    return novel(trade) or (
        registered and len(trade) > 2 and any(rare_pair(trade[at : at + 2]) for at in range(len(trade) - 1))
    )


def park_forms(name: str) -> tuple[str, ...]:
    """The short forms of a park's name: without its place, and without 国际, unless that leaves a bare kind.

    >>> park_forms("镇江生态汽车产业园"), park_forms("重庆国际生物城"), park_forms("镇江经济开发区")
    (('生态汽车产业园',), ('国际生物城', '生物城'), ())
    """
    rest = _LEADING_BRACKET().sub("", name) if "(" in name else name
    if end := leading_place(rest):
        rest = rest[end:].removeprefix("市").removeprefix("区")
    return tuple(form for form in dict.fromkeys((rest, rest.rpartition("国际")[2])) if _names_park(form, name))


def _names_park(form: str, name: str) -> bool:
    """Whether a shortened name still says which park it is, once the longer one is known."""
    return 3 <= len(form) < len(name) and form not in kinds("park_words.tsv")["park"] and not form.endswith(_zones())


@functools.cache
def _zones() -> tuple[str, ...]:
    return tuple(kinds("park_words.tsv")["zone"])


_Owner = tuple[str, str | None, bool]
"""What a form stands for in one document: a label, an identifier, and whether it is an ordinary word too, which is guarded."""


def find(
    batch: TextBatch, lower: str, candidates: Iterable[Candidate], doubtful: frozenset[str] = frozenset()
) -> list[Candidate]:
    """Further mentions of the documents' own names.

    Args:
        batch: the documents.
        lower: their text in lower case.
        candidates: the names that stand.
        doubtful: ordinary words that are a firm's name too (理想), once its longer name (理想汽车) stands in the document.
    """
    documents: dict[int, dict[str, _Owner]] = {}
    text = batch.text
    named = [candidate for candidate in candidates if candidate[2] in _FEWEST or candidate[3] == _BY_TEXT]
    for start, end, label, source, _, _, kb_id in named:
        if source == _BY_TEXT or end - start >= _FEWEST[label]:
            forms = _forms(label, source, text[start:end], doubtful)
            if forms:
                owners = documents.setdefault(batch.document_of(start), {})
                for form, guarded in forms:
                    if form not in owners:
                        owners[form] = label, kb_id, guarded
    found = []
    for document, owners in sorted(documents.items()):
        offset = batch.starts[document]
        own = lower[offset : batch.ends[document]]
        for first, last in _mentions(own, owners):
            label, kb_id, guarded = owners[own[first:last]]
            start, end = offset + first, offset + last
            if _is_other(text, start, end):
                continue
            if text[end] not in "有股" and (not guarded or _GUARD().match(text, end) is not None):
                found.append(candidate_of((start, end, label, "alias:short-form", 1.0, None, kb_id)))
    return found


def _is_other(text: str, start: int, end: int) -> bool:
    """Whether quotation marks show that a form names something else here: what a firm makes (“明阳天成号”), or its brand (“东风”)."""
    if text[start - 1] not in '“"' or (quoted := _QUOTED().match(text, end)) is None:
        return False
    if quoted.end() > end + 1:
        return True
    return end - start < _FEWEST[COMPANY] and text[start - 2] not in _NAMING and not _NAMED().match(text, end + 1)


def _mentions(text: str, forms: Collection[str]) -> list[tuple[int, int]]:
    """Every leftmost-longest mention of some forms in a document's text, all in lower case."""
    if len(text) * len(forms) > _FEW:
        return Matcher(forms).find(codes_of(text), text)
    places: list[tuple[int, int]] = []
    for form in forms:
        start = text.find(form)
        while start >= 0:
            places.append((start, -len(form)))
            start = text.find(form, start + 1)
    found, end = [], 0
    for start, length in sorted(places):
        stop = start - length
        latin = text[start].isascii() or text[stop - 1].isascii()
        if start >= end and (not latin or is_whole(text, start, stop)):
            end = stop
            found.append((start, end))
    return found


@functools.lru_cache(maxsize=1 << 14)
def _forms(label: str, source: str, surface: str, doubtful: frozenset[str]) -> tuple[tuple[str, bool], ...]:
    """The normalized forms in which a name may come again, and whether each is guarded."""
    if source == _BY_TEXT:
        return ((_lower(surface), False),)
    if label == PARK:
        return tuple((_lower(form), False) for form in park_forms(surface))
    return _company_mentions(surface, doubtful, source == "rule:company-legal")


def _company_mentions(name: str, doubtful: frozenset[str], registered: bool) -> tuple[tuple[str, bool], ...]:
    told = company_forms(name, doubtful)
    forms = [(form, False) for form in (told if name == name.lower() else map(_lower, told))]
    trade = parse_company_name(name).trade_name
    if registered and (trade in ordinary() or trade in kinds(COMMON)["name"]):
        forms.append((_lower(trade), True))
    return tuple(forms)


def _lower(form: str) -> str:
    """A folded form, normalized."""
    return form if form == form.lower() else normalize([form])[0]
