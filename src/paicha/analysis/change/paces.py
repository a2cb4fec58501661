"""
How often each thing happened in a stretch, and how unevenly.

Real logs burst: a failing call writes forty lines in one second. Counted as independent records, such
lines make everything look changed, so the evenness is measured on each thing's own counts per step.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from paicha.model.question import Window
from paicha.values import dataclass

#: Steps that the shorter of two stretches is cut into at most: a change of pace within the hour shows,
#: and a day's drift is seen as drift.
_MOST_STEPS = 48


@dataclass(frozen=True, slots=True)
class Pace:
    """
    One thing's counts in one stretch.

    Args:
        n: Records.
        unevenness: Pearson's chi-squared against an even pace, over the steps.
    """

    n: int
    unevenness: float


@dataclass(frozen=True, slots=True)
class Steps:
    """
    A stretch cut into steps of whole minutes.

    Args:
        window: The stretch.
        width_s: Width of a step [s]; those at the ends may reach in only in part.
    """

    window: Window
    width_s: int

    @property
    def number(self) -> int:
        """How many steps reach into the stretch."""
        start, end = self.window.start.timestamp(), self.window.end.timestamp()
        return math.ceil(end / self.width_s) - math.floor(start / self.width_s)

    @property
    def seconds(self) -> float:
        """How long the stretch is [s]."""
        return self.window.length.total_seconds()

    def reach(self, step: int) -> bool:
        """Return whether a step reaches into the stretch."""
        first = math.floor(self.window.start.timestamp() / self.width_s)
        return first <= step < first + self.number

    def exposure(self, step: int) -> float:
        """Return how much of a step lies in the stretch [s]; steps count from 1970."""
        start = datetime.fromtimestamp(step * self.width_s, UTC)
        end = start + timedelta(seconds=self.width_s)
        inside = min(end, self.window.end) - max(start, self.window.start)
        return max(inside.total_seconds(), 0.0)


def steps_of(before: Window, during: Window, minute_s: int) -> tuple[Steps, Steps]:
    """
    Return both stretches, cut into steps of one width.

    Args:
        before: One stretch.
        during: The other.
        minute_s: How wide the minutes of the counts are [s].
    """
    shorter = min(before.length, during.length).total_seconds()
    width = minute_s * max(1, math.ceil(shorter / minute_s / _MOST_STEPS))
    return Steps(before, width), Steps(during, width)


def paces_of(counts: pa.Table, by: Sequence[str], steps: Steps) -> Mapping[tuple[str, ...], Pace]:
    """
    Return the pace of every combination of *by* in `COUNTS`; records without a time have no part.

    What was counted together beyond a cap (`paicha.kernel.caps`) has no minute of its own: it counts, and
    says nothing of how evenly.

    Args:
        counts: Rows with ``n``, ``minute`` and the columns *by*.
        by: Columns whose values name a thing.
        steps: The stretch the counts are of.
    """
    table = counts.filter(pc.is_valid(counts["minute"]))
    seconds = pc.divide(pc.cast(table["minute"], pa.int64()), steps.width_s * 1_000_000)
    sums = table.append_column("step", seconds).group_by([*by, "step"]).aggregate([("n", "sum")])
    n, squares = sums["n_sum"].to_pylist(), sums["step"].to_pylist()
    exposures = {step: steps.exposure(step) for step in set(squares)}
    total: dict[tuple[str, ...], int] = {}
    placed: dict[tuple[str, ...], int] = {}
    weighted: dict[tuple[str, ...], list[float]] = {}
    for key, step, count in zip(_keys(sums, by), squares, n, strict=True):
        total[key] = total.get(key, 0) + count
        if not steps.reach(step):
            continue
        placed[key] = placed.get(key, 0) + count
        # A minute whose only records lie at the very edge of the stretch still took some time.
        weighted.setdefault(key, []).append(count * count / max(exposures[step], 1.0))
    return {
        key: Pace(n, _unevenness(placed.get(key, 0), weighted.get(key, ()), steps))
        for key, n in sorted(total.items())
    }


def _unevenness(n: int, weighted: Sequence[float], steps: Steps) -> float:
    return max(0.0, math.fsum(weighted) * steps.seconds / n - n) if n else 0.0


def _keys(table: pa.Table, by: Sequence[str]) -> list[tuple[str, ...]]:
    if not by:
        return [()] * table.num_rows
    return list(zip(*(table[name].to_pylist() for name in by), strict=True))
