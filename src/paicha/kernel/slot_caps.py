"""What tables of variables may hold: those of the shapes that fit, by hash; see `paicha.kernel.caps`."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from itertools import accumulate

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.caps import Caps, Cut, first_of
from paicha.kernel.columns import whole
from paicha.kernel.merge import stable_hashes
from paicha.kernel.weights import total
from paicha.model.schema import SLOT_BUCKETS, SLOT_VALUES, SLOTS

SlotTables = tuple[pa.Table, pa.Table, pa.Table]


def capped_slots(tables: SlotTables, cut: Cut, caps: Caps) -> tuple[SlotTables, Cut]:
    """
    Return the three tables of variables with those shapes, by hash, that fit, and where they were cut.

    Args:
        tables: `SLOTS`, `SLOT_VALUES`, `SLOT_BUCKETS`; their shapes may be encoded by a dictionary, and are no longer then.
        cut: What was given up in the parts.
        caps: What may be held.
    """
    rooms = [(share * caps.slots, share * caps.slot_shapes) for share in (1, 4, 4)]
    if cut.slots is None and all(map(_fits, tables, rooms)):
        return _decoded(tables), cut
    counted = [_rows_of_shapes(table) for table in tables]
    shapes = list(counted[0])
    places = sorted(zip(stable_hashes(shapes), shapes, strict=True))
    end = bisect_left(places, cut.slots) if cut.slots else len(places)
    for rows, (most, heaviest) in zip(counted, rooms, strict=True):
        each = [(rows.get(shape, 0), len(shape.encode())) for _, shape in places[:end]]
        sums = zip(
            accumulate(n for n, _ in each),
            accumulate(n * size for n, size in each),
            strict=True,
        )
        beyond = (at for at, (n, weight) in enumerate(sums) if n > most or weight > heaviest)
        end = min(end, next(beyond, end))
    bound = first_of([cut.slots, places[end] if end < len(places) else None])
    kept = pa.array([shape for _, shape in places[:end]], pa.string())
    slots, values, buckets = (table.filter(_are_among(table["shape"], kept)) for table in tables)
    return _decoded((slots, values, buckets)), replace(cut, slots=bound)


def _rows_of_shapes(table: pa.Table) -> dict[str, int]:
    """Return how many rows each shape has."""
    pairs = table["shape"].value_counts()
    return dict(zip(pairs.field(0).to_pylist(), pairs.field(1).to_pylist(), strict=True))


def _fits(table: pa.Table, room: tuple[int, int]) -> bool:
    column = whole(table["shape"])
    if pa.types.is_dictionary(column.type):
        lengths = pc.binary_length(column.dictionary).take(column.indices)
    else:
        lengths = pc.binary_length(column)
    return table.num_rows <= room[0] and total(lengths) <= room[1]


def _are_among(shapes: pa.ChunkedArray, kept: pa.Array) -> pa.Array:
    column = whole(shapes)
    if not pa.types.is_dictionary(column.type):
        return pc.is_in(column, value_set=kept)
    return pc.is_in(column.dictionary, value_set=kept).take(column.indices)


def _decoded(tables: SlotTables) -> SlotTables:
    """Return tables whose shapes are texts in each row."""
    slots, values, buckets = (
        table.cast(like) if pa.types.is_dictionary(table["shape"].type) else table
        for table, like in zip(tables, (SLOTS, SLOT_VALUES, SLOT_BUCKETS), strict=True)
    )
    return slots, values, buckets
