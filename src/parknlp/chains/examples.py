"""Labelled documents as the numbers that training works on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse  # type: ignore[import-untyped,unused-ignore]

from .features import count_terms, pair_features
from .reading import Reading, find_hits

if TYPE_CHECKING:
    from ..doc import Doc
    from .terms import Ints
    from .vocabulary import Flags, Floats, Vocabulary


@dataclass(frozen=True, slots=True)
class Examples:
    """Documents as numbers, each twice: with its title and without, since both occur.

    Attributes:
        documents: how many there are, each counted once.
        owner: the document of each row.
        pairs: the features, shape (rows, chains, features).
        terms: log(1 + count) of each term, sparse, shape (rows, terms).
        gold: the chains, shape (rows, chains).
        main: the chain that dominates, of the same shape.
        weight: how much each row counts.
    """

    documents: int
    owner: Ints
    pairs: Floats
    terms: Any
    gold: Flags
    main: Flags
    weight: Floats

    @classmethod
    def of(cls, docs: Sequence[Doc], vocabulary: Vocabulary, gold: Flags, main: Flags, weight: Floats) -> Examples:
        """The numbers of documents with their labels, each of which counts so much."""
        reading = Reading([*docs, *(replace(doc, title=None) for doc in docs)])
        hits = find_hits(reading, vocabulary)
        counts = count_terms(hits)
        pairs = pair_features(reading, hits, counts, vocabulary)
        shape = len(reading), len(vocabulary.terms.terms)
        terms = sparse.csr_matrix((np.log1p(counts.number), (counts.document, counts.term)), shape=shape)
        owner = np.tile(np.arange(len(docs)), 2)
        return cls(len(docs), owner, pairs, terms, gold[owner], main[owner], weight[owner])

    @classmethod
    def joined(cls, several: Sequence[Examples]) -> Examples:
        """All of them as one."""
        before = np.cumsum([0, *(each.documents for each in several)])
        return cls(
            int(before[-1]),
            np.concatenate([each.owner + offset for each, offset in zip(several, before, strict=False)]),
            np.concatenate([each.pairs for each in several]),
            sparse.vstack([each.terms for each in several], "csr"),
            np.concatenate([each.gold for each in several]),
            np.concatenate([each.main for each in several]),
            np.concatenate([each.weight for each in several]),
        )

    def part(self, rows: Flags) -> Examples:
        """Some of the rows."""
        return Examples(
            self.documents,
            self.owner[rows],
            self.pairs[rows],
            self.terms[rows],
            self.gold[rows],
            self.main[rows],
            self.weight[rows],
        )
