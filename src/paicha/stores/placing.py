"""Where a case stands: what may be replaced by one, and how one that is not finished goes away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from paicha.errors import CaseError
from paicha.stores.failing import reading

#: What every DuckDB file holds behind the checksum of its first block.
_MAGIC, _MAGIC_PLACE = b"DUCK", 8


def refuse_existing(path: Path, *, overwrite: bool) -> None:
    """
    See whether a case may take its place at *path*.

    Raises:
        CaseError: ``case.exists``, or ``case.not_ours`` when what is there is no database.
    """
    if path.exists() and not overwrite:
        raise CaseError("case.exists", path=path)
    # Whoever mistypes --case must not lose a log: only a database takes the place of a file.
    if path.exists() and not (path.is_file() and _is_database(path)):
        raise CaseError("case.not_ours", path=path)


def _is_database(path: Path) -> bool:
    with reading(path), path.open("rb") as file:
        head = file.read(_MAGIC_PLACE + len(_MAGIC))
    return not head or head[_MAGIC_PLACE:] == _MAGIC


@contextmanager
def removed_on_failure(unfinished: Path | None) -> Iterator[None]:
    """Remove a case that is not finished, where there is one, when what is done inside fails."""
    try:
        yield
    except CaseError:
        if unfinished is not None:
            remove(unfinished)
        raise


def remove(unfinished: Path) -> None:
    """Remove a case that is not finished, and what DuckDB keeps beside it."""
    unfinished.unlink(missing_ok=True)
    unfinished.with_name(f"{unfinished.name}.wal").unlink(missing_ok=True)
