"""CSV files: which columns a header names, and what a row says."""

from __future__ import annotations

import re
from collections.abc import Sequence

from paicha.kernel.line_formats import FieldFormat, ParsedLine
from paicha.model.knowledge import LogFormat

_NUMBER = re.compile(r"\d{1,9}")


class CsvTable:
    """
    A file of rows under one header line.

    Args:
        reader: The format whose `fields` name the columns.
        columns: The header's names, in the spelling the format's candidates use.
        delimiter: What stands between two fields.
        header: The header line, which may come again.
    """

    #: Whether a field in quotation marks may go over the ends of lines.
    is_quoted = True

    def __init__(
        self, reader: FieldFormat, columns: Sequence[str], delimiter: str, header: str = ""
    ) -> None:
        self._reader = reader
        self._columns = tuple(columns)
        self._delimiter = delimiter
        self._header = header

    @property
    def reader(self) -> FieldFormat:
        """What reads the named cells of a row."""
        return self._reader

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its columns."""
        return self._columns

    @property
    def delimiter(self) -> str:
        """What stands between two cells."""
        return self._delimiter

    @property
    def header(self) -> str:
        """The line that names the columns."""
        return self._header

    @property
    def format(self) -> LogFormat:
        """The format of the rows."""
        return self._reader.format

    def read(self, text: str) -> ParsedLine | None:
        """Return what one row says; None for a broken row."""
        row = split_row(text, self._delimiter)
        if row is None or len(row) != len(self._columns):
            return None
        return self._reader.read_values(dict(zip(self._columns, row, strict=True)), text)

    def is_header(self, text: str) -> bool:
        """Return whether a line is the header once more."""
        return text == self._header

    def starts_row(self, text: str) -> bool:
        """Return whether *text* alone is a whole row with a time: an open quote before it is a fault."""
        parsed = self.read(text)
        return parsed is not None and parsed.timestamp_us is not None


class BareTable(CsvTable):
    """
    Rows without a header: how they begin tells them, and their format names the columns.

    Args:
        reader: The format.
        first: The first line; if it is a whole row, most have as many cells. Rows of newer versions may have more.
    """

    def __init__(self, reader: FieldFormat, first: str) -> None:
        cells = split_row(first, ",")
        names = reader.format.columns
        super().__init__(
            reader, names[: len(cells)] if cells else names, ",", first if cells else ""
        )

    def read(self, text: str) -> ParsedLine | None:
        """Return what one row says; None for a broken row."""
        row, names = split_row(text, self.delimiter), self.format.columns
        if row is None or len(row) > len(names) or not self.opens(text):
            return None
        return self.reader.read_values(dict(zip(names, row, strict=False)), text)

    def is_header(self, text: str) -> bool:  # noqa: ARG002 - as of any other table
        """Return whether a line names the columns: none does."""
        return False

    def opens(self, text: str) -> bool:
        """Return whether a line begins as a row does."""
        return self.reader.may_be(text)


def open_bare(first: str, readers: Sequence[FieldFormat]) -> BareTable | None:
    """Return how to read rows without a header, of which *first* begins one; None: it begins none."""
    for reader in readers:
        if reader.format.columns and reader.may_be(first):
            return BareTable(reader, first)
    return None


def open_csv(header: str, readers: Sequence[FieldFormat]) -> CsvTable | None:
    """Return how to read the rows under *header*; None when it is no header of a known format."""
    for delimiter in (",", "\t", ";", "|"):
        names = split_row(header, delimiter)
        if names is None or len(names) < 2:
            continue
        for reader in readers:
            if reader.format.columns:
                continue
            beyond = (reader.format.beyond,) if reader.format.beyond else ()
            columns = columns_of((*names, *beyond), reader)
            if columns is not None:
                return CsvTable(reader, columns, delimiter, header)
    return None


def is_table_header(header: str, readers: Sequence[FieldFormat]) -> bool:
    """Return whether *header* names a time column but none that could hold a log message."""
    names = split_row(header, ",")
    if names is None or len(names) < 2 or any(_NUMBER.fullmatch(name.strip()) for name in names):
        return False
    times = {path.lower() for reader in readers for path in dict(reader.format.fields)["time"]}
    lowered = {name.strip().lower() for name in names}
    return any(name in times or name.endswith(("timeunixnano", "timestamp")) for name in lowered)


def columns_of(names: Sequence[str], reader: FieldFormat) -> list[str] | None:
    """Return *names* spelled as the candidates are; None when time, body or a must is missing."""
    log_format, spelled = reader.format, reader.spelled
    fields = dict(log_format.fields)
    columns = [spelled.get(name.strip().lower(), name.strip()) for name in names]
    if len(set(columns)) != len(columns):
        return None
    needed = [fields.get("time", ()), fields.get("body", ())]
    if log_format.pattern and re.match(log_format.pattern, ",".join(columns)) is None:
        return None
    return columns if all(any(path in columns for path in paths) for paths in needed) else None


def split_row(text: str, delimiter: str) -> list[str] | None:
    """
    Return the fields of one CSV row; None when its quoting is broken.

    Example:
        >>> split_row('a,"say ""hi"", you",', ",")
        ['a', 'say "hi", you', '']
    """
    fields: list[str] = []
    at, end = 0, len(text)
    while True:
        if at < end and text[at] == '"':
            close = _closing_quote(text, at + 1)
            if close < 0 or (close + 1 < end and text[close + 1] != delimiter):
                return None
            fields.append(text[at + 1 : close].replace('""', '"'))
            at = close + 1
        else:
            stop = text.find(delimiter, at)
            stop = end if stop < 0 else stop
            fields.append(text[at:stop])
            at = stop
        if at >= end:
            return fields
        at += 1
        if at == end:
            fields.append("")
            return fields


def _closing_quote(text: str, at: int) -> int:
    while True:
        at = text.find('"', at)
        if at < 0 or text[at + 1 : at + 2] != '"':
            return at
        at += 2
