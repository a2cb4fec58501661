"""Which records belong to which problem."""

from __future__ import annotations

from typing import Any

from paicha.model.findings import Problem


def by_title(case: Any) -> dict[str, Problem]:
    return {problem.title.en: problem for problem in case.findings().problems}


def test_nothing_abnormal_is_left_out(new_case: Any) -> None:
    """
    Every record from WARN up is in exactly one problem, known or not.
    """
    case = new_case()
    for second, body in enumerate(
        ("flux capacitor misaligned", "Disk space low: usage=90%", "tachyon drift of 3 units")
    ):
        case.line(second, "ERROR", "a.py", body)
        case.line(second, "INFO", "a.py", "all fine")

    findings = case.findings()

    assert 3 == findings.totals.abnormal == sum(problem.n for problem in findings.problems)
    assert {"", "disk_space_low"} == {problem.class_id for problem in findings.problems}


def test_a_line_below_warn_stays_out_of_a_problem(new_case: Any) -> None:
    """
    The same text at INFO is not counted with the text at ERROR.
    """
    case = new_case()
    case.line(1, "ERROR", "a.py", "Database connection failed: error=network error")
    case.line(2, "INFO", "a.py", "Database connection failed: error=network error")

    (problem,) = case.findings().problems

    assert 1 == problem.n
    assert () == problem.variants[0].ranges


def test_lines_without_a_level_count_where_a_class_knows_them(new_case: Any) -> None:
    """
    Their words alone put them there, and the quality of the evidence says so.
    """
    case = new_case()
    case.line(1, "", "a.py", "Database connection failed: error=network error")
    case.line(2, "", "a.py", "request handled")

    findings = case.findings()

    assert [("database_connection", 1)] == [(p.id, p.n) for p in findings.problems]
    assert 0 == findings.totals.abnormal
    note = next(note for note in findings.quality if note.kind == "levels")
    assert "warning" == note.severity
    assert "Without a level: 2 records (100 %); 1 of the records" in note.text.en


def test_thousands_of_unknown_warnings_all_stay(new_case: Any) -> None:
    """
    Ranked, numbered, none dropped; the timeline stays short.
    """
    case = new_case()
    words = [f"{a}{b}{c}" for a in "bdfgk" for b in "aeiou" for c in "lmnprst"]
    for second in range(1500):
        body = " ".join(words[(second * step) % len(words)] for step in (1, 7, 13, 29, 31))
        case.line(second / 2, "WARNING", "a.py", body)

    findings = case.findings()

    assert 1500 == sum(problem.n for problem in findings.problems)
    assert len(findings.problems) > 100
    assert len(findings.timeline) <= 40
    assert [p.number for p in findings.problems] == list(range(1, len(findings.problems) + 1))


def test_below_warn_what_is_known_to_go_wrong_is_a_problem_and_what_ends_well_is_not(
    new_case: Any,
) -> None:
    """InnoDB notes a deadlock, Elasticsearch a red cluster: of lines alike only the bad ones."""
    case = new_case()
    for second in range(6):
        case.line(second, "Note", "a", "Transactions deadlock detected, dumping information.")
        case.line(second, "INFO", "a", f"lease {second} renewed")
        case.line(second, "INFO", "a", "Cluster health status changed from [YELLOW] to [GREEN]")
    case.line(9, "INFO", "a", "Cluster health status changed from [YELLOW] to [RED]")

    problems = {problem.class_id: problem.n for problem in case.findings().problems}

    assert {"database_deadlock": 6, "search_engine_failure": 1} == problems


def test_a_value_that_one_of_many_alike_names_is_no_class_of_them_all(new_case: Any) -> None:
    """Of many lines that one template takes, those are counted that say it: without a level, at ERROR and below WARN."""
    case = new_case()
    names = [f"{a}{b}" for a in ("North", "South", "Upper", "Lower") for b in ("Gate", "Hall")]
    for level in ("", "ERROR"):
        for second, name in enumerate((*names, "ConnectionRefused")):
            case.line(second, level, "a.py", f"import of {name} rejected")

    problems = {problem.class_id: problem.n for problem in case.findings().problems}

    assert {"connection_refused": 2, "": len(names)} == problems


def test_what_most_of_a_template_say_all_of_it_is(new_case: Any) -> None:
    """One whose topic is called like what the class leaves out is the same message."""
    case = new_case()
    for second, name in enumerate(("orders", "parcels", "bills", "consumer")):
        case.line(second, "ERROR", "a.py", f"Failed to publish message to topic {name}: timed out")

    (problem,) = case.findings().problems

    assert ("message_queue_failure", 4) == (problem.class_id, problem.n)
