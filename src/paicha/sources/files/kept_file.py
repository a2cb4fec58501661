"""A file whose records are all kept: the native kernel writes those of one line, the others are read line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

import pyarrow as pa

from paicha.kernel.normalise import LineReader, RecordBuilder
from paicha.kernel.plan import Plan
from paicha.kernel.scan import Rows, Scan
from paicha.kernel.stacks import StackReader
from paicha.sources.files.joining import locator_of
from paicha.sources.files.large import add_facts, refuse_other_text
from paicha.sources.files.lines import SAMPLE, Line, TextLines
from paicha.sources.files.records import joined_records
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
        self._scan = Scan(plan, None, None)
        self._tally = tally
        self._lines = lines
        self._offsets = offsets
        self._builder = RecordBuilder()

    def check(self, first: bytes) -> None:
        """
        Look at a file's beginning.

        Raises:
            LeftToPython: If it is better, or only rightly, read line by line.
            InputError: If it is no text.
        """
        sample = first[:SAMPLE]
        if refuse_other_text(sample, self._lines, self._reader) is not None:
            raise LeftToPython
        whole = sample.rfind(b"\n") + 1
        rows = self._scan.rows(sample, 0, 1, whole)
        left = sum(run.end - run.start for run in rows.runs)
        if left > LEFT_SHARE * whole or self._is_joined():
            raise LeftToPython

    def batches(self, blocks: Iterator[bytes]) -> Iterator[pa.RecordBatch]:
        """Yield all records of a file whose bytes come in *blocks*, in their order."""
        rest, offset, number = b"", 0, 1
        for block in blocks:
            data = rest + block
            edge = self._scan.last_record(data)
            if edge is None and len(data) <= _LONGEST:
                rest = data
                continue
            at, lines = edge or (0, 0)
            rows = self._scan.rows(data, offset, number, at)
            if not at or self._is_joined():
                # Records may be joined over any number of lines from here on.
                yield from self._read(self._lines.parts(chain([data], blocks), number, offset))
                return
            add_facts(self._tally, self._scan.facts)
            self._lines.count_utf8(self._scan.facts.seen.wide)
            yield self._together(rows, data, offset)
            rest, offset, number = data[at:], offset + at, number + lines
        yield from self._read(self._lines.part(rest, number, offset))

    def _is_joined(self) -> bool:
        seen = self._scan.facts.seen
        return bool(seen.joined or seen.cut)

    def _together(self, rows: Rows, data: bytes, offset: int) -> pa.RecordBatch:
        """Return what the kernel wrote of a stretch and what it left, each record in its place."""
        written = rows.located(self._tally.file.shown, offsets=self._offsets)
        order: list[int] = []
        at, read = 0, written.num_rows
        for run, before in zip(rows.runs, rows.before, strict=True):
            self._add(self._lines.part(data[run.start : run.end], run.line, offset + run.start))
            then = written.num_rows + len(self._builder)
            order += [*range(at, before), *range(read, then)]
            at, read = before, then
        if not order:
            return written
        order += range(at, written.num_rows)
        both = pa.Table.from_batches([written, self._builder.take()]).combine_chunks()
        return both.take(pa.array(order)).combine_chunks().to_batches()[0]

    def _read(self, lines: Iterable[Line]) -> Iterator[pa.RecordBatch]:
        for record in joined_records(lines, self._reader, self._stacks):
            self._tally.add(record)
            self._builder.add(record.parsed, locator_of(self._tally.file.shown, record))
            if len(self._builder) >= BATCH_ROWS or self._builder.is_large:
                yield self._builder.take()
        if len(self._builder):
            yield self._builder.take()

    def _add(self, lines: Iterable[Line]) -> None:
        for record in joined_records(lines, self._reader, self._stacks):
            self._tally.add(record)
            self._builder.add(record.parsed, locator_of(self._tally.file.shown, record))
