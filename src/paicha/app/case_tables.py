"""The tables of a case: made of the sums, written into it, and what its id is derived from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import fields, replace

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.records import RecordQueries
from paicha.analysis.tables import CaseTables
from paicha.app.gathering import Gathered
from paicha.kernel.columns import whole
from paicha.kernel.fold import fold_both
from paicha.kernel.weights import without_many
from paicha.model.findings import Findings
from paicha.model.question import Question
from paicha.model.schema import SPAN_STEPS
from paicha.ports import CaseStore, Summaries

_SUMS = ("counts", "slot_buckets", "slot_values", "slots")


def case_tables(
    summaries: Summaries, series: pa.Table, gathered: Gathered, records: RecordQueries
) -> CaseTables:
    """Return the tables of the case, without spans; *records* answers for its records."""
    folded, before = fold_both(summaries)
    return CaseTables(
        counts=without_many(summaries.counts),
        slots=summaries.slots,
        slot_values=summaries.slot_values,
        slot_buckets=summaries.slot_buckets,
        templates=folded.templates,
        template_shapes=folded.template_shapes,
        template_slots=folded.template_slots,
        series=series,
        records=records,
        reduced=gathered.reduced is not None,
        store_counts=pa.concat_tables(gathered.store_counts) if gathered.store_counts else None,
        aliases=gathered.aliases,
        minute_s=summaries.minute_s,
        baseline_counts=None if summaries.baseline is None else without_many(summaries.baseline),
        baseline_templates=before,
    )


def with_calls(tables: CaseTables, spans: pa.Table, steps: Sequence[pa.Table]) -> CaseTables:
    """Return *tables* with the spans, and the steps of calls that the records name."""
    span_steps = pa.concat_tables([SPAN_STEPS.empty_table(), *steps])
    # Sources are read in batches of any size and order; what is kept must not show it.
    order = [(name, "ascending") for name in span_steps.column_names]
    return replace(tables, spans=spans, span_steps=span_steps.sort_by(order).combine_chunks())


def _kept(tables: CaseTables) -> dict[str, pa.Table]:
    """Return the tables of a case by name, without the records."""
    named = {f.name: getattr(tables, f.name) for f in fields(tables)}
    named["alias_counts"] = tables.aliases[1] if tables.aliases else None
    return {name: table for name, table in sorted(named.items()) if isinstance(table, pa.Table)}


def sums_of(summaries: Summaries) -> dict[str, pa.Table]:
    """Return those tables of a case that nothing more happens to, by name: they are large."""
    return {name: getattr(summaries, name) for name in _SUMS}


def keeping(case: CaseStore, tables: CaseTables) -> AbstractContextManager[None]:
    """Write *tables* into *case* while a block runs, but for the records and the sums, which it has."""
    return case.putting({name: kept for name, kept in _kept(tables).items() if name not in _SUMS})


def case_id_of(question: Question, tables: CaseTables) -> str:
    """
    Return an id derived from what was asked and from what was read; language and paths do not count.

    Two cases with one id hold the same counts, slots and series over the same window.
    """
    digest = hashlib.sha256()
    digest.update(repr((question.extent, question.scope, question.zone)).encode())
    if question.baseline is not None:
        digest.update(repr(question.baseline).encode())
    for name, table in _kept(tables).items():
        if not name.startswith("template"):
            digest.update(f"\0{name}\0".encode())
            for values in _content(table):
                digest.update(values)
    return digest.hexdigest()[:16]


def with_case_id(findings: Findings, case_id: str) -> Findings:
    """Return *findings* that say of which case they are."""
    return replace(findings, reproduction=replace(findings.reproduction, case_id=case_id))


def _content(table: pa.Table) -> Iterator[memoryview]:
    """Yield what a table holds, column by column: which rows say something, lengths of texts, values."""
    # Not the columnar library's own buffers: equal tables may have different ones.
    for name in table.column_names:
        column = whole(table[name])
        if pa.types.is_decimal(column.type) or pa.types.is_nested(column.type):
            column = pc.cast(column, pa.string())
        yield memoryview(f"\0{name}\0{column.type}\0".encode())
        if column.null_count:
            yield _values(column.is_valid())
        if pa.types.is_string(column.type):
            column = pc.fill_null(column, "") if column.null_count else column
            yield _values(pc.binary_length(column))
        yield _values(column)


def _values(array: pa.Array) -> memoryview:
    """Return the values of an array end to end; where it has none, zero."""
    if pa.types.is_string(array.type):
        _, ends, data = array.buffers()
        if data is None or not len(array):
            return memoryview(b"")
        places = memoryview(ends).cast("i")
        return memoryview(data)[places[array.offset] : places[array.offset + len(array)]]
    if pa.types.is_boolean(array.type):
        array = array.cast(pa.uint8())
    elif pa.types.is_timestamp(array.type):
        array = array.cast(pa.int64())
    array = pc.fill_null(array, 0) if array.null_count else array
    width = array.type.bit_width // 8
    start = array.offset * width
    values = array.buffers()[1]
    return memoryview(values)[start : start + len(array) * width] if len(array) else memoryview(b"")
