"""The rows of the windows that are read: those in scope, up to the limit, and how many there are of each kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import field
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.count import inside_of
from paicha.kernel.filter import compile_filter, scope_predicate
from paicha.kernel.record_batches import RecordBuilder
from paicha.kernel.times import to_micros
from paicha.model.question import LogQuery, Window
from paicha.sources.files.asked_hosts import AskedHosts
from paicha.sources.files.discovery import FoundFile
from paicha.sources.files.joining import Record, locator_of
from paicha.sources.files.places import place_of
from paicha.sources.files.tally import Tally
from paicha.values import dataclass

BATCH_ROWS = 16_384
#: Batches that wait to be handed on as one are no larger. [bytes]
_BATCH_BYTES = 16 << 20


@dataclass(slots=True)
class Part:
    """What was taken of one of the windows that are read."""

    window: Window | None
    counts: Counter[str] = field(default_factory=Counter)


class WindowRows:
    """
    Gathers the records of the windows, and counts those of each apart.

    Args:
        query: What is asked.
        baseline: A second window, read in the same pass.

    Raises:
        QuestionError: If the filter cannot be read.
    """

    def __init__(self, query: LogQuery, baseline: Window | None) -> None:
        self._query = query
        self._scope = scope_predicate(query.scope.hosts, query.scope.services)
        self._host = scope_predicate(query.scope.hosts, ())
        self._where = compile_filter(query.scope.where)
        self.asked = AskedHosts(query.scope.hosts)
        self._builder = RecordBuilder()
        #: Batches that are too small to be handed on by themselves.
        self._small: list[pa.RecordBatch] = []
        self._small_rows = self._small_bytes = 0
        self.during = Part(query.window)
        self.before = Part(baseline)
        windows = [window for window in (query.window, baseline) if window]
        self._spans = tuple((to_micros(w.start), to_micros(w.end)) for w in windows)
        #: The latest end of a window; None: everything is asked for.
        self.latest = max((window.end for window in windows), default=None)
        #: Whether something is asked of single records, beside their host.
        self.narrowed = bool(query.scope.services or self._where)

    @property
    def seen(self) -> int:
        """How many records the windows had so far, those gathered included."""
        gathered = len(self._builder) + self._small_rows
        return self.during.counts["rows"] + self.before.counts["rows"] + gathered

    def keep(self, records: Iterator[Record], tally: Tally) -> Iterator[pa.RecordBatch]:
        """Count the records of one file and gather those of the windows."""
        yield from self._take_small()
        shown = tally.file.shown
        place = place_of(shown, among_pods=tally.file.among_pods)
        for record in records:
            tally.add(record)
            place.name(record.parsed)
            if self._outside(record.parsed.timestamp_us):
                self.during.counts["outside"] += 1
                continue
            self._builder.add(record.parsed, locator_of(shown, record))
            if len(self._builder) >= BATCH_ROWS or self._builder.is_large:
                yield from self.take()

    def keep_batches(
        self, batches: Iterator[pa.RecordBatch], file: FoundFile
    ) -> Iterator[pa.RecordBatch]:
        """Gather what of the records of one file, which are counted and come in batches, the windows hold."""
        yield from self._take_built()
        place = place_of(file.shown, among_pods=file.among_pods)
        for batch in batches:
            inside = self._inside(place.of_batch(batch))
            self._small.append(inside)
            self._small_rows += inside.num_rows
            self._small_bytes += inside.nbytes
            if self._small_rows >= BATCH_ROWS or self._small_bytes > _BATCH_BYTES:
                yield from self._take_small()

    def _inside(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return what the windows hold, and count what lies outside; records without a time are in all."""
        windows = [part.window for part in (self.during, self.before) if part.window]
        if not windows:
            return batch
        inside = reduce(pc.or_, [inside_of(batch, window) for window in windows])
        timeless = pc.is_null(batch.column("timestamp"))
        held = batch.filter(pc.or_(inside, timeless))
        self.during.counts["outside"] += batch.num_rows - held.num_rows
        return held

    def take(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows gathered, if any, those of the baseline in a batch of their own."""
        yield from self._take_built()
        yield from self._take_small()

    def _take_built(self) -> Iterator[pa.RecordBatch]:
        if len(self._builder):
            yield from self._parted(self._builder.take())

    def _take_small(self) -> Iterator[pa.RecordBatch]:
        """Yield the batches that were too small as one; of built rows and these only one kind waits at a time."""
        small, self._small = self._small, []
        self._small_rows = self._small_bytes = 0
        if small:
            whole = small[0] if len(small) == 1 else pa.concat_batches(small)
            for start in range(0, whole.num_rows, BATCH_ROWS):
                yield from self._parted(whole.slice(start, BATCH_ROWS))

    def _parted(self, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        """Yield what is in scope of some rows, those of the baseline in a batch of their own."""
        if self.before.window is None:
            yield from self._taken(batch, self.during)
            return
        inside = inside_of(batch, self.before.window)
        yield from self._taken(batch.filter(pc.invert(inside)), self.during)
        yield from self._taken(batch.filter(inside), self.before)

    def _taken(self, batch: pa.RecordBatch, part: Part) -> Iterator[pa.RecordBatch]:
        """Yield what is in scope of the rows of one window, up to the limit."""
        asked, counts = batch.num_rows, part.counts
        counts["rows"] += asked
        if self._host is not None:
            counts["elsewhere"] += asked - _true(self._host(batch))
        for predicate in (self._scope, self._where):
            if predicate is not None:
                batch = batch.filter(predicate(batch))
        counts["filtered"] += asked - batch.num_rows
        room = max(self._query.max_records - counts["kept"], 0)
        counts["beyond"] += max(batch.num_rows - room, 0)
        batch = batch.slice(0, room)
        if not batch.num_rows:
            return
        batch = self.asked.given(batch, counts)
        self._count_kept(batch, counts)
        yield batch

    def _count_kept(self, batch: pa.RecordBatch, counts: Counter[str]) -> None:
        counts["kept"] += batch.num_rows
        counts["without_time"] += batch.column("timestamp").null_count
        counts["without_level"] += _true(pc.equal(batch.column("severity_number"), 0))
        if self._query.scope.services:
            counts["without_service"] += _true(pc.equal(batch.column("service_name"), ""))

    def _outside(self, micros: int | None) -> bool:
        if not self._spans or micros is None:
            return False
        return not any(start <= micros < end for start, end in self._spans)


def _true(mask: pa.BooleanArray) -> int:
    return int(pc.sum(mask).as_py() or 0)
