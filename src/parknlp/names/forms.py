"""The forms in which texts name one thing: what two spellings have in common, and what a full name may be shortened to.

Both work on normalized surfaces (`matcher.normalize`) of names that have been found; `aliases` decides which short forms are
looked for in the first place.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Final

from ..doc import COMPANY, INSTITUTION, PARK
from ..patterns import lazy
from .company_name import parse_company_name, split_branch
from .scene import leading_place
from .words import kinds, places, rows

_LONGEST: Final = 40
_SHORTEST_HEAD: Final = 3
_MARKS: Final = dict.fromkeys(map(ord, '-—·• \t"“”'))
_LEVELS: Final = "省市县区"
_NOT_LEVEL: Final = frozenset(("区块", "市场", "市北", "市政"))
"""Words that begin as a level does."""

_BRACKET: Final = lazy(r"\(([^()]*)\)")
_HUBS: Final = ("城", "谷", "港", "岛", "镇")
"""What ends the names of parks that drop the industry before it (爱飞客|航空|小镇)."""
_ZONES: Final = ("经开区", "高新区", "新区", "开发区")
"""What a park may lie in: 镇江|新区|新材料产业园."""
_FEWEST: Final = 4


@functools.cache
def _short_words() -> dict[str, dict[str, str]]:
    """Label -> word of a name -> the shorter word for the same (data/name_forms.tsv)."""
    found: dict[str, dict[str, str]] = {}
    for label, word, short in rows("name_forms.tsv")[1:]:
        found.setdefault(label, {})[word] = short
    return found


@functools.cache
def _shortening(label: str) -> re.Pattern[str]:
    return re.compile("|".join(sorted(_short_words()[label], key=len, reverse=True)))


@functools.lru_cache(maxsize=1 << 15)
def canonical(label: str, surface: str) -> str:
    """A normalized surface as everything is compared: without marks, the kind of a park or body in its short form.

    >>> canonical(PARK, "镇江高新技术产业开发区"), canonical(PARK, "扬中市临港产业园区"), canonical(INSTITUTION, "镇江市人民政府")
    ('镇江高新区', '扬中临港产业园', '镇江市政府')
    """
    if label == PARK:
        return "".join(park_parts(surface))
    return _shortened(label, surface)


def _shortened(label: str, surface: str) -> str:
    bare = surface if surface.isalnum() else surface.translate(_MARKS)
    shorter = _short_words().get(label)
    return _shortening(label).sub(lambda found: shorter[found[0]], bare) if shorter else bare


@functools.lru_cache(maxsize=1 << 13)
def park_parts(surface: str) -> tuple[str, ...]:
    """The places at the head of a park's name, each without its level, and the rest, its kind in the short form.

    >>> park_parts("江苏省丹阳市经济开发区")
    ('江苏', '丹阳', '经开区')
    """
    park = _shortened(PARK, surface)
    parts: list[str] = []
    while True:
        end = leading_place(park)
        if not end or end == len(park):
            return (*parts, park)
        place = park[:end]
        if place[-1] in _LEVELS and place[:-1] in places().names:
            place = place[:-1]
        elif park[end] in _LEVELS[1:] and len(park) - end > 2 and park[end : end + 2] not in _NOT_LEVEL:
            end += 1
        parts.append(place)
        park = park[end:]


@functools.lru_cache(maxsize=1 << 13)
def short_forms(label: str, surface: str) -> tuple[str, ...]:
    """Every canonical form to which a normalized surface may be shortened, itself left out; the likelier ones first.

    >>> [form for form in short_forms(COMPANY, "孚能科技(镇江)有限公司") if len(form) < 5]
    ['孚能科技', '孚能', '孚能科', '孚能技', '镇江孚能', '孚能镇江']
    >>> short_forms(PARK, "镇江生态汽车产业园")[0], short_forms(INSTITUTION, "镇江市发展和改革委员会")[:2]
    ('生态汽车产业园', ('市发改委', '发改委'))
    """
    if len(surface) > _LONGEST:
        return ()
    forms = dict.fromkeys(_FORMS[label](surface))
    forms.pop(canonical(label, surface), None)
    return tuple(form for form in forms if len(form) > 1)


def _company(surface: str) -> Iterator[str]:
    """Trade name and industry, or parts of that, with and without places, group and legal form."""
    firm, branch = split_branch(surface)
    if branch:
        return
    place, trade, industry, form = parse_company_name(firm)
    industry = industry.removesuffix("公司")
    bracketed = _BRACKET().search(firm)
    inner = place if bracketed and bracketed[1] == place else ""
    core = canonical(COMPANY, trade)
    tails = dict.fromkeys((industry, "", *(industry[:size] for size in range(len(industry) - 1, 0, -1))))
    tails |= dict.fromkeys(industry[at:] for at in range(1, len(industry)))
    for word in ("集团", "股份"):
        if word in firm:
            tails |= {word: None}
    heads = [core] if core not in places().names else []
    yield from (core + tail for tail in tails if tail or heads)
    for before in (place, _last_place(place)) if place else ():
        yield from (before + core + tail for tail in tails)
        if inner:
            yield from (core + tail + after for tail in tails for after in (place, f"({place})"))
    if form:
        yield core + industry + form
    for at in range(_SHORTEST_HEAD, len(core) - 1):
        if leading_place(core[at:]):
            yield core[:at]  # 中新智地|苏州工业园区
            break


@functools.cache
def new_letters(label: str) -> frozenset[str]:
    """Characters that a short form may have without the full name: those of the shorter words, and what is added here."""
    return frozenset("".join(_short_words().get(label, {}).values()) + "()开发区园")


@functools.lru_cache(maxsize=1 << 12)
def opening_forms(surface: str) -> tuple[str, ...]:
    """What a full legal name opens with, as long as no dictionary says where its trade name ends: 徐州|博康|信息化学品.

    >>> opening_forms("徐州博康信息化学品有限公司")[:4]
    ('博康', '徐州博康', '博康信', '徐州博康信')
    """
    place, trade, _, form = parse_company_name(surface)
    if not form or len(surface) > _LONGEST or split_branch(surface)[1]:
        return ()
    core = canonical(COMPANY, trade)
    heads = dict.fromkeys(("", place, _last_place(place)) if place else ("",))
    return tuple(head + core[:end] for end in range(2, len(core)) for head in heads)


def _last_place(chain: str) -> str:
    """The last of some places that stand together, without its level."""
    return park_parts(chain + "园")[-2:][0]


def _park(surface: str) -> Iterator[str]:
    """Without leading places, without what the name opens with, without what stands between name and kind."""
    whole = canonical(PARK, _BRACKET().sub("", surface))
    *heads, rest = park_parts(whole.removeprefix("中国"))
    tails = [rest[at:] for at in range(len(rest) - 2)]
    yield from ("".join((*heads[at:], rest)) for at in range(1, len(heads) + 1))
    for tail in tails:
        yield tail
        if heads and any(zone in rest[: len(rest) - len(tail)] for zone in _ZONES):
            yield heads[-1] + tail
    yield from _other_zones(whole)
    first, mark, second = surface.removeprefix("中国").partition("·")
    if mark:
        yield from (canonical(PARK, first), canonical(PARK, second))
    name, kind = _name_and_kind(rest)
    if len(name) > 1 and kind.endswith(_HUBS):
        yield from (name + kind[at:] for at in range(len(kind)))


def without_zone(rest: str) -> str:
    """A park's name without its places, and without the zone that the park lies in.

    >>> without_zone("新区新材料产业园"), without_zone("高新区")
    ('新材料产业园', '高新区')
    """
    zone = next((zone for zone in _ZONES if rest.startswith(zone) and len(rest) - len(zone) >= _FEWEST), "")
    return rest.removeprefix(zone)


def _other_zones(whole: str) -> Iterator[str]:
    """开发区 for 经开区 and 高新区."""
    for kind in ("经开区", "高新区"):
        if whole.endswith(kind):
            *heads, rest = park_parts(whole.removesuffix(kind) + "开发区")
            yield from ("".join((*heads[at:], rest)) for at in range(len(heads) + 1))


@functools.cache
def _kinds_of_park() -> frozenset[str]:
    words = kinds("park_words.tsv")
    return words["zone"] | words["park"] | words["weak"]


def _name_and_kind(rest: str) -> tuple[str, str]:
    """爱飞客|航空小镇: an invented name, and the kind with the industry before it."""
    kinds_of_park, branches = _kinds_of_park(), kinds("park_words.tsv")["branch"]
    start = next((at for at in range(1, len(rest)) if rest[at:] in kinds_of_park), len(rest))
    branch = next((size for size in (4, 3, 2) if rest[start - size : start] in branches and size < start), 0)
    return rest[: start - branch], rest[start - branch :]


def _institution(surface: str) -> Iterator[str]:
    """Without the place or with its level alone (市发改委), without bracketed places."""
    whole = canonical(INSTITUTION, surface)
    bare = _BRACKET().sub("", whole)
    yield bare
    at = 0
    while place := leading_place(bare[at:]):
        end = at + place
        if bare[end - 1] in _LEVELS and end < len(bare):
            yield bare[end - 1 :]
        if len(bare) - end < 3:
            return
        at = end
        yield bare[at:]


_FORMS: Final = {COMPANY: _company, PARK: _park, INSTITUTION: _institution}
