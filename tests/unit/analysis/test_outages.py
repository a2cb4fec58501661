"""Total outages: where a problem took the place of what went well, however few asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pyarrow.compute as pc
import pytest

from paicha.analysis.gathering import gather
from paicha.analysis.membership import membership_of
from paicha.analysis.outages import outages_of
from paicha.model.question import Window

_FAILED = "request POST /invoices failed: could not price order"
_DONE = "request POST /invoices done"


def _served(case: Any, failing: range, minutes: int = 60, service: str = "billing") -> Any:
    """Put three requests a minute into *case*, those of the minutes *failing* without success."""
    case.minutes = minutes
    for minute in range(minutes):
        for second in (2, 21, 44):
            at = 60 * minute + second
            case.line(at, "INFO", "api.py", "request POST /invoices received", service=service)
            if minute in failing:
                case.line(at + 1, "ERROR", "api.py", _FAILED, service=service)
            else:
                case.line(at + 1, "INFO", "api.py", _DONE, service=service)
    return case


def _urgent(case: Any) -> list[str]:
    return [one.title.en for one in case.findings().problems if one.priority == "P1"]


def test_a_service_that_fails_every_request_is_down_however_few_they_are(new_case: Any) -> None:
    """Three a minute: counts alone give 39 points. The report says what ceased, since when, and that it is P1."""
    problem = _served(new_case(), range(30, 60)).findings().problems[0]
    outage = problem.factors[-1]

    assert ("P1", 48.0) == (problem.priority, problem.score)
    assert problem.score == round(sum(one.points for one in problem.factors), 1)
    assert "outage" == outage.name
    assert "done’ since 16:30:00 (about " in outage.text.en
    assert "; 90 records of this problem instead" in outage.text.en
    assert "16:30:00 起「" in outage.text.zh
    assert "; normal records stopped when it began" in problem.why.en


def test_an_outage_that_is_over_is_told_with_its_end(new_case: Any) -> None:
    """Twenty minutes of nothing but failures were an outage though all is well again."""
    problem = _served(new_case(), range(25, 45)).findings().problems[0]

    assert "P1" == problem.priority
    assert "from 16:25:00 until 16:45:00" in problem.factors[-1].text.en


@pytest.mark.parametrize(
    "failing",
    [range(57, 60), range(60), range(30)],
    ids=["too few to tell", "all of the time", "before anything went well"],
)
def test_what_took_no_steady_place_is_no_outage(new_case: Any, failing: range) -> None:
    """Nine failures in three minutes prove nothing, and neither does what never went well before."""
    assert [] == _urgent(_served(new_case(), failing))


def test_one_failure_in_four_is_no_total_outage(new_case: Any) -> None:
    """Others go well meanwhile."""
    case = new_case(minutes=60)
    for minute in range(60):
        for second in (2, 21, 44, 52):
            bad = minute >= 30 and second == 52
            level, said = ("ERROR", _FAILED) if bad else ("INFO", _DONE)
            case.line(60 * minute + second, level, "api.py", said, service="billing")

    assert [] == _urgent(case)


def test_what_is_worded_anew_is_not_lost(new_case: Any) -> None:
    """A release says 'completed' for 'done', and complains of each request at ERROR: nothing fails."""
    case = new_case(minutes=60)
    for minute in range(60):
        for second in (2, 21, 44):
            at, new = 60 * minute + second, minute >= 30
            said = "invoice written and sent, all went well" if new else _DONE
            case.line(at, "INFO", "api.py", said, service="billing")
            if new:
                case.line(at, "ERROR", "api.py", "header X-Token is old", service="billing")

    assert [] == _urgent(case)


def test_failures_of_one_service_do_not_make_up_for_the_silence_of_another(new_case: Any) -> None:
    """A service that was stopped writes nothing; what another one complains of is not in its place."""
    case = new_case(minutes=60)
    for minute in range(60):
        for second in (2, 21, 44):
            at = 60 * minute + second
            case.line(at, "INFO", "api.py", "tick of the mailer", service="mailer")
            if minute < 30:
                case.line(at, "INFO", "api.py", _DONE, service="billing")
            else:
                case.line(at, "ERROR", "api.py", "mail was not sent", service="mailer")

    assert [] == _urgent(case)


def test_of_one_service_the_most_urgent_problem_alone_is_the_outage(new_case: Any) -> None:
    """A request that fails is told by two lines: one outage, and what else it says keeps its place."""
    case = _served(new_case(), range(30, 60))
    for minute in range(30, 60):
        case.line(60 * minute + 5, "ERROR", "api.py", "giving up on this one", service="billing")
        case.line(60 * minute + 9, "ERROR", "api.py", "giving up on this one", service="billing")

    assert ["request POST <path> failed: could not price order"] == _urgent(case)


def test_a_baseline_says_what_went_well(new_case: Any) -> None:
    """The window holds failures alone; what ceased stands in the baseline right before it, or in one of yesterday."""
    whole = _served(new_case(), range(30, 60))
    tables, question = whole.tables(), whole.question()
    at = question.window.start + timedelta(minutes=30)
    before = tables.counts.filter(pc.less(tables.counts["minute"], at))
    during = tables.counts.filter(pc.greater_equal(tables.counts["minute"], at))
    rows = membership_of(during, tables.template_shapes, whole.knowledge.problems)
    for days in (0, 1):
        earlier = Window(at - timedelta(days=days, minutes=30), at - timedelta(days=days))
        asked = replace(question, window=Window(at, question.window.end), baseline=earlier)
        moved = pc.subtract(before["minute"], timedelta(days=days))
        base = before.set_column(before.schema.get_field_index("minute"), "minute", moved)
        case = replace(tables, counts=during, baseline_counts=base)
        found = outages_of(case, rows.rows, gather(rows), asked)

        assert [(at, 90)] == [(one.since, one.n) for one in found.values()]
