"""
The figures of a whole report out of a store, which must be those of the file.

Usage: python -m benchmarks.store_figures LOG [--store elasticsearch_8 ...] [--lines 2000000]

Each line of LOG becomes a document with the line's own time and the line as its message, as a shipper
would send it. Then, for each store:

1. its fastest export: over plain HTTP, every byte thrown away;
2. `paicha investigate --source`: read, shaped, counted, folded, reported, as a user runs it;
3. the same of the file itself, once.

The figures of 2 and 3 must be equal: records, records of each level, module and host, and of each
problem the records, the first and the last time. The processor time and the peak memory are those of
Paicha's process alone.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import clickhouse_connect
import httpx
import pyarrow as pa
from tests.servers.clickhouse import COLUMNS, OTEL
from tests.servers.harness import launch
from tests.servers.process import RunningServer

from paicha.knowledge.formats_loader import load_formats
from paicha.model.question import LogQuery, Scope
from paicha.sources.files.source import FileSource

INDEX = "corpus"
_BULK = 5000  # documents of one request
_MEBI = 1 << 20
_EVER = "_time:[1970-01-01Z, 2200-01-01Z)"


@dataclass(frozen=True, slots=True)
class StoreUnderTest:
    """How a store is filled, exported and named in Paicha's settings. Another store adds its line."""

    load: Callable[[str, Path], int]
    export: Callable[[str], int]
    settings: Callable[[Mapping[str, str]], str]


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of Paicha took and said."""

    seconds: float
    processor_s: float
    peak_bytes: int
    code: int
    report: Mapping[str, Any]

    @property
    def figures(self) -> Mapping[str, Any]:
        """What must be equal, wherever the records came from."""
        findings = self.report
        return {
            "records": findings["totals"]["records"],
            "first and last": (findings["totals"]["first"], findings["totals"]["last"]),
            "levels": {one["level"]: one["n"] for one in findings["levels"]},
            "modules": {one["name"]: (one["n"], one["abnormal"]) for one in findings["modules"]},
            "hosts": {one["host"]: (one["n"], one["abnormal"]) for one in findings["devices"]},
            "problems": {
                one["id"]: (one["n"], one["first"], one["last"]) for one in findings["problems"]
            },
        }


def stamps(log: Path) -> Iterator[datetime]:
    """Yield when each line happened, as Paicha reads it from the file; one without a time as the one before."""
    last = datetime(2026, 1, 1, tzinfo=UTC)
    source = FileSource((log,), load_formats())
    with source.open(LogQuery(None, Scope(), "UTC", sys.maxsize)) as reading:
        for batch in reading:
            if not isinstance(batch, pa.RecordBatch):
                continue  # a mark of how far it is: every record is handed out, because no size is named
            for moment in batch.column("timestamp").to_pylist():
                last = moment or last
                yield last


def documents(log: Path) -> Iterator[bytes]:
    """Yield each line as a document with its own time, as a shipper would send it."""
    with log.open("r", encoding="utf-8", errors="replace", newline="\n") as file:
        for line, moment in zip(file, stamps(log), strict=True):
            document = {"@timestamp": moment.isoformat(), "message": line.rstrip("\r\n")}
            yield json.dumps(document, ensure_ascii=False).encode()


def load_elasticsearch(url: str, log: Path) -> int:
    """Fill an index of two shards, and return how many documents it holds."""
    # To the nanosecond: a plain date keeps milliseconds, and the lines say microseconds.
    properties = {"@timestamp": {"type": "date_nanos"}, "message": {"type": "text", "index": False}}
    settings = {"number_of_shards": 2, "number_of_replicas": 0, "refresh_interval": "-1"}
    made = {"settings": settings, "mappings": {"properties": properties}}
    with httpx.Client(base_url=url, timeout=300) as client:
        client.put(f"/{INDEX}", json=made).raise_for_status()
        kind = {"Content-Type": "application/x-ndjson"}
        waiting = documents(log)
        while part := list(islice(waiting, _BULK)):
            body = b"".join(b'{"index":{}}\n' + one + b"\n" for one in part)
            sent = client.post(
                f"/{INDEX}/_bulk?filter_path=errors", content=body, headers=kind
            ).raise_for_status()
            if sent.json()["errors"]:
                raise SystemExit("the store refused documents")
        client.post(f"/{INDEX}/_refresh").raise_for_status()
        return int(client.get(f"/{INDEX}/_count").json()["count"])


def export_elasticsearch(url: str) -> int:
    """Scroll through everything in the largest pages, throw it away, and return its bytes."""
    total = 0
    asked = {"size": 10_000, "sort": ["_doc"]}
    with httpx.Client(base_url=url, timeout=300) as client:
        answer = client.post(f"/{INDEX}/_search?scroll=5m", json=asked).raise_for_status()
        while b'"hits":[]' not in answer.content[-200:]:
            total += len(answer.content)
            # The id stands at the beginning of the answer: no need to read the rest.
            scroll_id = answer.content[:4000].split(b'"_scroll_id":"')[1].split(b'"')[0].decode()
            answer = client.post(
                "/_search/scroll", json={"scroll": "5m", "scroll_id": scroll_id}
            ).raise_for_status()
    return total


def load_victorialogs(url: str, log: Path) -> int:
    """Send everything as lines of JSON in one stream, and return how many records it holds."""
    kind = {"Content-Type": "application/stream+json"}
    asked = f"{url}/insert/jsonline?_time_field=@timestamp&_msg_field=message&_stream_fields=job"
    waiting, sent = documents(log), 0
    with httpx.Client(timeout=300, headers=kind) as client:
        while part := list(islice(waiting, 10 * _BULK)):
            client.post(asked, content=b"\n".join(part) + b"\n").raise_for_status()
            sent += len(part)
        client.get(f"{url}/internal/force_flush").raise_for_status()
        query = {"query": f"{_EVER} | stats count() n"}
        for _ in range(600):
            found = httpx.post(f"{url}/select/logsql/query", data=query, timeout=300)
            if json.loads(found.text or "{}").get("n") == str(sent):
                return sent
            time.sleep(0.2)
    raise SystemExit("the store does not give what it took")


def export_victorialogs(url: str) -> int:
    """Stream everything as lines of JSON, and return its bytes."""
    return _streamed(f"{url}/select/logsql/query", data={"query": _EVER})


def load_clickhouse(url: str, log: Path) -> int:
    """Fill the table of OpenTelemetry's exporter, and return how many rows it holds."""
    address = httpx.URL(url)
    client = clickhouse_connect.get_client(
        host=address.host, port=address.port, autogenerate_session_id=False, compress=False
    )
    client.command(OTEL.format(name="default.otel_logs"))
    with log.open("r", encoding="utf-8", errors="replace", newline="\n") as file:
        waiting = zip(file, stamps(log), strict=True)
        while part := list(islice(waiting, 10 * _BULK)):
            rows = (
                {"Timestamp": f"{moment:%Y-%m-%d %H:%M:%S.%f}", "Body": line.rstrip("\r\n")}
                for line, moment in part
            )
            block = b"\n".join(json.dumps(row, ensure_ascii=False).encode() for row in rows)
            client.raw_insert("default.otel_logs", insert_block=block, fmt="JSONEachRow")
    return int(client.command("SELECT count() FROM default.otel_logs"))


def export_clickhouse(url: str) -> int:
    """Stream every column in the store's own format, and return its bytes."""
    query = f"SELECT {', '.join(COLUMNS)} FROM default.otel_logs FORMAT Native"
    return _streamed(url, content=query.encode())


def _streamed(url: str, **asked: Any) -> int:
    plain = {"Accept-Encoding": "identity"}  # on loopback compressing costs more than it saves
    with (
        httpx.Client(timeout=300, headers=plain) as client,
        client.stream("POST", url, **asked) as answer,
    ):
        answer.raise_for_status()
        return sum(len(piece) for piece in answer.iter_raw())


_ELASTIC = StoreUnderTest(
    load_elasticsearch,
    export_elasticsearch,
    f'[sources.corpus]\ntype = "elasticsearch"\nurl = "{{url}}"\nindex = "{INDEX}"\n'.format_map,
)
STORES: dict[str, StoreUnderTest] = {
    "elasticsearch_7": _ELASTIC,
    "elasticsearch_8": _ELASTIC,
    "opensearch_2": _ELASTIC,
    "victorialogs": StoreUnderTest(
        load_victorialogs,
        export_victorialogs,
        '[sources.corpus]\ntype = "victorialogs"\nurl = "{url}"\n'.format_map,
    ),
    "clickhouse": StoreUnderTest(
        load_clickhouse,
        export_clickhouse,
        '[sources.corpus]\ntype = "clickhouse"\nurl = "{url}"\ndatabase = "default"\n'.format_map,
    ),
}


def investigate(folder: Path, *arguments: str) -> Run:
    """Run the command line in *folder* and return what it took."""
    output = folder / "report.json"
    command = [sys.executable, "-m", "paicha", "investigate", *arguments]
    command += ["--format", "json", "-o", str(output), "--tz", "UTC"]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PAICHA_")}
    started = time.monotonic()
    process = subprocess.Popen(command, cwd=folder, env=environ)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    processor_s = used.ru_utime + used.ru_stime
    report = json.loads(output.read_text("utf-8"))
    return Run(seconds, processor_s, used.ru_maxrss * 1024, process.returncode, report)


def measure(name: str, log: Path, lines: int, of_file: Run) -> bool:
    """Print one store's row, and return whether its figures are those of the file."""
    store = STORES[name]
    server: RunningServer = launch(name)
    try:
        started = time.monotonic()
        held = store.load(server.url, log)
        loaded_s = time.monotonic() - started
        started = time.monotonic()
        size = store.export(server.url)
        export_s = time.monotonic() - started
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            (folder / "paicha.toml").write_text(store.settings({"url": server.url}), "utf-8")
            asked = of_file.report["question"]["window"]
            window = ("--from", asked["start"], "--to", asked["end"])
            most = str(lines + 1)
            run = investigate(folder, "--source", "corpus", *window, "--max-records", most)
    finally:
        server.stop()
    equal = run.figures == of_file.figures and run.code == of_file.code
    print(
        f"{name:<18}{held:>10,} held, loaded in {loaded_s:.0f} s; export {held / export_s:>9,.0f}/s"
        f" ({size / _MEBI:,.0f} MiB); paicha {held / run.seconds:>8,.0f}/s, {run.processor_s:.0f} s of"
        f" processor, ratio {export_s / run.seconds:.2f}, peak {run.peak_bytes / _MEBI:,.0f} MiB;"
        f" figures {'equal' if equal else 'DIFFER'}"
    )
    if not equal:
        print(f"  file: {of_file.figures}\n  store: {run.figures}")
    return equal


def main(argv: list[str] | None = None) -> int:
    """Print a row for every store; 1 when a figure differs."""
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("log", type=Path)
    parser.add_argument("--store", action="append", choices=sorted(STORES))
    parser.add_argument("--lines", type=int, default=2_000_000)
    asked = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as place:
        part = Path(place) / "corpus.log"
        with asked.log.open("rb") as file, part.open("wb") as kept:
            kept.writelines(islice(file, asked.lines))
        of_file = investigate(Path(place), str(part))
        print(
            f"{'the file':<18}{asked.lines:>10,} lines; paicha {asked.lines / of_file.seconds:,.0f}/s,"
            f" {of_file.processor_s:.0f} s of processor, peak {of_file.peak_bytes / _MEBI:,.0f} MiB"
        )
        named = asked.store or ["elasticsearch_8"]
        return sum([not measure(name, part, asked.lines, of_file) for name in named])


if __name__ == "__main__":
    sys.exit(main())
