"""
What a line must have before a pattern is worth trying: how it begins, and a text it must hold.

A line of an unknown format is offered to dozens of patterns. Most can be ruled out by one look at the
line's first characters and one search for a text that every match holds (``] [``, `` --- ``); both are
derived from the pattern, so nobody has to declare them. A gate never rules out a line that the
pattern matches; where the pattern uses syntax not understood here, the gate is open.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import field

from paicha.values import dataclass

#: Stands for every character beyond ASCII.
BEYOND = "\x80"
_ASCII = frozenset(map(chr, range(128))) | {BEYOND}
_CLASSES = {
    "d": frozenset("0123456789") | {BEYOND},
    "w": frozenset(char for char in map(chr, range(128)) if char.isalnum() or char == "_")
    | {BEYOND},
    "s": frozenset(" \t\n\r\f\v\x1c\x1d\x1e\x1f") | {BEYOND},
}
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}
_QUANTIFIER = re.compile(r"(?:[*+?]|\{(\d*)(,?)(\d*)\})[?+]?")
_GROUP = re.compile(r"\(\?(?:P<\w+>|:|(i):|([=!]))")
#: So common in lines that looking for them rules nothing out.
_EVERYWHERE = frozenset({"", " ", ":", "-", "/", ".", "  "})
#: How many first characters are looked at.
WIDTH = 10
#: Beginnings remembered; lines of one program share few.
_REMEMBERED = 5000
#: What stands for a class of characters in the beginning of a line.
_KIND_OF = {
    char: "0" if char.isdigit() else "a" if char.islower() else "A" if char.isupper() else char
    for char in map(chr, range(128))
}


@dataclass(frozen=True, slots=True)
class Gate:
    """
    What every line that a pattern matches has.

    `begins` says for each of its first characters which kinds it may be of; `holds` "": nothing.
    """

    begins: tuple[frozenset[str], ...] = ()
    holds: str = ""

    def lets_begin(self, kinds: str) -> bool:
        """Return whether a match may begin with characters of these *kinds*."""
        return len(kinds) >= len(self.begins) and all(
            kind in allowed for kind, allowed in zip(kinds, self.begins, strict=False)
        )


class _Kinds(dict[int, str]):
    """For `str.translate`: every character to its kind."""

    def __missing__(self, code: int) -> str:
        return BEYOND


_KINDS = _Kinds({ord(char): kind for char, kind in _KIND_OF.items()})


def beginning(text: str) -> str:
    """Return the kinds of the first characters of *text*: digits, small letters and capitals alike."""
    return text[:WIDTH].translate(_KINDS)


def _ascii(char: str) -> str:
    return min(BEYOND, char)


def gate_of(pattern: str) -> Gate:
    r"""
    Return the gate of *pattern*.

    Example:
        >>> gate = gate_of(r"\[?(?P<time>\d\d:\d\d)\]? --- (?P<body>.*)")
        >>> gate.holds, *(gate.lets_begin(beginning(line)) for line in ("[05:06] --- x", "x --- [05:06]"))
        (' --- ', True, False)
    """
    try:
        piece = _Parser(pattern).whole()
    except _Unknown:
        return Gate()
    texts = [text for text in piece.texts if text not in _EVERYWHERE]
    begins = piece.begins
    if not begins and not piece.may_be_empty:
        begins = [piece.first]
    kinds = tuple(
        frozenset(_KIND_OF.get(char, BEYOND) for char in allowed) for allowed in begins[:WIDTH]
    )
    return Gate(kinds, max(texts, key=len, default=""))


def needed_of(pattern: str) -> frozenset[str]:
    r"""
    Return texts, case-folded, of which every match of *pattern* holds one, also where case is ignored.

    None: nothing is known.

    Example:
        >>> sorted(needed_of(r"\bcould not (?:open|Read) \w+|no such file"))
        ['could not ', 'no such file']
    """
    try:
        return _Parser(pattern).whole().needed
    except _Unknown:
        return frozenset()


def cuts_of(pattern: str) -> tuple[int, ...]:
    r"""
    Return where *pattern* can be cut so that its beginning is a pattern too, rising.

    Example:
        >>> cuts_of(r"\[(?P<time>\d+)\] x")
        (2, 15, 17, 18, 19)
    """
    try:
        return _Parser(pattern).all_cuts()
    except _Unknown:
        return ()


class _Unknown(Exception):
    """Syntax that is not understood here."""


@dataclass(slots=True)
class _Piece:
    """A part of a pattern: how it may begin, whether it may be empty, what it surely holds."""

    first: frozenset[str]
    may_be_empty: bool
    texts: list[str]
    literal: str = ""  # the piece is this one character
    begins: list[frozenset[str]] = field(default_factory=list)  # its first characters, each certain
    fixed: bool = False  # `begins` is the whole piece
    needed: frozenset[str] = frozenset()  # it holds one of these; none: not known


def _one(allowed: frozenset[str], literal: str = "") -> _Piece:
    """Return the piece that is one character."""
    needed = frozenset({literal.casefold()}) if literal else frozenset[str]()
    return _Piece(allowed, False, [], literal, [allowed], True, needed)  # noqa: FBT003


def _telling(needed: frozenset[str]) -> tuple[int, int]:
    """Return how much is known where one of *needed* must be held; least where nothing is."""
    return min(map(len, needed), default=0), -len(needed)


def _nothing() -> _Piece:
    return _Piece(frozenset(), True, [], fixed=True)  # noqa: FBT003


class _Parser:
    """Reads the part of Python's pattern syntax that log formats use."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0
        self._any_case = False
        self._depth = 0
        self._is_split = False  # there are alternatives outside of groups
        self._cuts: list[int] = []  # behind each part that stands in no group

    def whole(self) -> _Piece:
        """Return what the whole pattern says."""
        piece = self._alternatives()
        if self._at < len(self._pattern):
            raise _Unknown
        return piece

    def all_cuts(self) -> tuple[int, ...]:
        """Return where the pattern can be cut; nowhere where a beginning says nothing of the whole."""
        self.whole()
        return () if self._is_split else tuple(self._cuts)

    def _alternatives(self) -> _Piece:
        branches = [self._sequence()]
        while self._peek() == "|":
            self._is_split = self._is_split or not self._depth
            self._at += 1
            branches.append(self._sequence())
        if len(branches) == 1:
            return branches[0]
        certain = min(len(branch.begins) for branch in branches)
        return _Piece(
            frozenset[str]().union(*(branch.first for branch in branches)),
            any(branch.may_be_empty for branch in branches),
            [],
            begins=[
                frozenset[str]().union(*(branch.begins[place] for branch in branches))
                for place in range(certain)
            ],
            fixed=all(branch.fixed and len(branch.begins) == certain for branch in branches),
            needed=frozenset[str]().union(*(branch.needed for branch in branches))
            if all(branch.needed for branch in branches)
            else frozenset(),
        )

    def _sequence(self) -> _Piece:
        whole = _nothing()
        run = ""
        while self._at < len(self._pattern) and self._peek() not in "|)":
            item = self._item()
            least, most = self._quantifier()
            if not self._depth:
                self._cuts.append(self._at)
            if whole.may_be_empty:
                whole.first |= item.first
                whole.may_be_empty = item.may_be_empty or least == 0
            if whole.fixed and len(whole.begins) < WIDTH:
                whole.begins += item.begins * (least if item.fixed else min(least, 1))
                whole.fixed = item.fixed and least == most
            if item.literal and least == most == 1:
                run += item.literal
                continue
            whole.texts.append(run)
            run = ""
            if least > 0:
                whole.texts += item.texts or [item.literal]
                whole.needed = max(whole.needed, item.needed, key=_telling)
        whole.texts.append(run)
        runs = [frozenset({text.casefold()}) for text in whole.texts if text]
        whole.needed = max([whole.needed, *runs], key=_telling)
        return whole

    def _peek(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _take(self) -> str:
        char = self._peek()
        if not char:
            raise _Unknown
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

    def _item(self) -> _Piece:
        char = self._take()
        if char == "(":
            return self._group()
        if char == "[":
            return _one(self._set())
        if char == ".":
            return _one(_ASCII)
        if char in "^$":
            return _nothing()
        if char in "*+?{":
            raise _Unknown
        if char == "\\":
            return self._escape()
        return self._literal(char)

    def _literal(self, char: str) -> _Piece:
        if self._any_case and char.lower() != char.upper():
            both = frozenset(map(_ascii, (char.lower(), char.upper())))
            return _one(both | {BEYOND})
        return _one(frozenset(_ascii(char)), char)

    def _escape(self) -> _Piece:
        if self._peek() == "b":
            self._at += 1
            return _nothing()
        found = self._escaped()
        if isinstance(found, str):
            return self._literal(found)
        return _one(found)

    def _escaped(self) -> str | frozenset[str]:
        """Return what follows a backslash: one character, or a class of them."""
        char = self._take()
        if char in _CLASSES:
            return _CLASSES[char]
        if char.lower() in _CLASSES:
            return _ASCII - (_CLASSES[char.lower()] - {BEYOND})
        if char in _CONTROLS:
            return _CONTROLS[char]
        digits = {"x": 2, "u": 4}.get(char, 0)
        if digits:
            code = self._pattern[self._at : self._at + digits]
            self._at += digits
            return chr(int(code, 16))
        if char.isalnum():
            raise _Unknown
        return char

    def _set(self) -> frozenset[str]:
        chars: set[str] = set()
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
                    raise _Unknown
                chars |= set(map(_ascii, map(chr, range(ord(low), ord(high) + 1))))
            else:
                chars |= {_ascii(low)} if isinstance(low, str) else low
        self._at += 1
        if self._any_case:
            chars |= {other for char in chars for other in (char.lower(), char.upper(), BEYOND)}
        return frozenset(_ASCII - (chars - {BEYOND}) if negated else chars)

    def _member(self) -> str | frozenset[str]:
        char = self._take()
        return self._escaped() if char == "\\" else char

    def _group(self) -> _Piece:
        looks, ignores = "", False
        if self._peek() == "?":
            found = _GROUP.match(self._pattern, self._at - 1)
            if found is None:
                raise _Unknown
            ignores, looks = found.group(1) is not None, found.group(2) or ""
            self._at = found.end()
        before = self._any_case
        self._any_case = before or ignores
        self._depth += 1
        piece = self._alternatives()
        self._depth -= 1
        self._any_case = before
        if self._take() != ")":
            raise _Unknown
        if looks:  # looked at and given back: says nothing of what comes
            return _nothing()
        return _Piece(
            piece.first,
            piece.may_be_empty,
            piece.texts,
            begins=piece.begins,
            fixed=piece.fixed,
            needed=piece.needed,
        )


class Gates:
    """
    Many gates at once.

    Args:
        gates: The gates, in the order in which those that let a line in are wanted.
    """

    def __init__(self, gates: Sequence[Gate]) -> None:
        self._gates = tuple(gates)
        self._known: dict[str, tuple[int, ...]] = {}

    def of(self, text: str) -> tuple[int, ...]:
        """Return the places of the gates that let *text* in by its beginning, in their order."""
        kinds = text[:WIDTH].translate(_KINDS)
        found = self._known.get(kinds)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[kinds] = tuple(
                place for place, gate in enumerate(self._gates) if gate.lets_begin(kinds)
            )
        return found
