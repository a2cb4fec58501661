"""What the pages show of a report."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.unit.renderers import sample

from paicha.app.report import report as told_report
from paicha.interfaces.http.page.drawing import STATIC, environment, static_file
from paicha.interfaces.http.page.plots import claimed_metric, plot_of_all, plot_of_problem
from paicha.interfaces.http.page.reading import Filter, hidden_by, problems_by_detail
from paicha.interfaces.http.page.report_view import live_of
from paicha.interfaces.http.page.words import PageWords
from paicha.locales import LANGUAGES, Language

WORDS = PageWords("en", "UTC")


def test_the_course_is_of_whole_steps_inside_the_window() -> None:
    """Its counts add up to all records, and its edges never reach out of the window."""
    findings = sample.reference_findings()
    plot = plot_of_all(findings, WORDS, "Asia/Shanghai")

    window = findings.question.extent
    assert findings.totals.records == sum(plot.counts)
    assert findings.totals.abnormal == sum(plot.part)
    assert (window.start, window.end) == (plot.edges[0], plot.edges[-1])
    assert len(plot.counts) + 1 == len(plot.edges)
    assert "2025-12-19 10:32:32" == plot.steps[0]


def test_a_metric_stands_at_its_own_minutes() -> None:
    """Every point lies on the axis of the counts, and the band is what the lines claim."""
    findings = sample.reference_findings()
    problem = next(p for p in findings.problems if p.claims and claimed_metric(findings, p))
    metric = claimed_metric(findings, problem)
    assert metric is not None
    plot = plot_of_problem(findings, problem, WORDS, "UTC", metric)

    start = findings.totals.bucket_start
    assert start is not None
    length = timedelta(seconds=findings.totals.bucket_s * findings.totals.buckets)
    places = [(m - start) / length for m, _ in metric.curve]
    assert len(places) > 10
    assert [place for place in places if 0 <= place <= 1] == pytest.approx(
        [at for at, _ in plot.points]
    )
    assert plot.band is not None
    assert plot.low <= plot.band[0] <= plot.band[1] <= plot.high
    assert problem.n == sum(plot.counts)


def test_a_band_that_no_line_states_is_only_implied() -> None:
    """That memory is insufficient names no number; a used disk of 70 % does."""
    findings = sample.reference_findings()
    said = {}
    for problem in findings.problems:
        if (metric := claimed_metric(findings, problem)) is not None:
            claimed = plot_of_problem(findings, problem, WORDS, "UTC", metric).claimed
            said[metric.concept] = claimed

    assert "10 records imply ≥ 95 %" == said["memory_usage"]
    assert "37 records claim 70 – 90 %" == said["disk_usage"]


def test_figures_beside_a_plot_are_those_that_lines_state() -> None:
    """A claim of 123,456 was 1.235e+05, and where only a least was implied, the end of the axis stood for the most."""
    findings = sample.reference_findings()
    of_disk = next(p for p in findings.problems if p.id == "disk_space")
    (claim,) = of_disk.claims
    large = replace(claim, unit="ms", claimed_min=None, threshold=123_456.0)
    problem = replace(of_disk, claims=(large,))
    metric = claimed_metric(replace(findings, problems=(problem,)), problem)
    plot = plot_of_problem(findings, problem, WORDS, "UTC", metric)

    assert "37 records imply ≥ 123,456 ms" == plot.claimed
    assert ("0", "135,802") == plot.scale


def test_filters_hide_what_does_not_fit() -> None:
    """By priority, by a part of a module's name, by text; all of them at once."""
    findings = sample.reference_findings()
    report = told_report(findings, "en")
    problems = problems_by_detail(report, findings)

    def left(wanted: Filter) -> list[str]:
        hidden = hidden_by(report, findings, wanted, WORDS)
        return [problem.id for target, problem in problems.items() if target not in hidden]

    assert [p.id for p in findings.problems] == left(Filter())
    assert [p.id for p in findings.problems if p.priority == "P2"] == left(Filter(priority="P2"))
    module = findings.problems[0].modules[0].name
    assert [
        p.id for p in findings.problems if any(module in share.name for share in p.modules)
    ] == left(Filter(module=module[:-3].upper()))
    assert [] == left(Filter(host="no such host"))
    assert left(Filter(text="disk", priority="P2")) == [
        name for name in left(Filter(text="disk")) if name in left(Filter(priority="P2"))
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_names_stay_text_in_every_attribute(language: Language) -> None:
    """Rows carry names out of logs for the filter; none of them ends its attribute."""
    findings = sample.hostile_findings()
    report = told_report(findings, language)
    words = PageWords(language, "UTC")
    live = live_of(report, findings, words, "/runs/x", Filter(text='"><script>', module="'<b>"))

    marks = "".join(live.marks(target) for target in live.problems)
    written = marks + live.tools(1)
    assert "<script" not in written
    assert "<img" not in written
    assert None is re.search(r"[\x00-\x08\x1b\u202a-\u202e\u2066-\u2069]", written)


def test_every_template_compiles_and_every_static_file_is_there() -> None:
    """A template with a mistake is found here, not by a reader."""
    names = [
        "layout", "start", "history", "running", "report", "problem", "context", "around", "choose",
        "audit", "sign_in", "trouble", "toolbar", "parts", "runs_table",
    ]  # fmt: skip

    for name in names:
        environment().get_template(f"{name}.html.j2")
    assert all(static_file(name) for name in STATIC)


def test_no_page_holds_a_script_or_a_style_of_its_own() -> None:
    """The policy of the service lets neither act: they stand in static files."""
    loader = environment().loader
    assert loader is not None
    for name in ("layout", "report", "problem", "start", "parts", "toolbar"):
        source = loader.get_source(environment(), f"{name}.html.j2")[0]
        assert None is re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", source)
