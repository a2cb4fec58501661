"""What is of a class by a code that varies in lines that are alike otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from paicha.analysis.by_code import patterns_with_any_code
from paicha.knowledge.problems_loader import load_problems
from paicha.model.findings import Findings

DIAL = "order sync: dial tcp 10.0.0.7:{}: connect: connection refused"


def told(findings: Findings) -> list[str]:
    """Return what is said of records that are of a class by a number."""
    texts = (statement.text.en for statement in findings.statements)
    return [one for one in texts if "by a value alone" in one]


def written(new_case: Any, words: str, codes: Sequence[object], lines: int = 60) -> Findings:
    """Return the findings of errors in the same words, one code after another."""
    case = new_case()
    for n in range(lines):
        case.line(n, "ERROR", "a.py", words.format(codes[n % len(codes)]))
    found: Findings = case.findings()
    return found


@pytest.mark.parametrize("codes", [(11, 9, 15), (15, 11, 9), (9, 15, 11)])
def test_a_problem_is_not_named_by_the_signal_of_one_of_its_lines(
    new_case: Any, codes: Sequence[int]
) -> None:
    """
    "Segmentation fault: 600 records", of which 400 had been killed: the line that is first in the alphabet named them all.
    """
    findings = written(new_case, "worker of queue exited on signal {}", codes)

    (problem,) = findings.problems
    assert ("", 60) == (problem.class_id, problem.n)
    killed, crashed = told(findings)
    assert "40 of 60 records are “Process killed” by a value alone (15: 20 and 9: 20)" in killed
    assert "20 of 60 records are “Segmentation fault or core dump”" in crashed
    assert "none of them is counted in that class" in crashed


@pytest.mark.parametrize("codes", [(3306, 8080), (8080, 3306), (3306, 8080, 6443)])
def test_what_all_lines_are_whatever_the_port_is_their_class(
    new_case: Any, codes: Sequence[int]
) -> None:
    """
    "Database connection failing: 600 records", of which 400 had been refused by a web server.
    """
    findings = written(new_case, DIAL, codes)

    (problem,) = findings.problems
    assert ("connection_refused", 60) == (problem.class_id, problem.n)
    (database,) = told(findings)
    assert f"{60 // len(codes)} of 60 records are “Database connection failing”" in database


@pytest.mark.parametrize("code", [3306, 5432])
def test_a_port_that_all_lines_have_names_them(new_case: Any, code: int) -> None:
    findings = written(new_case, DIAL, [code])

    assert ["database_connection"] == [problem.class_id for problem in findings.problems]
    assert [] == told(findings)


def test_ports_of_one_kind_change_nothing(new_case: Any) -> None:
    findings = written(new_case, DIAL, [3306, 5432])

    assert ["database_connection"] == [problem.class_id for problem in findings.problems]
    assert [] == told(findings)


def test_of_too_many_codes_to_know_them_all_nobody_is_told(new_case: Any) -> None:
    """
    "HTTP 5xx answers: 16,778 records", of payments that a bank declined by one of nine hundred codes.
    """
    codes = [503, *range(900)]
    findings = written(new_case, "payment declined by bank code {}", codes, 900)

    (problem,) = findings.problems
    assert ("", 900) == (problem.class_id, problem.n)
    assert [] == told(findings)


def test_many_codes_of_which_the_least_and_the_largest_are_of_a_class_are_of_it(
    new_case: Any,
) -> None:
    findings = written(new_case, "call to stock returned {}", range(500, 600), 400)

    assert ["http_server_error"] == [problem.class_id for problem in findings.problems]


def test_how_much_is_no_code(new_case: Any) -> None:
    """A class that asks for no certain number is that of all lines, however much they say."""
    findings = written(new_case, "connection pool exhausted: {} of 50 in use", range(30, 50))

    assert ["connection_pool_exhausted"] == [problem.class_id for problem in findings.problems]


@pytest.mark.parametrize("level", ["ERROR", "INFO"])
def test_records_that_are_of_a_class_by_two_of_their_numbers_are_counted_once(
    new_case: Any, level: str
) -> None:
    """
    "60 of 120 records", of a log of sixty, of which 45 name the status 503 once or twice.
    """
    case = new_case()
    for n, codes in enumerate([(404, 404), (503, 404), (404, 503), (503, 503)] * 15):
        case.line(n, level, "a.py", "call ended status={} after status={}".format(*codes))

    (said,) = told(case.findings())

    assert said.startswith("at least 30 of 60 records are “HTTP 5xx answers” by a value alone")


def test_a_character_by_its_number_is_no_code_of_a_pattern() -> None:
    r"""
    A class with a quotation mark as ``\x27`` ended every investigation in an error: 27 was taken for a code that varies.
    """
    problem = replace(load_problems()[0], patterns=(r"code \x27(?:E|F)\x27 status 42",))

    assert (r"code \x27(?:E|F)\x27 status (?:\d+)",) == patterns_with_any_code([problem])[:1]
