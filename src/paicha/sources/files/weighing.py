"""How much files hold, unpacked: what a small file unpacks to, or how many lines it is, its size does not say."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath
from typing import BinaryIO

from paicha.errors import InputError
from paicha.model.reading import ReadFile
from paicha.sources.files.archives import is_zip, zip_members
from paicha.sources.files.discovery import STDIN, FoundFile, unpacked
from paicha.sources.files.packing import ByteStream
from paicha.sources.files.parquet import is_parquet, text_of

#: What a record counts for beside its message, or a line if it has less text [bytes].
HEADER_BYTES = 64
#: Plain files that hold no more together are not looked into: even of lines of one letter they hold too few.
_LITTLE = 1 << 20
_CHUNK = 1 << 18


def is_endless(file: FoundFile) -> bool:
    """Return whether how much a file holds shows only while it is read: the standard input, a pipe."""
    if file.is_stdin:
        return True
    try:
        mode = file.path.stat().st_mode
    except OSError:
        return False  # reading it says why
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode) or stat.S_ISSOCK(mode)


def weight(files: Sequence[FoundFile], known: Sequence[ReadFile], most: int) -> int:
    """
    Return about how much *files* hold, unpacked, with those read before [bytes].

    Where by their sizes alone it is no more than *most*, they are looked into until it is: lines of a letter are
    many records, and an archive may hold a hundred times its size.
    """
    places = [file.path for file in files if not is_endless(file)]
    sizes = [(path, _size(path)) for path in places]
    sizes += [(Path(file.place), file.size) for file in known if file.place != STDIN]
    total = sum(unpacked(size, PurePath(path)) for path, size in sizes)
    if total > most or _are_few(sizes):
        return total
    total = 0
    for path, size in sizes:
        total += max(_looked_into(path, most - total), unpacked(size, path))
        if total > most:
            break
    return total


def _are_few(sizes: Sequence[tuple[Path, int]]) -> bool:
    """Return whether files are plain, and hold little."""
    plain = all(size == unpacked(size, path) for path, size in sizes)
    return plain and sum(size for _, size in sizes) <= _LITTLE


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _looked_into(path: Path, most: int) -> int:
    """Return what a file holds, or more than *most* if it does; 0: it cannot be read, which reading it says."""
    total = 0
    try:
        with path.open("rb") as raw:
            for more in _weights(path, raw):
                total += more
                if total > most:
                    break
    except (OSError, InputError):
        pass
    return total


def _weights(path: Path, raw: BinaryIO) -> Iterator[int]:
    """Yield what the parts of a file weigh."""
    head = raw.read(4)
    raw.seek(0)
    if is_parquet(head):
        yield from (size + HEADER_BYTES * rows for rows, size in text_of(path))
    elif is_zip(head):
        for member in zip_members(raw, ""):
            if member.stream is not None:
                yield from map(_weight, ByteStream(member.stream))
    else:
        yield from map(_weight, ByteStream(raw, _CHUNK))


def _weight(chunk: bytes) -> int:
    return max(len(chunk), HEADER_BYTES * chunk.count(b"\n"))
