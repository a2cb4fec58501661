"""What the variables of a batch's lines were, as three tables that add up."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

import pyarrow as pa

from paicha.kernel.merge import VALUE_CAP, merge, stable_hash
from paicha.kernel.quantiles import bucket
from paicha.kernel.shape import Shaped
from paicha.model.schema import SLOT_BUCKETS, SLOT_VALUES, SLOTS

__all__ = ["VALUE_CAP", "VALUE_LENGTH", "SlotTables", "kept_text", "micros", "slot_tables"]

#: A value longer than this is kept as its beginning and a hash of the whole [characters].
VALUE_LENGTH = 200


class SlotTables(NamedTuple):
    """Partial `SLOTS`, `SLOT_VALUES` and `SLOT_BUCKETS`."""

    slots: pa.Table
    values: pa.Table
    buckets: pa.Table


class _Sum:
    """The running figures of one slot."""

    __slots__ = ("maximum", "micros", "minimum", "n", "numbers")

    def __init__(self) -> None:
        self.n = 0
        self.numbers = 0
        self.micros = 0
        self.minimum: float | None = None
        self.maximum: float | None = None

    def add(self, number: float | None, n: int) -> None:
        self.n += n
        if number is None:
            return
        self.numbers += n
        self.micros += micros(number) * n
        if self.minimum is None or number < self.minimum:
            self.minimum = number
        if self.maximum is None or number > self.maximum:
            self.maximum = number


def slot_tables(lines: Iterable[tuple[Shaped, int]]) -> SlotTables:
    """
    Return what the variables of some lines were.

    Args:
        lines: Shaped lines, each with how often it occurred.
    """
    sums: dict[tuple[str, int, str, str], _Sum] = {}
    values: dict[tuple[str, int, str], int] = {}
    buckets: dict[tuple[str, int, int], int] = {}
    for (shape, slots), n in lines:
        for at, (name, unit, text, number) in enumerate(slots):
            key = (shape, at, name, unit)
            found = sums.get(key)
            if found is None:
                found = sums[key] = _Sum()
            found.add(number, n)
            value = (shape, at, text if len(text) <= VALUE_LENGTH else kept_text(text))
            values[value] = values.get(value, 0) + n
            if number is not None:
                place = (shape, at, bucket(number))
                buckets[place] = buckets.get(place, 0) + n
    return SlotTables(
        _slots(sums),
        merge([_table(values, SLOT_VALUES)], SLOT_VALUES),
        merge([_table(buckets, SLOT_BUCKETS)], SLOT_BUCKETS),
    )


def micros(number: float) -> int:
    """
    Return a number in millionths, rounded half to even: what sums are made of.

    Example:
        >>> micros(12.5), micros(-0.0000003), micros(0.00000175)
        (12500000, 0, 2)
    """
    above, below = number.as_integer_ratio()
    whole, rest = divmod(above * 1_000_000, below)
    return whole + (2 * rest > below or (2 * rest == below and whole % 2 == 1))


def kept_text(text: str) -> str:
    """Return *text*, or for a long one its beginning and a hash that keeps it distinct."""
    if len(text) <= VALUE_LENGTH:
        return text
    return f"{text[: VALUE_LENGTH - 18]}… {stable_hash(text):016x}"


def _slots(sums: dict[tuple[str, int, str, str], _Sum]) -> pa.Table:
    columns = _columns(sums, 4)
    found = sums.values()
    table = pa.table(
        [
            *columns,
            [one.n for one in found],
            [one.numbers for one in found],
            [one.minimum for one in found],
            [one.maximum for one in found],
            pa.array(
                [Decimal(one.micros).scaleb(-6) if one.numbers else None for one in found],
                SLOTS.field("total").type,
            ),
        ],
        schema=SLOTS,
    )
    return merge([table], SLOTS)


def _table(
    counts: dict[tuple[str, int, str], int] | dict[tuple[str, int, int], int], like: pa.Schema
) -> pa.Table:
    return pa.table([*_columns(counts, 3), list(counts.values())], schema=like)


def _columns(keys: Iterable[tuple[object, ...]], width: int) -> list[list[object]]:
    rows = list(keys)
    return [[row[at] for row in rows] for at in range(width)]
