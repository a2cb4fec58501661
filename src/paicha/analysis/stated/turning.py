"""
Where a course of single values turns: at the places that part it into stretches of different levels.

Pettitt's test for a change of level at an unknown place (A. N. Pettitt, 1979, A Non-Parametric Approach to the
Change-Point Problem, Applied Statistics 28(2)): of all places the one where the ranks before and behind differ most; the
chance that ranks in any order differ so much is about ``2 exp(-6 K^2 / (n^3 + n^2))``. It asks nothing of how values are
spread, and outliers weigh no more than their rank. What lies on both sides is parted again, as long as it turns.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

import pyarrow as pa
import pyarrow.compute as pc

#: Values on both sides of a turn.
LEAST = 10
#: Turns that come by chance in one of ten thousand courses that do not turn.
_CHANCE = math.log(1e-4)
#: So often a course is parted at most: into eight stretches.
_DEPTH = 3


def stretches_of(values: pa.Array) -> tuple[tuple[int, int], ...]:
    """
    Return the stretches of one level of *values* (float64, in order of time): first place, and the place behind the last.

    Cost:
        ``n log n`` for n values, at most seven times.

    Example:
        >>> stretches_of(pa.array([5.0, 6.0, 7.0] * 20 + [50.0, 60.0, 70.0] * 20))
        ((0, 60), (60, 120))
    """
    cuts = [0, *sorted(_turns(values, 0, _DEPTH)), len(values)]
    return tuple(pairwise(cuts))


def _turns(values: pa.Array, offset: int, depth: int) -> Iterator[int]:
    at = _turn(values) if depth else None
    if at is not None:
        yield offset + at
        yield from _turns(values.slice(0, at), offset, depth - 1)
        yield from _turns(values.slice(at), offset + at, depth - 1)


def _turn(values: pa.Array) -> int | None:
    """Return where *values* turn, None: nowhere that chance could not explain."""
    n = len(values)
    if n < 2 * LEAST:
        return None
    ranks = pc.add(
        *(pc.rank(values, tiebreaker=tie).cast(pa.float64()) for tie in ("min", "max"))
    )  # twice their mean
    places = pa.array(range(1, n + 1), pa.float64())
    parted = pc.subtract(pc.cumulative_sum(ranks), pc.multiply(places, float(n + 1)))
    inner = pc.abs(parted.slice(LEAST - 1, n - 2 * LEAST + 1))
    largest = pc.max(inner).as_py()
    if math.log(2) - 6 * largest**2 / (n**3 + n**2) > _CHANCE:
        return None
    return _sharpened(values, LEAST + int(pc.index(inner, largest).as_py()))


def _sharpened(values: pa.Array, at: int) -> int:
    """
    Return the place near *at* that parts best what lies below the middle of both levels from what lies above it.

    Ranks pull the place towards the middle of the course: of the longer side the values nearest to the other level count
    as of that one.
    """
    ordered = values.to_pylist()
    before, behind = middle(sorted(ordered[:at])), middle(sorted(ordered[at:]))
    between = math.sqrt(before * behind) if before > 0 and behind > 0 else (before + behind) / 2
    sign = 1 if behind > before else -1
    reach = LEAST + len(ordered) // 10
    first, last = max(LEAST, at - reach), min(len(ordered) - LEAST, at + reach)
    # From one place to the next a value goes over to the left side: well where it is of the left level.
    fits = accumulate(
        (-1 if sign * (one - between) > 0 else 1 for one in ordered[first:last]), initial=0
    )
    found = list(fits)
    return first + found.index(max(found))


def middle(values: Sequence[float], part: float = 0.5) -> float:
    """
    Return the value below which *part* of sorted *values* lie: the mean of the two in the middle, else one of them.

    Example:
        >>> middle([1.0, 2.0, 3.0, 10.0]), middle([1.0, 2.0, 3.0, 10.0], 0.95)
        (2.5, 10.0)
    """
    if part == 0.5:
        return (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2
    return values[min(len(values) - 1, math.ceil(part * len(values)) - 1)]
