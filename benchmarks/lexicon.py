"""The user's lexicon: seconds to load it, and seconds to match it, by its size.

    python benchmarks/lexicon.py [--sizes N...] [--characters N]

The names are made up: places, two to four characters, an industry, a legal form, and with every tenth a blank, a hyphen, digits or Latin
letters. They are matched in the articles of models/corpus, repeated to the wanted size, in which one name of the lexicon stands a
paragraph. Times are processor seconds, the best of three.
"""

from __future__ import annotations

import argparse
import platform
import random
import sys
import tempfile
from functools import partial
from pathlib import Path

import numpy as np
from timing import best

import parknlp
from parknlp.corpus import read_gold
from parknlp.text import Candidate, TextBatch

ROOT = Path(__file__).parent.parent
PLACES = "江苏 镇江 扬中 丹阳 句容 南京 苏州 浙江 宁波 上海".split()
INDUSTRIES = "科技 新材料 装备 电子 生物医药 智能制造 船舶 能源 汽车部件 农机".split()
FORMS = "有限公司 股份有限公司 集团有限公司 (集团)有限公司".split()
LATIN = ["Tech-{}", "{} Lab", "A&{}", "No.{}", "{}号"]


def names(count: int, seed: int = 1) -> list[str]:
    """Different company names."""
    chance = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        trade = "".join(chr(chance.randrange(0x4E00, 0x9000)) for _ in range(chance.randint(2, 4)))
        name = chance.choice(PLACES) + trade + chance.choice(INDUSTRIES) + chance.choice(FORMS)
        if len(found) % 10 == 0:
            name = trade + chance.choice(LATIN).format(chance.randrange(10_000))
        found[name] = None
    return list(found)


def articles(characters: int) -> list[str]:
    """Articles of the training corpora, without markup, so many that they have so many characters."""
    texts = [doc.text for file in sorted((ROOT / "models" / "corpus").glob("train-*.jsonl")) for doc in read_gold(file)]
    return texts * (characters // sum(map(len, texts)) + 1)


def list_matches(lexicon: parknlp.Lexicon, batches: list[TextBatch]) -> list[list[Candidate]]:
    """The matches in each batch."""
    return [lexicon.find(batch) for batch in batches]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000, 300_000])
    parser.add_argument("--characters", type=int, default=1_000_000)
    arguments = parser.parse_args()
    print(f"Python {platform.python_version()}, numpy {np.__version__}")
    texts = articles(arguments.characters)
    everything = names(max(arguments.sizes))
    print(f"\n{'names':>8} {'load, s':>8} {'match, M char/s':>16} {'found':>7} {'missed':>7}")
    for size in arguments.sizes:
        known = everything[:size]
        planted = [f"{text}\n{known[index % size]}，" for index, text in enumerate(texts)]
        batches = [TextBatch(planted[at : at + 64]) for at in range(0, len(planted), 64)]
        for batch in batches:
            batch.lower.sum()  # folded once for all stages
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "names.tsv"
            file.write_text("name\tkb_id\n" + "".join(f"{name}\tid{at}\n" for at, name in enumerate(known)), "utf-8")
            load = best(partial(parknlp.Lexicon.from_tsv, file))
            lexicon = parknlp.Lexicon.from_tsv(file)
        spent = best(partial(list_matches, lexicon, batches))
        found = list_matches(lexicon, batches)
        missed = sum(
            not any(
                match.end == batch.ends[at] - 1 and match.kb_id
                for match in matches
                if batch.document_of(match.start) == at
            )
            for batch, matches in zip(batches, found, strict=True)
            for at in range(len(batch))
        )
        speed = sum(map(len, planted)) / spent / 1e6
        print(f"{size:8,} {load:8.2f} {speed:16.2f} {sum(map(len, found)):7,} {missed:7}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
