"""What is learnt of a look: the recipe of its lines, and the draft that one format makes of it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence
from dataclasses import field, replace
from typing import NamedTuple

from paicha.kernel.levels import WARN, number_of
from paicha.kernel.parsed_line import (
    ATTRIBUTE_NAMES,
    FILE_AND_LINE,
    LINE_NUMBER,
    is_address,
    object_as_json,
    syslog_keyword,
)
from paicha.values import dataclass

#: The columns of `RECORDS` that a line says.
NUMBER, LEVEL, BODY, SERVICE, HOST_IP, HOST_ID, FILE, LINE, LOGGER, TRACE, SPAN = range(1, 12)
ATTRIBUTES = 13
_SLOTS = {"trace": TRACE, "span": SPAN}
#: Fields that change others, or whose parts depend on their digits in ways of their own.
_NOT_LEARNT = frozenset({"pod", "area", "error", "partial"})
#: A row of `RECORDS` that says nothing.
_NOTHING: tuple[object, ...] = (None, 0, "", "", "", "", "", "", None, "", "", "", "", "")


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


NO_FORMAT = Recipe("")


@dataclass(slots=True)
class Draft:
    """What one format says of a line: of each column a text without digits, or its place."""

    format: str
    said: dict[int, object] = field(default_factory=dict)  # without digits
    places: dict[int, Place] = field(default_factory=dict)
    attributes: dict[str, Attribute] = field(default_factory=dict)
    body: tuple[int, int] = (0, 0)


def put(draft: Draft, name: str, value: str, start: int) -> None:
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


def _put_file(draft: Draft, value: str, start: int) -> None:
    found = FILE_AND_LINE.fullmatch(value)
    if found is None:
        _note(draft, FILE, value, start)
    else:
        _note(draft, FILE, found.group(1), start)
        _note(draft, LINE, found.group(2), start + found.start(2), int)


def _note(
    draft: Draft,
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


def joined(outer: Draft, inner: Draft) -> Draft:
    """Return both as one, as `paicha.kernel.normalise.join` does."""
    for slot in (TRACE, SPAN):
        if slot in outer.places and slot in inner.places:
            raise NotLearnt  # which of the two it is depends on whether one is all zeros
    if _prints(outer, inner):
        outer = _without_level(outer)
    elif LEVEL in outer.said or LEVEL in outer.places:
        inner = _without_level(inner)
    said, places = {**inner.said, **outer.said}, {**inner.places, **outer.places}
    return replace(
        inner,
        format=f"{outer.format}/{inner.format}",
        said=said,
        places=places,
        attributes={**inner.attributes, **outer.attributes},
    )


def _prints(outer: Draft, inner: Draft) -> bool:
    """
    Return whether the level that *outer* says is told of whatever a program prints, as `paicha.kernel.normalise.join` decides it.

    Raises:
        NotLearnt: If that depends on digits.
    """
    inside, around = inner.said.get(NUMBER, 0), outer.said.get(NUMBER, 0)
    assert isinstance(inside, int)
    assert isinstance(around, int)
    if NUMBER not in inner.places and inside < WARN:
        return False
    if NUMBER in outer.places or (NUMBER in inner.places and around):
        raise NotLearnt
    return 0 < around < WARN


def _without_level(draft: Draft) -> Draft:
    said = {slot: one for slot, one in draft.said.items() if slot not in (NUMBER, LEVEL)}
    places = {slot: one for slot, one in draft.places.items() if slot not in (NUMBER, LEVEL)}
    return replace(draft, said=said, places=places)


def finished(draft: Draft, text: str, stamps: list[Stamp]) -> Recipe:
    """Return *draft*, made of *text*, as the recipe of all lines of its look."""
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
