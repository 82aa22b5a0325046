"""What the speed is measured on: articles, and each stage of the pipeline with its input."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import parknlp
from parknlp.corpus import Article, read_bytes, read_gold
from parknlp.doc import Doc, Span
from parknlp.facts import find_both, find_facts
from parknlp.names.resolve import resolve
from parknlp.page import parts_of
from parknlp.pipeline import batches
from parknlp.text import Candidate, TextBatch

ROOT = Path(__file__).parent.parent
REAL = ROOT.parent / "shared" / "data"
BATCH = 64

Work = Callable[[], object]


def articles() -> list[str]:
    """The articles of models/corpus, without their markup."""
    return [doc.text for path in sorted((ROOT / "models" / "corpus").glob("*-*.jsonl")) for doc in read_gold(path)]


def news() -> list[str]:
    """Financial news and reports of the government of ../shared/data, where that folder stands; else nothing."""
    paths = [path for folder in ("cfbenchmark", "gov-reports") for path in sorted((REAL / folder).glob("*.jsonl.gz"))]
    found = (article for path in paths for article in read_bytes(path.read_bytes(), path.name))
    return [article.text for article in found if isinstance(article, Article)]


def repeated(texts: Sequence[str], characters: int) -> list[str]:
    """Texts, again and again, until there are so many characters."""
    sizes = itertools.accumulate(len(text) for text in itertools.cycle(texts))
    count = next(number for number, size in enumerate(sizes, 1) if size >= characters)
    return list(itertools.islice(itertools.cycle(texts), count))


def tokenizer() -> Callable[[str], list[str]]:
    """`jieba.lcut` with its own dictionary, without a cache file."""
    import jieba

    loaded = jieba.Tokenizer()
    loaded.FREQ, loaded.total = loaded.gen_pfdict(loaded.get_dict_file())
    loaded.initialized = True
    return loaded.lcut


def beside_jieba(
    nlp: parknlp.Pipeline, cut: Callable[[str], object], texts: Sequence[str], *, alone: bool = False
) -> list[tuple[Work, Work]]:
    """For each batch of texts `tokenizer` and the whole pipeline, which tags the batch together or each of its texts alone."""

    def both(batch: Sequence[str]) -> tuple[Work, Work]:
        tag = (lambda: [nlp(text) for text in batch]) if alone else (lambda: list(nlp.pipe(batch, batch_size=BATCH)))
        return lambda: [cut(text) for text in batch], tag

    return [both(batch) for batch in batches(texts, BATCH)]


def stages(nlp: parknlp.Pipeline, texts: Sequence[str], size: int) -> Iterator[tuple[str, Work]]:
    """Each stage over all texts, so many at a time, fed with what comes before it.

    The names are there as a whole, then what lexicons, gazetteers and rules do of it; the trained tagger and the documents' memory are
    the rest.
    """
    cut = list(batches(texts, size))
    folded = [TextBatch(batch) for batch in cut]
    pages = [[parts_of(text) for text in batch.folded()] for batch in folded]
    dates = [[page.published for page in batch] for batch in pages]
    quantities = [nlp.quantities.find(batch, days) for batch, days in zip(folded, dates, strict=True)]
    inputs = list(zip(folded, quantities, strict=True))
    names = [nlp.names.find(batch, found) for batch, found in inputs]
    whole = [list(nlp.pipe(batch, batch_size=size)) for batch in cut]
    bare = [[Doc(doc.text, doc.title, doc.published, ents=_bare(doc), body=doc.body) for doc in each] for each in whole]
    yield "fold and join", lambda: [TextBatch(batch).lower for batch in cut]
    yield "page", lambda: [parts_of(text) for batch in folded for text in batch.folded()]
    yield "quantities", lambda: [nlp.quantities.find(batch, days) for batch, days in zip(folded, dates, strict=True)]
    yield "names", lambda: [nlp.names.find(batch, found) for batch, found in inputs]
    yield "names: lexicons and rules", lambda: [nlp.names.propose(batch, found) for batch, found in inputs]
    yield "resolve", lambda: _resolved(inputs, names)
    yield "group and link", lambda: [nlp.names.identify(batch) for batch in bare]
    yield "chains", lambda: [nlp.chains.classify(batch) for batch in whole]
    yield "facts and located", lambda: [find_both(batch) for batch in whole]
    yield "facts and located: facts alone", lambda: [find_facts(batch) for batch in whole]


def _bare(doc: Doc) -> tuple[Span, ...]:
    """The spans of a document as they are before they are grouped."""
    return tuple(
        Span(span.start, span.end, span.label, span.text, span.value, None, span.score, span.source)
        for span in doc.ents
    )


def _resolved(inputs: Sequence[tuple[TextBatch, list[Candidate]]], names: Sequence[list[Candidate]]) -> list[object]:
    return [
        batch.spans(resolve([*quantities, *found])) for (batch, quantities), found in zip(inputs, names, strict=True)
    ]
