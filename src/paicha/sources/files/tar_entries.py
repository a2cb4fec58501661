"""Headers of tar archives, of which nothing is believed that would cost memory or pass over members."""

from __future__ import annotations

import tarfile

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
