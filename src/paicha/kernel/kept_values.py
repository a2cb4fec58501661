"""
What lines of named fields say beside what is counted: the columns and attributes of records that are kept.

It is drawn from one line and holds for all of its kind (`paicha.kernel.value_roles`): what a value says may differ, but
not where it goes. Where it might, nothing is said, and Python reads the records of the kind.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

from paicha.kernel.field_paths import find_value, parts_used, without_parts
from paicha.kernel.line_formats import FieldFormat
from paicha.kernel.log_places import is_log_file
from paicha.kernel.named_places import NamedValue
from paicha.kernel.parsed_line import ATTRIBUTE_NAMES, ParsedLine

#: Fields that say no more than what is counted.
_COUNTED = frozenset(("level", "pri", "body", "error", "service", "host", "area", "partial"))
#: Fields with a column of their own.
COLUMNS = frozenset(("file", "line", "logger", "trace", "span"))

Place = TypeVar("Place")


class Column(NamedTuple, Generic[Place]):
    """
    A value that is a column.

    Args:
        place: Where it stands.
        name: Which field it is.
        must_say: Whether a line whose value is empty is Python's.
    """

    place: Place
    name: str
    must_say: bool


class Attribute(NamedTuple, Generic[Place]):
    """
    A value that is an attribute.

    Args:
        name: Its name.
        is_text: Whether it is one whatever it was.
        must_say: Whether a line whose value is empty is Python's.
        parts: What is written: texts, and behind each a value, if any.
    """

    name: str
    is_text: bool
    must_say: bool
    parts: list[tuple[str, Place | None]]


class Kept(NamedTuple, Generic[Place]):
    """
    What the lines of a kind say beside what is counted.

    Args:
        columns: What has a column of its own.
        attributes: The attributes, sorted by their names.
    """

    columns: list[Column[Place]]
    attributes: list[Attribute[Place]]


class _Unsure(Exception):
    """Where a value goes depends on what others say."""


def kept_of(
    form: FieldFormat,
    values: Mapping[str, object],
    found: Sequence[NamedValue],
    parsed: ParsedLine,
    deciding: Collection[str],
) -> Kept[NamedValue] | None:
    """
    Return what lines like one say beside what is counted; None: only Python tells.

    Args:
        form: Its format.
        values: What it names.
        found: Where these stand.
        parsed: What it says.
        deciding: The fields of which all lines of the kind take the same value, or one that says something.
    """
    try:
        return _Drawing(form, values, found, parsed, deciding).drawn()
    except _Unsure:
        return None


class _Drawing:
    def __init__(
        self,
        form: FieldFormat,
        values: Mapping[str, object],
        found: Sequence[NamedValue],
        parsed: ParsedLine,
        deciding: Collection[str],
    ) -> None:
        self._form = form
        self._values = values
        self._parsed = parsed
        self._deciding = deciding
        self._leaves = {one.path: one for one in found if not one.listed}
        self._found = found
        self._used: set[str] = set()
        self._attributes: dict[str, Attribute[NamedValue]] = {}

    def drawn(self) -> Kept[NamedValue]:
        """
        Return all of it.

        Raises:
            _Unsure: If it cannot be said.
        """
        columns: list[Column[NamedValue]] = []
        for name, paths in self._form.asked(self._values):
            there = [path for path in paths if self._is_there(path)]
            if name in ("time", "level"):
                self._pass(name, there)
                continue
            path = self._taken(name, there)
            if not path:
                continue
            self._used.add(path)
            if name == "area" and "cloudId" in self._parsed.attributes:
                raise _Unsure  # of no address: it is an attribute then
            if name in _COUNTED:
                continue
            leaf = self._leaves.get(path)
            if leaf is None:
                raise _Unsure
            # One of several is the first that says something.
            must_say = path not in self._values or (len(there) > 1 and path == there[0])
            if name == "file" and any(map(self._is_log_file, there)):
                if len(there) > 1:
                    raise _Unsure
                name = "source_file"  # noqa: PLW2901 - what it is put as
            if name in COLUMNS:
                columns.append(Column(leaf, name, must_say))
            else:
                self._put(
                    ATTRIBUTE_NAMES.get(name, name), [("", leaf)], is_text=True, must_say=must_say
                )
        self._put_rest()
        if {"file", "line"} <= {one.name for one in columns}:
            raise _Unsure
        attributes = [self._attributes[name] for name in sorted(self._attributes)]
        return Kept(columns, attributes)

    def _is_there(self, path: str) -> bool:
        return path in self._leaves or find_value(self._values, path) is not None

    def _is_log_file(self, path: str) -> bool:
        value = find_value(self._values, path)
        return isinstance(value, str) and is_log_file(value)

    def _pass(self, name: str, there: Sequence[str]) -> None:
        """Note which values are a time or a level: all that are there and say something."""
        for path in there:
            value = find_value(self._values, path)
            if isinstance(value, Mapping):
                continue
            if path in self._values:
                self._used.add(path)  # an empty one is no attribute either
            elif name == "time" and (
                name not in self._deciding or path != self._form.first_time(self._values)
            ):
                raise _Unsure
            elif value not in (None, ""):
                self._used.add(path)

    def _taken(self, name: str, there: Sequence[str]) -> str:
        """Return where the value of a field stands; empty: nowhere."""
        if name in self._deciding:
            return self._form.taken(self._values, name)
        if len(there) > 1 and (name == "file" or self._form.taken(self._values, name) != there[0]):
            raise _Unsure
        return there[0] if there else ""

    def _put_rest(self) -> None:
        inside, leaves = parts_used(self._values, self._used), iter(self._found)
        for name, value in self._values.items():
            used = inside.get(name, ())
            parts = _parts(value, leaves, used)
            if name in self._used:
                continue
            if used and isinstance(value, Mapping) and not without_parts(value, used):
                continue
            known = name if used else ATTRIBUTE_NAMES.get(name, name)
            self._put(known, parts, is_text=False, must_say=False)

    def _put(
        self,
        name: str,
        parts: list[tuple[str, NamedValue | None]],
        *,
        is_text: bool,
        must_say: bool,
    ) -> None:
        if name in self._attributes:
            raise _Unsure
        self._attributes[name] = Attribute(name, is_text, must_say, parts)


def _parts(
    value: object, leaves: Iterator[NamedValue], used: Collection[str] = ()
) -> list[tuple[str, NamedValue | None]]:
    """Return how a value is written as JSON with sorted keys but for what is *used* of it; *leaves* stand in the order of the line."""
    if isinstance(value, dict):
        inside = parts_used(value, used)
        written = {name: _parts(part, leaves, inside.get(name, ())) for name, part in value.items()}
        named = [
            (f"{json.dumps(name, ensure_ascii=False)}: ", written[name])
            for name in sorted(without_parts(value, used))
        ]
        return _listed("{", named, "}")
    if isinstance(value, list):
        return _listed("[", [("", _parts(part, leaves)) for part in value], "]")
    leaf = next(leaves, None)
    if leaf is None:
        raise _Unsure
    return [("", leaf)]


def _listed(
    opening: str, items: Sequence[tuple[str, list[tuple[str, NamedValue | None]]]], closing: str
) -> list[tuple[str, NamedValue | None]]:
    written: list[tuple[str, NamedValue | None]] = []
    before = opening
    for name, parts in items:
        (text, leaf), *others = parts
        written += [(f"{before}{name}{text}", leaf), *others]
        before = ", "
    return [*written, (closing if items else opening + closing, None)]
