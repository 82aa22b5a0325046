"""The model format: what goes in comes out, and nothing else is taken for a model."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import numpy as np
import pytest

from parknlp import store
from parknlp.errors import ModelError

if TYPE_CHECKING:
    from pathlib import Path

ARRAYS = {
    "a": np.arange(12, dtype=np.float32).reshape(3, 4),
    "empty": np.empty((0, 8), np.int16),
    "scalar": np.array(7, np.uint64),
    "bits": np.array([True, False]),
}
META = {"名": "链", "n": 1, "list": [1.5, None]}


@pytest.mark.parametrize("mmap", [False, True])
def test_round_trip(tmp_path: Path, mmap: bool) -> None:
    store.save(tmp_path / "m", ARRAYS, META)
    arrays, meta = store.load(tmp_path / "m", mmap=mmap)
    assert meta == META
    assert set(arrays) == set(ARRAYS)
    for name, array in ARRAYS.items():
        assert arrays[name].dtype == array.dtype
        np.testing.assert_array_equal(arrays[name], array)


def test_same_content_same_bytes_and_no_leftovers(tmp_path: Path) -> None:
    one, two = store.save(tmp_path / "1.npz", ARRAYS, META), store.save(tmp_path / "2.npz", ARRAYS, META)
    store.save(tmp_path / "2.npz", ARRAYS, META)
    assert one.read_bytes() == two.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.npz", "2.npz"]


def test_arrays_are_read_only_and_aligned(tmp_path: Path) -> None:
    file = store.save(tmp_path, ARRAYS, META)
    arrays, _ = store.load(file, mmap=True)
    assert arrays["a"].flags.aligned
    for mmap in (False, True):
        with pytest.raises(ValueError, match="read-only"):
            store.load(file, mmap=mmap)[0]["a"][0, 0] = 1


def _foreign_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("meta.json", "[]")
    return buffer.getvalue()


def _other_format(content: bytes) -> bytes:
    """The same model with another format number; the sums of the zip are made anew."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for info in old.infolist():
            new.writestr(info.filename, old.read(info).replace(b'"format": 1', b'"format": 99'))
    return buffer.getvalue()


def _other_numbers(content: bytes) -> bytes:
    """The same model with changed weights and right sums of the zip: only the description's checksum shows it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for info in old.infolist():
            member = old.read(info)
            new.writestr(info.filename, member[:-4] + b"\1\2\3\4" if info.filename == "a.npy" else member)
    return buffer.getvalue()


def _compressed(content: bytes) -> bytes:
    """The same model with its arrays compressed, as `store` never writes them."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, old.read(info))
    return buffer.getvalue()


DAMAGE = {
    "compressed": _compressed,
    "empty": lambda _: b"",
    "text": lambda _: b"not a model",
    "cut": lambda content: content[: len(content) // 2],
    "flipped": lambda content: content[:900] + bytes([content[900] ^ 255]) + content[901:],
    "foreign zip": lambda _: _foreign_zip(),
    "other format": _other_format,
    "other numbers": _other_numbers,
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damaged_or_foreign_file_is_named(tmp_path: Path, kind: str) -> None:
    file = store.save(tmp_path / "m.npz", ARRAYS, META)
    file.write_bytes(DAMAGE[kind](file.read_bytes()))
    with pytest.raises(ModelError, match=r"m\.npz"):
        store.load(file)


def test_a_member_whose_size_stands_in_the_extra_field(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 100)  # as if beyond four GB
    file = store.save(tmp_path / "m.npz", ARRAYS, META)
    assert b"\xff" * 8 in file.read_bytes()[:40]
    arrays, meta = store.load(file, mmap=True, verify=True)
    assert meta == META
    assert all(np.array_equal(arrays[name], array) for name, array in ARRAYS.items())


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"nowhere.*no such model"):
        store.load(tmp_path / "nowhere")


def test_pickle_is_neither_written_nor_read(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="objects"):
        store.save(tmp_path, {"o": np.array([{}], dtype=object)}, {})
    with pytest.raises(ModelError, match="JSON"):
        store.save(tmp_path, {}, {"x": object()})
    file = tmp_path / "pickled.npz"
    np.savez(file, o=np.array([{}], dtype=object))
    with pytest.raises(ModelError, match="pickled"):
        store.load(file)


def test_bundled_names_a_folder() -> None:
    assert store.bundled("chains").is_dir()
    with pytest.raises(ModelError, match="nothing-of-that-name"):
        store.bundled("nothing-of-that-name")


@pytest.mark.parametrize("mmap", [False, True])
def test_a_changed_byte_anywhere_never_gives_another_exception_or_another_answer(tmp_path: Path, mmap: bool) -> None:
    file = store.save(tmp_path / "m.npz", ARRAYS, META)
    content = file.read_bytes()
    for at in range(0, len(content), 7):
        file.write_bytes(content[:at] + bytes([content[at] ^ 255]) + content[at + 1 :])
        try:
            arrays, meta = store.load(file, mmap=mmap, verify=True)
        except ModelError as error:
            assert "m.npz" in str(error)  # noqa: PT017 - most bytes matter, some (a date, padding) do not
        else:
            assert meta == META
            assert all(np.array_equal(arrays[name], array) for name, array in ARRAYS.items())


@pytest.mark.parametrize("mmap", [False, True])
def test_a_reader_beside_a_writer_gets_one_model_whole(tmp_path: Path, mmap: bool, monkeypatch) -> None:
    file = store.save(tmp_path / "m.npz", {"a": np.zeros(9), "b": np.zeros(9)}, {})
    parse = store.json.loads

    def parse_and_replace(text: str) -> object:
        store.save(file, {"a": np.ones(5), "b": np.ones(5)}, {})
        return parse(text)

    monkeypatch.setattr(store.json, "loads", parse_and_replace)
    arrays, _ = store.load(file, mmap=mmap, verify=True)
    assert [array.tolist() for array in arrays.values()] == [[0.0] * 9] * 2
