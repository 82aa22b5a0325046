"""The rows of the input in batches, each with the place where it ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from ..corpus import Fields, Raw, Source, rows_of
from .workers import Job

_BATCH_BYTES: Final = 1 << 18  # about 100,000 characters: fewer cost more a character
# each batch has up to twice as many rows as the one before, so that a run shows early how it goes
_FIRST_ROWS: Final = 64
_MOST_ROWS: Final = 1024

Place = tuple[int, int]


class Reader:
    """The input as jobs; knows how many bytes are behind."""

    def __init__(
        self, sources: Iterable[tuple[int, Source]], fields: Fields, after: Place = (0, 0), done: int = 0
    ) -> None:
        self._sources = sources
        self._fields = fields
        self._after = after
        self._done = done

    def jobs(self) -> Iterator[Job]:
        """Batches of rows with the place where each ends and the bytes that are then behind."""
        rows: list[Raw] = []
        size, place, at, most = 0, self._after, self._done, _FIRST_ROWS
        for number, source in self._sources:
            after = self._after[1] if number == self._after[0] else 0
            for raw in rows_of(source, self._fields, after):
                rows.append(raw)
                place, at = (number, raw.line or 1), self._done + raw.at
                size += len(raw.content) if isinstance(raw.content, bytes) else _size(raw)
                if size >= _BATCH_BYTES or len(rows) >= most:
                    yield (place, at), rows
                    rows, size, most = [], 0, min(2 * most, _MOST_ROWS)
            self._done += source.size
        if rows:
            yield (place, self._done), rows


def _size(raw: Raw) -> int:
    if isinstance(raw.content, dict):
        return sum(len(value) for value in raw.content.values() if isinstance(value, str))
    return raw.at  # a page that is yet to be read
