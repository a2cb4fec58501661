"""
Fifty webhook calls a second for a minute while investigations run: how fast the answers are, and what became of each alert.

``python benchmarks/webhooks.py [--seconds 60] [--rate 50]`` starts a `paicha serve` of its own in a temporary
folder (SQLite ledger, the reference scenario as its source) and calls it over loopback. Half of the calls are
BlueKing's, half Alertmanager's; every tenth is sent twice. Calls start at their time, whether or not earlier
ones are answered, so a stall shows in every call that waits behind it. Prints percentiles of the answers of
hooks, of the API and of a bare health check in the same run, and then counts the ledger.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.servers.process import free_port  # noqa: E402 - found by the line above
from tests.unit.service.alerts.bodies import alertmanager, callback, firing, raw  # noqa: E402

from paicha.wiring.reading import load_settings  # noqa: E402
from paicha.wiring.service import open_ledger  # noqa: E402

SCENARIO = ROOT / "src" / "paicha" / "testing" / "scenario"
GROUPS = 20  # of each sender
SETTINGS = """
zone = "Asia/Shanghai"
[service]
data = "data"
listen = "127.0.0.1:{port}"
queue = 1000
[sources.app]
type = "files"
paths = ["{scenario}/app.log"]
[profiles.p]
sources = ["app"]
baseline = "none"
[webhooks.bk]
kind = "bkmonitor"
profile = "p"
secret = "s"
debounce = "5s"
per_hour = 0
before = "20m"
host_by = "none"
scope = []
[webhooks.am]
kind = "alertmanager"
profile = "p"
secret = "s"
debounce = "5s"
per_hour = 0
before = "20m"
host_by = "none"
scope = []
"""
#: Inside the reference scenario [s since 1970].
POINT = 1_766_112_440


@dataclass
class Answers:
    """What came back."""

    hooks: list[float] = field(default_factory=list)
    api: list[float] = field(default_factory=list)
    health: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    accepted: int = 0
    duplicates: int = 0


def body_of(n: int) -> tuple[str, bytes]:
    """Return the hook and the body of the nth alert."""
    group = n // 2 % GROUPS
    if n % 2:
        body = callback()
        body["event"] |= {"id": f"e{n}", "level": 2}
        body["strategy"] |= {"id": group}
        body["latest_anomaly_record"]["origin_alarm"]["data"]["time"] = POINT
        return "bk", raw(body)
    stamp = "2025-12-19T02:47:20Z"
    labels = {"alertname": f"A{group}", "severity": "warning", "instance": f"h{n}"}
    alert = firing(f"h{n}", startsAt=stamp, labels=labels)
    return "am", raw(alertmanager(alert, groupKey=f"g{group}", commonLabels={}))


@dataclass
class Line:
    """One connection that stays open; httpx's pool of many would itself be what is measured."""

    port: int
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        """Return status and body of an answer."""
        if self.writer is None or self.reader is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nX-Paicha-Token: s\r\n"
        self.writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        answer = await self.reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", answer)
        assert length is not None
        return int(answer[9:12]), await self.reader.readexactly(int(length[1]))


async def call(calls: asyncio.Queue[tuple[int, float]], line: Line, answers: Answers) -> None:
    """Send what is due, one after the other, and keep how long each answer took since its time."""
    while True:
        n, at = await calls.get()
        hook, body = body_of(n)
        status, answer = await line.ask("POST", f"/api/v1/webhooks/{hook}", body)
        answers.hooks.append(time.perf_counter() - at)
        answers.statuses[status] += 1
        if status == 202:
            told = json.loads(answer)
            answers.accepted += told["accepted"]
            answers.duplicates += told["duplicates"]
        calls.task_done()


async def look(line: Line, answers: Answers, until: float) -> None:
    """Ask the API and the health check twice a second, as a page that is open does."""
    while time.perf_counter() < until:
        for path, kept in (
            ("/api/v1/investigations?limit=20", answers.api),
            ("/healthz", answers.health),
        ):
            begun = time.perf_counter()
            status, _ = await line.ask("GET", path)
            kept.append(time.perf_counter() - begun)
            answers.statuses[status] += 1
        await asyncio.sleep(0.5)


async def load(port: int, rate: int, seconds: int) -> tuple[Answers, int]:
    """Call for *seconds* and return what came back, and how many different calls there were."""
    answers = Answers()
    calls: asyncio.Queue[tuple[int, float]] = asyncio.Queue()
    start = time.perf_counter() + 1.0
    looking = asyncio.create_task(look(Line(port), answers, start + seconds))
    callers = [asyncio.create_task(call(calls, Line(port), answers)) for _ in range(32)]
    numbers: list[int] = []
    for place in range(rate * seconds):
        # Every tenth call sends what the call before it sent.
        numbers.append(numbers[-1] if place % 10 == 9 else place)
        at = start + place / rate
        await asyncio.sleep(max(0.0, at - time.perf_counter()))
        calls.put_nowait((numbers[-1], at))
    await asyncio.wait_for(calls.join(), 60)
    await looking
    for caller in callers:
        caller.cancel()
    return answers, len(set(numbers))


def percentiles(kept: list[float]) -> str:
    """Return the figures of answers in milliseconds."""
    ordered = sorted(kept)

    def at(share: float) -> float:
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    parts = (f"p50 {at(0.5):.1f}", f"p95 {at(0.95):.1f}", f"p99 {at(0.99):.1f}", f"max {at(1):.1f}")
    return f"{len(kept)} answers: " + "  ".join(parts) + " ms"


def cpu_seconds(pid: int) -> float:
    """Return what one process has used, its children not counted [s]."""
    words = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def settled(folder: Path, wanted: int) -> dict[str, object]:
    """Return what the ledger says once nothing waits to be decided about."""
    ledger = open_ledger(load_settings(folder / "paicha.toml", {}, folder))
    try:
        for _ in range(600):
            outcomes = Counter[str]()
            for hook in ("bk", "am"):
                outcomes.update(ledger.hooks.outcomes(hook))
            states = ledger.planned.states()
            if not outcomes[""] and sum(outcomes.values()) == wanted and not states.get("waiting"):
                break
            time.sleep(0.2)
        in_runs = [n for hook in ("bk", "am") for n in ledger.hooks.runs(hook).values()]
        return {
            "alerts kept": sum(outcomes.values()),
            "outcomes": dict(sorted(outcomes.items())),
            "alerts in runs": sum(in_runs),
            "runs": len(in_runs),
            "plans": states,
            "run states": ledger.runs.counts(),
            "why failed": sorted(
                {
                    str(r.reason and r.reason.en)[:300]
                    for r in ledger.runs.search("", "failed", "", 5)
                }
            ),
        }
    finally:
        ledger.close()


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--rate", type=int, default=50)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        words = SETTINGS.format(port=port, scenario=SCENARIO)
        (folder / "paicha.toml").write_text(words, "utf-8")
        server = subprocess.Popen(
            [sys.executable, "-m", "paicha", "serve", "--config", "paicha.toml"],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "HOME": name, "LANG": "en_US.UTF-8"},
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            for _ in range(300):
                try:
                    httpx.get(f"{url}/healthz", trust_env=False)
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            before = cpu_seconds(server.pid)
            answers, sent = asyncio.run(load(port, asked.rate, asked.seconds))
            used = cpu_seconds(server.pid) - before
            found = settled(folder, sent)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)
    print(f"hooks    {percentiles(answers.hooks)}")
    print(f"API list {percentiles(answers.api)}")
    print(f"healthz  {percentiles(answers.health)}")
    print(
        f"statuses {dict(answers.statuses)}; accepted {answers.accepted}, of these known {answers.duplicates}; sent {sent} different"
    )
    print(f"CPU of the serving process: {1000 * used / (asked.rate * asked.seconds):.1f} ms a call")
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
