"""Latency between services, and which end of a call it belongs to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from paicha.analysis.traces.latency import Edge, Gaps, Slower, slower
from paicha.values import dataclass

Side = Literal["before", "after"]
Role = Literal["called", "calling"]


@dataclass(frozen=True, slots=True)
class SlowCall:
    """One edge whose calls take longer on the way than before."""

    edge: Edge
    side: Side  # the request on its way, or the answer
    slower: Slower


@dataclass(frozen=True, slots=True)
class SlowEnd:
    """A service at one end of slow calls."""

    service: str
    role: Role
    slow: tuple[SlowCall, ...]  # worst first
    compared: int  # edges of this role
    explained: float  # part of all slowness between services that these calls hold, 0..1
    strength: float  # 0..1


def slow_calls(before: Mapping[Edge, Gaps], during: Mapping[Edge, Gaps]) -> dict[Edge, SlowCall]:
    """Return, for every edge of both stretches, the side that got slower, or the surer one."""
    found: dict[Edge, SlowCall] = {}
    for edge in sorted(set(before) & set(during)):
        was, now = before[edge], during[edge]
        sides = (
            ("after", slower(was.after, now.after)),
            ("before", slower(was.before, now.before)),
        )
        calls = [SlowCall(edge, _side(side), one) for side, one in sides if one is not None]
        if calls:
            found[edge] = max(calls, key=lambda call: (call.slower.strength, call.slower.power))
    return found


def _side(name: str) -> Side:
    return "before" if name == "before" else "after"


def slow_ends(calls: Mapping[Edge, SlowCall]) -> dict[str, SlowEnd]:
    """
    Return, for every service, how well it explains the slow calls, in its better role.

    A service explains them when they are its own (recall: the part of all slowness on its edges) and
    when its other edges are slow as well (precision): one slow callee of many speaks for the callee,
    slow calls to every callee for the caller. Being called it answers for the calls to it; calling, for
    all its calls, because what slows a caller down slows down the answers to its own callers too. An edge
    with too few spans to be sure of anything counts as little as it could prove. The strength is the
    harmonic mean of both times that of its worst call.
    """
    whole = sum(call.slower.strength for call in calls.values())
    roles: dict[tuple[str, Role], list[SlowCall]] = defaultdict(list)
    for edge, call in calls.items():
        roles[edge.callee, "called"].append(call)
        roles[edge.callee, "calling"].append(call)
        roles[edge.caller, "calling"].append(call)
    ends: dict[str, SlowEnd] = {}
    for (service, role), mine in sorted(roles.items()):
        end = _end(service, role, mine, whole)
        best = ends.get(service)
        if end is not None and (best is None or end.strength > best.strength):
            ends[service] = end
    return ends


def _end(service: str, role: Role, mine: Sequence[SlowCall], whole: float) -> SlowEnd | None:
    slow = sorted(
        (call for call in mine if call.slower.strength > 0),
        key=lambda call: (-call.slower.strength, call.edge),
    )
    if not any(role == "called" or call.edge.caller == service for call in slow):
        return None
    held = sum(call.slower.strength for call in slow)
    provable = max(call.slower.much for call in slow) * sum(call.slower.power for call in mine)
    recall, precision = held / whole, min(1.0, held / provable)
    strength = slow[0].slower.strength * _harmonic(recall, precision)
    return SlowEnd(service, role, tuple(slow), len(mine), recall, strength)


def _harmonic(a: float, b: float) -> float:
    return 2 * a * b / (a + b) if a + b else 0.0


def callees(edges: Iterable[Edge]) -> Mapping[str, tuple[str, ...]]:
    """Return whom each service calls, directly or through others; itself left out."""
    direct: dict[str, set[str]] = defaultdict(set)
    for edge in edges:
        direct[edge.caller].add(edge.callee)
    return reached_of(direct)


def reached_of(direct: Mapping[str, set[str]]) -> dict[str, tuple[str, ...]]:
    """Return whom each one reaches, directly or through others; itself left out."""
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
