"""A separate experiment: how a tagger of this kind does on CLUENER, trained on its training sentences alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from parknlp.doc import COMPANY, INSTITUTION, PARK
from parknlp.names.learned import SequenceTagger
from parknlp.text import TextBatch

from . import fit, measure, model, sources, vocabulary

EPOCHS = 10
PENALTY = 0.3
FOLDS = 5  # of training sentences, to choose how far to lean towards finding companies
LEANINGS = (0, 15, 30, 45, 60, 80)
LABELS = {
    "company": COMPANY,
    **dict.fromkeys(("organization", "government"), PARK),
    **dict.fromkeys(("address", "book", "game", "movie", "name", "position", "scene"), INSTITUTION),
}
"""CLUENER's ten labels in the places of the tagger's three; only the first is scored, the others keep it from being mistaken."""


def run() -> int:
    """Train and print precision, recall and F1 of companies on the development sentences; 1 without CLUENER."""
    known, held_out = (sources.cluener(split, LABELS) for split in ("train", "dev"))
    if not known:
        print("CLUENER is not there")
        return 1
    texts = [example.text for example in known]
    arrays, weighted = vocabulary.build(texts, [], sources.raw_texts([]), sources.dictionaries())
    batch = TextBatch(texts)
    task = model.Task(known, batch, model.proposed(batch), arrays, weighted)
    material = task.material()

    def trained(documents: Sequence[int], leanings: Sequence[int]) -> dict[int, SequenceTagger]:
        weights = fit.fit(material, documents, EPOCHS, penalty=PENALTY)
        return {
            lean: SequenceTagger(*model.describe(arrays, weights, material.features, lean=(lean, 0, 0)))
            for lean in leanings
        }

    everything = range(len(known))
    counts = {lean: np.zeros(3, int) for lean in LEANINGS}
    for fold in range(FOLDS):
        kept = everything[fold::FOLDS]
        for lean, tagger in trained([number for number in everything if number not in kept], LEANINGS).items():
            counts[lean] += _counts(task, tagger, kept)
    lean = max(counts, key=lambda each: measure.f1(counts[each]))
    print(f"by {FOLDS} folds of the training sentences leaning {lean} is best, F1 {measure.f1(counts[lean]):.3f}")
    batch = TextBatch([example.text for example in held_out])
    other = model.Task(held_out, batch, model.proposed(batch), {}, {})
    right, gold, proposed = found = _counts(other, trained(everything, [lean])[lean], range(len(held_out)))
    print(
        f"CLUENER, {len(known)} training and {len(held_out)} development sentences, company: "
        f"P {right / proposed:.3f}, R {right / gold:.3f}, F1 {measure.f1(found):.3f}"
    )
    return 0


def _counts(task: model.Task, tagger: SequenceTagger, documents: Sequence[int]) -> list[int]:
    """Of companies: right, annotated, found."""
    found = model.names(task, tagger, documents)
    examples = [task.examples[document] for document in documents]
    counts = measure.table(examples, [measure.names_of(found[document]) for document in documents])
    return counts["all"][COMPANY]
