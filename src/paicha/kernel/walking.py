"""
A format's program run over one line, and watched: how far it looked, and where a digit decided.

A program that failed, or noted its fields, before it looked beyond some place does the same with every line
that is equal up to there. Where all digits are the same to it, it does the same with any other digit.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from paicha.kernel.steps import Program, Step

_ONE, _RUN, _NOTE, _EITHER, _GO, _AHEAD, _END, _DONE = range(8)
_ENDLESS = 2**32 - 1
#: Steps a line may cost before nothing is said of it.
_FUEL = 5000
#: What stands at a place: a character that stays, any digit, any hexadecimal digit.
KEPT, DIGIT, HEX = "k", "d", "h"
_CLASSES = {DIGIT: "0123456789", HEX: "0123456789abcdef"}
#: Numbers of what stands at a place: a character of ASCII that stays has its own.
_BEYOND_ASCII, _DIGIT, _HEX = range(128, 131)


class Walk(NamedTuple):
    """
    What a program did with a line.

    Args:
        fits: Whether it fits.
        notes: Where its fields begin (even numbers) and end (odd ones).
        reach: How many characters were looked at; one more than there are: also that the line ends there.
        pins: Places whose digit decided something.
        to_the_end: The number of the field that takes whatever is left; 0: none.
    """

    fits: bool
    notes: dict[int, int]
    reach: int
    pins: frozenset[int]
    to_the_end: int


class Undecided(Exception):
    """The program looks at what may be any hexadecimal digit, at text beyond ASCII, or for too long."""


class Watched:
    """
    A program with what its sets say of classes of characters.

    Args:
        program: The steps.
    """

    def __init__(self, program: Program) -> None:
        self.steps = program.steps
        self.ascii = [held for held, *_ in program.sets]
        self.anything = [
            all(held) and negated and not ranges and not classes
            for held, ranges, classes, negated in program.sets
        ]
        #: Whether a set holds what stands at a place, by the number of that; None: that is not all that decides.
        self.tables = [
            _table(held, is_all) for held, is_all in zip(self.ascii, self.anything, strict=True)
        ]
        #: The set that what is tried at a step needs at once; None: that is no character.
        self.firsts = _firsts(program.steps)

    def walk(self, text: str, kinds: str) -> Walk:
        """
        Run over a line.

        Args:
            text: The line.
            kinds: For each of its characters what may stand there.

        Raises:
            Undecided: If nothing can be said of the lines of these kinds.
        """
        walker = _Walker(self, text, _units(text, kinds))
        fits = walker.go(0, 0)
        pins = frozenset(walker.pins)
        return Walk(fits, walker.notes if fits else {}, walker.reach, pins, walker.open_field)


def watched(program: Program) -> Watched:
    """Return a program ready to be watched; each is made ready once."""
    return _known(_Once(program))


class _Once(NamedTuple):
    program: Program

    def __hash__(self) -> int:
        return id(self.program)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Once) and self.program is other.program


@lru_cache(maxsize=512)
def _known(once: _Once) -> Watched:
    return Watched(once.program)


def _firsts(steps: Sequence[Step]) -> list[int | None]:
    """Return for each step the set that the first character must be of; None: that is not all it asks."""
    found: list[int | None] = []
    behind: int | None = None
    for what, held, *_ in reversed(steps):
        if what != _NOTE:
            behind = held if what == _ONE else None
        found.append(behind)
    return found[::-1]


@lru_cache(maxsize=4)
def _units(text: str, kinds: str) -> bytes:
    """Return the numbers of what stands in a line; many programs look at the same."""
    numbers = {DIGIT: _DIGIT, HEX: _HEX}
    return bytes(
        numbers.get(kind) or min(ord(char), _BEYOND_ASCII)
        for char, kind in zip(text, kinds, strict=True)
    )


def _table(held: tuple[bool, ...], is_all: bool) -> tuple[bool | None, ...]:
    if is_all:
        return (True,) * (_HEX + 1)
    return (*held, None, *(_all_or_none(held, of) for of in _CLASSES.values()))


def _all_or_none(held: tuple[bool, ...], chars: str) -> bool | None:
    found = {held[ord(char)] for char in chars}
    return found.pop() if len(found) == 1 else None


class _Walker:
    def __init__(self, program: Watched, text: str, units: bytes) -> None:
        self._program = program
        self._text = text
        self._size = len(text)
        self._units = units
        self._fuel = _FUEL
        self.notes: dict[int, int] = {}
        self.reach = 0
        self.pins: set[int] = set()
        self.open_field = 0

    def go(self, step: int, at: int) -> bool:
        """Return whether the steps from one on fit the text from a place on."""
        steps = self._program.steps
        while True:
            self._fuel -= 1
            if self._fuel < 0:
                raise Undecided
            what, a, b, *_ = steps[step]
            if what == _DONE:
                return True
            if what == _RUN:
                return self._run(step, at)
            if what == _EITHER:
                return self._tries(a, at) or self.go(b, at)
            if what == _GO:
                step = a
                continue
            if what == _AHEAD:
                if self._tries(step + 1, at) != bool(b):
                    return False
                step = a
                continue
            if what == _NOTE:
                self.notes[a] = at
            elif not self._holds(a, at) if what == _ONE else not self._ends(at):
                return False
            at += what == _ONE
            step += 1

    def _ends(self, at: int) -> bool:
        self.reach = max(self.reach, at + 1)
        return at >= len(self._text)

    def _tries(self, step: int, at: int) -> bool:
        # Most tries fail at their first character: nothing was noted then.
        first = self._program.firsts[step]
        if first is not None and not self._holds(first, at):
            return False
        before = dict(self.notes)
        if self.go(step, at):
            return True
        self.notes = before
        return False

    def _run(self, step: int, at: int) -> bool:
        _, held, least, most, greedy = self._program.steps[step]
        if greedy and most == _ENDLESS and self._program.anything[held]:
            field = self._takes_the_rest(step + 1)
            if field is not None:
                return self._rest(field, at, least)
        taken = self._taken(held, at, most if greedy else least)
        if taken < least:
            return False
        if greedy:
            return any(self._tries(step + 1, at + n) for n in range(taken, least - 1, -1))
        while not self._tries(step + 1, at + taken):
            if taken >= most or not self._holds(held, at + taken):
                return False
            taken += 1
        return True

    def _taken(self, held: int, at: int, most: int) -> int:
        """Return how many characters from a place on are of a set, at most so many."""
        table, units, size = self._program.tables[held], self._units, self._size
        for place in range(at, at + most):
            told = table[units[place]] if place < size else False
            if not (self._decided(held, place) if told is None else told):
                self.reach = max(self.reach, place + 1)
                return place - at
        self.reach = max(self.reach, at + most)
        return most

    def _takes_the_rest(self, step: int) -> int | None:
        """Return the field that ends where the text ends, if nothing but the end comes; 0: no field."""
        steps, field = self._program.steps, 0
        while steps[step][0] == _NOTE:
            field = field or steps[step][1] // 2
            step += 1
        step += steps[step][0] == _END
        return field if steps[step][0] == _DONE else None

    def _rest(self, field: int, at: int, least: int) -> bool:
        self.reach = max(self.reach, at + least)
        if at + least > len(self._text):
            return False
        self.notes[2 * field + 1] = len(self._text)
        self.open_field = field
        return True

    def _holds(self, held: int, at: int) -> bool:
        if at >= self.reach:
            self.reach = at + 1
        if at >= self._size:
            return False
        told = self._program.tables[held][self._units[at]]
        return self._decided(held, at) if told is None else told

    def _decided(self, held: int, at: int) -> bool:
        """Return whether a set holds a digit, which tells digits apart."""
        if self._units[at] != _DIGIT:
            raise Undecided
        self.pins.add(at)
        return self._program.ascii[held][ord(self._text[at])]
