"""Times of day without a day: which day is meant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paicha.errors import QuestionError
from paicha.kernel.clocks import first_after, is_clock, last_before
from paicha.kernel.moments import resolve_window
from paicha.model.question import Window

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)
#: The last record was written at 10:44:59 in Shanghai.
END = datetime(2026, 11, 20, 2, 45, tzinfo=UTC)
ZONE = "Asia/Shanghai"


def _shanghai(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (("10:40", None, None), ("2026-11-20T10:40", "2026-11-20T10:45")),
        (("10:30", "10:40", None), ("2026-11-20T10:30", "2026-11-20T10:40")),
        # Both ends in one, as chats and the report itself write them.
        (("10:30~10:40", None, None), ("2026-11-20T10:30", "2026-11-20T10:40")),
        (("10：30 ～ 10：40", None, None), ("2026-11-20T10:30", "2026-11-20T10:40")),
        (("10点半至10点40", None, None), ("2026-11-20T10:30", "2026-11-20T10:40")),
        (("10:30 to 10:40", None, None), ("2026-11-20T10:30", "2026-11-20T10:40")),
        (("2026-11-18 23:30 – 00:40", None, None), ("2026-11-18T23:30", "2026-11-19T00:40")),
        (
            ("2026-11-18 10:30 - 2026-11-18 10:40", None, None),
            ("2026-11-18T10:30", "2026-11-18T10:40"),
        ),
        (("11-18 10:30", "10:40", None), ("2026-11-18T10:30", "2026-11-18T10:40")),
        (("12-18 10:30", "10:40", None), ("2025-12-18T10:30", "2025-12-18T10:40")),
        (("11-26 10:30至今", None, None), ("2026-11-26T10:30", "2026-11-26T11:00")),
        # The window may end after the data does.
        (("10:30", "11:00", None), ("2026-11-20T10:30", "2026-11-20T11:00")),
        ((None, "11:00", "30m"), ("2026-11-20T10:30", "2026-11-20T11:00")),
        # No record of the last day is so late: the day before.
        (("23:50", "00:10", None), ("2026-11-19T23:50", "2026-11-20T00:10")),
        ((None, "12:00", "30m"), ("2026-11-19T11:30", "2026-11-19T12:00")),
        # The other end names the day.
        (("2026-11-18 10:30", "10:40", None), ("2026-11-18T10:30", "2026-11-18T10:40")),
        (("2026-11-18 23:30", "00:40", None), ("2026-11-18T23:30", "2026-11-19T00:40")),
        (("22:00", "2026-11-18 01:00", None), ("2026-11-17T22:00", "2026-11-18T01:00")),
    ],
)
def test_a_time_without_a_day_is_of_the_last_window_that_begins_before_the_data_ends(
    asked: tuple[str | None, str | None, str | None], expected: tuple[str, str]
) -> None:
    """As somebody means it who looks at the log: the last 10:40 in it."""
    window = Window(*map(_shanghai, expected))

    assert window == resolve_window(*asked, ZONE, NOW, end_of_data=END)


def test_without_data_to_look_at_it_is_the_last_one_before_now() -> None:
    """A store is asked about what was just now."""
    window = Window(_shanghai("2026-11-26T10:40"), _shanghai("2026-11-26T11:00"))

    assert window == resolve_window("10:40", None, None, ZONE, NOW)
    assert window == resolve_window("10:40", "11:00", None, ZONE, NOW)


@pytest.mark.parametrize("text", ["24:00", "10:60", "99:99", "10:30:75"])
def test_a_time_that_no_clock_shows_is_refused(text: str) -> None:
    """It looks like a time of day, and is none."""
    assert is_clock(text)
    with pytest.raises(QuestionError) as caught:
        resolve_window(text, None, None, ZONE, NOW)

    assert f'The time "{text}" cannot be read.' == caught.value.what


def test_a_window_from_a_time_to_the_same_time_is_empty() -> None:
    """Nobody means a whole day by it."""
    with pytest.raises(QuestionError) as caught:
        resolve_window("10:40", "10:40", None, ZONE, NOW)

    assert "starts and ends at the same moment (2026-11-26 10:40:00+08:00)" in caught.value.what


@given(
    moment=st.datetimes(datetime(2000, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - the strategy sets the zone
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
    zone=st.sampled_from(["UTC", "Asia/Shanghai", "Europe/Berlin", "America/St_Johns"]),
)
def test_the_last_before_and_the_first_after_enclose_the_moment(
    moment: datetime, hour: int, minute: int, zone: str
) -> None:
    """Within a day, or a little more where clocks are changed."""
    text = f"{hour}:{minute:02d}"
    before, after = last_before(text, zone, moment), first_after(text, zone, moment)

    assert before <= moment < after
    assert after - before <= timedelta(hours=25)
