"""Who called whom: every span with the span that called it."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from paicha.values import dataclass

#: Cannot stand inside an id, so that two ids joined by it are one key.
_BETWEEN = "\x1f"


@dataclass(frozen=True, slots=True)
class Links:
    """
    Spans, each once, and where in the table each one's caller stands.

    Args:
        spans: `SPANS` without duplicates.
        keys: Trace id and span id of each row, as one text.
        parents: The row of the calling span; null where it is not among the spans.
        duplicates: Rows that were left out because their span was there already.
    """

    spans: pa.Table
    keys: pa.Array
    parents: pa.Array
    duplicates: int


def link(spans: pa.Table) -> Links:
    """
    Return *spans* without duplicates and linked to their callers.

    Args:
        spans: `SPANS`, in any order.

    Cost:
        One hash table over the spans; a sort where there are duplicates.
    """
    spans = spans.combine_chunks()
    keys = _key(spans["trace_id"], spans["span_id"])
    whole = spans.num_rows
    if pc.count_distinct(keys).as_py() < whole:
        # Sorted by everything that is used, so that which one stays does not depend on the order.
        order = [("trace_id", "ascending"), ("span_id", "ascending"), ("start", "ascending")]
        order += [("duration_us", "ascending"), ("name", "ascending")]
        spans = spans.sort_by(order)
        keys = _key(spans["trace_id"], spans["span_id"])
        fresh = pa.concat_arrays([pa.array([True]), pc.not_equal(keys[1:], keys[:-1])])
        spans, keys = spans.filter(fresh).combine_chunks(), keys.filter(fresh)
    callers = _key(spans["trace_id"], spans["parent_span_id"])
    parents = pc.index_in(callers, value_set=keys)
    own = pc.equal(parents, pa.array(range(spans.num_rows), pa.int32()))
    parents = pc.if_else(own, pa.scalar(None, pa.int32()), parents)  # a span is not its own caller
    return Links(spans, keys, parents, whole - spans.num_rows)


def key_of(trace_ids: pa.ChunkedArray, span_ids: pa.ChunkedArray) -> pa.Array:
    """Return the keys by which records and spans find each other."""
    return _key(trace_ids, span_ids)


def _key(trace_ids: pa.ChunkedArray, span_ids: pa.ChunkedArray) -> pa.Array:
    joined = pc.binary_join_element_wise(trace_ids, span_ids, _BETWEEN)
    if isinstance(joined, pa.ChunkedArray):
        return joined.combine_chunks() if joined.num_chunks != 1 else joined.chunk(0)
    return joined
