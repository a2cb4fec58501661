"""What to do, how soon, and because of which problems."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from paicha.locales import Text, text
from paicha.model.findings import Action, Priority, Problem
from paicha.model.knowledge import ProblemClass, Urgency

_BY_URGENCY: Final[dict[Urgency, Priority]] = {"now": "P1", "soon": "P2", "watch": "P3"}


#: What stands in advice for the service that a problem is of.
_SERVICE: Final = Text(zh="<服务>", en="<service>")
#: A name that is one word in a command. It comes from a log and may be copied into a shell.
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,99}")


def actions_of(
    problem_id: str,
    problem_class: ProblemClass | None,
    priority: Priority,
    n: int,
    services: Sequence[str] = (),
) -> tuple[Action, ...]:
    """
    Return the actions of one problem, most urgent first, else in the order of the knowledge base.

    No action is more urgent than its problem: what must be done now about a P1 is soon enough later
    for a P3. A problem that no class knows asks for its lines to be read. Commands name the service where all records
    are of one.

    Args:
        problem_id: The problem.
        problem_class: Its class; None for a problem of its own.
        priority: The problem's priority.
        n: How many records it has.
        services: Whose records they are; "" for those that name none.
    """
    if problem_class is None:
        words = text("actions.read_one") if n == 1 else text("actions.read_many")
        return (Action(priority, words, (problem_id,)),)
    found = [
        Action(
            max(_BY_URGENCY[remedy.urgency], priority), _named(remedy.text, services), (problem_id,)
        )
        for remedy in problem_class.remedies
    ]
    return tuple(sorted(found, key=lambda action: action.priority))


def _named(words: Text, services: Sequence[str]) -> Text:
    if len(services) != 1 or not _NAME.fullmatch(services[0]):
        return words
    (name,) = services
    return Text(zh=words.zh.replace(_SERVICE.zh, name), en=words.en.replace(_SERVICE.en, name))


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
