"""
How a line is read, learnt from one line and true of every line that differs from it in digits alone.

A pattern that treats all digits alike matches two such lines in the same way, so the format and the places
of its fields are those of the first. What does look at digits is asked of every line again: the patterns that
tell digits apart (`Guard`), and whether a stamp is a time (`Stamp`). What depends on digits in any
other way is not learnt.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence
from dataclasses import field, replace
from functools import partial
from typing import NamedTuple

from paicha.kernel.digits import fraction_of, is_blind, mask_of
from paicha.kernel.field_values import begins_with_pair
from paicha.kernel.levels import number_of
from paicha.kernel.line_formats import BlockFormat, FieldFormat, LineFormat, PatternFormat
from paicha.kernel.normalise import LineReader
from paicha.kernel.parsed_line import (
    ATTRIBUTE_NAMES,
    FILE_AND_LINE,
    LINE_NUMBER,
    ParsedLine,
    is_address,
    object_as_json,
    syslog_keyword,
)
from paicha.values import dataclass

_DIGITS = frozenset("0123456789")
_INNER_DEPTH = 4
_REMEMBERED_HEADERS = 20_000
#: The columns of `RECORDS` that a line says.
NUMBER, LEVEL, BODY, SERVICE, HOST_IP, HOST_ID, FILE, LINE, LOGGER, TRACE, SPAN = range(1, 12)
ATTRIBUTES = 13
_SLOTS = {"trace": TRACE, "span": SPAN}
#: Fields that change others, or whose parts depend on their digits in ways of their own.
_NOT_LEARNT = frozenset({"pod", "error", "partial"})


class Guard(NamedTuple):
    """A pattern that tells digits apart: it must match as it did, at the same places, or not at all."""

    match: Callable[[str], re.Match[str] | None]
    holds: str
    start: int
    places: tuple[tuple[int, int], ...] | None


class Stamp(NamedTuple):
    """
    A time that must be one; ``[cut, cut_end)`` are the digits of its fraction, which any may be.

    `known` holds those that are, without their fraction; stamps of one look share it.
    """

    start: int
    end: int
    cut: int
    cut_end: int
    tells: Callable[[str], bool]
    known: set[str]


class Place(NamedTuple):
    """Where the text of a column stands; end None: the end of the line. `convert` makes of it what is stored."""

    slot: int
    start: int
    end: int | None
    convert: Callable[[str], object] | None


class Attribute(NamedTuple):
    """An attribute: its name, and where its value stands."""

    name: str
    start: int
    end: int


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Recipe:
    """
    How lines of one mask are read; `format` "": no format fits them.

    Told apart by which it is: the keys of what is learnt hold recipes, and comparing all of one takes ten times as long.
    """

    format: str
    constant: tuple[object, ...] = ()
    guards: tuple[Guard, ...] = ()
    stamps: tuple[Stamp, ...] = ()
    places: tuple[Place, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    #: JSON before each attribute's value and behind the last; None: their values need escapes.
    spelled: tuple[str, ...] | None = ()


class NotLearnt(Exception):
    """What a line says depends on its digits."""


@dataclass(slots=True)
class _Draft:
    """What one format says of a line: of each column a text without digits, or its place."""

    format: str
    said: dict[int, object] = field(default_factory=dict)  # without digits
    places: dict[int, Place] = field(default_factory=dict)
    attributes: dict[str, Attribute] = field(default_factory=dict)
    body: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class _Way:
    """What is found out on the way to the format that reads a line."""

    guards: list[Guard] = field(default_factory=list)
    stamps: list[Stamp] = field(default_factory=list)


class Learner:
    """
    Finds recipes.

    Args:
        reader: Says which formats a line is offered to, and reads it where there is no recipe.
    """

    def __init__(self, reader: LineReader) -> None:
        self._reader = reader
        self._stamps: dict[tuple[str, str, bytes], tuple[Callable[[str], bool], set[str]]] = {}
        self._headers: dict[object, Recipe] = {}
        self._seen: set[int] = set()
        self._blind: dict[str, bool] = {}
        self._recipes: dict[tuple[Recipe, tuple[Guard, ...]], Recipe] = {}

    def learn(self, text: str) -> Recipe | ParsedLine | None:
        """
        Return how *text* and every line that differs from it in digits alone is read, or what it says; None: read it.

        The first line with a header of its look is only read: of headers that never come back, with ids in
        hexadecimal digits, nothing is learnt.

        Raises:
            NotLearnt: If that depends on more than its guards and stamps.
        """
        if "\n" in text:
            raise NotLearnt  # formats of several lines
        way = _Way()
        found = self._winner(self._reader.offered(text), text, 0, way)
        if found is None:
            return self._shared(NO_FORMAT, way)
        reader, match = found
        plain = _header_of(match, len(text))
        outer = _Way([*way.guards])
        inside = self._inside(reader.format.name, text, match, way)
        if inside is not None:
            plain = None
        start = len(text) if plain is None else match.start("body")
        header = (reader.format.name, mask_of(text[:start]), plain)
        known = self._headers.get(header)
        if known is not None:
            return self._shared(known, way)
        # A number stands for the header: two that share one are learnt a line earlier, no more.
        number = hash(header)
        if number not in self._seen:
            if len(self._seen) >= _REMEMBERED_HEADERS:
                self._seen.clear()
            self._seen.add(number)
            return reader.mapping.line(match.groupdict("")) if inside is None else None
        draft = self._draft(reader, match, 0, way if inside is None else outer)
        if inside is not None:
            draft, way = self._look_inside(draft, text, outer, 0), outer
        known = _finished(draft, text, way.stamps)
        if len(self._headers) >= _REMEMBERED_HEADERS:
            self._headers.clear()
        self._headers[header] = known
        return self._shared(known, way)

    def _inside(
        self, name: str, text: str, match: re.Match[str], way: _Way
    ) -> tuple[PatternFormat, re.Match[str]] | None:
        """Return the format that reads the body of what *match* found once more, and how."""
        if "body" not in match.re.groupindex:
            return None
        start, end = match.span("body")
        offered = self._reader.offered_inside(name, text[start:end])
        if offered is None:
            return None
        if end != len(text):
            raise NotLearnt  # a body in the middle of a line: its end is no end of a line
        return self._winner(offered[0], text[start:end], start, way)

    def _shared(self, recipe: Recipe, way: _Way) -> Recipe:
        # Few recipes for many masks.
        if not way.guards:
            return recipe
        key = (recipe, tuple(way.guards))
        found = self._recipes.get(key)
        if found is None:
            if len(self._recipes) >= _REMEMBERED_HEADERS:
                self._recipes.clear()
            found = self._recipes[key] = replace(recipe, guards=key[1])
        return found

    def _look_inside(self, outer: _Draft, text: str, way: _Way, depth: int) -> _Draft:
        start, end = outer.body
        body = text[start:end]
        name = outer.format.rpartition("/")[2]
        offered = self._reader.offered_inside(name, body) if depth < _INNER_DEPTH else None
        if offered is None:
            return outer
        if end != len(text):
            raise NotLearnt  # a body in the middle of a line: its end is no end of a line
        found = self._winner(offered[0], body, start, way)
        if found is None:
            return outer
        inner = self._draft(*found, start, way)
        return _joined(outer, self._look_inside(inner, text, way, depth + 1))

    def _winner(
        self, offered: Sequence[tuple[str, LineFormat]], text: str, start: int, way: _Way
    ) -> tuple[PatternFormat, re.Match[str]] | None:
        """Return the first format that fits *text*, the line from *start* on, and how it matches."""
        for holds, reader in offered:
            there = holds in text
            blind = self._blind.get(reader.format.name)
            if blind is None:
                blind = is_blind(reader.format.pattern) and _DIGITS.isdisjoint(holds)
                self._blind[reader.format.name] = blind
            if blind and not there:
                continue
            if not isinstance(reader, PatternFormat):
                _refuse(reader, text)
                continue
            match = reader.match(text) if there else None
            if not blind:
                places = None if match is None else match.regs
                way.guards.append(Guard(reader.match, holds, start, places))
            if match is not None and _has_level(reader, match):
                return reader, match
        return None

    def _draft(self, reader: PatternFormat, match: re.Match[str], start: int, way: _Way) -> _Draft:
        draft = _Draft(reader.format.name)
        values = match.groupdict("")
        if reader.format.level:
            number, word = reader.mapping.level(reader.format.level)
            draft.said |= {NUMBER: number, LEVEL: word}
        for name, value in values.items():
            begin, end = match.span(name)
            if name == "body" and begin >= 0:  # also an empty one: other lines say something there
                draft.body = (start + begin, start + end)
            elif not value:
                continue
            elif name == "time":
                zone = values.get("zone", "")
                way.stamps.append(self._stamp(reader, value, zone, start + begin))
            elif name == "level":
                number, word = reader.mapping.level(value)
                draft.places = {slot: at for slot, at in draft.places.items() if slot > LEVEL}
                draft.said |= {NUMBER: number, LEVEL: word}
            elif name != "zone":
                _put(draft, name, value, start + begin)
        return draft

    def _stamp(self, reader: PatternFormat, value: str, zone: str, start: int) -> Stamp:
        if not _DIGITS.isdisjoint(zone) or not reader.mapping.tells_time(value, zone):
            # A stamp that is no time: another format reads the line, until its digits are others.
            raise NotLearnt
        cut, cut_end = fraction_of(reader.format.time_formats, value)
        key = (reader.format.name, zone, mask_of(value))
        shared = self._stamps.get(key)
        if shared is None:
            shared = self._stamps[key] = (partial(reader.mapping.tells_time, zone=zone), set[str]())
        return Stamp(start, start + len(value), start + cut, start + cut_end, *shared)


def _has_level(reader: PatternFormat, match: re.Match[str]) -> bool:
    """
    Return whether the level that *match* names, if any, is one; a line with another is none of the format.

    Raises:
        NotLearnt: If that depends on digits.
    """
    word = match["level"] if "level" in match.re.groupindex else None
    if not word:
        return True
    if not _DIGITS.isdisjoint(word):
        raise NotLearnt
    return bool(reader.mapping.level(word)[1])


def _header_of(match: re.Match[str], size: int) -> tuple[object, ...] | None:
    """Return where all groups stand before a body that reaches to the end; None where it is otherwise."""
    body = match.re.groupindex.get("body")
    if body is None or match.end(body) != size:
        return None
    start = match.start(body)
    others = match.regs[1:body] + match.regs[body + 1 :]
    for _, end in others:
        if end > start:
            return None
    return start, others


def _refuse(reader: BlockFormat | FieldFormat, text: str) -> None:
    """
    Return where a line without these digits is none of *reader*'s either.

    Raises:
        NotLearnt: If it is one, or digits decide.
    """
    entry = reader.format
    if isinstance(reader, BlockFormat):
        if not is_blind(entry.begins) or reader.read(text) is not None:
            raise NotLearnt
        return
    if entry.pattern:
        if not is_blind(entry.pattern):
            raise NotLearnt
        if not reader.may_be(text):
            return
    if entry.kind in ("csv", "properties") or (entry.kind == "json" and not text.startswith("{")):
        return  # of one line no object of several
    if entry.kind == "xml" and "<" not in text:
        return
    if entry.kind == "logfmt" and not begins_with_pair(text):
        return
    raise NotLearnt


def _put(draft: _Draft, name: str, value: str, start: int) -> None:
    """Note one value other than time, level and body, as `paicha.kernel.parsed_line.put` would put it."""
    if name in _NOT_LEARNT:
        raise NotLearnt
    stripped = value.strip()
    inset = start + len(value) - len(value.lstrip())
    if name == "file":
        _put_file(draft, stripped, inset)
    elif name == "line":
        number = LINE_NUMBER.fullmatch(value)
        _note(draft, LINE, value if number else "", start, int)
    elif name == "pri":
        if LINE_NUMBER.fullmatch(value):
            _note(draft, NUMBER, value, start, _syslog_number)
            _note(draft, LEVEL, value, start, syslog_keyword)
    elif name == "logger":
        _note(draft, LOGGER, stripped, inset)
    elif name in ("trace", "span"):
        _note(draft, _SLOTS[name], value, start, _identity)
    elif name in ("host", "service"):
        host = HOST_IP if is_address(value) else HOST_ID
        _note(draft, SERVICE if name == "service" else host, value, start)
    else:
        called = ATTRIBUTE_NAMES.get(name, name)
        draft.attributes[called] = Attribute(called, start, start + len(value))


def _put_file(draft: _Draft, value: str, start: int) -> None:
    found = FILE_AND_LINE.fullmatch(value)
    if found is None:
        _note(draft, FILE, value, start)
    else:
        _note(draft, FILE, found.group(1), start)
        _note(draft, LINE, found.group(2), start + found.start(2), int)


def _note(
    draft: _Draft,
    slot: int,
    value: str,
    start: int,
    convert: Callable[[str], object] | None = None,
) -> None:
    draft.places.pop(slot, None)
    draft.said.pop(slot, None)
    if value:
        draft.places[slot] = Place(slot, start, start + len(value), convert)


def _identity(value: str) -> str:
    """Return an id; nothing where it is all zeros."""
    return value if value.strip("0-") else ""


def _syslog_number(priority: str) -> int:
    return number_of(syslog_keyword(priority))


def _joined(outer: _Draft, inner: _Draft) -> _Draft:
    """Return both as one, as `paicha.kernel.normalise.join` does."""
    for slot in (TRACE, SPAN):
        if slot in outer.places and slot in inner.places:
            raise NotLearnt  # which of the two it is depends on whether one is all zeros
    said, places = dict(inner.said), dict(inner.places)
    if LEVEL in outer.said or LEVEL in outer.places:
        for slot in (NUMBER, LEVEL):
            said.pop(slot, None)
            places.pop(slot, None)
        said |= outer.said
    return replace(
        inner,
        format=f"{outer.format}/{inner.format}",
        said=said,
        places={**places, **outer.places},
        attributes={**inner.attributes, **outer.attributes},
    )


#: A row of `RECORDS` that says nothing.
_NOTHING: tuple[object, ...] = (None, 0, "", "", "", "", "", "", None, "", "", "", "", "")


NO_FORMAT = Recipe("")


def _finished(draft: _Draft, text: str, stamps: list[Stamp]) -> Recipe:
    constant = list(_NOTHING)
    for slot, value in draft.said.items():
        constant[slot] = value
    start, end = draft.body
    attributes = tuple(draft.attributes[name] for name in sorted(draft.attributes))
    body = Place(BODY, start, None if end == len(text) else end, None)
    return Recipe(
        draft.format,
        tuple(constant),
        stamps=tuple(stamps),
        places=(body, *draft.places.values()),
        attributes=attributes,
        spelled=_spelling(attributes, text),
    )


def _spelling(attributes: Sequence[Attribute], text: str) -> tuple[str, ...] | None:
    """Return the JSON around the values of *attributes*; None where one of *text* would need an escape."""
    values = [text[start:end] for _, start, end in attributes]
    if any(object_as_json({"": value}) != f'{{"": "{value}"}}' for value in values):
        return None
    before = [f'", {object_as_json({name: ""})[1:-2]}' for name, _, _ in attributes]
    return ("{" + before[0][3:], *before[1:], '"}') if before else ()


def spell(spelled: tuple[str, ...], attributes: Sequence[Attribute], text: str) -> str:
    """Return the attributes of *text* as `object_as_json` writes them."""
    parts = [
        f"{before}{text[start:end]}"
        for before, (_, start, end) in zip(spelled, attributes, strict=False)
    ]
    return "".join(parts) + spelled[-1]
