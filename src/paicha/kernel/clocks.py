"""
Times of day without a day, as people ask for them: ``10:40``.

Nothing here looks at a clock: which day is meant follows from a moment that is given, in the reader's zone.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

from paicha.errors import QuestionError
from paicha.kernel.spoken_times import in_figures
from paicha.kernel.times import find_zone

_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,6}))?)?")
_DAYS = range(-2, 3)


def is_clock(text: str | None) -> bool:
    """
    Return whether *text* is a time of day without a day.

    Example:
        >>> is_clock("10:40"), is_clock(" 9:05:30 "), is_clock("下午3点"), is_clock("2025-12-19 10:40"), is_clock(None)
        (True, True, True, False, False)
    """
    return text is not None and _CLOCK.fullmatch(in_figures(text)) is not None


def last_before(text: str, zone: str, moment: datetime) -> datetime:
    """
    Return the last such time that is not after *moment*, in UTC.

    Raises:
        QuestionError: If there is no such time of day, or the zone is unknown.

    Example:
        >>> noon = datetime(2025, 12, 19, 12, tzinfo=UTC)
        >>> last_before("23:30", "UTC", noon).isoformat(), last_before("11:30", "UTC", noon).isoformat()
        ('2025-12-18T23:30:00+00:00', '2025-12-19T11:30:00+00:00')
    """
    return max(at for at in _around(text, zone, moment) if at <= moment)


def first_after(text: str, zone: str, moment: datetime) -> datetime:
    """
    Return the first such time after *moment*, in UTC.

    Raises:
        QuestionError: If there is no such time of day, or the zone is unknown.
    """
    return min(at for at in _around(text, zone, moment) if at > moment)


def _around(text: str, zone: str, moment: datetime) -> list[datetime]:
    """Return the moments of the days around *moment* at which clocks in *zone* show *text*; where they are put back, both."""
    there = find_zone(zone)
    try:
        day = moment.astimezone(there).date()
        clock = _clock(text)
        days = [day + timedelta(days=shift) for shift in _DAYS]
    except (OverflowError, ValueError) as error:
        raise QuestionError("question.time", text=text) from error
    return [
        datetime.combine(one, clock.replace(fold=fold), there).astimezone(UTC)
        for one in days
        for fold in (0, 1)
    ]


def _clock(text: str) -> time:
    found = _CLOCK.fullmatch(in_figures(text))
    if found is None:
        raise ValueError(text)
    hour, minute, second, fraction = found.groups()
    return time(int(hour), int(minute), int(second or 0), int((fraction or "").ljust(6, "0")))
