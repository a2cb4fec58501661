"""Who stands where, and who rests on whom: hosts and the services on them, names in errors."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pyarrow as pa

from paicha.analysis.anomalies.moves import Moved
from paicha.analysis.hosts import Hosts
from paicha.analysis.suspects.calls import reached_of
from paicha.analysis.suspects.facts import Facts
from paicha.analysis.suspects.interventions import Intervention
from paicha.analysis.suspects.logged import Housed, Louder, Named
from paicha.analysis.suspects.scores import Fact, turned
from paicha.analysis.tables import CaseTables
from paicha.model.knowledge import ProblemClass
from paicha.model.suspects import UnitKind

#: Services in trouble on one host: with two it is certain that they have it in common.
_ENOUGH_HOUSED = 2
#: Others whose errors name somebody: with two it is certain.
_ENOUGH_NAMING = 2
#: In the name of who only watches: it tells that something ran out, and is not who used it up.
_WATCHING = re.compile(
    r"(?<![a-z])(?:monitor(?:ing|d)?|watch(?:dog|er)|exporter|probe[rs]?|health-?check(?:er|s)?|alert(?:s|er|ing|manager)?"
    r"|zabbix|nagios|telegraf|metricbeat|icinga)(?![a-z])|监控|告警|巡检|探测"
)
_DIGIT = re.compile(r"\d")
#: Who writes what is wrong with a machine.
_KERNELS = frozenset(("kernel", "kern", "smartd", "mcelog", "rasdaemon"))
#: So much later a machine tells of what others suffered already.
_SAME_TIME = timedelta(minutes=2)
#: A share of hosts that chance reaches no more often is no chance.
_BY_CHANCE = 0.001


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


def homes_by_path(
    files: Iterable[str], homes: Mapping[str, Collection[str]]
) -> dict[str, frozenset[str]]:
    """
    Return the host of each file whose records name none, where its path names one that others' records name, and no second one.

    Only a name with a digit in it counts: another one is a word that may be a program's.

    Args:
        files: Suspects that are called after their files.
        homes: The hosts whose records each suspect writes.

    Example:
        >>> homes_by_path(["gw-2/error.log", "gw-21.log", "a.log"], {"kernel": {"gw-1", "gw-2"}})
        {'gw-2/error.log': frozenset({'gw-2'})}
    """
    known = sorted({host for hosts in homes.values() for host in hosts if _DIGIT.search(host)})
    patterns = {host: re.compile(rf"(?<![^\W_]){re.escape(host)}(?![^\W_])") for host in known}
    found: dict[str, frozenset[str]] = {}
    for file in files:
        named = {host for host, pattern in patterns.items() if pattern.search(file)}
        if len(named) == 1 and not {*homes.get(file, ())} - {""}:
            found[file] = frozenset(named)
    return found


def addresses_of(homes: Mapping[str, Collection[str]]) -> dict[str, tuple[str, ...]]:
    """
    Return the hosts on which one suspect stands alone, by suspect: who calls such a host calls that one.

    Example:
        >>> addresses_of({"stock": {"10.0.0.7"}, "gate": {"10.0.0.5", ""}, "order": {"10.0.0.5"}})
        {'stock': ('10.0.0.7',)}
    """
    on: dict[str, list[str]] = defaultdict(list)
    for name, hosts in homes.items():
        for host in hosts:
            on[host].append(name)
    alone: dict[str, list[str]] = defaultdict(list)
    for host, names in sorted(on.items()):
        if host and len(names) == 1:
            alone[names[0]].append(host)
    return {name: tuple(hosts) for name, hosts in alone.items()}


def add_housed(
    facts: Facts,
    louder: Mapping[str, Sequence[Louder]],
    homes: Mapping[str, frozenset[str]],
    units: Mapping[str, UnitKind],
    rests: dict[str, set[str]],
    *,
    started: Mapping[str, Intervention],
) -> None:
    """
    Join hosts that ran out of something with the services in trouble that stand on them alone.

    Several services in trouble have the host in common: they rest on it. A single one among the services
    of a host is who used up what the host measures, so that speaks for it instead of the host; but where another one
    began to work on that host right before, it is that one, and they rest on it. A service that stands on other hosts as
    well is not explained by one of them.

    Args:
        facts: Added to.
        louder: What is new or louder, per service.
        homes: The hosts of each service.
        units: What each suspect is.
        rests: Who rests on whom; added to.
        started: Who began to work on a host right before.
    """
    for host in sorted(name for name, unit in units.items() if unit == "host"):
        short = facts.by_service[host].get("resource")
        if short is None:
            continue
        there = [name for name in sorted(louder) if homes.get(name) == frozenset((host,))]
        housed = [name for name in there if not _watches(name)]
        begun = started.get(host)
        holder = host
        if begun and begun.name not in housed and _since(short[1], begun):
            holder = begun.name
        elif len(housed) == 1:
            holder = housed[0]
        elif housed:
            strength = min(1.0, len(housed) / _ENOUGH_HOUSED)
            facts.add(host, "named", strength, Housed(tuple(housed)))
        if holder != host:
            facts.add(holder, "resource", *short)
            del facts.by_service[host]["resource"]
        for name in there:
            if name != holder:
                rests.setdefault(name, set()).add(holder)


def _watches(name: str) -> bool:
    """
    Return whether somebody only watches, by its name.

    Example:
        >>> [_watches(name) for name in ("node-exporter", "/logs/monitor.log", "order-api", "alerting", "exporters")]
        [True, True, False, True, False]
    """
    own = name.replace("\\", "/").rpartition("/")[2]
    return _WATCHING.search(own.casefold()) is not None


def machines_of(
    louder: Mapping[str, Sequence[Louder]],
    homes: Mapping[str, Collection[str]],
    classes: Mapping[str, ProblemClass],
) -> dict[str, frozenset[str]]:
    """
    Return the machines of which kernels tell that something is wrong with them, by who tells.

    Args:
        louder: What is new or louder, per suspect, with the hosts that have it.
        homes: The hosts of each suspect.
        classes: Problem classes by id.
    """
    found = {}
    for name in sorted(_KERNELS & louder.keys()):
        told = [one for one in louder[name] if _is_of_machine(one, classes)]
        hosts = {host for one in told for host in one.only_on or homes.get(name, ())} - {""}
        if hosts:
            found[name] = frozenset(hosts)
    return found


def add_machines(
    facts: Facts,
    louder: Mapping[str, Sequence[Louder]],
    homes: Mapping[str, frozenset[str]],
    rests: dict[str, set[str]],
    classes: Mapping[str, ProblemClass],
) -> dict[str, str]:
    """
    Join a kernel that tells what is wrong with its machine with those in trouble on that machine alone; return who suffers from whom.

    A link that goes down or a table of connections that is full is wrong with the machine, whoever writes it. What began
    well before is not of it.

    Args:
        facts: Added to.
        louder: What is new or louder, per suspect, with the hosts that have it.
        homes: The hosts of each suspect.
        rests: Who rests on whom; added to.
        classes: Problem classes by id.
    """
    suffering: dict[str, str] = {}
    for name, hosts in machines_of(louder, homes, classes).items():
        told = [one for one in louder[name] if _is_of_machine(one, classes)]
        began = min((one.first for one in told if one.first), default=None)
        housed = [
            other
            for other, those in sorted(louder.items())
            if other not in _KERNELS
            and (sick := _troubled_on(those, homes.get(other, ())))
            and sick <= hosts
            if began is not None and _began_before(began, those)
        ]
        if housed:
            strength = min(1.0, len(housed) / _ENOUGH_HOUSED)
            facts.add(name, "named", strength, Housed(tuple(housed)))
            for other in housed:
                rests.setdefault(other, set()).add(name)
                suffering.setdefault(other, name)
    return suffering


def _troubled_on(those: Sequence[Louder], homes: Collection[str]) -> frozenset[str]:
    """Return the hosts on which one is in trouble: where all of it lies on some of them, those; else wherever it stands."""
    if those and all(one.only_on for one in those):
        return frozenset(host for one in those for host in one.only_on)
    return frozenset(homes)


def _is_of_machine(louder: Louder, classes: Mapping[str, ProblemClass]) -> bool:
    known = classes.get(louder.problem.class_id)
    return known is not None and known.of_machine


def _began_before(began: datetime, those: Sequence[Louder]) -> bool:
    firsts = [one.first for one in those if one.first is not None]
    return not firsts or began <= min(firsts) + _SAME_TIME


def _since(fact: Fact, begun: Intervention) -> bool:
    return isinstance(fact, Moved) and fact.at >= begun.at


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


def placed(
    louder: Mapping[str, Sequence[Louder]],
    tagged: pa.Table,
    homes: Mapping[str, frozenset[str]],
    hosts: Hosts,
    column: str,
) -> dict[str, tuple[Louder, ...]]:
    """
    Return what is new or louder with the hosts that have it, where others of the same suspect do not.

    Args:
        louder: What is new or louder, per suspect.
        tagged: The rows of `COUNTS` that belong to a problem.
        homes: The hosts of each suspect.
        hosts: The hosts of logs and metrics.
        column: What names a suspect.
    """
    on: dict[tuple[str, str], set[str]] = defaultdict(set)
    where = tagged.group_by([column, "problem", "host"], use_threads=False).aggregate([])
    rows = zip(*(where[name].to_pylist() for name in (column, "problem", "host")), strict=True)
    for name, problem, host in rows:
        on[name, problem].add(hosts.measured_as(host) or host)
    return {
        name: tuple(_placed(one, on[name, one.problem.id], homes.get(name, ())) for one in those)
        for name, those in louder.items()
    }


def _placed(one: Louder, on: set[str], homes: Collection[str]) -> Louder:
    if not on or "" in on or "" in homes or len(on) >= len(homes):
        return one
    # As likely as that all records of one spread over all hosts fell on these.
    if (len(on) / len(homes)) ** one.during > _BY_CHANCE:
        return one
    return replace(one, only_on=tuple(sorted(on)), of_hosts=len(homes))
