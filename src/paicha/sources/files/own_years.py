"""
The year that a file's own lines say, for its stamps without one.

A file that was copied or unpacked long after is newer than what it holds: by the time it was written last
``Mar  1`` would be of the year of the copy, beside lines that say ``2024-03-01``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from io import BufferedReader
from itertools import islice

from paicha.errors import InputError
from paicha.kernel.normalise import LineReader
from paicha.kernel.times import PlacedBy, Reference, from_micros
from paicha.sources.files.archives import Chunks
from paicha.sources.files.lines import TextLines
from paicha.sources.files.packing import ByteStream, is_packed

#: So much is looked at of a file's beginning, and of its end [bytes], and so many lines of each.
HEAD = 1024
_LINES = 16
#: What stands behind a line of a log is at most so much later: nearly a year, as a log is not quite in order.
REACH = timedelta(days=355)
#: A year with four digits, and one with two as a line begins with it: 24/03/01, 240301.
_YEAR = re.compile(rb"((?:19|20)\d\d)(?=\D|0[1-9]|1[0-2])")
_SHORT_YEAR = re.compile(rb"\D{0,3}(\d\d)[-/]?(?:0[1-9]|1[0-2])[-/]?[0-3]\d[ T]")


def placed_by_own(
    written: datetime,
    head: bytes,
    reader: Callable[[datetime], LineReader],
    tail: Callable[[], bytes] = bytes,
) -> PlacedBy:
    """
    Return what the stamps of a file are placed by: when it was *written*, or before, as its own lines say.

    Args:
        written: When it was written last.
        head: Its beginning, unpacked.
        reader: Returns what reads its lines, with stamps placed by a moment.
        tail: Returns its end; empty: nobody knows that.

    Cost:
        One look at *head* for a year long before; one line is read where there is one, mostly.
    """
    if not _may_be_older(head, written):
        return written
    first = dated(lines_of(head), reader(written))
    if first is None or first + REACH >= written:
        return written
    last = dated(reversed(lines_of(tail().partition(b"\n")[2])), reader(written))
    year_by = max(first + REACH, last or first)
    return Reference(written, year_by) if year_by < written else written


def placed_by_file(
    raw: BufferedReader, written: datetime, reader: Callable[[datetime], LineReader]
) -> PlacedBy:
    """Return the same of a plain or packed file from its beginning, where it is put back."""
    if not raw.seekable():
        return written
    head, tail = ends_of(raw)
    placed_by = placed_by_own(written, head, reader, tail)
    if raw.tell():
        raw.seek(0)
    return placed_by


def years_by(placed_by: PlacedBy | None) -> str:
    """Return who says the year of stamps without one: `Reference.said_by`; empty: the time of the file."""
    return placed_by.said_by if isinstance(placed_by, Reference) else ""


def ends_of(raw: BufferedReader) -> tuple[bytes, Callable[[], bytes]]:
    """Return the beginning of a plain or packed file, unpacked, and what reads its end: of a packed one nothing."""
    head = raw.peek(HEAD)[:HEAD]
    packed = is_packed(head)
    if packed:
        head = Chunks(ByteStream(raw, HEAD)).peek(HEAD)

    def tail() -> bytes:
        if packed:
            return b""
        raw.seek(max(0, raw.seek(0, 2) - HEAD))
        return raw.read(HEAD)

    return head, tail


def years_in(head: bytes) -> set[int]:
    """Return the years that stand in the beginning of a file, or may."""
    head = head.replace(b"\0", b"")  # UTF-16
    short = filter(None, map(_SHORT_YEAR.match, head.split(b"\n", _LINES)[:_LINES]))
    return {*map(int, _YEAR.findall(head)), *(2000 + int(found[1]) for found in short)}


def _may_be_older(head: bytes, written: datetime) -> bool:
    """Return whether a year stands in *head* that ended long before a file was *written*."""
    newest = (written - REACH).year
    return any(year <= newest for year in years_in(head))


def lines_of(part: bytes) -> list[str]:
    """Return the lines of a part of a file; none where it is no text."""
    with suppress(InputError):
        return [line.text for line in TextLines(iter([part]), "", offsets=False)]
    return []


def dated(lines: Iterable[str], reader: LineReader, *, assumed: bool = False) -> datetime | None:
    """Return the time of the first of some lines that says all of it, or that does not; None: none of the first does."""
    for line in islice(lines, _LINES):
        parsed = reader.read_line(line)
        if parsed is None or parsed.timestamp_us is None:
            continue
        if parsed.time_assumed is assumed:
            return from_micros(parsed.timestamp_us).astimezone(UTC)
    return None
