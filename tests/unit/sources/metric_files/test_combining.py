"""Shares of a resource from the raw series of an exporter, where all of their parts are there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from tests.unit.sources.metric_files.test_metric_files import (
    CONCEPTS,
    HOST,
    HOUR,
    MINUTE,
    NOON,
    SECOND,
    read,
    rows,
    said,
)

from paicha.model.question import MetricQuery
from paicha.sources.metric_files import MetricFileSource

WHO = f'instance="{HOST}:9100",job="node"'


def scraped(series: Mapping[str, Iterable[float]]) -> str:
    """Return series, a point a minute, as a dump of them is written."""
    lines = [
        f"{name} {value} {SECOND + 60 * minute}"
        for name, values in series.items()
        for minute, value in enumerate(values)
    ]
    return "\n".join([*lines, "# EOF", ""])


def cpu(mode: str, cpu: int) -> str:
    return f'node_cpu_seconds_total{{{WHO},cpu="{cpu}",mode="{mode}"}}'


def shares(text: str, path: Path) -> dict[str, list[tuple[object, float]]]:
    """Return the moments and values of each concept."""
    found: dict[str, list[tuple[object, float]]] = {}
    for concept, host, moment, value in rows(read(path, text)):
        if concept and value is not None:
            assert host == HOST
            found.setdefault(concept, []).append((moment, round(value, 6)))
    return found


def test_memory_and_disks_are_what_is_not_free(tmp_path: Path) -> None:
    """Each disk by itself; what is none is left out, and so is a minute in which a part is missing."""
    root = f'{WHO},device="/dev/vda1",fstype="ext4",mountpoint="/"'
    run = f'{WHO},device="tmpfs",fstype="tmpfs",mountpoint="/run"'
    text = scraped(
        {
            f"node_memory_MemTotal_bytes{{{WHO}}}": [1000, 1000, 1000],
            f"node_memory_MemAvailable_bytes{{{WHO}}}": [40, 250],
            f"node_filesystem_size_bytes{{{root}}}": [500],
            f"node_filesystem_avail_bytes{{{root}}}": [10],
            f"node_filesystem_size_bytes{{{run}}}": [500],
            f"node_filesystem_avail_bytes{{{run}}}": [0],
        }
    )

    assert {
        "memory_usage": [(NOON, 96.0), (NOON + MINUTE, 75.0)],
        "disk_usage": [(NOON, 98.0)],
    } == shares(text, tmp_path / "a.prom")


def test_the_processors_are_what_of_all_modes_is_not_idle(tmp_path: Path) -> None:
    """Of the increase of all processors together; after a restart the counters begin anew."""
    text = scraped(
        {
            cpu("idle", 0): [100, 130, 15],
            cpu("user", 0): [50, 80, 30],
            cpu("iowait", 0): [90, 90, 15],
            cpu("system", 0): [5, 5, 0],
            cpu("idle", 1): [70, 100, 15],
            cpu("user", 1): [10, 40, 30],
            cpu("iowait", 1): [40, 40, 15],
            cpu("system", 1): [5, 5, 0],
        }
    )

    found = shares(text, tmp_path / "a.prom")

    assert [(NOON + MINUTE, 50.0), (NOON + 2 * MINUTE, 75.0)] == found["cpu_usage"]
    assert [(NOON + MINUTE, 0.0), (NOON + 2 * MINUTE, 25.0)] == found["io_wait"]


@pytest.mark.parametrize(
    "series",
    [
        {f"node_memory_MemAvailable_bytes{{{WHO}}}": [40]},
        {cpu("idle", 0): [100, 130]},
        {cpu("user", 0): [100, 130], cpu("system", 0): [1, 2]},
        {cpu("idle", 0): [100, 130], cpu("iowait", 0): [1, 2]},
        {"windows_logical_disk_size_bytes": [500]},
    ],
)
def test_a_part_alone_is_no_share_and_that_is_said(
    series: dict[str, list[float]], tmp_path: Path
) -> None:
    """No number is made up for the others."""
    reading = read(tmp_path / "a.prom", scraped(series))

    assert {""} == {row[0] for row in rows(reading)}
    assert any("only beside others" in note for note in said(reading.coverage))


def test_parts_may_stand_in_several_files(tmp_path: Path) -> None:
    """One stored answer for each query."""
    paths = []
    for name, value in (("MemTotal", "1000"), ("MemAvailable", "40")):
        metric = {"__name__": f"node_memory_{name}_bytes", "instance": f"{HOST}:9100"}
        result = [{"metric": metric, "values": [[SECOND, value]]}]
        answer = {"status": "success", "data": {"resultType": "matrix", "result": result}}
        paths.append(tmp_path / f"{name}.json")
        paths[-1].write_text(json.dumps(answer), "utf-8")

    reading = MetricFileSource(paths, CONCEPTS).read(MetricQuery(HOUR, (HOST,), None))

    assert ("memory_usage", HOST, NOON, 96.0) in [
        (*row[:3], round(row[3] or 0, 6)) for row in rows(reading)
    ]
    assert (
        "computed from raw series of the files: 1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes"
        in said(reading.coverage)
    )


RULE = f'instance:node_memory_utilisation:ratio{{instance="{HOST}:9100"}}'
PARTS: dict[str, list[float]] = {
    f"node_memory_MemTotal_bytes{{{WHO}}}": [1000, 1000, 1000],
    f"node_memory_MemAvailable_bytes{{{WHO}}}": [40, 250, 250],
}


def metrics_of(concept: str, text: str, path: Path) -> set[tuple[str, str]]:
    """Return the names of a concept's series and their mount points."""
    table = read(path, text).series
    found = zip(*(table[name].to_pylist() for name in ("concept", "metric", "labels")), strict=True)
    return {
        (metric.partition("{")[0].partition(":")[0], json.loads(labels).get("mountpoint", ""))
        for of, metric, labels in found
        if of == concept
    }


def test_what_a_recording_rule_says_is_not_made_a_second_time(tmp_path: Path) -> None:
    """One machine has one memory, whatever was made of its parts before."""
    text = scraped({**PARTS, RULE: [0.96, 0.75, 0.75]})

    assert {("instance", "")} == metrics_of("memory_usage", text, tmp_path / "a.prom")


def test_a_rule_that_says_less_does_not_stand_for_what_the_parts_say(tmp_path: Path) -> None:
    """One added late; one over all disks, or of another disk, beside the parts of each."""
    late = {**PARTS, RULE: [0.96]}
    disks: dict[str, list[float]] = {
        f'node_filesystem_{part}_bytes{{{WHO},mountpoint="{mount}"}}': [value] * 3
        for mount in ("/", "/data")
        for part, value in (("size", 500), ("avail", 10))
    }
    rule = f'instance:node_filesystem_usage:ratio{{instance="{HOST}:9100"%s}}'
    of_all = {**disks, rule % "": [0.98] * 3}
    of_one = {**disks, rule % ',mountpoint="/"': [0.98] * 3}

    assert 2 == len(metrics_of("memory_usage", scraped(late), tmp_path / "a.prom"))
    assert 3 == len(metrics_of("disk_usage", scraped(of_all), tmp_path / "b.prom"))
    found = metrics_of("disk_usage", scraped(of_one), tmp_path / "c.prom")
    assert {"/", "/data"} == {mount for _, mount in found}
    assert 2 == len(found)
