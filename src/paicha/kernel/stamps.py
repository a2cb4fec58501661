"""What each kind of time stamp looks like, and what it says up to its minute."""

from __future__ import annotations

import re
from collections.abc import Callable

from paicha.kernel.late import Late, late
from paicha.values import dataclass

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
#: How journald and syslog shorten months where the language is none of English and Chinese: German, Danish, Dutch, Norwegian,
#: Swedish, French, Italian, Portuguese, Spanish, Polish, Czech, Russian, Ukrainian and Turkish, by glibc's locales.
_ELSEWHERE: dict[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "jan janv ene gen sty led янв січ oca",
            "feb févr fev lut úno фев лют şub",
            "mar mär mars mrt bře мар бер",
            "apr avril abr kwi dub апр кві nis",
            "mai maj mei may mag kvě мая май тра",
            "jun juin giu cze čen июн чер haz",
            "jul juil lug lip čec июл лип tem",
            "aug août ago sie srp авг сер ağu",
            "sep sept set wrz zář сен вер eyl",
            "okt oct out ott paź říj окт жов eki",
            "nov lis ноя лис kas",
            "dez des dec déc dic gru pro дек гру ara",
        ),
        1,
    )
    for name in names.split()
}
_MONTH_ELSEWHERE = rf"(?:(?:{'|'.join(sorted({*_ELSEWHERE, *(name.capitalize() for name in _ELSEWHERE)}))})\.?|\d{{1,2}}월)"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_DAYNAME = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
#: Letters of zones that mean one offset wherever they are written, with it [min]. Others that look like letters of a zone
#: (CST is four) are read as none: such stamps are in the zone of the reader.
ZONES: dict[str, int] = {
    "CET": 60, "CEST": 120, "MET": 60, "MEST": 120, "EET": 120, "EEST": 180, "MSK": 180, "HKT": 480, "JST": 540, "KST": 540,
    "EDT": -240, "EST": -300, "CDT": -300, "MDT": -360, "MST": -420, "PDT": -420, "PST": -480, "HST": -600,
}  # fmt: skip
_ZONE = r"[CEHJKMP][DEKS]S?[KT](?!\w)"
_OFFSET = r"Z|UTC|GMT|[+-]\d\d:?\d\d(?: UTC| GMT)?"
#: An offset of whole hours, as PostgreSQL writes it (``05:06:07.891+00``); nothing that goes on as a number does.
_HOURS = r"[+-](?:0\d|1[0-4])(?![\d:.])"
_CLOCK = r"\d{1,2}[:时]\d\d(?:[:分]\d\d(?:[.,]\d{1,9})?秒?)?"
#: Between a day and its time of day, also in brackets or columns of their own.
_APART = r"(?:[ T]{1,2}|[-_]|, ?|\] ?\[| ?\| ?)"
_SECONDS = r":(\d\d)(?:[.,:](\d{1,9})\d*)?"

#: What may stand behind a stamp of any kind, as ``%{zone}``: most programs write no letters of a zone, and in every pattern
#: they would be one choice more.
ZONE = rf"(?: {_ZONE})?"
#: What each kind of stamp looks like. Used in the patterns of log formats as ``%{iso}``.
STAMPS: dict[str, str] = {
    "iso": rf"\d{{4}}[-/.]\d\d[-/.]\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,:]\d{{1,12}})?)?(?: ?(?:{_OFFSET})|{_HOURS})?",
    "chinese": r"(?:\d{4}年)?\d{1,2}月\d{1,2}日 ?(?:星期.|周.)? ?(?:上午|下午)? ?\d{1,2}[:时点]\d\d(?:[:分]\d\d(?:[.,]\d{1,9})?秒?|分)?",
    "loose": rf"\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}{_APART}\d{{1,2}}:\d\d(?::\d\d(?:[.,]\d{{1,9}})?)?",
    "year_month": rf"\d{{4}}[- ]{_MONTH}[- ]\d{{1,2}} \d{{1,2}}:\d\d:\d\d(?:[.,]\d{{1,9}})?",
    "chinese_syslog": r"\d{1,2}月 {1,2}\d{1,2} \d\d:\d\d:\d\d(?:\.\d{1,9})?",
    "syslog_elsewhere": rf"{_MONTH_ELSEWHERE} {{1,2}}\d{{1,2}} \d\d:\d\d:\d\d(?:\.\d{{1,9}})?",
    "half_day": rf"\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}[ T]{{1,2}}(?:(?:上午|下午) ?{_CLOCK}|{_CLOCK} ?(?:AM|PM|am|pm|上午|下午))",
    "short_loose": r"\d{6} [ \d]\d:\d\d:\d\d",
    "us_slash": r"\d{1,2}/\d{1,2}/\d{4},? \d{1,2}:\d\d:\d\d(?:\.\d{1,9})?(?: [AP]M)?",
    "month_words": rf"(?:{_MONTH}|(?:[一二三四五六七八九十]{{1,2}}|\d{{1,2}})月) \d{{1,2}}, \d{{4}}(?:,| @)? \d{{1,2}}:\d\d:\d\d(?:\.\d{{1,9}})?(?: (?:AM|PM|上午|下午))?",
    "day_dot": r"\d{1,2}\.\d{1,2}\.\d{4},? \d{1,2}:\d\d:\d\d(?:[.,]\d{1,9})?",
    "dotted": r"\d{4}-\d\d-\d\d-\d\d\.\d\d\.\d\d(?:\.\d{1,9})?",
    "packed": r"\d{8}[T ]?\d{6}(?:[.,]\d{1,9})?Z?",
    "short_packed": r"\d{6} \d{6}",
    "short_slash": r"\d\d/\d\d/\d\d \d\d:\d\d:\d\d(?:[.,]\d{1,9})?",
    "syslog": rf"{_MONTH} [ \d]?\d \d\d:\d\d:\d\d(?:\.\d{{1,9}})?",
    "syslog_minute": rf"{_MONTH} [ \d]?\d \d\d:\d\d",
    "ctime": rf"{_DAYNAME} {_MONTH} [ \d]?\d \d\d:\d\d:\d\d(?:\.\d{{1,9}})?(?: [A-Z]{{3,4}})? \d{{4}}",
    "common": rf"\d\d/{_MONTH}/\d{{4}}[: ]\d\d:\d\d:\d\d(?:[.,]\d{{1,9}})?(?: [+-]\d{{4}})?",
    "day_month": rf"\d{{1,2}}[- ]{_MONTH}[- ]\d{{4}} \d\d:\d\d:\d\d(?:[.,]\d{{1,9}})?(?: (?:{_OFFSET}))?",
    "day_month_words": r"\d{1,2}-(?:[A-Z]{3}|[一二三四五六七八九十]{1,2}月|\d{1,2}月) {0,2}-\d{4} \d\d:\d\d:\d\d(?:[.,]\d{1,9})?",
    "day_words": rf"\d\d {_MONTH} \d\d:\d\d:\d\d(?:\.\d{{1,9}})?",
    "month_day": r"\d\d-\d\d \d\d:\d\d:\d\d(?:[.,]\d{1,9})?",
    "month_day_slash": r"\d\d/\d\d[- ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?",
    "klog": r"\d{4} \d\d:\d\d:\d\d\.\d{1,9}",
    "month_day_packed": r"\d{4}/\d{6}(?:\.\d{1,9})?",
    "packed_clock": r"\d{8}[-T ]\d\d:\d\d:\d\d(?:[.,:]\d{1,9})?",
    "epoch": r"\d{9,19}(?:\.\d{1,9})?",
    "clock": r"\d\d:\d\d:\d\d(?:[.,]\d{1,9})?",
    "half_clock": r"\d{1,2}:\d\d(?::\d\d)? ?[AP]M",
    "exponent": r"1\.\d{1,17}e\+09",
    "tai64n": r"@4[0-9a-f]{23}",
    "hexadecimal": r"[0-9a-f]{8}\.[0-9a-f]{8}",
}


@dataclass(frozen=True, slots=True)
class Minute:
    """A stamp up to its minute; year 0 and month 0 mean that it does not say."""

    year: int
    month: int
    day: int
    hour: int
    minute: int


_Read = Callable[[str], Minute]


def _digits(*cuts: tuple[int, int]) -> _Read:
    """Return a reader of fixed positions, in the order year, month, day, hour, minute."""

    def read(text: str) -> Minute:
        year, month, day, hour, minute = (int(text[start:end]) if end else 0 for start, end in cuts)
        return Minute(
            year + 2000 if 0 < cuts[0][1] - cuts[0][0] < 3 else year, month, day, hour, minute
        )

    return read


def _named_month(order: str) -> _Read:
    """Return a reader of words in *order* (``dmyt``: day, month, year, time; ``-``: leave out)."""

    def read(text: str) -> Minute:
        year = month = day = hour = minute = 0
        for what, word in zip(order, re.split(r"[-/ ]+", text.strip()), strict=False):
            if what == "m":
                month = _MONTHS[word.lower()]
            elif what == "d":
                day = int(word)
            elif what == "y":
                year = int(word)
            elif what == "t":
                hour, minute = int(word[:2]), int(word[3:5])
        return Minute(year, month, day, hour, minute)

    return read


def ctime_minute(text: str) -> Minute:
    """Read ``Dec 04 04:47@2005``: the year was moved behind the minute."""
    words, _, year = text.partition("@")
    minute = _named_month("mdt")(words)
    return Minute(int(year), minute.month, minute.day, minute.hour, minute.minute)


_ISO_CUTS = _digits((0, 4), (5, 7), (8, 10), (11, 13), (14, 16))
_FRACTION = r"(?:[.,](\d{1,9})\d*)?"
#: name, pattern (minute, seconds, fraction, offset), reader of the minute, first characters
PATTERNS: dict[str, tuple[Late, _Read]] = {
    "iso": (
        late(
            rf"(\d{{4}}[-/.]\d\d[-/.]\d\d[T ]\d\d:\d\d)(?:{_SECONDS})?(?: ?({_OFFSET}|{_HOURS}|{_ZONE})(?: m=.*)?)?"
        ),
        _ISO_CUTS,
    ),
    # Whatever letters stand behind it.
    "iso_zone": (
        late(
            rf"(\d{{4}}-\d\d-\d\d \d\d:\d\d)(?:{_SECONDS})?(?: ?({_OFFSET}|{_HOURS}|[A-Z]{{3,5}}))?"
        ),
        _ISO_CUTS,
    ),
    "dotted": (
        late(r"(\d{4}-\d\d-\d\d-\d\d\.\d\d)\.(\d\d)(?:\.(\d{1,9}))?([+-]\d{3})?"),
        _ISO_CUTS,
    ),
    "packed": (
        late(rf"(\d{{8}}[T ]\d{{4}})(\d\d){_FRACTION}(Z?)"),
        _digits((0, 4), (4, 6), (6, 8), (9, 11), (11, 13)),
    ),
    "packed_clock": (
        late(r"(\d{8}[-T ]\d\d:\d\d):(\d\d)(?:[.,:](\d{1,9}))?()"),
        _digits((0, 4), (4, 6), (6, 8), (9, 11), (12, 14)),
    ),
    "packed_tight": (
        late(rf"((?:19|20)\d{{10}})(\d\d){_FRACTION}(Z?)"),
        _digits((0, 4), (4, 6), (6, 8), (8, 10), (10, 12)),
    ),
    "short_packed": (
        late(r"(\d{6} \d{4})(\d\d)()()"),
        _digits((0, 2), (2, 4), (4, 6), (7, 9), (9, 11)),
    ),
    "short_slash": (
        late(rf"(\d\d/\d\d/\d\d \d\d:\d\d):(\d\d){_FRACTION}()"),
        _digits((0, 2), (3, 5), (6, 8), (9, 11), (12, 14)),
    ),
    "syslog": (
        late(rf"({_MONTH} [ \d]?\d \d\d:\d\d):(\d\d){_FRACTION}()"),
        _named_month("mdt"),
    ),
    # Without seconds.
    "syslog_minute": (
        late(rf"({_MONTH} [ \d]?\d \d\d:\d\d)(?::(\d\d))?()()"),
        _named_month("mdt"),
    ),
    "common": (
        late(rf"(\d\d/{_MONTH}/\d{{4}}[: ]\d\d:\d\d):(\d\d){_FRACTION}(?: ([+-]\d{{4}}))?"),
        lambda text: _named_month("dmyt")(text[:11] + " " + text[12:]),
    ),
    "day_month": (
        late(rf"(\d{{1,2}}[- ]{_MONTH}[- ]\d{{4}} \d\d:\d\d):(\d\d){_FRACTION}(?: ({_OFFSET}))?"),
        _named_month("dmyt"),
    ),
    "day_words": (
        late(rf"(\d\d {_MONTH} \d\d:\d\d):(\d\d){_FRACTION}()"),
        _named_month("dmt"),
    ),
    "month_day": (
        late(rf"(\d\d-\d\d[ |]\d\d:\d\d):(\d\d){_FRACTION}()"),
        _digits((0, 0), (0, 2), (3, 5), (6, 8), (9, 11)),
    ),
    "month_day_slash": (
        late(rf"(\d\d/\d\d[- ]\d\d:\d\d):(\d\d){_FRACTION}()"),
        _digits((0, 0), (0, 2), (3, 5), (6, 8), (9, 11)),
    ),
    "klog": (
        late(r"(\d{4} \d\d:\d\d):(\d\d)\.(\d{1,9})()"),
        _digits((0, 0), (0, 2), (2, 4), (5, 7), (8, 10)),
    ),
    "month_day_packed": (
        late(rf"(\d{{4}}/\d{{4}})(\d\d){_FRACTION}()"),
        _digits((0, 0), (0, 2), (2, 4), (5, 7), (7, 9)),
    ),
    "clock": (
        late(rf"(\d\d:\d\d):(\d\d){_FRACTION}()"),
        _digits((0, 0), (0, 0), (0, 0), (0, 2), (3, 5)),
    ),
}
CTIME = late(
    rf"(?:{_DAYNAME} )?({_MONTH} [ \d]?\d \d\d:\d\d):(\d\d){_FRACTION}(?: ([A-Z]{{3,4}}))? (\d{{4}})"
)
EPOCH = late(r"(\d{9,19})(?:\.(\d{1,9}))?")
_CHINESE_MONTHS = dict(
    zip(
        ("一月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月", "十二月"),
        range(1, 13),
        strict=True,
    )
)  # fmt: skip
_TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d\d):(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?"
_SHORT_TIME = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?"
)
_HALF_DAY = r"(?P<hour>\d{1,2})[:时点](?P<minute>\d\d)(?:[:分](?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?秒?)?"
#: Stamps whose parts have no fixed places: each says its parts by name; ``half`` is before or after noon, and so is
#: ``behind``, where it stands behind the time.
LOOSE: dict[str, Late] = {
    "chinese": late(
        r"(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})日 ?(?:星期.|周.)? ?(?P<half>上午|下午)? ?"
        r"(?P<hour>\d{1,2})[:时点](?P<minute>\d\d)(?:[:分](?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?秒?|分)?"
    ),
    "chinese_syslog": late(rf"(?P<year>)(?P<month>\d{{1,2}})月 {{1,2}}(?P<day>\d{{1,2}}) {_TIME}"),
    "syslog_elsewhere": late(
        rf"(?P<year>)(?P<month>{_MONTH_ELSEWHERE}) {{1,2}}(?P<day>\d{{1,2}}) {_TIME}"
    ),
    # As PyTorch's native code writes it: 304 is March 4th.
    "month_day_short": late(rf"(?P<year>)(?P<month>1?\d)(?P<day>[0-3]\d) {_TIME}"),
    "loose": late(
        rf"(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}}){_APART}{_SHORT_TIME}"
    ),
    # As Boost writes it.
    "year_month": late(rf"(?P<year>\d{{4}})[- ](?P<month>{_MONTH})[- ](?P<day>\d{{1,2}}) {_TIME}"),
    "half_day": late(
        rf"(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})[ T]{{1,2}}(?:(?P<half>上午|下午) ?)?{_HALF_DAY}"
        r"(?(half)| ?(?P<behind>AM|PM|am|pm|上午|下午))"
    ),
    "short_loose": late(rf"(?P<year>\d\d)(?P<month>\d\d)(?P<day>\d\d) {{1,2}}{_TIME}"),
    "us_slash": late(
        rf"(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}})/(?P<year>\d{{4}}),? {_TIME}(?: (?P<half>[AP]M))?"
    ),
    "day_dot": late(rf"(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.(?P<year>\d{{4}}),? {_TIME}"),
    "month_words": late(
        rf"(?P<month>{_MONTH}|(?:[一二三四五六七八九十]{{1,2}}|\d{{1,2}})月) (?P<day>\d{{1,2}}), (?P<year>\d{{4}})(?:,| @)? {_TIME}"
        r"(?: (?P<half>AM|PM|上午|下午))?"
    ),
    "day_month_words": late(
        rf"(?P<day>\d{{1,2}})-(?P<month>[A-Z]{{3}}|[一二三四五六七八九十]{{1,2}}月|\d{{1,2}}月) {{0,2}}-(?P<year>\d{{4}}) {_TIME}"
    ),
    # Without a day, and mostly without seconds.
    "half_clock": late(
        r"(?P<year>)(?P<month>)(?P<day>)(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?(?P<fraction>) ?(?P<half>[AP]M)"
    ),
}


def loose_minute(found: re.Match[str]) -> Minute:
    """
    Return what a match of `LOOSE` says up to its minute.

    Raises:
        ValueError: If it names a month that there is not.
    """
    said = found.groupdict("")
    month = said["month"]
    month = month.rstrip("月월.") if month[:1].isdigit() else month.rstrip(".") or "0"
    number = int(month) if month.isdigit() else _month_number(month)
    hour = int(said["hour"])
    half = said.get("half", "") or said.get("behind", "").upper()
    if half in ("PM", "下午") and hour < 12:
        hour += 12
    elif half in ("AM", "上午") and hour == 12:
        hour = 0
    year = said["year"] or "0"
    full = int(year) + 2000 if len(year) == 2 else int(year)
    return Minute(full, number, int(said["day"] or "0"), hour, int(said["minute"]))


def _month_number(word: str) -> int:
    number = _CHINESE_MONTHS.get(word) or _MONTHS.get(word.lower()) or _ELSEWHERE.get(word.lower())
    if number is None:
        raise ValueError(word)
    return number


KINDS: tuple[str, ...] = (*PATTERNS, *LOOSE, "ctime", "epoch", "exponent", "tai64n", "hexadecimal")
#: Kinds that only a format knows, or that are asked before.
_ASKED_FOR = frozenset({"iso", "iso_zone", "syslog_minute", "month_day_slash", "month_day_packed"})
GUESS_ORDER = (
    "iso",
    "epoch",
    *(kind for kind in PATTERNS if kind not in _ASKED_FOR),
    "ctime",
    *(kind for kind in LOOSE if kind not in ("half_clock", "month_day_short", "syslog_elsewhere")),
)
#: Kinds that do not say their year (``clock``: not even their day).
PLACED = frozenset(
    {
        "syslog",
        "syslog_minute",
        "syslog_elsewhere",
        "day_words",
        "month_day",
        "month_day_slash",
        "month_day_packed",
        "klog",
        "month_day_short",
        "clock",
    }
)
#: Those that are no time without what they are placed by.
UNPLACED = PLACED | {"half_clock"}
