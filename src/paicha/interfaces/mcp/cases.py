"""A folder of kept cases, one folder an investigation: ``ID/paicha.case.duckdb``, as the service keeps them."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

from paicha.errors import CaseError, UsageError
from paicha.facade import CASE_FILE, write_whole
from paicha.locales import Text
from paicha.service.identity import is_id, new_id
from paicha.values import dataclass

#: Letters of an id, as numbers rise; the first ten say when it was made [ms].
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TIME_LETTERS = 10
#: Stands in every folder that this server made, so that it removes no other's.
RECORD_FILE = "paicha-mcp.json"


@dataclass(frozen=True, slots=True)
class Cases:
    """
    The cases below one folder.

    Args:
        folder: Where they are; made when it is missing.
        keep: How many of those that this server made stay; older ones are removed.
    """

    folder: Path
    keep: int

    def prepare(self) -> None:
        """
        Make the folder.

        Raises:
            UsageError: If that is not possible.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as err:
            reason = err.strerror or str(err)
            raise UsageError("mcp.no_place", path=self.folder, reason=reason) from err

    def place(self, run_id: str) -> Path:
        """
        Return the folder of an investigation.

        Raises:
            CaseError: If *run_id* cannot be an id.
        """
        if not is_id(run_id):
            raise CaseError("mcp.no_investigation", id=run_id)
        return self.folder / run_id

    def case(self, run_id: str) -> Path:
        """
        Return the case file of a finished investigation.

        Raises:
            CaseError: If there is none; with the reason where it failed.
        """
        place = self.place(run_id)
        if (place / CASE_FILE).is_file():
            return place / CASE_FILE
        if not place.is_dir():
            raise CaseError("mcp.no_investigation", id=run_id)
        if (reason := self.failure(run_id)) is not None:
            raise CaseError("mcp.failed", id=run_id, reason=reason.en.split("\n", 1)[0])
        raise CaseError("mcp.unfinished", id=run_id)

    def claim(self, now: datetime) -> str:
        """Return the id of a new investigation whose folder stands, and let go of the oldest ones."""
        self._forget()
        run_id = new_id(now)
        place = self.folder / run_id
        try:
            place.mkdir(mode=0o700)
            (place / RECORD_FILE).write_text("{}", "utf-8")
        except OSError as err:
            reason = err.strerror or str(err)
            raise UsageError("mcp.no_place", path=self.folder, reason=reason) from err
        return run_id

    def record_failure(self, run_id: str, reason: Text) -> None:
        """Keep why an investigation has no case, in both languages."""
        told = json.dumps({"zh": reason.zh, "en": reason.en}, ensure_ascii=False)
        write_whole(self.place(run_id) / RECORD_FILE, told.encode())

    def failure(self, run_id: str) -> Text | None:
        """Return why an investigation failed; None when nothing says that it did."""
        try:
            told = json.loads((self.place(run_id) / RECORD_FILE).read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return Text(zh=str(told["zh"]), en=str(told["en"])) if "en" in told else None

    def remove(self, run_id: str) -> None:
        """Remove an investigation and all it wrote."""
        shutil.rmtree(self.place(run_id), ignore_errors=True)

    def newest(self, most: int) -> tuple[tuple[str, datetime], ...]:
        """Return the ids of at most *most* kept cases with the time they were asked for, newest first."""
        names = sorted(
            (name for name in self._names() if (self.folder / name / CASE_FILE).is_file()),
            reverse=True,
        )
        return tuple((name, _asked_at(name)) for name in names[:most])

    def _names(self) -> list[str]:
        try:
            return [entry.name for entry in self.folder.iterdir() if is_id(entry.name)]
        except OSError:
            return []

    def _forget(self) -> None:
        # Only finished ones that this kind of server made: another's run may be under way.
        ours = sorted(
            name
            for name in self._names()
            if (self.folder / name / RECORD_FILE).is_file()
            and ((self.folder / name / CASE_FILE).is_file() or self.failure(name))
        )
        for name in ours[: max(len(ours) - self.keep + 1, 0)]:
            self.remove(name)


def _asked_at(run_id: str) -> datetime:
    number = 0
    for letter in run_id[:_TIME_LETTERS]:
        number = number << 5 | _LETTERS.index(letter)
    return datetime.fromtimestamp(number / 1000, UTC)
