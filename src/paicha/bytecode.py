"""
Modules compiled once, also where Python may not keep what it compiles.

With ``PYTHONDONTWRITEBYTECODE`` set, as in many containers, or a package in a folder that its user cannot write to,
each start compiles five hundred modules anew: half of all its CPU (benchmarks/notes.md, "Cold start"). Whoever
starts a program calls `open_file` and `close_file`; what was compiled between them is kept in one file, each module
under what the file system says of its source: place, size, inode, and when it was written and changed. A module
that says otherwise is compiled; so is one whose piece of the file is damaged. A file that cannot be read or written,
or that somebody else could have written, costs time and nothing else.
"""

from __future__ import annotations

import marshal
import os
import sys
import time
import zlib
from importlib.machinery import PathFinder, SourceFileLoader

from paicha.own_files import own_bytes

# What is imported here is compiled at each start: of what is for the type checker, nothing.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from importlib.machinery import ModuleSpec
    from pathlib import Path
    from types import CodeType, ModuleType
    from typing import Any

#: What the file system says of a source: when it was written, when it was changed, its size, its inode.
_Stamp = tuple[int, int, int, int]
#: Where a module's piece begins and ends behind the index, and its check sum.
_Piece = tuple[int, int, int]

#: A source written so shortly ago may be written once more with the same stamp [s].
_SETTLED_S = 2.0
#: Environments and versions of Python that keep a file each; the file that was written longest ago goes.
_MOST_FILES = 4
_SUM = 4  # [bytes]
_LENGTH = 8  # [bytes]

_open: _CompiledModules | None = None


def open_file(folder: str | os.PathLike[str], settled_s: float = _SETTLED_S) -> None:
    """
    Take compiled modules from *folder*, and keep there what is compiled from now on, if Python may not keep it itself.

    Args:
        folder: Where the file is; "": nothing is kept.
        settled_s: How long ago a source must have been written to be kept [s].
    """
    global _open  # noqa: PLW0603 - one file for the process
    here = os.path.dirname(__file__)  # noqa: PTH120 - a path object costs more than the question
    if not folder or not (sys.dont_write_bytecode or not os.access(here, os.W_OK)):
        return
    of_whom = f"{sys.version} {sys.flags.optimize} {sys.prefix} {here}"
    _open = _CompiledModules(os.fspath(folder), of_whom, settled_s)
    sys.meta_path.insert(sys.meta_path.index(PathFinder), _Finder())


def close_file() -> None:
    """Write what was compiled since; a folder that takes nothing is passed over."""
    if _open is not None:
        _open.write()


class _Finder:
    """Finds modules where Python does, and gives those with a source a loader that asks for what is kept."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return what Python's own finder returns."""
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and type(spec.loader) is SourceFileLoader and _open is not None:
            spec.loader = _Loader(spec.loader.name, spec.loader.path, _open)
        return spec


class _Loader(SourceFileLoader):
    """Loads a module from its source, compiled now or before."""

    def __init__(self, fullname: str, path: str, modules: _CompiledModules) -> None:
        super().__init__(fullname, path)
        self._modules = modules
        self._stamp: _Stamp | None = None

    def get_code(self, fullname: str) -> CodeType | None:
        """Return the module's code."""
        self._stamp = _stamp(self.path)
        return self._modules.code_of(self.path, self._stamp) or super().get_code(fullname)

    # Python 3.12 hands one option more, and the type checker's file says that it is a static method.
    def source_to_code(self, data: Any, path: Any, **options: Any) -> CodeType:  # type: ignore[override]
        """Compile, which is asked for only where nobody kept it, and keep it."""
        code = super().source_to_code(data, path, **options)
        if self._stamp is not None and path == self.path:
            self._modules.keep(self.path, self._stamp, code)
        return code


class _CompiledModules:
    """
    A file of compiled modules.

    It holds the check sum of its index, the index's length, the index, and the modules' code. The index says whose it is.

    Args:
        folder: Where it is, or will be.
        of_whom: The Python, the environment and the package that it is for.
        settled_s: How long ago a source must have been written to be kept [s].
    """

    def __init__(self, folder: str, of_whom: str, settled_s: float) -> None:
        name = zlib.crc32(of_whom.encode("utf-8", "surrogatepass"))
        self._place = os.path.join(folder, f"modules-{name:08x}.code")  # noqa: PTH118 - likewise
        self._of_whom = of_whom
        self._settled_ns = int(settled_s * 1e9)
        self._index: dict[str, tuple[_Stamp, _Piece]] = {}
        self._code = memoryview(b"")
        self._fresh: dict[str, tuple[_Stamp, bytes]] = {}
        self._take(memoryview(own_bytes(self._place)))

    def _take(self, document: memoryview) -> None:
        ahead = _SUM + _LENGTH
        end = ahead + int.from_bytes(document[_SUM:ahead], "little")
        if end <= len(document) and _sum(document[_SUM:end]) == bytes(document[:_SUM]):
            of_whom, index = marshal.loads(document[ahead:end])  # noqa: S302 - our own file, unharmed
            if of_whom == self._of_whom:
                self._index, self._code = index, document[end:]

    def code_of(self, path: str, stamp: _Stamp | None) -> CodeType | None:
        """Return what the source at *path* was compiled to when the file system said *stamp* of it; None: not known."""
        held = self._index.get(path)
        if held is None or held[0] != stamp:
            return None
        piece = self._piece(held[1])
        code: CodeType | None = marshal.loads(piece) if piece else None  # noqa: S302 - likewise
        return code

    def _piece(self, piece: _Piece) -> memoryview | None:
        start, end, check = piece
        code = self._code[start:end]
        return code if zlib.crc32(code) == check else None

    def keep(self, path: str, stamp: _Stamp, code: CodeType) -> None:
        """Keep the *code* that the source at *path* was compiled to."""
        if max(stamp[:2]) < time.time_ns() - self._settled_ns:
            self._fresh[path] = (stamp, marshal.dumps(code))

    def write(self) -> None:
        """Write the file anew if there is something new; what belongs to no source any more is left out."""
        if not self._fresh:
            return
        held: dict[str, tuple[_Stamp, bytes | memoryview]] = {**self._fresh}
        for path, (stamp, where) in self._index.items():
            if path not in held and _stamp(path) == stamp and (code := self._piece(where)):
                held[path] = (stamp, code)
        self._replace(_document(self._of_whom, held))

    def _replace(self, document: bytes) -> None:
        from contextlib import suppress  # noqa: PLC0415 - only who writes needs these
        from pathlib import Path  # noqa: PLC0415

        place = Path(self._place)
        fresh = place.with_name(f"{place.name}.{os.getpid()}")
        with suppress(OSError):
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                fresh.touch(mode=0o600)
                fresh.write_bytes(document)
                fresh.replace(place)
            finally:
                fresh.unlink(missing_ok=True)
            _leave_few(place.parent)


def _leave_few(folder: Path) -> None:
    """Remove the files of environments that wrote theirs longest ago."""
    files = folder.glob("modules-*.code")
    for file in sorted(files, key=lambda file: -file.stat().st_mtime_ns)[_MOST_FILES:]:
        file.unlink(missing_ok=True)


def _document(of_whom: str, held: Mapping[str, tuple[_Stamp, bytes | memoryview]]) -> bytes:
    """Return the file that holds the modules *held*."""
    index, start = {}, 0
    for path, (stamp, code) in held.items():
        index[path] = (stamp, (start, start + len(code), zlib.crc32(code)))
        start += len(code)
    words = marshal.dumps((of_whom, index))
    lead = len(words).to_bytes(_LENGTH, "little") + words
    return b"".join([_sum(lead), lead, *(code for _, code in held.values())])


def _sum(data: bytes | memoryview) -> bytes:
    return zlib.crc32(data).to_bytes(_SUM, "little")


def _stamp(path: str) -> _Stamp | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - once a module, where a path object costs as much again
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
