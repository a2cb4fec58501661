"""
A log whose lines share no shape, and what a whole report of it costs.

    python benchmarks/varied.py 10000000 [--keep FILE]

Every message is a shape of its own: three invented words of letters, so nothing in it is taken for a
variable. An eighth of the lines are errors. Prints the peak memory and the CPU seconds of `paicha investigate`
with all of its reports, in a process of its own, and what it says of what is missing.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

_AS_IT_IS = argparse.RawDescriptionHelpFormatter
_LINES_PER_WRITE = 20_000
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LEVELS = ("INFO", "INFO", "ERROR", "INFO", "INFO", "WARN", "INFO", "DEBUG")


def word(number: int, length: int = 6) -> str:
    """
    Return a word of letters, another for each number.

    Example:
        >>> word(0), word(27)
        ('aaaaaa', 'aaaabb')
    """
    letters = []
    for _ in range(length):
        number, letter = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[letter])
    return "".join(reversed(letters))


def write(path: Path, lines: int) -> None:
    """Write *lines* lines, each of a shape of its own, 2,000 a second."""
    start = datetime(2026, 1, 5)  # noqa: DTZ001 - as a log writes it, without a zone
    with path.open("w", encoding="ascii") as file:
        for first in range(0, lines, _LINES_PER_WRITE):
            file.writelines(
                f"{(start + timedelta(microseconds=500 * at)).isoformat(' ', 'milliseconds')} "
                f"{_LEVELS[at % len(_LEVELS)]} [main] app.Worker - "
                f"{word(at)} could not reach {word(at * 7 + 3)} through {word(at * 13 + 5)}\n"
                for at in range(first, min(first + _LINES_PER_WRITE, lines))
            )


def measured(log: Path, output: Path) -> tuple[int, float, str]:
    """Return the peak memory [MiB] and the CPU time [s] of a whole report, and what it said."""
    command = [
        sys.executable,
        "-m",
        "paicha",
        "investigate",
        str(log),
        "--tz",
        "UTC",
        "--lang",
        "en",
    ]
    with (output / "said").open("w+", encoding="utf-8") as said:
        run = subprocess.Popen(
            [*command, "-o", str(output)], stdout=subprocess.DEVNULL, stderr=said
        )
        _, status, used = os.wait4(run.pid, 0)
        run.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        return used.ru_maxrss >> 10, used.ru_utime + used.ru_stime, said.read()


def main() -> None:
    """Print a row of the table in `README.md`, and what the run said of what is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_AS_IT_IS)
    parser.add_argument("lines", type=int)
    parser.add_argument("--keep", type=Path, help="where the log is written and left")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        log = asked.keep or Path(folder, "varied.log")
        write(log, asked.lines)
        peak, seconds, said = measured(log, Path(folder))
        report = sum(file.stat().st_size for file in Path(folder).glob("report.*"))
        size = log.stat().st_size
    each = 1e6 * seconds / asked.lines
    print("| lines | file | peak | CPU s | CPU us a line | reports |")
    print("|--:|--:|--:|--:|--:|--:|")
    print(
        f"| {asked.lines:,} | {size / 1e6:,.0f} MB | {peak:,} MiB | {seconds:,.0f} | {each:.1f} "
        f"| {report / 1e6:,.0f} MB |"
    )
    print(said)


if __name__ == "__main__":
    main()
