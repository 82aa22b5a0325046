"""Weak labels: rules that vote on the chains of texts that nobody has labelled.

A labelling function looks at a document and names its chains, or abstains. How often each is right is measured where
the truth is known; a document gets the chains for which the votes, each by what it is worth, speak surely enough.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from ..doc import ChainScore
from .reading import Reading, find_hits
from .vocabulary import Vocabulary

if TYPE_CHECKING:
    from ..doc import Doc
    from .taxonomy import Taxonomy
    from .vocabulary import Flags

Votes = list["frozenset[str] | None"]
"""For each document the chains that a function names; none of them is a vote too, None is an abstention."""

LabellingFunction = Callable[[Sequence["Doc"]], Votes]

LEAST_TERMS: Final = 3
"""So many different terms make a function that counts words speak."""

SURE: Final = 0.8
"""A vote that is right less often than this is not heard."""


class Worth(NamedTuple):
    """How good a labelling function is where the truth is known.

    Attributes:
        coverage: share of documents on which it does not abstain.
        precision: share of the chains that it names that are right.
        recall: share of the right chains that it names, where it does not abstain.
    """

    coverage: float
    precision: float
    recall: float


@dataclass(frozen=True, slots=True)
class WeakLabel:
    """A document with the chains that the votes gave it."""

    doc: Doc
    chains: frozenset[str]

    def as_gold(self) -> Doc:
        """The document as a gold article has its chains; a single one is the primary one."""
        chains = sorted(self.chains)
        primary = chains[0] if len(chains) == 1 else None
        return replace(self.doc, chains=tuple(ChainScore(chain, chain, "", 1.0) for chain in chains), primary=primary)


def by_terms(taxonomy: Taxonomy, *, firms: bool = False, least: int = LEAST_TERMS) -> LabellingFunction:
    """A function that names a chain when so many different strong words of it, or firms, stand in the document.

    It abstains where a chain has some, but not enough of them.

    >>> from parknlp.doc import Doc
    >>> from .taxonomy import Taxonomy
    >>> votes = by_terms(Taxonomy.bundled())([Doc("光伏组件、逆变器和储能系统"), Doc("光伏组件"), Doc("春天来了")])
    >>> [vote if vote is None else sorted(vote) for vote in votes]
    [['power'], None, []]
    """
    vocabulary, ids = Vocabulary.of(taxonomy), np.array(taxonomy.ids)
    usable: Flags = vocabulary.firm if firms else (vocabulary.weights.max(1) > 2) & vocabulary.own

    def vote(docs: Sequence[Doc]) -> Votes:
        reading = Reading(docs)
        hits = find_hits(reading, vocabulary)
        hit, chain = ((vocabulary.weights[hits.term] > 0) & usable[hits.term, None]).nonzero()
        cells = np.unique(np.stack([hits.document[hit], chain, hits.term[hit]], 1), axis=0)
        counts = np.zeros((len(docs), len(ids)), np.int64)
        np.add.at(counts, (cells[:, 0], cells[:, 1]), 1)
        unsure = (counts > 0) & (counts < least)
        return [
            None if torn.any() else frozenset(ids[row >= least].tolist())
            for torn, row in zip(unsure, counts, strict=True)
        ]

    return vote


def by_class(key: str, chains: Mapping[str, Collection[str] | None]) -> LabellingFunction:
    """A function that reads a class from ``doc.meta[key]``; a class that maps to None, or to nothing, is an abstention.

    >>> from parknlp.doc import Doc
    >>> vote = by_class("sector", {"汽车": ["auto"], "银行": [], "机械设备": None})
    >>> vote([Doc("", meta={"sector": name}) for name in ("汽车", "银行", "机械设备")] + [Doc("")])
    [frozenset({'auto'}), frozenset(), None, None]
    """

    def vote(docs: Sequence[Doc]) -> Votes:
        found = [chains.get(str(doc.meta.get(key))) if isinstance(doc.meta, dict) else None for doc in docs]
        return [None if named is None else frozenset(named) for named in found]

    return vote


def worth(votes: Votes, truth: Sequence[Collection[str]]) -> Worth:
    """How good votes are, by the true chains of the same documents.

    >>> worth([frozenset("a"), frozenset("ab"), None], ["a", "a", "a"])
    Worth(coverage=0.6666666666666666, precision=0.6666666666666666, recall=1.0)
    """
    pairs = [(vote, set(chains)) for vote, chains in zip(votes, truth, strict=True) if vote is not None]
    right = sum(len(vote & chains) for vote, chains in pairs)
    named, wanted = sum(len(vote) for vote, _ in pairs), sum(len(chains) for _, chains in pairs)
    return Worth(len(pairs) / max(len(votes), 1), right / named if named else 1.0, right / wanted if wanted else 1.0)


def combine(docs: Sequence[Doc], votes: Sequence[tuple[float, Votes]]) -> list[WeakLabel]:
    """Documents with the chains that the votes agree upon; documents on which none is heard are left out.

    Args:
        docs: the documents.
        votes: for each function its precision and its votes. Of the functions heard, those for a chain must outweigh
            those against it, each counted by the log odds of its precision.
    """
    heard = [
        (np.log(min(precision, 0.99) / (1 - min(precision, 0.99))), row)
        for precision, row in votes
        if precision >= SURE
    ]
    labels = []
    for index, doc in enumerate(docs):
        spoken = [(weight, row[index]) for weight, row in heard if row[index] is not None]
        named = frozenset[str]().union(*(vote for _, vote in spoken if vote is not None))
        balance = {chain: sum(w if chain in (vote or ()) else -w for w, vote in spoken) for chain in named}
        if spoken:
            labels.append(WeakLabel(doc, frozenset(chain for chain, sum_ in balance.items() if sum_ > 0)))
    return labels
