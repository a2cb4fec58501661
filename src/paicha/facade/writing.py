"""A file that is there whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def written_beside(path: Path, data: bytes | Iterable[bytes]) -> Iterator[None]:
    """Write *data* as `write_whole` does, and let the file take its name when the block ends well."""
    pieces = (data,) if isinstance(data, bytes) else data
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            file.writelines(pieces)
        yield
        return
    place = path.resolve()
    unfinished = place.with_name(f".{place.name}.{secrets.token_hex(4)}.part")
    try:
        with _named(path), unfinished.open("wb") as file:
            file.writelines(pieces)
        yield
        with _named(path):
            unfinished.replace(place)
    finally:
        unfinished.unlink(missing_ok=True)  # gone already where it got its real name


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Let what the system refuses name *path*: the reader knows the file by its own name."""
    try:
        yield
    except OSError as err:
        err.filename = os.fspath(path)
        raise


def write_whole(path: Path, data: bytes | Iterable[bytes]) -> None:
    """
    Write *data*, which may come in pieces, to *path*, or nothing: a full disk leaves no half report under its name.

    What is no plain file (``/dev/stdout``, a pipe) is written to as it is.
    """
    with written_beside(path, data):
        pass
