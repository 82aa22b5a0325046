"""Speed and memory of parknlp beside jieba, in one run: ``make bench`` or ``python benchmarks/speed.py [--characters N]``.

The text is the articles of models/corpus, repeated to the wanted size. Every time is the best of three; machines are noisy, so
read the ratios, not the seconds.
"""

from __future__ import annotations

import argparse
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from timing import best

import parknlp
from parknlp.corpus import read_gold
from parknlp.facts import find_facts, find_located
from parknlp.names.resolve import resolve
from parknlp.page import parse_page
from parknlp.text import TextBatch

ROOT = Path(__file__).parent.parent
BATCH = 64
PROBE = """
import time, resource
t0 = time.perf_counter(); import parknlp
t1 = time.perf_counter(); nlp = parknlp.load()
t2 = time.perf_counter(); loaded = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
nlp("上半年，镇江高新区实现产值52亿元，同比增长20%。")
print(t1 - t0, t2 - t1, time.perf_counter() - t2, loaded / 1024)
"""


def texts(characters: int) -> list[str]:
    """Articles until there are so many characters."""
    articles = [
        doc.text for path in sorted((ROOT / "models" / "corpus").glob("*-[a-z].jsonl")) for doc in read_gold(path)
    ]
    found: list[str] = []
    while sum(map(len, found)) < characters:
        found += articles
    return found


def start_up() -> list[tuple[str, str]]:
    """Import, load and first document in fresh processes, the median of five."""
    runs = []
    for _ in range(5):
        done = subprocess.run(
            [sys.executable, "-c", PROBE], capture_output=True, text=True, check=True, cwd=ROOT / "src"
        )
        runs.append([float(cell) for cell in done.stdout.split()])
    imported, loaded, first, memory = np.median(np.array(runs), axis=0)
    return [
        ("import parknlp", f"{imported * 1000:.0f} ms"),
        ("load()", f"{loaded * 1000:.0f} ms"),
        ("first document", f"{first * 1000:.0f} ms"),
        ("memory after load()", f"{memory:.0f} MB"),
    ]


def stages(nlp: parknlp.Pipeline, articles: list[str]) -> dict[str, Callable[[], object]]:
    """Each stage over all articles, in batches, fed with what comes before it."""
    batches = [articles[at : at + BATCH] for at in range(0, len(articles), BATCH)]
    text_batches = [TextBatch(batch) for batch in batches]
    quantities = [nlp.quantities.find(batch, [None] * len(batch)) for batch in text_batches]
    names = [nlp.names.find(batch, found) for batch, found in zip(text_batches, quantities, strict=True)]
    docs = list(nlp.pipe(articles))
    doc_batches = [docs[at : at + BATCH] for at in range(0, len(docs), BATCH)]
    return {
        "page": lambda: [parse_page(text) for text in articles],
        "fold and join": lambda: [TextBatch(batch) for batch in batches],
        "quantities": lambda: [nlp.quantities.find(batch, [None] * len(batch)) for batch in text_batches],
        "names": lambda: [nlp.names.find(b, q) for b, q in zip(text_batches, quantities, strict=True)],
        "resolve": lambda: [
            b.spans(resolve([*q, *n])) for b, q, n in zip(text_batches, quantities, names, strict=True)
        ],
        "chains": lambda: [nlp.chains.classify(batch) for batch in doc_batches],
        "facts": lambda: [find_facts(batch) for batch in doc_batches],
        "located": lambda: [find_located(batch) for batch in doc_batches],
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--characters", type=int, default=300_000)
    articles = texts(parser.parse_args().characters)
    total = sum(map(len, articles))
    import jieba

    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    print(f"Python {platform.python_version()}, numpy {np.__version__}, {len(articles)} articles, {total} characters\n")
    for name, figure in start_up():
        print(f"{name:28} {figure:>10}")
    nlp = parknlp.load()
    work: dict[str, Callable[[], object]] = {
        "jieba.lcut": lambda: [tokenizer.lcut(text) for text in articles],
        "parknlp in batches": lambda: list(nlp.pipe(articles, batch_size=BATCH)),
        "parknlp one at a time": lambda: [nlp(text) for text in articles],
        "parknlp, two processes": lambda: list(nlp.pipe(articles, batch_size=BATCH, n_process=2)),
    }
    work |= {f"  stage {name}": call for name, call in stages(nlp, articles).items()}
    print(f"\n{'':28} {'M char/s':>10} {'x jieba.lcut':>13}")
    base = None
    for name, call in work.items():
        spent = best(call, clock=time.perf_counter)
        base = base or spent
        print(f"{name:28} {total / spent / 1e6:10.3f} {base / spent:13.2f}")
    print(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
