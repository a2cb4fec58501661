"""
The tables that pass between two stages.

Every column says in its metadata how it is added when two tables are merged: ``key`` (rows with
equal keys become one), ``sum``, ``min``, ``max``; ``row`` tables are only ever appended.
Times are UTC microseconds; a null time means the line had none. Empty text means "not said".
"""

from __future__ import annotations

from typing import Literal

import pyarrow as pa

Merge = Literal["key", "sum", "min", "max", "row"]

TIME = pa.timestamp("us", tz="UTC")
#: Sums of slot values are exact, so that adding in any order gives the same bytes.
EXACT = pa.decimal128(38, 6)


def _column(name: str, kind: pa.DataType, merge: Merge, *, nullable: bool = False) -> pa.Field:
    return pa.field(name, kind, nullable=nullable, metadata={"merge": merge})


def keys(schema: pa.Schema) -> list[str]:
    """Return the names of the columns that make two rows the same row."""
    return [field.name for field in schema if field.metadata[b"merge"] == b"key"]


def merges(schema: pa.Schema) -> list[tuple[str, str]]:
    """Return ``(column, how)`` for every column that is added when two rows are the same row."""
    return [
        (field.name, field.metadata[b"merge"].decode())
        for field in schema
        if field.metadata[b"merge"] not in (b"key", b"row")
    ]


#: One row per log record. Names from OpenTelemetry's log data model.
RECORDS = pa.schema(
    [
        _column("timestamp", TIME, "row", nullable=True),
        _column(
            "severity_number", pa.int8(), "row"
        ),  # OpenTelemetry 1..24; 0: the line says no level
        _column(
            "severity_text", pa.string(), "row"
        ),  # as the source spells it, upper case; "": none
        _column("body", pa.string(), "row"),  # the message without its header
        _column("service_name", pa.string(), "row"),
        _column("host_ip", pa.string(), "row"),
        _column("host_id", pa.string(), "row"),
        _column("code_file_path", pa.string(), "row"),
        _column("code_line_number", pa.int32(), "row", nullable=True),
        _column("scope_name", pa.string(), "row"),  # the logger's name (class, component)
        _column("trace_id", pa.string(), "row"),
        _column("span_id", pa.string(), "row"),
        _column("locator", pa.string(), "row"),  # finds this one record again; unique within a case
        _column("attributes", pa.string(), "row"),  # JSON object, keys sorted; "": none
    ]
)

#: RECORDS as stored in the case: with the shape each line got.
STORED_RECORDS = pa.schema([*RECORDS, _column("shape", pa.string(), "row")])

#: How often each shape of line occurred. ``module`` is the code file or else the logger;
#: ``host`` the address or else the id; ``minute`` null for records without a time.
COUNTS = pa.schema(
    [
        _column("shape", pa.string(), "key"),
        _column("severity_number", pa.int8(), "key"),
        _column("severity_text", pa.string(), "key"),
        _column("module", pa.string(), "key"),
        _column("service_name", pa.string(), "key"),
        _column("host", pa.string(), "key"),
        _column("minute", TIME, "key", nullable=True),
        _column("n", pa.int64(), "sum"),
        _column("first", TIME, "min", nullable=True),
        _column("last", TIME, "max", nullable=True),
        _column("example", pa.string(), "min"),  # the smallest body, so that order cannot matter
    ]
)

#: Numbers seen in each variable position of a shape.
SLOTS = pa.schema(
    [
        _column("shape", pa.string(), "key"),
        _column("slot", pa.int16(), "key"),  # 0-based position among the shape's variables
        _column("name", pa.string(), "key"),  # "usage" in usage=85%; "": the line gives none
        _column("unit", pa.string(), "key"),  # "%", "ms", "/min", ""; as the line writes it
        _column("n", pa.int64(), "sum"),  # values seen
        _column("numbers", pa.int64(), "sum"),  # how many of them are numbers
        _column("minimum", pa.float64(), "min", nullable=True),
        _column("maximum", pa.float64(), "max", nullable=True),
        _column("total", EXACT, "sum", nullable=True),
    ]
)

#: Counts of single values: exact and complete while a slot has at most ``kernel.slots.VALUE_CAP``
#: distinct values; beyond that the values with the smallest hashes, each with its exact count.
SLOT_VALUES = pa.schema(
    [
        _column("shape", pa.string(), "key"),
        _column("slot", pa.int16(), "key"),
        _column("value", pa.string(), "key"),
        _column("n", pa.int64(), "sum"),
    ]
)

#: A quantile sketch of each numeric slot as logarithmic buckets (DDSketch, 1 % relative error).
SLOT_BUCKETS = pa.schema(
    [
        _column("shape", pa.string(), "key"),
        _column("slot", pa.int16(), "key"),
        _column("bucket", pa.int32(), "key"),
        _column("n", pa.int64(), "sum"),
    ]
)

#: What the fold made of the shapes: one row per template. ``text`` has typed placeholders
#: (``<number>``, ``<ip>``, ``<id>``, ``<word>``, …), ``template_id`` is derived from it alone.
TEMPLATES = pa.schema(
    [
        _column("template_id", pa.string(), "key"),
        _column("text", pa.string(), "row"),
        _column("example", pa.string(), "row"),
        _column("n", pa.int64(), "row"),
    ]
)

#: Which shapes a template is made of.
TEMPLATE_SHAPES = pa.schema(
    [_column("template_id", pa.string(), "row"), _column("shape", pa.string(), "key")]
)

#: The variables of a template, numbers and words alike.
TEMPLATE_SLOTS = pa.schema(
    [
        _column("template_id", pa.string(), "key"),
        _column("slot", pa.int16(), "key"),
        _column("name", pa.string(), "row"),
        _column("unit", pa.string(), "row"),
        _column("kind", pa.string(), "row"),  # number | word | id | ip | path | time | mixed
        _column("n", pa.int64(), "row"),
        _column("minimum", pa.float64(), "row", nullable=True),
        _column("maximum", pa.float64(), "row", nullable=True),
        _column("mean", pa.float64(), "row", nullable=True),
        _column("p50", pa.float64(), "row", nullable=True),
        _column("p95", pa.float64(), "row", nullable=True),
        _column("distinct", pa.int64(), "row"),  # exact when ``complete``, else an estimate
        _column("complete", pa.bool_(), "row"),
        _column(
            "top",
            pa.list_(pa.struct([("value", pa.string()), ("n", pa.int64())])),
            "row",
        ),  # by count falling, then value; at most 20
    ]
)

#: Metric points, already in the concept's own unit (converted once, where they were read).
SERIES = pa.schema(
    [
        _column(
            "concept", pa.string(), "row"
        ),  # id of a metric concept; "": none knows this metric
        _column("metric", pa.string(), "row"),  # the source's own name
        _column("host", pa.string(), "row"),  # address, or else id; "": not said
        _column("labels", pa.string(), "row"),  # JSON object, keys sorted
        _column("timestamp", TIME, "row"),
        _column(
            "value", pa.float64(), "row", nullable=True
        ),  # null: the source said "no value here"
        _column("unit", pa.string(), "row"),
    ]
)

#: One row per span of a trace. ``service_name`` is who did the work, ``name`` the operation.
SPANS = pa.schema(
    [
        _column("trace_id", pa.string(), "row"),
        _column("span_id", pa.string(), "row"),
        _column("parent_span_id", pa.string(), "row"),  # "": nobody called it
        _column("service_name", pa.string(), "row"),
        _column("host", pa.string(), "row"),  # pod, instance or address; "": not said
        _column("name", pa.string(), "row"),
        _column("kind", pa.string(), "row"),  # server | client | internal | producer | consumer; ""
        _column("start", TIME, "row"),
        _column("duration_us", pa.int64(), "row"),
        _column("status", pa.string(), "row"),  # ok | error | "": the span says neither
        _column("locator", pa.string(), "row"),  # finds this one span again
    ]
)

#: Log lines that say in which span they were written. ``step`` is the log statement: its place in
#: the code where the line says it, else the line's shape.
SPAN_STEPS = pa.schema(
    [
        _column("trace_id", pa.string(), "row"),
        _column("span_id", pa.string(), "row"),
        _column("timestamp", TIME, "row"),
        _column("service_name", pa.string(), "row"),
        _column("step", pa.string(), "row"),
        _column("severity_number", pa.int8(), "row"),
    ]
)

#: Exact totals a store counted for us where reading every line was too much.
#: ``dimension``: total | severity_text | module | host | minute (value: ISO 8601, UTC).
STORE_COUNTS = pa.schema(
    [
        _column("source", pa.string(), "key"),
        _column("dimension", pa.string(), "key"),
        _column("value", pa.string(), "key"),
        _column("n", pa.int64(), "sum"),
    ]
)

#: What the rows say about field aliases, per alias, table and source field.
ALIAS_COUNTS = pa.schema(
    [
        _column("alias", pa.string(), "key"),
        _column("field", pa.string(), "key"),
        _column("result_table", pa.string(), "key"),
        _column("rows", pa.int64(), "sum"),  # rows of that table
        _column("with_field", pa.int64(), "sum"),
        _column("with_alias", pa.int64(), "sum"),
        _column("with_both", pa.int64(), "sum"),
        _column("differing", pa.int64(), "sum"),  # both present, values not equal
        _column("mistyped", pa.int64(), "sum"),  # value does not fit the declared path_type
    ]
)
