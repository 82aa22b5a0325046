"""Training: an estimator like others, deterministic, and clear about what it is given."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import KFold, cross_val_score

from parknlp.chains import ChainClassifier, Taxonomy
from parknlp.chains.weak import by_class, by_terms, combine, worth
from parknlp.corpus import read_gold
from parknlp.doc import Doc
from parknlp.errors import OptionError

CORPUS = sorted((Path(__file__).parent.parent / "models" / "corpus").glob("train-*.jsonl"))
IDS = Taxonomy.bundled().ids


@pytest.fixture(scope="module")
def gold() -> tuple[list[Doc], list[list[str]], list[str | None]]:
    docs = [doc for file in CORPUS for doc in list(read_gold(file))[:20]]
    return docs, [[chain.id for chain in doc.chains] for doc in docs], [doc.primary for doc in docs]


@pytest.fixture(scope="module")
def fitted(gold: tuple) -> ChainClassifier:
    return ChainClassifier(folds=3).fit(*gold)


def test_an_estimator_like_others(gold: tuple, fitted: ChainClassifier) -> None:
    docs, labels, _ = gold
    assert fitted.classes_.tolist() == list(IDS)
    assert fitted.predict_proba(docs).shape == (len(docs), len(IDS))
    assert fitted.score(docs, labels) > 0.9
    assert clone(fitted).get_params() == fitted.get_params()
    assert not hasattr(clone(fitted), "model_")
    assert ChainClassifier().set_params(strength=2.0).strength == 2.0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        scores = cross_val_score(
            ChainClassifier(folds=2), docs, np.array(labels, dtype=object), cv=KFold(2, shuffle=True, random_state=0)
        )
    assert min(scores) > 0.6


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


def test_not_fitted() -> None:
    with pytest.raises(NotFittedError):
        ChainClassifier().predict([Doc("光伏")])


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
