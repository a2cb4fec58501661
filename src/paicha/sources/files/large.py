"""One large file: what the native kernel reads of it, and what it leaves, put together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import zip_longest

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel import native
from paicha.kernel.caps import CAPS, Caps
from paicha.kernel.count import Partial, inside_of
from paicha.kernel.csv_rows import CsvTable
from paicha.kernel.normalise import LineReader, RecordBuilder
from paicha.kernel.plan import Plan
from paicha.kernel.reducing import Reducer
from paicha.kernel.scan import Block, Example, Facts
from paicha.kernel.stacks import StackReader
from paicha.kernel.times import to_micros
from paicha.model.question import Window
from paicha.model.schema import STORED_RECORDS
from paicha.sources.files.asked_hosts import AskedHosts
from paicha.sources.files.feeds import Feed
from paicha.sources.files.joining import Joiner, Record, locator_of
from paicha.sources.files.lines import Line, TextLines
from paicha.sources.files.places import place_of
from paicha.sources.files.records import header_lines, rows_of
from paicha.sources.files.scanning import FileScan, LeftToPython
from paicha.sources.files.tally import Tally

_BATCH_ROWS = 16_384


class LargeFile:
    """
    A file of which counts are taken and few records are kept.

    Args:
        shown: Its name, as locators have it.
        reader: Reads the lines that the kernel leaves.
        stacks: Reads stack traces.
        window: What is asked for; None: everything.
        baseline: Records inside it are counted apart.
        hosts: The hosts asked for; empty: all.
        among_pods: Whether other files of its folder are pods'.
        caps: What the sums may hold.
    """

    def __init__(
        self,
        shown: str,
        reader: LineReader,
        stacks: StackReader,
        window: Window | None,
        baseline: Window | None,
        *,
        hosts: Sequence[str] = (),
        among_pods: bool = False,
        caps: Caps = CAPS,
    ) -> None:
        self._shown = shown
        self._place = place_of(shown, among_pods=among_pods)
        self._asked = AskedHosts(hosts)
        self._reader = reader
        self._stacks = stacks
        self._window, self._baseline = window, baseline
        spans = [span for span in (window, baseline) if span]
        self._spans = [(to_micros(span.start), to_micros(span.end)) for span in spans]
        self._table: CsvTable | None = None
        self._builder = RecordBuilder()
        self.reducer = Reducer(baseline, caps)
        self.during: Counter[str] = Counter()
        self.before: Counter[str] = Counter()

    def read(self, feed: Feed, plan: Plan, tally: Tally) -> None:
        """
        Read it whole.

        Args:
            feed: Its bytes.
            plan: What the formats became.
            tally: Counts what it holds.

        Raises:
            LeftToPython: If it must be read line by line; then nothing of this counts.
            InputError: If it is no text.
        """
        lines, sample = feed.lines, feed.sample()
        self._table = refuse_other_text(sample, self._reader)
        if self._table is not None:
            plan = plan.of_rows(self._table)
        scan = FileScan(plan, self._window, self._baseline, offsets=lines.has_offsets)
        scan.check(sample)
        for read in feed.reads(scan):
            self._take(read.block, lines, tally)
            if read.handed_on is not None:
                part, examples = read.handed_on
                self._put(part)
                self._keep(self._stored(examples, lines))
        for take, examples in scan.close():
            self._add_up(take, examples, lines)
        facts = scan.facts
        self._count_batch()
        self._refuse_others()
        self._count_facts(facts)
        add_facts(tally, facts)
        lines.count_utf8(facts.seen.wide)

    def _take(self, block: Block, lines: TextLines, tally: Tally) -> None:
        """Read what a stretch left, each record in its place in the order."""
        for segment, left in zip_longest(block.segments, block.left):
            self.reducer.order.several(self._shown, *segment)
            self._asked.note(host for host, _, _ in segment[2] if host)
            if left is None:
                continue
            for record in self._records(lines.part(left.data, left.line, left.offset)):
                tally.add(record)
                self._add(record)
        self._refuse_others()

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
            self.reducer.order.one(self._shown, record.parsed.host_ip, micros)
        self._place.name(record.parsed)
        self._builder.add(record.parsed, locator_of(self._shown, record))
        if len(self._builder) >= _BATCH_ROWS or self._builder.is_large:
            self._count_batch()

    def _count_batch(self) -> None:
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
        self.reducer.add(self._asked.batch(batch, counts), ordered=False)

    def _count_facts(self, facts: Facts) -> None:
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

    def _add_up(
        self, take: Callable[[], Partial], examples: list[Example], lines: TextLines
    ) -> None:
        # The native kernel makes its tables without Python, which reads the kept records meanwhile.
        with ThreadPoolExecutor(1) as pool:
            part = pool.submit(take)
            stored = self._stored(examples, lines)
        self._put(part.result())
        self._keep(stored)

    def _put(self, part: Partial) -> None:
        named = self._place.named(part)
        self.reducer.put(self._asked.part(named, self.during, self.before))
        self._refuse_others()

    def _refuse_others(self) -> None:
        """Leave a file to Python whose records have to be asked for their host one by one."""
        if not self._asked.are_all:
            raise LeftToPython

    def _keep(self, stored: Iterable[pa.RecordBatch]) -> None:
        for batch in stored:
            self.reducer.keep(batch)

    def _stored(self, examples: list[Example], lines: TextLines) -> list[pa.RecordBatch]:
        """Read records that are kept, but for those that nobody counts apart."""
        cut = self.reducer.cut
        wanted = [one for one in examples if cut.holds(one.shape, one.severity)]
        return [
            self._stored_batch(wanted[start : start + _BATCH_ROWS], lines)
            for start in range(0, len(wanted), _BATCH_ROWS)
        ]

    def _example(self, lines: Sequence[Line]) -> Record:
        """Read the lines of one record; the kernel and the reader must agree on it."""
        is_line = len(lines) == 1 and self._table is None
        parsed = self._reader.read_line(lines[0].text) if is_line else None
        if parsed is not None and "\n" not in parsed.body:
            return Record(parsed, lines[0], True, 0)  # noqa: FBT003
        first, *others = self._records(lines)
        if others or not first.fits:
            raise LeftToPython
        return first

    def _item(self, lines: Sequence[Line], number: int) -> Record:
        """Read a line of several records, and return one."""
        records = list(self._records(lines))
        if len(records) < number or not records[number - 1].fits:
            raise LeftToPython
        return records[number - 1]

    def _stored_batch(self, examples: Iterable[Example], lines: TextLines) -> pa.RecordBatch:
        builder = RecordBuilder()
        shapes: list[str] = []
        for example in examples:
            read = list(lines.part(example.data, example.line, example.offset))
            record = self._item(read, example.item) if example.item else self._example(read)
            self._place.name(record.parsed)
            builder.add(record.parsed, locator_of(self._shown, record))
            shapes.append(example.shape)
        # Counted already.
        batch = self._asked.given(builder.take(), Counter())
        column = pa.array(shapes, pa.string())
        return pa.RecordBatch.from_arrays([*batch.columns, column], schema=STORED_RECORDS)


def refuse_other_text(sample: bytes, reader: LineReader) -> CsvTable | None:
    """
    Leave other tables and line ends to Python; return what lines are rows of, None: they are not.

    Raises:
        LeftToPython: If a file that begins with *sample*, in UTF-8, is one of these.
    """
    if not TextLines.are_lines(sample):
        raise LeftToPython
    # What is damaged in it is counted where it is read.
    aside = TextLines((), "", offsets=False)
    opening = header_lines(iter(aside.part(sample, 1, 0)))
    if not opening:
        raise LeftToPython
    table = reader.open_table(opening[-1].text)
    if table is not None:
        plain = table.header == opening[0].text and not table.format.beyond
        if not plain or native.find().extension is None:
            raise LeftToPython
        return table
    if reader.is_other_table(opening[0].text):
        raise LeftToPython
    return None


def add_facts(tally: Tally, facts: Facts) -> None:
    """Count in *tally* records that the native kernel read."""
    tally.records += facts.seen.records
    tally.formats.update(facts.formats)
    tally.without_time += facts.seen.without_time
    tally.without_level += facts.seen.without_level
    tally.assumed += facts.seen.assumed
    for micros in (facts.first_us, facts.last_us):
        if micros is not None:
            tally.first_us = micros if tally.first_us is None else min(tally.first_us, micros)
            tally.last_us = micros if tally.last_us is None else max(tally.last_us, micros)
