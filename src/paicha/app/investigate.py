"""From a question to findings: read, count, fold, measure, analyse, keep."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, fields, replace
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.investigation import investigate as analyse
from paicha.analysis.records import Disorder, RecordQueries, ReducedRecords
from paicha.analysis.suspects.steps import steps_of
from paicha.analysis.tables import CaseTables, Context
from paicha.app.choosing import Fewest, choosing_for, chosen, order_of
from paicha.app.guard import Guard, announce
from paicha.app.held import (
    REDUCTION,
    Held,
    ReadProgress,
    keep_reading,
    reduction_of,
    with_held,
)
from paicha.app.redacting import Redacting
from paicha.errors import InputError, QuestionError, SourceError
from paicha.kernel.allowance import Allowance
from paicha.kernel.caps import CAPS, Caps
from paicha.kernel.count import Partial, as_baseline
from paicha.kernel.fold import fold_both
from paicha.kernel.keeping import FIRST, LAST
from paicha.kernel.reducing import Choosing
from paicha.kernel.times import find_zone
from paicha.locales import Language, Text, text
from paicha.model.aliases import AliasSettings
from paicha.model.coverage import Coverage, MetricCoverage, SourceCoverage, TraceCoverage
from paicha.model.findings import Findings
from paicha.model.knowledge import Knowledge
from paicha.model.question import (
    Limits,
    LogQuery,
    MetricQuery,
    Question,
    Scope,
    TraceQuery,
    Window,
    never,
)
from paicha.model.reading import Mark
from paicha.model.redaction import BUILT_IN, RedactionRules
from paicha.model.schema import SERIES, SPAN_STEPS, SPANS, STORED_RECORDS
from paicha.ports import (
    CaseStore,
    CountsRecords,
    Engine,
    LogReading,
    LogSource,
    MetricSource,
    Progress,
    ReducedReading,
    ResumableReading,
    Summaries,
    TraceSource,
    TwoWindowSource,
)
from paicha.values import dataclass
from paicha.version import __version__

_WHOLE_WORLD = Scope()
#: Up to so much of files, or of a store's messages, the case keeps every record: some 200,000 lines [bytes].
KEEP_BYTES = 32 << 20


@dataclass(frozen=True, slots=True)
class Inquiry:
    """
    What is asked, before anything was read.

    Args:
        window: None: the whole of what the files hold.
        baseline: What the window is compared with; None: with nothing.
        baseline_choice: How it was asked for; "": nobody did, so it may be out of reach.
        scope: Which part of the world.
        zone: IANA name of the reader's zone.
        language: The reader's language.
        inputs: Files or source names, as given.
        max_records: How many records are read whole from one source at most.
        keep_bytes: Up to so much of files, or of messages of one store, the case keeps every record; of
            more the counts, and of the records the earliest and the last of each shape and level. None:
            every record, always [bytes].
        commands: How to ask the same again.
        stop: Whether somebody asks to read no further: what was read by then is reported.
        max_bytes: How many bytes are read from one source at most; 0: no limit.
        max_seconds: How long one source is read at most [s]; 0: no limit.
        limits: The same three of sources that have limits of their own, by name.
        clock: Seconds since any moment, for that limit alone.
        redaction: What is covered in log text.
        keep_raw: Whether the case keeps its records as they were read; reports are covered all the same.
    """

    window: Window | None
    scope: Scope = _WHOLE_WORLD
    zone: str = "UTC"
    language: Language = "en"
    inputs: tuple[str, ...] = ()
    max_records: int = 1_000_000
    keep_bytes: int | None = KEEP_BYTES
    commands: tuple[str, ...] = ()
    baseline: Window | None = None
    baseline_choice: str = ""
    stop: Callable[[], bool] = never
    max_bytes: int = 0
    max_seconds: float = 0.0
    limits: Mapping[str, Limits] = field(default_factory=dict)
    clock: Callable[[], float] = float  # 0.0: time stands still
    redaction: RedactionRules = BUILT_IN
    keep_raw: bool = False


@dataclass(frozen=True, slots=True)
class Workshop:
    """
    What an investigation works with.

    Args:
        logs: Where the records come from.
        metrics: Where the series come from.
        engine: Runs shape and count.
        knowledge: Problem classes and metric concepts.
        record_queries: Answers questions about single records of a case.
        progress: Hears how far it is.
        configuration: Fingerprint of the settings that change a report.
        traces: Where the spans come from.
        caps: What the sums may hold that are made while a store is read.
    """

    logs: Sequence[LogSource]
    metrics: Sequence[MetricSource]
    engine: Engine
    knowledge: Knowledge
    record_queries: Callable[[CaseStore], RecordQueries]
    progress: Progress
    configuration: str = ""
    traces: Sequence[TraceSource] = ()
    caps: Caps = CAPS


@dataclass(slots=True)
class _Gathered:
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
    host_ids: dict[str, str] = field(default_factory=dict)  # of records that were not
    _held_given: bool = False

    def held_records(self) -> Iterator[pa.RecordBatch]:
        """Yield the records that an earlier case holds, once."""
        if self.held is not None and not self._held_given:
            self._held_given = True
            yield from self.held.records.to_batches()


def investigate(
    inquiry: Inquiry, workshop: Workshop, case: CaseStore, held: Held | None = None
) -> Findings:
    """
    Read everything, write every table and the findings into *case*, and return the findings.

    The same data and the same inquiry give the same findings, whatever the order of the records.

    Args:
        inquiry: What is asked.
        workshop: What to work with.
        case: Where it goes; empty.
        held: What an earlier case of the same question holds, to which this is added.

    Raises:
        KeyboardInterrupt: If somebody asked to stop before there was a record.
        QuestionError: If the window holds no record.
        InputError: If no window was asked for and no record has a time to take one from.
        SourceError: If a log source cannot be read. A metric source that cannot be reached leaves
            the findings without its series, and the coverage says so.
    """
    gathered = _begun(inquiry, workshop, held)
    covering = Redacting(
        inquiry.redaction,
        raw=held.raw if held else inquiry.keep_raw,
        seed=held.seed if held else None,
    )
    summaries = _summed(inquiry, workshop, case, gathered, covering)
    question = _question(inquiry, inquiry.window or _window_of(summaries.counts, inquiry, gathered))
    hosts = _hosts(summaries.counts, inquiry.scope)
    spans, trace_coverage = _spans(question, workshop)
    services = _services(summaries, inquiry.scope, spans)
    series, metric_coverage = _series(question, workshop, hosts, services)
    workshop.progress.step("analyse", gathered.records, gathered.records)
    records = _record_queries(workshop, case, summaries, gathered)
    tables = _tables(summaries, series, gathered, records)
    if workshop.traces:
        steps = pa.concat_tables([SPAN_STEPS.empty_table(), *gathered.steps])
        tables = replace(tables, spans=spans, span_steps=_sorted(steps))
    tables = covering.tables(tables)
    _keep(case, tables)
    covering.keep(case)
    keep_reading(case, gathered.progress, summaries, covering)
    context = Context(
        case_id=_case_id(question, tables),
        product_version=__version__,
        configuration=workshop.configuration,
        commands=inquiry.commands,
    )
    logs = _log_coverage(gathered, summaries)
    coverage = Coverage(logs, metric_coverage, tuple(gathered.baseline), trace_coverage)
    findings = analyse(tables, question, coverage, workshop.knowledge, context, keep=case.put)
    findings = covering.findings(findings, summaries.counts)
    case.put_findings(findings)
    return findings


def _begun(inquiry: Inquiry, workshop: Workshop, held: Held | None) -> _Gathered:
    """Return what is known of the log sources before one is read: what *held* says of them."""
    progress = ReadProgress(held, inquiry.max_records, workshop.configuration)
    if held is None or held.reduced is None:
        return _Gathered(held, progress)
    return _Gathered(held, progress, reduced=Disorder(*held.reduced), files_reduced=True)


def _summed(
    inquiry: Inquiry,
    workshop: Workshop,
    case: CaseStore,
    gathered: _Gathered,
    covering: Redacting,
) -> Summaries:
    """Read the log sources, write their records into *case*, and return their sums; no record is an error."""
    case.put("records", STORED_RECORDS.empty_table())
    summaries = workshop.engine.summarise(
        _batches(inquiry, workshop, gathered),
        lambda batch: case.append("records", covering.records(batch)),
        inquiry.baseline,
        gathered.progress.reached,
    )
    case.append("records", covering.rest())
    summaries = covering.sums(summaries)
    if summaries.counts.num_rows == 0 and inquiry.stop():
        raise KeyboardInterrupt  # there is nothing to report: as if it had been stopped at once
    if summaries.counts.num_rows == 0 and not gathered.store_counts:
        raise _nothing_found(inquiry, gathered)
    return summaries


def _record_queries(
    workshop: Workshop, case: CaseStore, summaries: Summaries, gathered: _Gathered
) -> RecordQueries:
    """Return what answers for all records; where the case keeps some of them only, it says so in *case*."""
    records = workshop.record_queries(case)
    back = gathered.reduced
    if back is None:
        return records
    case.put(REDUCTION, reduction_of(back.records, back.largest_s))
    return ReducedRecords(records, summaries.counts, back, gathered.host_ids)


def _question(inquiry: Inquiry, window: Window) -> Question:
    return Question(
        window=window,
        asked_window=inquiry.window is not None,
        scope=inquiry.scope,
        zone=inquiry.zone,
        language=inquiry.language,
        inputs=inquiry.inputs,
        baseline=inquiry.baseline,
        baseline_choice=inquiry.baseline_choice,
    )


def _batches(
    inquiry: Inquiry, workshop: Workshop, gathered: _Gathered
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
    for source in workshop.logs:
        if inquiry.stop():
            yield from gathered.held_records()
            gathered.coverage.append(_not_read(source.name, asked, text("app.not_begun")))
            gathered.progress.resumable = False
            continue
        query = _limited(asked, inquiry.limits.get(source.name))
        guard = gathered.guard = Guard(Allowance(query, inquiry.clock), inquiry.stop)
        query = replace(query, stop=guard)
        if isinstance(source, CountsRecords):
            announce(source.name, source.count(query), query, workshop.progress)
        if inquiry.baseline is not None and isinstance(source, TwoWindowSource):
            with source.open_both(query, inquiry.baseline) as both:
                yield from _read(both, query, workshop, gathered)
                _note(both, gathered, both.baseline_coverage)
            continue
        with source.open(query) as reading:
            choosing = choosing_for(reading, keep_bytes, workshop.caps)
            yield from chosen(_read(reading, query, workshop, gathered), choosing)
            _note(reading, gathered)
            _note_reduced(choosing, gathered)
        if inquiry.baseline is not None:
            before = replace(query, window=inquiry.baseline)
            keep_steps = bool(workshop.traces)
            yield from _baseline(source, before, inquiry, gathered, keep_steps=keep_steps)


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
    reading: LogReading, query: LogQuery, workshop: Workshop, gathered: _Gathered
) -> Iterator[pa.RecordBatch | Summaries | Mark]:
    files = reading if isinstance(reading, ResumableReading) else None
    few = _few(reading, workshop, gathered)
    if few is None:
        yield from gathered.held_records()
    for batch in reading:
        if isinstance(batch, pa.RecordBatch):
            gathered.guard.spend(batch.nbytes)
            gathered.records += batch.num_rows
            if workshop.traces:
                gathered.steps.append(steps_of(pa.Table.from_batches([batch])))
            workshop.progress.step("read", gathered.records, None)
        if files is not None:
            workshop.progress.step("bytes", *files.extent)
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


def _few(reading: LogReading, workshop: Workshop, gathered: _Gathered) -> Fewest | None:
    """Return what keeps few records of large files; None: all that are handed out are kept."""
    if not isinstance(reading, ReducedReading) or reading.reduced is None:
        return None
    if gathered.held is not None and gathered.reduced is None:  # that case kept every record
        order = order_of(gathered.held.records)
        gathered.reduced = Disorder(order.steps, order.largest_us / 1_000_000)
    return Fewest(gathered.held_records(), workshop.caps)


def _note_reduced(choosing: Choosing, gathered: _Gathered) -> None:
    if choosing.order is None:
        return
    gathered.reduced = gathered.reduced or Disorder(0, 0.0)
    gathered.host_ids |= choosing.host_ids
    coverage = gathered.coverage.pop()
    said = text("app.reduced_store", kept=FIRST + LAST, size=f"{choosing.most_bytes or 0:,}")
    gathered.coverage.append(replace(coverage, notes=(*coverage.notes, said)))


def _note(reading: LogReading, gathered: _Gathered, baseline: SourceCoverage | None = None) -> None:
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
    gathered: _Gathered,
    *,
    keep_steps: bool,
) -> Iterator[pa.RecordBatch | Summaries]:
    """Yield the records of the baseline; one that nobody asked for may be out of reach."""
    try:
        with source.open(query) as reading:
            for batch in reading:
                if keep_steps and isinstance(batch, pa.RecordBatch):
                    gathered.steps.append(steps_of(pa.Table.from_batches([batch])))
                yield from _of_baseline(batch)
            gathered.baseline.append(reading.coverage)
    except SourceError as err:
        if inquiry.baseline_choice:
            raise
        gathered.baseline.append(_not_read(source.name, query, err.first_lines))


def _of_baseline(batch: pa.RecordBatch | Summaries) -> Iterator[pa.RecordBatch | Summaries]:
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


def _log_coverage(gathered: _Gathered, summaries: Summaries) -> tuple[SourceCoverage, ...]:
    """Return what the sources said, and where a table met its cap."""
    notes, lost = [], []
    if gathered.files_reduced:
        notes.append(text("app.reduced", kept=FIRST + LAST))
    if summaries.minute_s > 60:
        notes.append(text("app.wide_minutes", seconds=summaries.minute_s))
    if summaries.without_variables:
        notes.append(text("app.without_variables"))
    if summaries.others:
        lost.append(text("app.others", n=f"{summaries.others:,}"))
    if not gathered.coverage:
        return ()
    first, *rest = gathered.coverage
    said = replace(first, notes=(*first.notes, *notes), incomplete=(*first.incomplete, *lost))
    return (said, *rest)


def _window_of(counts: pa.Table, inquiry: Inquiry, gathered: _Gathered) -> Window:
    """Return the whole seconds that hold every record."""
    first, last = pc.min(counts["first"]).as_py(), pc.max(counts["last"]).as_py()
    if first is None or last is None:
        reasons = _reasons(gathered, inquiry)
        raise InputError("investigate.no_times", input=", ".join(inquiry.inputs), **reasons)
    start = first.astimezone(UTC).replace(microsecond=0)
    return Window(start, last.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1))


def _nothing_found(inquiry: Inquiry, gathered: _Gathered) -> QuestionError:
    inputs = ", ".join(inquiry.inputs)
    held = [
        moment
        for source in gathered.coverage
        for file in source.files
        for moment in (file.first, file.last)
        if moment is not None
    ]
    read = sum(source.read for source in gathered.coverage)
    window = inquiry.window
    filtered = sum(source.filtered for source in gathered.coverage)
    if filtered:
        facts = {"filtered": filtered, "read": read, "where": inquiry.scope.where}
        facts |= _reasons(gathered, inquiry)
        return QuestionError("investigate.filtered", input=inputs, **facts)
    if window is None:
        return QuestionError("investigate.empty", input=inputs, **_reasons(gathered, inquiry))
    asked = {"start": _shown(window.start, inquiry), "end": _shown(window.end, inquiry)}
    asked |= _reasons(gathered, inquiry)
    if held:
        return QuestionError(
            "investigate.outside",
            input=inputs,
            read=read,
            first=_shown(min(held), inquiry),
            last=_shown(max(held), inquiry),
            **asked,
        )
    return QuestionError("investigate.no_records", input=inputs, read=read, **asked)


def _reasons(gathered: _Gathered, inquiry: Inquiry) -> dict[str, str]:
    """Return the scope, and what the sources say of themselves, as facts of an error; none is empty."""
    scope = inquiry.scope
    said = {
        "host": ", ".join(scope.hosts),
        "service": ", ".join(scope.services),
        "where": scope.where,
        "incomplete": _said(
            inquiry, (reason for s in gathered.coverage for reason in s.incomplete)
        ),
        "note": _said(inquiry, (note for s in gathered.coverage for note in s.notes)),
    }
    return {name: words for name, words in said.items() if words}


def _said(inquiry: Inquiry, words: Iterable[Text]) -> str:
    return "; ".join(one.in_language(inquiry.language) for one in words)


def _shown(moment: datetime, inquiry: Inquiry) -> str:
    there = moment.astimezone(find_zone(inquiry.zone))
    return there.isoformat(sep=" ", timespec="milliseconds" if there.microsecond else "seconds")


def _hosts(counts: pa.Table, scope: Scope) -> tuple[str, ...]:
    seen = {host for host in pc.unique(counts["host"]).to_pylist() if host}
    return tuple(sorted(seen | set(scope.hosts)))


def _services(summaries: Summaries, scope: Scope, spans: pa.Table) -> tuple[str, ...]:
    tables = [t for t in (summaries.counts, summaries.baseline, spans) if t is not None]
    seen = {name for table in tables for name in pc.unique(table["service_name"]).to_pylist()}
    return tuple(sorted({name for name in seen if name} | set(scope.services)))


def _reach(question: Question) -> Window:
    """Return the window with the baseline before it: what is measured needs its past."""
    window, baseline = question.window, question.baseline
    return Window(min(window.start, baseline.start), window.end) if baseline else window


def _spans(question: Question, workshop: Workshop) -> tuple[pa.Table, tuple[TraceCoverage, ...]]:
    parts, coverage = [SPANS.empty_table()], []
    for source in workshop.traces:
        reading = source.read(TraceQuery(_reach(question)))
        parts.append(reading.spans.select(SPANS.names).cast(SPANS))
        coverage.append(reading.coverage)
    return pa.concat_tables(parts).combine_chunks(), tuple(coverage)


def _sorted(table: pa.Table) -> pa.Table:
    # Sources are read in batches of any size and order; what is kept must not show it.
    return table.sort_by([(name, "ascending") for name in table.column_names]).combine_chunks()


def _series(
    question: Question, workshop: Workshop, hosts: tuple[str, ...], services: tuple[str, ...]
) -> tuple[pa.Table, tuple[MetricCoverage, ...]]:
    query = MetricQuery(question.window, hosts, question.scope.bk_biz_id, services=services)
    parts = [SERIES.empty_table()]
    coverage: list[MetricCoverage] = []
    for number, source in enumerate(workshop.metrics):
        workshop.progress.step("measure", number, len(workshop.metrics))
        try:
            reading = source.read(query)
        except InputError:
            raise  # a metric file that was named and cannot be read is the reader's to mend
        except SourceError as err:
            # The logs are worth a report without the metrics; that they are missing is said in it.
            unread = MetricCoverage(source.name, "", 0, 0, 0, incomplete=(err.first_lines,))
            coverage.append(unread)
            continue
        parts.append(reading.series.select(SERIES.names).cast(SERIES))
        past, notes = _past(question, source, query)
        parts.append(past)
        coverage.append(replace(reading.coverage, notes=(*reading.coverage.notes, *notes)))
    return _once(pa.concat_tables(parts)), tuple(coverage)


def _past(
    question: Question, source: MetricSource, query: MetricQuery
) -> tuple[pa.Table, tuple[Text, ...]]:
    """
    Return what was measured before the window, since the begin of the baseline.

    What is missing there weakens the comparison with the past and nothing else, so it is a note.
    """
    reach = _reach(question)
    if reach.start == question.window.start:
        return SERIES.empty_table(), ()
    before = replace(query, window=Window(reach.start, question.window.start))
    try:
        reading = source.read(before)
    except SourceError as err:
        return SERIES.empty_table(), (text("app.past", reason=err.first_lines),)
    notes = (text("app.past", reason=reason) for reason in reading.coverage.incomplete)
    return reading.series.select(SERIES.names).cast(SERIES), tuple(notes)


def _once(series: pa.Table) -> pa.Table:
    """Return the points without those that both readings gave: a point at the window's edge."""
    if not series.num_rows:
        return series.combine_chunks()
    keys = [name for name in SERIES.names if name != "value"]
    rows = series.append_column("row", pa.array(range(series.num_rows), pa.int64()))
    first = rows.group_by(keys, use_threads=False).aggregate([("row", "min")])["row_min"]
    return series.take(pc.take(first, pc.sort_indices(first))).combine_chunks()


def _tables(
    summaries: Summaries, series: pa.Table, gathered: _Gathered, records: RecordQueries
) -> CaseTables:
    folded, before = fold_both(summaries)
    return CaseTables(
        counts=summaries.counts,
        slots=summaries.slots,
        slot_values=summaries.slot_values,
        slot_buckets=summaries.slot_buckets,
        templates=folded.templates,
        template_shapes=folded.template_shapes,
        template_slots=folded.template_slots,
        series=series,
        records=records,
        reduced=gathered.reduced is not None,
        store_counts=pa.concat_tables(gathered.store_counts) if gathered.store_counts else None,
        aliases=gathered.aliases,
        minute_s=summaries.minute_s,
        baseline_counts=summaries.baseline,
        baseline_templates=before,
    )


def _kept(tables: CaseTables) -> dict[str, pa.Table]:
    """Return the tables of a case by name, without the records."""
    named = {f.name: getattr(tables, f.name) for f in fields(tables)}
    named["alias_counts"] = tables.aliases[1] if tables.aliases else None
    return {name: table for name, table in sorted(named.items()) if isinstance(table, pa.Table)}


def _keep(case: CaseStore, tables: CaseTables) -> None:
    for name, table in _kept(tables).items():
        case.put(name, table)


def _case_id(question: Question, tables: CaseTables) -> str:
    """
    Return an id derived from what was asked and from what was read; language and paths do not count.

    Two cases with one id hold the same counts, slots and series over the same window.
    """
    digest = hashlib.sha256()
    digest.update(repr((question.window, question.scope, question.zone)).encode())
    if question.baseline is not None:
        digest.update(repr(question.baseline).encode())
    for name, table in _kept(tables).items():
        if not name.startswith("template"):
            digest.update(f"\0{name}\0".encode())
            for values in _content(table):
                digest.update(values)
    return digest.hexdigest()[:16]


def _content(table: pa.Table) -> Iterator[memoryview]:
    """Yield what a table holds, column by column: which rows say something, lengths of texts, values."""
    # Not the columnar library's own buffers: equal tables may have different ones.
    for name in table.column_names:
        column = table[name].combine_chunks()
        if pa.types.is_decimal(column.type) or pa.types.is_nested(column.type):
            column = pc.cast(column, pa.string())
        yield memoryview(f"\0{name}\0{column.type}\0".encode())
        if column.null_count:
            yield _values(column.is_valid())
        if pa.types.is_string(column.type):
            column = pc.fill_null(column, "") if column.null_count else column
            yield _values(pc.binary_length(column))
        yield _values(column)


def _values(array: pa.Array) -> memoryview:
    """Return the values of an array end to end; where it has none, zero."""
    if pa.types.is_string(array.type):
        _, ends, data = array.buffers()
        if data is None or not len(array):
            return memoryview(b"")
        places = memoryview(ends).cast("i")
        return memoryview(data)[places[array.offset] : places[array.offset + len(array)]]
    if pa.types.is_boolean(array.type):
        array = array.cast(pa.uint8())
    elif pa.types.is_timestamp(array.type):
        array = array.cast(pa.int64())
    array = pc.fill_null(array, 0) if array.null_count else array
    width = array.type.bit_width // 8
    start = array.offset * width
    values = array.buffers()[1]
    return memoryview(values)[start : start + len(array) * width] if len(array) else memoryview(b"")
