"""The speed of other libraries on the same text, each beside jieba in the same process: called by `speed.py`.

    python benchmarks/peers.py FILE

FILE holds a JSON list of texts. Prints a JSON object: library -> [version, characters a second, the same over jieba's]. It is run with
the Python of the peers' own environment (`make bench-peers`); a library that is not there is left out.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path

from timing import best

ENOUGH = 60_000  # characters; the slow ones get a tenth
Task = Callable[[str], object]


def tasks() -> Iterator[tuple[str, str, str, Callable[[], Task]]]:
    """Name, distribution, module, and what makes the function that reads one text."""
    yield "jieba.lcut", "jieba", "jieba", lambda: importlib.import_module("jieba").lcut
    yield "jieba.posseg.lcut", "jieba", "jieba.posseg", lambda: importlib.import_module("jieba.posseg").lcut
    yield "rjieba.cut", "rjieba", "rjieba", lambda: importlib.import_module("rjieba").cut
    yield "spaCy, words by jieba", "spacy", "spacy", _spacy
    yield "JioNLP: times", "jionlp", "jionlp", lambda: importlib.import_module("jionlp").ner.extract_time
    yield "JioNLP: money", "jionlp", "jionlp", lambda: importlib.import_module("jionlp").ner.extract_money
    yield "Recognizers-Text: currency", _RECOGNIZERS, "recognizers_number_with_unit", lambda: _recognizer("currency")
    yield "Recognizers-Text: date and time", _RECOGNIZERS, "recognizers_date_time", lambda: _recognizer("datetime")


_RECOGNIZERS = "recognizers-text-suite"
_SLOW = ("JioNLP", "Recognizers", "jieba.posseg")


def _spacy() -> Task:
    spacy = importlib.import_module("spacy")
    task: Task = spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": "jieba"}}})
    return task


def _recognizer(kind: str) -> Task:
    home = {"currency": "recognizers_number_with_unit", "datetime": "recognizers_date_time"}[kind]
    recognize = getattr(importlib.import_module(home), f"recognize_{kind}")
    return lambda text: recognize(text, "zh-cn")


def _read(task: Task, texts: list[str]) -> None:
    for text in texts:
        task(text)


def some(texts: list[str], characters: int) -> list[str]:
    """The first texts that have so many characters."""
    found: list[str] = []
    while sum(map(len, found)) < characters and len(found) < len(texts):
        found.append(texts[len(found)])
    return found


def main() -> None:
    logging.disable()
    texts = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    found: dict[str, list[str | float]] = {}
    jieba = 0.0
    for name, distribution, module, make in tasks():
        try:
            with redirect_stdout(open(os.devnull, "w", encoding="utf-8")):  # noqa: PTH123 - some print on import
                importlib.import_module(module)
                task = make()
                task(texts[0])
        except ImportError:
            continue
        few = some(texts, ENOUGH // 10 if name.startswith(_SLOW) else ENOUGH)
        speed = sum(map(len, few)) / best(partial(_read, task, few), 2)
        jieba = jieba or speed
        found[name] = [importlib.metadata.version(distribution), speed, speed / jieba]
    print(json.dumps(found))


if __name__ == "__main__":
    main()
