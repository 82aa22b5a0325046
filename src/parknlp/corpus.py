"""Reading corpora: articles to tag from text, HTML and JSONL, and gold articles with inline markup."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

import regex

from .doc import COMPANY, FIGURE, INSTITUTION, PARK, PERCENT, TIME, Doc, Span
from .errors import DataError
from .htmlpage import read_html

TEXT_SUFFIXES: Final = (".txt", ".text", ".md")
HTML_SUFFIXES: Final = (".html", ".htm", ".xhtml")
JSONL_SUFFIXES: Final = (".jsonl", ".ndjson")
SUFFIXES: Final = TEXT_SUFFIXES + HTML_SUFFIXES + JSONL_SUFFIXES

MARKUP: Final = {"C": COMPANY, "P": PARK, "F": FIGURE, "R": PERCENT, "T": TIME, "O": INSTITUTION}
"""Letter of the inline markup ``⟦L|surface⟧`` -> label."""

_MARK = regex.compile(r"⟦([CPFRTO])\|([^⟦⟧|]+)⟧")
_HTML_HEAD = regex.compile(
    r"\s*(?:<!--.{0,1000}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", regex.IGNORECASE | regex.DOTALL
)
_MOST_NULS = 8  # text has no U+0000; a file with more of them than this in its head is binary


@dataclass(frozen=True, slots=True)
class Article:
    """A document to tag.

    Attributes:
        text: the page's text.
        title: headline, when the source states it.
        published: publication date, ISO 8601, when the source states it.
        meta: what is carried through: ``id`` and ``source`` at least.
        where: file and line, for messages.
    """

    text: str
    title: str | None = None
    published: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)
    where: str = ""


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file and the encoding that it took."""

    text: str
    encoding: str


def decode(data: bytes, where: str) -> Decoded:
    """Bytes as UTF-8 (a byte order mark is dropped), UTF-16 with a mark, or else GB18030.

    Raises:
        DataError: the bytes are no text.

    >>> decode("园区".encode("gb18030"), "page.txt")
    Decoded(text='园区', encoding='gb18030')
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ("utf-16",)
    elif data[:4096].count(0) > _MOST_NULS:
        raise DataError(f"{where}: not a text file (it holds NUL bytes)")
    else:
        encodings = ("utf-8-sig", "gb18030")  # type: ignore[assignment]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return Decoded(text.replace("\r\n", "\n"), "utf-8" if encoding == "utf-8-sig" else encoding)
    raise DataError(f"{where}: neither UTF-8 nor GB18030 text")


def is_html(text: str) -> bool:
    """Whether the text begins as an HTML page does.

    >>> is_html("<!DOCTYPE html><p>园区"), is_html("<3 园区")
    (True, False)
    """
    return _HTML_HEAD.match(text[:4000]) is not None


def parse_markup(marked: str) -> tuple[str, tuple[Span, ...]]:
    """The plain text of an inline-marked one, and its spans.

    >>> text, spans = parse_markup("⟦P|镇江高新区⟧有企业⟦F|88家⟧")
    >>> text, [(span.start, span.end, span.label) for span in spans]
    ('镇江高新区有企业88家', [(0, 5, 'PARK'), (8, 11, 'FIGURE')])
    """
    pieces: list[str] = []
    spans: list[Span] = []
    at = length = 0
    for match in _MARK.finditer(marked):
        between, surface = marked[at : match.start()], match[2]
        start = length + len(between)
        length = start + len(surface)
        spans.append(Span(start, length, MARKUP[match[1]], surface, source="gold"))
        pieces += (between, surface)
        at = match.end()
    pieces.append(marked[at:])
    return "".join(pieces), tuple(spans)


def gold_doc(row: Mapping[str, Any]) -> Doc:
    """A gold article, a row with inline markup, as the `Doc` that tagging should give; ``meta`` is the row."""
    text, ents = parse_markup(row["text"])
    facts = [{**fact, "spans": {}} for fact in row.get("facts", ())]
    return Doc.from_dict(
        {
            "text": text,
            "title": row.get("title"),
            "meta": row,
            "ents": [span.to_dict() for span in ents],
            "chains": [
                {"id": c, "name": c, "cluster": "", "score": 1.0, "evidence": []} for c in row.get("chains") or ()
            ],
            "primary": row.get("primary"),
            "facts": facts,
            "located": row.get("located", ()),
        }
    )


def read_rows(lines: Iterable[str], where: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line number and object of each line of JSONL that is not blank.

    Raises:
        DataError: a line is no JSON object; the message names file and line.
    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise DataError(f"{where}:{number}: no JSON: {error.msg} (column {error.colno})") from None
            except RecursionError:
                raise DataError(f"{where}:{number}: no JSON that can be read: nested too deeply") from None
            if not isinstance(row, dict):
                raise DataError(f"{where}:{number}: a JSON object is needed, not {type(row).__name__}")
            yield number, row


def read_gold(path: str | Path) -> Iterator[Doc]:
    """The gold articles of a JSONL file with inline markup.

    Raises:
        DataError: a line that is no gold article; the message names file and line.
    """
    data = Path(path).read_bytes()
    for number, row in read_rows(decode(data, str(path)).text.split("\n"), str(path)):
        try:
            yield gold_doc(row)
        except (KeyError, TypeError, DataError) as error:
            raise DataError(f"{path}:{number}: no gold article: {error}") from None


def _article_of_row(row: Mapping[str, Any], text_key: str, where: str) -> Article:
    text = row.get(text_key)
    if not isinstance(text, str):
        problem = "is missing" if text is None else f"is {type(text).__name__}, not text"
        raise DataError(f"{where}: key {text_key!r} {problem}")
    title, published = row.get("title"), row.get("published")
    for key, value in (("title", title), ("published", published)):
        if value is not None and not isinstance(value, str):
            raise DataError(f"{where}: key {key!r} is {type(value).__name__}, not text")
    own_meta = row.get("meta")
    meta = dict(own_meta) if isinstance(own_meta, dict) else {}
    if row.get("id") is not None:
        meta["id"] = row["id"]
    if is_html(text):
        page = read_html(text)
        return Article(page.text, title or page.title, published or page.published, meta, where)
    return Article(text, title, published, meta, where)


def _article_of_page(text: str, where: str, *, html: bool) -> Article:
    meta = {"id": where}
    if html or is_html(text):
        page = read_html(text)
        return Article(page.text, page.title, page.published, meta, where)
    return Article(text, meta=meta, where=where)


def read_bytes(
    data: bytes, name: str, text_key: str = "text", note: Callable[[str], None] | None = None
) -> Iterator[Article | DataError]:
    """The articles in the bytes of one file.

    Args:
        data: the file.
        name: its name; the suffix says what it holds.
        text_key: key of the text in JSONL rows.
        note: told when the file is not UTF-8.

    Yields:
        Articles, and for each line that holds none the error that says why.

    Raises:
        DataError: the bytes are no text.
    """
    decoded = decode(data, name)
    if note is not None and decoded.encoding != "utf-8":
        note(f"{name}: read as {decoded.encoding.upper()}, for it is not UTF-8")
    suffix = Path(name).suffix.lower()
    if suffix not in JSONL_SUFFIXES:
        yield _article_of_page(decoded.text, name, html=suffix in HTML_SUFFIXES)
        return
    for number, line in enumerate(decoded.text.split("\n"), 1):
        if line.strip():
            where = f"{name}:{number}"
            try:
                row = next(read_rows([line], name))[1]
                yield _article_of_row(row, text_key, where)
            except DataError as error:
                yield DataError(str(error).replace(f"{name}:1:", f"{where}:", 1))


def find_files(path: Path) -> list[Path]:
    """The file itself, or the files below a folder that have one of `SUFFIXES`, sorted.

    Raises:
        DataError: there is no such file, or no such file in the folder.
    """
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())
        if not files:
            raise DataError(f"{path}: no file in this folder ends in {', '.join(SUFFIXES)}")
        return files
    if not path.exists():
        raise DataError(f"{path}: no such file or folder")
    return [path]


def write_rows(rows: Iterable[Mapping[str, Any]], target: IO[str]) -> None:
    """Write one JSON object a line; lone surrogates, which UTF-8 cannot hold, are escaped."""
    for row in rows:
        line = json.dumps(row, ensure_ascii=False, default=str)
        try:
            line.encode("utf-8")
        except UnicodeEncodeError:
            line = json.dumps(row, default=str)
        target.write(line + "\n")
