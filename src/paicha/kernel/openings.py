"""
Columns that messages begin with because their header went on where no format could tell.

A number behind the level, a name with a colon, a thread in brackets: on one line they may be part of the message.
Over all the lines that were read alike they may not: where every one of them begins with the same kind of
column, and ever other words follow, the columns belong to the header. What is decided is a function of the set of
shapes, so it is the same for any order and any cut of the lines.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from paicha.kernel.words import is_common

#: Fewer different shapes than this say nothing about what they have in common.
_ENOUGH = 8
#: Different words that messages begin with at least; with many shapes their number to the power of 2/5.
_LEAST_WORDS = 6
#: Columns that a header goes on with at most.
_COLUMNS = 12
#: Of more shapes so many, evenly spaced in their order, are tried first: most logs have no such columns.
_TRIED = 512
#: Share of the names with a mark behind them that are written as names, where each may stand with one message only.
_WRITTEN = 0.8

#: Share of the messages that begin with a capital, where what stands before them does not.
_CAPITAL = 0.9
#: Marks with a blank on both sides that columns of several words may end with, the share of the shapes that show
#: which it is, and how long such a column may be [characters].
_PARTING = frozenset(("|", "-"))
_MOSTLY = 0.5
_LONGEST = 60

_COLUMN = re.compile(
    r"(?P<bracket>\[(?:[^\[\]]|\[[^\[\]]{0,60}\]){0,120}\]|\([^()]{1,80}\)|【[^【】]{1,80}】|＜(?:[^\s＜<>]|<\w+>){1,40}>)"
    r"(?P<after>[:|,;-]?)"
    r"|(?P<key>[A-Za-z_]{1,20}=)?(?P<token>(?:[^\s|;,:<\[(=>]|<\w+>|:(?=[^\s:])|::(?=\S)|\([^\s()]{0,40}\)|\[[^\s\[\]]{0,40}\]|>(?=\S)){1,100})"
    r"(?:(?P<close>[|,;])|(?P<colon>[:>]?)(?=[ \[|]))"
    r"|(?P<sign>>{1,3})(?= )"
)
_JOINS = re.compile(r" ?(?:[|;,]|[*#~](?= )|-{1,2}>?|={1,2}>|>{1,2}|::|:(?= ))? ?")
_LEVEL = re.compile(
    r"(?i:critical|crit|severe|err|warning|notice|information|verbose|(?:fatal|error|warn|info|debug|trace)[2-4]?)"
)
_VARIABLE = re.compile(
    r"[^\s\w<]{0,2}[A-Za-z]{0,2}(?:<(?:number|id|time|ip|host)>[:./@_-]?){1,4}[A-Za-z]{0,2}\]?"
)
#: A level of one letter; a column of nothing else, and not always the same, is one of levels.
_LETTERS = frozenset("ACDEFINTVW")
#: Hexadecimal digits that happen to hold no figure: `beef` among `1e07` and `a9c0`.
_HEX_LETTERS = re.compile(r"[a-f]{2,8}|[A-F]{2,8}")
_WRITTEN_AS_NAME = re.compile(r"[^\W\d_][^\W_]*[a-z][A-Z]|.*[\w)][._/\\@$#<(-]|.*\d")
_FIRST_WORD = re.compile(r"[^\W\d_]+|.")


class Bounds(NamedTuple):
    """
    What a column must be.

    Args:
        share: Share of the shapes that have it; the others keep what they begin with.
        names: A name of a column comes again with another message: at most so many names per shape.
    """

    share: float
    names: float


_WHOLE = Bounds(0.9, 1 / 3)
_TRIAL = Bounds(0.8, 0.8)


class Opening(NamedTuple):
    """
    One column at the beginning of a text.

    Args:
        marks: What sets it off: brackets, a key before it, marks behind it.
        kind: ``bracket``, ``time``, ``variable``, ``level`` or ``name``.
        text: The name.
        end: Where what follows begins.
    """

    marks: str
    kind: str
    text: str
    end: int


class Column(NamedTuple):
    """
    What nearly all shapes go on with.

    Args:
        ends: Where it ends in each shape that has it.
        settles: Whether it is a column of a header for sure: a level, a time, a name by its look or its mark.
        plain: Whether it is a word that could be any word.
        bare: Whether no mark sets it off.
        speaks: Whether it is a word with a colon behind it, which says who speaks; a message may begin so as well.
        stands: Whether it is a level or a time, which makes a header by itself.
    """

    ends: dict[str, int]
    settles: bool
    plain: bool
    bare: bool
    speaks: bool = False
    stands: bool = False


def openings(
    timed: Iterable[Sequence[str]],
    untimed: Sequence[str] = (),
    named: Iterable[Sequence[str]] = (),
) -> dict[str, int]:
    """
    Return of the shapes that begin with columns of a header how many characters these take.

    Args:
        timed: Shapes of records with a time that were read alike; each in one group.
        untimed: Shapes of records without one. Maybe no header was read at all, so only what is marked as a
            column counts as one, and one alone is the message's unless it is a level or a time.
        named: As *timed*, of records whose header said who speaks: ``nav: off route`` is a message of theirs.

    Example:
        >>> words = "accepted closed opened printed refused revoked sent written".split()
        >>> found = openings([[f"<number> Pump: {word} <id>" for word in words]])
        >>> {shape[end:] for shape, end in found.items()} == {f"{word} <id>" for word in words}
        True
    """
    found: dict[str, int] = {}
    for groups, spoken in ((timed, False), (named, True)):
        for shapes in groups:
            found.update(_of_group(sorted(shapes), marked=False, spoken=spoken))
    return _of_group(sorted(untimed), marked=True, spoken=True) | found


def _of_group(shapes: Sequence[str], *, marked: bool, spoken: bool) -> dict[str, int]:
    if len(shapes) > _TRIED:
        tried = shapes[:: len(shapes) // _TRIED]
        if not _sure(tried, _TRIAL, marked=marked, spoken=spoken):
            return {}
    # A header stands before every line; messages of which most begin alike are messages all the same.
    bounds = _WHOLE._replace(share=1.0) if marked else _WHOLE
    return _sure(shapes, bounds, marked=marked, spoken=spoken)


def _sure(shapes: Sequence[str], bounds: Bounds, *, marked: bool, spoken: bool) -> dict[str, int]:
    """Return where the last column that surely is one ends; nothing where there is none."""
    ends = dict.fromkeys(shapes, 0)
    sure: dict[str, int] = {}
    doubtful = False
    alone = marked
    for number in range(_COLUMNS):
        column = _column(ends, bounds) if len(ends) >= _ENOUGH else None
        if column is None:
            break
        all_have = len(column.ends) == len(shapes)
        ends = column.ends
        if column.speaks and spoken and not all_have:
            # `nav: off route`: which part of a program speaks is the message's; a header has no exceptions.
            doubtful = True
            continue
        spoken = spoken or column.speaks
        # `Session 12 closed`: neither a plain word nor what stands behind one is a column for sure.
        if column.settles:
            doubtful = marked = False
        doubtful = doubtful or column.plain or (marked and column.bare)
        alone = alone and not number and not column.stands
        if not doubtful and not alone and _varied(ends):
            sure = ends
    return sure


def _column(ends: Mapping[str, int], bounds: Bounds) -> Column | None:
    """Return the next column of nearly all shapes; None where they go on in ways of their own."""
    by_marks: dict[str, dict[str, Opening]] = defaultdict(dict)
    for shape, at in ends.items():
        opening = _opening(shape, at)
        if opening is not None:
            by_marks[opening.marks][shape] = opening
    if not by_marks:
        return None
    marks, having = max(by_marks.items(), key=lambda item: (len(item[1]), item[0]))
    if marks in _PARTING and len(having) >= _MOSTLY * len(ends):
        having = having | _of_several_words(marks, ends, having)
    least = bounds.share * len(ends)
    having = _with_letters_alone(having)
    for kinds in (("level",), ("time",), ("time", "variable"), ("bracket",)):
        alike = {shape: found.end for shape, found in having.items() if found.kind in kinds}
        if len(alike) >= least:
            sure = kinds in (("level",), ("time",))
            return Column(alike, settles=sure, plain=False, bare=_is_bare(marks), stands=sure)
    return _names(marks, having, bounds) if len(having) >= least else None


def _with_letters_alone(having: dict[str, Opening]) -> dict[str, Opening]:
    """Take `beef` for a variable among `1e07` and `a9c0`; where only words of the language are written so, they are words."""
    names = {found.text for found in having.values() if found.kind == "name"}
    if len(names) == len(having) or not all(map(_HEX_LETTERS.fullmatch, names)):
        return having
    if all(map(is_common, names)):
        return having
    return {
        shape: found._replace(kind="variable") if found.kind == "name" else found
        for shape, found in having.items()
    }


def _of_several_words(
    mark: str, ends: Mapping[str, int], having: Mapping[str, Opening]
) -> dict[str, Opening]:
    """Return the column of shapes in which blanks stand before the mark that ends it in most: ``setup.exe x64 | done``."""
    found: dict[str, Opening] = {}
    for shape, at in ends.items():
        stop = shape.find(f" {mark} ", at, at + _LONGEST)
        if shape not in having and stop > at:
            found[shape] = Opening(mark, "name", shape[at:stop], stop + len(mark) + 2)
    return found


def _names(marks: str, having: Mapping[str, Opening], bounds: Bounds) -> Column | None:
    """Return the column that *having* are as names, some of them with digits; None where they are none."""
    names = {found.text if found.kind == "name" else "" for found in having.values()}
    ends = {shape: found.end for shape, found in having.items()}
    if len(names) > 1 and names <= _LETTERS:
        return Column(ends, settles=True, plain=False, bare=_is_bare(marks))
    written = sum(not name or _WRITTEN_AS_NAME.match(name) is not None for name in names)
    looks = bool(marks) and written >= _WRITTEN * len(names)
    if len(names) > bounds.names * len(having) and not looks:
        return None
    plain = not marks and written < len(names) and not _before_capitals(names, ends)
    speaks = marks.startswith(":") and written < len(names)
    return Column(ends, settles=not plain, plain=plain, bare=_is_bare(marks), speaks=speaks)


def _before_capitals(names: Collection[str], ends: Mapping[str, int]) -> bool:
    """Whether small letters stand before what begins with a capital: so do messages, and columns do not."""
    capitals = sum(shape[at : at + 1].isupper() for shape, at in ends.items())
    return all(map(str.islower, names)) and capitals >= _CAPITAL * len(ends)


def _is_bare(marks: str) -> bool:
    """Whether nothing sets a column off, or a key before it alone: a message may begin ``job=12 done``."""
    return not marks or marks.endswith("=")


def _opening(shape: str, at: int) -> Opening | None:
    found = _COLUMN.match(shape, at)
    if found is None:
        return None
    said = found.groupdict("")
    joins = _JOINS.match(shape, found.end())
    stop = joins.end() if joins else found.end()
    joined = shape[found.end() : stop].strip()
    if said["bracket"]:
        level = _LEVEL.fullmatch(said["bracket"][1:-1].strip())
        marks = said["bracket"][0] + said["after"] + joined
        return Opening(marks, "level" if level else "bracket", "", stop)
    token = said["token"] or said["sign"]
    marks = said["key"] + said["close"] + said["colon"] + joined
    if _VARIABLE.fullmatch(token):
        return Opening(marks, "time" if "<time>" in token else "variable", "", stop)
    return Opening(marks, "level" if _LEVEL.fullmatch(token) else "name", token, stop)


def _varied(ends: Mapping[str, int]) -> bool:
    """Whether what follows begins with ever other words, as messages do."""
    words = {
        found[0]
        for shape, at in ends.items()
        if (found := _FIRST_WORD.match(shape, at)) is not None
    }
    return len(words) >= _LEAST_WORDS and len(words) ** 5 >= len(ends) ** 2
