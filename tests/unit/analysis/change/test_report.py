"""What a report holds of everything that was compared."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from paicha.analysis.change.report import report_of, state_of
from paicha.analysis.change.words import changed
from paicha.locales import Text
from paicha.model.change import Baseline, Change
from paicha.model.question import Window

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
WINDOW = Window(START, START + QUARTER)
BASELINE = Baseline(
    Window(START - QUARTER, START),
    "previous",
    asked=True,
    records=900,
    state="sound",
    text=Text("", ""),
)
SAME = Change(
    *("template", "t", Text.same("t"), "unchanged", True, 5, 5, 0.3, 0.3, 0.0, 1.0, 1.0, 1.0, "")
)


def test_a_long_tail_of_the_unchanged_is_counted_and_left_out() -> None:
    """
    Everything that changed is there, and how many things were compared is the true number.
    """
    tail = [replace(SAME, key=f"t{number}") for number in range(700)]
    news = [replace(SAME, key=f"n{number}", kind="new") for number in range(600)]
    problems = [replace(SAME, key=f"p{n}", dimension="problem") for n in range(700)]

    found = report_of(BASELINE, WINDOW, 900, [*problems, *news, *tail])

    assert (600, 0) == (
        len(found.called("new", dimension="template")),
        len(found.called("unchanged", dimension="template")),
    )
    assert 700 == len(found.called("unchanged", dimension="problem"))
    assert (2000, (("problem", 700), ("template", 1300))) == (found.comparisons, found.compared)


@pytest.mark.parametrize(
    ("change", "on", "fails"),
    [
        (replace(SAME, kind="new", firm=False, in_problem=True), "new", True),
        (replace(SAME, kind="new", in_problem=False), "new", False),  # a calm line
        (replace(SAME, kind="louder", in_problem=True), "new", False),
        (replace(SAME, kind="louder", in_problem=True), "louder", True),
        (replace(SAME, kind="louder", firm=False, in_problem=True), "louder", False),
        (replace(SAME, kind="gone", in_problem=True), "louder", False),
        (replace(SAME, dimension="host", kind="new", in_problem=True), "louder", False),
    ],
)
def test_a_release_fails_for_problems_alone(change: Change, on: str, fails: bool) -> None:
    """
    New counts however uncertain, louder only where it is firm.
    """
    found = report_of(BASELINE, WINDOW, 900, [change])

    assert fails == found.fails("new" if on == "new" else "louder")


@pytest.mark.parametrize(
    ("records", "length", "reasons", "read", "state"),
    [
        (900, QUARTER, (), True, "sound"),
        (29, QUARTER, (), True, "thin"),
        (900, timedelta(minutes=3), (), True, "thin"),
        (900, QUARTER, (Text.same("cut"),), True, "incomplete"),
        (0, QUARTER, (), True, "empty"),
        (0, QUARTER, (Text.same("gone"),), False, "unread"),
    ],
)
def test_a_baseline_says_how_much_it_can_say(
    records: int, length: timedelta, reasons: tuple[Text, ...], read: bool, state: str
) -> None:
    """
    Silence, shortness and gaps are told apart.
    """
    held = Window(START - length, START)

    assert state == state_of(records, held, WINDOW, reasons, read=read)


def test_ten_minutes_are_a_baseline_of_fifty() -> None:
    """
    "Not seen before, but few or in bursts, so not certain: message queue failing (0 → 2,403 records)": a log that
    begins ten minutes before the window was too short to say anything.
    """
    window = Window(START, START + timedelta(minutes=50))
    ten, nine = (Window(START - timedelta(minutes=n), START) for n in (10, 9))

    assert "sound" == state_of(900, ten, window, (), read=True)
    assert "thin" == state_of(900, nine, window, (), read=True)
    assert "thin" == state_of(900, ten, Window(START, START + timedelta(hours=9)), (), read=True)


def test_what_a_thin_baseline_leaves_uncertain_is_not_called_few() -> None:
    """
    2,403 records are not few, and an even pace is no burst.
    """
    thin = replace(BASELINE, state="thin")
    new = replace(
        SAME, dimension="problem", kind="new", before=0, during=2403, rate_before=0.0, firm=False
    )
    told = changed(report_of(thin, WINDOW, 900, [new]))

    assert ["baseline says too little" in one.text.en for one in told] == [True]
    assert not any("few" in one.text.en or "次数少" in one.text.zh for one in told)
