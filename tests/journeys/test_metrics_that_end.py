"""Metrics that end before the window does: what was not measured is not called normal."""

from __future__ import annotations

import pytest
from tests.journeys.conftest import CommandLine

LOG = "".join(f"2025-12-19 10:{30 + n}:05 INFO [a.py:1] web-1 request {n}\n" for n in range(20))


@pytest.mark.parametrize(
    ("measured", "badge"),
    [(20, "**normal**"), (11, "**normal**"), (5, "**normal as far as measured**")],
)
def test_a_metric_that_was_mostly_not_measured_does_not_look_good(
    paicha: CommandLine, measured: int, badge: str
) -> None:
    """
    An agent that died with its machine reported five good minutes of twenty.
    """
    rows = [f"2025-12-19 10:{30 + n}:00,web-1,{40 if n < measured else ''}" for n in range(20)]
    table = "\n".join(["time,host,memory_used_percent", *rows, ""])
    (paicha.folder / "app.log").write_text(LOG)
    (paicha.folder / "m.csv").write_text(table)
    said = paicha("investigate", "app.log", "--metrics", "m.csv", "--tz", "UTC", "--format", "md")

    assert 0 == said.code, said.err
    (row,) = (
        line for line in said.out.splitlines() if "memory\\_used" in line or "`memory_used" in line
    )
    assert badge in row
