"""Logs in which no record has a time: what a build, a cron script or the output of a container prints."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from playwright.sync_api import Browser
from tests.journeys.chromium import started
from tests.journeys.conftest import CommandLine

import paicha
from paicha.errors import CaseError
from paicha.facade import Investigation
from paicha.locales import LANGUAGES, Language
from paicha.renderers.schema import report_schema

RUN = """\
starting
ERROR lease lost
INFO lease held
ERROR 数据库连接失败：连接 10.0.0.8:3306 超时
ERROR lease lost
WARN 磁盘使用率 91%
java.net.SocketTimeoutException: connect timed out
\tat keeper.Client.call(Client.java:41)
\tat keeper.Service.pay(Service.java:88)
done
"""
TIMED = "".join(f"2026-03-02 09:{at:02}:00 ERROR stock is empty\n" for at in range(40))
#: How a time, a rate or an end of a curve is written, and what stands for no window inside.
OF_TIME = re.compile(r"1970|\d\d:\d\d:\d\d|\d/min|per minute|每分钟|▁|First / last|首次 / 末次")


def written(folder: Path, text: str = RUN, name: str = "run.log") -> Path:
    """Write a log."""
    place = folder / name
    place.write_text(text, "utf-8")
    return place


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Investigation:
    """Give the investigation of one log without any time."""
    folder = tmp_path_factory.mktemp("untimed")
    return paicha.investigate(written(folder), zone="UTC", case=folder / "case.duckdb")


def test_a_log_without_any_time_is_reported_at_once(paicha: CommandLine) -> None:
    """It was an error that asked for a window, although nothing lies in one."""
    written(paicha.folder)

    said = paicha("investigate", "run.log")

    assert 0 == said.code, said.err
    assert "No record has a time" in said.err
    assert "no record has a time · inputs run.log" in said.out
    assert "of priority P1" in said.out


def test_every_line_is_counted_and_no_window_is_made_up(found: Investigation) -> None:
    """The stack trace is part of the line above it; everything else is a record of its own."""
    findings = found.findings

    assert findings.question.window is None
    assert (7, 7) == (findings.totals.records, findings.totals.without_time)
    assert [2] == [p.n for p in findings.problems if "lease lost" in p.title.en]
    assert () == findings.totals.curve_all
    assert [()] * len(findings.problems) == [problem.curve for problem in findings.problems]
    assert () == findings.timeline


@pytest.mark.parametrize("kind", ["md", "html", "terminal", "chat", "page"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_report_shows_a_time_nobody_counted(
    found: Investigation, kind: Any, language: Language
) -> None:
    """Neither a moment, nor a rate, nor a flat curve; that times are missing is said once in its verdict."""
    report = found.render(kind, language).decode()
    shown = re.sub(r"(?s)<style>.*?</style>|<script.*?</script>|<!--.*?-->", "", report)

    assert None is OF_TIME.search(shown)
    once = {"en": "No record has a time (of 7 records)", "zh": "7 条日志都没有时间"}
    # A terminal folds its lines.
    assert 1 == re.sub(r"\s+", " ", shown).count(once[language])


def test_the_json_has_no_window_and_fits_its_schema(found: Investigation) -> None:
    """A made-up one would be read as one."""
    tree = json.loads(found.render("json"))

    jsonschema.validate(tree, json.loads(report_schema()))
    assert None is tree["question"]["window"]
    assert None is tree["totals"]["bucket_start"]
    assert b"1970" not in found.render("json")


def test_problems_stand_in_the_order_of_their_lines(found: Investigation) -> None:
    """Of a run it is the first error that matters, and the order of lines is all that tells it."""
    report = found.render("md", "en").decode()
    _, _, section = report.partition("## In the order of the lines")

    lines = re.findall(r"^\| `[^`]*run\.log:(\d+)", section.partition("\n## ")[0], re.MULTILINE)

    assert ["2", "4", "6"] == lines


def test_problems_of_one_rank_stand_in_the_order_of_the_file(tmp_path: Path) -> None:
    """Their ids are hashes: as good as chance."""
    words = [f"ERROR {name} lost" for name in ("zeta", "beta", "omega", "alpha", "delta", "gamma")]

    findings = paicha.investigate(written(tmp_path, "\n".join(words)), zone="UTC").findings

    assert [word.removeprefix("ERROR ") for word in words] == [
        problem.title.en for problem in findings.problems
    ]


def test_a_quiet_log_without_times_is_calm(tmp_path: Path) -> None:
    """All of it was read; that times are missing is no incident."""
    findings = paicha.investigate(
        written(tmp_path, "INFO built\nINFO packed\n"), zone="UTC"
    ).findings

    assert ["calm", "warning"] == [one.kind for one in findings.statements]
    assert "all 2 records were read" in findings.statements[0].text.en


def test_the_time_of_a_file_becomes_no_record_s(tmp_path: Path) -> None:
    """When a file was written says nothing of its lines: the report is the same a year later."""
    log = written(tmp_path)
    reports = []
    for at in (1_700_000_000, 1_740_000_000):
        os.utime(log, (at, at))
        reports.append(paicha.investigate(log, zone="UTC").render("json"))

    assert reports[0] == reports[1]


def test_metrics_are_not_read_where_nothing_says_for_when(tmp_path: Path) -> None:
    """They would be those of any time; that they are missing is said, and claims stay unverified."""
    metrics = tmp_path / "m.csv"
    metrics.write_text("timestamp,host,disk_usage\n2026-03-02 09:00:00,10.0.0.3,12\n")

    findings = paicha.investigate(written(tmp_path), metrics=[metrics], zone="UTC").findings

    assert findings.coverage.incomplete
    assert () == findings.metrics
    assert {"not_verifiable"} == {claim.verdict.kind for claim in findings.claims}


def test_a_window_that_was_asked_for_stands_and_its_doubt_is_said(tmp_path: Path) -> None:
    """Whether the lines lie in it nobody knows: there is no curve over it either."""
    found = paicha.investigate(
        written(tmp_path), start="2026-03-02 09:00", end="2026-03-02 10:00", zone="UTC"
    )

    assert found.findings.question.window is not None
    assert 7 == found.findings.totals.records
    assert any("whether they lie in the window" in s.text.en for s in found.findings.statements)
    assert () == found.findings.totals.curve_all
    assert "▁" not in found.render("md", "en").decode()


def test_beside_a_log_with_times_lines_without_one_are_counted_and_named(tmp_path: Path) -> None:
    """They neither vanish, nor stand at a time, nor under a flat curve."""
    untimed, timed = written(tmp_path), written(tmp_path, TIMED, "app.log")

    found = paicha.investigate(untimed, timed, zone="UTC")
    findings = found.findings

    assert (47, 7) == (findings.totals.records, findings.totals.without_time)
    assert 40 == sum(findings.totals.curve_all)
    (said,) = [s.text.en for s in findings.statements if "no time at all" in s.text.en]
    assert said.startswith("7 records")
    assert "run.log" in said
    table = found.render("md", "en").decode().partition("\n### ")[0]
    (row,) = [row for row in table.splitlines() if "lease lost" in row and row.startswith("|")]
    assert "no time" in row
    assert "▁" not in row


def test_two_runs_are_compared_by_what_each_holds(tmp_path: Path) -> None:
    """Without a pace: what is in one of them alone, however few its lines."""
    for name, text in (("one", RUN), ("two", RUN + "ERROR upload refused\n")):
        written(tmp_path, text, f"{name}.log")
        paicha.investigate(tmp_path / f"{name}.log", zone="UTC", case=tmp_path / f"{name}.duckdb")

    compared = paicha.compare(tmp_path / "one.duckdb", tmp_path / "two.duckdb")

    assert ["upload refused"] == [
        change.title.en for change in compared.found.change.called("new", dimension="problem")
    ]
    for language in LANGUAGES:
        for kind in ("md", "terminal", "chat"):
            assert None is OF_TIME.search(compared.render(kind, language).decode())
    assert "In the second alone: upload refused" in compared.render("md", "en").decode()
    assert b"1970" not in compared.render("json")


def test_a_run_without_times_is_not_compared_with_a_pace(tmp_path: Path) -> None:
    """Nothing of the one stands in the comparison: it would say that nothing changed."""
    for name, text in (("one", RUN), ("two", TIMED)):
        written(tmp_path, text, f"{name}.log")
        paicha.investigate(tmp_path / f"{name}.log", zone="UTC", case=tmp_path / f"{name}.duckdb")

    with pytest.raises(CaseError, match=r"No record of the case .*one\.duckdb has a time"):
        paicha.compare(tmp_path / "one.duckdb", tmp_path / "two.duckdb")


def test_what_stands_in_no_comparison_is_counted_there(tmp_path: Path) -> None:
    """Lines without a time have no pace; that they were left out nothing said."""
    for name, text in (("one", TIMED), ("two", TIMED + "")):
        written(tmp_path, text, f"{name}.log")
    written(tmp_path)
    paicha.investigate(tmp_path / "one.log", zone="UTC", case=tmp_path / "one.duckdb")
    both = (tmp_path / "two.log", tmp_path / "run.log")
    paicha.investigate(*both, zone="UTC", case=tmp_path / "two.duckdb")

    compared = paicha.compare(tmp_path / "one.duckdb", tmp_path / "two.duckdb")

    assert "0 of the first, 7 of the second" in compared.found.change.baseline.text.en


def test_a_case_without_times_goes_on(tmp_path: Path) -> None:
    """With more of the same it stays without a window; with a log that has times it gets theirs."""
    case = tmp_path / "case.duckdb"
    paicha.investigate(written(tmp_path), zone="UTC", case=case)

    more = paicha.extend(case, written(tmp_path, "ERROR upload refused\n", "more.log"))
    timed = paicha.extend(case, written(tmp_path, TIMED, "app.log"))

    assert (None, 8) == (more.findings.question.window, more.findings.totals.records)
    assert timed.findings.question.window is not None
    assert 40 == sum(timed.findings.totals.curve_all)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for this file."""
    yield from started("a report without times")


@pytest.mark.server
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_draws_no_curve_and_still_sorts_and_filters(
    found: Investigation, tmp_path: Path, browser: Browser, language: Language
) -> None:
    """No chart without a clock; the table opens and finds as ever."""
    place = tmp_path / "report.html"
    place.write_bytes(found.render("html", language))
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(place.as_uri())

    rows = page.locator("table.ranked > tbody > tr[data-target]")
    assert len(found.findings.problems) == rows.count()
    assert 0 == page.locator("svg.spark, svg.wide, .chart, .heat").count()
    page.locator("input[type=search]").first.fill("lease")
    assert 1 == page.locator("table.ranked > tbody > tr[data-target]:visible").count()
    assert [] == complaints
