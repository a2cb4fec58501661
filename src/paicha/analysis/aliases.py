"""
Whether an index set's field aliases (多别名) do what they promise.

One alias may stand for several fields only while no table has two of them; one field may have
several aliases; and an alias must not hide a real field. The declaration says what is meant, the
rows say what is.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from paicha.locales import Text, text
from paicha.model.aliases import AliasFinding, AliasPair, AliasReport, AliasSetting, AliasSettings
from paicha.values import dataclass

_SEVERITIES = {"error": 0, "warning": 1, "info": 2}
#: Types between which a declared type is not wrong: how it is searched is the same.
_FAMILIES = (
    frozenset({"integer", "int", "long", "short", "byte", "unsigned_long"}),
    frozenset({"float", "double", "half_float", "scaled_float"}),
    frozenset({"text", "string"}),
    frozenset({"keyword", "string"}),
    frozenset({"date", "date_nanos"}),
)


@dataclass(frozen=True, slots=True)
class _Counts:
    """One row of ALIAS_COUNTS."""

    alias: str
    field: str
    result_table: str
    rows: int
    with_field: int
    with_alias: int
    with_both: int
    differing: int
    mistyped: int


def verify(settings: AliasSettings, counts: pa.Table) -> AliasReport:
    """
    Return what holds and what does not, per alias.

    Args:
        settings: The declared pairs and the fields there really are.
        counts: ALIAS_COUNTS over the rows read.

    Returns:
        Errors are what makes a query or a report wrong: two fields of one alias in one table, an
        alias whose value is not its field's, an alias that hides a real field. Warnings are what
        may; the rest is worth knowing.

    Example:
        >>> from paicha.model.schema import ALIAS_COUNTS
        >>> pair = AliasSetting("level", "log_level", "keyword")
        >>> settings = AliasSettings(1, "demo", (pair,), ("level",), (("level", "keyword"),))
        >>> verify(settings, ALIAS_COUNTS.empty_table()).findings[0].kind
        'never_seen'
    """
    rows = [_Counts(**row) for row in counts.to_pylist()]
    check = _Check(settings, rows)
    findings = sorted(
        check.findings(),
        key=lambda f: (_SEVERITIES[f.severity], f.alias, f.kind, f.fields, f.tables),
    )
    tables = {row.result_table: row.rows for row in rows}
    return AliasReport(
        index_set_id=settings.index_set_id,
        index_set_name=settings.index_set_name,
        rows=sum(tables.values()),
        pairs=tuple(check.pairs()),
        findings=tuple(findings),
    )


@dataclass(frozen=True, slots=True)
class _Check:
    settings: AliasSettings
    counts: list[_Counts]

    def pairs(self) -> Iterator[AliasPair]:
        """Yield every declared pair with what each table's rows say of it."""
        for pair in dict.fromkeys(self.settings.pairs):
            tables = tuple(
                (row.result_table, row.rows, row.with_field, _resolved(row, self.bare))
                for row in self._of(pair.query_alias)
                if row.field == pair.field_name
            )
            yield AliasPair(pair.query_alias, pair.field_name, pair.path_type, tables)

    def findings(self) -> Iterator[AliasFinding]:
        """Yield everything there is to say, alias by alias."""
        aliases = list(dict.fromkeys(pair.query_alias for pair in self.settings.pairs))
        for alias in aliases:
            troubles = [*self._conflicts(alias), *self._wrong_values(alias), *self._wrong(alias)]
            yield from troubles
            if not troubles and self._rows:
                yield self._fine(alias)
        yield from self._several_aliases()
        if aliases and not self._rows:
            yield AliasFinding("never_seen", "warning", "", (), (), 0, _say("no_rows"))
        if self.bare:
            fields = tuple(dict.fromkeys(pair.field_name for pair in self.settings.pairs))
            yield AliasFinding("unresolved", "info", "", fields, (), self._rows, _say("bare"))

    @property
    def bare(self) -> bool:
        """Whether no row has any alias: the classic search neither resolves nor adds them."""
        # An alias that is named like a real field says nothing: every row has that name anyway.
        real = frozenset(self.settings.real_fields)
        counts = [row for row in self.counts if row.alias not in real]
        seen = any(row.with_field for row in counts)
        return seen and not any(row.with_alias for row in counts)

    @property
    def _rows(self) -> int:
        return sum({row.result_table: row.rows for row in self.counts}.values())

    def _of(self, alias: str) -> list[_Counts]:
        return [row for row in self.counts if row.alias == alias]

    def _members(self, alias: str) -> tuple[str, ...]:
        declared = (p.field_name for p in self.settings.pairs if p.query_alias == alias)
        return tuple(dict.fromkeys(declared))

    def _conflicts(self, alias: str) -> Iterator[AliasFinding]:
        # Declared twice word for word, or two of its fields in the rows of one table.
        declared = [p.field_name for p in self.settings.pairs if p.query_alias == alias]
        for name in dict.fromkeys(declared):
            if declared.count(name) > 1:
                said = _say("declared_twice", alias=alias, field=name)
                yield AliasFinding("conflict", "error", alias, (name,), (), 0, said)
        by_table: dict[str, list[_Counts]] = {}
        for row in self._of(alias):
            if row.with_field:
                by_table.setdefault(row.result_table, []).append(row)
        for table, rows in sorted(by_table.items()):
            if len(rows) > 1:
                fields = tuple(row.field for row in rows)
                names = ", ".join(fields)
                said = _say("conflict", alias=alias, fields=names, table=table)
                n = max(row.with_field for row in rows)
                yield AliasFinding("conflict", "error", alias, fields, (table,), n, said)

    def _wrong_values(self, alias: str) -> Iterator[AliasFinding]:
        for row in self._of(alias):
            where = {"alias": alias, "field": row.field, "table": row.result_table}
            one, table = (row.field,), (row.result_table,)
            if row.differing and not self.bare:
                said = _say("differs", n=row.differing, **where)
                yield AliasFinding("differs", "error", alias, one, table, row.differing, said)
            lacking = row.with_field - row.with_both
            if lacking and not self.bare:
                said = _say("unresolved", n=lacking, **where)
                yield AliasFinding("unresolved", "warning", alias, one, table, lacking, said)
            if row.mistyped:
                said = _say("mistyped", n=row.mistyped, type=self._type(alias, row.field), **where)
                yield AliasFinding(
                    "type_mismatch", "warning", alias, one, table, row.mistyped, said
                )

    def _wrong(self, alias: str) -> Iterator[AliasFinding]:
        # What the declaration alone says, and what no row shows.
        if alias in self.settings.real_fields:
            fields = self._members(alias)
            said = _say("shadows", alias=alias, fields=", ".join(fields))
            yield AliasFinding("shadows", "error", alias, fields, (), 0, said)
        types = dict(self.settings.field_types)
        for pair in dict.fromkeys(self.settings.pairs):
            if pair.query_alias != alias:
                continue
            stored = types.get(pair.field_name, "")
            if stored and pair.path_type and not _same_family(stored, pair.path_type):
                said = _say(
                    "declared_type",
                    alias=alias,
                    field=pair.field_name,
                    declared=pair.path_type,
                    stored=stored,
                )
                yield AliasFinding(
                    "type_mismatch", "warning", alias, (pair.field_name,), (), 0, said
                )
            yield from self._never_seen(pair, known=pair.field_name in types)

    def _never_seen(self, pair: AliasSetting, *, known: bool) -> Iterator[AliasFinding]:
        rows = [row for row in self._of(pair.query_alias) if row.field == pair.field_name]
        if any(row.with_field for row in rows):
            return
        if known and not self._rows:
            return  # said once, for all of them
        key = "never_seen" if known else "no_such_field"
        said = _say(key, alias=pair.query_alias, field=pair.field_name, n=self._rows)
        fields = (pair.field_name,)
        yield AliasFinding("never_seen", "warning", pair.query_alias, fields, (), self._rows, said)

    def _several_aliases(self) -> Iterator[AliasFinding]:
        by_field: dict[str, dict[str, None]] = {}
        for pair in self.settings.pairs:
            by_field.setdefault(pair.field_name, {})[pair.query_alias] = None
        for name, aliases in sorted(by_field.items()):
            if len(aliases) > 1:
                said = _say("several_aliases", field=name, aliases=", ".join(aliases))
                first = next(iter(aliases))
                yield AliasFinding("several_aliases", "info", first, (name,), (), 0, said)

    def _fine(self, alias: str) -> AliasFinding:
        rows = self._of(alias)
        fields = self._members(alias)
        tables = tuple(dict.fromkeys(row.result_table for row in rows if row.with_field))
        n = sum(_resolved(row, self.bare) for row in rows)
        said = _say("fine", alias=alias, fields=", ".join(fields), tables=len(tables), n=n)
        return AliasFinding("ok", "info", alias, fields, tables, n, said)

    def _type(self, alias: str, name: str) -> str:
        return next(
            (
                pair.path_type
                for pair in self.settings.pairs
                if (pair.query_alias, pair.field_name) == (alias, name)
            ),
            "",
        )


def _resolved(row: _Counts, bare: bool) -> int:
    # Where no row has aliases the field itself is what gets read.
    return row.with_field if bare else row.with_both - row.differing


def _same_family(one: str, other: str) -> bool:
    one, other = one.lower(), other.lower()
    return one == other or any(one in family and other in family for family in _FAMILIES)


def _say(key: str, **values: object) -> Text:
    return text(f"aliases.{key}", **values)
