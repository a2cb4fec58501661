"""From the paths a person names to the files to read, in a fixed order, each once."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePath

from paicha.errors import InputError
from paicha.kernel.log_places import PACKINGS
from paicha.locales import readable
from paicha.sources.files.pods import pod_of
from paicha.values import dataclass

#: Stands for the standard input.
STDIN = "-"
#: What a case file's name ends with, and the files that stand in the folder of a report together.
CASE_ENDING = ".case.duckdb"
REPORT_NAMES = frozenset({"report.md", "report.html", "report.json"})
#: How much larger logs are than what they are packed to, and how packed files are named.
_PACKED_TIMES = 8
_PACKED = frozenset(
    f".{one}" for one in (*PACKINGS.split("|"), "zip", "tgz", "txz", "tbz2", "parquet")
)
#: ``app.log.1``, ``app.log.2.gz``: the higher the older; ``app.log-20250304``: by its date.
_ROTATED = re.compile(
    r"(?P<base>.+?\.[A-Za-z]\w*)(?:\.(?P<number>\d{1,4})|[.-]\d{4}-?\d\d-?\d\d[\w-]{0,20})"
    rf"(?:\.(?:{PACKINGS}))?"
)
_WILDCARDS = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class FoundFile:
    """
    One file to read.

    `named` files were asked for one by one: what is wrong with them is an error. The others were
    found in a folder or by a pattern: what is wrong with them is said in the coverage.
    """

    path: Path
    named: bool
    among_pods: bool = False  # whether another file of its folder is a pod's by its name
    place: str = ""  # where it really is, by whatever name it was found; empty: nobody looked

    @property
    def shown(self) -> str:
        """The path as it is shown, bytes that are not UTF-8 by their numbers."""
        return readable(self.path.as_posix())

    @property
    def is_stdin(self) -> bool:
        """Whether it is the standard input."""
        return self.shown == STDIN


def find_files(paths: Sequence[Path]) -> tuple[FoundFile, ...]:
    """
    Return the files that *paths* stand for, folders read recursively, sorted within each path: by name,
    rotated files before the log they were cut from, the oldest first.

    In folders, hidden files and Paicha's own reports are passed over.

    Raises:
        InputError: If a path is missing, a folder holds nothing, or a pattern matches nothing.
    """
    return find_each_once(paths)[0]


def find_each_once(paths: Sequence[Path]) -> tuple[tuple[FoundFile, ...], tuple[str, ...]]:
    """
    Return the same files, and those that *paths* stand for more than once, by whatever names; each is read once.

    Raises:
        InputError: As `find_files` does.
    """
    if not paths:
        raise InputError("files.no_paths")
    found: dict[str, FoundFile] = {}
    times: Counter[str] = Counter()
    for path in paths:
        for file in _placed(path):
            found.setdefault(file.place, file)
            times[file.place] += 1
    twice = sorted(readable(place) for place, n in times.items() if n > 1)
    return _among_pods(tuple(found.values())), tuple(twice)


def _placed(path: Path) -> Iterator[FoundFile]:
    """Yield the files that a path stands for, each with where it really is."""
    folders: dict[str, str] = {}
    for file in _expand(path):
        folder, name = os.path.split(file.path)
        if file.is_stdin:
            place = STDIN
        elif name == ".." or os.path.islink(file.path):  # noqa: PTH114 - says no where a path is too long
            place = os.path.realpath(file.path)
        else:
            if folder not in folders:  # a thousand files of it stand beside one another
                folders[folder] = os.path.realpath(folder)
            place = f"{folders[folder].rstrip(os.sep)}{os.sep}{name}"
        yield FoundFile(file.path, file.named, place=place)


def _among_pods(files: tuple[FoundFile, ...]) -> tuple[FoundFile, ...]:
    """Return *files*, marked where another of the same folder is a pod's by its name."""
    folders = {file.path.parent for file in files if pod_of(file.path.name)}
    if not folders:
        return files
    return tuple(replace(f, among_pods=True) if f.path.parent in folders else f for f in files)


def unpacked(size: int, path: PurePath) -> int:
    """Return about how many bytes of text a file of that size holds [bytes]."""
    return size * (_PACKED_TIMES if path.suffix.lower() in _PACKED else 1)


def _expand(path: Path) -> Iterator[FoundFile]:
    if path.as_posix() == STDIN:
        yield FoundFile(path, named=True)
    elif _is_closed(path):
        yield FoundFile(path, named=True)  # reading it says that it may not be read
    elif path.is_dir():
        yield from _folder(path)
    elif path.exists() or path.is_symlink():
        yield FoundFile(path, named=True)
    elif _WILDCARDS & set(path.as_posix()):
        yield from _matches(path)
    else:
        raise InputError("files.missing", path=path.as_posix(), folder=Path.cwd().as_posix())


def _folder(folder: Path) -> Iterator[FoundFile]:
    closed: list[Path] = []
    files = _without_reports(
        sorted(
            (
                entry
                for entry in _entries(folder, closed)
                if not _is_hidden(entry.relative_to(folder))
            ),
            key=oldest_first,
        )
    )
    if closed == [folder]:
        yield FoundFile(folder, named=True)
        return
    if not files:
        raise InputError("files.folder_empty", path=folder.as_posix())
    yield from (FoundFile(file, named=False) for file in files)


def _matches(pattern: Path) -> Iterator[FoundFile]:
    parts = pattern.parts
    first = next(index for index, part in enumerate(parts) if _WILDCARDS & set(part))
    base = Path(*parts[:first]) if first else Path()
    found = sorted(base.glob("/".join(parts[first:])), key=oldest_first)
    if not found:
        raise InputError("files.no_match", path=pattern.as_posix(), folder=Path.cwd().as_posix())
    for path in found:
        if path.is_dir():
            yield from _folder(path)
        elif not _is_pipe(path):
            yield FoundFile(path, named=False)


def oldest_first(path: Path) -> tuple[tuple[str, ...], bool, int, str]:
    """
    Return what files are sorted by: by name, the rotated ones of a log before it, the oldest first.

    Example:
        >>> names = ("app.log", "app.log.1", "app.log.10.gz", "app.log-20250304", "b.log")
        >>> [path.name for path in sorted(map(Path, names), key=oldest_first)]
        ['app.log.10.gz', 'app.log.1', 'app.log-20250304', 'app.log', 'b.log']
    """
    found = _ROTATED.fullmatch(path.name)
    if found is None:
        return path.parts, True, 0, path.name
    number = found["number"]
    return (*path.parent.parts, found["base"]), False, -int(number or 0), path.name


def _is_closed(path: Path) -> bool:
    try:
        path.stat()
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False
    return False


def _entries(folder: Path, closed: list[Path]) -> Iterator[Path]:
    """Yield the files below *folder*, and what may not be looked into: reading it says so."""
    # Not os.walk: it calls itself for each folder inside a folder.
    places = [str(folder)]
    while places:
        place = places.pop()
        try:
            with os.scandir(place) as entries:
                for entry in entries:
                    if not _is_folder(entry):
                        if _may_be_file(path := Path(place, entry.name)):
                            yield path
                    elif not entry.is_symlink():
                        places.append(entry.path)
        except OSError:
            closed.append(Path(place))
    yield from closed


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_pipe(path: Path) -> bool:
    """Return whether opening a path may wait for ever: until somebody writes to it."""
    try:
        return path.is_fifo()
    except OSError:
        return False


def _may_be_file(entry: Path) -> bool:
    try:
        return entry.is_file()
    except OSError:  # closed to us, or its path is too long
        return True


def _without_reports(files: Sequence[Path]) -> list[Path]:
    """Leave out what Paicha wrote: asked again, a folder gives the same report."""
    names: dict[Path, set[str]] = {}
    for file in files:
        names.setdefault(file.parent, set()).add(file.name)
    return [
        file
        for file in files
        if not file.name.endswith(CASE_ENDING)
        and not (file.name in REPORT_NAMES and names[file.parent] >= REPORT_NAMES)
    ]


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
