"""Access logs: only the requests that failed are counted as failed, with their statuses and paths."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import paicha

START = datetime(2026, 11, 25, 10, tzinfo=UTC)
REQUESTS = 120
#: Of the statuses, 503 comes first: the message that stands for all of them is one that failed.
STATUS = (503, 200, 200, 404, 200, 304)
FAILED = REQUESTS // len(STATUS)


def _clf(moment: datetime) -> str:
    return moment.strftime("%d/%b/%Y:%H:%M:%S")


def _nginx(n: int, at: datetime, status: int) -> str:
    return f'10.1.2.{n} - - [{_clf(at)} +0000] "GET /a/{n}?q=\\"{n}\\" HTTP/1.1" {status} {n + 503} "-" "probe/2"'


def _haproxy(n: int, at: datetime, status: int) -> str:
    return f'10.1.2.3:333{n % 10} [{_clf(at)}.123] shop-in app/srv1 0/0/1/30/31 {status} {n} - - ---- 1/1/0/0/0 0/0 "GET /a/{n} HTTP/1.1"'


def _syslogged(n: int, at: datetime, status: int) -> str:
    return f"{at.strftime('%b %d %H:%M:%S')} lb-1 haproxy[812]: {_haproxy(n, at, status)}"


def _envoy(n: int, at: datetime, status: int) -> str:
    return f'[{at.strftime("%Y-%m-%dT%H:%M:%S")}.891Z] "GET /a/{n} HTTP/1.1" {status} - 0 91 12 - "-" "probe/2" "a1b2" "shop:80" "10.1.2.3:80"'


def _squid(n: int, at: datetime, status: int) -> str:
    return f"{at.timestamp():.3f}     12 10.1.2.3 TCP_MISS/{status} {n + 503} GET http://shop.test/{n} - HIER_DIRECT/10.1.2.4 text/html"


def _balancer(n: int, at: datetime, status: int) -> str:
    return f'https {at.strftime("%Y-%m-%dT%H:%M:%S")}.186641Z app/shop/50dc6c49 10.1.2.3:2817 10.1.2.4:80 0.000 0.001 0.000 {status} {status} 34 {n} "GET https://shop.test:443/a/{n} HTTP/1.1" "probe/2" - -'


def _iis(n: int, at: datetime, status: int) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} 10.1.2.4 GET /a/{n} - 443 - 10.1.2.3 probe/2 - {status} 0 0 {n}"


def _json(n: int, at: datetime, status: int) -> str:
    return json.dumps(
        {"time": at.isoformat(), "request": f"GET /a/{n} HTTP/1.1", "status": status, "bytes": 503}
    )


@pytest.mark.parametrize(
    "line", [_nginx, _haproxy, _syslogged, _envoy, _squid, _balancer, _iis, _json]
)
def test_only_requests_that_failed_are_answers_of_5xx(
    line: Callable[[int, datetime, int], str], tmp_path: Path
) -> None:
    """One problem, with as many records as requests were answered with 5xx."""
    log = tmp_path / "access.log"
    log.write_text(
        "".join(
            line(n, START + timedelta(seconds=n), STATUS[n % len(STATUS)]) + "\n"
            for n in range(REQUESTS)
        )
    )

    found = paicha.investigate(log, zone="UTC", metrics="none")
    problems = [(problem.n, problem.title.en) for problem in found.findings.problems]

    assert [(FAILED, "HTTP 5xx answers")] == problems
    told = found.findings.problems[0].told
    assert told is not None
    counted = {one.name: {value.name: value.n for value in one.values} for one in told.tallies}
    assert {"503": FAILED} == counted["status"]
    assert FAILED == sum(counted["path"].values())
