"""
What is known of a line's header once a line with it was read: format, facts and where its stamp stands.

A header is learned from a line that was read: the programs of all formats that the line was offered to are
watched (`paicha.kernel.walking`), so that every line that begins alike is surely read alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from paicha.kernel.digits import HEX_ZEROS, ZEROS, escaped
from paicha.kernel.given_formats import READ
from paicha.kernel.header_stamps import Stamps
from paicha.kernel.line_formats import LineFormat
from paicha.kernel.normalise import LineReader, ParsedLine
from paicha.kernel.pattern_pieces import WIDTH
from paicha.kernel.plan import Plan
from paicha.kernel.walking import DIGIT, HEX, KEPT, Undecided, watched

_HEX_RUN = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{20,})"
    r"(?![0-9A-Za-z])"
)
_DIGIT = re.compile("[0-9]")
_ANY = {DIGIT: r"\d", HEX: "[0-9a-f]"}
_FILE_AND_LINE = re.compile(r"[^0-9]+:[0-9]{1,7}")


class Facts(NamedTuple):
    """What a header says beside the time."""

    severity: int
    level: str
    module: str
    service: str
    host: str
    address: str


def facts_of(parsed: ParsedLine) -> Facts:
    """Return what a line's header said."""
    return Facts(
        parsed.severity_number,
        parsed.severity_text,
        parsed.code_file_path or parsed.scope_name,
        parsed.service_name,
        parsed.host_ip or parsed.host_id,
        parsed.host_ip,
    )


class Header:
    """
    A header that lines share.

    Args:
        end: How long the beginnings of these lines are that are looked at.
        body: Where the message begins.
        name: The format's name.
        inner: The format again where bodies may be lines of other formats; else empty.
        stamps: Reads the stamp of such a beginning.
        facts: What the first line said.
        told: Where facts with digits stand: they differ from line to line.
        absent: Texts that no such line holds.
        text: One such beginning.
        kinds: What may be other in it, character by character; see `paicha.kernel.walking`.
        assumed: Whether its stamps do not say their year or day.
    """

    __slots__ = (
        "_alike", "_decimal", "_even", "_firm", "absent", "assumed", "body", "end", "facts", "inner", "is_hex",
        "kinds", "known", "name", "pins", "stamps", "text", "told",
    )  # fmt: skip

    def __init__(self, text: str, kinds: str, body: int, stamps: Stamps) -> None:
        self.text, self.kinds = text.encode(), kinds
        self.end, self.body = len(text), body
        self.stamps = stamps
        self.name = self.inner = ""
        self.facts = Facts(0, "", "", "", "", "")
        self.told: tuple[slice, ...] = ()
        #: What lines said, by the texts that tell it; None: such a line is of another format.
        self.known: dict[bytes, Facts | None] = {}
        self.absent: tuple[bytes, ...] = ()
        self.assumed = False
        #: Whether letters may be digits.
        self.is_hex = HEX in kinds
        # What all such beginnings are with every digit as 0: where letters may be digits, so are they all.
        self._alike = HEX_ZEROS if self.is_hex else ZEROS
        self._even = self.text.translate(self._alike)
        # What of it is the same in all of them nevertheless, and where a digit is none but of base ten.
        self._firm = [
            (at, self.text[at : at + 1])
            for at, kind in enumerate(kinds)
            if kind == KEPT and self._even[at : at + 1] == b"0"
        ]
        self._decimal = [at for at, kind in enumerate(kinds) if kind == DIGIT and self.is_hex]
        #: The digits that are the same in all of them.
        self.pins = [(at, one) for at, one in self._firm if one.isdigit()]

    def begins(self, line: bytes) -> bool:
        """Return whether a line begins so."""
        return len(line) >= self.end and self._holds(line[: self.end], self.end)

    def _holds(self, data: bytes, size: int) -> bool:
        """Return whether beginnings of that size, one behind the other, are all such."""
        n = len(data) // size
        return (
            data.translate(self._alike) == self._even[:size] * n
            and all(data[at::size] == one * n for at, one in self._firm if at < size)
            and all(data[at::size].isdigit() for at in self._decimal if at < size)
        )

    def fits(self, line: bytes) -> bool:
        """Return whether a line has this header."""
        return self.begins(line) and not any(one in line for one in self.absent)

    def among(self, beginnings: Sequence[bytes]) -> Sequence[bytes]:
        """
        Return what stands before the messages of lines, where that is another header's nothing.

        All are looked at together: nearly always they are this header's.

        Args:
            beginnings: What stands there, each as long as here, or nothing.
        """
        if self._holds(b"".join(beginnings), self.body):
            return beginnings
        return [one if one and self._holds(one, self.body) else b"" for one in beginnings]

    def pattern(self, start: int, end: int) -> bytes:
        """Return what fits a part of such beginnings."""
        parts: list[str] = []
        text = self.text.decode()
        for kind, same in groupby(range(start, end), key=self.kinds.__getitem__):
            places = list(same)
            if kind == KEPT:
                parts.append(escaped(text[places[0] : places[-1] + 1]))
            else:
                parts.append(f"{_ANY[kind]}{{{len(places)}}}")
        return "".join(parts).encode()


class _Seen(NamedTuple):
    """What watching the formats' programs found."""

    notes: dict[int, int]
    at: int
    reach: int
    pins: frozenset[int]
    open_field: int
    absent: tuple[bytes, ...]
    #: Where the fields stand, where another format reads the message; and which does.
    spans: dict[str, slice] | None = None
    inner: int | None = None


class Headers:
    """
    Learns headers.

    Args:
        plan: The formats.
        reader: Reads a line.
    """

    def __init__(self, plan: Plan, reader: LineReader) -> None:
        self._plan = plan
        self._reader = reader
        self._places = {name: at for at, name in enumerate(plan.names)}
        self._stamps_known: dict[tuple[int, str], dict[bytes, int | None]] = {}

    def learn(self, line: str, parsed: ParsedLine) -> Header | None:
        """Return the header of a line that was read; None where nothing can be said of others."""
        name, _, inner = parsed.format.partition("/")
        if name not in self._places or (inner and inner not in self._places):
            return None
        for hexes in (True, False):
            kinds = _kinds(line, hexes=hexes)
            try:
                seen = self._watch(self._reader.offered(line), line, kinds, name)
                if seen is not None and inner:
                    seen = self._with_inner(line, kinds, inner, seen)
                return None if seen is None else self._header(line, kinds, parsed, seen)
            except Undecided:
                if HEX not in kinds:
                    return None
        return None

    def inside(self, header: Header, body: str) -> tuple[int, frozenset[int]] | None:
        """
        Return how far formats look into a body that is of none of them, and whose digits decide.

        None where a body like it may be of one.
        """
        offered = self._reader.offered_inside(header.inner, body) if header.inner else None
        if offered is None:
            return 0, frozenset()
        kinds = _kinds(body, hexes=False)
        reach, pins = WIDTH, frozenset[int]()
        for _, entry in offered:
            program = self._plan.given[0][self._places[entry.format.name]].program
            try:
                walk = watched(program).walk(body, kinds)
            except Undecided:
                return None
            if walk.fits:
                return None
            reach, pins = max(reach, walk.reach), pins | walk.pins
        # Where they looked for its end, all of it is looked at: no run of digits of its spelling has another length.
        return reach, pins

    def _with_inner(self, line: str, kinds: str, name: str, outer: _Seen) -> _Seen | None:
        """Return what was found with the level that the message states first; None where it states more, or the line does."""
        outside = self._fields(outer) or {}
        if "body" not in outside or "level" in outside:
            return None
        start = outside["body"].start
        offered = self._reader.offered_inside(self._plan.names[outer.at], line[start:]) or ()
        inner = self._watch(offered, line[start:], kinds[start:], name)
        spans = None if inner is None else self._fields(inner)
        if inner is None or spans is None or spans.keys() != {"level", "body"} or inner.absent:
            return None
        for field, span in spans.items():
            outside[field] = slice(span.start + start, span.stop + start)
        pins = outer.pins | {at + start for at in inner.pins}
        reach = max(outer.reach, inner.reach + start)
        return outer._replace(reach=reach, pins=pins, spans=outside, inner=inner.at)

    def _watch(
        self, offered: Sequence[tuple[str, LineFormat]], line: str, kinds: str, name: str
    ) -> _Seen | None:
        """Return what the formats that a text is offered to look at, up to the one that reads it."""
        reach, pins = WIDTH, frozenset[int]()
        absent: list[bytes] = []
        for _, entry in offered:
            at = self._places[entry.format.name]
            given = self._plan.given[0][at]
            walk = watched(given.program).walk(line, kinds)
            reach, pins = max(reach, walk.reach), pins | walk.pins
            if entry.format.name == name:
                fits = walk.fits and given.how == READ
                seen = _Seen(walk.notes, at, reach, pins, walk.to_the_end, tuple(absent))
                return seen if fits else None
            if walk.fits:
                if not given.holds or given.holds in line:
                    return None
                absent.append(given.holds.encode())
        return None

    def _header(self, line: str, kinds: str, parsed: ParsedLine, seen: _Seen) -> Header | None:
        spans = self._fields(seen) if seen.spans is None else seen.spans
        if spans is None or "time" not in spans or "body" not in spans:
            return None
        end = max(seen.reach, *(span.stop for name, span in spans.items() if name != "body"))
        body = spans["body"].start
        end = max(end, body)
        if end > len(line) or not line[:end].isascii() or line[body:] != parsed.body:
            return None
        pinned = "".join(KEPT if at in seen.pins else kind for at, kind in enumerate(kinds[:end]))
        stamps = self._stamps(seen.at, line[:end], spans["time"])
        found = Header(line[:end], pinned, body, stamps)
        found.name, found.facts, found.absent = parsed.format, facts_of(parsed), seen.absent
        last = seen.at if seen.inner is None else seen.inner
        found.inner = self._plan.names[last] if self._plan.given[0][last].inner else ""
        found.told = tuple(
            span for name, span in sorted(spans.items()) if _varies(name, line[span], pinned[span])
        )
        found.assumed = parsed.time_assumed
        return found

    def _fields(self, seen: _Seen) -> dict[str, slice] | None:
        """Return where the fields stand; None where one is none that is read here."""
        spans: dict[str, slice] = {}
        for number, name in self._plan.given[0][seen.at].fields:
            start, end = seen.notes.get(2 * number), seen.notes.get(2 * number + 1)
            if start is None or end is None or (start == end and name != "body"):
                continue
            if name in ("error", "zone") or (name == "body") != (number == seen.open_field):
                return None
            spans[name] = slice(start, end)
        return spans

    def _stamps(self, at: int, header: str, place: slice) -> Stamps:
        kinds = self._plan.time_formats(at)
        first = self._plan.given[1][self._plan.given[0][at].kinds[0]][0]
        known = self._stamps_known.setdefault((at, _DIGIT.sub("0", header[place])), {})
        return Stamps(self._plan.times(at), kinds, first, place=place, header=header, known=known)


def _kinds(line: str, *, hexes: bool) -> str:
    kinds = "".join(DIGIT if "0" <= char <= "9" else KEPT for char in line)
    if hexes:
        for found in _HEX_RUN.finditer(line, WIDTH):
            start, end = found.span()
            run = "".join(KEPT if char == "-" else HEX for char in found.group())
            kinds = kinds[:start] + run + kinds[end:]
    return kinds


def _varies(name: str, text: str, kinds: str) -> bool:
    """Return whether a field's text, and with it what it says, may differ from line to line."""
    if name in ("time", "body") or set(kinds) == {KEPT}:
        return False
    # The number of a line is no part of what is counted.
    return not (name == "file" and _FILE_AND_LINE.fullmatch(text))
