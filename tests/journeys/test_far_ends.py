"""Whom a caller's error names as the far end of its call is a suspect too, whatever the call came to."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import paicha
from paicha.model.suspects import SuspectReport

START = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
NGINX = 'client: 10.0.0.5, server: shop, request: "GET /x HTTP/1.1", upstream: "http://10.0.0.7:8080/x", host: "shop"'


def _suspects(folder: Path, said: str) -> SuspectReport:
    """The order service calls the inventory, which writes what it always writes; from 02:33 on that fails."""
    rows = []
    for n in range(360):
        at = (START + timedelta(seconds=10 * n)).isoformat()
        failed = n >= 200
        told = (
            ("gate", "10.0.0.5", "INFO", f"served request {n}"),
            ("order", "10.0.0.6", *(("ERROR", said) if failed else ("INFO", "order accepted"))),
            ("inventory", "10.0.0.7", "INFO", "stock read"),
            ("mailer", "10.0.0.8", "INFO", "mail handed on"),
        )
        rows += [
            {"ts": at, "service": service, "host": host, "level": level, "msg": message}
            for service, host, level, message in told
        ]
    (folder / "app.log").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    found = paicha.investigate(
        folder, start="2026-03-04 02:30", end="2026-03-04 03:00", zone="UTC"
    ).findings.suspects
    assert found is not None
    return found


@pytest.mark.parametrize(
    "said",
    [
        "Failed to call http://inventory:8080/stock: Connection refused",
        "java.net.SocketTimeoutException: Read timed out calling http://inventory:8080/stock",
        'Get "http://inventory:8080/stock": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
        "ReadTimeout: HTTPConnectionPool(host='inventory', port=8080): Read timed out. (read timeout=5)",
        "调用 inventory 服务超时，耗时 5000ms",
        f"upstream timed out (110: Connection timed out) while reading response header from upstream, {NGINX}",
        "Get http://10.0.0.7:8080/stock: read tcp 10.0.0.6:40112->10.0.0.7:8080: i/o timeout",
    ],
)
def test_the_far_end_of_a_call_that_failed_is_a_suspect(said: str, tmp_path: Path) -> None:
    """By its name or by the address it alone stands on; neither it nor who called is named for sure."""
    found = _suspects(tmp_path, said)

    assert not found.conclusive
    assert ["order", "inventory"] == [one.name for one in found.suspects]
    assert "named" in {clue.kind for clue in found.suspects[1].clues}


def test_who_timed_out_without_saying_where_is_the_first_suspect(tmp_path: Path) -> None:
    """The address of a client is no far end."""
    found = _suspects(tmp_path, "request of client: 10.0.0.7, timed out in the pool")

    assert found.conclusive
    assert ["order"] == [one.name for one in found.suspects]
