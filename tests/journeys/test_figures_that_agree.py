"""What one part of a report says, no other part of it may deny."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import paicha

START = datetime(2026, 4, 13, 8, tzinfo=UTC)


def at(second: int) -> str:
    return f"{START + timedelta(seconds=second):%Y-%m-%dT%H:%M:%S}.000Z"


def test_a_host_whose_lines_are_counted_is_not_said_to_have_none(tmp_path: Path) -> None:
    """
    The lines name no host and are taken for those of the only one measured: 700 records of it, and "no log line of it".
    """
    lines = []
    for n in range(0, 1800, 3):
        lines.append(f"{at(n)} INFO  pool-1 served in 5ms")
        if n > 900:
            lines.append(f"{at(n)} ERROR pool-1 memory usage 88% above limit on api-01")
    (tmp_path / "api.log").write_text("\n".join(lines) + "\n")
    rows = [f"{at(n)},api-01,{88.5 if n > 900 else 50}" for n in range(0, 1800, 30)]
    metrics = tmp_path / "metrics.csv"
    metrics.write_text("\n".join(["timestamp,host,mem_usage", *rows]) + "\n")

    found = paicha.investigate(tmp_path, metrics=str(metrics), zone="UTC").findings

    assert [("api-01", len(lines))] == [(one.host, one.n) for one in found.devices]
    assert found.suspects is not None
    hosts = [one for one in found.suspects.suspects if one.unit == "host"]
    assert ["api-01"] == [one.name for one in hosts]
    assert not any("No log line" in words.en for one in hosts for words in one.missing)


def test_the_resource_of_opentelemetry_names_service_and_host(tmp_path: Path) -> None:
    """
    Names with dots inside an object, as its SDKs write them: nobody was named, on whatever host it happened.
    """
    shapes = (
        {"service.name": "checkout", "host.name": "p4"},
        {"attributes": {"service.name": "checkout", "host.name": "p4"}},
    )
    for place, resource in enumerate(shapes):
        row = {"severity": "ERROR", "resource": resource, "body": "table is missing"}
        lines = (json.dumps({"timestamp": at(n), **row}) + "\n" for n in range(30))
        (tmp_path / f"{place}.jsonl").write_text("".join(lines))

    (problem,) = paicha.investigate(tmp_path, zone="UTC").findings.problems

    assert [("checkout", 60)] == [(one.name, one.n) for one in problem.services]
    assert [("p4", 60)] == [(one.name, one.n) for one in problem.hosts]
