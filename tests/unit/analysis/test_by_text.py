"""Which records are of a problem class by a text that varies in their lines."""

from __future__ import annotations

from typing import Any

import pytest

SEARCHED = ("pears", "wine", "connection refused", "plums", "rice", "quinces")


def told(case: Any) -> list[str]:
    """Return what is said of values that alone make a problem."""
    texts = [statement.text.en for statement in case.findings().statements]
    return [one for one in texts if "by a value alone" in one]


def test_what_people_search_for_is_no_problem_of_every_search(new_case: Any) -> None:
    """The first of these messages in the order of letters names a refused connection; the others do not."""
    case = new_case()
    for second, words in enumerate(SEARCHED * 5):
        case.line(second, "", "a.py", f'search q="{words}" took {second} ms')

    findings = case.findings()
    (said,) = told(case)

    assert () == findings.problems
    assert (
        "5 of 30 records are “Connection refused” by a value alone (connection refused: 5)" in said
    )


def test_errors_that_a_text_alone_names_are_a_problem_of_their_own(new_case: Any) -> None:
    """Nothing abnormal is left out, and no class counts records that do not say it."""
    case = new_case()
    for second, words in enumerate(SEARCHED):
        case.line(second, "ERROR", "a.py", f'search failed: q="{words}"')

    (problem,) = case.findings().problems

    assert ("", 6) == (problem.class_id, problem.n)
    assert "1 of 6 records are “Connection refused” by a value alone" in told(case)[0]


def test_a_long_text_is_said_by_its_beginning(new_case: Any) -> None:
    """A sentence stays one."""
    case = new_case()
    for second, words in enumerate(("connection refused " + "a" * 90, "pears", "plums")):
        case.line(second, "", "a.py", f'search q="{words}"')

    assert "(connection refused " + "a" * 41 + "…: 1)" in told(case)[0]


@pytest.mark.parametrize("level", ["", "ERROR"])
def test_a_reason_that_most_lines_give_names_them_all(new_case: Any, level: str) -> None:
    """As most shapes name a template: who reads it would."""
    case = new_case()
    for second in range(12):
        reason = "connection refused" if second % 3 else "zebra"
        case.line(second, level, "a.py", f'call ended: reason="{reason}"')

    (problem,) = case.findings().problems

    assert ("connection_refused", 12) == (problem.class_id, problem.n)
    assert [] == told(case)


def test_of_more_texts_than_are_kept_nobody_knows_how_many_say_it(new_case: Any) -> None:
    """The message that stands for the shape names one of a thousand texts: it names no problem."""
    case = new_case()
    words = ["a connection refused", *(f"order {n:04} {n * 7:05}x" for n in range(1200))]
    for second, one in enumerate(words):
        case.line(second, "", "a.py", f'note kept: text="{one}"')

    assert () == case.findings().problems


def test_a_class_that_the_message_itself_has_is_that_of_all(new_case: Any) -> None:
    """Whatever host is named."""
    case = new_case()
    for second, host in enumerate(("db-1", "cache", "broker")):
        case.line(second, "", "a.py", f'connection refused: peer="{host}"')

    (problem,) = case.findings().problems

    assert ("connection_refused", 3) == (problem.class_id, problem.n)
