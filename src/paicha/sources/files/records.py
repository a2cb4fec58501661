"""Lines to records: stack traces joined to the line they belong to, rows of tables put together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice

from paicha.kernel.csv_rows import BareTable, CsvTable
from paicha.kernel.metric_answers import BEGINNING, OPENING_LINES, is_metric_answer
from paicha.kernel.normalise import LineReader, ParsedLine
from paicha.kernel.stacks import StackReader
from paicha.kernel.w3c_rows import DIRECTIVE, FIELDS
from paicha.sources.files.joining import Joiner, Record, shortened
from paicha.sources.files.lines import Line

#: An open quotation mark may hold a row together this long.
_ROW_LINES = 1000
_ROW_CHARACTERS = 1 << 20
#: Lines of a header before the one that names the columns, at most.
_DIRECTIVES = 16


class OtherTable(Exception):
    """The file is a table without log messages: metrics, traces."""


def _unheard(_line: Line) -> None:
    """Hear of a line that is of no record, and count it nowhere."""


def read_records(
    lines: Iterable[Line],
    reader: LineReader,
    *,
    named: bool,
    stacks: StackReader | None = None,
    passed: Callable[[Line], None] = _unheard,
) -> Iterator[Record]:
    """
    Yield the records of one file in its order.

    Args:
        lines: The file's lines.
        reader: Reads one line.
        named: Whether somebody asked for this very file: then it is read whatever it is.
        stacks: Reads stack traces; None: they are not looked into.
        passed: Hears of lines that are of no record: those that name columns.

    Raises:
        OtherTable: If it is a table that holds no log messages, and nobody named it.
    """
    numbered = iter(lines)
    opening = header_lines(numbered)
    if not opening:
        return
    table = reader.open_table(opening[-1].text)
    if table is not None:
        is_row = bool(table.format.columns)
        for line in opening[:-1] if is_row else opening:
            passed(line)
        below = chain(opening[-1:], numbered) if is_row else numbered
        yield from rows_of(below, table, reader, stacks or StackReader(()), passed)
        return
    if not named:
        if opening[-1].text.lstrip().startswith("{"):
            opening += islice(numbered, OPENING_LINES)
        told = "\n".join(line.text for line in opening)[:BEGINNING]
        if reader.is_other_table(opening[0].text) or is_metric_answer(told):
            raise OtherTable
    yield from joined_records(chain(opening, numbered), reader, stacks or StackReader(()), passed)


def joined_records(
    lines: Iterable[Line],
    reader: LineReader,
    stacks: StackReader,
    passed: Callable[[Line], None] = _unheard,
) -> Iterator[Record]:
    """Yield the records of lines, and from a line that opens rows on those of these."""
    numbered = iter(lines)
    joiner = Joiner(reader, stacks)
    for line in numbered:
        if reader.opens_rows(line.text):
            yield from joiner.rest()
            table = reader.open_table(line.text)
            assert table is not None
            if not table.format.columns:
                passed(line)
            below = chain((line,), numbered) if table.format.columns else numbered
            yield from rows_of(below, table, reader, stacks, passed)
            return
        yield from joiner.take(line)
    yield from joiner.rest()


def header_lines(lines: Iterator[Line]) -> list[Line]:
    """Return the lines up to that which may name the columns of a table, which is the last; empty: there is no text."""
    taken: list[Line] = []
    for line in lines:
        if not (line.text.strip() or line.cut_bytes):
            continue
        taken.append(line)
        is_directive = line.text.startswith(DIRECTIVE) and not line.text.startswith(FIELDS)
        if not is_directive or len(taken) >= _DIRECTIVES:
            break
    return taken


def rows_of(
    lines: Iterable[Line],
    table: CsvTable,
    reader: LineReader,
    stacks: StackReader,
    passed: Callable[[Line], None] = _unheard,
) -> Iterator[Record]:
    """
    Yield the rows of a table; a broken one is a record without time, with its text as body.

    Where no header says that a file holds rows only, what does not begin as one does is read as lines are.
    """
    held: list[str] = []
    begin: Line | None = None
    size = 0
    between = Joiner(reader, stacks)
    for line in lines:
        if begin is None and table.is_header(line.text):
            passed(line)
            continue
        if begin is None and not (line.text.strip() or line.cut_bytes):
            continue
        if begin is None and isinstance(table, BareTable) and not table.opens(line.text):
            yield from between.take(line)
            continue
        if begin is not None and table.starts_row(line.text):
            yield _row(held, begin, table, reader, stacks)
            held, begin, size = [], None, 0
        if begin is None:
            yield from between.rest()
        begin = replace(begin, cut_bytes=begin.cut_bytes + line.cut_bytes) if begin else line
        held.append(line.text)
        size += len(line.text)
        # An odd number of quotation marks opens a field over the line end, or closes one.
        odd = line.text.count('"') % 2 == 1
        whole = not table.is_quoted or odd != (len(held) == 1)
        if whole or len(held) >= _ROW_LINES or size >= _ROW_CHARACTERS:
            yield _row(held, begin, table, reader, stacks)
            held, begin, size = [], None, 0
    if begin is not None:
        yield _row(held, begin, table, reader, stacks)
    yield from between.rest()


def _row(
    held: list[str], begin: Line, table: CsvTable, reader: LineReader, stacks: StackReader
) -> Record:
    text = "\n".join(held)
    parsed = reader.read_row(table, text)
    fits = parsed is not None
    if parsed is not None and "\n" in parsed.body:
        parsed.attributes = {**parsed.attributes, **stacks.read(parsed.body)}
    return Record(shortened(parsed or ParsedLine("", body=text), begin), begin, fits, 0)
