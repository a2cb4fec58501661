"""What killed processes left beside a case: nobody else would ever take it away."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

#: A file that is younger may be one that its process has yet to lock. [s]
_YOUNG_S = 60
#: Those that this process wrote or writes.
_ours: set[Path] = set()


def remove_leftovers(path: Path, unfinished: Path) -> None:
    """
    Remove unfinished cases of *path* that no process has open.

    Args:
        path: Where the case will be.
        unfinished: The one that is being written, which tells what time it is.
    """
    if sys.platform == "win32":
        return  # it says of no file whether somebody has it open
    _ours.add(unfinished.absolute())
    now = unfinished.stat().st_mtime
    for other in path.absolute().parent.glob(f".{path.name}.*.part"):
        # What cannot be looked at is left.
        with suppress(OSError):
            if now - other.stat().st_mtime > _YOUNG_S and not _is_open(other):
                other.with_name(f"{other.name}.wal").unlink(missing_ok=True)
                other.unlink()


def _is_open(file: Path) -> bool:
    """Return whether a process writes to a database: it holds a lock then."""
    import fcntl  # noqa: PLC0415 - not on Windows

    # To close a file gives back every lock that this very process has on it.
    if file in _ours:
        return True
    with file.open("rb") as opened:
        try:
            fcntl.lockf(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False
