"""
Times and lengths as Chinese keyboards and sentences write them, in the figures that everybody else writes.

``10：20`` with the colon of a Chinese keyboard, ``下午3点05分``, ``2026年3月5日 10:20``, ``15分钟``.
"""

from __future__ import annotations

import re
import unicodedata

_DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})[日号]")
#: A day alone; with a time behind it, it is a stamp of logs.
_SLASHED = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})")
#: A day of this year or of the last one; 3/5 is March to some and May to others.
_DAY_ALONE = re.compile(r"(\d{1,2})-(\d{1,2})(?= \d)")
_NUMBERED_DAY = re.compile(r"(\d{1,2}月\d{1,2})号")
_CLOCK = re.compile(
    r"(?P<half>凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上)? ?"
    r"(?P<hour>\d{1,2})(?::(?P<figures>\d\d)|[点时](?:(?P<half_past>半)|整|(?P<minute>\d{1,2})分?)?)"
    r"(?::?(?P<second>\d\d)秒?)?$"
)
#: From this hour on such a word says the afternoon: 中午12点 is noon, 中午1点 an hour later, 晚上8点 twenty o'clock.
_AFTERNOON = {"中午": 11, "下午": 12, "傍晚": 12, "晚上": 12}
_MORNING = ("凌晨", "清晨", "早上", "早晨", "上午")
#: Hours of the evening that are the next day's, or nobody knows which: 晚上12点, 晚上1点.
_OF_NIGHT = (0, 1, 2, 3, 4, 12)
_AGO = re.compile(r"(\d{1,6}) ?个?(秒|分|小时|天|周)钟?(?:之|以)?前")
_LENGTH = re.compile(r"(?:最近|近|过去)?(\d{1,6}) ?个?(秒|分|小时|天|周|星期)钟?")
_UNITS = {"秒": "s", "分": "m", "小时": "h", "天": "d", "周": "w", "星期": "w"}


def in_figures(text: str) -> str:
    """
    Return a time as it would be written in figures; what is none stays as it is, but for the width of its letters.

    Example:
        >>> in_figures("１０：２０"), in_figures("下午3点05分"), in_figures("2026年3月5日 上午9:30")
        ('10:20', '15:05', '2026-03-05 09:30')
        >>> in_figures("10点半"), in_figures("30分钟前"), in_figures("现在"), in_figures("昨天晚上8点")
        ('10:30', 'now-30m', 'now', '昨天 20:00')
        >>> in_figures("12-19 10:32")
        '12月19日 10:32'
    """
    words = " ".join(unicodedata.normalize("NFKC", text).split())
    words = _DAY_ALONE.sub(r"\1月\2日", words, count=1) if _DAY_ALONE.match(words) else words
    if words.isascii():
        return _SLASHED.sub(_dated, words).rstrip() if _SLASHED.fullmatch(words) else words
    if words in ("现在", "此刻"):
        return "now"
    ago = _AGO.fullmatch(words)
    if ago is not None:
        return f"now-{ago[1]}{_UNITS[ago[2]]}"
    words = _DATE.sub(_dated, words)
    words = _NUMBERED_DAY.sub(r"\1日", words)
    clock = _CLOCK.search(words)
    if clock is None or _is_unclear(clock):
        return words.strip()
    return f"{words[: clock.start()].rstrip()} {_clocked(clock)}".strip()


def _dated(found: re.Match[str]) -> str:
    return f"{found[1]}-{found[2]:0>2}-{found[3]:0>2} "


def _is_unclear(found: re.Match[str]) -> bool:
    """Return whether people mean different times by it: 上午12点 is noon to most, and midnight in figures (上午 12:05)."""
    hour, half = int(found["hour"]), found["half"]
    if half == "晚上":
        return hour in _OF_NIGHT
    return half in _MORNING and half != "凌晨" and hour == 12 and not found["figures"]


def _clocked(found: re.Match[str]) -> str:
    hour, half = int(found["hour"]), found["half"] or ""
    if half in _AFTERNOON and hour < _AFTERNOON[half]:
        hour += 12
    elif half in _MORNING and hour == 12:
        hour = 0
    minute = "30" if found["half_past"] else found["figures"] or found["minute"] or "00"
    second = f":{found['second']}" if found["second"] else ""
    return f"{hour:02}:{minute:0>2}{second}"


#: What stands between the ends of a window; a dash between blanks, as dates have their own.
_BETWEEN = re.compile(r" ?(?:[~～〜至到–—]| - | to ) ?")


def both_ends(text: str) -> tuple[str, str] | None:
    """
    Return the ends of a window that is written in one, as the report writes its own; None for one time.

    Example:
        >>> both_ends("10:32~10:47"), both_ends("2025-12-19 10:32 – 10:47"), both_ends("昨天10点到11点")
        (('10:32', '10:47'), ('2025-12-19 10:32', '10:47'), ('昨天10点', '11点'))
        >>> both_ends("2025-12-19 10:32"), both_ends("now-30m")
        (None, None)
    """
    ends = _BETWEEN.split(" ".join(text.split()))
    if len(ends) != 2 or not all(ends):
        return None
    return ends[0], "now" if ends[1] == "今" else ends[1]


def length_in_figures(text: str) -> str:
    """
    Return a length of time as it would be written in figures; what is none stays as it is.

    Example:
        >>> length_in_figures("15分钟"), length_in_figures("２个小时"), length_in_figures("半小时"), length_in_figures("15m")
        ('15m', '2h', '30m', '15m')
    """
    words = unicodedata.normalize("NFKC", text).strip()
    if words in ("半小时", "半个小时"):
        return "30m"
    found = _LENGTH.fullmatch(words)
    return f"{found[1]}{_UNITS[found[2]]}" if found else words
