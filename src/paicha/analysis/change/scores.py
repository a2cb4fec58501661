"""
The few statistics that comparing counts needs, from the standard library alone.

Sources of the formulas: the signed root of the Poisson likelihood ratio (R. D. Cousins, 2008, for
counts "on" and "off" with a known ratio of exposures); the conditional binomial test of two Poisson
rates (Przyborowski and Wilenski, 1940); the incomplete beta function by its continued fraction (DLMF
8.17.22, evaluated by Lentz's method); Student's tail from it (DLMF 8.17.22 with a = df/2, b = 1/2);
adjusted p-values (Benjamini and Hochberg, 1995).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

_TINY = 1e-300
_PRECISION = 1e-14
_STEPS = 500


def score(before: float, during: float, before_s: float, during_s: float) -> float:
    """
    Return how much more often something happened during than before [sigma].

    Signed root of the Poisson likelihood ratio: 0 for the same rate, positive for louder, negative for
    quieter. It needs no invented floor for what was never seen before, and 1 -> 3 does not outrank
    1000 -> 1500. It grows with *during*, falls with *before*, and changes its sign alone when the two
    are swapped.

    Args:
        before: Events in the baseline, >= 0.
        during: Events in the window, >= 0.
        before_s: Length of the baseline [s], > 0.
        during_s: Length of the window [s], > 0.

    Raises:
        ValueError: If a length is not positive.

    Example:
        >>> [round(score(b, d, 60, 60), 1) for b, d in ((0, 8), (1, 3), (1000, 1500), (8, 0))]
        [3.3, 1.0, 10.0, -3.3]
    """
    if before_s <= 0 or during_s <= 0:
        raise ValueError(f"lengths must be positive: {before_s} s and {during_s} s")
    both, share = before + during, during_s / (before_s + during_s)
    expected, rest = both * share, both * (1 - share)
    gain = _x_log_ratio(during, expected) + _x_log_ratio(before, rest)
    root = math.sqrt(max(2 * gain, 0.0))
    return root if during > expected else -root


def _x_log_ratio(x: float, y: float) -> float:
    """Return ``x * log(x / y)``, and its limit 0 where x is 0."""
    return x * math.log(x / y) if x > 0 else 0.0


def tail_p(
    before: float, during: float, before_s: float, during_s: float, burstiness: float = 1.0
) -> float:
    """
    Return the chance of so uneven a division or a more uneven one, either way, at one common rate.

    Exact for independent records. Records that come in bursts count as that many fewer events, the
    binomial tail being taken between the whole numbers by the incomplete beta function: a burst of 50
    is one thing that happened, not fifty.

    Args:
        before: Events in the baseline.
        during: Events in the window.
        before_s: Length of the baseline [s].
        during_s: Length of the window [s].
        burstiness: Variance over mean, >= 1.

    Example:
        >>> [round(tail_p(b, d, 60, 60), 4) for b, d in ((0, 3), (0, 10), (10, 10))]
        [0.25, 0.002, 1.0]
    """
    x, y = during / burstiness, before / burstiness
    share = during_s / (before_s + during_s)
    upper = incomplete_beta(x, y + 1, share) if x > 0 else 1.0
    lower = incomplete_beta(y, x + 1, 1 - share) if y > 0 else 1.0
    return min(1.0, 2 * min(upper, lower))


def student_p(t: float, freedom: float) -> float:
    """
    Return the chance of a Student variable beyond *t* on either side.

    Example:
        >>> round(student_p(2.228, 10), 3)
        0.05
    """
    return incomplete_beta(freedom / 2, 0.5, freedom / (freedom + t * t))


def incomplete_beta(a: float, b: float, x: float) -> float:
    """
    Return the regularised incomplete beta function I_x(a, b), a and b > 0.

    Example:
        >>> round(incomplete_beta(8, 3, 0.5), 4)
        0.0547
    """
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    if x > (a + 1) / (a + b + 2):
        return 1.0 - incomplete_beta(b, a, 1 - x)
    front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front += a * math.log(x) + b * math.log1p(-x)
    return math.exp(front) * _fraction(a, b, x) / a


def _fraction(a: float, b: float, x: float) -> float:
    """Return the continued fraction of the incomplete beta function, by Lentz's method."""
    c, d = 1.0, 1 / _off_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _STEPS):
        for top in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _off_zero(1 + top * d)
            c = _off_zero(1 + top / c)
            value *= c * d
        if abs(c * d - 1) < _PRECISION:
            break
    return value


def _off_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def adjusted(p_values: Sequence[float]) -> list[float]:
    """
    Return p-values adjusted for how many there are (Benjamini and Hochberg), in the order given.

    Calling everything up to q changed makes at most a share of q of what is called a false discovery.
    That holds where the comparisons are independent or depend on each other positively, as counts do
    whose records are partly the same: a template and its module rise together. Benjamini and
    Yekutieli's bound needs no such thing and would cost a factor of ln(n), 6 for 300 comparisons.

    Example:
        >>> adjusted([0.01, 0.5, 0.02])
        [0.03, 0.5, 0.03]
    """
    order = sorted(range(len(p_values)), key=lambda at: (p_values[at], at), reverse=True)
    found = [1.0] * len(p_values)
    least = 1.0
    for rank, at in zip(range(len(order), 0, -1), order, strict=True):
        least = min(least, p_values[at] * len(order) / rank)
        found[at] = least
    return found
