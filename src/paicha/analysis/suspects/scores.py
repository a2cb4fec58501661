"""
The one formula by which suspects are ranked.

Every kind of clue gives at most its cap, so that no single kind outvotes the others by being loud. The
caps are the same for every system:

====================  ====  =====================================================================
a resource moved      3     CPU, memory, disk, load, file descriptors, packets lost, against its own past
a sequence broke      3     the step that usually follows inside a span does not, or a failure does
calls got slower      3     on the way to it, or from it, and not elsewhere
its own time grew     3     inside its spans, with the time of its calls taken out
a problem is louder   2     new or louder in its log than in the baseline
it fell silent        2     it wrote steadily and then nothing more, while others went on
it was the earliest   1     of all whose own problems are new or louder, by up to 20 s
errors name it        1     new or louder errors of others, directly or through those whom they name
it was changed        3     a release, a setting or a job of it, up to half an hour before the first sign;
                            all of it where its own trouble is the first after it, else two thirds or one
its calls shifted     1     an operation makes a call far less often than in any usual minute
other metrics moved   0.3   latency, traffic, success rate: they say who suffers as well
====================  ====  =====================================================================

What a service's callee (or whom its errors name) explains better counts less: of its broken sequences,
its louder problems and its other metrics only a part is left, from all of it where its callees have at most half of its points down to
`SHARED` where one has as many or more. Shifted calls and silence are the other way round: what a service is
asked to do is decided by those who call it, so there the caller explains. Of what only tells of another's fault,
and of a load that a change of another moved, `SHARED` is left whatever the points.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from paicha.analysis.anomalies.moves import Moved
from paicha.analysis.suspects.calls import SlowEnd
from paicha.analysis.suspects.interventions import Before
from paicha.analysis.suspects.logged import Housed, Louder, Named, Onset
from paicha.analysis.suspects.silence import Silent
from paicha.analysis.traces.breaks import Break
from paicha.analysis.traces.latency import Slower
from paicha.model.suspects import ClueKind
from paicha.values import dataclass

#: What a clue rests on.
Fact = Moved | Break | SlowEnd | Slower | Louder | Silent | Onset | Named | Housed | Before
Kind = ClueKind
CAPS: Mapping[Kind, float] = {
    "resource": 3.0,
    "sequence": 3.0,
    "calls": 3.0,
    "own_time": 3.0,
    "change": 2.0,
    "silence": 2.0,
    "onset": 1.0,
    "named": 1.0,
    "intervention": 3.0,
    "mix": 1.0,
    "metric": 0.3,
}
#: What is left of a sign that a callee explains.
SHARED = 0.4
#: What a callee may explain, and what whoever suffers shows as well.
_SHAREABLE: frozenset[Kind] = frozenset(("sequence", "change", "metric"))
_SHOWN_BY_ANYBODY: frozenset[Kind] = frozenset(("metric", "mix"))
#: What a caller explains rather than a callee.
_ASKED: frozenset[Kind] = frozenset(("mix", "silence"))
#: Groups of metrics that a service can run out of: they make trouble; the others show it.
RESOURCES = frozenset(
    ("cpu", "memory", "disk", "io", "load", "process", "file", "host", "container")
)
#: Concepts of other groups that measure a fault itself: packets are not lost because others are slow.
FAULTS = frozenset(("network_dropped", "network_errors"))


#: A sign of a suspect that another one explains whatever the points.
Explained = tuple[str, Kind]


@dataclass(frozen=True, slots=True)
class Clue:
    """One thing that speaks for a suspect."""

    kind: Kind
    strength: float  # 0..1
    points: float  # what it adds, after what others explain was taken off
    part: float  # what is left of it, 0..1
    explained_by: str  # the callee that explains it better; "": none
    fact: Fact


@dataclass(frozen=True, slots=True)
class Scored:
    """One service with its points. Sorted by points falling, then name."""

    name: str
    points: float
    clues: tuple[Clue, ...]  # most points first


def break_strength(found: Break) -> float:
    """Return 0..1: how surely a rule broke times (the root of) in how many of the spans."""
    return min(1.0, max(0.0, (found.score - 1.5) / 3.5)) * math.sqrt(found.change)


def scored(
    services: Iterable[str],
    facts: Mapping[str, Mapping[Kind, tuple[float, Fact]]],
    below: Mapping[str, tuple[str, ...]],
    explained: Mapping[Explained, str] | None = None,
) -> tuple[Scored, ...]:
    """
    Return the services with their points, best first.

    Args:
        services: All that are in scope, also those nothing speaks for.
        facts: Strength (0..1) and fact per service and kind.
        below: Whom each service calls, directly or through others.
        explained: Signs that another one explains whatever the points, and who does.
    """
    above, surely = turned(below), explained or {}
    own = {
        service: sum(
            CAPS[kind] * strength
            for kind, (strength, _) in kinds.items()
            if kind not in _SHOWN_BY_ANYBODY
        )
        for service, kinds in facts.items()
    }
    ranked = []
    for service in sorted(set(services) | set(facts)):
        whole = own.get(service, 0.0)
        best = max(below.get(service, ()), key=lambda o: (own.get(o, 0.0), o), default="")
        share = own.get(best, 0.0) / whole if whole else float(own.get(best, 0.0) > 0)
        share = min(1.0, max(0.0, 2 * share - 1))
        left = 1 - (1 - SHARED) * share
        clues = []
        for kind, (strength, fact) in facts.get(service, {}).items():
            other, part = "", 1.0
            if kind in _SHAREABLE and share > 0:
                other, part = best, left
            if kind in _ASKED:
                other = _asked(above.get(service, ()), facts, kind, strength)
                part = SHARED if other else 1.0
            if (service, kind) in surely:
                other, part = surely[service, kind], SHARED
            clues.append(Clue(kind, strength, CAPS[kind] * strength * part, part, other, fact))
        clues.sort(key=lambda clue: (-clue.points, clue.kind))
        ranked.append(Scored(service, sum(clue.points for clue in clues), tuple(clues)))
    return tuple(sorted(ranked, key=lambda one: (-one.points, one.name)))


def turned(below: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return who calls each service, directly or through others."""
    callees = {callee for reached in below.values() for callee in reached}
    return {
        callee: tuple(sorted(caller for caller, reached in below.items() if callee in reached))
        for callee in sorted(callees)
    }


def _asked(
    callers: Iterable[str],
    facts: Mapping[str, Mapping[Kind, tuple[float, Fact]]],
    kind: Kind,
    strength: float,
) -> str:
    """Return the caller who shows the same at least as much; "" when there is none."""
    shown = {caller: facts[caller][kind][0] for caller in callers if kind in facts.get(caller, {})}
    best = max(shown, key=lambda caller: (shown[caller], caller), default="")
    return best if best and shown[best] >= strength else ""
