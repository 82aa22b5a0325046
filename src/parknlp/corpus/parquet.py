"""Tagged documents as a Parquet file with the nested types of `schema`. Needs the extra ``parquet`` (pyarrow)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ..doc import Doc
from ..errors import OptionError
from ..schema import COLUMNS, array, document_schema, record_batch
from .writing import check_kept, text_of

_GROUP_ROWS: Final = 1000  # rows of a row group of the joined file: some ten megabytes


class Parquet:
    """One row a document: ``id`` and the kept columns as text, and behind them those of `schema.document_schema`."""

    suffix = ".parquet"

    def __init__(self, keep: Sequence[str] = ()) -> None:
        """A format.

        Args:
            keep: entries of ``meta`` that get a column of their own.

        Raises:
            OptionError: such a column is there already, or pyarrow is not installed.
        """
        try:
            import pyarrow as pa  # noqa: F401 - only whether it is there
        except ImportError:
            raise OptionError("Parquet needs pyarrow: pip install 'parknlp[parquet]'") from None
        check_kept(keep, COLUMNS)
        self._own = ("id", *keep)

    @property
    def schema(self) -> Any:
        """The Arrow schema of the file."""
        import pyarrow as pa

        return pa.schema([*((name, pa.string()) for name in self._own), *document_schema()])

    def encode(self, docs: Sequence[Doc]) -> bytes:
        """An Arrow record batch."""
        import pyarrow as pa

        metas = [doc.meta if isinstance(doc.meta, Mapping) else {} for doc in docs]
        own = [array([text_of(meta.get(name)) for meta in metas], pa.string()) for name in self._own]
        batch = pa.RecordBatch.from_arrays([*own, *record_batch(docs).columns], schema=self.schema)
        return bytes(batch.serialize())

    def open(self, path: Path, first: int) -> _Writer:
        """A new file; small row groups do, for joining makes larger ones."""
        del first
        return _Writer(path, self.schema)

    def join(self, parts: Sequence[Path], target: Path) -> None:
        """One file with row groups of a good size."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        with pq.ParquetWriter(target, self.schema, compression="zstd") as writer:
            held: list[Any] = []
            for part in parts:
                with pq.ParquetFile(part) as file:
                    for batch in file.iter_batches(_GROUP_ROWS):
                        held.append(batch)
                        if sum(map(len, held)) >= _GROUP_ROWS:
                            writer.write_table(pa.Table.from_batches(held))
                            held.clear()
            if held:
                writer.write_table(pa.Table.from_batches(held))


class _Writer:
    def __init__(self, path: Path, schema: Any) -> None:
        import pyarrow.parquet as pq

        self._schema = schema
        self._file = pq.ParquetWriter(path, schema, compression="zstd")

    def write(self, encoded: bytes) -> None:
        import pyarrow as pa

        self._file.write_batch(pa.ipc.read_record_batch(pa.py_buffer(encoded), self._schema))

    def close(self) -> None:
        self._file.close()
