"""Lists of names: one sure member licenses the others (以A、B、C为代表, A、B等20余家企业)."""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Final

from ..doc import COMPANY
from ..patterns import lazy
from ..text import Candidate
from .company_name import industries, parse_company_name
from .growth import BREAKS
from .scene import Scene, first_place
from .words import kinds, novel, ordinary, ordinary_phrase, places

_LONGEST_ITEM: Final = 24
_LONGEST_NAME: Final = 12
_LONGEST_LAST: Final = 46
"""Two last members of 14 characters each, and between them a bracket of 14 and a word that joins them."""

_LONGEST_FRAME: Final = 24
_RUN: Final = re.compile(r"、(?:[^、,。;:!?\n\0《》“”\"…]{0,23}、)*")
_LAST: Final = lazy(
    r"(?:(?!等|以及|及|和|与|的|这|那|在|为|\d|[一二三四五六七八九十两几数]+(?:余|多)?[家大个])"
    r"(?:[^\W_]|[·&-])){2,14}"
)
_JOINING: Final = frozenset("(以和与及")
_JOINER: Final = re.compile(r"(?:\([^()\n]{1,12}\))?(?:以及|和|与|及)")
_FRAME: Final = re.compile(
    r"(?:等|这)[\d一二三四五六七八九十百几数多余近\s]{0,6}家?[^,。;、\n]{0,8}?"
    r"(?:企业|公司|车企|药企|船企|厂商|巨头|龙头|厂家|供应商)"
)


_Item = tuple[int, int]
"""Start and end of a member of a list."""


def find(scene: Scene, found: Sequence[Candidate]) -> Iterator[Candidate]:
    """Members of lists that hold a company already found.

    Args:
        scene: the batch.
        found: names that stand so far, in their order.
    """
    companies = {name[0]: name[1] for name in found if name[2] == COMPANY}
    unsure = {
        start for start, end, _, source, *_ in found if source[:5] == "model" and like_person(scene.text[start:end])
    }
    starts = set(map(itemgetter(0), found))
    ends = set(companies.values())
    known = sorted([*companies, *ends])
    hint_ends = {end: start for start, end in scene.hints.items()}
    for commas in _runs(scene.text):
        if not _may_be_firms(scene.text, commas, known):
            continue
        items = _items(scene, commas, hint_ends)
        support = sum([(start in companies or end in ends) and start not in unsure for start, end in items])
        last = items[-1][1]
        support += scene.text[last] in "等这" and _FRAME.match(scene.text, last, last + _LONGEST_FRAME) is not None
        for start, end in items if support else ():
            if start in companies:
                licensed = support > 1 and _continues(scene, companies[start], end)
            elif start in starts or end in ends:
                licensed = False
            else:
                licensed = _hinted(scene, start, end) or _plausible(scene.text[start:end], support)
            if licensed:
                yield Candidate(start, end, COMPANY, "rule:company-list")


def like_person(surface: str) -> bool:
    """Whether a name reads like a person's: a common family name and one or two characters."""
    return 2 <= len(surface) <= 3 and surface[0] in kinds("person_words.tsv")["surname"]


def _continues(scene: Scene, start: int, end: int) -> bool:
    """Whether what follows a known firm inside a list's member belongs to the member's name (延锋|彼欧)."""
    rest = scene.text[start:end]
    if (
        not 0 < len(rest) <= 6
        or not rest.isalpha()
        or any(character in BREAKS for character in rest)
        or rest[-1] in "均都则产"
    ):
        return False
    if scene.text[end] == "(" and end + 1 in scene.quantity_starts:
        return False  # the project of a firm with its amount
    return (
        novel(rest)
        or rest in industries()
        or any(rest[:at] in industries() and rest[at:] in industries() for at in (2, 3, 4))
    )


def _hinted(scene: Scene, start: int, end: int) -> bool:
    if scene.hints.get(start) != end:
        start = scene.place_after(start, end)
    return scene.hints.get(start) == end


def _runs(text: str) -> Iterator[list[int]]:
    """Offsets of the enumeration commas of each list."""
    for run in _RUN.finditer(text):
        at, stop = run.span()
        commas = [at]
        while (at := text.find("、", at + 1, stop)) >= 0:
            commas.append(at)
        yield commas


def _may_be_firms(text: str, commas: list[int], known: list[int]) -> bool:
    """Whether a company begins or ends where a list may have a member, or something behind the list says what it lists."""
    last = commas[-1] + _LONGEST_LAST
    if bisect.bisect_left(known, commas[0] - _LONGEST_ITEM) < bisect.bisect_right(known, last):
        return True
    behind = text[commas[-1] : last]
    return ("等" in behind or "这" in behind) and _FRAME.search(text, commas[-1], last + _LONGEST_FRAME) is not None


def _items(scene: Scene, commas: list[int], hint_ends: Mapping[int, int]) -> list[_Item]:
    """The members between, before and after the commas, without brackets at their end."""
    text = scene.text
    items: list[_Item] = [(hint_ends.get(commas[0]) or scene.grow(commas[0], _LONGEST_ITEM), commas[0])]
    for left, right in itertools.pairwise(commas):
        both = text.find("以及", left + 1, right)  # a member that is two names
        items += [(left + 1, right)] if both < 0 else [(left + 1, both), (both + 2, right)]
    at = commas[-1] + 1
    for _ in range(2):
        last = _LAST().match(text, at)
        if last is None:
            break
        end = last.end()
        verb = scene.first_stop(at + 2, end) if end - at > 3 else -1
        items.append((at, end if verb < 0 else verb))  # 华域视觉|步步紧逼
        joiner = _JOINER.match(text, end) if text[end] in _JOINING else None
        if joiner is None:
            break
        at = joiner.end()
    figure = scene.quantity_after(items[0][0] + 2)
    if figure < items[-1][1]:
        items = [(start, min(end, scene.quantity_after(start + 2))) for start, end in items]
    return [_bare(text, start, end) if text[end - 1] == ")" else (start, end) for start, end in items]


def _bare(text: str, start: int, end: int) -> _Item:
    """The member without the bracket behind it, unless that is a place."""
    bracket = text.find("(", start + 2, end)
    return (start, end) if bracket < 0 or text[bracket + 1 : end - 1] in places().names else (start, bracket)


def _plausible(surface: str, support: int) -> bool:
    """Whether a list's member that no rule knows may be a company."""
    if (
        not 2 <= len(surface) <= _LONGEST_NAME
        or surface in ordinary()
        or surface in industries()
        or surface in places().names
    ):
        return False
    if any(character in BREAKS for character in surface) or ordinary_phrase(surface):
        return False
    start, end = first_place(surface)
    core = surface[end:] if start == 0 and len(surface) - end > 1 else surface
    if novel(core):
        return len(core) <= 6 or novel(parse_company_name(core).trade_name)
    return support > 2 and len(core) <= 4 and core.isalnum()
