"""A file of which all records are handed out, read by the native kernel as far as it can."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import pyarrow as pa

from paicha.kernel.normalise import LineReader
from paicha.kernel.plan import Plan
from paicha.kernel.scan import Scan
from paicha.kernel.stacks import StackReader
from paicha.sources.files.large import refuse_other_text
from paicha.sources.files.lines import SAMPLE, TextLines
from paicha.sources.files.scanning import LeftToPython
from paicha.sources.files.stretch_records import StretchRecords, ahead, pieces
from paicha.sources.files.tally import Tally

#: When more of a file's beginning than this is left to Python, the whole file is: what the kernel reads in vain is a
#: fifteenth of what Python takes for it.
LEFT_SHARE = 0.8


class KeptFile:
    """
    Reads one file.

    Args:
        reader: Reads the lines that the kernel leaves.
        stacks: Reads stack traces.
        tally: Counts what the file holds.
        lines: Makes lines of what the kernel leaves, and counts what of it is damaged.
    """

    def __init__(
        self, reader: LineReader, stacks: StackReader, tally: Tally, lines: TextLines
    ) -> None:
        self._reader = reader
        self._stacks = stacks
        self._tally = tally
        self._lines = lines

    def batches(
        self, first: bytes, blocks: Iterator[bytes], plan: Plan
    ) -> Iterator[pa.RecordBatch]:
        """
        Return all records of a file in their order.

        Args:
            first: What it begins with.
            blocks: What follows.
            plan: What the formats became.

        Raises:
            LeftToPython: Before anything of it counts, if it is better, or only rightly, read line by line.
            InputError: If it is no text.
        """
        sample = first[:SAMPLE]
        table = refuse_other_text(sample, self._lines, self._reader)
        scan = Scan(plan if table is None else plan.of_rows(table), None, None)
        whole = sample.rfind(b"\n") + 1
        for _ in range(2):  # what was learned then is known now, as it will be soon
            rows = scan.rows(sample, 0, 1, whole)
        left = sum(run.end - run.start for run in rows.runs)
        # What it begins with may end within a record.
        if left > LEFT_SHARE * whole or scan.facts.seen.joined:
            raise LeftToPython
        records = StretchRecords(self._reader, self._stacks, self._tally, self._lines, table)
        return ahead(_batches(scan, records, chain([first], blocks)))


def _batches(
    scan: Scan, records: StretchRecords, blocks: Iterator[bytes]
) -> Iterator[pa.RecordBatch]:
    for data, end, number, offset in pieces(scan, blocks):
        batch = records.written(scan, data, end, number, offset) if end else None
        if batch is None:
            # Records may be joined over any number of lines from here on; or this is the end.
            yield from records.read(chain([data], blocks), number, offset)
            return
        yield batch
