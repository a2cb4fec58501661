"""
Lines of text to what they say, whatever format each of them has.

`LineReader` finds the format line by line: the first in their order that fits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from paicha.kernel.candidates import Candidates
from paicha.kernel.csv_rows import CsvTable, columns_of, is_table_header, open_bare, open_csv
from paicha.kernel.field_values import is_property
from paicha.kernel.levels import WARN
from paicha.kernel.line_formats import BlockFormat, FieldFormat, LineFormat, ParsedLine, prepare
from paicha.kernel.times import PlacedBy, TimeReader
from paicha.kernel.w3c_rows import FIELDS, open_w3c
from paicha.model.knowledge import LogFormat

__all__ = ["ANY_FORMAT", "LineReader", "ParsedLine"]

#: Formats from this order on fit almost anything.
GENERIC_ORDER = 900
#: Stands for every format in a format's `inner`.
ANY_FORMAT = "*"
_INNER_DEPTH = 4
#: What Prometheus and OpenMetrics text says before the samples of a metric.
_EXPOSES = re.compile(
    r"# (?:TYPE [a-zA-Z_:][\w:.]* (?:counter|gauge|histogram|gaugehistogram|summary|untyped|unknown|info|stateset)"
    r"|HELP [a-zA-Z_:][\w:.]*(?: .*)?|UNIT [a-zA-Z_:][\w:.]* \w+)"
)
_REMEMBERED_COLUMNS = 1_000


class LineReader:
    """
    Reads lines of any mixture of the formats it was given.

    Args:
        formats: The formats to choose from.
        zone: IANA name of the zone of stamps that name none, where the format does not say.
        reference: What stamps without a year or a day are placed by (see `TimeReader`).
        only: The name of the one format lines may have, when somebody named it; "": any.
    """

    def __init__(
        self,
        formats: Sequence[LogFormat],
        zone: str,
        reference: PlacedBy | None = None,
        only: str = "",
    ) -> None:
        self.formats, self.zone, self.reference, self.only = formats, zone, reference, only
        self._times: dict[str, TimeReader] = {}
        ordered = sorted(formats, key=lambda entry: (entry.order, entry.name))
        self._readers: dict[str, LineFormat] = {
            entry.name: self._prepare(entry, reference) for entry in ordered
        }
        self._lines = tuple(
            reader for reader in self._readers.values() if reader.format.kind != "csv"
        )
        self._tables = tuple(
            reader
            for reader in self._readers.values()
            if isinstance(reader, FieldFormat)
            and reader.format.kind == "csv"
            and only in ("", reader.format.name)
        )
        self._columns: dict[tuple[str, ...], tuple[FieldFormat, Sequence[str]] | None] = {}
        self._bare = tuple(reader for reader in self._tables if reader.format.columns)
        self._headings = tuple(
            (entry.name, re.compile(entry.headings).match) for entry in ordered if entry.headings
        )
        self._candidates = Candidates(
            [reader for reader in self._lines if only in ("", reader.format.name)]
        )
        # Made when first asked for: lines of most formats never come.
        self._inner: dict[str, Candidates | None] = {}
        self._unlevelled: dict[str, Candidates | None] = {}

    def place_by(self, reference: PlacedBy | None) -> None:
        """Read as a new reader would that places stamps by *reference*."""
        self.reference = reference
        for times in self._times.values():
            times.place_by(reference)

    def __call__(self, text: str) -> ParsedLine | None:
        """Return what *text* says, as `read_line` does."""
        return self.read_line(text)

    @property
    def candidates(self) -> Candidates:
        """The formats that a line is offered to."""
        return self._candidates

    def offered(self, text: str) -> tuple[tuple[str, LineFormat], ...]:
        """Return ``(text it must hold, format)`` of the formats that the beginning of *text* lets in."""
        return self._candidates.of(text)

    def inside(self, name: str, *, levelled: bool = True) -> Candidates | None:
        """
        Return the formats that messages of lines of the format *name* may have; None: these are not looked at.

        Args:
            name: The format of the lines.
            levelled: Whether they state a level beside their message.
        """
        made = self._inner if levelled else self._unlevelled
        if name not in made:
            made[name] = self._inside(name, levelled=levelled)
        return made[name]

    def offered_inside(self, name: str, body: str) -> tuple[tuple[str, LineFormat], ...] | None:
        """Return `offered` of the message of a line of the format *name* that states a level; None: it is not looked at."""
        candidates = self.inside(name)
        return None if candidates is None or not body else candidates.of(body)

    def is_generic(self, parsed: ParsedLine) -> bool:
        """Return whether *parsed* was read by a format that fits almost anything."""
        reader = self._readers.get(parsed.format.rpartition("/")[2])
        return reader is not None and reader.format.order >= GENERIC_ORDER

    def wraps(self, parsed: ParsedLine) -> bool:
        """Return whether *parsed* is what a container runtime put around a line."""
        reader = self._readers.get(parsed.format)
        return reader is not None and reader.format.wraps

    def read_line(self, text: str) -> ParsedLine | None:
        """
        Return what *text*, a whole record, says; None when no format fits.

        Example:
            >>> LineReader((), "UTC").read_line("no format is known") is None
            True
        """
        found = self.open_line(text)
        if found is None:
            return None
        if found.opens:
            return self.read_block(found, text) or self.open_line(text, blocks=False)
        return self.look_inside(found) if self.wraps(found) else found

    def open_line(
        self, text: str, *, blocks: bool = True, inside: bool = True
    ) -> ParsedLine | None:
        """
        Return what the line *text* says; None when no format fits.

        Of a record of several lines it says only that it opens one (`ParsedLine.opens`), of a container
        runtime's line only what is around it.

        Args:
            text: The line.
            blocks: Whether it may open a record of several lines.
            inside: Whether its message is read once more.
        """
        for holds, reader in self._candidates.left(text):
            if holds not in text or (not blocks and isinstance(reader, BlockFormat)):
                continue
            parsed = reader.read(text)
            if parsed is not None:
                # What names no message is its own: nothing else stands in it.
                is_all = reader.format.wraps or not inside or parsed.body == text
                return parsed if is_all else self._read_each(reader, parsed, 0, blocks=blocks)
        return None

    def may_hold_another(self, parsed: ParsedLine) -> bool:
        """Return whether messages of lines of its format are looked at once more where these state no level."""
        reader = self._readers.get(parsed.format.partition("/")[0])
        return reader is not None and bool(reader.format.unlevelled)

    def look_inside(self, outer: ParsedLine, *, blocks: bool = True) -> ParsedLine:
        """Return what a container runtime's line says with what it holds; as it is when that fits nothing."""
        reader = self._readers[outer.format]
        return self._read_inner(reader, outer, 0, blocks=blocks)

    def read_block(self, opened: ParsedLine, text: str) -> ParsedLine | None:
        """Return what *text*, all lines of a record that *opened* opens, says; None when it is no such."""
        reader = self._block(opened)
        parsed = None if reader is None else reader.read_whole(text)
        return None if reader is None or parsed is None else self._read_inner(reader, parsed, 0)

    def fields_of_block(self, opened: ParsedLine) -> FieldFormat | None:
        """Return what reads the fields of a record of several lines that *opened* opens; None: a pattern reads it."""
        reader = self._block(opened)
        whole = None if reader is None else reader.whole
        return whole if isinstance(whole, FieldFormat) else None

    def ends_block(self, opened: ParsedLine, last: str) -> bool:
        """Return whether the line *last* ends the record that *opened* opens."""
        reader = self._block(opened)
        return reader is not None and reader.ends_with(opened.body, last)

    def has_end(self, opened: ParsedLine) -> bool:
        """Return whether a record that *opened* opens has a last line that can be told."""
        reader = self._block(opened)
        return reader is not None and bool(reader.format.until)

    def may_hold_records(self, opened: ParsedLine) -> bool:
        """
        Return whether lines with a time of their own may be part of a record that *opened* opens.

        A message in XML may have such lines. No string of JSON goes over lines.
        """
        reader = self._block(opened)
        return reader is not None and reader.format.kind != "json"

    def is_field(self, opened: ParsedLine, text: str, parsed: ParsedLine) -> bool:
        """Return whether *text* is a field of the record that *opened* opens, whatever its value reads like as a line."""
        reader = self._block(opened)
        return (
            reader is not None
            and reader.format.kind == "properties"
            and not parsed.opens
            and is_property(text)
        )

    def follows(self, opened: ParsedLine, parsed: ParsedLine) -> bool:
        """Return whether *parsed* is of a format that continues records as *opened* is, of one process."""
        reader = self._readers.get(parsed.format)
        return (
            reader is not None
            and reader.format.follows == opened.format
            and parsed.attributes.get("process.pid") == opened.attributes.get("process.pid")
        )

    def _block(self, opened: ParsedLine) -> BlockFormat | None:
        reader = self._readers.get(block_of(opened))
        return reader if isinstance(reader, BlockFormat) else None

    def open_table(self, header: str) -> CsvTable | None:
        """Return how to read the rows under *header*; None when it is no known header."""
        return (
            open_w3c(header, self._tables)
            or open_bare(header, self._tables)
            or open_csv(header, self._tables)
        )

    def opens_rows(self, text: str) -> bool:
        """Return whether a line in mid-file names the columns of those below it, or is a row of a table without a header."""
        if text.startswith(FIELDS):
            return open_w3c(text, self._tables) is not None
        return any(reader.may_be(text) for reader in self._bare)

    def is_heading(self, text: str, above: ParsedLine | None) -> bool:
        """Return whether a line that no format fits stands between records of the format *above* is of; None: at the top."""
        return any(
            heads(text) is not None
            for name, heads in self._headings
            if above is None or above.format == name
        )

    def is_other_table(self, header: str) -> bool:
        """Return whether *header* belongs to a table that holds no log messages (metrics, traces), or to an exposition of metrics."""
        if _EXPOSES.fullmatch(header):
            return True
        return is_table_header(header, self._tables) and self.open_table(header) is None

    def read_row(self, table: CsvTable, text: str) -> ParsedLine | None:
        """Return what a row of *table* says; None when the row is broken."""
        parsed = table.read(text)
        reader = self._readers[table.format.name]
        return None if parsed is None else self._read_inner(reader, parsed, 0, blocks=False)

    def knows_columns(self, names: Sequence[str]) -> bool:
        """Return whether a table with columns of these *names* has a time and a message."""
        return self._table_of(tuple(names)) is not None

    def read_fields(self, values: Mapping[str, object], text: str) -> ParsedLine | None:
        """Return what a row of named *values* says, *text* standing in where there is no message."""
        found = self._table_of(tuple(values))
        if found is None:
            return None
        reader, columns = found
        said = dict(zip(columns, values.values(), strict=True))
        parsed = reader.read_values(said, text)
        return None if parsed is None else self._read_inner(reader, parsed, 0, blocks=False)

    def _table_of(self, names: tuple[str, ...]) -> tuple[FieldFormat, Sequence[str]] | None:
        try:
            return self._columns[names]
        except KeyError:
            # Rows of a table differ in which of their columns say something.
            if len(self._columns) >= _REMEMBERED_COLUMNS:
                self._columns.clear()
            found = self._columns[names] = self._columns_of(names)
            return found

    def _columns_of(self, names: tuple[str, ...]) -> tuple[FieldFormat, Sequence[str]] | None:
        for reader in self._tables:
            columns = columns_of(names, reader)
            if columns is not None:
                return reader, columns
        return None

    def _prepare(self, entry: LogFormat, reference: PlacedBy | None) -> LineFormat:
        zone = entry.zone or self.zone
        times = self._times.setdefault(zone, TimeReader(zone, reference))
        return prepare(entry, times)

    def _inside(self, name: str, *, levelled: bool) -> Candidates | None:
        reader = self._readers.get(name)
        if reader is None:
            return None
        inner, unlevelled = reader.format.inner, reader.format.unlevelled
        if unlevelled and not levelled:
            return Candidates(self._alone(inner + unlevelled), must_tell=True)
        return Candidates(self._named(inner, name)) if inner else None

    def _named(self, names: Sequence[str], outer: str) -> tuple[LineFormat, ...]:
        if ANY_FORMAT in names:
            return tuple(reader for reader in self._lines if reader.format.name != outer)
        return tuple(self._readers[name] for name in names if name in self._readers)

    def _alone(self, names: Sequence[str]) -> tuple[LineFormat, ...]:
        """Return those whose records are one line."""
        return tuple(
            reader for reader in self._named(names, "") if not isinstance(reader, BlockFormat)
        )

    def _read_each(
        self, reader: LineFormat, first: ParsedLine, depth: int, *, blocks: bool
    ) -> ParsedLine:
        """Read the body once more, and so that of each further record of the line."""
        if not first.more:
            return self._read_inner(reader, first, depth, blocks=blocks)
        records = (
            self._read_inner(reader, one, depth, blocks=blocks)
            for one in (replace(first, more=()), *first.more)
        )
        found, *others = (one for read in records for one in (read, *read.more))
        return replace(found, more=tuple(others))

    def _read_inner(
        self, reader: LineFormat, outer: ParsedLine, depth: int, *, blocks: bool = True
    ) -> ParsedLine:
        """Read the body once more where the format says what may be in it; two containers deep no record of several lines begins."""
        candidates = self.inside(reader.format.name, levelled=bool(outer.severity_text))
        if candidates is None or depth >= _INNER_DEPTH or not outer.body:
            return outer
        for holds, inner in candidates.left(outer.body):
            if holds not in outer.body:
                continue
            if isinstance(inner, BlockFormat) and not (blocks and reader.format.wraps):
                continue
            parsed = inner.read(outer.body)
            if parsed is not None and candidates.count(parsed):
                if parsed.body != outer.body:
                    parsed = self._read_each(inner, parsed, depth + 1, blocks=False)
                return join(outer, parsed)
        return outer


def block_of(opened: ParsedLine) -> str:
    """Return the name of the format of several lines that *opened* opens a record of."""
    return opened.format.rpartition("/")[2]


def join(outer: ParsedLine, inner: ParsedLine) -> ParsedLine:
    """
    Return both as one: the outer says when and where, the inner how bad and what.

    A collector's level counts, but for one that says nothing of the message: what a program prints is
    all informational to journald and syslog.
    """
    prints = 0 < outer.severity_number < WARN <= inner.severity_number
    has_level = bool(outer.severity_text) and not prints
    return ParsedLine(
        format=f"{outer.format}/{inner.format}",
        timestamp_us=inner.timestamp_us if outer.timestamp_us is None else outer.timestamp_us,
        severity_number=outer.severity_number if has_level else inner.severity_number,
        severity_text=outer.severity_text if has_level else inner.severity_text,
        body=inner.body,
        service_name=outer.service_name or inner.service_name,
        host_ip=outer.host_ip or inner.host_ip,
        host_id=outer.host_id or inner.host_id,
        code_file_path=outer.code_file_path or inner.code_file_path,
        code_line_number=(
            inner.code_line_number if outer.code_line_number is None else outer.code_line_number
        ),
        scope_name=outer.scope_name or inner.scope_name,
        trace_id=outer.trace_id or inner.trace_id,
        span_id=outer.span_id or inner.span_id,
        attributes={**inner.attributes, **outer.attributes},
        time_assumed=inner.time_assumed if outer.timestamp_us is None else outer.time_assumed,
        unset=outer.timestamp_us is None
        and inner.timestamp_us is None
        and (outer.unset or inner.unset),
        opens=inner.opens,
        more=tuple(join(outer, other) for other in inner.more) or outer.more,
    )
