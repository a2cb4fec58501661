"""
How much the pages of a Parquet file unpack to, as their own headers say.

What stands at the end of a file may say less than its pages, and these are what is unpacked: a page is taken into memory as
a whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow.parquet as pq

#: What of a page is read to see its header, which may hold the least and the largest value. [bytes]
_HEADER, _LONGEST_HEADER = 1 << 10, 1 << 20
#: So many pages no writer makes of one column of a row group: they hold a megabyte, or twenty thousand rows.
_MOST_PAGES = 100_000
#: Of Thrift's compact protocol: what stands for no value, one byte, numbers of varying length, eight bytes, text, lists,
#: structures.
_TRUTHS, _BYTE, _NUMBERS, _DOUBLE, _TEXT, _LISTS, _STRUCT = (1, 2), 3, (4, 5, 6), 7, 8, (9, 10), 12  # fmt: skip
_DEPTH = 8


def sizes_of(source: Path | IO[bytes], group: pq.RowGroupMetaData) -> tuple[int, ...]:
    """
    Return what each column of a row group unpacks to: what its pages say, or the end of the file where that is more [bytes].

    Raises:
        OSError: If a header is none, or there are too many of them.
    """
    if isinstance(source, Path):
        with source.open("rb") as raw:
            return sizes_of(raw, group)
    columns = (group.column(at) for at in range(group.num_columns))
    return tuple(
        max(int(column.total_uncompressed_size), sum(_pages(source, column))) for column in columns
    )


def _pages(raw: IO[bytes], column: pq.ColumnChunkMetaData) -> Iterator[int]:
    """Yield what each page of a column says that it unpacks to [bytes]."""
    at = int(column.data_page_offset)
    if column.has_dictionary_page and 0 < (first := column.dictionary_page_offset or 0) < at:
        at = int(first)
    end = at + int(column.total_compressed_size)
    for _ in range(_MOST_PAGES):
        if at >= end:
            return
        header, unpacked, packed = _header(raw, at, end)
        if unpacked < 0 or packed < 0:
            raise OSError(f"{column.path_in_schema}: page of {unpacked:,} bytes")
        yield unpacked
        at += header + packed
    raise OSError(f"{column.path_in_schema}: more than {_MOST_PAGES:,} pages")


def _header(raw: IO[bytes], at: int, end: int) -> tuple[int, int, int]:
    """Return how long a page's header is, and what the page takes unpacked and packed [bytes]."""
    size = _HEADER
    while True:
        raw.seek(at)
        data = raw.read(min(size, end - at))
        read = _Compact(data)
        try:
            said = read.struct(_DEPTH)
            return read.at, said[2], said[3]
        except (IndexError, KeyError) as error:
            if len(data) < size or size >= _LONGEST_HEADER:
                raise OSError(f"page without a header at byte {at:,}") from error
        size *= 4


class _Compact:
    """Reads Thrift's compact protocol as far as a page's header needs it; beyond its end is an `IndexError`."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    def struct(self, depth: int) -> dict[int, int]:
        """Return the whole numbers of a structure by their field, and pass over all else."""
        found: dict[int, int] = {}
        field = 0
        while (mark := self._byte()) != 0:
            field = field + (mark >> 4) if mark >> 4 else self._whole()
            kind = mark & 0xF
            if kind in _NUMBERS:
                found[field] = self._whole()
            elif kind not in _TRUTHS:  # which say it with their mark
                self._pass_over(kind, depth)
        return found

    def _pass_over(self, kind: int, depth: int) -> None:
        if kind in _NUMBERS:
            self._whole()
        elif kind == _TEXT:
            self._skip(self._varint())
        elif kind in _LISTS:
            mark = self._byte()
            items = mark >> 4 if mark >> 4 < 0xF else self._varint()
            self._items(items, mark & 0xF, depth)
        elif kind == _STRUCT and depth:
            self.struct(depth - 1)
        elif kind in (_BYTE, _DOUBLE, *_TRUTHS):
            self._skip(8 if kind == _DOUBLE else 1)
        else:  # pages have no pairs
            raise IndexError

    def _items(self, items: int, kind: int, depth: int) -> None:
        if items > len(self._data) or not depth:
            raise IndexError
        for _ in range(items):
            self._pass_over(kind, depth - 1)

    def _skip(self, size: int) -> None:
        self.at += size
        if self.at > len(self._data):
            raise IndexError

    def _byte(self) -> int:
        self.at += 1
        return self._data[self.at - 1]

    def _varint(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
            if shift > 63:
                raise IndexError

    def _whole(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)
