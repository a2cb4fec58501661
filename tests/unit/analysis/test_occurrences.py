"""Lines that stand for several occurrences: told beside counts, which stay counts of lines."""

from __future__ import annotations

import json
from typing import Any

from paicha.model.findings import Findings, Occurrences, Problem

FAILED = "Failed password for root from 10.9.8.7 port 4022 ssh2"


def only(case: Any) -> Problem:
    problems: tuple[Problem, ...] = case.findings().problems
    (problem,) = problems
    return problem


def event(case: Any, second: int, times: object, name: str = "") -> None:
    case.line(second, "WARNING", "BackOff", f"Back-off restarting failed container in pod-{second}")
    case.rows[-1]["attributes"] = json.dumps({"occurrences": times, "event": name})


def duplicates(findings: Findings) -> list[str]:
    return [note.text.en for note in findings.quality if note.kind == "duplicates"]


def test_a_folded_message_says_how_often_and_counts_as_one_line(new_case: Any) -> None:
    """The line can be found again, so it is counted; the five are told."""
    case = new_case()
    case.line(1, "", "", FAILED).line(2, "", "", f"message repeated 5 times: [ {FAILED}]")
    case.line(3, "", "", f"message repeated 7 times: [ {FAILED}]")

    problem = only(case)

    assert (3, Occurrences(2, 12)) == (problem.n, problem.occurrences)


def test_of_an_event_told_again_the_highest_count_stands(new_case: Any) -> None:
    """Whoever watches writes the same event with 1, 2 and 9; another event has its own count."""
    case = new_case()
    for second, times in enumerate(("1", "2", "9")):
        event(case, second, times, "a1")
    event(case, 4, 3, "a2")
    event(case, 5, "4")
    event(case, 6, "4")

    problem = only(case)

    assert (6, Occurrences(6, 9 + 3 + 4 + 4)) == (problem.n, problem.occurrences)


def test_what_is_no_number_says_nothing(new_case: Any) -> None:
    """Of a problem none of whose records says how often nothing is told."""
    case = new_case()
    for second, times in enumerate(("many", "0", "", None, "-3", "²")):
        event(case, second, times)

    assert only(case).occurrences is None


def test_lines_that_only_repeat_the_one_before_are_told_with_their_sum(new_case: Any) -> None:
    """They are of no problem; no line is dropped silently, and no number made up."""
    case = new_case()
    case.line(1, "", "", "blk_update_request: I/O error, dev sdb, sector 8812")
    case.line(2, "", "", "last message repeated 7 times")
    case.line(3, "", "", "last message repeated 9 times")

    findings = case.findings()

    assert [1] == [problem.n for problem in findings.problems]
    [note] = duplicates(findings)
    assert note.startswith("2 lines say only that the line before was repeated, 16 times together")


def test_a_log_without_such_lines_has_no_such_note(new_case: Any) -> None:
    """Nothing is said of what is not there."""
    assert [] == duplicates(new_case().line(1, "ERROR", "", FAILED).findings())


def test_lines_that_say_that_others_were_not_written_are_told_with_their_sum(new_case: Any) -> None:
    """A limited program writes fewer lines the worse it goes: "200 records" of 16,000 was said without a word."""
    case = new_case()
    case.line(1, "ERROR", "", "write to shard 7 rejected")
    case.line(2, "", "", "net_ratelimit: 12 callbacks suppressed")
    case.line(3, "", "", "net_ratelimit: 30 callbacks suppressed")
    case.line(4, "", "", "imuxsock lost 25 messages from pid 71 due to rate-limiting")

    findings = case.findings()

    said = "3 lines say that others were suppressed or lost (a rate limit), 67 together"
    assert [said] == [
        note.text.en[: len(said)] for note in findings.quality if "suppressed" in note.text.en
    ]
    assert any(one.text.en.startswith(said) for one in findings.statements)


def test_a_number_that_stands_twice_in_such_a_line_is_not_summed(new_case: Any) -> None:
    """Which of the two says how many is not known of the others of its shape."""
    case = new_case()
    case.line(1, "", "", "imuxsock lost 25 messages from pid 25 due to rate-limiting")

    notes = [note.text.en for note in case.findings().quality]

    assert any("how many is not known of all" in note for note in notes)
