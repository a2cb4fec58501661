"""
BlueKing's webhook: ``{{alarm.callback_message}}`` and ``{{alarm.alert_info}}``, and the queue's variants.

Shapes and rules: the monitor's ``alarm/context`` (bodies), ``constants/action.py`` (types) and
``core/alert/adapter.py`` (which dimension names the host).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from paicha.errors import QuestionError
from paicha.model.alerts import (
    LONGEST_INTERVAL_S,
    USUAL_INTERVAL_S,
    Alert,
    AlertHost,
    AlertState,
    Severity,
)
from paicha.service.alerts.reading import (
    Document,
    document,
    moment,
    table_at,
    tables_in,
    text_at,
    whole_at,
)

#: What a notice's type says of the alert; anything else (a person pressed the button) is firing.
_STATES: Mapping[str, AlertState] = {
    "ANOMALY_NOTICE": "firing",
    "ANOMALY_PUSH": "firing",
    "RECOVERY_NOTICE": "recovered",
    "RECOVERY_PUSH": "recovered",
    "closed": "closed",
    "CLOSE_PUSH": "closed",
    # alert_info names the state of the alert instead of the notice
    "ABNORMAL": "firing",
    "RECOVERED": "recovered",
    "CLOSED": "closed",
}
_SEVERITIES: Mapping[int, Severity] = {1: "critical", 2: "warning", 3: "info"}


def read_bkmonitor(body: bytes, received: datetime) -> tuple[Alert, ...]:
    """
    Return the alert of one callback; none where BlueKing had no alert to tell of (``{}``).

    Args:
        body: As it came in.
        received: What stands for the time where the body says none.

    Raises:
        QuestionError: If this is no callback.
    """
    told = document(body)
    if not told:
        return ()
    event = table_at(told, "event")
    strategy = table_at(told, "strategy")
    if not event and not text_at(told, "dedupe_md5", "id", "event_id"):
        raise QuestionError("hooks.not_bkmonitor", keys=", ".join(sorted(map(str, told))[:8]))
    return (_alert(told, event, strategy, received),)


def _alert(told: Document, event: Document, strategy: Document, received: datetime) -> Alert:
    kind = text_at(told, "type", "status") or text_at(event, "status") or "ANOMALY_NOTICE"
    identity = text_at(event, "id", "event_id") or text_at(told, "id", "event_id", "dedupe_md5")
    seen = _seen(told, event)
    level = whole_at(event, "level", "severity") or whole_at(told, "severity", "level")
    dimensions = _dimensions(told, event)
    title = text_at(told, "alert_name") or text_at(event, "name") or text_at(strategy, "name")
    rule = text_at(strategy, "id") or text_at(told, "strategy_id") or text_at(event, "strategy_id")
    return Alert(
        event_id=identity or _made_up(rule, dimensions, seen or received),
        type=kind,
        state=_state(kind, told, event),
        severity=_SEVERITIES.get(level or 0, "warning"),
        title=title,
        at=seen or received,
        text=text_at(told, "description") or text_at(event, "description"),
        interval_s=_interval_s(strategy),
        strategy=rule,
        biz=whole_at(told, "bk_biz_id") or whole_at(event, "bk_biz_id"),
        hosts=tuple(_host(dimensions, told, event)),
        value=text_at(told, "current_value"),
        shielded=event.get("is_shielded") is True or told.get("is_shielded") is True,
    )


def _state(kind: str, told: Document, event: Document) -> AlertState:
    state = _STATES.get(kind, "firing")
    if state != "firing":
        return state
    # A no-data alert says so by its type label only; its value is null.
    rules = tables_in(table_at(told, "strategy").get("item_list"))
    labels = [text_at(rule, "data_type_label") for rule in rules]
    told_of = (text_at(told, "description"), text_at(event, "description"))
    is_tagged = "__NO_DATA_DIMENSION__" in _dimensions(told, event)
    no_value = "current_value" in told and told["current_value"] is None
    silent = is_tagged or any("无数据" in words or "no data" in words.lower() for words in told_of)
    return "no_data" if silent or (no_value and "time_series" in labels) else "firing"


def _seen(told: Document, event: Document) -> datetime | None:
    # Epoch seconds of the point itself first: the texts carry no zone and are rounded up by a check.
    alarm = table_at(told, "latest_anomaly_record", "origin_alarm")
    records = table_at(told, "latest_anomaly_record")
    extra = table_at(told, "extra_info", "origin_alarm", "data")
    candidates = (
        table_at(alarm, "data").get("time"),
        table_at(alarm, "data", "values").get("time"),
        extra.get("time"),
        records.get("source_time"),
        told.get("latest_time"),
        event.get("latest_time"),
        event.get("time"),
        told.get("begin_time"),
        event.get("begin_time"),
        event.get("create_time"),
        told.get("create_time"),
        alarm.get("trigger_time"),
    )
    return next((found for value in candidates if (found := moment(value))), None)


def _dimensions(told: Document, event: Document) -> dict[str, str]:
    """Return the dimensions by name, from whichever of their three shapes is there."""
    origin = table_at(told, "latest_anomaly_record", "origin_alarm", "data", "dimensions")
    found: dict[str, str] = {}
    for place in (origin, event.get("dimensions"), told.get("dimensions")):
        if isinstance(place, Mapping):
            found |= {str(key): words for key in place if (words := text_at(place, key))}
        for entry in tables_in(place):
            key, words = text_at(entry, "key"), text_at(entry, "value")
            if key and words:
                found[key.removeprefix("tags.")] = words
    return found


def _host(dimensions: Mapping[str, str], told: Document, event: Document) -> Iterator[AlertHost]:
    identity = dimensions.get("bk_host_id", "")
    ip = dimensions.get("bk_target_ip") or dimensions.get("ip", "")
    # Area 0 is an answer: absence is tested, not falsiness.
    cloud = dimensions.get("bk_target_cloud_id", dimensions.get("bk_cloud_id", ""))
    if not identity and not ip:
        identity = text_at(event, "bk_host_id") or text_at(told, "bk_host_id")
        ip = text_at(event, "ip") or text_at(told, "ip")
        cloud = text_at(event, "bk_cloud_id") or text_at(told, "bk_cloud_id")
    if identity or ip:
        yield AlertHost(identity, ip, cloud)


def _interval_s(strategy: Document) -> int:
    items = [
        *tables_in(strategy.get("items")),
        *tables_in(strategy.get("item_list")),
    ]
    queries = [query for item in items for query in tables_in(item.get("query_configs"))]
    for place in (*queries, *items):
        found = whole_at(place, "agg_interval", "interval")
        if found and 0 < found <= LONGEST_INTERVAL_S:
            return found
    return USUAL_INTERVAL_S


def _made_up(rule: str, dimensions: Mapping[str, str], at: datetime) -> str:
    # Without an id the same rule, place and minute is the same alert.
    place = ",".join(f"{key}={dimensions[key]}" for key in sorted(dimensions))
    return f"{rule}/{place}/{at:%Y%m%d%H%M}"[:400]
