"""What node_exporter's own series say only together."""

from __future__ import annotations

import pytest

from paicha.sources.metric_files.derived import derived
from paicha.sources.metric_files.raw import Point, RawSeries

HOST = {"instance": "db-1:9100"}


def cpu(mode: str, *values: float, core: str = "0") -> RawSeries:
    points: list[Point] = [(60_000_000 * place, value) for place, value in enumerate(values)]
    return RawSeries("node_cpu_seconds_total", {**HOST, "cpu": core, "mode": mode}, points)


def test_a_file_system_is_used_by_what_is_not_available_of_it() -> None:
    """Each of its own; what lives in memory is none, and a moment without its size says nothing."""
    disk, memory = (
        {**HOST, "mountpoint": "/data"},
        {**HOST, "mountpoint": "/run", "fstype": "tmpfs"},
    )
    parts: dict[str, list[Point]] = {"avail": [(0, 5.0), (1, 2.0)], "size": [(0, 20.0)]}
    series = [
        RawSeries(f"node_filesystem_{name}_bytes", labels, points)
        for labels in (disk, memory)
        for name, points in parts.items()
    ]

    (used,) = derived(series)

    assert ("instance:node_filesystem_usage:ratio", disk) == (used.metric, used.labels)
    assert [(0, 0.75)] == used.points


def test_processors_are_used_by_the_time_that_they_were_not_idle() -> None:
    """Over all cores, from one moment to the next; where a counter began anew there is nothing to say."""
    series = [
        cpu("idle", 100, 130, 0, 45),
        cpu("user", 50, 65, 0, 5),
        cpu("system", 10, 15, 0, 0),
        cpu("idle", 100, 130, 0, 45, core="1"),
        cpu("user", 50, 65, 0, 5, core="1"),
        cpu("system", 10, 15, 0, 0, core="1"),
    ]

    (used,) = derived(series)

    assert ("instance:node_cpu_utilisation:rate5m", HOST) == (used.metric, used.labels)
    moments, values = zip(*used.points, strict=True)
    assert (60_000_000, 180_000_000) == moments
    assert pytest.approx((0.4, 0.1)) == values


def test_some_modes_alone_are_no_whole() -> None:
    """Of a dump of what is idle nobody knows what it is a part of: it would look like a machine at rest."""
    assert [] == list(derived([cpu("idle", 100, 130), cpu("iowait", 1, 2)]))


def test_what_the_file_says_itself_is_not_derived() -> None:
    """A recording rule's series is taken as it is."""
    parts = [
        RawSeries(f"node_memory_{name}_bytes", HOST, [(0, 8.0)])
        for name in ("MemAvailable", "MemTotal")
    ]
    ruled = RawSeries("instance:node_memory_utilisation:ratio", HOST, [(0, 0.5)])

    assert [] == list(derived([*parts, ruled]))
