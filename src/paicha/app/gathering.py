"""Read the log sources one after the other, and gather what they say beside their records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field, replace
from threading import Lock

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.records import Disorder, RecordQueries
from paicha.analysis.suspects.steps import steps_of
from paicha.analysis.wording import listed
from paicha.app.choosing import Fewest, choosing_for, chosen, order_of
from paicha.app.following import Following
from paicha.app.guard import Guard, announce
from paicha.app.held import Held, ReadProgress, with_held
from paicha.app.inquiry import Inquiry, Workshop
from paicha.errors import InputError, SourceDenied, SourceError, SourceRejected
from paicha.kernel.allowance import Allowance
from paicha.kernel.count import Partial, as_baseline
from paicha.kernel.keeping import FIRST, LAST
from paicha.kernel.reducing import Choosing
from paicha.locales import Text, text
from paicha.model.aliases import AliasSettings
from paicha.model.coverage import SourceCoverage
from paicha.model.question import Limits, LogQuery
from paicha.model.reading import Mark
from paicha.ports import (
    CountsRecords,
    LogReading,
    LogSource,
    Progress,
    ReducedReading,
    ResumableReading,
    Summaries,
    TwoWindowSource,
)
from paicha.values import dataclass

#: How much further a reading of files is when it is told again [bytes].
_TOLD_BYTES = 1 << 20
#: Hosts of two names that are named.
_NAMED = 5


@dataclass(slots=True)
class Gathered:
    """What the log sources said beside their records."""

    held: Held | None
    progress: ReadProgress
    coverage: list[SourceCoverage] = field(default_factory=list)
    baseline: list[SourceCoverage] = field(default_factory=list)
    store_counts: list[pa.Table] = field(default_factory=list)
    aliases: tuple[AliasSettings, pa.Table] | None = None
    records: int = 0
    stopped: bool = False
    guard: Guard = field(default_factory=Guard)
    steps: list[pa.Table] = field(default_factory=list)
    reduced: Disorder | None = None  # not every record was handed out; how these go back in time
    files_reduced: bool = False
    refused: list[SourceError] = field(default_factory=list)  # of sources that were not read
    host_ids: dict[str, str] = field(default_factory=dict)  # of records that were not
    host_pairs: set[tuple[str, str]] = field(default_factory=set)  # addresses with ids, likewise
    same_hosts: dict[str, str] = field(default_factory=dict)  # ids that count as an address
    _held_given: bool = False

    def held_records(self) -> Iterator[pa.RecordBatch]:
        """Yield the records that an earlier case holds, once."""
        if self.held is not None and not self._held_given:
            self._held_given = True
            yield from self.held.records.to_batches()


def begun(inquiry: Inquiry, workshop: Workshop, held: Held | None) -> Gathered:
    """Return what is known of the log sources before one is read: what *held* says of them."""
    progress = ReadProgress(held, inquiry.max_records, workshop.configuration)
    if held is None or held.reduced is None:
        return Gathered(held, progress)
    return Gathered(held, progress, reduced=Disorder(*held.reduced), files_reduced=True)


def batches(
    inquiry: Inquiry, workshop: Workshop, gathered: Gathered
) -> Iterator[pa.RecordBatch | Summaries | Mark]:
    """Yield the records of the window and of the baseline; files are read once for both."""
    # Calls are followed from record to record.
    keep_bytes = None if workshop.traces else inquiry.keep_bytes
    asked = LogQuery(
        inquiry.window,
        inquiry.scope,
        inquiry.zone,
        inquiry.max_records,
        max_bytes=inquiry.max_bytes,
        max_seconds=inquiry.max_seconds,
        stop=inquiry.stop,
        keep_bytes=keep_bytes,
    )
    if gathered.held is not None:
        yield gathered.held.sums
        if not workshop.logs:
            yield from _as_held(gathered.held, gathered)
    for source in workshop.logs:
        if inquiry.stop():
            yield from gathered.held_records()
            gathered.coverage.append(_not_read(source.name, asked, text("app.not_begun")))
            gathered.progress.resumable = False
            continue
        query = _limited(asked, inquiry.limits.get(source.name))
        guard = gathered.guard = Guard(Allowance(query, inquiry.clock), inquiry.stop)
        query = replace(query, stop=guard)
        before = gathered.records
        try:
            yield from _source(source, query, inquiry, workshop, gathered)
        except SourceError as err:
            if _is_wrong(err) or len(workshop.logs) == 1 or gathered.records > before:
                raise
            # The others are worth a report; that this one is missing stands on its first screen.
            gathered.refused.append(err)
            gathered.progress.resumable = False
            gathered.coverage.append(_not_read(source.name, asked, _unread(err)))


def _as_held(held: Held, gathered: Gathered) -> Iterator[pa.RecordBatch]:
    """Yield the records of a case to which no log is added: other metrics are held against it."""
    reading = held.reading
    assert reading.coverage is not None  # else files are left to read
    gathered.coverage.append(reading.coverage)
    if reading.baseline is not None:
        gathered.baseline.append(reading.baseline)
    gathered.progress.ended((), (), reading.coverage, reading.baseline)
    yield from gathered.held_records()


def _source(
    source: LogSource, query: LogQuery, inquiry: Inquiry, workshop: Workshop, gathered: Gathered
) -> Iterator[pa.RecordBatch | Summaries | Mark]:
    """Yield what one source holds of the window and of the baseline."""
    if isinstance(source, CountsRecords):
        announce(source.name, source.count(query), query, workshop.progress)
    if inquiry.baseline is not None and isinstance(source, TwoWindowSource):
        with source.open_both(query, inquiry.baseline) as both:
            yield from _read(both, query, workshop, gathered)
            _note(both, gathered, both.baseline_coverage)
        return
    following = Following(workshop.readers, query.keep_bytes)
    with source.open(query) as reading:
        choosing = choosing_for(reading, query.keep_bytes, workshop.caps)
        read = _read(reading, query, workshop, gathered)
        is_store = not isinstance(reading, ResumableReading)  # lines of files are joined by then
        yield from chosen(following.of(read) if is_store else read, choosing)
        _note(reading, gathered)
        gathered.coverage.append(_with_notes(gathered.coverage.pop(), *following.notes))
        _note_reduced(choosing, gathered)
    if inquiry.baseline is not None:
        before = replace(query, window=inquiry.baseline)
        # What is compared is joined likewise.
        likewise = Following(workshop.readers, 0 if following.is_over else query.keep_bytes)
        joining, keep_steps = likewise if is_store else None, bool(workshop.traces)
        yield from _baseline(source, before, inquiry, gathered, joining, keep_steps=keep_steps)


def _is_wrong(err: SourceError) -> bool:
    """Return whether what was named is the reader's to mend: a file, an index set, a field, a filter."""
    return isinstance(err, InputError | SourceRejected) and not isinstance(err, SourceDenied)


def _unread(err: SourceError) -> Text:
    return text("app.not_read", reason=err.first_lines)


def _limited(asked: LogQuery, limits: Limits | None) -> LogQuery:
    if limits is None:
        return asked
    return replace(
        asked,
        max_records=limits.max_records,
        max_bytes=limits.max_bytes,
        max_seconds=limits.max_seconds,
    )


def _read(
    reading: LogReading, query: LogQuery, workshop: Workshop, gathered: Gathered
) -> Iterator[pa.RecordBatch | Summaries | Mark]:
    files = reading if isinstance(reading, ResumableReading) else None
    advance = _Advance(workshop.progress, files)
    gathered.guard.heard = advance.asked
    few = _few(reading, workshop, gathered)
    if few is None:
        yield from gathered.held_records()
    else:
        before = gathered.reduced or Disorder(0, 0.0)
        gathered.progress.began((before.records, before.largest_s))
    for batch in reading:
        if isinstance(batch, pa.RecordBatch):
            gathered.guard.spend(batch.nbytes)
            gathered.records += batch.num_rows
            if workshop.traces:
                gathered.steps.append(steps_of(pa.Table.from_batches([batch])))
            advance.came(gathered.records)
        advance.further()
        if isinstance(batch, Mark):
            if few is not None:
                few.mark()
            yield batch if gathered.held is None else gathered.held.with_mark(batch)
            continue
        if few is not None and isinstance(batch, pa.RecordBatch):
            few.take(batch)
            continue
        yield batch
        if files is None and query.stop():
            gathered.stopped = gathered.guard.asked()
            return
    if few is not None:
        yield from few.rest(whole=files is None or not files.rest)


class _Advance:
    """
    Tells how far a reading is: where something came of it, and each time it got a good deal further.

    Whoever reads files asks whether to go on in threads of its own; of those who hear it, one is told at a time.
    """

    def __init__(self, progress: Progress, files: ResumableReading | None) -> None:
        self._progress = progress
        self._files = files
        self._told = 0
        self._lock = Lock()

    def came(self, records: int) -> None:
        """Tell that so many *records* came of it by now."""
        with self._lock:
            self._progress.step("read", records, None)

    def further(self) -> None:
        """Tell how much of the files was read."""
        if self._files is not None:
            with self._lock:
                self._tell(*self._files.extent)

    def asked(self) -> None:
        """Tell it if it is a good deal more than was told."""
        if self._files is not None and self._files.extent[0] - self._told >= _TOLD_BYTES:
            self.further()

    def _tell(self, done: int, whole: int | None) -> None:
        self._told = done
        self._progress.step("bytes", done, whole)


def _few(reading: LogReading, workshop: Workshop, gathered: Gathered) -> Fewest | None:
    """Return what keeps few records of large files; None: all that are handed out are kept."""
    if not isinstance(reading, ReducedReading) or reading.reduced is None:
        return None
    if gathered.held is not None and gathered.reduced is None:  # that case kept every record
        order = order_of(gathered.held.records)
        gathered.reduced = Disorder(order.steps, order.largest_us / 1_000_000)
    return Fewest(gathered.held_records(), workshop.caps)


def _note_reduced(choosing: Choosing, gathered: Gathered) -> None:
    if choosing.order is None:
        return
    gathered.reduced = gathered.reduced or Disorder(0, 0.0)
    gathered.host_ids |= choosing.host_ids
    gathered.host_pairs |= choosing.host_pairs
    said = text("app.reduced_store", kept=FIRST + LAST, size=f"{choosing.most_bytes or 0:,}")
    gathered.coverage.append(_with_notes(gathered.coverage.pop(), said))


def _with_notes(coverage: SourceCoverage, *notes: Text) -> SourceCoverage:
    return replace(coverage, notes=(*coverage.notes, *notes)) if notes else coverage


def _note(reading: LogReading, gathered: Gathered, baseline: SourceCoverage | None = None) -> None:
    reduced = reading.reduced if isinstance(reading, ReducedReading) else None
    if reduced is not None:
        known = gathered.reduced or Disorder(0, 0.0)
        steps, largest_s = reduced
        gathered.reduced = Disorder(known.records + steps, max(known.largest_s, largest_s))
        gathered.files_reduced = True
    coverage = with_held(gathered.held, reading.coverage)
    if baseline is not None:
        baseline = with_held(gathered.held, baseline, baseline=True)
        gathered.baseline.append(baseline)
    if isinstance(reading, ResumableReading):
        gathered.progress.ended(reading.whole, reading.rest, coverage, baseline)
    else:
        gathered.progress.resumable = False
    if gathered.stopped:
        coverage = replace(coverage, incomplete=(*coverage.incomplete, text("app.stopped")))
    coverage = gathered.guard.marked(coverage)
    gathered.coverage.append(coverage)
    if reading.store_counts is not None:
        gathered.store_counts.append(reading.store_counts)
    gathered.aliases = gathered.aliases or reading.aliases


def _baseline(
    source: LogSource,
    query: LogQuery,
    inquiry: Inquiry,
    gathered: Gathered,
    following: Following | None,
    *,
    keep_steps: bool,
) -> Iterator[pa.RecordBatch | Summaries]:
    """Yield the records of the baseline; one that nobody asked for may be out of reach."""
    try:
        with source.open(query) as reading:
            read = _stepped(reading, gathered) if keep_steps else iter(reading)
            for batch in read if following is None else following.of(read):
                yield from _of_baseline(batch)
            notes = following.notes if following else ()
            gathered.baseline.append(_with_notes(reading.coverage, *notes))
    except SourceError as err:
        if inquiry.baseline_choice:
            raise
        gathered.baseline.append(_not_read(source.name, query, err.first_lines))


def _stepped(
    reading: LogReading, gathered: Gathered
) -> Iterator[pa.RecordBatch | Summaries | Mark]:
    for batch in reading:
        if isinstance(batch, pa.RecordBatch):
            gathered.steps.append(steps_of(pa.Table.from_batches([batch])))
        yield batch


def _of_baseline(batch: pa.RecordBatch | Summaries | Mark) -> Iterator[pa.RecordBatch | Summaries]:
    """Yield what a reading of the baseline gives, so that nothing of it counts for the window."""
    if isinstance(batch, Partial):
        yield as_baseline(batch)
    elif (
        isinstance(batch, pa.RecordBatch) and "shape" not in batch.schema.names
    ):  # else it was counted where it stands
        # Without a time a record lies in no window, and it was read with the other one.
        yield batch.filter(pc.is_valid(batch.column("timestamp")))


def _not_read(source: str, query: LogQuery, reason: Text) -> SourceCoverage:
    return SourceCoverage(
        source,
        kind="",
        window=query.window,
        present=None,
        read=0,
        kept=0,
        outside=0,
        filtered=0,
        duplicates=0,
        without_time=0,
        without_level=0,
        incomplete=(reason,),
    )


def log_coverage(
    gathered: Gathered, summaries: Summaries, records: RecordQueries
) -> tuple[SourceCoverage, ...]:
    """Return what the sources said, where a table met its cap, and which stores hold the same records."""
    notes, lost = [], []
    stores = [source.source for source in gathered.coverage if source.kept and not source.files]
    if len(stores) > 1 and (again := records.read_again()):
        lost.append(text("app.read_again", n=f"{again:,}", sources=listed(stores)))
    if gathered.files_reduced:
        notes.append(text("app.reduced", kept=FIRST + LAST))
    if gathered.same_hosts:
        pairs = [f"{one} = {address}" for one, address in gathered.same_hosts.items()]
        notes.append(text("app.same_hosts", pairs=listed(pairs, _NAMED)))
    if summaries.minute_s > 60:
        notes.append(text("app.wide_minutes", seconds=summaries.minute_s))
    if summaries.without_variables:
        notes.append(text("app.without_variables"))
    if summaries.unplaced:
        lost.append(text("app.unplaced", n=f"{summaries.unplaced:,}"))
    if summaries.others:
        key = "app.others_whole" if summaries.others_whole else "app.others"
        lost.append(text(key, n=f"{summaries.others:,}"))
    if not gathered.coverage:
        return ()
    first, *rest = gathered.coverage
    said = replace(first, notes=(*first.notes, *notes), incomplete=(*first.incomplete, *lost))
    return (said, *rest)
