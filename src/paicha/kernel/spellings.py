"""
The spelling of a message: a pattern such that every message it fits has the same shape, and where its variables are.

It is learned from one message that was taken apart by `paicha.kernel.shape`: what stays is its text, what may
be other is what `paicha.kernel.loosening` lets go.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from paicha.kernel.characters import BLANKS, is_letter
from paicha.kernel.chunks import literal
from paicha.kernel.digits import escaped
from paicha.kernel.loosening import NOT_A_YEAR, YEAR, Loose, inside, kept, lengths, loosened
from paicha.kernel.runs import Runs, runs_of
from paicha.kernel.shape import Traced, trace
from paicha.kernel.variables import Slot, sizes_of_lists

#: Kinds of numbers: of digits alone, of digits with a point or a sign, and any other. And what is none.
OTHER, WHOLE, DECIMAL, NO_NUMBER = range(4)
#: Digits of a whole number that is read as one.
_WHOLE_DIGITS = 18
_DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_RUN = re.compile(r"[0-9]+")
_YEAR = re.compile("(?:19|20)[0-9][0-9]")
#: Runs of a kind are written alike in the key under which a spelling is looked for.
_LIKE = re.compile(
    rb"0x[0-9a-f]+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    rb"|(?<![0-9A-Za-z])(?=[a-f]*[0-9])[0-9a-f]{4,}(?![0-9A-Za-z])|[0-9]+"
)


class Variable(NamedTuple):
    """
    One variable of a spelling.

    Args:
        place: Which of the shape's placeholders it stands for, from 0.
        name: What the line calls it.
        unit: Its unit.
        is_number: Whether its texts are numbers.
        text: Its text where it is always the same.
        group: The group that holds its text otherwise; 0: none.
        is_joined: Whether blanks in it count as one: a date and a clock.
        kind: What kind of number its texts are: `WHOLE`, `DECIMAL` or `OTHER`.
    """

    place: int
    name: str
    unit: str
    is_number: bool
    text: bytes
    group: int
    is_joined: bool = False
    kind: int = 0


class Spelling(NamedTuple):
    """
    A pattern of messages that are read alike.

    Args:
        pattern: Fits whole messages, as UTF-8; its groups are the variables that differ.
        shape: Their shape.
        variables: Their variables, in order.
        runs: The same as the pattern, told by runs of digits; None where more decides.
        is_hex: Whether letters may be digits.
        firm: So many first characters keep their places.
    """

    pattern: bytes
    shape: str
    variables: tuple[Variable, ...]
    runs: Runs | None = None
    is_hex: bool = False
    firm: int = 0

    @property
    def varies(self) -> bool:
        """Whether not all of these messages are the same."""
        return any(one.group for one in self.variables)

    def fits(self, body: bytes) -> bool:
        """Return whether a message is spelled so."""
        if self.runs is not None:
            return self.runs.fit(body)
        found = of_lines(self.pattern).fullmatch(body + b"\n")
        return found is not None and found[1] is not None


@lru_cache(maxsize=4096)
def of_lines(pattern: bytes) -> re.Pattern[bytes]:
    """Return what takes messages line by line: its first group is a message that a pattern fits, or nothing."""
    # A message it does not fit is taken without a group, so that each has its place in what is found.
    return re.compile(rb"^(?:(%s)|.*)\n" % pattern, re.MULTILINE)


def like(body: bytes) -> bytes:
    """
    Return a key that messages of one spelling share, nearly always.

    Example:
        >>> like(b"block 17 of 0x1f"), like(b"block 4711 of 0xa")
        (b'block 0 of 0', b'block 0 of 0')
    """
    return _LIKE.sub(b"0", body)


def number_of(text: str) -> float:
    """Return the number that a text is, as `paicha.kernel.chunks` reads it."""
    return float(text.replace(",", "")) + 0.0


def spelling_of(body: str, firm: int = 0, pins: frozenset[int] = frozenset()) -> Spelling | None:
    """
    Return the spelling of a message; None where it is read anew each time.

    Args:
        body: The message; one line.
        firm: So many of its first characters keep their places.
        pins: Places whose digits stay.
    """
    if body[:1] in ("\r", "\n"):
        return None
    traced = trace(body)
    spans = _spans(body, traced.pieces, traced.slots)
    if spans is None:
        return None
    runs = sorted(_runs(body, traced))
    if firm:
        runs = [one if one.start >= firm else one.firm(body) for one in runs]
    runs = [kept(one.start, one.end, body) if pins and _touches(one, pins) else one for one in runs]
    listed = _with_lists(body, traced, spans)
    spelling = None if listed is None else _Writer(body, runs, listed[1]).spelling(listed[0])
    return None if spelling is None else spelling._replace(firm=firm)


def _with_lists(
    body: str, traced: Traced, spans: list[tuple[int, int]]
) -> tuple[Traced, list[tuple[int, int]]] | None:
    """Return what was found with lists joined, and where these stand; None where more than a blank is between."""
    pieces = _trimmed(traced.pieces)
    if traced.shaped.shape == "".join(pieces):
        return traced, spans
    kinds = [piece for piece in pieces if piece[0] == "<"]
    joined: list[str] = []
    places: list[tuple[int, int]] = []
    at = 0
    for size in sizes_of_lists(pieces):
        several = spans[at : at + size]
        if any(body[end:start] != " " for (_, end), (start, _) in pairwise(several)):
            return None
        joined.append(kinds[at] if size == 1 else "<list>")
        places.append((several[0][0], several[-1][1]))
        at += size
    return traced._replace(pieces=joined, slots=traced.shaped.values), places


def _trimmed(pieces: list[str]) -> list[str]:
    return pieces[:-1] if pieces and pieces[-1] == " " else pieces


def _touches(one: Loose, pins: frozenset[int]) -> bool:
    return not pins.isdisjoint(range(one.start, one.end))


def _runs(body: str, traced: Traced) -> Iterator[Loose]:
    """Yield every run of digits with what may stand there."""
    known: list[Loose] = []
    for start, end, how in traced.chunks:
        found = inside(body, start, end) if how == "text" else loosened(body, start, end)
        # A key holds two digits at most, and no letters that may be digits.
        known += (one.firm(body) for one in found) if body[end : end + 1] == "=" else found
    known = [kept(one.start, one.end, body) if _at_mark(body, one) else one for one in known]
    if any(slot.text and is_letter(slot.text[0]) for slot in _times(traced)):
        known = [_not_a_year(body, one) for one in known]
    yield from known
    covered = sorted((one.start, one.end) for one in known)
    for run in _RUN.finditer(body):
        if not any(start < run.end() and run.start() < end for start, end in covered):
            yield kept(*run.span(), body)


def _times(traced: Traced) -> Iterator[Slot]:
    kinds = (piece for piece in traced.pieces if piece[0] == "<")
    return (slot for kind, slot in zip(kinds, traced.slots, strict=True) if kind == "<time>")


def _at_mark(body: str, one: Loose) -> bool:
    """Whether what may be letters stands where a digit would join it to a mark or to its neighbour."""
    before, behind = body[max(one.start - 2, 0) : one.start], body[one.end : one.end + 2]
    within = before[:1].isascii() and before[:1].isalnum()
    joins = (behind[:1] == "," and behind[1:].isdigit()) or (
        before[-1:] == "," and before[:1].isalnum()
    )
    # Behind a letter or a digit a point or a plus is no beginning of a number.
    opens = before[-1:] in ("+", ".") and not within
    return one.is_hex and (joins or behind[:1] == "%" or opens)


def _not_a_year(body: str, one: Loose) -> Loose:
    """Keep apart what joins a date before it, and what does not: the year behind ``Fri Jun 17 10:00:00``."""
    if not one.is_number:
        return one
    if body[one.end : one.end + 1] == ".":
        return kept(one.start, one.end, body)
    if _YEAR.fullmatch(body, one.start, one.end):
        return one._replace(pattern=YEAR, sure=False)
    return one._replace(pattern=NOT_A_YEAR + one.pattern, sure=False)


def _spans(body: str, pieces: Sequence[str], slots: Sequence[Slot]) -> list[tuple[int, int]] | None:
    """Return where the variables stand; None where a text is not in the line as it is."""
    spans: list[tuple[int, int]] = []
    at = _behind_blanks(body, 0)
    for piece in _trimmed(list(pieces)):
        if piece == " ":
            at = _behind_blanks(body, at)
        elif piece[0] == "<":
            text = slots[len(spans)].text
            # Java's `/10.0.0.1` is an address without its stroke.
            if piece == "<ip>" and body[at : at + 1] == "/" and text[:1] != "/":
                at += 1
            end = _end_of(body, at, text)
            if end is None:
                return None
            spans.append((at, end))
            at = end
        else:
            if literal(body[at : at + len(piece)]) != piece:
                return None
            at += len(piece)
    return spans if _behind_blanks(body, at) == len(body) else None


def _end_of(body: str, at: int, text: str) -> int | None:
    """Return where a variable ends; one that was joined may have more than one blank between its words."""
    if body.startswith(text, at):
        return at + len(text)
    found = re.compile(" +".join(map(re.escape, text.split(" ")))).match(body, at)
    return None if found is None else found.end()


def _behind_blanks(body: str, at: int) -> int:
    while at < len(body) and body[at] in BLANKS:
        at += 1
    return at


class _Writer:
    """Writes the pattern of a message, group by group."""

    def __init__(self, body: str, runs: Sequence[Loose], spans: Sequence[tuple[int, int]]) -> None:
        self._body = body
        self._runs = runs
        self._spans = spans
        self._groups = 0
        self._of_slot: dict[int, int] = {}

    def spelling(self, traced: Traced) -> Spelling | None:
        """Return the spelling; None where a variable and what may vary do not lie in one another."""
        for one in self._runs:
            for start, end in self._spans:
                if one.start < end and start < one.end and not start <= one.start <= one.end <= end:
                    return None
        pattern = "".join(self._parts()).encode()
        kinds = [piece for piece in traced.pieces if piece[0] == "<"]
        variables = tuple(
            Variable(
                place,
                slot.name,
                slot.unit,
                kind == "<number>",
                slot.text.encode(),
                self._of_slot.get(place, 0),
                self._body[slice(*span)] != slot.text,
                self._kind(slot.text, *span) if kind == "<number>" else OTHER,
            )
            for place, (slot, kind, span) in enumerate(
                zip(traced.slots, kinds, self._spans, strict=True)
            )
        )
        varying = [self._spans[one.place] for one in variables if one.group]
        runs = runs_of(self._body, self._runs, varying)
        is_hex = any(one.is_hex and self._is_loose(one) for one in self._runs)
        return Spelling(pattern, traced.shaped.shape, variables, runs, is_hex)

    def _kind(self, text: str, start: int, end: int) -> int:
        if not _DECIMAL.fullmatch(text):
            return OTHER
        within = [lengths(one.pattern) for one in self._runs if start <= one.start < end]
        most = max((len(text) if found is None else found[1] for found in within), default=0)
        return WHOLE if text.isdigit() and most <= _WHOLE_DIGITS else DECIMAL

    def _parts(self) -> Iterator[str]:
        at = 0
        runs = list(self._runs)
        for place, (start, end) in enumerate(self._spans):
            before = [one for one in runs if one.end <= start]
            within = [one for one in runs if start <= one.start and one.end <= end]
            runs = [one for one in runs if one.start >= end]
            yield from self._stretch(at, start, before)
            varies = any(one.sure or self._is_loose(one) for one in within)
            if varies:
                self._groups += 1
                self._of_slot[place] = self._groups
                yield "("
            yield from self._stretch(start, end, within)
            if varies:
                yield ")"
            at = end
        yield from self._stretch(at, len(self._body), runs)

    def _is_loose(self, one: Loose) -> bool:
        return one.pattern != re.escape(self._body[one.start : one.end])

    def _stretch(self, at: int, end: int, runs: Iterable[Loose]) -> Iterator[str]:
        for one in runs:
            yield escaped(self._body[at : one.start])
            yield one.pattern
            at = one.end
        yield escaped(self._body[at:end])
