"""
Which shapes are one message: decided by how a position behaves, never by likeness alone.

1. Variables count as variables whatever their kind, and so does what only a program prints (`null`, `a,b`), a mark in
   quotation marks (`'/'`) and the value behind a key, unless its values are opposed outcomes (`result=success`, `result=failed`).
   Lists of several lengths in one place are one variable (`paicha.kernel.value_lists`).
2. A position with several words becomes variable where all else is equal and enough speaks for names
   (`paicha.kernel.evidence`). Words that say what happened never are.
3. Two or three places that vary at once need less each (`paicha.kernel.joint_places`).
4. A word that was a name behind one word is a name behind the same word elsewhere.
5. Several words where a name of one word stands else are one name (`paicha.kernel.phrases`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from paicha.kernel.cells import ANY, Cell, cells
from paicha.kernel.digests import BASE, PRIME, running
from paicha.kernel.evidence import (
    Evidence,
    Groups,
    Key,
    Member,
    Place,
    Weights,
    known_words,
    word_before,
)
from paicha.kernel.identifiers import with_identifiers_joined
from paicha.kernel.joint_places import instances, varying_together
from paicha.kernel.phrases import joined
from paicha.kernel.value_lists import with_lists_joined
from paicha.kernel.words import (
    NAME_MARKS,
    OWNERS,
    PEOPLE,
    is_common,
    is_name,
    is_outcome,
    may_be_name,
    opposed,
)

__all__ = ["Key", "Member", "groups"]

#: Passes over the groups: each makes at most one more position of a message variable.
_PASSES = 6
#: So far into a message words are compared [pieces]; behind that they stay as they are.
_POSITIONS = 256
#: Pieces whose class is remembered.
_REMEMBERED = 1 << 16
#: What programs print for a value and nobody writes in prose.
_PRINTED = frozenset(("true", "false", "null", "n/a", "nan", "nullptr"))
_NULL_TERMS = frozenset(
    ("pointer", "pointers", "reference", "value", "values", "byte", "bytes", "character", "device")
)
#: What a mark that is a value stands between.
_QUOTES = frozenset("'\"`")
_WEIGHTS = Weights()


def groups(
    shapes: Sequence[str],
    weights: Weights = _WEIGHTS,
    begins: Mapping[str, int] = MappingProxyType({}),
) -> dict[Key, list[Member]]:
    """
    Return the shapes grouped into messages: pattern (`ANY` where variable) to members, sorted.

    Args:
        shapes: The distinct shapes.
        weights: What each sign is worth.
        begins: Where the message begins in shapes that hold the end of a header (`openings`).
    """
    found: dict[Key, list[Member]] = defaultdict(list)
    ordered = sorted(shapes)
    messages = [_message(shape, begins.get(shape, 0)) for shape in ordered]
    for shape, message in zip(ordered, with_lists_joined(messages), strict=True):
        found[_key(message)].append(Member(shape, message))
    grouped = _values_settled(found, _are_opposed)
    for _ in range(_PASSES):
        merged = joined(_recognised(_merged(grouped, weights)))
        if merged.keys() == grouped.keys():
            break
        grouped = merged
    settled = _values_settled(grouped, _stays)
    return dict(sorted(with_identifiers_joined(settled).items()))


def _message(shape: str, begin: int) -> tuple[Cell, ...]:
    """Return the cells of a shape from *begin* on, their slots those of the whole shape."""
    before = shape.count("<", 0, begin)
    if not begin:
        return cells(shape)
    return tuple(
        cell._replace(slot=cell.slot + before) if cell.slot >= 0 else cell
        for cell in cells(shape[begin:])
    )


def _key(found: Sequence[Cell]) -> Key:
    """Return the pieces of a message, `ANY` for what is a value on any line."""
    return tuple(
        ANY
        if (_is_value(cell) and not _begins_term(found, at))
        or (at and found[at - 1].text in _QUOTES and _is_quoted_mark(found, at))
        else cell.text
        for at, cell in enumerate(found)
    )


def _is_quoted_mark(found: Sequence[Cell], at: int) -> bool:
    """Whether a mark stands alone in quotation marks: ``unexpected token '/'``."""
    behind = found[at + 1].text if at + 1 < len(found) else ""
    mark = found[at]
    return behind == found[at - 1].text and not mark.is_word and mark.text not in (" ", behind)


def _begins_term(found: Sequence[Cell], at: int) -> bool:
    """Whether it is the first word of a term: ``null pointer``."""
    behind = found[at + 2].text if at + 2 < len(found) and found[at + 1].text == " " else ""
    return found[at].text.lower() == "null" and behind in _NULL_TERMS


def _is_value(cell: Cell) -> bool:
    return bool(cell.kind or cell.key or cell.is_list or not cell.text or _is_printed(cell.text))


def _is_printed(text: str) -> bool:
    """Whether a program printed it for a value: a word of its own for some, or a list without a blank."""
    return text.lower() in _PRINTED or ("," in text[1:] and " " not in text)


def _values_settled(
    found: Groups, is_literal: Callable[[Sequence[Member], int], bool]
) -> dict[Key, list[Member]]:
    """Make values literal again where *is_literal* says so of a message's variable."""
    settled: dict[Key, list[Member]] = defaultdict(list)
    for key, members in found.items():
        literal = [at for at, text in enumerate(key) if text == ANY and is_literal(members, at)]
        for member in members:
            exact = list(key)
            for at in literal:
                exact[at] = member.cells[at].text
            settled[tuple(exact)].append(member)
    return settled


def _are_opposed(members: Sequence[Member], at: int) -> bool:
    """Whether the values are words alone, a good and a bad outcome among them."""
    return _are_words(members, at) and opposed(frozenset(_texts(members, at)))


def _stays(members: Sequence[Member], at: int) -> bool:
    """Whether the values behind a key never change, or are opposed outcomes; who it was always varies."""
    if not _are_words(members, at):
        return False
    values = _texts(members, at)
    if len(values) > 1:
        return opposed(frozenset(values))
    cell = members[0].cells[at]
    return bool(cell.key or not cell.text) and not _is_person(cell)


def _are_words(members: Sequence[Member], at: int) -> bool:
    """Whether the values are words alone, and not what only a program prints."""
    varies = any(member.cells[at].kind or member.cells[at].is_list for member in members)
    return not varies and not all(map(_is_printed, _texts(members, at)))


def _texts(members: Sequence[Member], at: int) -> set[str]:
    return {member.cells[at].text for member in members}


def _is_person(cell: Cell) -> bool:
    text = cell.text
    return bool(text) and cell.key.lower() in PEOPLE and not (is_common(text) or is_outcome(text))


def _merged(grouped: Groups, weights: Weights) -> dict[Key, list[Member]]:
    """Make one position of every message variable where enough speaks for it."""
    places = _places(grouped)
    evidence = Evidence(places, weights, grouped)
    chosen: dict[Key, tuple[float, int, Key]] = {}
    for number, place in enumerate(places):
        score, takes = evidence.score(place, number, grouped)
        if score < weights.enough or len(takes) < 2:
            continue
        # The clearest place wins; then the first, so that runs agree.
        rank = (-score, place.at, place.masked)
        for key in takes:
            if key not in chosen or rank < chosen[key]:
                chosen[key] = rank
    targets = {key: rank[2] for key, rank in chosen.items()}
    for masked, keys in varying_together(grouped, evidence, weights.enough):
        if targets.keys().isdisjoint(keys):
            targets.update(dict.fromkeys(keys, masked))
    for key, other in instances(grouped):
        if key not in targets and other not in targets:
            targets[key] = other
    merged: dict[Key, list[Member]] = defaultdict(list)
    for key in sorted(grouped):
        merged[targets.get(key, key)].extend(grouped[key])
    return merged


def _places(grouped: Groups) -> list[Place]:
    """Return every place where messages differ that are equal elsewhere."""
    by_length: dict[int, list[Key]] = defaultdict(list)
    for key in sorted(grouped):
        by_length[len(key)].append(key)
    places: list[Place] = []
    for length, keys in sorted(by_length.items()):
        digests = [running(reversed(key))[-1] for key in keys] if len(keys) > 1 else []
        for at in range(min(length, _POSITIONS) if digests else 0):
            places.extend(_places_at(at, keys, digests))
    return places


def _places_at(at: int, keys: Sequence[Key], digests: Sequence[int]) -> Iterator[Place]:
    """
    Yield the places at one position, in the order of their messages.

    A digest without its term for *at* finds what is equal elsewhere in one step, so that long messages
    cost no more per position than short ones. What it finds is compared as text.
    """
    power = pow(BASE, at, PRIME)
    first: dict[int, Key] = {}
    alike: dict[int, list[Key]] = {}
    for key, digest in zip(keys, digests, strict=True):
        if _may_vary(key[at]):
            elsewhere = (digest - hash(key[at]) * power) % PRIME
            known = first.setdefault(elsewhere, key)
            if known is not key:
                alike.setdefault(elsewhere, [known]).append(key)
    for found in alike.values():
        exact: dict[Key, list[Key]] = defaultdict(list)
        for key in found:
            exact[*key[:at], ANY, *key[at + 1 :]].append(key)
        for masked, same in exact.items():
            if len(same) > 1:
                yield Place(at, masked, tuple(same))


@lru_cache(_REMEMBERED)
def _may_vary(text: str) -> bool:
    first = text[:1]
    if first in NAME_MARKS:
        return any(map(str.isalnum, text))
    return text == ANY or first.isalnum() or first in "_-+"


def _recognised(grouped: Groups) -> dict[Key, list[Member]]:
    """Make words variable behind the words behind which they were names elsewhere."""
    known = known_words(grouped)
    pairs = {
        (word_before(key, at), member.cells[at].text)
        for key, members in grouped.items()
        for at, text in enumerate(key)
        if text == ANY
        for member in members
        if not member.cells[at].kind
    }
    proven = _proven(grouped)
    recognised: dict[Key, list[Member]] = defaultdict(list)
    for key in sorted(grouped):
        shown = tuple(
            ANY
            if may_be_name(text) and (text in proven or _is_known_name(key, at, known, pairs))
            else text
            for at, text in enumerate(key)
        )
        recognised[shown].extend(grouped[key])
    return recognised


def _proven(grouped: Groups) -> frozenset[str]:
    """Return the words written as names that stand for others in two messages and more: names wherever they are."""
    messages: Counter[str] = Counter()
    for key, members in grouped.items():
        if len(members) < 2:
            continue
        names: set[str] = set()
        for at, text in enumerate(key):
            if text == ANY:
                texts = _texts(members, at)
                if len(texts) > 1:
                    names.update(filter(is_name, texts))
        messages.update(names)
    return frozenset(name for name, n in messages.items() if n > 1)


def _is_known_name(key: Key, at: int, known: frozenset[str], pairs: set[tuple[str, str]]) -> bool:
    text = key[at]
    before = word_before(key, at)
    if before == "=" and at > 1:
        return key[at - 2].lower() in PEOPLE
    if before in OWNERS or (text in known and before in PEOPLE):
        return True
    return before.isalpha() and (before, text) in pairs
