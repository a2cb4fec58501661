"""What was measured beyond its threshold, in sentences; what was so before the window is said to be no news."""

from __future__ import annotations

from collections.abc import Sequence

from paicha.analysis.wording import amount, listed, measured_host, span
from paicha.locales import Text, text
from paicha.model.findings import MetricSummary, Problem, Statement

#: Metrics named before the rest is counted.
METRICS = 3


def beyond_said(
    metrics: Sequence[MetricSummary], before: Sequence[MetricSummary], problems: Sequence[Problem]
) -> list[Statement]:
    """
    Return a sentence for each metric beyond its threshold, those first that were not so in the baseline.

    Args:
        metrics: Those of the window.
        before: Those of the baseline.
        problems: In the order of rank; what a metric proves is named beside it.
    """
    usual = {_series(one): one for one in before if one.status == "abnormal"}
    found = [metric for metric in metrics if metric.status == "abnormal"]
    found.sort(key=lambda metric: _series(metric) in usual)
    shown = [
        Statement("warning", _one(metric, usual.get(_series(metric)), problems))
        for metric in found[:METRICS]
    ]
    if len(found) > len(shown):
        more = len(found) - len(shown)
        rest = text("statements.more_metrics", n=more)
        shown.append(Statement("warning", rest, more))
    return shown


def _one(metric: MetricSummary, before: MetricSummary | None, problems: Sequence[Problem]) -> Text:
    above = metric.comparison == "above"
    worst = (metric.maximum if above else metric.minimum) or 0.0
    proven = [
        problem.title
        for problem in problems
        for claim in problem.claims
        if claim.verdict.kind == "confirmed"
        and (claim.verdict.metric, claim.verdict.host, claim.verdict.labels) == _series(metric)
    ]
    titles = listed(list(dict.fromkeys(proven)))
    return text(
        f"statements.metric_{metric.comparison}",
        title=metric.title,
        host=measured_host(metric.host, metric.labels),
        value=amount(worst, metric.digits, metric.unit),
        threshold=span(metric.threshold or 0.0, metric.threshold or 0.0, metric.unit),
        before=_usual(before) if before else Text.same(""),
        confirms=text("statements.confirms", titles=titles) if proven else Text.same(""),
    )


def _usual(before: MetricSummary) -> Text:
    average = amount(before.mean or 0.0, before.digits, before.unit)
    return text("statements.beyond_before", average=average)


def _series(metric: MetricSummary) -> tuple[str, str, str]:
    return metric.metric, metric.host, metric.labels
