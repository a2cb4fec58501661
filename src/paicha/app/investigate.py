"""From a question to findings: read, count, fold, measure, analyse, keep."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from paicha.analysis.investigation import investigate as analyse
from paicha.analysis.records import RecordQueries
from paicha.analysis.tables import CaseTables, Context
from paicha.errors import InputError, QuestionError, SourceError
from paicha.kernel.fold import fold
from paicha.kernel.times import find_zone
from paicha.locales import Language, Text, text
from paicha.model.aliases import AliasSettings
from paicha.model.coverage import Coverage, MetricCoverage, SourceCoverage
from paicha.model.findings import Findings
from paicha.model.knowledge import Knowledge
from paicha.model.question import LogQuery, MetricQuery, Question, Scope, Window
from paicha.model.schema import SERIES, STORED_RECORDS
from paicha.ports import CaseStore, Engine, LogSource, MetricSource, Progress, Summaries
from paicha.version import __version__

_WHOLE_WORLD = Scope()


@dataclass(frozen=True, slots=True)
class Inquiry:
    """
    What is asked, before anything was read.

    Args:
        window: None: the whole of what the files hold.
        scope: Which part of the world.
        zone: IANA name of the reader's zone.
        language: The reader's language.
        inputs: Files or source names, as given.
        max_records: How many records are read whole from one source at most.
        commands: How to ask the same again.
    """

    window: Window | None
    scope: Scope = _WHOLE_WORLD
    zone: str = "UTC"
    language: Language = "en"
    inputs: tuple[str, ...] = ()
    max_records: int = 1_000_000
    commands: tuple[str, ...] = ()


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
    """

    logs: Sequence[LogSource]
    metrics: Sequence[MetricSource]
    engine: Engine
    knowledge: Knowledge
    record_queries: Callable[[CaseStore], RecordQueries]
    progress: Progress
    configuration: str = ""


@dataclass(slots=True)
class _Gathered:
    """What the log sources said beside their records."""

    coverage: list[SourceCoverage] = field(default_factory=list)
    store_counts: list[pa.Table] = field(default_factory=list)
    aliases: tuple[AliasSettings, pa.Table] | None = None
    records: int = 0


def investigate(inquiry: Inquiry, workshop: Workshop, case: CaseStore) -> Findings:
    """
    Read everything, write every table and the findings into *case*, and return the findings.

    The same data and the same inquiry give the same findings, whatever the order of the records.

    Raises:
        QuestionError: If the window holds no record.
        InputError: If no window was asked for and no record has a time to take one from.
        SourceError: If a log source cannot be read. A metric source that cannot be reached leaves
            the findings without its series, and the coverage says so.
    """
    gathered = _Gathered()
    case.put("records", STORED_RECORDS.empty_table())
    summaries = workshop.engine.summarise(
        _batches(inquiry, workshop, gathered), lambda batch: case.append("records", [batch])
    )
    if summaries.counts.num_rows == 0 and not gathered.store_counts:
        raise _nothing_found(inquiry, gathered)
    question = _question(inquiry, inquiry.window or _window_of(summaries.counts, inquiry, gathered))
    hosts = _hosts(summaries.counts, inquiry.scope)
    series, metric_coverage = _series(question, workshop, hosts)
    workshop.progress.step("analyse", gathered.records, gathered.records)
    tables = _tables(summaries, series, gathered, workshop.record_queries(case))
    _keep(case, tables)
    context = Context(
        case_id=_case_id(question, tables),
        product_version=__version__,
        configuration=workshop.configuration,
        commands=inquiry.commands,
    )
    coverage = Coverage(logs=_log_coverage(gathered, summaries), metrics=metric_coverage)
    findings = analyse(tables, question, coverage, workshop.knowledge, context)
    case.put_findings(findings)
    return findings


def _question(inquiry: Inquiry, window: Window) -> Question:
    return Question(
        window=window,
        asked_window=inquiry.window is not None,
        scope=inquiry.scope,
        zone=inquiry.zone,
        language=inquiry.language,
        inputs=inquiry.inputs,
    )


def _batches(
    inquiry: Inquiry, workshop: Workshop, gathered: _Gathered
) -> Iterator[pa.RecordBatch | Summaries]:
    query = LogQuery(inquiry.window, inquiry.scope, inquiry.zone, inquiry.max_records)
    for source in workshop.logs:
        with source.open(query) as reading:
            for batch in reading:
                if isinstance(batch, pa.RecordBatch):
                    gathered.records += batch.num_rows
                    workshop.progress.step("read", gathered.records, None)
                yield batch
            gathered.coverage.append(reading.coverage)
            if reading.store_counts is not None:
                gathered.store_counts.append(reading.store_counts)
            gathered.aliases = gathered.aliases or reading.aliases


def _log_coverage(gathered: _Gathered, summaries: Summaries) -> tuple[SourceCoverage, ...]:
    """Return what the sources said, with a note where a table met its cap."""
    notes = []
    if summaries.minute_s > 60:
        notes.append(text("app.wide_minutes", seconds=summaries.minute_s))
    if summaries.over_cap:
        notes.append(text("app.over_cap", n=f"{summaries.counts.num_rows:,}"))
    if not notes or not gathered.coverage:
        return tuple(gathered.coverage)
    first, *rest = gathered.coverage
    return (replace(first, notes=(*first.notes, *notes)), *rest)


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


def _series(
    question: Question, workshop: Workshop, hosts: tuple[str, ...]
) -> tuple[pa.Table, tuple[MetricCoverage, ...]]:
    query = MetricQuery(question.window, hosts, question.scope.bk_biz_id)
    parts = [SERIES.empty_table()]
    coverage: list[MetricCoverage] = []
    for number, source in enumerate(workshop.metrics):
        workshop.progress.step("measure", number, len(workshop.metrics))
        try:
            reading = source.read(query)
        except InputError:
            raise  # a metric file that was named and cannot be read is the reader's to mend
        except SourceError as err:
            coverage.append(_unread(source.name, err))
            continue
        parts.append(reading.series.select(SERIES.names).cast(SERIES))
        coverage.append(reading.coverage)
    return pa.concat_tables(parts).combine_chunks(), tuple(coverage)


def _unread(source: str, err: SourceError) -> MetricCoverage:
    # The logs are worth a report without the metrics; that they are missing is said in it.
    reason = Text(zh=err.text("zh").split("\n")[0], en=err.text("en").split("\n")[0])
    return MetricCoverage(source, "", 0, 0, 0, incomplete=(reason,))


def _tables(
    summaries: Summaries, series: pa.Table, gathered: _Gathered, records: RecordQueries
) -> CaseTables:
    folded = fold(summaries.counts, summaries.slots, summaries.slot_values, summaries.slot_buckets)
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
        store_counts=pa.concat_tables(gathered.store_counts) if gathered.store_counts else None,
        aliases=gathered.aliases,
        minute_s=summaries.minute_s,
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
    for name, table in _kept(tables).items():
        if not name.startswith("template"):
            digest.update(f"\0{name}\0".encode())
            digest.update(_as_text(table))
    return digest.hexdigest()[:16]


def _as_text(table: pa.Table) -> bytes:
    # As CSV: it stays the same when the columnar library changes how it lays out its buffers.
    plain = pa.table(
        {
            column: pc.cast(table[column], pa.string())
            if pa.types.is_decimal(table[column].type)
            else table[column]
            for column in table.column_names
        }
    )
    sink = pa.BufferOutputStream()
    pa_csv.write_csv(plain, sink)
    return bytes(sink.getvalue())
