"""Files that are there whole or not at all, whatever ends a run."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from ..errors import OptionError


def errors_path(output: Path) -> Path:
    """Where the rows go that gave no document.

    >>> errors_path(Path("out/tagged.jsonl")).as_posix(), errors_path(Path("tagged.parquet")).as_posix()
    ('out/tagged.errors.jsonl', 'tagged.parquet.errors.jsonl')
    """
    return output.with_name(output.name.removesuffix(".jsonl") + ".errors.jsonl")


def parts_path(output: Path) -> Path:
    """The folder of an unfinished run.

    >>> parts_path(Path("tagged.jsonl")).as_posix()
    'tagged.jsonl.parts'
    """
    return output.with_name(output.name + ".parts")


def sync(path: Path) -> None:
    """Bring a file to the disk, or the names of a folder (which only POSIX can)."""
    if path.is_dir() and os.name != "posix":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put(made: Path, name: Path) -> None:
    """Give a complete file its name, so that not even a power cut leaves half a file under it."""
    sync(made)
    made.replace(name)
    sync(name.parent)


def write(path: Path, lines: Iterable[str]) -> None:
    """Write a text file."""
    made = path.with_name(path.name + ".new")
    with made.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(lines)
    put(made, path)


def lock(path: Path) -> IO[bytes]:
    """Hold a file as this process's own, until it is closed or the process ends, however it ends."""
    file = path.open("ab")
    try:
        import fcntl

        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # unlike flock, not shared with the worker processes
    except ImportError:  # Windows: two runs with one output are then the user's own care
        pass
    except OSError:
        file.close()
        raise OptionError(f"{path.parent}: another run is at work there") from None
    return file
