"""
Whether a place where messages differ holds a name: evidence for and against, added up.

No sign decides alone. The weights are the same for every log; what each is worth was measured by leaving
it out (`benchmarks/notes.md`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import log2
from typing import NamedTuple

from paicha.kernel.cells import ANY, BRACKETS
from paicha.kernel.characters import WIDE
from paicha.kernel.group import Group, Groups, Key, Member, varying
from paicha.kernel.words import (
    FUNCTION_WORDS,
    LEADERS,
    NAME_MARKS,
    NAMERS,
    WIDE_NAMERS,
    is_common,
    is_name,
    is_outcome,
    may_be_called,
    opposed,
)
from paicha.values import dataclass

#: Kinds of variables that stand where a name may stand.
_NAMED = frozenset(("id", "ip", "host", "path", "url", "text", ""))
_MARKS = frozenset("=:([{<>＜\"'@/#|")
#: Marks behind which a name may stand at the start of a message.
_OPENING = frozenset("([{'\"")
#: Marks right behind which a value begins.
_OPENS_VALUE = frozenset("([{<＜'\"=/@|")
_ARROW_FROM_VARIABLE = (ANY, " ", "-", ">", " ")
_PREPOSITIONS = frozenset((word,) for word in LEADERS)
#: Words of one place, and places of one word, that are compared with other places.
_COMPARED = 16
#: Fewer words before a colon are functions that speak; so many that say the same are who it is said of: programs, hosts.
_SPEAKERS = 12
#: Up to so many words messages are short.
_SHORT = 8
#: Words whose look is remembered.
_REMEMBERED = 1 << 18


class Place(NamedTuple):
    """Messages that are equal but for one position."""

    at: int
    masked: Key
    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Weights:
    """What each sign is worth; together `enough` make a variable."""

    written: float = (
        2.0  # the words are written as names: marks, humps, capitals, no words of the language
    )
    many: float = 1.0  # per doubling of the number of different words
    variable: float = 2.0  # a variable was seen in the same place
    namer: float = 1.5  # a noun stands before that names go with: `user`, `queue`
    leader: float = 0.7  # a preposition stands before
    mark: float = 0.5  # a mark stands before: `=`, `:`, a bracket
    wide: float = 1.5  # Latin letters right inside Chinese text
    recurs: float = 1.0  # the same words stand for each other in another message
    known: float = 1.5  # the words stand for other words in another message too
    last: float = -0.5  # plain words at the end of the message: more often what happened
    first: float = -2.0  # at the start of the message, with no variable seen there
    speaks: float = -4.0  # and a colon behind: of few words more often who speaks than a name
    state: float = (
        2.0  # alone in square brackets, or behind an arrow and a variable: `<word> -> RUNNING`
    )
    command: float = (
        -1.5
    )  # capitals alone between what is done and with whom: `Sending PUBACK to <id>`
    long: float = 2.0  # per doubling of the words of the message, from `_SHORT` on
    enough: float = 3.0


class Evidence:
    """
    What all messages together say about places and words.

    Args:
        places: Every place where some of them differ.
        weights: What each sign is worth.
        grouped: The messages as they are grouped so far.
    """

    def __init__(self, places: Sequence[Place], weights: Weights, grouped: Groups) -> None:
        self._weights = weights
        self._names = _names_found(grouped)
        self._places = places
        self._holding: dict[str, list[int]] = defaultdict(list)
        for number, place in enumerate(places):
            for word in _words(place):
                self._holding[word].append(number)

    def score(self, place: Place, number: int | None, grouped: Groups) -> tuple[float, list[Key]]:
        """
        Return how much speaks for names in a place, and the messages whose word there is one.

        Args:
            place: The place.
            number: Where it stands among all of them; None: it is none of them.
            grouped: All messages.
        """
        weights = self._weights
        key = place.keys[0]
        variable = [one for one in place.keys if one[place.at] == ANY]
        named = [one for one in variable if is_named(grouped[one], place.at)]
        words = _may_be_named(place, named=bool(named))
        if not words or not _says_enough(key, place.at):
            return 0.0, []
        texts = sorted({one[place.at] for one in words})
        looks = sum(map(written_as_name, texts)) / len(texts)
        if variable and not named:
            return 0.0, []
        score = weights.written * looks
        score += weights.many * log2(len(texts) + bool(named))
        score += weights.variable * bool(named)
        score += self._around(place, texts, named=bool(named))
        if self._recurs(place, number):
            score += weights.recurs
        score += weights.known * self._known(place, texts)
        score += weights.long * _length(place.masked)
        return score, [*named, *words]

    def _around(self, place: Place, texts: Sequence[str], *, named: bool) -> float:
        """Return what stands around a place says."""
        weights = self._weights
        key, at = place.masked, place.at
        before = word_before(key, at)
        score = 0.0
        if before in NAMERS or (before in WIDE_NAMERS and key[at - 1] == " "):
            score += weights.namer
        elif before in LEADERS:
            score += weights.leader
        if at and key[at - 1] in _MARKS:
            score += weights.mark
        if _in_wide_text(key, at) and all(text.isascii() for text in texts):
            score += weights.wide
        if _is_state(key, at):
            score += weights.state
        if not named and _is_done_with(key, at) and all(map(str.isupper, texts)):
            score += weights.command
        if not named and _begins(key, at):
            score += weights.first
            if key[at + 1 : at + 2] == (":",) and len(texts) < _SPEAKERS:
                score += weights.speaks
        plain = all(text.islower() and text.isalpha() for text in texts)
        if plain and not named and at == len(key) - 1 and before not in LEADERS | NAMERS:
            score += weights.last
        return score

    def _known(self, place: Place, texts: Sequence[str]) -> float:
        """Return the share of the words of a place that are names in another message."""
        compared = texts[:_COMPARED]
        known = sum(
            any(not _holds(place, key) for key in self._names.get(text, ())) for text in compared
        )
        return known / len(compared)

    def _recurs(self, place: Place, number: int | None) -> bool:
        """Whether two words of a place stand for each other in another message too."""
        shared: Counter[int] = Counter()
        for word in _words(place)[:_COMPARED]:
            shared.update(self._holding[word][:_COMPARED])
        if number is not None:
            del shared[number]
        return any(
            count > 1 and _is_other_message(place, self._places[other])
            for other, count in shared.items()
        )


def _may_be_named(place: Place, *, named: bool) -> list[Key]:
    """Return the messages whose word in a place may be a name: it says not what happened, or is a state among such as are not opposed."""
    words = [one for one in place.keys if one[place.at] != ANY]
    if _is_state(place.masked, place.at) and not opposed(frozenset(one[place.at] for one in words)):
        return words
    words = [one for one in words if not is_outcome(one[place.at])]
    return [*words, *_named_as_outcomes(place)] if named else words


def _named_as_outcomes(place: Place) -> list[Key]:
    """
    Return the messages whose word in a place of names is one, though it says what happened elsewhere.

    Between words, behind a preposition and behind a noun that names go with only what ends as verbs do: `sent to untitled`.
    Alone in brackets, anything: what others print there is a variable's.
    """
    key, at = place.keys[0], place.at
    if 0 < at < len(key) - 1 and BRACKETS.get(key[at - 1]) == key[at + 1]:
        return [one for one in place.keys if _may_be_state(one[at])]
    before = word_before(key, at)
    if (
        _is_enclosed(key, at)
        or before in LEADERS
        or before in NAMERS
        or _is_glued(key, at)
        or _is_done_to(key, at)
    ):
        return [one for one in place.keys if may_be_called(one[at])]
    return []


def _is_glued(key: Key, at: int) -> bool:
    """Whether position *at* opens what marks enclose (`(shipping:unit)`), or a number in brackets says which process it is."""
    if at and key[at - 1] in _OPENS_VALUE and key[at + 1 : at + 2] not in ((), (" ",)):
        return True
    bracket = at + 1 + (key[at + 1 : at + 2] == (" ",))
    closing = BRACKETS.get(key[bracket]) if bracket < len(key) else None
    return closing is not None and key[bracket + 1 : bracket + 3] == (ANY, closing)


def _is_done_to(key: Key, at: int) -> bool:
    """Whether position *at* stands right behind what is done and before a variable: `Deploying shipping <number>`."""
    return (
        at > 1
        and key[at - 1] == " "
        and is_outcome(key[at - 2])
        and key[at + 1 : at + 3] == (" ", ANY)
    )


def _may_be_state(text: str) -> bool:
    return is_outcome(text) and text.lower() not in FUNCTION_WORDS


def _length(key: Key) -> float:
    """Return how often the words that hold a message together are twice `_SHORT`: few sentences so long differ in a word."""
    words = sum(len(text) > 1 and text[0].isalpha() for text in key)
    return log2(words / _SHORT) if words > _SHORT else 0.0


def _is_other_message(one: Place, other: Place) -> bool:
    """Whether two places are not two variables of one message."""
    if len(one.masked) != len(other.masked):
        return True
    differing = sum(a != b for a, b in zip(one.masked, other.masked, strict=True))
    return differing > 2


def _holds(place: Place, key: Key) -> bool:
    """Whether a message is one of those that differ in a place."""
    at, masked = place.at, place.masked
    return len(key) == len(masked) and key[at + 1 :] == masked[at + 1 :] and key[:at] == masked[:at]


def _names_found(grouped: Groups) -> dict[str, list[Key]]:
    """Return messages in which a word that is none of the language stands for other words, by the word."""
    found: dict[str, list[Key]] = defaultdict(list)
    for key in sorted(key for key, group in grouped.items() if len(group) > 1):
        for word in grouped[key].told(key, _standing_for_others):
            if len(found[word]) < _COMPARED:
                found[word].append(key)
    return found


def _standing_for_others(key: Key, group: Group) -> Sequence[str]:
    """Return the words of a message that are none of the language and stand for others, once for each of their places."""
    several = [one.words for one in group.told(key, varying) if len(one.words) > 1]
    return [word for words in several for word in words if not is_common(word)]


@lru_cache(_REMEMBERED)
def written_as_name(word: str) -> float:
    """
    Return how much a word looks like a name rather than a word of the language, from 0 to 1.

    Example:
        >>> [written_as_name(word) for word in ("order_worker", "IDLE", "Backup", "gyroscope", "x+", "request")]
        [1.0, 0.7, 0.7, 0.8, 0.3, 0.1]
    """
    if not word.isascii():
        return 0.2
    if is_name(word):
        return 1.0
    if sum(map(str.isalnum, word)) < 2:
        return 0.3
    if word[:1].isupper():
        return 0.7
    if is_common(word):
        return 0.1
    return 0.8 if word.isalpha() or "-" in word[1:-1] or word[0] in NAME_MARKS else 0.6


def is_named(members: Iterable[Member], at: int) -> bool:
    """Whether what varies there is an identifier or a word, not a quantity or a time."""
    return any(member.cells[at].kind in _NAMED for member in members)


def word_before(key: Key, at: int) -> str:
    """Return the word before a position, in lower case, over blanks, quotes and brackets."""
    place = at - 1
    while place >= 0 and key[place] in (" ", "'", '"', "(", "["):
        place -= 1
    return _head(key[place]) if place >= 0 else ""


@lru_cache(_REMEMBERED)
def _head(word: str) -> str:
    """Return what a compound is: a `route-map` is a map, a `dag_id` an id."""
    lower = word.lower()
    last = max(map(lower.rfind, "-_")) + 1
    return lower[last:] if lower[last:] in NAMERS else lower


def _words(place: Place) -> list[str]:
    return [
        key[place.at]
        for key in place.keys
        if not is_outcome(key[place.at]) and key[place.at] != ANY
    ]


def _in_wide_text(key: Key, at: int) -> bool:
    """Whether position *at* stands right inside Chinese text: a Latin word there is a name."""
    around = (*key[max(at - 1, 0) : at], *key[at + 1 : at + 2])
    return any(text and text[0] >= WIDE and text[0].isalpha() for text in around)


def _is_enclosed(key: Key, at: int) -> bool:
    """Whether a blank and a word of the message stand on both sides of position *at*."""
    return (
        1 < at < len(key) - 2
        and key[at - 1] == key[at + 1] == " "
        and key[at - 2][:1].isalpha()
        and key[at + 2][:1].isalpha()
    )


def _says_enough(key: Key, at: int) -> bool:
    """
    Whether a word besides position *at* holds the message together: one that says more than where to or whose.

    Where *at* stands between blanks keys do not: of `conn=<id> op=<id> ADD dn=<text>` the one word says what happened.
    """
    free = not at or key[at - 1] == " "
    return any(
        text != ANY
        and place != at
        and len(text) > 1
        and text[0].isalpha()
        and text.lower() not in LEADERS | FUNCTION_WORDS
        and not (free and key[place + 1 : place + 2] == ("=",))
        for place, text in enumerate(key)
    )


def _begins(key: Key, at: int) -> bool:
    """Whether nothing but marks that open nothing stands before position *at*: `<= test_filter: id=<id>`."""
    return all(text != ANY and not text[0].isalnum() and text not in _OPENING for text in key[:at])


def _is_state(key: Key, at: int) -> bool:
    """Whether position *at* stands alone in square brackets behind a word, or is what a variable became."""
    if at > 2 and key[at - 1] == "[" and key[at + 1 : at + 2] == ("]",):
        return True
    return key[max(at - len(_ARROW_FROM_VARIABLE), 0) : at] == _ARROW_FROM_VARIABLE


def _is_done_with(key: Key, at: int) -> bool:
    """Whether position *at* stands behind what happened and before a preposition."""
    return is_outcome(word_before(key, at)) and key[at + 2 : at + 3] in _PREPOSITIONS
