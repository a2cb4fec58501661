"""Where a problem shows, and whether it belongs there."""

from __future__ import annotations

from collections.abc import Sequence

from paicha.analysis.gathering import Counted
from paicha.model.knowledge import ProblemClass


def unrelated_modules(
    problem_class: ProblemClass | None, modules: Sequence[Counted]
) -> tuple[str, ...]:
    """
    Return the modules whose names have nothing to do with a class, in the given order.

    Nothing can be said of a class without home words, of a problem of its own, and of records that
    name no module.

    Args:
        problem_class: The class; its `home` words are looked for in the names.
        modules: Modules with their counts.
    """
    if problem_class is None or not problem_class.home:
        return ()
    words = tuple(word.casefold() for word in problem_class.home)
    return tuple(
        name for name, _ in modules if name and not any(w in name.casefold() for w in words)
    )
