"""
The records that a case keeps where it does not keep all: the earliest and the last of each kind.

A kind is a shape with a severity. What is kept of a whole was kept of every part, so parts may be
reduced alone, in any order and more than once.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from paicha.model.schema import STORED_RECORDS

#: Records kept of each kind: the earliest, and the last of those that have a time.
FIRST, LAST = 3, 1
_KIND = ("shape", "severity_number")


def kept(parts: Iterable[pa.Table]) -> pa.Table:
    """
    Return the records that are kept of all *parts*, sorted by kind, time (none last) and locator.

    Args:
        parts: Tables of `STORED_RECORDS`; a record may stand in several.
    """
    tables = [part for part in parts if part.num_rows]
    if not tables:
        return STORED_RECORDS.empty_table()
    order = [(name, "ascending") for name in (*_KIND, "timestamp", "locator")]
    rows = pa.concat_tables(tables).sort_by(order)
    columns = (rows[name].to_pylist() for name in (*_KIND, "timestamp", "locator"))
    keep: list[int] = []
    held: list[int] = []  # rows of one kind, each record once
    last: tuple[object, object] | None = None
    seen: object = None
    timed: set[int] = set()
    for row, (shape, severity, time, locator) in enumerate(zip(*columns, strict=True)):
        if (shape, severity) != last:
            keep += _of_kind(held, timed)
            held, last, seen = [], (shape, severity), None
        if locator != seen or not locator:
            held.append(row)
        seen = locator
        if time is not None:
            timed.add(row)
    keep += _of_kind(held, timed)
    return rows.take(pa.array(keep, pa.int64())).combine_chunks()


def _of_kind(rows: list[int], timed: set[int]) -> list[int]:
    """Return which rows of one kind, in order, are kept."""
    late = [row for row in rows[FIRST:] if row in timed][-LAST:]
    return rows[:FIRST] + late
