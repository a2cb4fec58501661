"""
Which problem class a line belongs to.

Patterns run on RE2 through Arrow: linear time whatever the line holds, one pass per class over a
column of distinct line heads. A line that fits no class stays without one; it is a problem of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from paicha.model.knowledge import ProblemClass

#: A record's head: what the patterns see. Below it stand stack frames, whose class and method names
#: would match by accident.
HEAD_LINES = 4
HEAD_CHARACTERS = 1000

#: Worst first; the place decides between classes of equal rank.
SEVERITIES = ("outage", "critical", "major", "minor", "notice")

#: OpenTelemetry's WARN. Below it only classes with `any_level` apply; 0 means the line says no level.
_WARN = 13


def classify(
    bodies: Sequence[str], severities: Sequence[int], problems: Sequence[ProblemClass]
) -> list[str | None]:
    """
    Return the id of the problem class of each body, None where no class fits.

    Of several classes that fit one body the winner has the highest `rank`; then the worst severity;
    then the longest match, as the most specific; then the smallest id.

    Args:
        bodies: Message texts; the first `HEAD_LINES` lines of each are looked at.
        severities: OpenTelemetry severity numbers, one per body.
        problems: Classes in any order; the answer does not depend on it.

    Raises:
        ValueError: If there are not as many severities as bodies.

    Example:
        >>> classify(["disk is full"], [17], [])
        [None]
    """
    applies = [severity == 0 or severity >= _WARN for severity in severities]
    questions = list(zip(map(head, bodies), applies, strict=True))
    distinct = list(dict.fromkeys(questions))
    ordered = sorted(problems, key=lambda problem: (*_standing(problem), problem.id))
    winners = dict(zip(distinct, _winners(distinct, ordered), strict=True))
    return [winners[question] for question in questions]


def head(body: str) -> str:
    """Return the part of *body* that patterns are matched against."""
    return "\n".join(body[:HEAD_CHARACTERS].split("\n", HEAD_LINES)[:HEAD_LINES])


def matching(problem: ProblemClass, bodies: Sequence[str]) -> list[bool]:
    """Return for each body whether *problem* fits it, whatever its level and the other classes."""
    places = _hits(problem, pa.array(map(head, bodies), pa.string()))
    return [place in places for place in range(len(bodies))]


def _winners(
    questions: Sequence[tuple[str, bool]], ordered: Sequence[ProblemClass]
) -> list[str | None]:
    everything = pa.array([text for text, _ in questions], pa.string())
    abnormal = pa.array([place for place, (_, applies) in enumerate(questions) if applies])
    heads = everything.take(abnormal) if len(abnormal) else everything.slice(0, 0)
    found: list[list[ProblemClass]] = [[] for _ in questions]
    for problem in ordered:
        if problem.any_level:
            for place in _hits(problem, everything):
                found[place].append(problem)
        else:
            for place in _hits(problem, heads):
                found[abnormal[place].as_py()].append(problem)
    return [_best(text, fitting) for (text, _), fitting in zip(questions, found, strict=True)]


def _hits(problem: ProblemClass, heads: pa.Array) -> set[int]:
    """Return the places in *heads* that a pattern matches and no exclude does."""
    matched = pc.indices_nonzero(pc.match_substring_regex(heads, joined(problem.patterns)))
    if problem.excludes and len(matched):
        excluded = pc.match_substring_regex(heads.take(matched), joined(problem.excludes))
        matched = matched.filter(pc.invert(excluded))
    return set(matched.to_pylist())


def joined(patterns: Sequence[str]) -> str:
    """Return one case-insensitive pattern that matches where any of *patterns* does."""
    return "(?i)" + "|".join(f"(?:{pattern})" for pattern in patterns)


def _best(text: str, fitting: Sequence[ProblemClass]) -> str | None:
    # `fitting` stands in the order of rank, severity and id.
    if not fitting:
        return None
    equals = [problem for problem in fitting if _standing(problem) == _standing(fitting[0])]
    if len(equals) == 1:
        return equals[0].id
    return max(equals, key=lambda problem: _match_length(text, problem)).id


def _standing(problem: ProblemClass) -> tuple[int, int]:
    return -problem.rank, SEVERITIES.index(problem.severity)


def _match_length(text: str, problem: ProblemClass) -> int:
    # Arrow gives no match's end; what one replacement by nothing takes away is its length.
    rest = pc.replace_substring_regex(
        pa.array([text]), joined(problem.patterns), "", max_replacements=1
    )
    return len(text) - len(rest[0].as_py())
