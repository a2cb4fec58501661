"""An agent writes that a disk is nearly full; beside it lies what an exporter gives of that disk, free and whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import paicha

START = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
DISK = 'instance="10.0.0.8:9100",device="/dev/vda1",fstype="ext4",mountpoint="/"'


@pytest.mark.parametrize(("free", "verdict"), [(20, "confirmed"), (700, "contradicted")])
def test_a_claim_is_held_against_what_raw_series_say_together(
    free: int, verdict: str, tmp_path: Path
) -> None:
    """97 % is claimed; 98 % and 30 % are used."""
    lines = (
        f"{START + timedelta(seconds=10 * n):%Y-%m-%d %H:%M:%S} WARN monitor - Disk usage at 97%\n"
        for n in range(60)
    )
    (tmp_path / "app.log").write_text("".join(lines), "utf-8")
    samples = (
        f"{name}{{{DISK}}} {value} {int(START.timestamp()) + 60 * minute}\n"
        for name, value in (
            ("node_filesystem_size_bytes", 1000),
            ("node_filesystem_avail_bytes", free),
        )
        for minute in range(12)
    )
    (tmp_path / "scraped.prom").write_text("".join(samples) + "# EOF\n", "utf-8")

    found = paicha.investigate(
        tmp_path / "app.log",
        metrics=tmp_path / "scraped.prom",
        start="2026-03-04 02:00",
        end="2026-03-04 02:10",
        zone="UTC",
    ).findings

    (problem,) = found.problems
    assert "disk_space_low" == problem.class_id
    assert [("disk_usage", verdict)] == [(c.concept, c.verdict.kind) for c in problem.claims]
