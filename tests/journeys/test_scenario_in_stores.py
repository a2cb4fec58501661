"""The reference scenario in a store gives the figures that it gives as a file."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.journeys.conftest import HOST, SCENARIO, WINDOW, ZONE, CommandLine
from tests.servers.clickhouse import client_of, fill, otel_row
from tests.servers.harness import Servers, needs
from tests.servers.logs import import_rows
from tests.servers.scenario import scenario_rows

from paicha.sources.stored_logs.cutting import nanoseconds
from paicha.testing.fault_proxy import FaultProxy
from paicha.testing.loki import LokiStandIn, Pushed

Report = Mapping[str, Any]
#: Puts the scenario into a store and returns the settings of a source called ``store``.
Load = Callable[[Servers, Path], str]
#: Tenants of their own, so that nothing is loaded twice into one.
_ACCOUNTS = itertools.count(9001)


def in_victorialogs(servers: Servers, _folder: Path) -> str:
    """Send it as a shipper that parses lines."""
    url = servers.running("victorialogs").url
    rows = [
        {"_time": row.timestamp.isoformat(), "_msg": row.message, **row.named()}
        for row in scenario_rows()
    ]
    account = next(_ACCOUNTS)
    import_rows(url, rows, account=account)
    return f'type = "victorialogs"\nurl = "{url}"\naccount_id = {account}\n'


def unparsed_in_victorialogs(servers: Servers, _folder: Path) -> str:
    """Send it as a shipper that sends lines: level and code file stand in the text alone."""
    url = servers.running("victorialogs").url
    rows = [
        {"_time": row.timestamp.isoformat(), "_msg": row.line, "host_ip": HOST}
        for row in scenario_rows()
    ]
    account = next(_ACCOUNTS)
    import_rows(url, rows, account=account)
    return f'type = "victorialogs"\nurl = "{url}"\naccount_id = {account}\n'


def in_clickhouse(servers: Servers, _folder: Path) -> str:
    """Write it as OpenTelemetry's exporter does."""
    server = servers.running("clickhouse")
    rows = [
        otel_row(
            row.timestamp,
            row.message,
            row.level,
            row.code_file,
            row.host_ip,
            **{"code.line.number": str(row.code_line)},
        )
        for row in scenario_rows()
    ]
    fill(client_of(server), "default.scenario", rows)
    return f'type = "clickhouse"\nurl = "{server.url}"\ndatabase = "default"\ntable = "scenario"\n'


def scenario_streams() -> Iterator[Pushed]:
    """Yield the scenario as a shipper pushes it to Loki; equal lines of an instant in streams apart."""
    seen: dict[tuple[object, str], int] = {}
    for row in scenario_rows():
        key = (row.timestamp, row.message)
        seen[key] = n = seen.get(key, 0) + 1
        labels = {"job": "shop", "host_ip": row.host_ip, "copy": str(n)}
        metadata = {"level": row.level, "code_file": row.code_file, "code_line": str(row.code_line)}
        yield Pushed(nanoseconds(row.timestamp), row.message, labels, metadata)


@pytest.fixture(scope="module", name="loki")
def loki_stand_in() -> Iterator[str]:
    """Give the settings of a Loki that holds the scenario."""
    with LokiStandIn(scenario_streams()) as server:
        yield f'type = "loki"\nurl = "{server.url}"\nselector = \'{{job="shop"}}\'\n'


STORES: dict[str, Load] = {
    "victorialogs": in_victorialogs,
    "victorialogs, lines": unparsed_in_victorialogs,
    "clickhouse": in_clickhouse,
}


def figures(report: Report) -> Mapping[str, object]:
    """Return what may not depend on where the records came from."""
    return {
        # The file's lines name neither host nor service.
        "totals": {
            name: n for name, n in report["totals"].items() if name not in ("hosts", "services")
        },
        "levels": report["levels"],
        "modules": [(m["name"], m["n"], m["abnormal"], m["curve"]) for m in report["modules"]],
        "problems": [
            (p["id"], p["n"], p["priority"], p["first"], p["last"], p["curve"], p["variants"])
            for p in report["problems"]
        ],
    }


def asked(folder: Path, *arguments: str | Path) -> Report:
    """Return the JSON report."""
    said = CommandLine(folder)("investigate", *arguments, *WINDOW, *ZONE, "--format", "json")
    assert (0, True) == (said.code, said.out.startswith("{")), said.err
    found: Report = json.loads(said.out)
    return found


@pytest.fixture(scope="module", name="of_file")
def report_of_file(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Give the report of the file."""
    return asked(tmp_path_factory.mktemp("file"), SCENARIO / "app.log", "--metrics", "none")


@pytest.mark.parametrize(
    "store", [pytest.param(name, marks=needs(name.split(",")[0])) for name in STORES]
)
def test_a_store_gives_the_figures_of_the_file(
    store: str, of_file: Report, servers: Servers, tmp_path: Path
) -> None:
    """Totals, levels, modules and problems with their variants, times and curves are equal."""
    check_figures(STORES[store](servers, tmp_path), of_file, tmp_path)


def test_loki_gives_the_figures_of_the_file(loki: str, of_file: Report, tmp_path: Path) -> None:
    """Against the stand-in: Loki itself cannot be had for tests."""
    check_figures(loki, of_file, tmp_path)


@pytest.mark.parametrize(
    "in_store", [pytest.param(in_victorialogs, marks=needs("victorialogs"), id="victorialogs")]
)
def test_a_store_that_goes_away_in_mid_read_ends_with_code_three(
    in_store: Load, servers: Servers, tmp_path: Path
) -> None:
    """The report is of what was read, says how much of how much, and counts nothing else."""
    settings = in_store(servers, tmp_path)
    url = servers.running("victorialogs").url
    with FaultProxy(url, after_bytes=30_000, then="gone") as between:
        here = settings.replace(url, between.url)
        (tmp_path / "paicha.toml").write_text(f"[sources.store]\nattempts = 1\n{here}", "utf-8")
        options = ("--source", "store", *WINDOW, *ZONE, "--format", "json", "--baseline", "none")
        said = CommandLine(tmp_path)("investigate", *options)

    report = json.loads(said.out)
    [coverage] = report["coverage"]["logs"]
    assert 3 == said.code
    assert 0 < coverage["kept"] < coverage["present"] == 1800
    assert coverage["kept"] == report["totals"]["records"]
    assert f"broke off after {coverage['kept']} of 1800 records" in said.err


def check_figures(settings: str, of_file: Report, folder: Path) -> None:
    """Fail unless the report of a store with these settings has the figures of the file's."""
    (folder / "paicha.toml").write_text(f"[sources.store]\n{settings}", "utf-8")
    report = asked(folder, "--source", "store", "--host", HOST)

    assert figures(of_file) == figures(report)
    assert 1800 == report["coverage"]["logs"][0]["present"]
