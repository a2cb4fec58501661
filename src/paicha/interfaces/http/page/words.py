"""The words of the page in one language, and which language a reader gets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from paicha.analysis.wording import which_of_two
from paicha.composition.option_names import as_in_form
from paicha.interfaces.http.language import preferred
from paicha.locales import LANGUAGES, Language, Text, has, message
from paicha.model.question import Window
from paicha.renderers.html import LANGUAGE_TAGS
from paicha.values import dataclass

#: How the languages call themselves.
OWN_NAMES: Mapping[Language, str] = {"zh": "中文", "en": "English"}


@dataclass(frozen=True, slots=True)
class PageWords:
    """
    One reader of the page.

    Args:
        language: What it is read in.
        zone: Where the reader is; times of reports are told in the report's own zone.
    """

    language: Language
    zone: str = "UTC"

    @property
    def tag(self) -> str:
        """What HTML calls the language."""
        return LANGUAGE_TAGS[self.language]

    def say(self, key: str, /, **values: object) -> str:
        """Return the page's sentence *key*."""
        return message(f"page.{key}", self.language, **values)

    def read(self, text: Text) -> str:
        """Return a text of both languages in this one."""
        return text.in_language(self.language)

    def fields(self, words: str) -> str:
        """
        Return *words* with the command line's options called as the form calls its fields.

        Example:
            >>> PageWords("zh").fields("请对调 --from 和 --to。")
            '请对调「开始」和「结束」。'
        """
        return as_in_form(words, self.language)

    def stage(self, stage: str, done: int, total: int | None) -> str:
        """Return how far a run is, in words."""
        name = stage.partition(":")[0]
        key = f"page.stages.{name}"
        if not has(key):
            return self.say("stages.other", stage=name) if name else self.say("stages.begun")
        return message(key, self.language, n=f"{done:,}", total=f"{total or 0:,}")

    def moment(self, moment: datetime | None, zone: str = "") -> str:
        """Return a date and time to the second; a dash where there is none."""
        if moment is None:
            return "—"
        local = moment.astimezone(ZoneInfo(zone or self.zone))
        return f"{local:%Y-%m-%d %H:%M:%S}{which_of_two(local)}"

    def window(self, window: Window, zone: str = "") -> str:
        """
        Return both ends of a window; the second without its date where it is the same day's.

        Example:
            >>> from datetime import UTC
            >>> start = datetime(2026, 1, 1, 23, 50, tzinfo=UTC)
            >>> PageWords("en", "Asia/Shanghai").window(Window(start, start.replace(minute=59)))
            '2026-01-02 07:50:00 – 07:59:00'
        """
        there = ZoneInfo(zone or self.zone)
        start, end = window.start.astimezone(there), window.end.astimezone(there)
        last = "%H:%M:%S" if start.date() == end.date() else "%Y-%m-%d %H:%M:%S"
        first = f"{start:%Y-%m-%d %H:%M:%S}{which_of_two(start)}"
        return f"{first} – {end.strftime(last)}{which_of_two(end)}"

    def length(self, length: timedelta) -> str:
        """
        Return a length of time in its two largest units.

        Example:
            >>> PageWords("en").length(timedelta(seconds=905))
            '15 min 5 s'
        """
        rest, parts = int(length.total_seconds()), []
        for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
            n, rest = divmod(rest, size)
            if n:
                parts.append(self.say(f"units.{unit}", n=n))
        return " ".join(parts[:2]) or self.say("units.s", n=0)


def chosen_language(
    asked: str, remembered: str, accepted: str, otherwise: Language = "en"
) -> Language:
    """
    Return the language for a reader: asked for now, remembered, or the browser's first that we have.

    Args:
        asked: What the address says.
        remembered: What a cookie says.
        accepted: The header ``Accept-Language``.
        otherwise: Where none of them names one of ours.

    Example:
        >>> chosen_language("", "", "de-DE, zh-CN;q=0.8, en;q=0.5")
        'zh'
        >>> chosen_language("", "en", "zh-CN")
        'en'
    """
    for choice in (asked, remembered):
        for language in LANGUAGES:
            if choice == language:
                return language
    return preferred(accepted) or otherwise
