"""The parts of a company name: place, trade name, industry, legal form."""

from __future__ import annotations

import functools
from typing import Final, NamedTuple

import regex

from .scene import first_place
from .words import kinds, places

WORDS: Final = "company_words.tsv"


class CompanyName(NamedTuple):
    """The parts of a registered company name."""

    place: str
    trade_name: str
    industry: str
    legal_form: str


@functools.cache
def _legal_forms() -> tuple[str, ...]:
    return tuple(sorted(kinds(WORDS)["legal"], key=len, reverse=True))


@functools.cache
def industries() -> frozenset[str]:
    """Words that say what a firm does or how it is organised."""
    words = kinds(WORDS)
    return words["industry"] | words["verb"] | words["descriptor"] | words["group"]


@functools.lru_cache(maxsize=1 << 12)
def parse_company_name(name: str) -> CompanyName:
    """The parts of a company name: place (a bracketed one too), trade name, industry and legal form.

    >>> parse_company_name("孚能科技(镇江)有限公司")
    CompanyName(place='镇江', trade_name='孚能', industry='科技', legal_form='有限公司')
    >>> parse_company_name("江苏瑞尔隆鼎实业有限公司").trade_name
    '瑞尔隆鼎'
    """
    name = name.replace("（", "(").replace("）", ")")
    form = next((form for form in _legal_forms() if name.endswith(form) and len(form) < len(name)), "")
    place, rest = _bracketed_place(name[: len(name) - len(form)])
    start, end = first_place(rest)
    while start == 0 and len(rest) > end:
        place, rest = place or rest[:end], rest[end:]
        rest = rest[1:] if rest[:1] in "省市县区" and len(rest) > 3 else rest
        start, end = first_place(rest)
    trade = _trade_length(rest)
    return CompanyName(place, rest[:trade], rest[trade:], form)


def _bracketed_place(rest: str) -> tuple[str, str]:
    found = regex.search(r"\(([^()]{2,8})\)", rest)
    if found is None:
        return "", rest
    place = found[1] if found[1].rstrip("市") in places().names else ""
    return place, rest[: found.start()] + rest[found.end() :]


def _trade_length(rest: str) -> int:
    """How many characters of a name without place and legal form are its trade name: what is left of the industry words."""
    words = industries()
    at = len(rest)
    while at > 2:
        step = next((size for size in range(6, 1, -1) if at - size >= 2 and rest[at - size : at] in words), 0)
        if not step:
            break
        at -= step
    return at
