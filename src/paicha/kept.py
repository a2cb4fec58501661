"""
What is derived from the package's own data, kept in a file so that the next start need not derive it again.

Parsing a hundred TOML files and taking hundreds of patterns apart takes a third of a second. Whoever starts a
program calls `open_file` and `close_file`; without them a process derives everything once, and remembers it. What is kept stands
under a hash of what it was derived from, so nothing in the file can be out of date; a file that is
missing, damaged or cannot be written costs time and nothing else.

The package brings such a file along where installing it could write one (`hatch_build.py`): the first start of all, and
each start where nothing is kept, as in most containers, finds there what it would have to derive.
"""

from __future__ import annotations

import marshal
import os
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from paicha.own_files import folder_name, own_bytes
from paicha.version import __version__

#: A larger file holds what former versions of the data gave: only what a start asks for stays in it [bytes].
#: What this version gives is 2.5 MB, all of which the package mostly brings along.
_LARGEST = 5 << 20
#: Where the package's modules are, and what it brings along.
PACKAGE = Path(__file__).parent
_DIGEST = 32  # [bytes]
_LENGTH = 8  # [bytes]

#: A thing as it is kept, and the digest of that.
_Piece = tuple["bytes | memoryview", bytes]

_things: dict[str, Any] = {}  # what was asked for
_pieces: dict[str, _Piece] = {}  # what the file holds of everything, each thing by itself
_brought: dict[str, _Piece] = {}  # the same of the package's own file
_place: Path | None = None  # None: nothing is kept
_grown = _overgrown = False


def folder_of(environ: Mapping[str, str]) -> Path | None:
    """Return the folder where this machine keeps what can be derived again; None: nowhere."""
    name = folder_name(environ)
    return Path(name) if name else None


def file_in(folder: Path) -> Path:
    """Return the file in *folder* that this version and this Python use; the package's own has the same name."""
    return folder / f"pieces-{__version__}.{sys.implementation.cache_tag}"


def open_file(folder: Path | None, package: Path = PACKAGE) -> None:
    """
    Read what an earlier start kept in *folder*, and keep from now on; None: keep nothing.

    Args:
        folder: Where the file is.
        package: The folder in which the package brings its own along.
    """
    global _place, _grown, _overgrown  # noqa: PLW0603 - one file for the process
    _place, _grown, _overgrown = None, False, False
    for pieces in (_things, _pieces, _brought):
        pieces.clear()
    with suppress(OSError):
        _brought.update(_cut(memoryview(file_in(package).read_bytes())))
    if folder is None:
        return
    _place = file_in(folder)
    document = own_bytes(_place)
    _overgrown = len(document) > _LARGEST
    _pieces.update(_cut(memoryview(document)))


def _cut(document: memoryview) -> Iterator[tuple[str, _Piece]]:
    """
    Yield the pieces of a file by their keys: it holds the digest of its index, the index's length, the index, and the pieces.

    Each is looked at when it is asked for. What large files need is half of everything, and takes 40 ms to read.
    """
    ahead = _DIGEST + _LENGTH
    start = ahead + int.from_bytes(document[_DIGEST:ahead], "little")
    if start > len(document) or sha256(document[_DIGEST:start]).digest() != document[:_DIGEST]:
        return
    for key, (length, digest) in marshal.loads(document[ahead:start]).items():  # noqa: S302 - our own, unharmed
        yield key, (document[start : start + length], digest)
        start += length


def _document(pieces: Mapping[str, _Piece]) -> bytes:
    """Return the file that holds *pieces*."""
    index = marshal.dumps({key: (len(piece), digest) for key, (piece, digest) in pieces.items()})
    lead = len(index).to_bytes(_LENGTH, "little") + index
    return b"".join([sha256(lead).digest(), lead, *(piece for piece, _ in pieces.values())])


def _made(thing: Any) -> _Piece:
    made = marshal.dumps(thing)
    return made, sha256(made).digest()


def folder() -> Path | None:
    """Return the folder where things are kept; None: nothing is."""
    return None if _place is None else _place.parent


def close_file() -> None:
    """Write what was derived since; a folder that takes nothing is passed over."""
    if _place is None or not (_grown or _overgrown):
        return
    pieces: dict[str, _Piece] = {} if _overgrown else {**_pieces}
    for key, thing in _things.items():
        if key in _brought:
            continue
        if key not in _pieces:
            pieces[key] = _made(thing)
        elif _overgrown:
            pieces[key] = _pieces[key]
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
    key = f"{kind} {sha256(content.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"
    for pieces in (_brought, _pieces) if key not in _things else ():
        piece, digest = pieces.get(key, (b"", b""))
        if digest and sha256(piece).digest() == digest:
            _things[key] = marshal.loads(piece)  # noqa: S302 - our own file, unharmed
            return _things[key]
        pieces.pop(key, None)
    if key not in _things:
        made = make()
        if not _is_plain(made):
            return made
        _things[key] = made
        _grown = True
    return _things[key]


def derived_by(*modules: str) -> str:
    """Return a kind for what the modules in these files derive: another one when one of them changes."""
    return " ".join(map(_state_of_module, modules))


def _state_of_module(module: str) -> str:
    path = Path(module)
    with suppress(OSError):
        return f"{path.stem} {sha256(path.read_bytes()).hexdigest()[:16]}"
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
    found: dict[str, Any] = derived("toml", words, lambda: _toml(words))
    return found


def _toml(words: str) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 - most starts find what it said before

    return tomllib.loads(words)


def _is_plain(value: object) -> bool:
    """Return whether the value is of plain parts alone: no dates, no tuples, no keys that are no text."""
    if isinstance(value, dict):
        return all(type(key) is str and _is_plain(held) for key, held in value.items())
    if isinstance(value, list):
        return all(map(_is_plain, value))
    return value is None or type(value) in (str, bytes, int, float, bool)
