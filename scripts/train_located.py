"""Learn from annotated articles which company stands in which park: models/located/.

    python scripts/train_located.py [--quick] [--output FOLDER]

Trees over the features of `parknlp.facts.standing` are boosted, each asking the same questions on a level and each learned from a
part of the articles and of the features. Then cross-validates three times, and writes models/located/README.md, unless --quick is given.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits
from train_facts import LISTS

import parknlp
from parknlp import store
from parknlp.corpus import read_gold
from parknlp.doc import PARK, Doc
from parknlp.facts import find_located
from parknlp.facts.located import pairs_of
from parknlp.facts.reading import Sheet
from parknlp.facts.standing import NAMES, marked_lines, thing
from parknlp.facts.trees import SCALE, Trees
from parknlp.names.grouping import group

ROOT = Path(__file__).parent.parent
CORPUS = ROOT / "models" / "corpus"
TARGET = ROOT / "models" / "located"
TREES, DEPTH = 150, 4
ARTICLES, FEATURES = 0.6, 0.5  # the share of them, drawn by chance, from which a tree is learned
RATE, PENALTY = 0.1, 5.0
MARKED = 3  # lines of an article, at least, that make it a list
STEPS = 16  # thresholds of a feature, at most
FOLDS, SEEDS = 4, 3
FULL = frozenset(f"train-b{letter}.jsonl" for letter in "efghijklmnopq")
"""Articles whose annotators paired firms more readily than those of the development articles: with them the trees do so too (development
articles: F1 .64 instead of .66, all the same)."""


class Lesson(NamedTuple):
    """The pairs of all articles: features, whether the annotation has them, and their article."""

    table: np.ndarray
    right: np.ndarray
    document: np.ndarray


def articles(path: Path) -> list[Doc]:
    """The gold articles of a corpus, without headlines, which a text need not have, and with their names grouped."""
    docs = [dataclasses.replace(doc, title=None) for doc in read_gold(path)]
    return [dataclasses.replace(doc, ents=ents) for doc, ents in zip(docs, group(docs), strict=True)]


def lists(docs: Sequence[Doc]) -> list[Doc]:
    """Those in which several lines are marked as items of a list."""
    return [doc for doc, marked in zip(docs, marked_lines(Sheet(docs)).tolist(), strict=True) if marked >= MARKED]


def lesson(docs: Sequence[Doc]) -> Lesson:
    """What the articles teach. A park may have any of its names."""
    sheet = Sheet(docs)
    pairs = pairs_of(sheet)
    names, spans = pairs.names, sheet.spans
    gold = []
    for doc in docs:
        meant = {span.text: thing(span) for span in doc.ents if span.label == PARK}
        gold.append({(company, meant[park]) for company, park in doc.located})
    company, park = names.company[pairs.company], names.park[pairs.park]
    document = sheet.document[park]
    right = [
        (spans[one].text, thing(spans[other])) in gold[at]
        for one, other, at in zip(company.tolist(), park.tolist(), document.tolist(), strict=True)
    ]
    table = pairs.look.table(pairs.company, pairs.told)
    return Lesson(table, np.array(right, float), document)


def questions(table: np.ndarray) -> np.ndarray:
    """(feature, threshold) of every question that a tree may ask."""
    found = []
    for feature, column in enumerate(table.T):
        values = np.unique(column)
        if len(values) > STEPS:
            shares = np.linspace(0, 1, STEPS + 1)[1:-1]
            values = np.append(np.unique(np.quantile(column, shares, method="lower")), values[-1])
        found += [(feature, int(value)) for value in values[:-1]]
    return np.array(found)


def fit(taught: Lesson, keep: np.ndarray) -> Trees:
    """Trees from the pairs to be kept, each fitted to what those before it leave (gradient boosting of the log-odds)."""
    chance = np.random.default_rng(0)
    table, right, document = taught.table[keep], taught.right[keep], taught.document[keep]
    asked = questions(table)
    answers = (table[:, asked[:, 0]] > asked[:, 1]).astype(np.float64)
    base = np.log(right.mean() / (1 - right.mean()))
    score = np.full(len(right), base)
    chosen, values = [], []
    for _ in range(TREES):
        odds = 1 / (1 + np.exp(-score))
        part = np.flatnonzero((chance.random(document.max() + 1) < ARTICLES)[document])
        allowed = np.flatnonzero((chance.random(table.shape[1]) < FEATURES)[asked[:, 0]])
        slope, curve = (right - odds)[part], (odds * (1 - odds))[part]
        said = answers[np.ix_(part, allowed)]
        leaf = np.zeros(len(part), int)
        tree: list[int] = []
        for depth in range(DEPTH):
            inside = np.zeros((1 << depth, len(part)))
            inside[leaf, np.arange(len(part))] = 1
            slopes, curves = inside * slope, inside * curve
            yes, yes_curve = slopes @ said, curves @ said
            no, no_curve = slopes.sum(1)[:, None] - yes, curves.sum(1)[:, None] - yes_curve
            gain = (yes**2 / (yes_curve + PENALTY) + no**2 / (no_curve + PENALTY)).sum(axis=0)
            gain[tree] = -1
            tree.append(int(np.round(gain, 6).argmax()))
            leaf = leaf * 2 + said[:, tree[-1]].astype(int)
        size = 1 << DEPTH
        value = RATE * np.bincount(leaf, slope, size) / (np.bincount(leaf, curve, size) + PENALTY)
        value = np.round(value * SCALE)
        score += value[answers[:, allowed[tree]].astype(int) @ (1 << np.arange(DEPTH)[::-1])] / SCALE
        chosen.append(asked[allowed[tree]])
        values.append(value)
    plan = np.array(chosen)
    return Trees(
        plan[:, :, 0].astype(np.uint8),
        plan[:, :, 1].astype(np.int16),
        np.array(values).astype(np.int16),
        round(base * SCALE),
    )


def save(trees: Trees, path: Path) -> Path:
    """Write the trees."""
    arrays = {"feature": trees.feature, "threshold": trees.threshold, "value": trees.value}
    return store.save(path, arrays, {"kind": "located", "features": list(NAMES), "base": trees.base})


def measure(gold: Sequence[Doc], found: Sequence[Sequence[tuple[str, str]]]) -> np.ndarray:
    """Right, found and annotated pairs."""
    both = [(set(doc.located), set(pairs)) for doc, pairs in zip(gold, found, strict=True)]
    return np.array([sum(len(a & b) for a, b in both), sum(len(b) for _, b in both), sum(len(a) for a, _ in both)])


def cross_validate(
    taught: Lesson, gold: Sequence[Doc], tested: dict[str, Sequence[Doc]], first: int
) -> dict[str, list[float]]:
    """Precision, recall and F1 on held-out folds of the ``first`` articles, all others in training: means of all seeds."""
    scores: dict[str, list[np.ndarray]] = {name: [] for name in tested}
    for seed in range(SEEDS):
        fold = np.random.default_rng(seed).permutation(len(gold)) % FOLDS
        fold[first:] = -1
        counts = {name: np.zeros(3, int) for name in tested}
        for held in range(FOLDS):
            trees = fit(taught, fold[taught.document] != held)
            chosen = np.flatnonzero(fold == held).tolist()
            for name, docs in tested.items():
                found = find_located([docs[at] for at in chosen], trees)
                counts[name] += measure([gold[at] for at in chosen], found)
        for name, (right, found, wanted) in counts.items():
            scores[name].append(np.array([right / found, right / wanted, 2 * right / (found + wanted)]))
    return {name: np.mean(rows, axis=0).tolist() for name, rows in scores.items()}


CARD = """\
# The model for located

Which company stands in which park (`parknlp.facts.located`). Made by `python scripts/train_located.py`; `make models` makes the same
bytes again on the same versions.

- **Data**: {articles} articles of `models/corpus/` with {pairs} pairs of company and park, read with their annotated spans and
  without headlines. Of {lists}, where nearly each firm stands in the zone that the article is about, only those are
  read in which lines are marked as items of a list; {full}, where firms are paired more readily than in the development
  articles, are left out.
- **Method**: {trees} trees of depth {depth}, boosted; all nodes of a level ask the same question, and each tree is
  learned from {share:.0%} of the articles and {part:.0%} of the features. A company's name stands in the likeliest
  park, when that is likely enough. Names that mean the same park are one park; the pair carries the one of the company's own sentence
  or the last ones before it, or else the short name that the park is given (以下简称X), or the first one.
- **Features** ({features}, `parknlp.facts.standing`): words and signs at and between the two, distance in sentences and lines, other
  parks and companies between, lists, words that stand for a park (园区, 该基地), how often and where else both are named, shared
  place names. Those that the trees ask for most: {asked}.
- **File**: `model.npz` ({size} kB): the questions, and the values of the leaves in steps of 1/{scale}.

## Scores

{folds} folds by article with {seeds} divisions, each tested by trees that have not seen it; a pair is right when both names are those
of the annotation. "dev" are the {dev} development articles, a fold of them held out at a time and everything else in training. "found
spans" are those that the library finds itself in the text alone; its name tagger has seen the articles in training.

| | precision | recall | F1 |
|---|---|---|---|
{rows}

Two independent annotations of the same articles agree at 0.78.

## Limits

- Firms that are named beside a park for another reason (those that sign there and settle elsewhere, owners, runners of a park) are
  the most frequent wrong pairs; lists whose park is told only sentences away the most frequent missing ones.
- Where two parks lie in each other, the annotation has now the inner one, now the outer one.
"""


def _range(files: frozenset[str]) -> str:
    """The first and the last of some files."""
    return f"`{Path(min(files)).stem}` to `{Path(max(files)).stem}`"


def card(docs: Sequence[Doc], scores: dict[str, list[float]], trees: Trees, dev: int, file: Path) -> str:
    """The model card."""
    times = np.bincount(trees.feature.reshape(-1), minlength=len(NAMES))
    return CARD.format(
        articles=len(docs),
        lists=_range(LISTS),
        full=_range(FULL),
        pairs=sum(len(doc.located) for doc in docs),
        trees=TREES,
        depth=DEPTH,
        share=ARTICLES,
        part=FEATURES,
        features=len(NAMES),
        asked=", ".join(NAMES[at] for at in np.argsort(-times, kind="stable")[:12]),
        size=-(-file.stat().st_size // 1000),
        scale=SCALE,
        folds=FOLDS,
        seeds=SEEDS,
        dev=dev,
        rows="\n".join(
            f"| {name} | " + " | ".join(f"{value:.3f}" for value in row) + " |" for name, row in scores.items()
        ),
    )


def main() -> int:
    """Train, cross-validate and write."""
    parser = argparse.ArgumentParser(prog="train_located")
    parser.add_argument("--quick", action="store_true", help="only train: no cross-validation, no model card")
    parser.add_argument("--output", type=Path, default=TARGET, metavar="FOLDER")
    arguments = parser.parse_args()
    files = [*sorted(CORPUS.glob("dev-[a-z].jsonl")), *sorted(CORPUS.glob("train-*.jsonl"))]
    # with all of `LISTS` the trees give pairs too freely (development articles: F1 .66 to .67 instead of .70)
    by_file = {path.name: articles(path) for path in files if path.name not in FULL}
    by_file = {name: lists(some) if name in LISTS else some for name, some in by_file.items()}
    docs = [doc for some in by_file.values() for doc in some]
    dev = sum(len(some) for name, some in by_file.items() if name.startswith("dev"))
    with threadpool_limits(1):  # the same sums in the same order on every machine
        taught = lesson(docs)
        trees = fit(taught, np.ones(len(taught.right), bool))
        file = save(trees, arguments.output)
        print(f"{len(docs)} articles -> {file}")
        if arguments.quick:
            return 0
        found = list(parknlp.load().pipe([doc.text for doc in docs]))
        scores = {}
        for part, first in (("all", len(docs)), ("dev", dev)):
            for name, row in cross_validate(
                taught, docs, {"annotated spans": docs, "found spans": found}, first
            ).items():
                scores[f"{part}, {name}"] = row
                print(f"{part}, {name}: {row}")
        (arguments.output / "README.md").write_text(card(docs, scores, trees, dev, file), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
