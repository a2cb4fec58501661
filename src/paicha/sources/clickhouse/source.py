"""ClickHouse as a `paicha.ports.LogSource`."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import field, replace

from paicha.errors import PaichaError, QuestionError
from paicha.kernel.allowance import Allowance
from paicha.kernel.field_map import CANONICAL, FieldMap
from paicha.kernel.normalise import LineReader
from paicha.kernel.query_text import level_and_rest
from paicha.kernel.row_records import RowBuilder
from paicha.locales import Text, text
from paicha.model.question import LogQuery, Scope
from paicha.sources.clickhouse.client import ClickHouseClient, Connect, connect_to
from paicha.sources.clickhouse.store import ClickHouseStore
from paicha.sources.clickhouse.table import (
    OWN_ATTRIBUTES,
    Table,
    TableRule,
    literal,
    spelled,
    table_of,
)
from paicha.sources.stored_logs import Piece, Plan, StoredLogReading, of_window
from paicha.sources.web import Place, shown
from paicha.values import dataclass

_QUOTED = re.compile(r'"([^"]+)"')
_HOUR_NS = 3_600_000_000_000


@dataclass(frozen=True, slots=True)
class ClickHouseLogs:
    """
    One table of logs.

    Args:
        place: Where and as whom.
        fields: Which column, or which key of a map column, is which field.
        rule: Which table.
        name: Its name in the settings.
        line_reader: Reads messages of records that have no level.
        connect: Makes the driver's client; None: over HTTP to *place*.
        sleep: Waits between two tries.
        now: Epoch seconds; `check` looks at the last hour.
        clock: Seconds since any moment, for how long a reading may take.
    """

    place: Place
    fields: FieldMap
    rule: TableRule = field(default_factory=TableRule)
    name: str = "clickhouse"
    line_reader: LineReader | None = None
    connect: Connect | None = None
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time
    clock: Callable[[], float] = time.monotonic

    @contextmanager
    def open(self, query: LogQuery) -> Iterator[StoredLogReading]:
        """
        Start reading; window, hosts, services and filter are pushed down.

        Raises:
            QuestionError: If no window is said, or the filter is no single condition.
            SourceError: If the server lets us down.
        """
        if query.window is None:
            raise QuestionError("stored.no_window", source=self.name)
        window = of_window(query.window)
        with closing(self._client()) as client:
            table = self._table(client, window)
            clauses, values = _scope(query.scope, table)
            store = ClickHouseStore(client, table, window, clauses, values)
            where = " AND ".join((table.within, *clauses))
            asked = {**values, "start": window.start_ns, "end": window.end_ns}
            select = spelled(f"SELECT * FROM {table.name} WHERE {where}", asked)  # noqa: S608 - shown, not run
            plan = Plan(
                source=self.name,
                kind="clickhouse",
                window=query.window,
                max_records=query.max_records,
                described=f"{shown(self.place.url)} {select}",
                scheme="ch",
                notes=_without_time(client, table),
            )
            builder = RowBuilder(self.fields, self.line_reader)
            yield StoredLogReading(store, plan, builder, Allowance(query, self.clock))

    def count(self, query: LogQuery) -> int | None:
        """
        Return how many records the window holds in scope.

        Raises:
            SourceError: If the server lets us down.
        """
        if query.window is None:
            return None
        with closing(self._client()) as client:
            window = of_window(query.window)
            table = self._table(client, window)
            clauses, values = _scope(query.scope, table)
            return ClickHouseStore(client, table, window, clauses, values).count("")

    def check(self) -> Sequence[tuple[Text, bool, Text]]:
        """Return whether it answers, what the table is, and how many records the last hour has."""
        lines: list[tuple[Text, bool, Text]] = []
        what = text("clickhouse.check.reachable")
        end_ns = int(self.now()) * 1_000_000_000
        try:
            with closing(self._client()) as client:
                [[version]] = client.rows("SELECT version()")
                lines.append((what, True, text("clickhouse.check.version", version=version)))
                what = text("clickhouse.check.table")
                piece = Piece(end_ns - _HOUR_NS, end_ns)
                table = self._table(client, piece)
                lines.append((what, True, _described(table)))
                what = text("clickhouse.check.records")
                n = ClickHouseStore(client, table, piece, (), {}).count("")
        except PaichaError as error:
            return [*lines, (what, False, error.texts)]
        return [*lines, (what, True, text("clickhouse.check.counted", n=n))]

    def _client(self) -> ClickHouseClient:
        connect = self.connect or connect_to(self.place, self.rule.database)
        return ClickHouseClient(self.place, connect, self.sleep)

    def _table(self, client: ClickHouseClient, window: Piece) -> Table:
        rows = client.rows(f"DESCRIBE TABLE {self.rule.name}")
        table = table_of(self.rule, ((str(row[0]), str(row[1])) for row in rows), self.fields)
        return _with_keys(client, table, window) if OWN_ATTRIBUTES in table.keyed else table


def _without_time(client: ClickHouseClient, table: Table) -> tuple[Text, ...]:
    """Return how many rows have no time, of a column that may be null."""
    if not table.timeless:
        return ()
    [[n]] = client.rows(f"SELECT count() FROM {table.name} WHERE {table.timeless}")  # noqa: S608 - quoted
    return (text("clickhouse.without_time", n=n, column=table.time_column),) if n else ()


def _with_keys(client: ClickHouseClient, table: Table, window: Piece) -> Table:
    """
    Return *table* with those keys of its maps that *window* has and a field of a record may be.

    An attribute may bear each of some two hundred names: looked up in every row for every count, those that no row has
    took forty times as long as the count (measured).
    """
    names = {name for canonical in CANONICAL for name in table.fields.keys(canonical)}
    found = ", ".join(
        f"groupUniqArrayArray(arrayIntersect({table.keys_of(column)}, [{_keys(column, names)}]))"
        for column in table.keyed
    )
    values = {"start": window.start_ns, "end": window.end_ns}
    [keys] = client.rows(f"SELECT {found} FROM {table.name} WHERE {table.within}", values)  # noqa: S608 - quoted
    if not any(keys):  # no record, or none that says anything: whatever was asked may be missing
        return table
    return replace(table, keys=dict(zip(table.keyed, map(frozenset, keys), strict=True)))


def _keys(column: str, names: Iterable[str]) -> str:
    """Return those of *names* that may be keys of a column, as texts of SQL."""
    begin = f"{column}."
    own = names if column == OWN_ATTRIBUTES else ()
    keys = {*own, *(name.removeprefix(begin) for name in names if name.startswith(begin)), ""}
    return ", ".join(literal(key) for key in sorted(keys))


def _described(table: Table) -> Text:
    found = [
        f"{canonical} = {names[0]}"
        for canonical in ("level", "message", "file", "host_ip", "host_id", "service")
        if (names := table.shown(canonical))
    ]
    return text(
        "clickhouse.check.mapped",
        table=table.name,
        time=table.time_column,
        fields=", ".join(found) or "-",
    )


def _scope(scope: Scope, table: Table) -> tuple[tuple[str, ...], dict[str, object]]:
    clauses: list[str] = []
    values: dict[str, object] = {}
    for asked, canonicals, what in (
        (scope.hosts, ("host_ip", "host_id"), "host"),
        (scope.services, ("service",), "service"),
    ):
        places = [place for one in canonicals for place in table.places(one)]
        if not places:
            # No record of the window bears such a key: asked for the first, none is found.
            possible = replace(table, keys={})
            places = [place for one in canonicals for place in possible.places(one)][:1]
        if asked and not places:
            names = ", ".join(list(table.columns)[:20])
            raise QuestionError("stored.no_field", what=what, value=", ".join(asked), fields=names)
        if asked:
            values[f"{what}s"] = list(asked)
            one_of = [f"{place} IN {{{what}s:Array(String)}}" for place in places]
            if what == "host":
                one_of += _whatever_case(places, asked, values)
                # Agents write all addresses of a host as a list.
                one_of += [
                    f"(startsWith({place}, '[') AND hasAny(JSONExtract({place}, 'Array(String)'),"
                    " {hosts:Array(String)}))"
                    for place in places
                ]
            clauses.append(f"({' OR '.join(one_of)})")
    if scope.where.strip():
        clauses.append(f"({_condition(scope.where, table)})")
    return tuple(clauses), values


def _whatever_case(
    places: Sequence[str], hosts: Sequence[str], values: dict[str, object]
) -> list[str]:
    """Return what finds *hosts* that are names in upper and lower case alike, and put into *values* what it needs."""
    names = [host.lower() for host in hosts if host.lower() != host.upper()]
    if not names:
        return []
    values["host_names"] = names
    return [f"lowerUTF8({place}) IN {{host_names:Array(String)}}" for place in places]


def _condition(where: str, table: Table) -> str:
    """Return a person's filter as SQL: a level, and words of the message in double quotes, may stand in it as in other stores."""
    found = level_and_rest(where)
    level, message = table.value("level"), table.value("message")
    if found is None or not level:
        return condition(where)
    spellings, rest = found
    said = f"upper({level}) IN ({', '.join(literal(word) for word in spellings)})"
    if not rest:
        return said
    words = _QUOTED.fullmatch(rest)
    if words and message:
        return f"{said} AND position({message}, {literal(words[1])}) > 0"
    return f"{said} AND ({condition(rest)})"


def condition(where: str) -> str:
    """
    Return a person's filter, when it is one condition of SQL.

    Raises:
        QuestionError: If a quote or bracket is left open, or it would end the condition.

    Example:
        >>> condition("Body LIKE '%disk%' AND SeverityNumber >= 13")
        "Body LIKE '%disk%' AND SeverityNumber >= 13"
    """
    depth, quote, position = 0, "", 0
    while position < len(where):
        letter = where[position]
        if quote:
            position += letter == "\\"
            quote = "" if letter == quote else quote
        elif letter in "'\"`":
            quote = letter
        elif letter in "()":
            depth += 1 if letter == "(" else -1
        if depth < 0 or (
            not quote and (letter in ";#" or where.startswith(("--", "/*"), position))
        ):
            raise QuestionError("clickhouse.filter", where=where, place=position + 1)
        position += 1
    if depth or quote:
        raise QuestionError("clickhouse.filter", where=where, place=len(where))
    return where
