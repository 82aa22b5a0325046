"""Train the sequence tagger that comes with the package: models/tagger/.

    python scripts/train_tagger.py [--without CORPUS]... [--folds N] [--output FOLDER]
    python scripts/train_tagger.py --cluener

It learns from models/corpus/ (and the names of its real/ where ../shared/data holds the texts) with the dictionaries of the
package and, where present, ../shared/reference/ and ../shared/data/; it prints which. Scores come from folds of articles, each
tagged by a model that has not seen it, and from the corpora left out, if any. With --cluener it only measures a tagger of the
same kind that has learned from CLUENER's training sentences alone, on CLUENER's development sentences. Needs `pip install
'parknlp[train]'`.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

try:
    from tagger import cluener, fit, measure, model, sources, vocabulary
    from threadpoolctl import threadpool_limits
except ModuleNotFoundError as error:
    sys.exit(f"{error.name} is missing: pip install 'parknlp[train]'")
from tagger.model import Task

from parknlp import store
from parknlp.names.hints import LABELS
from parknlp.names.learned import SequenceTagger
from parknlp.text import Candidate, TextBatch

WEAK_EPOCHS = 3


def prepare(examples: list[sources.Example], weak: list[sources.Example]) -> Task:
    """Hints and tables for annotated texts."""
    dictionaries = sources.dictionaries()
    raw = sources.raw_texts(examples)
    print(f"{len(examples)} texts of {', '.join(sorted({example.corpus for example in examples}))}")
    print(f"{len(weak)} weakly annotated texts; {sum(map(len, raw))} characters to count in")
    print(", ".join(f"{len(words)} {name}" for name, words in dictionaries.items()), flush=True)
    texts = [example.text for example in examples]
    arrays, weighted = vocabulary.build(texts, [example.text for example in weak], raw, dictionaries)
    batch = TextBatch(texts)
    return Task(examples, batch, model.proposed(batch), arrays, weighted)


def pretrained(task: Task, weak: list[sources.Example]) -> fit.Weights | None:
    """Weights from weakly annotated text, without hints; None where there is none."""
    if not weak:
        return None
    other = Task(weak, TextBatch([example.text for example in weak]), [], task.arrays, task.weighted)
    return fit.fit(other.material(), range(len(weak)), WEAK_EPOCHS)


def fitted(task: Task, documents: Sequence[int], start: fit.Weights | None) -> tuple[fit.Weights, model.Features]:
    """Weights from these documents and copies of them, and the features of the hints."""
    more = task.with_copies(documents)
    material = more.material()
    copies = range(len(task.examples), len(more.examples))
    return fit.fit(material, [*documents, *copies], start=start), material.features


def cross_validated(task: Task, start: fit.Weights | None, folds: int) -> dict[str, Any]:
    """What held-out documents say: scores, the curve of the calibration and its error."""
    documents = np.arange(len(task.examples))
    found: dict[int, list[Candidate]] = {}
    piped: dict[int, list[Candidate]] = {}
    for fold in range(folds):
        part = documents[documents % folds == fold].tolist()
        tagger = SequenceTagger(*model.describe(task.arrays, *fitted(task, np.setdiff1d(documents, part), start)))
        found |= model.names(task, tagger, part)
        piped |= model.piped(task, tagger, part)
    knots, error = calibrate(task.examples, found)
    report(task.examples, found, "the tagger alone")
    counts = report(task.examples, piped, "with rules, lists and the document's memory")
    shown = {c: {label: round(measure.f1(row[label]), 4) for label in LABELS} for c, row in counts.items()}
    return {"calibration": knots, "calibration_error": round(error, 4), "cross_validation": shown}


def report(examples: Sequence[sources.Example], found: dict[int, list[Candidate]], title: str) -> measure.Counts:
    """Print the scores."""
    documents = sorted(found)
    counts = measure.table([examples[d] for d in documents], [measure.names_of(found[d]) for d in documents])
    print("\n".join([f"| {title} | {' | '.join(LABELS)} |", "|---|---|---|---|", *measure.lines(counts)]), flush=True)
    return counts


def calibrate(
    examples: Sequence[sources.Example], found: dict[int, list[Candidate]]
) -> tuple[list[list[float]], float]:
    """The curve from scores to shares of right spans, and its error."""
    pairs = [
        (name.score, (name.start, name.end, name.label) in set(examples[document].names))
        for document in sorted(found)
        for name in found[document]
    ]
    knots, error = measure.calibration(pairs)
    print(f"calibration error {error:.4f}")
    return knots, error


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--without", action="append", default=[], metavar="CORPUS", help="leave out a corpus (its file's stem)"
    )
    parser.add_argument(
        "--folds", type=int, default=5, help="of articles; with 0 nothing is measured on them (default: 5)"
    )
    parser.add_argument("--output", type=Path, default=sources.ROOT / "models" / "tagger")
    parser.add_argument("--cluener", action="store_true", help="only measure a tagger trained on CLUENER")
    arguments = parser.parse_args()
    began = time.monotonic()
    for missing in sources.missing():
        print(f"{missing} is not there: training without it")
    if arguments.cluener:
        return cluener.run()
    files = sorted((sources.ROOT / "models" / "corpus").glob("*.jsonl"))
    weak = sources.weak()
    examples = sources.articles(file for file in files if file.stem not in arguments.without)
    real = sources.passages()
    task = prepare([*examples, *(real if sources.REAL not in arguments.without else ())], weak)
    start = pretrained(task, weak)
    print(f"{time.monotonic() - began:.0f} s", flush=True)
    meta = cross_validated(task, start, arguments.folds) if arguments.folds else model.PLAIN
    arrays, description = model.describe(task.arrays, *fitted(task, range(len(task.examples)), start), meta)
    file = store.save(arguments.output, arrays, description)
    print(f"{file}: {file.stat().st_size / 1e6:.1f} MB, {time.monotonic() - began:.0f} s")
    left_out = sources.articles(file for file in files if file.stem in arguments.without)
    left_out += real if sources.REAL in arguments.without else []
    if left_out:
        other = Task(left_out, TextBatch([example.text for example in left_out]), [], {}, {})
        found = model.piped(other, SequenceTagger(arrays, description), range(len(left_out)))
        report(left_out, found, "left out, with rules, lists and the document's memory")
    return 0


if __name__ == "__main__":
    with threadpool_limits(1):  # the same sums in the same order on every machine
        sys.exit(main())
