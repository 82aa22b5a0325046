"""What a classifier knows of a taxonomy: its terms, and for which chains they speak."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from .contexts import ContextWords, words_of_context
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
        marks: whether it is the name of a firm, speaks for one chain alone, is the name or another name of a chain, shape (3, terms).
        short_firms: whether it counts only inside the span of a company, shape (terms,).
        contexts: what words say about the terms near them, of the terms and the other words that are looked for.
    """

    terms: Terms
    weights: Floats
    against: Floats
    firm: Flags
    own: Flags
    marks: Flags
    short_firms: Flags
    contexts: ContextWords

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
        others = [word for word in words_of_context() if word not in place]
        terms = Terms(rows, others)
        weights = np.zeros((len(rows), len(by_chain)))
        opposing = np.zeros(len(rows))
        firm, titled = np.zeros((2, len(rows)), np.bool_)
        for column, (known, named) in enumerate(zip(by_chain, firms, strict=True)):
            places = [place[firm_name] for firm_name in named]
            weights[places, column] = FIRM_WEIGHT
            firm[places] = True
            weights[[place[word] for word in known], column] = list(known.values())
        opposing[[place[word] for word in against]] = list(against.values())
        titled[[place[title] for title in titles if title in place]] = True
        own: Flags = (weights > 0).sum(1) == 1
        return cls(
            terms,
            weights,
            opposing,
            firm,
            own,
            np.array([firm, own, titled]),
            firm & (terms.lengths[: len(rows)] < SURE_FIRM),
            ContextWords.of([*rows, *others]),
        )
