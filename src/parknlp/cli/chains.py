"""``parknlp train chains`` and ``find-threshold``: a classifier for the user's own taxonomy."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from ..errors import DataError, OptionError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Container, Iterator, Sequence

    from ..chains.judging import Judgement
    from ..doc import Doc


def add_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    shared: argparse.ArgumentParser,
    _files: argparse.ArgumentParser,
) -> None:
    """Add the commands to the parser; ``shared`` has the options that choose a pipeline."""
    train = commands.add_parser("train", help="train a model of your own")
    what = train.add_subparsers(dest="what", required=True, metavar="WHAT")
    chains = what.add_parser("chains", help="a chain classifier for your taxonomy, from labelled articles")
    chains.add_argument("gold", nargs="+", help="JSONL: text, title, chains, primary; marks of entities are not needed")
    chains.add_argument("--taxonomy", metavar="TOML", help="your own industry chains (default: the bundled ones)")
    chains.add_argument("-o", "--output", required=True, metavar="DIR", help="where to write the model")
    chains.set_defaults(run=_train)

    threshold = commands.add_parser(
        "find-threshold",
        parents=[shared],
        help="from which probability on each chain is best accepted, by gold articles",
    )
    threshold.add_argument("gold", nargs="+", help="JSONL")
    threshold.add_argument("--write", action="store_true", help="write the thresholds into the model of --chain-model")
    threshold.set_defaults(run=_find_threshold)


def report(gold: Sequence[Doc], docs: Sequence[Doc]) -> Iterator[str]:
    """The lines of ``evaluate --chains``: scores of each chain and of all."""
    if not docs:
        yield "0 documents"
        return
    judgement = _judge(gold, docs)
    yield f"{len(docs)} documents\n{'':16} precision recall     f1 wanted"
    for chain, (precision, recall, f1, wanted) in judgement.by_chain().items():
        yield f"{chain:16} {precision:9.4f} {recall:6.4f} {f1:6.4f} {wanted:6}"
    yield f"micro f1 {judgement.micro:.4f}, macro f1 {judgement.macro:.4f}, calibration error {judgement.calibration_error:.4f}"
    yield f"primary right in {judgement.primary:.4f}, none given where there is none in {judgement.empty:.4f}"


def _judge(gold: Sequence[Doc], docs: Sequence[Doc]) -> Judgement:
    from ..chains.judging import Judgement

    ids = docs[0].cats
    for doc in gold:
        _check(doc, ids, "gold")
    return Judgement.of(docs, [[chain.id for chain in doc.chains] for doc in gold], [doc.primary for doc in gold])


def _check(doc: Doc, ids: Container[str], where: str) -> None:
    for chain in doc.chains:
        if chain.id not in ids:
            name = doc.meta.get("id") if isinstance(doc.meta, dict) else None
            raise DataError(f"{where}: article {name or doc.text[:20]!r}: no chain {chain.id!r} in the taxonomy")


def _train(arguments: argparse.Namespace) -> int:
    from ..chains import ChainClassifier, Taxonomy
    from ..corpus import read_gold
    from ..pipeline import load

    taxonomy = Taxonomy.from_toml(arguments.taxonomy) if arguments.taxonomy else Taxonomy.bundled()
    gold = []
    for path in arguments.gold:
        for doc in read_gold(path):
            _check(doc, taxonomy.ids, path)
            gold.append(doc)
    bare = [at for at, doc in enumerate(gold) if not doc.ents]
    for at, doc in zip(bare, load().pipe([gold[at].text for at in bare]), strict=True):
        gold[at] = dataclasses.replace(gold[at], ents=doc.ents)
    classifier = ChainClassifier(taxonomy).fit(
        gold, [[chain.id for chain in doc.chains] for doc in gold], [doc.primary for doc in gold]
    )
    file = classifier.model_.save(arguments.output)
    print(f"{len(gold)} articles, {len(taxonomy.ids)} chains -> {file}")
    return 0


def _find_threshold(arguments: argparse.Namespace) -> int:
    import numpy as np

    from ..chains.judging import choose_thresholds, f1
    from ..corpus import read_gold
    from ..pipeline import load

    if arguments.write and not arguments.chain_model:
        raise OptionError("--write needs --chain-model: the bundled model stays as it is")
    gold = [doc for path in arguments.gold for doc in read_gold(path)]
    if not gold:
        raise DataError("no gold article: " + ", ".join(arguments.gold))
    nlp = load(taxonomy=arguments.taxonomy, chains=arguments.chain_model)
    judgement = _judge(gold, list(nlp.pipe([doc.text for doc in gold])))
    found = choose_thresholds(judgement.scores, judgement.gold, np.ones(len(gold))).round(4)
    print(f"{len(gold)} documents\n{'':16} articles threshold     f1  found     f1")
    for at, chain in enumerate(judgement.ids):
        wanted, scores = judgement.gold[:, at], judgement.scores[:, at]
        old, new = nlp.chains.thresholds[at], found[at]
        before, after = f1(wanted, scores >= old), f1(wanted, scores >= new)
        print(f"{chain:16} {wanted.sum():8} {old:9.4f} {before:6.4f} {new:6.4f} {after:6.4f}")
    if arguments.write:
        file = dataclasses.replace(nlp.chains, thresholds=found).save(arguments.chain_model)
        print(f"thresholds written to {file}")
    return 0
