"""Series of several metric sources."""

from __future__ import annotations

from pathlib import Path

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
