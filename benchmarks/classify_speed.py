"""
Lines a second that get their problem class, beside the same lines looked up for one fixed word.

Usage: python benchmarks/classify_speed.py [--lines 10000] [--runs 5]

The lines are the knowledge base's own samples, each with a number of its own so that none is equal
to another. The ratio is what compares between machines. Each figure is the median of the runs.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.classify import classify
from paicha.knowledge.problems_loader import load_problems

ERROR = 17


def main(argv: list[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("--lines", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args(argv)
    problems = load_problems()
    samples = [sample for problem in problems for sample in (*problem.matches, *problem.rejects)]
    bodies = [f"{samples[n % len(samples)]} req={n}" for n in range(asked.lines)]
    table = pa.array(bodies)
    word = seconds(lambda: pc.match_substring(table, "timeout"), asked.runs)
    took = seconds(lambda: classify(bodies, [ERROR] * len(bodies), problems), asked.runs)
    print(f"{len(bodies)} distinct lines, {len(problems)} classes")
    print(f"{'one fixed word':<24}{len(bodies) / word:>14,.0f} lines/s")
    print(
        f"{'every class':<24}{len(bodies) / took:>14,.0f} lines/s  {took / word:>8.1f} times as long"
    )
    return 0


def seconds(work: Callable[[], object], runs: int) -> float:
    """Return the median time of *work* [s]."""
    taken = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


if __name__ == "__main__":
    sys.exit(main())
