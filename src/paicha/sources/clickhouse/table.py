"""
What is known of a table before it is read: its columns, its time, and the SQL for a field of a record.

A field of a record may be a column (``SeverityText``), or a key of a map column or a path of a JSON column
(``ResourceAttributes.host.name``). Names are quoted, values travel as parameters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import field

from paicha.errors import SourceContract, SourceRejected
from paicha.kernel.field_map import FieldMap
from paicha.kernel.levels import RANGES
from paicha.values import dataclass

#: Types of columns that are text as they are: so a condition can use the table's order.
_TEXTS = frozenset({"String", "LowCardinality(String)"})
#: Alias that no column of a table has.
ALIAS = "_paicha_"
#: The column whose keys, or paths, are the record's own attributes: they need no column's name before them.
OWN_ATTRIBUTES = "LogAttributes"


@dataclass(frozen=True, slots=True)
class TableRule:
    """
    Which table, and which of its columns is the time.

    Args:
        database: "": the user's own.
        table: OpenTelemetry's exporter calls it ``otel_logs``.
        time_column: "": the first of the usual names that is there.
    """

    database: str = ""
    table: str = "otel_logs"
    time_column: str = ""

    @property
    def name(self) -> str:
        """The table as SQL names it."""
        return ".".join(identifier(part) for part in (self.database, self.table) if part)


@dataclass(frozen=True, slots=True)
class Table:
    """A table that exists."""

    name: str
    columns: Mapping[str, str]  # name -> type
    time_column: str
    fields: FieldMap
    #: What the columns of keys hold, ``column -> keys``; of a column that is not here everything is possible.
    keys: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def nanoseconds(self) -> str:
        """The time as an expression, epoch nanoseconds."""
        return f"toUnixTimestamp64Nano(toDateTime64({identifier(self.time_column)}, 9, 'UTC'))"

    @property
    def within(self) -> str:
        """The clause of a half-open stretch, from ``{start}`` to ``{end}``; it can use the table's order."""
        time = identifier(self.time_column)
        return (
            f"{time} >= fromUnixTimestamp64Nano({{start:Int64}}, 'UTC') AND "
            f"{time} < fromUnixTimestamp64Nano({{end:Int64}}, 'UTC')"
        )

    @property
    def timeless(self) -> str:
        """The clause of the rows that no window can hold; "" where the time cannot be missing."""
        may_miss = self.columns[self.time_column].startswith("Nullable(")
        return f"isNull({identifier(self.time_column)})" if may_miss else ""

    @property
    def read(self) -> tuple[str, ...]:
        """The columns that a row has beside its time."""
        return tuple(name for name in self.columns if name != self.time_column)

    def places(self, canonical: str) -> tuple[str, ...]:
        """Return expressions of text for *canonical*, best first; () where nothing can hold it."""
        found = tuple(self._places(self.fields.keys(canonical)))
        if canonical != "level":
            return found
        return (*found, *map(_level_of, self._places(self.fields.keys("severity_number"))))

    def shown(self, canonical: str) -> tuple[str, ...]:
        """Return the columns, and keys of columns, that are named for *canonical*, best first."""
        return tuple(
            name
            for name in self.fields.keys(canonical)
            if name in self.columns or holds_keys(self.columns.get(name.partition(".")[0], ""))
        )

    def value(self, canonical: str) -> str:
        """Return the expression for the first of the places that says something; "" for no place."""
        said = [f"nullIf({place}, '')" for place in self.places(canonical)]
        return f"coalesce({', '.join(said)}, '')" if said else ""

    def _places(self, names: Iterable[str]) -> Iterable[str]:
        for name in names:
            column, dot, key = name.partition(".")
            if name in self.columns:
                if not is_map(self.columns[name]):
                    yield _as_text(self.columns[name], identifier(name))
            elif dot and holds_keys(self.columns.get(column, "")):
                if self._may_hold(column, key, name):
                    yield self._of_key(column, key)
            elif holds_keys(self.columns.get(OWN_ATTRIBUTES, "")) and self._may_hold(
                OWN_ATTRIBUTES, name, name
            ):
                yield self._of_key(OWN_ATTRIBUTES, name)

    def _of_key(self, column: str, key: str) -> str:
        if is_json(self.columns[column]):  # a path that a row has not is the empty text
            return f"toString({'.'.join(map(identifier, (column, *key.split('.'))))})"
        value = f"toString({identifier(column)}[{literal(key)}])"
        return f"ifNull({value}, '')" if "Nullable(" in self.columns[column] else value

    def _may_hold(self, column: str, key: str, name: str) -> bool:
        # What the settings name is looked for even where nothing has it.
        asked = any(name in names for names in self.fields.preferred.values())
        return asked or column not in self.keys or key in self.keys[column]

    @property
    def keyed(self) -> tuple[str, ...]:
        """The map columns whose keys are texts, and the JSON columns."""
        return tuple(
            name for name, kind in self.columns.items() if _KEYED.match(kind) or is_json(kind)
        )

    def keys_of(self, column: str) -> str:
        """Return the expression for the keys, or paths, that a row has in *column*."""
        keys = "JSONAllPaths" if is_json(self.columns[column]) else "mapKeys"
        return f"{keys}({identifier(column)})"


def table_of(rule: TableRule, columns: Iterable[tuple[str, str]], fields: FieldMap) -> Table:
    """
    Return the table with its time column found.

    Raises:
        SourceRejected: If there is no such column.
        SourceContract: If it is no time.
    """
    known = dict(columns)
    named = (rule.time_column,) if rule.time_column else fields.keys("time")
    found = next((name for name in named if name in known), "")
    facts = {"table": rule.name, "columns": ", ".join(list(known)[:30])}
    if not found:
        raise SourceRejected("clickhouse.no_time", tried=", ".join(named[:10]), **facts)
    if "DateTime" not in known[found]:
        raise SourceContract("clickhouse.not_a_time", column=found, kind=known[found], **facts)
    return Table(rule.name, known, found, fields)


_MAY_BE_NULL = re.compile(r"(?:LowCardinality\()?Nullable\(")
_KEYED = re.compile(r"Map\((?:LowCardinality\()?String\b")
_PARAMETER = re.compile(r"\{(\w+):\w+(?:\(\w+\))?\}")


def spelled(query: str, values: Mapping[str, object]) -> str:
    r"""
    Return *query* with its parameters written out, as a person may ask it again.

    Example:
        >>> spelled("a < {end:Int64} AND b IN {hosts:Array(String)}", {"end": 7, "hosts": ["x", "y's"]})
        "a < toInt64(7) AND b IN ['x', 'y\\'s']"
    """

    def written(found: re.Match[str]) -> str:
        value = values.get(found[1])
        if isinstance(value, list):
            return f"[{', '.join(literal(str(one)) for one in value)}]"
        return f"toInt64({value})" if isinstance(value, int) else found[0]

    return _PARAMETER.sub(written, query)


def _as_text(kind: str, column: str) -> str:
    """Return the expression of text for a column, as its values are written in records; a null is the empty text."""
    if kind in _TEXTS:
        return column
    if "Array(" in kind:
        return f"toJSONString({column})"
    words = f"toString({column})"
    if "IPv6" in kind:  # one that stands for an address of four numbers is written as that
        words = f"replaceRegexpOne({words}, '^::ffff:([0-9.]+)$', '\\\\1')"
    return f"ifNull({words}, '')" if _MAY_BE_NULL.match(kind) else words


def _level_of(number: str) -> str:
    """Return the expression for OpenTelemetry's name of a severity number, which is text."""
    said = f"toUInt8OrZero({number})"
    steps = ", ".join(f"{said} >= {least}, '{name}'" for least, name in RANGES)
    return f"multiIf({said} > 24, '', {steps}, '')"


def is_map(kind: str) -> bool:
    """Return whether a column of type *kind* holds keys and values."""
    return kind.startswith("Map(")


def is_json(kind: str) -> bool:
    """Return whether a column of type *kind* holds objects of JSON."""
    return kind == "JSON" or kind.startswith("JSON(")


def holds_keys(kind: str) -> bool:
    """Return whether a column of type *kind* has values behind names of its own."""
    return is_map(kind) or is_json(kind)


def identifier(name: str) -> str:
    r"""
    Return *name* as SQL quotes it.

    Example:
        >>> identifier("a`b")
        '`a\\`b`'
    """
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def literal(value: str) -> str:
    r"""
    Return *value* as a text of SQL.

    Example:
        >>> literal("it's")
        "'it\\'s'"
    """
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
