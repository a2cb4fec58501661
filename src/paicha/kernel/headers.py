"""
What is known of a line's header once a line with it was read: format, facts and where its stamp stands.

A header is learned from a line that was read: the programs of all formats that the line was offered to are
watched (`paicha.kernel.walking`), so that every line that begins alike is surely read alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import groupby
from operator import add, itemgetter
from typing import NamedTuple, cast

from paicha.kernel.digits import escaped, mask_of
from paicha.kernel.gates import WIDTH
from paicha.kernel.normalise import LineReader, ParsedLine
from paicha.kernel.scan import READ, Plan
from paicha.kernel.stamps import PATTERNS
from paicha.kernel.times import SECOND_US, TimeReader, read_epoch
from paicha.kernel.walking import DIGIT, HEX, KEPT, Undecided, watched

#: Seconds, or stamps, that are remembered; then all are forgotten.
_REMEMBERED = 50_000
_HEX_RUN = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{20,})"
    r"(?![0-9A-Za-z])"
)
_DIGIT = re.compile("[0-9]")
_FILE_AND_LINE = re.compile(r"[^0-9]+:[0-9]{1,7}")
_PATTERNS = {KEPT: "", DIGIT: "[0-9]", HEX: "[0-9a-f]"}


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


class Stamps:
    """
    Reads the stamps of headers that are written alike.

    Args:
        times: Reads one stamp.
        kinds: The kinds the format allows; none: any.
        first: The kind that is tried first.
        place: Where the stamp stands in a header.
        header: One whose stamp was read.
        known: Stamps, or seconds of them, that were read; shared by headers whose stamps are alike.
    """

    def __init__(
        self,
        times: TimeReader,
        kinds: tuple[str, ...],
        first: str,
        *,
        place: slice,
        header: str,
        known: dict[bytes, int | None],
    ) -> None:
        self._times = times
        self._kinds = kinds
        self._kind = first
        self._known = known
        #: What is looked up, the stamp at first, and what reads it where it is not known yet.
        self._cut: Callable[[bytes], bytes] = itemgetter(place)
        self._one: Callable[[bytes], int | None] = self._whole
        self._fraction: Callable[[bytes], bytes] | None = None
        self._scale = 1
        if first == "epoch":
            self._one = _epoch
        # A second kind might take what another digit keeps from this one.
        elif first in PATTERNS and first != "packed_tight":
            found = PATTERNS[first][0].fullmatch(header[place])
            if found is not None and found[2]:
                self._take_apart(found, place.start)

    def _take_apart(self, found: re.Match[str], at: int) -> None:
        """Look only seconds up where the fraction stands right behind them."""
        self._minute, self._second = found.span(1), found.span(2)
        self._offset = found.span(4) if found[4] else (0, 0)
        end = self._second[1]
        start, stop = found.span(3) if found[3] else (end, end)
        if start not in (end, end + (start < stop)):
            return
        self._one = self._second_of
        if start == stop:
            return
        cut = slice(at, at + end)
        self._cut = itemgetter(cut)
        if found[4]:
            behind = slice(at + self._offset[0], at + found.end())
            filler = b" " * (self._offset[0] - end)
            self._cut = lambda header: header[cut] + filler + header[behind]
        self._fraction = itemgetter(slice(at + start, at + min(stop, start + 6)))
        self._scale = 10 ** (6 - min(stop - start, 6))

    def read(self, headers: Sequence[bytes]) -> list[int | None]:
        """Return the times of headers in microseconds since 1970; None where a stamp is no time."""
        known = self._known
        if len(known) > _REMEMBERED:
            known.clear()
        texts = list(map(self._cut, headers))
        found = list(map(known.get, texts))
        if None in found:
            for text in set(texts).difference(known):
                known[text] = self._one(text)
            found = list(map(known.__getitem__, texts))
        if self._fraction is None:
            return found
        fractions = map(int, map(self._fraction, headers))
        scale = self._scale
        if scale == 1 and None not in found:
            return list(map(add, cast("list[int]", found), fractions))
        return [
            None if second is None else second + fraction * scale
            for second, fraction in zip(found, fractions, strict=True)
        ]

    def _second_of(self, text: bytes) -> int | None:
        stamp = text.decode()
        minute, offset = (stamp[slice(*span)] for span in (self._minute, self._offset))
        base = self._times.minute(self._kind, minute, offset)
        second = int(stamp[slice(*self._second)])
        return None if base is None or second > 60 else base + second * SECOND_US

    def _whole(self, text: bytes) -> int | None:
        return self._times.micros(text.decode(), self._kinds)


def _epoch(text: bytes) -> int | None:
    return read_epoch(text.decode())


class Header:
    """
    A header that lines share.

    Args:
        pattern: Fits the beginnings of these lines, and no others.
        end: How long that is.
        body: Where the message begins.
        name: The format's name.
        inner: The format again where bodies may be lines of other formats; else empty.
        stamps: Reads the stamp of such a beginning.
        facts: What the first line said.
        told: Where facts with digits stand: they differ from line to line.
        absent: Texts that no such line holds.
        mask: What all such beginnings are with every digit as 0, and no others; empty where that does not tell.
        assumed: Whether its stamps do not say their year or day.
    """

    __slots__ = (
        "absent", "assumed", "body", "end", "facts", "inner", "known", "mask", "name", "pattern",
        "stamps", "told",
    )  # fmt: skip

    def __init__(self, pattern: re.Pattern[bytes], end: int, body: int, stamps: Stamps) -> None:
        self.pattern = pattern
        self.end, self.body = end, body
        self.stamps = stamps
        self.name = self.inner = ""
        self.facts = Facts(0, "", "", "", "", "")
        self.told: tuple[slice, ...] = ()
        #: What lines said, by the texts that tell it; None: such a line is of another format.
        self.known: dict[bytes | tuple[bytes, ...], Facts | None] = {}
        self.absent: tuple[bytes, ...] = ()
        self.mask = b""
        self.assumed = False

    def fits(self, line: bytes) -> bool:
        """Return whether a line has this header."""
        return self.pattern.match(line) is not None and not any(one in line for one in self.absent)


class _Seen(NamedTuple):
    """What watching the formats' programs found."""

    notes: dict[int, int]
    at: int
    reach: int
    pins: frozenset[int]
    open_field: int
    absent: tuple[bytes, ...]


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
        if parsed.format not in self._places:
            return None
        for hexes in (True, False):
            kinds = _kinds(line, hexes=hexes)
            try:
                seen = self._watch(line, kinds, parsed.format)
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
        for _, entry in offered[0]:
            program = self._plan.given[0][self._places[entry.format.name]].program
            try:
                walk = watched(program).walk(body, kinds)
            except Undecided:
                return None
            if walk.fits:
                return None
            reach, pins = max(reach, walk.reach), pins | walk.pins
        # A body that is shorter than what is looked at says so by its length alone.
        return (reach, pins) if reach <= max(len(body), WIDTH) else None

    def _watch(self, line: str, kinds: str, name: str) -> _Seen | None:
        reach, pins = WIDTH, frozenset[int]()
        absent: list[bytes] = []
        for _, entry in self._reader.offered(line):
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
        spans = self._fields(seen)
        if spans is None or "time" not in spans or "body" not in spans:
            return None
        end = max(seen.reach, *(span.stop for name, span in spans.items() if name != "body"))
        body = spans["body"].start
        end = max(end, body)
        if end > len(line) or not line[:end].isascii() or line[body:] != parsed.body:
            return None
        pinned = "".join(KEPT if at in seen.pins else kind for at, kind in enumerate(kinds[:end]))
        pattern = re.compile(_pattern(line[:end], pinned).encode())
        found = Header(pattern, end, body, self._stamps(seen.at, line[:end], spans["time"]))
        found.name, found.facts, found.absent = parsed.format, facts_of(parsed), seen.absent
        found.inner = parsed.format if self._plan.given[0][seen.at].inner else ""
        found.told = tuple(
            span for name, span in sorted(spans.items()) if _varies(name, line[span], pinned[span])
        )
        found.assumed = parsed.time_assumed
        if pinned == _kinds(line[:end], hexes=False):
            found.mask = mask_of(line[:end])
        return found

    def _fields(self, seen: _Seen) -> dict[str, slice] | None:
        """Return where the fields stand; None where one is none that is read here."""
        spans: dict[str, slice] = {}
        for number, name in self._plan.given[0][seen.at].fields:
            start, end = seen.notes.get(2 * number), seen.notes.get(2 * number + 1)
            if start is None or end is None or (start == end and name != "body"):
                continue
            if name == "error" or (name == "body") != (number == seen.open_field):
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


def _pattern(text: str, kinds: str) -> str:
    parts: list[str] = []
    at = 0
    for kind, run in groupby(kinds):
        size = len(list(run))
        one = _PATTERNS[kind]
        often = f"{{{size}}}" if size > 1 else ""
        parts.append(one + often if one else escaped(text[at : at + size]))
        at += size
    return "".join(parts)
