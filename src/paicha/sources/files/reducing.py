"""Records of large files counted where they are read: sums, the records worth keeping, and their order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa

from paicha.kernel.count import Partial, Running, Shaper, add, count_by_reference
from paicha.kernel.keeping import kept
from paicha.model.question import Window

#: Rows of counts that are held before they are added up.
_HELD_ROWS = 200_000
#: Kept records that wait before they are reduced.
_WAITING_ROWS = 100_000
_PARTS = 8
_SECOND_US = 1_000_000


class Order:
    """How far records go back in time against the order they were read in, for each file and host."""

    def __init__(self) -> None:
        self.steps = 0
        self.largest_us = 0
        self._last: dict[tuple[str, str], int] = {}

    def one(self, path: str, host: str, micros: int) -> None:
        """Take the time of the record that was read next."""
        back = self._last.get((path, host), micros) - micros
        self.steps += back >= _SECOND_US
        self.largest_us = max(self.largest_us, back)
        self._last[path, host] = micros

    def several(
        self, path: str, steps: int, largest_us: int, hosts: Sequence[tuple[str, int, int]]
    ) -> None:
        """Take records that were read in a row: their own steps, and each host's first and last time."""
        self.steps += steps
        self.largest_us = max(self.largest_us, largest_us)
        for host, first, last in hosts:
            self.one(path, host, first)
            self._last[path, host] = last


class Reducer:
    """
    Counts batches of `RECORDS` and keeps few of them.

    Args:
        baseline: Records inside it are counted apart and none is kept.
    """

    def __init__(self, baseline: Window | None) -> None:
        self._baseline = baseline
        self._twin = Running.of_twin(baseline)
        self._shaper = Shaper()
        self._parts: list[Partial] = []
        self._kept: list[pa.Table] = []
        self.order = Order()

    def add(self, batch: pa.RecordBatch, *, ordered: bool = True) -> None:
        """Count a batch; its records take their place in the order, unless somebody saw to that."""
        if self._twin is not None:
            stored = self._twin.add(batch)
            if self._twin.rows > _HELD_ROWS:
                self.put(self._twin.take())
        else:
            stored, part = count_by_reference(batch, self._shaper, self._baseline)
            self.put(part)
        self.keep(stored)
        if ordered:
            self._follow(stored)

    def put(self, part: Partial) -> None:
        """Add what was counted elsewhere."""
        self._parts.append(part)
        if len(self._parts) >= _PARTS:
            self._parts = [add(self._parts)]

    def keep(self, stored: pa.RecordBatch) -> None:
        """Offer `STORED_RECORDS` to be kept."""
        self._kept.append(pa.Table.from_batches([stored]))
        if sum(table.num_rows for table in self._kept) > _WAITING_ROWS:
            self._kept = [kept(self._kept)]

    def rest(self) -> Iterator[pa.RecordBatch | Partial]:
        """Yield the sums and the kept records."""
        if self._twin is not None:
            self.put(self._twin.take())
        yield add(self._parts)
        yield from kept(self._kept).to_batches()
        self._parts, self._kept = [], []

    def absorb(self, other: Reducer) -> None:
        """Add what was reduced of one file."""
        for item in other.rest():
            if isinstance(item, Partial):
                self.put(item)
            else:
                self.keep(item)
        self.order.steps += other.order.steps
        self.order.largest_us = max(self.order.largest_us, other.order.largest_us)

    def _follow(self, stored: pa.RecordBatch) -> None:
        times = stored.column("timestamp").cast(pa.int64()).to_pylist()
        columns = (stored.column(name).to_pylist() for name in ("locator", "host_ip"))
        for micros, locator, host in zip(times, *columns, strict=True):
            if micros is not None:
                self.order.one(locator.split(":", 1)[0], host, micros)
