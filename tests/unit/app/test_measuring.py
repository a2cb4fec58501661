"""Series of several metric sources."""

from __future__ import annotations

from pathlib import Path

import pytest

import paicha
from paicha.wiring.reading import load_settings

SETTINGS = """
zone = "UTC"

[sources.one]
type = "metric_files"
paths = ["one/*.csv"]

[sources.two]
type = "metric_files"
paths = ["two/*.csv"]
"""


def test_sources_that_name_no_host_do_not_hide_each_other(tmp_path: Path) -> None:
    """Each is of a machine of its own; one at 99 % vanished behind one at 10 %."""
    (tmp_path / "paicha.toml").write_text(SETTINGS, "utf-8")
    for name, value in (("one", 10), ("two", 99)):
        (tmp_path / name).mkdir()
        rows = [f"2026-01-05T10:{at:02}:00Z,{value}" for at in range(10)]
        table = "\n".join(["time,cpu_usage_percent", *rows, ""])
        (tmp_path / name / "cpu.csv").write_text(table, "utf-8")
    log = tmp_path / "app.log"
    log.write_text("".join(f"2026-01-05 10:{n:02}:00 ERROR broken\n" for n in range(10)), "utf-8")

    found = paicha.investigate(
        log,
        metrics=["one", "two"],
        start="2026-01-05 10:05",
        end="2026-01-05 10:10",
        settings=load_settings(tmp_path / "paicha.toml", {}, tmp_path),
    )

    assert [("source=one", 10.0), ("source=two", 99.0)] == [
        (metric.labels, metric.maximum) for metric in found.findings.metrics
    ]
    # Points of before the window belong to the same series.
    assert [2] == found.sql("select count(distinct labels) as n from series")["n"].to_pylist()


@pytest.mark.parametrize(("other", "far"), [(91, True), (20.4, False)])
def test_another_value_of_one_host_in_a_further_source_is_said(
    other: float, far: bool, tmp_path: Path
) -> None:
    """
    The first was shown, and nothing said that another source measures something else.

    What two servers measure a moment apart differs by little, and takes nothing from the evidence.
    """
    (tmp_path / "paicha.toml").write_text(SETTINGS, "utf-8")
    for name, measured in (("one", ("20", "21", "")), ("two", (str(other), "21", "22"))):
        (tmp_path / name).mkdir()
        rows = [f"2026-01-05T10:0{at}:00Z,web1,{value}" for at, value in enumerate(measured)]
        table = "\n".join(["time,host,cpu_usage_percent", *rows, ""])
        (tmp_path / name / "cpu.csv").write_text(table, "utf-8")
    log = tmp_path / "app.log"
    log.write_text("".join(f"2026-01-05 10:0{n}:00 ERROR broken\n" for n in range(4)), "utf-8")

    found = paicha.investigate(
        log, metrics=["one", "two"], settings=load_settings(tmp_path / "paicha.toml", {}, tmp_path)
    )

    (metric,), (one, two) = found.findings.metrics, found.findings.coverage.metrics
    said = f"1 point (cpu_usage_percent · web1) has another value in one, whose value is the one shown: at most {other} here and 20 there"
    # Where the first has no value, the value of the second stands.
    assert (20.0, 22.0, 3) == (metric.minimum, metric.maximum, metric.points)
    assert () == one.incomplete
    assert [said] == [text.en for text in (two.incomplete if far else two.notes)]
    assert (3 if far else 0) == found.exit_code()
