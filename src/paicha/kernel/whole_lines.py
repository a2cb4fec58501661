"""
How lines are read that are like one that was read: a recipe, which is a header with the spelling of a message.

Most are told by runs of digits: those of the header, which keep their places, and those of the message.
What is asked of the places and lengths of runs a line's *form* tells: what it is with every digit as zero. So it is
asked once of all lines of one form; what digits they are is asked of each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from paicha.kernel.headers import Header
from paicha.kernel.runs import DIGITS, KEPT, Runs
from paicha.kernel.spellings import Spelling

_RUN = re.compile(rb"[0-9]+")


class Check(NamedTuple):
    """
    What is asked of digits.

    Args:
        kind: What that is; see `paicha.kernel.runs`.
        text: What they must be.
        begin: Where they begin: the number of an edge of a run, and how many bytes behind it.
        end: Where they end.
    """

    kind: str
    text: bytes
    begin: tuple[int, int]
    end: tuple[int, int]


class Whole(NamedTuple):
    """
    Where the runs of digits of a line stand, as `paicha.kernel.runs.Runs` says it of a message.

    Args:
        letters: The line without its digits.
        steps: Least and most bytes from one edge to the next.
        checks: What is asked of digits.
        edges: Of each variable that differs where it begins, and where it ends.
    """

    letters: bytes
    steps: tuple[tuple[int, int], ...]
    checks: tuple[Check, ...]
    edges: tuple[tuple[int, int], ...]


class Recipe:
    """
    A header with a spelling.

    Args:
        header: The header.
        spelling: The message's.
        body: The message it was learned from.
    """

    __slots__ = ("_lines", "header", "is_hex", "is_wide", "number", "spelling", "whole")

    def __init__(self, header: Header, spelling: Spelling, body: bytes) -> None:
        self.header = header
        self.spelling = spelling
        #: Whether there is text beyond ASCII: it never varies.
        self.is_wide = not body.isascii()
        #: Whether letters may be digits in its lines.
        self.is_hex = header.is_hex or spelling.is_hex
        #: The same told by runs of digits; None where more decides.
        self.whole = None if spelling.runs is None else whole_of(header, spelling.runs)
        #: Its number among those that are; see `paicha.kernel.recipe_tables`.
        self.number = -1
        self._lines: re.Pattern[bytes] | None = None

    @property
    def lines(self) -> re.Pattern[bytes]:
        """
        What takes lines one by one, but for what none of them may hold, and for their headers (`begun`).

        Its first group is what stands before the message, or nothing where it does not fit; then come the variables
        that differ.
        """
        if self._lines is None:
            head = self.header
            # Many headers share a pattern that asks for their length alone: making one takes a millisecond.
            looked = head.pattern(head.body, head.end)
            self._lines = _of_lines(head.body, looked, self.spelling.pattern)
        return self._lines

    def begun(self, beginnings: Sequence[bytes]) -> Sequence[bytes]:
        """Return what stands before messages, as `lines` found it; of lines with another header nothing."""
        return self.header.among(beginnings)

    @property
    def reach(self) -> int:
        """How many first characters of its lines keep their places."""
        return max(self.header.end, self.header.body + self.spelling.firm)

    def fits(self, line: bytes) -> bool:
        """Return whether a line is read by it."""
        if self.spelling.runs is not None:
            return self.header.fits(line) and self.spelling.fits(line[self.header.body :])
        # The pattern is made anyway; that of the message alone is asked for less often.
        found = self.lines.fullmatch(line + b"\n")
        return bool(found and found[1]) and self.header.fits(line)


@lru_cache(maxsize=4096)
def _of_lines(before: int, looked: bytes, message: bytes) -> re.Pattern[bytes]:
    # A line it does not fit is taken without a group, so that each has its place in what is found.
    return re.compile(rb"^(?:(.{%d})(?=%s)%s|.*)\n" % (before, looked, message), re.MULTILINE)


def whole_of(header: Header, runs: Runs) -> Whole | None:
    """Return the spelling of lines with a header and a message; None where runs do not tell it."""
    text, body = header.text, header.body
    letters = text[:body].translate(None, DIGITS) + runs.letters
    if header.is_hex or any(one.translate(None, DIGITS) in letters for one in header.absent):
        return None
    before = [found.span() for found in _RUN.finditer(text, 0, body)]
    at = before[-1][1] if before else 0
    if at == body and runs.steps and runs.steps[0][0] == 0:
        return None  # one run of both
    steps = list(_fixed(before))
    behind = list(runs.steps)
    if behind:
        gap = body - at + behind[0][0]
        behind[0] = (gap, gap)
    # What is looked at of a message has its runs where the header's line has them; the last may go on.
    looked = [found.span() for found in _RUN.finditer(text, body, header.end)]
    if 2 * len(looked) > len(behind):
        return None
    for number, (start, end) in enumerate(looked):
        least, most = behind[2 * number + 1]
        size = end - start
        behind[2 * number + 1] = max(least, size), most if end == header.end else min(most, size)
    n = len(before)
    checks = [*_pinned(header, before + looked)]
    for one in runs.specials:
        first = 2 * (n + one.run)
        checks.append(Check(one.kind, one.text, (first, 0), (first + 1, 0)))
    edges = tuple((2 * n + edge, shift) for edge, shift in runs.edges)
    return Whole(letters, (*steps, *behind), tuple(checks), edges)


def _fixed(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    at = 0
    for start, end in spans:
        yield start - at, start - at
        yield end - start, end - start
        at = end


def _pinned(header: Header, spans: list[tuple[int, int]]) -> Iterator[Check]:
    """Yield the digits of a header that are the same in all of its lines."""
    for at, digit in header.pins:
        number = next(number for number, (start, end) in enumerate(spans) if start <= at < end)
        shift = at - spans[number][0]
        yield Check(KEPT, digit, (2 * number, shift), (2 * number, shift + 1))
