"""Names that grow out of a known firm's: its branches, plants and daughters."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from typing import Final

from ..doc import COMPANY
from ..patterns import lazy
from ..text import Candidate
from .company_name import industries
from .growth import BREAKS
from .scene import Scene, place_heads
from .words import COMMON, RULES, kinds, novel, places

NOT_AFTER: Final = frozenset("园城港谷区局厅委院所馆站镇村路街桥湖湾群产链业界学课类化性品人员级型量用展处")
"""Characters that make another word of an industry (汽车|园, 机械|厂)."""

NOT_FIRM: Final = (
    frozenset("镇乡村路街桥山湖河江岛湾港站区园馆寺庙塔楼院校人市县城湖海线厂会局处部队店家台报社侧外内旁边矶北南东西")
    | NOT_AFTER
)
"""Characters that end names of places and parts of towns."""

_LONGEST_TAIL: Final = 14
_JOINTS: Final = frozenset("、的(")
_PLACE_TAIL: Final = lazy(r"\((\p{Han}{2,6})\)|(\p{Han}{2,7}?)(?:分公司|公司|分行|支行|\p{Han}{0,5}(?:基地|工厂))")
_COUNTER: Final = lazy(r"\p{Han}{2,12}?(?:分行|支行)|\p{Han}{2,14}?营业部")
_BANKS: Final = ("行", "证券", "财富")  # endings of firms that have such offices
_TITLES: Final = ("董事长", "总经理", "总裁", "负责人", "创始人", "公司", "有限", "领衔", "人士", "方面")
_CLOSING: Final = frozenset("等和与及")
_ENDING: Final = frozenset("等和与及的在做则是为以每各也将已供由")
_NOUNS: Final = ("项目", "相关", "总部")
_MARK: Final = lazy(r"[^\w(]")
_NO_LETTER: Final = lazy(r"[\W\d]")


@functools.lru_cache(maxsize=1 << 10)
def _is_mark(character: str) -> bool:
    return _MARK().match(character) is not None


@functools.lru_cache(maxsize=1 << 10)
def _is_no_letter(character: str) -> bool:
    return _NO_LETTER().match(character) is not None


def closes_here(text: str, end: int) -> bool:
    """Whether a name ends here for sure: at a mark, a conjunction or a title."""
    following = text[end]
    if "\u4e00" <= following <= "\u9fff":
        return following in _CLOSING or text.startswith(_TITLES, end)
    return _is_mark(following)


def ends_here(text: str, end: int) -> bool:
    """Whether a known firm's name with an industry word ends here, rather than go on with its product (宁德时代电池项目)."""
    following = text[end]
    if "\u4e00" <= following <= "\u9fff":
        if following in _ENDING or text.startswith(_TITLES, end) or text.startswith(_NOUNS, end):
            return True
    elif _is_no_letter(following):
        return True
    return text[end : end + 2] in kinds(COMMON)["stop"]


@functools.cache
def _abroad() -> re.Pattern[str]:
    """The name of a plant abroad behind a firm's: 泰国罗勇工厂, 越南公司."""
    countries = sorted(kinds(RULES)["country"], key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(countries)})[\u4e00-\u9fff]{{0,4}}?(?:工厂|基地|公司|厂(?![商家房区长矿]))")


@functools.cache
def _heads_abroad() -> frozenset[str]:
    return frozenset(country[:2] for country in kinds(RULES)["country"])


def tail(scene: Scene, end: int) -> int:
    """End of a short name with the place of its branch: 比亚迪|常州基地, 华虹|(无锡), 长安汽车|泰国罗勇工厂."""
    text = scene.text
    head = text[end : end + 2]
    if head in _heads_abroad() and (plant := _abroad().match(text, end)):
        return plant.end()
    if text.endswith(_BANKS, 0, end) and (counter := _COUNTER().match(text, end)) and BREAKS.isdisjoint(counter[0]):
        return counter.end()  # but 工商银行|都有支行
    if text[end] != "(" and head not in place_heads():
        return end
    found = _PLACE_TAIL().match(text, end, min(len(text), end + _LONGEST_TAIL))
    if found is not None and (found[1] or found[2]).rstrip("市") in places().names:
        return with_industry(text, found.end()) if found[1] else found.end()
    if text.startswith("(集团)", end):
        return end + 4
    place = scene.place_after(end, end + 6)
    if place == end:
        return end
    stop = with_industry(text, place)
    return stop if stop > place or (ends_here(text, place) and not text.startswith("项目", place)) else end


def with_industry(text: str, end: int) -> int:
    """End of the industry words that end a name after its place: 国网浙江|电力, STX(大连)|造船."""
    at = end
    while step := next((size for size in (4, 3, 2) if text[at : at + size] in industries()), 0):
        at += step
    return at if ends_here(text, at) and text[at - 1] not in "园区" else end


def _joined(scene: Scene, end: int) -> int:
    """End of a known firm's name with the part that makes it a daughter's: 海尔|卡奥斯, 柳工|船机, 中集|圣达因."""
    text = scene.text
    further = scene.firm_starts.get(end, 0)
    if further > end:
        return further
    if _JOINTS.isdisjoint(text[end + 2 : end + 4]):
        return end
    for stop in (end + 3, end + 2):
        rest = text[end:stop]
        if text[stop : stop + 1] in _JOINTS and rest.isalpha() and rest[-1] not in NOT_FIRM and novel(rest):
            return end if BREAKS & set(rest) else stop
    return end


def around_known(scene: Scene, known: Iterable[Candidate]) -> Iterator[Candidate]:
    """Longer names around gazetteer names: with the place before them (南京比亚迪) and their branch behind (比亚迪常州基地)."""
    place_ends = scene.place_ends
    for first, last, label, _, _, _, _ in known:
        if label != COMPANY:
            continue
        start, end = first, tail(scene, _joined(scene, last))
        if first in place_ends and scene.text[first - 1] not in "省市县区":
            place = scene.place_before(first)
            start = first if scene.text[place:first] == "中国" else place
        if start != first or end != last:
            yield Candidate(start, end, COMPANY, "rule:company-branch")
