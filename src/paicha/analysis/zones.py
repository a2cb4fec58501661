"""Zones that make times doubtful: files a whole number of half hours apart, and hours that a zone has twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from paicha.locales import Text, text
from paicha.model.coverage import SourceCoverage
from paicha.model.question import Window
from paicha.values import dataclass

#: Zones differ by half hours; files of one window that are apart by one, give or take [s].
_STEP_S, _ZONE_STEP_S, _SLACK_S = 1800.0, 1500.0, 300.0


_DAY, _LEAST = timedelta(days=1), timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class SetBack:
    """A moment at which clocks were set back, so that local times from `to` up to `at` exist twice."""

    at: datetime  # local, as it was until then
    to: datetime  # local, as it was from then on


def set_backs(first: datetime, last: datetime, zone: str) -> Iterator[SetBack]:
    """
    Yield where clocks of *zone* were set back and records from *first* to *last* touch an hour that exists twice.

    Example:
        >>> from datetime import UTC
        >>> day = datetime(2025, 11, 2, tzinfo=UTC)
        >>> [(f"{one.at:%H:%M}", f"{one.to:%H:%M}") for one in set_backs(day, day + _DAY, "America/New_York")]
        [('02:00', '01:00')]
    """
    local = ZoneInfo(zone)

    def offset(moment: datetime) -> timedelta:
        return moment.astimezone(local).utcoffset() or timedelta(0)

    at = first - _DAY
    while at <= last:
        back = offset(at) - offset(at + _DAY)
        low, high = at, at + _DAY
        while back > timedelta(0) and high - low > timedelta(seconds=1):
            middle = low + (high - low) / 2
            low, high = (low, middle) if offset(middle) < offset(at) else (middle, high)
        turn = high.replace(second=0, microsecond=0) if back > timedelta(0) else high
        if back > timedelta(0) and first < turn + back and turn - back <= last:
            after = turn.astimezone(local).replace(tzinfo=None)
            yield SetBack(after + back, after)
        at += _DAY


def doubtful_hours(held: Sequence[datetime], asked: Sequence[Window], zone: str) -> Iterator[Text]:
    """
    Yield what is to be said of hours that *zone* has twice: of those that records and what is asked both touch.

    Args:
        held: Times of the records that were read, in the windows and beside them; the first and the last will do.
        asked: The windows asked about.
        zone: What stamps without a zone are read in.
    """
    if not held:
        return
    touched = {back for one in asked for back in set_backs(one.start, one.end - _LEAST, zone)}
    for back in set_backs(min(held), max(held), zone):
        if back in touched:
            at, to = f"{back.at:%H:%M}", f"{back.to:%H:%M}"
            yield text("quality.set_back", zone=zone, day=f"{back.at:%Y-%m-%d}", at=at, to=to)


@dataclass(frozen=True, slots=True)
class Apart:
    """A file that begins so long after another one ended."""

    one: str
    other: str
    gap_s: float

    @property
    def are_alike(self) -> bool:
        """Whether both are called alike, in folders of their own: one program on two hosts, not two of its files."""
        return PurePosixPath(self.one).name == PurePosixPath(self.other).name


def files_apart(coverage: Sequence[SourceCoverage]) -> Iterator[Apart]:
    """
    Yield the files whose distance to all before them looks like that of two zones; files of one incident overlap.

    Args:
        coverage: What the log sources gave.
    """
    spans = sorted(
        (file.first, file.last, file.path)
        for source in coverage
        for file in source.files
        if file.first and file.last
    )
    latest = accumulate(((end, path) for _, end, path in spans), max)
    for (start, _, other), (end, one) in zip(spans[1:], latest, strict=False):
        gap = (start - end).total_seconds()
        if gap >= _ZONE_STEP_S and abs(gap - _STEP_S * round(gap / _STEP_S)) <= _SLACK_S:
            yield Apart(one, other, gap)
