"""The parts of a company name: place, trade name, industry, legal form."""

from __future__ import annotations

import functools
import re
from typing import Final, NamedTuple

from ..patterns import lazy
from .scene import leading_place
from .words import kinds, places

WORDS: Final = "company_words.tsv"
_LONGEST_WORD: Final = 6
_LEVELS: Final = "省市县区"
_PLANTS: Final = ("基地", "工厂")
_COUNTRY: Final = "中国"
"""No place at the head of a name but its beginning: 中国|银行 is not the bank of some other 银行."""


class CompanyName(NamedTuple):
    """The parts of a company name; each is empty where the name has none. Of a branch, those of its firm.

    Attributes:
        place: the places before the trade name, or else the one in brackets: 江苏省镇江市, 赣州.
        trade_name: what tells the firm from others: 孚能.
        industry: what it does or how it is organised: 科技, 重工.
        legal_form: 有限公司, 集团股份有限公司.
    """

    place: str
    trade_name: str
    industry: str
    legal_form: str

    @property
    def core(self) -> str:
        """Trade name and industry."""
        return self.trade_name + self.industry


@functools.cache
def legal_forms() -> tuple[str, ...]:
    """The legal forms, the longest first."""
    return tuple(sorted(kinds(WORDS)["legal"], key=len, reverse=True))


@functools.cache
def _legal_ends() -> tuple[frozenset[str], frozenset[str], tuple[int, ...]]:
    """The legal forms, their last characters, and their lengths, the longest first."""
    forms = frozenset(legal_forms())
    return forms, frozenset(form[-1] for form in forms), tuple(sorted({len(form) for form in forms}, reverse=True))


def _legal_form(name: str) -> str:
    """The legal form with which a name ends, "" where it has none or is nothing else."""
    forms, lasts, lengths = _legal_ends()
    if name[-1:] in lasts:
        for length in lengths:
            if name[-length:] in forms and length < len(name):
                return name[-length:]
    return ""


@functools.cache
def _branch_words() -> tuple[str, ...]:
    return (*sorted(kinds(WORDS)["branch"], key=len, reverse=True), *_PLANTS)


@functools.cache
def _branch() -> re.Pattern[str]:
    """A branch at the end of a name: after a legal form anything short, else a place must open it."""
    words, behind = "|".join(_branch_words()), "|".join(f"(?<={form})" for form in legal_forms())
    return re.compile(rf"(?:{behind}|(?=(?P<place>..)))(?:[^()]{{0,10}}|\([^()]{{2,8}}\))(?:{words})$")


_IN_BRACKETS = lazy(r"\(([^()]{2,8})\)")


@functools.cache
def industries() -> frozenset[str]:
    """Words that say what a firm does or how it is organised."""
    words = kinds(WORDS)
    return words["industry"] | words["verb"] | words["descriptor"] | words["group"]


@functools.cache
def _last_of_industries() -> frozenset[str]:
    """The last characters of those words."""
    return frozenset(word[-1] for word in industries())


@functools.lru_cache(maxsize=1 << 14)
def parse_company_name(name: str) -> CompanyName:
    """The parts of a company name, with or without a legal form.

    >>> parse_company_name("孚能科技(镇江)有限公司")
    CompanyName(place='镇江', trade_name='孚能', industry='科技', legal_form='有限公司')
    >>> parse_company_name("江苏瑞尔隆鼎实业有限公司").core
    '瑞尔隆鼎实业'
    """
    name, _ = split_branch(name.replace("（", "(").replace("）", ")"))
    form = _legal_form(name)
    inner, rest = _bracketed_place(name[: len(name) - len(form)])
    leading, rest = _leading_places(rest)
    if not inner:
        inner, rest = _inner_place(rest)
    trade = _trade_length(rest)
    return CompanyName(leading or inner, rest[:trade], rest[trade:], form)


@functools.lru_cache(maxsize=1 << 12)
def split_branch(name: str) -> tuple[str, str]:
    """The name of a firm, and the branch or plant of it that the name means: the kind of branch with a place before it.

    >>> split_branch("上汽大众汽车有限公司仪征分公司"), split_branch("比亚迪常州基地")
    (('上汽大众汽车有限公司', '仪征分公司'), ('比亚迪', '常州基地'))
    """
    at = 2
    while name.endswith(_branch_words()) and (found := _branch().search(name, at)) is not None:
        if found["place"] is None or leading_place(found[0]):
            return name[: found.start()], found[0]
        at = found.start() + 1
    return name, ""


def _bracketed_place(rest: str) -> tuple[str, str]:
    found = _IN_BRACKETS().search(rest) if "(" in rest else None
    if found is None:
        return "", rest
    place = found[1] if found[1].rstrip("市") in places().names else ""
    return place, rest[: found.start()] + rest[found.end() :]


def _leading_places(rest: str) -> tuple[str, str]:
    """The places at the head of a name and the rest; a place before nothing but an industry is the trade name (甘肃|靖远煤电)."""
    at = 0
    while (place := leading_place(rest[at:])) and not rest.startswith(_COUNTRY, at):
        end = at + place
        end += rest[end : end + 1] in _LEVELS and len(rest) - end > 3
        if end >= len(rest) or (at and rest[end - 1] not in _LEVELS and not _trade_name(rest[end:])):
            break
        at = end
    return rest[:at], rest[at:]


def _inner_place(rest: str) -> tuple[str, str]:
    """The place behind a word of business inside a name, and the rest: 国药控股|无锡, 攀钢集团|重庆|钛业."""
    words = industries()
    for at in range(4, len(rest) - 1):
        if rest[at - 2 : at] in words:
            end = leading_place(rest[at:])
            if end > 2 or (end and rest[at : at + end] not in places().counties):
                return rest[at : at + end], rest[:at] + rest[at + end :]
    return "", rest


def _trade_name(rest: str) -> bool:
    """Whether a name without place and legal form has a trade name, rather than an industry alone."""
    return rest[: _trade_length(rest)] not in industries()


def _trade_length(rest: str) -> int:
    """How many characters of a name without place and legal form are its trade name: what is left of the industry words."""
    words, lasts = industries(), _last_of_industries()
    at = len(rest)
    while at > 3 and rest[at - 1] in lasts:
        for size in range(min(_LONGEST_WORD, at - 2), 1, -1):
            if rest[at - size : at] in words:
                at -= size
                break
        else:
            break
    return at
