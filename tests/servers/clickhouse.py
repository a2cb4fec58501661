"""How ClickHouse's engine starts behind HTTP, and how records get into it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from tests.servers.catalogue import ServerEntry
from tests.servers.process import RunningServer, Start, free_port

USER, PASSWORD = "reader", "letmein"
_ROOT = Path(__file__).parents[2]
#: As OpenTelemetry's exporter for ClickHouse creates it, without codecs, indices and TTL.
OTEL = """
CREATE TABLE {name} (
  Timestamp DateTime64(9), TraceId String, SpanId String, TraceFlags UInt8,
  SeverityText LowCardinality(String), SeverityNumber UInt8, ServiceName LowCardinality(String),
  Body String, ResourceSchemaUrl LowCardinality(String),
  ResourceAttributes Map(LowCardinality(String), String), ScopeSchemaUrl LowCardinality(String),
  ScopeName String, ScopeVersion LowCardinality(String),
  ScopeAttributes Map(LowCardinality(String), String),
  LogAttributes Map(LowCardinality(String), String)
) ENGINE = MergeTree PARTITION BY toDate(Timestamp)
ORDER BY (ServiceName, toDateTime(Timestamp), Timestamp)
"""
COLUMNS = (
    "Timestamp",
    "SeverityText",
    "SeverityNumber",
    "ServiceName",
    "Body",
    "ResourceAttributes",
    "LogAttributes",
)


def clickhouse(_entry: ServerEntry, folder: Path, *, password: bool = False) -> Start:
    """Return how the engine starts behind HTTP."""
    port = free_port()
    argv = [
        *(sys.executable, "-m", "tests.servers.chdb_server"),
        *(f"--port={port}", f"--path={folder}/data"),
        *((f"--user={USER}", f"--password={PASSWORD}") if password else ()),
    ]
    return Start(argv, port, _answers, {"PYTHONPATH": str(_ROOT)})


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/ping", timeout=5).is_success
    except httpx.TransportError:
        return False


def client_of(server: RunningServer, *, password: bool = False) -> Any:
    """Return the stock driver's client."""
    import clickhouse_connect  # noqa: PLC0415 - half a second that only its tests wait for

    who: dict[str, Any] = {"username": USER, "password": PASSWORD} if password else {}
    return clickhouse_connect.get_client(
        host="127.0.0.1", port=server.port, autogenerate_session_id=False, compress=False, **who
    )


def otel_row(
    at: datetime, body: str, level: str = "", module: str = "", host: str = "", **more: str
) -> tuple[object, ...]:
    """Return a row of `COLUMNS`; what says nothing is not among its attributes."""
    stamp = at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    service = more.pop("service", "")
    attributes = {"code.file.path": module, **more}
    return (
        stamp,
        level,
        0,
        service,
        body,
        {"host.ip": host} if host else {},
        {name: value for name, value in attributes.items() if value},
    )


def fill(client: Any, table: str, rows: Iterable[Sequence[object]]) -> None:
    """Create *table* as OpenTelemetry's exporter does, and put rows of `COLUMNS` into it."""
    client.command(OTEL.format(name=table))
    lines = [json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False) for row in rows]
    for start in range(0, len(lines), 50_000):
        block = "\n".join(lines[start : start + 50_000]).encode()
        client.raw_insert(table, insert_block=block, fmt="JSONEachRow")
