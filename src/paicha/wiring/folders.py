"""Folders that are named where files of metrics or traces may be."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from paicha.errors import InputError


def in_folders(names: Sequence[str]) -> tuple[tuple[Path, ...], frozenset[Path]]:
    """
    Return the files of *names*, folders replaced by the files in them, and which of all were found that way.

    A folder's files are those directly in it, by name, without hidden ones.

    Raises:
        InputError: If a folder holds no files.
    """
    files: list[Path] = []
    found: set[Path] = set()
    for path in map(Path, names):
        if not path.is_dir():
            files.append(path)
            continue
        inside = sorted(p for p in path.iterdir() if p.is_file() and not p.name.startswith("."))
        if not inside:
            raise InputError("files.folder_empty", path=path)
        files += inside
        found.update(inside)
    return tuple(files), frozenset(found)
