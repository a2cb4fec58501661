"""TOML files that hold one table per entry: those that the package brings along, and those of a user's folders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paicha.errors import KnowledgeError
from paicha.kept import toml
from paicha.package_files import folder_of

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

#: Files with their names, sorted.
Files = Sequence[tuple[str, "Traversable | Path"]]


def packaged_files(folder: str) -> Files:
    """Return the TOML files of a folder of the package."""
    entries = folder_of(__package__).joinpath(folder).iterdir()
    return sorted(
        ((entry.name, entry) for entry in entries if entry.name.endswith(".toml")),
        key=lambda named: named[0],
    )


def files_of(folder: Path, *, missing: str = "knowledge.folder_missing") -> Files:
    """
    Return the TOML files of a user's folder.

    Raises:
        KnowledgeError: With the code *missing*, if there is no such folder.
    """
    if not folder.is_dir():
        raise KnowledgeError(missing, path=folder)
    return [(path.name, path) for path in sorted(folder.glob("*.toml"))]


# What TOML holds is of any type; a test reads every packaged table.
def packaged_tables(folder: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the name and what it holds of each table in a folder of the package, in the order of files and tables."""
    for _, file in packaged_files(folder):
        yield from toml(file.read_text("utf-8")).items()


def checked_tables(
    files: Files, mistakes: list[str], noun: str
) -> Iterator[tuple[str, str, Mapping[str, object]]]:
    """
    Yield the file, the name and what it holds of each table, in the order of files and tables.

    Args:
        files: Files.
        mistakes: Added to: what is no TOML, and what is no table.
        noun: What a table is, as its reader calls it: "a class".
    """
    for name, file in files:
        for key, table in parsed(name, file, mistakes).items():
            if isinstance(table, Mapping):
                yield name, key, table
            else:
                mistakes.append(f"{name}: {key}: is not a table; {noun} is written [{key}]")


def parsed(name: str, file: Traversable | Path, mistakes: list[str]) -> Mapping[str, object]:
    """Return what a file holds; nothing, and a mistake more, where it cannot be read."""
    try:
        return toml(file.read_bytes().decode("utf-8-sig"))
    except (ValueError, OSError) as error:  # neither TOML nor UTF-8
        mistakes.append(f"{name}: {error}")
        return {}
