"""One document, one memory: aliases that the text defines, and short forms of the full names that it holds."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import regex

from ..doc import COMPANY, PARK
from ..matcher import Matcher, normalize
from ..text import Candidate, TextBatch
from .company_name import WORDS, industries, parse_company_name
from .scene import first_place
from .words import COMMON, kinds, novel, ordinary, places, rare_pair

_DEFINED: Final = (
    r"\((?:[^()\n]{0,20}?[,;:])?(?:以下|下)?(?:简称|统称|称)(?:为|作)?:?[“‘\"]?"
    r"([^()“”‘’\"\n,;:。]{2,15})[”’\"]?[^()\n]{0,12}\)"
)
_GUARD: Final = r"[A-Z]|公司|集团|董事长|总经理|负责人|创始人"
"""What must follow an ordinary word that is a company's trade name in this document (高光|AMOLED项目)."""

_SHORT: Iterable[int] = (2, 3, 4)


def defined(text: str, candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """The aliases that a bracket behind a name defines: X(以下简称Y)."""
    ends = {candidate.end: candidate for candidate in candidates}
    for match in regex.finditer(_DEFINED, text):
        owner = ends.get(match.start())
        if owner is not None:
            yield Candidate(match.start(1), match.end(1), owner.label, "alias:defined", kb_id=owner.kb_id)


@functools.lru_cache(maxsize=1 << 12)
def company_forms(name: str, doubtful: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The short forms in which a text may name a company whose longer name it holds.

    >>> sorted(company_forms("江苏序轮科技有限公司"))
    ['序轮', '序轮科技', '江苏序轮', '江苏序轮科技']
    """
    return tuple(_company_forms(name, doubtful))


def _company_forms(name: str, doubtful: frozenset[str]) -> Iterator[str]:
    place, trade, industry, form = parse_company_name(name)
    if form and trade in places().names and industry in kinds(WORDS)["group"]:
        yield trade + industry  # 江苏省|镇江船厂
    if (
        len(trade) < 2
        or not trade.isalpha()
        or trade in industries()
        or trade in places().names
        or trade in kinds(WORDS)["generic"]
    ):
        return
    if form:
        heads = [trade, place + trade] if place else [trade]
        tails = {industry, *(industry[:size] for size in _SHORT if len(industry) > size)} - {""}
        yield from (head + tail for head in heads for tail in tails)
        if place:
            yield place + trade
    named = novel(trade) or (
        form and len(trade) > 2 and any(rare_pair(trade[at : at + 2]) for at in range(len(trade) - 1))
    )
    if trade in doubtful or (
        named and trade not in ordinary() and trade not in kinds(COMMON)["name"] and trade != name
    ):
        yield trade


@functools.lru_cache(maxsize=1 << 12)
def park_forms(name: str) -> tuple[str, ...]:
    """The short forms of a park's name: without its place, unless that leaves a bare kind.

    >>> park_forms("镇江生态汽车产业园"), park_forms("镇江经济开发区")
    (('生态汽车产业园',), ())
    """
    rest = regex.sub(r"^(?:中国)?\([^()]*\)|\([^()]*\)", "", name)
    start, end = first_place(rest)
    if start == 0:
        rest = rest[end:].removeprefix("市").removeprefix("区")
    words = kinds("park_words.tsv")
    zone = any(rest.endswith(kind) for kind in words["zone"])
    named = 3 <= len(rest) < len(name) and rest not in words["park"] and not zone
    return (rest,) if named else ()


class _Owner(NamedTuple):
    """What a form stands for in one document, and whether it is an ordinary word too."""

    label: str
    kb_id: str | None
    guarded: bool


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
    owners: dict[tuple[str, int], _Owner] = {}
    for candidate in candidates:
        document = batch.document_of(candidate.start)
        for form, guarded in _forms(candidate, batch.text[candidate.start : candidate.end], doubtful):
            owners.setdefault((form, document), _Owner(candidate.label, candidate.kb_id, guarded))
    names = list({form for form, _ in owners})
    plain = dict(zip(normalize(names), names, strict=True))
    found = []
    for start, end in Matcher(plain).find(batch.lower, lower) if names else ():
        owner = owners.get((plain[lower[start:end]], batch.document_of(start)))
        if owner is not None and _stands(batch.text, end, owner):
            found.append(Candidate(start, end, owner.label, "alias:short-form", kb_id=owner.kb_id))
    return found


def _forms(candidate: Candidate, surface: str, doubtful: frozenset[str]) -> Iterator[tuple[str, bool]]:
    """The forms in which a name may come again, and whether each is guarded."""
    if candidate.source == "alias:defined":
        yield surface, False
    elif candidate.label == COMPANY and len(surface) > 3:
        for form in company_forms(surface, doubtful):
            yield form, False
        trade = parse_company_name(surface).trade_name
        if candidate.source == "rule:company-legal" and (trade in ordinary() or trade in kinds(COMMON)["name"]):
            yield trade, True
    elif candidate.label == PARK and len(surface) > 4:
        for form in park_forms(surface):
            yield form, False


def _stands(text: str, end: int, owner: _Owner) -> bool:
    """Whether a form means its owner here: no registered name goes on, and a guarded one has its sign behind it."""
    return text[end] not in "有股" and (not owner.guarded or regex.match(_GUARD, text, pos=end) is not None)
