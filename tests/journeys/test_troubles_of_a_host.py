"""Three hosts with one program on each, and one host in trouble that the program's lines do not name as what it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import paicha
from paicha.model.findings import Findings

START = datetime(2026, 11, 28, 10, tzinfo=UTC)
HOSTS = ("web-1", "web-2", "web-3")
Entry = tuple[str, float, str]  # host, second, what follows the host


def usual(
    until: Callable[[str], float] = lambda _host: 2400.0, zone: Callable[[str], int] = lambda _h: 0
) -> Iterable[Entry]:
    """Yield a request of each host every five seconds."""
    for number, host in enumerate(HOSTS):
        for second in range(number, 2400, 5):
            if second < until(host):
                yield host, second + zone(host), f"shop[77]: INFO GET /items/{second} 200 in 21 ms"


def investigated(folder: Path, entries: Iterable[Entry]) -> Findings:
    """Investigate the hosts' logs as they are, without a window."""
    logs: dict[str, list[str]] = {}
    for host, second, said in sorted(entries, key=lambda entry: entry[1]):
        at = START + timedelta(seconds=second)
        logs.setdefault(host, []).append(f"{at:%Y-%m-%dT%H:%M:%S.%f}+00:00 {host} {said}\n")
    for host, lines in logs.items():
        (folder / f"{host}.log").write_text("".join(lines), "utf-8")
    return paicha.investigate(folder, zone="UTC").findings


def test_a_program_suffers_from_the_disk_that_its_kernel_gives_up(tmp_path: Path) -> None:
    """The kernel names whom it was working for; the program stands on other hosts too, and fails on this one alone."""
    kernel = [
        "blk_update_request: I/O error, dev sdb, sector 90213376 op 0x1:(WRITE)",
        "EXT4-fs error (device sdb1): ext4_journal_check_start:83: comm shop: Detected aborted journal",
        "EXT4-fs (sdb1): Remounting filesystem read-only",
    ]
    told = [("web-2", 1500 + n / 100, f"kernel: [9015.{n}] {one}") for n, one in enumerate(kernel)]
    failed = "shop[77]: ERROR cannot write upload: [Errno 30] Read-only file system: '/data/u.part'"
    fails = [("web-2", float(second), failed) for second in range(1503, 2400, 3)]

    suspects = investigated(tmp_path, [*usual(), *told, *fails]).suspects

    assert suspects is not None
    assert (True, "kernel") == (suspects.conclusive, suspects.suspects[0].name)
    assert "shop only suffers from it" in suspects.text.en


def test_a_host_that_writes_no_more_is_told_though_its_program_goes_on_elsewhere(
    tmp_path: Path,
) -> None:
    """What the report said of it was that all is calm: all records of the other two were read."""
    found = investigated(tmp_path, usual(until=lambda host: 1300.0 if host == "web-3" else 2400.0))

    said = [one.text for one in found.statements if one.kind == "warning"]
    assert not [one for one in found.statements if one.kind == "calm"]
    assert any("Host web-3 is silent: 12 records a minute until 10:21:37" in t.en for t in said)
    assert any("主机 web-3 停止写日志" in t.zh for t in said)


def test_a_program_that_is_silent_on_one_host_is_told_where_the_host_writes_on(
    tmp_path: Path,
) -> None:
    """Its cron still runs."""
    cron = [
        (host, s + 0.5, "CRON[9]: (root) CMD (true)") for host in HOSTS for s in range(0, 2400, 60)
    ]
    lines = [*usual(until=lambda host: 1300.0 if host == "web-3" else 2400.0), *cron]

    said = " ".join(one.text.en for one in investigated(tmp_path, lines).statements)

    assert "shop is silent on web-3: 12 records a minute until 10:21:37" in said
    assert "Host web-3" not in said


def test_of_files_that_name_no_host_the_one_that_ends_early_is_named(tmp_path: Path) -> None:
    """Three folders hold a log of one name; one that paused to the end of the others says so, and a rotated one does not."""
    for number, until in ((1, 2400), (2, 2400), (3, 1300)):
        folder = tmp_path / f"web-{number}"
        folder.mkdir()
        moments = [START + timedelta(seconds=s) for s in range(0, until, 5)]
        lines = [f"{at:%Y-%m-%d %H:%M:%S},000 INFO shop order {at:%S} stored\n" for at in moments]
        half = len(lines) // 2 if number == 1 else 0
        (folder / "app.log.1").write_text("".join(lines[:half]), "utf-8")
        (folder / "app.log").write_text("".join(lines[half:]), "utf-8")

    found = paicha.investigate(tmp_path, zone="UTC").findings

    said = [one.text.en for one in found.statements if "ends early" in one.text.en]
    assert 1 == len(said)
    assert "web-3/app.log ends early: 12 records a minute until 10:21:35" in said[0]
