"""
CPU seconds of an investigation with a baseline, beside the same without one, in the same run.

Usage: python benchmarks/baseline.py [--records 1000000] [--runs 3]

A log of so many records over one hour; the second half is the window, the first its baseline. Each run
is a process of its own; the figures are medians of user and system time, the ratio is what compares.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = ("--from", "2026-03-02T09:00:00Z", "--to", "2026-03-02T10:00:00Z")
HALF = ("--from", "2026-03-02T09:30:00Z", "--to", "2026-03-02T10:00:00Z")
ROADS = (
    ("all of it, no baseline", (*HOUR, "--baseline", "none")),
    ("second half, no baseline", (*HALF, "--baseline", "none")),
    ("second half against the first", (*HALF, "--baseline", "previous")),
)


def main(argv: list[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "app.log"
        write(log, asked.records)
        medians = [
            statistics.median(seconds(log, window) for _ in range(asked.runs))
            for _, window in ROADS
        ]
    print(f"{asked.records:,} records, median of {asked.runs} runs")
    for (name, _), median in zip(ROADS, medians, strict=True):
        print(f"{name:<32}{median:>8.1f} s CPU{median / medians[0]:>8.2f} of the first")
    print(f"with a baseline / the same window without: {medians[2] / medians[1]:.2f}")
    return 0


def write(log: Path, records: int) -> None:
    """Write a log of five kinds of lines, evenly over one hour."""
    chance = random.Random(7)
    kinds: Sequence[Callable[[], str]] = (
        lambda: (
            f"INFO  [order.py:7] order {chance.getrandbits(20)} accepted in {chance.randint(3, 900)} ms"
        ),
        lambda: (
            f"INFO  [http.py:{chance.randint(1, 40)}] GET /items/{chance.getrandbits(16)} 200 "
            f"{chance.randint(1, 999)}ms client 10.0.{chance.getrandbits(8)}.{chance.getrandbits(8)}"
        ),
        lambda: f"DEBUG [cache.py:9] cache hit key=session:{chance.getrandbits(64):016x}",
        lambda: f"WARN  [db.py:3] slow query took {chance.randint(1000, 9000)} ms",
        lambda: f"ERROR [pay.py:5] upstream bank-{chance.randint(1, 9)} answered 503",
    )
    chosen = chance.choices(kinds, (40, 35, 15, 6, 4), k=records)
    with log.open("w", encoding="utf-8") as out:
        for number, line in enumerate(chosen):
            at = START + timedelta(hours=1) * number / records
            out.write(f"{at:%Y-%m-%d %H:%M:%S},{at.microsecond // 1000:03d} {line()}\n")


def seconds(log: Path, window: Sequence[str]) -> float:
    """Return the CPU time of one investigation in a process of its own [s]."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "paicha", "investigate", str(log), *window, "--tz", "UTC"]
    options = ["--format", "json", "-o", str(log.with_suffix(".json"))]
    case = ["--case", str(log.with_suffix(".duckdb"))]
    subprocess.run([*command, *options, *case], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


if __name__ == "__main__":
    sys.exit(main())
