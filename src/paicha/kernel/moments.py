"""
Moments, lengths of time and windows as people write them.

Nothing here looks at a clock: what ``now`` means comes from arguments.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from paicha.errors import QuestionError
from paicha.kernel.clocks import first_after, is_clock, last_before
from paicha.kernel.epochs import EARLIEST_US, LATEST_US
from paicha.kernel.spoken_times import both_ends, in_figures, length_in_figures
from paicha.kernel.times import TimeReader, find_zone, from_micros, to_micros
from paicha.model.question import Window

_RELATIVE = re.compile(r"now(?:\s*([+-])\s*(\d{1,6})\s*(ms|s|m|min|h|d|w))?", re.IGNORECASE)
_DURATION = re.compile(r"(\d{1,6})\s*(ms|s|m|min|h|d|w)", re.IGNORECASE)
_UNITS_MS = {"ms": 1, "s": 1000, "m": 60_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
_UNITS_MS["w"] = 7 * _UNITS_MS["d"]
_DATE_ONLY = re.compile(r"\d{4}-\d\d-\d\d")
_NAMED_DAY = re.compile(r"(今天|今日|昨天|昨日|前天)(?: (.+))?")
_DAYS_BACK = {"今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2}
#: Stamps of which a person writes one.
_WRITTEN = ("iso", "epoch", "loose", "half_day", "chinese")


def parse_moment(text: str, zone: str, now: datetime) -> datetime:
    """
    Return what a person means by *text*, in UTC.

    Reads ISO 8601 with or without a zone (a date alone is its midnight), ``now``, ``now-30m`` and
    epoch seconds or milliseconds, and the same in Chinese (`paicha.kernel.spoken_times`).

    Args:
        text: What was written.
        zone: IANA name that a time without a zone is in.
        now: What ``now`` means.

    Raises:
        QuestionError: If the zone is unknown or the time cannot be read.

    Example:
        >>> parse_moment("2025-12-19 10:37", "Asia/Shanghai", datetime.now(UTC)).isoformat()
        '2025-12-19T02:37:00+00:00'
    """
    try:
        moment = _moment(text, zone, now)
    except OverflowError as error:
        raise QuestionError("question.time", text=text) from error
    if not EARLIEST_US <= to_micros(moment) <= LATEST_US:
        raise QuestionError("question.time", text=text)
    return moment


def _moment(text: str, zone: str, now: datetime) -> datetime:
    where = find_zone(zone)
    words = in_figures(text)
    named = _NAMED_DAY.fullmatch(words)
    if named is not None:
        day = now.astimezone(where).date() - timedelta(days=_DAYS_BACK[named[1]])
        words = f"{day} {named[2]}" if named[2] else f"{day}"
    relative = _RELATIVE.fullmatch(words)
    if relative is not None:
        sign, number, unit = relative.groups()
        shift = (
            timedelta(milliseconds=int(number) * _UNITS_MS[unit.lower()]) if number else timedelta()
        )
        return (now - shift if sign == "-" else now + shift).astimezone(UTC)
    if _DATE_ONLY.fullmatch(words):
        try:
            day = date.fromisoformat(words)
        except ValueError as error:
            raise QuestionError("question.time", text=text) from error
        return datetime(day.year, day.month, day.day, tzinfo=where).astimezone(UTC)
    found = TimeReader(zone, now).micros(words, _WRITTEN)
    if found is None:
        raise QuestionError("question.time", text=text)
    return from_micros(found)


def resolve_window(
    from_: str | None,
    to: str | None,
    last: str | None,
    zone: str,
    now: datetime,
    *,
    end_of_data: datetime | None = None,
) -> Window | None:
    """
    Return the window that was asked for; None when none was.

    Without an end the window ends now; ``last`` counts back from the end. A start alone may name both ends (``10:32~10:47``,
    and as the report writes its window). A time of day without a day is the one
    next to the other end of the window; where both ends are such, or one stands alone, the window is the last one that
    begins before the end of the data, and without an end it ends with the data.

    Args:
        from_: The start.
        to: The end, not included.
        last: The length.
        zone: IANA name that times without a zone are in.
        now: What ``now`` means.
        end_of_data: What a day is taken from where neither end names one, see `wants_end_of_data`; None: *now*.

    Raises:
        QuestionError: If a time or the zone cannot be read, the window ends before it starts or
            holds nothing, both a start and a length were given, or an end alone.
    """
    find_zone(zone)
    if from_ is None and to is None and last is None:
        return None
    from_, to = _written_ends(from_, to, last)
    if from_ is not None and last is not None:
        raise QuestionError("question.both_from_and_last", **{"from": from_, "last": last})
    if from_ is None and last is None:
        raise QuestionError("question.to_without_from", to=to)
    now = now.astimezone(UTC)
    reference = now if end_of_data is None else end_of_data.astimezone(UTC)
    if last is not None:
        start, end = _counted_back(to, last, zone, now=now, reference=reference)
    else:
        assert from_ is not None
        start, end = _ends(from_, to, zone, now=now, reference=reference)
    if start == end:
        raise QuestionError("question.window_empty", start=_shown(start, zone))
    if start > end:
        raise QuestionError(
            "question.window_reversed", start=_shown(start, zone), end=_shown(end, zone)
        )
    return Window(start, end)


def wants_end_of_data(from_: str | None, to: str | None, last: str | None) -> bool:
    """
    Return whether a time of day takes its day from the end of the data: no other end of the window names one.

    Example:
        >>> wants_end_of_data("10:40", None, None), wants_end_of_data("2025-12-19 10:30", "10:40", None)
        (True, False)
    """
    if last is not None:
        return is_clock(to)
    from_, to = _written_ends(from_, to, last)
    return is_clock(from_) and (to is None or is_clock(to))


def _written_ends(
    from_: str | None, to: str | None, last: str | None
) -> tuple[str | None, str | None]:
    ends = both_ends(from_) if from_ is not None and to is None and last is None else None
    return ends or (from_, to)


def _counted_back(
    to: str | None, last: str, zone: str, *, now: datetime, reference: datetime
) -> tuple[datetime, datetime]:
    """Return start and end of a window with a length, see `resolve_window`."""
    length = parse_duration(last)
    if length > reference - from_micros(EARLIEST_US):
        raise QuestionError("question.duration", text=last)
    if to is None:
        return now - length, now
    if is_clock(to):
        end = last_before(to, zone, reference + length - timedelta(microseconds=1))
    else:
        end = parse_moment(to, zone, now)
    if length > end - from_micros(EARLIEST_US):
        raise QuestionError("question.duration", text=last)
    return end - length, end


def _ends(
    from_: str, to: str | None, zone: str, *, now: datetime, reference: datetime
) -> tuple[datetime, datetime]:
    """Return start and end of a window with a start, see `resolve_window`."""
    if not is_clock(from_):
        start = parse_moment(from_, zone, now)
        if to is not None and is_clock(to):
            return start, first_after(to, zone, start)
        return start, now if to is None else parse_moment(to, zone, now)
    if to is None:
        return last_before(from_, zone, reference), reference
    if not is_clock(to):
        end = parse_moment(to, zone, now)
        return last_before(from_, zone, end), end
    start = last_before(from_, zone, reference)
    return start, start if in_figures(from_) == in_figures(to) else first_after(to, zone, start)


def parse_duration(text: str) -> timedelta:
    """
    Return a length of time such as ``15m``, ``90s``, ``2h``, ``1d`` or ``15分钟``.

    Raises:
        QuestionError: If it cannot be read.
    """
    match = _DURATION.fullmatch(length_in_figures(text).lower())
    if match is None:
        raise QuestionError("question.duration", text=text)
    return timedelta(milliseconds=int(match.group(1)) * _UNITS_MS[match.group(2)])


def _shown(moment: datetime, zone: str) -> str:
    return moment.astimezone(find_zone(zone)).isoformat(sep=" ", timespec="seconds")
