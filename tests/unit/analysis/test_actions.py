"""What to do: tied to problems, capped by them, said once."""

from __future__ import annotations

from typing import Any

import pytest

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


def _service_commands(case: Any) -> set[str]:
    (problem,) = case.findings().problems
    texts = (words for action in problem.actions for words in (action.text.en, action.text.zh))
    return {words for words in texts if "journalctl" in words}


def test_commands_name_the_service_where_all_records_are_of_one(new_case: Any) -> None:
    """The command can be copied as it stands, in both languages."""
    case = new_case()
    for second in range(3):
        case.line(second, "ERROR", "", "service crashed, restarting", service="cart-7")

    commands = _service_commands(case)

    assert 2 == len(commands)
    assert all("journalctl -u cart-7 -n" in words for words in commands)


@pytest.mark.parametrize("names", [("cart", "pay"), ("cart", ""), ("$(reboot)",), ("a b",)])
def test_commands_name_no_service_that_is_not_the_only_one_or_no_plain_word(
    new_case: Any, names: tuple[str, ...]
) -> None:
    """What a log says may be copied into a shell, so it has to be one word."""
    case = new_case()
    for second, name in enumerate(names):
        case.line(second, "ERROR", "", "service crashed, restarting", service=name)

    assert all("<" in words for words in _service_commands(case))
