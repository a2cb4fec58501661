"""
Messages that are equal but for names in two places and more at once.

`Replication of home to lyon: <number> MB` and `Replication of oradata to dr-site: <number> MB` were seen once each: no
two messages differ in one place alone, so no single place shows what it holds. Both places together do, where the
message has a variable elsewhere, so is one that a program fills in; without one each has to be enough by itself.

Where a message has names in two places already (`login of <id> to <id>`), words in both (`login of dba to metrics`) are names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache

from paicha.kernel.cells import ANY
from paicha.kernel.evidence import Evidence, Place, is_named
from paicha.kernel.group import Group, Groups, Key
from paicha.kernel.words import LEADERS, is_outcome, may_be_name

#: Places of one message that are looked at together.
_PLACES = 3
#: Messages with names in several places that another is compared with at most.
_COMPARED = 16
#: Words whose class is remembered.
_REMEMBERED = 1 << 18
#: What each of them may lack of being enough by itself.
_LACKING = 1.0


def varying_together(
    grouped: Groups, evidence: Evidence, enough: float
) -> Iterator[tuple[Key, list[Key]]]:
    """
    Yield what messages have in common (`ANY` where they differ), and these messages.

    Args:
        grouped: All messages.
        evidence: What they say about places and words.
        enough: What makes a single place variable.

    Cost:
        Linear in the pieces.
    """
    for keys in _alike(grouped):
        differing = _differing(keys)
        if not 2 <= len(differing) <= _PLACES:
            continue
        common = tuple(ANY if at in differing else text for at, text in enumerate(keys[0]))
        scores = [evidence.score(Place(at, common, tuple(keys)), None, grouped) for at in differing]
        lacking = _LACKING if ANY in keys[0] else 0.0
        if all(score >= enough - lacking and len(takes) == len(keys) for score, takes in scores):
            yield common, keys


def _alike(grouped: Groups) -> Iterator[list[Key]]:
    """
    Yield the messages that are the same but for names, two and more, those first whose other pieces are.

    Messages of which one holds more than `_PLACES` pieces of its own differ in more places than are looked at: these stay out.
    """
    alike: dict[Key, list[Key]] = defaultdict(list)
    own: list[Key] = []
    for key in sorted(grouped):
        if sum(map(grouped.lone.__contains__, key)) > _PLACES:
            own.append(key)
        elif len(key) > _PLACES:
            alike[tuple(map(_without_name, key))].append(key)
    found = {common: keys for common, keys in alike.items() if len(keys) > 1}
    lengths = set(map(len, found))
    for key in own if found else ():
        if len(key) in lengths:
            found.pop(tuple(map(_without_name, key)), None)
    for _, keys in sorted(found.items()):
        yield keys


def _differing(keys: Sequence[Key]) -> list[int]:
    """Return the positions where messages differ; of more than `_PLACES` the first."""
    found: list[int] = []
    for at, texts in enumerate(zip(*keys, strict=True)):
        if any(text != texts[0] for text in texts):
            found.append(at)
            if len(found) > _PLACES:
                break
    return found


@lru_cache(_REMEMBERED)
def _without_name(text: str) -> str:
    return ANY if may_be_name(text) else text


def instances(grouped: Groups) -> Iterator[tuple[Key, Key]]:
    """
    Yield messages with words where another has names in two places and more, and that other.

    Args:
        grouped: All messages.

    Cost:
        Linear in the pieces.
    """
    named: dict[Key, frozenset[int]] = {}
    for key, group in grouped.items():
        if key.count(ANY) > 1 and len(names := group.told(key, _named)) > 1:
            named[key] = names
    # What no other message holds tells a message from all others, unless a name stands there.
    wanted = [key for key in named if grouped.lone.isdisjoint(key)]
    alike: dict[Key, list[Key]] = {tuple(map(_where_names_stand, key)): [] for key in wanted}
    lengths = set(map(len, wanted))
    for key in sorted(grouped) if wanted else ():
        if len(key) in lengths:
            common = tuple(map(_where_names_stand, key))
            if common in alike:
                alike[common].append(key)
    for _, keys in sorted(alike.items()):
        wide = [(key, named[key]) for key in keys if key in named]
        wide.sort(key=lambda found: (-len(found[1]), found[0]))
        for key in keys:
            for other, names in wide[:_COMPARED]:
                if key != other and _is_instance(key, other, names):
                    yield key, other
                    break


@lru_cache(_REMEMBERED)
def _where_names_stand(text: str) -> str:
    """Return a piece as messages are compared: without what may be a name."""
    may_stand = text[:1].isalpha() and not is_outcome(text) and text.lower() not in LEADERS
    return ANY if may_stand else text


def _named(key: Key, group: Group) -> frozenset[int]:
    """Return where a message has names."""
    return frozenset(at for at, text in enumerate(key) if text == ANY and is_named(group, at))


def _is_instance(key: Key, other: Key, names: frozenset[int]) -> bool:
    """Whether only words where *other* has names tell *key* from it, and as many words hold both together."""
    differing: list[int] = []
    for at, text in enumerate(key):
        if text != other[at]:
            if at not in names:
                return False
            differing.append(at)
    if len(differing) < 2:
        return False
    words = sum(len(text) > 1 and text[0].isalpha() for text in other)
    return words >= len(differing) and any(may_be_name(key[at]) for at in differing)
