"""
Alertmanager's webhook, version 4: one body is one group with the alerts of it that fire or are over.

``status`` of the body is "firing" while one of them fires; each alert has its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from paicha.errors import QuestionError
from paicha.model.alerts import Alert, AlertHost, Severity
from paicha.service.alerts.reading import (
    Document,
    alerts_in,
    clean,
    document,
    moment,
    table_at,
    text_at,
    whole_at,
)

_SEVERITIES: Mapping[str, Severity] = {
    **dict.fromkeys(("critical", "page", "emergency", "fatal", "disaster", "p1"), "critical"),
    **dict.fromkeys(("info", "none", "notice", "low", "p3", "p4"), "info"),
}
#: Labels that name a host, the first that is there; Kubernetes' node before the pod's address.
_HOST_LABELS = ("nodename", "node", "host", "hostname", "instance")
_SERVICE_LABELS = ("service", "job_name", "app", "deployment", "container")


def read_alertmanager(body: bytes, received: datetime) -> tuple[Alert, ...]:
    """
    Return the alerts of one webhook, firing ones first.

    Args:
        body: As it came in.
        received: What stands for the time where an alert says none.

    Raises:
        QuestionError: If this is no webhook of Alertmanager, or it holds too many alerts.
    """
    told = document(body)
    alerts = told.get("alerts")
    if not isinstance(alerts, list):
        raise QuestionError("hooks.not_alertmanager", keys=", ".join(sorted(map(str, told))[:8]))
    group = text_at(told, "groupKey")
    found = [_alert(told, entry, group, received) for entry in alerts_in(alerts)]
    return tuple(sorted(found, key=lambda alert: alert.over))


def _alert(told: Document, entry: Document, group: str, received: datetime) -> Alert:
    labels = {**_texts(table_at(told, "commonLabels")), **_texts(table_at(entry, "labels"))}
    said = {**_texts(table_at(told, "commonAnnotations")), **_texts(table_at(entry, "annotations"))}
    over = (text_at(entry, "status") or text_at(told, "status")) == "resolved"
    started, ended = moment(entry.get("startsAt")), moment(entry.get("endsAt"))
    print_ = text_at(entry, "fingerprint")
    seen = (ended if over else started) or started
    severity = labels.get("severity", "").lower()
    begun = started.isoformat() if started else ""
    return Alert(
        # The same labels fire again tomorrow: its start tells one time from the other.
        event_id=f"{print_ or _fingerprint(labels)}@{begun}",
        type="resolved" if over else "firing",
        state="recovered" if over else "firing",
        severity=_SEVERITIES.get(severity, "warning"),
        title=labels.get("alertname", ""),
        at=seen or received,
        text=said.get("summary") or said.get("description") or said.get("message", ""),
        group=group,
        strategy=labels.get("alertname", ""),
        biz=whole_at(labels, "bk_biz_id"),
        hosts=_hosts(labels),
        services=tuple(labels[name] for name in _SERVICE_LABELS if labels.get(name))[:1],
        value=said.get("value", ""),
    )


def _texts(table: Document) -> dict[str, str]:
    return {clean(str(key)): words for key in table if (words := text_at(table, key))}


def _hosts(labels: Mapping[str, str]) -> tuple[AlertHost, ...]:
    named = next((labels[name] for name in _HOST_LABELS if labels.get(name)), "")
    named = _without_port(named)
    return (AlertHost(ip=named),) if named else ()


def _without_port(named: str) -> str:
    """
    Return an instance label without its port.

    Example:
        >>> [_without_port(name) for name in ("10.0.0.8:9100", "[fe80::1]:9100", "fe80::1", "web-1")]
        ['10.0.0.8', 'fe80::1', 'fe80::1', 'web-1']
    """
    if named.startswith("["):
        return named[1:].partition("]")[0]
    address, colon, port = named.rpartition(":")
    return address if colon and port.isdigit() and ":" not in address else named


def _fingerprint(labels: Mapping[str, str]) -> str:
    whole = json.dumps(labels, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(whole.encode()).hexdigest()[:16]
