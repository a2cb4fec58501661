"""
Lines a second of shape and fold, beside a Python loop over the same lines that does nothing.

Usage: python benchmarks/shape_speed.py [LOG] [--runs 5]

Without LOG the built-in scenario's messages are used. The ratio is what compares between machines;
the lines a second are this machine's. Each figure is the median of the runs.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

import paicha
from paicha.engines.local import LocalEngine
from paicha.kernel.count import Shaper
from paicha.kernel.fold import fold
from paicha.kernel.shape import shape
from paicha.model.schema import RECORDS

SCENARIO = Path(paicha.__file__).with_name("testing") / "scenario" / "app.log"


def main(argv: list[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("log", type=Path, nargs="?")
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args(argv)
    if asked.log:
        lines = asked.log.read_text("utf-8", errors="replace").splitlines()
    else:
        lines = [line.split("] ", 1)[1] for line in SCENARIO.read_text("utf-8").splitlines()] * 10
    records = as_records(lines)
    idle = seconds(lambda: nothing(lines), asked.runs)
    size = sum(map(len, lines)) / max(len(lines), 1)
    print(f"{len(lines)} lines of {size:.0f} characters, {len(set(lines))} distinct")
    print(f"{'':<32}{'lines/s':>12}{'of the idle loop':>20}")
    print(f"{'a loop that does nothing':<32}{len(lines) / idle:>12,.0f}{1:>19.2%}")
    for name, work in (
        ("shape", lambda: every(shape, lines)),
        ("shape, remembered", lambda: every(Shaper(), lines)),
        ("records to templates", lambda: everything(records)),
    ):
        took = seconds(work, asked.runs)
        print(f"{name:<32}{len(lines) / took:>12,.0f}{idle / took:>19.3%}")
    return 0


def nothing(lines: list[str]) -> None:
    """Visit every line."""
    for _ in lines:
        pass


def every(work: Callable[[str], object], lines: list[str]) -> None:
    """Do *work* on every line."""
    for line in lines:
        work(line)


def everything(records: list[pa.RecordBatch]) -> None:
    """Count the records and fold."""
    sums = LocalEngine().summarise(records, lambda _: None)
    fold(sums.counts, sums.slots, sums.slot_values, sums.slot_buckets)


def as_records(lines: list[str]) -> list[pa.RecordBatch]:
    """Return the lines as bodies of records, 10,000 a batch."""
    blank = {field.name: "" if field.type == pa.string() else None for field in RECORDS}
    rows = [blank | {"severity_number": 9, "body": line} for line in lines]
    return pa.Table.from_pylist(rows, RECORDS).to_batches(max_chunksize=10_000)


def seconds(work: Callable[[], None], runs: int) -> float:
    """Return the median time of *runs* runs [s]."""
    took = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        took.append(time.perf_counter() - started)
    return statistics.median(took)


if __name__ == "__main__":
    sys.exit(main())
