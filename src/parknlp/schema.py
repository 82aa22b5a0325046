"""A tagged document as Arrow types: what a Parquet file and a Spark table hold, with one definition for both.

The columns are the keys of `Doc.to_dict`, with these differences, which give every field one type: ``meta`` is JSON text; an offset
pair is a struct of ``start`` and ``end``; ``located`` holds structs of ``company`` and ``park``; ``ents.value`` is one struct with the
fields of a quantity and of a period, those of the other being null. `from_row` undoes them. Numbers stay text, as in JSON, for no
decimal type holds every number that a text may state: ``cast(ents.value.low as decimal(38, 10))`` holds the usual ones.
"""

from __future__ import annotations

import importlib
import itertools
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from . import collector
from .doc import PARTS, Doc
from .errors import OptionError

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS: Final = (
    "text",
    "title",
    "published",
    "meta",
    "ents",
    "cats",
    "chains",
    "primary",
    "clusters",
    "facts",
    "located",
    "body",
    "error",
)
"""The columns of a tagged document, in order."""

_QUANTITY: Final = ("low", "high", "unit", "dimension", "bound", "written_low", "written_high", "written_unit")
_PERIOD: Final = ("symbol", "start", "end")
_PLACE: Final = ("start", "end")
_PAIR: Final = ("company", "park")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def _pyarrow() -> Any:
    try:
        return importlib.import_module("pyarrow")
    except ImportError:
        raise OptionError("Arrow types need pyarrow: pip install 'parknlp[parquet]'") from None


def document_schema(columns: Sequence[str] = COLUMNS) -> pa.Schema:
    """The Arrow schema of tagged documents.

    Args:
        columns: those of `COLUMNS` that are wanted, in the wanted order.

    Raises:
        OptionError: pyarrow is not installed; the extras ``parquet`` and ``spark`` bring it.

    >>> document_schema(["title", "cats"])
    title: string
    cats: map<string, double>
      child 0, entries: struct<key: string not null, value: double> not null
          child 0, key: string not null
          child 1, value: double
    """
    pa = _pyarrow()
    text, offset, number = pa.string(), pa.int32(), pa.float64()
    place = pa.struct([(name, offset) for name in _PLACE])
    evidence = pa.struct([("text", text), ("weight", number), ("start", offset), ("end", offset)])
    ent = [
        ("start", offset),
        ("end", offset),
        ("label", text),
        ("text", text),
        ("value", pa.struct([(name, text) for name in _QUANTITY + _PERIOD])),
        ("kb_id", text),
        ("score", number),
        ("source", text),
        ("group", offset),
    ]
    chain = [("id", text), ("name", text), ("cluster", text), ("score", number), ("evidence", pa.list_(evidence))]
    spans = pa.struct([(part, place) for part in PARTS])
    types = dict.fromkeys(COLUMNS, text) | {
        "ents": pa.list_(pa.struct(ent)),
        "cats": pa.map_(text, number),
        "chains": pa.list_(pa.struct(chain)),
        "clusters": pa.list_(text),
        "facts": pa.list_(pa.struct([*((part, text) for part in PARTS), ("spans", spans), ("source", text)])),
        "located": pa.list_(pa.struct([(name, text) for name in _PAIR])),
        "body": place,
    }
    return pa.schema([(column, types[column]) for column in columns])


def to_row(doc: Doc) -> dict[str, Any]:
    """A document as a row of `document_schema`.

    >>> to_row(Doc("园区", meta={"id": 7}, body=(0, 2)))["body"]
    {'start': 0, 'end': 2}
    """
    row = doc.to_dict()
    row["meta"] = None if doc.meta is None else json.dumps(doc.meta, ensure_ascii=False, default=str)
    for fact in row["facts"]:
        fact["spans"] = {part: dict(zip(_PLACE, place, strict=True)) for part, place in fact["spans"].items()}
    row["cats"] = list(doc.cats.items())
    row["located"] = [dict(zip(_PAIR, pair, strict=True)) for pair in doc.located]
    row["body"] = dict(zip(_PLACE, doc.body, strict=True))
    return row


def from_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of a Parquet file or a Spark table as `Doc.to_dict` gives it; columns that the row lacks stay out.

    >>> doc = Doc("园区", meta={"id": 7}, cats={"x": 0.5}, located=(("甲公司", "乙园区"),), body=(0, 2))
    >>> from_row(to_row(doc)) == doc.to_dict()
    True
    """
    data = {column: row[column] for column in COLUMNS if column in row}
    undo: dict[str, Callable[[Any], Any]] = {
        "meta": lambda meta: None if meta is None else json.loads(meta),
        "ents": lambda ents: [{**ent, "value": _value(ent["value"])} for ent in ents],
        "cats": dict,
        "chains": lambda chains: [{**chain, "evidence": [*map(dict, chain["evidence"])]} for chain in chains],
        "clusters": list,
        "facts": lambda facts: [{**fact, "spans": _spans(fact["spans"])} for fact in facts],
        "located": lambda pairs: [[pair[name] for name in _PAIR] for pair in pairs],
        "body": lambda place: [place[name] for name in _PLACE],
    }
    return {column: undo[column](cell) if column in undo else cell for column, cell in data.items()}


def _value(value: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if value is None:
        return None
    return {name: value[name] for name in (_PERIOD if value.get("symbol") is not None else _QUANTITY)}


def _spans(spans: Mapping[str, Any]) -> dict[str, list[int]]:
    return {part: [place[name] for name in _PLACE] for part, place in spans.items() if place is not None}


@collector.paused()
def record_batch(docs: Sequence[Doc], columns: Sequence[str] = COLUMNS) -> pa.RecordBatch:
    r"""Documents as one Arrow batch, with `document_schema` for these columns.

    UTF-8 holds no lone surrogate; each becomes U+FFFD, which is one code point as well, so that the offsets stay right.

    Raises:
        OptionError: pyarrow is not installed.

    >>> record_batch([Doc("园\ud800区")], ["text"]).to_pylist()
    [{'text': '园�区'}]
    """
    pa = _pyarrow()
    schema = document_schema(columns)
    rows = [to_row(doc) for doc in docs]
    return pa.RecordBatch.from_arrays(
        [array([row[field.name] for row in rows], field.type) for field in schema], schema=schema
    )


def array(cells: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Plain cells as an Arrow array, nested ones field by field, which takes half of the time of pyarrow's own way."""
    pa = _pyarrow()
    if pa.types.is_struct(kind):
        fields = [
            array([None if cell is None else cell.get(field.name) for cell in cells], field.type) for field in kind
        ]
        absent = pa.array([cell is None for cell in cells], pa.bool_())
        return pa.StructArray.from_arrays(fields, fields=list(kind), mask=absent)
    if pa.types.is_list(kind):
        ends = pa.array(itertools.accumulate(map(len, cells), initial=0), pa.int32())
        return pa.ListArray.from_arrays(
            ends, array([*itertools.chain.from_iterable(cells)], kind.value_type), type=kind
        )
    try:
        return pa.array(cells, kind)
    except UnicodeEncodeError:
        return pa.array([cell and _SURROGATE.sub("\ufffd", cell) for cell in cells], kind)
