"""Parquet files: rows whose columns are known by name, as records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pyarrow as pa

from paicha.kernel.normalise import LineReader, ParsedLine
from paicha.sources.files.joining import Record
from paicha.sources.files.lines import Line
from paicha.sources.files.records import OtherTable

_ROWS = 4096
_MAGIC = b"PAR1"


def is_parquet(head: bytes) -> bool:
    """Return whether a file that begins with *head* is Parquet."""
    return head.startswith(_MAGIC)


def read_rows(source: Path | IO[bytes], reader: LineReader) -> Iterator[Record]:
    """
    Yield every row as a record; a row without time and message has all it says as its body.

    Raises:
        OSError: If the file is damaged.
        OtherTable: If no column can be a time, or none a message.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415 - a tenth of what pyarrow takes to load, and few files are Parquet

    try:
        with pq.ParquetFile(source) as file:
            names = file.schema_arrow.names
            if not reader.knows_columns(names):
                raise OtherTable
            number = 0
            for batch in file.iter_batches(_ROWS):
                for row in _plain(batch).to_pylist():
                    number += 1
                    yield _record(row, number, reader)
    except pa.ArrowException as error:
        raise OSError(str(error).partition("\n")[0]) from error


def _record(row: dict[str, object], number: int, reader: LineReader) -> Record:
    said = {name: value for name, value in row.items() if value is not None}
    text = ", ".join(f"{name}={value}" for name, value in said.items())
    parsed = reader.read_fields(said, text)
    line = Line(number, None, text, 0)
    return Record(parsed or ParsedLine("", body=text), line, parsed is not None, 0)


def _plain(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return *batch* with times as text, to the nanosecond."""
    columns = [
        _time_text(column) if pa.types.is_timestamp(column.type) else column
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _time_text(column: pa.Array) -> pa.Array:
    # Arrow's own text of a time that has a zone is in UTC and ends with Z.
    zone = column.type.tz
    return (column.cast(pa.timestamp(column.type.unit, "UTC")) if zone else column).cast(
        pa.string()
    )
