"""What a reading says afterwards: what was there, what was read, what is missing and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from paicha.errors import InputError
from paicha.locales import Text, text
from paicha.model.coverage import FileCoverage, SourceCoverage
from paicha.model.knowledge import LogFormat
from paicha.model.question import LogQuery
from paicha.sources.files.discovery import FoundFile
from paicha.sources.files.packing import ByteStream, takes_too_much
from paicha.sources.files.parquet import TableRows
from paicha.sources.files.place_hosts import host_of_place
from paicha.sources.files.stopping import Advance
from paicha.sources.files.tally import Tally
from paicha.sources.files.windows import Part, WindowRows

#: What may be found in a folder of logs without any log being missing.
_HARMLESS = frozenset({"files.skipped_empty", "files.skipped_binary", "files.skipped_jar"})
#: Tables that are named of those that were skipped; a folder may hold a hundred of them.
_NAMED = 3
#: So many hosts are named; the others are counted.
_HOSTS = 10


class Account:
    """
    Takes down what became of every file, and draws up the coverage.

    Args:
        name: The source's name.
        files: What is read.
        formats: The log formats known.
        query: What is asked.
        rows: The rows of the windows.
        advance: How far the reading got.
        notes: What was noticed about the files before.
    """

    def __init__(
        self,
        name: str,
        files: Sequence[FoundFile],
        formats: Sequence[LogFormat],
        query: LogQuery,
        *,
        rows: WindowRows,
        advance: Advance,
        notes: Sequence[Text],
    ) -> None:
        self._name = name
        self._files = files
        self._aged = [one for one in formats if one.ages]
        self._query = query
        self._rows = rows
        self._advance = advance
        self._coverages: list[FileCoverage] = []
        self._incomplete: list[Text] = []
        self._notes: list[Text] = list(notes)
        self._tables: list[str] = []  # files that are tables without log messages
        self._first_error: InputError | None = None
        self._usable = 0

    def check_usable(self) -> None:
        """
        See whether any file could be used.

        Raises:
            InputError: What was wrong with the first, if none could.
        """
        if not self._usable and self._first_error is not None:
            raise self._first_error

    def miss(self, said: Text) -> None:
        """Note what is missing, and why."""
        self._incomplete.append(said)

    def pass_table(self, file: FoundFile) -> None:
        """Note a table that holds no log messages."""
        self._tables.append(file.shown)

    def use(self) -> None:
        """Note that a file could be used of which not everything was read."""
        self._usable += 1

    def refuse(self, file: FoundFile, error: InputError, key: str, **facts: object) -> None:
        """Raise *error* for a file that was named; only say so for one that was found, and for an empty one among others."""
        # `app.log*` right after a rotation: a shell names every file that a pattern fits.
        if file.named and not (error.code == "files.empty" and len(self._files) > 1):
            if error.code == "files.empty" and file.is_stdin:
                raise InputError("files.nothing_piped") from error
            raise error
        self._first_error = self._first_error or error
        said = text(key, path=file.shown, **facts)
        (self._notes if key in _HARMLESS else self._incomplete).append(said)

    def say_bomb(self, file: FoundFile, stream: ByteStream | TableRows) -> None:
        """Note a file of which only a part was unpacked, because there was no end to it."""
        if stream.is_bomb:
            facts = {"unpacked": f"{stream.unpacked_bytes:,}", "stored": f"{stream.stored_bytes:,}"}
            self._incomplete.append(text("files.bomb", path=file.shown, **facts))

    def say_shorter(self, file: FoundFile, size: int, taken: int) -> None:
        """Note a file that ended before the bytes it had when it was opened: it was cut off meanwhile."""
        if taken < size and _size_now(file.path) != size:
            facts = {"size": f"{size:,}", "taken": f"{taken:,}"}
            self._incomplete.append(text("files.shorter", path=file.shown, **facts))

    def close_file(
        self, file: FoundFile, tally: Tally, damage: str, encoding: str, damaged_bytes: int
    ) -> None:
        """
        Take down what one file turned out to hold, and what of it is missing.

        Raises:
            InputError: If it held no record.
        """
        if tally.records == 0:
            if takes_too_much(damage):
                raise InputError("files.memory", path=file.shown, reason=damage)
            if damage:
                raise InputError("files.damaged", path=file.shown, reason=damage)
            raise InputError("files.empty", path=file.shown)
        self._usable += 1
        self._coverages.append(tally.coverage(encoding, damaged_bytes))
        shown = file.shown
        if damage:
            key = "files.memory" if takes_too_much(damage) else "files.damaged"
            self._incomplete.append(text(key, path=shown, n=f"{tally.records:,}", reason=damage))
        if tally.cut_lines:
            facts = {"path": shown, "n": f"{tally.cut_lines:,}", "bytes": f"{tally.cut_bytes:,}"}
            key = "files.row_cut" if encoding == "parquet" else "files.line_cut"
            self._incomplete.append(text(key, **facts))
        if tally.left_out:
            self._incomplete.append(
                text("files.following_cut", path=shown, n=f"{tally.left_out:,}")
            )
        if tally.assumed:
            by = "window" if self._query.window else tally.years_by or "file"
            self._notes.append(text(f"files.placed_by_{by}", path=shown, n=f"{tally.assumed:,}"))
        if tally.unset:
            self._notes.append(text("files.unset_clock", path=shown, n=f"{tally.unset:,}"))
        for aged in (one for one in self._aged if tally.formats[one.name]):
            n = f"{tally.formats[aged.name]:,}"
            said = text("files.ages", path=shown, title=aged.title, n=n, says=aged.ages)
            self._notes.append(said)
        if damaged_bytes:
            self._notes.append(text("files.damaged_bytes", path=shown, n=f"{damaged_bytes:,}"))

    def coverage(self, *, summed: bool) -> SourceCoverage:
        """
        Return the coverage of what is asked for.

        Args:
            summed: Whether the standard input was so long that only sums of it were kept.
        """
        closing = tuple(self._closing_notes(summed=summed))
        return self._coverage(self._rows.during, self._rows.before, closing)

    def baseline_coverage(self) -> SourceCoverage:
        """Return the same of the baseline."""
        return self._coverage(self._rows.before, self._rows.during, ())

    def _coverage(self, part: Part, other: Part, closing: tuple[Text, ...]) -> SourceCoverage:
        counts = part.counts
        outside = self._rows.during.counts["outside"] + other.counts["rows"]
        return SourceCoverage(
            source=self._name,
            kind="files",
            window=part.window,
            present=None if self._advance.cut_short else counts["kept"] + counts["beyond"],
            read=counts["kept"] + outside + counts["filtered"],
            kept=counts["kept"],
            outside=outside,
            filtered=counts["filtered"],
            duplicates=0,
            without_time=counts["without_time"],
            without_level=counts["without_level"],
            incomplete=(*self._incomplete, *self._limit_text(counts), *self._stop_text()),
            notes=(*self._notes, *closing),
            queries=tuple(file.shown for file in self._files),
            files=tuple(self._coverages),
            given_host=counts["given_host"],
            without_host=counts["without_host"],
            without_service=counts["without_service"],
            elsewhere=counts["elsewhere"],
        )

    def _limit_text(self, counts: Counter[str]) -> tuple[Text, ...]:
        kept, beyond = counts["kept"], counts["beyond"]
        if not beyond:
            return ()
        if self._advance.cut_short:
            return (text("files.limit_stdin", kept=f"{kept:,}"),)
        return (text("files.limit", kept=f"{kept:,}", present=f"{kept + beyond:,}"),)

    def _stop_text(self) -> tuple[Text, ...]:
        if not self._advance.stopped:
            return ()
        whole, n = len(self._advance.whole), len(self._files)
        path = self._advance.partly
        partly = text("files.partly", path=path) if path else text("files.none_partly")
        return (text("files.stopped", whole=f"{whole:,}", n=f"{n:,}", partly=partly),)

    def _closing_notes(self, *, summed: bool) -> Iterator[Text]:
        counts = self._rows.during.counts
        if summed:
            yield text("originals.stdin")
        if len(self._tables) == 1:
            yield text("files.skipped_table", path=self._tables[0])
        elif self._tables:
            n, more = len(self._tables), len(self._tables) - _NAMED
            names = ", ".join(self._tables[:_NAMED])
            key = "files.skipped_tables" if more <= 0 else "files.skipped_more_tables"
            yield text(key, n=f"{n:,}", paths=names, more=f"{more:,}")
        hosts = sorted({host_of_place(file.path) for file in self._coverages} - {""})
        if hosts:
            facts = {"hosts": ", ".join(hosts[:_HOSTS]), "n": f"{len(hosts):,}"}
            yield text("files.host_of_place", **facts)
        window, outside = self._query.window, counts["outside"] + self._rows.before.counts["rows"]
        starts = [file.first for file in self._coverages if file.first]
        ends = [file.last for file in self._coverages if file.last]
        if window and counts["kept"] == 0 and outside and starts and ends:
            zone = ZoneInfo(self._query.zone)
            yield text(
                "files.none_in_window",
                n=f"{outside:,}",
                first=min(starts).astimezone(zone).isoformat(sep=" ", timespec="seconds"),
                last=max(ends).astimezone(zone).isoformat(sep=" ", timespec="seconds"),
            )


def _size_now(path: Path) -> int | None:
    # What the system makes up as it is read (/proc, /sys) says any size, and the same one afterwards.
    try:
        return path.stat().st_size
    except OSError:
        return None
