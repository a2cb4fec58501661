"""Redaction while a case is made, and what a case says of its own for whoever reads it later."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.redaction import Redactor, covered_tree
from paicha.analysis.redaction.sums import Shapes, Sums, covered_sums, looks_at
from paicha.analysis.tables import CaseTables
from paicha.kernel.columns import whole
from paicha.kernel.count import Partial
from paicha.model.findings import Findings
from paicha.model.reading import Reading
from paicha.model.redaction import KINDS, Kind, Mode, Redaction, RedactionRules
from paicha.model.schema import STORED_RECORDS
from paicha.ports import CaseStore, Summaries
from paicha.values import dataclass

#: The table of a case that says how it was covered.
TABLE = "redaction"
#: Records the key is made of, in the order they came [records]: far more than a report shows.
_SEED_ROWS = 1_000
#: Records covered in one go [records]: RE2 needs some 12 ms to warm up, as long as for 40,000 of them.
_TOGETHER = 1 << 17
_TEXTS = ("rule", "value")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Kept:
    """What a case keeps of its redaction."""

    mode: Mode
    seed: bytes
    rules: RedactionRules

    @property
    def redactor(self) -> Redactor | None:
        """What covers text that belongs to the case; None: nothing is to be covered."""
        return None if self.mode == "off" else Redactor(self.seed, self.rules)


def _nothing() -> None:
    pass


class Redacting:
    """
    Covers what goes into one case, and counts it.

    Args:
        rules: What is covered.
        raw: Whether the records themselves stay as they were read.
        seed: That of the case this one goes on from; None: it is made of the first records.
    """

    def __init__(
        self, rules: RedactionRules, *, raw: bool = False, seed: bytes | None = None
    ) -> None:
        self.rules = rules
        self.mode: Mode = "off" if rules.off else "raw" if raw else "on"
        self._seed = seed
        self._redactor: Redactor | None = None
        self._shapes: Shapes | None = None
        self._waiting: list[pa.RecordBatch] = []
        self._counts: Counter[Kind] = Counter()
        self._records = 0

    def records(self, batch: pa.RecordBatch) -> list[pa.RecordBatch]:
        """Return batches of `STORED_RECORDS` that are ready for the case: some wait, see `rest`."""
        self._records += batch.num_rows
        if self.mode == "off":
            return [batch]
        self._waiting.append(batch)
        waiting = sum(part.num_rows for part in self._waiting)
        return self.rest() if waiting >= _TOGETHER else []

    def rest(self) -> list[pa.RecordBatch]:
        """Return what waited: no more records come, or enough came."""
        waiting, self._waiting = self._waiting, []
        if waiting and self._redactor is None:
            self._redactor = Redactor(self._seed or _seed_of(waiting), self.rules)
        whole = pa.Table.from_batches(waiting, STORED_RECORDS).combine_chunks()
        return [self._record_batch(batch) for batch in whole.to_batches()]

    def _record_batch(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        assert self._redactor is not None
        columns = {name: batch.column(name) for name in batch.schema.names}
        body, attributes = self._redactor.records(
            columns["body"],
            columns["attributes"],
            self._counts,
            again=self._seed is not None,
        )
        if self.mode == "on":
            columns |= {"body": body, "attributes": attributes}
        columns["shape"] = self._shapes_of(self._redactor).column(columns["shape"])
        names = ("scope_name", "service_name")
        covered = self._redactor.distinct(*(columns[name] for name in names))
        columns |= zip(names, covered, strict=True)
        return pa.RecordBatch.from_arrays(list(columns.values()), schema=STORED_RECORDS)

    def redactor(self, counts: pa.Table) -> Redactor:
        """Return what covers; without a record the key is made of *counts*."""
        if self._redactor is None:
            rows = counts.select(["first", "last", "example"]).slice(0, _SEED_ROWS)
            seed = self._seed or (_seed_of(self._waiting) if self._waiting else _digest(rows))
            self._redactor = Redactor(seed, self.rules)
        return self._redactor

    def _shapes_of(self, redactor: Redactor) -> Shapes:
        """Return what covers shapes, and remembers them: they come with records, with sums and with calls."""
        if self._shapes is None:
            self._shapes = Shapes(redactor)
        return self._shapes

    def sums(self, summaries: Summaries, meanwhile: Callable[[], None] = _nothing) -> Summaries:
        """
        Return sums with what their texts hold covered.

        Args:
            summaries: The sums.
            meanwhile: Done while RE2, which needs no lock of Python's, looks at their examples and values.
        """
        if self.mode == "off":
            meanwhile()
            return summaries
        assert isinstance(summaries, Partial)
        redactor = self.redactor(summaries.counts)
        names = ("counts", "slots", "slot_values", "slot_buckets", "baseline")
        sums = Sums(*(getattr(summaries, name) for name in names))
        with ThreadPoolExecutor(2) as pool:
            looks = looks_at(sums, redactor, pool)
            meanwhile()
            shown = covered_sums(sums, redactor, self._shapes_of(redactor), looks)
        return replace(summaries, **shown._asdict())

    def tables(self, tables: CaseTables) -> CaseTables:
        """Return tables with the texts covered that come from elsewhere than log lines."""
        if self.mode == "off":
            return tables
        redactor = self.redactor(tables.counts)
        named = (("store_counts", "value"), ("spans", "name"), ("series", "labels"))
        there = [(*one, table) for one in named if (table := getattr(tables, one[0])) is not None]
        covered = redactor.distinct(*(table[column] for _, column, table in there))
        changed = {
            name: _put(table, column, shown)
            for (name, column, table), shown in zip(there, covered, strict=True)
        }
        if tables.span_steps is not None:
            steps = self._shapes_of(redactor).column(tables.span_steps["step"])
            changed["span_steps"] = _put(tables.span_steps, "step", steps)
        return replace(tables, **changed)

    def findings(self, findings: Findings, counts: pa.Table) -> Findings:
        """Return findings with every text covered, and what was covered counted in them."""
        said = Redaction(
            self.mode,
            self._records,
            tuple((kind, self._counts[kind]) for kind in KINDS if self._counts[kind]),
        )
        if self.mode != "off":
            findings = covered_tree(findings, self.redactor(counts))
        return replace(findings, coverage=replace(findings.coverage, redaction=said))

    def reading(self, reading: Reading) -> Reading:
        """Return how far files were read, with the lines in it covered."""
        if self._redactor is None:
            return reading
        coverage, baseline = covered_tree((reading.coverage, reading.baseline), self._redactor)
        return replace(reading, coverage=coverage, baseline=baseline)

    def keep(self, case: CaseStore) -> None:
        """Write into *case* how it was covered."""
        seed = b"" if self._redactor is None else self._redactor.seed or b""
        rows = [("mode", self.mode), ("seed", seed.hex())]
        rows += [
            (name, one)
            for name in ("names", "patterns", "exceptions")
            for one in getattr(self.rules, name)
        ]
        columns = list(zip(*rows, strict=True))
        case.put(TABLE, pa.table([pa.array(c, pa.string()) for c in columns], names=list(_TEXTS)))


def kept_in(case: CaseStore) -> Kept | None:
    """Return what *case* keeps of its redaction; None: a version that covered reports only made it."""
    table = case.get(TABLE)
    if table is None:
        return None
    found: dict[str, list[str]] = {}
    for rule, value in zip(*(table[name].to_pylist() for name in _TEXTS), strict=True):
        found.setdefault(rule, []).append(value)
    rules = RedactionRules(
        found["mode"] == ["off"],
        *(tuple(found.get(name, ())) for name in ("names", "patterns", "exceptions")),
    )
    mode: Mode = "off" if rules.off else "raw" if found["mode"] == ["raw"] else "on"
    return Kept(mode, bytes.fromhex(found["seed"][0]), rules)


def redactor_of(kept: Kept | None) -> Redactor | None:
    """Return what covers text that is read anew for a case, or was kept raw; None: nothing is to be covered."""
    return Redactor() if kept is None else kept.redactor


def shown_rows(case: CaseStore, rows: pa.Table) -> pa.Table:
    """Return rows that somebody asked *case* for, covered where the case holds what was read."""
    kept = kept_in(case)
    redactor = redactor_of(kept)
    if redactor is None or (kept is not None and kept.mode == "on"):
        return rows
    for name in rows.column_names:
        if pa.types.is_string(rows.schema.field(name).type) and name != "locator":
            column = pc.fill_null(whole(rows[name]), "")
            rows = _put(
                rows, name, pc.if_else(rows[name].is_valid(), redactor.column(column), None)
            )
    return rows


def _seed_of(batches: list[pa.RecordBatch]) -> bytes:
    rows = pa.Table.from_batches(batches).slice(0, _SEED_ROWS)
    return _digest(rows.select(["timestamp", "body", "attributes"]))


def _digest(rows: pa.Table) -> bytes:
    digest = hashlib.blake2b(digest_size=32)
    for row in _texts(rows):
        digest.update(row)
    return digest.digest()


def _texts(rows: pa.Table) -> Iterator[bytes]:
    for column in rows.columns:
        values = _moments(column) if pa.types.is_timestamp(column.type) else column.to_pylist()
        for value in values:
            yield f"{value}\0".encode("utf-8", "surrogatepass")


def _moments(column: pa.ChunkedArray) -> Iterator[datetime | None]:
    """Yield moments in UTC [us] as `to_pylist` does, which for their zone takes half of all the time that a key takes."""
    for micros in column.cast(pa.int64()).to_pylist():
        yield None if micros is None else _EPOCH + timedelta(microseconds=micros)


def _put(table: pa.Table, name: str, column: pa.Array) -> pa.Table:
    return table.set_column(table.schema.get_field_index(name), table.schema.field(name), column)
