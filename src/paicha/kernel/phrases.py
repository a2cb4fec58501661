"""
Values of several pieces, told by the same message with values of one piece.

`Step compile took <number>` and `Step lint took <number>` show that a name stands there; then `Step integration
tests took <number>` is the same message, though it has more words. So is `drive <id>:<id> is ready` beside
`drive <id> is ready`: what no blank parts is one value, brackets right behind it with it (`Robot.Pos[<number>]`). Numbers
that marks part are one where nothing but identifiers and paths stands else: `at <number>/<number>` beside `at 12/3A4`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from paicha.kernel.cells import ANY, BRACKETS, Cell
from paicha.kernel.evidence import is_named
from paicha.kernel.group import Group, Groups, Key, Member
from paicha.kernel.words import FUNCTION_WORDS, LEADERS, is_common, is_outcome, may_be_name

#: Words of one value at most.
_WORDS = 4
#: Pieces of one value without a blank at most.
_PIECES = 12
#: So far into a message values of several pieces are looked for [pieces].
_POSITIONS = 64
#: Words whose class is remembered.
_REMEMBERED = 1 << 18
#: Kinds of variables that say which.
_IDENTIFYING = frozenset(("id", "path"))
#: Marks within one value.
_INNER = frozenset(":/.-@#+\\*%&~")
#: What a value without a blank stands between.
_BEFORE = frozenset(" ([{\"'=")
_BEHIND = frozenset(" )]}\"',;.:")
#: Pieces at the ends of a message that are compared first.
_ENDS = 2


class NamePlace(NamedTuple):
    """
    Where a message has a name.

    Args:
        key: The message.
        at: The place.
        enclosed: With a blank before, and a word of the message on both sides.
        identifies: Paths or identifiers stand there and nothing else.
    """

    key: Key
    at: int
    enclosed: bool
    identifies: bool


class Run(NamedTuple):
    """
    Pieces of a message that may be one value.

    Args:
        start: Where they begin.
        end: Where they end.
        words: Blanks stand between them.
        numbers: They are numbers alone, as an identifier or a path may happen to hold: `12/34` among `12/3A`.
    """

    start: int
    end: int
    words: bool
    numbers: bool = False


def joined(grouped: Groups) -> Groups:
    """
    Return *grouped* with messages that hold a value of several words among those that hold it as one.

    Cost:
        Nothing where no message has a variable that holds words; else a look at the ends of each message, and linear in the pieces
        of those that end like one with names.
    """
    around = _around_names(grouped)
    result = Groups()
    moved = False
    for key in sorted(grouped) if around.places else ():
        group = grouped[key]
        found = _in_place_of_name(key, group, around) if _is_like_one(key, around) else None
        if found is None:
            result.add(key, group)
            continue
        moved = True
        target, at, end = found
        result.add(
            target,
            Group(Member(member.shape, _as_one(member.cells, at, end)) for member in group),
        )
    return result if moved else grouped


class Around(NamedTuple):
    """
    The messages with a place of names.

    Args:
        places: By a hash of all that stands before the place and behind.
        nearest: Hashes of the pieces right before and behind: most runs of pieces stand in no such place, and
            what stands around costs more.
        ends: The first and the last pieces of such messages, by how many they are: most messages end otherwise.
    """

    places: dict[int, list[NamePlace]]
    nearest: set[int]
    ends: dict[tuple[int, int], set[tuple[Key, Key]]]


def _around_names(grouped: Groups) -> Around:
    """Return the places of names; a message that holds what no other holds is like none of them."""
    found = Around(defaultdict(list), set(), defaultdict(set))
    for key in sorted(grouped):
        if ANY not in key or not grouped.lone.isdisjoint(key):
            continue
        for place in grouped[key].told(key, _name_places):
            at = place.at
            found.places[_around(key, at, at + 1)].append(place)
            found.nearest.add(_nearest(key, at, at + 1))
            before, behind = min(at, _ENDS), min(len(key) - at - 1, _ENDS)
            found.ends[before, behind].add((key[:before], key[len(key) - behind :]))
    return found


def _name_places(key: Key, group: Group) -> Sequence[NamePlace]:
    """Return where a message has names that stand by themselves."""
    apart = [at for at in _apart(key) if is_named(group, at)]
    if not apart:
        return ()
    enclosed = frozenset(_enclosed(key))
    found: list[NamePlace] = []
    for at in apart:
        if at in enclosed or _holds_names(group, at):
            identifies = _IDENTIFYING.issuperset(member.cells[at].kind for member in group)
            found.append(NamePlace(key, at, at in enclosed, identifies))
    return found


def _is_like_one(key: Key, around: Around) -> bool:
    """Whether a message begins and ends like one with names."""
    size = len(key)
    return any(
        before + behind < size and (key[:before], key[size - behind :]) in ends
        for (before, behind), ends in around.ends.items()
    )


def _around(key: Key, at: int, end: int) -> int:
    return hash((key[:at], key[end:]))


def _nearest(key: Key, at: int, end: int) -> int:
    return hash((key[max(at - 2, 0) : at], key[end : end + 2]))


def _apart(key: Key) -> Iterator[int]:
    """Yield the variables that stand by themselves."""
    for at in range(min(len(key), _POSITIONS)):
        if key[at] == ANY and _stands_apart(key, at, at + 1):
            yield at


def _stands_apart(key: Key, at: int, end: int) -> bool:
    return (not at or key[at - 1] in _BEFORE) and (end == len(key) or key[end] in _BEHIND)


def _holds_names(members: Sequence[Member], at: int) -> bool:
    """Whether identifiers or words stand there, no addresses: with a port these are something else."""
    return all(member.cells[at].kind != "ip" for member in members)


def _words_of(key: Key) -> list[int]:
    """Return where the words of a message stand that are none of its variables."""
    return [at for at, text in enumerate(key) if text != ANY and text[:1].isalpha()]


def _enclosed(key: Key) -> Iterator[int]:
    """Yield the variables with a blank and a word of the message on both sides."""
    words = _words_of(key)
    if len(words) < 2:
        return
    for at in range(words[0] + 1, min(words[-1], _POSITIONS)):
        if key[at] == ANY and key[at - 1] == " ":
            yield at


def _in_place_of_name(
    key: Key, members: Sequence[Member], around: Around
) -> tuple[Key, int, int] | None:
    """Return the message that *key* is with several pieces for a name, and where these stand."""
    for run in (*_runs(key), *_glued(key, members)):
        if _nearest(key, run.start, run.end) not in around.nearest:
            continue
        for place in around.places.get(_around(key, run.start, run.end), ()):
            if _fits(key, run, place):
                return place.key, run.start, run.end
    return None


def _fits(key: Key, run: Run, place: NamePlace) -> bool:
    """Whether all but the run is as in the message that has a name there."""
    at, end, words, numbers = run
    if place.at != at or (words and not place.enclosed) or (numbers and not place.identifies):
        return False
    return place.key[:at] == key[:at] and place.key[at + 1 :] == key[end:]


def _runs(key: Key) -> Iterator[Run]:
    """Yield where two words and more with blanks between them may be one name."""
    for at in range(1, min(len(key), _POSITIONS)):
        if key[at - 1] != " ":
            continue
        for words in range(2, _WORDS + 1):
            end = at + 2 * words - 1
            if end > len(key) or not all(map(_may_be_named, key[at:end:2])):
                break
            if any(text != " " for text in key[at + 1 : end : 2]):
                break
            if not all(map(is_common, key[at:end:2])):
                yield Run(at, end, words=True)


def _glued(key: Key, members: Sequence[Member]) -> Iterator[Run]:
    """Yield where pieces without a blank between them may be one name."""
    at = 0
    while at < min(len(key), _POSITIONS):
        if not _is_inner(key[at]):
            at += 1
            continue
        stop = end = _glued_end(key, at)
        while end > at + 1 and key[end - 1] in (":", "."):
            end -= 1
        # `volume C: was read`: the mark behind a name is part of it now and then.
        for last in (end, stop) if end < stop else (end,):
            if _is_one_piece(key, members, at, last):
                names = any(_names(key, members, place) for place in range(at, last))
                if names or key[at] == ANY:
                    yield Run(at, last, words=False, numbers=not names)
        at = stop + 1


def _is_one_piece(key: Key, members: Sequence[Member], at: int, end: int) -> bool:
    """Whether two pieces and more stand by themselves, and no address is among them."""
    return (
        1 < end - at <= _PIECES
        and _stands_apart(key, at, end)
        and all(_holds_names(members, place) for place in range(at, end))
    )


def _glued_end(key: Key, at: int) -> int:
    """Return where pieces without a blank between them end; brackets right behind a name are part of it."""
    end = at
    while end < len(key):
        if _is_inner(key[end]):
            end += 1
            continue
        closing = BRACKETS.get(key[end]) if end > at else None
        close = end + 1
        while close < len(key) and _is_inner(key[close]):
            close += 1
        if closing is None or key[close : close + 1] != (closing,):
            break
        end = close + 1
    return end


@lru_cache(_REMEMBERED)
def _is_inner(text: str) -> bool:
    return text == ANY or text in _INNER or text[:1].isalnum()


def _names(key: Key, members: Sequence[Member], at: int) -> bool:
    """Whether a piece says who or which: a word that is none of the language, an identifier."""
    if key[at] == ANY:
        return is_named(members, at)
    return may_be_name(key[at])


@lru_cache(_REMEMBERED)
def _may_be_named(text: str) -> bool:
    lower = text.lower()
    return (
        text[:1].isalpha()
        and lower not in LEADERS
        and lower not in FUNCTION_WORDS
        and not is_outcome(text)
    )


def _as_one(cells: tuple[Cell, ...], at: int, end: int) -> tuple[Cell, ...]:
    """Return cells with those from *at* up to *end* as one; it holds their variables."""
    text = "".join(cell.text for cell in cells[at:end])
    said = tuple(cell for cell in cells[at:end] if cell.kind or cell.is_word)
    inner = said if any(cell.kind for cell in said) else ()
    return (*cells[:at], Cell(text, inner=inner), *cells[end:])
