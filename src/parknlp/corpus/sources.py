"""The files of a corpus: those that are named, and those below the folders that are named."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ..errors import DataError

STDIN: Final = "<stdin>"
_SUFFIXES: Final = {
    "jsonl": (".jsonl", ".ndjson"),
    "csv": (".csv",),
    "tsv": (".tsv",),
    "parquet": (".parquet", ".pq"),
    "text": (".txt", ".text", ".md"),
    "html": (".html", ".htm", ".xhtml"),
}
KINDS: Final = tuple(_SUFFIXES)
"""What a file can hold."""

PACKED: Final = (".gz", ".zst")
SUFFIXES: Final = tuple(suffix for suffixes in _SUFFIXES.values() for suffix in suffixes)
"""The suffixes by which the files of a folder are chosen, with one of `PACKED` behind them or not."""


def kind_of(name: str) -> str | None:
    """What the file holds, by its name; one of `KINDS`.

    >>> kind_of("news.JSONL.gz"), kind_of("photo.jpg")
    ('jsonl', None)
    """
    name = name.lower()
    for packed in PACKED:
        name = name.removesuffix(packed)
    suffix = os.path.splitext(name)[1]  # noqa: PTH122 - a million names go through here
    return next((kind for kind, suffixes in _SUFFIXES.items() if suffix in suffixes), None)


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read.

    Attributes:
        name: its path, or `STDIN`.
        kind: one of `KINDS`; empty where ``problem`` says that there is nothing to read.
        size: bytes, as it lies on the disk.
        modified: nanoseconds since 1970.
        problem: why it cannot be read, or None.
    """

    name: str
    kind: str
    size: int = 0
    modified: int = 0
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Raw:
    """A row as it lies in a file.

    Attributes:
        file: the file's name.
        line: line of a JSONL or CSV file, row of a Parquet file, from 1; None for a page.
        kind: ``line``, ``fields``, ``text`` or ``html``; empty where ``problem`` says what is wrong.
        content: a line's bytes, fields by name, a page's bytes; None for a page that is yet to be read.
        encoding: of the bytes.
        at: bytes of the file up to here, about.
        problem: why there is no article in it, or None.
    """

    file: str
    line: int | None
    kind: str
    content: Any = None
    encoding: str = "utf-8"
    at: int = 0
    problem: str | None = None

    @property
    def where(self) -> str:
        """File and line."""
        return self.file if self.line is None else f"{self.file}:{self.line}"

    def shown(self) -> Any:
        """The row as text or fields, for a report of errors; None for a page, which is its own report."""
        if self.kind == "line":
            return self.content.decode(self.encoding, "backslashreplace").rstrip("\r\n")
        return None if isinstance(self.content, bytes) else self.content


def _walk(folder: str, kind: str | None, excluded: frozenset[str]) -> Iterator[Source]:
    """Files below a folder in the order of their parts; memory is that of one folder, not of all of them."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        yield Source(folder, "", problem=error.strerror or str(error))
        return
    for entry in entries:
        if excluded and os.path.abspath(entry.path) in excluded:  # noqa: PTH100 - a million names go through here
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path, kind, excluded)
        elif kind_of(entry.name) is not None and entry.is_file():
            yield _source(entry.path, kind)


def _source(name: str, kind: str | None) -> Source:
    try:
        about = os.stat(name)  # noqa: PTH116
    except OSError as error:
        return Source(name, "", problem=error.strerror or str(error))
    return Source(name, kind or kind_of(name) or "text", about.st_size, about.st_mtime_ns)


def find_sources(
    paths: Iterable[str | Path], kind: str | None = None, exclude: Iterable[Path] = ()
) -> Iterator[Source]:
    """The files that are named and those below the folders that are named, sorted, as a stream.

    Args:
        paths: files and folders; ``-`` is standard input.
        kind: one of `KINDS`, when the names do not say it.
        exclude: files and folders to leave out (the output of a run may lie among its input).
    """
    excluded = frozenset(os.path.abspath(path) for path in exclude)  # noqa: PTH100
    for name in map(str, paths):
        if name == "-":
            yield Source(STDIN, kind or "")
        elif os.path.isdir(name):  # noqa: PTH112
            nothing = True
            for source in _walk(name, kind, excluded):
                nothing = False
                yield source
            if nothing:
                yield Source(name, "", problem=f"no file in this folder ends in {', '.join(SUFFIXES)}")
        elif os.path.exists(name):  # noqa: PTH110
            yield _source(name, kind)
        else:
            yield Source(name, "", problem="no such file or folder")


def find_files(path: Path) -> list[Path]:
    """The file itself, or the files below a folder that have one of `SUFFIXES`, sorted.

    Raises:
        DataError: there is no such file, or no such file in the folder.
    """
    sources = list(find_sources([path]))
    for source in sources:
        if source.problem is not None:
            raise DataError(f"{source.name}: {source.problem}")
    return [Path(source.name) for source in sources]
