"""The order in which units of `COUNTS`, the rows of one shape at one level, are kept: see `paicha.kernel.caps`."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.columns import whole
from paicha.kernel.merge import stable_hash, stable_hashes
from paicha.kernel.weights import begins, total
from paicha.model.schema import COUNTS

#: What makes rows of `COUNTS` one unit.
UNIT = ("shape", "severity_number")
#: A short example is as long as four times its shape, but at least so long [characters].
_SHORT = 256
#: Where a unit stands in the order: rank of its level, hash of its shape, the shape, the level.
Place = tuple[int, int, str, int]

#: The rank of levels below a warning.
LAST_RANK = 3


def level_rank(severity: int) -> int:
    """Return the place of a level among those that are kept first: errors, warnings, none, the others."""
    if severity >= 17:
        return 0
    if severity >= 13:
        return 1
    return LAST_RANK if severity else 2


def place_of(shape: str, severity: int) -> Place:
    """Return where a unit stands in the order in which units are kept."""
    return level_rank(severity), stable_hash(shape), shape, severity


class UnitOrder:
    """The units of some counts, in the order in which they are kept."""

    def __init__(self, counts: pa.Table) -> None:
        units = units_of(counts)
        shapes, levels = units["shape"].to_pylist(), units["severity_number"].to_pylist()
        ranks = map(level_rank, levels)
        self.places: list[Place] = sorted(
            zip(ranks, stable_hashes(shapes), shapes, levels, strict=True)
        )
        self._marks = pa.array(
            [_mark(shape, level) for _, _, shape, level in self.places], pa.string()
        )

    def until(self, bound: Place | None) -> int:
        """Return how many units stand before *bound*."""
        if bound is None:
            return len(self.places)
        return bisect_left(self.places, bound)

    def rows(self, counts: pa.Table, start: int, end: int) -> pa.Table:
        """Return the rows of the units from *start* to before *end*; rows are sorted by key."""
        if start >= end:
            return counts.slice(0, 0)
        if end - start == len(self.places):
            return counts
        return counts.filter(self.are_of(counts, start, end))

    def are_of(self, counts: pa.Table, start: int, end: int) -> pa.Array:
        """Return which rows are of the units from *start* to before *end*; rows are sorted by key."""
        # Asked of units, not of rows: a mark for each row would be as large as its shape.
        first = begins(counts, *UNIT)
        units = counts.filter(first)
        levels = pc.cast(units["severity_number"], pa.string())
        marks = pc.binary_join_element_wise(levels, units["shape"], " ")
        are_known = whole(pc.is_in(marks, value_set=self._marks.slice(start, end - start)))
        return are_known.take(pc.subtract(pc.cumulative_sum(first.cast(pa.int32())), 1))

    def fitting(
        self, table: pa.Table, weighed: pa.Array, span: tuple[int, int], most: tuple[int, int]
    ) -> int:
        """
        Return how many units of a span have together no more rows than may be, nor heavier ones.

        Args:
            table: Their rows.
            weighed: What these weigh [bytes].
            span: The first unit and that behind the last.
            most: How many rows there may be, and what these may weigh [bytes].
        """
        start, end = span
        if table.num_rows <= most[0] and total(weighed) <= most[1]:
            return end - start
        sizes = sizes_of(table, ["shape", "severity_number"], weighed)
        rows = weight = 0
        for at, place in enumerate(self.places[start:end]):
            more, heavier = sizes.get(place[2:], (0, 0))
            rows, weight = rows + more, weight + heavier
            if rows > most[0] or weight > most[1]:
                return at
        return end - start

    def behind(self, table: pa.Table, weighed: pa.Array, most: int) -> Place | None:
        """Return the first unit with which rows weigh more than *most* together; None: all weigh less."""
        if total(weighed) <= most:
            return None
        sizes = sizes_of(table, ["shape", "severity_number"], weighed)
        sums = accumulate(sizes.get(place[2:], (0, 0))[1] for place in self.places)
        return next(place for place, total in zip(self.places, sums, strict=True) if total > most)

    def with_short_examples(self, counts: pa.Table, bound: Place | None) -> pa.Table:
        """Return rows, those of the units from *bound* on and of `OTHER` with short examples."""
        if bound is None:
            return counts
        examples, shapes = whole(counts["example"]), whole(counts["shape"])
        most = pc.max_element_wise(pc.multiply(pc.utf8_length(shapes), 4), _SHORT)
        long = pc.greater(pc.utf8_length(examples), most)
        long = pc.and_(long, pc.invert(self.are_of(counts, 0, self.until(bound))))
        if not pc.any(long).as_py():
            return counts
        cut = [
            text[:end]
            for text, end in zip(
                examples.filter(long).to_pylist(), most.filter(long).to_pylist(), strict=True
            )
        ]
        short = pc.replace_with_mask(examples, long, pa.array(cut, pa.string()))
        return counts.set_column(
            counts.schema.get_field_index("example"), COUNTS.field("example"), short
        )


def ranks_of(levels: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return `level_rank` of every level."""
    known = pc.unique(levels)
    ranks = pa.array([level_rank(level) for level in known.to_pylist()], pa.int8())
    return pc.take(ranks, pc.index_in(levels, value_set=known))


def units_of(counts: pa.Table) -> pa.Table:
    """Return the units of `COUNTS`."""
    return counts.group_by(list(UNIT), use_threads=False).aggregate([])


def _mark(shape: str, level: int) -> str:
    return f"{level} {shape}"


def sizes_of(
    table: pa.Table, by: list[str], weighed: pa.Array | None = None
) -> dict[tuple[Any, ...], tuple[int, int]]:
    """Return the number of rows per key, and what they weigh."""
    weighed = pa.repeat(pa.scalar(0, pa.int64()), table.num_rows) if weighed is None else weighed
    keys = table.select(by).append_column("weight", pa.chunked_array([weighed]))
    sizes = keys.group_by(by, use_threads=False).aggregate([([], "count_all"), ("weight", "sum")])
    found = zip(*(sizes[name].to_pylist() for name in by), strict=True)
    numbers = zip(*(sizes[name].to_pylist() for name in ("count_all", "weight_sum")), strict=True)
    return dict(zip(found, numbers, strict=True))
