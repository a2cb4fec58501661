"""The figures and values of the slots of shapes, to be asked for by shape and slot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import field
from decimal import Decimal
from functools import cached_property
from itertools import accumulate, chain
from operator import add
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.columns import whole
from paicha.kernel.merge import hashes_of_column, slot_ends
from paicha.values import dataclass

#: Values listed per slot.
TOP = 20


@dataclass(slots=True)
class Figures:
    """The figures of one slot of one shape."""

    names: set[str] = field(default_factory=set)
    units: set[str] = field(default_factory=set)
    n: int = 0
    numbers: int = 0
    minimum: float | None = None
    maximum: float | None = None
    total: Decimal = Decimal(0)


class SlotIndex:
    """
    The three slot tables, by shape and slot.

    Args:
        slots: `SLOTS`.
        values: `SLOT_VALUES`, merged.
        buckets: `SLOT_BUCKETS`, merged.
    """

    def __init__(self, slots: pa.Table, values: pa.Table, buckets: pa.Table) -> None:
        self.figures: dict[tuple[str, int], Figures] = defaultdict(Figures)
        for row in slots.to_pylist():
            _add_row(self.figures[row["shape"], row["slot"]], row)
        self.values = Counts(values, "value")
        self.buckets = Counts(buckets, "bucket")
        self.top = _first_by_count(self.values)


class Counts:
    """
    What a merged table counts of each slot; its rows stand together.

    Args:
        table: `SLOT_VALUES` or `SLOT_BUCKETS`, merged.
        column: What was counted.
    """

    def __init__(self, table: pa.Table, column: str) -> None:
        self.ends = slot_ends(table) if table.num_rows else []
        self.starts = [0, *self.ends[:-1]] if self.ends else []
        self.things = whole(table[column])
        self.counts = whole(table["n"])
        self.n: list[int] = self.counts.to_pylist()
        first = table.select(["shape", "slot"]).take(pa.array(self.starts, pa.int64()))
        slots = zip(first["shape"].to_pylist(), first["slot"].to_pylist(), strict=True)
        self._numbers = {slot: number for number, slot in enumerate(slots)}

    def of(self, slot: tuple[str, int]) -> tuple[list[Any], list[int]]:
        """Return what was counted of a slot, texts or numbers of buckets in their order, and how often each was seen."""
        start, end = self.place(slot)
        return self.things[start:end].to_pylist(), self.n[start:end]

    def place(self, slot: tuple[str, int]) -> tuple[int, int]:
        """Return where the rows of a slot begin and end."""
        number = self._numbers.get(slot)
        return (0, 0) if number is None else (self.starts[number], self.ends[number])

    @cached_property
    def owners(self) -> pa.Int32Array:
        """The number of the slot of each row."""
        offsets = pa.array([*self.starts, len(self.n)], pa.int32())
        return pc.list_parent_indices(pa.ListArray.from_arrays(offsets, self.counts))

    @cached_property
    def hashes(self) -> pa.UInt64Array:
        """The stable hash of each text."""
        return hashes_of_column(self.things)

    @cached_property
    def _largest(self) -> list[int]:
        hashed = pa.table([self.owners, self.hashes], ["slot", "hash"])
        largest = hashed.group_by("slot", use_threads=False).aggregate([("hash", "max")])
        found: list[int] = largest.sort_by("slot")["hash_max"].to_pylist()
        return found

    def largest(self, slot: tuple[str, int]) -> int:
        """Return the largest hash of the texts of a slot."""
        number = self._numbers.get(slot)
        return 0 if number is None else self._largest[number]

    def total(self, slot: tuple[str, int]) -> int:
        """Return how often anything was counted of a slot."""
        start, end = self.place(slot)
        return sum(self.n[start:end])

    def number(self, slot: tuple[str, int]) -> int:
        """Return how many things were counted of a slot."""
        start, end = self.place(slot)
        return end - start

    @property
    def slots(self) -> Iterable[tuple[str, int]]:
        """The slots in their order."""
        return self._numbers


def _first_by_count(values: Counts) -> dict[tuple[str, int], list[tuple[str, int]]]:
    """Return the `TOP` values of each slot with their counts, all slots at once."""
    sizes = [end - start for start, end in zip(values.starts, values.ends, strict=True)]
    counted = pa.table([values.owners, values.counts], ["slot", "n"])
    # Texts of a slot stand in their order, and a sort leaves what is equal in its order.
    order = pc.sort_indices(counted, [("slot", "ascending"), ("n", "descending")])
    tops = [min(size, TOP) for size in sizes]
    firsts = map(range, values.starts, map(add, values.starts, tops))
    kept = order.take(pa.array(chain.from_iterable(firsts), pa.int64()))
    texts, counts = (column.take(kept).to_pylist() for column in (values.things, values.counts))
    pairs = list(zip(texts, counts, strict=True))
    ends = list(accumulate(tops))
    return {
        slot: pairs[end - size : end]
        for slot, end, size in zip(values.slots, ends, tops, strict=True)
    }


def _add_row(found: Figures, row: dict[str, Any]) -> None:
    found.names.add(row["name"])
    found.units.add(row["unit"])
    found.n += row["n"]
    found.numbers += row["numbers"]
    if row["numbers"]:
        found.minimum = _least(found.minimum, row["minimum"])
        found.maximum = _most(found.maximum, row["maximum"])
        found.total += row["total"]


def _least(a: float | None, b: float | None) -> float | None:
    return b if a is None else a if b is None else min(a, b)


def _most(a: float | None, b: float | None) -> float | None:
    return b if a is None else a if b is None else max(a, b)
