"""Parks: zones, parks and bases with the place, the firm or the invented name before their kind."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from typing import Final

from ..doc import PARK
from ..lexicon import candidate_of
from ..text import Candidate
from .scene import Scene, first_place, leading_place
from .words import RULES, kinds, novel, ordinary, ordinary_phrase, places

WORDS: Final = "park_words.tsv"
_REACH: Final = 30
_COUNTRY: Final = "中国"
_LONGEST_BASE: Final = 8
_CLASSES: Final = ("园区", "开发区")
"""Behind a whole province, and the first behind a city too, they mean all parks there (河北省开发区, 湘潭市园区)."""
_NUMERALS: Final = "两二三四五六七八九十几"
_HUBS: Final = ("城", "谷", "港", "岛", "小镇")
_BODY: Final = re.compile(r".*(?:管委会|管理委员会|政府|委员会|公司|集团|部门|大学|学院|研究院)")
_BODY_END: Final = re.compile("[会府司团门学院]")


@functools.cache
def anchors() -> dict[str, str]:
    """The words that end parks' names, and the kind of each."""
    kind_of: dict[str, str] = {}
    words = kinds(WORDS)
    kind_of.update((branch + end, "hub") for branch in words["branch"] for end in _HUBS)
    for kind in ("weak", "park", "zone"):
        kind_of.update(dict.fromkeys(words[kind], kind))
    kind_of.update((word, "hub") for word in words["weak"] if word.endswith(_HUBS))
    return kind_of


def find(scene: Scene, ends: Iterable[tuple[int, int]]) -> list[Candidate]:
    """Every park that its own words give away, which stand at ``ends``."""
    kind_of = anchors()
    text, lower = scene.text, scene.lower
    found = []
    for start, end in ends:
        word = lower[start:end]
        kind = kind_of[word]
        first = _start(scene, start, kind)
        if first is not None and not (word in _CLASSES and _all_of(text[first:start], word)):
            whole = end + 1 if text[end - 1] == "园" and text[end] == "区" else end
            found.append(candidate_of((first, whole, PARK, f"rule:park-{kind}", 1.0, None, None)))
            scene.add(found[-1:])
    return found


@functools.lru_cache(maxsize=1 << 11)
def _all_of(area: str, word: str) -> bool:
    """Whether an area before one of `_CLASSES` means all that lie in it."""
    return leading_place(area) == len(area) and (area in places().provinces or (word == "园区" and area[-1] in "省市"))


def around_known(scene: Scene, known: Iterable[Candidate]) -> Iterator[Candidate]:
    """Gazetteer parks with the places that stand directly before them (江都|仙城工业园)."""
    for start, end, label, _, _, _, _ in known:
        if label == PARK and start in scene.place_ends:
            yield Candidate(scene.place_before(start), end, PARK, "rule:park-place")


def _start(scene: Scene, end: int, kind: str) -> int | None:
    """Where the name of a park starts whose kind starts at ``end``; None when nothing names it."""
    text = scene.text
    first = _from_place(scene, _grown(scene, end, strict=True), end)
    if text.find("与", max(0, end - _REACH), end) >= 0 and not leading_place(text[first:end]):
        wider = _from_place(scene, _grown(scene, end, strict=False), end)
        if leading_place(text[wider:end]) and end - first > 1:
            first = wider  # 普陀|高端船舶与海工装备|产业集聚区
    if end - first < 2 or text[first].isdigit() or (text[end - 1] == "大" and text[end - 2] in _NUMERALS):
        return None  # 三大|园区
    piece = text[first:end]
    outer = scene.park_starts.get(first, 0)
    if first < outer <= end:
        return first if end - outer <= _LONGEST_BASE else None
    if scene.firm_at(first) > first and (first in scene.firm_starts or first_place(piece)[0] != 0):
        return first if kind == "park" else None
    cut = _named(piece, kind)
    return None if cut < 0 else first + cut


def _grown(scene: Scene, end: int, strict: bool) -> int:
    """How far the name reaches, over a park's name directly before it too (西宁经济技术开发区|甘河工业园区)."""
    first = scene.grow(end, _REACH, strict)
    body = _BODY.match(scene.text, first, end) if _BODY_END.search(scene.text, first, end) else None
    if body is not None and scene.firm_starts.get(first, 0) < body.end():
        first = body.end()
    outer = scene.park_ends.get(first, first)
    return max(outer, end - _REACH)


def _from_place(scene: Scene, first: int, end: int) -> int:
    """Where a park's name starts: at its first place, or at the firm or the name before a bracketed place."""
    piece = scene.text[first:end]
    start, _ = first_place(piece)
    if (
        start <= 0
        or piece[start - 1] == "("
        or scene.park_starts.get(first, 0) > first
        or scene.firm_at(first) == first + start
    ):
        return first
    return first + start


@functools.lru_cache(maxsize=1 << 13)
def _named(piece: str, kind: str) -> int:
    """How many characters precede the name in what stands before a kind of park, -1 without a name: a place, or an invented one."""
    start, stop = first_place(piece)
    if start != 0:
        return _invented(piece, kind)
    rest = piece[stop:]
    province = piece[stop - 1] in "省区" and stop > 2 and piece[:stop] in places().provinces
    country = kind == "zone" and piece[:stop] == _COUNTRY and first_place(rest)[0] < 0
    # 江苏省|化工|园区 and 中国|化工|园区 are any of them
    if rest in kinds(RULES)["determiner"] or (
        (country or (province and not leading_place(rest))) and ordinary_phrase(rest)
    ):
        return -1
    return 0 if kind != "weak" or 0 < len(rest) <= _LONGEST_BASE else -1


def _invented(piece: str, kind: str) -> int:
    """As `_named`, for a name without a place at its head."""
    cut = _ordinary_prefix(piece)
    core = piece[cut:]
    if kind in ("weak", "hub") and len(core) > _LONGEST_BASE:
        return -1
    return cut if len(core) >= 2 and (novel(core) or _opens_novel(core)) else -1


@functools.lru_cache(maxsize=1 << 12)
def _opens_novel(core: str) -> bool:
    """Whether a name is an invented word and ordinary ones (翔蜂|新能源)."""
    return any(novel(core[:size]) and ordinary_phrase(core[size:]) for size in (2, 3, 4))


def _ordinary_prefix(piece: str) -> int:
    """How many characters at the left are ordinary words before an invented name."""
    modifiers, common = kinds(WORDS)["modifier"], ordinary()
    cut = 0
    while True:
        rest = piece[cut:]
        step = next(
            (
                n
                for n in (4, 3, 2)
                if (rest[:n] in modifiers or rest[:n] in common) and (novel(rest[n:]) or _opens_novel(rest[n:]))
            ),
            0,
        )
        if not step:
            return cut
        cut += step
