"""Score the grouping of mentions against models/corpus/groups/dev.jsonl: pairwise precision, recall and F1.

    python scripts/score_groups.py [--errors] [CORPUS.jsonl...]

Each corpus file (dev-*.jsonl of models/corpus or else of ../shared/corpus by default) is scored with its gold spans, and with the spans
that the pipeline finds,
whose pairs count when both spans are right.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
from pathlib import Path

import parknlp
from parknlp.corpus import read_gold
from parknlp.doc import Span
from parknlp.names.grouping import LABELS, group

ROOT = Path(__file__).parent.parent
Pair = tuple[tuple[int, int], tuple[int, int]]


def pairs(spans: tuple[Span, ...]) -> set[Pair]:
    """The pairs of places whose spans have one group."""
    named = [span for span in spans if span.group is not None]
    return {((a.start, a.end), (b.start, b.end)) for a, b in itertools.combinations(named, 2) if a.group == b.group}


def gold_pairs(spans: tuple[Span, ...], groups: list[list[int]]) -> set[Pair]:
    """The pairs of places that the annotation calls one thing."""
    places = [(span.start, span.end) for span in spans if span.label in LABELS]
    return {(places[a], places[b]) for members in groups for a, b in itertools.combinations(sorted(members), 2)}


class Score:
    """Counts of pairs."""

    def __init__(self) -> None:
        self.right = self.found = self.gold = 0

    def add(self, found: set[Pair], gold: set[Pair]) -> None:
        """Count one document."""
        self.right += len(found & gold)
        self.found += len(found)
        self.gold += len(gold)

    def __str__(self) -> str:
        precision, recall = self.right / max(1, self.found), self.right / max(1, self.gold)
        f1 = 2 * self.right / max(1, self.found + self.gold)
        return f"p {precision:.4f}  r {recall:.4f}  f1 {f1:.4f}  gold {self.gold}  found {self.found}"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument(
        "--errors", action="store_true", help="list the pairs that are wrong or missing with gold spans"
    )
    parser.add_argument("files", nargs="*", type=Path)
    arguments = parser.parse_args()
    folders = ROOT / "models" / "corpus", ROOT.parent / "shared" / "corpus"
    files = arguments.files or next(filter(None, (sorted(folder.glob("dev-?.jsonl")) for folder in folders)), [])
    if not files:
        print("no corpus: give its files")
        return 1
    groups = {
        row["id"]: row["groups"]
        for row in map(json.loads, (ROOT / "models" / "corpus" / "groups/dev.jsonl").read_text("utf-8").splitlines())
    }
    nlp = parknlp.load()
    whole = {"gold spans": Score(), "spans as found": Score()}
    for doc in (doc for file in files for doc in read_gold(file) if doc.meta["id"] in groups):
        gold = gold_pairs(doc.ents, groups[doc.meta["id"]])
        found = pairs(group([doc])[0])
        whole["gold spans"].add(found, gold)
        whole["spans as found"].add(pairs(group([nlp(doc.text, doc.title)])[0]), gold)
        if arguments.errors:
            for kind, wrong in (("wrong", found - gold), ("missing", gold - found)):
                for a, b in sorted(wrong):
                    print(f"{doc.meta['id']} {kind}: {doc.text[slice(*a)]} | {doc.text[slice(*b)]}")
    for name, score in whole.items():
        print(f"{name:15} {score}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
