"""A problem of which only some records have a time: what needs a clock is of these, and says so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from paicha.analysis.suspects.earlier import _began
from paicha.analysis.timeline import has_stopped
from paicha.composition.compose import compose
from paicha.renderers.markdown import MarkdownRenderer


@pytest.fixture
def partly(new_case: Any) -> Any:
    """Return a case whose one problem has 9 records with a time and 70 without."""
    case = new_case(zone="UTC")
    for second in range(0, 840, 20):
        case.line(second, "INFO", "a.py", "all is well")
    for nth in range(9):
        case.line(300 + 10 * nth, "ERROR", "a.py", "Core service crashed, restarting")
    for _ in range(70):
        case.line(None, "ERROR", "a.py", "Core service crashed, restarting")
    return case


def test_how_many_have_no_time_is_said_wherever_times_are(partly: Any) -> None:
    """On the first screen, in the table of problems, at the curve and beside the figures; in both languages."""
    found = partly.findings()
    english = MarkdownRenderer().render(compose(found, "en")).decode()
    chinese = MarkdownRenderer().render(compose(found, "zh")).decode()

    assert (79, 70, 9) == tuple(
        getattr(found.problems[0], of) for of in ("n", "without_time", "timed")
    )
    assert "08:05:00 to 08:06:20, 70 of them without a time" in english
    assert "**70** without a time: the times, the peak and the course are of the others" in english
    assert 2 == english.count("9 of the 79 records: the others have no time")
    assert "08:06:20 · **70 without a time**" in english
    assert "其中 70 条无时间" in chinese
    assert 2 == chinese.count("曲线只含 79 条中的 9 条")


def test_a_pace_is_of_the_records_that_have_a_time(partly: Any) -> None:
    """Nine in 80 seconds are no pace at which 40 s without one says that it stopped; 79 would have been."""
    problem = partly.findings().problems[0]
    assert problem.last is not None

    assert not has_stopped(problem, problem.last + timedelta(seconds=40))


def test_untimed_records_do_not_make_a_beginning_sure(new_case: Any) -> None:
    """One record after eight minutes of none is chance, whatever else was written nobody knows when."""
    case = new_case(zone="UTC").line(500, "ERROR", "a.py", "Core service crashed, restarting")
    for second in range(0, 840, 20):
        case.line(second, "INFO", "a.py", "all is well")
    for _ in range(70):
        case.line(None, "ERROR", "a.py", "Core service crashed, restarting")

    assert None is _began(case.findings().problems[0], case.question().extent)
