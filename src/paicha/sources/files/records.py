"""Lines to records: stack traces joined to the line they belong to, CSV rows put together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from paicha.kernel.csv_rows import CsvTable
from paicha.kernel.normalise import LineReader, ParsedLine
from paicha.sources.files.lines import Line

#: How many further lines, and how much text, join one record; the rest is counted.
FOLLOWING_LINES = 500
FOLLOWING_CHARACTERS = 1 << 16
#: An open quotation mark may hold a row together this long.
_ROW_LINES = 1000
_ROW_CHARACTERS = 1 << 20


@dataclass(frozen=True, slots=True)
class Record:
    """One record and where it begins."""

    parsed: ParsedLine
    line: Line
    fits: bool  # whether any format fitted
    left_out: int  # further lines that were not joined any more


class OtherTable(Exception):
    """The file is a table without log messages: metrics, traces."""


def read_records(lines: Iterable[Line], reader: LineReader, *, named: bool) -> Iterator[Record]:
    """
    Yield the records of one file in its order.

    Args:
        lines: The file's lines.
        reader: Reads one line.
        named: Whether somebody asked for this very file: then it is read whatever it is.

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
    joiner = _Joiner(reader)
    yield from joiner.take(first)
    for line in numbered:
        yield from joiner.take(line)
    yield from joiner.rest()


class _Joiner:
    """Holds the record that further lines may still belong to."""

    def __init__(self, reader: LineReader) -> None:
        self._reader = reader
        self._open: ParsedLine | None = None
        self._line: Line | None = None
        self._parts: list[str] = []
        self._size = 0
        self._left_out = 0
        self._blank = 0

    def take(self, line: Line) -> Iterator[Record]:
        """Take one line; yield the record before it when this line begins another."""
        if not line.text or line.text.isspace():
            self._blank += self._open is not None
            return
        parsed = self._reader.read_line(line.text)
        if self._open is not None and self._follows(parsed):
            self._join(line)
            return
        yield from self.rest()
        if parsed is None:
            yield Record(_shortened(ParsedLine("", body=line.text), line), line, False, 0)  # noqa: FBT003
        else:
            self._open, self._line = _shortened(parsed, line), line

    def rest(self) -> Iterator[Record]:
        """Yield the record still held."""
        if self._open is not None and self._line is not None:
            if self._parts:
                more = [f"[+{self._left_out}]"] if self._left_out else []
                self._open.body = "\n".join([self._open.body, *self._parts, *more])
            yield Record(self._open, self._line, True, self._left_out)  # noqa: FBT003
        self._open = self._line = None
        self._parts, self._size, self._left_out, self._blank = [], 0, 0, 0

    def _follows(self, parsed: ParsedLine | None) -> bool:
        """Return whether a line that was read as *parsed* continues the record before it."""
        if parsed is None:
            return True
        # "ERROR: …" without a time below a line with one is part of what that line prints.
        return (
            parsed.timestamp_us is None
            and self._open is not None
            and self._open.timestamp_us is not None
            and self._reader.is_generic(parsed)
        )

    def _join(self, line: Line) -> None:
        room = len(self._parts) < FOLLOWING_LINES and (
            self._size + len(line.text) <= FOLLOWING_CHARACTERS
        )
        if not room or self._left_out:
            self._left_out += 1
            return
        self._parts += [""] * self._blank
        self._parts.append(line.text)
        self._size += len(line.text)
        self._blank = 0


def _shortened(parsed: ParsedLine, line: Line) -> ParsedLine:
    if line.cut_bytes:
        parsed.body += f"[+{line.cut_bytes} bytes]"
    return parsed


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
    return Record(_shortened(parsed or ParsedLine("", body=text), begin), begin, fits, 0)
