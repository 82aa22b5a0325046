"""Which company stands in which park: every company is offered the parks named near it, and a model picks one or none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..doc import COMPANY, PARK, Doc
from .choosing import Models, best, bundled_models, mix
from .reading import Sheet, last_before
from .terms import Hashes, Ints

_FAR = 1500  # characters between a company and a park that may be told of together
_CLOSE = 60  # characters between them in which words are looked at
_CUES = 8
_LINK = re.compile(r"(?:\([^()]*\))?(?:[、,]|和|与|及|以及|、?[^、。,;\n]{0,3}[、和])")

Bools = npt.NDArray[np.bool_]


class Pairs(NamedTuple):
    """The companies of a batch, each with the parks that it may stand in.

    Attributes:
        group: index of the company surface of a document.
        company, park: for each option, the indices of the nearest mentions among the spans.
        features: what speaks for each option.
        bags: the words between the two.
        groups: how many companies there are; ``names``: for each, its document and the index of a mention.
    """

    group: Ints
    company: Ints
    park: Ints
    features: list[Hashes]
    bags: list[list[Hashes]]
    groups: int
    names: list[tuple[int, int]]


class _Names:
    """The companies and parks of a batch, and the lists (A、B和C) that the companies form."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.company, self.park = sheet.spans_of(COMPANY), sheet.spans_of(PARK)
        self.company_start, self.company_end = sheet.start[self.company], sheet.end[self.company]
        self.park_start, self.park_end = sheet.start[self.park], sheet.end[self.park]
        self.company_document, self.park_document = sheet.document[self.company], sheet.document[self.park]
        self.company_text = sheet.plain_hash(self.company_start, self.company_end)
        self.park_text = sheet.plain_hash(self.park_start, self.park_end)
        head = np.arange(len(self.company), dtype=np.int32)
        near = np.flatnonzero(
            (self.company_start[1:] - self.company_end[:-1] <= 8)
            & (self.company_document[1:] == self.company_document[:-1])
        )
        for at in near.tolist():
            if _LINK.fullmatch(sheet.masked, self.company_end[at], self.company_start[at + 1]):
                head[at + 1] = head[at]
        self.head = head
        self.last = np.zeros(len(head), np.int32)
        self.last[head] = np.arange(len(head), dtype=np.int32)  # of each list's first company, the last; later ones win
        self.last = self.last[head]


def _mentions(names: _Names) -> tuple[Ints, Ints, Ints]:
    """Company, park and distance of the mentions that stand near each other."""
    first = np.searchsorted(names.park_document, names.company_document)
    stop = np.searchsorted(names.park_document, names.company_document, "right")
    at = np.maximum(np.searchsorted(names.park_start, names.company_start) - 1, first)
    companies, parks = [], []
    for offset in (None, -2, -1, 0, 1, 2):
        place = first if offset is None else at + offset
        keep = (place >= first) & (place < stop)
        if offset is None:
            keep &= at - 2 > first
        chosen = np.flatnonzero(keep)
        companies.append(chosen)
        parks.append(place[chosen])
    company, park = np.concatenate(companies), np.concatenate(parks)
    start, end = names.company_start[company], names.company_end[company]
    head = names.company_start[names.head[company]]
    distance = np.minimum(
        np.minimum(np.abs(start - names.park_end[park]), np.abs(names.park_start[park] - end)),
        np.abs(head - names.park_end[park]),
    )
    near = distance < _FAR
    return company[near].astype(np.int32), park[near].astype(np.int32), distance[near]


class _Look:
    """What stands at and between mentions."""

    def __init__(self, names: _Names) -> None:
        sheet = self.sheet = names.sheet
        self.names = names
        codes = sheet.codes
        self.codes = codes.astype(np.uint64)
        self.ends = _counts(np.isin(codes, [ord(sign) for sign in "。!?"]))
        self.lines = _counts(codes == ord("\n"))
        self.commas = _counts(np.isin(codes, [ord(sign) for sign in ",;:"]))
        self.opening = last_before(np.isin(codes, [ord(sign) for sign in "。!?\n"]))
        self.clause = last_before(np.isin(codes, [ord(sign) for sign in ",;。!?\n"]))
        self.cue_start, self.cue_end = sheet.words.matches("cue")
        self.cue = sheet.hash(self.cue_start, self.cue_end)
        self.refers = np.flatnonzero(sheet.words.starting("refer")).astype(np.int32)

    def features(self, company: Ints, park: Ints) -> tuple[list[Hashes], list[list[Hashes]]]:
        """What speaks for mentions of pairs; a list of companies is judged by its head."""
        n, codes, at_hash = self.names, self.codes, self.sheet.hash
        head, last = n.head[company], n.last[company]
        listed = head != company
        size = np.minimum(last - head + 1, 5)
        many = size > 1
        p0, p1 = n.park_start[park], n.park_end[park]
        f0, l1 = n.company_start[head], n.company_end[last]
        c0, c1 = n.company_start[company], n.company_end[company]
        opening = self.opening[p0]
        begins = opening >= p0 - 14
        nearest = (p0 < c0) & (np.searchsorted(n.park_start, p1) == np.searchsorted(n.park_start, c0))
        gap = np.where(nearest, np.minimum(3, self.ends[np.maximum(c0, p1)] - self.ends[p1]), 4)
        behind = codes[l1]
        use = f0 > p0
        c1 = np.where(use, n.company_end[head], c1)
        c0 = np.where(use, f0, c0)
        ahead = p0 < c0
        start, end = np.where(ahead, p1, c1), np.where(ahead, c0, p0)
        end = np.maximum(end, start)
        sentences = np.minimum(3, self.ends[end] - self.ends[start])
        lines = np.minimum(2, self.lines[end] - self.lines[start])
        where = mix(ahead, sentences, lines)
        commas = np.minimum(3, self.commas[end] - self.commas[start])
        parks = np.searchsorted(n.park_start, end) - np.searchsorted(n.park_start, start)
        rivals = np.minimum(2, parks)
        others = np.minimum(3, np.searchsorted(n.company_start, end) - np.searchsorted(n.company_start, start))
        distance = end - start
        clause = np.maximum(self.clause[c0] + 1, c0 - 30)
        refers = np.searchsorted(self.refers, clause) < np.searchsorted(self.refers, c0)
        apart = (sentences + lines) > 0
        features = [
            mix(size, 0),
            mix(many, behind),
            mix(many, at_hash(l1, l1 + 2)),
            mix(behind == ord("等"), many),
            mix(at_hash(f0 - 2, f0), many),
            mix(begins, many),
            mix(nearest, many, gap),
            where,
            mix(where, commas),
            mix(where, others),
            mix(where, rivals),
            mix(where, np.minimum(distance // 6, 6)),
            mix(where, listed),
            mix(ahead, at_hash(p0 - 2, p0)),
            mix(ahead, codes[p0 - 1]),
            mix(ahead, at_hash(p1, p1 + 2)),
            mix(ahead, codes[p1]),
            mix(ahead, at_hash(c0 - 2, c0)),
            mix(ahead, at_hash(c1, c1 + 2)),
            mix(ahead, codes[c1]),
            mix(where, codes[c0 - 1]),
            mix(ahead, np.where(distance <= 6, at_hash(start, end), np.uint64(1))),
            mix(where, np.where(apart, refers, 2)),
            mix(ahead, rivals, commas, sentences),
        ]
        first = np.searchsorted(self.cue_start, start)
        bags: list[list[Hashes]] = [[], [], []]
        for offset in range(_CUES if len(self.cue) else 0):
            cue = np.minimum(first + offset, len(self.cue) - 1)
            inside = (first + offset < len(self.cue)) & (self.cue_end[cue] <= end) & (distance <= _CLOSE)
            word = self.cue[cue]
            for bag, column in zip(
                bags, (mix(where, word), mix(ahead, word, rivals), mix(ahead, word, commas)), strict=True
            ):
                bag.append(np.where(inside, column, np.uint64(0)))
        return features, bags


def _counts(flags: Bools) -> Ints:
    return np.append(np.int32(0), np.cumsum(flags, dtype=np.int32))


def pairs_of(sheet: Sheet) -> Pairs | None:
    """Every company of the batch with the parks that it may stand in; None where there is nothing to decide."""
    names = _Names(sheet)
    if not len(names.company) or not len(names.park):
        return None
    company, park, distance = _mentions(names)
    if not len(company):
        return None
    owner = mix(names.company_text[company], names.company_document[company])
    pair = mix(owner, names.park_text[park])
    order = np.lexsort((park, company, distance, pair))
    company, park, pair, owner = company[order], park[order], pair[order], owner[order]
    starts = np.flatnonzero(np.append(True, pair[1:] != pair[:-1]))
    count = np.diff(np.append(starts, len(pair)))
    # by company, in the order of the text, as their first options come
    first_company = company[starts]
    _, group = np.unique(owner[starts], return_inverse=True)
    lowest = np.full(group.max() + 1, len(names.company), np.int64)
    np.minimum.at(lowest, group, first_company)
    order = np.lexsort((park[starts], lowest[group]))
    starts, count = starts[order], count[order]
    _, group = np.unique(lowest[group[order]], return_inverse=True)
    look = _Look(names)
    features, bags = look.features(company[starts], park[starts])
    other, other_bags = look.features(
        company[np.minimum(starts + 1, len(company) - 1)], park[np.minimum(starts + 1, len(park) - 1)]
    )
    second = count > 1
    features += [np.where(second, column, np.uint64(0)) for column in other]
    bags += [[np.where(second, column, np.uint64(0)) for column in bag] for bag in other_bags]
    features += _surface_features(names, company[starts], park[starts], count)
    mentions = np.unique(group, return_index=True)[1]
    chosen = [int(company[starts][at]) for at in mentions]
    return Pairs(
        group.astype(np.int32),
        names.company[company[starts]].astype(np.int32),
        names.park[park[starts]].astype(np.int32),
        features,
        bags,
        len(mentions),
        [(int(names.company_document[at]), int(names.company[at])) for at in chosen],
    )


def _surface_features(names: _Names, company: Ints, park: Ints, count: Ints) -> list[Hashes]:
    """How often, where else and how a company and a park are named."""
    sheet = names.sheet
    keys = mix(names.park_text, names.park_document)
    _, where, times = np.unique(keys, return_inverse=True, return_counts=True)
    kinds = np.bincount(names.park_document[np.unique(where, return_index=True)[1]], minlength=len(sheet.docs))
    often = np.minimum(times[where], 4)[park]
    document = names.park_document[park]
    kinds = np.minimum(kinds[document], 4)
    first = names.park_text[np.searchsorted(names.park_document, document)] == names.park_text[park]

    def titled(index: npt.NDArray[np.int64]) -> Bools:
        spans, docs, owner = sheet.spans, sheet.docs, sheet.document
        return np.array([spans[at].text in (docs[owner[at]].title or "") for at in index.tolist()], np.bool_)

    title, other = titled(names.park)[park], titled(names.company)[company]
    tail = sheet.plain_hash(np.maximum(names.park_start, names.park_end - 3), names.park_end)[park]
    size = np.minimum(count, 3)
    return [
        mix(np.ones(len(park), np.uint64), 1),
        mix(often, 2),
        mix(title, 3),
        mix(kinds, 4),
        mix(size, 5),
        tail,
        mix(kinds == 1, title),
        mix(first, title),
        mix(other, 9),
        mix(kinds, size, often),
    ]


BAG = 300
"""Number of the first bag's feature."""


def find_located(
    docs: Sequence[Doc], models: Models | None = None, sheet: Sheet | None = None
) -> list[tuple[tuple[str, str], ...]]:
    """The (company surface, park surface) pairs of each document.

    Args:
        docs: documents with their spans and their body.
        models: the weights of the choices; those of the package when none are given.
        sheet: the documents as `Sheet` has them, when it is known already.
    """
    model = (bundled_models() if models is None else models).get("located")
    found: list[list[tuple[str, str]]] = [[] for _ in docs]
    sheet = Sheet(docs) if sheet is None else sheet
    pairs = pairs_of(sheet) if model is not None else None
    if pairs is not None and model is not None:
        size = len(pairs.group)
        score = model.score(pairs.features, size)
        for number, bag in enumerate(pairs.bags):
            score += model.score_bag(bag, BAG + number, size)
        nowhere = int(model.score([NOWHERE], 1, BAG - 1)[0])
        spans = sheet.spans
        for option in best(score, pairs.group, pairs.groups).tolist():
            if score[option] > nowhere:
                company, park = pairs.company[option], pairs.park[option]
                found[sheet.document[company]].append((spans[company].text, spans[park].text))
    return [tuple(located) for located in found]


NOWHERE = mix(np.ones(1, np.uint64), 0)
"""The one feature of standing in no park."""
