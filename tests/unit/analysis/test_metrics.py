"""What metrics were over a window: figures, status, completeness, and the query that shows it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from paicha.analysis.metrics import CURVE_POINTS, summarise_metrics
from paicha.knowledge.metrics_loader import load_concepts
from paicha.model.findings import MetricSummary
from paicha.model.question import MetricQuery, Window
from paicha.model.schema import SERIES
from paicha.sources.metric_files import MetricFileSource
from paicha.stores.case import Case

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = Window(NOON, NOON + 60 * MINUTE)
CONCEPTS = load_concepts()
SCENARIO = resources.files("paicha.testing").joinpath("scenario")
Truth = dict[str, dict[str, Any]]  # JSON


def series(
    values: Sequence[float | None],
    concept: str = "cpu_usage",
    *,
    labels: str = "{}",
    metric: str = "m",
    start: datetime = NOON,
) -> pa.Table:
    rows = [
        {
            "concept": concept,
            "metric": metric,
            "host": "10.0.0.8",
            "labels": labels,
            "timestamp": start + place * MINUTE,
            "value": value,
            "unit": "%",
        }
        for place, value in enumerate(values)
    ]
    return pa.Table.from_pylist(rows, schema=SERIES)


def summary(table: pa.Table, window: Window = HOUR) -> MetricSummary:
    (only,) = summarise_metrics(table, CONCEPTS, window)
    return only


@pytest.fixture
def scenario() -> tuple[pa.Table, Window, Truth]:
    truth = json.loads(SCENARIO.joinpath("truth.json").read_text("utf-8"))
    start, end = map(datetime.fromisoformat, truth["window"])
    window = Window(start, end)
    source = MetricFileSource([Path(str(SCENARIO.joinpath("metrics.json")))], CONCEPTS)
    return source.read(MetricQuery(window, (), None)).series, window, truth["metrics"]


def test_the_reference_scenario_gives_its_true_figures(
    scenario: tuple[pa.Table, Window, Truth],
) -> None:
    """
    Average, maximum and minimum are those of truth.json, the IO share of one as percent.
    """
    table, window, truth = scenario
    digits = {concept.id: concept.digits for concept in CONCEPTS}

    found = {
        s.metric: tuple(
            round(value or 0, digits[s.concept]) for value in (s.mean, s.maximum, s.minimum)
        )
        for s in summarise_metrics(table, CONCEPTS, window)
    }

    wanted = {
        name: tuple(
            round(figures[key] * (100 if figures["unit"] == "0-1" else 1), 2)
            for key in ("avg", "max", "min")
        )
        for name, figures in truth.items()
    }
    assert wanted == found


def test_the_reference_scenario_is_complete_and_healthy(
    scenario: tuple[pa.Table, Window, Truth],
) -> None:
    """
    Sixteen of sixteen points each; the load has no threshold.
    """
    table, window, _ = scenario

    found = [
        (s.concept, s.points, s.expected_points, s.status, s.labels)
        for s in summarise_metrics(table, CONCEPTS, window)
    ]

    assert found == [
        ("cpu_usage", 16, 16, "normal", ""),
        ("memory_usage", 16, 16, "normal", ""),
        ("disk_usage", 16, 16, "normal", ""),
        ("io_utilisation", 16, 16, "normal", ""),
        ("load5", 16, 16, "no_threshold", ""),
    ]


def test_the_evidence_computes_the_same_figures(
    scenario: tuple[pa.Table, Window, Truth], tmp_path: Path
) -> None:
    """
    Whoever runs the query on the case gets the figures of the report.
    """
    table, window, _ = scenario
    nasty = series(
        [1.0, None, 3.0], "", metric="it's\x00\n\"; drop table series; --", start=window.start
    )
    with Case.create(tmp_path / "one.case") as case:
        case.put("series", pa.concat_tables([table, nasty]))
        rows = case.get("series")
        assert rows is not None
        for found in summarise_metrics(rows, CONCEPTS, window):
            (row,) = case.query(found.evidence.sql).to_pylist()
            mean = row.pop("mean")

            assert pytest.approx(found.mean) == mean
            assert row == {
                "maximum": found.maximum,
                "minimum": found.minimum,
                "points": found.points,
                "null_points": found.null_points,
            }


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ([99, 99, 99, 1, 1, 1], "abnormal"),
        ([99, 1, 99, 1, 99, 1], "abnormal"),
        ([95, 95, 95], "abnormal"),
        ([99, 1, 1, 99, 1, 99], "normal"),
        ([99, 99, 1, 1, 1, 1], "normal"),
        ([94.99] * 6, "normal"),
        ([99, 99], "abnormal"),
        ([99, 1], "normal"),
        ([99], "abnormal"),
        ([99, None, 99, None, 99, 1], "abnormal"),
        ([None, None], "no_data"),
    ],
)
def test_three_of_five_steps_make_a_series_abnormal(
    values: list[float | None], status: str
) -> None:
    """
    One spike is no trouble; with fewer than three points all of them have to be beyond.
    """
    assert status == summary(series(values)).status


def test_points_far_apart_are_not_consecutive() -> None:
    """
    Three of five means five steps of time, not five points that happen to follow one another.
    """
    values: list[float | None] = [1] * 40
    table = series(values).to_pylist()
    hot = [
        row | {"value": 99.0} if place in (0, 10, 20) else row for place, row in enumerate(table)
    ]
    sparse = [row for place, row in enumerate(hot) if place in (0, 1, 2, 10, 20)]

    found = summary(pa.Table.from_pylist(sparse, schema=SERIES))

    assert found.status == "normal"


def test_one_full_disk_reading_is_enough() -> None:
    """
    A disk does not fill by accident.
    """
    assert summary(series([1, 99, 1, 1, 1, 1], "disk_usage")).status == "abnormal"


def test_nulls_are_counted_and_not_added() -> None:
    """
    An average is over the values there are.
    """
    found = summary(series([10, None, 20, None, 60]))

    assert (30.0, 60.0, 10.0, 3, 2) == (
        found.mean,
        found.maximum,
        found.minimum,
        found.points,
        found.null_points,
    )


def test_the_window_is_half_open_on_the_grid() -> None:
    """
    The point whose minute reaches into the window belongs to it, the one at its end does not.
    """
    window = Window(NOON + timedelta(seconds=90), NOON + 5 * MINUTE)

    found = summary(series([0, 1, 2, 3, 4, 5, 6]), window)

    assert (1.0, 4.0, 4, 4) == (found.minimum, found.maximum, found.points, found.expected_points)


def test_missing_points_are_seen_on_the_grid() -> None:
    """
    Points that a store leaves out are missing all the same, and the curve has a gap there.
    """
    whole = series([1] * 60)
    found = summary(pa.concat_tables([whole.slice(0, 10), whole.slice(20, 20)]))

    assert (30, 60) == (found.points, found.expected_points)
    assert [moment for moment, value in found.curve if value is None] == [NOON + 10 * MINUTE]


def test_a_metric_nobody_knows_is_shown_under_its_own_name() -> None:
    """
    No concept, no threshold, no verdict; but the figures, after those of known metrics.
    """
    table = pa.concat_tables([series([5, 7], "", metric="queue_depth"), series([1])])

    known, unknown = summarise_metrics(table, CONCEPTS, HOUR)

    assert ("cpu_usage", "") == (known.concept, unknown.concept)
    assert ("queue_depth", "queue_depth", "no_threshold", 6.0) == (
        unknown.metric,
        unknown.title.zh,
        unknown.status,
        unknown.mean,
    )


def test_file_systems_are_told_apart_by_their_labels() -> None:
    """
    Each set of labels has its own line; what only says whose it is, is left out.
    """
    table = pa.concat_tables(
        [
            series([1], "disk_usage", labels='{"bk_target_ip":"10.0.0.8","mount_point":"/"}'),
            series([99], "disk_usage", labels='{"bk_target_ip":"10.0.0.8","mount_point":"/data"}'),
        ]
    )

    found = summarise_metrics(table, CONCEPTS, HOUR)

    assert [("mount_point=/", "normal"), ("mount_point=/data", "abnormal")] == [
        (s.labels, s.status) for s in found
    ]


def test_a_concept_asked_for_in_vain_has_a_line_without_data() -> None:
    """
    No metric is not a normal metric.
    """
    cpu, disk = summarise_metrics(series([1]), CONCEPTS, HOUR, missing=("disk_usage", "cpu_usage"))

    assert ("cpu_usage", "normal") == (cpu.concept, cpu.status)
    assert ("disk_usage", "no_data", None, 0) == (disk.concept, disk.status, disk.mean, disk.points)


def test_a_series_outside_the_window_says_nothing() -> None:
    """
    Yesterday's values are no answer to today's question.
    """
    assert summarise_metrics(series([1], start=NOON - 600 * MINUTE), CONCEPTS, HOUR) == ()


def test_the_order_of_the_rows_changes_nothing() -> None:
    """
    The same points give the same summary, however they arrive.
    """
    table = pa.concat_tables([series([0.1, 0.2, 0.3, 97]), series([5, 6], "load5")])
    backwards = table.take(list(range(table.num_rows))[::-1])

    assert summarise_metrics(table, CONCEPTS, HOUR) == summarise_metrics(backwards, CONCEPTS, HOUR)


def test_a_long_curve_keeps_its_worst_moments() -> None:
    """
    A week of minutes is drawn with fewer points and shows the same peak.
    """
    values: list[float | None] = [1.0] * 10_000
    values[7_777] = 98.0
    week = Window(NOON, NOON + timedelta(days=7))

    found = summary(series(values), week)

    assert len(found.curve) <= CURVE_POINTS
    assert max(value for _, value in found.curve if value is not None) == 98.0


@pytest.mark.parametrize("first", range(2000, 2007))
def test_points_of_a_long_curve_stand_where_they_were_measured(first: int) -> None:
    """The first beyond the threshold was told up to a stretch too early, with the value of the worst in it."""
    values = [20.0 + place % 7 for place in range(10_080)]
    values[first : first + 20] = [95.5 + place / 10 for place in range(20)]

    found = summary(series(values), Window(NOON, NOON + 7 * 1440 * MINUTE))
    beyond = [(at, value) for at, value in found.curve if value is not None and value >= 95]

    assert (NOON + first * MINUTE, 95.5) == beyond[0]
    assert all(value == values[(at - NOON) // MINUTE] for at, value in found.curve)
    assert len(found.curve) <= CURVE_POINTS


@pytest.mark.parametrize(("others_step", "points"), [(0, 1), (5, 1), (1, 0)])
def test_a_point_that_stands_alone_reaches_as_far_as_those_of_others(
    others_step: int, points: int
) -> None:
    """
    Three minutes before a short window: the one of a point each five minutes was missing from the report.
    """
    alone = series([7.0], "load5", metric="alone", start=NOON - 3 * MINUTE)
    rows = [series([1.0], metric="m", start=NOON + n * others_step * MINUTE) for n in (0, 1)]
    table = pa.concat_tables([alone, *(rows if others_step else [])])

    found = summarise_metrics(table, CONCEPTS, Window(NOON, NOON + 2 * MINUTE))

    assert points == sum(one.points for one in found if one.metric == "alone")
    assert all(one.expected_points is None for one in found if one.metric == "alone")
