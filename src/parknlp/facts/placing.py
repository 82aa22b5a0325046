"""Who a statement is about and when it holds: the candidates and what they are judged by.

Most of what speaks for a candidate is known before anything is decided and scored for the whole batch; only whether it is
what the statement before was about is not, so each candidate has three scores. `pooling` makes the choice.
"""

from __future__ import annotations

import functools
from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .choosing import Model
from .features import Atoms, Features, Panel, Sums
from .hashing import Hashes, hash_text
from .phrases import noun_of
from .terms import Bools, Ints

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
            of the rule, the whole rule, what the number measures, whether a line starts since the draft before, and the unit with
            how great the number is.
    """

    number: Ints
    gap: Ints
    table: Atoms


@functools.lru_cache(1 << 15)
def _words_of(indicator: str) -> bytes:
    return _hashes(noun_of(indicator), indicator[-2:], indicator[:2])


@functools.lru_cache(1 << 8)
def _rule_of(rule: str) -> bytes:
    return _hashes(rule.split("-", 1)[0], rule)


def _hashes(*texts: str) -> bytes:
    return array("I", map(hash_text, texts)).tobytes()


DRAFT = "gap head tail lead task rule kind new_line scale".split()
"""The atoms of a draft."""


def stated(reader: Reader, drafts: Sequence[Draft]) -> Stated:
    """What is known about the drafts."""
    numbers = reader.numbers
    at = np.array([draft.number for draft in drafts], np.int64)
    sentence, document, line = numbers.sentence[at], numbers.document[at], reader.paragraphs[numbers.start[at]]
    gap, new_line = np.empty((2, len(at)), np.int64)
    gap[:], new_line[:] = 4, 2
    again = document[1:] == document[:-1]
    np.copyto(gap[1:], np.minimum(3, sentence[1:] - sentence[:-1]), where=again)
    np.copyto(new_line[1:], line[1:] != line[:-1], where=again)
    words = b"".join([_words_of(draft.indicator) for draft in drafts])
    rules = b"".join([_rule_of(draft.rule) for draft in drafts])
    table = np.empty((len(DRAFT), len(at)), np.uint32)
    table[0], table[6:9] = gap, [numbers.dimension[at], new_line, numbers.scale[at]]
    table[1:4], table[4:6] = (np.frombuffer(some, np.uint32).reshape(len(at), -1).T for some in (words, rules))
    return Stated(at, gap, table)


SORTS = 11
_SURE = np.float32(1 << 20)  # more than all else, and sums stay exact


class Judge:
    """The features of a decision.

    Attributes:
        plain: what speaks for a candidate whatever the statement before was about.
        own: the same for a mention wherever it stands; None where there is nothing of the sort.
        again: the same as ``plain`` in the three states: there was no statement before, it was about another, about the same.
        none: what speaks for none; ``none_again``: in the two states: the statement before had none, or had one.
        last: what speaks for what the statement before had; ``last_of``: the same by its sort; None where there are no sorts.
    """

    def __init__(
        self,
        *,
        plain: Features,
        own: Features | None = None,
        again: Features,
        none: Features,
        none_again: Features,
        last: Features,
        last_of: Features | None = None,
    ) -> None:
        self.plain, self.own, self.again = plain, own, again
        self.none, self.none_again, self.last, self.last_of = none, none_again, last, last_of
        self._candidates = Panel(*([(plain, 0), (again, state)] for state in range(3)))
        self._mentions = None if own is None else Panel([(own, 0)])
        lasts = [[(last, 0)]] if last_of is None else [[(last, 0), (last_of, sort)] for sort in range(SORTS)]
        self._drafts = Panel(*([(none, 0), (none_again, state)] for state in range(2)), *lasts)

    def score(self, found: Candidates, model: Model) -> Scores:
        """Score everything once."""
        options = self._candidates.score(found.table, model.weights)
        if self._mentions is not None:
            options += self._mentions.score(found.mentions, model.weights).take(found.mention, axis=1)
        options += found.sure * _SURE
        drafts = self._drafts.score(found.drafts, model.weights)
        return Scores(options, drafts[:2], drafts[2:])


class Candidates(NamedTuple):
    """What the text offers, draft by draft.

    Attributes:
        draft: index of the draft.
        start, end: where the candidate stands.
        sort: what it is; ``text``: a hash of what it says.
        table: the atoms of the candidates.
        mentions: the atoms of the mentions; ``mention``: for each candidate, its column there.
        drafts: the atoms of the drafts.
        sure: whether it is chosen in any case: a list of numbers is said of it.
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
    sure: Bools


def listed(reader: Reader, known: Stated, start: Ints, end: Ints) -> Ints:
    """By draft the item that its list of numbers is said of in the same order, or -1, given where items start and end."""
    found: Ints = np.full(len(known.number), -1)
    if items := reader.lists.aligned(start, end):
        found[:] = [items.get(number, -1) for number in known.number.tolist()]
    return found


class Scores(NamedTuple):
    """The scores of a batch: of the candidates in the three states, of none in its two, of the last one by its sort."""

    options: Sums
    none: Sums
    last: Sums


def boundaries(reader: Reader, start: Ints, end: Ints) -> Ints:
    """How many clause boundaries lie between two places: 4 for more, 5 for not ahead or far."""
    commas, distance = reader.commas, end - start
    count = np.minimum(4, commas.take(np.maximum(end, start)) - commas.take(start))
    return np.where((distance >= 0) & (distance < FAR), count, 5)
