"""Access logs: a client whose requests are refused one after the other is told of, others are not."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import paicha

START = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
PROBED = ("/.env", "/admin.php", "/backup.zip", "/.git/config", "/wp-login.php", "/status")


def _line(minute: float, client: str, asked: str, status: int) -> tuple[datetime, str]:
    at = START + timedelta(minutes=minute)
    stamp = at.strftime("%d/%b/%Y:%H:%M:%S +0000")
    return at, f'{client} - - [{stamp}] "{asked} HTTP/1.1" {status} 146 "-" "probe/2"\n'


def _said(folder: Path, lines: list[tuple[datetime, str]], language: str = "en") -> str:
    usual = [_line(n / 10, f"10.0.0.{n % 40}", f"GET /p/{n}", 200) for n in range(600)]
    usual += [_line(n / 2, f"10.0.0.{n % 40}", "GET /favicon.ico", 404) for n in range(120)]
    content = "".join(line for _, line in sorted([*usual, *lines], key=lambda one: one[0]))
    (folder / "access.log").write_text(content, "utf-8")
    found = paicha.investigate(folder, zone="UTC").findings
    return "\n".join(getattr(one.text, language) for one in found.statements)


def test_a_client_that_hardly_gets_another_answer_is_told_of(tmp_path: Path) -> None:
    """Nothing was said of a scan at all: no answer of 4xx is a problem of whoever gives it."""
    scan = [_line(30 + n / 20, "203.0.113.66", f"GET {PROBED[n % 6]}", 404) for n in range(240)]

    said = _said(tmp_path, scan)

    assert (
        "240 of 240 requests of 203.0.113.66 from 02:30:00 to 02:41:57 were refused: 404 (240); "
        "6 different paths" in said
    )
    assert "a scan for what may be there" in said


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "en",
            "or a client whose key or right ran out. There it was answered 2xx or 3xx 1 time since, first at 02:40:00",
        ),
        ("zh", "此后同一路径有 1 次返回 2xx 或 3xx，首次在 02:40:00：请确认是否已被登入"),
    ],
)
def test_whoever_was_let_in_at_last_is_told_of(language: str, told: str, tmp_path: Path) -> None:
    """Two hundred refusals and an answer of 200 after them on the same path."""
    tried = [_line(30 + n / 20, "203.0.113.7", "POST /api/login", 401) for n in range(200)]

    said = _said(tmp_path, [*tried, _line(40, "203.0.113.7", "POST /api/login", 200)], language)

    assert told in said


def test_whose_requests_are_answered_as_well_is_not_told_of(tmp_path: Path) -> None:
    """A proxy, behind which all clients stand, asks for a few things that are not there."""
    asked = [
        _line(30 + n / 40, "203.0.113.7", f"GET /p/{n}", 404 if n % 3 else 200) for n in range(400)
    ]

    assert "refused" not in _said(tmp_path, asked)


def test_records_that_name_client_path_and_status_tell_it_as_well(tmp_path: Path) -> None:
    """An access log as JSON."""
    rows = [(n / 10, f"10.0.0.{n % 40}", f"/p/{n}", 200) for n in range(600)]
    rows += [(30 + n / 20, "203.0.113.7", "/api/login?u=a", 403) for n in range(200)]
    content = "".join(
        json.dumps(
            {
                "time": (START + timedelta(minutes=minute)).isoformat(),
                "remote_addr": client,
                "request": f"POST {path} HTTP/1.1",
                "uri": path,
                "status": status,
                "service": "shop",
            }
        )
        + "\n"
        for minute, client, path, status in sorted(rows)
    )
    (tmp_path / "access.json").write_text(content, "utf-8")

    found = paicha.investigate(tmp_path, zone="UTC").findings

    said = "\n".join(one.text.en for one in found.statements)
    assert "200 of 200 requests of 203.0.113.7 from 02:30:00 to 02:39:57 were refused" in said
    assert "403 (200), all of them on /api/login" in said
