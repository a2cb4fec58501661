"""What is of a class by one of its values only."""

from __future__ import annotations

from typing import Any

import pytest

REQUEST = 'shop-1 - "GET /cart/{n} HTTP/1.1" {status}'


@pytest.mark.parametrize("level", ["", "INFO"])
@pytest.mark.parametrize("statuses", [(503, 200, 200, 404), (200, 200, 503, 404)])
def test_what_a_status_says_and_no_level_is_said_and_counted_exactly(
    new_case: Any, level: str, statuses: tuple[int, ...]
) -> None:
    """
    Neither all records of the template nor none: whichever of them stands for it, and never calm.
    """
    case = new_case()
    for n in range(40):
        case.line(n, level, "a.py", REQUEST.format(n=n, status=statuses[n % 4]))

    findings = case.findings()

    assert () == findings.problems
    first = next(one.text.en for one in findings.statements if one.kind == "warning")
    assert first == (
        "10 of 40 records are “HTTP 5xx answers” by a value alone (503: 10), but state no level or one below WARN, "
        'so they are in no problem: <id> - "GET <path> HTTP/1.1" <number>'
    )
    assert "calm" not in {statement.kind for statement in findings.statements}


def test_a_problem_is_not_named_by_a_number_that_not_all_of_its_records_have(new_case: Any) -> None:
    """
    An abnormal template of which some records were answered with 5xx keeps its own name.
    """
    case = new_case()
    for n in range(40):
        case.line(n, "WARN", "a.py", f"upstream call ended: status={(503, 404)[n % 2]}")

    (problem,) = case.findings().problems

    assert ("", 40) == (problem.class_id, problem.n)


def test_a_number_that_varies_within_a_class_changes_nothing(new_case: Any) -> None:
    """
    502 and 503 are both answers of 5xx.
    """
    case = new_case()
    for n in range(40):
        case.line(n, "WARN", "a.py", f"upstream call ended: status={(503, 502)[n % 2]}")

    (problem,) = case.findings().problems

    assert ("http_server_error", 40) == (problem.class_id, problem.n)


def test_a_time_taken_decides_nothing(new_case: Any) -> None:
    """
    Which class a line is of may not hang on how long it took.
    """
    case = new_case()
    for n in range(40):
        case.line(n, "", "a.py", f"GET /cart 503 {480 + n} ms - 7")

    (problem,) = case.findings().problems

    assert ("http_server_error", 40) == (problem.class_id, problem.n)


@pytest.mark.parametrize("level", ["", "WARN"])
def test_a_share_that_is_high_in_all_records_is_a_claim(new_case: Any, level: str) -> None:
    """
    From 91 to 98 %: a disk that is nearly full, with its numbers.
    """
    case = new_case()
    for n in range(40):
        case.line(n, level, "a.py", f"Disk usage at {91 + n % 8}%")

    (problem,) = case.findings().problems

    assert ("disk_space_low", 40) == (problem.class_id, problem.n)
    assert ["disk_usage"] == [claim.concept for claim in problem.claims]


@pytest.mark.parametrize("said", ["{n}", "{n}.37"])
def test_what_is_reported_at_info_is_no_problem(new_case: Any, said: str) -> None:
    """
    However high it goes for a moment.
    """
    case = new_case()
    for n in range(90):
        case.line(n, "INFO", "a.py", f"CPU usage {said.format(n=n + 9)}%")

    findings = case.findings()

    assert () == findings.problems
    assert "number alone" not in " ".join(one.text.en for one in findings.statements)


@pytest.mark.parametrize(
    ("said", "told"), [(lambda n: f"{n % 100}", True), (lambda n: f"{n / 5:.1f}", False)]
)
def test_shares_without_a_level_of_which_some_are_high_are_no_problem(
    new_case: Any, said: Any, told: bool
) -> None:
    """
    Whichever of them stands for the others; how many are high is told where it is known.
    """
    case = new_case()
    for n in range(1, 498):
        case.line(n % 60, "", "a.py", f"CPU usage {said(n)}%")

    findings = case.findings()

    assert () == findings.problems
    texts = " ".join(one.text.en for one in findings.statements)
    assert told == ("of 497 records are “CPU usage high” by a value alone" in texts)


def test_a_low_share_at_warn_keeps_its_own_name(new_case: Any) -> None:
    """
    What stands for the template is no reason to call all of it high.
    """
    case = new_case()
    for n in range(40):
        case.line(n, "WARN", "a.py", f"memory usage {(12, 97)[n % 2]}%")

    (problem,) = case.findings().problems

    assert ("", 40) == (problem.class_id, problem.n)
