"""Parquet files: rows whose columns are known by name, as records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pyarrow as pa

from paicha.kernel.normalise import LineReader, ParsedLine
from paicha.sources.files.archives import is_bomb
from paicha.sources.files.joining import Record
from paicha.sources.files.lines import LINE_LIMIT, Line
from paicha.sources.files.records import OtherTable

if TYPE_CHECKING:
    import pyarrow.parquet as pq

_MAGIC = b"PAR1"


def is_parquet(head: bytes) -> bool:
    """Return whether a file that begins with *head* is Parquet."""
    return head.startswith(_MAGIC)


def text_of(path: Path) -> Iterator[tuple[int, int]]:
    """
    Yield of the parts of a file how many rows they have, and how large these are in plain values [bytes].

    Raises:
        OSError: If the file is damaged.
    """
    from paicha.sources.files.parquet_pages import sizes_of  # noqa: PLC0415 - few files are Parquet
    from paicha.sources.files.parquet_rows import claimed, opened, weights_of_group  # noqa: PLC0415

    stored, claim = path.stat().st_size, 0
    try:
        with opened(path) as file:
            for group in range(file.num_row_groups):
                sizes = sizes_of(path, file.metadata.row_group(group))
                claim += claimed(file.metadata.row_group(group), file.schema, sizes)
                if is_bomb(claim, stored):
                    return
                yield from weights_of_group(file, group, sizes)
    except pa.ArrowException as error:
        raise OSError(str(error).partition("\n")[0]) from error


class TableRows:
    """
    The rows of one Parquet file as records, to be iterated once.

    A row without time and message has all it says as its body. `is_bomb` and `stopped` say afterwards what ended
    the reading before the last row.

    Args:
        source: The file.
        reader: Reads one row.
        stop: Whether to read no further.

    Raises:
        OSError: While iterating, if the file is damaged.
        OtherTable: While iterating, if no column can be a time, or none a message.
    """

    def __init__(
        self, source: Path | IO[bytes], reader: LineReader, stop: Callable[[], bool]
    ) -> None:
        self._source = source
        self._reader = reader
        self._stop = stop
        self.stored_bytes = source.stat().st_size if isinstance(source, Path) else source.seek(0, 2)
        self.unpacked_bytes = 0
        self.is_bomb = False
        self.stopped = False

    def __iter__(self) -> Iterator[Record]:
        from paicha.sources.files.parquet_rows import opened  # noqa: PLC0415 - few files are Parquet

        try:
            with opened(self._source) as file:
                if not self._reader.knows_columns(file.schema_arrow.names):
                    raise OtherTable
                yield from self._records(file)
        except pa.ArrowException as error:
            raise OSError(str(error).partition("\n")[0]) from error

    def _records(self, file: pq.ParquetFile) -> Iterator[Record]:
        from paicha.sources.files.parquet_pages import sizes_of  # noqa: PLC0415 - likewise
        from paicha.sources.files.parquet_rows import claimed, rows_of_group  # noqa: PLC0415

        number = claim = 0
        for group in range(file.num_row_groups):
            sizes = sizes_of(self._source, file.metadata.row_group(group))
            claim += claimed(file.metadata.row_group(group), file.schema, sizes)
            if self._is_beyond(claim):
                self.unpacked_bytes = max(claim, self.unpacked_bytes)
                return
            for row, cut in rows_of_group(file, group, sizes):
                if number % 256 == 0 and self._stop():
                    self.stopped = True
                    return
                number += 1
                record = self._record(row, number, cut)
                self.unpacked_bytes += len(record.line.text)
                if self._is_beyond(self.unpacked_bytes):
                    return
                yield record

    def _is_beyond(self, unpacked: int) -> bool:
        self.is_bomb = is_bomb(unpacked, self.stored_bytes)
        return self.is_bomb

    def _record(self, row: dict[str, object], number: int, cut: int) -> Record:
        said = {name: value for name, value in row.items() if value is not None}
        text = ", ".join(f"{name}={value}" for name, value in said.items())
        parsed = self._reader.read_fields(said, text)
        if parsed is None and len(text) > LINE_LIMIT:
            text, cut = text[:LINE_LIMIT], cut + len(text) - LINE_LIMIT
        line = Line(number, None, text, cut)
        return Record(parsed or ParsedLine("", body=text), line, parsed is not None, 0)
