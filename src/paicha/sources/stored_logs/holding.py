"""
Rows of one piece, read as they come and put in order when the piece is whole.

A row becomes a record while it is still warm: rows that wait until all are there are fetched from memory once
more, which took a third of the reading (measured).
"""

from __future__ import annotations

from dataclasses import field
from hashlib import blake2b
from typing import NamedTuple

import pyarrow as pa

from paicha.kernel.row_records import RowBuilder
from paicha.model.schema import RECORDS
from paicha.sources.stored_logs.cutting import Piece
from paicha.sources.stored_logs.store import StoredRow
from paicha.values import dataclass

#: Where a row stands among those that were read; this: outside of the window, it is no record.
_OUTSIDE = -1
_LOCATOR = RECORDS.get_field_index("locator")

#: What rows are sorted by: time [ns], place, text; and which record it is.
Key = tuple[int, str, bytes, int]


@dataclass(slots=True)
class Held:
    """
    Takes rows and gives them back in order.

    Args:
        builder: Makes records of them.
        window: What lies outside of it is counted only.
        scheme: How a locator begins.
    """

    builder: RowBuilder
    window: Piece
    scheme: str
    size: int = 0  # of the texts [bytes]
    start_ns: int = field(init=False)
    end_ns: int = field(init=False)
    _keys: list[Key] = field(default_factory=list)
    _locators: list[str] = field(default_factory=list)
    _batch: pa.RecordBatch | None = None

    def __post_init__(self) -> None:
        self.start_ns, self.end_ns = self.window.start_ns, self.window.end_ns

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, row: StoredRow) -> int:
        """Take a row, and return the size of its text [bytes]."""
        time_ns, place, text, fields = row
        length = len(text)
        self.size += length
        if time_ns is not None and not self.start_ns <= time_ns < self.end_ns:
            self._keys.append((time_ns, place, text, _OUTSIDE))
            return length
        # The text's hash tells rows of one time and place apart, whatever order they came in.
        locator = f"{self.scheme}:{place}@{time_ns}/{blake2b(text, digest_size=6).hexdigest()}"
        self._keys.append((time_ns or 0, place, text, len(self._locators)))
        self._locators.append(locator)
        self.builder.add_at(fields, None if time_ns is None else time_ns // 1000, locator)
        return length

    def close(self) -> pa.RecordBatch:
        """Return the records as they came, out of the builder: what it gathers next is not of these rows."""
        if self._batch is None:
            self._batch = self.builder.take()
        return self._batch

    def take(self, most: int, seen: dict[str, int], *, last: bool) -> Taken:
        """
        Return the first *most* records in order of time, place and text.

        Args:
            most: Records that are wanted.
            seen: Locators of the piece's earlier rows, how many of each; these are added.
            last: Whether nothing follows of this piece, so that nobody needs them in `seen`.
        """
        batch = self.close()
        keys = self._keys
        keys.sort()
        if batch.num_rows <= most:
            read, order = len(keys), [key[3] for key in keys if key[3] != _OUTSIDE]
        else:
            read, order = _first(keys, most)
        numbered = self._numbered(keys, order, seen, last=last)
        if order != list(range(batch.num_rows)):
            batch = batch.take(pa.array(order, pa.int64()))
        if numbered:
            locators = batch.column(_LOCATOR).to_pylist()
            for at, locator in numbered.items():
                locators[at] = locator
            batch = batch.set_column(_LOCATOR, RECORDS[_LOCATOR], pa.array(locators))
        return Taken(batch, read, read - len(order))

    def _numbered(
        self, keys: list[Key], order: list[int], seen: dict[str, int], *, last: bool
    ) -> dict[int, str]:
        """Return the locators that need a number, by where they stand in *order*: rows that say the same."""
        if last and not seen and not _any_times_repeat(keys):
            return {}
        numbered: dict[int, str] = {}
        for at, record in enumerate(order):
            locator = self._locators[record]
            seen[locator] = n = seen.get(locator, 0) + 1
            if n > 1:
                numbered[at] = f"{locator}#{n}"
        return numbered


class Taken(NamedTuple):
    """Records in order, how many rows were looked at for them, and how many of these lie outside."""

    batch: pa.RecordBatch
    read: int
    outside: int


def _any_times_repeat(keys: list[Key]) -> bool:
    return len({key[0] for key in keys}) < len(keys)


def _first(keys: list[Key], most: int) -> tuple[int, list[int]]:
    """Return how many rows hold the first *most* records, and these."""
    order: list[int] = []
    for read, key in enumerate(keys):
        if len(order) >= most:
            return read, order
        if key[3] != _OUTSIDE:
            order.append(key[3])
    return len(keys), order
