"""The one model format: a zip of a JSON description and numpy arrays, read without pickle.

A model is one file. Its first member, ``meta.json``, holds the format number, the caller's description and a SHA-256
of every array; the others are ``NAME.npy``, stored uncompressed and aligned, so that they can be mapped into memory.
The bytes depend on the content alone (no date, no machine), and a file is written beside its target and moved over
it, so a reader sees the old model or the new one, never half of one.
"""

from __future__ import annotations

import io
import json
import math
import mmap as mapping
import os
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import numpy as np
import numpy.typing as npt

from .errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping

Array = npt.NDArray[Any]

FORMAT: Final = 1
MODEL_FILE: Final = "model.npz"

_MAGIC: Final = "parknlp-model"
_META: Final = "meta.json"
_ALIGN: Final = 64
_LOCAL_HEADER: Final = 30  # bytes of a zip member's header before its name
_EXTRA_ID: Final = b"PK"  # a zip extra field: two bytes of kind, two of length, then the padding
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def file_of(path: str | Path) -> Path:
    """The model file that ``path`` means: itself when it ends in ``.npz``, else ``model.npz`` in that folder.

    >>> file_of("models/chains").as_posix(), file_of("a.npz").as_posix()
    ('models/chains/model.npz', 'a.npz')
    """
    path = Path(path)
    return path if path.suffix == ".npz" else path / MODEL_FILE


def bundled(name: str) -> Path:
    """The folder of a model that comes with the package: inside it when installed, ``models/`` in a source checkout.

    Raises:
        ModelError: there is no model of this name.
    """
    package = Path(__file__).parent
    for folder in (package / "models" / name, package.parent.parent / "models" / name):
        if folder.is_dir():
            return folder
    raise ModelError(f"no bundled model {name!r} beside {package}")


def _digest(array: Array) -> str:
    import hashlib  # with OpenSSL behind it: a reader who maps a model need not wait for it

    return hashlib.sha256(array.tobytes()).hexdigest()


def _npy(array: Array) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.asarray(array, order="C"), version=(1, 0), allow_pickle=False)
    return buffer.getvalue()


def _write(target: BinaryIO, members: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system = 3  # the same bytes on every machine
            # the content starts at a multiple of _ALIGN
            padding = -(target.tell() + _LOCAL_HEADER + len(name.encode()) + 4) % _ALIGN
            info.extra = _EXTRA_ID + padding.to_bytes(2, "little") + bytes(padding)
            archive.writestr(info, content)


def save(path: str | Path, arrays: Mapping[str, Array], meta: Mapping[str, Any]) -> Path:
    """Write a model; returns its file.

    Args:
        path: a file that ends in ``.npz``, or a folder (made if need be), which then holds ``model.npz``.
        arrays: arrays by name, any shape, no objects.
        meta: what JSON can hold.

    Raises:
        ModelError: an array holds objects, or ``meta`` does not fit into JSON.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = save(folder, {"weights": np.arange(3)}, {"kind": "example"})
    ...     arrays, meta = load(folder)
    >>> arrays["weights"].tolist(), meta["kind"]
    ([0, 1, 2], 'example')
    """
    import tempfile  # who only reads models need not wait for it

    file = file_of(path)
    for name, array in arrays.items():
        if array.dtype.hasobject:
            raise ModelError(f"{file}: array {name!r} holds Python objects, which a model file cannot")
    table = {
        name: {"dtype": array.dtype.str, "shape": list(array.shape), "sha256": _digest(array)}
        for name, array in arrays.items()
    }
    head = {"magic": _MAGIC, "format": FORMAT, "meta": dict(meta), "arrays": table}
    try:
        members = {_META: json.dumps(head, ensure_ascii=False, indent=1, allow_nan=False).encode()}
    except (TypeError, ValueError) as error:
        raise ModelError(f"{file}: the description does not fit into JSON: {error}") from error
    members |= {f"{name}.npy": _npy(array) for name, array in arrays.items()}
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    try:
        with os.fdopen(handle, "wb") as target:
            _write(target, members)
            target.flush()
            os.fsync(target.fileno())  # the content is on the disk before the name is
        Path(temporary).chmod(0o644)
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return file


def _mapped(content: mapping.mmap, info: zipfile.ZipInfo, *, verify: bool) -> Array:
    """The array of a stored member of a mapped file; the operating system reads what is used."""
    content.seek(info.header_offset + _LOCAL_HEADER - 4)
    name_length, extra_length = (int.from_bytes(content.read(2), "little") for _ in range(2))
    start = info.header_offset + _LOCAL_HEADER + name_length + extra_length
    if verify and zlib.crc32(memoryview(content)[start : start + info.file_size]) != info.CRC:
        raise ModelError(f"{info.filename} is damaged (its checksum differs)")
    content.seek(start)
    source: Any = content
    np.lib.format.read_magic(source)
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(source)
    flat: Array = np.frombuffer(content, dtype, math.prod(shape), content.tell())
    return flat.reshape(shape, order="F" if fortran else "C")


def _read(source: BinaryIO, *, mmap: bool, verify: bool) -> tuple[dict[str, Array], dict[str, Any]]:
    archive = zipfile.ZipFile(source)
    head = json.loads(archive.read(_META))
    if not isinstance(head, dict) or head.get("magic") != _MAGIC:
        raise ModelError("not a parknlp model")
    if head.get("format") != FORMAT:
        raise ModelError(f"format {head.get('format')!r}, this version reads {FORMAT}; train the model again")
    content = mapping.mmap(source.fileno(), 0, access=mapping.ACCESS_READ) if mmap else None
    arrays: dict[str, Array] = {}
    for name, expected in head["arrays"].items():
        info = archive.getinfo(f"{name}.npy")
        if content is not None:
            array = _mapped(content, info, verify=verify)
        else:
            array = np.lib.format.read_array(io.BytesIO(archive.read(info)), allow_pickle=False)
            array.setflags(write=False)
        if array.dtype.str != expected["dtype"] or list(array.shape) != expected["shape"]:
            raise ModelError(f"array {name!r} is not of the shape that the description gives")
        if content is None and _digest(array) != expected["sha256"]:
            raise ModelError(f"array {name!r} is damaged (its checksum differs)")
        arrays[name] = array
    return arrays, head["meta"]


def load(path: str | Path, *, mmap: bool = False, verify: bool = False) -> tuple[dict[str, Array], dict[str, Any]]:
    """Read a model: its arrays, read-only, and its description.

    The file is opened once, so a reader beside a writer gets the old model or the new one.

    Args:
        path: as for `save`.
        mmap: map the arrays into memory instead of reading them; their SHA-256 sums are not verified then.
        verify: with ``mmap``, read every array once to verify the CRC-32 sums of the zip, at about 2 GB/s.

    Raises:
        ModelError: the file is missing, damaged, of another format or no model at all; the message names it.
    """
    file = file_of(path)
    try:
        with file.open("rb") as source:
            return _read(source, mmap=mmap, verify=verify)
    except FileNotFoundError:
        raise ModelError(f"{file}: no such model file") from None
    except ModelError as error:
        raise ModelError(f"{file}: {error}") from error
    # on bytes that are something else, zipfile, its decompressors, json and numpy raise many kinds
    except Exception as error:
        raise ModelError(f"{file}: not a parknlp model, or damaged ({error})") from error
