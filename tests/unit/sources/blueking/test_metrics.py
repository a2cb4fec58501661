"""Reading host metrics: the step grid, units, gaps, hosts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow.compute as pc
import pytest
from tests.unit.sources.blueking.conftest import CONCEPTS

from paicha.errors import PaichaError
from paicha.model.knowledge import MetricName
from paicha.model.question import Window
from paicha.sources.blueking.metrics import expression
from paicha.sources.blueking.points import read_series, table_of

HOST = "30.189.38.149"
START = datetime(2025, 12, 19, 2, 32, 32, tzinfo=UTC)


def test_io_utilisation_is_a_percentage(bench: Callable[..., Any]) -> None:
    """0.013 of one is 1.3 %."""
    series = bench().measure(HOST).series

    io = series.filter(pc.equal(series["concept"], "io_utilisation"))
    assert round(pc.mean(io["value"]).as_py(), 2) == 1.30
    assert set(io["unit"].to_pylist()) == {"%"}


def test_points_are_those_of_the_steps_the_window_touches(bench: Callable[..., Any]) -> None:
    """The step that holds the start is in, a step that begins at the end is not."""
    place = bench()

    whole = place.measure(HOST, window=Window(START, START + timedelta(minutes=2))).series
    exact = place.measure(
        HOST, window=Window(START.replace(second=0), START.replace(second=0, minute=34))
    ).series

    minutes = [stamp.minute for stamp in whole["timestamp"].to_pylist()][:3]
    assert minutes == [32, 33, 34]
    assert [stamp.minute for stamp in exact["timestamp"].to_pylist()][:3] == [32, 33, 32]


def test_a_metric_that_the_engine_refuses_costs_no_other(bench: Callable[..., Any]) -> None:
    """One refusal, and the report had no metric at all; all refused is an error as before."""
    reading = bench("metric_refused").measure(HOST)

    assert 4 == reading.coverage.series
    assert ["cpu_usage could not be asked: query engine: metric cpu_summary is not supported"] == [
        reason.en for reason in reading.coverage.incomplete
    ]


@pytest.mark.parametrize("hosts", [(HOST,), ("96568",), ("96568", HOST), (f"{HOST}|0",), ()])
def test_a_host_has_the_same_points_however_it_is_named(
    bench: Callable[..., Any], hosts: tuple[str, ...]
) -> None:
    """By id, by address, by both: points come once, and belong to the address."""
    reading = bench().measure(*hosts)

    assert reading.series.num_rows == 80
    assert reading.coverage.hosts == (HOST,)
    assert (reading.coverage.series, reading.coverage.points) == (5, 80)
    assert reading.coverage.incomplete == ()


def test_the_host_is_matched_by_id_or_by_address_and_area(bench: Callable[..., Any]) -> None:
    """The id is exact; an address needs its cloud area where it is known."""
    place = bench()
    place.measure("96568", f"{HOST}|0", "10.0.0.9")

    asked = [str(body["promql"]) for body in place.asked("/execute_range_query/")][:3]
    assert asked == [
        'avg_over_time(bkmonitor:system:cpu_summary:usage{bk_host_id="96568"}[1m])',
        'avg_over_time(bkmonitor:system:cpu_summary:usage{bk_target_ip="10.0.0.9"}[1m])',
        (
            f'avg_over_time(bkmonitor:system:cpu_summary:usage{{bk_target_ip="{HOST}",'
            'bk_target_cloud_id="0"}[1m])'
        ),
    ]


@pytest.mark.parametrize("hosts", [("96568",), ("96568", HOST), (HOST,)])
def test_a_host_that_the_monitor_knows_by_id_alone_is_heard(
    bench: Callable[..., Any], hosts: tuple[str, ...]
) -> None:
    """By its address there is nothing; which id it has the records say, and it is one host, not a silent one."""
    reading = bench("series_by_id").measure(*hosts, ids=(("96568", HOST),))

    assert (("96568",), 80, ()) == (
        reading.coverage.hosts,
        reading.coverage.points,
        reading.coverage.incomplete,
    )
    assert () == reading.coverage.missing


def test_an_id_is_asked_for_only_where_its_address_is_silent(bench: Callable[..., Any]) -> None:
    """One question for each metric, as before, where the address has points."""
    place = bench()
    place.measure(HOST, ids=(("96568", HOST),))

    assert not [b for b in place.asked("/execute_range_query/") if "bk_host_id" in str(b["promql"])]


def test_series_of_one_address_in_two_cloud_areas_are_of_two_hosts() -> None:
    """The points of one do not take the place of the other's."""
    cpu = CONCEPTS[0]
    series = [
        {
            "dimensions": {"bk_target_ip": "10.0.0.8", "bk_target_cloud_id": area},
            "datapoints": [[value, 0]],
        }
        for area, value in (("0", 97.5), ("3", 3.0))
    ]

    table = table_of([point for one in series for point in read_series(one, cpu, cpu.names[0])])

    assert dict(zip(table["host"].to_pylist(), table["value"].to_pylist(), strict=True)) == {
        "10.0.0.8": 97.5,
        "3:10.0.0.8": 3.0,
    }


def test_a_window_over_a_day_is_cut(bench: Callable[..., Any]) -> None:
    """No request spans more than 86400 s; pieces touch, and no point comes twice."""
    place = bench()

    reading = place.measure(HOST, window=Window(START - timedelta(days=2), START))

    spans = [
        (int(str(b["start_time"])), int(str(b["end_time"])))
        for b in place.asked("/execute_range_query/")
    ][:3]
    assert [end - start for start, end in spans] == [86_400, 86_400, 60]
    assert [spans[0][1], spans[1][1]] == [spans[1][0], spans[2][0]]
    times = reading.series.filter(pc.equal(reading.series["concept"], "cpu_usage"))["timestamp"]
    assert len(set(times.to_pylist())) == len(times)


def test_nulls_are_counted_and_no_number(bench: Callable[..., Any]) -> None:
    """Every fourth of 16 points, in five series."""
    reading = bench("null_points=4").measure(HOST)

    assert reading.coverage.null_points == 20
    assert reading.series["value"].null_count == 20
    [gap] = [text.en for text in reading.coverage.incomplete]
    assert gap.startswith(
        "5 series of 30.189.38.149 lack points, at most 4 of 16 in one: bkmonitor:system:"
    )


@pytest.mark.parametrize("host", [HOST, f"{HOST}|0"])
def test_a_host_that_reports_under_other_labels_is_heard(
    bench: Callable[..., Any], host: str
) -> None:
    """Not every data source names its targets as the collectors do."""
    whole, reading = bench().measure(HOST), bench("plain_labels").measure(host)

    assert whole.series.equals(reading.series)
    assert () == reading.coverage.incomplete


def test_a_silent_host_is_not_asked_for_everything_once_more(bench: Callable[..., Any]) -> None:
    """Of an address that nobody measures three concepts are enough to know."""
    place = bench()
    place.measure("10.9.9.9")

    assert len(CONCEPTS) + 3 == len(place.asked("/execute_range_query/"))


def test_what_is_no_number_measured_nothing(bench: Callable[..., Any]) -> None:
    """0 divided by 0 is neither normal nor abnormal."""
    reading = bench("nan_points=4").measure(HOST)

    assert 20 == reading.coverage.null_points
    assert not pc.any(pc.is_nan(reading.series["value"])).as_py()


def test_an_agent_that_was_installed_anew_costs_no_point(bench: Callable[..., Any]) -> None:
    """Its two series are filled with nulls at their ends, which stand where the other one has a value."""
    whole, reading = bench().measure(HOST), bench("agent_anew=5").measure(HOST)

    assert whole.series.equals(reading.series)
    assert () == reading.coverage.incomplete


def test_of_two_series_that_nothing_tells_apart_the_worse_value_counts(
    bench: Callable[..., Any],
) -> None:
    """The first one alone may be the idle one; and it is said."""
    whole, reading = bench().measure(HOST), bench("twofold=50").measure(HOST)

    highest = [pc.max(one.series["value"]).as_py() for one in (whole, reading)]
    assert whole.series.num_rows == reading.series.num_rows
    assert highest[0] + 49 < highest[1]
    said = [text.en for text in reading.coverage.incomplete]
    assert f"{HOST}: two series of bkmonitor:system:cpu_summary:usage differ that" in said[0]
    assert len(said) == 5


def test_the_query_engines_own_refusal_is_told_in_its_words(bench: Callable[..., Any]) -> None:
    """It comes without an envelope; all metrics refused is an error, as it is with one."""
    with pytest.raises(PaichaError) as caught:
        bench("engine_400").measure(HOST)

    assert "promql: too many samples" in caught.value.what


def test_absent_points_are_counted_from_the_grid(bench: Callable[..., Any]) -> None:
    """They are simply not there: neither as points nor, most of them, as nulls; a host's gaps are one sentence."""
    reading = bench("missing_points=4").measure(HOST)

    numbers = reading.series.filter(pc.is_valid(reading.series["value"]))
    assert numbers.num_rows == 60
    assert len(reading.coverage.incomplete) == 1


def test_series_that_are_absent_are_missing_concepts(bench: Callable[..., Any]) -> None:
    """Never normal."""
    reading = bench("empty_series").measure(HOST)

    assert reading.series.num_rows == 0
    assert reading.coverage.missing == (
        "cpu_usage",
        "memory_usage",
        "disk_usage",
        "io_utilisation",
        "load5",
    )


def test_a_silent_host_beside_one_that_speaks_is_named(bench: Callable[..., Any]) -> None:
    """With what it lacks."""
    reading = bench().measure(HOST, "10.0.0.9")

    assert [text.en for text in reading.coverage.incomplete] == [
        (
            "host 10.0.0.9 has no points for: "
            "cpu_usage, memory_usage, disk_usage, io_utilisation, load5"
        )
    ]


@pytest.mark.parametrize(
    ("name", "matchers", "step", "expected"),
    [
        (MetricName("a:b", "blueking"), 'x="1"', 60, 'avg_over_time(a:b{x="1"}[1m])'),
        (MetricName("a:b", "blueking"), "", 90, "avg_over_time(a:b[90s])"),
        (MetricName("n", "blueking", query="max(a:b{m='c',{host}})"), "", 60, "max(a:b{m='c'})"),
        (MetricName("n", "blueking", query="max(a:b{{host}})"), 'x="1"', 60, 'max(a:b{x="1"})'),
        (MetricName("n", "blueking", query="max(a:b{{host}})"), "", 60, "max(a:b)"),
    ],
)
def test_the_query_text_is_the_concepts_own_or_a_mean_over_the_step(
    name: MetricName, matchers: str, step: int, expected: str
) -> None:
    """With and without hosts."""
    assert expected == expression(name, matchers, step)


def test_check_asks_for_one_metric(bench: Callable[..., Any]) -> None:
    """The scenario is long past, so nothing of the last ten minutes is there; the road works."""
    ((what, fine, found),) = bench().metrics.check()
    ((_, refused, why),) = bench("no_permission").metrics.check()

    assert (what.en, what.zh, fine) == ("metric queries", "指标查询", True)
    assert "no host of the business has points" in found.en
    assert not refused
    assert "apply for it here" in why.en
    assert "点击链接申请权限" in why.zh
