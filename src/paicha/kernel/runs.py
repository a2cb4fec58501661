"""The spelling of a message told by its runs of digits: where they stand, and how long each may be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from paicha.kernel.loosening import ADDRESS, NOT_A_YEAR, YEAR, Loose, lengths

DIGITS = b"0123456789"
_RUN = re.compile(rb"[0-9]+")
_YEAR = re.compile(rb"(?:19|20)[0-9][0-9]")
_LARGEST_OCTET = 255


#: What is asked of a run beside its length: that it says the same, that it is below 256, that it is no year, or one.
KEPT, OCTET, NO_YEAR, IS_YEAR = "kept", "octet", "no year", "year"


class Special(NamedTuple):
    """A run of which the length is not all: its number among the runs, what is asked of it, and its text."""

    run: int
    kind: str
    text: bytes = b""

    def allows(self, text: bytes) -> bool:
        """Return whether the run may say so."""
        if self.kind == KEPT:
            return text == self.text
        if self.kind == OCTET:
            return _is_octet(text)
        return (_YEAR.fullmatch(text) is None) == (self.kind == NO_YEAR)


class Runs(NamedTuple):
    """
    What a message is but for its digits, and how many of these stand where.

    A message is of the spelling if it has the same text without its digits, and between each of its ends and
    edges of runs as many bytes as are allowed.

    Args:
        letters: The message without its digits.
        steps: Least and most bytes from one edge to the next: to the first run, its length, to the second, …
        tail: Bytes behind the last run.
        specials: Runs of which more is asked.
        edges: Of each variable that differs, in order, where it begins and ends: the number of an edge, and
            how many bytes behind it.
    """

    letters: bytes
    steps: tuple[tuple[int, int], ...]
    tail: int
    specials: tuple[Special, ...]
    edges: tuple[tuple[int, int], ...]

    def fit(self, body: bytes) -> bool:
        """Return whether a message is of the spelling."""
        if body.translate(None, DIGITS) != self.letters:
            return False
        edges = [edge for found in _RUN.finditer(body) for edge in found.span()]
        if len(edges) != len(self.steps):
            return False
        steps = [here - before for before, here in zip([0, *edges], edges, strict=False)]
        return all(
            least <= step <= most for step, (least, most) in zip(steps, self.steps, strict=True)
        ) and all(
            one.allows(body[edges[2 * one.run] : edges[2 * one.run + 1]]) for one in self.specials
        )


def runs_of(body: str, loose: Sequence[Loose], variables: Sequence[tuple[int, int]]) -> Runs | None:
    """
    Return the spelling of a message by its runs; None where something else decides too.

    Args:
        body: The message.
        loose: What its runs of digits may be.
        variables: Where the variables stand that differ.
    """
    places = _places(body)
    data = body.encode()
    spans = [found.span() for found in _RUN.finditer(data)]
    allowed: dict[int, Loose] = {}
    for one in loose:
        for start, end in _runs_within(data, places[one.start], places[one.end], one):
            allowed[start] = one._replace(start=start, end=end)
    steps: list[tuple[int, int]] = []
    specials: list[Special] = []
    at = 0
    for number, (start, end) in enumerate(spans):
        found = allowed.get(start)
        if found is None or found.end != end or found.is_hex:
            return None
        kept = re.escape(data[start:end].decode()) == found.pattern
        pattern = found.pattern.removeprefix(NOT_A_YEAR)
        many = {ADDRESS: (1, 3), YEAR: (4, 4)}.get(pattern) or lengths(pattern)
        if kept or (found.is_address and pattern != ADDRESS):
            many = (end - start, end - start)
        if many is None:
            return None
        if kept:
            specials.append(Special(number, KEPT, data[start:end]))
        elif found.is_address:
            specials.append(Special(number, OCTET))
        elif YEAR in found.pattern:
            specials.append(Special(number, IS_YEAR if pattern == YEAR else NO_YEAR))
        steps += ((start - at, start - at), many)
        at = end
    edges = [edge for start, end in variables for edge in _edges(spans, places[start], places[end])]
    letters = data.translate(None, DIGITS)
    return Runs(letters, tuple(steps), len(data) - at, tuple(specials), tuple(edges))


def _places(body: str) -> Sequence[int]:
    """Return where each character stands in UTF-8, and where the last ends."""
    if body.isascii():
        return range(len(body) + 1)
    places = [0]
    for char in body:
        places.append(places[-1] + len(char.encode()))
    return places


def _runs_within(data: bytes, start: int, end: int, one: Loose) -> Iterator[tuple[int, int]]:
    if not one.is_address:
        yield start, end
        return
    for found in _RUN.finditer(data, start, end):
        yield found.span()


def _edges(
    spans: Sequence[tuple[int, int]], start: int, end: int
) -> tuple[tuple[int, int], tuple[int, int]]:
    within = [number for number, span in enumerate(spans) if start <= span[0] and span[1] <= end]
    first, last = within[0], within[-1]
    return (2 * first, start - spans[first][0]), (2 * last + 1, end - spans[last][1])


def _is_octet(text: bytes) -> bool:
    return int(text) <= _LARGEST_OCTET
