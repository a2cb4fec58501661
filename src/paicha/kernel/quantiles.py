"""
Quantiles from logarithmic buckets: DDSketch with 1 % relative error.

Bucket *i* holds the values in ``(g^(i-1), g^i]`` with ``g = 1.01 / 0.99``. Indices are shifted so
that one integer orders all numbers: positive values above 0, zero at 0, negative values below.
C. Masson, J. Rim, H. Lee: DDSketch, VLDB 2019.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeVar

_Thing = TypeVar("_Thing", int, float)

#: Relative error of a quantile.
ERROR = 0.01
_GAMMA = (1 + ERROR) / (1 - ERROR)
_LOG_GAMMA = math.log(_GAMMA)
#: Smaller magnitudes count as zero.
_SMALLEST = 1e-12
#: Lifts the index of `_SMALLEST` (-1382) above zero.
_SHIFT = 1500


def bucket(number: float) -> int:
    """
    Return the bucket of a number.

    Example:
        >>> bucket(0.0), bucket(1.0), bucket(-1.0)
        (0, 1500, -1500)
    """
    size = abs(number)
    if size < _SMALLEST:
        return 0
    index = math.ceil(math.log(size) / _LOG_GAMMA) + _SHIFT
    return index if number > 0 else -index


def middle(index: int) -> float:
    """Return the number that stands for a bucket: at most `ERROR` away from every value in it."""
    if index == 0:
        return 0.0
    size = 2 * _GAMMA ** (abs(index) - _SHIFT) / (_GAMMA + 1)
    return size if index > 0 else -size


def quantile(buckets: Sequence[tuple[int, int]], q: float) -> float:
    """
    Return the *q*-quantile (the value of rank ``floor(q * (n - 1))``) of what was counted.

    Args:
        buckets: ``(bucket, n)``, sorted by bucket, at least one with n > 0.
        q: 0..1.

    Example:
        >>> quantile([(bucket(10.0), 9), (bucket(1000.0), 1)], 0.5).__round__(1)
        10.1
    """
    return middle(at_rank(buckets, q))


def at_rank(counted: Sequence[tuple[_Thing, int]], q: float) -> _Thing:
    """
    Return what stands at rank ``floor(q * (n - 1))`` of sorted things with their counts.

    Raises:
        ValueError: If nothing was counted.
    """
    place = math.floor(q * (sum(n for _, n in counted) - 1))
    seen = 0
    for thing, n in counted:
        seen += n
        if seen > place:
            return thing
    raise ValueError("nothing was counted")
