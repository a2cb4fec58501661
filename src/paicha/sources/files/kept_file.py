"""A file of which all records are handed out, read by the native kernel as far as it can."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

import pyarrow as pa

from paicha.kernel.scan import Scan
from paicha.kernel.times import PlacedBy
from paicha.sources.files.large import refuse_other_text
from paicha.sources.files.lines import SAMPLE, TextLines
from paicha.sources.files.manner import Manner
from paicha.sources.files.scanning import LeftToPython
from paicha.sources.files.stretch_records import Piece, Rest, StretchRecords, ahead, pieces
from paicha.sources.files.tally import Tally

#: When more of a file's beginning than this is left to Python, the whole file is: what the kernel reads in vain is a
#: fifteenth of what Python takes for it.
LEFT_SHARE = 0.8


class KeptFile:
    """
    Reads one file.

    Args:
        manner: How lines are read.
        placed_by: What stamps without a year or a day are placed by; None: nothing places them.
        tally: Counts what the file holds.
        lines: Makes lines of what the kernel leaves, and counts what of it is damaged.
        enough: Whether the records of what follows are not asked for; then it is the `rest`.
    """

    def __init__(
        self,
        manner: Manner,
        placed_by: PlacedBy | None,
        tally: Tally,
        lines: TextLines,
        enough: Callable[[], bool],
    ) -> None:
        self._manner = manner
        self._placed_by = placed_by
        self._tally = tally
        self._lines = lines
        self._enough = enough
        self.rest: Rest | None = None

    def batches(self, first: bytes, blocks: Iterator[bytes]) -> Iterator[pa.RecordBatch]:
        """
        Return all records of a file in their order.

        Args:
            first: What it begins with, as it was `opened`.
            blocks: What follows.

        Raises:
            LeftToPython: Before anything of it counts, if it is better, or only rightly, read line by line.
        """
        sample = first[:SAMPLE]
        reader, plan = self._manner.reader(self._placed_by), self._manner.plan(self._placed_by)
        table = refuse_other_text(sample, reader)
        if table is None:
            scan = self._manner.writing(plan)
        else:
            scan = Scan(plan.of_rows(table), None, None)
        # Of a small file nothing is tried: that would take as long as reading it.
        if len(first) > SAMPLE:
            _refuse_other_records(scan, sample)
        records = StretchRecords(reader, self._manner.stacks, self._tally, self._lines, table)
        begins, second = self._lines.begins, next(blocks, b"")
        if second or len(first) > SAMPLE:
            blocks = chain([first, second] if second else [first], blocks)
            found = pieces(scan, blocks, begins)
        else:
            found = iter([Piece(first, len(first), 1, begins)])
        batches = self._batches(scan, records, found, blocks)
        # What is small is read before a thread has begun.
        return ahead(batches) if second else batches

    def _batches(
        self,
        scan: Scan,
        records: StretchRecords,
        found: Iterator[Piece],
        blocks: Iterator[bytes],
    ) -> Iterator[pa.RecordBatch]:
        for piece in found:
            data, end, number, offset = piece
            # What a table goes on with only its columns tell.
            if records.are_lines and self._enough():
                self.rest = Rest(chain([piece], found), blocks)
                return
            batch = records.written(scan, data, end, number, offset) if end else None
            if batch is None:
                # Records may be joined over any number of lines from here on.
                yield from records.read(chain([data], blocks), number, offset)
                return
            yield batch


def _refuse_other_records(scan: Scan, sample: bytes) -> None:
    """
    Leave a file to Python of which a scan reads too little.

    Raises:
        LeftToPython: If it does so of a *sample*.
    """
    end = sample.rfind(b"\n") + 1
    # What was learned at first is known then, as it will be soon.
    if not _may_read(scan, sample, end) and not _may_read(scan, sample, end):
        raise LeftToPython


def _may_read(scan: Scan, sample: bytes, end: int) -> bool:
    """Return whether a scan reads enough of a file by what it begins with."""
    rows = scan.rows(sample, 0, 1, end)
    left = sum(run.end - run.start for run in rows.runs)
    # What it begins with may end within a record.
    return left <= LEFT_SHARE * end and not scan.facts.seen.joined
