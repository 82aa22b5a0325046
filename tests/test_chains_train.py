"""Training: an estimator like others, deterministic, and clear about what it is given."""

from __future__ import annotations

import pickle
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import KFold, cross_val_score
from sklearn.utils import estimator_checks

from parknlp.chains import ChainClassifier, ChainModel, Taxonomy
from parknlp.chains.weak import by_class, by_terms, combine, worth
from parknlp.corpus import read_gold
from parknlp.doc import Doc
from parknlp.errors import OptionError

CORPUS = sorted(
    (Path(__file__).parent.parent / "models" / "corpus").glob("train-[a-d].jsonl")
)  # those on which the bounds below were set
IDS = Taxonomy.bundled().ids


@pytest.fixture(scope="module")
def gold() -> tuple[list[Doc], list[list[str]], list[str | None]]:
    docs = [doc for file in CORPUS for doc in list(read_gold(file))[:20]]
    return docs, [[chain.id for chain in doc.chains] for doc in docs], [doc.primary for doc in docs]


@pytest.fixture(scope="module")
def fitted(gold: tuple) -> ChainClassifier:
    return ChainClassifier(folds=3).fit(*gold)


@pytest.mark.parametrize(
    "check",
    # those of scikit-learn's checks that need no table of numbers; parametrize_with_checks passes over estimators of documents
    [
        estimator_checks.check_no_attributes_set_in_init,
        estimator_checks.check_get_params_invariance,
        estimator_checks.check_set_params,
    ],
    ids=lambda check: check.__name__,
)
def test_checks_of_scikit_learn(check: Callable[[str, ChainClassifier], None]) -> None:
    check("ChainClassifier", ChainClassifier(strength=2.0))


def test_tags_say_that_it_takes_documents() -> None:
    utils = pytest.importorskip("sklearn", "1.6", reason="estimators have such tags from scikit-learn 1.6 on").utils
    tags = utils.get_tags(ChainClassifier())
    assert tags.classifier_tags.multi_label
    assert tags.target_tags.required
    assert not tags.input_tags.two_d_array


def test_clone_has_the_parameters_and_nothing_learned(fitted: ChainClassifier) -> None:
    copy = clone(fitted)
    assert copy.get_params() == fitted.get_params()
    assert not any(hasattr(copy, name) for name in ("model_", "classes_", "_seen"))


def test_what_fitting_sets(gold: tuple, fitted: ChainClassifier) -> None:
    docs, labels, primary = gold
    classifier = ChainClassifier(folds=3)
    before = classifier.get_params()
    assert classifier.fit(docs[:40], labels[:40], primary[:40]) is classifier
    assert classifier.get_params() == before
    assert classifier.classes_.tolist() == list(IDS) == fitted.classes_.tolist()
    assert not hasattr(classifier, "n_features_in_")
    assert classifier.predict_proba(docs).shape == (len(docs), len(IDS))
    # fitting anew forgets what was learned before
    assert np.array_equal(classifier.fit(docs, labels, primary).predict_proba(docs), fitted.predict_proba(docs))


def test_documents_are_left_as_they_are(gold: tuple) -> None:
    docs, labels, primary = gold
    before = [doc.to_dict() for doc in docs[:30]], [list(row) for row in labels[:30]]
    ChainClassifier(folds=2).fit(docs[:30], labels[:30], primary[:30]).predict(docs[:30])
    assert ([doc.to_dict() for doc in docs[:30]], labels[:30]) == before


def test_predictions_do_not_depend_on_order_or_company(gold: tuple, fitted: ChainClassifier) -> None:
    docs = gold[0]
    together = fitted.predict_proba(docs)
    assert np.allclose(fitted.predict_proba(docs[::-1])[::-1], together)
    assert np.allclose(np.concatenate([fitted.predict_proba([doc]) for doc in docs[:10]]), together[:10])
    assert [set(chains) for chains in fitted.predict(docs)] == [
        {chain for chain, score, limit in zip(IDS, row, fitted.model_.thresholds, strict=True) if score >= limit}
        for row in together
    ]


def test_cross_validation_of_scikit_learn(gold: tuple, fitted: ChainClassifier) -> None:
    docs, labels, _ = gold
    assert fitted.score(docs, labels) > 0.9
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        scores = cross_val_score(
            ChainClassifier(folds=2), docs, np.array(labels, dtype=object), cv=KFold(2, shuffle=True, random_state=0)
        )
    assert min(scores) > 0.6


def test_saved_without_pickle_and_pickled(gold: tuple, fitted: ChainClassifier, tmp_path: Path) -> None:
    docs = gold[0][:10]
    saved = ChainModel.load(fitted.model_.save(tmp_path))
    assert saved.classify(docs) == fitted.model_.classify(docs)
    copy = pickle.loads(pickle.dumps(fitted))  # noqa: S301 - our own bytes
    assert copy.predict(docs) == fitted.predict(docs)


def test_too_little_to_learn_from() -> None:
    docs = [Doc("春天来了")] * 6
    assert ChainClassifier(folds=2).fit(docs, [[]] * 6).predict(docs) == [()] * 6
    every = ChainClassifier(folds=2).fit([Doc("光伏")] * 6, [["power"]] * 6)
    assert every.predict([Doc("光伏")]) == [("power",)]


def test_the_same_again(gold: tuple, fitted: ChainClassifier, tmp_path: Path) -> None:
    one = fitted.model_.save(tmp_path / "one.npz").read_bytes()
    assert ChainClassifier(folds=3).fit(*gold).model_.save(tmp_path / "two.npz").read_bytes() == one


def test_little_by_little_is_all_at_once(gold: tuple, fitted: ChainClassifier) -> None:
    docs, labels, primary = gold
    bit = ChainClassifier(folds=3)
    for part in (slice(0, 30), slice(30, None)):
        bit.partial_fit(docs[part], labels[part], primary[part])
    assert np.allclose(bit.predict_proba(docs), fitted.predict_proba(docs), atol=1e-3)


def test_weights(gold: tuple) -> None:
    docs, labels, primary = gold
    half = [1.0] * 40 + [0.0] * (len(docs) - 40)
    light = ChainClassifier(folds=2).fit(docs, labels, primary, half).predict_proba(docs)
    assert not np.allclose(light, ChainClassifier(folds=2).fit(docs, labels, primary).predict_proba(docs), atol=0.05)


@pytest.mark.parametrize(
    ("docs", "labels", "primary", "weights", "reason"),
    [
        ([Doc("a")] * 4, [[]] * 3, None, None, "differ in length: 4, 3"),
        ([Doc("a")] * 4, [[]] * 4, [None], None, "differ in length: 4, 4, 1"),
        ([Doc("a")] * 4, [[]] * 4, None, [1.0], "differ in length: 4, 4, 4, 1"),
        ([Doc("a")] * 4, [["bus"]] * 4, None, None, "no chain 'bus'"),
        ([Doc("a")] * 4, [[]] * 4, None, None, "folds=5"),
    ],
)
def test_wrong_arguments(docs: list, labels: list, primary: list, weights: list, reason: str) -> None:
    with pytest.raises(OptionError, match=reason):
        ChainClassifier().fit(docs, labels, primary, weights)


@pytest.mark.parametrize("method", ["predict", "predict_proba"])
def test_not_fitted(method: str) -> None:
    with pytest.raises(NotFittedError):
        getattr(ChainClassifier(), method)([Doc("光伏")])


def test_weak_labels(gold: tuple) -> None:
    docs, labels, _ = gold
    terms = by_terms(Taxonomy.bundled())(docs)
    found = worth(terms, labels)
    assert found.precision > 0.8
    assert 0.1 < found.coverage < 1
    classes = by_class("class", {"汽车": ["auto"], "其他": []})
    texts = [
        Doc("某公司", meta={"class": "汽车"}),
        Doc("光伏组件、逆变器、储能系统", meta={"class": "汽车"}),
        Doc("车灯"),
    ]
    weak = combine(texts, [(0.95, classes(texts)), (0.85, by_terms(Taxonomy.bundled())(texts))])
    assert [sorted(label.chains) for label in weak] == [["auto"], ["auto"]]
    assert combine(texts, [(0.5, classes(texts))]) == []
