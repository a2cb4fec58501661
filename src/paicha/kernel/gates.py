"""
What a line must have before a pattern is worth trying: how it begins, and a text it must hold.

A line of an unknown format is offered to dozens of patterns. Most can be ruled out by one look at the
line's first characters and one search for a text that every match holds (``] [``, `` --- ``); both are
derived from the pattern, so nobody has to declare them. A gate never rules out a line that the
pattern matches; where the pattern uses syntax not understood here, the gate is open.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from paicha.kept import derived_by
from paicha.kernel import pattern_pieces
from paicha.kernel.pattern_pieces import ASCII, WIDTH, UnknownSyntaxError, all_cuts, piece_of
from paicha.values import dataclass

#: Changes with what makes gates.
MADE = derived_by(__file__, pattern_pieces.__file__)
#: The kind of every character beyond ASCII.
BEYOND = "\x80"
#: So common in lines that looking for them rules nothing out.
_EVERYWHERE = frozenset({"", " ", ":", "-", "/", ".", "  "})
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


@lru_cache(maxsize=256)
def _kinds_of(allowed: int) -> frozenset[str]:
    """Return the kinds of a set of characters (`pattern_pieces`)."""
    kinds = {_KIND_OF[chr(code)] for code in range(ASCII) if allowed >> code & 1}
    return frozenset(kinds | {BEYOND} if allowed >> ASCII else kinds)


def gate_of(pattern: str) -> Gate:
    r"""
    Return the gate of *pattern*.

    Example:
        >>> gate = gate_of(r"\[?(?P<time>\d\d:\d\d)\]? --- (?P<body>.*)")
        >>> gate.holds, *(gate.lets_begin(beginning(line)) for line in ("[05:06] --- x", "x --- [05:06]"))
        (' --- ', True, False)
    """
    try:
        piece = piece_of(pattern)
    except UnknownSyntaxError:
        return Gate()
    texts = [text for text in piece.texts if text not in _EVERYWHERE]
    begins = piece.begins
    if not begins and not piece.may_be_empty:
        begins = [piece.first]
    kinds = tuple(map(_kinds_of, begins[:WIDTH]))
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
        return piece_of(pattern).needed
    except UnknownSyntaxError:
        return frozenset()


def cuts_of(pattern: str) -> tuple[int, ...]:
    r"""
    Return where *pattern* can be cut so that its beginning is a pattern too, rising.

    Example:
        >>> cuts_of(r"\[(?P<time>\d+)\] x")
        (2, 15, 17, 18, 19)
    """
    try:
        return all_cuts(pattern)
    except UnknownSyntaxError:
        return ()


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
