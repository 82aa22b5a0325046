"""Bytes of a file as a stream: decompressed, split into lines, with an encoding told from the head."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any, Final, cast

from ..errors import OptionError
from .articles import UTF16_MARKS, refuse_binary

if TYPE_CHECKING:
    from typing_extensions import Buffer

LONGEST: Final = 1 << 26
"""Bytes of the longest row or page that is read; what is longer has lost its line ends or is no article."""

BUFFER: Final = 1 << 16
"""Bytes of a stream's buffer, and of the head that tells an encoding."""

_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_DAMAGE: Final = (OSError, EOFError, zlib.error, UnicodeError)


def _zstandard() -> Any:
    try:
        import zstandard
    except ImportError:
        raise OptionError("Zstandard files need zstandard: pip install 'parknlp[zst]'") from None
    return zstandard


def is_damage(error: BaseException) -> bool:
    """Whether an exception means that the rest of a file cannot be read (and is no fault of the program)."""
    return isinstance(error, _DAMAGE) or type(error).__module__.partition(".")[0] in ("zstandard", "pyarrow")


def decompressed(file: IO[bytes]) -> io.BufferedReader:
    """The stream itself, or what it holds when it is gzip or Zstandard, whatever its name."""
    stream = file if isinstance(file, io.BufferedReader) else io.BufferedReader(cast("io.RawIOBase", file), BUFFER)
    head = stream.peek(4)[:4]
    if head.startswith(_GZIP):
        return io.BufferedReader(cast("io.RawIOBase", gzip.GzipFile(fileobj=stream)), BUFFER)
    if head == _ZSTD:
        reader = _zstandard().ZstdDecompressor().stream_reader(stream, read_across_frames=True, closefd=False)
        return io.BufferedReader(reader, BUFFER)
    return stream


def encoding_of(head: bytes) -> str:
    r"""The encoding of lines that begin like this: UTF-8 as soon as one line beyond ASCII is, else GB18030.

    One damaged character must not turn a UTF-8 corpus into GB18030, under which nearly any bytes decode, to nonsense.

    >>> encoding_of("园区".encode()), encoding_of("园区".encode("gb18030")), encoding_of("园区\n企业".encode()[2:])
    ('utf-8', 'gb18030', 'utf-8')
    """
    lines = [line for line in head.split(b"\n") if not line.isascii()]
    for line in lines:
        try:
            codecs.getincrementaldecoder("utf-8")().decode(line)  # the last line may be cut inside a character
        except UnicodeDecodeError:
            continue
        return "utf-8"
    return "gb18030" if lines else "utf-8"


class _Recoded(io.RawIOBase):
    """UTF-16 as UTF-8."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-16")()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        view = memoryview(buffer)
        recoded, ended = b"", False
        while not recoded and not ended:
            data = self._stream.read(len(view) // 2)  # two bytes become three at most
            ended = not data
            recoded = self._decoder.decode(data, ended).encode()
        view[: len(recoded)] = recoded
        return len(recoded)


class Lines:
    """The lines of a stream as bytes, with their encoding.

    Attributes:
        encoding: of the bytes that iteration gives.
    """

    def __init__(self, stream: io.BufferedReader) -> None:
        """Look at the head of a stream.

        Raises:
            DataError: it is no text; the message is the reason.
        """
        head = stream.peek(BUFFER)[:BUFFER]
        refuse_binary(head)
        if head[:2] in UTF16_MARKS:
            stream = io.BufferedReader(_Recoded(stream), BUFFER)
        elif head.startswith(codecs.BOM_UTF8):
            stream.read(len(codecs.BOM_UTF8))
        self.encoding = "utf-8" if head[:2] in UTF16_MARKS else encoding_of(head)
        self._readline = stream.readline

    def __iter__(self) -> Iterator[bytes | None]:
        """Each line; None for one that is longer than `LONGEST`."""
        while line := self._readline(LONGEST):
            if len(line) >= LONGEST and not line.endswith(b"\n"):
                while (rest := self._readline(LONGEST)) and not rest.endswith(b"\n"):
                    pass
                yield None
            else:
                yield line
