"""
What is derived from the package's own data, kept in a file so that the next start need not derive it again.

Parsing a hundred TOML files and taking a hundred patterns apart takes a third of a second. Whoever starts a
program calls `open_file` and `close_file`; without them everything is derived, as before. What is kept stands
under a hash of what it was derived from, so nothing in the file can be out of date; a file that is
missing, damaged or cannot be written costs time and nothing else.
"""

from __future__ import annotations

import marshal
import os
import stat
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from paicha.own_files import folder_name, own_bytes
from paicha.version import __version__

#: A larger file holds what former versions of the data gave: only what a start asks for stays in it [bytes].
#: What this version gives is 1.5 MB.
_LARGEST = 3 << 20
_DIGEST = 32  # [bytes]
_LENGTH = 8  # [bytes]

_things: dict[str, Any] = {}  # what was asked for
_pieces: dict[str, memoryview] = {}  # what the file holds of everything, each thing by itself
_place: Path | None = None  # None: nothing is kept
_grown = _overgrown = False


def folder_of(environ: Mapping[str, str]) -> Path | None:
    """Return the folder where this machine keeps what can be derived again; None: nowhere."""
    name = folder_name(environ)
    return Path(name) if name else None


def open_file(folder: Path | None) -> None:
    """Read what an earlier start kept in *folder*, and keep from now on; None: keep nothing."""
    global _place, _grown, _overgrown  # noqa: PLW0603 - one file for the process
    _place, _grown, _overgrown = None, False, False
    _things.clear()
    _pieces.clear()
    if folder is None:
        return
    _place = folder / f"pieces-{__version__}.{sys.implementation.cache_tag}"
    document = own_bytes(_place)
    _overgrown = len(document) > _LARGEST
    if sha256(document[_DIGEST:]).digest() == document[:_DIGEST]:
        _pieces.update(_cut(memoryview(document)[_DIGEST:]))


def _cut(document: memoryview) -> Iterator[tuple[str, memoryview]]:
    """
    Yield the pieces of an unharmed file by their keys: it holds the index's length, the index, and the pieces.

    Each is read when it is asked for. What large files need is half of everything, and takes 40 ms to read.
    """
    start = _LENGTH + int.from_bytes(document[:_LENGTH], "little")
    for key, length in marshal.loads(document[_LENGTH:start]).items():  # noqa: S302 - our own file
        yield key, document[start : start + length]
        start += length


def _document(pieces: Mapping[str, bytes | memoryview]) -> bytes:
    """Return the file that holds *pieces*."""
    index = marshal.dumps({key: len(piece) for key, piece in pieces.items()})
    held = b"".join([len(index).to_bytes(_LENGTH, "little"), index, *pieces.values()])
    return sha256(held).digest() + held


def folder() -> Path | None:
    """Return the folder where things are kept; None: nothing is."""
    return None if _place is None else _place.parent


def close_file() -> None:
    """Write what was derived since; a folder that takes nothing is passed over."""
    if _place is None or not (_grown or _overgrown):
        return
    pieces: dict[str, bytes | memoryview] = {} if _overgrown else {**_pieces}
    for key, thing in _things.items():
        pieces[key] = _pieces.get(key) or marshal.dumps(thing)
    fresh = _place.with_name(f"{_place.name}.{os.getpid()}")
    with suppress(OSError):
        _place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            fresh.touch(mode=0o600)
            fresh.write_bytes(_document(pieces))
            fresh.replace(_place)
        finally:
            fresh.unlink(missing_ok=True)


def derived(kind: str, content: str, make: Callable[[], Any]) -> Any:  # whatever JSON can say
    """
    Return what *make* gives, or what it gave for the same *content* before.

    Args:
        kind: Names the way it is made; another way has another name.
        content: All that it depends on.
        make: Derives it: dicts with text keys, lists, texts, bytes, numbers, booleans, None.
    """
    global _grown  # noqa: PLW0603
    if _place is None:
        return make()
    key = f"{kind} {sha256(content.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"
    if key not in _things:
        if key in _pieces:
            _things[key] = marshal.loads(_pieces[key])  # noqa: S302 - our own file, unharmed
            return _things[key]
        made = make()
        if not _is_plain(made):
            return made
        _things[key] = made
        _grown = True
    return _things[key]


def derived_by(module: str) -> str:
    """Return a kind for what the module in the file *module* derives: another one when it changes."""
    path = Path(module)
    with suppress(OSError):
        found = path.stat()
        return f"{path.stem} {found.st_size} {found.st_mtime_ns}"
    return f"{path.stem} {__version__}"


def state_of(*places: str | os.PathLike[str]) -> str:
    """
    Return what the file system says of files, and of all files in folders: another state when one of them changes.

    To ask it takes a tenth of the time that it takes to read small files.
    """
    return repr(sorted(states for place in places for states in _states(os.fspath(place))))


def _states(place: str) -> Iterator[tuple[str, int, int, int, int]]:
    found = os.stat(place)  # noqa: PTH116 - hundreds of files, where a path object costs as much again
    if not stat.S_ISDIR(found.st_mode):
        yield place, found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
        return
    with os.scandir(place) as entries:
        inside = [entry.path for entry in entries if entry.name != "__pycache__"]
    for path in inside:
        yield from _states(path)


def toml(words: str) -> dict[str, Any]:
    """
    Return what a TOML document says.

    Raises:
        tomllib.TOMLDecodeError: If it is none.
    """
    found: dict[str, Any] = derived("toml", words, lambda: tomllib.loads(words))
    return found


def _is_plain(value: object) -> bool:
    """Return whether the value is of plain parts alone: no dates, no tuples, no keys that are no text."""
    if isinstance(value, dict):
        return all(type(key) is str and _is_plain(held) for key, held in value.items())
    if isinstance(value, list):
        return all(map(_is_plain, value))
    return value is None or type(value) in (str, bytes, int, float, bool)
