"""The reference scenario out of a store: the same figures as from the file, and honest when the store fails."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.contract.test_elasticsearch_conforms import SERVERS, store
from tests.journeys.conftest import HOST, SCENARIO, WINDOW, CommandLine
from tests.servers.harness import Servers, needs

from paicha.testing.fault_proxy import FaultProxy, Refusal, every

INDEX = "scenario"
WORLD = (*WINDOW, "--tz", "Asia/Shanghai", "--host", HOST)
#: Fields of the scenario's own rows, beside those that BlueKing adds; its two tables name theirs differently.
_OWN = frozenset(
    [
        "dtEventTimeStamp",
        "serverIp",
        "level",
        "file",
        "line",
        "message",
        "severity",
        "src_file",
        "src_line",
        "detail",
    ]
)


def rows() -> list[dict[str, object]]:
    """Return the scenario's records as documents."""
    lines = (SCENARIO / "hits.jsonl").read_text("utf-8").splitlines()
    found = (json.loads(line) for line in lines)
    return [{name: value for name, value in row.items() if name in _OWN} for row in found]


def settings(url: str) -> str:
    """Return the settings of a source that reads them."""
    return (
        f'[sources.es]\ntype = "elasticsearch"\nurl = "{url}"\nindex = "{INDEX}"\n'
        'timeout_s = 2.0\nattempts = 2\nfields = ["time=dtEventTimeStamp"]\n'
    )


def figures(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return everything counted in a report."""
    return {
        "records": report["totals"]["records"],
        "levels": levels(report),
        "problems": sorted((p["id"], p["n"], p["priority"]) for p in report["problems"]),
        "modules": sorted((m["name"], m["n"]) for m in report["modules"]),
    }


def levels(report: Mapping[str, Any]) -> dict[str, int]:
    """Return how many records have each level."""
    return {one["level"]: one["n"] for one in report["levels"]}


def asked(folder: Path, *arguments: str | Path) -> tuple[int, Mapping[str, Any], str]:
    """Return exit code, report and what was said on stderr."""
    said = CommandLine(folder)("investigate", *arguments, *WORLD, "--format", "json")
    return said.code, (json.loads(said.out) if said.out.startswith("{") else {}), said.err


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """Give the report of the file."""
    metrics = ("--metrics", SCENARIO / "metrics.json")
    return asked(tmp_path_factory.mktemp("whole"), SCENARIO / "app.log", *metrics)[1]


@pytest.fixture(scope="module", params=[pytest.param(n, marks=needs(n)) for n in SERVERS])
def url(request: pytest.FixtureRequest, servers: Servers) -> str:
    """Give a server that holds the scenario."""
    return filled(servers.running(request.param).url)


@pytest.fixture(
    scope="module", params=[pytest.param("elasticsearch_8", marks=needs("elasticsearch_8"))]
)
def one(request: pytest.FixtureRequest, servers: Servers) -> str:
    """Give one such server; how others fail, the conformance suite checks."""
    return filled(servers.running(request.param).url)


def filled(base: str) -> str:
    """Return *base*, with the scenario in it."""
    exact = ("level", "severity", "file", "src_file")
    properties = {
        "dtEventTimeStamp": {"type": "date", "format": "epoch_millis"},
        "serverIp": {"type": "ip"},
        **{name: {"type": "keyword"} for name in exact},
        **{name: {"type": "text"} for name in ("message", "detail")},
    }
    httpx.delete(f"{base}/{INDEX}")
    store(base, INDEX, rows(), properties)
    return base


def test_a_store_gives_the_figures_of_the_file(
    url: str, whole: Mapping[str, Any], tmp_path: Path
) -> None:
    """Records, levels, problems and modules are the same."""
    (tmp_path / "paicha.toml").write_text(settings(url), "utf-8")
    metrics = ("--metrics", SCENARIO / "metrics.json")
    code, from_store, err = asked(tmp_path, "--source", "es", *metrics)

    assert 0 == code, err
    assert figures(whole) == figures(from_store)


def test_a_part_says_both_numbers_and_the_whole_distribution(
    url: str, whole: Mapping[str, Any], tmp_path: Path
) -> None:
    """With a budget of 600 records the store's own counts are exact, and the report is incomplete."""
    (tmp_path / "paicha.toml").write_text(settings(url), "utf-8")
    code, report, err = asked(tmp_path, "--source", "es", "--max-records", "600")

    assert 3 == code
    assert "600 of 1800 records read" in err
    counted = {one["level"]: one["n"] for one in report["store_levels"]}
    assert levels(whole) == counted


@pytest.mark.parametrize(
    "trouble",
    [
        lambda url: FaultProxy(url, after_bytes=14_000, then="gone"),
        lambda url: FaultProxy(url, after_bytes=14_000, then="silent"),
    ],
    ids=["gone", "silent"],
)
def test_a_store_that_fails_in_mid_read_ends_with_3_and_says_what_is_missing(
    one: str, trouble: Callable[[str], FaultProxy], whole: Mapping[str, Any], tmp_path: Path
) -> None:
    """No count is larger than the truth, and none of what was read is thrown away."""
    with trouble(one) as proxy:
        (tmp_path / "paicha.toml").write_text(settings(proxy.url), "utf-8")
        code, report, err = asked(tmp_path, "--source", "es")

    assert 3 == code
    assert "reading broke off after" in err
    assert 0 < report["totals"]["records"] < 1800
    true = {title: n for title, n, _ in figures(whole)["problems"]}
    assert all(n <= true.get(title, n) for title, n, _ in figures(report)["problems"])


def test_a_slow_store_is_waited_for(one: str, tmp_path: Path) -> None:
    """Slowness below the limit changes nothing."""
    with FaultProxy(one, wait_s=0.3) as proxy:
        (tmp_path / "paicha.toml").write_text(settings(proxy.url), "utf-8")
        code, report, err = asked(tmp_path, "--source", "es")

    assert (0, 1800) == (code, report["totals"]["records"]), err


def test_a_refusal_is_no_report(one: str, tmp_path: Path) -> None:
    """Nothing was read: exit code 1, and the store's words."""
    with FaultProxy(one, script=every(1, Refusal(403, b'{"error": "index is private"}'))) as proxy:
        (tmp_path / "paicha.toml").write_text(settings(proxy.url), "utf-8")
        code, report, err = asked(tmp_path, "--source", "es")

    assert (1, {}) == (code, report)
    assert "index is private" in err


# OpenSearch's scroll gives 5,000 in a page: two pages of 14,400 are there when it dies.
@pytest.mark.parametrize(
    ("name", "times", "dies_at"),
    [
        pytest.param("elasticsearch_7", 1, 12, marks=needs("elasticsearch_7")),
        pytest.param("elasticsearch_8", 1, 12, marks=needs("elasticsearch_8")),
        pytest.param("opensearch_2", 8, 16, marks=needs("opensearch_2")),
    ],
)
def test_a_server_killed_in_mid_read_ends_with_3(
    name: str, times: int, dies_at: int, servers: Servers, tmp_path: Path
) -> None:
    """The real server dies between two pages, and the report says after how many of how many records."""
    with servers.fresh(name) as server:
        store(
            server.url,
            INDEX,
            [*rows()] * times,
            {"dtEventTimeStamp": {"type": "date", "format": "epoch_millis"}},
        )

        def kill(number: int) -> None:
            if number == dies_at:  # its first pages were given
                server.kill()

        with FaultProxy(server.url, script=kill) as proxy:
            (tmp_path / "paicha.toml").write_text(settings(proxy.url), "utf-8")
            said = CommandLine(tmp_path)(
                "investigate", "--source", "es", *WINDOW, "--format", "json"
            )

    assert 3 == said.code, said.err
    read = json.loads(said.out)["totals"]["records"]
    assert 0 < read < 1800 * times
    assert f"reading broke off after {read} of {1800 * times} records" in said.err


def test_an_index_that_a_full_disk_stopped_is_not_the_whole(
    one: str, whole: Mapping[str, Any], tmp_path: Path
) -> None:
    """The node's flood stage: all that is there is counted, and that more may be missing is said."""
    (tmp_path / "paicha.toml").write_text(settings(one), "utf-8")
    full = {"index.blocks.read_only_allow_delete": True}
    place = f"{one}/{INDEX}/_settings"
    try:
        for _ in range(3):
            httpx.put(place, json=full).raise_for_status()
            code, report, err = asked(tmp_path, "--source", "es")
            # Twice a minute the server looks at its disks and takes the block away: then it was not asked in time.
            if "read_only_allow_delete" in httpx.get(place).raise_for_status().text:
                break
    finally:
        httpx.put(place, json=dict.fromkeys(full)).raise_for_status()

    assert 3 == code
    assert f"1 indices, {INDEX} first, take no more records because a disk" in err
    assert levels(whole) == levels(report)


def test_a_source_has_limits_of_its_own(one: str, tmp_path: Path) -> None:
    """Its settings say how much is read; the command line goes first."""
    own = settings(one) + "max_records = 700\n"
    (tmp_path / "paicha.toml").write_text(own, "utf-8")
    _, by_settings, _ = asked(tmp_path, "--source", "es")
    _, by_command, _ = asked(tmp_path, "--source", "es", "--max-records", "600")

    assert (700, 600) == tuple(r["totals"]["records"] for r in (by_settings, by_command))


def test_a_limit_of_bytes_ends_the_reading_and_is_in_the_coverage(one: str, tmp_path: Path) -> None:
    """The store's own counts stand beside what was read."""
    (tmp_path / "paicha.toml").write_text(settings(one), "utf-8")
    code, report, err = asked(tmp_path, "--source", "es", "--max-bytes", "20kB")

    assert 3 == code
    assert "reading ended at the limit of 20,000 bytes" in err
    assert 0 < report["totals"]["records"] < 1800
    assert 1800 == sum(level["n"] for level in report["store_levels"])
