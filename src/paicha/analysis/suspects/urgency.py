"""What the first suspect's own problem explains lends it its urgency."""

from __future__ import annotations

from collections.abc import Sequence

from paicha.analysis.suspects.ranking import Ranking
from paicha.model.findings import Problem
from paicha.model.knowledge import ProblemClass
from paicha.values import dataclass


@dataclass(frozen=True, slots=True)
class Lift:
    """A problem that is as urgent as what it explains."""

    problem_id: str
    score: float  # of the most urgent of those
    explained: tuple[str, ...]  # ids of problems, in the order of their rank


def lift_of(
    ranking: Ranking, problems: Sequence[Problem], classes: Sequence[ProblemClass] = ()
) -> Lift | None:
    """
    Return the problem to lift, and why; None where nobody stands out or nothing it explains is more urgent.

    Of the first suspect the strongest problem is taken that is new or louder and not contradicted; of a host
    the one that its own metrics confirm; where there is none, one that began with the trouble, if not surely.
    It explains the problems that only those write whose signs it explains and that are new or louder, or began with the
    trouble; but not those that say what is wrong with it (`blames`: peer): they name the cause.

    Args:
        ranking: Everybody.
        problems: In the order of their rank, without any lift.
        classes: Problem classes.
    """
    first = ranking.first
    own = _own(ranking, first.name, problems) if first else None
    if first is None or own is None:
        return None
    telling = {one.id for one in classes if one.blames == "peer"}
    suffering = set(ranking.victims)
    explained = [
        problem
        for problem in problems
        if problem.id != own.id and problem.class_id not in telling
        if _changed(problem) or _began_since(problem, ranking)
        if (names := ranking.writers.get(problem.id)) and names <= suffering
    ]
    best = max((problem.score for problem in explained), default=0.0)
    if best < own.score:
        return None
    return Lift(own.id, best, tuple(problem.id for problem in explained))


def _own(ranking: Ranking, name: str, problems: Sequence[Problem]) -> Problem | None:
    sound = [one.problem for one in ranking.louder.get(name, ()) if not one.contradicted]
    if sound:
        return sound[0]
    for problem in problems:
        confirmed = {
            claim.verdict.host for claim in problem.claims if claim.verdict.kind == "confirmed"
        }
        if name in confirmed and _changed(problem):
            return problem
    # Too few to be sure of, but who stands out for other reasons says of itself what is new since then.
    alone = (one for one in problems if ranking.writers.get(one.id) == frozenset((name,)))
    return next((one for one in alone if _began_since(one, ranking)), None)


def _began_since(problem: Problem, ranking: Ranking) -> bool:
    """Return whether a problem, however few its records, began with the trouble: new, or urgent by itself and never seen before."""
    change, first, began = problem.change, problem.first, ranking.began
    # One panic is too few to be called new, and so is a burst of twenty refusals.
    never_before = change is not None and not change.before and problem.priority != "P3"
    is_new = change is not None and (change.kind == "new" or never_before)
    return is_new and first is not None and began is not None and first >= began


def _changed(problem: Problem) -> bool:
    change = problem.change
    return change is not None and change.firm and change.kind in ("new", "louder")
