"""
The laws of lines that follow a record: a stack trace natively read with its record gives what it gives read line by line.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from tests.scans import BEFORE, KERNELS, WINDOW, alike, assert_same, scanned

pytestmark = pytest.mark.usefixtures("kernel", "never_given_up")

RECORDS = (
    "2025-03-04 05:06:07,123 ERROR [main] shop.Cart - order 12 failed",
    "2025-03-04 05:06:07,123 INFO begun 12",
    "I0304 05:06:07.123456       7 reflector.go:243] node web-12 took 3ms",
    '{"time":"2025-03-04T05:06:07Z","level":"warn","msg":"took 12ms"}',
)
FOLLOWING = (
    *("java.lang.IllegalStateException: order 7 is closed", "\tat com.foo.Bar(Bar.java:12)", "\t... 12 more"),
    *("Caused by: java.io.IOException: no 7", "Traceback (most recent call last):", '  File "a.py", line 3, in f'),
    *("ValueError: bad 7", "", "  ", "\u3000", "plain text 12", "中文 12", "goroutine 7 [running]:", "WARN weak 12"),
    *("x" * 5000, "a=1 b", "bell \x07", "\x00", "end\r"),
)  # fmt: skip


def a_file(folder: Path, seed: int, kinds: tuple[tuple[str, ...], ...], often: float) -> Path:
    """Write lines of two kinds, of the first so *often*, some of them with other digits, below a record."""
    drawn = random.Random(seed)
    lines = [drawn.choice(kinds[drawn.random() >= often]) for _ in range(200)]
    lines = [alike(line, drawn) if drawn.random() < 0.2 else line for line in lines]
    path = folder / "mixed.log"
    path.write_text("\n".join([RECORDS[0], *lines]) + "\n", encoding="utf-8", newline="")
    return path


@pytest.mark.parametrize("follows", [0.2, 0.8])
def test_lines_that_follow_a_record_are_scanned_as_they_are_read(
    tmp_path: Path, follows: float
) -> None:
    """Traces, blank lines, texts of no format and lines that only look like one, below records of four formats."""
    for seed in range(4):
        path = a_file(tmp_path, seed, (FOLLOWING, RECORDS), follows)
        assert_same(path)
    assert_same(path, WINDOW, BEFORE)  # all of it is of the time before


HEADED = (
    "2025-03-04 05:06:07 10.1.2.4 GET /cart id=7 443 - 10.1.2.3 probe/2 - 200 0 0 118",
    "2025-03-04 05:06:07 10.1.2.4 GET /cart id=7 443 - 10.1.2.3 probe/2 - 503 0 0 118",
    "2 123456789012 eni-0a1b2c3d 10.1.2.3 10.1.2.4 49152 443 6 20 4249 1741064767 1741064827 REJECT OK",
)
HEADINGS = (
    *("#Software: probe 1.0", "#Date: 2025-03-04 05:06:07", "#Version: 1.0", "#dated: 7"),
    "version account-id interface-id",
)


@pytest.mark.parametrize("often", [0.05, 0.5])
def test_lines_between_records_that_are_of_none_are_left_out_as_they_are_read(
    tmp_path: Path, often: float
) -> None:
    """Lines of a header in mid-file below records of its format and of another, and lines that follow these."""
    records = (*HEADED, RECORDS[1], FOLLOWING[0])
    for seed in range(4):
        assert_same(a_file(tmp_path, seed, (HEADINGS, records), often))


@pytest.mark.parametrize("count", [499, 500, 501, 900])
@pytest.mark.parametrize("line", ["\tat com.foo.Bar(Bar.java:12)", "\tat " + "x" * 160, "\n"])
def test_a_trace_is_cut_where_reading_cuts_it(tmp_path: Path, count: int, line: str) -> None:
    """So many lines, and so much text, follow a record; what stands behind that is counted."""
    path = tmp_path / "traces.log"
    path.write_text(
        "\n".join([RECORDS[0], *[line] * count, "last", RECORDS[1], "more", RECORDS[0]]) + "\n",
        encoding="utf-8",
    )

    assert_same(path)


@pytest.mark.parametrize("kernel", KERNELS[:1], indirect=True)
def test_traces_are_read_natively() -> None:
    """Below records that begin for sure nothing of a trace is left to Python."""
    lines = [RECORDS[0], *FOLLOWING[:7], RECORDS[1]] * 20

    scan, runs = scanned(lines)

    assert [] == runs
    assert 40 == scan.facts.seen.records
