"""Who stands where, and who rests on whom: hosts and the services on them, names in errors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from paicha.analysis.hosts import Hosts
from paicha.analysis.suspects.calls import reached_of
from paicha.analysis.suspects.facts import Facts
from paicha.analysis.suspects.logged import Housed, Louder, Named
from paicha.analysis.suspects.scores import turned
from paicha.analysis.tables import CaseTables
from paicha.model.suspects import UnitKind

#: Services in trouble on one host: with two it is certain that they have it in common.
_ENOUGH_HOUSED = 2
#: Others whose errors name somebody: with two it is certain.
_ENOUGH_NAMING = 2


def homes_of(tables: CaseTables, column: str, hosts: Hosts) -> Mapping[str, frozenset[str]]:
    """
    Return the hosts whose records each suspect writes, as the metrics name them.

    Args:
        tables: Counts of window and baseline.
        column: What names a suspect.
        hosts: The hosts of logs and metrics.
    """
    homes: dict[str, set[str]] = defaultdict(set)
    for counts in (tables.counts, tables.baseline_counts):
        if counts is None:
            continue
        pairs = counts.group_by([column, "host"], use_threads=False).aggregate([])
        for name, host in zip(pairs[column].to_pylist(), pairs["host"].to_pylist(), strict=True):
            homes[name].add(hosts.measured_as(host) or host)
    return {name: frozenset(found) for name, found in sorted(homes.items()) if name}


def add_housed(
    facts: Facts,
    louder: Mapping[str, Sequence[Louder]],
    homes: Mapping[str, frozenset[str]],
    units: Mapping[str, UnitKind],
    rests: dict[str, set[str]],
) -> None:
    """
    Join hosts that ran out of something with the services in trouble that stand on them alone.

    Several services in trouble have the host in common: they rest on it. A single one among the services
    of a host is who used up what the host measures, so that speaks for it instead of the host. A service that stands on other
    hosts as well is not explained by one of them.

    Args:
        facts: Added to.
        louder: What is new or louder, per service.
        homes: The hosts of each service.
        units: What each suspect is.
        rests: Who rests on whom; added to.
    """
    for host in sorted(name for name, unit in units.items() if unit == "host"):
        short = facts.by_service[host].get("resource")
        if short is None:
            continue
        housed = [name for name in sorted(louder) if homes.get(name) == frozenset((host,))]
        if len(housed) == 1:
            facts.add(housed[0], "resource", *short)
            del facts.by_service[host]["resource"]
        elif housed:
            strength = min(1.0, len(housed) / _ENOUGH_HOUSED)
            facts.add(host, "named", strength, Housed(tuple(housed)))
            for name in housed:
                rests.setdefault(name, set()).add(host)


def resting(
    named: Mapping[str, Sequence[str]], louder: Mapping[str, Sequence[Louder]]
) -> dict[str, tuple[str, ...]]:
    """
    Return whom each suspect names, without those who name it as well and have more reason to.

    Of two that name each other the one with the worse level rests on the other: who refuses or sheds
    warns, who is refused fails. At the same level it is the one that began later.

    Args:
        named: Whom the new errors of each suspect name.
        louder: What is new or louder, per suspect.
    """
    return {
        name: tuple(
            other
            for other in others
            if name not in named.get(other, ())
            or _standing(louder[name]) > _standing(louder[other])
        )
        for name, others in named.items()
    }


def _standing(those: Sequence[Louder]) -> tuple[int, float]:
    sound = [one for one in those if not one.contradicted] or list(those)
    began = [one.first.timestamp() for one in sound if one.first is not None]
    return max(one.severity for one in sound), min(began, default=0.0)


def add_named(facts: Facts, named: Mapping[str, Sequence[str]], rests: dict[str, set[str]]) -> None:
    """
    Add whom errors name; whoever stands at the end of a chain of names is named by all of it.

    Args:
        facts: Added to.
        named: Whom the new errors of each suspect name.
        rests: Who rests on whom, as traces say; those who name are added.
    """
    blamed: dict[str, set[str]] = {}
    for name, others in named.items():
        # A callee that names its caller blames nobody.
        blamed[name] = {other for other in others if name not in facts.below.get(other, ())}
        rests.setdefault(name, set()).update(blamed[name])
    for other, those in turned(reached_of(blamed)).items():
        strength = min(1.0, len(those) / _ENOUGH_NAMING)
        direct = tuple(name for name in those if other in blamed[name])
        through = tuple(name for name in those if name not in direct)
        facts.add(other, "named", strength, Named(direct, through))
