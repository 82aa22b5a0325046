"""The chain classifier at tagging time: numpy alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from .. import store
from ..doc import ChainScore, builder
from ..errors import ModelError
from .dominance import PRIMARY_FEATURES, primary_features, primary_of
from .evidence import find_evidence
from .features import FEATURES, count_terms, pair_features
from .linear import Linear, adjustments, combined, sigmoid
from .reading import Hits, Reading, find_hits
from .taxonomy import Taxonomy
from .vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ..doc import Doc
    from .vocabulary import Flags, Floats

KIND: Final = "chains"
KEYWORDS: Final = "keywords.npz"
"""The bundled model file that says how keywords add up, for any taxonomy."""


@dataclass(frozen=True, slots=True)
class Classification:
    """What the classifier says about one document.

    Attributes:
        cats: chain id -> probability, for every chain.
        chains: the accepted chains, best first, with their evidence in offsets of `Doc.text`.
        primary: id of the chain that dominates, or None.
        clusters: ids of the clusters of the accepted chains, best first.
    """

    cats: Mapping[str, float]
    chains: tuple[ChainScore, ...] = ()
    primary: str | None = None
    clusters: tuple[str, ...] = ()


_score: Final = builder(ChainScore)
_classification: Final = builder(Classification)


class Scores(NamedTuple):
    """The numbers behind the classifications of a batch, each of shape (documents, chains) where not said otherwise.

    Attributes:
        probabilities: of "this document treats this chain".
        accepted: which chains each document treats.
        dominance: probability that the chain dominates.
        hits: what stands in the texts.
        reading: the texts.
    """

    probabilities: Floats
    accepted: Flags
    dominance: Floats
    hits: Hits
    reading: Reading


@dataclass(frozen=True, slots=True)
class ChainModel:
    """Scores every chain of a taxonomy in a batch of documents.

    Attributes:
        taxonomy: what it sorts into.
        vocabulary: the words that it knows.
        pair: the model of "this document treats this chain", the same weights for all chains.
        adjust: what it has learned of single terms, shape (terms, chains).
        thresholds: from this probability on a chain is accepted, shape (chains,).
        dominance: the model of "this chain dominates", over `primary_features`.
        primary_threshold: from this probability on an accepted chain is the primary one.
        card: how it was made.
    """

    taxonomy: Taxonomy
    vocabulary: Vocabulary
    pair: Linear
    adjust: Floats
    thresholds: Floats
    dominance: Linear
    primary_threshold: float
    card: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def keywords(cls, taxonomy: Taxonomy) -> ChainModel:
        """A keyword classifier for a taxonomy, without any training on it.

        How keywords add up was learned on the bundled taxonomy; it holds for any other.

        >>> from parknlp.doc import Doc
        >>> tea = Taxonomy.from_text('''
        ... [[clusters]]
        ... id = "food"
        ... name = "食品"
        ... [[chains]]
        ... id = "tea"
        ... name = "茶产业"
        ... cluster = "food"
        ... [[chains.keywords]]
        ... weight = 3
        ... words = ["茶园", "绿茶", "红茶", "采茶", "茶企"]
        ... ''')
        >>> text = "茶企今年上市新品12种，茶园面积扩大三成，采茶忙个不停，绿茶和红茶都卖得好。"
        >>> ChainModel.keywords(tea).classify([Doc(text), Doc("公司业绩下降")])[0].primary
        'tea'
        """
        return cls.load(store.bundled(KIND) / KEYWORDS).transferred(taxonomy)

    def transferred(self, taxonomy: Taxonomy) -> ChainModel:
        """The same way of adding up words, with the words and chains of another taxonomy."""
        vocabulary, chains = Vocabulary.of(taxonomy), len(taxonomy.chains)
        return ChainModel(
            taxonomy,
            vocabulary,
            self.pair.averaged(chains),
            np.zeros(vocabulary.weights.shape),
            np.full(chains, self.thresholds.mean()),
            self.dominance.averaged(chains),
            self.primary_threshold,
        )

    @classmethod
    def load(cls, path: str | Path) -> ChainModel:
        """Read a model that `save` wrote.

        Raises:
            ModelError: the file is missing, damaged or another kind of model.
        """
        arrays, meta = store.load(path, mmap=True, verify=True)
        if meta.get("kind") != KIND or meta.get("features") != [*FEATURES, *PRIMARY_FEATURES]:
            raise ModelError(f"{store.file_of(path)}: no chain model of this version (kind {meta.get('kind')!r})")
        taxonomy = Taxonomy.from_dict(meta["taxonomy"])
        return cls(
            taxonomy,
            Vocabulary.of(taxonomy),
            Linear(arrays["pair_weights"], arrays["pair_bias"]),
            arrays["adjust"].astype(np.float64),
            arrays["thresholds"],
            Linear(arrays["dominance_weights"], arrays["dominance_bias"]),
            meta["primary_threshold"],
            meta["card"],
        )

    def save(self, path: str | Path) -> Path:
        """Write the model as one file (see `store`); returns it."""
        arrays: dict[str, store.Array] = {
            "pair_weights": self.pair.weights,
            "pair_bias": self.pair.bias,
            "adjust": self.adjust.astype(np.float32),
            "thresholds": self.thresholds,
            "dominance_weights": self.dominance.weights,
            "dominance_bias": self.dominance.bias,
        }
        meta = {
            "kind": KIND,
            "features": [*FEATURES, *PRIMARY_FEATURES],
            "primary_threshold": self.primary_threshold,
            "card": dict(self.card),
            "taxonomy": self.taxonomy.to_dict(),
        }
        return store.save(path, arrays, meta)

    def scores(self, docs: Sequence[Doc]) -> Scores:
        """The numbers behind `classify`."""
        reading = Reading(docs)
        hits = find_hits(reading, self.vocabulary)
        counts = count_terms(hits)
        pairs = pair_features(reading, hits, counts, self.vocabulary)
        logits = combined(self.pair, pairs, adjustments(counts, self.adjust, len(docs)))
        probabilities = sigmoid(logits)
        accepted = probabilities >= self.thresholds
        dominance = sigmoid(self.dominance.logits(primary_features(pairs, logits, accepted)))
        return Scores(probabilities, accepted, dominance, hits, reading)

    def classify(self, docs: Sequence[Doc]) -> list[Classification]:
        """The chains of each document, from its title, its body and its spans.

        A document whose ``body`` is empty is read as a whole.
        """
        if not docs:
            return []
        scores = self.scores(docs)
        primary = primary_of(scores.dominance, scores.accepted, self.primary_threshold).tolist()
        accepted = list(zip(*(place.tolist() for place in scores.accepted.nonzero()), strict=True))
        term = scores.hits.term
        speaks = self.vocabulary.weights.take(term, axis=0) + self.adjust.take(term, axis=0)
        evidence = find_evidence(docs, scores.reading, scores.hits, speaks, accepted)
        probabilities = scores.probabilities.tolist()
        chosen: list[list[ChainScore]] = [[] for _ in docs]
        for index, chain in accepted:
            entry = self.taxonomy.chains[chain]
            pieces = evidence[index, chain]
            chosen[index].append(_score(entry.id, entry.name, entry.cluster, probabilities[index][chain], pieces))
        ids, found = self.taxonomy.ids, []
        for row, chains, first in zip(probabilities, chosen, primary, strict=True):
            chains.sort(key=lambda chain: -chain.score)
            clusters = tuple(dict.fromkeys([chain.cluster for chain in chains]))
            cats = dict(zip(ids, row, strict=True))
            found.append(_classification(cats, tuple(chains), None if first < 0 else ids[first], clusters))
        return found

    def clusters(self, cats: Mapping[str, float]) -> dict[str, float]:
        """The probability of each cluster: that of one or more of its chains, so never less than any of them.

        >>> model = ChainModel.keywords(Taxonomy.bundled())
        >>> cats = {**dict.fromkeys(model.taxonomy.ids, 0.0), "auto": 0.5, "marine": 0.5}
        >>> model.clusters(cats)
        {'equipment': 0.75, 'newmaterials': 0.0, 'health': 0.0, 'digital': 0.0}
        """
        none = {cluster.id: 1.0 for cluster in self.taxonomy.clusters}
        for chain in self.taxonomy.chains:
            none[chain.cluster] *= 1 - cats[chain.id]
        return {cluster: 1 - chance for cluster, chance in none.items()}
