"""Which company stands in which park: every company is offered the parks told of near it, and trees say how likely each is.

A company stands in one park at most, the likeliest. The pair carries the park's name from the company's own sentence or the last ones
before it; where the park is told of farther away or by another word (园区, 谷里), the short name that the article gives it (以下简称X),
or else the one under which it introduces it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from ..doc import Doc
from .choosing import best
from .named import Names
from .reading import Sheet, places_of
from .standing import Look, on_the_scene
from .terms import Ints
from .trees import SCALE, Trees, bundled_trees

_FAR = 1500  # characters between a company and a park that are too many
_AWAY = 4  # sentences between them that are too many, where another park is told of in these
_SAID = 2  # sentences away, at most, from which a pair carries the name
_BACK, _ON = 4, 4  # so many places where parks are told of are looked at before a company and behind it
_CHUNK = 1 << 14  # pairs whose features are kept at a time

LEAST: Final = round(-0.45 * SCALE)
"""A pair must be this likely: four in ten. The measure is F1, so a pair need not be likelier than none."""


class Pairs(NamedTuple):
    """The companies of a batch, each with the parks that it may stand in.

    Attributes:
        names, look: what is known of the batch.
        company: for each option, the nearest mention of the company; ``told``: where the park is told of nearest to it.
        owner: the number of the company's name, sorted.
        park: the name of the park that the pair would carry, an index of ``names.park``.
    """

    names: Names
    look: Look
    company: Ints
    told: Ints
    owner: Ints
    park: Ints


def _near(names: Names) -> tuple[Ints, Ints]:
    """Companies, and the places near them where parks are told of; both in order."""
    told, document = names.told, names.company_document
    first, stop = told.document.searchsorted(document)[:, None], told.document.searchsorted(document, "right")[:, None]
    places = np.empty((len(document), _BACK + _ON), np.int64)
    places[:, :1] = first
    places[:, 1:] = told.start.searchsorted(names.company_start)[:, None] + _AROUND
    keep = (places >= first) & (places < stop)
    keep[:, 0] &= places[:, 1] > places[:, 0]
    company, row = places_of(keep)
    return company, places[company, row]


_AROUND = np.arange(-_BACK, _ON - 1)


def pairs_of(sheet: Sheet) -> Pairs | None:
    """Every company of the batch with the parks that it may stand in; None where there is nothing to decide."""
    names = Names(sheet)
    if not len(names.company) or not len(names.park):
        return None
    names.read()
    look = Look(names)
    company, told = _near(names)
    ahead, between = look.between(company, told)
    gap = between[1] - between[0]
    away = look.sentences(between)
    told_of = (away < _AWAY) | look.walked_in.take(told) | look.latest(company, told)
    near = ((gap < _FAR) & told_of).nonzero()[0]
    if not len(near):
        return None
    company, told, ahead, gap, away = (column[near] for column in (company, told, ahead, gap, away))
    cost = np.minimum(gap, 800) // 50 * 50 + np.minimum(gap, 60) // 4 * 4 + np.minimum(_AWAY, away) * 40 - ahead * 4
    owner, group = names.surface[company], names.group[names.told.park[told]]
    pair = owner * len(names.park) + group
    order = (pair * _COST + cost).argsort(kind="stable")  # the cheapest of each pair first
    pair = pair[order]
    new = np.ones(len(pair), np.bool_)
    np.not_equal(pair[1:], pair[:-1], out=new[1:])
    nearest = order[new]
    company, told, owner = company[nearest], told[nearest], owner[nearest]
    said = (names.told.kind[told] == 0) & (away[nearest] <= _SAID)
    park = np.where(said, names.told.park[told], look.called[group[nearest]])
    return Pairs(names, look, company, told, owner, park)


_COST = 1 << 11  # more than any cost


def scores(pairs: Pairs, trees: Trees) -> Ints:
    """How likely each pair is, as the trees say; too rare for them is a reportage, whose pairs are likely enough."""
    found = []
    for at in range(0, len(pairs.owner), _CHUNK):
        table = pairs.look.table(pairs.company[at : at + _CHUNK], pairs.told[at : at + _CHUNK])
        score = trees.score(table)
        np.maximum(score, LEAST + 1, out=score, where=on_the_scene(table))
        found.append(score)
    return np.concatenate(found)


def find_located(
    docs: Sequence[Doc], trees: Trees | None = None, sheet: Sheet | None = None
) -> list[tuple[tuple[str, str], ...]]:
    """The (company surface, park surface) pairs of each document.

    Args:
        docs: documents with their spans and their body.
        trees: what decides; those of the package when none are given.
        sheet: the documents as `Sheet` has them, when it is known already.
    """
    found: list[list[tuple[str, str]]] = [[] for _ in docs]
    sheet = Sheet(docs) if sheet is None else sheet
    pairs = pairs_of(sheet)
    if pairs is not None:
        starts = pairs.owner.searchsorted(np.arange(pairs.owner[-1] + 2))
        option, score = best(scores(pairs, bundled_trees() if trees is None else trees), starts)
        option = option[(option >= 0) & (score > LEAST)]
        names, spans = pairs.names, sheet.spans
        park = names.park[pairs.park[option]]
        columns = names.company[pairs.company[option]], park, sheet.document[park]
        for firm, place, document in zip(*(column.tolist() for column in columns), strict=True):
            found[document].append((spans[firm].text, spans[place].text))
    return [tuple(located) for located in found]
