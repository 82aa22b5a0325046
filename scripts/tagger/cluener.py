"""A separate experiment: how a tagger of this kind does on CLUENER, trained on its training sentences alone."""

from __future__ import annotations

from collections.abc import Sequence

from parknlp.doc import COMPANY, INSTITUTION, PARK
from parknlp.names.learned import SequenceTagger
from parknlp.text import TextBatch

from . import fit, measure, model, sources, vocabulary

EPOCHS = 10
PENALTY = 0.3
KEPT = 10  # one of so many training sentences is kept to choose how far to lean towards finding companies
LEANINGS = (0, 15, 30, 45, 60, 80)
LABELS = {"company": COMPANY, "organization": PARK, "government": INSTITUTION}
"""CLUENER's labels in the places of the tagger's own; only the first is scored, the others keep it from being mistaken."""


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
    kept = range(0, len(known), KEPT)
    weights = fit.fit(material, [number for number in range(len(known)) if number not in kept], EPOCHS, penalty=PENALTY)
    taggers = [
        SequenceTagger(*model.describe(arrays, weights, material.features, lean=(lean, 0, 0))) for lean in LEANINGS
    ]
    tagger = max(taggers, key=lambda each: measure.f1(_counts(task, each, kept)))
    batch = TextBatch([example.text for example in held_out])
    other = model.Task(held_out, batch, model.proposed(batch), {}, {})
    right, gold, proposed = counts = _counts(other, tagger, range(len(held_out)))
    print(
        f"CLUENER, {len(known)} training and {len(held_out)} development sentences, company (leaning "
        f"{LEANINGS[taggers.index(tagger)]}): P {right / proposed:.3f}, R {right / gold:.3f}, F1 {measure.f1(counts):.3f}"
    )
    return 0


def _counts(task: model.Task, tagger: SequenceTagger, documents: Sequence[int]) -> list[int]:
    """Of companies: right, annotated, found."""
    found = model.names(task, tagger, documents)
    examples = [task.examples[document] for document in documents]
    counts = measure.table(examples, [measure.names_of(found[document]) for document in documents])
    return counts["all"][COMPANY]
