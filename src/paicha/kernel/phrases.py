"""
Values of several words, told by the same message with values of one word.

`Step compile took <number>` and `Step lint took <number>` show that a name stands there; then `Step integration
tests took <number>` is the same message, though it has more words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from paicha.kernel.cells import ANY, Cell
from paicha.kernel.digests import running
from paicha.kernel.evidence import Groups, Key, Member, is_named
from paicha.kernel.words import FUNCTION_WORDS, LEADERS, is_common, is_outcome

#: Words of one value at most.
_WORDS = 4
#: So far into a message values of several words are looked for [pieces].
_POSITIONS = 64


def joined(grouped: Groups) -> dict[Key, list[Member]]:
    """
    Return *grouped* with messages that hold a value of several words among those that hold it as one.

    Cost:
        Linear in the pieces; nothing where no message has a variable that holds words.
    """
    around = _around_names(grouped)
    result: dict[Key, list[Member]] = defaultdict(list)
    for key in sorted(grouped):
        found = _in_place_of_name(key, around) if around else None
        if found is None:
            result[key].extend(grouped[key])
            continue
        target, at, end = found
        result[target].extend(
            Member(member.shape, _as_one(member.cells, at, end)) for member in grouped[key]
        )
    return result


def _around_names(grouped: Groups) -> dict[tuple[int, int], list[tuple[Key, int]]]:
    """Return the messages with a place of names, by the digests of what stands before it and behind."""
    found: dict[tuple[int, int], list[tuple[Key, int]]] = defaultdict(list)
    for key in sorted(grouped):
        places = [at for at in _enclosed(key) if is_named(grouped[key], at)]
        if places:
            before, behind = _digests(key)
            for at in places:
                found[before[at], behind[at + 1]].append((key, at))
    return found


def _enclosed(key: Key) -> Iterator[int]:
    """Yield the variables with a blank and a word of the message on both sides."""
    words = [at for at, text in enumerate(key) if text != ANY and text[:1].isalpha()]
    if len(words) < 2:
        return
    for at in range(words[0] + 1, min(words[-1], _POSITIONS)):
        if key[at] == ANY and key[at - 1] == " ":
            yield at


def _in_place_of_name(
    key: Key, around: dict[tuple[int, int], list[tuple[Key, int]]]
) -> tuple[Key, int, int] | None:
    """Return the message that *key* is with several words for a name, and where these stand."""
    before: list[int] = []
    behind: list[int] = []
    for at, end in _runs(key):
        if not before:
            before, behind = _digests(key)
        for other, place in around.get((before[at], behind[end]), ()):
            if place == at and other[:at] == key[:at] and other[at + 1 :] == key[end:]:
                return other, at, end
    return None


def _runs(key: Key) -> Iterator[tuple[int, int]]:
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
                yield at, end


def _may_be_named(text: str) -> bool:
    lower = text.lower()
    return (
        text[:1].isalpha()
        and lower not in LEADERS
        and lower not in FUNCTION_WORDS
        and not is_outcome(text)
    )


def _digests(key: Key) -> tuple[list[int], list[int]]:
    """Return digests of all beginnings and of all ends of a message."""
    return running(key), running(reversed(key))[::-1]


def _as_one(cells: tuple[Cell, ...], at: int, end: int) -> tuple[Cell, ...]:
    """Return cells with those from *at* up to *end* as one."""
    text = "".join(cell.text for cell in cells[at:end])
    return (*cells[:at], Cell(text), *cells[end:])
