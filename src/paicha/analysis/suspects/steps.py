"""Log lines as steps of spans."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.shape import shape
from paicha.model.schema import SPAN_STEPS


def steps_of(records: pa.Table) -> pa.Table:
    """
    Return the records that name a span, as `SPAN_STEPS`.

    A step is the log statement: file (or logger) and line where the record names them, because one
    statement may print lines of many shapes; else the shape.

    Args:
        records: `RECORDS`.

    Cost:
        The shape of every record that names a span but no line of code.
    """
    inside = records.filter(
        pc.and_(pc.not_equal(records["span_id"], ""), pc.is_valid(records["timestamp"]))
    )
    where = pc.if_else(
        pc.equal(inside["code_file_path"], ""), inside["scope_name"], inside["code_file_path"]
    )
    steps = [
        f"{place}:{line}" if place and line is not None else shape(body).shape
        for place, line, body in zip(
            where.to_pylist(),
            inside["code_line_number"].to_pylist(),
            inside["body"].to_pylist(),
            strict=True,
        )
    ]
    return pa.table(
        {
            "trace_id": inside["trace_id"],
            "span_id": inside["span_id"],
            "timestamp": inside["timestamp"],
            "service_name": inside["service_name"],
            "step": pa.array(steps, pa.string()),
            "severity_number": inside["severity_number"],
        },
        schema=SPAN_STEPS,
    )
