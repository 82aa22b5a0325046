"""Speed of the number reader beside jieba on the same text in the same run, and how its time grows with the text.

``python benchmarks/quantity.py`` writes the tables into benchmarks/quantity.md. The texts are the articles of models/corpus, which
are dense in numbers, and real text of ../shared/data where that folder stands. Every time is the best of three in one
process; machines are noisy, so read the ratios, not the seconds.
"""

from __future__ import annotations

import gzip
import json
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

from timing import best

from parknlp.corpus import read_gold
from parknlp.quantity import QuantityTagger
from parknlp.quantity.figures import QuantityFinder
from parknlp.quantity.times import find_times
from parknlp.quantity.units import UnitTable
from parknlp.text import TextBatch

ROOT = Path(__file__).parent.parent
REAL = ROOT.parent / "shared" / "data"
BATCH = 64
CHARACTERS = 200_000
BAR = 0.40
GROWING = {
    "articles": "",
    "百分之": "百分之",
    "1月1日至": "1月1日至",
    "digits": "1",
    "1-": "1-",
    "1 234 ": "1 234 ",
    "万亿": "万亿",
    "《2024年10家": "《2024年10家",
    "5块6": "5块6",
    "一又二分之": "一又二分之",
}
LENGTHS = (25_000, 50_000, 100_000, 200_000, 400_000)


def articles() -> list[str]:
    """Articles of models/corpus."""
    return [doc.text for path in sorted((ROOT / "models" / "corpus").glob("train-*.jsonl")) for doc in read_gold(path)]


def real(folder: str) -> Iterator[str]:
    """The texts of one folder of real data."""
    for path in sorted((REAL / folder).glob("*.jsonl*")):
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for line in data.decode("utf-8").splitlines():
            text = json.loads(line).get("text")
            if text:
                yield text


def first(texts: list[str], characters: int = CHARACTERS) -> list[str]:
    """As many texts as make so many characters; a long one is cut into pieces."""
    found: list[str] = []
    total = 0
    for text in texts:
        for at in range(0, len(text), 10_000):
            if total < characters:
                found.append(text[at : at + 10_000])
                total += len(found[-1])
    return found


def find_all(tagger: QuantityTagger, texts: list[str]) -> object:
    """Everything that the number reader does with some texts, folding included."""
    return tagger.find(TextBatch(texts), [None] * len(texts))


def beside_jieba(name: str, texts: list[str]) -> str:
    """One line of the table: characters, spans, speeds and shares of jieba's time."""
    import jieba

    total = sum(map(len, texts))
    batches = [TextBatch(texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)]
    tagger, finder = QuantityTagger(), QuantityFinder(UnitTable.bundled())
    words = best(lambda: [jieba.lcut(text) for text in texts])
    times = best(lambda: [find_times(batch, [None] * len(batch)) for batch in batches])
    figures = best(lambda: [list(finder.find(batch.text)) for batch in batches])
    whole = best(lambda: [find_all(tagger, texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)])
    spans = sum(len(tagger.find(batch, [None] * len(batch))) for batch in batches)
    shares = [f"{100 * spent / words:.0f} %" for spent in (figures, times, whole)]
    speeds = [f"{total / spent / 1e6:.2f}" for spent in (words, whole)]
    verdict = "yes" if whole <= BAR * words else "no"
    return (
        f"| {name} | {total:,} | {1000 * spans / total:.0f} | {' | '.join(speeds)} | {' | '.join(shares)} | {verdict} |"
    )


def growth(name: str, piece: str, text: str) -> str:
    """One line of the curve: microseconds a character at each length."""
    tagger = QuantityTagger()
    cells = []
    for length in LENGTHS:
        source = piece or text
        batch = TextBatch([(source * (length // len(source) + 1))[:length]])
        spent = best(lambda batch=batch: tagger.find(batch, [None]), 2)  # type: ignore[misc]
        cells.append(f"{1e6 * spent / length:.2f}")
    return f"| {name} | {' | '.join(cells)} |"


def main() -> None:
    """Measure and write."""
    import jieba

    jieba.setLogLevel(60)
    jieba.initialize()
    texts = {"models/corpus": articles()}
    if REAL.is_dir():
        texts |= {name: list(real(name)) for name in ("gov-reports", "cfbenchmark", "cfsc-ner", "cluener")}
    lines = [
        "# Figures, percentages and times beside jieba",
        "",
        f"Written by `python benchmarks/quantity.py`, Python {platform.python_version()}, one process, best of three; speeds in",
        "million characters a second. The bar: figures, percentages and times together take at most 40 % of the time of",
        "`jieba.lcut` on the same text in the same run; folding the text is included in it.",
        "",
        "| text | characters | spans in 1,000 | jieba.lcut | all | figures, percentages / jieba | times / jieba | all / jieba | <= 40 % |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        *(beside_jieba(name, first(found)) for name, found in texts.items()),
        "",
        "Microseconds a character as the text grows; a line that rises would mean more than linear time.",
        "",
        f"| text repeated | {' | '.join(f'{length:,}' for length in LENGTHS)} |",
        "| --- |" + " --- |" * len(LENGTHS),
    ]
    long = "\n".join(texts["models/corpus"])
    lines += [growth(name, piece, long) for name, piece in GROWING.items()]
    page = "\n".join(lines) + "\n"
    (Path(__file__).with_suffix(".md")).write_text(page, encoding="utf-8")
    sys.stdout.write(page)


if __name__ == "__main__":
    main()
