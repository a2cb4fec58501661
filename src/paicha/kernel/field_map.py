"""
Which key of a store's row is which field of a record.

A canonical field is looked for under the names of the source's settings, then under the store's own
alias fields that bear a known name, then under the known names (`paicha.knowledge.fields_loader`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

Row = Mapping[str, object]
FieldNames = Mapping[str, tuple[str, ...]]

#: The fields of a record that a store's row may say.
CANONICAL = (
    "time",
    "level",
    "severity_number",
    "priority",
    "message",
    "error",
    "service",
    "host_ip",
    "host_id",
    "file",
    "line",
    "logger",
    "trace",
    "span",
)


class RowKeys(Protocol):
    """Which keys of a row are looked at for what."""

    def keys(self, canonical: str) -> tuple[str, ...]:
        """Return the row keys to try for *canonical*, best first."""
        ...

    @property
    def used(self) -> frozenset[str]:
        """The keys that a record says in a column of its own."""
        ...


@dataclass(frozen=True)
class FieldMap:
    """
    The names of one source.

    Args:
        known: What stores usually call each canonical field.
        preferred: What the source's settings call it, tried first.
        aliases: The store's alias fields and the fields they stand for.
    """

    known: FieldNames
    preferred: FieldNames = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)

    def keys(self, canonical: str) -> tuple[str, ...]:
        """
        Return the row keys to try for *canonical*, best first.

        Example:
            >>> FieldMap({"level": ("level", "lvl")}, {}, {"level": "sev"}).keys("level")
            ('sev', 'level', 'lvl')
        """
        names: list[str] = []
        for name in self.preferred.get(canonical, ()):
            names += [self.aliases.get(name, name), name]
        known = self.known.get(canonical, ())
        names += [self.aliases[name] for name in known if name in self.aliases]
        return tuple(dict.fromkeys((*names, *known)))

    def existing(self, canonical: str, fields: Iterable[str]) -> tuple[str, ...]:
        """Return those of *fields* that hold *canonical*, best first."""
        there = frozenset(fields)
        return tuple(name for name in self.keys(canonical) if name in there)

    @cached_property
    def used(self) -> frozenset[str]:
        """The keys that a record says in a column of its own."""
        return frozenset(key for canonical in CANONICAL for key in self.keys(canonical))


def first_value(row: Row, keys: Iterable[str]) -> object | None:
    """
    Return the first value that says something.

    Example:
        >>> first_value({"level": "", "severity": "WARN"}, ["log_level", "level", "severity"])
        'WARN'
    """
    for key in keys:
        value = row.get(key)
        if value is not None and value != "":
            return value
    return None


def flatten(source: Mapping[str, object]) -> dict[str, object]:
    """
    Return nested objects as dotted keys; lists stay lists.

    Example:
        >>> flatten({"__ext": {"pod": "pay-0"}, "log": "x"})
        {'log': 'x', '__ext.pod': 'pay-0'}
    """
    flat: dict[str, object] = {}
    waiting: list[tuple[str, Mapping[str, object]]] = []
    for key, value in source.items():
        # The first look spares asking an abstract class of every text.
        if type(value) is not str and isinstance(value, Mapping) and value:
            waiting.append((f"{key}.", value))
        else:
            flat[key] = value
    for before, level in waiting:
        for key, value in level.items():
            if type(value) is not str and isinstance(value, Mapping) and value:
                waiting.append((f"{before}{key}.", value))
            else:
                flat[f"{before}{key}"] = value
    return flat
