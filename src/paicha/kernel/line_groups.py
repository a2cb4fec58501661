"""
A stretch of a file cut into lines, and those put together that may be read alike.

The work is Arrow's: no line becomes an object of its own. Lines that are put together lie one behind the
other, so that a pattern runs over all of them at once and memory is read in order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

#: Longer lines are read one by one [bytes].
LONGEST = 512
#: What is left out of the key of a line: digits of any base, and what may stand at its end.
VARYING = b"0123456789abcdef\r"
#: Every digit of any base to one.
HEX_ZEROS = bytes.maketrans(b"123456789abcdef", b"0" * 15)
#: Stands for the key of lines that are too long; no other line has it.
_LONG = b"\n"


class Alike(NamedTuple):
    """
    Lines with one key.

    Args:
        key: What is left of each without `VARYING`.
        places: Which lines of the stretch they are, in order.
        text: Holds them one behind the other, with line ends between.
        start: Where the first begins in it.
        end: Where the last ends, without its line end.
    """

    key: bytes
    places: Sequence[int]
    text: bytes | memoryview
    start: int
    end: int

    @property
    def is_blank(self) -> bool:
        """Whether nothing but blanks is left, or nothing."""
        return not self.key.strip()

    @property
    def is_long(self) -> bool:
        """Whether the lines are longer than `LONGEST`; they share no more than that."""
        return self.key == _LONG


class Lines:
    """
    The lines of a stretch.

    Args:
        data: Whole lines; the last may lack its end.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data if data.endswith(b"\n") else data + b"\n"
        cut = _cut(self._data)
        self._count = len(cut) - 1  # behind the last line end stands an empty one
        edges = pa.Array.from_buffers(pa.int32(), len(cut), [None, cut.buffers()[1]])
        # Cutting leaves line ends out: before line n so many are missing.
        missing = pc.cumulative_sum(pa.repeat(pa.scalar(1, pa.int32()), len(cut)), start=-1)
        self._edges = pc.add(edges, missing).buffers()[1]
        self._starts = memoryview(self._edges).cast("i")
        self._holds: dict[bytes, bool] = {}

    def __len__(self) -> int:
        return self._count

    def start(self, place: int) -> int:
        """Return where a line begins; of the one behind the last: where that ends."""
        return self._starts[place]

    def hold(self, text: bytes) -> bool:
        """Return whether a text stands anywhere in them."""
        if text not in self._holds:
            self._holds[text] = text in self._data
        return self._holds[text]

    def __getitem__(self, place: int) -> bytes:
        start, end = self._starts[place], self._starts[place + 1] - 1
        return self._data[start:end].rstrip(b"\r")

    def chosen(self, key: bytes, places: Sequence[int]) -> Alike:
        """Return some lines as a group."""
        text = b"\n".join([self[place] for place in places])
        return Alike(key, places, text, 0, len(text))

    def parted(self, alike: Alike, width: int) -> Iterator[Alike]:
        """
        Yield the lines of a group by how they begin, digits of any base as 0, under keys of their own.

        Args:
            alike: The group.
            width: How many first characters are looked at.
        """
        text = bytes(alike.text[alike.start : alike.end])
        found: dict[bytes, tuple[list[int], list[bytes]]] = {}
        masked = text.translate(HEX_ZEROS).split(b"\n")
        for place, line, mask in zip(alike.places, text.split(b"\n"), masked, strict=True):
            places, lines = found.setdefault(mask[:width], ([], []))
            places.append(place)
            lines.append(line)
        for beginning, (places, lines) in found.items():
            joined = b"\n".join(lines)
            yield Alike(alike.key + b"\n" + beginning, places, joined, 0, len(joined))

    def groups(self) -> Iterator[Alike]:
        """Yield all lines, put together by their keys."""
        size = len(self._data)
        buffers = [None, self._edges, pa.py_buffer(self._data)]
        lines = pa.Array.from_buffers(pa.binary(), self._count, buffers)
        encoded = self._keys(lines).dictionary_encode()
        order = pc.array_sort_indices(encoded.indices)
        sorted_lines = lines.take(order)
        _, starts, text = sorted_lines.buffers()
        begins = memoryview(starts).cast("i")
        held = memoryview(text)[:size]
        places = order.to_pylist()
        counts = encoded.indices.value_counts().field("counts").to_pylist()
        edges = pairwise(accumulate(counts, initial=0))
        for key, (first, last) in zip(encoded.dictionary.to_pylist(), edges, strict=True):
            yield Alike(key, places[first:last], held, begins[first], begins[last] - 1)

    def _keys(self, lines: pa.BinaryArray) -> pa.BinaryArray:
        keys = _cut(self._data.translate(None, VARYING)).slice(0, self._count)
        long = pc.greater(pc.binary_length(lines), LONGEST)
        if pc.any(long).as_py():
            keys = pc.if_else(long, pa.scalar(_LONG, pa.binary()), keys)
        return keys


def is_part(key: bytes) -> bool:
    """Return whether lines of a key are told apart by how they begin."""
    return b"\n" in key


def _cut(data: bytes) -> pa.BinaryArray:
    ends = pa.array([0, len(data)], pa.int32()).buffers()[1]
    whole = pa.Array.from_buffers(pa.binary(), 1, [None, ends, pa.py_buffer(data)])
    return pc.split_pattern(whole, "\n").values
