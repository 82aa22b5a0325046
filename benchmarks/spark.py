"""Spark on two cores beside two processes of one machine: ``python benchmarks/spark.py [--articles N] [--cut N] [--rounds N]``.

Both read the same JSONL file and write JSONL. The articles are the sentences of models/corpus, shuffled. Start-up is measured apart,
with a run over a few articles: Java, the worker processes and the pipeline that each of them loads. The best of the rounds counts,
since other work on the machine only ever adds. Needs Java and the extra ``spark``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import parknlp
from parknlp.corpus import read_gold, write_rows
from parknlp.spark import tag

ROOT = Path(__file__).parent.parent
SETTINGS = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}
PARTITIONS = 8
FEW = 64


def articles(count: int, cut: int | None) -> Iterator[dict[str, str]]:
    """As many articles, each of the length of a true one or cut to ``cut`` characters, made of sentences of all of them."""
    docs = [doc for path in sorted((ROOT / "models" / "corpus").glob("*-*.jsonl")) for doc in read_gold(path)]
    sentences = [doc.text[start:end] for doc in docs for start, end in doc.sents]
    chance = random.Random(8)
    for number in range(count):
        text = "".join(chance.choices(sentences, k=len(chance.choice(docs).sents)))
        yield {"id": str(number), "text": text[:cut]}


def one_machine(source: Path, target: Path) -> None:
    """Two processes."""
    nlp = parknlp.load()
    with source.open(encoding="utf-8") as lines, target.open("w", encoding="utf-8") as out:
        pairs = ((row["text"], row["id"]) for row in map(json.loads, lines))
        tagged = nlp.pipe(pairs, as_tuples=True, n_process=2, errors="empty")
        write_rows(({"id": key, **doc.to_dict()} for doc, key in tagged), out)


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--cut", type=int, metavar="N", help="articles of N characters at most")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    count, rounds = options.articles, options.rounds
    os.environ["PYSPARK_PYTHON"] = sys.executable
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        few, many = folder / "few.jsonl", folder / "many.jsonl"
        for path, number in ((few, FEW), (many, count)):
            with path.open("w", encoding="utf-8") as out:
                write_rows(articles(number, options.cut), out)
        print(f"{count} articles, {many.stat().st_size / 1e6:.1f} MB of JSONL")
        from pyspark.sql import SparkSession

        def on_spark(source: Path, target: Path) -> None:
            builder = SparkSession.builder.master("local[2]").config(map={**SETTINGS, "spark.local.dir": name})
            df = builder.getOrCreate().read.schema("id string, text string").json(str(source))
            tag(df.repartition(PARTITIONS)).write.mode("overwrite").json(str(target))

        out = folder / "spark"
        start_spark = timed(lambda: on_spark(few, out))
        start_alone = timed(lambda: one_machine(few, folder / "alone"))
        alone, spark = [], []
        for _ in range(rounds):  # in turn, for a machine that others use is not always as fast
            alone.append(timed(lambda: one_machine(many, folder / "alone")) - start_alone)
            spark.append(timed(lambda: on_spark(many, out)))  # finds its workers warm
        total = sum(1 for part in out.glob("*.json") for _ in part.open(encoding="utf-8"))
        SparkSession.builder.getOrCreate().stop()
    print(f"{'':28} {'start-up, s':>12} {'articles, s':>12}")
    print(f"{'two processes':28} {start_alone:12.1f} {min(alone):12.1f}")
    print(f"{'Spark local[2]':28} {start_spark:12.1f} {min(spark):12.1f}")
    print(f"\nratio {min(spark) / min(alone):.2f}; {total} rows of {count}")


if __name__ == "__main__":
    main()
