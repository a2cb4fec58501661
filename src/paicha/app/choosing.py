"""Which records the case keeps: all, or of many those that show each shape and level."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa

from paicha.kernel.caps import CAPS, Caps
from paicha.kernel.keeping import kept
from paicha.kernel.reducing import Choosing, Order
from paicha.model.reading import Mark
from paicha.model.schema import STORED_RECORDS
from paicha.ports import LogReading, ResumableReading, Summaries


def choosing_for(reading: LogReading, keep_bytes: int | None, caps: Caps = CAPS) -> Choosing:
    """Return what chooses among the records of *reading*; files see to it themselves."""
    is_files = isinstance(reading, ResumableReading)
    # A store's order is its own and says nothing of the logs.
    return Choosing(None if is_files else keep_bytes, ordered=False, caps=caps)


def chosen(
    read: Iterator[pa.RecordBatch | Summaries | Mark], choosing: Choosing
) -> Iterator[pa.RecordBatch | Summaries | Mark]:
    """Yield what was read, or of many records of a store their sums and those that the case keeps."""
    for item in read:
        if isinstance(item, pa.RecordBatch) and item.schema.names != STORED_RECORDS.names:
            yield from choosing.take(item)
        else:
            yield item
    yield from choosing.rest()


#: Records that wait before it is seen which of them are kept.
_WAITING_ROWS = 50_000


class Fewest:
    """
    The records of large files that a case keeps: those that are kept of all together, in whatever parts they came.

    Of the files read whole they are chosen apart while a stop may come: what goes on from there needs theirs.

    Args:
        held: Records of an earlier case that this one goes on from.
        caps: Of how many kinds records are kept.
    """

    def __init__(self, held: Iterable[pa.RecordBatch], caps: Caps = CAPS) -> None:
        self._caps = caps
        self._settled = self._kept([_table(batch) for batch in held])
        self._open: list[pa.Table] = []

    def take(self, stored: pa.RecordBatch) -> None:
        """Take `STORED_RECORDS`."""
        self._open.append(_table(stored))
        if sum(part.num_rows for part in self._open) > _WAITING_ROWS:
            self._open = [self._kept(self._open)]

    def mark(self) -> None:
        """Hear that everything so far belongs to files that were read whole."""
        if self._open:
            self._settled, self._open = self._kept([self._settled, *self._open]), []

    def rest(self, *, whole: bool) -> Iterator[pa.RecordBatch]:
        """Yield those that are kept; *whole*: no file was left in the middle or unread."""
        if whole:
            self.mark()
        yield from self._settled.to_batches()
        yield from self._kept(self._open).to_batches()

    def _kept(self, parts: Iterable[pa.Table]) -> pa.Table:
        return kept(parts, self._caps.units)


def order_of(stored: pa.Table) -> Order:
    """Return how far records go back in time that a case keeps in the order they were read."""
    order = Order()
    order.follow(stored)
    return order


def _table(batch: pa.RecordBatch) -> pa.Table:
    return pa.Table.from_batches([batch])
