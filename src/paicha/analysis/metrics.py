"""
What the metrics of a window were: average, extremes, status, and how complete they are.

A point stands for the stretch of one step that begins at its time, as BlueKing writes it (times are
floored to the step). So the points of a window are those whose stretch touches it: of a point a minute
and a window from 10:32:32 on, the one of 10:32:00 is the first.

A series is abnormal when enough of five consecutive steps reach its threshold: three of them, one for
disk space. That is the trigger of BlueKing's host strategies. With fewer points than that, all of them
have to.
"""

from __future__ import annotations

import itertools
import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import pyarrow as pa

from paicha.locales import Text
from paicha.model.findings import Evidence, MetricSummary, Status
from paicha.model.knowledge import MetricConcept
from paicha.model.question import Window
from paicha.values import dataclass

#: Farther than this a point says nothing about a moment: Prometheus looks back as long.
LONGEST_STEP = timedelta(minutes=5)

#: A curve has at most so many points, a day of minutes; of more, the worst of each stretch is kept, and the first beyond the threshold.
CURVE_POINTS = 1440

_TRIGGER_STEPS = 5
#: Labels that say whose series it is, which the host says already.
_WHOSE = frozenset(
    (
        *("bk_target_ip", "bk_target_cloud_id", "bk_target_host_id", "bk_host_id", "bk_cloud_id"),
        *("bk_biz_id", "bk_agent_id", "bk_supplier_id", "ip", "host", "hostname", "host_ip"),
        *("host_id", "instance", "job", "node", "nodename", "pod", "pod_name", "podname"),
    )
)

Point = tuple[datetime, float | None]
Points = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class _Series:
    """The points of one series inside the window, in order of time."""

    concept: str
    metric: str
    host: str
    labels: str
    unit: str
    points: Points
    step: timedelta | None
    reach: tuple[datetime, datetime]  # points after the one and before the other are the window's

    @property
    def values(self) -> list[float]:
        """The values there are."""
        return [value for _, value in self.points if value is not None]


def summarise_metrics(
    series: pa.Table,
    concepts: Iterable[MetricConcept],
    window: Window,
    *,
    missing: Sequence[str] = (),
) -> tuple[MetricSummary, ...]:
    """
    Return one summary per metric, host and set of labels, in the order of the concepts.

    Metrics that no concept knows come last, under their own names and without a threshold.

    Args:
        series: `SERIES`.
        concepts: What the knowledge base knows to be measured.
        window: The stretch asked about.
        missing: Ids of concepts that were asked for and have no point: each gets a line without data.
    """
    by_id = {concept.id: concept for concept in concepts}
    found = [_summary(one, by_id.get(one.concept)) for one in _split(series, window) if one.points]
    present = {summary.concept for summary in found if summary.points}
    found += (
        _summary(
            _Series(name, "", "", "", by_id[name].unit, (), None, reach(window, None)), by_id[name]
        )
        for name in missing
        if name in by_id and name not in present and not any(s.concept == name for s in found)
    )
    places = {concept.id: concept.order for concept in by_id.values()}
    return tuple(
        sorted(
            found,
            key=lambda summary: (
                places.get(summary.concept, 1_000_000),
                summary.concept,
                summary.metric,
                summary.host,
                summary.labels,
                summary.evidence.sql,
            ),
        )
    )


def usual_step(moments: Iterable[datetime]) -> timedelta | None:
    """
    Return the most frequent distance between two points, the smaller one of two; None without any.

    Scrapes are late by milliseconds, so distances of a second and more are rounded to seconds.

    Args:
        moments: Times of points, sorted.

    Example:
        >>> usual_step(datetime(2025, 1, 1, 0, minute) for minute in (0, 1, 2, 7))
        datetime.timedelta(seconds=60)
    """
    gaps = Counter(_rounded(b - a) for a, b in itertools.pairwise(moments) if b > a)
    return min(gaps, key=lambda gap: (-gaps[gap], gap)) if gaps else None


def _rounded(gap: timedelta) -> timedelta:
    return gap if gap < timedelta(seconds=1) else timedelta(seconds=round(gap.total_seconds()))


def reach(window: Window, step: timedelta | None) -> tuple[datetime, datetime]:
    """
    Return ``(after, before)``: points with ``after < time < before`` belong to *window*.

    Args:
        window: The stretch asked about.
        step: The distance between the points; None when that cannot be said.
    """
    return window.start - min(step or timedelta(minutes=1), LONGEST_STEP), window.end


def _split(series: pa.Table, window: Window) -> list[_Series]:
    names = ["concept", "metric", "host", "labels", "unit"]
    rows = series.sort_by([(name, "ascending") for name in (*names, "timestamp")])
    columns = [rows[name].to_pylist() for name in (*names, "timestamp", "value")]
    groups = {
        key: [row[5:] for row in group]
        for key, group in itertools.groupby(zip(*columns, strict=True), key=lambda row: row[:5])
    }
    steps = {key: usual_step(moment for moment, _ in points) for key, points in groups.items()}
    # Of a point that stands alone others say how far apart points are; where none does, it may be as far as any.
    known = Counter(step for step in steps.values() if step)
    usual = min(known, key=lambda step: (-known[step], step), default=LONGEST_STEP)
    found = []
    for (concept, metric, host, labels, unit), points in groups.items():
        step = steps[concept, metric, host, labels, unit]
        after, before = reach(window, step or usual)
        inside = tuple(
            (moment, None if value is None or math.isnan(value) else value)
            for moment, value in points
            if after < moment < before
        )
        found.append(_Series(concept, metric, host, labels, unit, inside, step, (after, before)))
    return found


def _summary(series: _Series, concept: MetricConcept | None) -> MetricSummary:
    values = series.values
    return MetricSummary(
        concept=series.concept if concept else "",
        title=concept.title if concept else Text.same(series.metric),
        metric=series.metric,
        host=series.host,
        labels=shown_labels(series.labels),
        unit=series.unit,
        digits=concept.digits if concept else 2,
        mean=math.fsum(values) / len(values) if values else None,
        maximum=max(values, default=None),
        minimum=min(values, default=None),
        points=len(values),
        expected_points=_expected(series),
        null_points=len(series.points) - len(values),
        status=_status(series, concept),
        threshold=concept.threshold if concept else None,
        comparison=concept.comparison if concept else "above",
        threshold_source=concept.threshold_source if concept else None,
        curve=_curve(series, concept),
        evidence=Evidence("series", _sql(series)),
    )


def _expected(series: _Series) -> int | None:
    """Return how many points the window holds on the series' own grid."""
    if series.step is None or not series.points:
        return None
    after, before = series.reach
    first = series.points[0][0]
    earlier = -((after - first) // series.step) - 1
    later = -((first - before) // series.step) - 1
    return earlier + later + 1


def _status(series: _Series, concept: MetricConcept | None) -> Status:
    beyond = [
        (moment, _beyond(value, concept)) for moment, value in series.points if value is not None
    ]
    if not beyond:
        return "no_data"
    if concept is None or concept.threshold is None:
        return "no_threshold"
    wide = (series.step or timedelta(minutes=1)) * _TRIGGER_STEPS
    needed = min(concept.trigger, len(beyond))
    crossings = [moment for moment, reached in beyond if reached]
    runs = zip(crossings, crossings[needed - 1 :], strict=False)
    return "abnormal" if any(last - first < wide for first, last in runs) else "normal"


def _beyond(value: float, concept: MetricConcept | None) -> bool:
    if concept is None or concept.threshold is None:
        return False
    above = concept.comparison == "above"
    return value >= concept.threshold if above else value <= concept.threshold


def _curve(series: _Series, concept: MetricConcept | None) -> Points:
    """Return the points with one null in every gap, so that nobody draws a line across it."""
    curve: list[Point] = []
    for point in series.points:
        if curve and series.step and point[0] - curve[-1][0] >= 2 * series.step:
            curve.append((curve[-1][0] + series.step, None))
        curve.append(point)
    if len(curve) <= CURVE_POINTS:
        return tuple(curve)
    return _thinned(curve, concept)


def _thinned(curve: Sequence[Point], concept: MetricConcept | None) -> Points:
    """Return the worst point of each stretch and the first that reaches the threshold: each as it was measured."""
    stretch = -(-len(curve) // (CURVE_POINTS - 1))
    worst = min if concept and concept.comparison == "below" else max
    reached = (point for point in curve if point[1] is not None and _beyond(point[1], concept))
    kept = dict.fromkeys(itertools.islice(reached, 1))
    for at in range(0, len(curve), stretch):
        there = [(value, when) for when, value in curve[at : at + stretch] if value is not None]
        value, moment = worst(there, key=lambda point: point[0], default=(None, curve[at][0]))
        kept[moment, value] = None
    return tuple(sorted(kept, key=lambda point: point[0]))


def shown_labels(labels: str) -> str:
    """Return what tells this series from others of its host: ``device_name=sda, mount_point=/``."""
    if not labels:
        return ""
    named = json.loads(labels)
    return ", ".join(
        f"{name}={value}" for name, value in named.items() if value and name.lower() not in _WHOSE
    )


def _sql(series: _Series) -> str:
    """Return the statement that computes the figures again from the case."""
    after, before = series.reach
    conditions = [
        f"{name} = {_literal(value)}"
        for name, value in (
            ("concept", series.concept),
            ("metric", series.metric),
            ("host", series.host),
            ("labels", series.labels),
        )
        if series.metric or name == "concept"
    ]
    conditions += [
        f"timestamp > timestamptz '{after.isoformat(sep=' ')}'",
        f"timestamp < timestamptz '{before.isoformat(sep=' ')}'",
    ]
    # Every value in the conditions went through `_literal`.
    figures = (
        "avg(value) as mean, max(value) as maximum, min(value) as minimum, "
        "count(value) as points, count(*) - count(value) as null_points"
    )
    return f"select {figures} from series where {' and '.join(conditions)}"  # noqa: S608 - quoted


def _literal(value: str) -> str:
    """Return *value* as text in SQL; a control character is written as its number."""
    quoted = value.replace("'", "''")
    return (
        "'"
        + "".join(
            letter if letter.isprintable() else f"' || chr({ord(letter)}) || '" for letter in quoted
        )
        + "'"
    )
