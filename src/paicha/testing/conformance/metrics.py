"""What every metric source must do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta

from paicha.errors import SourceRejected
from paicha.model.question import MetricQuery, Window
from paicha.model.schema import SERIES
from paicha.testing.conformance.stages import (
    CONCEPT,
    HOST,
    START,
    WINDOW,
    MetricPoint,
    MetricStage,
    must_fail,
)


def _points(n: int, first: float = 10.0) -> list[MetricPoint]:
    return [MetricPoint(START + timedelta(minutes=at), first + at) for at in range(n)]


def _query(*hosts: str, window: Window = WINDOW) -> MetricQuery:
    return MetricQuery(window, hosts, 2)


def metric_window_leaves_its_end_out(stage: MetricStage) -> None:
    """Check that the point at the end is not given, and those before it are, in order."""
    with stage.serve(_points(15)) as source:
        reading = source.read(_query(HOST))
    times = [stamp.astimezone(UTC) for stamp in reading.series["timestamp"].to_pylist()]
    expected = [START + timedelta(minutes=at) for at in range(10)]
    assert times == expected, f"ten points belong to the window; it gave {times}"
    assert reading.series.schema.equals(SERIES), "the table is not SERIES"


def metric_values_are_in_the_concepts_unit(stage: MetricStage) -> None:
    """Check that values come in percent, with their unit and concept."""
    with stage.serve(_points(10)) as source:
        rows = source.read(_query(HOST)).series.to_pylist()
    values = [round(row["value"], 9) for row in rows]
    assert values == [10.0 + at for at in range(10)], f"values are {values}"
    kinds = {(row["concept"], row["unit"], row["host"]) for row in rows}
    assert kinds == {(CONCEPT, "%", HOST)}, f"concept, unit and host are {kinds}"


def metric_nulls_are_counted(stage: MetricStage) -> None:
    """Check that "no value" is never turned into a number."""
    points = [replace(p, value=None) if n in (3, 4) else p for n, p in enumerate(_points(10))]
    with stage.serve(points) as source:
        reading = source.read(_query(HOST))
    values = [row["value"] for row in reading.series.to_pylist()]
    numbers = [value for value in values if value is not None]
    assert len(numbers) == 8, f"eight points have a value; it gave {values}"
    assert reading.coverage.null_points == values.count(None), "null_points is not their number"


def metric_absent_series_are_named(stage: MetricStage) -> None:
    """Check that a concept without any point is missing, not normal."""
    with stage.serve([]) as source:
        reading = source.read(_query(HOST))
    assert reading.series.num_rows == 0, "points came out of nothing"
    assert CONCEPT in reading.coverage.missing, f"missing is {reading.coverage.missing}"


def metric_other_hosts_stay_out(stage: MetricStage) -> None:
    """Check that a host asked for keeps the others out, and that all come when none is named."""
    points = [*_points(10), *(replace(p, host="10.0.0.9") for p in _points(10, 50.0))]
    with stage.serve(points) as source:
        one = source.read(_query(HOST))
        all_of_them = source.read(_query())
    hosts = set(one.series["host"].to_pylist())
    assert hosts == {HOST}, f"{HOST} was asked for; it gave {hosts}"
    assert len(set(all_of_them.series["host"].to_pylist())) == 2, "without a host, not all came"
    assert set(one.coverage.hosts) == {HOST}, f"coverage names {one.coverage.hosts}"


def metric_same_question_same_answer(stage: MetricStage) -> None:
    """Check that asking twice gives the identical table."""
    with stage.serve(_points(10)) as source:
        first, second = source.read(_query(HOST)), source.read(_query(HOST))
    assert first.series.equals(second.series), "the same question gave two answers"


def metric_wrong_credentials_are_rejected(stage: MetricStage) -> None:
    """Check that wrong credentials are a rejection, at reading and at checking."""
    failing = stage.failing(_points(10), "credentials")
    if failing is None:
        return
    with failing as source:
        must_fail(lambda: source.read(_query(HOST)), SourceRejected)
        assert any(not fine for _, fine, _ in source.check()), "check() finds nothing wrong"


METRIC_CHECKS: tuple[Callable[[MetricStage], None], ...] = (
    metric_window_leaves_its_end_out,
    metric_values_are_in_the_concepts_unit,
    metric_nulls_are_counted,
    metric_absent_series_are_named,
    metric_other_hosts_stay_out,
    metric_same_question_same_answer,
    metric_wrong_credentials_are_rejected,
)
