"""One window and scope of a table, as a `paicha.sources.stored_logs.LogStore`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from ipaddress import IPv6Address
from typing import Any

from paicha.kernel.field_map import flatten
from paicha.locales import Text
from paicha.sources.clickhouse.client import ClickHouseClient
from paicha.sources.clickhouse.table import ALIAS, OWN_ATTRIBUTES, Table, identifier
from paicha.sources.stored_logs import Piece, StoredRow
from paicha.sources.stored_logs.cutting import cut
from paicha.values import dataclass

_ABNORMAL, _REST = "abnormal", "rest"


@dataclass(slots=True)
class ClickHouseStore:
    """
    Asks in SQL; every value travels as a parameter.

    Args:
        client: The conversation.
        table: What is read.
        window: What every question is about.
        scope: Clauses for hosts, services and what a person wrote; they must all hold.
        parameters: Values for the scope.
    """

    client: ClickHouseClient
    table: Table
    window: Piece
    scope: tuple[str, ...]
    parameters: Mapping[str, object]
    ordered: bool = False
    troubles: dict[Text, None] = field(default_factory=dict)
    _levels: tuple[str, ...] = ()

    def count(self, part: str) -> int:
        """Return the exact number of records."""
        return self._count(self.scope, part)

    def count_without_scope(self) -> int | None:
        """Return the number of records of the window; None where the scope is everything."""
        return self._count((), "") if self.scope else None

    def groups(self, canonical: str) -> Mapping[str, int] | None:
        """Return records by the first place of *canonical* that says something."""
        value = self.table.value(canonical)
        if not value:
            return None
        query = (
            f"SELECT {value} AS {ALIAS}v, count() {self._from(self.scope, '')} GROUP BY {ALIAS}v"
        )
        return {str(v): int(n) for v, n in self._rows(query, self.window)}

    def histogram(self, piece: Piece, step_ns: int, part: str) -> Mapping[int, int]:
        """Return records by step."""
        begin = f"intDiv({self.table.nanoseconds}, {{step:Int64}}) * {{step:Int64}}"
        query = (
            f"SELECT {begin} AS {ALIAS}b, count() {self._from(self.scope, part)} GROUP BY {ALIAS}b"
        )
        return {int(b): int(n) for b, n in self._rows(query, piece, step=step_ns)}

    def pieces(self, whole: Piece, most: int, part: str) -> Iterator[tuple[Piece, int]]:
        """Yield stretches of at most *most* records, by the store's own counts."""
        return cut(whole, most, lambda piece, step: self.histogram(piece, step, part))

    def rows(self, piece: Piece, part: str) -> Iterator[StoredRow]:
        """Yield the records block by block."""
        names = self.table.read
        listed = ", ".join(identifier(name) for name in names)
        query = (
            f"SELECT {self.table.nanoseconds} AS {ALIAS}t, {listed} {self._from(self.scope, part)}"
        )
        place = self.table.name.replace("`", "")
        for stamps, *columns in self.client.blocks(query, self._values(piece)):
            plain = [_plain_column(column) for column in columns]
            nested = any(map(_holds_maps, plain))
            for stamp, values, told in zip(
                stamps, zip(*columns, strict=True), zip(*plain, strict=True), strict=True
            ):
                text = repr([*values])  # only for telling rows of one time apart
                said = {n: v for n, v in zip(names, told, strict=True) if v is not None}
                own = said.pop(OWN_ATTRIBUTES, None)
                fields = flatten(said) if nested else said
                if isinstance(own, dict) and own:
                    named = flatten(own) if _holds_maps([*own.values()]) else own
                    fields = {**named, **fields}
                yield StoredRow(int(stamp), place, text.encode("utf-8", "surrogatepass"), fields)

    def parts(self, words: Sequence[str]) -> tuple[str, str] | None:
        """Return the parts with and without the levels spelled so."""
        if not self.table.value("level"):
            return None
        self._levels = tuple(words)
        return _ABNORMAL, _REST

    def _count(self, scope: tuple[str, ...], part: str) -> int:
        [[n]] = self._rows(f"SELECT count() {self._from(scope, part)}", self.window)
        return int(n)

    def _from(self, scope: tuple[str, ...], part: str) -> str:
        clauses = [self.table.within, *scope]
        if part:
            no = "NOT " if part == _REST else ""
            clauses.append(f"{self.table.value('level')} {no}IN {{levels:Array(String)}}")
        return f"FROM {self.table.name} WHERE {' AND '.join(clauses)}"

    def _rows(self, query: str, piece: Piece, **more: object) -> list[Sequence[Any]]:
        return self.client.rows(query, {**self._values(piece), **more})

    def _values(self, piece: Piece) -> dict[str, object]:
        return {
            **self.parameters,
            "start": piece.start_ns,
            "end": piece.end_ns,
            "levels": list(self._levels),
        }


#: What values of a column may be that are stored as they are.
_PLAIN = frozenset({str, int, float, bool, list, dict, type(None)})


def _plain_column(values: Sequence[object]) -> Sequence[object]:
    # One look at the kinds of a column's values spares one at each value.
    return values if _PLAIN.issuperset(map(type, values)) else [_plain(value) for value in values]


def _holds_maps(values: Sequence[object]) -> bool:
    return dict in set(map(type, values)) and any(values)


def _plain(value: object) -> object:
    # Addresses, identifiers and times as text; numbers, lists and maps stay.
    if value is None or isinstance(value, str | int | float | list | dict):
        return value
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, IPv6Address):
        return str(value.ipv4_mapped or value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)
