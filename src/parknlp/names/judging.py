"""What stands of what lexicons, gazetteers, rules and lists propose, in the eyes of a trained tagger, the judge."""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Protocol

from ..doc import COMPANY, INSTITUTION, PARK
from ..text import Candidate, TextBatch
from . import lists
from .company_name import WORDS, legal_forms, parse_company_name
from .scene import leading_place
from .words import kinds, ordinary, places


class Judgement(Protocol):
    """What a judge sees in a batch."""

    @property
    def names(self) -> list[Candidate]:
        """The names it sees."""

    def odds(self, name: Candidate) -> float:
        """The logarithm of the odds of any name against none."""


class Judge(Protocol):
    """A trained tagger, which knows the proposals of lexicons, gazetteers and rules and says which names it sees itself."""

    def read(self, batch: TextBatch, hints: Sequence[Candidate]) -> Judgement:
        """What it sees."""


_SURE: Final = ("gazetteer:parks", "rule:company-legal")
"""Sources that stand where the judge sees nothing: on held-out articles they are right more often than its silence."""

_ALONE: Final = {COMPANY: 0.65, PARK: 0.65, INSTITUTION: 0.6}
"""Probability from which on a name counts that nothing but the judge proposes; the texts that the judge has learned from hold more
firms that nobody knows than most news does."""

_PERSON: Final = 0.85
"""The same for a company that reads like a person."""

_FORMED: Final = 0.3
"""The same for one that ends with a legal form."""

_HOPELESS: Final = -1.0
"""Odds, as a logarithm, below which the judge rules out a further member of a list."""

_CLEAR: Final = 5.0
"""Odds from which on such a member stands as it is; of others a beginning is taken that is likelier, by so much at least."""
_LIKELIER: Final = 0.5

_LONGER: Final = 3.0
"""By so much at most the odds of such a member are lower than those of a shorter name that stands where it begins."""


def judged(text: str, proposed: Sequence[Candidate], seen: Sequence[Candidate]) -> list[Candidate]:
    """The names that the judge sees, as the proposal of the same span where there is one, and sure ones in the gaps."""
    proposals = {candidate[:3]: candidate for candidate in reversed(proposed)}
    starts = [name[0] for name in seen]
    stand = [proposals.get(name[:3]) or (name if name[4] >= _bar(text, name) else None) for name in seen]
    gaps = [
        candidate
        for candidate in proposed
        if candidate[3] in _SURE and not _touches(candidate, seen, bisect.bisect_left(starts, candidate[1]))
    ]
    return [*filter(None, stand), *gaps]


def _bar(text: str, name: Candidate) -> float:
    """The probability from which on a name counts that nothing proposes."""
    start, end, label, *_ = name
    if label == COMPANY and _is_address(text[start:end]):
        return math.inf
    if label == COMPANY and text.endswith(legal_forms(), start, end) and _has_trade_name(text[start:end]):
        return _FORMED
    return _PERSON if label == COMPANY and lists.like_person(text[start:end]) else _ALONE[label]


def _is_address(name: str) -> bool:
    """Whether what reads like a short name is a province and places in it: 山东|济宁."""
    at = leading_place(name)
    if name[:at] not in places().provinces:
        return False
    while at < len(name) and (length := leading_place(name[at:])):
        at += length
    return at == len(name)


def _has_trade_name(name: str) -> bool:
    """Whether a registered name is whole: 开发有限公司 is the rest of one."""
    trade = parse_company_name(name).trade_name
    return len(trade) > 1 and trade not in kinds(WORDS)["generic"] and trade not in ordinary()


def members(judgement: Judgement, proposed: Iterable[Candidate], standing: Iterable[Candidate]) -> Iterator[Candidate]:
    """What of lists' further members is a name in the judge's eyes, and makes no name that stands longer in vain: 赣锋锂业|跌超."""
    begun = {name[0]: name for name in standing if name[2] == COMPANY}
    for member in proposed:
        name, shorter = _member(judgement, member), begun.get(member[0])
        if name is None:
            continue
        if shorter is None or shorter[1] >= name[1] or judgement.odds(name) > judgement.odds(shorter) - _LONGER:
            yield name


def _member(judgement: Judgement, member: Candidate) -> Candidate | None:
    """What of a list's member is a name in the judge's eyes: all of it, its beginning (尼霍夫|电线电缆设备), or nothing."""
    whole = judgement.odds(member)
    if whole >= _CLEAR:
        return member
    best, most = member, whole
    for end in range(member[0] + 2, member[1]):
        part = member._replace(end=end)
        odds = judgement.odds(part)
        if odds > max(most, whole + _LIKELIER):
            best, most = part, odds
    return best if most >= _HOPELESS else None


def _touches(candidate: Candidate, seen: Sequence[Candidate], following: int) -> bool:
    """Whether the last of the sorted, disjoint names that begin before a candidate's end overlaps it."""
    return following > 0 and seen[following - 1].end > candidate.start
