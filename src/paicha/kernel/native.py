"""
The native twin of the kernel (`native/` in the sources), where it was built.

It gives the same tables as the Python reference beside it; without it everything works, slower.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple, Protocol, cast

import pyarrow as pa

from paicha.kernel.times import to_micros
from paicha.model.question import Window
from paicha.model.schema import COUNTS, SLOT_BUCKETS, SLOT_VALUES, SLOTS

#: What the extension must say of itself; both change when the grammar of shapes, a table or a call does.
TWIN = 24
_TEXTS = (
    "severity_text",
    "body",
    "service_name",
    "host_ip",
    "host_id",
    "code_file_path",
    "scope_name",
)
#: A table as it comes: the number of rows, then the buffers of each column.
Raw = Sequence[object]
#: Tables, and the offsets and data of the texts that their codes stand for: shapes, and names.
Raws = tuple[Sequence[Raw], Sequence[tuple[bytes, bytes]]]


class _Tally(Protocol):
    rows: int

    def add(
        self,
        rows: int,
        fixed: tuple[bytes, bytes, bytes],  # times, whether they hold, severity numbers
        texts: list[tuple[bytes, bytes, int]],
        before: tuple[int, int] | None,
    ) -> tuple[bytes, bytes]: ...

    def take(self) -> Raws: ...


class Extension(Protocol):
    """The compiled module."""

    TWIN: int

    def Tally(self) -> _Tally:  # noqa: N802 - a class of the module
        """Return empty tables."""
        ...

    def Scan(self, *given: object) -> object:  # noqa: N802 - a class of the module
        """Return a scan that has read nothing."""
        ...

    def StoredRows(self, *given: object) -> object:  # noqa: N802 - a class of the module
        """Return what makes records of rows, of which it has none."""
        ...

    def opened(self, path: Path, device: int, inode: int, begins: int) -> object:
        """Return a plain file to be read by scans from where it *begins*; None: what stands there is not the file with these numbers."""
        ...

    def shape(self, body: str) -> tuple[str, list[tuple[str, str, str, float | None]]]:
        """Return the shape of a line and its variables: name, unit, text, number."""
        ...

    def stable_hash(self, text: str) -> int:
        """Return `paicha.kernel.merge.stable_hash`."""
        ...

    def stable_hashes(self, texts: Sequence[str]) -> list[int]:
        """Return the same of several."""
        ...

    def hashes_of_column(self, offsets: bytes, data: bytes, first: int, rows: int) -> bytes:
        """Return the same of a column of text, eight bytes each."""
        ...

    def numbers_of_column(
        self, offsets: bytes, data: bytes, first: int, rows: int, places: Sequence[int]
    ) -> bytes:
        """Return what the variables at *places* of each text of a column are as numbers, row by row; not a number where it is none."""
        ...

    def tell_classes(self, runs: bytes) -> None:
        """Take `paicha.kernel.steps.classes_beyond`."""
        ...

    def number(self, value: float) -> tuple[int, str]:
        """Return the bucket of a number and, as text, its millionths."""
        ...


class Found(NamedTuple):
    """The extension, or why there is none: it does not load, or it is of another version; else it was not built."""

    extension: Extension | None
    unloadable: str = ""
    other: int | None = None  # what it says of itself instead of `TWIN`


class Tables(NamedTuple):
    """
    `COUNTS`, `SLOTS`, `SLOT_VALUES`, `SLOT_BUCKETS`, and the `COUNTS` of the time before.

    Shapes of variables are encoded by a dictionary: in the rows of a long one they would take gigabytes as texts.
    """

    counts: pa.Table
    slots: pa.Table
    slot_values: pa.Table
    slot_buckets: pa.Table
    before: pa.Table


@lru_cache(maxsize=1)
def find() -> Found:
    """Return the extension where it is built, loads and is of this version."""
    try:
        module = cast("Extension", import_module("paicha._native"))
    except ModuleNotFoundError:
        return Found(None)
    except ImportError as error:
        return Found(None, str(error))
    if module.TWIN != TWIN:
        return Found(None, other=module.TWIN)
    return Found(module)


class NativeTally:
    """The running tables of a part, kept by the extension."""

    def __init__(self, extension: Extension) -> None:
        self._tally = extension.Tally()

    @property
    def rows(self) -> int:
        """Rows of the counts so far."""
        return self._tally.rows

    def add(self, records: pa.RecordBatch, before: tuple[int, int] | None = None) -> pa.Array:
        """
        Count a batch of `RECORDS` and return the shapes of its bodies.

        Args:
            records: The batch.
            before: The stretch whose records are only counted apart [µs since 1970, end not included].
        """
        times = records.column("timestamp")
        shapes = self._tally.add(
            records.num_rows,
            (
                _fixed(times.cast(pa.int64()), 8),
                _fixed(times.is_valid().cast(pa.uint8()), 1),
                _fixed(records.column("severity_number"), 1),
            ),
            [text_of(records.column(name)) for name in _TEXTS],
            before,
        )
        return _strings(records.num_rows, shapes)

    def take(self) -> Tables:
        """Return the tables so far and forget them."""
        return tables_of(self._tally.take())


def span_of(window: Window | None) -> tuple[int, int] | None:
    """Return a window in microseconds since 1970."""
    return None if window is None else (to_micros(window.start), to_micros(window.end))


def tables_of(raws: Raws) -> Tables:
    """Return the tables that the extension gave."""
    tables, texts = raws
    # There are as many texts as offsets of eight bytes, but for the first.
    named = [_strings(len(offsets) // 8 - 1, (offsets, data)) for offsets, data in texts]
    slots = (_encoded(like) for like in (SLOTS, SLOT_VALUES, SLOT_BUCKETS))
    likes = (COUNTS, *slots, COUNTS)
    return Tables(*(table_of(raw, like, named) for raw, like in zip(tables, likes, strict=True)))


def _encoded(like: pa.Schema) -> pa.Schema:
    """Return a schema whose shapes are encoded by a dictionary."""
    at = like.get_field_index("shape")
    return like.set(at, like.field(at).with_type(pa.dictionary(pa.int32(), pa.string())))


def table_of(raw: Raw, like: pa.Schema, named: Sequence[pa.Array]) -> pa.Table:
    """Return a table of the schema *like* made of the buffers the extension gave, and of the texts its codes stand for."""
    rows = cast("int", raw[0])
    columns = [
        _column(rows, cast("tuple[bytes, bytes | int]", buffers), field, named)
        for buffers, field in zip(raw[1:], like, strict=True)
    ]
    return pa.table(columns, schema=like)


def _column(
    rows: int, buffers: tuple[bytes, bytes | int], field: pa.Field, named: Sequence[pa.Array]
) -> pa.Array:
    data = pa.py_buffer(buffers[0])
    if pa.types.is_dictionary(field.type):
        codes = pa.Array.from_buffers(pa.int32(), rows, [None, data])
        return pa.DictionaryArray.from_arrays(codes, named[cast("int", buffers[1])])
    if pa.types.is_string(field.type):
        of = buffers[1]
        if isinstance(of, bytes):
            return _strings(rows, (buffers[0], of))
        return named[of].take(pa.Array.from_buffers(pa.int32(), rows, [None, data]))
    if len(buffers) == 1:
        return pa.Array.from_buffers(field.type, rows, [None, data])
    holds = pa.Array.from_buffers(pa.uint8(), rows, [None, pa.py_buffer(cast("bytes", buffers[1]))])
    valid = holds.cast(pa.bool_()).buffers()[1]
    return pa.Array.from_buffers(field.type, rows, [valid, data])


def _strings(rows: int, buffers: tuple[bytes, bytes]) -> pa.Array:
    offsets, data = (pa.py_buffer(buffer) for buffer in buffers)
    wide = pa.Array.from_buffers(pa.large_string(), rows, [None, offsets, data])
    return wide.cast(pa.string())


def _fixed(array: pa.Array, width: int) -> bytes:
    """Return the values of an array, those that are null as anything."""
    start = array.offset * width
    data = array.buffers()[1]
    return b"" if data is None else data.slice(start, len(array) * width).to_pybytes()


def text_of(array: pa.Array) -> tuple[bytes, bytes, int]:
    """Return offsets and data of a column of text, and its first row."""
    _, offsets, data = array.buffers()
    if offsets is None:
        return b"\0" * 4, b"", 0
    start, end = (array.offset * 4, (array.offset + len(array) + 1) * 4)
    rows = offsets.slice(start, end - start).to_pybytes()
    if data is None:
        return rows, b"", 0
    return rows, data.to_pybytes(), 0
