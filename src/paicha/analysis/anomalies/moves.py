"""
Which series moved in a window, against their own past: when, by how much, and how surely.

Median and median absolute deviation (times 1.4826: the standard deviation of a normal distribution)
stand for what is usual, so that a few bad minutes in the past change little. A single point proves
little either: where there are three or more points, the second most distant one is taken.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from statistics import median

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.anomalies.owners import service_of_series
from paicha.model.knowledge import MetricConcept
from paicha.values import dataclass

#: Points of the past below which nothing is said.
LEAST_POINTS = 3
#: So many points right before the window must be left behind as well.
_RECENT = 10
#: A step out of a flat past is at least such a part of its level.
_LEAST_STEP = 0.01
#: What a standard deviation of normal numbers is of their median absolute deviation.
_NORMAL = 1.4826
#: Smallest noise and smallest change of a share of one hundred that count [points].
_LEAST_NOISE_POINTS, _LEAST_CHANGE_POINTS, _FULL_CHANGE_POINTS = 2.0, 10.0, 40.0
#: The same for everything else: noise as a part of its level, changes as powers of two.
_LEAST_NOISE, _LEAST_CHANGE, _FULL_CHANGE = 0.05, 0.25, 1.5
#: Deviations from where on something moved, and from where on it is certain.
_MOVED, _CERTAIN = 3.0, 8.0
#: Where one in so many points of the past was out already, this part of the way at least, that is usual as
#: well: a job of each hour.
_AGAIN, _AS_FAR = 20, 0.9


@dataclass(frozen=True, slots=True)
class Moved:
    """One series that moved. Sorted by strength falling."""

    concept: str
    metric: str
    service: str
    host: str
    labels: str
    unit: str
    usual: float  # median of the past
    noise: float  # its standard deviation, robust
    level: float  # what it moved to
    at: datetime  # first point of the window beyond the usual
    deviations: float
    strength: float  # 0..1: how surely times how much
    points_before: int
    points_during: int


_Key = tuple[str, str, str, str, str]


def moves_of(
    series: pa.Table, start: datetime, end: datetime, concepts: Iterable[MetricConcept] = ()
) -> tuple[Moved, ...]:
    """
    Return the series that moved between *start* and *end*, against all their points before *start*.

    Args:
        series: `SERIES`, past and window.
        start: Begin of the window.
        end: Its end, exclusive.
        concepts: Which side is bad: a move to the healthy side is left out.
    """
    healthy = {concept.id: concept.healthy for concept in concepts}
    split = _split(series, start, end)
    floors = _floors(split)
    moves = [
        moved
        for key, (past, now) in sorted(split.items())
        if len(past) >= LEAST_POINTS and now
        if (moved := _moved(key, past, now, floors[key[1]])) is not None
        if not _healthier(moved, healthy.get(key[0], "none"))
    ]
    return tuple(
        sorted(moves, key=lambda one: (-one.strength, -one.deviations, one.metric, one.host))
    )


def slight_moves_of(series: pa.Table, start: datetime, end: datetime) -> tuple[Moved, ...]:
    """
    Return the series that stepped out of a flat past surely, if only by too little to be a move.

    A restart or another working set shows so. It says that something changed there, not that anything
    ran short; it may break a tie and no more.

    Args:
        series: `SERIES`, past and window.
        start: Begin of the window.
        end: Its end, exclusive.
    """
    found = []
    for key, (past, now) in sorted(_split(series, start, end).items()):
        recent = past[-_RECENT:]
        if len(recent) < _RECENT or len(now) < 2:
            continue
        steps = [abs(b - a) for a, b in itertools.pairwise(past)]
        usual = median(recent)
        noise = max(_NORMAL * median(steps), max(recent) - min(recent), _LEAST_STEP * abs(usual))
        distance, level, at = sorted((abs(v - usual), v, moment) for moment, v in now)[-2]
        if not noise or distance < 2 * noise:
            continue
        deviations = distance / noise
        found.append(
            _of_series(key, past, now)(
                usual=usual,
                noise=noise,
                level=level,
                at=at,
                deviations=deviations,
                strength=_part(deviations, 2, _CERTAIN),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.strength, one.metric, one.host)))


def _healthier(moved: Moved, healthy: str) -> bool:
    if healthy == "low":
        return moved.level < moved.usual
    return healthy == "high" and moved.level > moved.usual


def _split(
    series: pa.Table, start: datetime, end: datetime
) -> Mapping[_Key, tuple[list[float], list[tuple[datetime, float]]]]:
    """Return each series' past values and window points, in order of time."""
    names = ["concept", "metric", "host", "labels", "unit"]
    inside = series.filter(
        pc.and_(pc.is_valid(series["value"]), pc.less(series["timestamp"], pa.scalar(end)))
    )
    rows = inside.sort_by([(name, "ascending") for name in (*names, "timestamp")])
    columns = [rows[name].to_pylist() for name in (*names, "timestamp", "value")]
    found: dict[_Key, tuple[list[float], list[tuple[datetime, float]]]] = {}
    for key, group in itertools.groupby(zip(*columns, strict=True), key=lambda row: row[:5]):
        points = [(row[5], row[6]) for row in group if math.isfinite(row[6])]
        past = [value for moment, value in points if moment < start]
        found[key] = (past, [point for point in points if point[0] >= start])
    return found


def _floors(
    split: Mapping[_Key, tuple[Sequence[float], Sequence[tuple[datetime, float]]]],
) -> Mapping[str, float]:
    """Return half the usual level of each metric over all who have it: less than that is little."""
    levels: dict[str, list[float]] = defaultdict(list)
    for (_, metric, _, _, _), (past, _) in split.items():
        if past:
            levels[metric].append(abs(median(past)))
    floors: dict[str, float] = defaultdict(float)
    floors.update({metric: median(values) / 2 for metric, values in levels.items()})
    return floors


def _moved(
    key: _Key, past: Sequence[float], now: Sequence[tuple[datetime, float]], floor: float
) -> Moved | None:
    unit = key[4]
    usual = median(past)
    spread = _NORMAL * median(abs(value - usual) for value in past)
    noise = max(spread, _LEAST_NOISE_POINTS if unit == "%" else _LEAST_NOISE * (abs(usual) + floor))
    if not noise:
        return None  # all zero, here and wherever this is measured
    distances = sorted((abs(value - usual), value) for _, value in now)
    distance, level = distances[-2] if len(distances) > 2 else distances[-1]
    if _was_there(past, usual, level):
        return None
    # What stood there already just before the window did not move in it.
    distance = min(distance, abs(level - median(past[-_RECENT:])))
    deviations = distance / noise / (1 + LEAST_POINTS / len(past))
    change = _change(usual, level, unit, floor)
    strength = _part(deviations, _MOVED, _CERTAIN) * change
    if not strength:
        return None
    at = next(moment for moment, value in now if abs(value - usual) >= min(distance, 3 * noise))
    return _of_series(key, past, now)(
        usual=usual, noise=noise, level=level, at=at, deviations=deviations, strength=strength
    )


def _was_there(past: Sequence[float], usual: float, level: float) -> bool:
    """Return whether the past was as far out on the same side again and again."""
    side = 1 if level > usual else -1
    reached = _AS_FAR * abs(level - usual)
    return _AGAIN * sum(side * (value - usual) >= reached for value in past) >= len(past)


def _of_series(
    key: _Key, past: Sequence[float], now: Sequence[tuple[datetime, float]]
) -> Callable[..., Moved]:
    """Return what makes a move of this series, whatever it was."""
    concept, metric, host, labels, unit = key
    return partial(
        Moved,
        concept=concept,
        metric=metric,
        service=service_of_series(host, labels),
        host=host,
        labels=labels,
        unit=unit,
        points_before=len(past),
        points_during=len(now),
    )


def _change(usual: float, level: float, unit: str, floor: float) -> float:
    """Return how much that is in the unit's own terms, 0..1."""
    if unit == "%":
        return _part(abs(level - usual), _LEAST_CHANGE_POINTS, _FULL_CHANGE_POINTS)
    ratio = (abs(level) + floor) / (abs(usual) + floor) if abs(usual) + floor else math.inf
    powers = abs(math.log2(ratio)) if 0 < ratio < math.inf else _FULL_CHANGE
    return _part(powers, _LEAST_CHANGE, _FULL_CHANGE)


def _part(value: float, low: float, high: float) -> float:
    """Return where *value* lies between *low* (0) and *high* (1)."""
    return min(1.0, max(0.0, (value - low) / (high - low)))
