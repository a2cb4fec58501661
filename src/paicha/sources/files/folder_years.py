"""
The year that the other files of a folder say, for one whose lines say none.

A folder that was copied or unpacked long after: `messages` with ``Mar  1`` beside logs that say ``2024-03-01``. Where all that
say a year are from one stretch of less than a year, and the stamps of the file fall into it, its year is theirs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from io import BufferedReader
from pathlib import Path
from typing import NamedTuple

from paicha.errors import InputError
from paicha.kernel.times import PlacedBy, Reference
from paicha.sources.files.discovery import FoundFile
from paicha.sources.files.manner import Manner
from paicha.sources.files.own_years import (
    REACH,
    dated,
    ends_of,
    lines_of,
    placed_by_file,
    years_in,
)

#: Files of a larger folder are not asked: a look at each takes a tenth of a millisecond.
_MOST_FILES = 256
#: A file may begin or end so much before or after the others.
_MARGIN = timedelta(days=31)


class _Stretch(NamedTuple):
    """From when to when the files of a folder are that say so."""

    first: datetime
    last: datetime


class Years:
    """
    Says what the stamps without a year of each file are placed by.

    Args:
        files: All that are read.
        manner: How lines are read.
    """

    def __init__(self, files: Sequence[FoundFile], manner: Manner) -> None:
        self._manner = manner
        self._files: dict[Path, list[Path]] = defaultdict(list)
        for file in files:
            if not file.is_stdin:
                self._files[file.path.parent].append(file.path)
        self._stretches: dict[Path, _Stretch | None] = {}

    def placed_by(self, path: Path, raw: BufferedReader, written: datetime) -> PlacedBy:
        """
        Return what places the stamps of a file: its own lines, else those of its folder, else when it was *written*.

        Args:
            path: Where it stands.
            raw: It, from its beginning, where it is put back.
            written: When it was written last.
        """
        if self._manner.latest is not None:
            return written
        own = placed_by_file(raw, written, self._manner.reader)
        if isinstance(own, Reference) or not raw.seekable():
            return own
        stretch = self._stretch(path.parent)
        if stretch is None or stretch.last + REACH >= written:
            return own
        found = self._of(stretch, raw, written)
        raw.seek(0)
        return found or own

    def _of(self, stretch: _Stretch, raw: BufferedReader, written: datetime) -> Reference | None:
        """Return what places the stamps of a file in a stretch; None: it says years, or they fall beside it."""
        head, tail = ends_of(raw)
        reference = Reference(written, stretch.last + _MARGIN, "neighbours")
        reader = self._manner.reader(reference)
        if dated(lines_of(head), reader) is not None:
            return None
        ends = (lines_of(head), list(reversed(lines_of(tail().partition(b"\n")[2]))))
        moments = [dated(lines, reader, assumed=True) for lines in ends]
        earliest, latest = stretch.first - _MARGIN, stretch.last + _MARGIN
        known = [moment for moment in moments if moment is not None]
        return reference if known and all(earliest <= one <= latest for one in known) else None

    def _stretch(self, folder: Path) -> _Stretch | None:
        """Return the stretch of the files of a folder that say theirs; None: none does, or they are not of one."""
        if folder not in self._stretches:
            self._stretches[folder] = self._found(self._files.get(folder, ()))
        return self._stretches[folder]

    def _found(self, paths: Sequence[Path]) -> _Stretch | None:
        if not 1 < len(paths) <= _MOST_FILES:
            return None
        found: list[_Stretch] = []
        for path in paths:
            with suppress(OSError, InputError), path.open("rb") as raw:
                written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                said = self._said(raw, written)
                if said is not None and said.last + REACH >= written:
                    return None  # one that is as old as it looks: nothing was copied late
                found += [] if said is None else [said]
        if not found:
            return None
        whole = _Stretch(min(one.first for one in found), max(one.last for one in found))
        return whole if whole.last - whole.first + 2 * _MARGIN < REACH else None

    def _said(self, raw: BufferedReader, written: datetime) -> _Stretch | None:
        """Return from when to when the lines of a file are that say all of it."""
        head, tail = ends_of(raw)
        if not years_in(head):
            return None
        reader = self._manner.reader(written)
        first = dated(lines_of(head), reader)
        if first is None:
            return None
        last = dated(reversed(lines_of(tail().partition(b"\n")[2])), reader)
        return _Stretch(min(first, last or first), max(first, last or first))
