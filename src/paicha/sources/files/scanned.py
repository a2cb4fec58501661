"""
Files that the native kernel reads: large ones, those that are searched for a few records, and those whose records are all kept.

Only these need what is imported here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

import pyarrow as pa

from paicha.kernel.count import Partial
from paicha.kernel.reducing import Reducer
from paicha.kernel.times import PlacedBy
from paicha.model.question import Window
from paicha.sources.files.account import Account
from paicha.sources.files.discovery import FoundFile
from paicha.sources.files.feeds import feed_of
from paicha.sources.files.kept_file import KeptFile
from paicha.sources.files.large import LargeFile
from paicha.sources.files.lines import TextLines
from paicha.sources.files.manner import Manner
from paicha.sources.files.own_years import years_by
from paicha.sources.files.packing import CHUNK, ByteStream
from paicha.sources.files.scanning import LeftToPython, block_size
from paicha.sources.files.selecting import SelectedFile
from paicha.sources.files.small_files import SmallFiles
from paicha.sources.files.stopping import Advance
from paicha.sources.files.stretch_records import ahead
from paicha.sources.files.tally import Tally
from paicha.sources.files.windows import WindowRows

__all__ = ["LeftToPython", "SmallFiles", "records_kept", "records_wanted", "scanned"]


def scanned(
    file: FoundFile,
    raw: BinaryIO,
    size: int,
    placed_by: PlacedBy | None,
    *,
    manner: Manner,
    rows: WindowRows,
    account: Account,
    advance: Advance,
) -> Reducer | None:
    """Return the sums of a large file; None: it is Python's to read, from its beginning."""
    reader, windows = manner.reader(placed_by), (rows.during.window, rows.before.window)
    large = LargeFile(
        file.shown,
        reader,
        manner.stacks,
        *windows,
        hosts=rows.asked.hosts,
        among_pods=file.among_pods,
        caps=manner.caps,
    )
    tally = Tally(file, size, years_by=years_by(placed_by))
    stream = ByteStream(raw, max(CHUNK, block_size()))
    try:
        feed = feed_of(raw, file, stream, advance.asked_to_stop)
        advance.extent.begin(feed)
        large.read(feed, manner.plan(placed_by), tally)
    except LeftToPython:
        return None
    rows.during.counts.update(large.during)
    rows.before.counts.update(large.before)
    account.say_bomb(file, stream)
    if feed.stopped:
        advance.partly = file.shown if tally.records else ""
    elif not feed.packed:
        account.say_shorter(file, size, feed.taken)
    if tally.records or not feed.stopped:
        account.close_file(file, tally, feed.damage, feed.lines.encoding, feed.lines.damaged_bytes)
    return large.reducer


def records_wanted(
    file: FoundFile,
    blocks: Iterator[bytes],
    size: int,
    placed_by: PlacedBy | None,
    *,
    manner: Manner,
    window: Window | None,
    wanted: Callable[[Partial], bool],
    packed: bool,
) -> Iterator[pa.RecordBatch]:
    """
    Yield the records of those stretches of a file that hold what is *wanted*.

    Raises:
        LeftToPython: If it is Python's to read, from its beginning.
    """
    reader, tally = manner.reader(placed_by), Tally(file, size)
    selected = SelectedFile(reader, manner.stacks, tally, window, wanted)
    return ahead(selected.batches(blocks, manner.plan(placed_by), packed=packed))


def records_kept(
    first: bytes,
    blocks: Iterator[bytes],
    lines: TextLines,
    tally: Tally,
    placed_by: PlacedBy | None,
    *,
    manner: Manner,
    enough: Callable[[], bool],
) -> tuple[KeptFile, Iterator[pa.RecordBatch]]:
    """
    Return what reads a file, and all its records, which are counted in *tally*.

    Args:
        first: What it begins with, as it was `opened`.
        blocks: What follows.
        lines: Makes lines of what the kernel leaves.
        tally: Counts what the file holds.
        placed_by: What stamps without a year or a day are placed by; None: nothing places them.
        manner: How lines are read.
        enough: Whether the records of what follows are not asked for.

    Raises:
        LeftToPython: If it is Python's to read, from its beginning.
    """
    kept = KeptFile(manner, placed_by, tally, lines, enough)
    return kept, kept.batches(first, blocks)
