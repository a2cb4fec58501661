"""
Any other sender: a TOML file says where in its body what stands.

::

    alerts = "events"                    # path of a list of alerts; "": the body is one alert

    [fields]                             # one path, or several of which the first that is there wins
    event_id = "id"
    time = ["firedAt", "time"]           # epoch (s, ms, us, ns), ISO 8601, or a text in UTC
    title = "rule.name"
    host = "labels.ip"                   # a text, or a list of texts
    # type state severity text group strategy service biz interval_s value host_id

    [severity]                           # values of the sender, compared without case
    critical = ["P0", "P1"]
    warning = ["P2"]
    info = ["P3"]

    [state]
    recovered = ["OK", "resolved"]       # no_data, closed; anything else fires

    [[samples]]                          # run whenever the file is loaded
    body = '{"id": "7", "firedAt": 1767603600}'
    alerts = [{ event_id = "7", at = "2026-01-05T09:00:00Z" }]

Paths are dotted; a number picks from a list.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, fields
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any, get_args

from paicha.composition.words import utc
from paicha.errors import ConfigError, QuestionError
from paicha.locales import Text
from paicha.model.alerts import (
    LONGEST_INTERVAL_S,
    USUAL_INTERVAL_S,
    Alert,
    AlertHost,
    AlertState,
    Severity,
)
from paicha.service.alerts.reading import alerts_in, document, moment, text_at, whole_at
from paicha.sources.http.description import at
from paicha.values import dataclass

FIELDS = (
    "event_id", "type", "state", "severity", "title", "text", "time", "interval_s", "group",
    "strategy", "biz", "host", "host_id", "service", "value",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sample:
    """A body with what must be read from it."""

    body: str
    alerts: tuple[Mapping[str, Any], ...]  # of each alert the keys worth checking


@dataclass(frozen=True, slots=True)
class BodyMapping:
    """Where in a body what stands, and what its words mean."""

    alerts: str = ""
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    severity: Mapping[str, Severity] = field(default_factory=dict)  # value in lower case -> ours
    state: Mapping[str, AlertState] = field(default_factory=dict)
    samples: tuple[Sample, ...] = ()


def read_generic(body: bytes, received: datetime, mapping: BodyMapping) -> tuple[Alert, ...]:
    """
    Return the alerts of one body, firing ones first.

    Args:
        body: As it came in.
        received: What stands for the time where an alert says none.
        mapping: Where what stands.

    Raises:
        QuestionError: If it is no JSON object, or the list of alerts is not where the mapping says.
    """
    told = document(body)
    if not mapping.alerts:
        return (_alert(told, mapping, received),)
    found = at(told, mapping.alerts)
    if not isinstance(found, list):
        raise QuestionError("hooks.no_list", path=mapping.alerts)
    alerts = [_alert(entry, mapping, received) for entry in alerts_in(found)]
    return tuple(sorted(alerts, key=lambda alert: alert.over))


def _alert(told: Mapping[str, object], mapping: BodyMapping, received: datetime) -> Alert:
    words = {name: _word(told, mapping, name) for name in FIELDS}
    seen = next(
        (m for path in mapping.fields.get("time", ()) if (m := moment(at(told, path)))), None
    )
    severity = mapping.severity.get(words["severity"].lower())
    interval = whole_at(words, "interval_s") or USUAL_INTERVAL_S
    name = words["event_id"] or "/".join((words["strategy"] or words["title"], words["host"]))
    state = mapping.state.get(words["state"].lower(), "firing")
    return Alert(
        event_id=name if words["event_id"] else f"{name}/{seen or received:%Y%m%d%H%M}",
        type=words["type"] or state,
        state=state,
        severity=severity or "warning",
        title=words["title"],
        at=seen or received,
        text=words["text"],
        interval_s=interval if 0 < interval <= LONGEST_INTERVAL_S else USUAL_INTERVAL_S,
        group=words["group"],
        strategy=words["strategy"] or words["title"],
        biz=whole_at(words, "biz"),
        hosts=tuple(_hosts(told, mapping, words["host_id"])),
        services=tuple(_all(told, mapping, "service")),
        value=words["value"],
    )


def _word(told: Mapping[str, object], mapping: BodyMapping, name: str) -> str:
    return next(iter(_all(told, mapping, name)), "")


def _all(told: Mapping[str, object], mapping: BodyMapping, name: str) -> Iterator[str]:
    """Yield every text of the first path that holds one."""
    for path in mapping.fields.get(name, ()):
        found = at(told, path)
        entries = found if isinstance(found, list) else [found]
        words = [w for entry in entries[:100] if (w := text_at({"": entry}, ""))]
        if words:
            yield from words
            return


def _hosts(told: Mapping[str, object], mapping: BodyMapping, identity: str) -> Iterator[AlertHost]:
    addresses = list(_all(told, mapping, "host"))
    if identity and len(addresses) < 2:
        yield AlertHost(identity, addresses[0] if addresses else "")
        return
    yield from (AlertHost(ip=address) for address in addresses)


def load_mapping(path: Path | None) -> BodyMapping:
    """
    Return what the file at *path* says; None: the names that senders usually choose.

    Raises:
        ConfigError: If it cannot be read, or with all that is wrong in it.
    """
    place = path or resources.files(__package__).joinpath("mappings", "usual.toml")
    try:
        tables = tomllib.loads(place.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as err:
        raise ConfigError("hooks.mapping_unreadable", path=place, why=err) from None
    mapping, mistakes = mapping_of(tables)
    mistakes = mistakes or check_samples(mapping)
    if mistakes:
        told = tuple(Text.same(mistake) for mistake in mistakes)
        raise ConfigError("hooks.mapping", mistakes=told, path=place, n=len(told))
    return mapping


def mapping_of(tables: Mapping[str, Any]) -> tuple[BodyMapping, tuple[str, ...]]:
    """Return parsed *tables* as a mapping, and every mistake in them by its key."""
    mistakes = [f"{key}: unknown key" for key in tables if key not in _KEYS]
    path = tables.get("alerts", "")
    if not isinstance(path, str):
        mistakes.append("alerts: should be a text")
    places = dict(_paths(tables.get("fields", {}), mistakes))
    if not places:
        mistakes.append("fields: names no field")
    severity = dict(_words("severity", tables.get("severity", {}), get_args(Severity), mistakes))
    state = dict(_words("state", tables.get("state", {}), get_args(AlertState), mistakes))
    samples = tuple(_samples(tables.get("samples", []), mistakes))
    return BodyMapping(str(path), places, severity, state, samples), tuple(mistakes)


_KEYS = frozenset(declared.name for declared in fields(BodyMapping))


def _paths(table: object, mistakes: list[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    if not isinstance(table, Mapping):
        mistakes.append("fields: not a table")
        return
    for name, written in table.items():
        places = [written] if isinstance(written, str) else written
        if name not in FIELDS:
            mistakes.append(f"fields.{name}: unknown field; known: {', '.join(FIELDS)}")
        elif not isinstance(places, list) or not all(isinstance(p, str) and p for p in places):
            mistakes.append(f"fields.{name}: should be a path or a list of paths")
        else:
            yield name, tuple(places)


def _words(
    name: str, table: object, known: Iterable[str], mistakes: list[str]
) -> Iterator[tuple[str, Any]]:
    if not isinstance(table, Mapping):
        mistakes.append(f"{name}: not a table")
        return
    for ours, theirs in table.items():
        if ours not in known:
            mistakes.append(f"{name}.{ours}: is none of {', '.join(known)}")
        elif not isinstance(theirs, list):
            mistakes.append(f"{name}.{ours}: should be a list of values")
        else:
            yield from ((str(value).lower(), ours) for value in theirs)


def _samples(tables: object, mistakes: list[str]) -> Iterator[Sample]:
    for place, table in enumerate(tables if isinstance(tables, list) else [], start=1):
        body = table.get("body") if isinstance(table, Mapping) else None
        alerts = table.get("alerts") if isinstance(table, Mapping) else None
        if not isinstance(body, str) or not isinstance(alerts, list):
            mistakes.append(f"samples.{place}: needs body (a text) and alerts (a list of tables)")
        else:
            yield Sample(body, tuple(alert for alert in alerts if isinstance(alert, Mapping)))


def check_samples(mapping: BodyMapping) -> tuple[str, ...]:
    """Return what is wrong with the samples of *mapping*, one sentence each; empty when all hold."""
    wrong: list[str] = []
    for place, sample in enumerate(mapping.samples, start=1):
        try:
            found = read_generic(sample.body.encode(), datetime(2000, 1, 1, tzinfo=UTC), mapping)
        except QuestionError as refused:
            wrong.append(f"samples.{place}: {refused.what}")
            continue
        if len(found) != len(sample.alerts):
            wrong.append(f"samples.{place}: {len(found)} alerts instead of {len(sample.alerts)}")
        for alert, expected in zip(found, sample.alerts, strict=False):
            told = _plain(alert)
            wrong += [
                f"samples.{place}: {key} is {told.get(key)!r} instead of {value!r}"
                for key, value in expected.items()
                if told.get(key) != value
            ]
    return tuple(wrong)


def _plain(alert: Alert) -> dict[str, object]:
    simple = ("event_id", "type", "state", "severity", "title", "text", "group", "strategy")
    return {
        **{name: getattr(alert, name) for name in simple},
        "biz": alert.biz,
        "interval_s": alert.interval_s,
        "value": alert.value,
        "at": utc(alert.at),
        "hosts": [host.name("address") for host in alert.hosts],
        "services": list(alert.services),
    }
