"""Numbers, times and lists as people write them, in both languages at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from paicha.locales import Text, text
from paicha.model.question import Question

#: Days that lie so far apart may be called alike without their year.
_YEAR = timedelta(days=360)
#: A share is told apart from all of it by so many decimals at most.
_MOST_DIGITS = 6
#: A blank between Chinese letters, which belongs between Chinese and Latin ones only.
_AFTER_CHINESE = re.compile(r"(?<=[\u4e00-\u9fff）]) (?=等 )")


@lru_cache(maxsize=1024)
def counted(noun: str, n: int) -> Text:
    """
    Return a count with its noun.

    Example:
        >>> counted("record", 1800)
        Text(zh='1,800 条', en='1,800 records')
        >>> counted("module", 1).en
        '1 module'
    """
    return text(f"analysis.{noun}.{'one' if n == 1 else 'many'}", n=f"{n:,}")


def shortened(words: str, most: int) -> str:
    """
    Return *words* in at most so many characters, the last of them an ellipsis where some are left out.

    Example:
        >>> shortened("lease lost", 10), shortened("the lease is lost", 10)
        ('lease lost', 'the lease…')
    """
    return words if len(words) <= most else words[: most - 1] + "…"


def named(noun: str, names: Sequence[str]) -> Text:
    """
    Return how many of *names* there are, or that the records name none.

    Example:
        >>> named("module", ["a.py", "b.py", ""]).en, named("host", [""]).en
        ('2 modules', 'an unnamed host')
    """
    known = sum(1 for name in names if name)
    return counted(noun, known) if known else text(f"analysis.{noun}.unnamed")


def measured_host(host: str, labels: str) -> Text:
    """
    Return whose a series is, or what else tells it from others.

    Example:
        >>> measured_host("web-1", "device=sda").en, measured_host("", "file=web2.csv").en
        ('web-1', 'an unnamed host (file=web2.csv)')
    """
    if host:
        return Text.same(host)
    if labels:
        return text("analysis.host.unnamed_series", labels=labels)
    return text("analysis.host.unnamed")


def percent(share: float) -> Text:
    """
    Return a share of one as a percentage with one digit, all and nothing with none; what is not all is never 100, what is not nothing never 0.

    Example:
        >>> percent(0.1954)
        Text(zh='19.5%', en='19.5 %')
        >>> percent(0.9999).en, percent(0.0001).zh, percent(1.0).en
        ('>99.9 %', '<0.1%', '100 %')
    """
    if 0 < share < 0.0005:
        return Text(zh="<0.1%", en="<0.1 %")
    if 0.9995 <= share < 1:
        return Text(zh=">99.9%", en=">99.9 %")
    return amount(100 * share, 0 if share in {0, 1} else 1, "%")


#: From here on what stands behind the point of a value in a sentence says nothing.
_WHOLE = 10_000


def amount(value: float, digits: int, unit: str) -> Text:
    """
    Return a measured value with its unit.

    Example:
        >>> amount(2.6214, 2, "%"), amount(0.11, 2, "").en
        (Text(zh='2.62%', en='2.62 %'), '0.11')
        >>> amount(100.0, 2, "%").en, amount(317821.79, 2, "").en
        ('100 %', '317,822')
    """
    whole = unit != "%" and abs(value) >= _WHOLE
    number = _rounded(value, 0 if whole else digits_for(value, digits, unit))
    if unit == "%":
        return Text(zh=f"{number}%", en=f"{number} %")
    return Text.same(f"{number} {unit}".rstrip())


def digits_for(value: float, digits: int, unit: str) -> int:
    """
    Return with how many digits a measured value is shown: with more where it would look like all of it and is not, all of it with none.

    Example:
        >>> digits_for(99.996, 2, "%"), digits_for(99.994, 2, "%"), digits_for(100.0, 2, "%")
        (3, 2, 0)
    """
    if unit == "%" and value == 100:
        return 0
    while unit == "%" and value < 100 == round(value, digits) and digits < _MOST_DIGITS:
        digits += 1
    return digits


def plain(value: float) -> str:
    """
    Return a number without digits that say nothing.

    Example:
        >>> plain(70.0), plain(2.626), plain(1200000.0), plain(0.0031)
        ('70', '2.63', '1,200,000', '0.0031')
    """
    number = _rounded(value, 2)
    return number.rstrip("0").rstrip(".") if "e" not in number else number


#: Figures of a pace that matter.
RATE_FIGURES = 3


def significant(value: float, figures: int) -> str:
    """
    Return a number with so many figures that matter, and always with all of those before its point.

    Example:
        >>> significant(0.2543, 2), significant(12.34, 2), significant(1487.2, 2), significant(99.96, 3)
        ('0.25', '12', '1,487', '100')
    """
    rounded = float(f"{value:.{figures}g}") if abs(value) < 10**figures else round(value)
    return f"{rounded:,.15g}"


def _rounded(value: float, digits: int) -> str:
    """Return *value* with *digits* decimals, with more where it would look like 0 and is not."""
    number = f"{value:,.{digits}f}"
    return f"{value:.2g}" if value and not float(number.replace(",", "")) else number


def span(low: float, high: float, unit: str) -> Text:
    """
    Return a range of values, or one value when both ends are the same.

    Example:
        >>> span(70, 90, "%")
        Text(zh='70–90%', en='70–90 %')
    """
    number = plain(low) if low == high else f"{plain(low)}–{plain(high)}"
    if unit == "%":
        return Text(zh=f"{number}%", en=f"{number} %")
    return Text.same(f"{number} {unit}".rstrip())


def measured(low: float, high: float, digits: int, unit: str) -> Text:
    """
    Return a range of measured values with their unit, or one value when both look the same.

    Example:
        >>> measured(2.601, 2.6214, 2, "%"), measured(21.04, 21.0401, 2, "%").en
        (Text(zh='2.60–2.62%', en='2.60–2.62 %'), '21.04 %')
    """
    left = _rounded(low, digits_for(low, digits, unit))
    right = amount(high, digits, unit)
    if amount(low, digits, unit) == right:
        return right
    return Text(zh=f"{left}–{right.zh}", en=f"{left}–{right.en}")


def alternatives(items: Sequence[Text]) -> Text:
    """Return whole sentences as one list, set apart by semicolons."""
    return Text(zh="；".join(i.zh for i in items), en="; ".join(i.en for i in items))


def listed(items: Sequence[Text | str], limit: int | None = None) -> Text:
    """
    Return the items as one list; beyond *limit* the rest is counted.

    Example:
        >>> listed(["a.py", "b.py", "c.py"], 2)
        Text(zh='a.py、b.py 等 3 个', en='a.py, b.py and 1 more')
        >>> listed(["支付（3 条）", "订单（2 条）"], 1).zh
        '支付（3 条）等 2 个'
        >>> listed(["a.py", "b.py"]).en
        'a.py and b.py'
    """
    shown = [Text.same(i) if isinstance(i, str) else i for i in items[:limit]]
    zh = "、".join(item.zh for item in shown)
    if len(shown) < len(items):
        en = ", ".join(item.en for item in shown)
        rest = len(items) - len(shown)
        return Text(
            zh=_AFTER_CHINESE.sub("", text("analysis.list.more", items=zh, n=len(items)).zh),
            en=text("analysis.list.more", items=en, n=rest).en,
        )
    if len(shown) < 2:
        return shown[0] if shown else text("analysis.list.none")
    en = text("analysis.list.and", head=", ".join(i.en for i in shown[:-1]), tail=shown[-1].en).en
    return Text(zh=zh, en=en)


def clock(moment: datetime, question: Question) -> str:
    """
    Return a time in the reader's zone; with its date as `date_of` says.

    Times are cut to the second, never rounded into the future.
    """
    zone = ZoneInfo(question.zone)
    first_day = question.extent.start.astimezone(zone).date()
    last_day = (question.extent.end - timedelta(microseconds=1)).astimezone(zone).date()
    local = moment.astimezone(zone)
    return f"{date_of(local, first_day, last_day)}{local:%H:%M:%S}{which_of_two(local)}"


def date_of(local: datetime, first_day: date, last_day: date) -> str:
    """
    Return what a time says of its date, and a blank: nothing, month and day, or the year as well.

    A time of the window's only day needs none, one of the baseline's evening before does. Where the window, or what lies
    between it and the time, is about a year, month and day stand for two days.

    Example:
        >>> days = [date(2025, 12, 19), date(2025, 12, 20), date(2026, 12, 20)]
        >>> [date_of(datetime(2025, 12, 19, 10), days[0], last) for last in days]
        ['', '12-19 ', '2025-12-19 ']
    """
    first, last = min(first_day, local.date()), max(last_day, local.date())
    if first == last:
        return ""
    return f"{local:%Y-%m-%d} " if last - first >= _YEAR else f"{local:%m-%d} "


def which_of_two(local: datetime) -> str:
    """
    Return the letters of the zone behind a time that clocks show twice because they are set back; "" of any other.

    Example:
        >>> from datetime import UTC
        >>> early = datetime(2025, 10, 26, 0, 30, tzinfo=UTC)
        >>> [which_of_two((early + n * timedelta(hours=1)).astimezone(ZoneInfo("Europe/Berlin"))) for n in range(3)]
        [' CEST', ' CET', '']
    """
    if local.replace(fold=1 - local.fold).utcoffset() == local.utcoffset():
        return ""
    name = local.tzname() or ""
    return f" {name}" if name.isalpha() else f" UTC{name}"


def stretch(start: datetime, end: datetime, question: Question) -> str:
    """Return a stretch of time with its dates and its zone."""
    zone = ZoneInfo(question.zone)
    left, right = start.astimezone(zone), end.astimezone(zone)
    right_pattern = "%H:%M:%S" if left.date() == right.date() else "%Y-%m-%d %H:%M:%S"
    name = "UTC" if question.zone == "Etc/UTC" else question.zone
    first = f"{left:%Y-%m-%d %H:%M:%S}{which_of_two(left)}"
    return f"{first} – {right.strftime(right_pattern)}{which_of_two(right)} ({name})"


def lasting(seconds: float) -> Text:
    """
    Return a length of time in the two largest units that say something.

    Example:
        >>> lasting(500), lasting(900).en, lasting(90061).en, lasting(0.2).en
        (Text(zh='8 分 20 秒', en='8 min 20 s'), '15 min', '1 d 1 h', 'less than 1 s')
    """
    left = round(seconds)
    if not left and seconds:
        return text("statements.instant")
    if 60 <= left < 3600 and left % 60 == 0:
        return text("analysis.time.minute_alone", n=left // 60)
    parts: list[Text] = []
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        n, left = divmod(left, size)
        if n or (unit == "second" and not parts):
            parts.append(text(f"analysis.time.{unit}", n=n))
        elif parts:
            break
        if len(parts) == 2:
            break
    return Text(zh=" ".join(p.zh for p in parts), en=" ".join(p.en for p in parts))
