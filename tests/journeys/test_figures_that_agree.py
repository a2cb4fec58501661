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


def job(hour: int, failed: int) -> list[str]:
    start = START.replace(hour=0) + timedelta(hours=hour)
    level = "WARN" if failed > 10 else "INFO"
    return [
        f"{start:%Y-%m-%d %H:%M:%S} INFO nightly.Import - batch started id=b{hour}",
        f"{start + timedelta(minutes=5):%Y-%m-%d %H:%M:%S} {level} nightly.Import - failed {failed}",
    ]


def test_a_job_of_every_hour_is_no_change_before_the_trouble(tmp_path: Path) -> None:
    """
    It began for the nineteenth time, as it did every hour without trouble, and was worth all points of a change.
    """
    lines = [line for hour in range(24) for line in job(hour, 2 if hour < 18 else 300)]
    (tmp_path / "import.log").write_text("\n".join(lines) + "\n")

    suspects = paicha.investigate(tmp_path, zone="UTC").findings.suspects

    assert suspects is not None
    clues = [clue for one in suspects.suspects for clue in one.clues]
    (clue,) = [one for one in clues if one.kind == "intervention"]
    assert clue.points <= 0.2
    assert clue.text.en.endswith("the same was done 18 times before without such a sign")
    assert clue.text.zh.endswith("此前同样的操作有过 18 次，都没有出现异常迹象")


def test_one_line_of_a_wrong_clock_is_named_on_the_first_screen(tmp_path: Path) -> None:
    """
    One record of 2062 among those of ten minutes: a window of 36 years, of which every curve is one step.
    """
    lines = [f"{at(n)} INFO  tick {n}" for n in range(600)]
    log = tmp_path / "tick.log"
    log.write_text("\n".join(lines) + "\n")
    assert not any(
        "stretches" in one.text.en for one in paicha.investigate(log).findings.statements
    )
    log.write_text("\n".join([*lines[:300], "2062-01-01T00:00:00.000Z INFO  tick", *lines[300:]]))

    (said,) = [
        one.text.en
        for one in paicha.investigate(log, zone="UTC").findings.statements
        if "The records lie in 2 stretches" in one.text.en
    ]

    assert ": 600 records and" in said
    assert ": 1 record)" in said


def test_a_host_with_its_domain_and_without_it_is_one(tmp_path: Path) -> None:
    """
    Logs say db-a.prod.example.net, metrics db-a: what the log claims was "not verifiable", and no metrics were read.
    """
    lines = [
        f"<27>1 {at(n)} {host}.prod.example.net mysqld 77 - - CPU usage high: usage=98%"
        for n in range(0, 1800, 10)
        for host in ("db-a", "db-b")
    ]
    (tmp_path / "syslog").write_text("\n".join(lines) + "\n")
    rows = [
        f"{at(n)},{host},{98 if host == 'db-a' else 20}"
        for n in range(0, 1800, 60)
        for host in ("db-a", "db-b")
    ]
    metrics = tmp_path / "host.csv"
    metrics.write_text("\n".join(["timestamp,host,cpu_usage", *rows]) + "\n")

    found = paicha.investigate(tmp_path, metrics=str(metrics), zone="UTC").findings

    verdicts = {one.verdict.host: one.verdict.kind for one in found.claims}
    assert {
        "db-a.prod.example.net": "confirmed",
        "db-b.prod.example.net": "contradicted",
    } == verdicts
    notes = [note.en for one in found.coverage.metrics for note in one.notes]
    assert any("db-a = db-a.prod.example.net" in note for note in notes)


def test_a_metric_with_gaps_is_not_below_its_threshold_everywhere(tmp_path: Path) -> None:
    """
    While the log said 97 % the machine was measured not at all: "every metric is below it" was said of the rest.
    """
    lines = [f"{at(n)} ERROR api - CPU usage high: usage=97%" for n in range(600, 900, 10)]
    (tmp_path / "api.log").write_text("\n".join([f"{at(0)} INFO  api - up", *lines]) + "\n")
    rows = [f"{at(n)},api-1,{'' if 600 <= n < 900 else 20}" for n in range(0, 960, 60)]
    metrics = tmp_path / "host.csv"
    metrics.write_text("\n".join(["timestamp,host,cpu_usage", *rows]) + "\n")

    (device,) = paicha.investigate(tmp_path, metrics=str(metrics), zone="UTC").findings.devices

    assert "Every metric that has a threshold is below it." not in device.text.en
    assert (
        "below it in the samples that are there, but some lack: CPU usage 10 of 15"
        in device.text.en
    )


def _failing(name: str, folder: Path, said: str, service: str = "") -> None:
    lines = []
    for n in range(0, 1800, 2):
        bad = bool(said) and n > 1000 and n % 10 == 0
        row = {"time": at(n), "level": "ERROR" if bad else "INFO"}
        row["message"] = said if bad else f"served in {n % 7 + 1} ms"
        lines.append(json.dumps({**row, "service": service} if service else row))
    (folder / name).write_text("\n".join(lines) + "\n")


def test_the_only_log_file_is_no_suspect(tmp_path: Path) -> None:
    """
    "First suspect: log file edge.log", of one file: that is where one reads. Two files are told apart.
    """
    _failing("edge.log", tmp_path, "x509: certificate has expired or is not yet valid")
    alone = paicha.investigate(tmp_path, zone="UTC").findings.suspects
    (tmp_path / "api.log").write_text("\n".join(f"{at(n)} INFO  tick" for n in range(1800)) + "\n")
    beside = paicha.investigate(tmp_path, zone="UTC").findings.suspects

    assert alone is not None
    assert beside is not None
    assert not alone.conclusive
    assert alone.text.en.startswith("No suspect to name: all records come from one log file")
    assert ["faint"] == [one.role for one in alone.suspects]
    assert beside.conclusive
    assert beside.suspects[0].name.endswith("edge.log")


def test_errors_that_tell_of_another_one_whose_log_is_not_there_are_said_to(tmp_path: Path) -> None:
    """
    Only who writes can be ranked: the first suspect of an unlogged dependency was who complains of it, and nothing said so.
    """
    for place, said in enumerate(
        ("dial tcp 10.2.3.4:6379: connect: connection refused", "java.lang.NullPointerException")
    ):
        folder = tmp_path / str(place)
        folder.mkdir()
        _failing("cart.json", folder, said, "cart")
        _failing("quiet.json", folder, "", "quiet")
    refused, own = (
        paicha.investigate(tmp_path / name, zone="UTC").findings.suspects for name in ("0", "1")
    )

    assert refused is not None
    assert own is not None
    assert "First suspect: service cart" in refused.text.en
    assert "tell of another one, whose log is not among these" in refused.text.en
    assert "First suspect: service cart" in own.text.en
    assert "tell of another one" not in own.text.en


def test_lines_of_a_clock_that_was_never_set_are_records_and_named(tmp_path: Path) -> None:
    """
    A device that writes before it hears the time: its errors were part of the line above, and the report was "calm".
    """
    log = tmp_path / "device.log"
    log.write_text(
        "2025-12-19 10:00:00 INFO started\n"
        "1970-01-01 00:00:05 ERROR disk full on sda\n"
        "1970-01-01 00:00:06 ERROR disk full on sda\n"
        "2025-12-19 10:00:02 INFO started\n"
    )

    found = paicha.investigate(log, zone="UTC").findings

    assert (4, 2, 2) == (found.totals.records, found.totals.abnormal, found.totals.without_time)
    assert [("disk_full", 2)] == [(one.id, one.n) for one in found.problems]
    (note,) = [one.en for one in found.coverage.logs[0].notes if "1970" in one.en]
    assert "device.log: 2 records carry a time stamp of 1970" in note
