"""Windows as a reader sees them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from paicha.composition.words import Words
from paicha.model.question import Window


def shown_window(window: Window, zone: str) -> str:
    """
    Return the window in *zone*, with the zone and its distance from UTC.

    Example:
        >>> from datetime import UTC
        >>> start = datetime(2026, 1, 1, 23, 50, tzinfo=UTC)
        >>> shown_window(Window(start, start.replace(minute=59)), "Asia/Shanghai")
        '2026-01-02 07:50:00 – 07:59:00 (Asia/Shanghai, UTC+08:00)'
        >>> changed = datetime(2026, 11, 1, 4, 30, tzinfo=UTC)
        >>> shown_window(Window(changed, changed.replace(hour=7)), "America/New_York")
        '2026-11-01 00:30:00 – 02:30:00 (America/New_York, UTC-04:00 → UTC-05:00)'
    """
    words = Words("en", ZoneInfo(zone))  # no word of any language stands in it
    return f"{words.window(window)} ({words.zone_name(window)})"


def shown_moment(moment: datetime | None, zone: str) -> str:
    """Return *moment* in *zone* to the millisecond; a dash where there is none."""
    if moment is None:
        return "-"
    return moment.astimezone(ZoneInfo(zone)).isoformat(sep=" ", timespec="milliseconds")
