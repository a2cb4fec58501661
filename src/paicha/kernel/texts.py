"""Columns of texts as what they are made of: where each begins, and all of them one behind the other."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate

import pyarrow as pa
import pyarrow.compute as pc

_ONE = pa.scalar(1, pa.int32())
#: Even numbers, of which beginnings are handed out: counting them takes a fifth of the time of cutting texts.
_EVENS = [pa.array([], pa.int32())]


def apart(texts: pa.BinaryArray) -> tuple[pa.Int32Array, bytes]:
    """
    Return where texts begin and the last ends, and what holds them.

    Example:
        >>> edges, data = apart(pa.array([b"ab", b"", b"c"], pa.binary()))
        >>> edges.to_pylist(), data
        ([0, 2, 2, 3], b'abc')
    """
    _, edges, data = texts.buffers()
    found = pa.Array.from_buffers(pa.int32(), len(texts) + 1, [None, edges], offset=texts.offset)
    if texts.offset:
        found = pc.subtract(found, found[0])
    start = 0 if not texts.offset else _first(edges, texts.offset)
    end = start + found[len(texts)].as_py()
    return found, b"" if data is None else bytes(memoryview(data)[start:end])


def _first(edges: pa.Buffer, at: int) -> int:
    return memoryview(edges).cast("i")[at]


def column(edges: pa.Int32Array, data: bytes | pa.Buffer) -> pa.BinaryArray:
    """Return texts from where they begin, and the last ends."""
    buffers = [None, edges.buffers()[1], pa.py_buffer(data)]
    return pa.Array.from_buffers(pa.binary(), len(edges) - 1, buffers)


def lines_of(data: bytes) -> pa.BinaryArray:
    """Return the lines of a text that ends with a line end, without these."""
    whole = column(pa.array([0, len(data)], pa.int32()), data)
    return pc.split_pattern(whole, "\n").values[:-1]


def counting(n: int, start: int = 0, step: int = 1) -> pa.Int32Array:
    """
    Return so many numbers, one after the other.

    Example:
        >>> counting(3, 4, 2).to_pylist()
        [4, 6, 8]
    """
    return pc.cumulative_sum(pa.repeat(pa.scalar(step, pa.int32()), n), start=start - step)


def cut_out(edges: pa.Int32Array, data: bytes) -> pa.BinaryArray:
    """
    Return parts of a text.

    Args:
        edges: Where the first begins, where it ends, where the second begins, and so on.
        data: The text.

    Example:
        >>> cut_out(pa.array([2, 4, 0, 1], pa.int32()), b"abcd").to_pylist()
        [b'cd', b'a']
    """
    # Between a part and the next is nothing that is looked at; its length may be less than none.
    closed = pa.concat_arrays([edges, pa.array([len(data)], pa.int32())])
    return column(closed, data).take(_evens(len(edges) // 2))


def _evens(n: int) -> pa.Int32Array:
    # Another thread may put others there meanwhile.
    held = _EVENS[0]
    if len(held) < n:
        held = _EVENS[0] = counting(2 * n, 0, 2)
    return held[:n]


def joined(parts: Iterable[pa.Array], kind: pa.DataType) -> pa.Array:
    """Return arrays, maybe none, as one."""
    found = [part for part in parts if len(part)]
    return found[0] if len(found) == 1 else pa.concat_arrays([pa.array([], kind), *found])


def numbered(numbers: array[int]) -> pa.Int32Array:
    """Return numbers as a column."""
    data = pa.py_buffer(numbers.tobytes())
    return pa.Array.from_buffers(pa.int32(), len(numbers), [None, data])


def plain(numbers: pa.Int32Array) -> memoryview:
    """Return the numbers of a column, to be looked at one by one."""
    return memoryview(numbers.buffers()[1]).cast("i")[
        numbers.offset : numbers.offset + len(numbers)
    ]


def missing(numbers: pa.Int32Array, n: int) -> list[int]:
    """
    Return the numbers from 0 to below a bound that are not among some, which rise.

    Example:
        >>> missing(pa.array([1, 2, 5], pa.int32()), 7)
        [0, 3, 4, 6]
    """
    edges = pa.array([-1, n], pa.int32())
    all_of_it = pa.concat_arrays([edges[:1], numbers, edges[1:]])
    steps = pc.subtract(all_of_it[1:], all_of_it[:-1])
    known = plain(all_of_it)
    gaps = pc.indices_nonzero(pc.greater(steps, 1)).to_pylist()
    return [one for at in gaps for one in range(known[at] + 1, known[at + 1])]


def rising(numbers: pa.Array, bound: int) -> pa.Int32Array:
    """
    Return in which order numbers below a bound rise, no two of which are the same.

    Cost: a thirtieth of sorting them where they fill most of the bound.

    Example:
        >>> rising(pa.array([4, 0, 3], pa.int32()), 6).to_pylist()
        [1, 2, 0]
    """
    places = pc.inverse_permutation(numbers, max_index=bound - 1, output_type=pa.int32())
    return places.drop_null() if places.null_count else places


def owners_of(counts: Sequence[int]) -> pa.Int32Array:
    """
    Return 0 as often as the first count says, then 1, and so on.

    Example:
        >>> owners_of([2, 0, 1]).to_pylist()
        [0, 0, 2]
    """
    edges = list(accumulate(counts, initial=0))
    found = pa.ListArray.from_arrays(pa.array(edges, pa.int32()), pa.nulls(edges[-1]))
    return pc.list_parent_indices(found).cast(pa.int32())


def together(columns: Sequence[pa.BinaryArray], filler: bytes) -> pa.BinaryArray:
    """Return columns of texts as one, with something between."""
    return columns[0] if len(columns) == 1 else pc.binary_join_element_wise(*columns, filler)
