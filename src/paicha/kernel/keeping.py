"""
The records that a case keeps where it does not keep all: the earliest and the last of each kind.

A kind is a shape with a severity. What is kept of a whole was kept of every part, so parts may be
reduced alone, in any order and more than once. Of more kinds than `paicha.kernel.caps.Caps.units` those
are kept that are counted apart: a kind's place among all only moves back when more records come.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.caps import CAPS, place_of
from paicha.kernel.columns import whole
from paicha.model.schema import STORED_RECORDS

#: Records kept of each kind: the earliest, and the last of those that have a time.
FIRST, LAST = 3, 1
_KIND = ("shape", "severity_number")


def kept(parts: Iterable[pa.Table], most_kinds: int = CAPS.units) -> pa.Table:
    """
    Return the records that are kept of all *parts*, sorted by kind, time (none last) and locator.

    Args:
        parts: Tables of `STORED_RECORDS`; a record may stand in several.
        most_kinds: Of how many kinds records are kept.
    """
    tables = [part for part in parts if part.num_rows]
    if not tables:
        return STORED_RECORDS.empty_table()
    order = [(name, "ascending") for name in (*_KIND, "timestamp", "locator")]
    rows = pa.concat_tables(tables)
    rows = rows.take(pc.sort_indices(rows, sort_keys=order)).combine_chunks()
    rows = rows.filter(_once(rows))
    begins = _begins(rows)
    number = pc.subtract(pc.cumulative_sum(begins.cast(pa.int64())), 1)  # of each row's kind
    rows = rows.filter(_early_or_late(rows, begins, number)).combine_chunks()
    return _of_first_kinds(rows, most_kinds)


def _once(rows: pa.Table) -> pa.Array:
    """Return which rows are not the record before them once more."""
    same = pc.and_(_as_before(rows, "locator"), pc.not_equal(_column(rows, "locator"), ""))
    return pc.or_(pc.invert(same), _begins(rows))


def _begins(rows: pa.Table) -> pa.Array:
    """Return which rows begin a kind."""
    return pc.invert(pc.and_(*(_as_before(rows, name) for name in _KIND)))


def _as_before(rows: pa.Table, name: str) -> pa.Array:
    column = _column(rows, name)
    return pa.concat_arrays([pa.array([False]), pc.equal(column[1:], column[:-1])])


def _column(rows: pa.Table, name: str) -> pa.Array:
    return whole(rows[name])


def _early_or_late(rows: pa.Table, begins: pa.Array, number: pa.Array) -> pa.Array:
    """Return which rows are among the first of their kind, or the last of those with a time."""
    timed = _column(rows, "timestamp").is_valid()
    kinds = pa.table({"kind": number, "timed": timed.cast(pa.int64())})
    sums = kinds.group_by("kind", use_threads=False).aggregate([("timed", "sum")])
    row = pa.array(range(rows.num_rows), pa.int64())
    place = pc.subtract(row, pc.indices_nonzero(begins).cast(pa.int64()).take(number))
    # Kinds come in order, so the nth sum is the nth kind's; its timed rows stand before the others.
    of_timed = whole(sums["timed_sum"]).take(number)
    late = pc.and_(pc.less(place, of_timed), pc.greater_equal(place, pc.subtract(of_timed, LAST)))
    return pc.or_(pc.less(place, FIRST), late)


def _of_first_kinds(rows: pa.Table, most: int) -> pa.Table:
    begins = _begins(rows)
    starts = rows.filter(begins)
    if starts.num_rows <= most:
        return rows
    kinds = zip(*(starts[name].to_pylist() for name in _KIND), strict=True)
    places = [place_of(shape, severity) for shape, severity in kinds]
    bound = sorted(places)[most]
    fits = pa.array([place < bound for place in places])
    number = pc.subtract(pc.cumulative_sum(begins.cast(pa.int64())), 1)
    return rows.filter(fits.take(number)).combine_chunks()
