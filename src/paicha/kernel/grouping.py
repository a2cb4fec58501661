"""
Which shapes are one message: decided by how a position behaves, never by likeness alone.

1. Variables count as variables whatever their kind, and so does the value behind a key, unless its
   values are opposed outcomes (`result=success`, `result=failed`).
2. A word position with several words becomes variable where all else is equal and the words are
   names: by how they are written, by the word before them, by a variable seen in the same place.
   Words of the language never are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from paicha.kernel.cells import ANY, Cell, cells
from paicha.kernel.chunks import WIDE
from paicha.kernel.words import (
    BAD,
    GOOD,
    LEADERS,
    NAMERS,
    OWNERS,
    PEOPLE,
    WIDE_NAMERS,
    is_common,
    is_name,
    opposed,
)

#: Passes over the groups: each makes at most one more position of a message variable.
_PASSES = 4
#: Different words that are enough to call a position variable, by the strength of the sign.
_AFTER_NAMER, _AFTER_LEADER, _WRITTEN_AS_NAMES, _MANY = 2, 3, 3, 12
_IN_WIDE_TEXT, _BEHIND_VARIABLE, _AFTER_WIDE_NAMER = 2, 2, 3

Key = tuple[str, ...]


class Member(NamedTuple):
    """A shape in a group."""

    shape: str
    cells: tuple[Cell, ...]


def groups(shapes: Sequence[str]) -> dict[Key, list[Member]]:
    """Return the shapes grouped into messages: pattern (`ANY` where variable) to members, sorted."""
    found: dict[Key, list[Member]] = defaultdict(list)
    for shape in sorted(shapes):
        member = Member(shape, cells(shape))
        found[tuple(ANY if _is_value(cell) else cell.text for cell in member.cells)].append(member)
    grouped = _values_settled(found)
    for _ in range(_PASSES):
        merged = _merged(grouped)
        if len(merged) == len(grouped):
            break
        grouped = merged
    return dict(sorted(_names_recognised(grouped).items()))


def _is_value(cell: Cell) -> bool:
    return bool(cell.kind or cell.key or not cell.text)


def _values_settled(found: Mapping[Key, list[Member]]) -> dict[Key, list[Member]]:
    """Make values behind a key literal again where they never change, or are opposed outcomes."""
    settled: dict[Key, list[Member]] = defaultdict(list)
    for key, members in found.items():
        literal = [at for at, text in enumerate(key) if text == ANY and _stays(members, at)]
        for member in members:
            exact = list(key)
            for at in literal:
                exact[at] = member.cells[at].text
            settled[tuple(exact)].append(member)
    return settled


def _stays(members: Sequence[Member], at: int) -> bool:
    values = {member.cells[at].text for member in members}
    if any(member.cells[at].kind for member in members):
        return False
    return len(values) == 1 or opposed(frozenset(values))


def _merged(grouped: Mapping[Key, list[Member]]) -> dict[Key, list[Member]]:
    """Make one position of every message variable where it behaves so."""
    by_length: dict[int, list[Key]] = defaultdict(list)
    for key in grouped:
        by_length[len(key)].append(key)
    chosen: dict[Key, tuple[int, int, Key]] = {}
    for length, keys in by_length.items():
        for at in range(length):
            for masked, alike in _alike(keys, at).items():
                takes = _variable(grouped, at, alike) if len(alike) > 1 else []
                # The position with the most words wins; then the first, so that runs agree.
                rank = (-len(takes), at, masked)
                for key in takes:
                    if key not in chosen or rank < chosen[key]:
                        chosen[key] = rank
    merged: dict[Key, list[Member]] = defaultdict(list)
    for key in sorted(grouped):
        target = chosen[key][2] if key in chosen else key
        merged[target].extend(grouped[key])
    return merged


def _alike(keys: Sequence[Key], at: int) -> dict[Key, list[Key]]:
    """Return the keys by all of them but the word at one position."""
    alike: dict[Key, list[Key]] = defaultdict(list)
    for key in keys:
        if key[at] == ANY or key[at][:1].isalnum():
            alike[*key[:at], ANY, *key[at + 1 :]].append(key)
    return alike


def _variable(grouped: Mapping[Key, list[Member]], at: int, keys: Sequence[Key]) -> list[Key]:
    """Return those of *keys*, equal but for position *at*, whose word there is a name."""
    if not _says_enough(keys[0], at):
        return []
    variable = [key for key in keys if key[at] == ANY]
    words = [key for key in keys if key[at] != ANY and key[at].lower() not in GOOD | BAD]
    names = [key for key in words if not is_common(key[at])]
    written = [key for key in names if is_name(key[at])]
    before = _word_before(keys[0], at)
    if variable and _is_named(grouped[variable[0]], at):
        takes = words if before in NAMERS else names if before in LEADERS else written
        return [*variable, *takes] if names and takes else []
    sign = _sign(keys[0], at, before)
    if sign is None:
        enough = at and len(written) >= _WRITTEN_AS_NAMES and len(written) * 2 > len(keys)
        many = len(names) >= _MANY and len(names) * 10 >= len(keys) * 9
        takes = written if enough else names if many else []
    else:
        takes = {"words": words, "names": names, "latin": _latin(words, at)}[sign.takes]
        evidence = names if sign.by_names else takes
        takes = takes if len(evidence) >= sign.enough else []
    return [*variable, *takes] if takes else []


class _Sign(NamedTuple):
    """What stands around a position: which words it makes names, and how many show it."""

    takes: str
    enough: int
    by_names: bool = True


def _sign(key: Key, at: int, before: str) -> _Sign | None:
    """Return the sign that position *at* holds a name; None: nothing around it says so."""
    # Among names even `test` and `support` are names: all else in the line is equal.
    if before in NAMERS:
        return _Sign("words", _AFTER_NAMER)
    if before in LEADERS:
        return _Sign("names", _AFTER_LEADER)
    if before in WIDE_NAMERS and key[at - 1] == " ":
        return _Sign("words", _AFTER_WIDE_NAMER, by_names=False)
    if _in_wide_text(key, at):
        return _Sign("latin", _IN_WIDE_TEXT, by_names=False)
    return _Sign("names", _BEHIND_VARIABLE) if _explains_variable(key, at) else None


def _latin(keys: Sequence[Key], at: int) -> list[Key]:
    return [key for key in keys if key[at].isascii()]


def _in_wide_text(key: Key, at: int) -> bool:
    """Whether position *at* stands right inside Chinese text: a Latin word there is a name."""
    around = (*key[max(at - 1, 0) : at], *key[at + 1 : at + 2])
    return any(text and text[0] >= WIDE and text[0].isalpha() for text in around)


def _explains_variable(key: Key, at: int) -> bool:
    """Whether position *at* stands alone in parentheses behind a variable: ``process 12 (java)``."""
    if at < 2 or key[at - 1] != "(" or key[at + 1 : at + 2] != (")",):
        return False
    place = at - 2
    while place > 0 and key[place] == " ":
        place -= 1
    return key[place] == ANY


def _names_recognised(grouped: Mapping[Key, list[Member]]) -> dict[Key, list[Member]]:
    """Make names of people and machines variable behind `for`, `by`, … when they were seen as such."""
    known = {
        member.cells[at].text
        for key, members in grouped.items()
        for at, text in enumerate(key)
        if (members[0].cells[at].key.lower() or (text == ANY and _word_before(key, at))) in PEOPLE
        for member in members
        if not member.cells[at].kind and not is_common(member.cells[at].text)
    }
    recognised: dict[Key, list[Member]] = defaultdict(list)
    for key in sorted(grouped):
        shown = tuple(
            ANY if _is_known_name(key, at, known) else text for at, text in enumerate(key)
        )
        recognised[shown].extend(grouped[key])
    return recognised


def _is_known_name(key: Key, at: int, known: set[str]) -> bool:
    text = key[at]
    if not text[:1].isalpha() or is_common(text):
        return False
    before = _word_before(key, at)
    if before == "=" and at > 1:
        return key[at - 2].lower() in PEOPLE
    return before in OWNERS or (text in known and before in LEADERS | PEOPLE)


def _is_named(members: Sequence[Member], at: int) -> bool:
    """Whether what varies there is an identifier or a word, not a quantity or a time."""
    return any(member.cells[at].kind not in ("number", "time", "list") for member in members)


def _says_enough(key: Key, at: int) -> bool:
    """Whether a word besides position *at* holds the message together."""
    return any(
        text != ANY and place != at and len(text) > 1 and text[0].isalpha()
        for place, text in enumerate(key)
    )


def _word_before(key: Key, at: int) -> str:
    place = at - 1
    while place >= 0 and key[place] in (" ", "'", '"', "(", "["):
        place -= 1
    return key[place].lower() if place >= 0 else ""
