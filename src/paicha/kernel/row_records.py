"""
Rows of a store, whose fields have names, as `RECORDS`.

The canonical fields become columns, whatever else a row says becomes an attribute. Where no field says
the level, the message is read as a log line, as it would be from a file.
"""

from __future__ import annotations

from dataclasses import field
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pyarrow as pa

from paicha.kernel.field_map import CANONICAL, FieldMap, Row
from paicha.kernel.levels import LevelReader, name_of
from paicha.kernel.line_formats import ParsedLine
from paicha.kernel.parsed_line import as_json, object_as_json
from paicha.kernel.times import to_micros
from paicha.model.schema import RECORDS, TIME
from paicha.values import dataclass

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_INT32 = 2**31 - 1
_HIGHEST_SEVERITY = 24  # of OpenTelemetry
_MOST_LAYOUTS = 1000  # sets of keys remembered


class ReadsLines(Protocol):
    """Reads raw log lines, as `paicha.kernel.normalise.LineReader` does."""

    def read_line(self, text: str, /) -> ParsedLine | None:
        """Return what *text* says; None when it fits no known format."""
        ...


def moment_of(value: object) -> datetime | None:
    """
    Return the time that a field states: ISO 8601, or epoch seconds, ms, µs or ns; None: it states none.

    A text without a zone is UTC. Anything finer than a microsecond is cut off.

    Example:
        >>> moment_of("2026-01-05T09:00:00.123456789Z").isoformat()
        '2026-01-05T09:00:00.123456+00:00'
        >>> moment_of("1767603600123").isoformat(), moment_of(True)
        ('2026-01-05T09:00:00.123000+00:00', None)
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, float):
        return _of_epoch(round(value * 1_000_000)) if 0 <= value < 1e11 else _whole(int(value))
    words = str(value).strip()
    if words.isascii() and words.isdigit() and len(words) <= 19:
        return _whole(int(words))
    try:
        parsed = datetime.fromisoformat(words)
    except ValueError:
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def _whole(number: int) -> datetime | None:
    # 10 digits are seconds, 13 milliseconds, 16 microseconds, 19 nanoseconds.
    digits = len(str(number))
    if digits > 16:
        return _of_epoch(number // 1000)
    return _of_epoch(number * (1 if digits > 13 else 1_000 if digits > 10 else 1_000_000))


def _of_epoch(microseconds: int) -> datetime | None:
    try:
        return _EPOCH + timedelta(microseconds=microseconds)
    except OverflowError:
        return None


@dataclass(slots=True)
class RowBuilder:
    """
    Gathers rows until a batch is taken.

    Args:
        fields: Which key is which column.
        line_reader: Reads the message where no field says the level; None: nobody does.
        hidden: Keys of the row that say nothing of the event.
    """

    fields: FieldMap
    line_reader: ReadsLines | None = None
    hidden: frozenset[str] = frozenset()
    without_level: int = 0
    without_time: int = 0
    _levels: LevelReader = field(default_factory=LevelReader)
    _rows: list[tuple[object, ...]] = field(default_factory=list)
    _keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _layouts: dict[tuple[str, ...], _Layout] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._keys = {canonical: self.fields.keys(canonical) for canonical in CANONICAL}

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, row: Row, timestamp: datetime | None, locator: str) -> None:
        """Take one flat row (`paicha.kernel.field_map.flatten`)."""
        self.add_at(row, None if timestamp is None else to_micros(timestamp), locator)

    def add_at(self, row: Row, timestamp_us: int | None, locator: str) -> None:
        """Take one flat row whose time is known as microseconds since 1970."""
        layout = self._layout(tuple(row))
        said = _NOTHING.copy()
        for name, keys in layout.columns:
            said[name] = _first(row, keys)
        message = said["message"] or _as_text(row, self.hidden)
        level, severity = said["level"].strip(), said["severity_number"]
        number, level = self._level(level, severity) if level or severity else (0, "")
        parsed = self._parsed(message) if not level and not number else None
        if parsed is not None:
            number, level, message = parsed.severity_number, parsed.severity_text, parsed.body
        self.without_level += number == 0
        self.without_time += timestamp_us is None
        self._rows.append(
            (
                timestamp_us,
                number,
                level,
                message,
                said["service"] or (parsed.service_name if parsed else ""),
                said["host_ip"] or (parsed.host_ip if parsed else ""),
                said["host_id"] or (parsed.host_id if parsed else ""),
                said["file"] or (parsed.code_file_path if parsed else ""),
                (_line_number(said["line"]) if said["line"] else None)
                or (parsed.code_line_number if parsed else None),
                said["logger"] or (parsed.scope_name if parsed else ""),
                said["trace"] or (parsed.trace_id if parsed else ""),
                said["span"] or (parsed.span_id if parsed else ""),
                locator,
                _attributes(row, layout.attributes, parsed),
            )
        )

    def time_of(self, row: Row) -> datetime | None:
        """Return when the row happened, by the first of its time fields that states a time."""
        for key in self._keys["time"]:
            moment = moment_of(row.get(key))
            if moment is not None:
                return moment
        return None

    def take(self) -> pa.RecordBatch:
        """Return what was gathered as a batch of `RECORDS`, and start anew."""
        columns = list(zip(*self._rows, strict=True)) or [() for _ in RECORDS]
        self._rows = []
        arrays = [
            pa.array(values, pa.int64()).cast(TIME)
            if column.type == TIME
            else pa.array(values, type=column.type)
            for values, column in zip(columns, RECORDS, strict=True)
        ]
        return pa.record_batch(arrays, schema=RECORDS)

    def _level(self, word: str, severity: str) -> tuple[int, str]:
        if word:
            number, level = self._levels.read(word)
            if number:
                return number, level
        stated = int(severity) if severity.isascii() and severity.isdigit() else 0
        if 0 < stated <= _HIGHEST_SEVERITY:
            return stated, word.upper() or name_of(stated)
        return 0, word.upper()

    def _parsed(self, message: str) -> ParsedLine | None:
        return self.line_reader.read_line(message) if self.line_reader is not None else None

    def _layout(self, names: tuple[str, ...]) -> _Layout:
        # Rows of one index have few sets of keys: what is looked for where is found once for each.
        known = self._layouts.get(names)
        if known is None:
            if len(self._layouts) >= _MOST_LAYOUTS:
                self._layouts.clear()
            there = frozenset(names)
            known = self._layouts[names] = _Layout(
                tuple(
                    (name, found)
                    for name, keys in self._keys.items()
                    if name != "time" and (found := tuple(key for key in keys if key in there))
                ),
                tuple(sorted(there - self.fields.used - self.hidden)),
            )
        return known


#: What a row says that says nothing.
_NOTHING = dict.fromkeys(CANONICAL, "")


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where rows with the same keys say what; a column that none of them can say is left out."""

    columns: tuple[tuple[str, tuple[str, ...]], ...]
    attributes: tuple[str, ...]


def _attributes(row: Row, names: tuple[str, ...], parsed: ParsedLine | None) -> str:
    rest = parsed.attributes if parsed else {}
    more = {name: value for name in names if (value := row[name]) is not None and value != ""}
    if more:
        rest = {**rest, **more}
    if not rest:
        return ""
    words = object_as_json(rest)
    return words if words.isascii() else words.encode("utf-8", "replace").decode("utf-8")


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


def _first(row: Row, keys: tuple[str, ...]) -> str:
    for key in keys:
        value = row[key]
        if type(value) is str:  # nearly every one
            if not value:
                continue
            return value if value.isascii() else stored(value)
        if isinstance(value, list) and len(value) == 1:
            value = value[0]  # Beats write one address as a list of one
        if value is not None and value != "":
            return stored(value)
    return ""


def _as_text(row: Row, hidden: frozenset[str]) -> str:
    """Return a row that has no message as what it says, so that nothing is lost."""
    return stored({key: value for key, value in row.items() if key not in hidden})


def _line_number(words: str) -> int | None:
    words = words.strip()
    if not (words.isascii() and words.isdigit() and len(words) < 11):
        return None
    value = int(words)
    return value if value <= _MOST_INT32 else None
