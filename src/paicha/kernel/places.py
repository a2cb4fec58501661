"""Where messages differ that are equal elsewhere: found by halves, without comparing all with all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from paicha.kernel.cells import ANY
from paicha.kernel.evidence import Place
from paicha.kernel.group import Groups, Key
from paicha.kernel.words import NAME_MARKS

#: So far into a message words are compared [pieces]; behind that they stay as they are.
_POSITIONS = 256
#: Words whose class is remembered.
_REMEMBERED = 1 << 18


def places(grouped: Groups) -> list[Place]:
    """
    Return every place where messages differ that are equal elsewhere, by length and position.

    Cost:
        Two looks at each message where no other shares a half of it; each half that others share is looked at again.
    """
    by_length: dict[int, list[Key]] = defaultdict(list)
    for key in sorted(grouped):
        by_length[len(key)].append(key)
    return [
        place
        for length, keys in sorted(by_length.items())
        if len(keys) > 1
        for place in _of_length(keys, length)
    ]


def _of_length(keys: Sequence[Key], length: int) -> list[Place]:
    found: list[tuple[int, Key, list[Key]]] = []
    for alike in _sharing(keys, _POSITIONS, length) if length > _POSITIONS else (keys,):
        for at, same in _differing(alike, 0, min(length, _POSITIONS)):
            varying = [key for key in same if _may_vary(key[at])]
            if len(varying) > 1:
                found.append((at, varying[1], varying))
    found.sort(key=lambda one: one[:2])
    return [
        Place(at, (*keys[0][:at], ANY, *keys[0][at + 1 :]), tuple(keys)) for at, _, keys in found
    ]


def _differing(keys: Sequence[Key], start: int, end: int) -> Iterator[tuple[int, Sequence[Key]]]:
    """Yield the positions from *start* up to *end* where messages differ that are equal outside of these, and which."""
    if end - start == 1:
        yield start, keys
        return
    middle = (start + end) // 2
    for alike in _sharing(keys, middle, end):
        yield from _differing(alike, start, middle)
    for alike in _sharing(keys, start, middle):
        yield from _differing(alike, middle, end)


def _sharing(keys: Sequence[Key], start: int, end: int) -> Iterable[list[Key]]:
    """Return the messages that have the same pieces from *start* up to *end*, two and more of each."""
    alike: dict[Key, list[Key]] = defaultdict(list)
    for key in keys:
        alike[key[start:end]].append(key)
    return [same for same in alike.values() if len(same) > 1]


@lru_cache(_REMEMBERED)
def _may_vary(text: str) -> bool:
    first = text[:1]
    if first in NAME_MARKS:
        return any(map(str.isalnum, text))
    return text == ANY or first.isalnum() or first in "_-+"
