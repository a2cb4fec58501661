"""Messages and the shapes that are one: what groups of shapes are made of, and how they are put together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import chain
from typing import NamedTuple, TypeVar, cast

from paicha.kernel.cells import ANY, Cell

#: A message: its pieces, `ANY` where it is variable.
Key = tuple[str, ...]

_Told = TypeVar("_Told")


class Member(NamedTuple):
    """A shape in a group."""

    shape: str
    cells: tuple[Cell, ...]


class Group(list[Member]):
    """
    The shapes of one message.

    Passes over the groups hand on those that they do not change, so what a message and its shapes say by
    themselves is asked once. Nothing is added to a group that was asked.
    """

    __slots__ = ("_told",)
    _told: dict[object, object]

    def told(self, key: Key, tell: Callable[[Key, Group], _Told]) -> _Told:
        """Return what *tell* says of the group and its message, asked once."""
        try:
            known = self._told
        except AttributeError:
            known = self._told = {}
        if tell not in known:
            known[tell] = tell(key, self)
        return cast("_Told", known[tell])


class Varying(NamedTuple):
    """
    What stands where a message is variable; each text once.

    Args:
        at: The place.
        texts: All that stands there.
        values: Of these what is no variable of its shape: words, and lists of words.
        words: Of these the words.
    """

    at: int
    texts: tuple[str, ...]
    values: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def are_words(self) -> bool:
        """Whether nothing but words stands there."""
        return self.words is self.texts


def varying(key: Key, group: Group) -> Sequence[Varying]:
    """Return the places where a message is variable."""
    return [_varying(at, group) for at, text in enumerate(key) if text == ANY]


def _varying(at: int, group: Group) -> Varying:
    first = group[0].cells[at]
    if len(group) == 1 and first.kind and not first.is_list:
        return _of_one(at, first.text)
    cells = {member.cells[at] for member in group} if len(group) > 1 else (first,)
    texts = tuple({cell.text: None for cell in cells})
    values = words = texts
    if any(cell.kind for cell in cells):
        values = words = tuple({cell.text: None for cell in cells if not cell.kind})
    if any(cell.is_list for cell in cells):
        words = tuple({cell.text: None for cell in cells if not cell.kind and not cell.is_list})
    return Varying(at, texts, values, words)


@lru_cache(1 << 12)
def _of_one(at: int, text: str) -> Varying:
    """Return a variable of one shape: many have the same."""
    return Varying(at, (text,), (), ())


class Groups(dict[Key, Group]):
    """Groups by their messages; one that nothing is added to stays the same object."""

    def __init__(self) -> None:
        super().__init__()
        self._made: set[Key] = set()

    def add(self, key: Key, group: Group) -> None:
        """Put a group under a message, behind what is there."""
        known = self.get(key)
        if known is None:
            self[key] = group
            return
        if key not in self._made:
            self._made.add(key)
            known = self[key] = Group(known)
        known.extend(group)

    def moved(self, targets: Mapping[Key, Key]) -> Groups:
        """Return the groups with some of them under other messages."""
        if not targets:
            return self
        found = Groups()
        for key in sorted(self):
            target = targets.get(key, key)
            # What a group told was of its message.
            found.add(target, self[key] if target == key else Group(self[key]))
        return found

    def in_order(self) -> Groups:
        """Return the groups sorted by their messages."""
        found = Groups()
        for key in sorted(self):
            found[key] = self[key]
        return found

    @cached_property
    def pieces(self) -> Counter[str]:
        """How often each piece stands in the messages."""
        return Counter(chain.from_iterable(self))

    @cached_property
    def lone(self) -> frozenset[str]:
        """
        Pieces that stand in one message alone, and are no variable.

        They tell it from all others: what compares messages looks for no equal where they stand.
        """
        return frozenset(piece for piece, n in self.pieces.items() if n == 1 and piece != ANY)
