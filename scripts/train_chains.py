"""Train the chain classifier that comes with the package: models/chains/ from models/corpus/.

    python scripts/train_chains.py [--card] [CORPUS.jsonl...]

--card also measures it (some minutes) and writes models/chains/README.md. Weak labels and the development articles lie
outside of the project; where they are absent, the card says so.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from chain_card import Measured, card, measure
from chain_sources import weak_labels
from threadpoolctl import threadpool_limits

from parknlp.chains import ChainClassifier
from parknlp.chains.model import KEYWORDS
from parknlp.corpus import read_gold

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
TARGET = ROOT / "models" / "chains"
CORPORA: Final = ("dev-[ab].jsonl", "train-*.jsonl")
FOLDS: Final = 5
SEED: Final = 7
WEAK: Final = {"sector": 0.1, "company": 0.1, "discipline": 0.1}
"""How much a weakly labelled text counts beside an article, by source."""


def cross_validate(docs: list, labels: list, primary: list, extra: tuple = (), **options: float) -> list:
    """The classification of each document by a model that has not seen it."""
    fold = np.random.RandomState(SEED).permutation(len(docs)) % FOLDS
    found: list = [None] * len(docs)
    for held_out in range(FOLDS):
        train = np.flatnonzero(fold != held_out).tolist()
        test = np.flatnonzero(fold == held_out).tolist()
        weak = [(label.doc, sorted(label.chains), weight) for label, weight in extra]
        model = ChainClassifier(**options).fit(
            [docs[i] for i in train] + [doc for doc, _, _ in weak],
            [labels[i] for i in train] + [chains for _, chains, _ in weak],
            [primary[i] for i in train] + [chains[0] if len(chains) == 1 else None for _, chains, _ in weak],
            [1.0] * len(train) + [weight for _, _, weight in weak],
        )
        for index, each in zip(test, model.model_.classify([docs[i] for i in test]), strict=True):
            found[index] = each
    return found


def measured(docs: list, labels: list, primary: list) -> dict[str, Measured]:
    """The scores of the variants by cross-validation."""
    fold = np.random.RandomState(SEED).permutation(len(docs)) % FOLDS
    bare = [replace(doc, ents=()) for doc in docs]
    untitled = [replace(doc, title=None) for doc in docs]
    found = {
        "keywords: words count as the taxonomy says": cross_validate(docs, labels, primary, term_scale=0.0),
        "gold, without entities": cross_validate(bare, labels, primary),
        "gold, without titles": cross_validate(untitled, labels, primary),
        "gold (shipped)": cross_validate(docs, labels, primary),
    }
    if SHARED.is_dir():
        _, weak = weak_labels(SHARED / "data", docs, labels)
        for name, rows in weak.items():
            extra = tuple((row, WEAK[name]) for row in rows)
            found[f"gold and weak: {name} ({len(rows)} texts)"] = cross_validate(docs, labels, primary, extra)
    return {name: measure(each, labels, primary, fold) for name, each in found.items()}


def main() -> int:
    parser = argparse.ArgumentParser(prog="train_chains")
    parser.add_argument("--card", action="store_true", help="measure, and write the model card")
    parser.add_argument("corpora", nargs="*", type=Path)
    arguments = parser.parse_args()
    files = arguments.corpora or [path for kind in CORPORA for path in sorted((ROOT / "models" / "corpus").glob(kind))]
    docs = [doc for file in files for doc in read_gold(file)]
    labels = [[chain.id for chain in doc.chains] for doc in docs]
    primary = [doc.primary for doc in docs]
    with threadpool_limits(1):  # the same sums in the same order on every machine
        model = ChainClassifier().fit(docs, labels, primary).model_
        file = model.save(TARGET)
        ChainClassifier(term_scale=0.0).fit(docs, labels, primary).model_.save(TARGET / KEYWORDS)
        print(f"{len(docs)} documents, {len(model.vocabulary.terms.terms)} terms -> {file}")
        if arguments.card:
            scores = measured(docs, labels, primary)
            held = [doc for path in sorted(SHARED.glob("corpus/dev-*.jsonl")) for doc in read_gold(path)]
            others = {}
            for name, some in (("with titles", held), ("without titles", [replace(doc, title=None) for doc in held])):
                if some:
                    gold = [[chain.id for chain in doc.chains] for doc in some], [doc.primary for doc in some]
                    fold = np.arange(len(some)) // (len(some) // 2)
                    others[f"{len(some)} development articles, {name}"] = measure(model.classify(some), *gold, fold)
            weak = weak_labels(SHARED / "data", docs, labels)[0] if SHARED.is_dir() else {}
            text = card(
                model,
                files=[path.name for path in files],
                number=len(docs),
                scores=scores,
                others=others,
                weak=weak,
                size=file.stat().st_size,
            )
            (TARGET / "README.md").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
