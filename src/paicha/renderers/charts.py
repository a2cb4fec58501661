"""
Curves, bars and axes as inline SVG.

Across, everything is placed in per cent, so a chart is as wide as its place and its strokes keep
their width; upwards in pixels. Colours are classes: the page's style sheet knows light and dark.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from markupsafe import Markup, escape

from paicha.model.report import Axis, Bar, Curve
from paicha.renderers.visible import visible

_CELL_HEIGHT = 26
_WIDE_HEIGHT = 64
_AXIS_HEIGHT = 30


def cell_curve(curve: Curve) -> Markup:
    """Return a curve for a table's cell."""
    return _curve(curve, _CELL_HEIGHT, "spark")


def wide_curve(curve: Curve) -> Markup:
    """Return a curve as wide as its place."""
    return _curve(curve, _WIDE_HEIGHT, "wide")


def _curve(curve: Curve, height: int, name: str) -> Markup:
    if not curve.values:
        return Markup('<span class="t-muted">—</span>')
    drawn = _bars(curve, height) if curve.kind == "bars" else _line(curve, height)
    return _svg(f"{name} c-{curve.tone}", height, curve.label, drawn)


def _svg(classes: str, height: int, label: str, inside: Markup) -> Markup:
    return Markup(  # noqa: S704 - the label is escaped, everything else is ours
        f'<svg class="{classes}" width="100%" height="{height}" role="img" '
        f'aria-label="{escape(visible(label))}">{inside}</svg>'
    )


def _bars(curve: Curve, height: int) -> Markup:
    most = max((value or 0.0 for value in curve.values), default=0.0) or 1.0
    width, places = _places(len(curve.values))
    nothing = f'%" y="{height - 1}" width="{width}%" height="1"/>'
    rects = []
    for place, value in zip(places, curve.values, strict=True):
        # A count above zero always shows; zero is a thread on the ground.
        # Numbers need no escaping, and there are thousands of them.
        if value:
            tall = max(value / most * (height - 2), 2.0)
            rects.append(
                f'<rect class="on" x="{place}%" y="{_n(height - tall)}" '
                f'width="{width}%" height="{_n(tall)}"/>'
            )
        else:
            rects.append(f'<rect class="off" x="{place}{nothing}')
    return Markup("".join(rects))  # noqa: S704 - names and numbers of our own


@lru_cache(maxsize=16)
def _places(bars: int) -> tuple[str, tuple[str, ...]]:
    """Return how wide so many bars are and where each begins: the curves of a report are as long as each other."""
    step = 100 / bars
    return _n(step * 0.82), tuple(_n(index * step) for index in range(bars))


def _line(curve: Curve, height: int) -> Markup:
    known = [value for value in curve.values if value is not None]
    if not known:
        return Markup("")
    # From zero where nothing is below it: a steady value must not look like a wild one.
    low = min(0.0, *known) if curve.low is None else curve.low
    high = max(known) if curve.high is None else curve.high
    places = curve.at or tuple((i + 0.5) / len(curve.values) for i in range(len(curve.values)))
    points = [
        None if value is None else (place * 100, _up(value, low, high, height))
        for place, value in zip(places, curve.values, strict=True)
    ]
    drawn = [None if point is None else (_n(point[0]), _n(point[1])) for point in points]
    parts = [
        f'<line class="on" x1="{before[0]}%" y1="{before[1]}" x2="{after[0]}%" y2="{after[1]}"/>'
        for before, after in pairwise(drawn)
        if before is not None and after is not None
    ]
    radius = "1.5" if curve.band is None else "2"
    parts += [
        f'<circle class="on" cx="{point[0]}%" cy="{point[1]}" r="{radius}"/>'
        for point in drawn
        if point is not None
    ]
    return _band(curve, low, high, height) + Markup("".join(parts))  # noqa: S704 - as above


def _band(curve: Curve, low: float, high: float, height: int) -> Markup:
    if curve.band is None:
        return Markup("")
    top, bottom = _up(curve.band[1], low, high, height), _up(curve.band[0], low, high, height)
    return Markup('<rect class="claimed" x="0" y="{}" width="100%" height="{}"/>').format(
        _n(top), _n(max(2.0, bottom - top))
    )


def _up(value: float, low: float, high: float, height: int) -> float:
    if high <= low:
        return height / 2
    part = min(1.0, max(0.0, (value - low) / (high - low)))
    return height - 3 - part * (height - 6)


def bar(bar_of: Bar) -> Markup:
    """Return a bar whose full length is the longest of its column."""
    width = max(0.0, min(1.0, bar_of.share)) * 100
    return Markup(
        '<svg class="bar c-{}" width="100%" height="10" aria-hidden="true">'
        '<rect class="on" width="{}%" height="10" rx="1"/></svg>'
    ).format(bar_of.tone, _n(width))


def axis(both: Axis) -> Markup:
    """Return what the log claims (a block) and what was measured (a dot or a line) on one axis."""
    ground = _AXIS_HEIGHT - 9
    start, end = _across(both, both.claimed[0]), _across(both, both.claimed[1])
    parts = [Markup('<line class="ground" x1="0" y1="{0}" x2="100%" y2="{0}"/>').format(ground)]
    parts.append(
        Markup('<rect class="claimed" x="{}%" y="{}" width="{}%" height="12" rx="1"/>').format(
            _n(min(start, 99.0)), ground - 14, _n(max(end - start, 1.0))
        )
    )
    if both.measured is not None:
        first, last = _across(both, both.measured[0]), _across(both, both.measured[1])
        parts.append(
            Markup('<line class="found" x1="{}%" y1="{}" x2="{}%" y2="{}"/>').format(
                _n(first), ground, _n(last), ground
            )
        )
        parts.append(
            Markup('<circle class="found" cx="{}%" cy="{}" r="5"/>').format(_n(last), ground)
        )
    return _svg("axis", _AXIS_HEIGHT, both.label, Markup("").join(parts))


def _across(both: Axis, value: float) -> float:
    if both.high <= both.low:
        return 0.0
    return min(1.0, max(0.0, (value - both.low) / (both.high - both.low))) * 100


def _n(value: float) -> str:
    # Two decimals, no minus zero: the same bytes on every machine.
    return f"{value + 0.0:.2f}".rstrip("0").rstrip(".")
