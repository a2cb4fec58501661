"""Where cases are: a folder for each run, in it the case under one name, or nothing."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import IO

from paicha.errors import LedgerError
from paicha.facade import CASE_FILE
from paicha.service.identity import is_id
from paicha.values import dataclass

_LOCK = "serve.lock"
#: What a run may need at least: the case of the built-in incident (1,800 records) takes 5 MB [bytes].
LEAST_ROOM = 16 * 2**20
#: Enough to be refused by a quota that is used up, and by what can only be read [bytes].
_TRIED = 65_536


@dataclass(frozen=True, slots=True)
class Folders:
    """
    The folder of the service.

    Args:
        root: What `[service] data` names.
    """

    root: Path

    def case(self, run_id: str) -> Path:
        """Return where the case of a run is, once it is done."""
        return self._of(run_id) / CASE_FILE

    def unfinished(self, run_id: str, worker: str) -> Path:
        """Return where a worker lets the case be written; what an earlier one left is removed."""
        self.remove(run_id)
        return self._of(run_id) / f"{worker.rpartition(':')[2]}.part.duckdb"

    def settle(self, run_id: str, unfinished: Path) -> None:
        """Give a case its name; it is whole by then."""
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.replace(self.case(run_id))

    def tidy(self, run_id: str, unfinished: Path) -> None:
        """Remove what is left of an unfinished case, and the folder of its run where nothing is in it."""
        folder = self._of(run_id)
        for file in sorted(folder.iterdir()) if folder.is_dir() else ():
            if unfinished.name in file.name:  # with what the store writes beside it
                file.unlink(missing_ok=True)
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()

    def remove(self, run_id: str) -> str:
        """Remove everything of a run; return why something of it stays, where the system does not let it go."""
        place = self._of(run_id)
        try:
            shutil.rmtree(place)
        except OSError as refused:
            # It stops at the first that stays: what else there is goes all the same.
            shutil.rmtree(place, ignore_errors=True)
            if place.exists():
                return f"{refused.filename or place}: {refused.strerror or refused}"
        return ""

    def lock(self) -> IO[bytes]:
        """
        Take the folder for this process, as long as what is returned stays open.

        Raises:
            LedgerError: If another process has it.
        """
        held = (self.root / _LOCK).open("ab")
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as err:
            held.close()
            raise LedgerError("ledger.in_use", folder=self.root) from err
        return held

    def check_room(self, least: int = LEAST_ROOM) -> None:
        """
        Make sure that a case can be written here: nothing that is tried stays.

        Args:
            least: Room that has to be left [bytes].

        Raises:
            LedgerError: If nothing can be written, or there is too little room.
        """
        try:
            with tempfile.TemporaryFile(dir=self.root, buffering=0) as tried:
                tried.write(bytes(_TRIED))
            disk = os.statvfs(self.root)
        except OSError as err:
            reason = err.strerror or str(err)
            raise LedgerError("ledger.unwritable", folder=self.root, reason=reason) from err
        room = disk.f_bavail * disk.f_frsize
        if room < least:
            free, needed = (f"{n / 2**20:,.1f} MiB" for n in (room, least))
            raise LedgerError("service.no_room", folder=self.root, free=free, needed=needed)

    def _of(self, run_id: str) -> Path:
        if not is_id(run_id):
            raise ValueError(f"no id of a run: {run_id!r}")
        return self.root / "cases" / run_id
