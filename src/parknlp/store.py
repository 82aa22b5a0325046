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
import struct
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple

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
_LOCAL: Final = struct.Struct("<4s4xH4x3I2H")  # a zip member's header before its name
_LOCAL_MAGIC: Final = b"PK\3\4"
_IN_EXTRA: Final = 0xFFFFFFFF  # instead of a size that four bytes cannot hold: it stands at the end of the extra fields
_LONGEST_HEAD: Final = 1 << 12  # bytes of a .npy file before its numbers, at most
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
    import zipfile  # who only reads models need not wait for it

    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system = 3  # the same bytes on every machine
            # the content starts at a multiple of _ALIGN
            padding = -(target.tell() + _LOCAL.size + len(name.encode()) + 4) % _ALIGN
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
    import tempfile  # as zipfile

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


class _Member(NamedTuple):
    """A file within the zip: its bytes, and the CRC-32 that they should have."""

    content: memoryview
    crc: int

    def checked(self) -> memoryview:
        if zlib.crc32(self.content) != self.crc:
            raise ModelError("damaged (a checksum differs)")
        return self.content


def _members(content: memoryview) -> dict[str, _Member]:
    """What a zip of stored members holds, read from the front: `zipfile` takes longer to import than a model to load."""
    found: dict[str, _Member] = {}
    at = 0
    while at + _LOCAL.size <= len(content):
        magic, method, crc, packed, size, name_length, extra_length = _LOCAL.unpack_from(content, at)
        if magic != _LOCAL_MAGIC:
            break  # the table of contents
        at += _LOCAL.size
        name = bytes(content[at : at + name_length]).decode()
        at += name_length + extra_length
        if packed == _IN_EXTRA:
            size = packed = int.from_bytes(content[at - 16 : at - 8], "little")
        if method or packed != size or at + size > len(content):
            raise ModelError("not a model, or damaged (a member is cut or compressed)")
        found[name] = _Member(content[at : at + size], crc)
        at += size
    return found


def _array(content: memoryview) -> Array:
    """The array of a ``.npy`` file, as a view of its bytes."""
    head = io.BytesIO(content[:_LONGEST_HEAD])
    np.lib.format.read_magic(head)
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(head)
    if dtype.hasobject:
        raise ModelError("an array holds Python objects, which a model file cannot")
    flat: Array = np.frombuffer(content, dtype, math.prod(shape), head.tell())
    return flat.reshape(shape, order="F" if fortran else "C")


def _read(source: BinaryIO, *, mmap: bool, verify: bool) -> tuple[dict[str, Array], dict[str, Any]]:
    content = mapping.mmap(source.fileno(), 0, access=mapping.ACCESS_READ) if mmap else source.read()
    members = _members(memoryview(content))
    head = json.loads(bytes(members[_META].checked()))
    if not isinstance(head, dict) or head.get("magic") != _MAGIC:
        raise ModelError("not a parknlp model")
    if head.get("format") != FORMAT:
        raise ModelError(f"format {head.get('format')!r}, this version reads {FORMAT}; train the model again")
    arrays: dict[str, Array] = {}
    for name, expected in head["arrays"].items():
        member = members[f"{name}.npy"]
        array = _array(member.checked() if verify else member.content)
        if array.dtype.str != expected["dtype"] or list(array.shape) != expected["shape"]:
            raise ModelError(f"array {name!r} is not of the shape that the description gives")
        if not mmap and _digest(array) != expected["sha256"]:
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
    # on bytes that are something else, struct, json and numpy raise many kinds
    except Exception as error:
        raise ModelError(f"{file}: not a parknlp model, or damaged ({error})") from error
