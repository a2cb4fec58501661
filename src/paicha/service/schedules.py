"""Runs that come again: after a standstill one of them stands for all that were missed."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from paicha.composition.words import utc
from paicha.kernel.cron import Cron, parse_cron
from paicha.locales import Text, text
from paicha.model.service import RunRequest
from paicha.stores.ledger.planned import Plan
from paicha.stores.ledger.schedules import Schedules
from paicha.values import dataclass
from paicha.wiring.alert_settings import ScheduleSettings
from paicha.wiring.settings import Settings

#: Missed times are counted up to here.
MOST_COUNTED = 1_000
#: What is read where neither the schedule nor a profile says.
USUAL_WINDOW = "15m"
#: A run this late says so.
_LATE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Due:
    """The times of a schedule that have come."""

    last: datetime  # the one that a run is made for
    missed: int  # those before it
    more: bool  # there were more than were counted


def due(cron: Cron, seen: datetime, now: datetime) -> Due | None:
    """
    Return which times of *cron* came after *seen*, up to *now*; None: none did.

    Example:
        >>> from datetime import UTC
        >>> hourly = parse_cron("0 * * * *", "UTC")
        >>> found = due(hourly, datetime(2026, 1, 5, 9, 0, tzinfo=UTC), datetime(2026, 1, 5, 12, 30, tzinfo=UTC))
        >>> found.last.hour, found.missed
        (12, 2)
    """
    at = cron.after(seen)
    if at > now:
        return None
    n = 0
    while n < MOST_COUNTED and (following := cron.after(at)) <= now:
        at, n = following, n + 1
    if n < MOST_COUNTED:
        return Due(at, n, more=False)
    # Too many to count: look back from now instead.
    back = timedelta(minutes=1)
    while (latest := cron.after(now - back)) > now:
        back *= 2
    while (following := cron.after(latest)) <= now:
        latest = following
    return Due(latest, n, more=True)


@dataclass(frozen=True, slots=True)
class Timetable:
    """
    All schedules of the settings.

    Args:
        settings: Everything that was set.
        schedules: Until when each was seen to.
    """

    settings: Settings
    schedules: Schedules

    def look(self, now: datetime) -> int:
        """
        Plan a run for each schedule whose time has come; return how many.

        Raises:
            LedgerError: If the ledger cannot be read or written.
        """
        planned = 0
        for schedule in self.settings.schedules:
            cron = parse_cron(schedule.cron, schedule.zone or self.settings.general.zone or "UTC")
            seen = self.schedules.seen(schedule.name, f"{schedule.cron} {cron.zone}", now)
            found = due(cron, seen, now)
            if found is not None:
                plan = plan_of(schedule, found, now, self._window(schedule), cron.zone)
                planned += self.schedules.advance(schedule.name, seen, found.last, plan)
        return planned

    def _window(self, schedule: ScheduleSettings) -> str:
        profile = self.settings.profile(schedule.profile)
        return schedule.window or (profile.window if profile else USUAL_WINDOW)


def plan_of(schedule: ScheduleSettings, found: Due, now: datetime, window: str, zone: str) -> Plan:
    """Return the run of a schedule for the last time that has come, over *window* before it."""
    stamp = utc(found.last)
    request = RunRequest(
        end=stamp,
        last=window,
        baseline=schedule.baseline,
        profile=schedule.profile,
        title=schedule.title or schedule.name,
        trigger="schedule",
        asked_by=schedule.name,
    )
    return Plan(
        f"schedule/{schedule.name}/{stamp}", request, tuple(_words(schedule, found, now, zone))
    )


def _words(schedule: ScheduleSettings, found: Due, now: datetime, zone: str) -> list[Text]:
    at = f"{found.last.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} ({zone})"
    words = [text("schedules.note.due", name=schedule.name, at=at)]
    if found.missed:
        least = text("schedules.note.at_least") if found.more else Text.same("")
        words.append(text("schedules.note.missed", n=found.missed, least=least, at=at))
    elif now - found.last > _LATE:
        words.append(
            text("schedules.note.late", minutes=round((now - found.last).total_seconds() / 60))
        )
    return words
