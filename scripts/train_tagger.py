"""Train the sequence tagger that comes with the package: models/tagger/.

    python scripts/train_tagger.py [--without CORPUS]... [--output FOLDER]

It learns from models/corpus/ with the dictionaries of the package and, where present,
../shared/reference/ and ../shared/data/; it prints which. Scores come from folds of articles, each tagged by a model that
has not seen it; the hints are those of the package's own rules.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tagger import fit, measure, model, sources, vocabulary
from tagger.model import Task
from threadpoolctl import threadpool_limits

from parknlp import store
from parknlp.names import NameTagger
from parknlp.names.learned import LABELS, STATES
from parknlp.text import Candidate, TextBatch

FOLDS = 5
WEAK_EPOCHS = 5


def prepare(examples: list[sources.Example], weak: list[sources.Example]) -> Task:
    """Hints and tables for annotated texts."""
    dictionaries = sources.dictionaries()
    raw = sources.raw_texts(examples)
    print(f"{len(examples)} texts of {', '.join(sorted({example.corpus for example in examples}))}")
    print(f"{len(weak)} weakly annotated texts; {sum(map(len, raw))} characters to count in")
    print(", ".join(f"{len(words)} {name}" for name, words in dictionaries.items()))
    texts = [example.text for example in examples]
    counts = vocabulary.Counts(raw, sources.brands())
    arrays, weighted = vocabulary.build(texts, [example.text for example in weak], counts, dictionaries)
    batch = TextBatch(texts)
    return Task(examples, batch, NameTagger().find(batch), arrays, weighted)


def pretrained(task: Task, weak: list[sources.Example]) -> fit.Weights | None:
    """Weights from weakly annotated text, without hints; None where there is none."""
    if not weak:
        return None
    other = Task(weak, TextBatch([example.text for example in weak]), [], task.arrays, task.weighted)
    return fit.fit(other.material(), range(len(weak)), WEAK_EPOCHS)


def train(task: Task, start: fit.Weights | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """The model, measured on held-out documents: arrays and description."""
    documents = np.arange(len(task.examples))
    parts = [documents[documents % FOLDS == fold] for fold in range(FOLDS)]
    rest = [np.setdiff1d(documents, part) for part in parts]
    scores = np.zeros((len(task.batch.codes), STATES), np.float32)
    for part, others in zip(parts, rest, strict=True):
        weights, features = fitted(task, others, start)
        scores += model.first_look(task, features, weights, part.tolist())
    final, features = fitted(task, documents, start)
    inside = task.material().inside
    first = model.names(task, final, scores, inside)
    again = model.second_look(task, first, inside, scores)
    for part, others in zip(parts, rest, strict=True):
        places = again.places(part)
        scores[places] += again.hints[places] @ fit.fit(again, others, start=final).hints
    found = model.by_document(task.batch, model.names(task, final, scores, inside))
    report(task.examples, model.by_document(task.batch, first), "first look")
    counts = report(task.examples, found, "second look")
    knots, error = calibrate(task.examples, found)
    shown = {c: {label: round(measure.f1(row[label]), 4) for label in LABELS} for c, row in counts.items()}
    meta = {"calibration": knots, "calibration_error": round(error, 4), "cross_validation": shown}
    second = fit.fit(again, documents, start=final)
    both = final._replace(hints=np.concatenate([final.hints, second.hints]))
    return model.describe(task.arrays, both, [*features, *again.features], meta)


def fitted(task: Task, documents: Sequence[int], start: fit.Weights | None) -> tuple[fit.Weights, list[str]]:
    """Weights of the first look from these documents and copies of them, and the names of the hints' features."""
    more = task.with_copies(documents, NameTagger())
    material = more.material()
    copies = range(len(task.examples), len(more.examples))
    return fit.fit(material, [*documents, *copies], start=start), material.features


def report(examples: Sequence[sources.Example], found: Sequence[list[Candidate]], title: str) -> measure.Counts:
    """Print the scores."""
    counts = measure.table(examples, [measure.names_of(names) for names in found])
    print("\n".join([f"| {title} | {' | '.join(LABELS)} |", "|---|---|---|---|", *measure.lines(counts)]), flush=True)
    return counts


def calibrate(examples: Sequence[sources.Example], found: Sequence[list[Candidate]]) -> tuple[list[list[float]], float]:
    """The curve from scores to shares of right spans, and its error."""
    pairs = [
        (name.score, (name.start, name.end, name.label) in set(example.names))
        for example, names in zip(examples, found, strict=True)
        for name in names
    ]
    knots, error = measure.calibration(pairs)
    print(f"calibration error {error:.4f}")
    return knots, error


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--without", action="append", default=[], metavar="CORPUS", help="leave out a corpus (its file's stem)"
    )
    parser.add_argument("--output", type=Path, default=sources.ROOT / "models" / "tagger")
    arguments = parser.parse_args()
    began = time.monotonic()
    files = sorted((sources.ROOT / "models" / "corpus").glob("*.jsonl"))
    weak = sources.weak()
    task = prepare(sources.articles(file for file in files if file.stem not in arguments.without), weak)
    start = pretrained(task, weak)
    print(f"{time.monotonic() - began:.0f} s", flush=True)
    file = store.save(arguments.output, *train(task, start))
    print(f"{file}: {file.stat().st_size / 1e6:.1f} MB, {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    with threadpool_limits(1):  # the same sums in the same order on every machine
        sys.exit(main())
