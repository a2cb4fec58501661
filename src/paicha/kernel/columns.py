"""Columns of tables."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa


def whole(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """
    Return a column as one array.

    Cost:
        Nothing where it is one already; `combine_chunks` copies it then too, 3 ms for a megabyte of text.

    Example:
        >>> whole(pa.chunked_array([[1], [2]])).to_pylist()
        [1, 2]
    """
    if isinstance(column, pa.Array):
        return column
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def in_order(batches: Sequence[pa.RecordBatch], order: Sequence[int]) -> pa.RecordBatch:
    """
    Return the rows of some batches, one behind the other, as one in the *order* of their numbers.

    Example:
        >>> some, others = (pa.record_batch({"n": one}) for one in ([0, 1], [2]))
        >>> in_order([some, others], [0, 2, 1])["n"].to_pylist()
        [0, 2, 1]
    """
    both = pa.Table.from_batches(batches).combine_chunks()
    return both.take(pa.array(order, pa.int64())).combine_chunks().to_batches()[0]
