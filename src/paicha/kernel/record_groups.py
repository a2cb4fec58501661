"""Records of one recipe, column by column, in the order of their times."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence
from itertools import compress
from operator import itemgetter
from typing import NamedTuple, Protocol, TypeVar

from paicha.kernel.headers import Facts
from paicha.kernel.recipes import Recipe

_Thing = TypeVar("_Thing")


class _Pick(Protocol):
    def __call__(self, column: list[_Thing], /) -> list[_Thing]: ...


class Group(NamedTuple):
    """
    Records that are counted together, the earliest first.

    Args:
        recipe: How their lines are read.
        places: Which lines of the stretch they are.
        times: Their times [µs].
        said: Their facts where these differ.
        bodies: Their messages where these differ.
        columns: What the groups of the spelling hold.
    """

    recipe: Recipe
    places: list[int]
    times: list[int]
    said: list[Facts] | None
    bodies: list[bytes] | None
    columns: list[list[bytes]]

    def by(self, pick: _Pick) -> Group:
        """Return the records that are picked of each column."""
        return Group(
            self.recipe,
            pick(self.places),
            pick(self.times),
            None if self.said is None else pick(self.said),
            None if self.bodies is None else pick(self.bodies),
            [pick(column) for column in self.columns],
        )

    def ordered(self) -> Group:
        """Return the same in the order of their times; of the same time in that of their lines."""
        times = self.times
        if times == sorted(times):
            return self
        return self.at(sorted(range(len(times)), key=times.__getitem__))

    def at(self, indices: Sequence[int]) -> Group:
        """Return some of the records."""
        return self.by(lambda column: list(map(column.__getitem__, indices)))

    def where(self, holds: Collection[object]) -> Group:
        """Return the records for which something holds."""
        return self.by(lambda column: list(compress(column, holds)))

    def without(self, places: Collection[int]) -> Group:
        """Return the records without those of some lines."""
        return self.where([place not in places for place in self.places])

    def parted(self, start: int, end: int) -> tuple[Group, Group]:
        """Return the records of a span of time, and the others."""
        first, last = bisect_left(self.times, start), bisect_left(self.times, end)
        last = max(first, last)
        if last - first == len(self.times):
            return self, self.by(lambda _: [])
        return self.by(itemgetter(slice(first, last))), self.by(
            lambda column: column[:first] + column[last:]
        )
