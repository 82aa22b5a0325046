"""What an article to tag is, and how one is made of a row or of a page."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import regex

from ..errors import DataError
from ..htmlpage import read_html

_HTML_HEAD = regex.compile(
    r"\s*(?:<!--.{0,1000}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", regex.IGNORECASE | regex.DOTALL
)
UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_MOST_NULS: Final = 8  # text has no U+0000; a file with more of them than this in its head is binary


@dataclass(frozen=True, slots=True)
class Article:
    """A document to tag.

    Attributes:
        text: the page's text.
        title: headline, when the source states it.
        published: publication date, ISO 8601, when the source states it.
        meta: what is carried through: the row's ``meta``, its ``id`` (of a page: its file) and the kept columns.
        where: file and line, for messages.
    """

    text: str
    title: str | None = None
    published: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)
    where: str = ""


@dataclass(frozen=True, slots=True)
class Fields:
    """Which fields of a row mean what; ``title``, ``published`` and ``meta`` have fixed names.

    Attributes:
        text: name of the field with the text.
        id: name of the field with the identifier, which becomes ``meta["id"]``.
        keep: names of other fields that are carried in ``meta``.
    """

    text: str = "text"
    id: str = "id"
    keep: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every field that is read, each once."""
        return tuple(dict.fromkeys([self.text, self.id, "title", "published", "meta", *self.keep]))


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file and the encoding that it took."""

    text: str
    encoding: str


def refuse_binary(head: bytes) -> None:
    """Raise for the head of a file that is no text.

    Raises:
        DataError: it holds NUL bytes, and is not UTF-16 with a mark.
    """
    if head[:2] not in UTF16_MARKS and head[:4096].count(0) > _MOST_NULS:
        raise DataError("not a text file (it holds NUL bytes)")


def decode(data: bytes, where: str) -> Decoded:
    """Bytes as UTF-8 (a byte order mark is dropped), UTF-16 with a mark, or else GB18030.

    Raises:
        DataError: the bytes are no text; the message names ``where``.

    >>> decode("园区".encode("gb18030"), "page.txt")
    Decoded(text='园区', encoding='gb18030')
    """
    try:
        return decode_page(data)
    except DataError as error:
        raise DataError(f"{where}: {error}") from None


def decode_page(data: bytes) -> Decoded:
    """`decode`, but the message of its error is the reason alone."""
    refuse_binary(data)
    marked = data[:2] in UTF16_MARKS
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return Decoded(text.replace("\r\n", "\n"), "utf-8" if encoding == "utf-8-sig" else encoding)
    raise DataError("neither UTF-8 nor GB18030 text")


def is_html(text: str) -> bool:
    """Whether the text begins as an HTML page does.

    >>> is_html("<!DOCTYPE html><p>园区"), is_html("<3 园区")
    (True, False)
    """
    return _HTML_HEAD.match(text[:4000]) is not None


def parse_line(line: str) -> dict[str, Any]:
    """The object of one line of JSONL.

    Raises:
        DataError: the line is no JSON object; the message is the reason.

    >>> parse_line('{"text": ')
    Traceback (most recent call last):
    parknlp.errors.DataError: no JSON: Expecting value (column 10)
    """
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise DataError(f"no JSON: {error.msg} (column {error.colno})") from None
    except RecursionError:
        raise DataError("no JSON that can be read: nested too deeply") from None
    except ValueError as error:  # a number of more digits than Python converts
        raise DataError(f"no JSON that can be read: {error}") from None
    if not isinstance(row, dict):
        raise DataError(f"a JSON object is needed, not {type(row).__name__}")
    return row


def read_rows(lines: Iterable[str], where: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line number and object of each line of JSONL that is not blank.

    Raises:
        DataError: a line is no JSON object; the message names file and line.
    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                row = parse_line(line)
            except DataError as error:
                raise DataError(f"{where}:{number}: {error}") from None
            yield number, row


def article_of_row(row: Mapping[str, Any], fields: Fields, where: str) -> Article:
    """The article of a row of JSONL, CSV or Parquet.

    Raises:
        DataError: a field is missing or of another type; the message is the reason.
    """
    text = row.get(fields.text)
    if not isinstance(text, str):
        problem = "is missing" if text is None else f"is {type(text).__name__}, not text"
        raise DataError(f"key {fields.text!r} {problem}")
    title, published = row.get("title") or None, row.get("published") or None
    if isinstance(published, dt.date):
        published = published.isoformat()
    for key, value in (("title", title), ("published", published)):
        if value is not None and not isinstance(value, str):
            raise DataError(f"key {key!r} is {type(value).__name__}, not text")
    own = row.get("meta")
    meta = dict(own) if isinstance(own, Mapping) else {}
    if row.get(fields.id) is not None:
        meta["id"] = row[fields.id]
    meta |= {name: row.get(name) for name in fields.keep}
    if is_html(text):
        page = read_html(text)
        return Article(page.text, title or page.title, published or page.published, meta, where)
    return Article(text, title, published, meta, where)


def article_of_page(text: str, where: str, *, html: bool) -> Article:
    """The article that a whole file is; ``where`` becomes its identifier."""
    meta = {"id": where}
    if html or is_html(text):
        page = read_html(text)
        return Article(page.text, page.title, page.published, meta, where)
    return Article(text, meta=meta, where=where)
