"""Who a statement is about and when it holds: the choice in the order of the text.

Most of what speaks for a candidate is known before anything is decided and scored for the whole batch; only whether it is
what the statement before was about is not, so each candidate has three scores.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .choosing import Model, best
from .features import Atoms, Features, atoms
from .phrases import noun_of
from .terms import Hashes, Ints, hash_text

if TYPE_CHECKING:
    from .choices import Reader
    from .finding import Draft

FAR = 400
"""Characters between a candidate and the number, at most, in which clauses are counted."""


class Stated(NamedTuple):
    """What is known about the drafts.

    Attributes:
        number: by draft, the index of its number.
        gap: sentences since the draft before, 3 at most; 4 where there is none in the document.
        table: the atoms of `DRAFT`: ``gap``, the noun that the indicator ends in, its last characters, its first, the first part
            of the rule, the whole rule, what the number measures, and whether a line starts since the draft before.
    """

    number: Ints
    gap: Ints
    table: Atoms


@functools.lru_cache(1 << 13)
def _words_of(indicator: str) -> tuple[int, int, int]:
    return hash_text(noun_of(indicator)), hash_text(indicator[-2:]), hash_text(indicator[:2])


@functools.lru_cache(1 << 8)
def _rule_of(rule: str) -> tuple[int, int]:
    return hash_text(rule.split("-", 1)[0]), hash_text(rule)


DRAFT = "gap head tail lead task rule kind new_line".split()
"""The atoms of a draft."""


def stated(reader: Reader, drafts: Sequence[Draft]) -> Stated:
    """What is known about the drafts."""
    numbers, lines = reader.numbers, reader.paragraphs
    at = np.array([draft.number for draft in drafts], np.int64)
    sentence, document, line = numbers.sentence[at], numbers.document[at], lines[numbers.start[at]]
    gap, new_line = np.full(len(at), 4, np.int64), np.full(len(at), 2, np.int64)
    same = np.flatnonzero(document[1:] == document[:-1])
    gap[same + 1] = np.minimum(3, sentence[same + 1] - sentence[same])
    new_line[same + 1] = line[same + 1] != line[same]
    rows = itertools.chain.from_iterable(_words_of(draft.indicator) + _rule_of(draft.rule) for draft in drafts)
    words = np.fromiter(rows, np.uint32, 5 * len(at)).reshape(-1, 5)
    return Stated(at, gap, atoms([gap, *words.T, numbers.dimension[at], new_line]))


class Judge(NamedTuple):
    """The features of a decision.

    Attributes:
        plain: what speaks for a candidate whatever the statement before was about.
        own: the same for a mention wherever it stands; None where there is nothing of the sort.
        again: the same as ``plain`` in the three states: there was no statement before, it was about another, about the same.
        none: what speaks for none; ``none_again``: in the two states: the statement before had none, or had one.
        last: what speaks for what the statement before had; ``last_of``: the same by its sort; None where there are no sorts.
    """

    plain: Features
    own: Features | None
    again: Features
    none: Features
    none_again: Features
    last: Features
    last_of: Features | None


class Candidates(NamedTuple):
    """What the text offers, draft by draft.

    Attributes:
        draft: index of the draft.
        start, end: where the candidate stands.
        sort: what it is; ``text``: a hash of what it says.
        table: the atoms of the candidates.
        mentions: the atoms of the mentions; ``mention``: for each candidate, its column there.
        drafts: the atoms of the drafts.
    """

    draft: Ints
    start: Ints
    end: Ints
    sort: Ints
    text: Hashes
    table: Atoms
    mentions: Atoms
    mention: Ints
    drafts: Atoms


SORTS = 9


class Scores(NamedTuple):
    """The scores of a batch: of the candidates in the three states, of none in its two, of the last one by its sort."""

    options: Ints
    none: Ints
    last: Ints


def score(found: Candidates, judge: Judge, model: Model) -> Scores:
    """Score everything once."""
    weights = model.weights
    plain = judge.plain.score(found.table, weights)
    if judge.own is not None:
        plain += judge.own.score(found.mentions, weights)[found.mention]
    options = judge.again.score_groups(found.table, weights, 3) + plain
    none = judge.none_again.score_groups(found.drafts, weights, 2) + judge.none.score(found.drafts, weights)
    last = judge.last.score(found.drafts, weights)[None]
    if judge.last_of is not None:
        last = judge.last_of.score_groups(found.drafts, weights, SORTS) + last
    return Scores(options, none, last)


def choose(found: Candidates, judge: Judge, model: Model, gap: Sequence[int]) -> list[int]:
    """The index of the best candidate of each draft, or -1 for none, decided in the order of the text."""
    scores = score(found, judge, model)
    fresh, other, again = (column.tolist() for column in scores.options)
    newest, changed = (best(column, found.draft, len(gap)).tolist() for column in scores.options[:2])
    none, last_one = scores.none.tolist(), scores.last.tolist()
    starts = found.draft.searchsorted(np.arange(len(gap) + 1)).tolist()
    texts, sorts = found.text.tolist(), found.sort.tolist()
    chosen: list[int] = []
    last, said, sort = -1, 0, 0
    for draft, distance in enumerate(gap):
        if last < 0 or distance == 4:
            at, top, last = newest[draft], none[0][draft], -1
            value = fresh[at] if at >= 0 else top
        else:
            at, top, before = changed[draft], none[1][draft], last_one[sort][draft]
            value = other[at] if at >= 0 else top
            part = slice(starts[draft], starts[draft + 1])
            if said in texts[part]:
                rows = zip(texts[part], again[part], other[part], strict=True)
                values = [same if text == said else new for text, same, new in rows]
                value = max(values)
                at = part.start + values.index(value)
            if before > top:
                top = before
            else:
                last = -1
        if at >= 0 and value > top:
            last, said, sort = at, texts[at], sorts[at]
        chosen.append(last)
    return chosen


def boundaries(reader: Reader, start: Ints, end: Ints) -> Ints:
    """How many clause boundaries lie between two places: 4 for more, 5 for not ahead or far."""
    commas = reader.commas
    count = np.minimum(4, commas[np.maximum(end, start)] - commas[start])
    return np.where((start <= end) & (end < start + FAR), count, 5)
