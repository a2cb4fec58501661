"""Whoever names a folder means all that is in it: logs, metrics and traces."""

from __future__ import annotations

from pathlib import Path

from paicha.facade import Asked, carry_out, prepare
from paicha.wiring.settings import Settings

HOST = "10.0.0.7"


def capture(folder: Path) -> Path:
    """Write ten minutes of a host that says its disk is full and measures that it is."""
    for name in ("log", "metric", "trace"):
        (folder / name).mkdir(parents=True)
    stamps = [f"2025-12-19 10:{minute:02d}:30" for minute in range(10)]
    lines = [f"{stamp} ERROR {HOST} Disk space low: usage=97%\n" for stamp in stamps]
    (folder / "log" / "app.log").write_text("".join(lines))
    rows = [f"{stamp},{HOST},97.2\n" for stamp in stamps]
    (folder / "metric" / "disk.csv").write_text("time,host,disk_used_percent\n" + "".join(rows))
    starts = range(1766138400, 1766139000, 60)
    spans = [f"{start:032x},{start:016x},shop,GET /,{start}000000000,1500\n" for start in starts]
    header = "TraceID,SpanID,PodName,OperationName,StartTimeUnixNano,Duration\n"
    (folder / "trace" / "spans.csv").write_text(header + "".join(spans))
    return folder


def coverage_of(asked: Asked) -> tuple[int, int]:
    """Return how many points of metrics and how many spans a report is based on."""
    investigation = carry_out(prepare(asked, settings=Settings.empty(), environ={}))
    coverage = investigation.findings.coverage
    points = sum(source.points for source in coverage.metrics)
    return points, sum(source.read for source in coverage.traces)


def test_metrics_and_traces_in_a_folder_of_logs_are_used(tmp_path: Path) -> None:
    """Nobody has to name them."""
    day = str(capture(tmp_path / "day"))

    assert (10, 10) == coverage_of(Asked(files=(day,), zone="UTC"))


def test_an_exposition_in_a_folder_of_logs_is_no_log(tmp_path: Path) -> None:
    """What a scrape wrote, with times, is read for metrics, and none of its lines is counted as a record."""
    day = capture(tmp_path / "day")
    starts = range(1766138400, 1766139000, 60)
    samples = [f'node_load1{{instance="{HOST}:9100"}} 0.4 {start}000\n' for start in starts]
    text = "".join(["# HELP node_load1 1m load average.\n", "# TYPE node_load1 gauge\n", *samples])
    (day / "log" / "node.prom").write_text(text)

    asked = Asked(files=(str(day),), zone="UTC")
    investigation = carry_out(prepare(asked, settings=Settings.empty(), environ={}))

    assert 10 == investigation.findings.totals.records
    assert (20, 10) == coverage_of(asked)


def test_who_names_metrics_or_none_gets_only_those(tmp_path: Path) -> None:
    """What is named is what is meant."""
    day = capture(tmp_path / "day")
    disk = str(day / "metric" / "disk.csv")

    assert (0, 0) == coverage_of(Asked(files=(str(day),), zone="UTC", metrics=("none",)))
    assert (10, 0) == coverage_of(Asked(files=(str(day),), zone="UTC", metrics=(disk,)))


def test_the_command_that_asks_the_same_names_them(tmp_path: Path) -> None:
    """A report says what it is based on."""
    day = capture(tmp_path / "day")

    prepared = prepare(Asked(files=(str(day),), zone="UTC"), settings=Settings.empty(), environ={})

    (command,) = prepared.inquiry.commands
    assert f"--metrics {day}/metric --traces {day}/trace" in command
