"""Folders that are named where files of metrics or traces may be, and such files in the folders of logs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from paicha.errors import InputError
from paicha.sources.files.discovery import find_files
from paicha.values import dataclass

#: How tables end that are looked for beside logs, and how long the line may be that names their columns.
_TABLES = frozenset({".csv", ".tsv"})
_LONGEST_HEADER = 1 << 16  # [bytes]


@dataclass(frozen=True, slots=True)
class Beside:
    """Folders of metrics and of traces that lie among logs, as they are named."""

    metrics: tuple[str, ...] = ()
    traces: tuple[str, ...] = ()


def in_folders(names: Sequence[str]) -> tuple[tuple[Path, ...], frozenset[Path]]:
    """
    Return the files of *names*, folders replaced by the files in them, and which of all were found that way.

    A folder's files are those in it and in folders below it, by name, each once, without what is hidden.

    Raises:
        InputError: If a folder holds no files.
    """
    files: list[Path] = []
    found: set[Path] = set()
    for path in map(Path, names):
        if not path.is_dir():
            files.append(path)
            continue
        inside = sorted(_inside(path))
        if not inside:
            raise InputError("files.folder_empty", path=path)
        files += [file for file in inside if file not in found]
        found.update(inside)
    return tuple(files), frozenset(found)


def _inside(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(part.startswith(".") for part in parts):
            yield path


def tables_beside(names: Sequence[str], is_table: Callable[[str], bool]) -> Beside:
    """
    Return which folders in those of *names* hold tables of metrics, and which hold tables of spans.

    Only names of folders count: who names files names all of them. Cost: the first line of each table.

    Args:
        names: What is read as logs.
        is_table: Whether a line names the columns of a table that holds no log messages.
    """
    from paicha.sources.trace_files.columns import is_header_of_spans  # noqa: PLC0415 - few need it

    folders = [Path(name) for name in names if Path(name).is_dir()]
    metrics: set[str] = set()
    traces: set[str] = set()
    for file in find_files(folders) if folders else ():
        header = _header(file.path)
        if header and is_table(header):
            kind = traces if is_header_of_spans(header) else metrics
            kind.add(file.path.parent.as_posix())
    return Beside(tuple(sorted(metrics)), tuple(sorted(traces)))


def _header(path: Path) -> str:
    if path.suffix.lower() not in _TABLES:
        return ""
    try:
        with path.open("rb") as file:
            line = file.readline(_LONGEST_HEADER)
    except OSError:
        return ""  # reading it as a log says why
    return line.decode("utf-8-sig", "replace").rstrip("\r\n")
