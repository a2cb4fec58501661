"""Which stretch of time a window is compared with, as people say it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from paicha.errors import QuestionError
from paicha.kernel.moments import parse_duration, parse_moment
from paicha.kernel.times import find_zone
from paicha.model.question import Window

#: The stretch of the same length that ends where the window begins.
PREVIOUS: Final = "previous"
NONE: Final = "none"
_DAYS: Final = {"yesterday": 1, "last-week": 7}
#: The same in Chinese.
_SPOKEN: Final = {
    "昨天": "yesterday",
    "上周": "last-week",
    "上一段": PREVIOUS,
    "无": NONE,
    "不对比": NONE,
}
_BEFORE = re.compile(r"(\d{1,6}(?:s|m|min|h|d|w))-before")


def resolve_baseline(
    asked: str | None, window: Window | None, zone: str, now: datetime
) -> Window | None:
    """
    Return the stretch to compare *window* with; None: with nothing.

    Reads ``previous`` (the default where a window was asked for), ``1h-before`` (any length: the
    window, that much earlier), ``yesterday`` and ``last-week`` (the same time of the day in *zone*),
    ``FROM..TO`` and ``none``.

    Args:
        asked: What was written; None: nobody asked.
        window: What was asked about; None: the whole of the files.
        zone: IANA name of the reader's zone.
        now: What ``now`` means.

    Raises:
        QuestionError: If it cannot be read, reaches into the window, or there is no window.

    Example:
        >>> start = datetime(2026, 3, 2, 9, tzinfo=UTC)
        >>> window = Window(start, start + timedelta(minutes=15))
        >>> resolve_baseline("1h-before", window, "UTC", start).start.isoformat()
        '2026-03-02T08:00:00+00:00'
    """
    words = (asked or "").strip()
    words = _SPOKEN.get(words, words)
    if words == NONE or (window is None and not words):
        return None
    if window is None:
        raise QuestionError("baseline.without_window", baseline=asked)
    found = _stretch(words or PREVIOUS, window, zone, now)
    if found.start < window.end and window.start < found.end:
        facts = {"window": _shown(window, zone), "stretch": _shown(found, zone)}
        raise QuestionError("baseline.overlaps", baseline=words or PREVIOUS, **facts)
    return found


def _stretch(words: str, window: Window, zone: str, now: datetime) -> Window:
    if words == PREVIOUS:
        return Window(window.start - window.length, window.start)
    if words in _DAYS:
        return Window(*(_days_before(at, _DAYS[words], zone) for at in (window.start, window.end)))
    before = _BEFORE.fullmatch(words)
    if before is not None:
        shift = parse_duration(before.group(1))
        return Window(window.start - shift, window.end - shift)
    start, dots, end = words.partition("..")
    if not dots:
        raise QuestionError("baseline.unreadable", baseline=words)
    first, last = parse_moment(start, zone, now), parse_moment(end, zone, now)
    if last <= first:
        raise QuestionError("baseline.reversed", baseline=words)
    return Window(first, last)


def _days_before(moment: datetime, days: int, zone: str) -> datetime:
    # On the reader's clock: nine in the morning stays nine where the clocks were changed between.
    local = moment.astimezone(find_zone(zone)) - timedelta(days=days)
    return local.astimezone(UTC)


def _shown(window: Window, zone: str) -> str:
    there = find_zone(zone)
    ends = (
        at.astimezone(there).isoformat(sep=" ", timespec="seconds")
        for at in (window.start, window.end)
    )
    return " .. ".join(ends)
