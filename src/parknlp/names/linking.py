"""Linking: which park of the gazetteer a span names.

A form that several parks share (高新区 of two cities under one name) is linked only when the document names the city, district or
province of exactly one of them; otherwise it stays without identifier, and `candidates` lists the choices.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from parknlp.doc import PARK
from parknlp.matcher import normalize
from parknlp.text import Candidate, TextBatch

from .scene import first_place
from .words import places, rows


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
def _forms() -> dict[str, tuple[Park, ...]]:
    """Normalized form -> the parks that bear it."""
    found: dict[str, tuple[Park, ...]] = {}
    table = rows("parks.tsv")[1:]
    for kb_id, _, name, full_name, aliases, level, kind, province, city, adcode in table:
        park = Park(kb_id, name, full_name, level, kind, province, city, adcode)
        for form in dict.fromkeys(normalize([form for form in (name, full_name, *aliases.split(";")) if form])):
            found[form] = (*found.get(form, ()), park)
    return found


@functools.lru_cache(maxsize=1 << 12)
def candidates(surface: str) -> tuple[Park, ...]:
    """Every park of the gazetteer that a surface may name, its province or city before it or not.

    >>> [park.name for park in candidates("江苏省镇江经开区")]
    ['镇江经开区']
    """
    form = normalize([surface])[0]
    forms = _forms()
    while form:
        if form in forms:
            return forms[form]
        start, end = first_place(form)
        if start != 0 or end == len(form):
            return ()
        form = form[end:]
        if first_place(form)[0] != 0:
            return ()
    return ()


def link(batch: TextBatch, names: Iterable[Candidate], place_ends: Mapping[int, int]) -> Iterator[Candidate]:
    """The names, parks of the gazetteer with their ``kb_id``.

    Args:
        batch: the documents.
        names: the names found in them.
        place_ends: end -> start of the places in them.
    """
    mentioned: set[tuple[str, int]] = set()
    for name in names:
        parks = candidates(batch.text[name.start : name.end]) if name.label == PARK and name.kb_id is None else ()
        if len(parks) > 1:
            document = batch.document_of(name.start)
            if not mentioned:
                mentioned = {(batch.text[start:end], batch.document_of(start)) for end, start in place_ends.items()}
            parks = tuple(park for park in parks if any((place, document) in mentioned for place in _places(park)))
        yield name._replace(kb_id=parks[0].kb_id) if len(parks) == 1 else name


@functools.lru_cache(maxsize=1 << 11)
def _places(park: Park) -> frozenset[str]:
    """Full and short forms of a park's city and district."""
    forms = {form for form, facts in places().districts.items() if any(adcode == park.adcode for adcode, *_ in facts)}
    return frozenset(forms | {park.city, park.city.removesuffix("市")})
