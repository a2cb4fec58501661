"""A table of metrics named among log files, as a shell's ``*`` does."""

from __future__ import annotations

import json

from tests.journeys.conftest import CommandLine

LOG = "".join(f"2026-11-20 10:0{n}:00 ERROR lease {n} is late\n" for n in range(5))
METRICS = "time,cpu_usage,load5\n" + "".join(
    f"2026-11-20 10:0{n}:00,{n + 1},{n / 2}\n" for n in range(5)
)
AUDIT = "time,user,action\n2026-11-20 10:00:00,bob,login\n2026-11-20 10:01:00,eve,delete\n"


def test_it_is_read_as_metrics(paicha: CommandLine) -> None:
    """
    Its rows are no records, and the report has the metrics.
    """
    (paicha.folder / "app.log").write_text(LOG)
    (paicha.folder / "host metrics.csv").write_text(METRICS)
    said = paicha("investigate", "app.log", "host metrics.csv", "--tz", "UTC", "--format", "json")
    found = json.loads(said.out)

    assert 0 == said.code, said.err
    assert 5 == found["totals"]["records"]
    assert ["cpu_usage", "load5"] == sorted(one["concept"] for one in found["metrics"])
    (command,) = found["reproduction"]["commands"]
    assert command.startswith("paicha investigate app.log --metrics 'host metrics.csv'")


def test_alone_it_is_refused_with_what_to_do(paicha: CommandLine) -> None:
    """
    Rows of numbers as log lines would look like a calm night.
    """
    (paicha.folder / "metrics.csv").write_text(METRICS)
    said = paicha("investigate", "metrics.csv")

    assert 1 == said.code
    assert "metrics.csv is a table of metrics or of spans: no column of it holds log messages." in (
        said.err
    )
    assert "Name the logs beside it" in said.err


def test_a_table_of_words_is_still_a_log(paicha: CommandLine) -> None:
    """
    Who did what is no metric.
    """
    (paicha.folder / "audit.csv").write_text(AUDIT)
    said = paicha("investigate", "audit.csv", "--tz", "UTC", "--format", "json")

    assert 0 == said.code, said.err
    assert 3 == json.loads(said.out)["totals"]["records"]
