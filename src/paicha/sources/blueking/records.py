"""Rows of a log search as RECORDS, counting on the way what the rows say about aliases."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Protocol

import pyarrow as pa

from paicha.kernel.levels import LevelReader
from paicha.kernel.row_records import moment_of
from paicha.model.schema import ALIAS_COUNTS, RECORDS
from paicha.sources.blueking.fields import CANDIDATES, FieldMap, Row, first_value
from paicha.values import dataclass

_MOST_INT32 = 2**31 - 1


class ParsedLine(Protocol):
    """What a log line says of itself; empty text means "not said"."""

    @property
    def severity_number(self) -> int: ...  # noqa: D102 - the names are RECORDS' own
    @property
    def severity_text(self) -> str: ...  # noqa: D102
    @property
    def body(self) -> str: ...  # noqa: D102
    @property
    def service_name(self) -> str: ...  # noqa: D102
    @property
    def code_file_path(self) -> str: ...  # noqa: D102
    @property
    def code_line_number(self) -> int | None: ...  # noqa: D102
    @property
    def scope_name(self) -> str: ...  # noqa: D102
    @property
    def trace_id(self) -> str: ...  # noqa: D102
    @property
    def span_id(self) -> str: ...  # noqa: D102
    @property
    def attributes(self) -> Mapping[str, object]: ...  # noqa: D102


class LineReader(Protocol):
    """Reads raw log lines, as `paicha.kernel.normalise.LineReader` does."""

    def read_line(self, text: str, /) -> ParsedLine | None:
        """Return what *text* says; None when it fits no known format."""
        ...


def row_time(row: Row, time_field: str) -> datetime | None:
    """
    Return when the row happened: text or number, epoch s to ns, or ISO 8601.

    Example:
        >>> row_time({"dtEventTimeStamp": "1767603600123"}, "dtEventTimeStamp").isoformat()
        '2026-01-05T09:00:00.123000+00:00'
    """
    return moment_of(first_value(row, (time_field, "dtEventTimeStamp", "_time")))


@dataclass(slots=True)
class RecordBuilder:
    """
    Gathers rows until a batch is taken.

    Args:
        fields: Which key is which column.
        line_reader: Reads the raw ``log`` text where fields do not say level or message.
    """

    fields: FieldMap
    line_reader: LineReader | None = None
    levels: LevelReader = field(default_factory=LevelReader)
    without_level: int = 0
    _rows: list[tuple[object, ...]] = field(default_factory=list)
    _keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _unused: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self._keys = {canonical: self.fields.keys(canonical) for canonical in CANDIDATES}
        self._unused = self.fields.unused()

    def add(self, row: Row, timestamp: datetime | None, locator: str) -> None:
        """Take one row."""
        level = clean(first_value(row, self._keys["level"])).strip()
        message = clean(first_value(row, self._keys["message"]))
        log = clean(row.get("log"))
        parsed = None
        if self.line_reader is not None and log and not (level and message):
            parsed = self.line_reader.read_line(log)
        severity, level = self._level(level, parsed)
        self.without_level += severity == 0
        self._rows.append(
            (
                timestamp,
                severity,
                level,
                message or (parsed.body if parsed else "") or log,
                self._said(row, "service") or (parsed.service_name if parsed else ""),
                self._said(row, "host_ip"),
                self._said(row, "host_id"),
                self._said(row, "file") or (parsed.code_file_path if parsed else ""),
                self._line(row) or (parsed.code_line_number if parsed else None),
                self._said(row, "logger") or (parsed.scope_name if parsed else ""),
                self._said(row, "trace") or (parsed.trace_id if parsed else ""),
                self._said(row, "span") or (parsed.span_id if parsed else ""),
                locator,
                self._attributes(row, parsed),
            )
        )

    def __len__(self) -> int:
        return len(self._rows)

    def take(self) -> pa.RecordBatch:
        """Return what was gathered as a batch of RECORDS, and start anew."""
        rows, self._rows = self._rows, []
        columns = list(zip(*rows, strict=True)) or [() for _ in RECORDS]
        arrays = [
            pa.array(values, type=column.type)
            for values, column in zip(columns, RECORDS, strict=True)
        ]
        return pa.record_batch(arrays, schema=RECORDS)

    def _said(self, row: Row, canonical: str) -> str:
        value = first_value(row, self._keys[canonical])
        if isinstance(value, list):  # a name is one; all of them stay among the attributes
            value = next((one for one in value if one is not None and one != ""), None)
        return clean(value)

    def _level(self, level: str, parsed: ParsedLine | None) -> tuple[int, str]:
        if level:
            number, word = self.levels.read(level)
            return number, word or level.upper()
        return (parsed.severity_number, parsed.severity_text) if parsed else (0, "")

    def _line(self, row: Row) -> int | None:
        words = self._said(row, "line").strip()
        if not (words.isascii() and words.isdigit() and len(words) < 11):
            return None
        value = int(words)
        return value if value <= _MOST_INT32 else None

    def _attributes(self, row: Row, parsed: ParsedLine | None) -> str:
        rest = dict(parsed.attributes) if parsed else {}
        rest |= {
            key: value
            for key, value in row.items()
            if (key not in self._unused and value is not None and value != "")
            or (isinstance(value, list) and len(value) > 1)
        }
        cloud = first_value(row, self._keys["cloud"])
        if cloud is not None and str(cloud) != "0":
            rest["cloudId"] = cloud
        return (
            clean(json.dumps(rest, ensure_ascii=False, sort_keys=True, default=str)) if rest else ""
        )


def clean(value: object) -> str:
    r"""
    Return *value* as text that can be stored: half a surrogate pair becomes a question mark.

    Example:
        >>> clean(None), clean(7), clean("a\ud800")
        ('', '7', 'a?')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        words = value
    elif isinstance(value, dict | list | bool | float):
        words = json.dumps(value, ensure_ascii=False, sort_keys=True)
    else:
        words = str(value)
    return words if words.isascii() else words.encode("utf-8", "replace").decode("utf-8")


@dataclass(slots=True)
class AliasCounter:
    """What the rows say about each declared pair, per table."""

    fields: FieldMap
    _rows: dict[str, int] = field(default_factory=dict)
    _counts: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        """Take one row."""
        if not self.fields.settings.pairs:
            return
        table = clean(first_value(row, ("__result_table", "__index")))
        self._rows[table] = self._rows.get(table, 0) + 1
        for pair in self.fields.settings.pairs:
            # with_field, with_alias, with_both, differing, mistyped
            counts = self._counts.setdefault((pair.query_alias, pair.field_name, table), [0] * 5)
            with_field = pair.field_name in row
            with_alias = pair.query_alias in row
            counts[0] += with_field
            counts[1] += with_alias
            if with_field and with_alias:
                counts[2] += 1
                counts[3] += row[pair.query_alias] != row[pair.field_name]
            if with_field:
                counts[4] += not fits(row[pair.field_name], pair.path_type)

    def table(self) -> pa.Table:
        """Return ALIAS_COUNTS, sorted by key."""
        rows = [(*key, self._rows[key[2]], *counts) for key, counts in sorted(self._counts.items())]
        columns = list(zip(*rows, strict=True)) or [() for _ in ALIAS_COUNTS]
        return pa.table(
            [
                pa.array(values, type=column.type)
                for values, column in zip(columns, ALIAS_COUNTS, strict=True)
            ],
            schema=ALIAS_COUNTS,
        )


_WHOLE = frozenset({"integer", "int", "long", "short", "byte", "unsigned_long"})
_REAL = frozenset({"double", "float", "half_float", "scaled_float"})


def fits(value: object, path_type: str) -> bool:
    """
    Return whether *value* may stand in a field declared as *path_type*.

    Example:
        >>> fits("228", "integer"), fits("auth.py", "integer"), fits("x", "keyword")
        (True, False, True)
    """
    if value is None:
        return True
    if isinstance(value, list):
        return all(fits(entry, path_type) for entry in value)
    kind = path_type.lower()
    if kind in _WHOLE or kind in _REAL:
        return _number_fits(value, whole=kind in _WHOLE)
    if kind == "boolean":
        return isinstance(value, bool) or value in ("true", "false")
    if kind in ("object", "nested"):
        return isinstance(value, Mapping)
    return not isinstance(value, Mapping)


def _number_fits(value: object, *, whole: bool) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return False
    try:
        return float(value).is_integer() or not whole
    except (ValueError, OverflowError):
        return False
