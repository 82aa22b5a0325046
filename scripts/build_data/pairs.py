"""common_pairs.tsv: pairs of characters that ordinary text holds far more often than company names do."""

from __future__ import annotations

import collections
import csv
import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

HEADER = """\
# Pairs of characters that stand side by side in ordinary and technical Chinese, and far more seldom in company names, so that a
# trade name (序轮, 天奈) shows by its rare pairs. Counted over government work reports, abstracts and headlines of FewCLUE, financial
# news of CFBenchmark (Apache-2.0) and product terms; company names from the Company-Names-Corpus (Apache-2.0) and stock lists. Counts only.
# first: a character. second: every character that forms a common pair with it.
# first<TAB>second
"""
TEXTS = ("gov-reports/national-1978-2025", "fewclue/csldcp", "fewclue/tnews", "cfbenchmark/sector", "cfbenchmark/event")
RUN = re.compile(r"[\u4e00-\u9fff]{2,}")
LEAST, RATIO = 3, 3


def _pairs(texts: Iterator[str]) -> collections.Counter[str]:
    counts: collections.Counter[str] = collections.Counter()
    for text in texts:
        for run in RUN.findall(text):
            counts.update(run[at : at + 2] for at in range(len(run) - 1))
    return counts


def _texts(data: Path) -> Iterator[str]:
    for name in TEXTS:
        with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)["text"]
    with gzip.open(data / "chain-graph" / "product.jsonl.gz", "rt", encoding="utf-8") as file:
        yield from {json.loads(line)["name"]: None for line in file}


def _names(reference: Path) -> Iterator[str]:
    yield from (reference / "company_names.txt").read_text(encoding="utf-8").split("\n")
    with (reference / "listed_companies.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["short_name"]


def build(reference: Path) -> dict[str, str]:
    """The file's content."""
    text, names = _pairs(_texts(reference.parent / "data")), _pairs(_names(reference))
    seconds: dict[str, str] = {}
    for pair in sorted(text):
        if text[pair] >= LEAST and text[pair] >= RATIO * names[pair]:
            seconds[pair[0]] = seconds.get(pair[0], "") + pair[1]
    return {"common_pairs.tsv": HEADER + "".join(f"{first}\t{rest}\n" for first, rest in seconds.items())}
