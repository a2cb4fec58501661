"""
A format's pattern as a program of few steps, for the native twin to run over a line once.

The pattern stays the specification: Python's own engine reads the lines that the twin does not decide,
and a law holds the two equal. What a class holds beyond ASCII is what the running Python says (`classes_beyond`).
"""

from __future__ import annotations

import re
import struct
import sys
from array import array
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from importlib import import_module
from itertools import chain
from typing import Any, NamedTuple, cast

from paicha.kept import derived, derived_by

# The standard library's own parser of patterns: what it says is what `re` does.
_parser: Any = import_module("re._parser")
_constants: Any = import_module("re._constants")

#: The number of a step, as `native/src/packed.rs` reads it.
_ONE, _RUN, _NOTE, _EITHER, _GO, _AHEAD, _END, _DONE, _ATOMIC = range(9)
#: Stands for no upper bound.
_ENDLESS = 2**32 - 1
#: Groups that a program can note.
_GROUPS = 23
#: Further repetitions of more than one character are too long a program.
_UNROLLED = 16
#: Changes with the code here.
_KIND = derived_by(__file__)
_GROWS = f"grows {_KIND}"
_PACKED = f"packed {_KIND}"
_ASCII = [chr(code) for code in range(128)]
#: What a character beyond ASCII is to `re`; every one is one of these.
_DIGIT, _LETTER, _SPACE, _OTHER = 1, 2, 4, 8
_ALL = _DIGIT | _LETTER | _SPACE | _OTHER
#: What each category holds: of ASCII, and of what lies beyond.
_CATEGORIES: dict[str, tuple[str, int]] = {
    "CATEGORY_DIGIT": (r"\d", _DIGIT),
    "CATEGORY_NOT_DIGIT": (r"\D", _ALL - _DIGIT),
    "CATEGORY_SPACE": (r"\s", _SPACE),
    "CATEGORY_NOT_SPACE": (r"\S", _ALL - _SPACE),
    "CATEGORY_WORD": (r"\w", _DIGIT | _LETTER),
    "CATEGORY_NOT_WORD": (r"\W", _SPACE | _OTHER),
}
#: Characters whose class is told; what lies beyond is Python's: tags, and what is for private use.
_TOLD = 0x40000

Step = tuple[int, int, int, int, int]
#: ASCII characters held, ranges and classes beyond, whether these are what is not held.
CharSet = tuple[tuple[bool, ...], tuple[tuple[int, int], ...], int, bool]
#: The same, the characters of ASCII as bits: of thousands of such sets in a pattern a few differ.
_Bits = tuple[int, tuple[tuple[int, int], ...], int, bool]


class Program(NamedTuple):
    """Steps and the sets they name."""

    steps: list[Step]
    sets: list[CharSet]


class NotCompilable(Exception):
    """The pattern says something that no step does."""


@lru_cache(maxsize=512)
def compile_steps(
    pattern: str, *, whole: bool = False, unrolled: int = _UNROLLED, atomic: bool = False
) -> tuple[Program, dict[str, int]]:
    """
    Return a pattern as steps, and the numbers of its named groups.

    Args:
        pattern: As `re` reads it, with a dot for any character.
        whole: Whether it must reach the end of the text, as with `fullmatch`.
        unrolled: How often more than one character may be repeated.
        atomic: Whether what gives nothing back may be steps, which the twin alone knows.

    Raises:
        NotCompilable: If the pattern uses what no step does (references, flags within, bounds of words).
    """
    how = f"{whole} {unrolled} {atomic} {pattern}"
    asked = {"whole": whole, "unrolled": unrolled, "atomic": atomic}
    written = derived(_KIND, how, lambda: _as_lists(pattern, **asked))
    if isinstance(written, str):
        raise NotCompilable(written)
    steps, sets, groups = written
    return Program(
        [tuple(step) for step in steps],
        [
            (_of_ascii(ascii_), tuple((first, last) for first, last in beyond), *how)
            for ascii_, beyond, *how in sets
        ],
    ), groups


@lru_cache(maxsize=4096)
def _of_ascii(held: str) -> tuple[bool, ...]:
    # Of ten thousand sets in all formats' patterns some hundred differ: to make each anew took half a second of a start.
    return tuple(one == "1" for one in held)


@lru_cache(maxsize=512)
def packed_steps(
    pattern: str, *, whole: bool = False, unrolled: int = _UNROLLED, atomic: bool = False
) -> tuple[bytes, dict[str, int]]:
    """
    Return what `compile_steps` does, the program as the twin takes it: `native/src/packed.rs` says how.

    Only this is made where the twin reads: a program is a thousand small objects.

    Raises:
        NotCompilable: As `compile_steps` does.
    """
    how = f"{whole} {unrolled} {atomic} {pattern}"
    asked = {"whole": whole, "unrolled": unrolled, "atomic": atomic}
    written = derived(_PACKED, how, lambda: _as_bytes(pattern, **asked))
    if isinstance(written, str):
        raise NotCompilable(written)
    packed, groups = written
    return packed, groups


@cache
def classes_beyond() -> bytes:
    """Return where beyond ASCII each run of characters of one class begins, and which: pairs of four bytes each."""
    told: bytes = derived(f"classes {_KIND}", sys.version, _classes_beyond)
    return told


def _classes_beyond() -> bytes:
    text = (
        array("I", range(128, _TOLD))
        .tobytes()
        .decode(f"utf-32-{sys.byteorder[0]}e", "surrogatepass")
    )
    runs: list[int] = []
    kinds = (r"(\d+)|([^\W\d]+)|(\s+)|[^\w\s]+", (_DIGIT, _LETTER, _SPACE))
    for found in re.finditer(kinds[0], text):
        kind = kinds[1][found.lastindex - 1] if found.lastindex else _OTHER
        runs += [found.start() + 128, kind]
    return struct.pack(f"<{len(runs) + 2}I", *runs, _TOLD, 0)


def _as_bytes(pattern: str, **asked: int) -> list[object] | str:
    """Return the program packed and its groups, or why there is none."""
    try:
        writer, groups = _compiled(pattern, **asked)
    except NotCompilable as reason:
        return str(reason)
    numbers = [len(writer.steps), *chain(*writer.steps), len(writer.sets)]
    for held, ranges, classes, negated in writer.sets:
        numbers += [held >> part & 0xFFFFFFFF for part in (0, 32, 64, 96)]
        numbers += [negated | classes << 1, len(ranges), *chain(*ranges)]
    return [struct.pack(f"<{len(numbers)}I", *numbers), groups]


def _as_lists(pattern: str, **asked: int) -> list[object] | str:
    """Return the program as JSON can say it, or why there is none."""
    try:
        writer, groups = _compiled(pattern, **asked)
    except NotCompilable as reason:
        return str(reason)
    sets = [
        [f"{held:0128b}"[::-1], [list(span) for span in beyond], *how]
        for held, beyond, *how in writer.sets
    ]
    return [[list(step) for step in writer.steps], sets, groups]


def _compiled(
    pattern: str, *, whole: int, unrolled: int, atomic: int
) -> tuple[_Writer, dict[str, int]]:
    tree = _parser.parse(pattern, _parser.SRE_FLAG_DOTALL)
    if tree.state.groups - 1 > _GROUPS:
        raise NotCompilable("groups")
    writer = _Writer(unrolled, atomic=bool(atomic))
    writer.sequence(tree)
    if whole:
        writer.step(_END)
    writer.step(_DONE)
    return writer, dict(tree.state.groupdict)


@lru_cache(maxsize=512)
def only_grows(pattern: str) -> bool:
    r"""
    Return whether a text that a pattern fits is still fitted when lines are put to its end.

    Example:
        >>> only_grows(r"begun\n(?P<body>.*)"), only_grows(r"begun\n(?P<body>.*)end$"), only_grows("[^a]+(?!b)")
        (True, False, False)
    """
    found: bool = derived(_GROWS, pattern, lambda: _only_grows(pattern))
    return found


def _only_grows(pattern: str) -> bool:
    tree = _parser.parse(pattern, _parser.SRE_FLAG_DOTALL)
    return _takes_the_rest(tree) and not any(_may_look_behind(node) for node in tree)


def _takes_the_rest(nodes: Sequence[tuple[Any, Any]]) -> bool:
    if not nodes:
        return False
    name, value = str(nodes[-1][0]), nodes[-1][1]
    if name == "SUBPATTERN":
        return _takes_the_rest(value[3])
    if name == "BRANCH":
        return all(map(_takes_the_rest, value[1]))
    if name != "MAX_REPEAT" or value[1] is not _constants.MAXREPEAT:
        return False
    single = _single(str(value[2][0][0]), value[2][0][1], any_case=False)
    return len(value[2]) == 1 and single == _set_of((("NEGATE", None),), any_case=False)


def _may_look_behind(node: tuple[Any, Any]) -> bool:
    """Return whether a part of a pattern may ask what stands behind the line in which it ends."""
    name, value = str(node[0]), node[1]
    if name == "AT":
        return True
    if name in ("ASSERT", "ASSERT_NOT"):
        return any(_may_end_a_line(one) for one in value[1])
    return any(_may_look_behind(one) for one in _inside(name, value))


def _may_end_a_line(node: tuple[Any, Any]) -> bool:
    name, value = str(node[0]), node[1]
    single = _single(name, value, any_case=False)
    if single is not None:
        return bool(single[0] >> ord("\n") & 1)
    return name == "AT" or any(_may_end_a_line(one) for one in _inside(name, value))


def _inside(name: str, value: Any) -> Iterable[tuple[Any, Any]]:
    if name == "SUBPATTERN":
        return cast("Iterable[tuple[Any, Any]]", value[3])
    if name == "BRANCH":
        return chain(*value[1])
    return cast("Iterable[tuple[Any, Any]]", value[2]) if name.endswith("_REPEAT") else ()


class _Writer:
    def __init__(self, unrolled: int, *, atomic: bool) -> None:
        self._unrolled = unrolled
        self._atomic = atomic
        self.steps: list[Step] = []
        self.sets: list[_Bits] = []
        self._known: dict[_Bits, int] = {}
        self._any_case = False

    def step(self, what: int, *facts: int) -> int:
        """Append a step and return its place."""
        a, b, c, d = (*facts, 0, 0, 0, 0)[:4]
        self.steps.append((what, a, b, c, d))
        return len(self.steps) - 1

    def sequence(self, nodes: Iterable[tuple[Any, Any]]) -> None:
        """Append the steps of one thing after another."""
        for name, value in nodes:
            self._node(str(name), value)

    def _node(self, name: str, value: Any) -> None:
        single = _single(name, value, any_case=self._any_case)
        if single is not None:
            self.step(_ONE, self._set(single))
        elif name in ("MAX_REPEAT", "MIN_REPEAT"):
            self._repeat(*value, greedy=name == "MAX_REPEAT")
        elif name == "POSSESSIVE_REPEAT" and self._atomic:
            start = self.step(_ATOMIC)
            self._repeat(*value, greedy=True)
            self.step(_NOTE, 0)  # where it ends: no group has this number
            self.step(_DONE)
            self._aim(start, len(self.steps))
        elif name == "SUBPATTERN":
            self._group(*value)
        elif name == "BRANCH":
            self._branch(value[1])
        elif name in ("ASSERT", "ASSERT_NOT") and value[0] == 1:
            start = self.step(_AHEAD, 0, int(name == "ASSERT"))
            self.sequence(value[1])
            self.step(_DONE)
            self._aim(start, len(self.steps))
        elif name == "AT" and str(value) in ("AT_END", "AT_END_STRING"):
            self.step(_END)
        elif name != "AT" or str(value) not in ("AT_BEGINNING", "AT_BEGINNING_STRING"):
            raise NotCompilable(name)

    def _set(self, held: _Bits) -> int:
        if held not in self._known:
            self._known[held] = len(self.sets)
            self.sets.append(held)
        return self._known[held]

    def _aim(self, place: int, target: int) -> None:
        what, _, b, c, d = self.steps[place]
        self.steps[place] = (what, target, b, c, d)

    def _group(self, number: int | None, add: int, remove: int, inside: Any) -> None:
        if remove or add not in (0, re.IGNORECASE):
            raise NotCompilable("flags")
        before, self._any_case = self._any_case, self._any_case or bool(add)
        if number is not None:
            self.step(_NOTE, 2 * number)
        self.sequence(inside)
        if number is not None:
            self.step(_NOTE, 2 * number + 1)
        self._any_case = before

    def _branch(self, ways: Sequence[Any]) -> None:
        ends: list[int] = []
        for way in ways[:-1]:
            start = self.step(_EITHER, len(self.steps) + 1, 0)
            self.sequence(way)
            ends.append(self.step(_GO))
            what, a, _, c, d = self.steps[start]
            self.steps[start] = (what, a, len(self.steps), c, d)
        self.sequence(ways[-1])
        for end in ends:
            self._aim(end, len(self.steps))

    def _repeat(self, least: int, most: Any, inside: Any, *, greedy: bool) -> None:
        endless = most is _constants.MAXREPEAT
        single = (
            _single(str(inside[0][0]), inside[0][1], any_case=self._any_case)
            if len(inside) == 1
            else None
        )
        if single is not None:
            self.step(_RUN, self._set(single), least, _ENDLESS if endless else most, int(greedy))
            return
        if endless or most > self._unrolled:
            raise NotCompilable("repetition")
        for _ in range(least):
            self.sequence(inside)
        starts: list[int] = []
        for _ in range(most - least):
            starts.append(self.step(_EITHER))
            self.sequence(inside)
        for start in starts:
            into, past = start + 1, len(self.steps)
            self.steps[start] = (_EITHER, *((into, past) if greedy else (past, into)), 0, 0)


#: Characters beyond ASCII that are an ASCII letter where case is ignored: dotted and dotless i, Kelvin's, long s.
_ALSO_LETTERS = ((0x130, "i"), (0x131, "i"), (0x212A, "k"), (0x17F, "s"))


def _single(name: str, value: Any, *, any_case: bool) -> _Bits | None:
    """Return the set of a node that takes exactly one character; None for any other."""
    if name == "LITERAL":
        return _set_of((("LITERAL", value),), any_case=any_case)
    if name == "NOT_LITERAL":
        return _set_of((("NEGATE", None), ("LITERAL", value)), any_case=any_case)
    if name == "ANY":  # with DOTALL
        return _set_of((("NEGATE", None),), any_case=False)
    if name == "IN":
        return _set_of(tuple((str(what), one) for what, one in value), any_case=any_case)
    return None


@lru_cache(maxsize=2048)  # of tens of thousands in all formats a few hundred differ
def _set_of(items: tuple[tuple[str, Any], ...], *, any_case: bool) -> _Bits:
    negated = bool(items) and items[0][0] == "NEGATE"
    held = classes = 0
    ranges: list[tuple[int, int]] = []
    for what, value in items[1:] if negated else items:
        if what == "CATEGORY":
            category, beyond = _CATEGORIES[str(value)]
            classes |= beyond
            held |= _bits_of(category)
            continue
        first, last = value if what == "RANGE" else (value, value)
        held |= (2 << min(last, 127)) - (1 << min(first, 128))
        if last > 127:
            ranges.append((max(first, 128), last))
    if any_case:
        if any(map(_is_cased, chain(*(range(first, last + 1) for first, last in ranges)))):
            raise NotCompilable("cases beyond ASCII")
        held = sum(1 << ord(char) for char in _ASCII if held >> ord(char.swapcase()) & 1) | held
        ranges += [(code, code) for code, letter in _ALSO_LETTERS if held >> ord(letter) & 1]
    if negated:
        held ^= 2**128 - 1
    if classes == _ALL:  # then nothing of it is left out
        return held, (), 0, not negated
    return held, tuple(ranges), classes, negated


@lru_cache(maxsize=16)
def _bits_of(category: str) -> int:
    holds = re.compile(category).match
    return sum(1 << code for code, char in enumerate(_ASCII) if holds(char))


def _is_cased(code: int) -> bool:
    """Return whether `re` knows another case of a character."""
    char = chr(code)
    return not char == char.lower() == char.upper() == char.casefold()
