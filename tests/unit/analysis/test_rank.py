"""The rank: terms that add up, and an order that holds beyond one scenario."""

from __future__ import annotations

from typing import Any

from paicha.model.findings import Findings


def priorities(findings: Findings) -> dict[str, str]:
    return {problem.title.en: problem.priority for problem in findings.problems}


def test_the_points_add_up_to_the_score(reference: Findings) -> None:
    """
    What is shown is what was added.
    """
    for problem in reference.problems:
        assert problem.score == round(sum(factor.points for factor in problem.factors), 1)
        assert ["severity", "level", "count", "spread", "novelty", "metric"] == [
            factor.name for factor in problem.factors
        ]


def test_a_critical_class_that_happened_once_is_urgent(new_case: Any) -> None:
    """
    One replication failure among 5,000 warnings stands first.
    """
    case = new_case()
    for second in range(5000):
        case.line(second / 10, "WARNING", f"worker_{second % 9}.py", "Retry queue is getting long")
    case.line(10, "ERROR", "database.py", "Database master-slave sync failed")

    first, second_ = case.findings().problems

    assert ("database_replication", "P1", 1) == (first.id, first.priority, first.n)
    assert "P1" != second_.priority


def test_an_unknown_error_rises_with_count_and_spread(new_case: Any) -> None:
    """
    Once is P3, three times is P2, ten thousand times in ten modules is P1.
    """
    once = new_case().line(1, "ERROR", "a.py", "flux capacitor misaligned").findings()
    case = new_case()
    for second in range(3):
        case.line(second, "ERROR", "a.py", "flux capacitor misaligned")
    thrice = case.findings()
    case = new_case()
    for second in range(10_000):
        case.line(second / 100, "ERROR", f"m{second % 10}.py", "flux capacitor misaligned")
    everywhere = case.findings()

    assert ["P3", "P2", "P1"] == [
        findings.problems[0].priority for findings in (once, thrice, everywhere)
    ]


def test_a_confirmed_claim_ranks_above_a_contradicted_one(new_case: Any) -> None:
    """
    The same lines with a full and with an empty disk.
    """
    full = new_case().line(60, "WARNING", "disk.py", "Disk space low: usage=90%")
    full.metric("disk_usage", [95.0] * 5)
    empty = new_case().line(60, "WARNING", "disk.py", "Disk space low: usage=90%")
    empty.metric("disk_usage", [5.0] * 5)

    confirmed, contradicted = (case.findings().problems[0] for case in (full, empty))

    assert confirmed.score > contradicted.score
    assert contradicted.score >= 26  # the points of its severity: major
    assert "contradict" in contradicted.why.en
    assert "矛盾" in contradicted.why.zh


def test_why_names_counts_and_what_it_means(reference: Findings) -> None:
    """
    One sentence in both languages, with records, modules and hosts.
    """
    why = reference.problems[0].why

    assert "103 records in 10 modules (score" in why.en
    assert "共 103 条，涉及 10 个模块（得分" in why.zh


def test_a_log_without_levels_is_not_taken_for_harmless(new_case: Any) -> None:
    """
    The same lines: ERROR above no level, no level above WARN.
    """
    scores = []
    for level in ("ERROR", "", "WARNING"):
        case = new_case().line(1, level, "a.py", "Core service crashed, restarting")
        scores.append(case.findings().problems[0].score)

    assert sorted(scores, reverse=True) == scores
    assert 3 == len(set(scores))
