"""Tagged documents written: what a format is, and JSON Lines, the plainest."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final, Protocol

from ..doc import Doc
from ..errors import OptionError
from .sources import PACKED


class Part(Protocol):
    """A file that takes the encoded documents of a part of a run."""

    def write(self, encoded: Any, /) -> object:
        """Add what `Format.encode` gave."""

    def close(self) -> object:
        """Complete the file."""


class Format(Protocol):
    """How tagged documents are written. Encoding is the costly part and is done in the worker processes."""

    @property
    def suffix(self) -> str:
        """Of the files."""

    def encode(self, docs: Sequence[Doc]) -> Any:
        """The documents as something small that crosses to another process."""

    def open(self, path: Path, first: int) -> Part:
        """A new file; ``first`` is the number of its first document in the whole run, from 0."""

    def join(self, parts: Sequence[Path], target: Path) -> None:
        """One file of several, in order."""


def json_line(row: Mapping[str, Any]) -> str:
    """A row as one line of JSON; lone surrogates, which UTF-8 cannot hold, are escaped."""
    line = json.dumps(row, ensure_ascii=False, default=str)
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        line = json.dumps(row, default=str)
    return line + "\n"


def write_rows(rows: Iterable[Mapping[str, Any]], target: IO[str]) -> None:
    """Write one JSON object a line; lone surrogates, which UTF-8 cannot hold, are escaped."""
    for row in rows:
        target.write(json_line(row))


class JsonLines:
    """``Doc.to_dict()``, one a line."""

    suffix = ".jsonl"

    def encode(self, docs: Sequence[Doc]) -> bytes:
        """The lines as UTF-8."""
        return "".join(json_line(doc.to_dict()) for doc in docs).encode()

    def open(self, path: Path, first: int) -> IO[bytes]:
        """A plain file."""
        del first
        return path.open("wb")

    def join(self, parts: Sequence[Path], target: Path) -> None:
        """One behind the other."""
        with target.open("wb") as file:
            for part in parts:
                with part.open("rb") as source:
                    shutil.copyfileobj(source, file, 1 << 20)


def check_kept(keep: Sequence[str], own: Iterable[str]) -> None:
    """Refuse kept columns that a table cannot have beside its own.

    Raises:
        OptionError: a name is taken, or given twice; capitals make no difference, as in SQL.
    """
    taken = {"id", *own}
    for name in keep:
        if name.lower() in taken:
            raise OptionError(f"the column {name!r} cannot be kept: the result has one of this name")
        taken.add(name.lower())


def text_of(value: Any) -> str | None:
    """A cell as text: itself, or as JSON.

    >>> text_of("u"), text_of(7), text_of(None)
    ('u', '7', None)
    """
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


FORMATS: Final = ("jsonl", "parquet", "sqlite")
"""The names of the formats."""

_SUFFIXES: Final = {".parquet": "parquet", ".pq": "parquet", ".sqlite": "sqlite", ".sqlite3": "sqlite", ".db": "sqlite"}


def format_of(path: str | Path, name: str | None = None, keep: Sequence[str] = ()) -> Format:
    """The format that is named, or that the suffix of ``path`` means; JSON Lines where it says nothing.

    Args:
        path: the output.
        name: one of `FORMATS`.
        keep: entries of ``meta`` that get a column of their own in tables.

    Raises:
        OptionError: a package for it is missing, ``keep`` names a column that the table has already, or the file would have to be packed.

    >>> format_of("tagged.jsonl").suffix, format_of("tagged.db").suffix
    ('.jsonl', '.sqlite')
    """
    if Path(path).suffix.lower() in PACKED:
        raise OptionError(f"{path}: the output is not packed; pack it afterwards, or write Parquet, which is small")
    name = name or _SUFFIXES.get(Path(path).suffix.lower(), "jsonl")
    if name == "parquet":
        from .parquet import Parquet

        return Parquet(keep)
    if name == "sqlite":
        from .sqlite import Sqlite

        return Sqlite(keep)
    if name != "jsonl":
        raise OptionError(f"format must be one of {', '.join(FORMATS)}, not {name!r}")
    return JsonLines()
