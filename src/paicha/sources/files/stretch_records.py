"""The records of stretches of a file: the native kernel writes most, the others are read line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import pyarrow as pa

from paicha.kernel.columns import in_order
from paicha.kernel.csv_rows import CsvTable
from paicha.kernel.normalise import LineReader
from paicha.kernel.record_batches import RecordBuilder
from paicha.kernel.scan import Rows, Scan, Seen
from paicha.kernel.stacks import StackReader
from paicha.sources.files.joining import Record, locator_of
from paicha.sources.files.large import add_facts
from paicha.sources.files.lines import Line, TextLines
from paicha.sources.files.records import joined_records, rows_of
from paicha.sources.files.tally import Tally
from paicha.sources.files.windows import BATCH_ROWS

if TYPE_CHECKING:
    from paicha.kernel.reference_scan import ReferenceScan


_Item = TypeVar("_Item")

#: Without a line that surely begins a record, so much is read line by line, and the rest of the file with it. [bytes]
_LONGEST = 1 << 23


class StretchRecords:
    """
    Hands out records in batches of `RECORDS`, and counts them.

    Args:
        reader: Reads the lines that the kernel leaves.
        stacks: Reads stack traces.
        tally: Counts what the file holds.
        lines: Makes lines of bytes, and counts what of them is damaged.
        table: What lines are rows of; None: they are not.
    """

    def __init__(
        self,
        reader: LineReader,
        stacks: StackReader,
        tally: Tally,
        lines: TextLines,
        table: CsvTable | None = None,
    ) -> None:
        self._reader = reader
        self._stacks = stacks
        self._tally = tally
        self._lines = lines
        self._table = table
        self._builder = RecordBuilder()

    @property
    def are_lines(self) -> bool:
        """Whether they are no rows of a table."""
        return self._table is None

    def read(self, chunks: Iterable[bytes], number: int, offset: int) -> Iterator[pa.RecordBatch]:
        """Yield the records of some bytes, which begin at line *number* and *offset*, read line by line."""
        for record in self._records(self._lines.parts(chunks, number, offset)):
            self._add(record)
            if len(self._builder) >= BATCH_ROWS or self._builder.is_large:
                yield self._builder.take()
        if len(self._builder):
            yield self._builder.take()

    def written(
        self, scan: Scan, data: bytes, end: int, number: int, offset: int
    ) -> pa.RecordBatch | None:
        """
        Return the records of a stretch; None: some may be joined over lines that could stand alone, so nothing of it counts.

        Args:
            scan: Writes records.
            data: What begins with the stretch.
            end: Where that ends in it.
            number: The number of its first line.
            offset: Where it begins in the file [bytes].
        """
        rows = scan.rows(data, offset, number, end)
        facts = scan.facts
        if is_joined(facts.seen):
            return None
        add_facts(self._tally, facts)
        self._lines.count_read(facts.seen.wide, facts.seen.damaged)
        return self._together(rows, data, offset)

    def _together(self, rows: Rows, data: bytes, offset: int) -> pa.RecordBatch:
        """Return what the kernel wrote of a stretch and what it left, each record in its place."""
        written = rows.located(self._tally.file.shown, offsets=self._lines.has_offsets)
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
        return in_order([written, self._builder.take()], order)

    def _records(self, lines: Iterable[Line]) -> Iterator[Record]:
        if self._table is not None:
            return rows_of(lines, self._table, self._reader, self._stacks, self._tally.add_cut)
        return joined_records(lines, self._reader, self._stacks, self._tally.add_cut)

    def _add(self, record: Record) -> None:
        self._tally.add(record)
        self._builder.add(record.parsed, locator_of(self._tally.file.shown, record))


class Piece(NamedTuple):
    """
    Bytes of a file, and the records that they begin with.

    Args:
        data: The bytes, which begin with a record.
        end: Where the last of those records ends; 0: nobody knows.
        number: The number of the first line.
        offset: Where they begin in the file.
    """

    data: bytes
    end: int
    number: int
    offset: int


class Rest(NamedTuple):
    """
    What is left of a file of which a part was read.

    Args:
        found: Its pieces.
        blocks: The bytes that these come from.
    """

    found: Iterator[Piece]
    blocks: Iterator[bytes]


def pieces(scan: Scan | ReferenceScan, blocks: Iterator[bytes], begins: int = 0) -> Iterator[Piece]:
    """
    Yield stretches of a file that comes in *blocks* from where it *begins*, one after another, up to its end.

    Where no record surely begins in much of it, the last holds what was read so far, and *blocks* the rest of the file.
    """
    rest, offset, number = b"", begins, 1
    for block in blocks:
        data = rest + block
        edge = scan.last_record(data)
        if edge is None:
            rest = data
            if len(rest) > _LONGEST:
                yield Piece(rest, 0, number, offset)
                return
            continue
        end, lines = edge
        yield Piece(data, end, number, offset)
        rest, offset, number = data[end:], offset + end, number + lines
    if rest:
        yield Piece(rest, len(rest), number, offset)


def ahead(items: Iterator[_Item]) -> Iterator[_Item]:
    """Yield batches or chunks, of which the next is read while one is counted and written: unpacking, the kernel and the database need no Python."""
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = thread.submit(next, items, None)
            yield item


def is_joined(seen: Seen) -> bool:
    """Return whether records may be joined over any number of lines."""
    return bool(seen.joined or seen.cut)
