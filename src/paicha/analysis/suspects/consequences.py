"""
What came of a change: trouble of its own, names in others' errors, load that moved, or nothing.

A release says little by itself, for there are many a day. It says much where the trouble of just that service
is the first after it, less where others' errors name the service or its own trouble comes later, and little
where nothing of it changed. Who was stopped has no trouble of its own: there it is that of others which begins at once. What a change makes others do shows at those others: who empties a cache
makes a database busy. Such a load, right after such a change, is explained by it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from paicha.analysis.anomalies.moves import Moved
from paicha.analysis.suspects.facts import Facts
from paicha.analysis.suspects.interventions import (
    Before,
    Follows,
    Intervention,
    earlier_of,
    strength_of,
)
from paicha.analysis.suspects.load import WITH_LOAD
from paicha.analysis.suspects.logged import Louder, Said
from paicha.analysis.suspects.scores import Explained, Fact, Kind
from paicha.values import dataclass

#: Of its points so much is left by what came of a change.
_PARTS: Mapping[Follows, float] = {
    "first": 1.0,
    "load": 1.0,
    "gone": 1.0,
    "later": 2 / 3,
    "nothing": 1 / 3,
}
#: A first record can be so much late by chance: twice the mean gap between its records, within these bounds.
_LEAST_LATE, _MOST_LATE = timedelta(seconds=20), timedelta(minutes=2)
#: A load moves at once, if not within the step in which it is measured.
_AT_ONCE = timedelta(minutes=5)
#: What a load from elsewhere explains.
_LOADED: tuple[Kind, ...] = ("resource", "change")
#: What makes trouble of somebody's own.
_OWN: frozenset[Kind] = frozenset(
    ("change", "resource", "silence", "sequence", "calls", "own_time")
)


@dataclass(frozen=True, slots=True)
class Consequences:
    """
    Weighs changes by what came of them.

    Args:
        facts: What speaks for each; added to.
        louder: What is new or louder, per suspect.
        rests: Who rests on whom, directly.
        homes: The hosts of each suspect.
        end: End of the window.
        interventions: All that was done.
    """

    facts: Facts
    louder: Mapping[str, Sequence[Louder]]
    rests: Mapping[str, set[str]]
    homes: Mapping[str, frozenset[str]]
    end: datetime
    interventions: Sequence[Intervention] = ()

    def add(self, one: Intervention, name: str, began: datetime) -> Before:
        """Add one change of a suspect before trouble *began*, and return it with what followed."""
        earlier = earlier_of(one, self.interventions, began)
        follows = self._follows(one, name, began)
        missing = self._missing(one, name) if follows in ("later", "nothing") else ()
        found = Before(one, began, "gone" if missing else follows, missing, earlier)
        strength = strength_of(one, began, earlier) * _PARTS[found.follows]
        self.facts.add(name, "intervention", strength, found)
        return found

    def _follows(self, one: Intervention, name: str, began: datetime) -> Follows:
        own = [
            louder
            for louder in self.louder.get(name, ())
            if louder.first is not None and not louder.contradicted and louder.first >= one.at
        ]
        if own and self._rests(name):
            return "nothing"  # that may come from there
        first = min(own, key=lambda louder: louder.first or self.end, default=None)
        if first is not None and self._earliest(first, began):
            return "first"
        named = "named" in self.facts.by_service.get(name, {})
        return "later" if own or named else "nothing"

    def _missing(self, one: Intervention, name: str) -> tuple[str, ...]:
        """Return who else had new trouble as soon as somebody was stopped; nobody where that was not so."""
        if not one.kind.ends:
            return ()
        return tuple(
            other
            for other, louder in sorted(self.louder.items())
            if other != name
            for firsts in [[each.first for each in louder if each.first and not each.contradicted]]
            if firsts and one.at <= min(firsts) <= one.at + _LEAST_LATE
        )

    def _earliest(self, louder: Louder, began: datetime) -> bool:
        assert louder.first is not None
        gap = (self.end - louder.first) / louder.during
        return louder.first - began <= min(_MOST_LATE, max(_LEAST_LATE, 2 * gap))

    def _rests(self, name: str) -> bool:
        """Return whether a suspect rests on one that has trouble of its own, and not the other way round."""
        return any(
            _OWN & self.facts.by_service.get(other, {}).keys()
            for other in self.rests.get(name, ())
            if name not in self.rests.get(other, ())
        )

    def load_moved(self, found: Sequence[tuple[str, Before]], said: Said) -> dict[Explained, str]:
        """
        Return whose use of a resource, and whose trouble with it, a change of another explains.

        What so shows at another one is what came first of that change, and counts as such.

        Args:
            found: Changes with who was changed.
            said: Whom the new errors of each name.
        """
        explained: dict[Explained, str] = {}
        for changed, before in found:
            if not before.intervention.kind.moves_load or before.follows == "nothing":
                continue
            busy = [
                name
                for name, kinds in sorted(self.facts.by_service.items())
                if name != changed and "resource" in kinds
                if self._at_once(kinds["resource"][1], before)
                and self._related(changed, name, said)
            ]
            for name, kind in ((name, kind) for name in busy for kind in _LOADED):
                explained.setdefault((name, kind), changed)
            if busy:
                seen = replace(before, follows="load", loaded=tuple(busy))
                strength = strength_of(before.intervention, before.began, before.earlier)
                self.facts.add(changed, "intervention", strength, seen)
        return explained

    def _at_once(self, fact: Fact, before: Before) -> bool:
        """Return whether a load moved right after a change."""
        if not isinstance(fact, Moved) or fact.concept not in WITH_LOAD:
            return False
        return timedelta() <= fact.at - before.intervention.at < _AT_ONCE

    def _related(self, changed: str, name: str, said: Said) -> bool:
        """Return whether both serve the same: one asker names or calls them both, or they share a host."""
        asked = [set(told.names) for told in said.values()]
        asked += [set(below) for below in self.facts.below.values()]
        homes = self.homes.get(changed, frozenset())
        return any({changed, name} <= both for both in asked) or name in homes


def started_on(
    before: Sequence[Intervention], homes: Mapping[str, frozenset[str]], began: datetime | None
) -> dict[str, Intervention]:
    """
    Return who began to work on a host right before trouble *began* there: who was changed so that load moves.

    Args:
        before: Changes before it, the nearest first.
        homes: The hosts of each suspect.
        began: The first sign of trouble.
    """
    started: dict[str, Intervention] = {}
    for one in before:
        hosts = homes.get(one.name, frozenset())
        near = began is not None and began - one.at < _AT_ONCE
        if one.kind.moves_load and near and len(hosts) == 1:
            started.setdefault(next(iter(hosts)), one)
    return started
