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
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
sys.path.insert(0, str(ROOT / "src"))

import numpy as np
import regex

from parknlp.corpus import read_gold
from parknlp.doc import Doc
from parknlp.related import RelatedIndex
from parknlp.related.features import NO_DAY, Features, levels_of

K = 10
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

    return list(parknlp.load().pipe(texts, errors="empty"))


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
    print(
        f"split-half retrieval, {len(pairs)} texts, {len(range(0, len(pairs), step))} queries\n\n| | MRR@10 | against bm25s |\n| --- | --- | --- |"
    )
    compare(queries, articles, range(0, len(pairs), step))


def dev() -> None:
    paths = [*sorted((SHARED / "corpus").glob("dev-*.jsonl")), *sorted((ROOT / "models" / "corpus").glob("*.jsonl"))]
    golds = [doc for path in paths for doc in read_gold(path)]
    pairs = [pair for doc in golds if (pair := halves(doc.text))]
    print(f"split-half retrieval, {len(pairs)} gold articles\n\n| | MRR@10 | against bm25s |\n| --- | --- | --- |")
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

    lives = index._lives  # noqa: SLF001
    asked = make_query(lives, query.keys, query.levels, index._factors)  # noqa: SLF001
    best: list[np.ndarray] = []
    for live, rows in zip(lives, asked.rows, strict=True):
        docs = np.flatnonzero(live.alive)
        for start in range(0, len(docs), 4096):
            best.append(
                contributions(live.segment, rows, asked.weights, docs[start : start + 4096]).cumsum(axis=1)[:, -1]
            )
    return np.sort(np.concatenate(best) / asked.scale)[::-1][:K]


def curve(sizes: Sequence[int]) -> None:
    print(
        "| articles | build s | segments | bytes/article | of them vocabulary | query p50 ms | p99 ms | search alone p50 | add 1,000 s, median (worst of 20) | remove 1,000 s | save s | load s | load MB | exact |"
    )
    print("|" + " --- |" * 14)
    for size in sizes:
        index = RelatedIndex()
        build = sum(timed(lambda batch=batch: index.add_features(batch))[0] for batch in synthetic(size))
        [queries] = synthetic(300, 2)
        lives = index._lives  # noqa: SLF001
        vocabulary = sum(13 * len(live.segment.keys) for live in lives) / size
        index._features = lambda _lives, at: (single(queries, int(at)), None)  # type: ignore[method-assign] # noqa: SLF001
        spent = [timed(lambda at=at: index.similar(str(at), K))[0] for at in range(-5, 300)][5:]
        alone = [
            timed(lambda at=at: index.similar(str(at), K, near_duplicates=True, reasons=0))[0] for at in range(100)
        ]
        exact = all(
            np.allclose(
                [item.score for item in index.similar(str(at), K, near_duplicates=True)],
                brute_force(index, single(queries, at)),
                rtol=1e-9,
            )
            for at in range(20 if size <= 100_000 else 3)
        )
        fresh = list(synthetic(20_000, 3, 1000))
        bytes_each = index.nbytes / size
        with tempfile.TemporaryDirectory() as folder:
            save, _ = timed(lambda: index.save(folder))
            before = resident()
            load, loaded = timed(lambda: RelatedIndex.load(folder))
            memory = resident() - before
            adds = [timed(lambda batch=batch: index.add_features(batch))[0] for batch in fresh]
            remove, _ = timed(lambda: loaded.remove([f"1-{at}" for at in range(0, size, max(1, size // 1000))]))
        print(
            f"| {size:,} | {build:.1f} | {len(lives)} | {bytes_each:.0f} | {vocabulary:.0f} | {np.percentile(spent, 50) * 1e3:.1f} | {np.percentile(spent, 99) * 1e3:.1f} "
            f"| {np.percentile(alone, 50) * 1e3:.1f} | {np.median(adds):.2f} ({max(adds):.2f}) | {remove:.2f} | {save:.1f} | {load:.2f} | {memory:.0f} | {exact} |",
            flush=True,
        )


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
