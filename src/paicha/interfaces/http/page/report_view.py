"""The report of a run, with its course and its filter."""

from __future__ import annotations

from markupsafe import Markup

from paicha.app.report import report as told_report
from paicha.facade import Investigation
from paicha.interfaces.http.page.drawing import draw
from paicha.interfaces.http.page.plots import (
    claimed_metric,
    metrics_with_points,
    named,
    plot_of_all,
)
from paicha.interfaces.http.page.reading import (
    Filter,
    Live,
    hidden_by,
    names_of,
    problems_by_detail,
)
from paicha.interfaces.http.page.words import PageWords
from paicha.model.findings import Findings, MetricSummary
from paicha.model.report import Report

#: Metrics offered for the course; the report lists all of them.
MOST_METRICS = 200


def report_values(
    found: Investigation, words: PageWords, address: str, wanted: Filter, metric: str
) -> dict[str, object]:
    """
    Return what the template of a report shows.

    Args:
        found: The investigation.
        words: The reader's words.
        address: Where the page of the run is.
        wanted: Which problems.
        metric: Number of the metric drawn with the course; "none": none; "": one that is claimed.
    """
    findings = found.findings
    report = told_report(findings, words.language)
    choice, drawn = _metric(findings, metric)
    offered = metrics_with_points(findings)[:MOST_METRICS]
    return {
        "report": report,
        "labels": dict(report.labels),
        "address": address,
        "live": live_of(report, findings, words, address, wanted),
        "course": None if findings.untimed else plot_of_all(findings, words, report.zone, drawn),
        "metrics": [(str(n), named(m, words)) for n, m in enumerate(offered)],
        "metric": choice,
    }


def live_of(
    report: Report, findings: Findings, words: PageWords, address: str, wanted: Filter
) -> Live:
    """Return what the page adds to the ranked problems."""
    modules, hosts = names_of(findings)
    hidden = hidden_by(report, findings, wanted, words)
    problems = problems_by_detail(report, findings)
    toolbar = draw(
        "toolbar.html.j2",
        words,
        labels=dict(report.labels),
        address=address,
        filter=wanted,
        modules=modules,
        hosts=hosts,
        shown=len(problems) - len(hidden),
        listed=len(problems),
        every=len(findings.problems),
    )
    # Drawn by our own template, which has escaped everything.
    drawn = Markup(toolbar.decode())  # noqa: S704
    return Live(words, address, problems, hidden, drawn)


def _metric(findings: Findings, asked: str) -> tuple[str, MetricSummary | None]:
    offered = metrics_with_points(findings)[:MOST_METRICS]
    if asked.isascii() and asked.isdigit() and int(asked) < len(offered):
        return asked, offered[int(asked)]
    claimed = None if asked == "none" else claimed_metric(findings)
    return (
        (str(offered.index(claimed)), claimed) if claimed in offered and claimed else ("none", None)
    )
