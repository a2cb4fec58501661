"""What the machines measured: average, maximum, minimum and status of every metric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import accumulate, groupby

from paicha.composition.draft import Draft, line
from paicha.composition.stated import stated
from paicha.model.findings import MetricSummary, Status
from paicha.model.report import (
    Badge,
    Block,
    Cell,
    Code,
    Column,
    Curve,
    Group,
    Paragraph,
    Row,
    Section,
    Span,
    Stack,
    Table,
    Tone,
)

STATUS_TONES: Mapping[Status, Tone] = {
    "normal": "good",
    "abnormal": "bad",
    "no_threshold": "unknown",
    "no_data": "unknown",
}


#: Metrics in a report, each a row of some kilobytes.
_MOST_METRICS = 1_000
#: Rows that stand open; the hosts behind them are opened by a click.
_OPEN = 40


def metrics(draft: Draft) -> Section:
    """Return the section of the metrics, one table per host; what is beyond its threshold comes first."""
    words, summaries = draft.words, draft.findings.metrics
    hosts = shown_hosts(summaries)
    shown = [metric for of_host in hosts for metric in of_host]
    blocks: list[Block] = []
    if not summaries:
        blocks.append(Paragraph(line(words.say("metrics.none"), "unknown")))
    before = accumulate((len(of_host) for of_host in hosts), initial=0)
    for of_host, rows in zip(hosts, before, strict=False):
        blocks.append(_of_host(draft, of_host, folded=rows >= _OPEN))
    blocks += draft.left_out(len(shown), len(summaries))
    if summaries:
        queries = "\n".join(dict.fromkeys(metric.evidence.sql for metric in shown))
        sources = (Code(queries, "sql"),)
        blocks.append(Group(words.say("metrics.queries"), sources, folded=True))
    blocks += stated(draft)
    return Section("metrics", words.say("sections.metrics"), tuple(blocks))


def shown_hosts(summaries: Sequence[MetricSummary]) -> list[list[MetricSummary]]:
    """Return the metrics of a report host by host; of very many those beyond their threshold, then by name."""
    by_name = sorted(summaries, key=lambda one: (not one.host, one.host))
    hosts = [list(of_host) for _, of_host in groupby(by_name, key=lambda one: one.host)]
    hosts.sort(key=lambda of_host: all(one.status != "abnormal" for one in of_host))
    counts = accumulate(len(of_host) for of_host in hosts)
    shown = [one for one, n in zip(hosts, counts, strict=True) if n <= _MOST_METRICS]
    return shown or [one[:_MOST_METRICS] for one in hosts[:1]]


def _of_host(draft: Draft, summaries: list[MetricSummary], *, folded: bool) -> Block:
    if not any(summary.points for summary in summaries):
        return _unmeasured(draft, summaries)
    table = _table(draft, summaries)
    return Group(table.caption, (replace(table, caption=""),), folded=True) if folded else table


def _unmeasured(draft: Draft, summaries: list[MetricSummary]) -> Paragraph:
    """Return one sentence on a host without a single sample: a table of dashes would hide that."""
    words = draft.words
    said = words.say(
        "metrics.unmeasured",
        host=summaries[0].host or words.say("metrics.host_unknown"),
        n=len(summaries),
        names=words.join([words.read(summary.title) for summary in summaries]),
    )
    return Paragraph(line(said, "unknown"))


def _badge_of(draft: Draft, metric: MetricSummary) -> Badge:
    """Return the status of a metric as a badge; where most of the window was not measured, normal does not look good."""
    expected = metric.expected_points or 0
    if metric.status == "normal" and 2 * metric.points < expected:
        return Badge(draft.words.label("badges.normal_in_part"), "unknown")
    return status_badge(draft, metric.status)


def status_badge(draft: Draft, status: Status) -> Badge:
    """Return a status as a badge; what is not known never looks good."""
    return Badge(draft.words.label(f"badges.{status}"), STATUS_TONES[status])


def _table(draft: Draft, summaries: list[MetricSummary]) -> Table:
    words = draft.words
    columns = (
        Column(words.label("columns.metric")),
        Column(words.label("columns.mean"), "number"),
        Column(words.label("columns.maximum"), "number"),
        Column(words.label("columns.minimum"), "number"),
        Column(words.label("columns.status"), "badge"),
        Column(words.label("columns.threshold")),
        Column(words.label("columns.over_time"), "curve"),
        Column(words.label("columns.measured_points"), "number"),
    )
    host = summaries[0].host or words.say("metrics.host_unknown")
    caption = words.say("metrics.caption", host=host, n=len(summaries))
    return Table(columns, tuple(_row(draft, summary) for summary in summaries), caption)


def _row(draft: Draft, metric: MetricSummary) -> Row:
    words = draft.words
    name = [line(words.read(metric.title), "strong"), line(metric.metric, "code")]
    if metric.labels not in {"", "{}"}:
        name.append(line(words.text(metric.labels, 160), "code"))
    label = words.say(
        "metrics.curve" if metric.points else "metrics.no_curve",
        title=words.read(metric.title),
        low=words.measured(metric.minimum, metric.digits, metric.unit),
        high=words.measured(metric.maximum, metric.digits, metric.unit),
    )
    form = metric.digits, metric.unit, metric.threshold
    cells: tuple[Cell, ...] = (
        Stack(tuple(name)),
        Span(words.measured(metric.mean, *form), "strong"),
        Span(words.measured(metric.maximum, *form)),
        Span(words.measured(metric.minimum, *form)),
        _badge_of(draft, metric),
        _threshold(draft, metric),
        curve_points(draft, metric, label),
        _points(draft, metric),
    )
    return Row(cells)


def _threshold(draft: Draft, metric: MetricSummary) -> Stack:
    words = draft.words
    if metric.threshold is None:
        lines = [line(words.say("metrics.no_threshold"), "muted")]
    else:
        value = words.with_unit(words.number(metric.threshold), metric.unit)
        lines = [line(words.say(f"metrics.{metric.comparison}", threshold=value))]
    if metric.status == "normal" and _reached(metric):
        lines.append(line(words.say("metrics.reached"), "warn"))
    if metric.threshold_source is not None:
        lines.append(line(words.read(metric.threshold_source), "muted"))
    return Stack(tuple(lines))


def _reached(metric: MetricSummary) -> bool:
    if metric.threshold is None or metric.maximum is None or metric.minimum is None:
        return False
    if metric.comparison == "above":
        return metric.maximum >= metric.threshold
    return metric.minimum <= metric.threshold


def _points(draft: Draft, metric: MetricSummary) -> Stack:
    words = draft.words
    n = words.count(metric.points)
    if metric.expected_points is not None and metric.expected_points != metric.points:
        n = words.say("metrics.points", n=n, expected=words.count(metric.expected_points))
    lines = [line(n)]
    if metric.null_points:
        said = words.say("metrics.nulls", n=words.count(metric.null_points))
        lines.append(line(said, "unknown"))
    return Stack(tuple(lines))


def curve_points(draft: Draft, metric: MetricSummary, label: str) -> Curve:
    """Return a metric's points on the axis of time that the counts have."""
    tone: Tone = "bad" if metric.status == "abnormal" else "plain"
    return draft.points(metric.curve, label, tone, metric.unit)
