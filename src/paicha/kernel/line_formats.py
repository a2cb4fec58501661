"""
One log format made ready to read lines with: patterns, JSON, CSV, logfmt, XML, and records of several lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from paicha.kernel.field_paths import find_value, parts_used, without_parts
from paicha.kernel.field_values import READERS
from paicha.kernel.levels import LevelReader
from paicha.kernel.log_places import is_log_file
from paicha.kernel.otlp_values import otlp_values
from paicha.kernel.parsed_line import (
    ATTRIBUTE_NAMES,
    ParsedLine,
    as_text,
    is_address,
    put,
    service_of_pod,
    uncoloured,
)
from paicha.kernel.times import TimeReader
from paicha.model.knowledge import LogFormat
from paicha.patterns import compiled
from paicha.values import dataclass

__all__ = [
    "HEAD",
    "BlockFormat",
    "FieldFormat",
    "LineFormat",
    "ParsedLine",
    "PatternFormat",
    "is_address",
    "prepare",
    "service_of_pod",
]

#: A pattern sees this much of a line; what follows belongs to the body. Keeps the worst pattern
#: on the longest line affordable.
HEAD = 4096
_REMEMBERED_PLANS = 1000
#: A field in a text that a format puts together.
FIELD = re.compile(r"\{(\w+)\}")
#: Docker cuts a line into pieces of this size and ends only the last with a line end. [bytes]
_DOCKER_PIECE = 16_384


_READERS = {**READERS, "otlp": otlp_values}


class FieldMapping:
    """Puts values by their canonical names into a `ParsedLine`."""

    def __init__(self, log_format: LogFormat, times: TimeReader) -> None:
        self.format = log_format
        self._times = times
        self._levels = LevelReader(log_format.levels, log_format.level_names)

    def line(self, values: Mapping[str, str]) -> ParsedLine | None:
        """Return the line that *values* say; None when its time or level is none."""
        parsed = ParsedLine(self.format.name)
        if self.format.level:
            parsed.severity_number, parsed.severity_text = self._levels.read(self.format.level)
        for name, value in values.items():
            if not value:
                continue
            if name == "body":
                parsed.body = value
            elif name == "time":
                if not self._put_time(parsed, value, values.get("zone", "")):
                    return None
            elif name == "zone":
                continue
            elif name == "level":
                parsed.severity_number, parsed.severity_text = self._levels.read(value)
                if not parsed.severity_text:
                    return None
            else:
                put(parsed, name, value)
        return self.put_together(parsed)

    def put_together(self, parsed: ParsedLine) -> ParsedLine:
        """Return the line with what its format says of several fields at once."""
        if self.format.says:
            told = [(name, _filled(template, parsed)) for name, template in self.format.says]
            for name, value in told:
                put(parsed, name, value)
        return parsed

    def _put_time(self, parsed: ParsedLine, value: str, zone: str) -> bool:
        times = self._times.in_zone(zone) if zone else self._times
        before = times.assumed
        kinds = self.format.time_formats
        parsed.timestamp_us = times.micros(value, kinds)
        parsed.time_assumed = times.assumed != before
        if parsed.timestamp_us is None:
            parsed.unset = times.is_unset(value, kinds)
        return parsed.is_stamped or times.has_form(value, kinds)

    def tells_time(self, value: str, zone: str) -> bool:
        """Return whether a line of this format may have *value*, in *zone* where it is not empty, as its time."""
        return self._put_time(ParsedLine(self.format.name), value, zone)

    def time(self, candidates: Sequence[str]) -> int | None:
        """Return the first of *candidates* that is a time."""
        for text in candidates:
            found = self._times.micros(text, self.format.time_formats)
            if found is not None:
                return found
        return None

    def is_unset(self, text: str) -> bool:
        """Return whether *text* is a stamp of a clock that was never set."""
        return self._times.is_unset(text, self.format.time_formats)

    def level(self, word: str) -> tuple[int, str]:
        """Return severity number and text of *word*."""
        return self._levels.read(word)


class PatternFormat:
    """A format whose lines one regular expression reads."""

    def __init__(self, log_format: LogFormat, times: TimeReader) -> None:
        self.format = log_format
        self._match: Callable[[str], re.Match[str] | None] | None = None
        self.mapping = FieldMapping(log_format, times)

    @property
    def match(self) -> Callable[[str], re.Match[str] | None]:
        """Finds the format's fields in the first `HEAD` characters of a line."""
        if self._match is None:  # compiled when first needed: most formats never are
            self._match = compiled(self.format.pattern, re.DOTALL).match
        return self._match

    def read(self, text: str) -> ParsedLine | None:
        """Return what *text* says; None when it is not of this format."""
        find = self._match or self.match
        match = find(text if len(text) <= HEAD else text[:HEAD])
        if match is None:
            return None
        parsed = self.mapping.line(match.groupdict(""))
        if parsed is not None and len(text) > HEAD:
            parsed.body += text[HEAD:]
        return parsed

    def knows_level(self, word: str) -> bool:
        """Return whether *word* is a level in this format."""
        return bool(self.mapping.level(word)[1])


class FieldFormat:
    """A format whose lines are named values: JSON objects, logfmt pairs, rows under a header."""

    def __init__(self, log_format: LogFormat, times: TimeReader) -> None:
        self.format = log_format
        self._gate: re.Pattern[str] | None = None
        self._mapping = FieldMapping(log_format, times)
        self._fields = dict(log_format.fields)
        self._plans: dict[tuple[str, ...], _Plan] = {}

    @cached_property
    def spelled(self) -> dict[str, str]:
        """The names that its fields may have, by how they are in small letters."""
        return {path.lower(): path for paths in self._fields.values() for path in paths}

    def read(self, text: str) -> ParsedLine | None:
        """Return what *text* says; None when it is not of this format."""
        kind = self.format.kind
        if kind == "csv" or not self.may_be(text):
            return None
        values = _READERS[kind](text)
        if values is None:
            return None
        items = values.get(self.format.each) if self.format.each else None
        return self.read_values(values, text) if items is None else self._read_each(values, items)

    def _read_each(self, values: Mapping[str, object], items: object) -> ParsedLine | None:
        """Return the first of the records one line holds, the others behind it."""
        found = [
            parsed
            for item in (items if isinstance(items, list) else [items])
            if (parsed := self.read_values(self._item(values, item), as_text(item)))
        ]
        if not found:
            return None
        found[0].more = tuple(found[1:])
        return found[0]

    def _item(self, values: Mapping[str, object], item: object) -> Mapping[str, object]:
        """Return what one of the records of a line says; of OpenTelemetry's the item says all of it."""
        if self.format.kind == "otlp" and isinstance(item, Mapping):
            return item
        return {**values, self.format.each: item}

    def read_values(self, values: Mapping[str, object], text: str) -> ParsedLine | None:
        """Return the line that named *values* say, *text* standing in where there is no body."""
        plan = self._plan(values)
        used: set[str] = set()
        parsed = ParsedLine(self.format.name)
        stamps = _present(values, plan.time, used)
        parsed.timestamp_us = self._mapping.time(stamps)
        parsed.unset = parsed.timestamp_us is None and any(map(self._mapping.is_unset, stamps))
        for word in _present(values, plan.level, used):
            parsed.severity_number, parsed.severity_text = self._mapping.level(uncoloured(word))
            if parsed.severity_text:
                break
        else:
            if self.format.level:
                parsed.severity_number, parsed.severity_text = self._mapping.level(
                    self.format.level
                )
        has_body = False
        for name, paths in plan.others:
            for path in paths:
                value = find_value(values, path)
                if name == "body" and value == "":
                    has_body = True  # the message is empty: that is what it says
                if not _is_said(name, value):
                    continue
                used.add(path)
                words = as_text(value)
                if name == "file" and is_log_file(words):  # where it was found, not what wrote it
                    put(parsed, "source_file", words)
                    continue
                if name == "body":
                    has_body = True
                    parsed.partial = self.format.wraps and _is_piece(words)
                put(parsed, name, words.rstrip("\r\n"))
                break
        if not has_body:
            if not parsed.is_stamped:
                return None
            parsed.body = text
        self._keep_rest(parsed, values, used)
        return self._mapping.put_together(parsed)

    def places(self, text: str) -> tuple[tuple[str, str, str], ...]:
        """Return ``(canonical name, where it stands, value)`` of what *text* names; none: it is no such text."""
        reader = _READERS.get(self.format.kind)
        values = reader(text) if reader is not None else None
        if values is None:
            return ()
        return tuple(
            (name, path, as_text(value))
            for name, paths in self.asked(values)
            for path in paths[:1]
            if (value := find_value(values, path)) not in (None, "")
        )

    def named(self, text: str) -> Mapping[str, object] | None:
        """Return the values that a line of this format names; None when it names none."""
        return _READERS[self.format.kind](text)

    def asked(self, values: Mapping[str, object]) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return ``(canonical name, where it may stand)`` of what is looked for among *values*, in that order."""
        plan = self._plan(values)
        return (("time", plan.time), ("level", plan.level), *plan.others)

    def first_time(self, values: Mapping[str, object]) -> str:
        """Return where the first of *values* stands that may be the time; empty: nowhere."""
        said = (path for path in self._plan(values).time if _present(values, (path,), set()))
        return next(said, "")

    def taken(self, values: Mapping[str, object], name: str) -> str:
        """Return where the value of a field other than time and level stands; empty: nothing is said of it."""
        there = dict(self._plan(values).others).get(name, ())
        said = (path for path in there if _is_said(name, find_value(values, path)))
        return next(said, "")

    def micros(self, text: str) -> int | None:
        """Return the time that a value is [µs]; None when it is none."""
        return self._mapping.time([text])

    def _plan(self, values: Mapping[str, object]) -> _Plan:
        """Return which candidates can be found under these names; lines of one program share them."""
        names = tuple(values)
        plan = self._plans.get(names)
        if plan is None:
            there = {
                name: tuple(
                    path for path in paths if path in values or path.partition(".")[0] in values
                )
                for name, paths in self.format.fields
            }
            others = (
                (name, paths)
                for name, paths in there.items()
                if paths and name not in ("time", "level")
            )
            plan = _Plan(there.get("time", ()), there.get("level", ()), tuple(others))
            if len(self._plans) >= _REMEMBERED_PLANS:
                self._plans.clear()
            self._plans[names] = plan
        return plan

    def may_be(self, text: str) -> bool:
        """Return whether the format's pattern, if it has one, fits the beginning of *text*."""
        return not self.format.pattern or self._match(text) is not None

    def told_until(self, text: str) -> int:
        """Return where the format's pattern ends in *text*; 0: it has none, or does not fit."""
        match = self._match(text) if self.format.pattern else None
        return 0 if match is None else match.end()

    def _match(self, text: str) -> re.Match[str] | None:
        if self._gate is None:
            self._gate = compiled(self.format.pattern, re.DOTALL)
        return self._gate.match(text[:HEAD])

    @staticmethod
    def _keep_rest(parsed: ParsedLine, values: Mapping[str, object], used: set[str]) -> None:
        inside = parts_used(values, used)
        for name, value in values.items():
            if name in used or value in (None, ""):
                continue
            if name not in inside or not isinstance(value, Mapping):
                parsed.attributes.setdefault(ATTRIBUTE_NAMES.get(name, name), value)
            elif rest := without_parts(value, inside[name]):
                parsed.attributes.setdefault(name, rest)  # a part has the name that it is known by


class BlockFormat:
    """A format whose records are several lines: one that begins, some that follow, maybe one that ends."""

    def __init__(self, whole: PatternFormat | FieldFormat) -> None:
        self.format = whole.format
        self.whole = whole
        self._begins = compiled(self.format.begins, re.DOTALL).match
        self._until = compiled(self.format.until).match if self.format.until else None

    def read(self, text: str) -> ParsedLine | None:
        """Return a record that *text* opens and that is not read yet; None when it opens none."""
        if self._begins(text[:HEAD].partition("\n")[0]) is None:
            return None
        return ParsedLine(self.format.name, body=text, opens=True)

    def read_whole(self, text: str) -> ParsedLine | None:
        """Return what the lines of a whole record say; None when they are none."""
        return self.whole.read(text)

    def ends_with(self, first: str, last: str) -> bool:
        """Return whether *last*, indented as the record's *first* line, is its last one."""
        indent = first[: len(first) - len(first.lstrip())]
        return (
            self._until is not None
            and last.startswith(indent)
            and self._until(last[len(indent) :][-HEAD:]) is not None
        )


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where the values of lines with the same names are looked for: paths by canonical name."""

    time: tuple[str, ...]
    level: tuple[str, ...]
    others: tuple[tuple[str, tuple[str, ...]], ...]


LineFormat = PatternFormat | FieldFormat | BlockFormat


def prepare(log_format: LogFormat, times: TimeReader) -> LineFormat:
    """Return *log_format* ready to read lines with."""
    whole: PatternFormat | FieldFormat = (
        PatternFormat(log_format, times)
        if log_format.kind == "pattern"
        else FieldFormat(log_format, times)
    )
    return BlockFormat(whole) if log_format.begins else whole


def _filled(template: str, parsed: ParsedLine) -> str:
    """Return *template* with the fields of a line; all but the body on one line."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name == "body":
            return parsed.body
        told = (
            parsed.scope_name
            if name == "logger"
            else parsed.attributes.get(ATTRIBUTE_NAMES.get(name, name), "")
        )
        return " ".join(as_text(told).split())

    return FIELD.sub(value, template).strip()


def _is_said(name: str, value: object) -> bool:
    """Return whether a value says anything of a field: a message is no object."""
    return value is not None and value != "" and not (name == "body" and isinstance(value, Mapping))


def _is_piece(words: str) -> bool:
    """Return whether Docker cut a line here: a piece is full and has no line end."""
    return (
        len(words) * 4 >= _DOCKER_PIECE
        and not words.endswith("\n")
        and len(words.encode("utf-8", "replace")) >= _DOCKER_PIECE
    )


def _present(values: Mapping[str, object], paths: Sequence[str], used: set[str]) -> list[str]:
    """Return the texts found at *paths*, and note in *used* where they stood."""
    found: list[str] = []
    for path in paths:
        value = find_value(values, path)
        if value is not None and value != "" and not isinstance(value, Mapping):
            used.add(path)
            found.append(as_text(value))
    return found
