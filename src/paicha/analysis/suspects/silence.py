"""
Who wrote steadily and then nothing more, while others went on.

A process that hangs says nothing of it: what it leaves is a pace that ends. A thing is silent when it wrote
from the begin of what was read and for at least as long as it has been silent, when at its own pace many more
records were due since, and when it never paused for nearly so long before. A job that came and went is none.
Where half of all that write fall silent, their collection ended rather than they, and nobody is named.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from paicha.values import dataclass

#: Records that were due since the last one, at the thing's own pace; `change.report` asks for as many.
_DUE = 20
#: So many times the longest pause before; and at least so long, for minutes are all that is known.
_PAUSES, _LEAST = 3, timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class Silent:
    """One service that stopped writing. Sorted by time of its last record, then name."""

    name: str
    last: datetime
    until: datetime  # last record of anybody
    per_minute: float  # its pace before
    longest_pause: timedelta


@dataclass(slots=True)
class _Written:
    """When one thing wrote, and how much."""

    n: int = 0
    first: datetime | None = None
    last: datetime | None = None
    minutes: set[datetime] = field(default_factory=set)

    def add(self, n: int, first: datetime, last: datetime, minute: datetime) -> None:
        self.n += n
        self.first = first if self.first is None else min(self.first, first)
        self.last = last if self.last is None else max(self.last, last)
        self.minutes.add(minute)


def silent_of(
    tables: Iterable[pa.Table | None], column: str, start: datetime
) -> tuple[Silent, ...]:
    """
    Return who fell silent inside the window.

    Args:
        tables: `COUNTS` of baseline and window; None where there is none.
        column: What names whoever writes.
        start: Begin of the window: who was silent before it is no news.
    """
    written = _written(tables, column)
    ends = [one.last for one in written.values() if one.last is not None]
    if not ends:
        return ()
    begin, until = min(one.first for one in written.values() if one.first is not None), max(ends)
    found = [
        silent
        for name, one in written.items()
        if (silent := _silent(name, one, begin, until)) is not None and silent.last >= start
    ]
    if 2 * len(found) >= len(written):
        return ()
    return tuple(sorted(found, key=lambda one: (one.last, one.name)))


def _written(tables: Iterable[pa.Table | None], column: str) -> Mapping[str, _Written]:
    written: dict[str, _Written] = defaultdict(_Written)
    for table in tables:
        if table is None:
            continue
        timed = table.filter(pc.and_(pc.is_valid(table["minute"]), pc.is_valid(table["first"])))
        sums = timed.group_by([column, "minute"], use_threads=False).aggregate(
            [("n", "sum"), ("first", "min"), ("last", "max")]
        )
        names = ("n_sum", "first_min", "last_max", "minute")
        for name, *row in zip(*(sums[c].to_pylist() for c in (column, *names)), strict=True):
            if name:
                written[name].add(*row)
    return dict(sorted(written.items()))


def _silent(name: str, one: _Written, begin: datetime, until: datetime) -> Silent | None:
    if one.first is None or one.last is None or not one.minutes:
        return None
    wrote, silent = one.last - one.first, until - one.last
    if silent < _LEAST or wrote < silent or one.first - begin > _LEAST:
        return None
    pace = one.n / wrote.total_seconds()
    minutes = sorted(one.minutes)
    pause = max((b - a for a, b in itertools.pairwise(minutes)), default=timedelta())
    if pace * silent.total_seconds() < _DUE or silent < _PAUSES * pause:
        return None
    return Silent(name, one.last, until, pace * 60, pause)
