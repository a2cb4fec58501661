"""
The laws of lines that say no time: read natively they give what they give read line by line, wherever stretches end.
"""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest
from tests.scans import KERNELS, PLAN, alike, assert_same

from paicha.kernel.scan import Scan
from paicha.sources.files import scanning

pytestmark = [
    pytest.mark.usefixtures("kernel", "never_given_up"),
    pytest.mark.parametrize("kernel", KERNELS[:1], indirect=True),
]

TIMED = "2025-03-04 05:06:07,123 ERROR [main] shop.Cart - order 12 failed"
UNTIMED = (
    *("[ 12%] Building CXX object part_12.cpp.o", "src/cart.cpp:12:9: warning: unused variable 'left'"),
    *("   12 |     int left = 0;", "      |         ^~~~", "make[1]: *** [Makefile:12: cart.o] Error 1"),
    *("tests/test_pay.py::test_refund PASSED", "Traceback (most recent call last):", "    main()"),
    *('  File "run.py", line 12, in <module>', "ValueError: no cart 12", "ERROR: lost 12", "WARN", "付款 12"),
    *("panic: boom", "goroutine 7 [running]:", "\t/app/main.go:12 +0x1d", "a=1 b=2", "{", '  "a": 1', "}", "["),
    *('{"a": 1}', "", "\u3000", "\x1b[31mred\x1b[0m 12", "bell \x07", "\x00", "-" * 40, "x" * 3000),
)  # fmt: skip


def a_log(seed: int) -> list[str]:
    """Return lines of a few kinds, many times, with other digits."""
    draw = random.Random(seed)
    kinds = draw.sample(UNTIMED, 12)
    return [alike(line, draw) for line in draw.choices(kinds, k=100)]


@pytest.mark.parametrize("size", [300, 1 << 20])
def test_lines_without_times_are_scanned_as_they_are_read(
    tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Builds, tests and traces, in stretches of any size, in a plain file and a packed one."""
    monkeypatch.setattr(scanning, "VARIED", size)
    for seed in range(2):
        path = tmp_path / f"built-{seed}.log"
        path.write_text("\n".join(a_log(seed)) + "\n", encoding="utf-8", newline="")
        assert_same(path)
    packed = tmp_path / "built.log.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert_same(packed)


@pytest.mark.parametrize("timed_first", [False, True])
def test_lines_with_times_may_come_first_or_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, timed_first: bool
) -> None:
    """What follows a record with a time is part of it, however much; what stands above the first is not."""
    monkeypatch.setattr(scanning, "VARIED", 300)
    parts = [a_log(7), [TIMED, "\tat shop.Cart.add(Cart.java:12)"] * 40]
    lines = [line for part in (parts[::-1] if timed_first else parts) for line in part]
    path = tmp_path / "both.log"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
    assert_same(path)


def test_hardly_any_line_without_a_time_is_left_to_python() -> None:
    """Three records of a stretch that no format fits are Python's, which shows them; all others are counted natively."""
    scan = Scan(PLAN, None, None)
    lines = [line for line in UNTIMED[:12] for _ in range(10)]
    runs, _ = scan.stretch("\n".join(lines).encode() + b"\n", 0, 1)
    assert [run.line for run in runs] == [1, 2, 3]
    # What is indented is part of the record above it, and so is what ends the trace.
    assert (scan.facts.seen.records, scan.facts.seen.without_time) == (7 * 10 - 3, 7 * 10 - 3)


def test_a_stretch_that_ends_before_a_line_without_a_time_is_void_below_one_with() -> None:
    """Nobody knows the record that a line far below belongs to; who reads the stretch does."""
    above, below = b"started\n" * 9, b"stopped\nstopped\n"
    for line, is_void in ((b"", False), (TIMED.encode() + b"\n", True)):
        scan = Scan(PLAN, None, None)
        end = len(above + line)
        scan.stretch(above + line + below, 0, 1, end=end)
        assert bool(scan.facts.seen.cut) == is_void, line
    data = b"started\n" * 900
    assert Scan(PLAN, None, None).last_record(data) == (len(data) - 8, 899)
    timed = TIMED.encode() + b"\n" + b"part of it\n" * 30
    assert Scan(PLAN, None, None).last_record(data + timed) == (len(data), 900)
