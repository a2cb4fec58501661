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
#: Numbers whose sums wait until they are added up: so many of 18 digits do not overflow.
_MOST_WAITING = 1 << 22
_SUMS = ("slot", "high", "low", "least", "most")


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


class FigureSums:
    """What the numbers of variables come to; sums of columns wait as columns until they are asked for."""

    def __init__(self) -> None:
        self._known: dict[int, Figures] = {}
        #: Sums, by how many millionths each of their numbers is.
        self._waiting: dict[int, list[pa.Table]] = {_MILLION: [], 1: []}
        self._numbers = 0

    def add(self, slots: pa.Int32Array, numbers: pa.Array) -> None:
        """Add numbers, each of a variable."""
        unsure: pa.BooleanArray | None = None
        if pa.types.is_integer(numbers.type):
            millionths, factor = numbers, _MILLION
        else:
            rounded, unsure = _unsure(numbers)
            # Zero where floats do not tell `paicha.kernel.slots.micros`.
            millionths, factor = pc.if_else(unsure, 0.0, rounded).cast(pa.int64()), 1
        high = pc.shift_right(millionths, _LOW)
        low = pc.bit_wise_and(millionths, (1 << _LOW) - 1)
        summed = _summed(pa.table([slots, high, low, numbers, numbers], names=_SUMS))
        for at in (-2, -1):
            column = summed.column(at).cast(pa.float64(), safe=False)
            summed = summed.set_column(summed.num_columns + at, _SUMS[at], column)
        self._waiting[factor].append(summed)
        self._numbers += len(numbers)
        if self._numbers > _MOST_WAITING:
            self._settle()
        for slot, number in () if unsure is None else _beyond(slots, numbers, unsure):
            self.add_one(slot, number, 1)

    def add_one(self, slot: int, number: float, n: int) -> None:
        """Add a number that was met so often."""
        self._add(Figures(slot, micros(number) * n, number, number))

    def of(self, slot: int) -> Figures | None:
        """Return what the numbers of a variable come to; None: it had none."""
        self._settle()
        return self._known.get(slot)

    def clear(self) -> None:
        """Begin anew."""
        self._settle()
        self._known.clear()

    def _settle(self) -> None:
        if not self._numbers:
            return
        for factor, waiting in self._waiting.items():
            if waiting:
                summed = _summed(pa.concat_tables(waiting))
                columns = (column.to_pylist() for column in summed.columns)
                for slot, high, low, minimum, maximum in zip(*columns, strict=True):
                    total = ((high << _LOW) + low) * factor
                    self._add(Figures(slot, total, minimum, maximum))
                waiting.clear()
        self._numbers = 0

    def _add(self, one: Figures) -> None:
        known = self._known.get(one.slot)
        if known is not None:
            one = Figures(
                one.slot,
                known.micros + one.micros,
                min(known.minimum, one.minimum),
                max(known.maximum, one.maximum),
            )
        self._known[one.slot] = one


def _summed(table: pa.Table) -> pa.Table:
    how = [("high", "sum"), ("low", "sum"), ("least", "min"), ("most", "max")]
    summed = table.group_by("slot", use_threads=False).aggregate(how)
    return summed.rename_columns(_SUMS)


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
) -> Iterator[tuple[int, float]]:
    """Yield variables with the numbers of which floats do not tell the millionths."""
    found = (column.filter(unsure).to_pylist() for column in (slots, numbers))
    yield from zip(*found, strict=True)


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
