"""Latency between services, and which end of a call it belongs to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from paicha.analysis.traces.latency import Edge, Gaps, Slower, slower


@dataclass(frozen=True, slots=True)
class SlowCall:
    """One edge whose calls take longer on the way than before."""

    edge: Edge
    side: Literal["before", "after"]  # the request on its way, or the answer
    slower: Slower


@dataclass(frozen=True, slots=True)
class SlowEnd:
    """A service at one end of slow calls."""

    service: str
    role: Literal["called", "calling"]
    slow: tuple[SlowCall, ...]  # worst first
    compared: int  # edges of this role
    explained: float  # part of all slowness between services that these calls hold, 0..1
    strength: float  # 0..1


def slow_calls(
    before: Mapping[Edge, Gaps], during: Mapping[Edge, Gaps]
) -> dict[Edge, SlowCall | None]:
    """Return, for every edge of both stretches, its slower side; None where neither is slower."""
    found: dict[Edge, SlowCall | None] = {}
    for edge in sorted(set(before) & set(during)):
        sides = [
            SlowCall(edge, "before", one)
            for one in (slower(before[edge].before, during[edge].before),)
            if one is not None
        ] + [
            SlowCall(edge, "after", one)
            for one in (slower(before[edge].after, during[edge].after),)
            if one is not None
        ]
        worst = max(sides, key=lambda call: call.slower.strength, default=None)
        found[edge] = worst if worst is not None and worst.slower.strength > 0 else None
    return found


def slow_ends(calls: Mapping[Edge, SlowCall | None]) -> dict[str, SlowEnd]:
    """
    Return, for every service, how well it explains the slow calls, in its better role.

    A service explains them when they are its own (recall: the part of all slowness on its edges) and
    when its other edges of the same role are slow as well (precision): one slow callee of many speaks
    for the callee, slow calls to every callee for the caller. The strength is the harmonic mean of both
    times that of its worst call.
    """
    whole = sum(call.slower.strength for call in calls.values() if call)
    ends: dict[str, SlowEnd] = {}
    if not whole:
        return ends
    roles: dict[tuple[str, Literal["called", "calling"]], list[Edge]] = defaultdict(list)
    for edge in calls:
        roles[edge.callee, "called"].append(edge)
        roles[edge.caller, "calling"].append(edge)
    for (service, role), edges in list(roles.items()):
        if role == "calling":
            edges.extend(roles.get((service, "called"), ()))
    for (service, role), edges in sorted(roles.items()):
        slow = [call for edge in edges if (call := calls[edge]) is not None]
        if not any(role == "called" or call.edge.caller == service for call in slow):
            continue
        slow.sort(key=lambda call: (-call.slower.strength, call.edge))
        sizes = [call.slower.strength for call in slow]
        recall, precision = sum(sizes) / whole, sum(sizes) / max(sizes) / len(edges)
        strength = max(sizes) * _harmonic(recall, precision)
        best = ends.get(service)
        if best is None or strength > best.strength:
            ends[service] = SlowEnd(service, role, tuple(slow), len(edges), recall, strength)
    return ends


def _harmonic(a: float, b: float) -> float:
    return 2 * a * b / (a + b) if a + b else 0.0


def callees(edges: Iterable[Edge]) -> Mapping[str, tuple[str, ...]]:
    """Return whom each service calls, directly or through others; itself left out."""
    direct: dict[str, set[str]] = defaultdict(set)
    for edge in edges:
        direct[edge.caller].add(edge.callee)
    reached = {}
    for service in sorted(direct):
        seen: set[str] = set()
        waiting = sorted(direct[service])
        while waiting:
            other = waiting.pop()
            if other not in seen:
                seen.add(other)
                waiting.extend(sorted(direct.get(other, ())))
        reached[service] = tuple(sorted(seen - {service}))
    return reached
