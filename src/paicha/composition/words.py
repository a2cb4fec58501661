"""How figures, times and names are written in one language and one zone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from paicha.analysis.wording import date_of, digits_for, percent, which_of_two
from paicha.locales import Language, Text, message
from paicha.model.question import Question, Window
from paicha.values import dataclass

#: More of one log line than this is not read in a report; the case file has the rest.
LONGEST_TEXT = 2_000
_LONGEST_TITLE = 160
#: From such a length on it is rounded to such a unit where its ends are known [s].
_ROUNDED = ((86_400, 3_600), (3_600, 60))


@dataclass(frozen=True, slots=True)
class Words:
    """
    One reader's language and zone.

    Args:
        first_day: The local day in which the window begins; None: no window is known.
        last_day: That in which it ends.
    """

    language: Language
    zone: ZoneInfo
    first_day: date | None = None
    last_day: date | None = None

    @staticmethod
    def of(language: Language, zone: str, window: Window) -> Words:
        """Return the words for a reader in *zone* of a report on *window*."""
        there = ZoneInfo(zone)
        start, end = window.start.astimezone(there), window.end.astimezone(there)
        return Words(language, there, start.date(), (end - timedelta(microseconds=1)).date())

    def say(self, key: str, /, **values: object) -> str:
        """Return the report's sentence *key*."""
        return message(f"report.{key}", self.language, **values)

    def label(self, key: str, /, **values: object) -> str:
        """Return the label *key*."""
        return message(f"labels.{key}", self.language, **values)

    def read(self, text: Text) -> str:
        """Return a text of both languages in this one."""
        return text.in_language(self.language)

    def count(self, n: int) -> str:
        """
        Return a count with its thousands set apart.

        Example:
            >>> Words("en", ZoneInfo("UTC")).count(1800)
            '1,800'
        """
        return f"{n:,}"

    def size(self, n: int) -> str:
        """
        Return a size in bytes, to three figures above 1,023 bytes.

        Example:
            >>> words = Words("en", ZoneInfo("UTC"))
            >>> words.size(121), words.size(3_088_899), words.size(1_048_575)
            ('121 B', '2.95 MiB', '1 MiB')
        """
        value, unit = float(n), "B"
        for unit in ("B", "KiB", "MiB", "GiB", "TiB"):
            if value < 1023.5 or unit == "TiB":  # what would be rounded to 1024 is 1 of the next
                break
            value /= 1024
        return self.say("quality.size", n=f"{value:.{3 if value < 999.5 else 4}g}", unit=unit)

    def share(self, part: float) -> str:
        """
        Return a share with one decimal; what is not all is never 100, what is not nothing never 0.

        Example:
            >>> Words("en", ZoneInfo("UTC")).share(103 / 527)
            '19.5 %'
            >>> Words("zh", ZoneInfo("UTC")).share(0.00001)
            '<0.1%'
        """
        return percent(part).in_language(self.language)

    def measured(
        self, value: float | None, digits: int, unit: str, threshold: float | None = None
    ) -> str:
        """
        Return a measured value with the digits its metric is worth, and those that part it from its *threshold*.

        Example:
            >>> words = Words("en", ZoneInfo("UTC"))
            >>> words.measured(1.3, 1, "%"), words.measured(79.97, 1, "%", 80.0)
            ('1.3 %', '79.97 %')
        """
        if value is None:
            return "—"
        while threshold is not None and value != threshold == round(value, digits) and digits < 9:
            digits += 1
        digits = digits_for(value, digits, unit)
        figure = f"{value:,.{digits}f}"
        if value and not float(figure.replace(",", "")):
            figure = f"{value:.2g}"
        return self.with_unit(figure, unit)

    def with_unit(self, figure: str, unit: str) -> str:
        """
        Return a written value with its unit behind it; Chinese sets the percent sign without a blank.

        Example:
            >>> [Words(of, ZoneInfo("UTC")).with_unit("70 – 90", "%") for of in ("zh", "en")]
            ['70 – 90%', '70 – 90 %']
        """
        gap = "" if unit == "%" and self.language == "zh" else " "
        return f"{figure}{gap}{unit}" if unit else figure

    def number(self, value: float | None) -> str:
        """
        Return a number of a log line, as short as it can be without hiding a digit that matters.

        Example:
            >>> Words("en", ZoneInfo("UTC")).number(70.0)
            '70'
            >>> Words("en", ZoneInfo("UTC")).number(12.3456)
            '12.346'
        """
        if value is None:
            return "—"
        if value == int(value) and abs(value) < 1e15:
            return f"{int(value):,}"
        if abs(value) < 0.001 or abs(value) >= 1e15:
            return f"{value:.4g}"
        return f"{value:,.3f}".rstrip("0").rstrip(".")

    def span(self, low: str, high: str) -> str:
        """Return a range of two written values, or the one value when they are the same."""
        if low == high:
            return low
        unit = "%" if low[-2:-1].isdigit() else f" {low.rpartition(' ')[2]}"
        if low.endswith(unit) and high.endswith(unit):
            low = low.removesuffix(unit)
        return f"{low} – {high}"

    def clock(self, moment: datetime | None) -> str:
        """Return a time to the second, with its date where the window needs that."""
        return "—" if moment is None else self._clock(moment)

    def _clock(self, moment: datetime, fine: str = "") -> str:
        local = moment.astimezone(self.zone)
        day = date_of(local, self.first_day or local.date(), self.last_day or local.date())
        return f"{day}{local:%H:%M:%S}{fine}{which_of_two(local)}"

    def precise(self, moment: datetime | None) -> str:
        """Return a time to the millisecond."""
        if moment is None:
            return self.say("detail.no_time")
        return self._clock(moment, f".{moment.microsecond // 1000:03d}")

    def moment(self, moment: datetime | None) -> str:
        """Return a date and time."""
        if moment is None:
            return "—"
        local = moment.astimezone(self.zone)
        return local.strftime("%Y-%m-%d %H:%M:%S") + which_of_two(local)

    def window(self, window: Window) -> str:
        """
        Return both ends; the second one without its date where it is the same day's.

        Example:
            >>> start = datetime(2025, 3, 4, 10, 0, 0, 500_000, tzinfo=UTC)
            >>> words = Words("en", ZoneInfo("UTC"))
            >>> words.window(Window(start, start + timedelta(minutes=1)))
            '2025-03-04 10:00:00.500 – 10:01:00.500'
        """
        start, end = window.start.astimezone(self.zone), window.end.astimezone(self.zone)
        parts = [start.microsecond, end.microsecond]
        digits = 0 if not any(parts) else 6 if any(part % 1000 for part in parts) else 3
        left, right = (
            f"{at:%H:%M:%S}"
            + f".{at.microsecond:06d}"[: digits + 1 if digits else 0]
            + which_of_two(at)
            for at in (start, end)
        )
        day = "" if start.date() == end.date() else f"{end:%Y-%m-%d} "
        return f"{start:%Y-%m-%d} {left} – {day}{right}"

    def zone_name(self, window: Window) -> str:
        """Return the zone's name with its distance from UTC; both where clocks are changed within the window."""
        if self.zone.key in {"UTC", "Etc/UTC"}:
            return "UTC"
        ends = (at.astimezone(self.zone).strftime("%z") for at in (window.start, window.end))
        distances = dict.fromkeys(f"UTC{words[:3]}:{words[3:5]}" for words in ends)
        return f"{self.zone.key}, {' → '.join(distances)}"

    def length(self, length: timedelta) -> str:
        """Return a length in days, hours, minutes and seconds."""
        seconds = length.total_seconds()
        parts = []
        for name, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
            whole, seconds = divmod(seconds, size)
            if whole:
                parts.append(self.say(f"length.{name}", n=int(whole)))
        if seconds or not parts:
            parts.append(self.say("length.seconds", n=self.number(seconds)))
        return " ".join(parts)

    def about(self, length: timedelta) -> str:
        """
        Return a length in its two largest units, saying so where that is not all of it: both ends stand beside it.

        Example:
            >>> words = Words("en", ZoneInfo("UTC"))
            >>> words.about(timedelta(minutes=45, seconds=3)), words.about(timedelta(seconds=172_798))
            ('45 min 3 s', 'about 2 d')
        """
        seconds = length.total_seconds()
        size = next((below for above, below in _ROUNDED if seconds >= above), None)
        if size is None or not seconds % size:
            return self.length(length)
        rounded = timedelta(seconds=round(seconds / size) * size)
        return self.say("length.about", length=self.length(rounded))

    def step(self, seconds: int) -> str:
        """Return the width of a bucket."""
        return self.length(timedelta(seconds=seconds))

    def join(self, items: Iterable[str]) -> str:
        """Return items as one enumeration."""
        return self.say("joint").join(items)

    def some(self, items: Sequence[str], most: int) -> str:
        """
        Return the first of *items* as one enumeration, and how many more there are.

        Example:
            >>> Words("en", ZoneInfo("UTC")).some(["a", "b", "c", "d"], 2)
            'a, b and 2 more'
            >>> Words("zh", ZoneInfo("UTC")).some(["a", "b", "c", "d"], 2)
            'a、b 及另外 2 个'
        """
        shown = self.join(items[:most])
        if len(items) <= most:
            return shown
        return self.say("some", names=shown, more=self.count(len(items) - most))

    def text(self, body: str, longest: int = LONGEST_TEXT) -> str:
        """Return log text, cut where nobody reads on, saying how much was cut: never more than it is."""
        if len(body) <= longest:
            return body
        cut = body[:longest] + self.say("more", n=self.count(len(body) - longest))
        return cut if len(cut) < len(body) else body

    def title(self, text: Text) -> str:
        """Return a problem's title, short enough for a heading."""
        return self.text(self.read(text), _LONGEST_TITLE)


def window_words(words: Words, question: Question) -> str:
    """Return a question's window with its zone in one line, or that no record has a time."""
    if question.window is None:
        return words.say("scope.no_window")
    return f"{words.window(question.window)} ({words.zone_name(question.window)})"


def utc(moment: datetime) -> str:
    """
    Return a time in UTC as ISO 8601.

    Example:
        >>> utc(datetime(2025, 12, 19, 2, 32, 32, tzinfo=UTC))
        '2025-12-19T02:32:32Z'
    """
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
