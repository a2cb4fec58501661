"""
Who wrote steadily and then nothing more, while others went on.

A process that hangs says nothing of it: what it leaves is a pace that ends. Where its spans go on at their pace its log ended, not
the process: another log level, or a shipper that lost it. A thing is silent when it wrote
from the begin of what was read and for at least as long as it has been silent (half as long where nobody asked for a window),
when at its own pace many more records were due since, and when it never paused for nearly so long before. A job that came and went is none.
Where half of all that write fall silent, their collection ended rather than they, and nobody is named.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.suspects.interventions import Intervention, concerned
from paicha.analysis.suspects.logged import patterns_of
from paicha.values import dataclass

#: Records that were due since the last one, at the thing's own pace; `change.report` asks for as many.
_DUE = 20
#: So many times the longest pause before; and at least so long, for minutes are all that is known.
_PAUSES, _LEAST = 3, timedelta(minutes=3)
#: It wrote for at least as long as it is silent; for half as long where nobody said which stretch of time is meant.
_WROTE, _WROTE_UNASKED = 1.0, 0.5
#: With half of the spans that were due whoever writes nothing works, and with fewer than so many nothing is known.
_WORKS, _FEW_SPANS = 0.5, 5
#: What stops somebody is told so long before the last record at most, or right behind it.
_BEFORE, _BEHIND = timedelta(minutes=5), timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Silent:
    """One service that stopped writing. Sorted by time of its last record, then name."""

    name: str
    last: datetime
    until: datetime  # last record of anybody
    per_minute: float  # its pace before
    longest_pause: timedelta
    spans: int = 0  # of it since, where they go on as before: it works; else 0


class _Written(NamedTuple):
    """When one thing wrote, and how much."""

    name: str
    n: int
    first: datetime
    last: datetime


def silent_of(
    tables: Iterable[pa.Table | None],
    column: str,
    start: datetime,
    spans: pa.Table | None = None,
    *,
    unasked: bool = False,
) -> tuple[Silent, ...]:
    """
    Return who fell silent inside the window.

    Args:
        tables: `COUNTS` of baseline and window; None where there is none.
        column: What names whoever writes.
        start: Begin of the window: who was silent before it is no news.
        spans: `SPANS` of both; None: there are none.
        unasked: Whether nobody said what is to be compared: the log ends when somebody took it away, which may be long after.
    """
    timed = _timed([table for table in tables if table is not None], column)
    written = _written(timed)
    if not written:
        return ()
    begin, until = min(one.first for one in written), max(one.last for one in written)
    wrote = _WROTE_UNASKED if unasked else _WROTE
    found = [
        silent
        for one in written
        if (silent := _silent(one, timed, (begin, until), wrote)) is not None
        and silent.last >= start
    ]
    if 2 * len(found) >= len(written):
        return ()
    found = [replace(one, spans=_spans_since(one, spans)) for one in found]
    return tuple(sorted(found, key=lambda one: (one.last, one.name)))


def stopped(
    silent: Iterable[Silent], interventions: Sequence[Intervention], names: Iterable[str]
) -> frozenset[str]:
    """
    Return whose silence is meant: a line says that it was stopped, or that less is to be written.

    Args:
        silent: Who fell silent.
        interventions: What was done.
        names: All suspects.
    """
    meant = [one for one in interventions if one.kind.silences]
    those = list(silent)
    if not meant or not those:
        return frozenset()
    patterns = patterns_of(names)
    return frozenset(
        silent_one.name
        for silent_one in those
        for one in meant
        if -_BEHIND <= silent_one.last - one.at <= _BEFORE
        and silent_one.name in concerned(one, patterns)
    )


def _spans_since(one: Silent, spans: pa.Table | None) -> int:
    """Return how many spans there are since, where about as many are as were due; else 0."""
    if spans is None or not spans.num_rows:
        return 0
    own = spans["start"].filter(pc.equal(spans["service_name"], one.name)).drop_null()
    if not len(own):
        return 0
    first, last = pc.min_max(own).as_py().values()
    usual = pc.sum(pc.less_equal(own, pa.scalar(one.last, own.type))).as_py()
    since = len(own) - usual
    wrote = (one.last - first).total_seconds()
    if since < _FEW_SPANS or wrote <= 0 or one.until - last > _LEAST:
        return 0
    due = usual / wrote * (one.until - one.last).total_seconds()
    return since if since >= _WORKS * due else 0


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


def _silent(
    one: _Written, timed: pa.Table, ends: tuple[datetime, datetime], least: float
) -> Silent | None:
    begin, until = ends
    wrote, silent = one.last - one.first, until - one.last
    if silent < _LEAST or wrote < least * silent or one.first - begin > _LEAST:
        return None
    pace = one.n / wrote.total_seconds()
    if pace * silent.total_seconds() < _DUE:
        return None
    minutes = sorted(set(timed["minute"].filter(pc.equal(timed["name"], one.name)).to_pylist()))
    pause = max((b - a for a, b in itertools.pairwise(minutes)), default=timedelta())
    if silent < _PAUSES * pause:
        return None
    return Silent(one.name, one.last, until, pace * 60, pause)
