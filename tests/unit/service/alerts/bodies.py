"""Bodies as the senders' own code and documents describe them, written by hand."""

from __future__ import annotations

import json
from typing import Any

#: 2026-01-05 09:00:00 UTC, the point that an alert is about.
POINT = 1_767_603_600


def callback(**changes: Any) -> dict[str, Any]:
    """Return BlueKing's ``{{alarm.callback_message}}``."""
    dimensions = {"bk_target_ip": "10.0.0.8", "bk_target_cloud_id": "0"}
    item = {
        "metric_field": "usage",
        "data_source_label": "bk_monitor",
        "data_type_label": "time_series",
        "metric_id": "bk_monitor.system.cpu_summary.usage",
    }
    return {
        "type": "ANOMALY_NOTICE",
        "scenario": "os",
        "bk_biz_id": 2,
        "bk_biz_name": "demo",
        "event": {
            "id": "17676036001234",
            "event_id": "17676036001234",
            "is_shielded": False,
            "begin_time": "2026-01-05 09:00:00",
            "create_time": "2026-01-05 09:02:00",
            "end_time": None,
            "level": 1,
            "level_name": "致命",
            "agg_dimensions": ["bk_target_ip", "bk_target_cloud_id"],
            "dimensions": {**dimensions, "bk_host_id": "42"},
        },
        "strategy": {"id": 11, "name": "CPU总使用率", "scenario": "os", "item_list": [item]},
        "latest_anomaly_record": {
            "anomaly_id": "e1",
            "source_time": "2026-01-05 09:00:00",
            "create_time": "2026-01-05 09:02:00",
            "origin_alarm": {
                "trigger_time": POINT + 120,
                "data": {"value": 97.2, "time": POINT, "dimensions": dimensions},
            },
        },
        "current_value": 97.2,
        "description": "CPU使用率 97.2% >= 95%",
        "related_info": "",
        "labels": [],
    } | changes


def alert_info(**changes: Any) -> dict[str, Any]:
    """Return BlueKing's ``{{alarm.alert_info}}``."""
    query = {"metric_id": "bk_monitor.system.cpu_summary.usage", "agg_interval": 120}
    return {
        "id": "17676036001234",
        "alert_name": "CPU总使用率",
        "status": "ABNORMAL",
        "severity": 2,
        "bk_biz_id": 2,
        "strategy_id": 11,
        "strategy": {"id": 11, "name": "CPU总使用率", "items": [{"query_configs": [query]}]},
        "begin_time": POINT - 600,
        "create_time": POINT - 480,
        "latest_time": POINT,
        "end_time": None,
        "event": {"metric": ["bk_monitor.system.cpu_summary.usage"], "event_id": "e9"},
        "dimensions": [
            {"key": "ip", "value": "10.0.0.8", "display_key": "目标IP"},
            {"key": "bk_cloud_id", "value": 0},
        ],
        "dedupe_md5": "f00",
        "current_value": 96.1,
    } | changes


def alertmanager(*alerts: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return Alertmanager's webhook with *alerts*, or with one that fires."""
    return {
        "version": "4",
        "groupKey": '{}:{alertname="HighCPU"}',
        "truncatedAlerts": 0,
        "status": "firing",
        "receiver": "paicha",
        "groupLabels": {"alertname": "HighCPU"},
        "commonLabels": {"alertname": "HighCPU", "severity": "critical"},
        "commonAnnotations": {},
        "externalURL": "http://alertmanager",
        "alerts": list(alerts) or [firing()],
    } | changes


def firing(instance: str = "10.0.0.8:9100", **changes: Any) -> dict[str, Any]:
    """Return one alert of Alertmanager."""
    return {
        "status": "firing",
        "labels": {
            "alertname": "HighCPU",
            "instance": instance,
            "severity": "critical",
            "service": "node",
        },
        "annotations": {"summary": "CPU above 95 %"},
        "startsAt": "2026-01-05T09:00:00.123456789Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus/graph",
        "fingerprint": f"fp-{instance}",
    } | changes


def raw(body: object) -> bytes:
    """Return a body as it goes over the line."""
    return json.dumps(body, ensure_ascii=False).encode()
