"""The chain classifier in a scikit-learn pipeline: from texts to chains, with cross-validation and a search over its settings.

Trains on annotated articles of this project, which takes a minute. Run ``python examples/with_sklearn.py``.
"""

from collections.abc import Iterable
from pathlib import Path

from sklearn.model_selection import GridSearchCV, KFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

import parknlp
from parknlp.corpus import read_gold

GOLD = Path(__file__).parent.parent / "models" / "corpus" / "train-a.jsonl"


def tag(texts: Iterable[str]) -> list[parknlp.Doc]:
    """Texts as documents; the classifier reads the names in them, too."""
    return list(parknlp.load().pipe(texts))


def micro_f1(pipeline: Pipeline, texts: list[str], chains: list[list[str]]) -> float:
    """How right the chains are, over all of them together."""
    pairs = [(set(found), set(wanted)) for found, wanted in zip(pipeline.predict(texts), chains, strict=True)]
    right = sum(len(found & wanted) for found, wanted in pairs)
    return 2 * right / max(1, sum(len(found) + len(wanted) for found, wanted in pairs))


def search(texts: list[str], chains: list[list[str]], folds: int = 3) -> GridSearchCV:
    """The pipeline with the best of a few settings, trained."""
    pipeline = Pipeline([("tag", FunctionTransformer(tag)), ("chains", parknlp.ChainClassifier(folds=folds))])
    settings = {"chains__term_scale": [0.0, 0.4]}
    split = KFold(folds, shuffle=True, random_state=0)
    return GridSearchCV(pipeline, settings, scoring=micro_f1, cv=split).fit(texts, chains)


def main() -> None:
    """Train, and sort two new texts."""
    gold = list(read_gold(GOLD))
    found = search([doc.text for doc in gold], [[chain.id for chain in doc.chains] for doc in gold])
    print(f"{found.best_params_}: micro F1 {found.best_score_:.3f} in cross-validation on {len(gold)} articles")
    print(found.predict(["光伏组件和逆变器产量增长三成。", "景区接待游客十万人次。"]))


if __name__ == "__main__":
    main()
