"""From a question to findings: read, count, fold, measure, analyse, keep."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from paicha.analysis.records import RecordQueries, ReducedRecords
from paicha.analysis.tables import Context
from paicha.app.case_tables import (
    case_id_of,
    case_tables,
    keeping,
    sums_of,
    with_calls,
    with_case_id,
)
from paicha.app.gathering import Gathered, batches, begun, log_coverage
from paicha.app.held import REDUCTION, Held, keep_reading, reduction_of
from paicha.app.inquiry import Inquiry, Workshop
from paicha.app.measuring import hosts_of, series_of, services_of, spans_of
from paicha.app.nothing_found import nothing_found, window_of
from paicha.app.redacting import Redacting
from paicha.app.same_hosts import ids_of, with_same_hosts
from paicha.model.coverage import Coverage
from paicha.model.findings import Findings
from paicha.model.question import Question, Window
from paicha.model.schema import STORED_RECORDS
from paicha.ports import CaseStore, Summaries
from paicha.version import __version__


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
        SourceError: If no log source gives a record and one cannot be read, or one breaks off. Where others
            are read, the coverage says which is missing, as it does of a metric source.
    """
    gathered = begun(inquiry, workshop, held)
    covering = _covering(inquiry, held)
    summaries = _summed(inquiry, workshop, case, gathered, covering)
    summaries = with_same_hosts(summaries, case, gathered)
    # The database works without Python: the large tables go into the case while templates are made of them.
    with case.putting(sums_of(summaries)):
        findings = _analysed(
            summaries, inquiry, workshop, case, gathered=gathered, covering=covering
        )
    findings = covering.findings(findings, summaries.counts)
    case.put_findings(findings)
    return findings


def _analysed(
    summaries: Summaries,
    inquiry: Inquiry,
    workshop: Workshop,
    case: CaseStore,
    *,
    gathered: Gathered,
    covering: Redacting,
) -> Findings:
    """Measure, fold and analyse what was read, and write into *case* what comes of it."""
    from paicha.analysis.investigation import investigate as analyse  # noqa: PLC0415 - imported while records are read

    question = _question(inquiry, inquiry.window or window_of(summaries.counts))
    hosts = hosts_of(summaries.counts, inquiry.scope, gathered.same_hosts)
    spans, trace_coverage = spans_of(question, workshop)
    services = services_of(summaries, inquiry.scope, spans)
    ids = ids_of(hosts, case, gathered) if workshop.metrics else ()
    series, metric_coverage = series_of(question, workshop, hosts, services, ids)
    workshop.progress.step("analyse", gathered.records, gathered.records)
    records = _record_queries(workshop, case, summaries, gathered)
    tables = case_tables(summaries, series, gathered, records)
    if workshop.traces:
        tables = with_calls(tables, spans, gathered.steps)
    tables = covering.tables(tables)
    # A digest of megabytes needs no lock of Python's.
    with keeping(case, tables), ThreadPoolExecutor(1) as beside:
        case_id = beside.submit(case_id_of, question, tables)
        covering.keep(case)
        keep_reading(case, gathered.progress, summaries, covering)
        logs = log_coverage(gathered, summaries, records)
        coverage = Coverage(logs, metric_coverage, tuple(gathered.baseline), trace_coverage)
        context = _context(inquiry, workshop)
        findings = analyse(tables, question, coverage, workshop.knowledge(), context, keep=case.put)
        return with_case_id(findings, case_id.result())


def _covering(inquiry: Inquiry, held: Held | None) -> Redacting:
    """Return what covers the log text; with a case read on, as that case was covered."""
    if held is None:
        return Redacting(inquiry.redaction, raw=inquiry.keep_raw, seed=None)
    return Redacting(inquiry.redaction, raw=held.raw, seed=held.seed)


def _summed(
    inquiry: Inquiry,
    workshop: Workshop,
    case: CaseStore,
    gathered: Gathered,
    covering: Redacting,
) -> Summaries:
    """Read the log sources, write their records into *case*, and return their sums; no record is an error."""
    case.put("records", STORED_RECORDS.empty_table())
    summaries = workshop.engine.summarise(
        batches(inquiry, workshop, gathered),
        lambda batch: case.append("records", covering.records(batch)),
        inquiry.baseline,
        gathered.progress.reached,
    )
    summaries = covering.sums(summaries, lambda: case.append("records", covering.rest()))
    if summaries.counts.num_rows == 0 and inquiry.stop():
        raise KeyboardInterrupt  # there is nothing to report: as if it had been stopped at once
    if summaries.counts.num_rows == 0 and not gathered.store_counts:
        raise next(iter(gathered.refused), None) or nothing_found(inquiry, gathered)
    return summaries


def _record_queries(
    workshop: Workshop, case: CaseStore, summaries: Summaries, gathered: Gathered
) -> RecordQueries:
    """Return what answers for all records; where the case keeps some of them only, it says so in *case*."""
    records = workshop.record_queries(case)
    back = gathered.reduced
    if back is None:
        return records
    case.put(REDUCTION, reduction_of(back.records, back.largest_s))
    return ReducedRecords(records, summaries.counts, back, gathered.host_ids)


def _question(inquiry: Inquiry, window: Window | None) -> Question:
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


def _context(inquiry: Inquiry, workshop: Workshop) -> Context:
    """Return how to get the same again; the case's id comes when it is known."""
    return Context(
        case_id="",
        product_version=__version__,
        configuration=workshop.configuration,
        commands=inquiry.commands,
    )
