"""Training a `ChainModel`: the only part of the chain classifier that needs scikit-learn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy import sparse  # type: ignore[import-untyped,unused-ignore]
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression

from ..errors import OptionError
from .dominance import primary_features, primary_of
from .examples import Examples
from .judging import GRID, Labels, choose_thresholds, f1, indicator
from .linear import NOTHING, Linear, combined, sigmoid
from .model import ChainModel, Classification
from .taxonomy import Taxonomy
from .vocabulary import Flags, Floats, Vocabulary

if TYPE_CHECKING:
    from ..doc import Doc


_SEED: Final = 20260101
_LEAN: Final = 0.9
"""Thresholds are lowered by this factor: texts of another style than the training articles score lower, none higher."""


class ChainClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A scikit-learn estimator over documents: which chains does each treat?

    Args:
        taxonomy: what to sort into; None for the bundled one.
        strength: inverse strength of the penalty (scikit-learn's ``C``).
        term_scale: how freely single terms may gain or lose weight; 0 leaves them as the taxonomy has them.
        folds: thresholds and the model of dominance are chosen on held-out folds, so many.

    Attributes:
        classes_: the ids of the chains.
        model_: the trained `ChainModel`; ``model_.save(path)`` writes it.

    >>> from parknlp.doc import Doc
    >>> texts = ["光伏组件和逆变器产量增长。", "汽车整车下线，车灯配套。", "景区接待游客。", "疫苗和医疗器械获批。"] * 5
    >>> labels = [["power"], ["auto"], [], ["medical"]] * 5
    >>> classifier = ChainClassifier(folds=2).fit([Doc(text) for text in texts], labels)
    >>> [sorted(chains) for chains in classifier.predict([Doc("新能源汽车的车灯和座椅"), Doc("游客很多")])]
    [['auto'], []]
    """

    def __init__(
        self,
        taxonomy: Taxonomy | None = None,
        strength: float = 0.5,
        term_scale: float = 0.4,
        folds: int = 5,
    ) -> None:
        self.taxonomy = taxonomy
        self.strength = strength
        self.term_scale = term_scale
        self.folds = folds

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False  # documents
        tags.target_tags.one_d_labels = False
        tags.target_tags.two_d_labels = True
        tags.classifier_tags.multi_label = True
        tags.no_validation = True  # nothing is an array with features to check
        return tags

    def fit(
        self,
        docs: Sequence[Doc],
        labels: Labels,
        primary: Sequence[str | None] | None = None,
        sample_weight: Sequence[float] | None = None,
    ) -> ChainClassifier:
        """Train on documents with their chains.

        Args:
            docs: the documents; their spans are used where they have any.
            labels: the ids of the chains of each.
            primary: the chain that dominates each, or None; where not given, the only chain of a document is.
            sample_weight: how much each document counts; 1 where not given.

        Raises:
            OptionError: lengths differ, a chain is unknown, or there are fewer documents than folds.
        """
        self._seen: list[Examples] = []
        return self.partial_fit(docs, labels, primary, sample_weight)

    def partial_fit(
        self,
        docs: Sequence[Doc],
        labels: Labels,
        primary: Sequence[str | None] | None = None,
        sample_weight: Sequence[float] | None = None,
    ) -> ChainClassifier:
        """Train on these documents and all that were given before; the result is that of one `fit` on all of them."""
        taxonomy = self.taxonomy or Taxonomy.bundled()
        if primary is None:
            primary = [next(iter(chains)) if len(chains) == 1 else None for chains in labels]
        counts = np.ones(len(docs)) if sample_weight is None else np.asarray(sample_weight, np.float64)
        if not len(docs) == len(labels) == len(primary) == len(counts):
            lengths = f"{len(docs)}, {len(labels)}, {len(primary)}, {len(counts)}"
            raise OptionError(f"docs, labels, primary and sample_weight differ in length: {lengths}")
        main = [() if chain is None else (chain,) for chain in primary]
        vocabulary = Vocabulary.of(taxonomy)
        tables = indicator(labels, taxonomy.ids), indicator(main, taxonomy.ids)
        seen = [
            *getattr(self, "_seen", []),
            Examples.of(docs, vocabulary, *tables, counts),
        ]
        examples = Examples.joined(seen)
        if not 2 <= self.folds <= examples.documents:
            raise OptionError(f"folds={self.folds}: two or more, and no more than the {examples.documents} documents")
        self._seen = seen
        self.model_ = self._train(taxonomy, vocabulary, examples)
        self.classes_ = np.array(taxonomy.ids)
        return self

    def _train(self, taxonomy: Taxonomy, vocabulary: Vocabulary, examples: Examples) -> ChainModel:
        pairs, gold, main, weight = examples.pairs, examples.gold, examples.main, examples.weight
        logits = np.zeros(gold.shape)
        fold = (np.random.RandomState(_SEED).permutation(examples.documents) % self.folds)[examples.owner]
        for held_out in range(self.folds):
            pair, adjust = self._fit_pairs(examples.part(fold != held_out))
            held = examples.part(fold == held_out)
            logits[fold == held_out] = combined(pair, held.pairs, held.terms @ adjust)
        thresholds = np.round(_LEAN * choose_thresholds(sigmoid(logits), gold, weight / 2), 4)
        accepted = sigmoid(logits) >= thresholds
        second = primary_features(pairs, logits, accepted)
        dominance, _ = _fit_linear(second, main, weight, self.strength)
        scores = sigmoid(dominance.logits(second))
        wanted = np.where(main.any(1), main.argmax(1), -1)
        limit = max(GRID, key=lambda least: float(weight @ (primary_of(scores, accepted, least) == wanted)))
        pair, adjust = self._fit_pairs(examples)
        return ChainModel(taxonomy, vocabulary, pair, adjust, thresholds, dominance, round(float(limit), 4))

    def _fit_pairs(self, examples: Examples) -> tuple[Linear, Floats]:
        """The pair model and what single terms add to it; terms that one document alone has are left as they are."""
        shape = examples.terms.shape[1], examples.gold.shape[1]
        adjust: Floats = np.zeros(shape)
        present = examples.terms.tocoo()
        pairs = np.unique(np.stack([examples.owner[present.row], present.col], 1), axis=0)
        known = np.flatnonzero(np.bincount(pairs[:, 1], minlength=shape[0]) > 1)
        data = examples.pairs, examples.gold, examples.weight, self.strength
        if not self.term_scale or not len(known):
            return _fit_linear(*data)[0], adjust
        pair, learned = _fit_linear(
            *data, sparse.kron(examples.terms[:, known] * self.term_scale, np.eye(shape[1]), "csr")
        )
        # as the model file keeps it, so that a model is the same before and after it was saved
        adjust[known] = (learned.reshape(-1, shape[1]) * self.term_scale).round(5).astype(np.float32)
        return pair, adjust

    def _classified(self, docs: Sequence[Doc]) -> list[Classification]:
        if not hasattr(self, "model_"):
            raise NotFittedError("this ChainClassifier is not fitted yet")
        return self.model_.classify(docs)

    def predict(self, docs: Sequence[Doc]) -> list[tuple[str, ...]]:
        """The accepted chains of each document, best first."""
        return [tuple(chain.id for chain in found.chains) for found in self._classified(docs)]

    def predict_proba(self, docs: Sequence[Doc]) -> Floats:
        """The probability of each chain, shape (documents, chains), columns as `classes_`."""
        return np.array([list(found.cats.values()) for found in self._classified(docs)]).reshape(len(docs), -1)

    def score(self, docs: Sequence[Doc], labels: Labels, sample_weight: Any = None) -> float:  # noqa: ARG002
        """Micro F1 of the accepted chains."""
        return f1(indicator(labels, self.classes_), indicator(self.predict(docs), self.classes_))


def _fit_linear(
    features: Floats, gold: Flags, weight: Floats, strength: float, more: Any = None
) -> tuple[Linear, Floats]:
    """One logistic regression over all pairs, with a bias for each chain; also the weights of ``more`` sparse columns."""
    documents, chains, columns = features.shape
    if gold.all() or not gold.any():  # a small fold may have nothing to learn from
        known = Linear(np.zeros(columns), np.full(chains, -NOTHING if gold.any() else NOTHING))
        return known, np.zeros(0 if more is None else more.shape[1])
    flat = features.reshape(-1, columns)
    mean, scale = flat.mean(0), flat.std(0) + 1e-6
    table = np.hstack([(flat - mean) / scale, np.tile(np.eye(chains), (documents, 1))])
    if more is not None:
        table = sparse.hstack([sparse.csr_matrix(table), more], "csr")
    fitted = LogisticRegression(C=strength, max_iter=5000, tol=1e-6)
    fitted.fit(table, gold.ravel(), np.repeat(weight, chains))
    learned = fitted.coef_[0]
    weights = learned[:columns] / scale
    bias = fitted.intercept_[0] + learned[columns : columns + chains] - mean @ weights
    return Linear(weights.round(6), bias.round(6)), learned[columns + chains :]
