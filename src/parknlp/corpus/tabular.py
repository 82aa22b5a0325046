"""The rows of CSV and Parquet files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import IO, Any, Final

from ..errors import DataError, OptionError
from .articles import Fields
from .sources import STDIN, Raw, Source
from .streams import LONGEST, Lines

_FIELD: Final = 1 << 23  # characters of a CSV field; a quotation mark that is never closed swallows no more than this
_PARQUET_ROWS: Final = 64  # rows of a Parquet file that are read at once


class _Taken:
    """Lines for the CSV reader, which keep what the present row has taken."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self.row: list[str] = []
        self.damaged = False

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            if line is None:
                raise DataError(f"a line is longer than {LONGEST} bytes")
            try:
                text = line.decode(self._lines.encoding)
            except UnicodeDecodeError:
                text = line.decode(self._lines.encoding, "backslashreplace")
                self.damaged = True
            self.row.append(text)
            yield text

    def take(self) -> tuple[str, bool]:
        """The lines since the last call, and whether one of them did not decode."""
        found = "".join(self.row), self.damaged
        self.row, self.damaged = [], False
        return found


def csv_rows(stream: io.BufferedReader, source: Source, fields: Fields, after: int) -> Iterator[Raw]:
    """The rows of a CSV file, whose first row names the fields.

    Raises:
        DataError: it lacks a column, or a line of it has no end.
    """
    csv.field_size_limit(max(_FIELD, csv.field_size_limit()))  # of the process: its default is shorter than many pages
    lines = Lines(stream)
    taken = _Taken(lines)
    # strict, since a lenient reader takes everything behind an unclosed quotation mark for one field and says nothing
    reader = csv.reader(taken, strict=True, delimiter="\t" if source.kind == "tsv" else ",")
    header = next(reader, [])
    _refuse_missing(fields, header, "the header")
    taken.take()
    while True:
        number = reader.line_num + 1
        problem: str | None = None
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            values, problem = [], f"no CSV: {error}"
        text, damaged = taken.take()
        if not values and problem is None:
            continue
        if number <= after:
            yield Raw(source.name, number, "")
            continue
        if damaged:
            problem = f"not {lines.encoding.upper()} text"
        elif problem is None and len(values) != len(header):
            problem = f"the row has {len(values)} fields, the header has {len(header)}"
        if problem is not None:
            yield Raw(source.name, number, "", text, problem=problem)
        else:
            yield Raw(source.name, number, "fields", dict(zip(header, values, strict=True)), lines.encoding)


def _refuse_missing(fields: Fields, names: Iterable[str], place: str) -> None:
    missing = [name for name in (fields.text, *fields.keep) if name not in set(names)]
    if missing:
        raise DataError(f"no column {missing[0]!r} in {place} (it has {', '.join(names)})")


def parquet_rows(file: IO[bytes], source: Source, fields: Fields, after: int) -> Iterator[Raw]:
    """The rows of a Parquet file, as far as ``fields`` asks for them.

    Raises:
        DataError: it lacks a column.
        OptionError: pyarrow is not installed.
    """
    try:
        import pyarrow.parquet as pq
    except ImportError:
        raise OptionError("Parquet needs pyarrow: pip install 'parknlp[parquet]'") from None
    # standard input cannot seek, and Parquet begins with its end
    table = pq.ParquetFile(file if source.name != STDIN else io.BytesIO(file.read()), buffer_size=1 << 20)
    with closing(table):
        names = table.schema_arrow.names
        _refuse_missing(fields, names, "the file")
        first, wanted = 0, [name for name in fields.names if name in names]
        total = table.metadata.num_rows or 1
        for group in range(table.num_row_groups):
            last = first + table.metadata.row_group(group).num_rows
            if last <= after:
                yield Raw(source.name, last, "")
            else:
                number = first
                for batch in table.iter_batches(_PARQUET_ROWS, row_groups=[group], columns=wanted):
                    for row in _plain_rows(batch):
                        number += 1
                        at = source.size * number // total
                        if isinstance(row, str):
                            yield Raw(source.name, number, "", at=at, problem=row)
                        else:
                            yield Raw(source.name, number, "fields", row, at=at)
            first = last


def _plain_rows(batch: Any) -> list[dict[str, Any] | str]:
    """The rows of an Arrow batch; for one that cannot be read the reason."""
    try:
        return list(batch.to_pylist())
    except (ValueError, OverflowError) as error:  # text that is no UTF-8, a date beyond Python's
        if batch.num_rows == 1:
            return [f"a value cannot be read: {error}"]
        return [row for at in range(batch.num_rows) for row in _plain_rows(batch.slice(at, 1))]
