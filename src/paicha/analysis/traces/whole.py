"""
A trace belongs to the stretch in which it began, whole.

Cut by the time of each span, a trace at the edge of a stretch loses what came after it, and one over hosts whose clocks differ
loses what the late ones stamped: calls seem not to be made that were.
"""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc


def begun_in(spans: pa.Table, start: datetime, end: datetime) -> pa.Table:
    """
    Return the spans of the traces whose first span lies within half-open *start* to *end*.

    Args:
        spans: `SPANS`; one without a trace stands for itself.
        start: With a zone.
        end: Exclusive.

    Cost:
        One hash table over the traces.
    """
    firsts = spans.group_by(["trace_id"], use_threads=False).aggregate([("start", "min")])
    at = pc.index_in(spans["trace_id"], value_set=firsts["trace_id"].combine_chunks())
    begun = pc.take(firsts["start_min"].combine_chunks(), at)
    begun = pc.if_else(pc.equal(spans["trace_id"], ""), spans["start"], begun)
    return spans.filter(_within(begun, start, end))


def lines_in(lines: pa.Table, spans: pa.Table, start: datetime, end: datetime) -> pa.Table:
    """
    Return the lines of these traces, and of no trace or one without spans those within half-open *start* to *end*.

    Args:
        lines: `SPAN_STEPS`.
        spans: All `SPANS`, also those of other stretches.
        start: With a zone.
        end: Exclusive.
    """
    named = pc.not_equal(lines["trace_id"], "")
    ids = pc.unique(begun_in(spans, start, end)["trace_id"])
    mine = pc.and_(named, pc.is_in(lines["trace_id"], value_set=ids))
    known = pc.and_(named, pc.is_in(lines["trace_id"], value_set=pc.unique(spans["trace_id"])))
    unknown = pc.and_(pc.invert(known), _within(lines["timestamp"], start, end))
    return lines.filter(pc.or_(mine, unknown))


def _within(moments: pa.ChunkedArray, start: datetime, end: datetime) -> pa.ChunkedArray:
    first, last = pa.scalar(start, moments.type), pa.scalar(end, moments.type)
    return pc.and_(pc.greater_equal(moments, first), pc.less(moments, last))
