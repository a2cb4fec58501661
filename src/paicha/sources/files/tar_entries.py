"""Headers of tar archives, of which nothing is believed that would cost memory or pass over members."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

#: What stands before a header and tells more of it, a long name above all, is no longer. [bytes]
_LONGEST = 1 << 20
_TELLS_MORE = frozenset(
    (
        tarfile.XHDTYPE,
        tarfile.XGLTYPE,
        tarfile.SOLARIS_XHDTYPE,
        tarfile.GNUTYPE_LONGNAME,
        tarfile.GNUTYPE_LONGLINK,
    )
)


class Entry(tarfile.TarInfo):
    """A member of an archive as its header tells it."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Entry:
        """
        Return a member.

        Raises:
            ReadError: If it is damaged: `tarfile` would take it for the end of the archive.
            HeaderError: If it is the end.
        """
        if len(buf) == tarfile.BLOCKSIZE and not any(buf):
            return super().frombuf(buf, encoding, errors)
        try:
            entry = super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as error:
            raise tarfile.ReadError(str(error)) from error
        if entry.size < 0 or (entry.type in _TELLS_MORE and entry.size > _LONGEST):
            raise tarfile.ReadError(f"header of {entry.size:,} bytes")
        return entry

    # Neither is public, and neither has another name in any Python from 3.11 on.
    def _proc_sparse(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        with _no_longer(archive):
            return super()._proc_sparse(archive)  # type: ignore[misc,no-any-return]

    def _proc_gnusparse_10(self, following: Any, headers: Any, archive: tarfile.TarFile) -> None:
        with _no_longer(archive):
            super()._proc_gnusparse_10(following, headers, archive)  # type: ignore[misc]


@contextmanager
def _no_longer(archive: tarfile.TarFile) -> Iterator[None]:
    """Let a map of holes be read that is no longer than other headers."""
    whole = archive.fileobj
    assert whole is not None
    archive.fileobj = _Map(whole)  # type: ignore[assignment]
    try:
        yield
    finally:
        archive.fileobj = whole


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...
    def tell(self) -> int: ...


class _Map:
    """The file of an archive while a map of holes is read from it."""

    def __init__(self, file: _Readable) -> None:
        self._file = file
        self._taken = 0
        self.tell = file.tell

    def read(self, size: int) -> bytes:
        """
        Read on.

        Raises:
            ReadError: If the map has no end, or the archive ends in it.
        """
        self._taken += size
        if self._taken > _LONGEST:
            raise tarfile.ReadError(f"map of holes of more than {_LONGEST:,} bytes")
        data = self._file.read(size)
        if len(data) < size:
            raise tarfile.ReadError("unexpected end of data")
        return data
