"""Which records of a store the case keeps: all, or of many those that show each shape and level."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from paicha.kernel.caps import CAPS, Caps
from paicha.kernel.reducing import Choosing
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
