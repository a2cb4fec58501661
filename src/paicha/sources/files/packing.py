"""The bytes of a file, unpacked where it is packed, in chunks."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO, Protocol, cast

import pyarrow as pa

from paicha.sources.files.archives import UNPACKING_BYTES, is_bomb

if TYPE_CHECKING:
    import bz2
    import gzip

CHUNK = 1 << 18  # [bytes]
#: What is read at once of what Arrow unpacks: of a truncated file, at most this much is lost. [bytes]
_ARROW_CHUNK = 1 << 14
_BY_ARROW = frozenset({"zstd", "lz4"})
_MAGIC_BYTES = 6
#: What the unpackers say of that.
_TOO_MUCH = ("Memory usage limit exceeded", "requires too much memory")


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class ByteStream:
    """
    The unpacked bytes of one file, to be iterated once.

    What could be read before damage is delivered; `damage` says afterwards what stopped it.

    Args:
        raw: The file as stored.
        chunk: How much is read at once [bytes].
    """

    def __init__(self, raw: _Readable, chunk: int = CHUNK) -> None:
        self._chunk = chunk
        self.damage = ""
        try:
            self._raw = _Rewound(raw)
        except OSError:
            raise
        except _damages() as error:  # of a member of an archive that ends before it does
            self.damage = str(error) or type(error).__name__
            self._raw = _Rewound(BytesIO())
        self._packing = _packing_of(self._raw.head)
        self.unpacked_bytes = 0
        self.is_bomb = False  # reading stopped because so little was stored
        self.stored_bytes = 0

    @property
    def taken(self) -> int:
        """Bytes of the file read so far, as stored."""
        return self._raw.count

    @property
    def packed(self) -> bool:
        """Whether the file is compressed, so that a byte offset in it means nothing."""
        return self._packing != ""

    def __iter__(self) -> Iterator[bytes]:
        try:
            for chunk in self._chunks():
                self.unpacked_bytes += len(chunk)
                if self.packed and is_bomb(self.unpacked_bytes, self._raw.count):
                    self.is_bomb = True
                    return
                yield chunk
        except _damages() as error:
            # Each unpacker has its own way to say truncated or damaged; a failing disk is an OSError.
            self.damage = str(error) or type(error).__name__
        finally:
            self.stored_bytes = self._raw.count

    def _chunks(self) -> Iterator[bytes]:
        stream = cast("BinaryIO", self._raw)
        if self._packing in _BY_ARROW:
            source = pa.CompressedInputStream(pa.PythonFile(stream, mode="r"), self._packing)
            yield from iter(lambda: source.read(_ARROW_CHUNK), b"")
            return
        if not self._packing:
            yield from iter(lambda: self._raw.read(self._chunk), b"")
            return
        import bz2  # noqa: PLC0415 - most files are not packed
        import gzip  # noqa: PLC0415

        if self._packing == "gzip":
            unpacked: gzip.GzipFile | bz2.BZ2File = gzip.GzipFile(fileobj=stream)
        elif self._packing == "bzip2":
            unpacked = bz2.BZ2File(stream)
        else:
            yield from _of_xz(stream, self._chunk)
            return
        # read1 hands out what one step unpacked, so nothing is lost when the next step fails.
        yield from iter(lambda: unpacked.read1(self._chunk), b"")


def _of_xz(stream: BinaryIO, most: int) -> Iterator[bytes]:
    """
    Yield what xz unpacks to, one stream after the other.

    Raises:
        EOFError: If it ends in the middle.
        LZMAError: If it is damaged, or takes more memory than it may.
    """
    data = stream.read(CHUNK)
    while data:
        one = _XzStream(stream, data)
        yield from one.pieces(most)
        data = one.unused or stream.read(CHUNK)
        # Between streams and behind the last there may be zeros.
        while data and not (data := data.lstrip(b"\0")):
            data = stream.read(CHUNK)


class _XzStream:
    """
    One stream of xz.

    A dictionary takes as much memory as was unpacked, and no more than it claims: one that claims much is
    gone along with as far as that is little.
    """

    def __init__(self, stream: BinaryIO, data: bytes) -> None:
        import lzma  # noqa: PLC0415 - most files are not packed

        self._stream = stream
        self._data = self._fed = data
        self._lzma = lzma
        self._unpacker = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=UNPACKING_BYTES)
        self._claims_much = False
        self.unused = b""

    def pieces(self, most: int) -> Iterator[bytes]:
        """Yield what it unpacks to, at most so much at once."""
        unpacked = 0
        while not self._unpacker.eof:
            if self._unpacker.needs_input and not self._data:
                self._data = self._stream.read(CHUNK)
                if not self._data:
                    raise EOFError(
                        "Compressed file ended before the end-of-stream marker was reached"
                    )
                self._fed += b"" if unpacked else self._data
            if piece := self._next(most, begun=unpacked > 0):
                yield piece
            unpacked += len(piece)
            if self._claims_much and unpacked > UNPACKING_BYTES:
                raise self._lzma.LZMAError(_TOO_MUCH[0])
        self.unused = self._unpacker.unused_data

    def _next(self, most: int, *, begun: bool) -> bytes:
        data, self._data = self._data, b""
        try:
            return self._unpacker.decompress(data, most)
        except self._lzma.LZMAError as error:
            if begun or self._claims_much or not takes_too_much(str(error)):
                raise
            self._claims_much = True
            self._unpacker = self._lzma.LZMADecompressor(self._lzma.FORMAT_XZ)
        try:
            return self._unpacker.decompress(self._fed, most)
        except MemoryError as error:
            raise self._lzma.LZMAError(_TOO_MUCH[0]) from error


class _Rewound:
    """A stream whose first bytes were looked at and are read again; counts what was read."""

    closed = False

    def __init__(self, raw: _Readable) -> None:
        self._raw = raw
        self.head = raw.read(_MAGIC_BYTES)
        self._pending = self.head
        self.count = 0

    def read(self, size: int = -1) -> bytes:
        if self._pending:
            data = self._pending if size < 0 else self._pending[:size]
            self._pending = self._pending[len(data) :]
        else:
            data = self._raw.read(size)
        self.count += len(data)
        return data

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def writable(self) -> bool:
        return False

    def flush(self) -> None:
        """Do nothing: nothing is ever written."""

    def close(self) -> None:
        """Do nothing: the one who opened the file closes it."""


def takes_too_much(damage: str) -> bool:
    """Return whether what stopped an unpacker was the memory it asked for: then the file may be whole."""
    return any(words in damage for words in _TOO_MUCH)


def _damages() -> tuple[type[Exception], ...]:
    """Return what the unpackers raise of what is damaged; they are imported when one did."""
    import lzma  # noqa: PLC0415
    import tarfile  # noqa: PLC0415
    import zipfile  # noqa: PLC0415

    return (
        OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, tarfile.TarError,
    )  # fmt: skip


def is_packed(head: bytes) -> bool:
    """Return whether a file that begins so is compressed."""
    return _packing_of(head) != ""


def _packing_of(head: bytes) -> str:
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        return "zstd"
    if head.startswith(b"\x04\x22\x4d\x18"):
        return "lz4"
    if head.startswith(b"BZh"):
        return "bzip2"
    return "xz" if head.startswith(b"\xfd7zXZ\x00") else ""
