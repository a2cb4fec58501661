"""
Where a curve of counts turns: steps, bursts, ramps.

The curve is cut into stretches of even pace by exact optimal partitioning (Jackson et al., 2005; with
the pruning of Killick et al., 2012): the cut that minimises twice the negative Poisson log-likelihood
over the burstiness, plus a penalty per cut. The penalty is ``3 * ln(n) + 3`` for n steps, so that about
one of 200 even Poisson curves gets a cut (``evaluation/change.py`` counts them). The burstiness is the upper quartile of ``(a - b)^2 / (a + b)``
over neighbouring steps, in units of what independent records show: a single burst or step leaves it as
it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import log

from paicha.analysis.change.scores import score
from paicha.values import dataclass

#: Fewer records have no course: each of them is told by itself.
LEAST_RECORDS = 8
#: The upper quartile of a chi-squared variable with one degree of freedom.
_QUARTILE = 1.3233
#: A stretch between two lower ones is a burst when it is at most so many steps long, or so large a part.
_BURST_STEPS, _BURST_PART = 3, 0.2
#: Paces that differ by less are one pace.
_LEAST_RATIO = 1.3


@dataclass(frozen=True, slots=True)
class Even:
    """A stretch of even pace: steps ``start`` to ``end`` (not included), *n* records."""

    start: int
    end: int
    n: int
    exposure: float  # in whole steps

    @property
    def pace(self) -> float:
        """Records per whole step."""
        return self.n / self.exposure


@dataclass(frozen=True, slots=True)
class Cut:
    """One turn: from *before* to *after*; a burst or a ramp reaches to *until*."""

    kind: str  # step_up | step_down | burst | ramp_up | ramp_down
    at: int  # step
    until: int | None
    before: Even
    after: Even
    score: float


def turns_of(curve: Sequence[int], exposures: Sequence[float] | None = None) -> tuple[Cut, ...]:
    """
    Return the turns of a curve, in order.

    Args:
        curve: Records per step.
        exposures: Which part of each step was observed; None: all of each.

    Example:
        >>> [(cut.kind, cut.at) for cut in turns_of([1, 0, 1, 1, 0, 1, 9, 12, 8, 10, 11, 9])]
        [('step_up', 6)]
    """
    parts = exposures or [1.0] * len(curve)
    if sum(curve) < LEAST_RECORDS or len(curve) < 3:
        return ()
    scale = _burstiness(curve)
    return tuple(_named(_even(curve, parts, scale), len(curve), scale))


def _burstiness(curve: Sequence[int]) -> float:
    """Return the variance over the mean of neighbours' differences, robustly, at least 1."""
    found = sorted((a - b) ** 2 / (a + b) if a + b else 0.0 for a, b in pairwise(curve))
    return max(1.0, found[(3 * len(found)) // 4] / _QUARTILE)


def _even(curve: Sequence[int], parts: Sequence[float], scale: float) -> list[Even]:
    counts = [0, *accumulate(curve)]
    exposed = [0.0, *accumulate(max(part, 1e-9) for part in parts)]
    penalty = 3 * log(len(curve)) + 3

    last = [0]
    # Where a stretch may begin, the least cost up to there, records and exposure before it.
    starts = [(0, -penalty, 0, 0.0)]
    for end in range(1, len(curve) + 1):
        total, length = counts[end], exposed[end]
        costs = [
            best + (-2 * n * log(n / (length - before)) / scale if (n := total - held) else 0.0)
            for _, best, held, before in starts
        ]
        least = min(costs)
        last.append(starts[costs.index(least)][0])  # of equal ones the first
        # A start that is worse now than the best by more than the penalty can never win again.
        worst = least + penalty
        starts = [start for start, cost in zip(starts, costs, strict=True) if cost <= worst]
        starts.append((end, worst, total, length))
    ends = [len(curve)]
    while ends[0]:
        ends.insert(0, last[ends[0]])
    return [
        Even(start, end, counts[end] - counts[start], exposed[end] - exposed[start])
        for start, end in pairwise(ends)
    ]


def _named(evens: Sequence[Even], length: int, scale: float) -> list[Cut]:
    """Return what the boundaries between even stretches are: bursts first, then ramps, then steps."""
    found: list[Cut] = []
    at = 1
    while at < len(evens):
        before, here = evens[at - 1], evens[at]
        after = evens[at + 1] if at + 1 < len(evens) else None
        if after and _is_burst(before, here, after, length):
            found.append(_cut("burst", before, here, after.start, scale))
            # What follows a burst is compared with what was before it.
            if _differs(before, after):
                found.append(_cut(_direction("step", before, after), before, after, None, scale))
            at += 2
            continue
        end = _ramp_end(evens, at)
        if end > at:
            last = evens[end]
            kind = _direction("ramp", before, last)
            found.append(_cut(kind, before, last, last.start, scale, at=here.start))
        else:
            found.append(_cut(_direction("step", before, here), before, here, None, scale))
        at = end + 1
    return found


def _is_burst(before: Even, here: Even, after: Even, length: int) -> bool:
    short = here.end - here.start <= max(_BURST_STEPS, _BURST_PART * length)
    return short and here.pace > before.pace and here.pace > after.pace


def _ramp_end(evens: Sequence[Even], at: int) -> int:
    """Return the last of the stretches from *at* on that go on in one direction, two or more steps."""
    up = evens[at].pace > evens[at - 1].pace
    end = at
    while end + 1 < len(evens) and (evens[end + 1].pace > evens[end].pace) == up:
        end += 1
    return end


def _differs(before: Even, after: Even) -> bool:
    low, high = sorted((before.pace, after.pace))
    return high > _LEAST_RATIO * low and abs(_score(before, after, 1.0)) > 3


def _direction(what: str, before: Even, after: Even) -> str:
    return f"{what}_{'up' if after.pace > before.pace else 'down'}"


def _cut(
    kind: str, before: Even, after: Even, until: int | None, scale: float, *, at: int | None = None
) -> Cut:
    found = _score(before, after, scale)
    return Cut(kind, after.start if at is None else at, until, before, after, found)


def _score(before: Even, after: Even, scale: float) -> float:
    return score(before.n / scale, after.n / scale, before.exposure, after.exposure)
