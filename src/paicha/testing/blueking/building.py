"""A scenario folder out of a few lines and points."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from paicha.kernel.field_map import flatten
from paicha.testing.conformance import LogLine, MetricPoint

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Field, stored type, alias.
_FIELDS = (
    ("dtEventTimeStamp", "date", ""),
    ("serverIp", "keyword", ""),
    ("cloudId", "integer", ""),
    ("bk_host_id", "integer", ""),
    ("path", "keyword", ""),
    ("gseIndex", "long", ""),
    ("iterationIndex", "integer", ""),
    ("log", "text", ""),
    ("level", "keyword", "log_level"),
    ("severity", "keyword", "log_level"),
    ("file", "keyword", "code_file"),
    ("message", "text", "msg"),
    ("detail", "text", "msg"),
)
_BUILT_IN = 8


def write_scenario(
    folder: Path,
    lines: Sequence[LogLine],
    points: Sequence[MetricPoint] = (),
    *,
    index_set_id: int = 101,
    metric: str = "bkmonitor:system:cpu_summary:usage",
) -> Path:
    """
    Write a folder that `BluekingStandIn` serves, and return it.

    Every second record lies in a second table, which names level and message differently; aliases
    join the two.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows = [_row(line, n) for n, line in enumerate(lines)]
    words = [json.dumps(row, ensure_ascii=False) for row in rows]
    (folder / "hits.jsonl").write_text("\n".join(words) + "\n", "utf-8")
    fields = [
        {"field_name": name, "field_type": kind, "is_built_in": n < _BUILT_IN}
        for n, (name, kind, _) in enumerate(_FIELDS)
    ]
    _write(folder / "fields.json", {"result": True, "code": 200, "data": {"fields": fields}})
    pairs = [
        {"field_name": name, "query_alias": alias, "path_type": kind}
        for name, kind, alias in _FIELDS
        if alias
    ]
    index_set = {
        "index_set_id": index_set_id,
        "index_set_name": "built",
        "bk_biz_id": 2,
        "indices": [{"result_table_id": "2_bklog.a"}, {"result_table_id": "2_bklog.b"}],
        "query_alias_settings": pairs,
    }
    _write(folder / "index_set.json", index_set)
    _write(folder / "metrics.json", {metric: {"data": {"series": _series(points)}}})
    return folder


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")


def _milliseconds(stamp: datetime) -> int:
    return (stamp - _EPOCH) // timedelta(milliseconds=1)


def _row(line: LogLine, place: int) -> dict[str, object]:
    stamp = str(_milliseconds(line.timestamp))
    second = place % 2
    table = "ab"[second]
    row: dict[str, object] = {
        "__doc_id": f"{place // 2:06d}",  # the same id in both tables: only with the index unique
        "__index": f"v2_2_bklog_{table}_20260105_0",
        "__result_table": f"bklog_index_set_101_2_bklog_{table}.__default__",
        "_time": stamp,
        "dtEventTimeStamp": stamp,
        "serverIp": line.host,
        "cloudId": 0,
        "bk_host_id": int(line.host.rpartition(".")[2]),
        "path": "/data/logs/app.log",
        "gseIndex": place,
        "iterationIndex": 0,
        "log": line.body,
        ("message", "detail")[second]: line.body,
    }
    if line.level:
        row[("level", "severity")[second]] = line.level
    if line.module:
        row["file"] = line.module
    return row | flatten(line.attributes)


def _series(points: Sequence[MetricPoint]) -> list[dict[str, object]]:
    hosts = dict.fromkeys(point.host for point in points)
    return [
        {
            "alias": "_result_",
            "dimensions": {
                "bk_target_ip": host,
                "bk_target_cloud_id": "0",
                "bk_host_id": host.rpartition(".")[2],
            },
            "datapoints": [
                [point.value, _milliseconds(point.timestamp)]
                for point in points
                if point.host == host
            ],
        }
        for host in hosts
    ]
