"""Numbers that stand in texts, many at once: what their sums are made of, and their buckets."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.quantiles import SHIFT, SMALLEST, STEPS
from paicha.kernel.slots import micros

_MILLION = 1_000_000
#: Sums below this are exact in 64 bits, and so are floats below 2**51 and what a half of them is away from.
_MOST, _MOST_FLOAT = 2**62, 2.0**51


def numbers_of(texts: Sequence[bytes]) -> pa.Array | None:
    """
    Return texts as whole numbers, or as others; None where one is not just digits with a point and a sign.

    Example:
        >>> numbers_of([b"7", b"12"]).to_pylist(), numbers_of([b"7", b"1.5"]).to_pylist()
        ([7, 12], [7.0, 1.5])
    """
    digits = b"".join(texts)
    column = pa.array(texts, pa.string())
    try:
        if digits.isdigit():
            return column.cast(pa.int64())
        if digits.translate(None, b".-").isdigit():
            return pc.add(column.cast(pa.float64()), 0.0)  # no zero below zero
    except pa.ArrowInvalid:
        return None
    return None


def micros_of(numbers: pa.Array) -> int:
    """Return the sum of `paicha.kernel.slots.micros` of numbers."""
    ends = pc.min_max(numbers).as_py()
    largest = max(abs(ends["min"]), abs(ends["max"])) * len(numbers)
    if pa.types.is_integer(numbers.type):
        whole = pc.sum(numbers).as_py() if largest < _MOST else sum(numbers.to_pylist())
        return _MILLION * int(whole)
    if largest * _MILLION >= _MOST_FLOAT:
        return sum(map(micros, numbers.to_pylist()))
    scaled = pc.multiply(numbers, float(_MILLION))
    rounded = pc.round(scaled, round_mode="half_to_even")
    # A product is off by half a step of its own: only next to the middle of two wholes that decides.
    off = pc.subtract(pc.abs(pc.subtract(scaled, rounded)), 0.5)
    unsure = pc.less_equal(pc.abs(off), pc.multiply(pc.abs(scaled), 2.0**-50))
    total = int(pc.sum(pc.if_else(unsure, 0.0, rounded).cast(pa.int64())).as_py())
    return total + sum(map(micros, numbers.filter(unsure).to_pylist()))


def buckets_of(numbers: pa.Array) -> dict[int, int]:
    """
    Return how many numbers fall into each `paicha.kernel.quantiles.bucket`, by the bits of their floats.

    Example:
        >>> buckets_of(pa.array([0, 1, -1, 1])) == {0: 1, 2001: 2, -2001: 1}
        True
    """
    values = numbers.cast(pa.float64())
    sizes = pc.abs(values)
    bits = sizes.view(pa.int64())
    exponents = pc.subtract(pc.shift_right(bits, 52), 1023)
    parts = pc.multiply(pc.bit_wise_and(bits, 2**52 - 1).cast(pa.float64()), 2.0**-52)
    steps = pc.floor(pc.multiply(parts, float(STEPS))).cast(pa.int64())
    places = pc.add(pc.add(pc.multiply(exponents, STEPS), steps), SHIFT)
    places = pc.if_else(pc.less(sizes, SMALLEST), 0, places)
    places = pc.if_else(pc.less(values, 0.0), pc.negate(places), places)
    counted = places.value_counts()
    return dict(zip(*(counted.field(at).to_pylist() for at in range(2)), strict=True))
