"""
What stands in archives: the members of zip and tar, one after the other, never written to a disk.

A member is read as a stream under the name ``archive.zip!/folder/app.log``; no path in an archive names
a place on this machine. An archive inside an archive is read too, to a stated depth; what is left out is
said by its reason.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import field
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, BinaryIO, Literal, cast

from paicha.errors import InputError
from paicha.locales import readable
from paicha.sources.files.member_names import name_in_tar, name_in_zip
from paicha.values import dataclass

if TYPE_CHECKING:
    import tarfile
    import zipfile

#: What stands between an archive's name and its member's.
INSIDE = "!/"
#: How many members of one archive are read.
MEMBERS = 20_000
#: Archives inside archives are read to this depth.
DEPTH = 2
#: A zip inside another archive is read from a temporary file of at most this size. [bytes]
NESTED_BYTES = 1 << 30
#: Unpacked beyond `BOMB_BYTES` and more than `BOMB_RATIO` times what is stored is no log: the most even
#: logs, the same line with another time, pack to about a fiftieth.
BOMB_BYTES = 256 << 20
BOMB_RATIO = 500
_TAR_MAGIC = slice(257, 262)
#: What must be seen of a file to tell that it is a tar. [bytes]
TAR_HEAD = 512
_ENCRYPTED = 0x1
#: What is a zip and yet no archive of files, by a member that all such have: Office Open XML (ECMA-376 part 2, 10.1.2), OpenDocument
#: (part 2, 3.2), and Java's (the JAR specification). A class file or a sheet's XML read as a log would be counted as lines.
_NO_ARCHIVES = {
    "office": frozenset({"[Content_Types].xml", "META-INF/manifest.xml"}),
    "jar": frozenset({"META-INF/MANIFEST.MF"}),
}
#: What an unpacker may take: of xz six times what `xz -9` asks for, and not all that a dictionary may claim. [bytes]
UNPACKING_BYTES = 384 << 20
#: Of a member of a zip: the header before its name, where that says how long what follows is, and what LZMA says of its
#: dictionary behind that.
_LOCAL_BYTES, _LENGTHS, _LZMA_DICTIONARY = 30, slice(26, 30), slice(5, 9)

#: Why a member, or what follows it, was not read.
Refusal = Literal["encrypted", "nested", "too_many", "bomb", "method", "broken", "memory"]


@dataclass(frozen=True, slots=True)
class Member:
    """One file inside an archive; `refused` says why it is not read."""

    name: str
    stream: IO[bytes] | None
    size: int  # unpacked, as the archive says [bytes]
    modified: datetime | None
    refused: Refusal | None = None


def is_bomb(unpacked: int, stored: int) -> bool:
    """Return whether what is unpacked has no proportion to what is stored. [bytes]"""
    return unpacked > BOMB_BYTES and unpacked > BOMB_RATIO * max(stored, 1)


def is_zip(head: bytes) -> bool:
    """Return whether a file that begins with *head* is a zip archive."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def is_tar(head: bytes) -> bool:
    """Return whether unpacked bytes that begin with *head* are a tar archive."""
    return head[_TAR_MAGIC] == b"ustar"


class Chunks:
    """Chunks of bytes as a stream that is read from its beginning to its end, its head looked at before."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._pending = bytearray()

    def peek(self, size: int) -> bytes:
        """Return the next *size* bytes (fewer at the end) without taking them."""
        while len(self._pending) < size:
            chunk = next(self._chunks, b"")
            if not chunk:
                break
            self._pending += chunk
        return bytes(self._pending[:size])

    def read(self, size: int = -1) -> bytes:
        """Return the next *size* bytes, fewer at the end; all that is left for -1."""
        data = self.peek(size if size >= 0 else 1 << 62)
        del self._pending[: len(data)]
        return data

    def __iter__(self) -> Iterator[bytes]:
        if self._pending:
            yield bytes(self._pending)
            self._pending.clear()
        yield from self._chunks


@dataclass(slots=True)
class _Names:
    """Gives every member a name of its own, so that a locator finds one record."""

    archive: str
    seen: Counter[str] = field(default_factory=Counter)

    def of(self, name: str) -> str:
        """Return the shown name of the member *name*."""
        clean = readable(name.replace("\\", "/")).lstrip("/")
        self.seen[clean] += 1
        again = f" ({self.seen[clean]})" if self.seen[clean] > 1 else ""
        return f"{self.archive}{INSIDE}{clean}{again}"


def zip_members(raw: IO[bytes], shown: str) -> Iterator[Member]:
    """
    Yield the members of a zip archive, sorted by name.

    Raises:
        OSError: If it is no whole archive.
        InputError: If it is one document or program that is only stored so.
    """
    import zipfile  # noqa: PLC0415 - few runs read archives

    try:
        archive = zipfile.ZipFile(raw)
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise OSError(str(error)) from error
    names = _Names(shown)
    with archive:
        members = sorted(
            (entry for entry in archive.infolist() if not entry.is_dir()),
            key=lambda entry: entry.filename,
        )
        _check_logs(members, shown)
        stored = sum(entry.compress_size for entry in members)
        unpacked = 0
        for entry in members[:MEMBERS]:
            # No member gives more than the archive says, and several may share their bytes.
            alone = is_bomb(entry.file_size, entry.compress_size)
            unpacked += 0 if alone else entry.file_size
            if alone or is_bomb(unpacked, stored):
                yield Member(names.of(name_in_zip(entry)), None, entry.file_size, None, "bomb")
                continue
            yield from _zip_member(raw, archive, entry, names)
    if len(members) > MEMBERS:
        yield Member(shown, None, len(members) - MEMBERS, None, "too_many")


def _check_logs(members: list[zipfile.ZipInfo], shown: str) -> None:
    """
    See whether an archive may hold logs.

    Raises:
        InputError: If it is a table or document of an office program, or a program of Java.
    """
    names = {entry.filename for entry in members}
    for kind, marks in _NO_ARCHIVES.items():
        if not marks.isdisjoint(names):
            raise InputError(f"files.{kind}", path=shown)


def _zip_member(
    raw: IO[bytes], archive: zipfile.ZipFile, entry: zipfile.ZipInfo, names: _Names
) -> Iterator[Member]:
    import zipfile  # noqa: PLC0415 - imported by who opened the archive

    name = names.of(name_in_zip(entry))
    if _is_hidden(entry.filename):
        return
    if entry.flag_bits & _ENCRYPTED:
        yield Member(name, None, entry.file_size, None, "encrypted")
        return
    if entry.compress_type == zipfile.ZIP_LZMA and _dictionary_of(raw, entry) > UNPACKING_BYTES:
        yield Member(name, None, entry.file_size, None, "memory")
        return
    try:
        stream = archive.open(entry)
    except (NotImplementedError, zipfile.BadZipFile, OSError, RuntimeError, zlib.error) as error:
        unknown = isinstance(error, NotImplementedError)
        yield Member(name, None, entry.file_size, None, "method" if unknown else "broken")
        return
    with stream:
        yield Member(name, stream, entry.file_size, _zip_time(entry))


def _dictionary_of(raw: IO[bytes], entry: zipfile.ZipInfo) -> int:
    """Return how large a dictionary a member packed with LZMA claims: its unpacker takes all of that at once [bytes]."""
    raw.seek(entry.header_offset)
    lengths = raw.read(_LOCAL_BYTES)[_LENGTHS]
    name, more = int.from_bytes(lengths[:2], "little"), int.from_bytes(lengths[2:], "little")
    raw.seek(entry.header_offset + _LOCAL_BYTES + name + more)
    return int.from_bytes(raw.read(_LZMA_DICTIONARY.stop)[_LZMA_DICTIONARY], "little")


def _zip_time(entry: zipfile.ZipInfo) -> datetime | None:
    # Without a zone, and seldom that of the logs: only good to place years by.
    try:
        return datetime(*entry.date_time, tzinfo=UTC)
    except ValueError:
        return None


def tar_members(chunks: Chunks, shown: str) -> Iterator[Member]:
    """
    Yield the members of a tar archive in their order.

    Raises:
        OSError: If it is damaged; the members before the damage were yielded.
    """
    import tarfile  # noqa: PLC0415 - few runs read archives

    from paicha.sources.files.tar_entries import Entry  # noqa: PLC0415 - likewise

    names = _Names(shown)
    try:
        # In stream mode tar reads forwards only; links and devices are no files to it.
        packed = cast("BinaryIO", chunks)
        with tarfile.open(fileobj=packed, mode="r|", tarinfo=Entry) as archive:
            for number, entry in enumerate(_files_of(archive)):
                if number >= MEMBERS:
                    yield Member(shown, None, 0, None, "too_many")
                    return
                stream = archive.extractfile(entry)
                if stream is None or _is_hidden(entry.name):
                    continue
                modified = _tar_time(entry)
                if is_bomb(entry.size, _stored(entry)):
                    yield Member(names.of(name_in_tar(entry)), None, entry.size, None, "bomb")
                    continue
                yield Member(names.of(name_in_tar(entry)), stream, entry.size, modified)
    except (tarfile.TarError, ValueError, OverflowError, RecursionError) as error:
        # Attributes that tell of no member at all, and one behind the other without an end.
        raise OSError(str(error)) from error


def _files_of(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    for entry in archive:
        # The list of what was seen would grow with the archive.
        archive.members = []  # type: ignore[attr-defined]  # not in the stubs; documented since 3.0
        if entry.isreg():
            yield entry


def _stored(entry: tarfile.TarInfo) -> int:
    """Return how much of a member the archive holds: of one with holes only what is between them [bytes]."""
    parts = cast("list[tuple[int, int]]", entry.sparse)
    return sum(size for _, size in parts) if entry.issparse() else entry.size


def _tar_time(entry: tarfile.TarInfo) -> datetime | None:
    try:
        return datetime.fromtimestamp(entry.mtime, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def spooled(chunks: Iterable[bytes]) -> IO[bytes] | None:
    """Return *chunks* as a file that can be read anywhere; None when they are more than `NESTED_BYTES`."""
    import tempfile  # noqa: PLC0415 - few runs read archives inside archives

    file = tempfile.SpooledTemporaryFile(max_size=8 << 20)  # noqa: SIM115 - handed to the caller
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > NESTED_BYTES:
            file.close()
            return None
        file.write(chunk)
    file.seek(0)
    return cast("IO[bytes]", file)


def _is_hidden(name: str) -> bool:
    parts = (part for part in name.split("/") if part not in (".", ".."))
    return any(part.startswith(".") or part == "__MACOSX" for part in parts)
