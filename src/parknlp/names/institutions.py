"""Institutions: government bodies, zone bodies, universities, institutes, hospitals, associations."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from typing import Final

from ..doc import INSTITUTION
from ..patterns import lazy
from ..text import Candidate
from .growth import BREAKS, is_hard
from .scene import Scene, leading_place
from .words import RULES, kinds, novel, ordinary

WORDS: Final = "institution_words.tsv"
_REACH: Final = 26
_LONGEST: Final = 36
_LONGEST_PART: Final = 18
_NOT_LEVEL: Final = frozenset("全我该本各两某外城超都上门夜股楼闹车房菜集能")
_NOT_AFTER: Final = frozenset("门长里化生路站网")
_OPENINGS: Final = (
    "国家",
    "中国",
    "全国",
    "长三角",
    "粤港澳",
    "京津冀",
    "亚洲",
    "世界",
    "国际",
    "清华",
    "北大",
    "中科院",
)
_GENERAL: Final = lazy(
    r"\p{Han}{0,4}(?:所|各|名|牌|点|综合|知名|著名|国内|海外|国外|电视|老年|开放|社区|空中|网络|广播|上|读|念|考取|考上|本科|一流|性|内|外|当地|地方|理工科?|工科|年轻|大专|一些|多数)"
)
"""What before 大学 makes no name of it."""
_TAIL: Final = lazy(
    r"\(\p{Han}{2,5}\)|(?!新|老)\p{Han}{0,5}(?:分院|校区|院区|分校|分所|分局|附属\p{Han}{1,6}(?:学校|医院|中学|小学))|\p{Han}{2}支队"
)
_TAIL_SIGN: Final = re.compile("[(分校院附支]")
"""One of these each of its alternatives has among its first characters."""

_DEPARTMENT: Final = lazy(r"(?:(?![的和与及在对向等将已为从由部委局厅署被把])\p{Han}){2,9}?(?<!公)司(?![机法令仪徒库])")
"""A department of a ministry: 商务部|外贸司."""


@functools.cache
def anchors() -> dict[str, tuple[str, ...]]:
    """The words that end institutions' names, and the kinds of each."""
    kind_of: dict[str, tuple[str, ...]] = {}
    for kind in ("zone", "government", "full", "school", "research", "society"):
        for word in kinds(WORDS)[kind]:
            kind_of[word] = (*kind_of.get(word, ()), kind)
    return kind_of


_NUMBERED: Final = lazy(
    r"(?:第(?:\d{1,3}|[一二三四五六七八九〇零十百]{1,4})研究[所院]|(?:\d{3}|[一二三四五六七八九][一二三四五六七八九〇零]{2})所)"
    r"(?:(?!\p{Han})|(?=[的和与在把牵竞等]))"
)
_NUMERAL: Final = re.compile(r"[\d一二三四五六七八九〇零]")


def _numbered(scene: Scene) -> Iterator[Candidate]:
    """Institutes known by their number: 第七一二研究所, 608所, with the group before it."""
    text = scene.text
    starts = [found.start() for found in re.finditer("第", text)] + [
        found.start() - 3 for found in re.finditer("所", text)
    ]
    for start in sorted(starts):
        match = _NUMBERED().match(text, start)
        if match is not None and _NUMERAL.match(text[start - 1]) is None:
            yield Candidate(scene.firm_ends.get(start, start), match.end(), INSTITUTION, "rule:institution-number")


def find(scene: Scene, ends: Iterable[tuple[int, int]]) -> list[Candidate]:
    """Every institution that its own words give away, which stand at ``ends``."""
    kind_of = anchors()
    text, lower = scene.text, scene.lower
    found = []
    for start, end in ends:
        if (
            text[end] in _NOT_AFTER
            or text.startswith(("有限", "股份", "集团", "公司"), end)
            or (text[end - 1] == "会" and end - start < 3 and text[start - 1 : start + 1] in ordinary())
        ):
            continue
        for kind in kind_of[lower[start:end]]:
            first = _RULES[kind](scene, start, end)
            if first is not None:
                last = _end(text, end) if kind != "full" else _department_end(text, end)
                found.append(Candidate(first, last, INSTITUTION, f"rule:institution-{kind}"))
                scene.add(found[-1:])
                scene.bar((found[-1].end,))
                break
    return [*found, *_numbered(scene)]


def _end(text: str, end: int) -> int:
    tail = _TAIL().match(text, end, end + 14) if _TAIL_SIGN.search(text, end, end + 7) else None
    return tail.end() if tail else end


def _department_end(text: str, end: int) -> int:
    """The end of a body that stands alone, with its department where it is a ministry."""
    near = text[end - 1] in "部委局署" and "司" in text[end + 2 : end + 10]
    tail = _DEPARTMENT().match(text, end, end + 10) if near else None
    return tail.end() if tail else _end(text, end)


def _full(scene: Scene, start: int, _: int) -> int | None:
    return start - 2 if scene.text[start - 2 : start] == "国家" else start


def _zone(scene: Scene, start: int, _: int) -> int | None:
    """A body of a zone: the zone's name stands directly before it."""
    return scene.park_ends.get(start)


def _government(scene: Scene, start: int, _: int) -> int | None:
    """A body of a place, or of the level above it (市发改委)."""
    text = scene.text
    place = scene.place_before(start)
    if place < start:
        return place
    if text[start] in "市省县区" and text[start + 1] in "委政":
        return start if text[start - 1] not in _NOT_LEVEL else None
    if text[start - 2 : start] == "国家":
        return start - 2
    if text[start - 1] in "市省县区州旗镇" and text[start - 2] not in _NOT_LEVEL:
        return scene.place_before(start - 1)
    return None


def _grown(scene: Scene, start: int, end: int) -> int | None:
    """A body whose name needs a place, the state, a firm or an invented word; it may reach over verbs to a place."""
    outer = _inside(scene, start)
    if outer is not None and end - outer <= _LONGEST:
        return outer
    first = scene.from_place(scene.grow(start, _REACH), start)
    if not _anchored(scene, first, start):
        wider = scene.grow(start, _REACH, strict=False)
        wider = scene.from_place(wider, start)
        first = wider if _anchored(scene, wider, start) else first
    piece = scene.text[first:start]
    joint = piece.rfind("联合")
    if joint > 0 and _anchored(scene, first + joint + 2, start):
        return first + joint + 2
    if len(piece) < 2 or end - first > _LONGEST or "公司" in piece:
        return None
    if _anchored(scene, first, start) or (scene.text[start:end] == "大学" and _GENERAL().fullmatch(piece) is None):
        return first
    return first if scene.text[start:end] not in kinds(RULES)["loose"] and novel(piece) and len(piece) <= 12 else None


def _inside(scene: Scene, start: int) -> int | None:
    """Start of the body that this one is a part of (中国科学院|金属研究所), when nothing but its own name stands between."""
    text = scene.text
    for at in range(start, max(0, start - _LONGEST_PART), -1):
        outer = scene.body_ends.get(at)
        if outer is not None:
            return outer if text[at] not in "与及" else None
        if (
            not text[at - 1].isalpha()
            or (text[at - 1] in BREAKS and text[at - 1] not in "与及")
            or is_hard(text[at - 2 : at])
        ):
            return None
    return None


def _anchored(scene: Scene, first: int, end: int) -> bool:
    """Whether a name begins with a place, the state, a firm or a university."""
    if end - first < 2:
        return False
    piece = scene.text[first:end]
    if scene.firm_starts.get(first, 0) > first or leading_place(piece):
        return True
    return piece.startswith(_OPENINGS)


_RULES: Final = {
    "full": _full,
    "zone": _zone,
    "government": _government,
    "school": _grown,
    "research": _grown,
    "society": _grown,
}
