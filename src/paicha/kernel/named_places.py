"""Where the values of a line of JSON or logfmt stand, or of a record that names its fields over lines."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator, Sequence
from typing import NamedTuple

from paicha.kernel.field_values import LOGFMT_PAIR, is_property

_BLANKS = re.compile(r"[ \t\r\n]*+")
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"')
_BARE = re.compile(r'[^\s{}\[\],:"]++')
_QUOTED_CELL = re.compile(r'"((?:[^"]++|"")*+)"')
_CELL = {mark: re.compile(rf'([^"{re.escape(mark)}]*+)') for mark in ",\t;|"}
#: Objects and lists of a line at most.
_DEEPEST = 100


class NamedValue(NamedTuple):
    """A value without parts: its dotted path, where it stands, and whether in quotes or a list."""

    path: str
    start: int
    end: int
    quoted: bool
    listed: bool


class NoPlaces(ValueError):
    """The values of a line cannot be told apart by their names."""


def logfmt_places(line: str) -> Iterator[NamedValue]:
    """
    Yield the values of a line of pairs.

    Raises:
        NoPlaces: If it is no such line.
    """
    at = 0
    while at < len(line):
        found = LOGFMT_PAIR.match(line, at)
        if found is None:
            raise NoPlaces
        quoted = found[2].startswith('"')
        start, end = found.span(2)
        yield NamedValue(found[1], start + quoted, end - quoted, quoted=True, listed=False)
        at = found.end()


def property_places(text: str) -> Iterator[NamedValue]:
    """
    Yield the values of lines of KEY=value, each of which is all of its line.

    Raises:
        NoPlaces: If a value may go on in the next line, or one is named twice.
    """
    at, names = 0, set[str]()
    for line in text.split("\n"):
        name = line.partition("=")[0]
        if not is_property(line) or name in names or "\\x00" in line:
            raise NoPlaces
        names.add(name)
        yield NamedValue(name, at + len(name) + 1, at + len(line), quoted=True, listed=False)
        at += len(line) + 1


def row_places(line: str, columns: Sequence[str], delimiter: str) -> Iterator[NamedValue]:
    """
    Yield the cells of a row that is one line.

    Raises:
        NoPlaces: If it may go on in the next line, or has not as many cells as there are columns.
    """
    at = 0
    for number, column in enumerate(columns):
        quoted = line.startswith('"', at)
        found = (_QUOTED_CELL if quoted else _CELL[delimiter]).match(line, at)
        if found is None:
            raise NoPlaces
        start, end = found.span(1)
        yield NamedValue(column, start, end, quoted=True, listed=False)
        at = found.end()
        if line[at : at + 1] != ("" if number == len(columns) - 1 else delimiter):
            raise NoPlaces
        at += 1


def json_places(line: str) -> Iterator[NamedValue]:
    """
    Yield the values of an object that are no objects or lists themselves.

    Raises:
        NoPlaces: If it is no object, too deep, or names one of its values twice.
    """
    if line.count("{") + line.count("[") > _DEEPEST:
        raise NoPlaces
    try:
        json.loads(line, object_pairs_hook=_without_doubles)
    except ValueError as error:
        raise NoPlaces from error
    yield from _parts(line, 0, "", listed=False)


def _without_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NoPlaces
    return found


def _parts(line: str, at: int, path: str, *, listed: bool) -> Generator[NamedValue, None, int]:
    """Yield the values of the JSON that begins at a place; return where it ends."""
    at = _behind_blanks(line, at)
    mark = line[at]
    if mark == '"':
        end = _end_of(_STRING, line, at)
        yield NamedValue(path, at + 1, end - 1, quoted=True, listed=listed)
        return end
    if mark not in "{[":
        end = _end_of(_BARE, line, at)
        yield NamedValue(path, at, end, quoted=False, listed=listed)
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
        raise NoPlaces
    return found.end()
