"""
PromQL for a metric name, and the grid it is evaluated on.

A point of `SERIES` stands for the step that begins at its time, so the step ``[t, t + step)`` is
evaluated in its last millisecond with a range of one step: exactly the samples of that step count,
none of an earlier one (Prometheus up to 2.x includes both ends of a range, 3.x and VictoriaMetrics
leave the early one out), and a machine that fell silent is silent at once, not after the five minutes
that an instant selector looks back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from paicha.model.knowledge import MetricName
from paicha.model.question import Window
from paicha.sources.prometheus.hosts import HostRule
from paicha.values import dataclass

#: More than this many steps between two scrapes: not just one that was missed.
_SELDOM = 1.5
#: Samples counted in a range are up to one more than it is long.
_NEARLY = 0.8
#: Prometheus refuses more points per series in one answer.
MOST_POINTS = 11_000
#: Steps a reader can name, from the usual one up [s].
_STEPS = (60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400)
#: Where nobody can say how often is scraped: a minute is the slowest in common use.
_USUAL_PACE_S = 60.0
#: What a scrape of the exporters that are asked leaves once per machine or processor.
_SCRAPED = ("node_load5", "windows_cpu_time_total", "machine_cpu_cores")
#: Over how long samples are counted: the longer where the shorter holds too few [s].
PACE_RANGES_S = (300, 1800)


@dataclass(frozen=True, slots=True)
class Grid:
    """The steps of a window: times ``start_s, start_s + step_s, …`` before ``end_s`` [s]."""

    start_s: int
    end_s: int
    step_s: int
    pace_s: float = _USUAL_PACE_S  # between two scrapes

    @property
    def points(self) -> int:
        """How many steps there are."""
        return (self.end_s - self.start_s) // self.step_s

    @property
    def first_asked(self) -> str:
        """When the first step is evaluated, as the API takes it."""
        return f"{self.start_s + self.step_s - 1}.999"

    @property
    def last_asked(self) -> str:
        """When the last step is evaluated."""
        return f"{self.end_s - 1}.999"

    def begin_ms(self, evaluated_ms: int) -> int:
        """
        Return which step an evaluation at *evaluated_ms* speaks of, by its begin [ms].

        Also where a query front end moved the evaluations onto multiples of the step, as Thanos' does.

        Example:
            >>> Grid(0, 600, 60).begin_ms(119_999), Grid(0, 600, 60).begin_ms(120_000)
            (60000, 60000)
        """
        step_ms = self.step_s * 1000
        return (evaluated_ms - step_ms + 1) // step_ms * step_ms


def grid_of(window: Window, step_s: int) -> Grid:
    """
    Return the steps that touch *window*; wider ones than *step_s* where there would be too many.

    Example:
        >>> from datetime import UTC, datetime, timedelta
        >>> start = datetime(2026, 1, 5, 9, 0, 30, tzinfo=UTC)
        >>> grid_of(Window(start, start + timedelta(minutes=1)), 60).points
        2
        >>> grid_of(Window(start, start + timedelta(days=30)), 60).step_s
        300
    """
    first, last = window.start.timestamp(), window.end.timestamp()
    wide = step_s
    for step in (step_s, *(step for step in _STEPS if step > step_s)):
        wide = step
        if (last - first) / step < MOST_POINTS - 1:
            break
    start_s = int(first // wide * wide)
    end_s = int(-(-last // wide) * wide)
    return Grid(start_s, end_s, wide)


def rate_range_s(grid: Grid) -> int:
    """
    Return over how long a rate is taken [s]: a step; two scrapes where those are farther apart.

    Example:
        >>> rate_range_s(Grid(0, 600, 60, 15.0)), rate_range_s(Grid(0, 600, 60))
        (60, 120)
    """
    return max(grid.step_s, round(2 * grid.pace_s))


def pace_query(matchers: str, range_s: int, which: str) -> str:
    """
    Return the query for how many samples a scraped series of some hosts has in a range.

    Each name is asked for by itself: names of one machine side by side are the same series to a function that drops
    the name, and Prometheus refuses that. What began or ended within the range says nothing of how often is scraped.

    Args:
        matchers: Of the hosts.
        range_s: The range [s].
        which: ``min`` for the slowest, ``max`` for the fastest.
    """
    edge = range_s // 3
    parts = []
    for name in _SCRAPED:
        series = f"{name}{{{matchers}}}" if matchers else name
        begin = f"count_over_time({series}[{edge}s] offset {range_s - edge}s)"
        end = f"count_over_time({series}[{edge}s])"
        parts.append(f"(count_over_time({series}[{range_s}s]) and {begin} and {end})")
    return f"{which}({' or '.join(parts)})"


def pace_of(samples: float, range_s: int) -> float:
    """
    Return the seconds between two scrapes of that many samples in a range, at most.

    A range of Prometheus up to 2.x holds both ends, so one sample more than it is long.

    Example:
        >>> pace_of(21.0, 300), pace_of(20.0, 300)
        (15.0, 16.0)
    """
    return float(-(-range_s // (samples - 1)))


def paced(grid: Grid, window: Window, slowest_s: float, fastest_s: float) -> Grid:
    """
    Return the grid with the pace of the slowest; in wider steps where even the fastest leaves steps without a sample.

    Example:
        >>> from datetime import UTC, datetime, timedelta
        >>> start = datetime(2026, 1, 5, 9, tzinfo=UTC)
        >>> window = Window(start, start + timedelta(hours=1))
        >>> [paced(grid_of(window, 60), window, pace, pace).step_s for pace in (15.0, 75.0, 120.0, 257.0)]
        [60, 60, 120, 300]
    """
    if fastest_s > _SELDOM * grid.step_s:
        fitting = (step for step in _STEPS if step >= _NEARLY * fastest_s)
        grid = grid_of(window, max(grid.step_s, next(fitting, _STEPS[-1])))
    return replace(grid, pace_s=slowest_s)


def expression(name: MetricName, matchers: str, grid: Grid, rule: HostRule) -> str:
    """
    Return the PromQL for a metric and the matchers of some hosts.

    Example:
        >>> rule = HostRule()
        >>> expression(MetricName("node_load1", "node_exporter"), 'instance="a:9100"', Grid(0, 60, 60), rule)
        'avg_over_time(node_load1{instance="a:9100"}[60s])'
    """
    step = f"{grid.step_s}s"
    if not name.query:
        selector = f"{name.name}{{{matchers}}}" if matchers else name.name
        return f"avg_over_time({selector}[{step}])"
    filled = (
        name.query.replace("{host}", matchers)
        .replace("{step}", step)
        .replace("{rate}", f"{rate_range_s(grid)}s")
    )
    if rule.label:
        # What groups by instance must keep the label that names the host.
        filled = filled.replace("(instance", f"(instance, {rule.label}")
    return filled if matchers else filled.replace(",}", "}").replace("{}", "")


def systems(names: Iterable[MetricName]) -> tuple[MetricName, ...]:
    """Return the names this store may know, those of machines before those of containers."""
    wanted = ("node_exporter", "windows_exporter", "cadvisor")
    known = [name for name in names if name.system in wanted]
    return tuple(sorted(known, key=lambda name: wanted.index(name.system)))
