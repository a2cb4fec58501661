"""
What a running service needs while it works: memory over many runs, and how long answers take meanwhile.

``python benchmarks/service.py [RUNS]`` starts a service of its own on loopback, lets it carry out RUNS
investigations of a small log (default 500), asks API and page all the while, and prints medians, the slowest
of a hundred, and the ratio of the memory at the end to the memory after the first tenth. At the end some readers
ask for pages of reports without a pause, and somebody asks for short answers among them. The load of the machine
stands beside the figures; CPU is that of the serving process alone.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import threading
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
    "page: problem": "/runs/{run}/problems/1",
    "lines of an older run": "/api/v1/investigations/{older}/problems/1/evidence",
}
READERS, CROWDED_S = 12, 10.0
SHORT = {"alive": "/healthz", "one run": "/api/v1/investigations/{run}"}


def main(runs: int = 500, port: int = 18420, parallel: int = 1) -> None:
    """Run it and print the figures."""
    with tempfile.TemporaryDirectory(prefix="paicha-service-") as place:
        _serve(Path(place), runs, port, parallel)


def _serve(folder: Path, runs: int, port: int, parallel: int) -> None:
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
    begun, idle, busy = (defaultdict[str, list[float]](list) for _ in range(3))
    ready = [first]
    _ask(client, ready, begun)
    print("first answers [ms]: ", {name: round(1000 * took[0]) for name, took in begun.items()})
    before = _cpu(pid)
    for _ in range(50):
        _ask(client, ready, idle)
    print(f"CPU of a round of {len(PLACES)} answers: {1000 * (_cpu(pid) - before) / 50:.0f} ms")
    submitted = over = 0
    memory: list[tuple[int, int, int]] = []
    start = time.monotonic()
    while over < runs:
        states = _states(client)
        over = states["done"] + states["failed"] - 1
        for _ in range(min(AHEAD - states["queued"], runs - submitted)):
            client.post("/api/v1/investigations", json=asked).raise_for_status()
            submitted += 1
        _ask(client, ready, busy)
        if len(ready) <= over:
            ready = _done(client)
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
    print(f"load {os.getloadavg()}")
    _crowd(client, first)


def _crowd(client: httpx.Client, run: str) -> None:
    """Ask for short answers among readers who ask for reports without a pause."""
    over, read = threading.Event(), [0] * READERS

    def reading(reader: int) -> None:
        with httpx.Client(base_url=client.base_url, timeout=60) as own:
            while not over.is_set():
                own.get(f"/runs/{run}").raise_for_status()
                read[reader] += 1

    threads = [threading.Thread(target=reading, args=(n,)) for n in range(READERS)]
    for thread in threads:
        thread.start()
    took = defaultdict[str, list[float]](list)
    end = time.monotonic() + CROWDED_S
    while time.monotonic() < end:
        for name, place in SHORT.items():
            start = time.monotonic()
            client.get(place.format(run=run)).raise_for_status()
            took[name].append(time.monotonic() - start)
    over.set()
    for thread in threads:
        thread.join()
    print(f"\namong {READERS} readers of reports, {sum(read) / CROWDED_S:.0f} pages a second")
    for name, kept in took.items():
        kept.sort()
        print(
            f"{name:22}{1000 * statistics.median(kept):11.1f}{1000 * _p99(kept):11.1f}  (n={len(kept)})"
        )


def _done(client: httpx.Client) -> list[str]:
    found = client.get("/api/v1/investigations?state=done&limit=100").json()["investigations"]
    return [one["id"] for one in reversed(found)]


def _near(memory: list[tuple[int, int, int]], runs: int, part: float) -> float:
    return statistics.median(m[1] for m in memory if abs(m[0] - part * runs) <= 0.05 * runs)


def _ask(client: httpx.Client, ready: list[str], into: dict[str, list[float]]) -> None:
    """Ask for everything about the first run, and once about another one, each time a different one."""
    older = ready[len(into["one run"]) % len(ready)]
    for name, place in PLACES.items():
        start = time.monotonic()
        client.get(place.format(run=ready[0], older=older)).raise_for_status()
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


def _cpu(pid: int) -> float:
    words = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


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
