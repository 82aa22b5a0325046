"""What a classifier knows of a taxonomy: its terms, and for which chains they speak."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from .contexts import flags_of, words_of_context
from .taxonomy import FIRM_WEIGHT, Taxonomy, fold_words
from .terms import Terms

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

SURE_FIRM: Final = 4
"""A firm's name of so many characters is taken for one wherever it stands; a shorter one (大全) inside a company's span only."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The terms of a taxonomy.

    Attributes:
        terms: the words and the names of firms.
        weights: how much a term speaks for a chain, shape (terms, chains).
        against: how much it speaks against any chain, shape (terms,).
        firm: whether it is the name of a firm, shape (terms,).
        own: whether it speaks for one chain alone, shape (terms,).
        title: whether it is the name or another name of a chain, shape (terms,).
        short_firms: whether it counts only inside the span of a company, shape (terms,).
        contexts: what words say about the terms near them, of the terms and the other words that are looked for; see
            `contexts.flags_of`.
    """

    terms: Terms
    weights: Floats
    against: Floats
    firm: Flags
    own: Flags
    title: Flags
    short_firms: Flags
    contexts: Flags

    @classmethod
    def of(cls, taxonomy: Taxonomy) -> Vocabulary:
        """The vocabulary of a taxonomy, terms in code point order.

        >>> vocabulary = Vocabulary.of(Taxonomy.bundled())
        >>> index = vocabulary.terms.terms.index("动力电池")
        >>> dict(zip(Taxonomy.bundled().ids, vocabulary.weights[index].tolist()))["power"]
        3.0
        """
        by_chain = [chain.words() for chain in taxonomy.chains]
        opposed = fold_words(word for word, _ in taxonomy.against)
        against = dict(zip(opposed, (weight for _, weight in taxonomy.against), strict=True))
        words = set(against).union(*by_chain)
        firms = [set(fold_words(chain.firms)) - words for chain in taxonomy.chains]
        titles = set(fold_words(name for chain in taxonomy.chains for name in (chain.name, *chain.aliases)))
        rows = sorted(words.union(*firms))
        place = {term: row for row, term in enumerate(rows)}
        weights = np.zeros((len(rows), len(by_chain)))
        for column, (known, named) in enumerate(zip(by_chain, firms, strict=True)):
            weights[[place[firm] for firm in named], column] = FIRM_WEIGHT
            weights[[place[word] for word in known], column] = list(known.values())
        firm: Flags = np.array([term not in words for term in rows])
        others = [word for word in words_of_context() if word not in place]
        return cls(
            Terms(rows, others),
            weights,
            np.array([against.get(term, 0.0) for term in rows]),
            firm,
            (weights > 0).sum(1) == 1,
            np.array([term in titles for term in rows]),
            firm & np.array([len(term) < SURE_FIRM for term in rows]),
            flags_of([*rows, *others]),
        )
