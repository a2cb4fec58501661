"""A link between two places goes down, in one line of a router; whoever calls across it tells of the other side."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import paicha

START = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
DOWN = START + timedelta(minutes=32)


def _lines(name: str) -> list[str]:
    lines = []
    for at in (START + timedelta(seconds=5 * n, milliseconds=400) for n in range(720)):
        bad = at > DOWN + timedelta(seconds=3)
        level, said = (
            ("ERROR", "call stock.north:8080 failed: i/o timeout")
            if bad
            else ("INFO", "served a request")
        )
        record = {"time": at.isoformat(), "level": level, "service": name, "msg": said}
        lines.append(json.dumps(record))
    return lines


def test_one_line_right_before_is_told_where_all_errors_speak_of_others(tmp_path: Path) -> None:
    """
    The router's line was the second problem, too rare to be called new, and the answer did not speak of it.

    What is told of one of several that suffer together is said to be of that one: each has its own count.
    """
    router = [
        f"{START + timedelta(minutes=n):%b %d %H:%M:%S} core-1 SNMP: poll {n} ok" for n in range(60)
    ]
    router.insert(
        33,
        f"{DOWN:%b %d %H:%M:%S} core-1 %%01IFNET/4/LINK_STATE(l)[34]:The line protocol IP on the interface 100GE1/0/7 has entered the DOWN state.",
    )
    logs = {"router.log": router, "order.log": _lines("order-b"), "user.log": _lines("user-b")}
    for name, lines in logs.items():
        (tmp_path / name).write_text("".join(f"{line}\n" for line in lines), "utf-8")

    found = paicha.investigate(tmp_path, zone="UTC").findings.suspects

    assert found is not None
    assert "Right before, at 02:32:00: Network interface or link down (1 record" in found.text.en
    assert "就在此前（02:32:00），出现「网卡或链路断开」（1 条" in found.text.zh
    assert "to order-b: " in found.text.en
