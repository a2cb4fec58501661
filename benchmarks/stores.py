"""
How fast Paicha reads a log store, beside the store's own fastest export in the same run.

``python benchmarks/stores.py CORPUS [--store NAME …] [--records N]`` loads the lines of a file (for
example of ``bench/make_corpus.py``), a millisecond apart, into each store, exports them all as the store
does it fastest, and reads them all through Paicha's source in a process of its own. It prints records
per second of processor time and of wall time, the ratio of the two, peak memory, and whether every count
is that of the file. ``--investigate`` runs the whole command line over each store too.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import clickhouse_connect  # noqa: E402 - after the path
import httpx  # noqa: E402
from tests.servers.clickhouse import COLUMNS, OTEL  # noqa: E402
from tests.servers.harness import launch  # noqa: E402
from tests.servers.process import RunningServer  # noqa: E402

START = datetime(2026, 1, 5, tzinfo=UTC)
_AT_ONCE = 50_000


@dataclass(frozen=True)
class Store:
    """How a store is filled, exported and named in the settings."""

    server: str
    fill: Callable[[RunningServer, Iterator[str]], None]
    export: Callable[[RunningServer], int]  # bytes that came
    settings: str  # {url} is its address


def in_batches(lines: Iterator[str], row: Callable[[int, str], object]) -> Iterator[bytes]:
    """Yield rows as lines of JSON, 50,000 at a time."""
    batch: list[str] = []
    for n, line in enumerate(lines):
        batch.append(json.dumps(row(n, line), ensure_ascii=False))
        if len(batch) == _AT_ONCE:
            yield ("\n".join(batch) + "\n").encode()
            batch = []
    if batch:
        yield ("\n".join(batch) + "\n").encode()


def moment(n: int) -> datetime:
    """Return when the nth record happened."""
    return START + timedelta(milliseconds=n)


def fill_victorialogs(server: RunningServer, lines: Iterator[str]) -> None:
    """One stream, the line as message."""
    headers = {"Content-Type": "application/stream+json"}
    with httpx.Client(headers=headers, timeout=300) as client:
        for body in in_batches(
            lines, lambda n, line: {"_time": moment(n).isoformat(), "_msg": line, "host": "h1"}
        ):
            asked = f"{server.url}/insert/jsonline?_stream_fields=host"
            client.post(asked, content=body).raise_for_status()
        client.get(f"{server.url}/internal/force_flush").raise_for_status()
    time.sleep(2)


def export_victorialogs(server: RunningServer) -> int:
    """Stream everything as JSON lines."""
    asked = {"query": "_time:[2026-01-01Z, 2027-01-01Z)"}
    return _streamed(f"{server.url}/select/logsql/query", data=asked)


def fill_clickhouse(server: RunningServer, lines: Iterator[str]) -> None:
    """The exporter's table, the line as body."""
    client = clickhouse_connect.get_client(
        host="127.0.0.1", port=server.port, autogenerate_session_id=False, compress=False
    )
    client.command(OTEL.format(name="default.otel_logs"))
    for block in in_batches(
        lines,
        lambda n, line: {
            "Timestamp": moment(n).strftime("%Y-%m-%d %H:%M:%S.%f"),
            "ServiceName": "shop",
            "Body": line,
        },
    ):
        client.raw_insert("default.otel_logs", insert_block=block, fmt="JSONEachRow")


def export_clickhouse(server: RunningServer) -> int:
    """Stream every column in its own format."""
    query = f"SELECT {', '.join(COLUMNS)} FROM default.otel_logs FORMAT Native"
    return _streamed(server.url, content=query.encode())


def _streamed(url: str, **asked: object) -> int:
    plain = {"Accept-Encoding": "identity"}  # on loopback compressing costs more than it saves
    with (
        httpx.Client(timeout=300, headers=plain) as client,
        client.stream("POST", url, **asked) as answer,
    ):  # type: ignore[arg-type] # httpx's own names
        answer.raise_for_status()
        return sum(len(piece) for piece in answer.iter_raw())


def fill_elasticsearch(server: RunningServer, lines: Iterator[str]) -> None:
    """Two shards, the line as message."""
    properties = {"@timestamp": {"type": "date"}, "message": {"type": "text", "index": False}}
    settings = {"number_of_shards": 2, "number_of_replicas": 0, "refresh_interval": "-1"}
    made = {"settings": settings, "mappings": {"properties": properties}}
    kind = {"Content-Type": "application/x-ndjson"}
    with httpx.Client(base_url=server.url, timeout=300) as client:
        client.put("/corpus", json=made).raise_for_status()
        for body in in_batches(
            lines, lambda n, line: {"@timestamp": moment(n).isoformat(), "message": line}
        ):
            rows = body.split(b"\n")[:-1]
            # Half a gigabyte of heap takes some megabytes at once.
            for start in range(0, len(rows), 2500):
                part = rows[start : start + 2500]
                bulk = b"".join(b'{"index":{}}\n' + one + b"\n" for one in part)
                path = "/corpus/_bulk?filter_path=errors"
                asked = client.post(path, content=bulk, headers=kind)
                while asked.status_code == 429:  # its heap is full for a moment
                    time.sleep(1)
                    asked = client.post(path, content=bulk, headers=kind)
                assert not asked.raise_for_status().json()["errors"]
        client.post("/corpus/_refresh").raise_for_status()


def export_elasticsearch(server: RunningServer) -> int:
    """Scroll in the order the store keeps, in its largest pages."""
    total = 0
    headers = {"Accept-Encoding": "identity"}
    with httpx.Client(base_url=server.url, timeout=300, headers=headers) as client:
        asked: dict[str, object] = {"size": 10_000, "sort": ["_doc"]}
        answer = client.post("/corpus/_search?scroll=5m", json=asked).raise_for_status()
        while b'"hits":[]' not in answer.content[-200:]:
            total += len(answer.content)
            # The id stands at the beginning of the answer: no need to read the rest.
            found = answer.content[:4000].split(b'"_scroll_id":"')[1].split(b'"')[0].decode()
            asked = {"scroll": "5m", "scroll_id": found}
            answer = client.post("/_search/scroll", json=asked).raise_for_status()
    return total


STORES = {
    **{
        name: Store(
            name,
            fill_elasticsearch,
            export_elasticsearch,
            '[sources.store]\ntype = "elasticsearch"\nurl = "{url}"\nindex = "corpus"\n',
        )
        for name in ("elasticsearch_7", "elasticsearch_8", "opensearch_2")
    },
    "victorialogs": Store(
        "victorialogs",
        fill_victorialogs,
        export_victorialogs,
        '[sources.store]\ntype = "victorialogs"\nurl = "{url}"\n',
    ),
    "clickhouse": Store(
        "clickhouse",
        fill_clickhouse,
        export_clickhouse,
        '[sources.store]\ntype = "clickhouse"\nurl = "{url}"\ndatabase = "default"\n',
    ),
}


def read(settings: Path, records: int) -> None:
    """Read the whole source and print what that took; run in a process of its own."""
    from paicha.model.question import LogQuery, Scope, Window  # noqa: PLC0415 - this process only
    from paicha.wiring.assembly import Assembly  # noqa: PLC0415
    from paicha.wiring.reading import load_settings  # noqa: PLC0415

    source = Assembly(load_settings(settings, {}, settings.parent)).log_source("store", "UTC")
    window = Window(START, moment(records))
    began, spent = time.perf_counter(), time.process_time()
    with source.open(LogQuery(window, Scope(), "UTC", sys.maxsize)) as reading:
        rows = sum(batch.num_rows for batch in reading)
        coverage = reading.coverage
    print(
        json.dumps(
            {
                "rows": rows,
                "present": coverage.present,
                "incomplete": [reason.en for reason in coverage.incomplete],
                "wall_s": time.perf_counter() - began,
                "cpu_s": time.process_time() - spent,
                "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )


def measure(name: str, corpus: Path, records: int, *, investigate: bool) -> None:
    """Load, export and read one store, and print a line for each."""
    store = STORES[name]
    server = launch(store.server)
    try:
        with corpus.open(encoding="utf-8", errors="replace") as lines:
            store.fill(server, (line.rstrip("\n") for n, line in enumerate(lines) if n < records))
        began = time.perf_counter()
        size = store.export(server)
        export_s = time.perf_counter() - began
        rate = records / export_s
        print(
            f"{name:14} export       {rate:10,.0f} records/s {size / export_s / 2**20:7.1f} MiB/s"
        )
        settings = server.folder / "paicha.toml"
        settings.write_text(store.settings.format(url=server.url), "utf-8")
        asked = [sys.executable, __file__, "--read", str(settings), "--records", str(records)]
        found = json.loads(subprocess.run(asked, check=True, capture_output=True).stdout)
        speed = found["rows"] / found["wall_s"]
        own = found["rows"] / found["cpu_s"]
        whole = found["rows"] == found["present"] == records and not found["incomplete"]
        print(
            f"{name:14} paicha reads {speed:10,.0f} records/s {speed / rate:5.2f} of the export, "
            f"{own:,.0f} records per CPU second, peak {found['peak_mb']:.0f} MiB, "
            f"{found['rows']:,} of {records:,}{', whole' if whole else ', NOT WHOLE'}"
        )
        if investigate:
            _investigate(name, settings, records)
    finally:
        server.stop()


def _investigate(name: str, settings: Path, records: int) -> None:
    window = ("--from", START.isoformat(), "--to", moment(records).isoformat())
    limit = ("--max-records", str(records + 1), "--format", "json", "--tz", "UTC")
    command = [sys.executable, "-m", "paicha", "investigate", "--source", "store"]
    began = time.perf_counter()
    done = subprocess.Popen(
        [*command, *window, *limit, "--config", str(settings)],
        cwd=settings.parent,
        env={**os.environ, "LANG": "en_US.UTF-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert done.stdout is not None
    said = done.stdout.read()
    _, status, usage = os.wait4(done.pid, 0)
    total = json.loads(said)["totals"]["records"]
    print(
        f"{name:14} investigate  {records / (time.perf_counter() - began):10,.0f} records/s, "
        f"peak {usage.ru_maxrss / 1024:.0f} MiB, {total:,} records, exit {os.waitstatus_to_exitcode(status)}"
    )


def main() -> None:
    """Measure the stores asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path, nargs="?")
    parser.add_argument("--store", choices=sorted(STORES), action="append")
    parser.add_argument("--records", type=int, default=2_000_000)
    parser.add_argument("--investigate", action="store_true")
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.read:
        read(asked.read, asked.records)
        return
    if asked.corpus is None:
        parser.error("a corpus is wanted")
    for name in asked.store or sorted(STORES):
        measure(name, asked.corpus, asked.records, investigate=asked.investigate)


if __name__ == "__main__":
    main()
