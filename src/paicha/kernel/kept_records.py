"""The records of each kind that are kept of a part: the earliest of them, and the last."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.keeping import FIRST
from paicha.kernel.scan import Example
from paicha.kernel.texts import joined

_LATEST = 2**63 - 1
#: A line's number, where it begins in the file, and what it is.
At = Callable[[int], tuple[int, int, bytes]]


class Kept(NamedTuple):
    """A record that is kept: when, its line's number as locators order it, line, offset, bytes."""

    time: int
    order: str
    line: int
    offset: int
    data: bytes


class Earliest:
    """The earliest records of one kind, and the last."""

    __slots__ = ("first", "last")

    def __init__(self) -> None:
        self.first: list[Kept] = []
        self.last: Kept | None = None

    @property
    def bound(self) -> int | None:
        """Records behind this time are none of the earliest [µs]; None: there are not as many yet."""
        return self.first[-1].time if len(self.first) == FIRST else None

    def wanted(self, times: Sequence[int]) -> int:
        """Return how many of some records may be among the earliest; their times ascend."""
        bound = times[min(FIRST, len(times)) - 1]
        if len(self.first) == FIRST:
            bound = min(bound, self.first[-1].time)
        return bisect_right(times, bound)

    def offer(self, record: Kept) -> None:
        """Keep a record if it is among them."""
        if self.last is None or self.last[:2] < record[:2]:
            self.last = record
        if len(self.first) < FIRST or record < self.first[-1]:
            self.first = sorted([*self.first, record])[:FIRST]


class KeptRecords:
    """
    What is kept of the records of a part; a kind is a shape with a severity.

    Args:
        mark: What stands behind a line's number in locators of the file.
    """

    def __init__(self, mark: str) -> None:
        self._mark = mark
        self._kept: dict[tuple[str, int], Earliest] = {}

    def add(self, kinds: Sequence[tuple[str, int]], records: pa.Table, at: At) -> None:
        """
        Keep those records of each kind that are among the earliest or the last.

        Args:
            kinds: The kinds.
            records: Of which kind records are, by number, their times, and which lines of a stretch.
            at: Finds a line of it.
        """
        kept = [self._kept.setdefault(kind, Earliest()) for kind in kinds]
        latest = records.group_by("kind", use_threads=False).aggregate([("time", "max")])
        lasts = dict(zip(*(latest[name].to_pylist() for name in ("kind", "time_max")), strict=True))
        bounds = [_LATEST if one.bound is None else one.bound for one in kept]
        last = pa.array([lasts[number] for number in range(len(kept))], pa.int64())
        numbers, times = (
            joined(records[name].chunks, records[name].type) for name in ("kind", "time")
        )
        early = pc.less_equal(times, pa.array(bounds, pa.int64()).take(numbers))
        late = pc.equal(times, last.take(numbers))
        few = records.filter(pc.or_(early, late))
        few = few.sort_by([(name, "ascending") for name in ("kind", "time", "place")])
        found = zip(*(few[name].to_pylist() for name in few.column_names), strict=True)
        for number, same in groupby(found, key=itemgetter(0)):
            _, offered, places = zip(*same, strict=True)
            self._offer(kept[number], places, offered, at)

    def examples(self) -> list[Example]:
        """Return them by line."""
        found = {
            (one.line, one.offset, one.data, severity, shape)
            for (shape, severity), earliest in self._kept.items()
            for one in (*earliest.first, earliest.last)
            if one is not None
        }
        return [Example(*one) for one in sorted(found)]

    def _offer(
        self, earliest: Earliest, places: Sequence[int], times: Sequence[int], at: At
    ) -> None:
        """Offer lines in the order of their times, without those that are not wanted."""
        wanted = places[: earliest.wanted(times)]
        for place, time in zip(wanted, times, strict=False):
            earliest.offer(self._kept_at(place, time, at))
        late = times[-1]
        if earliest.last is None or late >= earliest.last.time:
            same = places[bisect_left(times, late, len(wanted)) :]
            if len(same) > 1:
                same = [max(same, key=lambda place: f"{at(place)[0]}{self._mark}")]
            for place in same:
                earliest.offer(self._kept_at(place, late, at))

    def _kept_at(self, place: int, time: int, at: At) -> Kept:
        line, offset, data = at(place)
        return Kept(time, f"{line}{self._mark}", line, offset, data)
