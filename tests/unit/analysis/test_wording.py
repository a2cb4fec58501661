"""Numbers and times as people write them, in both languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from paicha.analysis.wording import clock, stretch
from paicha.locales import catalogue, placeholders
from paicha.model.question import Question, Scope, Window

_AREAS = ("analysis", "rank", "claims", "actions", "devices", "timeline", "statements", "quality")


def question(hours: float) -> Question:
    start = datetime(2025, 3, 4, 8, 0, tzinfo=UTC)
    window = Window(start, start + timedelta(hours=hours))
    return Question(window, asked_window=True, scope=Scope(), zone="Asia/Shanghai", language="zh")


def test_a_time_carries_its_date_only_where_the_window_needs_it() -> None:
    """
    Within one local day the clock is enough; the end of the window is not part of it.
    """
    moment = datetime(2025, 3, 4, 8, 0, 1, 999_000, tzinfo=UTC)

    assert "16:00:01" == clock(moment, question(8))
    assert "03-04 16:00:01" == clock(moment, question(8.01))
    assert "03-03 23:59:59" == clock(datetime(2025, 3, 3, 15, 59, 59, tzinfo=UTC), question(8))


def test_a_stretch_names_its_zone() -> None:
    """
    The reader sees whose clock it is.
    """
    asked = question(10)

    assert "2025-03-04 16:00:00 – 2025-03-05 02:00:00 (Asia/Shanghai)" == stretch(
        asked.extent.start, asked.extent.end, asked
    )


@pytest.mark.parametrize("area", [*_AREAS, "generated"])
def test_both_languages_say_the_same_things(area: str) -> None:
    """
    Equal keys with equal placeholders.
    """
    zh, en = (
        {
            key: placeholders(words)
            for key, words in catalogue(language).items()
            if key.startswith(f"{area}.")
        }
        for language in ("zh", "en")
    )

    assert len(en) > 1
    assert en == zh
