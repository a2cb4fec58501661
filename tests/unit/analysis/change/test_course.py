"""What is said of how a problem went on: a pace only where the curve shows one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from paicha.analysis.change.course import CourseTeller
from paicha.analysis.records import Buckets
from paicha.locales import Text
from paicha.model.question import Question, Scope, Window

START = datetime(2025, 12, 19, 10, tzinfo=UTC)
STEPS = Buckets(START, 60, 20)
WINDOW = Window(START, START + timedelta(minutes=20))
QUESTION = Question(WINDOW, asked_window=True, scope=Scope(), zone="UTC", language="en")


@pytest.mark.parametrize(
    ("curve", "is_even"),
    [
        ([0] * 19 + [54], False),
        ([0] * 18 + [30, 24], False),
        ([0] * 17 + [18, 18, 18], True),
        ([5, 4, 6, 5] * 5, True),
        ([0] * 17 + [1, 1, 1], False),  # too few records
    ],
)
def test_a_pace_is_called_even_only_where_the_curve_shows_it(
    curve: list[int], is_even: bool
) -> None:
    """
    All records in the last step, which may be days long, came at a pace that nobody knows.
    """
    met = [step for step, n in enumerate(curve) if n]
    first, last = (START + timedelta(minutes=step) for step in (met[0], met[-1]))

    course = CourseTeller(QUESTION, STEPS, last).course(curve, first, last, None, over=False)

    assert is_even == ("at an even pace" in course.text.en) == ("频率平稳" in course.text.zh)


@pytest.mark.parametrize(
    ("curve", "told"),
    [
        ([0, 9, 0, 0, 0, 0, 9, 0, 0, 0, 0, 9, 0, 0, 0, 0, 9, 0, 0, 0], "in 4 separate stretches"),
        ([9, 1, 8, 1, 9, 1, 12, 1, 9, 1] * 2, "at an uneven pace"),
        ([2, 0, 0, 2, 0, 0, 2, 0, 0, 2] * 2, "at an even pace"),
    ],
)
def test_bursts_are_no_even_pace(curve: list[int], told: str) -> None:
    """Four bursts two days apart were "at an even pace", because none of them turned it for good."""
    met = [step for step, n in enumerate(curve) if n]
    first, last = (START + timedelta(minutes=step) for step in (met[0], met[-1]))

    course = CourseTeller(QUESTION, STEPS, last).course(curve, first, last, None, over=False)

    assert told in course.text.en


def test_a_lead_is_that_between_the_times_that_are_shown() -> None:
    """10:00:00.3 and 10:05:00.9 were 5 min 1 s apart beside the two."""
    first = START + timedelta(minutes=5, microseconds=900_000)
    teller = CourseTeller(QUESTION, STEPS, first, START + timedelta(microseconds=300_000))

    told = teller.course([0] * 5 + [30] * 15, first, first, None, over=False).text

    assert "10:05:00, 5 min after" in told.en


def test_what_was_read_before_a_problem_in_the_window_says_that_it_began() -> None:
    """
    "No baseline says whether it went on before", of a problem that began an hour after the first line.
    """
    curve, first = [0] * 17 + [18, 18, 18], START + timedelta(minutes=17)
    last = START + timedelta(minutes=19)

    def told(begin: datetime | None) -> Text:
        teller = CourseTeller(QUESTION, STEPS, last, begin)
        return teller.course(curve, first, last, None, over=False).text

    assert (
        "First seen 10:17:00, 16 min 30 s after the first record"
        in told(START + timedelta(seconds=30)).en
    )
    assert "10:17:00 首次出现，比窗口内第一条日志晚 17 分钟" in told(START).zh
    for begin in (None, first, first - timedelta(seconds=59)):
        assert "First seen 10:17:00 (no baseline says" in told(begin).en


def test_a_problem_that_ends_within_a_step_is_over_and_did_not_fall() -> None:
    """
    Its last record stood in the step after, and it fell from 30 to 0.14/min before it was over.
    """
    curve = [0] * 5 + [30] * 8 + [1] + [0] * 6
    first, last = START + timedelta(minutes=5), START + timedelta(minutes=13, seconds=1)

    course = CourseTeller(QUESTION, STEPS, STEPS.start + timedelta(minutes=20)).course(
        curve, first, last, None, over=True
    )

    assert [("start", first), ("end", last)] == [(turn.kind, turn.at) for turn in course.turns]
    assert "falls" not in course.text.en
    assert "; over since 10:13:01" in course.text.en
