"""How VictoriaLogs starts, and how records get into it; a way to spoil what a server answers."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
from tests.servers.catalogue import ServerEntry, installed
from tests.servers.process import Start, free_port

from paicha.testing.conformance import LogLine
from paicha.testing.scripted_server import Asked, Reply, ScriptedServer

USER, PASSWORD = "reader", "letmein"


def victorialogs(
    entry: ServerEntry, folder: Path, *, password: bool = False, more: Sequence[str] = ()
) -> Start:
    """Return how VictoriaLogs starts, with *more* arguments; it keeps records of any age."""
    port = free_port()
    program = installed(entry)
    assert program is not None
    argv = [
        str(program),
        f"-storageDataPath={folder}/data",
        "-retentionPeriod=100y",
        "-insert.maxLineSizeBytes=2000000",
        f"-httpListenAddr=127.0.0.1:{port}",
        *((f"-httpAuth.username={USER}", f"-httpAuth.password={PASSWORD}") if password else ()),
        *more,
    ]
    return Start(argv, port, _answers, {})


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health", timeout=5).status_code in (200, 401)
    except httpx.TransportError:
        return False


def row_of(line: LogLine) -> dict[str, object]:
    """Return a record as shippers send it: fields with names, none that say nothing."""
    row = {
        "_time": line.timestamp.isoformat(),
        "_msg": line.body,
        "level": line.level,
        "code_file": line.module,
        "host_ip": line.host,
    }
    return {**{name: value for name, value in row.items() if value}, **line.attributes}


def import_rows(
    url: str,
    rows: Iterable[Mapping[str, object]],
    *,
    streams: str = "host_ip",
    account: int = 0,
    auth: tuple[str, str] | None = None,
) -> int:
    """Put rows into a VictoriaLogs, wait until they can be read, and return how many there are."""
    lines = [json.dumps(row, ensure_ascii=False).encode() for row in rows]
    headers = {"Content-Type": "application/stream+json", "AccountID": str(account)}
    with httpx.Client(auth=auth, headers=headers, timeout=60) as client:
        before = _count(client, url)
        for start in range(0, len(lines), 50_000):
            body = b"\n".join(lines[start : start + 50_000]) + b"\n"
            asked = f"{url}/insert/jsonline?_stream_fields={streams}"
            client.post(asked, content=body).raise_for_status()
        client.get(f"{url}/internal/force_flush").raise_for_status()
        for _ in range(200):
            if _count(client, url) >= before + len(lines):
                return len(lines)
            time.sleep(0.05)
    raise AssertionError(f"{len(lines)} rows were sent, fewer can be read")


def _count(client: httpx.Client, url: str) -> int:
    asked = {"query": "_time:[1970-01-01Z, 2200-01-01Z) | stats count() n"}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = client.post(f"{url}/select/logsql/query", data=asked, headers=headers)
    return int(json.loads(answer.text)["n"]) if answer.is_success and answer.text else 0


@contextmanager
def spoiled(url: str, spoil: Callable[[Asked, Reply], Reply]) -> Iterator[str]:
    """Give the address of a go-between that passes everything on and what comes back through *spoil*."""

    def script(asked: Asked) -> Reply:
        query: dict[str, Sequence[str]] = dict(asked.query)
        headers = {
            name: value
            for name, value in asked.headers.items()
            if name not in ("host", "content-length", "accept-encoding", "connection")
        }
        form = "form-urlencoded" in asked.headers.get("content-type", "")
        answer = httpx.request(
            asked.method,
            f"{url}{asked.path}",
            params=None if form else query,
            content=asked.body,
            headers=headers,
            timeout=60,
        )
        kind = answer.headers.get("content-type", "text/plain")
        return spoil(asked, Reply(answer.status_code, answer.content, kind))

    with ScriptedServer(script) as server:
        yield server.url
