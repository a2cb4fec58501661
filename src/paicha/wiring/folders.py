"""Folders that are named where files of metrics or traces may be, and such files in the folders of logs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from paicha.errors import InputError
from paicha.kernel.metric_answers import BEGINNING, is_metric_answer
from paicha.sources.files.discovery import FoundFile, find_files
from paicha.values import dataclass

#: How tables end that are looked for beside logs (the last ones hold Prometheus and OpenMetrics text), and how long the
#: line may be that names their columns.
_TABLES = frozenset({".csv", ".tsv", ".prom", ".om", ".openmetrics", ".metrics", ".txt"})
_ANSWERS = frozenset({".json"})
_LONGEST_HEADER = 1 << 16  # [bytes]
_FIELDS = re.compile("[,;\t]")
_NUMBER = re.compile(r'"?-?\d{1,30}(?:\.\d{1,30})?(?:[eE][-+]?\d{1,3})? ?%?"?')


@dataclass(frozen=True, slots=True)
class Beside:
    """Folders and tables of metrics and of traces that lie among logs, as they are named."""

    metrics: tuple[str, ...] = ()
    traces: tuple[str, ...] = ()
    named: frozenset[str] = frozenset()  # tables among the names themselves: no logs


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

    A table that was named itself is no log either. Cost: the first line of each table.

    Args:
        names: What is read as logs.
        is_table: Whether a line names the columns of a table that holds no log messages.
    """
    from paicha.sources.metric_files.columns import names_a_time  # noqa: PLC0415 - few need it
    from paicha.sources.trace_files.columns import is_header_of_spans  # noqa: PLC0415 - likewise

    metrics: set[str] = set()
    traces: set[str] = set()
    named: set[str] = set()
    folders = [Path(name) for name in names if Path(name).is_dir()]
    inside = [(file.path, file.path.parent.as_posix()) for file in _files_in(folders)]
    themselves = [(Path(name), name) for name in names if Path(name).is_file()]
    for path, place in (*inside, *themselves):
        if _is_answer(path):
            metrics.add(place)
            if path.as_posix() == Path(place).as_posix():
                named.add(place)
            continue
        header, row = _first_lines(path)
        if not header or not is_table(header):
            continue
        spans = is_header_of_spans(header)
        if path.as_posix() == Path(place).as_posix():
            is_measured = names_a_time(header) and _is_mostly_numbers(row)
            if not spans and not is_measured and not header.startswith("# "):
                continue  # a log all the same
            named.add(place)
        (traces if spans else metrics).add(place)
    return Beside(tuple(sorted(metrics)), tuple(sorted(traces)), frozenset(named))


def _files_in(folders: Sequence[Path]) -> Sequence[FoundFile]:
    return find_files(folders) if folders else ()


def _is_answer(path: Path) -> bool:
    """Return whether *path* is a stored answer of a metric store. Cost: the beginning of a file of JSON."""
    if path.suffix.lower() not in _ANSWERS:
        return False
    try:
        with path.open("rb") as file:
            return is_metric_answer(file.read(BEGINNING).decode("utf-8-sig", "replace"))
    except OSError:
        return False  # reading it as a log says why


def may_be_table(name: str) -> bool:
    """Return whether *name* is that of a table, or of a folder that may hold one."""
    path = Path(name)
    return path.suffix.lower() in _TABLES | _ANSWERS or path.is_dir()


def _first_lines(path: Path) -> tuple[str, str]:
    """Return the line that may name the columns of a table, and the one below it."""
    if path.suffix.lower() not in _TABLES:
        return "", ""
    try:
        with path.open("rb") as file:
            lines = [file.readline(_LONGEST_HEADER) for _ in range(2)]
    except OSError:
        return "", ""  # reading it as a log says why
    header, row = (line.decode("utf-8-sig", "replace").rstrip("\r\n") for line in lines)
    return header, row


def _is_mostly_numbers(row: str) -> bool:
    """Return whether more than half of the fields behind the first are numbers: of an audit trail they are not."""
    _, *values = _FIELDS.split(row)
    numbers = sum(1 for value in values if _NUMBER.fullmatch(value))
    return 2 * numbers > len(values)
