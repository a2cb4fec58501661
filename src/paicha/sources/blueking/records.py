"""Rows of a log search as RECORDS, and what they say about aliases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

import pyarrow as pa

from paicha.kernel.field_map import Row, first_value
from paicha.kernel.normalise import LineReader
from paicha.kernel.row_records import RowBuilder, stored
from paicha.model.aliases import AliasSetting
from paicha.model.schema import ALIAS_COUNTS
from paicha.sources.blueking.fields import LINE, FieldMap
from paicha.values import dataclass

_TABLES = ("__result_table", "__index")


def row_builder(fields: FieldMap, line_reader: LineReader | None) -> RowBuilder:
    """Return what makes records of an index set's rows; *line_reader* reads what no field says out of the line."""
    return RowBuilder(fields, line_reader, fields.hidden, LINE)


@dataclass(slots=True)
class AliasCounter:
    """What the rows say about each declared pair, per table."""

    fields: FieldMap
    _rows: dict[str, int] = field(default_factory=dict)
    #: By table, for each pair: with_field, with_alias, with_both, differing, mistyped.
    _counts: dict[str, list[list[int]]] = field(default_factory=dict)
    _pairs: tuple[AliasSetting, ...] = field(init=False)

    def __post_init__(self) -> None:
        declared = self.fields.settings.pairs
        once = {(pair.query_alias, pair.field_name): pair for pair in reversed(declared)}
        self._pairs = tuple(reversed(once.values()))

    def add(self, row: Row) -> None:
        """Take one row."""
        pairs = self._pairs
        if not pairs:
            return
        table = stored(first_value(row, _TABLES))
        if table not in self._rows:
            self._rows[table] = 0
            self._counts[table] = [[0] * 5 for _ in pairs]
        self._rows[table] += 1
        for pair, counts in zip(pairs, self._counts[table], strict=True):
            with_alias = pair.query_alias in row
            counts[1] += with_alias
            if pair.field_name in row:
                value = row[pair.field_name]
                counts[0] += 1
                if with_alias:
                    counts[2] += 1
                    counts[3] += row[pair.query_alias] != value
                counts[4] += not fits(value, pair.path_type)

    def table(self) -> pa.Table:
        """Return ALIAS_COUNTS, sorted by key."""
        rows = sorted(
            (pair.query_alias, pair.field_name, table, self._rows[table], *counts)
            for table, of_table in self._counts.items()
            for pair, counts in zip(self._pairs, of_table, strict=True)
        )
        columns = list(zip(*rows, strict=True)) or [() for _ in ALIAS_COUNTS]
        return pa.table(
            [
                pa.array(values, type=column.type)
                for values, column in zip(columns, ALIAS_COUNTS, strict=True)
            ],
            schema=ALIAS_COUNTS,
        )


_WHOLE = frozenset({"integer", "int", "long", "short", "byte", "unsigned_long"})
_REAL = frozenset({"double", "float", "half_float", "scaled_float"})


def fits(value: object, path_type: str) -> bool:
    """
    Return whether *value* may stand in a field declared as *path_type*.

    Example:
        >>> fits("228", "integer"), fits("auth.py", "integer"), fits("x", "keyword")
        (True, False, True)
    """
    if value is None:
        return True
    if isinstance(value, list):
        return all(fits(entry, path_type) for entry in value)
    kind = path_type.lower()
    if kind in _WHOLE or kind in _REAL:
        return _number_fits(value, whole=kind in _WHOLE)
    if kind == "boolean":
        return isinstance(value, bool) or value in ("true", "false")
    if kind in ("object", "nested"):
        return isinstance(value, Mapping)
    return not isinstance(value, Mapping)


def _number_fits(value: object, *, whole: bool) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return False
    try:
        return float(value).is_integer() or not whole
    except (ValueError, OverflowError):
        return False
