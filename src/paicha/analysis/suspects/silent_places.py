"""
Where nothing is written any more while the same is written elsewhere: a host, a service on one of its hosts, a file among its like.

The service goes on, so it is no service that fell silent; yet one machine of three that says nothing may be dead, cut off, or no more
collected, and a report of the other two is no report of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.suspects.silence import Silent, silent_of
from paicha.model.coverage import FileCoverage
from paicha.values import dataclass

#: At least so many places have one thing in common, so that one of them is the odd one out.
_LIKE = 3
_LEAST = timedelta(minutes=3)
#: How long a file paused before is not known: it takes more records that were due than of what is counted by the minute.
_DUE_OF_FILE = 60


@dataclass(frozen=True, slots=True)
class SilentPlace:
    """A place that fell silent; `service`: what is silent there, "": everything."""

    kind: Literal["host", "service", "file"]
    silent: Silent
    service: str = ""


def silent_places_of(
    tables: Iterable[pa.Table | None],
    files: Sequence[FileCoverage],
    start: datetime,
    known: Collection[str],
    *,
    unasked: bool,
) -> tuple[SilentPlace, ...]:
    """
    Return where it fell silent inside the window, the earliest first.

    Args:
        tables: `COUNTS` of baseline and window; None where there is none.
        files: The files that were read: they are asked where records name no host.
        start: Begin of the window.
        known: The services that are silent everywhere: that is said of them.
        unasked: As of `silent_of`.
    """
    counted = [table for table in tables if table is not None]
    if not counted:
        return ()
    columns = ["service_name", "host", "minute", "n", "first", "last"]
    rows = pa.concat_tables([table.select(columns) for table in counted])
    if known:
        rows = rows.filter(pc.invert(pc.is_in(rows["service_name"], pa.array(sorted(known)))))
    if not pc.any(pc.not_equal(rows["host"], "")).as_py():
        found = [SilentPlace("file", one) for one in _silent_files(files, start)]
    else:
        found = list(_silent_hosts(rows, start, unasked=unasked))
    return tuple(sorted(found, key=lambda one: (one.silent.last, one.silent.name, one.service)))


def _silent_hosts(rows: pa.Table, start: datetime, *, unasked: bool) -> Iterator[SilentPlace]:
    whole = {one.name: one for one in silent_of([rows], "host", start, unasked=unasked)}
    yield from (SilentPlace("host", one) for one in whole.values())
    named = rows.filter(pc.not_equal(rows["host"], ""))
    lasts = named.group_by(["service_name", "host"], use_threads=False).aggregate([("last", "max")])
    ends: dict[str, list[datetime]] = defaultdict(list)
    for service, last in zip(
        lasts["service_name"].to_pylist(), lasts["last_max"].to_pylist(), strict=True
    ):
        if service and last is not None:
            ends[service].append(last)
    for service, moments in sorted(ends.items()):
        if len(moments) < _LIKE or max(moments) - min(moments) < _LEAST:
            continue  # only where one ends early its minutes are looked through
        own = named.filter(pc.equal(named["service_name"], service))
        for one in silent_of([own], "host", start, unasked=unasked):
            if one.name not in whole:
                yield SilentPlace("service", one, service)


def _silent_files(files: Sequence[FileCoverage], start: datetime) -> Iterator[Silent]:
    """Yield the files that end early among at least two of the same name that go on."""
    like: dict[str, list[tuple[FileCoverage, datetime, datetime]]] = defaultdict(list)
    for file in files:
        if file.first is not None and file.last is not None:
            like[PurePosixPath(file.path).name].append((file, file.first, file.last))
    for group in like.values():
        until = max(last for _, _, last in group)
        early = [one for one in group if until - one[2] >= _LEAST]
        if len(group) < _LIKE or 2 * len(early) >= len(group):
            continue
        for file, first, last in early:
            wrote, silent = (last - first).total_seconds(), (until - last).total_seconds()
            if last >= start and wrote >= silent and file.records * silent >= _DUE_OF_FILE * wrote:
                yield Silent(file.path, last, until, 60 * file.records / wrote, timedelta())
