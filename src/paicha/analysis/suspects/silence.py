"""
Who wrote steadily and then nothing more, while others went on.

A process that hangs says nothing of it: what it leaves is a pace that ends. A thing is silent when it wrote
from the begin of what was read and for at least as long as it has been silent, when at its own pace many more
records were due since, and when it never paused for nearly so long before. A job that came and went is none.
Where half of all that write fall silent, their collection ended rather than they, and nobody is named.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

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


class _Written(NamedTuple):
    """When one thing wrote, and how much."""

    name: str
    n: int
    first: datetime
    last: datetime


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
    timed = _timed([table for table in tables if table is not None], column)
    written = _written(timed)
    if not written:
        return ()
    begin, until = min(one.first for one in written), max(one.last for one in written)
    found = [
        silent
        for one in written
        if (silent := _silent(one, timed, begin, until)) is not None and silent.last >= start
    ]
    if 2 * len(found) >= len(written):
        return ()
    return tuple(sorted(found, key=lambda one: (one.last, one.name)))


def _timed(tables: Sequence[pa.Table], column: str) -> pa.Table | None:
    """Return the rows with a time and a name, the name as ``name``; None: there is no table."""
    if not tables:
        return None
    names = [column, "minute", "n", "first", "last"]
    rows = pa.concat_tables([table.select(names) for table in tables])
    kept = pc.and_(pc.is_valid(rows["minute"]), pc.is_valid(rows["first"]))
    kept = pc.and_(kept, pc.not_equal(rows[column], ""))
    return rows.filter(kept).rename_columns(["name", *names[1:]])


def _written(timed: pa.Table | None) -> list[_Written]:
    """Return what each thing wrote, sorted by name."""
    if timed is None:
        return []
    sums = timed.group_by("name", use_threads=False).aggregate(
        [("n", "sum"), ("first", "min"), ("last", "max")]
    )
    columns = (sums[name].to_pylist() for name in ("name", "n_sum", "first_min", "last_max"))
    return sorted(_Written(*row) for row in zip(*columns, strict=True))


def _silent(one: _Written, timed: pa.Table, begin: datetime, until: datetime) -> Silent | None:
    wrote, silent = one.last - one.first, until - one.last
    if silent < _LEAST or wrote < silent or one.first - begin > _LEAST:
        return None
    pace = one.n / wrote.total_seconds()
    if pace * silent.total_seconds() < _DUE:
        return None
    minutes = sorted(set(timed["minute"].filter(pc.equal(timed["name"], one.name)).to_pylist()))
    pause = max((b - a for a, b in itertools.pairwise(minutes)), default=timedelta())
    if silent < _PAUSES * pause:
        return None
    return Silent(one.name, one.last, until, pace * 60, pause)
