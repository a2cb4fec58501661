"""
CPU seconds of a command from its start to its end, beside those of importing what nobody can do without.

Usage: python benchmarks/cold_start.py [--runs 9]

Each figure is the median of user and system time of whole processes. The machine's noise is in all rows
alike, so the ratio to the imports is what compares. What a start keeps for the next one (``PAICHA_CACHE``) stands
in a folder of the benchmark's own; the row "first" is a start that finds nothing kept and writes it. In the rows "no
bytecode" Python may not write the modules it compiles and finds none written (``PYTHONDONTWRITEBYTECODE``, as many containers set it).
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

IMPORTS = "import pyarrow, pyarrow.compute, duckdb, typer, rich.console"
FIRST = "the same, first start: nothing is kept yet"
UNWRITTEN = "the same, no bytecode"
UNKEPT = "the same, no bytecode, PAICHA_CACHE=off"
COMMANDS = {
    "python": ["-c", "pass"],
    "import pyarrow": ["-c", "import pyarrow"],
    "imports: pyarrow, duckdb, typer, rich": ["-c", IMPORTS],
    "paicha --help": ["-m", "paicha", "--help"],
    "paicha --version": ["-m", "paicha", "--version"],
    "paicha demo: 1,800 records to all reports": ["-m", "paicha", "demo"],
    FIRST: ["-m", "paicha", "demo"],
    UNWRITTEN: ["-m", "paicha", "demo"],
    UNKEPT: ["-m", "paicha", "demo"],
}


def main(argv: list[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("--runs", type=int, default=9)
    runs = parser.parse_args(argv).runs
    taken: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(2):  # bytecode and what is kept are there from here on
            for name, arguments in COMMANDS.items():
                cpu_seconds([sys.executable, *arguments], folder, environ(name, folder))
        for _ in range(runs):  # in turn, so that a slow minute slows all of them
            for name, arguments in COMMANDS.items():
                if name == FIRST:
                    shutil.rmtree(Path(folder, "kept"), ignore_errors=True)
                command = [sys.executable, *arguments]
                taken[name].append(cpu_seconds(command, folder, environ(name, folder)))
    medians = {name: statistics.median(seconds) for name, seconds in taken.items()}
    floor = medians["imports: pyarrow, duckdb, typer, rich"]
    print(f"{'':<48}{'CPU s':>8}{'least':>8}{'of the imports':>16}")
    for name, median in medians.items():
        print(f"{name:<48}{median:>8.2f}{min(taken[name]):>8.2f}{median / floor:>15.2f}x")
    return 0


def environ(name: str, folder: str) -> dict[str, str]:
    """Return the environment of the row *name*."""
    found = {**os.environ, "PAICHA_CACHE": str(Path(folder, "kept"))}
    found.pop("PYTHONDONTWRITEBYTECODE", None)
    if name in (UNWRITTEN, UNKEPT):
        found |= {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": str(Path(folder, "no"))}
        found["PAICHA_CACHE"] = str(Path(folder, "apart"))  # the row "first" empties the other
    return found | {"PAICHA_CACHE": "off"} if name == UNKEPT else found


def cpu_seconds(command: list[str], folder: str, environ: dict[str, str]) -> float:
    """Return the user and system time of one run [s]."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True, cwd=folder, env=environ)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    sys.exit(main())
