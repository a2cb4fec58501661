"""
What a running service needs while it works: memory over many runs, and how long answers take meanwhile.

``python benchmarks/service.py [RUNS]`` starts a service of its own on loopback, lets it carry out RUNS
investigations of a small log (default 500), asks API and page all the while, and prints medians, the slowest
of a hundred, and the ratio of the memory at the end to the memory after the first tenth.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import suppress
from pathlib import Path

import httpx

LINES = 300
AHEAD = 20  # runs that wait at any time
SERVICE = """
[sources.shop]
type = "files"
paths = ["shop.log"]
[service]
listen = "127.0.0.1:{port}"
parallel = {parallel}
"""
PLACES = {
    "list of runs": "/api/v1/investigations?limit=20",
    "one run": "/api/v1/investigations/{run}",
    "report as JSON": "/api/v1/investigations/{run}/report",
    "lines of a problem": "/api/v1/investigations/{run}/problems/1/evidence",
    "metrics": "/metrics",
    "page: start": "/",
    "page: report": "/runs/{run}",
}


def main(runs: int = 500, port: int = 18420, parallel: int = 1) -> None:
    """Run it and print the figures."""
    folder = Path(tempfile.mkdtemp(prefix="paicha-service-"))
    said = ("INFO shop.py:1 order placed", "ERROR shop.py:2 database connection failed")
    rows = (f"2026-01-01 10:{n // 60:02d}:{n % 60:02d} {said[n % 2]}\n" for n in range(LINES))
    (folder / "shop.log").write_text("".join(rows), "utf-8")
    (folder / "paicha.toml").write_text(SERVICE.format(port=port, parallel=parallel), "utf-8")
    with (folder / "serve.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "paicha", "serve"], cwd=folder, stdout=log, stderr=log
        )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            _wait(client, process)
            _measure(client, process.pid, runs)
    finally:
        process.terminate()
        print(f"exit code after SIGTERM: {process.wait(60)}")


def _measure(client: httpx.Client, pid: int, runs: int) -> None:
    asked = {"sources": ["shop"], "baseline": "none"}
    first = _finished(client, client.post("/api/v1/investigations", json=asked).json()["id"])
    idle, busy = defaultdict(list), defaultdict(list)
    for _ in range(50):
        _ask(client, first, idle)
    submitted = over = 0
    memory: list[tuple[int, int, int]] = []
    start = time.monotonic()
    while over < runs:
        states = _states(client)
        over = states["done"] + states["failed"] - 1
        for _ in range(min(AHEAD - states["queued"], runs - submitted)):
            client.post("/api/v1/investigations", json=asked).raise_for_status()
            submitted += 1
        _ask(client, first, busy)
        memory.append((over, _rss(pid), sum(map(_rss, _children(pid)))))
        time.sleep(0.2)
    took = time.monotonic() - start
    print(f"{runs} runs of {LINES} lines in {took:.0f} s, failed: {_states(client)['failed']}")
    print("\nmemory [MiB]        service  its children")
    for part in (0.1, 0.25, 0.5, 0.75, 1.0):
        near = [m for m in memory if abs(m[0] - part * runs) <= max(0.05 * runs, 1)]
        own, others = (statistics.median(m[i] for m in near) / 2**20 for i in (1, 2))
        print(f"after {part * runs:5.0f} runs     {own:7.0f}  {others:7.0f}")
    early, late = (_near(memory, runs, part) for part in (0.1, 1.0))
    print(f"last tenth to first: {late / early:.3f}")
    print("\nanswers [ms]            idle median   p99    busy median   p99   busy:idle")
    for name in PLACES:
        quiet, loud = sorted(idle[name]), sorted(busy[name])
        cells = (statistics.median(quiet), _p99(quiet), statistics.median(loud), _p99(loud))
        print(f"{name:22}" + "".join(f"{1000 * c:11.1f}" for c in cells), end="")
        print(f"{cells[2] / cells[0]:9.1f}  (n={len(loud)})")


def _near(memory: list[tuple[int, int, int]], runs: int, part: float) -> float:
    return statistics.median(m[1] for m in memory if abs(m[0] - part * runs) <= 0.05 * runs)


def _ask(client: httpx.Client, run: str, into: dict[str, list[float]]) -> None:
    for name, place in PLACES.items():
        start = time.monotonic()
        client.get(place.format(run=run)).raise_for_status()
        into[name].append(time.monotonic() - start)


def _p99(sorted_values: list[float]) -> float:
    return sorted_values[min(len(sorted_values) - 1, int(0.99 * len(sorted_values)))]


def _states(client: httpx.Client) -> dict[str, int]:
    lines = client.get("/metrics").text.splitlines()
    found = (line for line in lines if line.startswith("paicha_runs{"))
    return {line.split('"')[1]: int(line.rsplit(" ", 1)[1]) for line in found}


def _finished(client: httpx.Client, run: str) -> str:
    while client.get(f"/api/v1/investigations/{run}").json()["state"] != "done":
        time.sleep(0.1)
    return run


def _wait(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        with suppress(httpx.TransportError):
            if client.get("/healthz").is_success:
                return
        time.sleep(0.05)
    raise SystemExit("the service does not start")


def _rss(pid: int) -> int:
    with suppress(OSError):
        pages = Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")
    return 0


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():  # each has children of its own
            for child in (thread / "children").read_text("ascii").split():
                found += [int(child), *_children(int(child))]
    return found


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
