"""
Which shapes are one message: decided by how a position behaves, never by likeness alone.

1. Variables count as variables whatever their kind, and so does what only a program prints (`null`, `a,b`), a mark in
   quotation marks (`'/'`) and the value behind a key, unless its values are opposed outcomes (`result=success`, `result=failed`).
   Lists of several lengths in one place are one variable (`paicha.kernel.value_lists`), and so are values printed in several
   forms (`paicha.kernel.value_forms`).
2. A position with several words becomes variable where all else is equal and enough speaks for names
   (`paicha.kernel.evidence`). Words that say what happened never are.
3. Two or three places that vary at once need less each (`paicha.kernel.joint_places`).
4. A word that was a name behind one word is a name behind the same word elsewhere.
5. Several words where a name of one word stands else are one name (`paicha.kernel.phrases`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from types import MappingProxyType

from paicha.kernel.cells import ANY, Cell, cells
from paicha.kernel.evidence import Evidence, Weights, word_before
from paicha.kernel.group import Group, Groups, Key, Member, Varying, varying
from paicha.kernel.identifiers import with_identifiers_joined
from paicha.kernel.joint_places import instances, varying_together
from paicha.kernel.phrases import joined
from paicha.kernel.places import places
from paicha.kernel.value_forms import with_forms_joined
from paicha.kernel.value_lists import with_lists_joined
from paicha.kernel.words import (
    LEADERS,
    METHODS,
    NAMERS,
    OWNERS,
    PEOPLE,
    PRINTED,
    is_common,
    is_name,
    is_outcome,
    may_be_name,
    opposed,
)

__all__ = ["Group", "Key", "Member", "groups"]

#: Passes over the groups: each makes at most one more position of a message variable.
_PASSES = 6
#: So many different words behind a key say what happened at most; more are states, though a good and a bad one are among them.
_OUTCOMES = 4
#: Pieces whose class is remembered.
_REMEMBERED = 1 << 18
_NULL_TERMS = frozenset(
    ("pointer", "pointers", "reference", "value", "values", "byte", "bytes", "character", "device")
)
#: What a mark that is a value stands between, and what such a quotation begins behind.
_QUOTES = frozenset("'\"`")
_BEFORE_QUOTES = frozenset(" ([{<=:：＝,，（【")
#: What stands behind the root of a file system.
_BEHIND_ROOT = frozenset(" :,;.")
_WEIGHTS = Weights()
_COLONS = frozenset(":：")
#: The text of a cell.
_TEXT = itemgetter(0)


def groups(
    shapes: Sequence[str],
    weights: Weights = _WEIGHTS,
    begins: Mapping[str, int] = MappingProxyType({}),
) -> dict[Key, Group]:
    """
    Return the shapes grouped into messages: pattern (`ANY` where variable) to members, sorted.

    Args:
        shapes: The distinct shapes.
        weights: What each sign is worth.
        begins: Where the message begins in shapes that hold the end of a header (`openings`).
    """
    found = Groups()
    ordered = sorted(shapes)
    messages = [_message(shape, begins.get(shape, 0)) for shape in ordered]
    for shape, message in zip(ordered, with_forms_joined(with_lists_joined(messages)), strict=True):
        found.add(_key(message), Group((Member(shape, message),)))
    grouped = _values_settled(found, _are_opposed)
    for _ in range(_PASSES):
        merged = joined(_recognised(_merged(grouped, weights)))
        if merged.keys() == grouped.keys():
            break
        grouped = merged.in_order()
    settled = _values_settled(grouped, _stays)
    return dict(sorted(with_identifiers_joined(settled).items()))


def _message(shape: str, begin: int) -> tuple[Cell, ...]:
    """Return the cells of a shape from *begin* on, their slots those of the whole shape."""
    before = shape.count("<", 0, begin)
    if not begin:
        return cells(shape)
    return tuple(_moved(cell, before) for cell in cells(shape[begin:]))


def _moved(cell: Cell, by: int) -> Cell:
    """Return a cell with its variables, and those it holds, so many places further on."""
    inner = tuple(_moved(one, by) for one in cell.inner)
    return cell._replace(slot=cell.slot + by if cell.slot >= 0 else -1, inner=inner)


def _key(found: Sequence[Cell]) -> Key:
    """Return the pieces of a message, `ANY` for what is a value on any line."""
    shown = [
        ANY if cell.kind or cell.key or cell.is_list else _without_printed(cell.text)
        for cell in found
    ]
    if ANY in shown:
        shown = [
            found[at].text if text == ANY and _begins_term(found, at) else text
            for at, text in enumerate(shown)
        ]
    if "/" in shown:
        shown = [
            ANY if text == "/" and _is_root(found, at) else text for at, text in enumerate(shown)
        ]
    if not _QUOTES.isdisjoint(map(_TEXT, found)):
        for at in range(1, len(found)):
            if found[at - 1].text in _QUOTES and _is_quoted_mark(found, at):
                shown[at] = ANY
    return tuple(shown)


def _is_root(found: Sequence[Cell], at: int) -> bool:
    """
    Whether a stroke is the path of the root: alone behind a preposition, a noun that names go with or a method of HTTP,
    `usage on /: <number>%`, behind a key (`path=/`), or alone in brackets.
    """
    if at < 2:
        return False
    mark, before = found[at - 1].text, found[at - 2].text
    behind = found[at + 1].text if at + 1 < len(found) else ""
    if mark == "(":
        return behind == ")"
    if behind and behind not in _BEHIND_ROOT:
        return False
    lower = before.lower()
    named = lower in LEADERS or lower in NAMERS or before in METHODS
    return mark == "=" or (mark == " " and named)


def _is_quoted_mark(found: Sequence[Cell], at: int) -> bool:
    """Whether a mark stands alone in quotation marks: ``unexpected token '/'``; that of ``"a":"b"`` stands between two."""
    behind = found[at + 1].text if at + 1 < len(found) else ""
    mark = found[at]
    if at > 1 and found[at - 2].text not in _BEFORE_QUOTES:
        return False
    return behind == found[at - 1].text and not mark.is_word and mark.text not in (" ", behind)


def _begins_term(found: Sequence[Cell], at: int) -> bool:
    """Whether it is the first word of a term: ``null pointer``."""
    behind = found[at + 2].text if at + 2 < len(found) and found[at + 1].text == " " else ""
    return found[at].text.lower() == "null" and behind in _NULL_TERMS


@lru_cache(_REMEMBERED)
def _without_printed(text: str) -> str:
    return text if text and not _is_printed(text) else ANY


def _is_printed(text: str) -> bool:
    """Whether a program printed it for a value: a word of its own for some, or a list without a blank."""
    return text.lower() in PRINTED or (
        " " not in text and ("," in text[1:] or ("|" in text[1:] and len(text) > 2))
    )


def _values_settled(found: Groups, is_literal: Callable[[Group, Varying], bool]) -> Groups:
    """Make values literal again where *is_literal* says so of a message's variable."""
    settled = Groups()
    for key, group in found.items():
        variables = group.told(key, varying) if ANY in key else ()
        literal = [one.at for one in variables if is_literal(group, one)]
        if not literal:
            settled.add(key, group)
            continue
        for member in group:
            exact = list(key)
            for at in literal:
                exact[at] = member.cells[at].text
            settled.add(tuple(exact), Group((member,)))
    return settled


def _are_opposed(_: Group, one: Varying) -> bool:
    """Whether the values are words alone, a good and a bad outcome among them."""
    return 1 < len(one.texts) <= _OUTCOMES and _are_words(one) and opposed(frozenset(one.texts))


def _stays(group: Group, one: Varying) -> bool:
    """Whether the values behind a key never change, or are opposed outcomes; who it was always varies."""
    if not _are_words(one):
        return False
    if len(one.texts) > 1:
        said = opposed(frozenset(one.texts)) or _are_reasons(group, one)
        return len(one.texts) <= _OUTCOMES and said
    cell = group[0].cells[one.at]
    return bool(cell.key or not cell.text) and not _is_person(cell)


def _are_reasons(group: Group, one: Varying) -> bool:
    """Whether words of the language stand a blank behind a colon: `left: timeout` and `left: quit` say what happened."""
    found = group[0].cells
    if one.at < 2 or found[one.at - 1].text != " " or found[one.at - 2].text[-1:] not in _COLONS:
        return False
    if one.at + 1 < len(found) and found[one.at + 1].text == " ":
        return False  # `state: IDLE -> RUNNING`
    words = chain.from_iterable(text.split(" ") for text in one.texts)
    return all(is_outcome(word) or (word.isascii() and is_common(word)) for word in words)


def _are_words(one: Varying) -> bool:
    """Whether the values are words alone, and not what only a program prints."""
    return one.are_words and not all(map(_is_printed, one.texts))


def _is_person(cell: Cell) -> bool:
    text = cell.text
    return bool(text) and cell.key.lower() in PEOPLE and not (is_common(text) or is_outcome(text))


def _merged(grouped: Groups, weights: Weights) -> Groups:
    """Make one position of every message variable where enough speaks for it."""
    found = places(grouped)
    evidence = Evidence(found, weights, grouped)
    chosen: dict[Key, tuple[float, int, Key]] = {}
    for number, place in enumerate(found):
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
    return grouped.moved(targets)


def _recognised(grouped: Groups) -> Groups:
    """Make words variable behind the words behind which they were names elsewhere."""
    pairs = set(
        chain.from_iterable(
            group.told(key, _values_behind) for key, group in grouped.items() if ANY in key
        )
    )
    known = frozenset(word for _, word in pairs)
    proven = _proven(grouped)
    telling = known | proven | set(filter(_is_of_people, grouped.pieces))
    targets: dict[Key, Key] = {}
    for key in grouped:
        if telling.isdisjoint(key):
            continue
        shown = tuple(
            ANY
            if may_be_name(text)
            and ((text in proven and _may_stand(key, at)) or _is_known_name(key, at, known, pairs))
            else text
            for at, text in enumerate(key)
        )
        if shown != key:
            targets[key] = shown
    return grouped.moved(targets)


def _may_stand(key: Key, at: int) -> bool:
    """Whether a name that others' messages prove may stand there: no key is one, and what begins a message only where it is written as one."""
    behind = key[at + 1 : at + 2]
    return is_name(key[at]) or behind == ("[",) or (at > 0 and behind != ("=",))


def _values_behind(key: Key, group: Group) -> Sequence[tuple[str, str]]:
    """Return the words that are values in a message, each with the word before."""
    several = [one for one in group.told(key, varying) if one.values]
    return [(word_before(key, one.at), word) for one in several for word in one.values]


def _is_of_people(text: str) -> bool:
    """Whether names are known by this word alone."""
    lower = text.lower()
    return lower in PEOPLE or lower in OWNERS


def _proven(grouped: Groups) -> frozenset[str]:
    """
    Return the words that stand for others in two messages and more: names wherever they are.

    What is not written as a name is one where fewer messages say it than have it for a name: somebody is called `sshd`.
    """
    messages: Counter[str] = Counter()
    for key, group in grouped.items():
        if len(group) > 1:
            messages.update(group.told(key, _names))
    pieces = grouped.pieces
    return frozenset(
        name for name, n in messages.items() if n > 1 and (is_name(name) or pieces[name] < n)
    )


def _names(key: Key, group: Group) -> frozenset[str]:
    """Return the words that stand for others in a message; a plain one behind a key may be a state, unless the key is of people."""
    found: set[str] = set()
    for one in group.told(key, varying):
        if len(one.texts) > 1:
            name = group[0].cells[one.at].key
            known = may_be_name if not name or name.lower() in PEOPLE else is_name
            found.update(filter(known, one.texts))
    return frozenset(found)


def _is_known_name(key: Key, at: int, known: frozenset[str], pairs: set[tuple[str, str]]) -> bool:
    text = key[at]
    before = word_before(key, at)
    if before == "=" and at > 1:
        return key[at - 2].lower() in PEOPLE
    if before in OWNERS or (text in known and before in PEOPLE):
        return True
    return before.isalpha() and (before, text) in pairs
