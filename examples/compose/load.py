"""
Load Paicha's reference scenario into VictoriaLogs and write its metrics down for Prometheus.

Needs the standard library alone: ``python load.py --logs http://127.0.0.1:9428 --metrics scenario.om``.
The records go in as a shipper that parses lines would send them; the metrics as node_exporter would have
been scraped every 15 seconds, so that Paicha's derivations give the scenario's own figures back.
"""

import argparse
import json
import os
import sys
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

SCENARIO = Path(
    os.environ.get("SCENARIO") or Path(__file__).parents[2] / "src/paicha/testing/scenario"
)
STEP_S = 15
GIB = 2**30


def rows():
    """Yield the records with named fields."""
    for line in (SCENARIO / "hits.jsonl").read_text("utf-8").splitlines():
        hit = json.loads(line)
        moment = datetime.fromtimestamp(int(hit["dtEventTimeStamp"]) / 1000, UTC)
        yield {
            "_time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "_msg": hit["msg"],
            "level": hit["log_level"],
            "code_file": hit["code_file"],
            "code_line": str(hit["code_line"]),
            "host_ip": hit["serverIp"],
            "service": "shop",
        }


def send(url):
    """Send the records and return how many there are, once all of them can be found."""
    lines = [json.dumps(row, ensure_ascii=False) for row in rows()]
    body = ("\n".join(lines) + "\n").encode()
    if counted(url) == len(lines):
        return len(lines)  # loaded before
    asked = f"{url}/insert/jsonline?_stream_fields=service,host_ip"
    request = urllib.request.Request(asked, body, {"Content-Type": "application/stream+json"})
    urllib.request.urlopen(request, timeout=60).close()
    for _ in range(100):
        if counted(url) == len(lines):
            return len(lines)
        time.sleep(0.1)
    sys.exit(f"{len(lines)} records were sent, VictoriaLogs counts {counted(url)}")


def counted(url):
    """Return how many records of the scenario VictoriaLogs holds; it may still be starting."""
    asked = b"query=_time:2025-12-19Z service:shop | stats count() n"
    for attempt in range(60):
        try:
            with urllib.request.urlopen(f"{url}/select/logsql/query", asked, timeout=60) as answer:
                return int(json.loads(answer.read() or b'{"n": 0}')["n"])
        except (urllib.error.URLError, ConnectionError):
            if attempt == 59:
                raise
            time.sleep(0.5)
    return 0


def series():
    """Yield ``(name, labels, [(second, value)])`` as node_exporter would have served them."""
    stored = json.loads((SCENARIO / "metrics.json").read_text("utf-8"))
    for metric, answer in stored.items():
        for one in answer["data"]["series"]:
            host = one["dimensions"]["bk_target_ip"]
            yield from WRITERS[metric](
                one["dimensions"], every_step(one["datapoints"]), f"{host}:9100"
            )


def every_step(points):
    """Return a value every 15 s: that of the minute it lies in."""
    return [
        (stamp // 1000 + part, value)
        for value, stamp in points
        if value is not None
        for part in range(0, 60, STEP_S)
    ]


def cpu(_dimensions, points, instance):
    """The time of both modes grows: that used, and that not."""
    for mode, used in (("user", True), ("idle", False)):
        grown, lines = 100_000.0, []
        for second, percent in points:
            lines.append((second, grown))
            grown += STEP_S * (percent / 100 if used else 1 - percent / 100)
        yield "node_cpu_seconds_total", {"instance": instance, "cpu": "0", "mode": mode}, lines


def memory(_dimensions, points, instance):
    """Of 16 GiB, so much is available."""
    labels = {"instance": instance}
    total = 16 * GIB
    yield "node_memory_MemTotal_bytes", labels, [(second, total) for second, _ in points]
    free = [(second, total * (1 - percent / 100)) for second, percent in points]
    yield "node_memory_MemAvailable_bytes", labels, free


def disk(dimensions, points, instance):
    """Of 100 GiB, so much is available."""
    labels = {
        "instance": instance,
        "device": dimensions.get("device_name", ""),
        "mountpoint": dimensions.get("mount_point", "/"),
        "fstype": "ext4",
    }
    size = 100 * GIB
    yield "node_filesystem_size_bytes", labels, [(second, size) for second, _ in points]
    free = [(second, size * (1 - percent / 100)) for second, percent in points]
    yield "node_filesystem_avail_bytes", labels, free


def io(dimensions, points, instance):
    """Busy time grows by the share of one that BlueKing stores."""
    grown, lines = 100_000.0, []
    for second, share in points:
        lines.append((second, grown))
        grown += STEP_S * share
    device = dimensions.get("device_name", "sda")
    yield "node_disk_io_time_seconds_total", {"instance": instance, "device": device}, lines


def load5(_dimensions, points, instance):
    """As it is."""
    yield "node_load5", {"instance": instance}, points


WRITERS = {
    "bkmonitor:system:cpu_summary:usage": cpu,
    "bkmonitor:system:mem:pct_used": memory,
    "bkmonitor:system:disk:in_use": disk,
    "bkmonitor:system:io:util": io,
    "bkmonitor:system:load:load5": load5,
}


def write(place):
    """Write the series as OpenMetrics text and return how many samples there are."""
    by_name = {}
    for name, labels, points in series():
        by_name.setdefault(name, []).append(({**labels, "job": "node"}, points))
    lines = []
    for name, found in sorted(by_name.items()):
        for labels, points in found:
            said = ",".join(f'{label}="{value}"' for label, value in labels.items())
            lines += [f"{name}{{{said}}} {value!r} {second}" for second, value in points]
    place.write_text("\n".join([*lines, "# EOF", ""]), "utf-8")
    return len(lines)


def main():
    """Do both."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--logs", required=True, help="address of VictoriaLogs")
    parser.add_argument("--metrics", required=True, type=Path, help="OpenMetrics file to write")
    asked = parser.parse_args()
    print(f"{write(asked.metrics)} samples written to {asked.metrics}")
    print(f"{send(asked.logs.rstrip('/'))} records in {asked.logs}")


if __name__ == "__main__":
    main()
