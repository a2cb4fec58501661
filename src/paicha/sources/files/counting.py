"""Files of which counts are taken and few records are kept: what the kernel reads of them, and what it leaves, put together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.columns import in_order
from paicha.kernel.count import Partial, inside_of
from paicha.kernel.csv_rows import CsvTable
from paicha.kernel.normalise import LineReader
from paicha.kernel.record_batches import RecordBuilder
from paicha.kernel.reducing import Reducer
from paicha.kernel.scan import Example, Facts, Left, Scan, Segment
from paicha.kernel.stacks import StackReader
from paicha.kernel.times import to_micros
from paicha.model.question import Window
from paicha.model.schema import STORED_RECORDS
from paicha.sources.files.asked_hosts import AskedHosts
from paicha.sources.files.joining import Joiner, Record, locator_of
from paicha.sources.files.lines import Line, TextLines
from paicha.sources.files.places import Place
from paicha.sources.files.records import joined_records, rows_of
from paicha.sources.files.scanning import LeftToPython
from paicha.sources.files.tally import Tally

_BATCH_ROWS = 16_384


class Counting:
    """
    Counts the records of files, one after another; `begin` says which is at hand.

    Args:
        reader: Reads the lines that the kernel leaves.
        stacks: Reads stack traces.
        window: What is asked for; None: everything.
        baseline: Records inside it are counted apart.
        hosts: The hosts asked for; empty: all.
        reducer: Takes the sums and what is kept.
        counts: Take how many records there are of each kind, those of the baseline apart.
    """

    def __init__(
        self,
        reader: LineReader,
        stacks: StackReader,
        window: Window | None,
        baseline: Window | None,
        *,
        hosts: Sequence[str],
        reducer: Reducer,
        counts: tuple[Counter[str], Counter[str]],
    ) -> None:
        self._shown, self._place = "", Place("", "")
        self._asked = AskedHosts(hosts)
        self._reader = reader
        self._stacks = stacks
        self._baseline = baseline
        spans = [span for span in (window, baseline) if span]
        self._spans = [(to_micros(span.start), to_micros(span.end)) for span in spans]
        self._table: CsvTable | None = None
        self._writing: Callable[[], Scan] | None = None
        self._builder = RecordBuilder()
        self._reducer = reducer
        self.during, self.before = counts

    def begin(
        self,
        shown: str,
        place: Place,
        table: CsvTable | None,
        writing: Callable[[], Scan] | None = None,
    ) -> None:
        """
        Begin a file.

        Args:
            shown: Its name, as locators have it.
            place: Whose it is.
            table: What its lines are rows of; None: they are not.
            writing: Makes what writes those of its records that are kept; None: they are read in Python.
        """
        self._shown, self._place, self._table = shown, place, table
        self._writing = writing

    def take(
        self,
        segments: Sequence[Segment],
        left: Sequence[Left],
        lines: TextLines,
        tally: Tally,
    ) -> None:
        """Take the order of what was read of a stretch, and read what it left in its place in that."""
        for segment, part in zip_longest(segments, left):
            self._reducer.order.several(self._shown, *segment)
            self._asked.note(host for host, _, _ in segment[2] if host)
            if part is None:
                continue
            for record in self._records(lines.part(part.data, part.line, part.offset)):
                tally.add(record)
                self._add(record)
        self.refuse_others()

    def read(self, lines: Iterable[Line], tally: Tally) -> None:
        """Read all that is left of a file line by line."""
        for record in joined_records(lines, self._reader, self._stacks, tally.add_cut):
            tally.add(record)
            self._add(record)

    def _records(self, lines: Iterable[Line]) -> Iterator[Record]:
        if self._table is not None:
            yield from rows_of(lines, self._table, self._reader, self._stacks)
            return
        joiner = Joiner(self._reader, self._stacks)
        for line in lines:
            yield from joiner.take(line)
        yield from joiner.rest()

    def _add(self, record: Record) -> None:
        micros = record.parsed.timestamp_us
        inside = [micros is not None and start <= micros < end for start, end in self._spans]
        if micros is not None and self._spans and not any(inside):
            self.during["outside"] += 1
            return
        if micros is not None and not (self._baseline and inside[-1]):
            self._reducer.order.one(self._shown, record.parsed.host_ip, micros)
        self._place.name(record.parsed)
        self._builder.add(record.parsed, locator_of(self._shown, record))
        if len(self._builder) >= _BATCH_ROWS or self._builder.is_large:
            self.count_batch()

    def count_batch(self) -> None:
        """Count what was read line by line."""
        batch = self._builder.take()
        if self._baseline is not None:
            before = inside_of(batch, self._baseline)
            self._count(batch.filter(before), self.before)
            self._count(batch.filter(pc.invert(before)), self.during)
        else:
            self._count(batch, self.during)

    def _count(self, batch: pa.RecordBatch, counts: Counter[str]) -> None:
        counts["rows"] += batch.num_rows
        counts["kept"] += batch.num_rows
        counts["without_time"] += batch.column("timestamp").null_count
        silent = pc.equal(batch.column("severity_number"), 0)
        counts["without_level"] += int(pc.sum(silent).as_py() or 0)
        self._reducer.add(self._asked.batch(batch, counts), ordered=False)

    def count_facts(self, facts: Facts) -> None:
        """Count what the kernel read."""
        seen = facts.seen
        self.during["outside"] += seen.outside
        self.during["without_time"] += seen.without_time
        for counts, rows, silent in (
            (self.during, seen.kept, seen.kept_without_level),
            (self.before, seen.before, seen.before_without_level),
        ):
            counts["rows"] += rows
            counts["kept"] += rows
            counts["without_level"] += silent

    def put(self, part: Partial) -> None:
        """Add sums of the kernel's."""
        named = self._place.named(part)
        self._reducer.put(self._asked.part(named, self.during, self.before))
        self.refuse_others()

    def refuse_others(self) -> None:
        """Leave a file to Python whose records have to be asked for their host one by one."""
        if not self._asked.are_all:
            raise LeftToPython

    def keep(self, stored: Iterable[pa.RecordBatch]) -> None:
        """Offer records to be kept."""
        for batch in stored:
            self._reducer.keep(batch)

    def stored(
        self, examples: Iterable[Example], lines_of: Callable[[Example], TextLines]
    ) -> list[pa.RecordBatch]:
        """
        Read records that are kept, but for those that nobody counts apart.

        Args:
            examples: The records.
            lines_of: Makes lines of one, and begins its file before.
        """
        cut = self._reducer.cut
        wanted = [one for one in examples if cut.holds(one.shape, one.severity)]
        return [
            self._stored_batch(wanted[start : start + _BATCH_ROWS], lines_of)
            for start in range(0, len(wanted), _BATCH_ROWS)
        ]

    def _example(self, lines: Sequence[Line]) -> Record:
        """Read the lines of one record; the kernel and the reader must agree on it."""
        is_line = len(lines) == 1 and self._table is None
        parsed = self._reader.read_line(lines[0].text) if is_line else None
        if parsed is not None and "\n" not in parsed.body:
            return Record(parsed, lines[0], True, 0)  # noqa: FBT003
        first, *others = self._records(lines)
        if others:
            raise LeftToPython
        return first

    def _item(self, lines: Sequence[Line], number: int) -> Record:
        """Read a line of several records, and return one."""
        records = list(self._records(lines))
        if len(records) == 1 and number > 1:
            # As the kernel keeps it: what stands around the others is not there.
            records = [*records * (number - 1), replace(records[0], item=number - 1)]
        if len(records) < number or not records[number - 1].fits:
            raise LeftToPython
        return records[number - 1]

    def _stored_batch(
        self, examples: Sequence[Example], lines_of: Callable[[Example], TextLines]
    ) -> pa.RecordBatch:
        written, left = self._written(examples, lines_of)
        builder = RecordBuilder()
        for example in map(examples.__getitem__, left):
            read = list(lines_of(example).part(example.data, example.line, example.offset))
            record = self._item(read, example.item) if example.item else self._example(read)
            self._place.name(record.parsed)
            builder.add(record.parsed, locator_of(self._shown, record))
        batch = builder.take() if written is None else _together(written, builder.take(), left)
        # Counted already.
        batch = self._asked.given(batch, Counter())
        column = pa.array([example.shape for example in examples], pa.string())
        return pa.RecordBatch.from_arrays([*batch.columns, column], schema=STORED_RECORDS)

    def _written(
        self, examples: Sequence[Example], lines_of: Callable[[Example], TextLines]
    ) -> tuple[pa.RecordBatch | None, Sequence[int]]:
        """Return the records that the kernel writes, and the places of those that it leaves; None: it writes none."""
        if self._writing is None:
            return None, range(len(examples))
        alone = [at for at, one in enumerate(examples) if not one.item]
        rows, left = self._writing().each([examples[at] for at in alone])
        others = {alone[at] for at in left}
        written = rows.located(self._shown, offsets=lines_of(examples[0]).has_offsets)
        left = [at for at, one in enumerate(examples) if one.item or at in others]
        return self._place.of_batch(written), left


def _together(written: pa.RecordBatch, read: pa.RecordBatch, left: Sequence[int]) -> pa.RecordBatch:
    """Return records in their order, those that were read in the places that were *left*."""
    if not left:
        return written
    behind, count = frozenset(left), written.num_rows + read.num_rows
    first, second = iter(range(written.num_rows)), iter(range(written.num_rows, count))
    return in_order(
        [written, read], [next(second if at in behind else first) for at in range(count)]
    )
