"""A file that is there whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from pathlib import Path


def write_whole(path: Path, data: bytes | Iterable[bytes]) -> None:
    """
    Write *data*, which may come in pieces, to *path*, or nothing: a full disk leaves no half report under its name.

    What is no plain file (``/dev/stdout``, a pipe) is written to as it is.
    """
    pieces = (data,) if isinstance(data, bytes) else data
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            file.writelines(pieces)
        return
    place = path.resolve()
    unfinished = place.with_name(f".{place.name}.{secrets.token_hex(4)}.part")
    try:
        with unfinished.open("wb") as file:
            file.writelines(pieces)
        unfinished.replace(place)
    except OSError as err:
        err.filename = os.fspath(path)  # the reader knows the file by its own name
        raise
    finally:
        unfinished.unlink(missing_ok=True)  # gone already where it got its real name
