"""
What a pattern says of the texts it matches: how they may begin, what they surely hold, where it can be cut.

Read of the part of Python's pattern syntax that log formats use. A set of characters is the bits of a number, one for
each ASCII character and one for all beyond: thousands of patterns are read when nothing is kept of a former start, and
unions of numbers cost a tenth of those of sets.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable
from dataclasses import field
from functools import reduce
from operator import or_

from paicha.values import dataclass

#: Characters with a bit of their own; the bit behind these stands for every other.
ASCII = 128
BEYOND = 1 << ASCII
_ALL = (1 << ASCII + 1) - 1
#: How many first characters are looked at.
WIDTH = 10
#: Groups this long or longer are remembered: most patterns of formats hold one of the same few stamps.
_LONG, _REMEMBERED = 32, 500

_BIT_OF = {chr(code): 1 << code for code in range(ASCII)}


def _bit(char: str) -> int:
    """Return the set of one character."""
    return _BIT_OF.get(char, BEYOND)


def _union(sets: Iterable[int]) -> int:
    return reduce(or_, sets, 0)


def _bits(chars: str) -> int:
    """Return the set of some characters."""
    return _union(map(_bit, chars))


_CLASSES = {
    "d": _bits("0123456789") | BEYOND,
    "w": _bits("".join(char for char in map(chr, range(ASCII)) if char.isalnum() or char == "_"))
    | BEYOND,
    "s": _bits(" \t\n\r\f\v\x1c\x1d\x1e\x1f") | BEYOND,
}
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}
_QUANTIFIER = re.compile(r"(?:[*+?]|\{(\d*)(,?)(\d*)\})[?+]?")
_GROUP = re.compile(r"\(\?(?:P<\w+>|:|(i):|([=!]))")
#: Characters that stand for themselves, none of which is repeated.
_PLAIN = re.compile(r"[^\\\[\](){}.*+?^$|]+(?![*+?{])")


class UnknownSyntaxError(Exception):
    """Syntax that is not understood here."""


@dataclass(slots=True)
class Piece:
    """A part of a pattern: how it may begin, whether it may be empty, what it surely holds."""

    first: int
    may_be_empty: bool
    texts: list[str]
    literal: str = ""  # the piece is this one character
    begins: list[int] = field(default_factory=list)  # its first characters, each certain
    fixed: bool = False  # `begins` is the whole piece
    needed: frozenset[str] = frozenset()  # it holds one of these, case-folded; none: not known


def piece_of(pattern: str) -> Piece:
    """
    Return what *pattern* says.

    Raises:
        UnknownSyntaxError: If that is not known.
    """
    return _Parser(pattern).whole()


def all_cuts(pattern: str) -> tuple[int, ...]:
    """
    Return where *pattern* can be cut; nowhere where a beginning says nothing of the whole.

    Raises:
        UnknownSyntaxError: If that is not known.
    """
    return _Parser(pattern).all_cuts()


def _one(allowed: int, literal: str = "") -> Piece:
    """Return the piece that is one character."""
    needed = frozenset({literal.casefold()}) if literal else frozenset[str]()
    return Piece(allowed, False, [], literal, [allowed], True, needed)  # noqa: FBT003


def _telling(needed: frozenset[str]) -> tuple[int, int]:
    """Return how much is known where one of *needed* must be held; least where nothing is."""
    return min(map(len, needed), default=0), -len(needed)


def _nothing() -> Piece:
    return Piece(0, True, [], fixed=True)  # noqa: FBT003


#: By how a group begins (and whether case is ignored): the whole of each, and what it says. Pieces of groups are not changed.
_groups: dict[tuple[bool, str], list[tuple[str, Piece]]] = {}


class _Parser:
    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0
        self._any_case = False
        self._depth = 0
        self._is_split = False  # there are alternatives outside of groups
        self._cuts: list[int] = []  # behind each part that stands in no group

    def whole(self) -> Piece:
        """Return what the whole pattern says."""
        piece = self._alternatives()
        if self._at < len(self._pattern):
            raise UnknownSyntaxError
        return piece

    def all_cuts(self) -> tuple[int, ...]:
        """Return where the pattern can be cut; nowhere where a beginning says nothing of the whole."""
        self.whole()
        return () if self._is_split else tuple(self._cuts)

    def _alternatives(self) -> Piece:
        branches = [self._sequence()]
        while self._peek() == "|":
            self._is_split = self._is_split or not self._depth
            self._at += 1
            branches.append(self._sequence())
        if len(branches) == 1:
            return branches[0]
        certain = min(len(branch.begins) for branch in branches)
        return Piece(
            _union(branch.first for branch in branches),
            any(branch.may_be_empty for branch in branches),
            [],
            begins=[
                _union(branch.begins[place] for branch in branches) for place in range(certain)
            ],
            fixed=all(branch.fixed and len(branch.begins) == certain for branch in branches),
            needed=frozenset[str]().union(*(branch.needed for branch in branches))
            if all(branch.needed for branch in branches)
            else frozenset(),
        )

    def _sequence(self) -> Piece:
        whole = _nothing()
        run = ""
        while self._at < len(self._pattern) and self._peek() not in "|)":
            plain = None if self._any_case else _PLAIN.match(self._pattern, self._at)
            if plain is not None:
                run += self._plain(whole, plain.group())
                continue
            item = self._item()
            least, most = self._quantifier()
            if not self._depth:
                self._cuts.append(self._at)
            _begin(whole, item, least, most)
            if item.literal and least == most == 1:
                run += item.literal
                continue
            whole.texts.append(run)
            run = ""
            if least == 0:
                continue
            whole.texts += item.texts or [item.literal]
            if item.needed:
                whole.needed = max(whole.needed, item.needed, key=_telling)
        whole.texts.append(run)
        longest = max((text.casefold() for text in whole.texts), key=len)
        if longest:
            whole.needed = max(whole.needed, frozenset({longest}), key=_telling)
        return whole

    def _plain(self, whole: Piece, text: str) -> str:
        """Return characters that stand for themselves, behind what is *whole* so far."""
        start = self._at
        self._at += len(text)
        if not self._depth:
            self._cuts += range(start + 1, self._at + 1)
        if whole.may_be_empty:
            whole.first |= _bit(text[0])
            whole.may_be_empty = False
        if whole.fixed:
            room = max(WIDTH - len(whole.begins), 0)
            whole.begins += map(_bit, text[:room])
        return text

    def _peek(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _take(self) -> str:
        char = self._peek()
        if not char:
            raise UnknownSyntaxError
        self._at += 1
        return char

    def _quantifier(self) -> tuple[int, int]:
        found = _QUANTIFIER.match(self._pattern, self._at)
        if found is None:
            return 1, 1
        self._at = found.end()
        if found.group()[0] != "{":
            return (1 if found.group()[0] == "+" else 0), 2
        least, comma, most = found.groups()
        return int(least or 0), int(most or 9) if comma else int(least or 0)

    def _item(self) -> Piece:
        char = self._take()
        if char == "(":
            return self._group()
        if char == "[":
            return _one(self._set())
        if char == ".":
            return _one(_ALL)
        if char in "^$":
            return _nothing()
        if char in "*+?{":
            raise UnknownSyntaxError
        if char == "\\":
            return self._escape()
        return self._literal(char)

    def _literal(self, char: str) -> Piece:
        if self._any_case and char.lower() != char.upper():
            return _one(_bits(char.lower() + char.upper()) | BEYOND)
        return _one(_bit(char), char)

    def _escape(self) -> Piece:
        if self._peek() == "b":
            self._at += 1
            return _nothing()
        found = self._escaped()
        return self._literal(found) if isinstance(found, str) else _one(found)

    def _escaped(self) -> str | int:
        """Return what follows a backslash: one character, or a class of them."""
        char = self._take()
        if char in _CLASSES:
            return _CLASSES[char]
        if char.lower() in _CLASSES:
            return _all_but(_CLASSES[char.lower()])
        if char in _CONTROLS:
            return _CONTROLS[char]
        digits = {"x": 2, "u": 4}.get(char, 0)
        if digits:
            code = self._pattern[self._at : self._at + digits]
            self._at += digits
            if not all(digit in string.hexdigits for digit in code):
                raise UnknownSyntaxError  # RE2 writes \x{1F600}, too
            return chr(int(code, 16))
        if char.isalnum():
            raise UnknownSyntaxError
        return char

    def _set(self) -> int:
        chars = 0
        negated = self._peek() == "^"
        self._at += negated
        first = True
        while first or self._peek() != "]":
            first = False
            low = self._member()
            if self._peek() == "-" and self._pattern[self._at + 1 : self._at + 2] != "]":
                self._at += 1
                high = self._member()
                if not (isinstance(low, str) and isinstance(high, str)):
                    raise UnknownSyntaxError
                chars |= _between(low, high)
            else:
                chars |= _bit(low) if isinstance(low, str) else low
        self._at += 1
        if self._any_case:
            chars = _of_any_case(chars)
        return _all_but(chars) if negated else chars

    def _member(self) -> str | int:
        char = self._take()
        return self._escaped() if char == "\\" else char

    def _group(self) -> Piece:
        start = self._at
        key = (self._any_case, self._pattern[start : start + _LONG])
        for text, known in _groups.get(key, ()):
            if self._pattern.startswith(text, start):
                self._at += len(text)
                return known
        piece = self._new_group()
        if self._at - start >= _LONG and len(_groups) < _REMEMBERED:
            _groups.setdefault(key, []).append((self._pattern[start : self._at], piece))
        return piece

    def _new_group(self) -> Piece:
        looks, ignores = "", False
        if self._peek() == "?":
            found = _GROUP.match(self._pattern, self._at - 1)
            if found is None:
                raise UnknownSyntaxError
            ignores, looks = found.group(1) is not None, found.group(2) or ""
            self._at = found.end()
        before = self._any_case
        self._any_case = before or ignores
        self._depth += 1
        piece = self._alternatives()
        self._depth -= 1
        self._any_case = before
        if self._take() != ")":
            raise UnknownSyntaxError
        if looks:  # looked at and given back: says nothing of what comes
            return _nothing()
        return piece


def _begin(whole: Piece, item: Piece, least: int, most: int) -> None:
    """Note how *whole* begins where *item* stands behind it, so often."""
    if whole.may_be_empty:
        whole.first |= item.first
        whole.may_be_empty = item.may_be_empty or least == 0
    if whole.fixed and len(whole.begins) < WIDTH:
        whole.begins += item.begins * (least if item.fixed else min(least, 1))
        whole.fixed = item.fixed and least == most


def _all_but(chars: int) -> int:
    """Return all characters but these; some beyond ASCII are among them whatever these hold."""
    return _ALL & ~(chars & ~BEYOND)


def _between(low: str, high: str) -> int:
    """Return the characters from *low* to *high*."""
    start, end = min(ord(low), ASCII), min(ord(high), ASCII)
    return (1 << end + 1) - (1 << start) if ord(low) <= ord(high) else 0


def _of_any_case(chars: int) -> int:
    """Return characters with those that they are in the other case."""
    held = [char for char in map(chr, range(ASCII)) if chars >> ord(char) & 1]
    both = _bits("".join(char.lower() + char.upper() for char in held))
    return chars | both | (BEYOND if chars else 0)
