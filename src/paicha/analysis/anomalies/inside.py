"""
Series that moved inside a window that nothing is compared with.

Where no baseline was asked for, the earlier part of the window stands for what is usual. It is cut at its
quarters, and each later part is held against all that came before; a move must leave its own past clearly
behind to be told, because thresholds and logs said nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from paicha.analysis.anomalies.moves import Moved, moves_of
from paicha.model.knowledge import MetricConcept
from paicha.model.question import Window

_CUTS = (1, 2, 3)
_PARTS = 4
#: How sure and how large a move must be, 0..1: 5.5 deviations, and more than twice as much or half of it.
_TOLD = 0.5


def moves_inside(
    series: pa.Table, window: Window, concepts: Iterable[MetricConcept]
) -> tuple[Moved, ...]:
    """
    Return the series that moved inside *window*, the strongest move of each, strongest first.

    Args:
        series: `SERIES`.
        window: The stretch that is looked at.
        concepts: Which side is bad: a move to the healthy side is left out.
    """
    known = tuple(concepts)
    found: dict[tuple[str, str, str], Moved] = {}
    for cut in _CUTS:
        start = window.start + window.length * cut / _PARTS
        for moved in moves_of(series, start, window.end, known):
            key = (moved.metric, moved.host, moved.labels)
            if moved.strength >= _TOLD and (
                key not in found or moved.strength > found[key].strength
            ):
                found[key] = moved
    return tuple(
        sorted(found.values(), key=lambda one: (-one.strength, one.metric, one.host, one.labels))
    )
