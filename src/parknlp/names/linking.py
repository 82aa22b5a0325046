"""Linking: which park of the gazetteer, which listed company and which entry of the user's lexicons a span names.

A form that several parks share is linked only when the text around it names the place of exactly one of them: the sentence, then the
headline and the dateline, then the whole text. Otherwise it stays without identifier, and `candidates` lists the choices.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from ..doc import COMPANY, PARK, Doc, Span
from ..lexicon import Lexicon
from ..matcher import normalize
from ..patterns import lazy
from . import gazetteers
from .company_name import industries, parse_company_name, split_branch
from .forms import park_parts, without_zone
from .words import body, places

_DATELINE: Final = 80
_AROUND: Final = 120
_LONG: Final = 1000  # characters of a text, more than around a name
_FEWEST: Final = 4
"""Characters of a park's name without its place that say enough to be looked for in the gazetteer."""
_SENTENCE_END: Final = lazy(r"[。！？!?\n]")
_GRADE: Final = "国家级"
ALIKE: Final = {"经开区": "开发区", "开发区": "经开区"}
_WRITTEN, _CANONICAL, _PLACELESS = 0, 1, 2
_LEVELS: Final = ("市", "县", "区")
_CUT: Final = ("经开", "高新")
"""Kinds of parks without their last character."""
STOCK: Final = "股份"
"""Every listed company is a 股份有限公司; a 有限公司 of the same name is its daughter."""


class Park(NamedTuple):
    """A row of the gazetteer."""

    kb_id: str
    name: str
    full_name: str
    level: str
    kind: str
    province: str
    city: str
    adcode: str


@functools.cache
def _park(row: int) -> Park:
    """A row of the gazetteer, of which a text asks for few."""
    kb_id, _, name, full, _, _, *facts = gazetteers.park_lines()[row].split("\t")
    return Park(kb_id, name, full, *facts)


def all_parks() -> list[Park]:
    """The rows of the gazetteer."""
    return [_park(row) for row in range(len(gazetteers.park_lines()))]


@functools.cache
def _forms() -> dict[str, str]:
    """A normalized or reduced form of a name -> the cells with the rows of the parks that bear it (data/parks_forms.tsv)."""
    return dict([line.split("\t", 1) for line in body("parks_forms.tsv").split("\n")])


def _bearing(form: str, column: int) -> tuple[Park, ...]:
    """The parks that bear a form: as the gazetteer writes it (`_WRITTEN`), or `_CANONICAL`, or `_PLACELESS`."""
    cells = _forms().get(form)
    cell = cells.split("\t")[column] if cells else ""
    return tuple([_park(int(row)) for row in cell.split(";")]) if cell else ()


def candidates(surface: str) -> tuple[Park, ...]:
    """Every park of the gazetteer that a surface may name, with the places before it or without, its kind in any form.

    >>> [park.name for park in candidates("江苏省镇江市经济开发区")]
    ['镇江经开区']
    >>> len(candidates("高新区")) > 100
    True
    """
    return _candidates(normalize([surface])[0])


@functools.lru_cache(maxsize=1 << 12)
def _candidates(form: str) -> tuple[Park, ...]:
    if form.endswith(_CUT):
        form += "区"
    if found := _bearing(form, _WRITTEN) or _placed(form.removeprefix(_GRADE)):
        return found
    name, bracket, other = form.removesuffix(")").partition("(")
    if name and bracket:  # two names of one, but not a zone and a part of it
        others = _candidates(other)
        return tuple(park for park in _candidates(name) if park in others)
    outer, _, inner = form.rpartition("·")
    if not outer:
        return ()
    return _candidates(outer if inner in places().names else inner)  # 赣江新区·|南昌经开区, but 黄石开发区|·铁山区


def _placed(form: str) -> tuple[Park, ...]:
    """The parks whose name, in any form, a normalized surface is behind some places and the zone that it lies in."""
    *heads, rest = park_parts(form)
    inner = without_zone(rest)
    tries = [(at, "".join((*heads[at:], rest))) for at in range(len(heads) + (len(rest) >= _FEWEST))]
    if heads and inner != rest:
        tries += [(0, heads[-1] + inner), (len(heads), inner)]  # 濉溪|经开区|濉芜产业园
    for at, name in tries:
        if parks := _lying_in(_bearing(name, _CANONICAL), heads[:at]):
            return parks
    if not heads:
        return _bearing(rest, _PLACELESS)
    near = [park for park in _bearing(inner, _PLACELESS) if len(inner) >= _FEWEST and heads[-1] in _places(park)[0]]
    return _lying_in(near, heads)  # 长沙|雨花|环保科技产业园


def _lying_in(parks: Iterable[Park], names: Sequence[str]) -> tuple[Park, ...]:
    """Those parks that may belong to all the places before a park's name."""
    return tuple(
        park for park in parks if all(name == "中国" or any(name in some for some in _places(park)) for name in names)
    )


@functools.cache
def _forms_of_districts() -> dict[str, set[str]]:
    """Code of a division -> its names."""
    found: dict[str, set[str]] = {}
    for form, facts in places().districts.items():
        for code, *_ in facts:
            found.setdefault(code, set()).add(form)
    return found


@functools.lru_cache(maxsize=1 << 11)
def _places(park: Park) -> tuple[frozenset[str], ...]:
    """Names of the places of a park, the nearest first: those in its name and its district, its city, its province."""
    names = _forms_of_districts()
    heads = park_parts(park.name)[:-1]
    city, province = ({name, name.rstrip("省市")} - {""} for name in (park.city, park.province))
    province |= names.get(park.adcode[:2] + "0000", set())
    district = names.get(park.adcode, set())
    return frozenset({*heads, *district} - city - province), frozenset(city), frozenset(province)


def narrowed(
    parks: Sequence[Park], scopes: Iterable[str], levels: int = 3, own: frozenset[str] = frozenset()
) -> tuple[Park, ...]:
    """Those of some parks whose places the first telling one of some texts names; all of them where none tells.

    Args:
        parks: the parks.
        scopes: texts, the nearest first.
        levels: which places count: 1 = those in the park's name and its district, 2 = its city too, 3 = its province too.
        own: places that tell nothing, since the name has them (长春经开区 is one of 长春 and one of 益阳).

    >>> [park.name for park in narrowed(candidates("经开区"), ["句容今年招商火热"])]
    ['句容经开区']
    """
    left = tuple(parks)
    for scope in scopes:
        named_places = _named_places(scope) - own
        for level in range(levels if named_places else 0):
            named = tuple(park for park in left if not named_places.isdisjoint(_places(park)[level]))
            if len(named) == 1:
                return named
            left = named or left
    return left


@functools.cache
def _place_heads() -> dict[str, list[str]]:
    """The first two characters of the names of places -> those that begin so; among them are all that `_places` gives."""
    heads: dict[str, list[str]] = {}
    for name in {*places().names, *places().districts}:
        heads.setdefault(name[:2], []).append(name)
    return heads


@functools.cache
def _places_of_parks() -> frozenset[str]:
    """The names of places that have parks."""
    return frozenset().union(*(level for park in all_parks() for level in _places(park)))


def _named_places(text: str) -> frozenset[str]:
    """The names of places that stand anywhere in a text, inside longer ones too."""
    return _places_of_long(text) if len(text) > _LONG else _places_of(text)


def _places_of(text: str) -> frozenset[str]:
    heads = _place_heads()
    found: set[str] = set()
    for at in range(len(text) - 1):
        head = text[at : at + 2]
        if head in heads:
            found.update([place for place in heads[head] if text.startswith(place, at)])
    return frozenset(found)


_places_of_long = functools.lru_cache(maxsize=1)(_places_of)  # a document is asked for again for each of its parks


def _park_id(doc: Doc, span: Span, name: str) -> str | None:
    """The identifier of the only park that the span may name; a name without a place needs one near it or in the headline."""
    parks = _candidates(name)
    if not parks and not name.startswith(_LEVELS):
        return None
    if len(parks) == 1 and _has_place(name):
        return parks[0].kb_id
    scopes = [_sentence(doc.text, span), doc.title or "", doc.text[:_DATELINE]]
    if not parks:
        return _of_the_place(name, [*scopes, doc.text])
    if _has_place(name):
        parks = narrowed(parks, [*scopes, doc.text], own=_named_places(name))
    else:
        parks = narrowed(parks, scopes, levels=2)
        near = _named_places("".join(scopes))
        parks = tuple(park for park in parks if any(not near.isdisjoint(level) for level in _places(park)[:2]))
    return parks[0].kb_id if len(parks) == 1 else None


def _of_the_place(name: str, scopes: Iterable[str]) -> str | None:
    """The identifier of the only park that a name with the level of its place (市经开区) may mean.

    Its place is the one of that level which the nearest text names; that it names two settles nothing.
    """
    level, kind = name[0], park_parts(name[1:])[-1]
    of_kind = [_bearing(form, _PLACELESS) for form in (kind, ALIKE.get(kind, ""))]
    for scope in scopes if any(of_kind) else ():
        here = {place for place in _named_places(scope) & _places_of_parks() if place + level in places().names}
        if here:
            found = ([park.kb_id for park in parks if park_parts(park.name)[-2:-1] == tuple(here)] for parks in of_kind)
            first = next(filter(None, found), [])
            return first[0] if len(first) == 1 else None
    return None


def _has_place(name: str) -> bool:
    """Whether a park's name says where it is, by a place at its head or by being in the gazetteer in some form."""
    parts = park_parts(name)
    return len(parts) > 1 or bool(_bearing(name, _WRITTEN)) or _bearing(parts[0], _CANONICAL) != ()


def _sentence(text: str, span: Span) -> str:
    """The sentence of a span, or what is near of a long one."""
    split = _SENTENCE_END().split
    before = split(text[max(0, span.start - _AROUND) : span.start])[-1]
    return before + span.text + split(text[span.end : span.end + _AROUND], 1)[0]


class Linker:
    """Finds the identifiers of spans.

    Args:
        lexicons: the user's names, the most important first.

    >>> name = "江苏鱼跃医疗设备股份有限公司"
    >>> Linker().kb_id(Doc(name), Span(0, 14, COMPANY, name), name)
    '002223.SZ'
    """

    def __init__(self, lexicons: Sequence[Lexicon] = ()) -> None:
        self._lexicons = tuple(lexicons)

    def kb_id(self, doc: Doc, span: Span, name: str) -> str | None:
        """The identifier of a span of the document, whose normalized surface is ``name``, or None."""
        if span.label == PARK:
            return _park_id(doc, span, name)
        return self._company_id(name) if span.label == COMPANY else None

    def _company_id(self, name: str) -> str | None:
        """The identifier of the only entry that a normalized name or its core is, in the first lexicon that holds it."""
        for lexicon in self._lexicons:
            for form in (name, *company_cores(name)):
                if lexicon.label(form) == COMPANY:
                    return lexicon.kb_id(form)
        return _listed_id(name)


@functools.lru_cache(maxsize=1 << 14)
def _listed_id(name: str) -> str | None:
    """The stock code of a normalized name: of a listed company's short name, or of a full name with the core of one alone."""
    gazetteer, doubtful, _ = gazetteers.load()
    code_of = gazetteer.lexicons[0].kb_id
    if name not in doubtful and (code := code_of(name)):
        return code
    cores = company_cores(name) if STOCK in name and STOCK in parse_company_name(name).legal_form else ()
    codes = [code for core in cores if (code := code_of(core))]
    return codes[0] if len(set(codes)) == 1 or (codes and code_of(cores[0])) else None


@functools.lru_cache(maxsize=1 << 12)
def company_cores(name: str) -> tuple[str, ...]:
    """The short names under which a full legal name may be listed, the surest first.

    >>> company_cores("江苏鱼跃医疗设备股份有限公司")
    ('鱼跃医疗设备', '江苏鱼跃医疗设备', '江苏鱼跃', '鱼跃医疗', '鱼跃股份')
    """
    firm, branch = split_branch(name)
    place, trade, industry, form = parse_company_name(firm)
    if not form or branch:
        return ()
    cores = [trade + industry, place + trade + industry, place + trade, *([trade] if len(trade) > 2 else ())]
    cores += [trade + industry[:size] for size in (3, 2) if industry[:size] in industries()]
    cores += [trade + word for word in (STOCK, "集团") if word in firm]
    return tuple(core for core in dict.fromkeys(cores) if len(core) > 2 and core not in places().names)
