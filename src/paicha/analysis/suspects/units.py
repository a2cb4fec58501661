"""
What whoever writes is called: the service or module that records name, or else the file they stand in.

Logs of several programs lie side by side, and some name nobody: PostgreSQL's own, an access log. Without a name
they could be no suspects, and whoever is named would be the first one for want of others. What a web server answers and what
went wrong in it stand in two files of one folder; they are of one program.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import field, replace

import pyarrow as pa

from paicha.analysis.records import FILE_KEYS
from paicha.analysis.tables import CaseTables
from paicha.model.suspects import UnitKind
from paicha.values import dataclass

#: The column that names suspects.
UNIT = "unit"
#: Stands in the name of two logs of one program for what tells them apart.
PAIR = "{access,error}"
_ONE_OF_PAIR = re.compile(
    r"(?<![a-z])(access|error)(?![a-z])(?!.*(?:[/\\]|(?<![a-z])(?:access|error)(?![a-z])))"
)


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


def paired(files: Iterable[str]) -> dict[str, str]:
    """
    Return what an access log and the error log beside it are called together, by the file of each.

    Example:
        >>> paired(["web/access.log", "web/error.log", "web/shop_error.log", "pay/error.log", "web/app.log"])
        {'web/access.log': 'web/{access,error}.log', 'web/error.log': 'web/{access,error}.log'}
    """
    of_both: dict[str, dict[str, str]] = defaultdict(dict)
    for file in sorted(set(files)):
        found = _ONE_OF_PAIR.search(file)
        if found is not None:
            of_both[f"{file[: found.start()]}{PAIR}{file[found.end() :]}"][found[0]] = file
    return {
        file: name for name, both in of_both.items() if len(both) == 2 for file in both.values()
    }


def files_of(name: str) -> tuple[str, ...]:
    """
    Return the files that a suspect called *name* writes.

    Example:
        >>> files_of("web/{access,error}.log"), files_of("web/app.log")
        (('web/access.log', 'web/error.log'), ('web/app.log',))
    """
    if PAIR not in name:
        return (name,)
    return tuple(name.replace(PAIR, one) for one in ("access", "error"))


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
    files = found["file"].to_pylist()
    together = paired(files)
    names = (together.get(file, file) for file in files)
    return Units(kind, column, dict(zip(keys, names, strict=True)))


def with_units(tables: CaseTables, units: Units) -> CaseTables:
    """Return the tables of a case whose counts name everybody in the column `UNIT`."""
    before = tables.baseline_counts
    return replace(
        tables,
        counts=units.named(tables.counts),
        baseline_counts=None if before is None else units.named(before),
    )
