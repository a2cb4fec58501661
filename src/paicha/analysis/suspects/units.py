"""
What whoever writes is called: the service or module that records name, or else the file they stand in.

Logs of several programs lie side by side, and some name nobody: PostgreSQL's own, an access log. Without a name
they could be no suspects, and whoever is named would be the first one for want of others. Where lines name modules and no service,
each program has a file that is called after it, and one tells what is wrong with another, the programs are told apart: lines of
who calls tell the name of the program that is called, and none of its modules.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import field, replace

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.membership import ABNORMAL
from paicha.analysis.records import FILE_KEYS
from paicha.analysis.suspects.logged import patterns_of
from paicha.analysis.suspects.programs import called_after_files, paired
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
        programs: By module the file of its program, where these are told apart instead.
    """

    kind: UnitKind = "module"
    column: str = "module"
    files: Mapping[tuple[object, ...], str] = field(default_factory=dict)
    programs: Mapping[str, str] = field(default_factory=dict)

    def named(self, counts: pa.Table) -> pa.Table:
        """Return *counts* with the column `UNIT`: "" where it is not known who wrote a row."""
        names = counts[self.column]
        if self.files or self.programs:
            keys = zip(*(counts[key].to_pylist() for key in FILE_KEYS), strict=True)
            rows = zip(names.to_pylist(), keys, strict=True)
            told = self.programs
            said = [told.get(name, name) or self.files.get(key, "") for name, key in rows]
            names = pa.chunked_array([pa.array(said, pa.string())])
        return counts.append_column(UNIT, names)

    def kinds(self, counts: pa.Table) -> dict[str, UnitKind]:
        """Return everybody whom *counts*, as `named` gave them, name."""
        files = {*self.files.values(), *self.programs.values()}
        files -= set(counts[self.column].unique().to_pylist())
        names = counts[UNIT].unique().to_pylist()
        return {name: "file" if name in files else self.kind for name in names if name}


def unit_column(counts: pa.Table) -> tuple[UnitKind, str]:
    """Return what the records can be told apart by: services where they name any, else modules."""
    services = {name for name in counts["service_name"].unique().to_pylist() if name}
    return ("service", "service_name") if services else ("module", "module")


def units_of(tables: CaseTables) -> Units:
    """Return what the records of a case can be told apart by."""
    kind, column = unit_column(tables.counts)
    names = tables.counts[column].unique().to_pylist()
    files: dict[tuple[object, ...], str] = {}
    if "" in names:
        found = tables.records.files(column)
        keys = zip(*(found[key].to_pylist() for key in FILE_KEYS), strict=True)
        written = found["file"].to_pylist()
        together = paired(written)
        files = {key: together.get(file, file) for key, file in zip(keys, written, strict=True)}
    whole = kind == "module" and not tables.reduced
    programs = _programs(tables, {*names} - {""}, files.values()) if whole else {}
    return Units(kind, column, files, programs)


def _programs(
    tables: CaseTables, modules: Collection[str], others: Iterable[str]
) -> Mapping[str, str]:
    """
    Return by module the file of its program, where errors of one name another.

    Nothing where a file is not called after a program, or not each module stands in one file: a module says more then.
    """
    found = tables.records.module_files()
    if any(len(found.get(module, ())) != 1 for module in modules):
        return {}
    files = {module: found[module][0] for module in sorted(modules)}
    together = paired(files.values())
    files = {module: together.get(file, file) for module, file in files.items()}
    called = called_after_files({*files.values(), *others})
    if not called.keys() >= {*files.values()}:
        return {}
    return files if _name_each_other(tables.counts, files, called) else {}


def _name_each_other(counts: pa.Table, files: Mapping[str, str], called: Mapping[str, str]) -> bool:
    """Return whether an abnormal line of a module names the program of another file."""
    bad = counts.filter(pc.greater_equal(counts["severity_number"], ABNORMAL))
    rows = sorted({*zip(bad["module"].to_pylist(), bad["example"].to_pylist(), strict=True)})
    patterns = patterns_of(called.values())
    return any(
        stem.casefold() in example.casefold() and patterns[stem].search(example) is not None
        for module, example in rows
        for file, stem in called.items()
        if module and file != files[module]
    )


def with_units(tables: CaseTables, units: Units) -> CaseTables:
    """Return the tables of a case whose counts name everybody in the column `UNIT`."""
    before = tables.baseline_counts
    return replace(
        tables,
        counts=units.named(tables.counts),
        baseline_counts=None if before is None else units.named(before),
    )


def writers_of(tagged: pa.Table, kinds: Mapping[str, UnitKind]) -> dict[str, frozenset[str]]:
    """
    Return who writes each problem, by its id; nobody where it is not known of some of its records.

    Among modules those records count for nothing: hardly any log names one in each line.

    Args:
        tagged: The rows of `COUNTS` that belong to a problem, with `UNIT`.
        kinds: What each suspect is.
    """
    pairs = tagged.group_by(["problem", UNIT], use_threads=False).aggregate([])
    found: dict[str, set[str]] = {}
    for problem, name in zip(pairs["problem"].to_pylist(), pairs[UNIT].to_pylist(), strict=True):
        found.setdefault(problem, set()).add(name)
    modules = "module" in kinds.values()
    return {
        problem: frozenset(names - {""} if modules or "" not in names else ())
        for problem, names in sorted(found.items())
    }
