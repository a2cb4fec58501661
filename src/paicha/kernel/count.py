"""One batch of records counted: the same function in this process and on any other machine."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel import native
from paicha.kernel.merge import merge
from paicha.kernel.shape import LINE_CAP, Shaped, shape
from paicha.kernel.slots import slot_tables
from paicha.model.schema import COUNTS, SLOT_BUCKETS, SLOT_VALUES, SLOTS, STORED_RECORDS

#: Rows of `COUNTS` that are held. Above it minutes become wider buckets, see `coarsened`.
COUNT_ROWS_CAP = 2_000_000
#: Widths that the minute of `COUNTS` may have to take [s].
MINUTE_WIDTHS_S = (60, 600, 3600, 86400)
#: Lines whose shapes are remembered; then all are forgotten at once.
_REMEMBERED = 100_000
#: Longer lines are shaped anew each time: remembering them would cost memory without a bound.
_REMEMBERED_LENGTH = 1024
#: Longest example kept [characters].
EXAMPLE_CAP = LINE_CAP


@dataclass(frozen=True, slots=True)
class Partial:
    """The four tables of a part, and the width of a "minute" in them."""

    counts: pa.Table
    slots: pa.Table
    slot_values: pa.Table
    slot_buckets: pa.Table
    minute_s: int = 60
    #: More rows than `COUNT_ROWS_CAP` even with the widest bucket: memory is no longer bounded.
    over_cap: bool = False


@dataclass(slots=True)
class Shaper:
    """Shapes lines and remembers what it saw; forgetting changes no result."""

    remembered: dict[str, Shaped] = field(default_factory=dict)

    def __call__(self, body: str) -> Shaped:
        """Return the shape of *body*."""
        found = self.remembered.get(body)
        if found is None:
            found = shape(body)
            if len(body) <= _REMEMBERED_LENGTH:
                if len(self.remembered) >= _REMEMBERED:
                    self.remembered.clear()
                self.remembered[body] = found
        return found


def count(records: pa.RecordBatch, shaper: Shaper | None = None) -> tuple[pa.RecordBatch, Partial]:
    """
    Return a batch of `RECORDS` with shapes (`STORED_RECORDS`), and what it adds to the counts.

    The native twin does it where it is built; `count_by_reference` says what comes out.

    Args:
        records: Any number of `RECORDS`, also none.
        shaper: To remember shapes over batches; none: this batch alone. The twin needs none.
    """
    twin = Running.of_twin()
    if twin is None:
        return count_by_reference(records, shaper)
    stored = twin.add(records)
    return stored, twin.take()


class Running:
    """Sums over batch after batch, kept by the native twin."""

    def __init__(self, extension: native.Extension) -> None:
        self._tally = native.NativeTally(extension)

    @classmethod
    def of_twin(cls) -> Running | None:
        """Return empty sums; None where the twin is not built."""
        extension = native.find().extension
        return None if extension is None else cls(extension)

    @property
    def rows(self) -> int:
        """Rows of the counts so far."""
        return self._tally.rows

    def add(self, records: pa.RecordBatch) -> pa.RecordBatch:
        """Count a batch of `RECORDS` and return it with its shapes."""
        shapes = self._tally.add(records)
        return pa.RecordBatch.from_arrays([*records.columns, shapes], schema=STORED_RECORDS)

    def take(self) -> Partial:
        """Return the sums so far and start anew."""
        tables = self._tally.take()
        return Partial(tables.counts, tables.slots, tables.slot_values, tables.slot_buckets)


def count_by_reference(
    records: pa.RecordBatch, shaper: Shaper | None = None
) -> tuple[pa.RecordBatch, Partial]:
    """Return what `count` returns, counted in Python: the specification."""
    shaper = shaper or Shaper()
    bodies: list[str] = records.column("body").to_pylist()
    lines = Counter(bodies)
    shaped = {body: shaper(body) for body in lines}
    shapes = pa.array([shaped[body].shape for body in bodies], pa.string())
    stored = pa.RecordBatch.from_arrays([*records.columns, shapes], schema=STORED_RECORDS)
    tables = slot_tables((shaped[body], n) for body, n in lines.items())
    return stored, Partial(_counts(stored), *tables)


def _counts(stored: pa.RecordBatch) -> pa.Table:
    time = stored.column("timestamp")
    table = pa.table(
        [
            stored.column("shape"),
            stored.column("severity_number"),
            stored.column("severity_text"),
            _either(stored.column("code_file_path"), stored.column("scope_name")),
            stored.column("service_name"),
            _either(stored.column("host_ip"), stored.column("host_id")),
            pc.floor_temporal(time, unit="minute"),
            pa.repeat(pa.scalar(1, pa.int64()), stored.num_rows),
            time,
            time,
            pc.utf8_slice_codeunits(stored.column("body"), 0, EXAMPLE_CAP),
        ],
        schema=COUNTS,
    )
    return merge([table], COUNTS)


def _either(first: pa.Array, second: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(first, ""), second, first)


def add(parts: list[Partial], rows_cap: int = COUNT_ROWS_CAP) -> Partial:
    """
    Return the sum of partial tables, within the cap.

    When the counts have more than *rows_cap* rows, minutes become buckets of ten minutes, an hour,
    a day: the first width that fits. The number of keys only grows with more records, so the width
    in the end is that of the whole, in whatever order the parts came.
    """
    width = max((part.minute_s for part in parts), default=MINUTE_WIDTHS_S[0])
    counts = merge([coarsened(part.counts, width) for part in parts], COUNTS)
    while counts.num_rows > rows_cap and width < MINUTE_WIDTHS_S[-1]:
        width = MINUTE_WIDTHS_S[MINUTE_WIDTHS_S.index(width) + 1]
        counts = merge([coarsened(counts, width)], COUNTS)
    return Partial(
        counts,
        merge([part.slots for part in parts], SLOTS),
        merge([part.slot_values for part in parts], SLOT_VALUES),
        merge([part.slot_buckets for part in parts], SLOT_BUCKETS),
        width,
        counts.num_rows > rows_cap,
    )


def coarsened(counts: pa.Table, width_s: int) -> pa.Table:
    """Return `COUNTS` with minutes floored to *width_s*; equal keys may stand twice."""
    if width_s == MINUTE_WIDTHS_S[0]:
        return counts
    at = counts.schema.get_field_index("minute")
    floored = pc.floor_temporal(counts["minute"], multiple=width_s // 60, unit="minute")
    return counts.set_column(at, COUNTS.field("minute"), floored)
