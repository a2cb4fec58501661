"""Stores that end in the middle of an investigation, or can write no more: code 3, what is missing is said, no count is wrong."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.journeys.conftest import CommandLine
from tests.servers.catalogue import ServerEntry
from tests.servers.clickhouse import client_of, fill, otel_row
from tests.servers.harness import Servers, needs
from tests.servers.logs import import_rows, victorialogs
from tests.servers.process import RunningServer, Start

from paicha.testing.fault_proxy import FaultProxy

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
#: Five pieces of a store's reading and some more (20,000 records each).
RECORDS = 110_000
WINDOW = ("--from", "2026-01-05T09:00:00Z", "--to", "2026-01-05T10:00:00Z", "--baseline", "none")
#: Of every twenty records one is an error, and the errors say one thing.
ERRORS = RECORDS // 20


def lines() -> list[tuple[datetime, str, str]]:
    """Return time, level and message of every record."""
    levels = ["ERROR" if n % 20 == 0 else "INFO" for n in range(RECORDS)]
    return [
        (
            START + timedelta(milliseconds=n * 30),
            level,
            f"order {n} failed" if level == "ERROR" else f"order {n} sent",
        )
        for n, level in enumerate(levels)
    ]


def in_victorialogs(server: RunningServer) -> str:
    """Fill it and return its settings."""
    rows = [{"_time": at.isoformat(), "_msg": body, "level": level} for at, level, body in lines()]
    import_rows(server.url, rows, streams="job")
    return 'type = "victorialogs"\nurl = "{url}"\n'


def in_clickhouse(server: RunningServer) -> str:
    """Fill it and return its settings."""
    fill(client_of(server), "default.orders", [otel_row(at, body, lv) for at, lv, body in lines()])
    return 'type = "clickhouse"\nurl = "{url}"\ndatabase = "default"\ntable = "orders"\n'


def asked(folder: Path, settings: str, url: str) -> tuple[int, Mapping[str, Any], str]:
    """Return exit code, report and what was said on stderr."""
    limits = "timeout_s = 60.0\nattempts = 1\n"
    (folder / "paicha.toml").write_text(f"[sources.s]\n{settings.format(url=url)}{limits}", "utf-8")
    said = CommandLine(folder)("investigate", "--source", "s", *WINDOW, "--format", "json")
    return said.code, (json.loads(said.out) if said.out.startswith("{") else {}), said.err


@pytest.mark.parametrize(
    ("name", "filled"),
    [
        pytest.param("victorialogs", in_victorialogs, marks=needs("victorialogs")),
        pytest.param("clickhouse", in_clickhouse, marks=needs("clickhouse")),
    ],
)
def test_a_server_killed_in_mid_read(
    name: str, filled: Callable[[RunningServer], str], servers: Servers, tmp_path: Path
) -> None:
    """It dies between two of its last pieces: what came is counted, and the report says of how much."""
    with servers.fresh(name) as server:
        settings = filled(server)
        with FaultProxy(server.url) as proxy:
            code, whole, err = asked(tmp_path, settings, proxy.url)
            late = proxy.requests - 2
        assert (0, RECORDS) == (code, whole["totals"]["records"]), err

        with FaultProxy(server.url, script=lambda n: server.kill() if n == late else None) as proxy:
            code, report, err = asked(tmp_path, settings, proxy.url)

    read = report["totals"]["records"]
    assert 3 == code
    assert 0 < read < RECORDS
    assert f"reading broke off after {read} of {RECORDS} records, the rest is missing" in err
    assert [ERRORS] == [problem["n"] for problem in whole["problems"]]
    assert [sum(n["n"] for n in report["levels"] if n["level"] == "ERROR")] == [
        problem["n"] for problem in report["problems"]
    ]
    assert RECORDS == report["coverage"]["logs"][0]["present"]


@pytest.mark.parametrize("name", [pytest.param("victorialogs", marks=needs("victorialogs"))])
def test_a_store_whose_disk_is_full_is_not_the_whole(
    name: str, servers: Servers, tmp_path: Path
) -> None:
    """VictoriaLogs answers queries and takes no records: all that is there is counted, and that more may be missing is said."""
    rows = [{"_time": at.isoformat(), "_msg": body, "level": lv} for at, lv, body in lines()[:100]]
    settings = 'type = "victorialogs"\nurl = "{url}"\n'

    def with_full_disk(entry: ServerEntry, folder: Path) -> Start:
        shutil.copytree(tmp_path / "data", folder / "data")
        # What must stay free is more than there is on any disk.
        return victorialogs(entry, folder, more=["-storage.minFreeDiskSpaceBytes=900TB"])

    with servers.fresh(name) as server:
        import_rows(server.url, rows)
        before = asked(tmp_path, settings, server.url)
        server.process.terminate()  # it writes to its disk what it holds
        server.process.wait()
        shutil.copytree(server.folder / "data", tmp_path / "data")
    with servers.fresh(name, with_full_disk) as server:
        refused = httpx.post(f"{server.url}/insert/jsonline", json=rows[0])
        code, report, err = asked(tmp_path, settings, server.url)

    assert (0, 100) == (before[0], before[1]["totals"]["records"])
    assert not refused.is_success
    assert 3 == code, err
    assert 100 == report["totals"]["records"]
    assert "VictoriaLogs takes no more records because its disk is nearly full" in err


@pytest.mark.parametrize("name", [pytest.param("prometheus", marks=needs("prometheus"))])
def test_metrics_that_end_leave_the_logs_whole(name: str, servers: Servers, tmp_path: Path) -> None:
    """A Prometheus that dies between two queries: every record is counted, and no claim is called checked."""
    log = tmp_path / "app.log"
    log.write_text(
        "2026-01-05 09:00:01,000 ERROR [main] com.acme.Web - out of memory\n" * 3, "utf-8"
    )
    with (
        servers.fresh(name) as server,
        FaultProxy(server.url, script=lambda n: server.kill() if n == 3 else None) as proxy,
    ):
        (tmp_path / "paicha.toml").write_text(
            f'[sources.m]\ntype = "prometheus"\nurl = "{proxy.url}"\ntimeout_s = 60.0\nattempts = 1\n'
        )
        said = CommandLine(tmp_path)(
            "investigate", log, "--metrics", "m", *WINDOW, "--tz", "UTC", "--format", "json"
        )

    report = json.loads(said.out)
    assert (3, 3) == (said.code, report["totals"]["records"]), said.err
    assert report["coverage"]["metrics"][0]["incomplete"]
    assert {"not_verifiable"} == {claim["verdict"]["kind"] for claim in report["claims"]}
