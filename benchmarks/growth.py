"""How time and memory grow: one document that gets longer, documents that get more, and hostile texts."""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import cycle, islice

from timing import best
from work import BATCH, ROOT, repeated

import parknlp

ORDINARY = 20_000  # characters of the text with which a hostile one is compared


def peak() -> float:
    """The largest amount of memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << (20 if sys.platform == "darwin" else 10))


def document(texts: Sequence[str], characters: int) -> str:
    """One document of so many characters."""
    return "\n".join(repeated(texts, characters))[:characters]


def one_document(nlp: parknlp.Pipeline, texts: Sequence[str], sizes: Sequence[int]) -> Iterator[list[str]]:
    """For each length: microseconds a character, how much longer twice as long a document takes, memory."""
    for size in sizes:
        # the first half in both cases: other articles would be another text
        half = document(texts, size // 2)
        whole = half + half
        runs = 5 if size <= 10_000 else 2
        spent, less = best(partial(nlp, whole), runs), best(partial(nlp, half), runs)
        yield [f"{size:,} characters", f"{spent / size * 1e6:.2f}", f"{spent / less:.2f}", f"{peak():.0f}"]


def many_documents(nlp: parknlp.Pipeline, texts: Sequence[str], counts: Sequence[int]) -> Iterator[list[str]]:
    """The same for so many documents, as a stream that nobody keeps."""
    for count in counts:
        half = list(islice(cycle(texts), max(1, count // 2)))
        characters = 2 * sum(map(len, half))
        runs = 2 if count <= 1000 else 1
        spent = best(partial(_drain, nlp, [half, half]), runs)
        less = best(partial(_drain, nlp, [half]), runs)
        yield [f"{count:,} documents", f"{spent / characters * 1e6:.2f}", f"{spent / less:.2f}", f"{peak():.0f}"]


def _drain(nlp: parknlp.Pipeline, parts: Sequence[Sequence[str]]) -> None:
    for _ in nlp.pipe((text for part in parts for text in part), batch_size=BATCH):
        pass


def hostile(nlp: parknlp.Pipeline, texts: Sequence[str], most: int | None = None) -> Iterator[list[str]]:
    """What a character of each hostile text of the tests costs beside one of ordinary text, the worst first."""
    sys.path.insert(0, str(ROOT / "tests"))
    from test_pipeline import HOSTILE

    ordinary = document(texts, ORDINARY)
    usual = best(partial(nlp, ordinary)) / ORDINARY
    costs = {name: best(partial(nlp, text), 1) / len(text) / usual for name, text in HOSTILE.items()}
    for name, cost in sorted(costs.items(), key=lambda item: -item[1])[:most]:
        yield [name, f"{cost:.2f}"]
