"""Rows that somebody saved from BlueKing's log platform."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

import paicha

_ROWS = [
    {
        "dtEventTimeStamp": str(1764072000000 + n),
        "serverIp": f"10.8.0.{n % 3 + 1}",
        "cloudId": 0,
        "path": "/data/logs/stock.log",
        "gseIndex": n,
        "log": f"2025-11-25 20:00:0{n} {'ERROR' if n % 2 else 'INFO'} [stock.py:{n}] 扣减库存 sku={n}",
    }
    for n in range(6)
]


@pytest.mark.parametrize("form", ["txt", "csv"])
def test_exported_rows_have_the_time_of_the_platform_and_the_level_of_the_line(
    form: str, tmp_path: Path
) -> None:
    """
    The collector's fields say when and on which host; what the line says of itself is read as well.
    """
    path = tmp_path / f"export.{form}"
    if form == "txt":
        path.write_text(
            "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in _ROWS), "utf-8"
        )
    else:
        with path.open("w", newline="", encoding="utf-8-sig") as file:
            writer = csv.DictWriter(
                file, ["dtEventTimeStamp", "serverIp", "path", "log"], extrasaction="ignore"
            )
            writer.writeheader()
            writer.writerows(_ROWS)

    found = paicha.investigate(path, zone="Asia/Shanghai")

    rows = found.sql(
        "select epoch_ms(timestamp) as at, severity_text as level, host_ip as host, code_file_path as file, body"
        " from records order by timestamp"
    ).to_pylist()
    assert [
        {
            "at": 1764072000000 + n,
            "level": "ERROR" if n % 2 else "INFO",
            "host": f"10.8.0.{n % 3 + 1}",
            "file": "stock.py",
            "body": f"扣减库存 sku={n}",
        }
        for n in range(6)
    ] == rows


@pytest.mark.parametrize("form", ["txt", "csv", "json"])
@pytest.mark.parametrize("column", ["cloudId", "bk_cloud_id"])
def test_the_same_address_in_two_cloud_areas_is_two_hosts_in_exports_as_well(
    form: str, column: str, tmp_path: Path
) -> None:
    """Counted apart, each found by its name, both by the address alone; also behind the first rows."""
    rows = [
        {
            "dtEventTimeStamp": str(1764072000000 + n),
            "serverIp": "10.8.0.1",
            column: (0, 3, 0)[n % 3],
            "path": "/data/logs/stock.log",
            "log": f"2025-11-25 20:00:00 ERROR [stock.py:7] 扣减库存失败 sku={n}",
        }
        for n in range(300)
    ]
    path = tmp_path / f"export.{form}"
    if form == "csv":
        with path.open("w", newline="", encoding="utf-8-sig") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    elif form == "json":
        path.write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
    else:
        lines = (json.dumps(row, ensure_ascii=False) for row in rows)
        path.write_text("\n".join(lines) + "\n", "utf-8")

    hosts = "select host_ip as host, count(*) as n from records group by 1 order by 1"
    counted = {
        asked: [
            (row["host"], row["n"])
            for row in paicha.investigate(path, zone="Asia/Shanghai", host=asked)
            .sql(hosts)
            .to_pylist()
        ]
        for asked in ((), ("10.8.0.1",), ("3:10.8.0.1",), ("10.8.0.1|3",))
    }
    assert counted == {
        (): [("10.8.0.1", 200), ("3:10.8.0.1", 100)],
        ("10.8.0.1",): [("10.8.0.1", 200), ("3:10.8.0.1", 100)],
        ("3:10.8.0.1",): [("3:10.8.0.1", 100)],
        ("10.8.0.1|3",): [("3:10.8.0.1", 100)],
    }
