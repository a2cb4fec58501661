"""Numbers as columns, of many variables at once: what their sums are made of, and their buckets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.quantiles import SHIFT, SMALLEST, STEPS
from paicha.kernel.slots import micros

_MILLION = 1_000_000
#: Floats below this are exact, and so is what a half of them is away from.
_MOST_FLOAT = 2.0**51
#: Sums are made of so many low bits and of the rest, so that neither overflows.
_LOW = 24


class Figures(NamedTuple):
    """What the numbers of a variable come to: its number, the sum in millionths, the least, the largest."""

    slot: int
    micros: int
    minimum: float
    maximum: float


def wholes(texts: pa.BinaryArray) -> pa.Int64Array:
    """Return texts of digits, at most 18, as numbers."""
    return texts.cast(pa.string()).cast(pa.int64())


def decimals(texts: pa.BinaryArray) -> pa.DoubleArray:
    """Return texts of digits with a point or a minus as numbers."""
    return pc.add(texts.cast(pa.string()).cast(pa.float64()), 0.0)  # no zero below zero


def figures(slots: pa.Int32Array, numbers: pa.Array) -> Iterator[Figures]:
    """Yield what numbers come to, variable by variable."""
    unsure: pa.BooleanArray | None = None
    if pa.types.is_integer(numbers.type):
        millionths, factor = numbers, _MILLION
    else:
        rounded, unsure = _unsure(numbers)
        # Zero where floats do not tell `paicha.kernel.slots.micros`.
        millionths, factor = pc.if_else(unsure, 0.0, rounded).cast(pa.int64()), 1
    high = pc.shift_right(millionths, _LOW)
    low = pc.bit_wise_and(millionths, (1 << _LOW) - 1)
    table = pa.table([slots, high, low, numbers], names=["slot", "high", "low", "number"])
    how = [("high", "sum"), ("low", "sum"), ("number", "min"), ("number", "max")]
    summed = table.group_by("slot", use_threads=False).aggregate(how)
    names = ("slot", "high_sum", "low_sum", "number_min", "number_max")
    columns = (summed[name].to_pylist() for name in names)
    for slot, highs, lows, minimum, maximum in zip(*columns, strict=True):
        total = ((highs << _LOW) + lows) * factor
        yield Figures(slot, total, float(minimum), float(maximum))
    if unsure is not None:
        yield from _beyond(slots, numbers, unsure)


def _unsure(numbers: pa.DoubleArray) -> tuple[pa.DoubleArray, pa.BooleanArray]:
    """Return numbers in millionths, rounded, and for which of them that may be another."""
    scaled = pc.multiply(numbers, float(_MILLION))
    rounded = pc.round(scaled, round_mode="half_to_even")
    # A product is off by half a step of its own: only next to the middle of two wholes that decides.
    off = pc.subtract(pc.abs(pc.subtract(scaled, rounded)), 0.5)
    unsure = pc.less_equal(pc.abs(off), pc.multiply(pc.abs(scaled), 2.0**-50))
    return rounded, pc.or_(unsure, pc.greater_equal(pc.abs(scaled), _MOST_FLOAT))


def _beyond(
    slots: pa.Int32Array, numbers: pa.DoubleArray, unsure: pa.BooleanArray
) -> Iterator[Figures]:
    """Yield the numbers of which floats do not tell the millionths, one by one."""
    found = numbers.filter(unsure).to_pylist()
    for slot, number in zip(slots.filter(unsure).to_pylist(), found, strict=True):
        yield Figures(slot, micros(number), number, number)


def buckets(numbers: pa.Array) -> pa.Int64Array:
    """
    Return the `paicha.kernel.quantiles.bucket` of each number, by the bits of its float.

    Example:
        >>> buckets(pa.array([0, 1, -1])).to_pylist()
        [0, 2001, -2001]
    """
    values = numbers.cast(pa.float64())
    sizes = pc.abs(values)
    bits = sizes.view(pa.int64())
    exponents = pc.subtract(pc.shift_right(bits, 52), 1023)
    parts = pc.multiply(pc.bit_wise_and(bits, 2**52 - 1).cast(pa.float64()), 2.0**-52)
    steps = pc.floor(pc.multiply(parts, float(STEPS))).cast(pa.int64())
    places = pc.add(pc.add(pc.multiply(exponents, STEPS), steps), SHIFT)
    places = pc.if_else(pc.less(sizes, SMALLEST), 0, places)
    return pc.if_else(pc.less(values, 0.0), pc.negate(places), places)
