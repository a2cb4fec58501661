"""
What a line of named fields teaches the native kernel: where its stamp and its message stand, and which of
its digits decide nothing.

The kernel reads patterns only; lines of JSON and logfmt are Python's. The second line of a kind is taught
(`native/src/taught.rs`), and those that differ from it in digits alone are read by that.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from paicha.kernel.field_values import LOGFMT_PAIR
from paicha.kernel.line_formats import FieldFormat
from paicha.kernel.normalise import LineReader
from paicha.kernel.parsed_line import ParsedLine
from paicha.model.knowledge import LogFormat

#: Fields whose values no sum depends on, or which are looked at by themselves.
_DECIDE_NOTHING = frozenset({"trace", "span", "line", "time", "body"})
_BLANKS = re.compile(r"[ \t\r\n]*+")
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"')
_BARE = re.compile(r'[^\s{}\[\],:"]++')
#: Objects and lists of a line at most.
_DEEPEST = 100
#: A word of a text that other digits or hexadecimal letters could spell.
_MAY_BE_SPELT = re.compile(r"[0-9]|(?<![0-9A-Za-z])[A-Fa-f]+(?![0-9A-Za-z])")
#: A name of a host that is no address whatever its digits.
_IS_NO_ADDRESS = re.compile("[^:%]*[g-zG-Z][^:%]*")
#: Fields of names that are read where they stand, in the order of a lesson.
_NAMES = ("logger", "service", "host")
_WHOLE_NUMBER = re.compile(r"[0-9]{1,20}")

Span = tuple[int, int]


class Said(NamedTuple):
    """What a line says beside its time and its message."""

    level: str
    module: str
    service: str
    host: str
    address: str


class Lesson(NamedTuple):
    """
    How lines like one are read; stretches in bytes.

    Args:
        format: The name of its format.
        severity: Its severity.
        said: What it says.
        names: Where module, service and host stand, if they may have other digits in lines like it.
        time: Where the stamp stands.
        body: Where the message stands.
        free: Where other values stand that decide nothing.
        numbers: Those of these values that are numbers: digits without a zero before them.
        apart: Whether no message that begins like it is a line of a format that is looked for in it.
    """

    format: str
    severity: int
    said: Said
    names: tuple[Span | None, Span | None, Span | None]
    time: Span
    body: Span
    free: list[Span]
    numbers: list[Span]
    apart: bool


class _Value(NamedTuple):
    """A value without parts: its dotted path, where it stands, and whether in quotes or a list."""

    path: str
    start: int
    end: int
    quoted: bool
    listed: bool


class _Untaught(Exception):
    """Nothing can be said of lines like this one."""


class Lessons:
    """
    Teaches lines.

    Args:
        formats: The formats known.
        zone: IANA name of the zone of stamps that name none.
        reference: What stamps without a year or a day are placed by.
    """

    def __init__(self, formats: Sequence[LogFormat], zone: str, reference: datetime) -> None:
        self._given = (formats, zone, reference)
        self._follows = frozenset(entry.name for entry in formats if entry.follows)

    @cached_property
    def _reader(self) -> LineReader:
        return LineReader(*self._given)  # most files ask for no lesson

    def begins(self, line: str) -> bool:
        """Return whether a line surely begins a record of named fields, and is all of it."""
        parsed = self._reader.open_line(line)
        return parsed is not None and self._is_whole(parsed, line)

    def teach(self, line: str) -> Lesson | None:
        """Return how lines like this one are read; None where nothing can be said of them."""
        try:
            return self._taught(line)
        except _Untaught:
            return None

    def _is_whole(self, parsed: ParsedLine, line: str) -> bool:
        plain = not (parsed.opens or parsed.partial or parsed.more or "\n" in parsed.body)
        # An escape of JSON may be half a character.
        known = "\\u" not in line and parsed.format not in self._follows
        return plain and known and "/" not in parsed.format and parsed.timestamp_us is not None

    def _taught(self, line: str) -> Lesson:
        parsed = self._reader.open_line(line)
        if parsed is None or not self._is_whole(parsed, line):
            raise _Untaught
        form = self._format(line, parsed)
        kind = form.format.kind
        values = form.named(line)
        found = list(_json_values(line) if kind == "json" else _logfmt_values(line))
        paths = [one.path for one in found if not one.listed]
        if values is None or len(paths) != len(set(paths)):
            raise _Untaught
        asked = form.asked(values)
        roles = Counter(path for _, paths in asked for path in paths)
        if max(roles.values(), default=0) > 1:
            raise _Untaught  # what one field may leave free, another may decide by
        time = _time(form, values, found, parsed, line)
        body = _body(dict(asked).get("body", ()), found, parsed, line)
        decide = {path for name, paths in asked if name not in _DECIDE_NOTHING for path in paths}
        names = {
            name: _name(dict(asked).get(name, ()), found, said, line)
            for name, said in _named(parsed).items()
        }
        read = (time, body, *names.values())
        free = [one for one in found if one not in read and not _is_part(one.path, decide)]
        place = _places_of(line)
        module, service, host = (
            None if one is None else place(one) for one in map(names.get, _NAMES)
        )
        return Lesson(
            parsed.format,
            parsed.severity_number,
            _said(parsed),
            (module, service, host),
            place(time),
            place(body),
            [place(one) for one in free],
            [place(one) for one in (time, *free) if not one.quoted],
            self._is_apart(parsed),
        )

    def _is_apart(self, parsed: ParsedLine) -> bool:
        offered = self._reader.offered_inside(parsed.format, parsed.body)
        return offered is None or all(_is_missing(holds, parsed.body) for holds, _ in offered[0])

    def _format(self, line: str, parsed: ParsedLine) -> FieldFormat:
        """Return the format of a line, if every line like it is of no format that is asked before."""
        for holds, reader in self._reader.offered(line):
            if reader.format.name == parsed.format:
                # The pattern of logfmt asks for a first name only.
                if isinstance(reader, FieldFormat) and (
                    reader.format.kind == "logfmt" or not reader.format.pattern
                ):
                    return reader
                break
            if not _is_missing(holds, line):
                break
        raise _Untaught


def _is_missing(holds: str, text: str) -> bool:
    """Whether no text that differs in digits and hexadecimal letters alone holds another."""
    return bool(holds) and holds not in text and not _MAY_BE_SPELT.search(holds)


def _time(
    form: FieldFormat,
    values: Mapping[str, object],
    found: Sequence[_Value],
    parsed: ParsedLine,
    line: str,
) -> _Value:
    """Return the value that is the time: the first that is looked at."""
    path = form.first_time(values)
    for one in found:
        if one.path == path and not one.listed:
            text = line[one.start : one.end]
            plain = "\\" not in text and (one.quoted or _WHOLE_NUMBER.fullmatch(text))
            if plain and form.micros(text) == parsed.timestamp_us:
                return one
    raise _Untaught


def _body(paths: Sequence[str], found: Sequence[_Value], parsed: ParsedLine, line: str) -> _Value:
    """Return the value that is the message, if that stands in the line as it is."""
    for path in paths:
        for one in found:
            if one.path == path and one.end > one.start:
                text = line[one.start : one.end]
                if one.listed or not one.quoted or "\\" in text or text != parsed.body:
                    raise _Untaught
                return one
    raise _Untaught


def _said(parsed: ParsedLine) -> Said:
    return Said(
        parsed.severity_text,
        parsed.code_file_path or parsed.scope_name,
        parsed.service_name,
        parsed.host_ip or parsed.host_id,
        parsed.host_ip,
    )


def _named(parsed: ParsedLine) -> dict[str, str]:
    """Return the names that stand in a line as they are, by their fields."""
    named = {"service": parsed.service_name}
    if not parsed.code_file_path:
        named["logger"] = parsed.scope_name
    if not parsed.host_ip and _IS_NO_ADDRESS.fullmatch(parsed.host_id):
        named["host"] = parsed.host_id
    return {name: said for name, said in named.items() if said}


def _name(paths: Sequence[str], found: Sequence[_Value], said: str, line: str) -> _Value | None:
    """Return the value that is a name, where it is the first that is asked for; None: it is another."""
    for path in paths:
        for one in found:
            if one.path == path:
                text = line[one.start : one.end]
                plain = one.quoted and not one.listed and text == said == text.strip()
                return one if plain and "\\" not in text else None
    return None


def _is_part(path: str, of: Collection[str]) -> bool:
    """Whether a value is one of some, or stands inside one."""
    parts = path.split(".")
    return any(".".join(parts[:n]) in of for n in range(1, len(parts) + 1))


def _places_of(line: str) -> Callable[[_Value], Span]:
    """Return what turns places of characters into those of bytes."""
    if line.isascii():
        return lambda value: (value.start, value.end)

    def place(value: _Value) -> Span:
        start = len(line[: value.start].encode())
        return start, start + len(line[value.start : value.end].encode())

    return place


def _logfmt_values(line: str) -> Iterator[_Value]:
    at = 0
    while at < len(line):
        found = LOGFMT_PAIR.match(line, at)
        if found is None:
            raise _Untaught
        quoted = found[2].startswith('"')
        start, end = found.span(2)
        yield _Value(found[1], start + quoted, end - quoted, quoted=True, listed=False)
        at = found.end()


def _json_values(line: str) -> Iterator[_Value]:
    """Yield the values of an object that are no objects or lists themselves."""
    if line.count("{") + line.count("[") > _DEEPEST:
        raise _Untaught
    try:
        json.loads(line, object_pairs_hook=_without_doubles)
    except ValueError as error:
        raise _Untaught from error
    yield from _parts(line, 0, "", listed=False)


def _without_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Untaught
    return found


def _parts(line: str, at: int, path: str, *, listed: bool) -> Generator[_Value, None, int]:
    """Yield the values of the JSON that begins at a place; return where it ends."""
    at = _behind_blanks(line, at)
    mark = line[at]
    if mark == '"':
        end = _end_of(_STRING, line, at)
        yield _Value(path, at + 1, end - 1, quoted=True, listed=listed)
        return end
    if mark not in "{[":
        end = _end_of(_BARE, line, at)
        yield _Value(path, at, end, quoted=False, listed=listed)
        return end
    at = _behind_blanks(line, at + 1)
    while line[at] not in "}]":
        below = path
        if mark == "{":
            end = _end_of(_STRING, line, at)
            key = json.loads(line[at:end])
            below, at = f"{path}.{key}" if path else key, _behind_blanks(line, end) + 1
        end = yield from _parts(line, at, below, listed=listed or mark == "[")
        at = _behind_blanks(line, end)
        if line[at] == ",":
            at = _behind_blanks(line, at + 1)
    return at + 1


def _behind_blanks(line: str, at: int) -> int:
    return _end_of(_BLANKS, line, at)


def _end_of(pattern: re.Pattern[str], line: str, at: int) -> int:
    found = pattern.match(line, at)
    if found is None:
        raise _Untaught
    return found.end()
