"""
Quantiles from logarithmic buckets: DDSketch with 1 % relative error, linearly interpolated.

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
from typing import TypeVar

_Thing = TypeVar("_Thing", int, float)

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


def quantile(buckets: Sequence[tuple[int, int]], q: float) -> float:
    """
    Return the *q*-quantile (the value of rank ``floor(q * (n - 1))``) of what was counted.

    Args:
        buckets: ``(bucket, n)``, sorted by bucket, at least one with n > 0.
        q: 0..1.

    Example:
        >>> quantile([(bucket(10.0), 9), (bucket(1000.0), 1)], 0.5).__round__(1)
        10.0
    """
    return middle(at_rank(buckets, q))


def at_rank(counted: Sequence[tuple[_Thing, int]], q: float) -> _Thing:
    """
    Return what stands at rank ``floor(q * (n - 1))`` of sorted things with their counts.

    Raises:
        ValueError: If nothing was counted.
    """
    return at_ranks(counted, (q,))[0]


def at_ranks(counted: Sequence[tuple[_Thing, int]], qs: Iterable[float]) -> list[_Thing]:
    """
    Return `at_rank` for several quantiles.

    Raises:
        ValueError: If nothing was counted.
    """
    seen = list(accumulate(map(itemgetter(1), counted)))
    if not seen or not seen[-1]:
        raise ValueError("nothing was counted")
    return [counted[bisect_right(seen, math.floor(q * (seen[-1] - 1)))][0] for q in qs]
