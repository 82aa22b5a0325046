"""Tagged documents as a SQLite database: a table of documents, and one each of what was found in them."""

from __future__ import annotations

import errno
import json
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from ..doc import PARTS, Doc
from .writing import check_kept, text_of

Rows = dict[str, list[tuple[Any, ...]]]

# NUMERIC: SQLite stores text that is a number as a number, so that low and high can be compared and summed
_TABLES: Final = {
    "ents": "start INTEGER, end INTEGER, label TEXT, text TEXT, kb_id TEXT, score REAL, source TEXT, entity INTEGER, "
    "low NUMERIC, high NUMERIC, unit TEXT, dimension TEXT, bound TEXT, period TEXT, period_start TEXT, period_end TEXT",
    "chains": "id TEXT, name TEXT, cluster TEXT, score REAL, evidence TEXT",
    "facts": ", ".join(f"{part} TEXT" for part in PARTS) + ", spans TEXT, source TEXT",
    "located": "company TEXT, park TEXT",
}
_INDEXES: Final = (
    "ents (document)",
    "ents (text)",
    "chains (document)",
    "chains (id)",
    "facts (document)",
    "located (document)",
)
_CELLS: Final = (
    "title",
    "published",
    "text",
    "cats",
    "primary",
    "clusters",
    "body",
    "meta",
)  # of documents, as text or JSON
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def _as_os_error(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:  # a full disk, above all
        raise OSError(errno.EIO, str(error), str(path)) from error


def _connect(path: Path) -> sqlite3.Connection:
    """A database that is written once and moved to its place when complete, so it needs no journal."""
    with _as_os_error(path):
        base = sqlite3.connect(path, isolation_level=None)
        base.execute("PRAGMA journal_mode = OFF")
        base.execute("PRAGMA synchronous = OFF")
    return base


class Sqlite:
    """The tables ``documents``, ``ents``, ``chains``, ``facts`` and ``located``; ``document`` is the number of a document, from 1."""

    suffix = ".sqlite"

    def __init__(self, keep: Sequence[str] = ()) -> None:
        """A format.

        Args:
            keep: entries of ``meta`` that get a column of their own in ``documents``.

        Raises:
            OptionError: such a column is there already.
        """
        check_kept(keep, ("number", *_CELLS))
        self._own = ("id", *keep)

    def encode(self, docs: Sequence[Doc]) -> tuple[int, Rows]:
        """How many documents, and the rows of each table; documents are numbered from 0 here."""
        found: Rows = {table: [] for table in ("documents", *_TABLES)}
        for number, doc in enumerate(docs):
            row = _sound(doc.to_dict())
            meta = row["meta"] if isinstance(row["meta"], Mapping) else {}
            own = (meta.get(name) for name in self._own)
            found["documents"].append((number, *map(text_of, own), *(text_of(row[name]) for name in _CELLS)))
            found["ents"] += [(number, *_ent(ent)) for ent in row["ents"]]
            found["chains"] += [(number, *map(_cell, chain.values())) for chain in row["chains"]]
            found["facts"] += [(number, *map(_cell, fact.values())) for fact in row["facts"]]
            found["located"] += [(number, *pair) for pair in row["located"]]
        return len(docs), found

    def open(self, path: Path, first: int) -> _Writer:
        """A new database."""
        writer = _Writer(path, first)
        with _as_os_error(path):
            self._create(writer.base)
        return writer

    def _create(self, base: sqlite3.Connection) -> None:
        columns = ", ".join(f"{_quoted(name)} TEXT" for name in (*self._own, *_CELLS))
        base.execute(f"CREATE TABLE documents (number INTEGER PRIMARY KEY, {columns})")
        for table, cells in _TABLES.items():
            base.execute(f"CREATE TABLE {table} (document INTEGER NOT NULL REFERENCES documents (number), {cells})")

    def join(self, parts: Sequence[Path], target: Path) -> None:
        """One database, with indexes."""
        target.unlink(missing_ok=True)
        with _as_os_error(target), closing(_connect(target)) as base:
            self._create(base)
            for part in parts:
                base.execute("ATTACH ? AS part", (str(part),))
                base.execute("BEGIN")
                for table in ("documents", *_TABLES):
                    base.execute(f"INSERT INTO main.{table} SELECT * FROM part.{table}")  # noqa: S608 - names of ours
                base.execute("COMMIT")
                base.execute("DETACH part")
            for index in _INDEXES:
                table, column = index.rstrip(")").split(" (")
                base.execute(f"CREATE INDEX {table}_{column} ON {table} ({column})")


def _sound(row: dict[str, Any]) -> dict[str, Any]:
    """The row with each lone surrogate, which SQLite cannot hold, as U+FFFD; that is one code point too."""
    cells = (text_of(row[name]) or "" for name in ("text", "title", "meta"))  # all others are pieces of these
    try:
        "".join(cells).encode()
    except UnicodeEncodeError:
        clean: dict[str, Any] = json.loads(_SURROGATE.sub("\ufffd", json.dumps(row, ensure_ascii=False, default=str)))
        return clean
    return row


def _cell(value: Any) -> Any:
    return text_of(value) if isinstance(value, (dict, list)) else value


def _ent(ent: Mapping[str, Any]) -> tuple[Any, ...]:
    value = ent["value"] or {}
    period = value if "symbol" in value else {}
    return (
        *(ent[name] for name in ("start", "end", "label", "text", "kb_id", "score", "source", "group")),
        *(value.get(name) for name in ("low", "high", "unit", "dimension", "bound")),
        *(period.get(name) for name in ("symbol", "start", "end")),
    )


class _Writer:
    def __init__(self, path: Path, first: int) -> None:
        self.base = _connect(path)
        self._path = path
        self._next = first + 1

    def write(self, encoded: tuple[int, Rows]) -> None:
        count, tables = encoded
        with _as_os_error(self._path):
            self.base.execute("BEGIN")
            for table, rows in tables.items():
                if rows:
                    marks = ", ".join("?" * len(rows[0]))
                    numbered = [(number + self._next, *cells) for number, *cells in rows]
                    self.base.executemany(f"INSERT INTO {table} VALUES ({marks})", numbered)  # noqa: S608
            self.base.execute("COMMIT")
        self._next += count

    def close(self) -> None:
        self.base.close()
