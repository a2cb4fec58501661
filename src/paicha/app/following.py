"""Rows of a store that are further lines of others, joined where all records of a reading can wait for each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from paicha.app.inquiry import Readers
from paicha.kernel.following_lines import joined_rows
from paicha.locales import Text, text
from paicha.model.reading import Mark
from paicha.model.schema import RECORDS
from paicha.ports import Summaries


class Following:
    """
    Joins further lines of records, and says how many.

    Args:
        readers: Makes what tells which rows read like part of a stack trace, and what reads a whole record.
        most_bytes: Of messages that wait at most; None: all of them [bytes].
    """

    def __init__(self, readers: Callable[[], Readers], most_bytes: int | None) -> None:
        self._readers = readers
        self._most_bytes = most_bytes
        self._joined = self._apart = 0

    @property
    def is_over(self) -> bool:
        """Whether there were too many records to wait for each other: rows are records, as they are in the store."""
        return self._most_bytes == 0

    def of(
        self, read: Iterator[pa.RecordBatch | Summaries | Mark]
    ) -> Iterator[pa.RecordBatch | Summaries | Mark]:
        """Yield what was read, the records joined and behind everything else."""
        waiting: list[pa.RecordBatch] = []
        size = 0
        for item in read:
            if not isinstance(item, pa.RecordBatch) or item.schema.names != RECORDS.names:
                yield item
                continue
            if self.is_over:
                self._apart += _indented(item)
                yield item
                continue
            waiting.append(item)
            size += pc.sum(pc.binary_length(item.column("body"))).as_py() or 0
            if self._most_bytes is not None and size > self._most_bytes:
                self._most_bytes = 0
                self._apart += sum(_indented(batch) for batch in waiting)
                yield from waiting
                waiting = []
        if waiting:
            records = pa.Table.from_batches(waiting)
            joined = joined_rows(records, *self._readers())
            self._joined = records.num_rows - joined.num_rows
            yield from joined.to_batches() if self._joined else waiting

    @property
    def notes(self) -> tuple[Text, ...]:
        """What a reader has to know of it; nothing where every row is a record."""
        if self._joined:
            return (text("app.following_joined", n=f"{self._joined:,}"),)
        return (text("app.following_apart", n=f"{self._apart:,}"),) if self._apart else ()


def _indented(batch: pa.RecordBatch) -> int:
    """Return how many records have no level and begin with a blank, as only further lines do."""
    begins = pc.match_substring_regex(batch.column("body"), r"^[ \t]+\S")
    unlevelled = pc.equal(batch.column("severity_number"), 0)
    return pc.sum(pc.and_(begins, unlevelled)).as_py() or 0
