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

from paicha.model.knowledge import MetricName
from paicha.model.question import Window
from paicha.sources.prometheus.hosts import HostRule
from paicha.values import dataclass

#: Prometheus refuses more points per series in one answer.
MOST_POINTS = 11_000
#: Steps a reader can name, from the usual one up [s].
_STEPS = (60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400)
#: Where nobody can say how often is scraped: a minute is the slowest in common use.
_USUAL_PACE_S = 60.0
#: What a scrape of any exporter leaves once per machine or processor.
_SCRAPED = ("up", "node_load5", "windows_cpu_time_total", "machine_cpu_cores")
_PACE_RANGE_S = 300


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


def pace_query(matchers: str) -> str:
    """Return the query for how many samples the slowest scraped series of some hosts has in five minutes."""
    named = f'__name__=~"{"|".join(_SCRAPED)}"'
    selector = f"{named},{matchers}" if matchers else named
    return f"min(count_over_time({{{selector}}}[{_PACE_RANGE_S}s]))"


def pace_of(samples: float) -> float:
    """
    Return the seconds between two scrapes of that many samples in five minutes; the usual for none.

    A range of Prometheus up to 2.x holds both ends, so one sample more than it is long.

    Example:
        >>> pace_of(21.0), pace_of(20.0), pace_of(0.0)
        (15.0, 16.0, 60.0)
    """
    if samples < 2:
        return _USUAL_PACE_S
    return float(-(-_PACE_RANGE_S // (samples - 1)))


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
