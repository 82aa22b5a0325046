"""Tagging on Apache Spark: `tag` turns a DataFrame of texts into one with typed nested columns.

Each Python worker loads one pipeline on its first batch and keeps it; lexicons, taxonomy and classifier reach it by broadcast. The
workers need this package with the extra ``spark``; README.md shows how to pack it.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from .chains import ChainModel, Taxonomy
from .doc import Doc
from .errors import OptionError
from .lexicon import Lexicon
from .pipeline import Pipeline, load
from .related.features import KINDS, WEIGHTS, extract, kind_of, text_of_key
from .schema import COLUMNS, array, document_schema, from_row, record_batch

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import Column, DataFrame, Row
    from pyspark.sql.types import StructType

TAGS: Final = tuple(column for column in COLUMNS if column not in ("text", "meta"))
"""The columns that `tag` adds, as `schema.document_schema` describes them."""

RELATED: Final = "related_terms"
_TYPES: Final = ("string", "varchar", "char", "void")
_DATES: Final = ("date", "timestamp", "timestamp_ntz")
_ROWS: Final = 256  # tagged and handed back at a time, which bounds the memory whatever the size of Spark's own batches


def tag(
    df: DataFrame,
    text: str = "text",
    id: str | None = "id",  # noqa: A002 - what everybody calls this column
    *,
    title: str | None = None,
    published: str | None = None,
    keep: Sequence[str] | None = None,
    related_terms: bool = False,
    lexicons: Sequence[Lexicon] = (),
    taxonomy: str | Path | Taxonomy | None = None,
    chains: str | Path | ChainModel | None = None,
) -> DataFrame:
    """Tag every row of a DataFrame; row by row the same as ``nlp.pipe(..., errors="empty")`` on one machine.

    The columns of ``df`` stay, and these are added: ``title``, ``published``, ``ents``, ``cats`` (a map), ``chains``,
    ``primary``, ``clusters``, ``facts``, ``located``, ``body`` and ``error``, which says why a row is not tagged. One whose
    name ``df`` has already begins with ``doc_``: with the texts in a column ``body``, the place of the article is
    ``doc_body``. `to_doc` makes a `Doc` of a row that was collected.

    Args:
        df: the articles, one a row.
        text: column of the texts. They are plain text; `parknlp.read_html` makes it from HTML.
        id: column that identifies a row, or None where there is none; always kept.
        title: column of the headlines, where they are known apart.
        published: column of the dates of publication: dates, timestamps, or text that begins YYYY-MM-DD.
        keep: the columns of ``df`` to keep beside ``id``; all when None.
        related_terms: add what `RelatedIndex` compares articles by, for a search engine upstream: an array of ``kind`` (pair,
            word, company, park, institution, chain, place), ``key`` (equal for equal terms), ``text`` and ``weight``.
        lexicons: your own names, as for `parknlp.load`.
        taxonomy: your own chains, as for `parknlp.load`; a file is read here, not by the workers.
        chains: a classifier that you have trained, as for `parknlp.load`; likewise.

    Raises:
        OptionError: a column is missing or holds no text, or ``taxonomy`` and ``chains`` are both given.
        DataError, ModelError: as for `parknlp.load`.

    >>> tagged = tag(spark.read.parquet("news.parquet"), text="body", id="url")  # doctest: +SKIP
    >>> tagged.select("url", "primary", "ents.text").write.parquet("tagged.parquet")  # doctest: +SKIP
    """
    inputs = {key: column for key, column in (("text", text), ("title", title), ("published", published)) if column}
    kept = [*dict.fromkeys([*([id] if id else []), *keep])] if keep is not None else df.columns
    _check(df, inputs, [*kept, *([id] if id else [])])
    names = [*kept, *(_free(column, kept) for column in (*TAGS, *([RELATED] if related_terms else [])))]
    settings = {"lexicons": tuple(lexicons), **_chains(taxonomy, chains)}
    digest = hashlib.blake2b(pickle.dumps(settings), digest_size=16).hexdigest()
    work = _Work(_broadcast(df, settings), digest, tuple(inputs), tuple(names), len(kept), related_terms)
    needed = [*(df[_quoted(column)] for column in kept), *(_as_text(df, column) for column in inputs.values())]
    # numbered, for mapInArrow does not find a column whose name has a dot
    numbered = df.select(*needed).toDF(*map(str, range(len(needed))))
    return numbered.mapInArrow(work, _spark_schema(df, kept, names, related_terms))


def to_doc(row: Row, text: str = "text") -> Doc:
    """The document of a row that `tag` has made and Spark has collected, as `Pipeline.pipe` gives it on one machine.

    Args:
        row: it needs none of the columns but that of the texts.
        text: column of the texts.

    >>> to_doc(tagged.first(), text="body").ents  # doctest: +SKIP
    """
    data = row.asDict(recursive=True)
    names = {column: f"doc_{column}" if f"doc_{column}" in data else column for column in TAGS}
    tags = from_row({column: data[name] for column, name in names.items() if name in data})
    return Doc.from_dict({**tags, "text": data[text] if tags.get("error") is None else ""})


def _check(df: DataFrame, inputs: Mapping[str, str], kept: Iterable[str]) -> None:
    """Refuse a column that is missing, or that holds no texts or dates, before a job starts."""
    for column in (*inputs.values(), *kept):
        if column not in df.columns:
            raise OptionError(f"there is no column {column!r}; there are {', '.join(map(repr, df.columns))}")
    for key, column in inputs.items():
        kind = df.schema[column].dataType.typeName()
        if kind not in _TYPES and not (key == "published" and kind in _DATES):
            raise OptionError(f"the column {column!r} for {key} is {kind}, not text")


def _free(column: str, taken: Sequence[str]) -> str:
    """A name for a new column; Spark tells no upper from lower case."""
    lower = {name.lower() for name in taken}
    for name in (column, f"doc_{column}"):
        if name not in lower:
            return name
    raise OptionError(f"there are columns {column!r} and 'doc_{column}' already: rename one, or leave it out of keep=")


def _quoted(column: str) -> str:
    return "`" + column.replace("`", "``") + "`"


def _as_text(df: DataFrame, column: str) -> Column:
    """A column for the tagger: a date as YYYY-MM-DD, a timestamp as its day in the time zone of the session."""
    cells = df[_quoted(column)]
    return cells.cast("date").cast("string") if df.schema[column].dataType.typeName() in _DATES else cells


def _chains(taxonomy: str | Path | Taxonomy | None, chains: str | Path | ChainModel | None) -> dict[str, Any]:
    """What files say, read on this machine, for the workers may not have them."""
    if taxonomy is not None and chains is not None:
        raise OptionError("taxonomy= and chains= exclude each other: a trained classifier brings its taxonomy along")
    if isinstance(taxonomy, (str, Path)):
        taxonomy = Taxonomy.from_toml(taxonomy)
    if isinstance(chains, (str, Path)):
        chains = ChainModel.load(chains)
    return {"taxonomy": taxonomy, "chains": chains}


def _broadcast(df: DataFrame, settings: dict[str, Any]) -> _Broadcast:
    context = getattr(df.sparkSession, "sparkContext", None)
    return _Carried(settings) if context is None else context.broadcast(settings)


def _terms_type() -> pa.DataType:
    import pyarrow as pa

    fields = [("kind", pa.string()), ("key", pa.int64()), ("text", pa.string()), ("weight", pa.float64())]
    return pa.list_(pa.struct(fields))


def _spark_schema(df: DataFrame, kept: Sequence[str], names: Sequence[str], related_terms: bool) -> StructType:
    """The columns that are kept as they are, and the Arrow schema of a document in Spark's types."""
    import pyarrow as pa
    from pyspark.sql.pandas.types import from_arrow_schema
    from pyspark.sql.types import StructType

    added = document_schema(TAGS)
    if related_terms:
        added = added.append(pa.field(RELATED, _terms_type()))
    schema = StructType([df.schema[column] for column in kept])
    for name, field in zip(names[len(kept) :], from_arrow_schema(added), strict=True):
        schema = schema.add(name, field.dataType)
    return schema


class _Broadcast(Protocol):
    """A broadcast variable of Spark."""

    @property
    def value(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class _Carried:
    """What stands for a broadcast variable on Spark Connect, which has none: the value goes along with the code."""

    value: dict[str, Any]


@dataclass(frozen=True)
class _Work:
    """What a worker does with the batches of a partition.

    Attributes:
        settings: the arguments of `load`.
        digest: tells one set of arguments from another.
        inputs: what the columns behind the kept ones are.
        names: of the columns that come out.
        kept: number of columns that stay.
        related_terms: whether they are wanted.
    """

    settings: _Broadcast
    digest: str
    inputs: tuple[str, ...]
    names: tuple[str, ...]
    kept: int
    related_terms: bool

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            nlp = _pipeline(self.settings, self.digest)
            for at in range(0, batch.num_rows, _ROWS):
                yield self._tagged(nlp, batch.slice(at, _ROWS))

    def _tagged(self, nlp: Pipeline, batch: pa.RecordBatch) -> pa.RecordBatch:
        import pyarrow as pa

        cells = (_texts(column) for column in batch.columns[self.kept :])
        items = [dict(zip(self.inputs, row, strict=True)) for row in zip(*cells, strict=True)]
        docs = list(nlp.pipe(items, errors="empty"))
        columns = [*batch.columns[: self.kept], *record_batch(docs, TAGS).columns]
        if self.related_terms:
            columns.append(array([_terms(doc) for doc in docs], _terms_type()))
        return pa.RecordBatch.from_arrays(columns, names=list(self.names))


def _texts(column: pa.Array) -> list[str | bytes | None]:
    """The cells of a column; bytes where they are no UTF-8, which Spark does not ask of its strings."""
    try:
        return column.to_pylist()  # type: ignore[no-any-return]
    except UnicodeDecodeError:
        return [_text(cell) for cell in column]


def _text(cell: pa.Scalar) -> str | bytes | None:
    try:
        return cell.as_py()  # type: ignore[no-any-return]
    except UnicodeDecodeError:
        return cell.as_buffer().to_pybytes()  # type: ignore[no-any-return]


_loaded: dict[str, Pipeline] = {}


def _pipeline(settings: _Broadcast, digest: str) -> Pipeline:
    """The pipeline of this worker process: loaded once, and again only when a job brings other settings."""
    if digest not in _loaded:
        _loaded.clear()
        _loaded[digest] = load(**settings.value)
    return _loaded[digest]


def _terms(doc: Doc) -> list[dict[str, Any]]:
    """The features of an article as rows; each article alone, so that none depends on its neighbours.

    >>> [(row["kind"], row["text"]) for row in _terms(Doc("园区5G"))]
    [('pair', '园区'), ('word', '5g')]
    """
    found = extract([doc])
    kinds = {number: kind for kind, number in KINDS.items()}
    rows = zip(kind_of(found.keys).tolist(), found.keys.tolist(), WEIGHTS[found.levels].tolist(), strict=True)
    return [
        {"kind": kinds[kind], "key": key, "text": text_of_key(key) or found.names.get(key), "weight": weight}
        for kind, key, weight in rows
    ]
