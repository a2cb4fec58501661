"""Numbers, shares, lengths, ranges and times as reports write them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from paicha.values import dataclass

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
#: A count: a number alone, or with one of these words of counting behind it.
_COUNT = re.compile(
    rf"^(?:约|共|about |ca\. ?|~)?\s*({_NUMBER})\s*"
    r"(次|条|个|行|起|records?|lines?|times?|hits?|events?|errors?|occurrences?|entries|x|×)?"
    r"(?:\s*[(（].*[)）])?\s*$",
    re.IGNORECASE,
)
_SHARE = re.compile(rf"^\s*[<>]?\s*({_NUMBER})\s*[%％](?:\s*[(（].*[)）])?\s*$")
_VALUE = re.compile(
    rf"^\s*[<>≈~约]?\s*(-?(?:{_NUMBER}))\s*([^\d\s()（）]{{0,12}})(?:\s*[(（].*[)）])?\s*$"
)
_RANGE = re.compile(
    rf"({_NUMBER})\s*(%|％)?\s*(?:-|–|—|~|～|至|到|\bto\b|\.\.)\s*({_NUMBER})\s*"
    r"([%％]|次/分钟|/min(?:ute)?|ms|s|秒|毫秒|calls?/min(?:ute)?|MB|GB)?",
    re.IGNORECASE,
)
_LENGTH = re.compile(
    rf"({_NUMBER})\s*-?\s*(秒钟?|分钟?|个?小时|天|seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|s|m|h|d)(?![A-Za-z])",
    re.IGNORECASE,
)
_UNIT_S = {
    "秒": 1,
    "分": 60,
    "小": 3600,
    "个": 3600,
    "天": 86400,
    "s": 1,
    "m": 60,
    "h": 3600,
    "d": 86400,
}
_STAMP = re.compile(
    r"(?:(\d{4})[-/年.](\d{1,2})[-/月.](\d{1,2})日?[ T]*)?"
    r"(?<![\d:.])(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6}))?)?(?![\d:])"
)
_DAY = re.compile(r"(?<!\d)(\d{4})[-/年.](\d{1,2})[-/月.](\d{1,2})日?")
#: What may stand between the two ends of a window.
_BETWEEN = re.compile(r"^\s*(?:-|–|—|~|～|→|至|到|to|until|and|through|\.\.|,)+\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as written: the day may be missing."""

    day: date | None
    clock: time
    start: int
    end: int

    def on(self, day: date) -> datetime:
        """Return it as a local time without a zone, on *day* where it names none."""
        return datetime.combine(self.day or day, self.clock)


@dataclass(frozen=True, slots=True)
class Range:
    """Two numbers with one unit."""

    low: float
    high: float
    unit: str
    says: str


def number_of(text: str) -> float:
    """Return the number that *text* spells."""
    return float(text.replace(",", ""))


def count_of(text: str) -> float | None:
    """
    Return the count that a cell or value is; None when it is none.

    Example:
        >>> count_of("1,800条"), count_of("527条 (CRITICAL + ERROR)"), count_of("多次")
        (1800.0, 527.0, None)
    """
    found = _COUNT.match(text)
    return number_of(found[1]) if found else None


def share_of(text: str) -> float | None:
    """Return the percentage that a cell is [0..100]; None when it is none."""
    found = _SHARE.match(text)
    return number_of(found[1]) if found else None


def value_of(text: str) -> tuple[float, str] | None:
    """
    Return a measured value with its unit; None when the cell is none.

    Example:
        >>> value_of("0.42%"), value_of("2.6 GB"), value_of("✅ 正常")
        ((0.42, '%'), (2.6, 'GB'), None)
    """
    found = _VALUE.match(text)
    return (number_of(found[1]), found[2].replace("％", "%")) if found else None


def ranges_of(text: str) -> list[Range]:
    """
    Return the ranges in *text*.

    Example:
        >>> [(r.low, r.high, r.unit) for r in ranges_of("磁盘使用率: 70% - 90%")]
        [(70.0, 90.0, '%')]
    """
    return [
        Range(
            number_of(found[1]),
            number_of(found[3]),
            (found[4] or found[2] or "").replace("％", "%"),
            found[0].strip(),
        )
        for found in _RANGE.finditer(text)
        if not _is_time(text, found)
    ]


def _is_time(text: str, found: re.Match[str]) -> bool:
    around = text[max(found.start() - 1, 0) : found.start()] + text[found.end() : found.end() + 1]
    return ":" in around or "-" in around


def lengths_of(text: str) -> list[tuple[float, str]]:
    """
    Return the lengths of time in *text* [s], each with its words; neighbours add up.

    Example:
        >>> lengths_of("近15分钟"), lengths_of("a window of 8 min 20 s")
        ([(900.0, '15分钟')], [(500.0, '8 min 20 s')])
    """
    found: list[tuple[float, str]] = []
    last = -1
    for match in _LENGTH.finditer(text):
        seconds = number_of(match[1]) * _UNIT_S[match[2][0].lower()]
        if found and last >= 0 and not text[last : match.start()].strip():
            before, words = found[-1]
            found[-1] = (before + seconds, words + text[last : match.end()])
        else:
            found.append((seconds, match[0]))
        last = match.end()
    return found


def moments_of(text: str) -> list[Moment]:
    """
    Return the times of day in *text*, with their day where one stands before them.

    Example:
        >>> [m.clock.isoformat() for m in moments_of("2025-12-19 10:37:32 ~ 10:45:52")]
        ['10:37:32', '10:45:52']
    """
    found: list[Moment] = []
    for match in _STAMP.finditer(text):
        year, month, day, hour, minute, second, fraction = match.groups()
        try:
            on = date(int(year), int(month), int(day)) if year else None
            micros = int((fraction or "0").ljust(6, "0"))
            clock = time(int(hour), int(minute), int(second or 0), micros)
        except ValueError:
            continue
        found.append(Moment(on, clock, match.start(), match.end()))
    return found


def days_of(text: str) -> list[date]:
    """Return the days that *text* names."""
    days: list[date] = []
    for match in _DAY.finditer(text):
        try:
            days.append(date(int(match[1]), int(match[2]), int(match[3])))
        except ValueError:
            continue
    return days


def window_of(text: str, day: date | None) -> tuple[datetime, datetime, str] | None:
    """
    Return the two ends of a stretch of time in *text* as local times, and its words.

    Args:
        text: One line.
        day: The day of ends that name none; None: such ends are no window.
    """
    moments = moments_of(text)
    for first, second in pairwise(moments):
        on = first.day or day
        if on is None or not _BETWEEN.match(_without_zone(text[first.end : second.start])):
            continue
        start, end = first.on(on), second.on(first.day or on)
        if end < start and second.day is None:
            end += timedelta(days=1)
        return start, end, text[first.start : second.end]
    return None


def _without_zone(text: str) -> str:
    return (
        re.sub(r"[(（]?(?:UTC|GMT|CST)?[+-]?\d{0,2}:?\d{0,2}[)）]?", "", text)
        if len(text) > 3
        else text
    )
