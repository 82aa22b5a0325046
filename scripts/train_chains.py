"""Train the chain classifier that comes with the package: models/chains/ from models/corpus/.

    python scripts/train_chains.py [--card]

--card also measures it (some minutes) and writes models/chains/README.md. The texts of weak labels lie outside of the project;
where they are absent, the card says so.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from chain_card import Row, card
from chain_sources import weak_labels
from threadpoolctl import threadpool_limits

import parknlp
from parknlp.chains import ChainClassifier, ChainModel, Classification
from parknlp.chains.judging import Judgement
from parknlp.chains.model import KEYWORDS
from parknlp.corpus import read_gold
from parknlp.doc import Doc

ROOT: Final = Path(__file__).parent.parent
SHARED: Final = ROOT.parent / "shared"
TARGET: Final = ROOT / "models" / "chains"
FOLDS: Final = 6
SEEDS: Final = (1, 2, 3)
CORPORA: Final = ("dev-a", "dev-b", *(f"train-{letter}" for letter in "abcdefg"))
"""What it learns from. Nearly each of the later articles treats some chain, and with them a classifier gives more chains to passages of
real news that treat none (micro F1 0.67 instead of 0.71 on 134 of them), though it does better on articles like them."""

WEAK_WEIGHT: Final = 0.1
"""How much a weakly labelled text counts beside an article."""


@dataclass(frozen=True)
class Articles:
    """Gold articles, and others that they are trained together with."""

    docs: list[Doc]
    more: list[Doc] = field(default_factory=list)

    @property
    def labels(self) -> list[list[str]]:
        """The chains of each."""
        return [[chain.id for chain in doc.chains] for doc in self.docs]

    @property
    def primary(self) -> list[str | None]:
        """The one that dominates each."""
        return [doc.primary for doc in self.docs]

    def part(self, chosen: Iterable[int]) -> Articles:
        """Some of them."""
        return Articles([self.docs[at] for at in chosen], self.more)

    def fit(self, **options: Any) -> ChainModel:
        """The model that they train."""
        both = Articles([*self.docs, *self.more])
        weights = [1.0] * len(self.docs) + [WEAK_WEIGHT] * len(self.more)
        return ChainClassifier(**options).fit(both.docs, both.labels, both.primary, weights).model_


def judged(found: Sequence[Classification], articles: Articles) -> Judgement:
    return Judgement.of(found, articles.labels, articles.primary)


def cross_validate(articles: Articles, tests: Sequence[Doc], dev: Sequence[bool], **options: Any) -> Row:
    """Scores of models on articles that they have not seen, as ``tests`` has them: by seed on all and on the development articles."""
    scores = []
    for seed in SEEDS:
        fold = np.random.RandomState(seed).permutation(len(tests)) % FOLDS
        found: list[Classification] = [Classification({})] * len(tests)
        for held_out in range(FOLDS):
            model = articles.part(np.flatnonzero(fold != held_out).tolist()).fit(**options)
            test = np.flatnonzero(fold == held_out).tolist()
            for at, each in zip(test, model.classify([tests[at] for at in test]), strict=True):
                found[at] = each
        chosen = np.flatnonzero(dev).tolist()
        scores.append((judged(found, articles), judged([found[at] for at in chosen], articles.part(chosen))))
    return Row([each for each, _ in scores], [each for _, each in scores])


def variants(articles: Articles, tests: Sequence[Doc], dev: Sequence[bool]) -> dict[str, Row]:
    """The scores of the variants by cross-validation."""
    bare = Articles([replace(doc, ents=()) for doc in articles.docs])
    rows = {
        "keywords: words count as the taxonomy says": cross_validate(articles, tests, dev, term_scale=0.0),
        "gold, without entities": cross_validate(bare, [replace(doc, ents=()) for doc in tests], dev),
        "gold (shipped)": cross_validate(articles, tests, dev),
        "gold, read with titles and gold entities": cross_validate(articles, articles.docs, dev),
    }
    if SHARED.is_dir():
        for name, labelled in weak_labels(SHARED / "data", articles.docs, articles.labels)[1].items():
            more = [label.as_gold() for label in labelled]
            rows[f"gold and weak: {name} ({len(more)} texts)"] = cross_validate(
                replace(articles, more=more), tests, dev
            )
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(prog="train_chains")
    parser.add_argument("--card", action="store_true", help="measure, and write the model card")
    arguments = parser.parse_args()
    corpus = ROOT / "models" / "corpus"
    files = [corpus / f"{name}.jsonl" for name in CORPORA]
    by_file = {path.name: list(read_gold(path)) for path in files}
    articles = Articles([doc for docs in by_file.values() for doc in docs])
    with threadpool_limits(1):  # the same sums in the same order on every machine
        model = articles.fit()
        file = model.save(TARGET)
        articles.fit(term_scale=0.0).save(TARGET / KEYWORDS)
        print(f"{len(articles.docs)} documents, {len(model.vocabulary.terms.terms)} terms -> {file}")
        if arguments.card:
            tests = list(parknlp.load().pipe([doc.text for doc in articles.docs]))
            dev = [name.startswith("dev") for name, docs in by_file.items() for _ in docs]
            written, held = np.flatnonzero(~np.array(dev)).tolist(), np.flatnonzero(dev).tolist()
            others = judged(articles.part(written).fit().classify([tests[at] for at in held]), articles.part(held))
            weak = weak_labels(SHARED / "data", articles.docs, articles.labels)[0] if SHARED.is_dir() else {}
            rows = variants(articles, tests, dev)
            text = card(model, files=list(by_file), rows=rows, others=others, weak=weak, size=file.stat().st_size)
            (TARGET / "README.md").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
