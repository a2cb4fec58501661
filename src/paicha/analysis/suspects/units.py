"""
What whoever writes is called: the service or module that records name, or else the file they stand in.

Logs of several programs lie side by side, and some name nobody: PostgreSQL's own, an access log. Without a name
they could be no suspects, and whoever is named would be the first one for want of others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace

import pyarrow as pa

from paicha.analysis.records import FILE_KEYS
from paicha.analysis.tables import CaseTables
from paicha.model.suspects import UnitKind
from paicha.values import dataclass

#: The column that names suspects.
UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Units:
    """
    What the records can be told apart by.

    Args:
        kind: What those are called that records name: services where they name any, else modules.
        column: Where `COUNTS` says it.
        files: The file of those rows of `COUNTS` that name nobody, by `FILE_KEYS`.
    """

    kind: UnitKind = "module"
    column: str = "module"
    files: Mapping[tuple[object, ...], str] = field(default_factory=dict)

    def named(self, counts: pa.Table) -> pa.Table:
        """Return *counts* with the column `UNIT`: "" where it is not known who wrote a row."""
        names = counts[self.column]
        if self.files:
            keys = zip(*(counts[key].to_pylist() for key in FILE_KEYS), strict=True)
            rows = zip(names.to_pylist(), keys, strict=True)
            said = [name or self.files.get(key, "") for name, key in rows]
            names = pa.chunked_array([pa.array(said, pa.string())])
        return counts.append_column(UNIT, names)

    def kinds(self, counts: pa.Table) -> dict[str, UnitKind]:
        """Return everybody whom *counts*, as `named` gave them, name."""
        files = set(self.files.values()) - set(counts[self.column].unique().to_pylist())
        names = counts[UNIT].unique().to_pylist()
        return {name: "file" if name in files else self.kind for name in names if name}


def unit_column(counts: pa.Table) -> tuple[UnitKind, str]:
    """Return what the records can be told apart by: services where they name any, else modules."""
    services = {name for name in counts["service_name"].unique().to_pylist() if name}
    return ("service", "service_name") if services else ("module", "module")


def units_of(tables: CaseTables) -> Units:
    """Return what the records of a case can be told apart by."""
    kind, column = unit_column(tables.counts)
    if "" not in tables.counts[column].unique().to_pylist():
        return Units(kind, column, {})
    found = tables.records.files(column)
    keys = zip(*(found[key].to_pylist() for key in FILE_KEYS), strict=True)
    return Units(kind, column, dict(zip(keys, found["file"].to_pylist(), strict=True)))


def with_units(tables: CaseTables, units: Units) -> CaseTables:
    """Return the tables of a case whose counts name everybody in the column `UNIT`."""
    before = tables.baseline_counts
    return replace(
        tables,
        counts=units.named(tables.counts),
        baseline_counts=None if before is None else units.named(before),
    )
