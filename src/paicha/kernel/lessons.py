"""
What a line of named fields teaches the native kernel: where its stamp, its message and its names stand, and
which of its other values decide nothing.

The kernel reads patterns only; lines of JSON and logfmt and rows of CSV are Python's. The second line of a kind is taught
(`native/src/frames.rs`), and those that have the same names, and the same values where they decide
something, are read by that, whatever else they say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from paicha.kernel.csv_rows import CsvTable
from paicha.kernel.line_formats import FieldFormat, LineFormat
from paicha.kernel.named_places import (
    NamedValue,
    NoPlaces,
    json_places,
    logfmt_places,
    property_places,
    row_places,
)
from paicha.kernel.normalise import LineReader
from paicha.kernel.otlp_values import otlp_places
from paicha.kernel.parsed_line import ParsedLine
from paicha.kernel.stacks import StackReader
from paicha.kernel.times import PlacedBy
from paicha.kernel.value_roles import Lesson, Untaught, stream_of, told_of
from paicha.model.knowledge import LogFormat, StackRule

#: Both halves of an escaped character, and one.
_PAIRS = re.compile(r"\\u[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2}")
_HALF = re.compile(r"\\u[dD][89a-fA-F]")

#: A pattern that asks for names in an order, and nothing else.
_NAME = r'(?:\.\*| \?)?"(?:[\w@]+|\(\?:[\w|]+\))"'
_OF_NAMES = re.compile(rf"\\\{{(?:{_NAME}(?: \?:)?)+")
#: One that no value can fit: what is escaped in a text ends no name.
_OF_KEYS = re.compile(rf"\\\{{(?:{_NAME} \?:)+")
#: What stands in a line of JSON before its first value.
_NO_VALUE = re.compile(r'\{\s{0,8}"[^"\\]*"\s{0,8}:')

_Offered = Sequence[tuple[str, LineFormat]]


class Lessons:
    """
    Teaches lines.

    Args:
        formats: The formats known.
        zone: IANA name of the zone of stamps that name none.
        reference: What stamps without a year or a day are placed by; None: they have no time.
        stacks: How stack traces are written.
        header: The line that names the columns, if lines are rows; "": they are not.
    """

    def __init__(
        self,
        formats: Sequence[LogFormat],
        zone: str,
        reference: PlacedBy | None,
        stacks: Sequence[StackRule] = (),
        header: str = "",
    ) -> None:
        self._rules = stacks
        self._header = header
        self._formats, self._zone, self._reference = formats, zone, reference
        self._follows = frozenset(entry.name for entry in formats if entry.follows)

    @cached_property
    def reader(self) -> LineReader:
        """Reads lines as they are taught."""
        return LineReader(self._formats, self._zone, self._reference)

    def place_by(self, reference: PlacedBy | None) -> None:
        """Teach lines as they are read whose stamps are placed by *reference*."""
        self._reference = reference
        if "reader" in self.__dict__:
            self.reader.place_by(reference)

    @cached_property
    def _table(self) -> CsvTable | None:
        return self.reader.open_table(self._header) if self._header else None

    @cached_property
    def _stacks(self) -> StackReader:
        return StackReader(self._rules)

    def begins(self, line: str) -> bool:
        """Return whether a line surely begins a record, and is all of it."""
        if self._table is not None:
            return line.count('"') % 2 == 0 and self._table.starts_row(line)
        parsed = self.reader.open_line(line)
        if parsed is None or not self.reader.wraps(parsed):
            if parsed is None or not self._is_known(parsed):
                return False
            # What follows a line of several records belongs to the first.
            return self._is_whole(replace(parsed, more=()), line)
        inner = self.reader.look_inside(parsed)
        if inner is parsed and (not parsed.body.strip() or self._may_be_of_trace(parsed.body)):
            return False
        return not parsed.partial and self._is_whole(inner, line)

    def _is_known(self, parsed: ParsedLine) -> bool:
        """Return whether a line holds no other, or one that the twin looks for as well."""
        return "/" not in parsed.format or self.reader.may_hold_another(parsed)

    def _may_be_of_trace(self, text: str) -> bool:
        return self._stacks.continues(text, in_trace=True) or self._stacks.opens(text)

    def opens(self, line: str) -> str | None:
        """Return the format of records of several lines of which a line opens one; None: it opens none."""
        opened = self._opened(line)
        return None if opened is None else opened.format

    def _opened(self, text: str) -> ParsedLine | None:
        """Return what the first line of a text opens; None: nothing."""
        parsed = self.reader.open_line(text.partition("\n")[0])
        return parsed if parsed is not None and parsed.opens else None

    def stream(self, line: str) -> tuple[str, bool, bool] | None:
        """Return the stream of a line of a container, whether more of it follows, and whether it opens a record of several; None: it is none."""
        parsed = self.reader.open_line(line)
        if parsed is None or not self.reader.wraps(parsed):
            return None
        return stream_of(parsed), parsed.partial, self.reader.look_inside(parsed).opens

    def teach(self, line: str) -> Lesson | None:
        """Return how lines like this one are read; None where nothing can be said of them."""
        try:
            if self._table is not None:
                return self._taught_row(line, self._table)
            if "\n" in line:
                return self._taught_lines(line)
            parsed = self.reader.open_line(line)
            if parsed is not None and self._is_known(parsed):
                # What stands inside is read, and taught, by itself.
                parsed = self.reader.open_line(line, inside=False)
            return self._taught(line, parsed, self.reader.offered(line), inside=False)
        except (Untaught, NoPlaces):
            return None

    def teach_inside(self, wrap: str, text: str) -> Lesson | None:
        """Return how texts like this one are read inside lines of the format *wrap*, which have a time and no level."""
        candidates = self.reader.inside(wrap, levelled=False)
        offered = () if candidates is None else candidates.of(text)
        found = self.reader.look_inside(ParsedLine(wrap, timestamp_us=0, body=text)).format
        try:
            form = next((one for _, one in offered if found == f"{wrap}/{one.format.name}"), None)
            if form is None or form.format.wraps or form.format.begins:
                return None
            return self._taught(text, form.read(text), offered, inside=True)
        except (Untaught, NoPlaces):
            return None

    def _is_whole(self, parsed: ParsedLine, line: str) -> bool:
        plain = not (parsed.opens or parsed.partial or parsed.more or "\n" in parsed.body)
        known = not _has_half(line) and parsed.format not in self._follows
        return plain and known and parsed.timestamp_us is not None

    def _taught_row(self, line: str, table: CsvTable) -> Lesson:
        parsed = table.read(line)
        # A message may go over lines.
        alone = None if parsed is None else replace(parsed, body=parsed.body.replace("\n", " "))
        if parsed is None or alone is None or not self._is_whole(alone, line):
            raise Untaught
        found = list(row_places(line, table.columns, table.delimiter))
        cells = {one.path: line[one.start : one.end].replace('""', '"') for one in found}
        return told_of(line, parsed, (table.reader, cells, found), ([], set()), inside=False)

    def _taught_lines(self, text: str) -> Lesson:
        """Return how records of several lines like one are read that its first line opens: that alone tells their format."""
        opened = self._opened(text)
        form = None if opened is None else self.reader.fields_of_block(opened)
        parsed = None if form is None else form.read(text)
        if form is None or parsed is None:
            raise Untaught
        first = replace(parsed, body=parsed.body.partition("\n")[0])
        if not self._is_whole(first, text):
            raise Untaught
        found = list(json_places(text) if form.format.kind == "json" else property_places(text))
        return told_of(text, parsed, (form, form.named(text), found), ([], set()), inside=False)

    def _taught(
        self, line: str, parsed: ParsedLine | None, offered: _Offered, *, inside: bool
    ) -> Lesson:
        if parsed is None or "/" in parsed.format:
            raise Untaught
        first = replace(parsed, body=parsed.body.partition("\n")[0])
        if not self._is_whole(replace(first, timestamp_us=0) if inside else first, line):
            raise Untaught
        form, absent, told = _format(line, parsed, offered)
        values, each = form.named(line), form.format.each
        if form.format.kind == "otlp" and values is not None:
            return self._taught_batch(line, parsed, (form, values), (absent, told), offered)
        found = list(json_places(line) if form.format.kind == "json" else logfmt_places(line))
        if values is None or each not in values:
            return told_of(line, parsed, (form, values, found), (absent, told), inside=inside)
        alone = _of_the_only(each, values, found)
        lesson = told_of(line, parsed, (form, *alone), (absent, told), inside=inside)
        return lesson._replace(may_be_listed=not told and self._is_twice(parsed, line, each))

    def _taught_batch(
        self,
        line: str,
        parsed: ParsedLine,
        named: tuple[FieldFormat, Mapping[str, object]],
        others: tuple[list[str], set[str]],
        offered: _Offered,
    ) -> Lesson:
        """Return how a record of a batch is read that is the only one of its line."""
        form, values = named
        each = form.format.each
        records = values[each]
        if not isinstance(records, list) or len(records) != 1:
            raise Untaught
        record = records[0]
        lesson = told_of(line, parsed, (form, record, otlp_places(line)), others, inside=False)
        # Records of a batch name other things: what is of no other format is so for texts that stand in none of them.
        asked = [reader.format.name for _, reader in offered].index(parsed.format)
        is_sure = asked == len(others[0]) and not others[1]
        return lesson._replace(may_be_listed=is_sure and self._is_twice(parsed, line, each))

    def _is_twice(self, parsed: ParsedLine, line: str, each: str) -> bool:
        """Return whether a line whose list holds its only item twice says what it says, twice."""
        opened = re.search(rf'"{re.escape(each)}"\s*:\s*\[\s*', line)
        if opened is None:
            return False
        try:
            _, end = json.JSONDecoder().raw_decode(line, opened.end())
        except ValueError:
            return False
        item = line[opened.end() : end]
        twice = self.reader.open_line(f"{line[:end]},{item}{line[end:]}", inside=False)
        return twice is not None and (parsed, parsed) == (replace(twice, more=()), *twice.more)


def _format(
    line: str, parsed: ParsedLine, offered: _Offered
) -> tuple[FieldFormat, list[str], set[str]]:
    """
    Return the format of a line, the texts that lines of the formats asked before hold, and the names of
    values that these formats are told by.
    """
    absent: list[str] = []
    told: set[str] = set()
    for holds, reader in offered:
        entry = reader.format
        told.update(entry.told_by)
        if entry.name == parsed.format:
            if isinstance(reader, FieldFormat) and _is_by_names(entry, line):
                return reader, absent, told
            break
        if entry.told_by and isinstance(reader, FieldFormat) and not reader.may_be(line):
            continue
        if not holds or holds in line:
            if _has_other_names(entry, line):
                continue
            break
        absent.append(holds)
    raise Untaught


def _of_the_only(
    each: str, values: Mapping[str, object], found: Sequence[NamedValue]
) -> tuple[Mapping[str, object], list[NamedValue]]:
    """Return the values of a line that holds one record in a list, and where they stand, as if no list were around it."""
    items = values[each]
    if not isinstance(items, list) or len(items) != 1:
        raise Untaught
    alone = [
        one._replace(listed=False) if one.path.partition(".")[0] == each else one for one in found
    ]
    return {**values, each: items[0]}, alone


def _is_by_names(entry: LogFormat, line: str) -> bool:
    """Return whether every line with the names of one of a format is of it, unless one asked before is."""
    # The patterns of logfmt and of what wraps others ask for a first name only.
    if entry.kind == "logfmt" or not entry.pattern or entry.told_by or entry.wraps:
        return True
    if entry.kind not in ("json", "otlp") or entry.begins:
        return False
    opening = _NO_VALUE.match(line)
    if opening is not None and re.match(entry.pattern, opening[0]) is not None:
        return True
    if _OF_NAMES.fullmatch(entry.pattern) is None:
        return False
    return re.match(entry.pattern, _without_values(line)) is not None


def _has_other_names(entry: LogFormat, line: str) -> bool:
    """Return whether no line with the names of one is of a format, whatever their values say."""
    pattern = entry.pattern.removesuffix(' ?"')
    known = entry.kind == "json" and _OF_KEYS.fullmatch(pattern) is not None
    return known and re.match(pattern, line, re.DOTALL) is None


def _without_values(line: str) -> str:
    """Return a line of JSON with every value empty."""
    text, at = [], 0
    for value in json_places(line):
        text.append(line[at : value.start])
        at = value.end
    return "".join([*text, line[at:]])


def _has_half(line: str) -> bool:
    """Return whether an escape of a line may be half a character."""
    return "\\u" in line and _HALF.search(_PAIRS.sub("", line)) is not None
