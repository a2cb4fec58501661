"""
The rank of a problem: six terms, added, each shown; and two more, for a total outage and for the cause of others.

::

    score = severity + level + count + spread + novelty + metric [+ outage] [+ cause]

    severity  what it means when it is real: outage 50, critical 40, major 26, minor 14, notice 6;
              a problem of its own has no class: FATAL 26, ERROR 14, WARN 6, anything below 4
    level     what the program itself said (the level of most records): FATAL 12, ERROR 8, else 0;
              where the log has no levels 4, since nobody said that it is harmless
    count     4 * log10(1 + records), at most 20
    spread    3 * log2(modules), at most 10, + 3 * log2(hosts), at most 6
    novelty   what a baseline says: new +8; louder 2 * log2(ratio), at most 6; unchanged or quieter -4;
              half of it where the baseline cannot be sure; where it holds none and the window too few to
              call it new, 0. Without a baseline what lies in the window before the trouble stands for one,
              where trouble surely begins inside it (`suspects.earlier`); else 0
    metric    a claim that the machine's metrics confirm +8; contradicted -4, but 0 where the lines tell what was done
              (a process was killed): that happened, whatever the machine measured; else 0
    outage    a problem that took the place of what went well (`outages`): what lifts it to P1, however few asked;
              else no such term
    cause     the first suspect's own problem, where one stands out: what lifts it to the score of the most
              urgent problem that only those write who suffer from it; of equal scores it stands first

    P1: score >= 48    P2: score >= 24    P3: below

Why so. Severity leads: a thousand warnings about wear must not hide one lost business function, so
a step between two severities (8 to 14 points) is worth a factor of hundred to three thousand in
count. Count and spread are logarithmic, because the tenth record says much and the thousandth
little. A contradiction lowers a claim but takes at most what the other terms gave: it never sinks
below the points of its severity, since the limit of a container is real even when the host is idle. What
goes on as it did before is lowered for the same reason and within the same bound: noise of years did not
cause what began today.

A cause is as urgent as what it causes: whoever only suffers often complains louder and in graver words
than whoever failed, and mending the loudest first mends nothing. The cause is lifted rather than the others
lowered, because a suspect is not proven.

The bounds follow from single cases, not from any data set. P1 is an outage whatever its level, a
critical class once at ERROR (49.2), or a major one that is FATAL and frequent (26 + 12 + 400 records
= 48.4). P2 is a major class once at ERROR (35.2), wear that is both frequent and wide (16 warnings in
4 modules = 24.9), an unknown ERROR from the third time on (24.4). An unknown ERROR that happened once
(23.2) is P3: watched and shown, never dropped.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from paicha.analysis.gathering import Gathered, LevelUse
from paicha.analysis.wording import counted, listed, named
from paicha.locales import Text, text
from paicha.model.change import Change
from paicha.model.findings import Factor, Priority, VerdictKind
from paicha.model.knowledge import Severity
from paicha.values import dataclass

_SEVERITY: Final[dict[Severity, float]] = {
    "outage": 50,
    "critical": 40,
    "major": 26,
    "minor": 14,
    "notice": 6,
}
#: OpenTelemetry's ranges: from FATAL, from ERROR, from WARN; points without a class, points of level.
_LEVELS: Final = (
    (21, "fatal", 26.0, 12.0),
    (17, "error", 14.0, 8.0),
    (13, "warn", 6.0, 0.0),
    (0, "below", 4.0, 0.0),
)
_UNSAID_LEVEL = 4.0
_PER_DECADE, _COUNT_CAP = 4.0, 20.0
_PER_DOUBLING, _MODULE_CAP, _HOST_CAP = 3.0, 10.0, 6.0
_CONFIRMED, _CONTRADICTED = 8.0, -4.0
_NEW, _KNOWN = 8.0, -4.0
_PER_RATIO, _LOUDER_CAP = 2.0, 6.0
_P1, _P2 = 48.0, 24.0
_OUTAGE = "outage"
#: Problems that a cause is said to explain before the rest is counted.
_EXPLAINED = 3


@dataclass(frozen=True, slots=True)
class Rank:
    """A problem's place among the others, with everything it rests on."""

    score: float
    priority: Priority
    factors: tuple[Factor, ...]


def rank(
    problem: Gathered,
    verdicts: frozenset[VerdictKind],
    change: Change | None = None,
    parted_at: str = "",
) -> Rank:
    """
    Return score, priority and factors of *problem*.

    The score is the sum of the points as shown, so that it can be checked by hand.

    Args:
        problem: Its counts and its class.
        verdicts: What the metrics say of its claims; empty when it claims nothing.
        change: What the baseline says of it; None: there is none.
        parted_at: From when on the window is judged, as it is written, where what precedes that stands for the baseline; "": it does not.
    """
    factors = [_severity(problem), _level(problem), _count(problem), _spread(problem)]
    above_severity = sum(factor.points for factor in factors[1:])
    factors.append(_novelty(change, above_severity, parted_at))
    happened = problem.problem_class is not None and problem.problem_class.happened
    if happened and _told(verdicts) == "contradicted":
        factors.append(_factor("metric", 0.0, 0.0, text("rank.factor.happened")))
    else:
        factors.append(_metric(verdicts, above_severity + min(factors[-1].points, 0)))
    score = round(sum(factor.points for factor in factors), 1)
    return Rank(score, priority_of(score), tuple(factors))


def priority_of(score: float) -> Priority:
    """Return the priority of a score."""
    return "P1" if score >= _P1 else "P2" if score >= _P2 else "P3"


def as_urgent(ranked: Rank, score: float, explained: Sequence[Text]) -> Rank:
    """
    Return a rank lifted to *score*, with the term that says why.

    Args:
        ranked: The rank without it.
        score: Of the most urgent problem that it explains.
        explained: Titles of the problems that it explains.
    """
    points = round(score - ranked.score, 1)
    words = text("rank.factor.cause", names=listed(explained, _EXPLAINED))
    factor = _factor("cause", len(explained), points, words)
    return Rank(score, priority_of(score), (*ranked.factors, factor))


def as_outage(ranked: Rank, n: int, words: Text, moments: tuple[datetime, ...]) -> Rank:
    """
    Return a rank lifted to P1, with the term that says why.

    Args:
        ranked: The rank without it.
        n: Records of the problem that came in place of what went well.
        words: What they took the place of.
        moments: The times in these words.
    """
    points = round(max(0.0, _P1 - ranked.score), 1)
    score = round(ranked.score + points, 1)
    factor = replace(_factor(_OUTAGE, float(n), points, words), moments=moments)
    return Rank(score, priority_of(score), (*ranked.factors, factor))


def outage_in(factors: Sequence[Factor]) -> Factor | None:
    """Return the term that says of a problem that it is a total outage; None: it is none."""
    return next((one for one in factors if one.name == _OUTAGE), None)


def why(problem: Gathered, ranked: Rank, verdicts: frozenset[VerdictKind]) -> Text:
    """Return the sentence that says why a problem has its priority, with the counts in it."""
    severity = (
        text(f"rank.severity.{problem.problem_class.severity}")
        if problem.problem_class
        else text("rank.severity.unknown")
    )
    return text(
        "rank.why",
        priority=ranked.priority,
        meaning=text(f"rank.meaning.{ranked.priority}"),
        severity=severity,
        level=_at_level(problem),
        records=counted("record", problem.n),
        where=_where(problem),
        outage=text(f"rank.why_outage.{'total' if outage_in(ranked.factors) else 'none'}"),
        metric=text(f"rank.why_metric.{_told(verdicts)}"),
        score=f"{ranked.score:g}",
    )


def _told(verdicts: frozenset[VerdictKind]) -> str:
    """Return what is told of the verdicts: of two hosts one may confirm and the other contradict."""
    if {"confirmed", "contradicted"} <= verdicts:
        return "both"
    return next((kind for kind in ("confirmed", "contradicted") if kind in verdicts), "none")


def _where(problem: Gathered) -> Text:
    """Return in how many modules and on how many hosts; only what the records name."""
    counts = {
        noun: sum(1 for name, _ in names if name)
        for noun, names in (("module", problem.modules), ("host", problem.hosts))
    }
    known = {f"{noun}s": counted(noun, n) for noun, n in counts.items() if n}
    return text(f"rank.where.{'_'.join(known) or 'nowhere'}", **known)


def _severity(problem: Gathered) -> Factor:
    if problem.problem_class:
        name = problem.problem_class.severity
        points = _SEVERITY[name]
        words = text("rank.factor.severity", word=text(f"rank.severity.{name}"))
    else:
        _, band, points, _ = _band(problem.level.severity_number)
        words = text("rank.factor.own", word=text(f"rank.band.{band}"))
    return _factor("severity", points, points, words)


def _level(problem: Gathered) -> Factor:
    number = problem.level.severity_number
    points = _band(number)[3] if number else _UNSAID_LEVEL
    return _factor("level", number, points, text("rank.factor.level", word=_at_level(problem)))


def _count(problem: Gathered) -> Factor:
    points = round(min(_COUNT_CAP, _PER_DECADE * math.log10(1 + problem.n)), 1)
    words = text("rank.factor.count", records=counted("record", problem.n))
    return _factor("count", problem.n, points, words)


def _spread(problem: Gathered) -> Factor:
    names = [name for name, _ in problem.modules], [name for name, _ in problem.hosts]
    # Records that name no module come from somewhere, so nothing counts as one.
    modules, hosts = (max(1, sum(1 for name in some if name)) for some in names)
    points = min(_MODULE_CAP, _PER_DOUBLING * math.log2(modules))
    points += min(_HOST_CAP, _PER_DOUBLING * math.log2(hosts))
    words = text(
        "rank.factor.spread", modules=named("module", names[0]), hosts=named("host", names[1])
    )
    return _factor("spread", modules * hosts, round(points, 1), words)


def _novelty(change: Change | None, above_severity: float, parted_at: str) -> Factor:
    if change is None:
        return _factor("novelty", 0.0, 0.0, text("rank.factor.novelty_unknown"))
    points = {"new": _NEW, "unchanged": _KNOWN, "quieter": _KNOWN}.get(change.kind, 0.0)
    if change.kind == "louder" and change.ratio:
        points = min(_LOUDER_CAP, _PER_RATIO * math.log2(change.ratio))
    if not change.firm:
        points /= 2
    key: str = change.kind
    if change.kind == "unchanged" and not change.firm:
        key = "few" if change.before else "unseen"
        points = points if change.before else 0.0  # nobody saw that it goes on as it did
    points = round(max(points, -above_severity), 1)
    words = text(
        f"rank.factor.novelty_{key}",
        earlier=text(f"rank.earlier.{'part' if parted_at else 'baseline'}", at=parted_at),
        later=text(f"rank.later.{'part' if parted_at else 'baseline'}"),
        before=counted("record", change.before),
        during=counted("record", change.during),
        sure=text(f"rank.sure.{'firm' if change.firm else 'weak'}"),
    )
    return _factor("novelty", round(change.score, 1), points, words)


def _metric(verdicts: frozenset[VerdictKind], above_severity: float) -> Factor:
    if "confirmed" in verdicts:
        key = "both" if _told(verdicts) == "both" else "confirmed"
        return _factor("metric", 1.0, _CONFIRMED, text(f"rank.factor.{key}"))
    if "contradicted" in verdicts:
        points = -round(min(-_CONTRADICTED, above_severity), 1)
        return _factor("metric", -1.0, points, text("rank.factor.contradicted"))
    name = "not_verifiable" if verdicts else "no_claim"
    return _factor("metric", 0.0, 0.0, text(f"rank.factor.{name}"))


def _factor(name: str, value: float, points: float, words: Text) -> Factor:
    # 40 and 40.0 are equal and written differently: a kept case must give the same bytes again.
    return Factor(name, float(value), float(points), words)


def _band(severity_number: int) -> tuple[int, str, float, float]:
    return next(band for band in _LEVELS if severity_number >= band[0])


def _at_level(problem: Gathered) -> Text:
    """Return how many of the records are at the most frequent level: all, most, more than at any other, or as many as at another."""
    use, beside = problem.level, problem.level_beside
    if beside is not None and use.text:
        other = _level_word(beside)
        key = "as_often" if other else "as_often_without"
        return text(f"rank.at.{key}", level=_level_word(use), other=other)
    part = "often" if 2 * use.n <= problem.n else "most"
    if use.n == problem.n:
        part = "all" if use.n > 1 else "one"
    return text(f"rank.at.{part}" if use.text else f"rank.unsaid.{part}", level=_level_word(use))


def _level_word(use: LevelUse) -> str:
    band = _band(use.severity_number)[1]
    return band.upper() if len(use.text) == 1 and band != "below" else use.text  # klog writes E
