"""
A log whose lines share no shape, and what a whole report of it costs.

    python benchmarks/varied.py 10000000 [--keep FILE]

Every message is a shape of its own: three invented words of letters, so nothing in it is taken for a
variable. An eighth of the lines are errors. Prints the peak memory and the CPU seconds of `paicha investigate`
in a process of its own, and the stage in which the peak was reached.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

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
    """Return the peak memory [MiB] and the CPU time [s] of a whole report, and what it said of what is missing."""
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
    with subprocess.Popen(
        [*command, "-o", str(output)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as run:
        assert run.stderr is not None
        said = run.stderr.read()
        _, status, used = os.wait4(run.pid, 0)
        run.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_maxrss >> 10, used.ru_utime + used.ru_stime, said
