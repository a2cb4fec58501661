"""Series of a range query as SERIES: host as address, values in the concept's unit."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping

import pyarrow as pa

from paicha.kernel.parsed_line import host_name
from paicha.model.knowledge import MetricConcept, MetricName
from paicha.model.schema import SERIES
from paicha.sources.blueking.shapes import mapping, number, sequence
from paicha.values import dataclass

#: Labels that say whose series it is; the rest say which part of the host.
_IDENTITY = frozenset(
    {
        "bk_biz_id",
        "bk_target_ip",
        "bk_target_cloud_id",
        "bk_host_id",
        "bk_target_host_id",
        "bk_agent_id",
        "bk_cloud_id",
        "ip",
        "hostname",
        "bk_supplier_id",
    }
)


@dataclass(frozen=True, slots=True)
class Point:
    """One point, already in the concept's unit."""

    concept: str
    metric: str
    host: str  # address with its cloud area (`host_name`), or else id
    ip: str
    host_id: str
    cloud: str
    labels: str
    stamp_ms: int
    value: float | None
    unit: str

    @property
    def series(self) -> tuple[str, str, str]:
        """What makes it a point of the same series: metric, host with area, labels."""
        return self.metric, f"{self.host}|{self.cloud}", self.labels


def shown_host(series: tuple[str, str, str]) -> str:
    """Return the host of `Point.series` as a reader knows it."""
    return series[1].rpartition("|")[0]


def read_series(
    entry: Mapping[str, object], concept: MetricConcept, name: MetricName
) -> Iterator[Point]:
    """
    Yield the points of one series.

    Args:
        entry: As it came: ``dimensions`` and ``datapoints`` of ``[value or null, epoch ms]``.
        concept: What it measures.
        name: The metric asked for; its scale is applied here and nowhere else.

    Raises:
        SourceContract: If it is not shaped like that.
    """
    dimensions = {
        label: str(value)
        for label, value in mapping(entry.get("dimensions") or {}, "series.dimensions").items()
    }
    host_id = dimensions.get("bk_host_id") or dimensions.get("bk_target_host_id", "")
    ip = dimensions.get("bk_target_ip") or dimensions.get("ip", "")
    cloud = dimensions.get("bk_target_cloud_id") or dimensions.get("bk_cloud_id", "")
    host = host_name(ip, cloud) or host_id or dimensions.get("hostname", "")
    rest = {label: value for label, value in dimensions.items() if label not in _IDENTITY}
    labels = json.dumps(rest, ensure_ascii=False, sort_keys=True) if rest else "{}"
    for pair in sequence(entry.get("datapoints"), "series.datapoints"):
        value, stamp = [*sequence(pair, "series.datapoints[]"), None, None][:2]
        yield Point(
            concept=concept.id,
            metric=name.name,
            host=host,
            ip=ip,
            host_id=host_id,
            cloud=cloud,
            labels=labels,
            stamp_ms=int(number(stamp, "series.datapoints[].time")),
            value=_value(value, name.scale),
            unit=concept.unit,
        )


def _value(value: object, scale: float) -> float | None:
    # What is no number (0 divided by 0) measured nothing.
    if value is None:
        return None
    found = number(value, "series.datapoints[]") * scale
    return found if math.isfinite(found) else None


def table_of(points: Iterable[Point]) -> pa.Table:
    """Return the points as SERIES, sorted by concept, metric, host, labels and time."""
    ordered = sorted(
        points, key=lambda p: (p.concept, p.metric, p.host, p.cloud, p.labels, p.stamp_ms)
    )
    rows = [
        (p.concept, p.metric, p.host, p.labels, p.stamp_ms * 1000, p.value, p.unit) for p in ordered
    ]
    columns = list(zip(*rows, strict=True)) or [() for _ in SERIES]
    arrays = [
        pa.array(values, type=column.type) for values, column in zip(columns, SERIES, strict=True)
    ]
    return pa.table(arrays, schema=SERIES)


def gaps(
    points: Iterable[Point], start_s: int, end_s: int, step_s: int
) -> Iterator[tuple[tuple[str, str, str], int, int]]:
    """
    Yield ``(series, missing, expected)`` for series with fewer values than the grid has points.

    Points that are absent in the middle are not null, they are simply not there: only the grid
    tells.
    """
    expected = (end_s - start_s) // step_s
    values: dict[tuple[str, str, str], int] = {}
    for point in points:
        values[point.series] = values.get(point.series, 0) + (point.value is not None)
    for series, n in sorted(values.items()):
        if n < expected:
            yield series, expected - n, expected
