"""Time stamps, moments and windows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from paicha.errors import QuestionError
from paicha.kernel.epochs import read_epoch
from paicha.kernel.moments import parse_duration, parse_moment, resolve_window
from paicha.kernel.stamps import ZONES
from paicha.kernel.times import TimeReader, from_micros, to_micros
from paicha.model.question import Window

NOW = datetime(2025, 12, 19, 3, 0, tzinfo=UTC)

STAMPS = [
    ("2025-12-19 10:37:32,279", "2025-12-19T02:37:32.279000+00:00"),
    ("2025-12-19T10:37:32.279123456Z", "2025-12-19T10:37:32.279123+00:00"),
    ("2025-12-19 10:37:32 +0530", "2025-12-19T05:07:32+00:00"),
    ("2025/12/19 10:37:32.5", "2025-12-19T02:37:32.500000+00:00"),
    ("2025-12-19 10:37:32.1 +0000 UTC m=+0.11", "2025-12-19T10:37:32.100000+00:00"),
    ("081109 203615", "2008-11-09T12:36:15+00:00"),
    ("17/06/09 20:10:40", "2017-06-09T12:10:40+00:00"),
    ("Dec 10 06:55:46", "2025-12-09T22:55:46+00:00"),
    ("Sun Dec 04 04:47:44 2005", "2005-12-03T20:47:44+00:00"),
    ("2005-06-03-15.42.50.675872", "2005-06-03T07:42:50.675872+00:00"),
    ("2005-06-03-15.42.50.675872-300", "2005-06-03T20:42:50.675872+00:00"),
    ("1117838570", "2005-06-03T22:42:50+00:00"),
    ("1117838570.25", "2005-06-03T22:42:50.250000+00:00"),
    ("1766111852279", "2025-12-19T02:37:32.279000+00:00"),
    ("1766111852279001", "2025-12-19T02:37:32.279001+00:00"),
    ("1766111852279001999", "2025-12-19T02:37:32.279001+00:00"),
    ("04/Mar/2025:05:06:07 -0700", "2025-03-04T12:06:07+00:00"),
    ("2025年3月4日 05时06分07秒", "2025-03-03T21:06:07+00:00"),
    ("20251219103732", "2025-12-19T02:37:32+00:00"),
    ("2025/12/19 下午 3:06:07", "2025-12-19T07:06:07+00:00"),
    ("2025-12-19 上午12:06", "2025-12-18T16:06:00+00:00"),
    ("2025-12-19 12:06:07.5 PM", "2025-12-19T04:06:07.500000+00:00"),
    ("2025-12-19 03:06:07 下午", "2025-12-19T07:06:07+00:00"),
    ("2025/3/4 5:06", "2025-03-03T21:06:00+00:00"),
    ("2025-12-19 10:37:32 CEST", "2025-12-19T08:37:32+00:00"),
    ("2025-12-19 10:37:32.5 PST", "2025-12-19T18:37:32.500000+00:00"),
    ("Fri Dec 19 10:37:32 JST 2025", "2025-12-19T01:37:32+00:00"),
    ("2025-12-19 10:37:32 CST", "2025-12-19T02:37:32+00:00"),
    ("Fri Dec 19 10:37:32 IST 2025", "2025-12-19T02:37:32+00:00"),
    ("09-3月 -2025 10:37:32", "2025-03-09T02:37:32+00:00"),
]


@pytest.mark.parametrize(("text", "expected"), STAMPS)
def test_a_stamp_is_read_into_utc(text: str, expected: str) -> None:
    """Every way of writing a time gives the moment it means, in a zone of its own or the reader's."""
    moment = TimeReader("Asia/Shanghai", NOW).moment(text)

    assert moment is not None
    assert expected == moment.isoformat()


@pytest.mark.parametrize("letters", sorted(ZONES))
def test_letters_that_are_one_zone_are_read_as_it(letters: str) -> None:
    """Each is known by its form, so that a stamp may have it."""
    moment = TimeReader("Asia/Shanghai", NOW).moment(f"2025-12-19 12:00:00 {letters}")

    assert moment == datetime(2025, 12, 19, 12, tzinfo=UTC) - timedelta(minutes=ZONES[letters])


def test_letters_that_the_readers_zone_writes_mean_that_zone() -> None:
    """PST is Los Angeles', and to a reader in Manila it is Manila's."""
    stamp = "2025-12-19 12:00:00 PST"

    assert TimeReader("Asia/Manila").moment(stamp) == datetime(2025, 12, 19, 4, tzinfo=UTC)
    assert TimeReader("UTC").moment(stamp) == datetime(2025, 12, 19, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("exponent", "1.7661118522794712e+09", "2025-12-19T02:37:32.279471+00:00"),
        ("exponent", "1.7661118e+09", "2025-12-19T02:36:40+00:00"),
        ("tai64n", "@400000006944b656109d8e84", "2025-12-19T02:19:56.278761+00:00"),
        ("half_clock", "5:06AM", "2025-12-18T21:06:00+00:00"),
        ("half_clock", "11:06PM", "2025-12-18T15:06:00+00:00"),
        ("month_day_packed", "1218/103732.500000", "2025-12-18T02:37:32.500000+00:00"),
        ("hexadecimal", "6944b656.109d8e84", "2025-12-19T02:20:06.278761+00:00"),
        ("month_day_slash", "12/18-10:37:32.5", "2025-12-18T02:37:32.500000+00:00"),
        ("syslog_minute", "Dec 18 10:37", "2025-12-18T02:37:00+00:00"),
    ],
)
def test_a_stamp_of_a_kind_that_is_named_is_read(kind: str, text: str, expected: str) -> None:
    """These are looked for only where a format says so."""
    reader = TimeReader("Asia/Shanghai", NOW)
    micros = reader.micros(text, (kind,))

    assert micros is not None
    assert expected == from_micros(micros).isoformat()
    assert reader.micros(text) is None


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("exponent", "1.76e+08"),
        ("exponent", "1.7x61118522e+09"),
        ("tai64n", "@400000006944b656ffffffff"),
        ("hexadecimal", "6944b656.ffffffff"),
        ("hexadecimal", "6944b656.10 d8e84"),
        ("tai64n", "@40000000zz44b656109d8e84"),
        ("half_clock", "25:06AM"),
    ],
)
def test_what_only_looks_like_such_a_stamp_is_none(kind: str, text: str) -> None:
    """A part of a second above one, other digits, an hour that there is not."""
    assert TimeReader("UTC", NOW).micros(text, (kind,)) is None


def test_a_time_of_day_without_seconds_counts_as_assumed() -> None:
    """Its day is nowhere in the line, and so the coverage says."""
    reader = TimeReader("UTC", NOW)
    reader.micros("5:06AM", ("half_clock",))

    assert reader.assumed == 1
    assert TimeReader("UTC").has_form("5:06AM", ("half_clock",))


@pytest.mark.parametrize(
    "text",
    ["0001-01-01T00:00:00Z", "1970-01-01 00:00:00", "2025-13-01 00:00:00", "2025-12-19 10:37:61",
     "-6795364578871345152", "25:00:00", "yesterday", "", "12345"],
)  # fmt: skip
def test_what_is_no_time_is_not_made_one(text: str) -> None:
    """Zero values, impossible dates and words give no time."""
    assert TimeReader("UTC", NOW).micros(text) is None


def test_a_stamp_without_a_year_is_the_newest_that_is_not_in_the_future() -> None:
    """In a file last written in January, December belongs to the year before."""
    reader = TimeReader("UTC", datetime(2026, 1, 2, tzinfo=UTC))

    assert [2025, 2026, 2024] == [
        moment.year
        for text in ("Dec 31 23:59:59", "Jan  2 12:00:00", "Feb 29 01:00:00")
        if (moment := reader.moment(text))
    ]
    assert 3 == reader.assumed


def test_a_stamp_without_a_year_and_without_a_reference_has_no_time() -> None:
    """No clock is asked for a year that neither the line nor the caller says."""
    reader = TimeReader("UTC")

    assert reader.micros("Dec 31 23:59:59") is None
    assert reader.has_form("Dec 31 23:59:59", ("syslog",))
    assert not reader.has_form("Dec 31 23:59", ("syslog",))


def test_a_time_of_day_belongs_to_the_day_before_when_it_is_later_than_the_reference() -> None:
    """23:50 in a file written at 00:10 is yesterday's."""
    reader = TimeReader("UTC", datetime(2025, 12, 19, 0, 10, tzinfo=UTC))

    assert "2025-12-18T23:50:00+00:00" == str(reader.moment("23:50:00").isoformat())  # type: ignore[union-attr]


def test_the_hour_that_comes_twice_and_the_one_that_does_not_come_are_read() -> None:
    """Daylight saving changes leave no stamp unread."""
    reader = TimeReader("Europe/Berlin")

    assert "2025-10-26T00:30:00+00:00" == reader.moment("2025-10-26 02:30:00").isoformat()  # type: ignore[union-attr]
    assert reader.moment("2025-03-30 02:30:00") is not None


def test_microseconds_survive_the_way_there_and_back() -> None:
    """A moment is the same after being made a number and a moment again."""
    moment = datetime(2025, 12, 19, 1, 2, 3, 456789, tzinfo=UTC)

    assert moment == from_micros(to_micros(moment))
    assert read_epoch("99") is None


MOMENTS = [
    ("2025-12-19T10:37:32+08:00", "2025-12-19T02:37:32+00:00"),
    ("2025-12-19 10:37", "2025-12-19T02:37:00+00:00"),
    ("2025-12-19", "2025-12-18T16:00:00+00:00"),
    ("now", "2025-12-19T03:00:00+00:00"),
    ("now-30m", "2025-12-19T02:30:00+00:00"),
    ("now - 2 h", "2025-12-19T01:00:00+00:00"),
    ("1766111852", "2025-12-19T02:37:32+00:00"),
    ("1766111852279", "2025-12-19T02:37:32.279000+00:00"),
]


@pytest.mark.parametrize(("text", "expected"), MOMENTS)
def test_a_moment_is_read_as_people_write_it(text: str, expected: str) -> None:
    """ISO with and without a zone, now and what lies before it, epochs."""
    assert expected == parse_moment(text, "Asia/Shanghai", NOW).isoformat()


def test_a_window_is_resolved_from_a_start_and_an_end_or_a_length() -> None:
    """The end is now when none is given; a length counts back from the end."""
    expected = Window(NOW - timedelta(minutes=15), NOW)

    assert expected == resolve_window("2025-12-19 02:45", "2025-12-19 03:00", None, "UTC", NOW)
    assert expected == resolve_window("now-15m", None, None, "UTC", NOW)
    assert expected == resolve_window(None, None, "15m", "UTC", NOW)
    assert expected == resolve_window(None, "now", "900s", "UTC", NOW)
    assert resolve_window(None, None, None, "UTC", NOW) is None


QUESTIONS = [
    (("now-1h", None, None, "Asia/Nowhere"), 'There is no time zone called "Asia/Nowhere".'),
    (("now-1h", None, None, "../etc"), 'There is no time zone called "../etc".'),
    (("last tuesday", None, None, "UTC"), 'The time "last tuesday" cannot be read.'),
    (("2025-02-30", None, None, "UTC"), 'The time "2025-02-30" cannot be read.'),
    ((None, None, "soon", "UTC"), 'The length of time "soon" cannot be read.'),
    (
        ("2025-12-19 03:00", "2025-12-19 02:00", None, "UTC"),
        "The window ends (2025-12-19 02:00:00+00:00) before it starts (2025-12-19 03:00:00+00:00).",
    ),
    (
        ("2025-12-19 03:00", "2025-12-19 03:00", None, "UTC"),
        "The window starts and ends at the same moment (2025-12-19 03:00:00+00:00), so it holds nothing.",
    ),
    (
        ("now-1h", None, "15m", "UTC"),
        "Both a start (--from now-1h) and a length (--last 15m) were given; they contradict each other.",
    ),
    ((None, "now", None, "UTC"), "The window has an end (--to now) but no start."),
]


@pytest.mark.parametrize(("asked", "expected"), QUESTIONS)
def test_a_window_that_cannot_be_is_refused_in_a_clear_sentence(
    asked: tuple[str | None, str | None, str | None, str], expected: str
) -> None:
    """The wording names the thing that is wrong and offers a way out, in both languages."""
    with pytest.raises(QuestionError) as caught:
        resolve_window(*asked, NOW)

    assert expected == caught.value.what
    assert caught.value.hint
    assert caught.value.text("zh") != caught.value.text("en")


def test_lengths_of_time_are_read_in_their_units() -> None:
    """Seconds to weeks."""
    assert [90, 900, 7200, 86400, 604800] == [
        parse_duration(text).total_seconds() for text in ("90s", "15m", "2h", "1d", "1w")
    ]


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/Los_Angeles"])
@pytest.mark.parametrize(
    "stamp",
    ["9999-12-31 23:59:59,999", "0001-01-01 00:00:00", "2200-01-01 00:00:00", "9999999999"],
)
def test_a_placeholder_at_the_end_of_the_calendar_is_no_time(stamp: str, zone: str) -> None:
    """
    No zone's shift takes a stamp out of the calendar, and no sentinel makes a window of millennia.
    """
    assert TimeReader(zone).micros(stamp) is None


@pytest.mark.parametrize(
    ("start", "end", "last"),
    [
        ("0001-01-01", "2026-01-01", None),
        ("2026-01-01", "9999-12-31T23:59:59", None),
        ("2026-01-01", "now+999999w", None),
        (None, None, "999999w"),
        (None, "1972-01-01", "9999d"),
    ],
)
@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/Los_Angeles"])
def test_a_window_outside_of_all_logs_is_refused(
    start: str | None, end: str | None, last: str | None, zone: str
) -> None:
    """
    The calendar's ends are a mistake in the question, not an accident.
    """
    with pytest.raises(QuestionError):
        resolve_window(start, end, last, zone, datetime(2026, 3, 1, tzinfo=UTC))
