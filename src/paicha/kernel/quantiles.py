"""
Quantiles, of numbers that are all known and from logarithmic buckets: DDSketch with 1 % relative error, linearly interpolated.

Every power of two is cut into `STEPS` equal buckets, which takes no logarithm: the same number falls
into the same bucket on every machine. Indices are shifted so that one integer orders all numbers:
positive values above 0, zero at 0, negative values below.
C. Masson, J. Rim, H. Lee: DDSketch, VLDB 2019.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from operator import itemgetter

#: Relative error of a quantile.
ERROR = 0.01
#: Buckets between one power of two and the next: a bucket is at most 2 % of its numbers wide.
STEPS = 50
#: Smaller magnitudes count as zero: 2^-40, about 1e-12.
SMALLEST = 2.0**-40
#: Lifts the index of `SMALLEST` (-2000) above zero.
SHIFT = 2001


def bucket(number: float) -> int:
    """
    Return the bucket of a number.

    Example:
        >>> bucket(0.0), bucket(1.0), bucket(-1.0)
        (0, 2001, -2001)
    """
    size = abs(number)
    if size < SMALLEST:
        return 0
    fraction, exponent = math.frexp(size)  # fraction in [0.5, 1)
    index = (exponent - 1) * STEPS + int((2 * fraction - 1) * STEPS) + SHIFT
    return index if number > 0 else -index


def middle(index: int) -> float:
    """Return the number that stands for a bucket: at most `ERROR` away from every value in it."""
    if index == 0:
        return 0.0
    exponent, step = divmod(abs(index) - SHIFT, STEPS)
    size = math.ldexp(1 + (2 * step + 1) / (2 * STEPS), exponent)
    return size if index > 0 else -size


def quantile(counted: Sequence[tuple[float, int]], q: float) -> float:
    """
    Return the *q*-quantile of what was counted: of the middle the mean of the two that are there, else the first value that
    is not below a part *q* of all.

    Args:
        counted: ``(number, n)``, sorted by number.
        q: Above 0, at most 1.

    Raises:
        ValueError: If nothing was counted.

    Example:
        >>> quantile([(1.0, 1), (2.0, 1), (3.0, 1), (10.0, 1)], 0.5)
        2.5
        >>> quantile([(1.0, 18), (3.0, 1), (10.0, 1)], 0.95)
        3.0
    """
    return quantiles(counted, (q,))[0]


def quantiles(counted: Sequence[tuple[float, int]], qs: Iterable[float]) -> list[float]:
    """
    Return `quantile` for several.

    Raises:
        ValueError: If nothing was counted.
    """
    seen = list(accumulate(map(itemgetter(1), counted)))
    if not seen or not seen[-1]:
        raise ValueError("nothing was counted")
    n = seen[-1]

    def at(rank: int) -> float:
        return counted[bisect_right(seen, rank)][0]

    return [
        # A float's last digit must not make a rank of its own: 0.95 of 60 are 57.
        (at((n - 1) // 2) + at(n // 2)) / 2 if q == 0.5 else at(math.ceil(round(q * n, 6)) - 1)
        for q in qs
    ]
