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
