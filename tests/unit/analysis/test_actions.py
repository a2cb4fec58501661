"""What to do: tied to problems, capped by them, said once."""

from __future__ import annotations

from typing import Any

from paicha.model.findings import Findings


def test_actions_come_by_priority_then_by_their_best_problem(reference: Findings) -> None:
    """
    The list can be worked from the top.
    """
    numbers = {problem.id: problem.number for problem in reference.problems}
    order = [(action.priority, numbers[action.problems[0]]) for action in reference.actions]

    assert sorted(order) == order
    assert {"P1", "P2", "P3"} == {action.priority for action in reference.actions}


def test_no_action_is_more_urgent_than_its_problem(reference: Findings) -> None:
    """
    What must be done now about a P2 is a P2.
    """
    for problem in reference.problems:
        assert problem.actions
        assert all(action.priority >= problem.priority for action in problem.actions)


def test_problems_that_no_class_knows_share_one_action(new_case: Any) -> None:
    """
    The same advice stands once, with both problems.
    """
    case = new_case()
    for second in range(4):
        case.line(second, "ERROR", "a.py", "flux capacitor misaligned")
        case.line(second, "WARNING", "a.py", "tachyon stream is thin")

    findings = case.findings()

    (action,) = findings.actions
    assert {problem.id for problem in findings.problems} == set(action.problems)
    assert findings.problems[0].priority == action.priority
