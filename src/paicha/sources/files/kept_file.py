"""A file whose records are all kept: the native kernel writes those of one line, the others are read line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

import pyarrow as pa

from paicha.kernel.csv_rows import CsvTable
from paicha.kernel.normalise import LineReader, RecordBuilder
from paicha.kernel.plan import Plan
from paicha.kernel.scan import Rows, Scan, Seen
from paicha.kernel.stacks import StackReader
from paicha.sources.files.joining import Record, locator_of
from paicha.sources.files.large import add_facts, refuse_other_text
from paicha.sources.files.lines import SAMPLE, Line, TextLines
from paicha.sources.files.records import joined_records, rows_of
from paicha.sources.files.scanning import LeftToPython
from paicha.sources.files.tally import Tally
from paicha.sources.files.windows import BATCH_ROWS

#: When more of a file's beginning than this is left to Python, the whole file is: what the kernel reads in vain is a
#: fifteenth of what Python takes for it.
LEFT_SHARE = 0.8
#: Without a line that surely begins a record, so much is read line by line, and the rest of the file with it. [bytes]
_LONGEST = 1 << 23


class KeptFile:
    """
    Reads one file.

    Args:
        reader: Reads the lines that the kernel leaves.
        stacks: Reads stack traces.
        plan: What the formats became.
        tally: Counts what the file holds.
        lines: Makes lines of what the kernel leaves, and counts what of it is damaged.
        offsets: Whether byte offsets mean something in it.
    """

    def __init__(
        self,
        reader: LineReader,
        stacks: StackReader,
        plan: Plan,
        tally: Tally,
        lines: TextLines,
        *,
        offsets: bool,
    ) -> None:
        self._reader = reader
        self._stacks = stacks
        self._plan = plan
        self._tally = tally
        self._lines = lines
        self._offsets = offsets
        self._table: CsvTable | None = None
        self._builder = RecordBuilder()

    def batches(self, first: bytes, blocks: Iterator[bytes]) -> Iterator[pa.RecordBatch]:
        """
        Return all records of a file in their order.

        Args:
            first: What it begins with.
            blocks: What follows.

        Raises:
            LeftToPython: Before anything of it counts, if it is better, or only rightly, read line by line.
            InputError: If it is no text.
        """
        sample = first[:SAMPLE]
        self._table = refuse_other_text(sample, self._lines, self._reader)
        plan = self._plan if self._table is None else self._plan.of_rows(self._table)
        scan = Scan(plan, None, None)
        whole = sample.rfind(b"\n") + 1
        for _ in range(2):  # what was learned then is known now, as it will be soon
            rows = scan.rows(sample, 0, 1, whole)
        left = sum(run.end - run.start for run in rows.runs)
        if left > LEFT_SHARE * whole or _is_joined(scan.facts.seen):
            raise LeftToPython
        return self._batches(scan, chain([first], blocks))

    def _batches(self, scan: Scan, blocks: Iterator[bytes]) -> Iterator[pa.RecordBatch]:
        rest, offset, number = b"", 0, 1
        for block in blocks:
            data = rest + block
            edge = scan.last_record(data)
            if edge is None and len(data) <= _LONGEST:
                rest = data
                continue
            at, lines = edge or (0, 0)
            rows = scan.rows(data, offset, number, at)
            facts = scan.facts
            if not at or _is_joined(facts.seen):
                # Records may be joined over any number of lines from here on.
                rest_of_lines = self._lines.parts(chain([data], blocks), number, offset)
                yield from self._read(self._records(rest_of_lines))
                return
            add_facts(self._tally, facts)
            self._lines.count_utf8(facts.seen.wide)
            yield self._together(rows, data, offset)
            rest, offset, number = data[at:], offset + at, number + lines
        yield from self._read(self._records(self._lines.part(rest, number, offset)))

    def _records(self, lines: Iterable[Line]) -> Iterator[Record]:
        if self._table is not None:
            return rows_of(lines, self._table, self._reader, self._stacks)
        return joined_records(lines, self._reader, self._stacks)

    def _read(self, records: Iterable[Record]) -> Iterator[pa.RecordBatch]:
        for record in records:
            self._add(record)
            if len(self._builder) >= BATCH_ROWS or self._builder.is_large:
                yield self._builder.take()
        if len(self._builder):
            yield self._builder.take()

    def _add(self, record: Record) -> None:
        self._tally.add(record)
        self._builder.add(record.parsed, locator_of(self._tally.file.shown, record))

    def _together(self, rows: Rows, data: bytes, offset: int) -> pa.RecordBatch:
        """Return what the kernel wrote of a stretch and what it left, each record in its place."""
        written = rows.located(self._tally.file.shown, offsets=self._offsets)
        order: list[int] = []
        at, read = 0, written.num_rows
        for run, before in zip(rows.runs, rows.before, strict=True):
            left = data[run.start : run.end]
            for record in self._records(self._lines.part(left, run.line, offset + run.start)):
                self._add(record)
            then = written.num_rows + len(self._builder)
            order += [*range(at, before), *range(read, then)]
            at, read = before, then
        if not order:
            return written
        order += range(at, written.num_rows)
        both = pa.Table.from_batches([written, self._builder.take()]).combine_chunks()
        return both.take(pa.array(order)).combine_chunks().to_batches()[0]


def _is_joined(seen: Seen) -> bool:
    return bool(seen.joined or seen.cut)
