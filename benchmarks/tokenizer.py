"""The tokenizer beside jieba: speed, start, and whether the words are the same.

    python benchmarks/tokenizer.py [--characters N] [--random N] [FOLDER...]

Speed is measured on the articles of models/corpus, repeated to the wanted size; times are processor seconds, the best of
three. The words are compared on these articles, on every string in the JSON lines below each FOLDER, and on N random
strings of mixed scripts, with and without the hidden Markov model and in search mode, with and without user words.
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import platform
import random
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import jieba
import numpy as np
from timing import best

from parknlp import JiebaTokenizer

ROOT = Path(__file__).parent.parent
PROBE = """
import resource, time
start = time.perf_counter()
{work}
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
STARTS = {
    "jieba": "import jieba, logging; logging.disable(); t = jieba.Tokenizer(); t.FREQ, t.total = t.gen_pfdict("
    "t.get_dict_file()); t.initialized = True; t.lcut('产业园区')",
    "parknlp": "from parknlp import JiebaTokenizer; JiebaTokenizer()('产业园区')",
}
SIGNS = "abcXYZ0123456789+#&._%-"
ODD = [*" \t\r\n\x0b\x1c\x85\u2028，。（）·￥Ⅱ〇々㎡\u3000éー가𠀀😀\0\ud800\udfff\uffff", "\r\n", "γ射线"]


def strings(value: Any) -> Iterator[str]:
    """Every string in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings(each)


def texts(folder: Path) -> Iterator[str]:
    """Every string in the JSON lines below a folder."""
    for file in sorted(folder.rglob("*.jsonl*")):
        with (gzip.open if file.suffix == ".gz" else open)(file, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield from strings(json.loads(line))


def random_texts(count: int, words: Sequence[str], seed: int = 1) -> list[str]:
    """Strings of dictionary words, of any and of frequent Han characters, of Latin, and of what is neither."""
    chance = random.Random(seed)
    frequent = "".join(chance.choices(words, k=200))
    kinds: list[Callable[[], str]] = [
        lambda: chance.choice(words),
        lambda: "".join(map(chr, chance.choices(range(0x4E00, 0x9FD7), k=chance.randint(1, 4)))),
        lambda: "".join(chance.choices(frequent, k=chance.randint(1, 8))),
        lambda: "".join(chance.choices(SIGNS, k=chance.randint(1, 6))),
        lambda: "".join(chance.choices(ODD, k=chance.randint(1, 3))),
    ]
    weights = (6, 3, 3, 2, 2)
    return ["".join(kind() for kind in chance.choices(kinds, weights, k=chance.randint(0, 14))) for _ in range(count)]


def reference(words: Sequence[str]) -> jieba.Tokenizer:
    """A tokenizer of jieba's without cache file, with words added as `JiebaTokenizer` adds them."""
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    for word in words:
        if len(word) > 2 and not tokenizer.FREQ.get(word):
            tokenizer.add_word(word, 200)
    return tokenizer


def differences(cases: Sequence[str], user_words: Sequence[str]) -> int:
    """How many texts are cut differently in any way of cutting."""
    jiebas, wrong = reference(user_words), 0
    for mode in ("default", "search"):
        for hmm in (True, False):
            ours = JiebaTokenizer(user_words, hmm=hmm, mode=mode)
            for text, tokens in zip(cases, ours.pipe(cases), strict=True):
                expected = [each for each in jiebas.tokenize(text, mode=mode, HMM=hmm) if not each[0].isspace()]
                found = zip(tokens.words, tokens.starts.tolist(), tokens.ends.tolist(), strict=True)
                wrong += list(found) != expected
    return wrong


def speed(articles: Sequence[str]) -> None:
    """Print characters a second."""
    total, ours, theirs = sum(map(len, articles)), JiebaTokenizer(), reference(())
    search = JiebaTokenizer(mode="search")
    ours(""), search("")
    work: dict[str, Callable[[], object]] = {
        "jieba.lcut": lambda: [theirs.lcut(text) for text in articles],
        "pipe": lambda: list(ours.pipe(articles)),
        "pipe, every Token looked at": lambda: [tuple(tokens) for tokens in ours.pipe(articles)],
        "one text at a time": lambda: [ours(text) for text in articles],
        "jieba.lcut_for_search": lambda: [theirs.lcut_for_search(text) for text in articles],
        "pipe in search mode": lambda: list(search.pipe(articles)),
    }
    print(f"\n{'':28} {'M char/s':>9} {'x jieba':>9}")
    base = 1.0
    for name, call in work.items():
        spent = best(call)
        base = spent if name.startswith("jieba") else base
        print(f"{name:28} {total / spent / 1e6:9.2f} {base / spent:9.1f}")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--characters", type=int, default=500_000)
    parser.add_argument("--random", type=int, default=2_000)
    parser.add_argument("folders", nargs="*", type=Path)
    arguments = parser.parse_args()
    logging.disable()
    print(f"Python {platform.python_version()}, numpy {np.__version__}, jieba {jieba.__version__}")
    for name, work in STARTS.items():
        command = [sys.executable, "-c", PROBE.format(work=work)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT / "src")
        seconds, memory = map(float, done.stdout.split())
        print(f"{name}: first text after {seconds:.2f} s, {memory:.0f} MB")
    corpus = [text for text in texts(ROOT / "models" / "corpus") if len(text) > 100]
    speed(corpus * (arguments.characters // sum(map(len, corpus)) + 1))
    known = sorted(word for word, count in reference(()).FREQ.items() if count)
    chance = random.Random(2)
    user_words = ["".join(chance.choices(known, k=2)) for _ in range(2_000)]
    cases = {
        "models/corpus": corpus,
        **{str(folder): list(texts(folder)) for folder in arguments.folders},
        "random strings": random_texts(arguments.random, known + user_words),
    }
    wrong = 0
    print("\ntexts cut differently, of four ways of cutting, without and with 2,000 user words")
    for name, group in cases.items():
        found = [differences(group, added) for added in ((), user_words)]
        wrong += sum(found)
        print(f"{name}: {found[0]} and {found[1]} of {len(group)} texts, {sum(map(len, group))} characters")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
