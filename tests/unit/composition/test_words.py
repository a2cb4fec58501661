"""Figures are written so that they can neither be misread nor flatter."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paicha.analysis.wording import percent
from paicha.composition.change import signed
from paicha.composition.words import Words
from paicha.model.question import Window

ENGLISH = Words("en", ZoneInfo("Asia/Shanghai"))
CHINESE = Words("zh", ZoneInfo("Asia/Shanghai"))


def test_a_time_of_another_day_than_the_windows_has_its_date() -> None:
    """A release of the evening before stood among the times of the morning as one of them."""
    start = datetime(2025, 3, 4, 0, 10, tzinfo=UTC)
    words = Words.of("en", "UTC", Window(start, start + timedelta(minutes=10)))

    assert ("03-03 23:55:00", "00:15:00") == (
        words.clock(start - timedelta(minutes=15)),
        words.clock(start + timedelta(minutes=5)),
    )


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(172_798, "约 2 天"), (172_800, "2 天"), (4_001, "约 1 小时 7 分钟"), (2_703, "45 分钟 3 秒")],
)
def test_a_length_whose_ends_are_shown_is_not_told_to_the_second(seconds: int, shown: str) -> None:
    """Two days of logs were "1 天 23 小时 59 分钟 58 秒" long."""
    assert shown == CHINESE.about(timedelta(seconds=seconds))


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_only_all_is_a_hundred_per_cent_and_only_nothing_is_none(part: int, rest: int) -> None:
    """One bad line in a million is not rounded away."""
    shown = ENGLISH.share(part / (part + rest))

    assert shown not in {"0 %", "0.0 %", "100 %", "100.0 %"}


@pytest.mark.parametrize(
    ("part", "shown"),
    [
        *((0, "0 %"), (0.0004, "<0.1 %"), (0.0005, "0.1 %"), (0.1954, "19.5 %")),
        *((0.9994, "99.9 %"), (0.9995, ">99.9 %"), (1, "100 %")),
    ],
)
def test_a_share_has_one_decimal_and_its_ends_are_exact(part: float, shown: str) -> None:
    """What rounding would make nothing or all is said to be less, or more."""
    assert shown == ENGLISH.share(part)


def test_all_is_written_in_one_way_counted_or_measured() -> None:
    """100.0 % stood beside 100 % in one report."""
    written = {ENGLISH.share(1), ENGLISH.measured(100.0, 2, "%"), percent(1.0).en}

    assert {"100 %"} == written
    assert "100.00 %" != ENGLISH.measured(99.999, 2, "%") != "100 %"


def test_times_a_year_apart_say_their_year() -> None:
    """Of records of two years the first of March stands for two days."""
    start = datetime(2024, 3, 1, 2, tzinfo=UTC)
    short, long = (
        Words.of("en", "UTC", Window(start, start + timedelta(days=days))) for days in (40, 731)
    )

    assert ("03-01 02:00:00", "2024-03-01 02:00:00") == (short.clock(start), long.clock(start))
    assert "2025-12-01 02:00:00" == short.clock(start + timedelta(days=640))


@pytest.mark.parametrize(("hours", "dated"), [(24, False), (25, True)])
def test_a_window_that_ends_at_midnight_is_of_one_day(hours: int, dated: bool) -> None:
    """Its end is not in it."""
    start = datetime(2025, 12, 18, 16, tzinfo=UTC)  # midnight in Shanghai
    window = Window(start, start + timedelta(hours=hours))

    words = Words.of("en", "Asia/Shanghai", window)
    assert dated == (words.first_day != words.last_day)


def test_a_window_in_which_clocks_are_changed_says_both_distances() -> None:
    """From half past midnight to half past two are three hours then, and nobody wonders."""
    start = datetime(2026, 11, 1, 4, 30, tzinfo=UTC)
    window = Window(start, start + timedelta(hours=3))

    expected = "America/New_York, UTC-04:00 → UTC-05:00"
    assert expected == Words.of("en", "America/New_York", window).zone_name(window)


@pytest.mark.parametrize(
    ("value", "digits", "unit", "shown"),
    [
        (0.42, 2, "%", "0.42 %"),
        (2.6, 2, "%", "2.60 %"),
        (1.3, 1, "%", "1.3 %"),
        (0.11, 2, "", "0.11"),
        (0.0004, 2, "%", "0.0004 %"),
        (0.0, 2, "%", "0.00 %"),
        (1234567.0, 0, "B/s", "1,234,567 B/s"),
        (None, 2, "%", "—"),
    ],
)
def test_a_measured_value_keeps_its_digits(
    value: float | None, digits: int, unit: str, shown: str
) -> None:
    """Digits are those of the metric, and what is not nothing does not show as nothing."""
    assert shown == ENGLISH.measured(value, digits, unit)


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (900, "15 min", "15 分钟"),
        (30, "30 s", "30 秒"),
        (93_784, "1 d 2 h 3 min 4 s", "1 天 2 小时 3 分钟 4 秒"),
        (0.5, "0.5 s", "0.5 秒"),
        (0, "0 s", "0 秒"),
    ],
)
def test_lengths_are_said_in_units(seconds: float, english: str, chinese: str) -> None:
    """Nobody counts seconds."""
    length = timedelta(seconds=seconds)

    assert (english, chinese) == (ENGLISH.length(length), CHINESE.length(length))


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        ("2.60 %", "2.62 %", "2.60 – 2.62 %"),
        ("21.04 %", "21.04 %", "21.04 %"),
        ("70", "90", "70 – 90"),
        ("0.02", "0.17", "0.02 – 0.17"),
    ],
)
def test_a_range_says_its_unit_once(low: str, high: str, shown: str) -> None:
    """One value stays one value."""
    assert shown == ENGLISH.span(low, high)


def test_what_is_cut_is_never_longer_than_the_whole() -> None:
    """Two letters are not worth the words that they are missing."""
    for words in (ENGLISH, CHINESE):
        assert "x" * 202 == words.text("x" * 202, 200)
        for length in range(190, 260):
            assert len(words.text("x" * length, 200)) <= length
        assert words.text("x" * 260, 200).startswith("x" * 200 + "…")


def test_a_score_of_nothing_has_no_sign() -> None:
    """
    A problem as loud as before had the score -0.0.
    """
    assert ["0.0", "-0.1", "+2.0"] == [signed(score) for score in (-0.04, -0.06, 2.0)]
