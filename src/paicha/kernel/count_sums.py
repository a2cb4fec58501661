"""Running counts of records: rows by what headers say and by minute."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.headers import Facts
from paicha.kernel.texts import rising
from paicha.model.schema import COUNTS

MINUTE_US = 60_000_000
#: Lifts minutes above zero: division does not round down below it.
_LIFT = 2_000_000_000
#: Rows that wait until they are added up; then as many as there are sums.
_WAITING = 100_000
_ROWS = pa.schema(
    [
        ("unit", pa.int32()),
        ("minute", pa.int64()),
        ("n", pa.int64()),
        ("first", pa.int64()),
        ("last", pa.int64()),
        ("example", pa.binary()),
    ]
)
_HOW = [("n", "sum"), ("first", "min"), ("last", "max"), ("example", "min")]


#: A shape with what a header says, but for the address.
Unit = tuple[object, ...]


def unit_of(shape: str, facts: Facts) -> Unit:
    """Return what is counted apart of records with a shape and a header."""
    return (shape, *facts[:5])


class CountSums:
    """The rows of the counts of a part."""

    def __init__(self) -> None:
        self.units: dict[Unit, int] = {}
        self._sums = _ROWS.empty_table()
        self._waiting: list[pa.Table] = []
        self._rows = 0

    def unit(self, key: Unit) -> int:
        """Return the number of a unit."""
        return self.units.setdefault(key, len(self.units))

    def add(self, units: pa.Int32Array, times: pa.Int64Array, bodies: pa.ChunkedArray) -> None:
        """Count records."""
        minutes = pc.subtract(pc.divide(pc.add(times, _LIFT * MINUTE_US), MINUTE_US), _LIFT)
        ones = pa.repeat(pa.scalar(1, pa.int64()), len(units))
        rows = pa.table([units, minutes, ones, times, times, bodies], schema=_ROWS)
        self._waiting.append(_added(rows))
        self._rows += self._waiting[-1].num_rows
        if self._rows > max(_WAITING, self._sums.num_rows):
            self._settle()

    def _settle(self) -> None:
        if self._waiting:
            self._sums = _added(pa.concat_tables([self._sums, *self._waiting]))
            self._waiting, self._rows = [], 0

    @property
    def weight(self) -> int:
        """About how much memory it holds [bytes]."""
        held: int = sum(table.nbytes for table in (self._sums, *self._waiting))
        return len(self.units) * 1024 + held

    def take(self) -> pa.Table:
        """Return the table, sorted by key, and begin anew."""
        self._settle()
        keys = sorted(self.units)
        ranks = rising(pa.array([self.units[key] for key in keys], pa.int32()), len(keys))
        rows, self._sums = self._sums, _ROWS.empty_table()
        self.units = {}
        rows = rows.set_column(0, "unit", ranks.take(rows["unit"]))
        rows = rows.sort_by([("unit", "ascending"), ("minute", "ascending")])
        named = [
            pa.array([key[at] for key in keys], COUNTS.field(at).type).take(rows["unit"])
            for at in range(6)
        ]
        minutes = pc.multiply(rows["minute"], MINUTE_US)
        numbers = [minutes, rows["n"], rows["first"], rows["last"], rows["example"]]
        columns = [
            one.cast(field.type) for one, field in zip([*named, *numbers], COUNTS, strict=True)
        ]
        return pa.table(columns, schema=COUNTS).combine_chunks()


def _added(rows: pa.Table) -> pa.Table:
    summed = rows.group_by(["unit", "minute"], use_threads=False).aggregate(_HOW)
    return pa.table(summed.columns, schema=_ROWS).combine_chunks()
