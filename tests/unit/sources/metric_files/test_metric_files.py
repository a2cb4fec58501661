"""Metrics from files: the same points from every format, and a clear word on what is wrong."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from paicha.errors import InputError
from paicha.knowledge.metrics_loader import load_concepts
from paicha.model.coverage import MetricCoverage
from paicha.model.question import MetricQuery, Window
from paicha.model.schema import SERIES
from paicha.ports import MetricSource
from paicha.sources.metric_files import MetricFileSource
from paicha.sources.metric_files.collecting import MetricFileReading

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
SECOND = int(NOON.timestamp())
MINUTE = timedelta(minutes=1)
HOUR = Window(NOON, NOON + 60 * MINUTE)
CONCEPTS = load_concepts()
HOST = "10.0.0.8"

Row = tuple[str, str, datetime, float | None]


def read(
    path: Path, content: object, *hosts: str, window: Window = HOUR, **options: Any
) -> MetricFileReading:
    """Return what a file of that content gives."""
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_text(text, encoding="utf-8")
    source = MetricFileSource([path], CONCEPTS, **options)
    return source.read(MetricQuery(window, hosts, None))


def rows(reading: MetricFileReading) -> list[Row]:
    assert reading.series.schema.equals(SERIES, check_metadata=True)
    return [
        (row["concept"], row["host"], row["timestamp"], row["value"])
        for row in reading.series.to_pylist()
    ]


def said(coverage: MetricCoverage) -> list[str]:
    return [note.en for note in (*coverage.incomplete, *coverage.notes)]


def blueking(points: list[list[float | None]], **dimensions: str) -> dict[str, Any]:
    dimensions = dimensions or {"bk_target_ip": HOST, "bk_target_cloud_id": "0", "bk_host_id": "42"}
    one = {"metric_field": "_result_", "unit": "", "dimensions": dimensions, "datapoints": points}
    return {"result": True, "code": 200, "message": "OK", "data": {"metrics": [], "series": [one]}}


def prometheus(labels: dict[str, str], values: list[list[object]]) -> dict[str, Any]:
    result = [{"metric": labels, "values": values}]
    return {"status": "success", "data": {"resultType": "matrix", "result": result}}


LOADS = [
    ("load5", HOST, NOON, 0.5),
    ("load5", HOST, NOON + MINUTE, None),
    ("load5", HOST, NOON + 2 * MINUTE, 0.75),
]
MILLI = SECOND * 1000

SAME_LOADS: dict[str, object] = {
    "one BlueKing answer": blueking(
        [[0.5, MILLI], [None, MILLI + 60_000], [0.75, MILLI + 120_000]]
    ),
    "BlueKing answers by name": {
        "bkmonitor:system:load:load5": blueking(
            [[0.5, MILLI], [None, MILLI + 60_000], [0.75, MILLI + 120_000]]
        )
    },
    "BlueKing answers by expression": {
        'avg by (bk_target_ip) (avg_over_time(bkmonitor:system:load:load5{bk_target_ip="x-1"}[1m]))': (
            blueking([[0.5, MILLI], [None, MILLI + 60_000], [0.75, MILLI + 120_000]])
        )
    },
    "a Prometheus answer": prometheus(
        {"__name__": "node_load5", "instance": f"{HOST}:9100"},
        [[SECOND, "0.5"], [SECOND + 60, "NaN"], [SECOND + 120.0, "0.75"]],
    ),
    "Prometheus answers by concept": {
        "load5": prometheus(
            {"instance": f"{HOST}:9100"},
            [[SECOND, "0.5"], [SECOND + 60, "NaN"], [SECOND + 120, "0.75"]],
        )
    },
    "OpenMetrics": (
        "# HELP node_load5 5m load average.\n# TYPE node_load5 gauge\n"
        f'node_load5{{instance="{HOST}:9100",quote="a \\"b\\", {{c}} \\\\"}} 0.5 {SECOND}.000\n'
        f'node_load5{{instance="{HOST}:9100",quote="a \\"b\\", {{c}} \\\\"}} NaN {SECOND + 60}\n'
        f'node_load5{{instance="{HOST}:9100",quote="a \\"b\\", {{c}} \\\\"}} 0.75 {SECOND + 120}\n'
        "# EOF\n"
    ),
    "Prometheus text in milliseconds": (
        f'node_load5{{instance="{HOST}:9100"}} 0.75 {MILLI + 120_000}\n'
        f'node_load5{{instance="{HOST}:9100"}} NaN {MILLI + 60_000}\n'
        f'node_load5{{instance="{HOST}:9100"}} 0.5 {MILLI}\n'
    ),
    "CSV, ISO 8601": (
        f"time,host,Load5\n2025-03-01T12:00:00Z,{HOST},0.5\n2025-03-01T20:01:00+08:00,{HOST},\n"
        f"2025-03-01 12:02:00.000 UTC,{HOST},0.75\n"
    ),
    "CSV, as Go prints a time": (
        f"Time,PodName,load5\n2025-03-01 12:00:00.000000000 +0000 UTC m=+3420.12,{HOST},0.5\n"
        f"2025-03-01 12:01:00 +0000 UTC m=+3480.12,{HOST},NaN\n"
        f"2025-03-01 12:02:00.000000001 +0000 UTC,{HOST},0.75\n"
    ),
    "CSV, epoch in nanoseconds": (
        f"\ufefftimestamp;ip;load_5\r\n{SECOND}000000000;{HOST};0.5\r\n{SECOND + 60}000000000;{HOST};\r\n"
        f"{SECOND + 120}000000000;{HOST};0.75\r\n"
    ),
    "CSV, long form": (
        f"metric,host,value,timestamp\nload5,{HOST},0.5,{SECOND}\nload5,{HOST},,{SECOND + 60}\n"
        f"load5,{HOST},0.75,{SECOND + 120}\n"
    ),
}


@pytest.mark.parametrize("form", SAME_LOADS)
def test_every_format_gives_the_same_points(form: str, tmp_path: Path) -> None:
    """
    The content says what a file is; host, time and value are the same from all of them.
    """
    reading = read(tmp_path / "load5", SAME_LOADS[form])

    assert rows(reading) == LOADS
    coverage = reading.coverage
    assert (1, 3, 1, (HOST,)) == (
        coverage.series,
        coverage.points,
        coverage.null_points,
        coverage.hosts,
    )
    assert [] == said(coverage)


def test_the_reference_scenario_is_read_whole() -> None:
    """
    Five metrics of sixteen points; the IO share of one arrives as percent.
    """
    path = Path(str(resources.files("paicha.testing").joinpath("scenario/metrics.json")))
    window = Window(
        datetime.fromisoformat("2025-12-19T10:32:32+08:00"),
        datetime.fromisoformat("2025-12-19T10:47:32+08:00"),
    )
    source: MetricSource = MetricFileSource([path], CONCEPTS, name="seed")

    reading = source.read(MetricQuery(window, ("96568",), None))

    coverage = reading.coverage
    assert ("seed", 5, 80, 0, ()) == (
        coverage.source,
        coverage.series,
        coverage.points,
        coverage.null_points,
        coverage.notes,
    )
    table: pa.Table = reading.series
    util = [row for row in table.to_pylist() if row["concept"] == "io_utilisation"]
    assert pytest.approx(1.3068) == util[0]["value"]
    assert "%" == util[0]["unit"]


def test_labels_are_kept_with_the_hosts_id(tmp_path: Path) -> None:
    """
    Whoever knows a host by its id finds it.
    """
    reading = read(tmp_path / "load5.json", blueking([[1, MILLI]]), "42")

    (labels,) = reading.series["labels"].to_pylist()
    assert json.loads(labels)["bk_host_id"] == "42"


def test_units_in_headings_are_converted(tmp_path: Path) -> None:
    """
    Seconds become the milliseconds of the concept; a unit that does not fit is no match.
    """
    content = f"timestamp,LatencyP99(s),MemoryUsage(Mi),CpuUsageRate(%)\n{SECOND},0.25,200,12\n"

    reading = read(tmp_path / "pod.csv", content)

    found = {row["metric"]: row for row in reading.series.to_pylist()}
    assert ("latency_p99", 250.0, "ms") == tuple(
        found["LatencyP99(s)"][key] for key in ("concept", "value", "unit")
    )
    assert ("", 200.0, "Mi") == tuple(
        found["MemoryUsage(Mi)"][key] for key in ("concept", "value", "unit")
    )
    assert found["CpuUsageRate(%)"]["concept"] == "cpu_usage"


def test_a_unit_in_a_column_of_its_own_is_read(tmp_path: Path) -> None:
    """A ratio of 0.961 stood there as 0.96 %, far below the threshold, because another metric of the file had percent."""
    rows = [("disk_usage", "0.961", "ratio"), ("cpu_usage", "99.5", "%"), ("load1", "3", "1")]
    rows += [("latency_p99", "0.25", "s"), ("memory_usage", "200", "Mi"), ("load5", "2", "")]
    lines = [f"{SECOND},{HOST},{name},{value},{unit}" for name, value, unit in rows]

    reading = read(tmp_path / "a.csv", "\n".join(["time,host,metric,value,unit", *lines, ""]))

    assert {
        ("disk_usage", 96.1, "%", "disk_usage(ratio)"),
        ("cpu_usage", 99.5, "%", "cpu_usage(%)"),
        ("load1", 3.0, "", "load1(1)"),
        ("latency_p99", 250.0, "ms", "latency_p99(s)"),
        ("", 200.0, "Mi", "memory_usage(Mi)"),
        ("load5", 2.0, "", "load5"),
    } == {
        (r["concept"], round(r["value"], 6), r["unit"], r["metric"])
        for r in reading.series.to_pylist()
    }
    assert not any("unit" in r["labels"] for r in reading.series.to_pylist())


def table(header: str, *values: str) -> str:
    """Return a CSV file with a row a minute from noon on."""
    rows = (f"{NOON + n * MINUTE:%FT%TZ},{HOST},{row}" for n, row in enumerate(values))
    return "\n".join([f"time,host,{header}", *rows, ""])


def test_shares_of_which_nobody_knows_whether_they_are_percent_are_no_percent(
    tmp_path: Path,
) -> None:
    """0.93 of a whole was shown as 0.93 %, as normal, and as contradicting logs that said 93 %."""
    reading = read(tmp_path / "a.csv", table("cpu_usage,mem_usage", "0.93,0.5", "0.94,0.5"))

    assert {("", "")} == {(r["concept"], r["unit"]) for r in reading.series.to_pylist()}
    (note,) = [one for one in said(reading.coverage) if "percent" in one]
    assert note.startswith("no value of cpu_usage, mem_usage in a.csv is above 1, so whether")
    assert () == reading.coverage.missing


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        ("cpu_usage(ratio)", "0.93", 93.0),
        ("cpu_usage(%)", "0.93", 0.93),
        ("cpu_usage_percent", "0.93", 0.93),
        ("cpu_usage,mem_usage", "0.93,45", 0.93),  # a file writes its shares one way
        ("cpu_usage", "0", 0.0),
    ],
)
def test_a_share_is_percent_where_its_heading_or_another_share_says_so(
    header: str, row: str, expected: float, tmp_path: Path
) -> None:
    """An idle machine has 0.93 % of load too."""
    found = rows(read(tmp_path / "a.csv", table(header, row)))

    assert ("cpu_usage", HOST, NOON, expected) in found


@pytest.mark.parametrize("nothing", ["NaN", "null", "-", "N/A", ""])
def test_a_column_that_begins_without_values_is_no_label(nothing: str, tmp_path: Path) -> None:
    """It cut every other series into one for each of its values."""
    content = table("load5,mem_percent", f"1,{nothing}", "2,40", "3,41", "4,42")

    found = read(tmp_path / "a.csv", content)

    of_load = [row for row in found.series.to_pylist() if row["concept"] == "load5"]
    assert [1.0, 2.0, 3.0, 4.0] == [row["value"] for row in of_load]
    assert 1 == len({row["labels"] for row in of_load})
    assert (2, 8, 1) == (
        found.coverage.series,
        found.coverage.points,
        found.coverage.null_points,
    )


def test_a_column_without_one_value_is_a_metric_without_points(tmp_path: Path) -> None:
    """NaN in one row and an infinity in another are no two labels."""
    found = read(tmp_path / "a.csv", table("load5,mem_percent", "1,NaN", "2,inf", "3,NaN"))

    assert (2, 6, 3) == (
        found.coverage.series,
        found.coverage.points,
        found.coverage.null_points,
    )
    assert ("memory_usage",) == found.coverage.missing


def test_an_expression_that_computes_is_not_taken_for_its_metric(tmp_path: Path) -> None:
    """
    What was multiplied already would be scaled twice.
    """
    answer = {"bkmonitor:system:io:util * 100": blueking([[1.3, MILLI]])}

    reading = read(tmp_path / "io.json", answer)

    assert [("", HOST, NOON, 1.3)] == rows(reading)
    assert "1 metric of io.json is known to no concept" in said(reading.coverage)[0]


def test_counters_become_rates(tmp_path: Path) -> None:
    """
    A running total says nothing by itself; a restart counts from 0.
    """
    name = "node_network_receive_bytes_total"
    content = "".join(
        f'{name}{{instance="{HOST}:9100",device="eth0"}} {value} {MILLI + 60_000 * place}\n'
        for place, value in enumerate([1000, 7000, 7600, 120])
    )

    reading = read(tmp_path / "net.txt", f"# TYPE {name} counter\n{content}")

    assert [("network_receive", value) for value in (100.0, 10.0, 2.0)] == [
        (concept, value) for concept, _, _, value in rows(reading)
    ]
    assert ["1 counter of net.txt was turned into rates per second"] == said(reading.coverage)


def test_histograms_are_left_out_by_name(tmp_path: Path) -> None:
    """
    Buckets are parts of a distribution, and the note says that they were there.
    """
    content = (
        f'# TYPE h histogram\nh_bucket{{le="1"}} 3 {SECOND}\nh_bucket{{le="+Inf"}} 4 {SECOND}\n'
        f'h_sum 3.5 {SECOND} # {{trace_id="a"}} 1\nh_count 4 {SECOND}\nup_count 1 {SECOND}\n# EOF\n'
    )

    reading = read(tmp_path / "h.txt", content, host=HOST)

    assert [("", HOST, NOON, 1.0)] == rows(reading)
    assert "4 histogram and summary series of h.txt were left out" in said(reading.coverage)


def test_points_outside_the_window_are_counted(tmp_path: Path) -> None:
    """
    The point whose minute reaches into the window belongs to it, the one at its end does not.
    """
    points: list[list[float | None]] = [[place, MILLI + 60_000 * place] for place in range(10)]
    window = Window(NOON + timedelta(seconds=90), NOON + 5 * MINUTE)

    reading = read(tmp_path / "load5.json", blueking(points), window=window)

    assert [1.0, 2.0, 3.0, 4.0] == [value for *_, value in rows(reading)]
    assert ["6 points lie outside the window and were left out"] == said(reading.coverage)


def test_a_file_of_another_time_says_of_which(tmp_path: Path) -> None:
    """
    An empty answer names the time that the file does cover.
    """
    late = Window(NOON + timedelta(days=1), NOON + timedelta(days=2))

    reading = read(tmp_path / "load5.json", blueking([[1, MILLI]]), window=late)

    assert reading.coverage.missing == ("load5",)
    assert reading.coverage.incomplete[0].en == (
        "load5.json has no point inside the window; "
        "its points run from 2025-03-01 12:00:00+00:00 to 2025-03-01 12:00:00+00:00"
    )


def test_metrics_of_another_host_say_so(tmp_path: Path) -> None:
    """
    Another machine's healthy disk is no answer.
    """
    reading = read(tmp_path / "load5.json", blueking([[1, MILLI]]), "10.9.9.9")

    assert [] == rows(reading)
    assert reading.coverage.missing == ("load5",)
    assert reading.coverage.incomplete[0].en == (
        f"metrics are for another host: load5.json has {HOST}, asked for 10.9.9.9"
    )
    assert reading.coverage.incomplete[0].zh == (
        f"指标属于其他主机：load5.json 中是 {HOST}，要查的是 10.9.9.9"
    )


def test_points_of_other_hosts_are_left_out_with_a_note(tmp_path: Path) -> None:
    """
    Of many machines only those asked for are kept; those left out are named, and none that was kept.
    """
    content = f"time,host,load5\n{SECOND},{HOST},1\n{SECOND},10.0.0.9,2\n"

    reading = read(tmp_path / "load.csv", content, HOST, "10.0.0.7", "4711")

    assert [("load5", HOST, NOON, 1.0)] == rows(reading)
    assert said(reading.coverage) == [
        "1 point of other hosts was left out (10.0.0.9)",
        "no metric points for 10.0.0.7",
    ]


@pytest.mark.parametrize(
    ("labels", "host"),
    [
        ({"bk_target_ip": "1.1.1.1", "instance": "2.2.2.2:1"}, "1.1.1.1"),
        ({"instance": "web-1:9100", "job": "node"}, "web-1"),
        ({"instance": "[fe80::1]:9100"}, "fe80::1"),
        ({"instance": "fe80::1"}, "fe80::1"),
        ({"pod": "cart-7d9", "node": "n1", "instance": "10.0.0.1:10250"}, "cart-7d9"),
        ({"bk_host_id": "42"}, "42"),
        ({"device": "sda"}, ""),
    ],
)
def test_the_host_is_found_among_the_labels(
    labels: dict[str, str], host: str, tmp_path: Path
) -> None:
    """
    Every exporter names it in its own way.
    """
    reading = read(tmp_path / "load5.json", prometheus(labels, [[SECOND, "1"]]))

    assert [("load5", host, NOON, 1.0)] == rows(reading)


def test_points_without_a_host_get_the_one_of_the_settings(tmp_path: Path) -> None:
    """
    A file of one machine need not name it, and whoever uses it can say whose it is.
    """
    content = f"time,load5\n{SECOND},1\n"

    unnamed = read(tmp_path / "load.csv", content, HOST)
    named = read(tmp_path / "load.csv", content, HOST, host=HOST)

    assert [("load5", "", NOON, 1.0)] == rows(unnamed)
    assert "1 point of load.csv names no host" in said(unnamed.coverage)[0]
    assert [("load5", HOST, NOON, 1.0)] == rows(named)


def test_times_without_a_zone_are_read_in_the_readers(tmp_path: Path) -> None:
    """
    And the note says which zone was assumed.
    """
    reading = read(
        tmp_path / "load.csv",
        "时间,load5\n2025/03/01 20:00:00,1\n",
        host=HOST,
        zone="Asia/Shanghai",
    )

    assert [("load5", HOST, NOON, 1.0)] == rows(reading)
    assert said(reading.coverage) == [
        "the times of load.csv name no zone; they were read as Asia/Shanghai"
    ]


def test_time_columns_that_disagree_are_noticed(tmp_path: Path) -> None:
    """
    The readable one is used, and the reader is told.
    """
    content = f"Time,TimeStamp,host,load5\n2025-03-01T12:00:00Z,{SECOND + 200_000_000},{HOST},1\n"

    reading = read(tmp_path / "load.csv", content)

    assert [("load5", HOST, NOON, 1.0)] == rows(reading)
    assert said(reading.coverage) == [
        "1 row of load.csv has time columns that disagree; Time was used"
    ]


def test_values_and_times_that_cannot_be_read_are_counted(tmp_path: Path) -> None:
    """
    A broken cell is missing, not 0, and not silently gone.
    """
    content = f"time,host,load5\n{SECOND},{HOST},1\n{SECOND + 60},{HOST},n/a\nsoon,{HOST},3\n"

    reading = read(tmp_path / "load.csv", content)

    assert [1.0, None] == [value for *_, value in rows(reading)]
    assert said(reading.coverage) == [
        "1 row of load.csv has no readable time and was left out",
        "1 value of load.csv is no number and counts as missing",
    ]


def test_the_same_points_in_two_files_are_counted_once(tmp_path: Path) -> None:
    """
    Overlapping exports do not weigh double.
    """
    paths = [tmp_path / "load5.json", tmp_path / "again.json"]
    for path in paths:
        answers = {"load5": blueking([[1, MILLI], [2, MILLI + 60_000]])}
        path.write_text(json.dumps(answers), encoding="utf-8")

    reading = MetricFileSource(paths, CONCEPTS).read(MetricQuery(HOUR, (), None))

    assert [1.0, 2.0] == [value for *_, value in rows(reading)]
    assert said(reading.coverage) == [
        "2 points stand in the files more than once and were counted once"
    ]


def test_a_metric_without_series_is_missing(tmp_path: Path) -> None:
    """
    An empty answer for a metric is not a normal metric; an unknown name looks the same.
    """
    empty = {"result": True, "code": 200, "data": {"metrics": [], "series": []}}
    answers = {"bkmonitor:system:disk:in_use": empty, "load5": blueking([[1, MILLI]])}

    reading = read(tmp_path / "metrics.json", answers)

    assert reading.coverage.missing == ("disk_usage",)


def test_one_refused_answer_among_others_is_told(tmp_path: Path) -> None:
    """
    The rest is used, and the coverage is incomplete.
    """
    refused = {"result": False, "code": 3301001, "message": "promql syntax error", "data": None}
    answers = {"load5": blueking([[1, MILLI]]), "cpu_usage": refused}

    reading = read(tmp_path / "metrics.json", answers)

    assert reading.coverage.incomplete[0].en == (
        "the query for cpu_usage failed when the file was made: promql syntax error (3301001)"
    )


ERRORS: dict[str, tuple[object, str, str]] = {
    "empty": ("", "metrics.empty", "is empty"),
    "blank": (" \n ", "metrics.empty", "is empty"),
    "broken JSON": ('{"result": tru', "metrics.broken_json", "is not valid JSON"),
    "deep JSON": ("[" * 100_000, "metrics.broken_json", "is not valid JSON"),
    "other JSON": ({"a": 1}, "metrics.not_metrics", "neither a BlueKing nor a Prometheus"),
    "a list": ([1, 2], "metrics.not_metrics", "neither a BlueKing nor a Prometheus"),
    "no series": ({"result": True, "data": []}, "metrics.not_metrics", "neither a BlueKing"),
    "odd series": (
        {"result": True, "data": {"series": [3]}},
        "metrics.not_metrics",
        "neither a BlueKing",
    ),
    "refused": (
        {"result": False, "code": 3301001, "message": "no permission", "data": None},
        "metrics.refused",
        "holds an error instead of metrics: m: no permission (3301001)",
    ),
    "Prometheus error": (
        {"status": "error", "errorType": "bad_data", "error": "parse error"},
        "metrics.refused",
        "parse error (bad_data)",
    ),
    "instant": (
        {"status": "success", "data": {"resultType": "vector", "result": []}},
        "metrics.instant",
        "holds one moment (result type vector)",
    ),
    "binary": (b"\x7fELF\x00\x01" * 100, "metrics.not_text", "it is not text"),
    "a scrape": ("up 1\nnode_load5 2\n", "metrics.no_times", "have no timestamps"),
    "no time column": (
        "a,b\n1,2\n",
        "metrics.no_time_column",
        "none of its columns is a time (a, b)",
    ),
    "a log": (
        "2025-03-01 12:00:00 ERROR x\n" * 3,
        "metrics.no_time_column",
        "is not a metrics file",
    ),
    "no numbers": (
        "time,word\n2025-03-01T12:00:00Z,x\n",
        "metrics.no_value_column",
        "no column beside the time holds numbers",
    ),
    "a cell without end": (
        "time,v\n1," + "9" * 200_000 + "\n",
        "metrics.unreadable",
        "cannot be read",
    ),
}


@pytest.mark.parametrize("wrong", ERRORS)
def test_a_wrong_file_gets_one_clear_sentence(wrong: str, tmp_path: Path) -> None:
    """
    It names the file, in both languages, with one thing to try.
    """
    content, code, words = ERRORS[wrong]

    with pytest.raises(InputError) as failed:
        read(tmp_path / "m", content)

    error = failed.value
    assert code == error.code
    assert words in error.what
    assert [True, True] == [str(tmp_path / "m") in error.text(lang) for lang in ("zh", "en")]
    assert error.hint


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    """
    The path is the first thing to check.
    """
    codes = []
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(InputError) as failed:
            MetricFileSource([path], CONCEPTS).read(MetricQuery(HOUR, (), None))
        codes.append(failed.value.code)

    assert codes == ["metrics.missing", "metrics.unreadable"]


def test_strange_answers_do_not_break_the_reading(tmp_path: Path) -> None:
    """
    Half-broken points are counted; huge and infinite numbers are no values.
    """
    points: list[Any] = [[1, MILLI], [True, MILLI + 60_000], [10**400, MILLI + 120_000], "x", [1]]
    points += [[2, "later"], [None, None], [3, -5], [float("inf"), MILLI + 180_000]]

    reading = read(tmp_path / "load5.json", blueking(points))

    assert [1.0, None, None, None] == [value for *_, value in rows(reading)]
    assert "6 values of load5.json are not numbers and count as missing" in said(reading.coverage)


def test_the_check_tells_what_each_file_covers(tmp_path: Path) -> None:
    """
    `paicha doctor` shows readable files and what is wrong with the others.
    """
    good = tmp_path / "load5.json"
    good.write_text(json.dumps(blueking([[1, MILLI], [2, MILLI + 60_000]])), encoding="utf-8")

    found = MetricFileSource([good, tmp_path / "none.json"], CONCEPTS).check()

    assert (str(good), True) == (found[0][0].en, found[0][1])
    assert found[0][2].en == (
        "load5.json: 1 series, 2 points, 2025-03-01 12:00:00+00:00 to 2025-03-01 12:01:00+00:00"
    )
    assert (False, True) == (found[1][1], "does not exist" in found[1][2].en)


def test_files_of_other_hosts_beside_one_that_was_asked_for_are_no_gap(tmp_path: Path) -> None:
    """
    Who exports a whole cluster gives more than was needed, not less.
    """
    for name, host in (("mine", HOST), ("other", "10.0.0.9")):
        (tmp_path / f"{name}.csv").write_text(f"time,host,load5\n{SECOND},{host},1\n")
    paths = sorted(tmp_path.iterdir())

    reading = MetricFileSource(paths, CONCEPTS).read(MetricQuery(HOUR, (HOST,), None))

    assert () == reading.coverage.incomplete
    assert [f"metrics are for another host: other.csv has 10.0.0.9, asked for {HOST}"] == said(
        reading.coverage
    )


def test_what_holds_no_metrics_in_a_folder_is_passed_over_and_said(tmp_path: Path) -> None:
    """
    A file that was named must be one; a file found in a folder need not be.
    """
    good, bad = tmp_path / "a.csv", tmp_path / "b.csv"
    good.write_text(f"time,host,load5\n{SECOND},{HOST},1\n")
    bad.write_text("time,callee\nnever,pay\n")
    log = tmp_path / "app.log"
    log.write_text(f"{SECOND} ERROR disk full\n")
    query = MetricQuery(HOUR, (HOST,), None)

    found = [good, bad, log]
    reading = MetricFileSource(found, CONCEPTS, found=found).read(query)

    assert 1 == reading.coverage.points
    why = f"{bad} is not a metrics file: none of its columns is a time (time, callee)."
    assert [
        "1 file found there holds no metrics and was passed over: app.log",
        f"b.csv holds no metrics and was passed over: {why}",
    ] == said(reading.coverage)
    late = MetricQuery(Window(NOON + timedelta(days=1), NOON + timedelta(days=2)), (HOST,), None)
    none_inside = MetricFileSource([good, log], CONCEPTS, found=[good, log]).read(late).coverage
    assert 1 == len(none_inside.incomplete)
    assert ["1 file found there holds no metrics and was passed over: app.log"] == [
        note.en for note in none_inside.notes
    ]
    with pytest.raises(InputError):
        MetricFileSource([good, bad], CONCEPTS).read(query)


def test_a_counter_in_a_table_is_a_rate(tmp_path: Path) -> None:
    """
    What an exporter counts since it began, by the names it has: 1.3 thousand million B/s was said of 1 MB/s.

    What is only called a total (memory), or falls as counters do not, is what it is.
    """
    names = ["node_network_receive_bytes_total", "node_network_receive_errs_total", "jobs_total"]
    names += ["memory_total", "queue_total"]
    received = [10**9, 10**9 + 60 * 10**6, 30 * 10**6, 90 * 10**6]
    lines = ["timestamp,host," + ",".join(names)] + [
        f"{SECOND + 60 * n},{HOST},{value},7,{600 * n},64,{(5, 9, 6, 8)[n]}"
        for n, value in enumerate(received)
    ]

    reading = read(tmp_path / "host.csv", "\n".join(lines))

    found: dict[str, list[float]] = {}
    for row in reading.series.to_pylist():
        found.setdefault(row["metric"], []).append(row["value"])
    assert [1e6, 0.5e6, 1e6] == found["node_network_receive_bytes_total"]
    assert [0.0, 0.0, 0.0] == found["node_network_receive_errs_total"]
    assert [10.0, 10.0, 10.0] == found["jobs_total"]
    assert [64.0] * 4 == found["memory_total"]
    assert [5.0, 9.0, 6.0, 8.0] == found["queue_total"]
    assert "3 counters of host.csv were turned into rates per second" in said(reading.coverage)
