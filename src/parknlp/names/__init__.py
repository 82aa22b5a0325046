"""Who is named: companies, parks and institutions."""

from __future__ import annotations

import bisect
import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from ..doc import COMPANY, INSTITUTION, PARK, Doc, Span
from ..fold import text_of
from ..lexicon import Lexicon, LexiconSet
from ..matcher import Hashes
from ..text import Candidate, TextBatch
from . import aliases, branches, companies, gazetteers, grouping, institutions, lists, parks, vocabulary
from .company_name import WORDS, parse_company_name
from .growth import Growth
from .linking import Linker
from .resolve import resolve
from .scene import Scene
from .words import kinds, ordinary

__all__ = ["Judge", "NameTagger"]


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


_CUT_OFF = re.compile(r"\([^()\n]{0,16}(?:\.{3}|…)")
"""Behind a name of which an excerpt shows the beginning only: 金东纸业(江苏..."""

_SURE = ("gazetteer:parks", "rule:company-legal")
"""Sources that stand where the judge sees nothing: on held-out articles they are right more often than its silence."""


_ALONE = {COMPANY: 0.65, PARK: 0.65, INSTITUTION: 0.6}
"""Probability from which on a name counts that nothing but the judge proposes; the texts that the judge has learned from hold more
firms that nobody knows than most news does."""

_PERSON = 0.85
"""The same for a company that reads like a person."""

_FORMED = 0.3
"""The same for one that ends with a legal form."""

_HOPELESS = -1.0
"""Odds, as a logarithm, below which the judge rules out a further member of a list."""

_CLEAR = 5.0
"""Odds from which on such a member stands as it is; of others a beginning is taken that is likelier, by so much at least."""
_LIKELIER = 0.5

_LONGER = 3.0
"""By so much at most the odds of such a member are lower than those of a shorter name that stands where it begins."""


class NameTagger:
    """Finds names by the user's lexicons, bundled gazetteers, rules and each document's own memory.

    Args:
        lexicons: the user's names, the most important first; they win over everything else.
        judge: a trained tagger that decides between the proposals of gazetteers and rules and adds its own; without one they
            all stand. Lists and the documents' memory build on what it leaves.

    >>> from parknlp.names.resolve import resolve
    >>> batch = TextBatch(["位于镇江经开区的江苏序轮科技有限公司投产，序轮科技总经理说"])
    >>> [batch.text[name.start:name.end] for name in resolve(NameTagger().find(batch))]
    ['镇江经开区', '江苏序轮科技有限公司', '序轮科技']
    """

    def __init__(self, lexicons: Sequence[Lexicon] = (), judge: Judge | None = None) -> None:
        self._lexicons = LexiconSet(lexicons) if lexicons else None
        self._judge = judge
        self._linker = Linker(lexicons)

    def find(self, batch: TextBatch, quantities: Sequence[Candidate] = ()) -> list[Candidate]:
        """Every candidate name in the batch; `resolve.resolve` chooses among them and the quantities."""
        text, lower = batch.text, text_of(batch.lower)
        scene, own, proposed = self._propose(batch, lower, quantities)
        judgement = None
        if self._judge is not None:
            judgement = self._judge.read(batch, [*own, *proposed])
            proposed = _judged(text, proposed, judgement.names)
        found = [*own, *proposed, *companies.by_letters(text)]
        found += aliases.defined(text, found)
        standing = resolve([*found, *quantities])
        members = list(lists.find(scene, standing))
        if judgement is not None:
            members = list(_members(judgement, members, standing))
        found += [*members, *aliases.find(batch, lower, [*standing, *members], gazetteers.load().brands)]
        return [_whole(text, name) for name in found if text[name[1]] != "(" or not _CUT_OFF.match(text, name[1])]

    def propose(self, batch: TextBatch, quantities: Sequence[Candidate] = ()) -> list[Candidate]:
        """What lexicons, gazetteers and rules say, which is what a judge is told."""
        _, own, proposed = self._propose(batch, text_of(batch.lower), quantities)
        return [*own, *proposed]

    def _propose(
        self, batch: TextBatch, lower: str, quantities: Sequence[Candidate]
    ) -> tuple[Scene, list[Candidate], list[Candidate]]:
        """The scene, the names of the user's lexicons in it, and those of gazetteers and rules."""
        hashes = Hashes.of(batch.lower)
        words = vocabulary.find(batch.lower, lower, hashes)
        known, hints = gazetteers.read(batch.text, lower, words.known)
        own = self._lexicons.find(batch.lower, lower) if self._lexicons else []
        scene = Scene(
            batch.text,
            lower,
            batch.lower,
            quantities=quantities,
            known=[*own, *known],
            hints=hints,
            divisions=words.divisions,
            growth=Growth(batch.text, batch.lower, hashes),
        )
        return scene, own, [*known, *_by_rules(scene, words, known)]

    def identify(self, docs: Sequence[Doc]) -> list[tuple[Span, ...]]:
        """The spans of each document, with the number of their entity and its identifier; see `grouping.group`."""
        return grouping.group(docs, self._linker)

    def surfaces(self) -> list[str]:
        """Every name of the user's lexicons and the bundled gazetteers, normalized."""
        sets = [gazetteers.load().lexicons, *([self._lexicons] if self._lexicons else [])]
        return [surface for each in sets for surface in each.surfaces()]


def _whole(text: str, name: Candidate) -> Candidate:
    """A firm's name with the sign of a listed firm's status (*ST|博信), and with the legal form of partners (引导基金|(有限合伙))."""
    start, end = name[:2]
    if name[2] != COMPANY:
        return name
    if text[end] == "(" and text.startswith(_legal_forms(), end):
        return name._replace(end=text.index(")", end) + 1)
    if "ST" not in (text[start : start + 2], text[start - 2 : start]):
        return name
    if text[start] != "S" or text[start + 1] != "T":
        start -= 2
    if text[start - 1].isalnum():
        return name
    return name._replace(start=start - (text[start - 1] == "*"))


def _judged(text: str, proposed: Sequence[Candidate], seen: Sequence[Candidate]) -> list[Candidate]:
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
    if label == COMPANY and text.endswith(_legal_forms(), start, end) and _has_trade_name(text[start:end]):
        return _FORMED
    return _PERSON if label == COMPANY and lists.like_person(text[start:end]) else _ALONE[label]


def _has_trade_name(name: str) -> bool:
    """Whether a registered name is whole: 开发有限公司 is the rest of one."""
    trade = parse_company_name(name).trade_name
    return len(trade) > 1 and trade not in kinds(WORDS)["generic"] and trade not in ordinary()


@functools.cache
def _legal_forms() -> tuple[str, ...]:
    return tuple(kinds(WORDS)["legal"])


def _members(judgement: Judgement, proposed: Iterable[Candidate], standing: Iterable[Candidate]) -> Iterator[Candidate]:
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


def _by_rules(scene: Scene, words: vocabulary.Found, known: Sequence[Candidate]) -> list[Candidate]:
    """What the rules find: parks first, since institutions are named after them, then institutions, then companies."""
    zones = [*parks.find(scene, words.parks), *parks.around_known(scene, known)]
    scene.add(zones)
    bodies = institutions.find(scene, words.bodies)
    scene.add(bodies)
    return [
        *zones,
        *bodies,
        *companies.find(scene, words.firms),
        *branches.around_known(scene, known),
        *companies.with_place(scene),
    ]
