"""Learn the weights of the choices in src/parknlp/facts/ from annotated articles.

    python scripts/train_facts.py [--cross-validate N] [--output FOLDER] [CORPUS.jsonl...]

The finder runs over the articles with their gold spans. Whenever it has to choose, the options are kept together with those that
agree with the annotation, and for each decision a model of the conditional probability of the right options is fitted (L-BFGS,
L2 penalty). Decisions rest on earlier ones, so a second round collects options behind the choices of a model that was
fitted on other articles, not behind the right ones.
"""

from __future__ import annotations

import argparse
import collections
import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from parknlp import store
from parknlp.doc import Doc, Fact, Span
from parknlp.facts import choosing, describing, finding, placing, reading
from parknlp.facts.choosing import Model, Option
from parknlp.facts.context import Context
from parknlp.facts.located import choices
from parknlp.facts.naming import Rules

ROOT = Path(__file__).parent.parent
CORPORA = sorted((ROOT / "models" / "corpus").glob("*.jsonl"))
TARGET = ROOT / "models" / "facts"
LABELS = {"C": "COMPANY", "P": "PARK", "F": "FIGURE", "R": "PERCENT", "T": "TIME", "O": "INSTITUTION"}
MARK = re.compile(r"⟦([CPFRTO])\|([^⟦⟧|]+)⟧")
PENALTY = {"located": 8.0}
LOCATED_BIAS = 1.2  # pairs are rare and the measure is F1, so a pair need not be likelier than none
SMALLEST = 0.08  # weights nearer to nothing are left out


class Article(NamedTuple):
    """A document with its annotation."""

    doc: Doc
    facts: list[dict[str, Any]]
    located: set[tuple[str, str]]


class Example(NamedTuple):
    """A decision: the options and the indices of the right ones."""

    task: str
    options: list[Option]
    right: list[int]


def read_articles(path: Path) -> Iterator[Article]:
    """The articles of a corpus in the annotation guidelines' format."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip():
            continue
        row = json.loads(line)
        pieces, spans, at, length = [], [], 0, 0
        for match in MARK.finditer(row["text"]):
            before = row["text"][at : match.start()]
            pieces += [before, match[2]]
            start = length + len(before)
            length = start + len(match[2])
            spans.append(Span(start, length, LABELS[match[1]], match[2]))
            at = match.end()
        text = "".join(pieces) + row["text"][at:]
        doc = Doc(text, row["title"], ents=tuple(spans), body=(0, len(text)))
        yield Article(doc, row["facts"], {(company, park) for company, park in row["located"]})


def overlap(one: str | None, other: str | None) -> float:
    """Dice coefficient over character counts, as the measure has it."""
    left, right = collections.Counter(one or ""), collections.Counter(other or "")
    total = left.total() + right.total()
    return 2 * (left & right).total() / total if total else 1.0


def align(article: Article) -> dict[int, tuple[str, dict[str, Any]]]:
    """Start of a number -> ("value" or "change", the fact that it is part of), in the order of the text."""
    numbers = [span for span in article.doc.ents if span.label in ("FIGURE", "PERCENT")]
    used: dict[int, tuple[str, dict[str, Any]]] = {}
    last = 0

    def find(surface: str, start: int) -> int | None:
        bare = surface.lstrip("+-")
        free = [i for i, span in enumerate(numbers) if span.text.lstrip("+-") == bare and span.start not in used]
        return next((i for i in free if i >= start), free[0] if free else None)

    for fact in article.facts:
        value = find(fact["value"], last) if fact["value"] is not None else None
        if value is not None:
            used[numbers[value].start] = ("value", fact)
            last = max(last - 3, value - 3, 0)
        if fact["change"] is not None:
            change = find(fact["change"], last if value is None else max(value - 2, 0))
            if change is not None:
                used[numbers[change].start] = ("change", fact)
    return used


class Teacher(finding.Finder):
    """A finder that keeps its decisions as examples and goes on as annotated, or as ``student`` decides."""

    def __init__(self, article: Article, student: choosing.Models | None = None) -> None:
        super().__init__(reading.read(article.doc), student or {})
        self.student = student
        self.gold = align(article)
        self.examples: list[Example] = []

    def _add(self, c: Context, task: str, rules: Rules, *, optional: bool) -> finding.Draft | None:
        options = describing.all_options(c, rules, optional=optional)
        known = self.gold.get(c.slot.span.start)
        part = "change" if task == "change" else "value"
        chosen: Option | None = None
        if known is None:
            right = [i for i, option in enumerate(options) if option.rule == "none"]
        elif known[0] == part:
            scores = [
                -1.0 if option.rule == "none" else overlap(option.text, known[1]["indicator"]) for option in options
            ]
            right = [i for i, score in enumerate(scores) if score >= 0.6]
            chosen = options[max(range(len(options)), key=scores.__getitem__)] if options else None
        else:
            return super()._add(c, task, rules, optional=optional)
        if right:
            self.examples.append(Example(task, options, right))
        if self.student is not None:
            return super()._add(c, task, rules, optional=optional)
        if chosen is None or chosen.rule == "none":
            return None
        draft = self._draft(c, f"{task}-{chosen.rule}", chosen.text)
        if task != "change":
            draft.value = c.slot.span
        return draft

    def _draft(self, c: Context, rule: str, indicator: str) -> finding.Draft:
        draft = finding.Draft(c.slot, rule, indicator)
        known = self.gold.get(c.slot.span.start)
        text = self.page.doc.text
        for task, options in (
            ("subject", placing.subjects(self.page, draft, self.drafts, c.own)),
            ("period", placing.periods(self.page, draft, self.drafts)),
        ):
            right = []
            if known is not None:
                want = known[1][task]
                said = [text[slice(*option.place)] if option.place else None for option in options]
                right = [
                    i
                    for i, surface in enumerate(said)
                    if (overlap(surface, want) >= 0.6 if task == "subject" else surface == want)
                ]
                if right:
                    self.examples.append(Example(task, options, right))
            taught = right and self.student is None
            place = options[right[0]].place if taught else placing.best(options, (self.student or {}).get(task))
            setattr(draft, task, place)
        self.drafts.append(draft)
        return draft


def examples_of(articles: Sequence[Article], student: choosing.Models | None = None) -> list[Example]:
    """The decisions in these articles about facts."""
    found: list[Example] = []
    for article in articles:
        teacher = Teacher(article, student)
        teacher.run()
        found += teacher.examples
    return found


def located_examples(articles: Sequence[Article]) -> list[Example]:
    """The decisions about which park a company stands in."""
    found = []
    for article in articles:
        for company, options in choices(reading.read(article.doc)):
            right = [i + 1 for i, option in enumerate(options) if (company, option.text) in article.located]
            found.append(Example("located", [Option("none", "", ["none"]), *options], right or [0]))
    return found


def fit(examples: Sequence[Example], penalty: float) -> dict[str, dict[str, float]]:
    """The weights of each decision."""
    weights: dict[str, dict[str, float]] = {}
    for task in sorted({example.task for example in examples}):
        chosen = [e for e in examples if e.task == task and 0 < len(e.right) < len(e.options)]
        if chosen:
            weights[task] = _fit(chosen, PENALTY.get(task, penalty))
    return weights


def _features(option: Option) -> list[str]:
    return option.features if option.shared is None else [*option.features, *option.shared.features]


def _fit(examples: Sequence[Example], penalty: float) -> dict[str, float]:
    counts = collections.Counter(f for e in examples for option in e.options for f in _features(option))
    index = {feature: i for i, feature in enumerate(f for f, n in counts.items() if n > 1)}
    rows, columns, groups, right = [], [], [], []
    for group, example in enumerate(examples):
        for i, option in enumerate(example.options):
            known = [index[feature] for feature in _features(option) if feature in index]
            rows += [len(groups)] * len(known)
            columns += known
            groups.append(group)
            right.append(i in example.right)
    matrix = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(groups), len(index)))
    group, good = np.array(groups), np.array(right)
    starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = matrix @ weights
        odds = np.exp(scores - np.maximum.reduceat(scores, starts)[group])
        total = np.add.reduceat(odds, starts)
        hits = np.where(good, odds, 0.0)
        hit = np.add.reduceat(hits, starts)
        value = float((np.log(total) - np.log(hit)).sum() + 0.5 * penalty * weights @ weights)
        return value, matrix.T @ (odds / total[group] - hits / hit[group]) + penalty * weights

    result = minimize(loss, np.zeros(len(index)), jac=True, method="L-BFGS-B", options={"maxiter": 120})
    return {feature: float(result.x[i]) for feature, i in index.items() if abs(result.x[i]) >= 0.02}


def models_of(weights: dict[str, dict[str, float]]) -> choosing.Models:
    """The models with these weights."""
    return {task: Model(table) for task, table in weights.items()}


def train(articles: Sequence[Article], penalty: float = 3.0) -> dict[str, dict[str, float]]:
    """The weights of every decision."""
    examples = examples_of(articles)
    for half in (0, 1):
        known = [article for i, article in enumerate(articles) if i % 2 == half]
        unseen = [article for i, article in enumerate(articles) if i % 2 != half]
        student = models_of(fit(examples_of(known), penalty))
        examples += [e for e in examples_of(unseen, student) if e.task in ("subject", "period")]
    weights = fit(examples, 1.5 * penalty)
    weights |= fit(located_examples(articles), penalty)
    weights["located"]["none"] = weights["located"].get("none", 0.0) - LOCATED_BIAS
    return weights


def write(weights: dict[str, dict[str, float]], path: Path) -> int:
    """Write the models; the number of their weights."""
    arrays: dict[str, np.ndarray] = {}
    for task, table in sorted(weights.items()):
        kept = {f: w for f, w in sorted(table.items()) if abs(w) >= SMALLEST and "\n" not in f and "\r" not in f}
        arrays[f"{task}-features"] = np.frombuffer("\n".join(kept).encode(), np.uint8)
        arrays[f"{task}-weights"] = np.array([round(weight, 2) for weight in kept.values()], np.float32)
    store.save(path, arrays, {"kind": "facts", "tasks": sorted(weights)})
    return sum(len(array) for name, array in arrays.items() if name.endswith("-weights"))


class Score:
    """Counts for precision, recall, subject and period, as the measure of the guidelines has them."""

    def __init__(self) -> None:
        self.hits = self.found = self.wanted = self.subjects = self.periods = 0

    def add(self, wanted: Sequence[dict[str, Any]], found: Sequence[Fact]) -> None:
        """Count one article."""
        rest = list(found)
        self.wanted += len(wanted)
        self.found += len(rest)
        for fact in wanted:
            same = [f for f in rest if f.value == fact["value"] and f.change == fact["change"]]
            best = max(same, key=lambda f: overlap(f.indicator, fact["indicator"]), default=None)
            if best is not None and overlap(best.indicator, fact["indicator"]) >= 0.6:
                rest.remove(best)
                self.hits += 1
                self.subjects += overlap(best.subject, fact["subject"]) >= 0.6
                self.periods += best.period == fact["period"]

    def __str__(self) -> str:
        f1 = 2 * self.hits / max(1, self.found + self.wanted)
        hits = max(1, self.hits)
        return f"facts F1 {f1:.4f}  subject {self.subjects / hits:.4f}  period {self.periods / hits:.4f}  gold {self.wanted}"


def measure(articles: Sequence[Article], models: choosing.Models) -> Score:
    """The score of the facts on gold spans."""
    score = Score()
    for article, facts in zip(articles, finding.find_facts([a.doc for a in articles], models), strict=True):
        score.add(article.facts, facts)
    return score


def main() -> int:
    """Train and write, or cross-validate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="*", type=Path, default=CORPORA)
    parser.add_argument("--cross-validate", type=int, default=0, metavar="N", help="measure in N folds, write nothing")
    parser.add_argument("--output", type=Path, default=TARGET)
    arguments = parser.parse_args()
    articles = [article for path in arguments.corpus for article in read_articles(path)]
    folds = arguments.cross_validate
    if folds:
        total = Score()
        for fold in range(folds):
            known = [article for i, article in enumerate(articles) if i % folds != fold]
            unseen = [article for i, article in enumerate(articles) if i % folds == fold]
            part = measure(unseen, models_of(train(known)))
            for name, value in vars(part).items():
                setattr(total, name, getattr(total, name) + value)
        print(total)
        return 0
    print(f"{write(train(articles), arguments.output)} weights from {len(articles)} articles")
    return 0


if __name__ == "__main__":
    sys.exit(main())
