"""
The records that a case keeps where it does not keep all: the earliest and the last of each kind.

A kind is a shape with a severity. What is kept of a whole was kept of every part, so parts may be
reduced alone, in any order and more than once. Of more kinds than `paicha.kernel.caps.Caps.units` those
are kept that are counted apart: a kind's place among all only moves back when more records come. For the same
reason how much is kept of a message may depend on that place: of many kinds not all can be kept in full.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.caps import CAPS
from paicha.kernel.columns import whole
from paicha.kernel.unit_order import place_of
from paicha.model.schema import STORED_RECORDS

#: Records kept of each kind: the earliest, and the last of those that have a time.
FIRST, LAST = 3, 1
_KIND = ("shape", "severity_number")
#: So much is kept of a message where so many kinds stand before; the mark says that it went on. [kinds, characters]
_LENGTHS = ((2000, 1024), (200, 8192), (0, 1 << 16))
CUT_MARK = "…"
_CUT = f'{{"{CUT_MARK}": "{CUT_MARK}"}}'


def kept(parts: Iterable[pa.Table], most_kinds: int = CAPS.units) -> pa.Table:
    """
    Return the records that are kept of all *parts*, sorted by kind, time (none last) and locator; without a time as lines stand in their files.

    Args:
        parts: Tables of `STORED_RECORDS`; a record may stand in several.
        most_kinds: Of how many kinds records are kept.
    """
    tables = [part for part in parts if part.num_rows]
    if not tables:
        return STORED_RECORDS.empty_table()
    rows = pa.concat_tables(tables).combine_chunks()
    file, length = _places(rows)
    keyed = rows.append_column("file", file).append_column("length", length)
    names = (*_KIND, "timestamp", "file", "length", "locator")
    order = [(name, "ascending") for name in names]
    rows = rows.take(pc.sort_indices(keyed, sort_keys=order)).combine_chunks()
    rows = rows.filter(_once(rows))
    begins = _begins(rows)
    number = pc.subtract(pc.cumulative_sum(begins.cast(pa.int64())), 1)  # of each row's kind
    rows = rows.filter(_early_or_late(rows, begins, number)).combine_chunks()
    return _of_first_kinds(_shortened(rows), most_kinds)


def _places(rows: pa.Table) -> tuple[pa.Array, pa.Array]:
    """
    Return the file of each record without a time, and how long its locator is: line 9 stands before line 10.

    Nothing but its line says which of them is the earliest. Of those with a time both are nothing.
    """
    locators = _column(rows, "locator")
    untimed = _column(rows, "timestamp").is_null()
    files = pc.list_element(pc.split_pattern(locators, ":", max_splits=1), 0)
    lengths = pc.utf8_length(locators)
    return pc.if_else(untimed, files, ""), pc.if_else(untimed, lengths, 0)


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


def _shortened(rows: pa.Table) -> pa.Table:
    """Return rows, of their messages what may be kept at their place, and no attributes that are longer."""
    sizes = [pc.utf8_length(_column(rows, name)) for name in ("body", "attributes")]
    if max(pc.max(size).as_py() or 0 for size in sizes) <= _LENGTHS[0][1] + len(CUT_MARK):
        return rows
    rooms = _rooms(rows)
    for name, size in zip(("body", "attributes"), sizes, strict=True):
        long = pc.greater(size, pc.add(rooms, len(CUT_MARK)))
        if not pc.any(long).as_py():
            continue
        column = _column(rows, name)
        texts = zip(column.filter(long).to_pylist(), rooms.filter(long).to_pylist(), strict=True)
        short = [text[:room] + CUT_MARK if name == "body" else _CUT for text, room in texts]
        at = rows.schema.get_field_index(name)
        column = pc.replace_with_mask(column, long, pa.array(short, pa.string()))
        rows = rows.set_column(at, STORED_RECORDS.field(name), column)
    return rows


def _rooms(rows: pa.Table) -> pa.Array:
    """Return how much is kept of each row's message, by how many kinds stand before its own [characters]."""
    begins = _begins(rows)
    starts = rows.filter(begins)
    kinds = zip(*(starts[name].to_pylist() for name in _KIND), strict=True)
    places = [place_of(shape, severity) for shape, severity in kinds]
    most = [0] * len(places)
    for at, kind in enumerate(sorted(range(len(places)), key=places.__getitem__)):
        most[kind] = next(length for before, length in _LENGTHS if at >= before)
    number = pc.subtract(pc.cumulative_sum(begins.cast(pa.int64())), 1)
    return pa.array(most, pa.int32()).take(number)


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
