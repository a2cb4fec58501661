"""
How a line is read, learnt from one line and true of every line that differs from it in digits alone.

A pattern that treats all digits alike matches two such lines in the same way, so the format and the places
of its fields are those of the first. What does look at digits is asked of every line again: the patterns that
tell digits apart (`Guard`), and whether a stamp is a time (`Stamp`). What depends on digits in any
other way is not learnt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import field, replace
from functools import partial

from paicha.kernel.candidates import treats_digits_alike
from paicha.kernel.digits import fraction_of, is_blind, mask_of
from paicha.kernel.field_values import begins_with_pair
from paicha.kernel.line_formats import BlockFormat, FieldFormat, LineFormat, PatternFormat
from paicha.kernel.look_recipes import (
    LEVEL,
    NO_FORMAT,
    NUMBER,
    Draft,
    Guard,
    NotLearnt,
    Recipe,
    Stamp,
    finished,
    joined,
    put,
)
from paicha.kernel.normalise import LineReader
from paicha.kernel.parsed_line import ParsedLine
from paicha.values import dataclass

_DIGITS = frozenset("0123456789")
_INNER_DEPTH = 4
_REMEMBERED_HEADERS = 20_000


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
        known = finished(draft, text, way.stamps)
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
        return self._winner(offered, text[start:end], start, way)

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

    def _look_inside(self, outer: Draft, text: str, way: _Way, depth: int) -> Draft:
        start, end = outer.body
        body = text[start:end]
        name = outer.format.rpartition("/")[2]
        offered = self._reader.offered_inside(name, body) if depth < _INNER_DEPTH else None
        if offered is None:
            return outer
        if end != len(text):
            raise NotLearnt  # a body in the middle of a line: its end is no end of a line
        found = self._winner(offered, body, start, way)
        if found is None:
            return outer
        inner = self._draft(*found, start, way)
        return joined(outer, self._look_inside(inner, text, way, depth + 1))

    def _winner(
        self, offered: Sequence[tuple[str, LineFormat]], text: str, start: int, way: _Way
    ) -> tuple[PatternFormat, re.Match[str]] | None:
        """Return the first format that fits *text*, the line from *start* on, and how it matches."""
        for holds, reader in offered:
            there = holds in text
            blind = self._blind.get(reader.format.name)
            if blind is None:
                blind = treats_digits_alike(holds, reader)
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

    def _draft(self, reader: PatternFormat, match: re.Match[str], start: int, way: _Way) -> Draft:
        draft = Draft(reader.format.name)
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
                put(draft, name, value, start + begin)
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
    if entry.kind in ("csv", "properties", "list") or (
        entry.kind in ("json", "otlp") and not text.startswith("{")
    ):
        return  # of one line no object of several
    if entry.kind == "xml" and "<" not in text:
        return
    if entry.kind == "logfmt" and not begins_with_pair(text):
        return
    raise NotLearnt
