"""
The laws of lines that are joined with others natively: records of several lines that the first of them opens, lines that continue
the record of their process, and lines that say no time.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from tests.scans import BEFORE, FORMATS, KERNELS, WINDOW, assert_same, scanned

from paicha.sources.files import scanning

pytestmark = pytest.mark.usefixtures("kernel", "never_given_up")

#: Records of several lines, and what may stand below the first of them.
OPENED = {
    "jul": ("Mar 05, 2025 1:{s:02}:07 AM shop.order.OrderService place\nINFO: order {n} placed",),
    "samba": ("[2025/03/05 02:{s:02}:07.403621,  {k}] ../../source3/smbd/a.c:77(renew)\n  took {n} ms",),
    "dotnet": ("info: Shop.Orders[{k}]\n      order {n} placed", "02:{s:02}:07 fail: Shop.Web[0]\n      lost\n         at Shop.Web.Show()"),
    "oracle": ("2025-03-05T02:{s:02}:07.197403+08:00\nThread 1 advanced to {n}", "Wed Mar 05 02:{s:02}:07 2025\nORA-1652: no {n}\n\n  more"),
    "erlang": ("=ERROR REPORT==== 05-Mar-2025::02:{s:02}:07 ===\nclosing <0.{n}.0>:\nmissed {k}",),
    "db2": ("2025-03-05-02.{s:02}.07.123456+480 E1234A567  LEVEL: Warning\nPID : 7\nFUNCTION: DB2 UDB, buffer pool services, sqlbFix, probe:{k}\nMESSAGE : full {n}",),
    "thinkphp": ("[ 2025-03-05T02:{s:02}:07+08:00 ] 10.1.2.3 GET /cart/{n}\n[ error ] lost {k}",),
    "crash": ("panic: lost {n}\n\ngoroutine {k} [running]:\nmain.main()", 'Exception in thread "main" java.io.IOException: no {n}\n\tat a.B(B.java:7)'),
    "mysql": ("# Time: 2025-03-05T02:{s:02}:07.197403Z\n# User@Host: ops[ops] @ web-3 [10.1.2.3]  Id: {n}\n# Query_time: 1.{k}  Lock_time: 0.0\nSET timestamp=1741122406;\nSELECT {n}\n  FROM lease;",),
    "windows": (
        "Log Name:      System\nSource:        Lease  Keeper\nDate:          3/5/2025 5:06:{s:02} AM\nEvent ID:      {n}\nTask Category: None\nLevel:         Warning\nKeywords:      Classic\nUser:          N/A\nComputer:      WEB-{k}\nDescription:\nThe lease {n} is late.\n\nShard: {k}",
        "日志名称:          System\n来源:            Disk\n日期:            2025/3/5 5:06:{s:02}\n事件 ID:         {k}\n任务类别:          无\n级别:            错误\n关键字:           经典\n用户:            暂缺\n计算机:           10.0.0.{k}\n描述:\n  租约 {n} 丢失。",
    ),
    "wevtutil": ("Event[{n}]:\n  Log Name: System\n  Source: Lease Keeper\n  Date: 2025-03-05T02:{s:02}:07.891\n  Event ID: {k}\n  Task: N/A\n  Level: Error\n  Opcode: N/A\n  Computer: WEB-3\n  Description: \nThe lease {n} is lost.\nAgain.",),
    "minio": ("API: PutObject(bucket=a, object={n})\nTime: 02:{s:02}:07 UTC 03/05/2025\nDeploymentID: 7\nError: disk {k} full (*errors.errorString)\n       4: a.go:7:b()",),
}  # fmt: skip
#: What says no time, and what continues others.
TIMELESS = (
    "[    {n}.403621] usb 1-{k}: new device number {k}", "<3>[    {n}.403621] lost {k}", "INFO:shop.order:order {n} placed",
    "ERROR:shop.web:failed", "{n}", "ERROR: weak {n}", "WARN weak {k}",
)  # fmt: skip
PROCESSES = (
    '2025-03-05 02:{s:02}:07.018 UTC [{k}] ops@shop ERROR:  duplicate key "a_{n}"',
    "2025-03-05 02:{s:02}:07.018 UTC [{k}] ops@shop DETAIL:  Key (id)=({n}) already exists.",
    "2025-03-05 02:{s:02}:07.018 UTC [{k}] ops@shop STATEMENT:  SELECT {n}\n\tFROM lease",
    "2025-03-05 02:{s:02}:07.018 UTC [{k}] LOG:  checkpoint {n}",
    "2025-03-05 02:{s:02}:07: pid {k}: LOG:  begun {n}",
    "2025-03-05 02:{s:02}:07: pid {k}: DETAIL:  more {n}",
)
PLAIN = (
    "2025-03-05 02:{s:02}:07,123 ERROR [main] shop.Cart - order {n} failed",
    "\tat com.foo.Bar(Bar.java:{k})", "Caused by: java.io.IOException: no {n}", "", "  ", "plain text {n}", "中文 {n}",
)  # fmt: skip
ODD = (
    *("Mar 05, 2025 1:{s:02}:07 AM shop.Keeper renew", "2025-03-05 02:{s:02}:07", "info: Shop.Orders[{k}]", "# Time: x", "panic: {n}"),
    *("INFO: {n}", "HELLO: {n}", "[ error ] lost", "x" * 5000, "INFO: " + "é" * 2500, "bell \x07 \x00", "end\r", "a=1 b={n}"),
    '{{"time":"2025-03-05T02:{s:02}:07Z","level":"warn","msg":"took {n}ms"}}',
    "2025-03-05T02:{s:02}:07.123456789Z stdout F panic: inside", "[2025/03/05 02:61:07, 0] ../a.c:7(b)", "    {{", "    }}",
)  # fmt: skip


def a_file(path: Path, seed: int, kinds: tuple[tuple[str, ...], ...], size: int = 60) -> Path:
    """Write lines of some kinds, the first of them as often as all others."""
    drawn = random.Random(seed)
    first, *others = kinds
    lines = [
        drawn.choice(first if not others or drawn.random() < 0.5 else drawn.choice(others)).format(
            s=drawn.randrange(60), n=drawn.randrange(300), k=drawn.randrange(4)
        )
        for _ in range(size)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
    return path


@pytest.mark.parametrize("name", OPENED)
def test_records_that_a_line_opens_are_scanned_as_they_are_read(tmp_path: Path, name: str) -> None:
    """Alone, among lines that follow others or begin records, and among what breaks them off."""
    path = tmp_path / f"{name}.log"
    lines = OPENED[name]
    assert_same(a_file(path, 1, (lines,)))
    assert_same(a_file(path, 2, (lines, PLAIN, TIMELESS)), WINDOW, BEFORE)
    for seed in range(3, 5):
        assert_same(a_file(path, seed, (lines, PLAIN, ODD), 24))


def test_records_that_a_line_opens_may_be_of_any_format(tmp_path: Path) -> None:
    """A line of one opens no record where those above are none yet."""
    every = tuple(line for lines in OPENED.values() for line in lines)
    for seed in range(3):
        assert_same(a_file(tmp_path / "mixed.log", seed, (every, PLAIN)))
        assert_same(a_file(tmp_path / "odd.log", seed, (every, ODD), 16))


def test_lines_without_a_time_are_scanned_as_they_are_read(tmp_path: Path) -> None:
    """They are records, or part of what is printed above; no window leaves them out."""
    for seed in range(2):
        path = a_file(tmp_path / "timeless.log", seed, (TIMELESS, PLAIN))
        assert_same(path)
        assert_same(path, WINDOW, BEFORE)
        assert_same(a_file(tmp_path / "odd.log", seed, (TIMELESS, ODD)))
    assert_same(a_file(tmp_path / "alone.log", 7, (TIMELESS,)))


def test_lines_that_continue_others_are_scanned_as_they_are_read(tmp_path: Path) -> None:
    """Only those of the same process and of the same server, directly below."""
    for seed in range(2):
        path = a_file(tmp_path / "processes.log", seed, (PROCESSES, PLAIN))
        assert_same(path)
        assert_same(path, WINDOW, BEFORE)
        assert_same(a_file(tmp_path / "odd.log", seed, (PROCESSES, ODD, TIMELESS)))


def test_records_that_a_line_opens_are_the_same_whatever_ends_their_lines(tmp_path: Path) -> None:
    """As Windows writes them."""
    for name, lines in OPENED.items():
        path = a_file(tmp_path / f"{name}.log", 1, (lines, PLAIN))
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

        assert_same(path)


@pytest.mark.parametrize("size", [300, 2000])
def test_a_stretch_ends_where_a_record_of_several_lines_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """Wherever a block of the file ends, also within a record that is none yet."""
    for name in ("VARIED", "BLOCK", "REFERENCE_BLOCK"):
        monkeypatch.setattr(scanning, name, size)
    for seed, lines in enumerate(OPENED.values()):
        assert_same(a_file(tmp_path / "cut.log", seed, (lines, PLAIN)))
    assert_same(a_file(tmp_path / "cut.log", 7, (PROCESSES, TIMELESS, PLAIN)))


@pytest.mark.parametrize("count", [498, 499, 500, 501])
def test_a_record_of_several_lines_is_cut_where_reading_cuts_it(tmp_path: Path, count: int) -> None:
    """So many lines belong to one, what stands behind is counted; before they are one as well as afterwards."""
    opening, message = OPENED["jul"][0].format(s=7, n=7, k=7).split("\n")
    path = tmp_path / "long.log"
    for lines in ([opening, message, *["more"] * count], [opening, *["x"] * count, message]):
        path.write_text("\n".join([*lines, opening, message]) + "\n", encoding="utf-8")

        assert_same(path)


@pytest.mark.parametrize("kernel", KERNELS[:1], indirect=True)
@pytest.mark.parametrize("name", sorted(OPENED.keys() - {"crash"}))
def test_records_that_a_line_opens_are_read_natively(name: str) -> None:
    """Of a file of them nothing is left to Python."""
    lines = [line.format(s=n % 60, n=n, k=n % 4) for n in range(40) for line in OPENED[name]]

    scan, runs = scanned(lines)

    assert [] == runs
    assert (len(lines), 0) == (scan.facts.seen.records, scan.facts.seen.joined)


@pytest.mark.parametrize("kernel", KERNELS[:1], indirect=True)
def test_lines_that_continue_others_or_say_no_time_are_read_natively() -> None:
    """PostgreSQL's details, the kernel's own messages and those of Python's simplest layout."""
    lines = [
        line.format(s=n % 60, n=n, k=7)
        for n in range(40)
        for line in (*PROCESSES[:3], *TIMELESS[:3])
    ]

    scan, runs = scanned(lines)

    assert [] == runs
    assert (160, 120) == (scan.facts.seen.records, scan.facts.seen.without_time)


def test_every_format_that_lines_continue_names_the_process() -> None:
    """What continues a record is told by that."""
    assert [] == [one.name for one in FORMATS if one.follows and "(?P<pid>" not in one.pattern]
