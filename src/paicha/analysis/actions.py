"""What to do, how soon, and because of which problems."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from paicha.locales import Text, text
from paicha.model.findings import Action, Priority, Problem
from paicha.model.knowledge import ProblemClass, Urgency

_BY_URGENCY: Final[dict[Urgency, Priority]] = {"now": "P1", "soon": "P2", "watch": "P3"}


def actions_of(
    problem_id: str, problem_class: ProblemClass | None, priority: Priority, n: int
) -> tuple[Action, ...]:
    """
    Return the actions of one problem, most urgent first, else in the order of the knowledge base.

    No action is more urgent than its problem: what must be done now about a P1 is soon enough later
    for a P3. A problem that no class knows asks for its lines to be read.

    Args:
        problem_id: The problem.
        problem_class: Its class; None for a problem of its own.
        priority: The problem's priority.
        n: How many records it has.
    """
    if problem_class is None:
        words = text("actions.read_one") if n == 1 else text("actions.read_many")
        return (Action(priority, words, (problem_id,)),)
    found = [
        Action(max(_BY_URGENCY[remedy.urgency], priority), remedy.text, (problem_id,))
        for remedy in problem_class.remedies
    ]
    return tuple(sorted(found, key=lambda action: action.priority))


def merged(problems: Sequence[Problem]) -> tuple[Action, ...]:
    """
    Return the actions of all problems, equal texts made one.

    A merged action is as urgent as the most urgent of them and rests on all their problems, in the
    order of rank. Sorted by priority, then by the best problem, then as the problem lists them.

    Args:
        problems: In the order of rank.
    """
    urgency: dict[Text, Priority] = {}
    owners: dict[Text, dict[str, None]] = {}
    for problem in problems:
        for action in problem.actions:
            urgency[action.text] = min(urgency.get(action.text, action.priority), action.priority)
            owners.setdefault(action.text, {}).update(dict.fromkeys(action.problems))
    numbers = {problem.id: problem.number for problem in problems}
    found = [Action(urgency[words], words, tuple(names)) for words, names in owners.items()]
    return tuple(sorted(found, key=lambda a: (a.priority, numbers[a.problems[0]])))
