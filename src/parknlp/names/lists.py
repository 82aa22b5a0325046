"""Lists of names: one sure member licenses the others (以A、B、C为代表, A、B等20余家企业)."""

from __future__ import annotations

import bisect
import functools
import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from ..doc import COMPANY
from ..text import Candidate, lazy
from .company_name import industries, parse_company_name
from .growth import BREAKS, is_stop
from .scene import Scene, first_place
from .words import novel, ordinary, ordinary_phrase, places

_LONGEST_ITEM: Final = 24
_LONGEST_NAME: Final = 12
_LONGEST_LAST: Final = 46
"""Two last members of 14 characters each, and between them a bracket of 14 and a word that joins them."""

_LONGEST_FRAME: Final = 24
_COMMA: Final = np.uint32(ord("、"))
_LAST_CODE: Final = 0xFFFF
_HARD: Final = ',。;:!?\n\0《》“”"…'
_LAST = lazy(
    r"(?:(?!等|以及|及|和|与|的|这|那|在|为|\d|[一二三四五六七八九十两几数]+(?:余|多)?[家大个])[\p{Han}A-Za-z0-9·&-]){2,14}+"
)
_JOINER = lazy(r"(?:\([^()\n]{1,12}\))?(?:以及|和|与|及)")
_FRAME = lazy(
    r"(?:等|这)[\d一二三四五六七八九十百几数多余近\s]{0,6}+家?[^,。;、\n]{0,8}?"
    r"(?:企业|公司|车企|药企|船企|厂商|巨头|龙头|厂家|供应商)"
)


class _Item(NamedTuple):
    start: int
    end: int


def find(scene: Scene, found: Iterable[Candidate]) -> Iterator[Candidate]:
    """Members of lists that hold a company already found.

    Args:
        scene: the batch.
        found: names that stand so far.
    """
    companies = {candidate.start: candidate.end for candidate in found if candidate.label == COMPANY}
    others = {candidate.start for candidate in found if candidate.label != COMPANY}
    ends = set(companies.values())
    hint_ends = {end: start for start, end in scene.hints.items()}
    known = sorted([*companies, *ends])
    for commas in _runs(scene):
        if not _may_be_firms(scene.text, commas, known):
            continue
        items = _items(scene, commas, hint_ends)
        support = sum(item.start in companies or item.end in ends for item in items)
        support += _FRAME().match(scene.text, items[-1].end, items[-1].end + _LONGEST_FRAME) is not None
        for item in items if support else ():
            if item.start in companies:
                licensed = support > 1 and _continues(scene, companies[item.start], item.end)
            elif item.start in others or item.end in ends:
                licensed = False
            else:
                licensed = _hinted(scene, item) or _plausible(scene.text[item.start : item.end], support)
            if licensed:
                yield Candidate(item.start, item.end, COMPANY, "rule:company-list")


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


def _hinted(scene: Scene, item: _Item) -> bool:
    start = item.start
    if scene.hints.get(start) != item.end:
        start = scene.place_after(start, item.end)
    return scene.hints.get(start) == item.end


def _runs(scene: Scene) -> Iterator[list[int]]:
    """Offsets of the enumeration commas of each list."""
    commas = np.flatnonzero(scene.codes == _COMMA)
    if not len(commas):
        return
    marks = np.flatnonzero(_hard()[np.minimum(scene.codes, _LAST_CODE)])
    before = marks.searchsorted(commas)
    new = (commas[1:] - commas[:-1] > _LONGEST_ITEM) | (before[1:] != before[:-1])
    first = 0
    for stop in [*(np.flatnonzero(new) + 1).tolist(), len(commas)]:
        yield commas[first:stop].tolist()
        first = stop


@functools.cache
def _hard() -> npt.NDArray[np.bool_]:
    """Which characters no list reaches over."""
    table = np.zeros(_LAST_CODE + 1, np.bool_)
    table[[ord(mark) for mark in _HARD]] = True
    return table


def _may_be_firms(text: str, commas: list[int], known: list[int]) -> bool:
    """Whether a company begins or ends where a list may have a member, or something behind the list says what it lists."""
    last = commas[-1] + _LONGEST_LAST
    if bisect.bisect_left(known, commas[0] - _LONGEST_ITEM) < bisect.bisect_right(known, last):
        return True
    behind = text[commas[-1] : last]
    return ("等" in behind or "这" in behind) and _FRAME().search(text, commas[-1], last + _LONGEST_FRAME) is not None


def _items(scene: Scene, commas: list[int], hint_ends: Mapping[int, int]) -> list[_Item]:
    """The members between, before and after the commas, without brackets at their end."""
    items = [_Item(hint_ends.get(commas[0], scene.grow(commas[0], _LONGEST_ITEM)), commas[0])]
    for left, right in itertools.pairwise(commas):
        items += _split(scene.text, _Item(left + 1, right))
    at = commas[-1] + 1
    for _ in range(2):
        last = _LAST().match(scene.text, at)
        if last is None:
            break
        items.append(_Item(at, _cut(scene.text, at, last.end())))
        joiner = _JOINER().match(scene.text, last.end())
        if joiner is None:
            break
        at = joiner.end()
    return [_bare(scene, item) for item in items]


def _split(text: str, item: _Item) -> list[_Item]:
    """A member that is two names with 以及 between them."""
    at = text.find("以及", item.start, item.end)
    return [item] if at < 0 else [_Item(item.start, at), _Item(at + 2, item.end)]


def _cut(text: str, start: int, end: int) -> int:
    """End of the last member, before the verb that goes on (华域视觉|步步紧逼)."""
    return next((at for at in range(start + 2, end - 1) if is_stop(text[at : at + 2])), end)


def _bare(scene: Scene, item: _Item) -> _Item:
    """The member without the figure and the bracket behind it."""
    text = scene.text
    figure = scene.quantity_after(item.start + 2)
    if figure < item.end:
        item = _Item(item.start, figure)
    bracket = text.find("(", item.start + 2, item.end)
    if bracket < 0 or text[item.end - 1] != ")" or text[bracket + 1 : item.end - 1] in places().names:
        return item
    return _Item(item.start, bracket)


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
