"""Counts and one metric over the same time, drawn on one axis, on which a stretch can be marked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from markupsafe import Markup

from paicha.analysis.wording import significant
from paicha.composition.claims import claimed, claimed_range, rests_on
from paicha.composition.draft import PRIORITY_TONES
from paicha.composition.words import Words
from paicha.interfaces.http.page.words import PageWords
from paicha.model.findings import Claim, Findings, MetricSummary, Problem
from paicha.model.question import Window
from paicha.renderers.visible import visible
from paicha.values import dataclass

_HEIGHT = 132
_TICKS = 5


@dataclass(frozen=True, slots=True)
class Plot:
    """
    What one plot shows.

    Args:
        edges: Left edge of every step and the end of the last, inside the window, in UTC.
        counts: Lines per step.
        part: Of these, those that the plot is about (abnormal ones); empty: all.
        points: The metric's points as (place 0..1, value).
        low: Lower end of the metric's axis.
        high: Upper end of it.
        band: What the log claims of the metric.
        zone: IANA name: what times are told in.
        label: What it shows, in words.
        counted: Legend of the counts.
        counted_part: Legend of the part.
        measured: Legend of the metric; "": there is none.
        claimed: Legend of the band; "": there is none.
        unit: Unit of the metric.
        tone: Tone of the bars.
    """

    edges: tuple[datetime, ...]
    counts: tuple[int, ...]
    part: tuple[int, ...]
    points: tuple[tuple[float, float | None], ...]
    low: float
    high: float
    band: tuple[float, float] | None
    zone: str
    label: str
    counted: str
    counted_part: str
    measured: str
    claimed: str
    unit: str
    tone: str

    @property
    def steps(self) -> tuple[str, ...]:
        """The edges as fields for a time hold them, in the plot's zone."""
        return tuple(field_time(edge, self.zone) for edge in self.edges)

    @property
    def figures(self) -> tuple[tuple[str, str, str], ...]:
        """The same as a table: the start of each step, its count, and that of the part."""
        parts = self.part or self.counts
        return tuple(
            (step, f"{n:,}", f"{of:,}")
            for step, n, of in zip(self.steps, self.counts, parts, strict=False)
        )

    @property
    def ticks(self) -> tuple[str, ...]:
        """Times under the plot, evenly spaced."""
        there, last = ZoneInfo(self.zone), len(self.edges) - 1
        places = sorted({round(last * part / (_TICKS - 1)) for part in range(_TICKS)})
        return tuple(f"{self.edges[place].astimezone(there):%H:%M:%S}" for place in places)

    @property
    def most(self) -> int:
        """The fullest step: the upper end of the counts' axis."""
        return max(self.counts, default=0)

    @property
    def scale(self) -> tuple[str, str]:
        """Both ends of the metric's axis."""
        return significant(self.low, 4), significant(self.high, 4)

    @property
    def drawn(self) -> Markup:
        """The plot as inline SVG; places across are per cents, so it is as wide as its place."""
        inside = Markup("").join([*self._band(), *self._bars(), *self._line()])
        return Markup(
            '<svg class="plotted c-{}" width="100%" height="{}" role="img" aria-label="{}">'
            '{}<rect class="brushed" y="0" width="0" height="{}"/></svg>'
        ).format(self.tone, _HEIGHT, visible(self.label), inside, _HEIGHT)

    def _bars(self) -> list[Markup]:
        drawn, most = [], self.most or 1
        step = 100 / max(1, len(self.counts))
        layers = (("all", self.counts), ("on", self.part)) if self.part else (("on", self.counts),)
        for kind, values in layers:
            for place, n in enumerate(values):
                tall = max(2.0, n / most * (_HEIGHT - 6)) if n else 0.0
                if tall:
                    drawn.append(
                        Markup('<rect class="{}" x="{}%" y="{}" width="{}%" height="{}"/>').format(
                            kind, _n(place * step), _n(_HEIGHT - tall), _n(step * 0.86), _n(tall)
                        )
                    )
        ground = Markup('<line class="ground" x1="0" y1="{0}" x2="100%" y2="{0}"/>')
        return [*drawn, ground.format(_HEIGHT - 0.5)]

    def _line(self) -> list[Markup]:
        known = [(at * 100, self._up(v)) for at, v in self.points if v is not None]
        # Under the line a wider one in the colour of the page: it stays readable over the bars.
        lines = [
            Markup('<line class="{}" x1="{}%" y1="{}" x2="{}%" y2="{}"/>').format(
                kind, _n(a[0]), _n(a[1]), _n(b[0]), _n(b[1])
            )
            for kind in ("halo", "found")
            for a, b in pairwise(
                (at * 100, None if v is None else self._up(v)) for at, v in self.points
            )
            if a[1] is not None and b[1] is not None
        ]
        dots = [
            Markup('<circle class="found" cx="{}%" cy="{}" r="2"/>').format(_n(x), _n(y))
            for x, y in known
        ]
        return [*lines, *dots]

    def _band(self) -> list[Markup]:
        if self.band is None:
            return []
        top, bottom = self._up(self.band[1]), self._up(self.band[0])
        band = Markup('<rect class="claimed" x="0" y="{}" width="100%" height="{}"/>')
        return [band.format(_n(top), _n(max(2.0, bottom - top)))]

    def _up(self, value: float) -> float:
        if self.high <= self.low:
            return _HEIGHT / 2
        part = min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))
        return _HEIGHT - 4 - part * (_HEIGHT - 8)


@dataclass(frozen=True, slots=True)
class _Legend:
    label: str
    counted: str
    counted_part: str
    tone: str


def plot_of_all(
    findings: Findings, words: PageWords, zone: str, metric: MetricSummary | None = None
) -> Plot:
    """Return every line and the abnormal ones over the window, with one metric where one is chosen."""
    totals = findings.totals
    claim = next((c for c in findings.claims if metric and rests_on(c, metric)), None)
    label = words.say("plot.all_label", n=f"{totals.records:,}", abnormal=f"{totals.abnormal:,}")
    return _plot(
        findings,
        replace(words, zone=zone),
        (totals.curve_all, totals.curve_abnormal),
        _Legend(label, words.say("plot.all"), words.say("plot.abnormal"), "bad"),
        (metric, claim),
    )


def plot_of_problem(
    findings: Findings,
    problem: Problem,
    words: PageWords,
    zone: str,
    metric: MetricSummary | None = None,
) -> Plot:
    """Return a problem's lines over the window, with the metric it claims something about."""
    claim = next((c for c in problem.claims if metric and rests_on(c, metric)), None)
    title = words.read(problem.title)
    label = words.say("plot.problem_label", title=title, n=f"{problem.n:,}")
    return _plot(
        findings,
        replace(words, zone=zone),
        (problem.curve, ()),
        _Legend(label, words.say("plot.problem"), "", PRIORITY_TONES[problem.priority]),
        (metric, claim),
    )


def metrics_with_points(findings: Findings) -> tuple[MetricSummary, ...]:
    """Return the metrics that can be drawn."""
    return tuple(m for m in findings.metrics if any(v is not None for _, v in m.curve))


def claimed_metric(findings: Findings, problem: Problem | None = None) -> MetricSummary | None:
    """Return the first metric that log lines (of *problem*) claim something about and that has points."""
    claims = findings.claims if problem is None else problem.claims
    for claim in claims:
        for metric in metrics_with_points(findings):
            if rests_on(claim, metric):
                return metric
    return None


def field_time(moment: datetime, zone: str) -> str:
    """
    Return *moment* as it is written into a field for a time, in *zone*.

    Example:
        >>> from datetime import UTC
        >>> field_time(datetime(2026, 1, 1, 23, 50, tzinfo=UTC), "Asia/Shanghai")
        '2026-01-02 07:50:00'
    """
    there = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return there.isoformat(" ", timespec="milliseconds" if there.microsecond else "seconds")


def _plot(
    findings: Findings,
    words: PageWords,
    layers: tuple[tuple[int, ...], tuple[int, ...]],
    legend: _Legend,
    measured: tuple[MetricSummary | None, Claim | None],
) -> Plot:
    edges = _edges(findings)
    metric, claim = measured
    points = _points(metric, edges[0], edges[-1]) if metric else ()
    low, high, band = _axis(points, claim)
    return Plot(
        edges=_inside(edges, findings.question.extent),
        counts=layers[0],
        part=layers[1],
        points=points,
        low=low,
        high=high,
        band=band,
        zone=words.zone,
        label=legend.label,
        counted=legend.counted,
        counted_part=legend.counted_part,
        measured=named(metric, words, unit=True) if metric else "",
        claimed=_claim_words(claim, words, findings.question.extent) if claim and band else "",
        unit=metric.unit if metric else "",
        tone=legend.tone,
    )


def _edges(findings: Findings) -> tuple[datetime, ...]:
    totals = findings.totals
    step = timedelta(seconds=totals.bucket_s)
    start = totals.bucket_start
    if start is None:  # no record has a time
        window = findings.question.extent
        return window.start, window.end
    return tuple(start + step * place for place in range(max(1, totals.buckets) + 1))


def _inside(edges: tuple[datetime, ...], window: Window) -> tuple[datetime, ...]:
    # The first and the last step may reach out of the window; a stretch marked on them does not.
    return tuple(min(max(edge, window.start), window.end) for edge in edges)


def _points(
    metric: MetricSummary, start: datetime, end: datetime
) -> tuple[tuple[float, float | None], ...]:
    length = (end - start).total_seconds() or 1.0
    return tuple(
        ((moment - start).total_seconds() / length, value)
        for moment, value in metric.curve
        if start <= moment <= end
    )


def _axis(
    points: tuple[tuple[float, float | None], ...], claim: Claim | None
) -> tuple[float, float, tuple[float, float] | None]:
    values = [value for _, value in points if value is not None]
    band = None if claim is None or not values else claimed(claim)
    high = max([*values, *(band or ())], default=1.0)
    low = min([0.0, *values])
    if claim is not None and claim.unit == "%":
        high = max(100.0, high)
    return low, high if high > low else low + 1.0, band


def _claim_words(claim: Claim, words: PageWords, window: Window) -> str:
    said = claimed_range(Words.of(words.language, words.zone, window), claim)
    n = f"{claim.n:,}"
    if claim.claimed_min is None:
        return words.say("plot.implied", n=n, range=said)
    return words.say("plot.claimed", n=n, range=said)


def named(metric: MetricSummary, words: PageWords, *, unit: bool = False) -> str:
    """Return what a metric is called: its title, its *unit*, whose it is, and what tells it from others of these."""
    name = words.read(metric.title) + (f" [{metric.unit}]" if unit and metric.unit else "")
    return " · ".join(part for part in (name, metric.host, metric.labels) if part)


def _n(value: float) -> str:
    return f"{value + 0.0:.2f}".rstrip("0").rstrip(".")
