"""
Times that come again, in cron's five fields: minute, hour, day of the month, month, day of the week.

Fields hold ``*``, numbers, names (``mon``, ``jan``), ranges, lists and steps (``*/15``, ``9-17/2``). Where day
of the month and day of the week are both narrowed, either is enough, as in cron. Times are those of a zone:
one that a change of clocks leaves out comes an hour later by the new clock, one that comes twice counts once,
unless every hour is meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from paicha.errors import QuestionError
from paicha.values import dataclass

_MONTHS = dict(
    zip(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
        range(1, 13),
        strict=True,
    )
)
_DAYS = dict(zip(["sun", "mon", "tue", "wed", "thu", "fri", "sat"], range(7), strict=True))
_ALIASES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
}
#: A 29th of February that is a certain day of the week comes again within 28 years, and 40 over 2100.
_FURTHEST_DAYS = 366 * 41
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Cron:
    """
    When something comes again.

    Example:
        >>> daily = parse_cron("0 8 * * mon-fri", "Asia/Shanghai")
        >>> daily.after(datetime(2026, 1, 2, 0, 0, tzinfo=UTC)).isoformat()  # a Friday, 08:00 there
        '2026-01-05T00:00:00+00:00'
    """

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]  # 0 is Sunday
    either_day: bool  # day of the month or of the week, whichever fits
    zone: str

    def after(self, moment: datetime) -> datetime:
        """
        Return the first time after *moment*, in UTC.

        Raises:
            QuestionError: If there is none, such as on a 31st of February.
        """
        day = moment.astimezone(ZoneInfo(self.zone)).date() - timedelta(days=1)
        for ahead in range(_FURTHEST_DAYS):
            try:
                there = day + timedelta(days=ahead)
            except OverflowError:
                break
            if self._holds(there):
                found = next((at for at in self._moments(there, moment) if at > moment), None)
                if found is not None:
                    return found
        raise QuestionError("cron.never", zone=self.zone)

    def _holds(self, day: date) -> bool:
        if day.month not in self.months:
            return False
        in_month, in_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return (in_month or in_week) if self.either_day else (in_month and in_week)

    def _moments(self, day: date, since: datetime) -> Iterator[datetime]:
        """Yield the times of one local day, in UTC and in order; those up to *since* may be left out."""
        zone = ZoneInfo(self.zone)
        midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
        if len(self.hours) < 24:
            yield from sorted(
                midnight.replace(hour=hour, minute=minute).astimezone(UTC)
                for hour in self.hours
                for minute in self.minutes
            )
            return
        start, end = midnight.astimezone(UTC), (midnight + timedelta(days=1)).astimezone(UTC)
        skipped = max(since - start, timedelta()) // _MINUTE
        at = start + skipped * _MINUTE
        while at < end:
            if at.astimezone(zone).minute in self.minutes:
                yield at
            at += _MINUTE


def parse_cron(words: str, zone: str) -> Cron:
    """
    Return what five fields mean in *zone*.

    Raises:
        QuestionError: If they cannot be understood.

    Example:
        >>> sorted(parse_cron("*/20 0 1 jan,7 *", "UTC").minutes)
        [0, 20, 40]
    """
    fields = _ALIASES.get(words.strip().lower(), words).lower().split()
    if len(fields) != 5:
        raise QuestionError("cron.fields", cron=words, n=len(fields))
    minute, hour, day, month, weekday = fields
    weekdays = _field(weekday, words, 0, 7, _DAYS)
    found = Cron(
        minutes=_field(minute, words, 0, 59),
        hours=_field(hour, words, 0, 23),
        days=_field(day, words, 1, 31),
        months=_field(month, words, 1, 12, _MONTHS),
        weekdays=frozenset(number % 7 for number in weekdays),
        either_day=not day.startswith("*") and not weekday.startswith("*"),
        zone=zone,
    )
    found.after(datetime(2000, 1, 1, tzinfo=UTC))  # refuses what never comes
    return found


def _field(
    field: str, words: str, low: int, high: int, names: dict[str, int] | None = None
) -> frozenset[int]:
    found: set[int] = set()
    for part in field.split(","):
        stretch, slash, step = part.partition("/")
        first, dash, last = stretch.partition("-")
        every = _number(step, words, {}) if slash else 1
        if stretch == "*":
            start, end = low, high
        else:
            start = _number(first, words, names or {})
            end = _number(last, words, names or {}) if dash else (high if slash else start)
        if not low <= start <= end <= high or every < 1:
            raise QuestionError("cron.field", cron=words, field=field, low=low, high=high)
        found |= set(range(start, end + 1, every))
    return frozenset(found)


def _number(word: str, words: str, names: dict[str, int]) -> int:
    if word in names:
        return names[word]
    if not (word.isascii() and word.isdigit() and len(word) < 4):
        raise QuestionError("cron.word", cron=words, word=word)
    return int(word)
