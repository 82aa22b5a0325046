"""How a text becomes a `Doc`: page, quantities, names, chains, facts, in this order, a batch at a time."""

from __future__ import annotations

import dataclasses
import datetime as dt
import pickle
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, islice, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, overload

from . import collector
from .chains import ChainModel, Classification, Taxonomy
from .doc import Doc, Fact, Span, builder
from .errors import DataError, OptionError
from .facts import find_both
from .fold import fold
from .isolation import isolated
from .lexicon import Lexicon
from .names import NameTagger
from .names.learned import SequenceTagger
from .names.resolve import resolve
from .page import parts_of
from .quantity import QuantityTagger
from .store import bundled
from .text import TextBatch
from .tokenizer import JiebaTokenizer, Tokenizer

if TYPE_CHECKING:
    from concurrent.futures import Future

Errors = Literal["raise", "empty"]
_ARTICLE: Final = 2000  # characters: a batch of fewer costs more a character
_LONGEST_BATCH: Final = 500_000  # characters, which bounds the memory
_EVERY: Final = 50  # what a document counts for beside its characters, so that empty ones fill a batch too


class _Input(NamedTuple):
    text: str
    title: str | None
    published: str | None
    meta: Any


class _Read(NamedTuple):
    """A document when its page has been read."""

    text: str
    title: str | None
    published: str | None
    meta: Any
    body: tuple[int, int]


_UNKNOWN: Final = Classification({})
_build: Final = builder(Doc)
_tables_are_read: Final = chain([True], repeat(False))  # by the first document; they stay


def _read(item: _Input, folded: str) -> _Read:
    """A document with the title and the date of its page, where none are given."""
    text, title, published, meta = item
    page = parts_of(folded, fold(title).strip() if title else None)
    if title is None and page.title is not None:
        title = text[slice(*page.title)]
    return _Read(text, title, published or page.published, meta, page.body)


def _date(published: str | dt.date | None) -> str | None:
    if published is None or published == "":
        return None
    if isinstance(published, dt.date):
        return published.isoformat()[:10]
    try:
        return dt.date.fromisoformat(published[:10]).isoformat()
    except (ValueError, TypeError):
        raise OptionError(f"published must be a date as YYYY-MM-DD, not {published!r}") from None


def _input(item: Any, title: Any = None, published: Any = None, meta: Any = None) -> _Input:
    """One document to tag: a text, or a mapping with ``text`` and perhaps ``title``, ``published`` and ``meta``."""
    if isinstance(item, Mapping):
        item, title, published, meta = (item.get(key) for key in _Input._fields)
    if not isinstance(item, str):
        raise DataError(f"a document must be text, not {type(item).__name__}")
    if title is not None and not isinstance(title, str):
        raise DataError(f"a title must be text, not {type(title).__name__}")
    return _Input(item, title, _date(published), meta)


def _checked(item: Any) -> _Input | DataError | OptionError:
    """The document to tag, or why the item is none."""
    try:
        return _input(item)
    except (DataError, OptionError) as error:
        return error


@dataclasses.dataclass(frozen=True, slots=True)
class Pipeline:
    """Tags documents; made by `load`. Immutable, deterministic, safe to share between threads, picklable.

    Attributes:
        quantities: finds figures, percentages and times.
        names: finds companies, parks and institutions.
        chains: the classifier.
        tokenizer: makes ``doc.tokens``; loads its dictionary on first use.
    """

    quantities: QuantityTagger = dataclasses.field(repr=False)
    names: NameTagger = dataclasses.field(repr=False)
    chains: ChainModel = dataclasses.field(repr=False)
    tokenizer: Tokenizer = dataclasses.field(repr=False)

    def __call__(
        self, text: str, title: str | None = None, published: str | dt.date | None = None, meta: Any = None
    ) -> Doc:
        """Tag one text.

        Args:
            text: a scraped page or an article.
            title: the headline, when it is not part of the text or already known.
            published: the date to which 今年 and 上半年 refer (ISO 8601 or a date); a full date in the page's byline is used when
                none is given.
            meta: anything to carry along.

        Raises:
            DataError: ``text`` or ``title`` is not text.
            OptionError: ``published`` is no date.

        >>> import parknlp
        >>> doc = parknlp.load()("上半年，镇江高新区实现产值52亿元，同比增长20%。", published="2025-07-20")
        >>> [(span.text, span.label) for span in doc.ents]
        [('上半年', 'TIME'), ('镇江高新区', 'PARK'), ('52亿元', 'FIGURE'), ('20%', 'PERCENT')]
        >>> doc.figures[0].value.value, doc.times[0].value.end
        (Decimal('5200000000'), '2025-06-30')
        """
        return self._tag([_input(text, title, published, meta)])[0]

    def _tag(self, inputs: Sequence[_Input]) -> list[Doc]:
        with collector.paused(stays=next(_tables_are_read)):
            return self._tag_isolated(inputs)

    @isolated
    def _tag_isolated(self, inputs: Sequence[_Input]) -> list[Doc]:
        batch = TextBatch([item.text for item in inputs])
        read = [_read(item, text) for item, text in zip(inputs, batch.folded(), strict=True)]
        quantities = self.quantities.find(batch, [known.published for known in read])
        spans = batch.spans(resolve([*quantities, *self.names.find(batch, quantities)]))
        docs = [self._doc(known, tuple(ents)) for known, ents in zip(read, spans, strict=True)]
        docs = [self._doc(known, ents) for known, ents in zip(read, self.names.identify(docs), strict=True)]
        found = zip(read, docs, self.chains.classify(docs), *find_both(docs), strict=True)
        return [self._doc(known, doc.ents, chains, facts, located) for known, doc, chains, facts, located in found]

    def _doc(
        self,
        known: _Read,
        ents: tuple[Span, ...],
        chains: Classification = _UNKNOWN,
        facts: tuple[Fact, ...] = (),
        located: tuple[tuple[str, str], ...] = (),
    ) -> Doc:
        """A document with what is known of it so far."""
        text, title, published, meta, body = known
        cats, accepted, primary, clusters = chains.cats, chains.chains, chains.primary, chains.clusters
        return _build(
            text,
            title,
            published,
            meta,
            ents,
            cats,
            accepted,
            primary,
            clusters,
            facts,
            located,
            body,
            None,
            self.tokenizer,
        )

    def _tag_batch(self, items: Sequence[Any], errors: Errors) -> list[Doc]:
        """The documents of one batch; with ``errors="empty"`` a bad one is empty and says why, the others are tagged."""
        if errors == "raise":
            return self._tag([_input(item) for item in items])
        checked = [_checked(item) for item in items]
        return self._placed(checked, self._tag_surely([item for item in checked if isinstance(item, _Input)]), errors)

    def _placed(self, checked: Sequence[_Input | Exception], tagged: Iterable[Doc], errors: Errors) -> list[Doc]:
        """The tagged documents in their order, and for each item that is none its error or an empty document."""
        failed = [item for item in checked if isinstance(item, Exception)]
        if failed and errors == "raise":
            raise failed[0]
        docs = iter(tagged)
        return [
            next(docs) if isinstance(item, _Input) else Doc("", error=str(item), tokenizer=self.tokenizer)
            for item in checked
        ]

    def _tag_surely(self, inputs: Sequence[_Input]) -> list[Doc]:
        """`_tag`, but a document on which a stage fails is empty and says why: one document must not end a long run."""
        try:
            return self._tag(inputs)
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller asked to go on
            if len(inputs) > 1:
                return [doc for item in inputs for doc in self._tag_surely([item])]
            reason = f"{type(error).__name__}: {error}"
            return [Doc(item.text, item.title, item.published, item.meta, error=reason) for item in inputs]

    @overload
    def pipe(
        self,
        texts: Iterable[str | Mapping[str, Any]],
        *,
        as_tuples: Literal[False] = False,
        batch_size: int = 64,
        n_process: int = 1,
        errors: Errors = "raise",
    ) -> Iterator[Doc]: ...

    @overload
    def pipe(
        self,
        texts: Iterable[tuple[str | Mapping[str, Any], Any]],
        *,
        as_tuples: Literal[True],
        batch_size: int = 64,
        n_process: int = 1,
        errors: Errors = "raise",
    ) -> Iterator[tuple[Doc, Any]]: ...

    def pipe(
        self,
        texts: Iterable[Any],
        *,
        as_tuples: bool = False,
        batch_size: int = 64,
        n_process: int = 1,
        errors: Errors = "raise",
    ) -> Iterator[Any]:
        """Tag many texts, in order, as a stream.

        Args:
            texts: texts, or mappings with ``text`` and perhaps ``title``, ``published`` and ``meta``; with ``as_tuples`` pairs
                of such an item and a key.
            as_tuples: give back (document, key) pairs.
            batch_size: so many documents of 2,000 characters are tagged together, shorter ones more of them; 1 tags each as it
                comes. The results do not depend on it.
            n_process: worker processes; 1 tags in this one. With more, a script must start its work under
                ``if __name__ == "__main__":`` wherever processes are spawned.
            errors: ``"raise"``, or ``"empty"``: an item that is no document gives an empty one whose ``error`` says why.

        Raises:
            OptionError: an argument makes no sense.
            DataError: an item is no document, and ``errors`` is ``"raise"``.
            ParkNLPError: a worker process died.

        >>> import parknlp
        >>> docs = parknlp.load().pipe([("产值52亿元", 1), (None, 2)], as_tuples=True, errors="empty")
        >>> [(key, len(doc.ents), doc.error) for doc, key in docs]
        [(1, 1, None), (2, 0, 'a document must be text, not NoneType')]
        """
        for name, number in (("batch_size", batch_size), ("n_process", n_process)):
            if not isinstance(number, int) or number < 1:
                raise OptionError(f"{name} must be a whole number of at least 1, not {number!r}")
        if errors not in ("raise", "empty"):
            raise OptionError(f"errors must be 'raise' or 'empty', not {errors!r}")
        return self._pipe(texts, as_tuples=as_tuples, batch_size=batch_size, n_process=n_process, errors=errors)

    def _pipe(
        self, texts: Iterable[Any], *, as_tuples: bool, batch_size: int, n_process: int, errors: Errors
    ) -> Iterator[Any]:
        keys: deque[Any] = deque()

        def items() -> Iterator[Any]:
            for item, key in texts:
                keys.append(key)
                yield item

        cut = batches(items() if as_tuples else texts, batch_size)
        for docs in self._tagged(cut, n_process, errors):
            for doc in docs:
                yield (doc, keys.popleft()) if as_tuples else doc

    def _tagged(self, batches: Iterator[list[Any]], n_process: int, errors: Errors) -> Iterator[list[Doc]]:
        if n_process > 1:
            return self._in_processes(batches, n_process, errors)
        return (self._tag_batch(batch, errors) for batch in batches)

    def _in_processes(self, batches: Iterator[list[Any]], n_process: int, errors: Errors) -> Iterator[list[Doc]]:
        """Batches through worker processes; few are under way at a time, so a stream stays a stream."""
        from .processes import Workers

        with Workers(n_process, partial(_work, self, errors)) as workers:
            waiting: deque[tuple[list[_Input | DataError | OptionError], Future[bytes]]] = deque()
            while True:
                for batch in islice(batches, 2 * n_process - len(waiting)):
                    checked = [_checked(item) for item in batch]
                    # what is carried along stays here: it need not fit through a pipe
                    inputs = [item._replace(meta=None) for item in checked if isinstance(item, _Input)]
                    waiting.append((checked, workers.submit(inputs)))
                if not waiting:
                    return
                checked, future = waiting.popleft()
                yield self._placed(checked, self._received(checked, future), errors)

    def _received(self, checked: Sequence[_Input | Exception], future: Future[bytes]) -> Iterator[Doc]:
        """The documents of a worker process, with what stayed here."""
        metas = [item.meta for item in checked if isinstance(item, _Input)]
        packed = future.result()
        with collector.paused():
            docs = pickle.loads(packed)  # noqa: S301 - from a process of our own
        for doc, meta in zip(docs, metas, strict=True):
            yield dataclasses.replace(doc, meta=meta, tokenizer=self.tokenizer)


def _size(item: Any) -> int:
    text = item.get("text") if isinstance(item, Mapping) else item
    return len(text) if isinstance(text, str) else 0


def batches(items: Iterable[Any], batch_size: int) -> Iterator[list[Any]]:
    """Documents as `Pipeline.pipe` tags them together: a batch is full when one more article would be more than so many.

    >>> [len(batch) for batch in batches(["产值5亿元" * 500] * 5, 2)]
    [1, 1, 1, 1, 1]
    >>> [len(batch) for batch in batches(["产值5亿元" * 500] * 5, 3)]
    [2, 2, 1]
    """
    most = min((batch_size - 1) * _ARTICLE, _LONGEST_BATCH)
    batch: list[Any] = []
    size = 0
    for item in items:
        batch.append(item)
        size += _size(item) + _EVERY
        if size > most:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _work(nlp: Pipeline, errors: Errors, inputs: list[_Input]) -> bytes:
    """The documents, packed here rather than by the pipe, so that no collector looks at them meanwhile."""
    tag = nlp._tag if errors == "raise" else nlp._tag_surely  # noqa: SLF001
    with collector.paused():
        docs = [dataclasses.replace(doc, tokenizer=None) for doc in tag(inputs)]
        return pickle.dumps(docs, pickle.HIGHEST_PROTOCOL)


@collector.paused(stays=True)
def load(
    *,
    lexicons: Sequence[Lexicon] = (),
    taxonomy: str | Path | Taxonomy | None = None,
    chains: str | Path | ChainModel | None = None,
    tokenizer: Tokenizer | None = None,
) -> Pipeline:
    """A pipeline with the models and gazetteers of the package; never reads the network, never writes.

    Args:
        lexicons: your own names; they win over everything bundled, the first lexicon first.
        taxonomy: your own industry chains, a TOML file or a `Taxonomy`; they are recognised by their keywords. Without one,
            the trained classifier for 镇江“四群八链”.
        chains: a classifier that you have trained, or the folder or file to which it was saved; it brings its taxonomy along.
        tokenizer: what makes ``doc.tokens``; jieba with the bundled park and company names by default.

    Raises:
        DataError: the taxonomy cannot be read; the message names file and line.
        ModelError: a model is missing or damaged.
        OptionError: both ``taxonomy`` and ``chains`` are given.
    """
    if taxonomy is not None and chains is not None:
        raise OptionError("taxonomy= and chains= exclude each other: a trained classifier brings its taxonomy along")
    names = NameTagger(lexicons, SequenceTagger.bundled())
    if taxonomy is not None:
        chains = ChainModel.keywords(taxonomy if isinstance(taxonomy, Taxonomy) else Taxonomy.from_toml(taxonomy))
    elif not isinstance(chains, ChainModel):
        chains = ChainModel.load(bundled("chains") if chains is None else chains)
    return Pipeline(QuantityTagger(), names, chains, tokenizer or JiebaTokenizer(names.surfaces))
