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
#: Zones lie no farther apart than this [s]; a day apart are logs of two days.
_FARTHEST_S = 14 * 3600.0
#: Logs of one incident begin and end together give or take this part of their length.
_SLACK_PART = 0.05


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


@dataclass(frozen=True, slots=True)
class Shifted:
    """A file that begins and ends so much later (negative: earlier) than at least two of the same name."""

    path: str
    gap_s: float


def files_shifted(coverage: Sequence[SourceCoverage]) -> Iterator[Shifted]:
    """
    Yield the files that lie a whole number of half hours beside those of the same name in other folders, at both ends.

    Logs of several hosts that were fetched together begin and end together; of one in another zone they do so hours apart. Where
    several lie apart alike they are logs of another time.

    Args:
        coverage: What the log sources gave.
    """
    like: dict[str, list[tuple[datetime, datetime, str]]] = {}
    for source in coverage:
        for file in source.files:
            if file.first and file.last:
                spans = like.setdefault(PurePosixPath(file.path).name, [])
                spans.append((file.first, file.last, file.path))
    for spans in like.values():
        together = max((_beside(one, spans, 0.0) for one in spans), key=len)
        rest = [one for one in spans if one not in together]
        if len(together) < 2:
            continue
        for first, last, path in rest:
            gap = _STEP_S * round((first - together[0][0]).total_seconds() / _STEP_S)
            alike = _beside(together[0], spans, gap)
            if 0 < abs(gap) <= _FARTHEST_S and alike == [(first, last, path)]:
                yield Shifted(path, gap)


def _beside(
    one: tuple[datetime, datetime, str],
    spans: Sequence[tuple[datetime, datetime, str]],
    by_s: float,
) -> list[tuple[datetime, datetime, str]]:
    """Return the spans that begin and end so much later than *one*."""
    first, last, _ = one
    slack = min(_SLACK_S, _SLACK_PART * (last - first).total_seconds())
    return [
        other
        for other in spans
        if abs((other[0] - first).total_seconds() - by_s) <= slack
        and abs((other[1] - last).total_seconds() - by_s) <= slack
    ]
