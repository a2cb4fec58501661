"""Files whose series name no host: two machines are two, exports of one are one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from paicha.knowledge.metrics_loader import load_concepts
from paicha.model.question import MetricQuery, Window
from paicha.sources.metric_files import MetricFileSource
from paicha.sources.metric_files.collecting import MetricFileReading

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def table(values: dict[int, float], metric: str = "cpu_usage_percent") -> str:
    """Return a CSV of minutes after noon."""
    rows = [f"{NOON + at * MINUTE:%Y-%m-%dT%H:%M:%SZ},{value}" for at, value in values.items()]
    return "\n".join([f"time,{metric}", *rows, ""])


def read(folder: Path, **files: str) -> MetricFileReading:
    """Return what the files of that content give."""
    paths = []
    for name, content in files.items():
        paths.append(folder / f"{name}.csv")
        paths[-1].write_text(content, "utf-8")
    query = MetricQuery(Window(NOON, NOON + 60 * MINUTE), (), None)
    return MetricFileSource(paths, load_concepts()).read(query)


def values(reading: MetricFileReading) -> dict[str, list[float]]:
    """Return the values of each series by its labels."""
    found: dict[str, list[float]] = {}
    for row in reading.series.to_pylist():
        found.setdefault(row["labels"], []).append(row["value"])
    return found


def test_two_machines_in_two_files_are_two_series(tmp_path: Path) -> None:
    """One at 99 % vanished behind one at 10 %, and the report said normal."""
    reading = read(
        tmp_path, web1=table(dict.fromkeys(range(5), 10)), web2=table(dict.fromkeys(range(5), 99))
    )

    assert {'{"file":"web1.csv"}': [10] * 5, '{"file":"web2.csv"}': [99] * 5} == values(reading)
    assert 2 == reading.coverage.series
    told = [note.en for note in reading.coverage.notes]
    assert any(note.startswith("web1.csv, web2.csv hold the same metrics") for note in told)


def test_files_whose_moments_lie_between_each_other_s_are_two_series(tmp_path: Path) -> None:
    """Their averages would be those of no machine."""
    first = table({0: 1, 2: 1, 4: 1})
    second = table({1: 90, 3: 90, 5: 90})

    assert [[1] * 3, [90] * 3] == sorted(values(read(tmp_path, a=first, b=second)).values())


@pytest.mark.parametrize(
    "second",
    [{3: 4, 4: 5}, {2: 3, 3: 4, 4: 5}, {0: 1, 1: 2, 2: 3, 3: 4, 4: 5}],
    ids=["one after the other", "overlapping", "the whole again"],
)
def test_exports_of_one_machine_are_one_series(tmp_path: Path, second: dict[int, float]) -> None:
    """Where both speak they say the same."""
    reading = read(tmp_path, a=table({0: 1, 1: 2, 2: 3}), b=table(second))

    assert {"{}": [1, 2, 3, 4, 5]} == values(reading)


def test_of_two_machines_equal_figures_are_two_as_well(tmp_path: Path) -> None:
    """Both have 16 GB: of whose memory what is free is a share must not depend on it."""
    files = {
        name: "\n".join(
            [
                "time,node_memory_MemTotal_bytes,node_memory_MemAvailable_bytes",
                *(f"{NOON + at * MINUTE:%Y-%m-%dT%H:%M:%SZ},16000,{free}" for at in range(3)),
                "",
            ]
        )
        for name, free in (("web1", 8000), ("web2", 160))
    }
    reading = read(tmp_path, **files)
    used = {
        row["labels"]: row["value"]
        for row in reading.series.to_pylist()
        if row["concept"] == "application_memory_usage" or row["unit"] == "%"
    }

    assert {'{"file":"web1.csv"}': 50.0, '{"file":"web2.csv"}': 99.0} == used


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    """Each machine's folder holds a cpu.csv."""
    paths = []
    for folder, value in (("web1", 10), ("web2", 99)):
        (tmp_path / folder).mkdir()
        paths.append(tmp_path / folder / "cpu.csv")
        paths[-1].write_text(table({0: value, 1: value}), "utf-8")
    query = MetricQuery(Window(NOON, NOON + 60 * MINUTE), (), None)
    reading = MetricFileSource(paths, load_concepts()).read(query)

    assert ['{"file":"web1/cpu.csv"}', '{"file":"web2/cpu.csv"}'] == sorted(values(reading))


def test_another_value_of_a_named_host_s_moment_is_said(tmp_path: Path) -> None:
    """A point that is left out is no copy of the one that is shown."""
    head = "time,host,cpu_usage_percent\n2025-03-01T12:00:00Z,web-1,"
    reading = read(tmp_path, a=f"{head}10\n", b=f"{head}99\n", c=f"{head}10\n")

    assert {"{}": [10.0]} == {"{}": [row["value"] for row in reading.series.to_pylist()]}
    assert [
        "1 point of one host, metric and moment stands in the files with another value as well; the first is shown"
    ] == [one.en for one in reading.coverage.incomplete]
    assert any("more than once" in note.en for note in reading.coverage.notes)


@pytest.mark.parametrize("column", ["server", "Machine", "主机名", "主机IP", "服务器", "实例"])
def test_a_column_that_people_call_the_host_s_names_it(tmp_path: Path, column: str) -> None:
    """Its rows stood under "an unnamed host", with the name beside it."""
    table = f"time,{column},cpu_usage_percent\n2025-03-01T12:00:00Z,web-1,10\n"

    assert ["web-1"] == read(tmp_path, a=table).series["host"].to_pylist()
