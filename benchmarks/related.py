"""Related articles measured: quality beside bm25s and scikit-learn, and speed from 1,000 to 1,000,000 articles.

    python benchmarks/related.py quality [--step 1]     split-half retrieval over real texts, and each signal taken away
    python benchmarks/related.py dev                    split-half and known-item retrieval over the gold articles, tagged
    python benchmarks/related.py curve 1000 10000 ...   build, memory, query, add, remove, save and load of synthetic articles

``quality`` needs the texts of ../shared/data and the packages bm25s, jieba and scipy; ``curve`` needs numpy alone. Results: related.md.
"""

from __future__ import annotations

import argparse
import dataclasses
import gzip
import json
import logging
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import regex

from parknlp.corpus import read_gold
from parknlp.doc import Doc
from parknlp.related import RelatedIndex
from parknlp.related.features import NO_DAY, Features, levels_of

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
K = 10
TABLE = "| | MRR@10 | against bm25s |\n| --- | --- | --- |"
SOURCES = (
    "smoothnlp-companies/companies",
    "fewclue/csldcp",
    "cfsc-ner/test",
    "cfsc-ner/val",
    "cfbenchmark/company",
    "cfbenchmark/event",
    "cfbenchmark/product",
    "cfbenchmark/sector",
)
SENTENCE = regex.compile(r"[^。！？!?；;\n]*?(?:[。！？!?；;\n]+|(?<=\p{Han})\.|$)")

# quality


def real_texts() -> list[str]:
    """The different texts of ../shared/data that are longer than a sentence."""
    found: dict[str, None] = {}
    for name in SOURCES:
        with gzip.open(SHARED / "data" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            found |= dict.fromkeys(json.loads(line)["text"] for line in lines)
    return list(found)


def halves(text: str) -> tuple[str, str] | None:
    """Every other sentence, and the rest; None when there is only one."""
    sentences = [sentence for sentence in SENTENCE.findall(text) if sentence.strip()]
    return ("".join(sentences[::2]), "".join(sentences[1::2])) if len(sentences) > 1 else None


def reciprocal(scores: np.ndarray, target: int) -> float:
    """1 / rank of the target among all, 0 from rank 11 on; equal scores share their ranks."""
    own = scores[target]
    rank = int((scores > own).sum()) + (int((scores == own).sum()) + 1) / 2
    return 1 / rank if own > 0 and rank <= K else 0.0


def jieba_words(texts: Sequence[str]) -> list[list[str]]:
    import jieba

    jieba.setLogLevel(logging.ERROR)
    return [[word for word in jieba.lcut(text) if not word.isspace()] for text in texts]


def by_bm25s(queries: list[list[str]], articles: list[list[str]], asked: range) -> list[float]:
    import bm25s

    model = bm25s.BM25()
    model.index(articles, show_progress=False)
    return [reciprocal(model.get_scores(queries[at]), at) for at in asked]


def by_tfidf(queries: list[list[str]], articles: list[list[str]], asked: range, *, sublinear: bool) -> list[float]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    model = TfidfVectorizer(analyzer=lambda words: words, sublinear_tf=sublinear)
    table = model.fit_transform(articles).T.tocsr()
    rows = model.transform(queries).tocsr()
    return [reciprocal((rows[at] @ table).toarray()[0], at) for at in asked]


def by_index(queries: Sequence[Doc], articles: Sequence[Doc], asked: range, **factors: float) -> list[float]:
    index = RelatedIndex(factors=factors)
    index.add(articles, [str(at) for at in range(len(articles))])
    found = []
    for at in asked:
        query = dataclasses.replace(queries[at], meta={"id": "query"})
        ids = [item.id for item in index.similar(query, K, near_duplicates=True, reasons=0)]
        found.append(1 / (ids.index(str(at)) + 1) if str(at) in ids else 0.0)
    return found


def tagged(texts: Iterable[str]) -> list[Doc]:
    import parknlp

    return list(parknlp.load().pipe(texts))


WITHOUT = ("company", "park", "institution", "chain", "place", "word")


def report(name: str, found: list[float], base: float | None = None) -> float:
    mean = float(np.mean(found))
    print(f"| {name} | {mean:.4f} |" + ("" if base is None else f" {mean / base - 1:+.1%} |"), flush=True)
    return mean


def compare(queries: list[str], articles: list[str], asked: range, titles: list[str | None] | None = None) -> None:
    """The table of one task: peers, the index on text alone, on everything, and without each signal."""
    query_words, words = (
        jieba_words(queries),
        jieba_words([f"{t or ''}\n{a}" for t, a in zip(titles or [None] * len(articles), articles, strict=True)]),
    )
    base = report("bm25s on jieba words", by_bm25s(query_words, words, asked))
    report("TF-IDF cosine (scikit-learn) on jieba words", by_tfidf(query_words, words, asked, sublinear=False), base)
    report("the same, sublinear_tf=True", by_tfidf(query_words, words, asked, sublinear=True), base)
    both = tagged([*queries, *articles])
    query_docs, docs = both[: len(queries)], both[len(queries) :]
    if titles is not None:
        docs = [dataclasses.replace(doc, title=title) for doc, title in zip(docs, titles, strict=True)]
    report(
        "RelatedIndex, pairs of characters and words alone",
        by_index(query_docs, docs, asked, company=0, park=0, institution=0, chain=0, place=0),
        base,
    )
    report("RelatedIndex", by_index(query_docs, docs, asked), base)
    for kind in WITHOUT:
        report(f"… without {kind}", by_index(query_docs, docs, asked, **{kind: 0.0}), base)


def quality(step: int) -> None:
    pairs = [pair for text in real_texts() if (pair := halves(text))]
    queries, articles = ([pair[side] for pair in pairs] for side in (0, 1))
    asked = range(0, len(pairs), step)
    print(f"split-half retrieval, {len(pairs)} texts, {len(asked)} queries\n\n{TABLE}")
    compare(queries, articles, asked)


def dev() -> None:
    paths = [
        *sorted((SHARED / "corpus").glob("dev-*.jsonl")),
        *sorted((ROOT / "models" / "corpus").glob("train-*.jsonl")),
    ]
    golds = [doc for path in paths for doc in read_gold(path)]
    pairs = [pair for doc in golds if (pair := halves(doc.text))]
    print(f"split-half retrieval, {len(pairs)} gold articles\n\n{TABLE}")
    compare([pair[0] for pair in pairs], [pair[1] for pair in pairs], range(len(pairs)))
    print(
        f"\nknown item by title, {len(golds)} gold articles (bodies alone)\n\n| | MRR@10 | against bm25s |\n| --- | --- | --- |"
    )
    compare([doc.title or "" for doc in golds], [doc.text for doc in golds], range(len(golds)))


# speed

VOCABULARY, TOPIC_TERMS = 200_000, 250


def synthetic(count: int, seed: int = 1, chunk: int = 8192) -> Iterator[Features]:
    """Articles of about 120 different terms: 55 % from a Zipf distribution over 200,000, 45 % from the article's topic."""
    rng = np.random.default_rng(seed)
    zipf = np.cumsum(1.0 / np.arange(1, VOCABULARY + 1) ** 1.05)
    topic = np.cumsum(1.0 / np.arange(1, TOPIC_TERMS + 1) ** 0.9)
    topics = np.random.default_rng(7).integers(200, VOCABULARY, size=(4000, TOPIC_TERMS))
    used = min(4000, max(100, count // 50))
    for start in range(0, count, chunk):
        size = min(chunk, count - start)
        lengths = rng.integers(110, 250, size)
        rows = np.repeat(np.arange(size), lengths)
        common = np.searchsorted(zipf, rng.random(len(rows)) * zipf[-1])
        own = topics[rng.integers(0, used, size)[rows], np.searchsorted(topic, rng.random(len(rows)) * topic[-1])]
        terms = np.where(rng.random(len(rows)) < 0.45, own, np.minimum(common, VOCABULARY - 1))
        pairs, counts = np.unique(rows * VOCABULARY + terms, return_counts=True)
        rows, terms = pairs // VOCABULARY, pairs % VOCABULARY
        saturation = 3.0 * (0.25 + 0.75 * lengths[rows] / 400)
        yield Features(
            tuple(f"{seed}-{start + at}" for at in range(size)),
            np.full(size, NO_DAY, np.int32),
            rows,
            np.uint64(1 << 60) | terms.astype(np.uint64) << np.uint64(21) | np.uint64(0x4E00),
            levels_of(counts / (counts + saturation)),
            {},
        )


def resident() -> float:
    """Megabytes of this process in memory."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def single(features: Features, at: int) -> Features:
    own = features.rows == at
    return Features(
        (f"q{at}",), features.days[:1], np.zeros(int(own.sum()), np.int64), features.keys[own], features.levels[own], {}
    )


def brute_force(index: RelatedIndex, query: Features) -> np.ndarray:
    """The ten best scores, from every posting of every feature."""
    from parknlp.related.search import contributions, make_query

    lives = index._lives
    asked = make_query(lives, query.keys, query.levels, index._factors)
    best: list[np.ndarray] = []
    for live, rows in zip(lives, asked.rows, strict=True):
        docs = np.flatnonzero(live.alive)
        pieces = (docs[start : start + 4096] for start in range(0, len(docs), 4096))
        best += [contributions(live.segment, rows, asked.weights, piece).cumsum(axis=1)[:, -1] for piece in pieces]
    return np.sort(np.concatenate(best) / asked.scale)[::-1][:K]


def each(work: Callable[[int], object], numbers: Iterable[int]) -> tuple[float, float, float]:
    """Median and 99th percentile in milliseconds of wall time, and the median of CPU time."""
    wall, cpu = [], []
    for number in numbers:
        started = time.perf_counter(), time.thread_time()
        work(number)
        wall.append(time.perf_counter() - started[0])
        cpu.append(time.thread_time() - started[1])
    return float(np.median(wall)) * 1e3, float(np.quantile(wall, 0.99)) * 1e3, float(np.median(cpu)) * 1e3


def measure(size: int) -> dict[str, str]:
    """One row of the curve."""
    index = RelatedIndex()
    build = 0.0
    for batch in synthetic(size):
        build += timed(lambda batch=batch: index.add_features(batch))[0]  # type: ignore[misc]
    lives = index._lives
    row = {"articles": f"{size:,}", "build s": f"{build:.1f}", "segments": str(len(lives))}
    row["bytes/article"] = f"{index.nbytes / size:.0f}"
    row["of them vocabulary"] = f"{sum(13 * len(live.segment.keys) for live in lives) / size:.0f}"
    [asked] = synthetic(300, 2)
    queries = [single(asked, at) for at in range(300)]
    index._features = lambda _, at: (queries[int(at)], None)  # type: ignore[method-assign, assignment]
    for at in range(5):
        index.similar(str(at), K)
    median, worst, cpu = each(lambda at: index.similar(str(at), K), range(300))
    row |= {"query p50 ms": f"{median:.1f}", "p99 ms": f"{worst:.1f}", "p50 CPU ms": f"{cpu:.1f}"}
    median, worst, cpu = each(lambda at: index.similar(str(at), K, near_duplicates=True, reasons=0), range(300))
    row |= {"search alone p50": f"{median:.1f}", "p99": f"{worst:.1f}", "p50 CPU": f"{cpu:.1f}"}
    found = [[item.score for item in index.similar(str(at), K, near_duplicates=True)] for at in range(10)]
    row["as brute force"] = str(
        all(np.allclose(own, brute_force(index, queries[at]), rtol=1e-9) for at, own in enumerate(found))
    )
    with tempfile.TemporaryDirectory() as folder:
        row["save s"] = f"{timed(lambda: index.save(folder))[0]:.1f}"
        load, loaded = timed(lambda: RelatedIndex.load(folder))
        row["load s"] = f"{load:.2f}"
        adds = [timed(lambda batch=batch: loaded.add_features(batch))[0] for batch in synthetic(20_000, 3, 1000)]  # type: ignore[misc]
        gone = [f"1-{at}" for at in range(0, size, max(1, size // 1000))]
        row["add 1,000 s: median, worst of 20"] = f"{np.median(adds):.2f}, {max(adds):.2f}"
        row["remove 1,000 s"] = f"{timed(lambda: loaded.remove(gone))[0]:.2f}"
    return row


def curve(sizes: Sequence[int]) -> None:
    for number, size in enumerate(sizes):
        row = measure(size)
        if not number:
            print(f"| {' | '.join(row)} |\n|{' --- |' * len(row)}")
        print(f"| {' | '.join(row.values())} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("quality", "dev", "curve"))
    parser.add_argument("sizes", nargs="*", type=int, default=[1000, 10_000, 100_000])
    parser.add_argument("--step", type=int, default=1, help="ask only every so many-th text")
    arguments = parser.parse_args()
    if arguments.what == "curve":
        curve(arguments.sizes)
    else:
        quality(arguments.step) if arguments.what == "quality" else dev()


if __name__ == "__main__":
    main()
