"""The bundled gazetteers: parks, listed companies and well-known firms, and which of their matches are names for sure."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from ..doc import COMPANY, PARK, Value
from ..lexicon import LexiconSet, candidate_of, unchecked
from ..patterns import compiled, lazy
from ..text import Candidate
from .company_name import industries
from .words import body, kinds, ordinary, rare_pair, rows

_OTHER_THINGS: Final = frozenset(("园区", "产业", "行业", "工业", "市场", "协会", "学会", "大学", "学院", "微博"))
"""What makes another thing of a gazetteer's name before it (中国化工|园区)."""


_COUNTRIES: Final = ("中国", "全国", "我国")
_LONGEST_PERSON: Final = 3
_BEFORE_PERSON: Final = 32
_SIGNING: Final = ") 、"
_SIGNED: Final = lazy(r"[。!?”]\((?:\p{Han}{2,4}[ 、])*\p{Han}?$")  # a firm's name may be a given name (夏|永辉)
_SIGNED_END: Final = lazy(r"(?:[ 、]\p{Han}{2,4}){0,6}\) *\n")


class Gazetteers(NamedTuple):
    """The bundled gazetteers.

    Attributes:
        lexicons: all of them.
        doubtful: company names that are also ordinary words, and count only in company (东风, 太阳能).
        brands: those of them that everybody knows, which also count once a longer name of the firm is in the document (理想).
    """

    lexicons: LexiconSet
    doubtful: frozenset[str]
    brands: frozenset[str]


class Matches(NamedTuple):
    """What the gazetteers find: names for sure, and start -> end of doubtful ones."""

    sure: list[Candidate]
    hints: dict[int, int]


@functools.cache
def park_lines() -> list[str]:
    """The rows of the parks as the data file has them."""
    return body("parks.tsv").split("\n")[1:]


@functools.cache
def load() -> Gazetteers:
    """The gazetteers of the data files."""
    firms = rows("firms.tsv")[1:]
    listed = [row for row in rows("companies.tsv")[1:] if row[0] not in industries()]
    brands = {name.lower() for name, flag in firms if flag}
    sure = {name for name, flag in firms if not flag}
    parks = [
        (surface, kb_id)
        for kb_id, _, name, _, aliases, *_ in (line.split("\t") for line in park_lines())
        for surface in (name, *filter(None, aliases.split(";")))
    ]
    lexicons = (
        unchecked("companies", COMPANY, [(name, code) for name, code, _, _ in listed]),
        unchecked("firms", COMPANY, [(name, "") for name, _ in firms]),
        unchecked("parks", PARK, parks),
    )
    doubtful = brands | {name.lower() for name, _, _, flag in listed if flag and name not in sure}
    return Gazetteers(LexiconSet(lexicons, "gazetteer"), frozenset(doubtful), frozenset(brands))


def read(text: str, lower: str, places: Iterable[tuple[int, int]]) -> Matches:
    """Which of the places where the surfaces stand in ``text``, given in lower case too, are names."""
    sure, hints = matches = Matches([], {})
    before_persons = _role_ends()
    for start, end in places:
        if not _is_part(text, start, end):
            name, doubtful = _meaning(lower[start:end])
            if (
                end - start > _LONGEST_PERSON
                or name[0] != COMPANY
                or (text[start - 1] not in before_persons and text[end] not in _SIGNING)
                or not _is_person(text, start, end)
            ):
                if doubtful:
                    hints[start] = end
                else:
                    sure.append(candidate_of((start, end, *name)))
    return matches


@functools.lru_cache(maxsize=1 << 13)
def _meaning(surface: str) -> tuple[tuple[str, str, float, Value | None, str | None], bool]:
    """What a surface in lower case names, from the label on, and whether it is doubtful."""
    lexicons, doubtful, _ = load()
    return lexicons.candidate(surface, 0, len(surface))[2:], surface in doubtful


def _is_part(text: str, start: int, end: int) -> bool:
    """Whether a name only seems to stand there: inside a longer thing's name, or between two words (其|中新|能源)."""
    if text[end : end + 2] in _OTHER_THINGS:
        return True
    left = text[start - 1 : start + 1]
    if left in _COUNTRIES and text[start - 2 : start] not in ordinary():
        return True
    return end - start == 2 and not rare_pair(left) and not rare_pair(text[end - 1 : end + 1])


@functools.cache
def _roles() -> re.Pattern[str]:
    """What stands before a person's name: a post, or the byline with other names after it."""
    byline, post = (
        "|".join(sorted(kinds("person_words.tsv")[kind], key=len, reverse=True)) for kind in ("byline", "post")
    )
    return compiled(rf"(?:(?:{post}) ?|(?:{byline})[ :/]{{0,3}}(?:\p{{Han}}{{2,3}}[ 、]{{1,3}}){{0,6}})\Z")


@functools.cache
def _role_ends() -> frozenset[str]:
    """The last characters of what `_roles` finds."""
    return frozenset(" :/、").union(word[-1] for kind in ("byline", "post") for word in kinds("person_words.tsv")[kind])


def _is_person(text: str, start: int, end: int) -> bool:
    """Whether a firm's short name is a person's here: behind a role (记者 李宁), or in the bracket that signs an article."""
    if text[start:end].isascii():
        return False
    first = max(0, start - _BEFORE_PERSON)
    if text[start - 1] in _role_ends() and _roles().search(text, first, start) is not None:
        return True
    if text[end] not in _SIGNING or _SIGNED().search(text, first, start) is None:
        return False
    return _SIGNED_END().match(text, end, end + 40) is not None
