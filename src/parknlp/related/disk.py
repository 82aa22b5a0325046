"""The index as a folder: a file for each segment, written once, and ``index.npz``, which names them and is replaced as a whole."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import numpy as np

from .. import store
from ..errors import ModelError
from .search import Live
from .segment import Segment

_KIND: Final = "related-index"
_HEAD: Final = "index.npz"
_VERSION: Final = 1  # of the features and weights; an index of another version must be made anew
_TRIES: Final = 20  # a reader may meet a writer who just replaced the files that it was about to open


def exists(path: Path) -> bool:
    """Whether a folder holds an index."""
    return (path / _HEAD).exists()


def save(path: Path, lives: Sequence[Live], options: Mapping[str, Any]) -> Path:
    """Write what is new, then the head, then clear away what it no longer names."""
    path.mkdir(parents=True, exist_ok=True)
    names = [live.name for live in lives]
    for live in lives:
        if not (path / live.name).exists():  # a name belongs to one content
            store.save(path / live.name, live.segment.arrays(), {"kind": _KIND, "name": live.name})
    alive = {f"alive{number}": np.packbits(live.alive) for number, live in enumerate(lives) if live.gone is not None}
    head = {"kind": _KIND, "version": _VERSION, "segments": names, **options}
    store.save(path / _HEAD, alive, head)
    for file in [*path.glob("segment-*.npz"), *path.glob(".segment-*"), *path.glob(f".{_HEAD}-*")]:
        if file.name not in names:
            file.unlink(missing_ok=True)  # of an earlier state, or of a writer that was killed
    return path / _HEAD


def _segment(path: Path, name: str) -> Segment:
    file = path / name
    arrays, meta = store.load(file, mmap=True, verify=True)
    if meta.get("kind") != _KIND or meta.get("name") != name:
        raise ModelError(f"{file}: not the segment that {path / _HEAD} names")
    try:
        return Segment.of_arrays(arrays)
    except KeyError as error:
        raise ModelError(f"{file}: array {error} is missing") from None


def _load(path: Path) -> tuple[tuple[Live, ...], dict[str, Any]]:
    arrays, head = store.load(path / _HEAD)
    if head.get("kind") != _KIND or head.get("version") != _VERSION:
        raise ModelError(f"{path / _HEAD}: not an index of related articles of version {_VERSION}")
    with ThreadPoolExecutor(2) as pool:
        segments = list(pool.map(lambda name: _segment(path, name), head["segments"]))
    lives = []
    for number, segment in enumerate(segments):
        packed = arrays.get(f"alive{number}")
        alive = None if packed is None else np.unpackbits(packed, count=len(segment)).astype(np.bool_)
        lives.append(Live.of(segment, alive, head["segments"][number]))
    return tuple(lives), head


def load(path: Path) -> tuple[tuple[Live, ...], dict[str, Any]]:
    """The segments and the options.

    Raises:
        ModelError: a file is missing, damaged or of another format.
    """
    for _ in range(_TRIES):
        before = (path / _HEAD).stat().st_mtime_ns if exists(path) else 0
        try:
            return _load(path)
        except ModelError:
            after = 0
            with contextlib.suppress(OSError):
                after = (path / _HEAD).stat().st_mtime_ns
            if before == after:
                raise
    return _load(path)
