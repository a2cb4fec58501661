"""Metrics that come after the report: a case is held against them without reading a log again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.journeys.conftest import SCENARIO

import paicha
from paicha.errors import CaseError

LOG, METRICS = SCENARIO / "app.log", SCENARIO / "metrics.json"
ZONE = "Asia/Shanghai"


def test_metrics_alone_are_added_to_the_bytes_of_one_run(tmp_path: Path) -> None:
    """Whoever fetched them later has the report of who had them at once, though the log is gone."""
    log, case = tmp_path / "app.log", tmp_path / "a.case.duckdb"
    log.write_bytes(LOG.read_bytes())
    whole = paicha.investigate(log, zone=ZONE, metrics=METRICS)
    paicha.investigate(log, zone=ZONE, metrics="none", case=case)
    log.unlink()

    added = paicha.extend(case, metrics=METRICS)

    assert whole.render("md", "en") == added.render("md", "en")
    assert 2 == len(added.findings.contradictions)


def test_metrics_are_added_to_what_came_over_the_standard_input(tmp_path: Path) -> None:
    """It cannot be read again, and need not be."""
    piped = [sys.executable, "-m", "paicha", "investigate", "-", "--tz", ZONE, "-o", "report"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    with LOG.open("rb") as stream:
        subprocess.run(piped, stdin=stream, cwd=tmp_path, env=environment, check=True)

    added = paicha.extend(tmp_path / "report" / "paicha.case.duckdb", metrics=METRICS)

    assert 1800 == added.findings.coverage.logs[0].kept
    assert 2 == len(added.findings.contradictions)


def test_a_table_of_spans_is_no_log_and_no_metric_of_a_case(tmp_path: Path) -> None:
    """It was passed over without a word beside a log; alone it was taken for a table of metrics."""
    case, spans, more = (tmp_path / name for name in ("a.case.duckdb", "spans.csv", "b.log"))
    paicha.investigate(LOG, zone=ZONE, metrics="none", case=case)
    more.write_bytes(LOG.read_bytes())
    spans.write_text(
        "TraceID,SpanID,PodName,OperationName,StartTimeUnixNano,Duration\n"
        "a1,b1,web,GET /,1766111854000000000,12\n"
    )

    for named in ((spans,), (more, spans)):
        with pytest.raises(CaseError, match="is or holds a table of spans"):
            paicha.extend(case, *named)


def test_a_folder_that_is_added_is_looked_through_as_one_that_is_investigated(
    tmp_path: Path,
) -> None:
    """Its metrics are used, and its spans are not passed over: nothing was said of either on the first screen."""
    case, folder = tmp_path / "a.case.duckdb", tmp_path / "more"
    folder.mkdir()
    (folder / "metrics.json").write_bytes(METRICS.read_bytes())
    paicha.investigate(LOG, zone=ZONE, metrics="none", case=case)
    added = paicha.extend(case, folder)

    assert 2 == len(added.findings.contradictions)
    (folder / "spans.csv").write_text(
        "TraceID,SpanID,PodName,OperationName,StartTimeUnixNano,Duration\n"
        "a1,b1,web,GET /,1766111854000000000,12\n"
    )
    with pytest.raises(CaseError, match="more is or holds a table of spans"):
        paicha.extend(case, folder)
