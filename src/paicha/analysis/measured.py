"""What a host measured while its logs claimed something."""

from __future__ import annotations

import itertools
import json
import statistics
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pyarrow as pa

from paicha.analysis.metrics import LONGEST_STEP
from paicha.model.knowledge import Comparison
from paicha.values import dataclass

#: A sample's distance to its neighbours where a series has only one point.
_USUAL_STEP = timedelta(minutes=1)
#: Labels of what comes and goes: a host's disks and cards stay.
_OF_PROCESS = frozenset({"pid", "process_id", "container", "container_id", "pod", "pod_name"})


@dataclass(frozen=True, slots=True)
class Line:
    """One series of one concept and host: points with a value, by time."""

    metric: str
    labels: str
    points: tuple[tuple[datetime, float], ...]

    @property
    def step(self) -> timedelta:
        """The usual distance between two points."""
        times = [moment for moment, _ in self.points]
        gaps = [b - a for a, b in itertools.pairwise(times) if b > a]
        return statistics.median_low(gaps) if gaps else _USUAL_STEP

    @property
    def is_of_process(self) -> bool:
        """Whether it ends with a process: where it has no value there may have been none."""
        return not _OF_PROCESS.isdisjoint(json.loads(self.labels or "{}"))

    @property
    def _reach(self) -> timedelta:
        return min(self.step, LONGEST_STEP)

    def unmeasured(self, minutes: Iterable[datetime], minute_s: int) -> int:
        """Return in how many of the *minutes* there is no value that `near` would take: nobody knows what was then."""
        wide, minute = self._reach, timedelta(seconds=minute_s)
        times = [moment for moment, _ in self.points]
        return sum(
            bisect_left(times, start - wide) == bisect_left(times, start + minute + wide)
            for start in minutes
        )

    def near(self, minutes: Iterable[datetime], minute_s: int) -> list[float]:
        """
        Return the values within the *minutes*, and one sample before and after each of them, five minutes off at most.

        Args:
            minutes: Starts of minutes.
            minute_s: How wide they are [s].
        """
        wide, minute = self._reach, timedelta(seconds=minute_s)
        wanted = sorted(minutes)
        found: list[float] = []
        at = 0
        for moment, value in self.points:
            while at < len(wanted) and wanted[at] + minute + wide <= moment:
                at += 1
            if at < len(wanted) and moment >= wanted[at] - wide:
                found.append(value)
        return found


@dataclass(frozen=True, slots=True)
class Measured:
    """The values that speak for or against a claim."""

    metric: str
    labels: str
    minimum: float
    mean: float
    maximum: float
    points: int
    minutes: int  # in which records claim something
    unmeasured: int  # of them: without any value near, of the series of which most are
    lacking: str = ""  # the labels of that series, where it is another one


def lines_by(series: pa.Table) -> dict[tuple[str, str], tuple[Line, ...]]:
    """
    Return the lines of every (concept, host) that has a point, each sorted by metric and labels; one may hold nulls alone.

    Args:
        series: `SERIES`.
    """
    rows = series.sort_by([(name, "ascending") for name in ("metric", "labels", "timestamp")])
    names = ("concept", "host", "metric", "labels", "timestamp", "value")
    found: dict[tuple[str, str], dict[tuple[str, str], list[tuple[datetime, float]]]] = {}
    for concept, host, metric, labels, moment, value in zip(
        *(rows[name].to_pylist() for name in names), strict=True
    ):
        lines = found.setdefault((concept, host), {})
        points = lines.setdefault((metric, labels), [])
        if value is not None:
            points.append((moment, value))
    return {
        key: tuple(
            Line(metric, labels, tuple(points)) for (metric, labels), points in lines.items()
        )
        for key, lines in found.items()
    }


def worst(
    lines: Iterable[Line], minutes: Iterable[datetime], minute_s: int, comparison: Comparison
) -> Measured | None:
    """
    Return the series that comes nearest to a claim in these minutes; None without any point.

    Of several file systems or cards the one that speaks most for the claim decides: if not even
    that one reaches it, none does, as long as all of them were measured then.
    """
    wanted, lines = tuple(minutes), tuple(lines)
    found: list[Measured] = []
    for line in lines:
        values = line.near(wanted, minute_s)
        if values:
            found.append(
                Measured(
                    metric=line.metric,
                    labels=line.labels,
                    minimum=min(values),
                    mean=statistics.fmean(values),
                    maximum=max(values),
                    points=len(values),
                    minutes=len(wanted),
                    unmeasured=line.unmeasured(wanted, minute_s),
                )
            )
    if not found:
        return None
    if comparison == "above":
        best = max(found, key=lambda m: m.maximum)
    else:
        best = min(found, key=lambda m: m.minimum)
    lacking = max(
        (line for line in lines if not line.is_of_process),
        key=lambda line: line.unmeasured(wanted, minute_s),
        default=None,
    )
    unmeasured = 0 if lacking is None else lacking.unmeasured(wanted, minute_s)
    if lacking is None or unmeasured <= best.unmeasured:
        return best
    return replace(best, unmeasured=unmeasured, lacking=lacking.labels)
