"""What an index set declares about its fields, and what its rows say of that."""

from __future__ import annotations

from typing import Literal

from paicha.locales import Text
from paicha.values import dataclass

AliasFindingKind = Literal[
    "ok",
    "conflict",
    "differs",
    "unresolved",
    "never_seen",
    "shadows",
    "type_mismatch",
    "several_aliases",
]


@dataclass(frozen=True, slots=True)
class AliasSetting:
    """One declared pair."""

    field_name: str
    query_alias: str
    path_type: str


@dataclass(frozen=True, slots=True)
class AliasSettings:
    """The declared pairs of an index set, and which table really has which field."""

    index_set_id: int
    index_set_name: str
    pairs: tuple[AliasSetting, ...]
    real_fields: tuple[str, ...]
    field_types: tuple[tuple[str, str], ...]  # (field, type)

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """Fields and what people call them: each pair whose alias is no field's real name, as declared."""
        real = frozenset(self.real_fields)
        return tuple(
            (pair.field_name, pair.query_alias)
            for pair in self.pairs
            if pair.query_alias and pair.query_alias not in real
        )


@dataclass(frozen=True, slots=True)
class AliasFinding:
    """One thing about one alias."""

    kind: AliasFindingKind
    severity: Literal["error", "warning", "info"]
    alias: str
    fields: tuple[str, ...]
    tables: tuple[str, ...]
    rows: int  # rows concerned
    text: Text


@dataclass(frozen=True, slots=True)
class AliasPair:
    """One declared pair and what the rows of each table say of it."""

    alias: str
    field: str
    path_type: str
    tables: tuple[tuple[str, int, int, int], ...]  # (table, rows, with field, resolved)


@dataclass(frozen=True, slots=True)
class AliasReport:
    """The verification of an index set's aliases."""

    index_set_id: int
    index_set_name: str
    rows: int
    pairs: tuple[AliasPair, ...]
    findings: tuple[AliasFinding, ...]  # errors first, then alias

    @property
    def failed(self) -> bool:
        """Whether anything is wrong that would make a query or a report wrong."""
        return any(finding.severity == "error" for finding in self.findings)
