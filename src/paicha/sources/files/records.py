"""Lines to records: stack traces joined to the line they belong to, CSV rows put together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from paicha.kernel.csv_rows import CsvTable
from paicha.kernel.normalise import LineReader, ParsedLine
from paicha.kernel.stacks import StackReader
from paicha.sources.files.joining import Joiner, Record, shortened
from paicha.sources.files.lines import Line

#: An open quotation mark may hold a row together this long.
_ROW_LINES = 1000
_ROW_CHARACTERS = 1 << 20


class OtherTable(Exception):
    """The file is a table without log messages: metrics, traces."""


def read_records(
    lines: Iterable[Line], reader: LineReader, *, named: bool, stacks: StackReader | None = None
) -> Iterator[Record]:
    """
    Yield the records of one file in its order.

    Args:
        lines: The file's lines.
        reader: Reads one line.
        named: Whether somebody asked for this very file: then it is read whatever it is.
        stacks: Reads stack traces; None: they are not looked into.

    Raises:
        OtherTable: If it is a table that holds no log messages, and nobody named it.
    """
    numbered = iter(lines)
    first = next((line for line in numbered if line.text.strip()), None)
    if first is None:
        return
    table = reader.open_table(first.text)
    if table is not None:
        yield from _rows(numbered, table, reader, first.text)
        return
    if not named and reader.is_other_table(first.text):
        raise OtherTable
    joiner = Joiner(reader, stacks or StackReader(()))
    yield from joiner.take(first)
    for line in numbered:
        yield from joiner.take(line)
    yield from joiner.rest()


def _rows(
    lines: Iterable[Line], table: CsvTable, reader: LineReader, header: str
) -> Iterator[Record]:
    """Yield the rows of a CSV file; a broken one is a record without time, with its text as body."""
    held: list[str] = []
    begin: Line | None = None
    size = 0
    for line in lines:
        if begin is None and (not line.text.strip() or line.text == header):
            continue
        if begin is not None and table.starts_row(line.text):
            yield _row(held, begin, table, reader)
            held, begin, size = [], None, 0
        begin = begin or line
        held.append(line.text)
        size += len(line.text)
        # An odd number of quotation marks opens a field over the line end, or closes one.
        odd = line.text.count('"') % 2 == 1
        whole = odd != (len(held) == 1)
        if whole or len(held) >= _ROW_LINES or size >= _ROW_CHARACTERS:
            yield _row(held, begin, table, reader)
            held, begin, size = [], None, 0
    if begin is not None:
        yield _row(held, begin, table, reader)


def _row(held: list[str], begin: Line, table: CsvTable, reader: LineReader) -> Record:
    text = "\n".join(held)
    parsed = reader.read_row(table, text)
    fits = parsed is not None
    return Record(shortened(parsed or ParsedLine("", body=text), begin), begin, fits, 0)
