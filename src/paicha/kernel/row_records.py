"""
Rows of a store, whose fields have names, as `RECORDS`.

The canonical fields become columns, whatever else a row says becomes an attribute. What went wrong belongs to the
message, as in a line of named fields. Where no field says the level, the message is read as a log line, as it would
be from a file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.field_map import CANONICAL, Row, RowKeys
from paicha.kernel.levels import NO_LEVEL, NUMBERED, LevelReader, name_of, number_of
from paicha.kernel.log_places import is_log_file
from paicha.kernel.normalise import LineReader
from paicha.kernel.parsed_line import (
    FILE_AND_LINE,
    as_json,
    main_address,
    object_as_json,
    syslog_keyword,
    with_error,
)
from paicha.kernel.recalling import Attributes, Recollection, Record
from paicha.kernel.row_times import moment_of
from paicha.kernel.stored_rows import GivenLayout, StoredRows, Teller, rows_for
from paicha.kernel.times import to_micros
from paicha.model.schema import RECORDS, TIME
from paicha.values import dataclass

_MOST_INT32 = 2**31 - 1
_HIGHEST_SEVERITY = 24  # of OpenTelemetry
_MOST_LAYOUTS = 1000  # sets of keys remembered
#: Fields of GELF, and of Graylog which takes it: a level beside them is a severity of syslog.
_OF_GRAYLOG = frozenset({"short_message", "gl2_source_input", "gl2_message_id", "gl2_remote_ip"})
_SYSLOG = tuple((digit, number_of(syslog_keyword(digit))) for digit in "01234567")
_PRIORITY = re.compile(r"[0-9]{1,3}")
#: Names that are a message's or a logger's where no better one is there, and else one attribute of many.
_LAST_RESORT = frozenset({"event", "name"})
#: Rows that become columns at once: few enough to be still in the processor's caches.
_PACKED_ROWS = 1024
_NO_ATTRIBUTES: Attributes = {}
_EMPTY = pa.record_batch([pa.array([], column.type) for column in RECORDS], schema=RECORDS)


@dataclass(slots=True)
class RowBuilder:
    """
    Gathers rows until a batch is taken.

    Args:
        fields: Which key is which column.
        line_reader: Reads the message where no field says the level; None: nobody does.
        hidden: Keys of the row that say nothing of the event.
        line: The key under which rows hold the line as it was written; "": their messages are what there is.
            It is read where the other fields say no level or no message.
        natively_after: So many rows are read before the native kernel reads them: it takes as long as these to begin.
    """

    fields: RowKeys
    line_reader: LineReader | None = None
    hidden: frozenset[str] = frozenset()
    line: str = ""
    natively_after: int = 2 * _PACKED_ROWS
    without_level: int = 0
    without_time: int = 0
    _levels: LevelReader = field(default_factory=lambda: LevelReader(NUMBERED))
    _graylog: LevelReader = field(default_factory=lambda: LevelReader(_SYSLOG))
    _rows: list[list[Any]] = field(default_factory=list)
    _packed: list[pa.RecordBatch] = field(default_factory=list)
    _keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _layouts: dict[tuple[str, ...], _Layout] = field(default_factory=dict)
    _recollection: Recollection | None = None
    _read: int = 0
    _native: StoredRows | None = None

    def __post_init__(self) -> None:
        if self.line_reader is not None:
            self._recollection = Recollection(self.line_reader)
        self._keys = {canonical: self.fields.keys(canonical) for canonical in CANONICAL}
        if not self.natively_after:
            self._begin_natively()

    def __len__(self) -> int:
        packed: int = sum(batch.num_rows for batch in self._packed)
        return len(self._rows) + packed + (0 if self._native is None else len(self._native))

    @property
    def native_rows(self) -> int:
        """How many of the rows gathered since the last batch the native kernel read."""
        return 0 if self._native is None else self._native.twin.read

    def add(self, row: Row, timestamp: datetime | None, locator: str) -> None:
        """Take one flat row (`paicha.kernel.field_map.flatten`)."""
        self.add_at(row, None if timestamp is None else to_micros(timestamp), locator)

    def add_at(
        self,
        row: Row,
        timestamp_us: int | None,
        locator: str,
        beside: Attributes = _NO_ATTRIBUTES,
    ) -> None:
        """Take one flat row whose time is known as microseconds since 1970, with attributes *beside* its own."""
        natively = self._native
        if (
            natively is not None
            and type(row) is dict
            and type(beside) is dict
            and natively.twin.add(row, timestamp_us, locator, beside)
        ):
            return
        names = tuple(row)
        layout = self._layouts.get(names) or self._layout(names)
        said = {name: _first(row, keys, name) for name, keys in layout.columns}
        more = _rest(row, layout)
        if beside:
            more = {**more, **beside}
        file = said.get("file")
        if file and is_log_file(file):  # where the line was found, not what wrote it
            said["file"], more = "", {**more, "log.file.name": file}
        record = self._told(row, layout, said, more)
        if layout.named:
            for at, name in enumerate(_COLUMNS, _FIRST_COLUMN):
                value = said.get(name)
                if value:
                    record[at] = _READ.get(name, str)(value) or record[at]
            if record[_FILE] and ":" in record[_FILE]:
                _part_file(record)
        if not record[-1].isascii():
            record[-1] = stored(record[-1])
        record[0], record[-2] = timestamp_us, locator
        if natively is not None:
            self._put(natively, record)
            return
        self._rows.append(record)
        if len(self._rows) >= _PACKED_ROWS:
            self._pack()
            if self._read >= self.natively_after:
                self._begin_natively()

    def _told(self, row: Row, layout: _Layout, said: Mapping[str, str], more: Attributes) -> Record:
        """Return level, message and attributes, and what a line says where one is read for them."""
        said_message, error = said.get("message", ""), said.get("error", "")
        line = _first(row, (self.line,)) if layout.written else ""
        message = _one_line(said_message)
        # The very value that is the message: what the line says is the message's as well.
        written = message if not line or line is said_message else _one_line(line)
        if not written:
            message, error = error or _as_text(row, self.hidden), ""
            written = message
        number, level = self._level(layout, said) if layout.levelled else (0, "")
        record = None
        if self._recollection is not None and not (message and (number or level)):
            record = self._recollection.record(written, more)
        if record is None:
            words = object_as_json(more) if more else ""
            record = [None, number, level, message or written, *_NO_COLUMNS, "", words]
        elif written is not message:  # what fields say is better than what the line says
            record[_BODY] = message or record[_BODY]
            if number or level:
                record[_NUMBER_AT], record[_TEXT_AT] = number, level
        if error:
            record[_BODY] = with_error(record[_BODY], error)
        return record

    def time_of(self, row: Row) -> datetime | None:
        """Return when the row happened, by the first of its time fields that states a time."""
        for key in self._keys["time"]:
            moment = moment_of(row.get(key))
            if moment is not None:
                return moment
        return None

    def take(self) -> pa.RecordBatch:
        """Return what was gathered as a batch of `RECORDS`, and start anew."""
        self._pack()
        packed, self._packed = self._packed, []
        if self._native is not None and len(self._native):
            batch = self._native.take()
            self._count(batch.column(0).null_count, pc.sum(pc.equal(batch.column(1), 0)).as_py())
            packed.append(batch)
        if len(packed) == 1:
            return packed[0]
        return pa.concat_batches(packed) if packed else _EMPTY

    def _pack(self) -> None:
        if not self._rows:
            return
        columns = list(zip(*self._rows, strict=True))
        self._count(columns[0].count(None), columns[1].count(0))
        self._read += len(self._rows)
        arrays = [_array(values, column) for values, column in zip(columns, RECORDS, strict=True)]
        self._rows = []
        self._packed.append(pa.record_batch(arrays, schema=RECORDS))

    def _count(self, without_time: int, without_level: int) -> None:
        self.without_time += without_time
        self.without_level += without_level

    def _begin_natively(self) -> None:
        self._native = rows_for(self.line_reader, Teller(self._given_layout, self._level_of))

    def _put(self, rows: StoredRows, record: Record) -> None:
        try:
            rows.put(record)
        except UnicodeEncodeError:  # as `_array` does
            rows.put([stored(value) if type(value) is str else value for value in record])

    def _level(self, layout: _Layout, said: Mapping[str, str]) -> tuple[int, str]:
        named = (said.get(name, "") for name in ("level", "severity_number", "priority"))
        return self._level_of(layout.graylog, *named)

    def _level_of(self, graylog: bool, level: str, severity: str, priority: str) -> tuple[int, str]:
        word = level.strip()
        if word.upper() in NO_LEVEL:
            word = ""
        if word:
            number, level = (self._graylog if graylog else self._levels).read(word)
            if number:
                return number, level
        stated = int(severity) if severity.isascii() and severity.isdigit() else 0
        if 0 < stated <= _HIGHEST_SEVERITY:
            return stated, word.upper() or name_of(stated)
        if not word and _PRIORITY.fullmatch(priority):
            keyword = syslog_keyword(priority)
            return number_of(keyword), keyword
        return 0, word.upper()

    def _layout(self, names: tuple[str, ...]) -> _Layout:
        # Rows of one index have few sets of keys: what is looked for where is found once for each.
        if len(self._layouts) >= _MOST_LAYOUTS:
            self._layouts.clear()
        there = frozenset(names)
        columns = tuple(
            (name, found)
            for name, keys in self._keys.items()
            if name != "time" and (found := tuple(key for key in keys if key in there))
        )
        said = frozenset(name for name, _ in columns)
        beside = _LAST_RESORT.intersection(key for _, keys in columns for key in keys[1:])
        layout = self._layouts[names] = _Layout(
            columns,
            tuple(sorted((there - self.fields.used | beside) - self.hidden)),
            tuple(key for name, keys in columns if name not in _TEXTS for key in keys),
            levelled=not said.isdisjoint(("level", "severity_number", "priority")),
            named=not said.isdisjoint(_COLUMNS),
            graylog=not there.isdisjoint(_OF_GRAYLOG),
            written=self.line in there,
        )
        return layout

    def _given_layout(self, names: tuple[str, ...]) -> GivenLayout:
        """Return where rows with keys of these *names* say what, as the native kernel takes it."""
        layout = self._layouts.get(names) or self._layout(names)
        places = {name: at for at, name in enumerate(names)}
        by_list = dict.fromkeys(layout.named_once, True)
        attributes = by_list | dict.fromkeys(layout.attributes, False)
        return GivenLayout(
            [(name, [places[key] for key in keys]) for name, keys in layout.columns],
            [(places[name], name, attributes[name]) for name in sorted(attributes)],
            (layout.levelled, layout.named, layout.graylog),
            places[self.line] if layout.written else None,
        )


def _array(values: Sequence[Any], column: pa.Field) -> pa.Array:
    if column.type == TIME:
        return pa.array(values, pa.int64()).cast(TIME)
    try:
        return pa.array(values, column.type)
    except UnicodeEncodeError:  # half of a surrogate pair, escaped in a line of JSON
        return pa.array([stored(value) for value in values], column.type)


#: The columns behind the message as rows may name them, and what a row says that names none.
_COLUMNS = ("service", "host_ip", "host_id", "file", "line", "logger", "trace", "span")
_FIRST_COLUMN = 4
_NUMBER_AT, _TEXT_AT, _BODY, _FILE, _LINE = (
    RECORDS.get_field_index(name)
    for name in ("severity_number", "severity_text", "body", "code_file_path", "code_line_number")
)
_NO_COLUMNS = ("", "", "", "", None, "", "", "")
#: Columns that are texts, and so whole whatever holds them.
_TEXTS = frozenset({"message", "error"})
#: Columns of which all that a list names is said, or which choose among it themselves.
_WHOLE = frozenset({"message", "error", "host_ip", "host_id"})


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where rows with the same keys say what; a column that none of them can say is left out."""

    columns: tuple[tuple[str, tuple[str, ...]], ...]
    attributes: tuple[str, ...]
    named_once: tuple[
        str, ...
    ]  # keys of columns that hold one value: of a list the others are attributes
    levelled: bool  # whether a key says the level
    named: bool  # whether one says any of `_COLUMNS`
    graylog: bool  # whether numbers are levels as syslog counts them
    written: bool  # whether there is a line as it was written


def _rest(row: Row, layout: _Layout) -> Attributes:
    rest = {
        name: value
        for name in layout.attributes
        if (value := row[name]) is not None and value != ""
    }
    for name in layout.named_once:
        value = row[name]
        if type(value) is list and len(value) > 1:
            rest[name] = value
    return rest


def stored(value: object) -> str:
    r"""
    Return *value* as text that can be stored: half a surrogate pair becomes a question mark.

    Example:
        >>> stored(None), stored(7), stored("a\ud800"), stored({"b": True})
        ('', '7', 'a?', '{"b": true}')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        words = value
    elif isinstance(value, dict | list | bool | float):
        words = as_json(value)
    else:
        words = str(value)
    return words if words.isascii() else words.encode("utf-8", "replace").decode("utf-8")


def _first(row: Row, keys: tuple[str, ...], column: str = "message") -> str:
    for key in keys:
        value = row[key]
        if type(value) is str:  # nearly every one
            if not value:
                continue
            return value if value.isascii() else stored(value)
        if isinstance(value, list) and (len(value) == 1 or column not in _WHOLE):
            # Beats write one address as a list of one; a name is one.
            value = next((one for one in value if one is not None and one != ""), None)
        if value is not None and value != "":
            return stored(value)
    return ""


def _one_line(words: str) -> str:
    # Container runtimes ship a line with its end. A blank one stays what it is: else nothing would be said.
    return words.rstrip("\r\n") or words


def _as_text(row: Row, hidden: frozenset[str]) -> str:
    """Return a row that has no message as what it says, so that nothing is lost."""
    return stored({key: value for key, value in row.items() if key not in hidden})


def _part_file(record: list[Any]) -> None:
    # What wrote it, as zap and zerolog say it: `pay/main.go:12`.
    found = FILE_AND_LINE.fullmatch(record[_FILE])
    if found is not None:
        record[_FILE] = found[1]
        record[_LINE] = int(found[2]) if record[_LINE] is None else record[_LINE]


def _line_number(words: str) -> int | None:
    words = words.strip()
    if not (words.isascii() and words.isdigit() and len(words) < 11):
        return None
    value = int(words)
    return value if value <= _MOST_INT32 else None


def _named_service(words: str) -> str:
    # What Loki writes where no label says a service, and OpenTelemetry where nobody named one.
    return "" if words == "unknown_service" else words


#: Columns whose words are read once more.
_READ: Mapping[str, Callable[[str], str | int | None]] = {
    "service": _named_service,
    "line": _line_number,
    "host_ip": main_address,
    "host_id": main_address,
}
