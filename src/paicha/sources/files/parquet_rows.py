"""
Rows of Parquet in plain values, a few megabytes at a time, whatever a small file claims to hold.

A text that many rows share is stored once, and a run of equal numbers as one: neither is spelled out before the
few rows at hand are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from paicha.sources.files.lines import LINE_LIMIT

#: Rows that are decoded at once, at most, and what they weigh. [bytes]
_ROWS = 4096
_DECODED = 16 << 20
#: What all values of one row may weigh, so that of each column a fair share is kept. [bytes]
_ROW_BYTES = 64 << 20
#: What is read ahead of all columns together. [bytes]
_AHEAD = 32 << 20
#: About what a value takes in Python beside its text. [bytes]
_CELL = 64
#: A value larger than this is not even looked at. [bytes]
_VALUE = 64 << 20
_WIDTHS = {"BOOLEAN": 1, "INT32": 4, "FLOAT": 4, "INT64": 8, "DOUBLE": 8, "INT96": 12}


def opened(source: Path | IO[bytes]) -> pq.ParquetFile:
    """
    Open a file so that texts are kept once.

    Raises:
        pyarrow.ArrowException: If it is damaged.
    """
    metadata = pq.read_metadata(source)
    columns = [metadata.schema.column(at) for at in range(metadata.num_columns)]
    texts = [
        column.path
        for column in columns
        if column.physical_type == "BYTE_ARRAY" and not column.max_repetition_level
    ]
    if not isinstance(source, Path):
        source.seek(0)
    ahead = max(_AHEAD // max(len(columns), 1), 1 << 12)
    return pq.ParquetFile(source, metadata=metadata, read_dictionary=texts, buffer_size=ahead)


def claimed(group: pq.RowGroupMetaData, schema: pq.ParquetSchema, sizes: Sequence[int]) -> int:
    """
    Return how much a row group says it unpacks to, values that are repeated in a row spelled out [bytes].

    Args:
        group: What the end of the file says of it.
        schema: The columns.
        sizes: What each of them unpacks to [bytes].

    Raises:
        OSError: If its values are too large to be unpacked.
    """
    total = 0
    for at in range(group.num_columns):
        column = group.column(at)
        total += sizes[at]
        if sizes[at] > _VALUE * max(column.num_values, 1):
            raise OSError(f"{column.path_in_schema}: {sizes[at]:,} bytes")
        if schema.column(at).max_repetition_level:
            total += column.num_values * _WIDTHS.get(column.physical_type, 1)
    return total


def rows_of_group(
    file: pq.ParquetFile, group: int, sizes: Sequence[int]
) -> Iterator[tuple[dict[str, object], int]]:
    """Yield each row of a row group, times as text, and how many bytes of its values were left out."""
    facts = file.metadata.row_group(group)
    limit = min(LINE_LIMIT, _ROW_BYTES // max(facts.num_columns, 1))
    for batch in file.iter_batches(_at_once(facts, sizes), row_groups=[group]):
        for piece in _pieces(batch):
            columns, cuts = [], [0] * piece.num_rows
            for column in piece.columns:
                kept, left_out = _within(column, limit)
                columns.append(_values(kept))
                if left_out is not None:
                    cuts = [cut + more for cut, more in zip(cuts, left_out, strict=True)]
            for values, cut in zip(zip(*columns, strict=True), cuts, strict=True):
                yield dict(zip(batch.schema.names, values, strict=True)), cut


def weights_of_group(
    file: pq.ParquetFile, group: int, sizes: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """Yield how many rows each part of a row group has, and how large these are in plain values [bytes]."""
    at_once = _at_once(file.metadata.row_group(group), sizes)
    for batch in file.iter_batches(at_once, row_groups=[group]):
        yield batch.num_rows, sum(map(_weight, batch.columns))


def _weight(column: pa.Array) -> int:
    if pa.types.is_dictionary(column.type):
        lengths = pc.binary_length(column.dictionary).cast(pa.int64()).take(column.indices)
        return int(pc.sum(lengths).as_py() or 0)
    return int(column.nbytes)


def _at_once(facts: pq.RowGroupMetaData, sizes: Sequence[int]) -> int:
    """Return how many rows of a group to decode at once."""
    weight = sum(
        int(facts.column(at).num_values * 8 + sizes[at]) for at in range(facts.num_columns)
    )
    return max(1, min(_ROWS, _DECODED * int(facts.num_rows) // max(weight, 1)))


def _pieces(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a batch, so many at once as may be spelled out."""
    heaviest = sum(_CELL + _heaviest(column) for column in batch.columns)
    step = max(1, _DECODED // max(heaviest, 1))
    for start in range(0, batch.num_rows, step):
        yield batch.slice(start, step)


def _heaviest(column: pa.Array) -> int:
    """Return what the heaviest value of a column weighs, at most [bytes]."""
    texts = column.dictionary if pa.types.is_dictionary(column.type) else column
    if _is_text(texts.type):
        return int(pc.max(pc.binary_length(texts)).as_py() or 0)
    return int(column.nbytes) if pa.types.is_nested(column.type) else 0


def _within(column: pa.Array, limit: int) -> tuple[pa.Array, list[int] | None]:
    """Return a column without what of its values is beyond *limit*, and how much that was of each [bytes]."""
    if _heaviest(column) <= limit:
        return column, None
    if pa.types.is_dictionary(column.type):
        texts, beyond = _within(column.dictionary, limit)
        kept = pa.DictionaryArray.from_arrays(column.indices, texts)
        places = column.indices.to_pylist()
        return kept, beyond and [0 if at is None else beyond[at] for at in places]
    if _is_text(column.type):
        lengths = pc.fill_null(pc.binary_length(column), 0).to_pylist()
        kept = pc.binary_slice(_as_bytes(column), 0, limit)
        return _as_read(kept, column.type), [max(length - limit, 0) for length in lengths]
    weights = [int(column.slice(at, 1).nbytes) for at in range(len(column))]
    light = pa.array([weight <= limit for weight in weights])
    kept = pc.if_else(light, column, pa.scalar(None, column.type))
    return kept, [0 if weight <= limit else weight for weight in weights]


def _is_text(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
    )


def _as_bytes(column: pa.Array) -> pa.Array:
    if pa.types.is_string(column.type):
        return column.cast(pa.binary())
    return column.cast(pa.large_binary()) if pa.types.is_large_string(column.type) else column


def _as_read(cut: pa.Array, kind: pa.DataType) -> pa.Array:
    """Return bytes as the text they are a part of, if they are; a letter that was cut is shown by its bytes."""
    if cut.type == kind:
        return cut
    return pa.array([value if value is None else _decoded(value) for value in cut.to_pylist()])


def _values(column: pa.Array) -> list[object]:
    """Return the values of a column, times as text, to the nanosecond."""
    if pa.types.is_timestamp(column.type):
        # Arrow's own text of a time that has a zone is in UTC and ends with Z.
        unit = column.type.unit
        utc = column.cast(pa.timestamp(unit, "UTC")) if column.type.tz else column
        column = utc.cast(pa.string())
    try:
        return list(column.to_pylist())
    except (ValueError, OverflowError):
        return [_value(scalar) for scalar in column]


def _value(scalar: pa.Scalar) -> object:
    """Return one value; what is no text, or a time that Python has not, as it can be shown."""
    try:
        return scalar.as_py()
    except UnicodeDecodeError:
        text = scalar.value if isinstance(scalar, pa.DictionaryScalar) else scalar
        buffer = text.as_buffer() if hasattr(text, "as_buffer") else None
        return None if buffer is None else _decoded(buffer.to_pybytes())
    except (ValueError, OverflowError):
        try:
            return scalar.cast(pa.string()).as_py()
        except pa.ArrowException:
            return None


def _decoded(value: bytes) -> str:
    return value.decode("utf-8", "backslashreplace")
