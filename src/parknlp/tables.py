"""Facts as tables: plain rows for pandas, polars, CSV, Markdown and Parquet."""

from __future__ import annotations

import bisect
import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from operator import itemgetter
from pathlib import Path
from typing import IO, Any, Final

from .doc import Doc, Fact, Period, Quantity, Span
from .errors import OptionError
from .facts import statements
from .isolation import EXACT

Row = dict[str, Any]

COLUMNS: Final = (
    "document",
    "published",
    "subject",
    "subject_name",
    "subject_id",
    "indicator",
    "value",
    "value_low",
    "value_high",
    "value_unit",
    "value_bound",
    "change",
    "change_low",
    "change_high",
    "change_unit",
    "change_kind",
    "period",
    "period_start",
    "period_end",
    "sentence",
    "mentions",
    "rule",
)
"""The columns of `facts_table`, in order."""

NUMBERS: Final = ("value_low", "value_high", "change_low", "change_high")
_DIGITS, _DECIMALS = 38, 10  # what a Parquet decimal of 128 bits holds
_TOO_LARGE, _LEAST = Decimal("9" * (_DIGITS - _DECIMALS)), Decimal(f"1e-{_DECIMALS}")


def facts_table(docs: Iterable[Doc]) -> list[Row]:
    """One row a statement, as plain dicts that ``pandas.DataFrame`` and ``polars.DataFrame`` take.

    A statement that a document repeats is one row; ``mentions`` counts how often it is made. ``subject_name`` is the fullest name
    that the document has for the subject, ``subject_id`` its identifier in a gazetteer or lexicon. ``value_low`` and
    ``value_high`` (the same but for ranges) are exact decimals in the base unit ``value_unit``, likewise the change with its
    sign. ``document`` is ``meta["id"]``, or the number of the document.

    >>> import parknlp
    >>> row, = facts_table([parknlp.load()("上半年，镇江高新区实现产值52亿元，同比增长20%。", published="2025-07-20")])
    >>> row["subject"], row["indicator"], row["value"], row["value_low"], row["change_low"], row["period_end"]
    ('镇江高新区', '产值', '52亿元', Decimal('5200000000'), Decimal('20'), '2025-06-30')
    """
    return [row for number, doc in enumerate(docs) for row in document_rows(doc, number)]


def document_rows(doc: Doc, number: int = 0) -> list[Row]:
    """The rows of one document; ``number`` stands for its id where its ``meta`` has none."""
    if not doc.facts:
        return []
    sentences, spans = doc.sents, {(span.start, span.end): span for span in doc.ents}
    names = {entity.mentions[0].group: (entity.name, entity.kb_id) for entity in doc.entities}
    name = doc.meta.get("id") if isinstance(doc.meta, Mapping) else None
    rows = []
    for group in statements(doc.facts):
        fact = group[0]
        subject = spans.get(fact.spans.get("subject", (-1, -1)))
        rows.append(
            {
                "document": str(number) if name is None else str(name),
                "published": doc.published,
                "subject": fact.subject,
                **_subject(fact, subject, names),
                "indicator": fact.indicator,
                "value": fact.value,
                **_numbers("value", fact.quantity),
                "value_bound": fact.quantity.bound if fact.quantity else None,
                "change": fact.change,
                **_numbers("change", fact.change_quantity),
                "change_kind": fact.change_kind,
                "period": fact.period,
                **_period(spans.get(fact.spans.get("period", (-1, -1)))),
                "sentence": _sentence(doc.text, sentences, fact),
                "mentions": len(group),
                "rule": fact.source,
            }
        )
    return [{column: row[column] for column in COLUMNS} for row in rows]


def _subject(fact: Fact, span: Span | None, names: Mapping[int | None, tuple[str, str | None]]) -> Row:
    name, kb_id = names.get(span.group, (span.text, span.kb_id)) if span else (fact.subject, None)
    return {"subject_name": name, "subject_id": kb_id}


def _numbers(part: str, quantity: Quantity | None) -> Row:
    if quantity is None:
        return {f"{part}_low": None, f"{part}_high": None, f"{part}_unit": None}
    return {f"{part}_low": _tidy(quantity.low), f"{part}_high": _tidy(quantity.high), f"{part}_unit": quantity.unit}


def _tidy(number: Decimal) -> Decimal:
    """The same number without trailing zeros and without exponent, so that it prints as one writes it."""
    return Decimal(_plain(number)) if number.is_finite() else number


def _period(span: Span | None) -> Row:
    value = span.value if span else None
    found = (value.start, value.end) if isinstance(value, Period) else (None, None)
    return {"period_start": found[0], "period_end": found[1]}


def _sentence(text: str, sentences: Sequence[tuple[int, int]], fact: Fact) -> str:
    start = fact.spans.get("value", fact.spans.get("change", (0, 0)))[0]
    at = bisect.bisect_right(sentences, start, key=itemgetter(0)) - 1
    return text[slice(*sentences[at])] if at >= 0 else ""


def _plain(cell: Any) -> str:
    """A cell as text; numbers without exponent and without zeros that say nothing."""
    if cell is None:
        return ""
    if not isinstance(cell, Decimal):
        return str(cell)
    text = format(cell, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def write_csv(rows: Iterable[Row], target: IO[str]) -> None:
    """CSV with a byte order mark, by which a Chinese Excel knows that it is UTF-8."""
    target.write("\ufeff")
    writer = csv.writer(target)
    writer.writerow(COLUMNS)
    writer.writerows([_plain(row[column]) for column in COLUMNS] for row in rows)


def write_jsonl(rows: Iterable[Row], target: IO[str]) -> None:
    """One JSON object a line; decimals as text, so that they stay exact."""
    for row in rows:
        exact = {name: _plain(cell) if isinstance(cell, Decimal) else cell for name, cell in row.items()}
        target.write(json.dumps(exact, ensure_ascii=False) + "\n")


def write_markdown(rows: Iterable[Row], target: IO[str]) -> None:
    """A Markdown table of the columns that a person reads."""
    columns = ("document", "subject", "indicator", "value", "change", "change_kind", "period")
    target.write("| " + " | ".join(columns) + " |\n" + "| --- " * len(columns) + "|\n")
    for row in rows:
        cells = [" ".join(_plain(row[column]).split()).replace("|", "\\|") for column in columns]
        target.write("| " + " | ".join(cells) + " |\n")


def write_parquet(rows: Iterable[Row], path: str | Path) -> None:
    """A Parquet file; numbers are decimals of 38 digits, ten of them decimals, and those that do not fit are null.

    Raises:
        OptionError: pyarrow is not installed; the extra ``parquet`` brings it.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise OptionError("Parquet needs pyarrow: pip install 'parknlp[parquet]'") from None
    types = dict.fromkeys(NUMBERS, pa.decimal128(_DIGITS, _DECIMALS)) | {"mentions": pa.int32()}
    schema = pa.schema([(column, types.get(column, pa.string())) for column in COLUMNS])
    cells = [{**row, **{name: _fitting(row[name]) for name in NUMBERS}} for row in rows]
    pq.write_table(pa.Table.from_pylist(cells, schema), path)


def _fitting(number: Decimal | None) -> Decimal | None:
    if number is None or not number.is_finite() or number.copy_abs() >= _TOO_LARGE:
        return None
    return EXACT.quantize(number, _LEAST)


WRITERS: Final[Mapping[str, Callable[[Iterable[Row], IO[str]], None]]] = {
    "csv": write_csv,
    "jsonl": write_jsonl,
    "markdown": write_markdown,
}
"""The text formats."""
