"""Series and spans of what the logs name, over the window and the baseline before it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from paicha.app.inquiry import Workshop
from paicha.app.same_points import Differing, once
from paicha.errors import InputError, SourceError
from paicha.kernel.weights import MANY
from paicha.locales import Text, text
from paicha.model.coverage import MetricCoverage, TraceCoverage
from paicha.model.question import MetricQuery, Question, Scope, TraceQuery, Window
from paicha.model.schema import SERIES, SPANS
from paicha.ports import MetricSource, Summaries


def hosts_of(counts: pa.Table, scope: Scope, same: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the hosts that records name or that were asked for, sorted; *same*: other names of some."""
    seen = {host for host in pc.unique(counts["host"]).to_pylist() if host}
    seen.discard(MANY)
    return tuple(sorted(seen | set(scope.hosts) | set(same)))


def services_of(summaries: Summaries, scope: Scope, spans: pa.Table) -> tuple[str, ...]:
    """Return the services that records or spans name or that were asked for, sorted."""
    tables = [t for t in (summaries.counts, summaries.baseline, spans) if t is not None]
    seen = {name for table in tables for name in pc.unique(table["service_name"]).to_pylist()}
    return tuple(sorted({name for name in seen if name and name != MANY} | set(scope.services)))


def _reach(question: Question) -> Window:
    """Return the window with the baseline before it: what is measured needs its past."""
    window, baseline = question.extent, question.baseline
    return Window(min(window.start, baseline.start), window.end) if baseline else window


def spans_of(question: Question, workshop: Workshop) -> tuple[pa.Table, tuple[TraceCoverage, ...]]:
    """Return the spans of all trace sources in the window and the baseline, and what was read; without a window none."""
    parts, coverage = [SPANS.empty_table()], []
    for source in workshop.traces:
        if question.window is None:
            unread = TraceCoverage(source.name, "", 0, 0, 0, 0, incomplete=(_no_window(),))
            coverage.append(unread)
            continue
        reading = source.read(TraceQuery(question.window, question.baseline))
        parts.append(reading.spans.select(SPANS.names).cast(SPANS))
        coverage.append(reading.coverage)
    return pa.concat_tables(parts).combine_chunks(), tuple(coverage)


def series_of(
    question: Question,
    workshop: Workshop,
    hosts: tuple[str, ...],
    services: tuple[str, ...],
    ids: tuple[tuple[str, str], ...] = (),
) -> tuple[pa.Table, tuple[MetricCoverage, ...]]:
    """
    Return the series of all metric sources, and what was read of each; *ids* as in `MetricQuery`.

    Without a window nothing is read: when the logs were written is not known, so no minute of a series is theirs.

    Raises:
        InputError: If a metric file that was named cannot be read; another source that cannot be
            reached leaves its series out, and its coverage says so.
    """
    if question.window is None:
        reasons = (_no_window(),)
        unread_all = (
            MetricCoverage(source.name, "", 0, 0, 0, incomplete=reasons)
            for source in workshop.metrics
        )
        return SERIES.empty_table(), tuple(unread_all)
    business = question.scope.bk_biz_id
    query = MetricQuery(question.window, hosts, business, services=services, ids=ids)
    parts: list[tuple[str, pa.Table]] = [("", SERIES.empty_table())]
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
        past, notes = _past(question, source, query)
        now = reading.series.select(SERIES.names).cast(SERIES)
        parts.append((source.name, pa.concat_tables([now, past])))
        coverage.append(_told(reading.coverage, notes))
    series, differing = once(_by_source(parts))
    return series, tuple(_with_differing(one, differing.get(one.source, ())) for one in coverage)


def _no_window() -> Text:
    return text("app.no_window")


def _with_differing(coverage: MetricCoverage, points: Sequence[Differing]) -> MetricCoverage:
    """Return *coverage* with what another source says of the same points."""
    far = (one.text for one in points if one.far)
    near = (one.text for one in points if not one.far)
    return replace(
        coverage,
        incomplete=(*coverage.incomplete, *far),
        notes=(*coverage.notes, *near),
    )


def _by_source(parts: Sequence[tuple[str, pa.Table]]) -> Sequence[tuple[str, pa.Table]]:
    """
    Return the tables by source, in their labels the source of those series that no host and no label tells from another source's.

    They may be of two hosts, of which one would hide the other.
    """
    nameless = [table.filter(pc.equal(table["host"], "")) for _, table in parts]
    holders = Counter(key for table in nameless for key in _keys(table))
    if all(n == 1 for n in holders.values()):
        return parts
    return [(name, _with_source(name, table, holders)) for name, table in parts]


def _keys(table: pa.Table) -> set[tuple[str, str]]:
    unique = table.group_by(["metric", "labels"], use_threads=False).aggregate([])
    return set(zip(unique["metric"].to_pylist(), unique["labels"].to_pylist(), strict=True))


def _with_source(source: str, table: pa.Table, holders: Mapping[tuple[str, str], int]) -> pa.Table:
    columns = (table[name].to_pylist() for name in ("metric", "labels", "host"))
    labels = [
        _named(labels, source) if not host and holders[metric, labels] > 1 else labels
        for metric, labels, host in zip(*columns, strict=True)
    ]
    place = table.schema.get_field_index("labels")
    return table.set_column(place, table.schema.field(place), pa.array(labels, pa.string()))


@lru_cache(maxsize=4096)
def _named(labels: str, source: str) -> str:
    said = {**json.loads(labels or "{}"), "source": source}
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _told(coverage: MetricCoverage, notes: tuple[Text, ...]) -> MetricCoverage:
    """Return *coverage* with *notes*; a source without one value is incomplete whatever it says."""
    reasons = coverage.incomplete
    if coverage.points == coverage.null_points and not reasons:
        reasons = (text("app.nothing_measured"),)
    return replace(coverage, incomplete=reasons, notes=(*coverage.notes, *notes))


def _past(
    question: Question, source: MetricSource, query: MetricQuery
) -> tuple[pa.Table, tuple[Text, ...]]:
    """
    Return what was measured before the window, since the begin of the baseline.

    What is missing there weakens the comparison with the past and nothing else, so it is a note.
    """
    reach = _reach(question)
    if reach.start == question.extent.start:
        return SERIES.empty_table(), ()
    before = replace(query, window=Window(reach.start, question.extent.start))
    try:
        reading = source.read(before)
    except SourceError as err:
        return SERIES.empty_table(), (text("app.past", reason=err.first_lines),)
    notes = (text("app.past", reason=reason) for reason in reading.coverage.incomplete)
    return reading.series.select(SERIES.names).cast(SERIES), tuple(notes)
