"""Articles streamed from JSONL, CSV, Parquet, pages of text and HTML, folders of them, and standard input.

Reading has two steps, so that a pool of processes can share the second: `rows_of` gives a file's rows as they lie in it, cheap and in
order, and `article_of` makes the article of one. No file but a page is ever held in memory as a whole.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, cast

from ..errors import DataError, OptionError
from .articles import Article, Fields, article_of_page, article_of_row, decode_page, parse_line
from .sources import STDIN, Raw, Source, kind_of
from .streams import BUFFER, LONGEST, Lines, decompressed, is_damage
from .tabular import csv_rows, parquet_rows


def rows_of(source: Source, fields: Fields, after: int = 0, file: IO[bytes] | None = None) -> Iterator[Raw]:
    """The rows of a file in order, blank lines apart.

    Args:
        source: the file.
        fields: what is read of a Parquet file.
        after: line or row after which to begin; 1 for a page means that it is done.
        file: its bytes, when it is not to be opened by its name.

    Yields:
        Rows. Where the file ends in damage (or cannot be opened), the last has the ``problem``.

    Raises:
        OptionError: a package that reads this kind of file is not installed.
    """
    line = 0
    try:
        if source.problem is not None:
            raise DataError(source.problem)
        for raw in _open_rows(source, fields, after, file):
            line = (
                raw.line or 1
            )  # of rows that are passed over too, which come without content: damage has its place behind them
            if line > after:
                yield raw
    except OptionError:
        raise
    except Exception as error:
        if not isinstance(error, (DataError, csv.Error)) and not is_damage(error):
            raise
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        if line + 1 > after:
            yield Raw(source.name, line + 1 if line else None, "", at=source.size, problem=reason)


def _open_rows(source: Source, fields: Fields, after: int, file: IO[bytes] | None) -> Iterator[Raw]:
    if file is not None:
        yield from _rows(file, source, fields, after)
    elif source.name == STDIN:
        stream = io.BufferedReader(cast("io.RawIOBase", getattr(sys.stdin.buffer, "raw", sys.stdin.buffer)), BUFFER)
        try:
            yield from _rows(stream, source, fields, after)
        finally:
            stream.detach()  # standard input stays open when the reader goes
    elif source.kind in ("text", "html"):
        yield Raw(source.name, None, source.kind, at=source.size)  # whoever makes the article reads it
    else:
        with Path(source.name).open("rb", BUFFER) as opened:
            yield from _rows(opened, source, fields, after)


def _rows(file: IO[bytes], source: Source, fields: Fields, after: int) -> Iterator[Raw]:
    if source.kind == "parquet":
        yield from parquet_rows(file, source, fields, after)
        return
    stream = decompressed(file)
    kind = source.kind or ("jsonl" if stream.peek(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") else "text")
    if kind in ("text", "html"):
        yield Raw(source.name, None, kind, _whole(stream))
        return
    tell = file.tell if source.size else (lambda: 0)  # a pipe has no place
    rows = _jsonl_rows if kind == "jsonl" else csv_rows
    for raw in rows(stream, replace(source, kind=kind), fields, after):
        yield replace(raw, at=tell()) if source.size else raw


def _whole(stream: io.BufferedReader) -> bytes:
    content = stream.read(LONGEST + 1)
    if len(content) > LONGEST:
        raise DataError(f"longer than {LONGEST} bytes, which is no article")
    return content


def _jsonl_rows(stream: io.BufferedReader, source: Source, fields: Fields, after: int) -> Iterator[Raw]:
    del fields  # a line is one until it is parsed
    lines = Lines(stream)
    for number, line in enumerate(lines, 1):
        if number <= after:
            if line is None or not line.isspace():
                yield Raw(source.name, number, "")
        elif line is None:
            yield Raw(source.name, number, "", problem=f"longer than {LONGEST} bytes, which is no article")
        elif not line.isspace():
            yield Raw(source.name, number, "line", line, lines.encoding)


def article_of(raw: Raw, fields: Fields, note: Callable[[str], None] | None = None) -> Article:
    """The article of a row; a page that is yet to be read is read.

    Args:
        raw: the row.
        fields: what its fields mean.
        note: told the file and its encoding when that is not UTF-8.

    Raises:
        DataError: there is none in it; the message is the reason, without the place.
    """
    if raw.problem is not None:
        raise DataError(raw.problem)
    if raw.kind in ("text", "html"):
        decoded = decode_page(_page(raw) if raw.content is None else raw.content)
        if note is not None and decoded.encoding != "utf-8":
            note(f"{raw.file}: read as {decoded.encoding.upper()}, for it is not UTF-8")
        return article_of_page(decoded.text, raw.file, html=raw.kind == "html")
    if note is not None and raw.encoding != "utf-8":
        note(f"{raw.file}: read as {raw.encoding.upper()}, for it is not UTF-8")
    row: Mapping[str, Any] = raw.content
    if raw.kind == "line":
        try:
            row = parse_line(raw.content.decode(raw.encoding))
        except UnicodeDecodeError as error:
            raise DataError(f"not {raw.encoding.upper()} text (byte {error.start + 1} of the line)") from None
    return article_of_row(row, fields, raw.where)


def _page(raw: Raw) -> bytes:
    try:
        with Path(raw.file).open("rb", BUFFER) as file:
            return _whole(decompressed(file))
    except Exception as error:
        if not is_damage(error):
            raise
        raise DataError(getattr(error, "strerror", None) or str(error)) from None


def read_articles(
    sources: Iterable[Source], fields: Fields, note: Callable[[str], None] | None = None
) -> Iterator[Article | DataError]:
    """The articles of files, and for each row that holds none the error that names file, line and reason."""
    for source in sources:
        yield from _articles(rows_of(source, fields), fields, note)


def _articles(rows: Iterable[Raw], fields: Fields, note: Callable[[str], None] | None) -> Iterator[Article | DataError]:
    notes: set[str] = set()
    for raw in rows:
        try:
            found: Article | DataError = article_of(raw, fields, notes.add)
        except DataError as error:
            found = DataError(f"{raw.where}: {error}")
        if notes and note is not None:
            note(notes.pop())
            note = None  # one file, one encoding
        yield found


def read_bytes(
    data: bytes, name: str, text_key: str = "text", note: Callable[[str], None] | None = None
) -> Iterator[Article | DataError]:
    r"""The articles in the bytes of one file.

    Args:
        data: the file.
        name: its name; the suffix says what it holds.
        text_key: key of the text in rows.
        note: told when the file is not UTF-8.

    Yields:
        Articles, and for each row that holds none the error that says why.

    >>> [article.text for article in read_bytes("text\n园区\n".encode(), "news.csv")]
    ['园区']
    """
    source, fields = Source(name, kind_of(name) or "text", len(data)), Fields(text_key)
    return _articles(rows_of(source, fields, file=io.BytesIO(data)), fields, note)
