"""The service killed as a power cut would, again and again, loses and doubles nothing."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import httpx
from tests.servers.process import free_port

import paicha

RUNS, KILLS = 50, 20
LINES = 300
#: So long the service may live before it is killed, at random [s].
SHORTEST_S, LONGEST_S = 0.05, 1.6
MARK = "KILLED_SERVICE"


@dataclass(slots=True)
class Service:
    """A `paicha serve` of its own, in a folder of its own."""

    folder: Path
    mark: str = field(default_factory=lambda: uuid4().hex)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where its API is."""
        return f"http://127.0.0.1:{self.port}/api/v1/investigations"

    def start(self) -> None:
        """Start it and wait until it answers."""
        with (self.folder / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "paicha", "serve", "--listen", f"127.0.0.1:{self.port}"],
                cwd=self.folder,
                env={"PATH": os.environ["PATH"], "HOME": str(self.folder), MARK: self.mark},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + 240
        while time.monotonic() < deadline:
            assert self.process.poll() is None, (self.folder / "serve.log").read_text("utf-8")
            with suppress(httpx.TransportError):
                if httpx.get(f"http://127.0.0.1:{self.port}/healthz", timeout=5).is_success:
                    return
            time.sleep(0.02)
        raise AssertionError("the service does not answer")

    def kill(self) -> None:
        """End it at once; its children are not asked."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to end, and return its exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(200)

    def left(self) -> list[int]:
        """Return what `living` does, once nothing is left, or after some seconds."""
        deadline = time.monotonic() + 60
        while self.living() and time.monotonic() < deadline:
            time.sleep(0.1)
        return self.living()

    def living(self) -> list[int]:
        """Return the processes that it started, directly or not, and that are still there."""
        found = []
        for place in Path("/proc").iterdir():
            with suppress(OSError):
                if f"{MARK}={self.mark}".encode() in (place / "environ").read_bytes():
                    found.append(int(place.name))
        return found


@contextmanager
def service(folder: Path, *, lines: int = LINES) -> Iterator[Service]:
    """Give a service over a small log; whatever is left of it is killed at the end."""
    levels = ("INFO", "WARN", "ERROR")
    said = ("order placed", "payment slow: 812 ms", "database connection failed")
    rows = (
        f"2026-01-01 10:{n // 60 % 60:02d}:{n % 60:02d} {levels[n % 3]} shop.py:{n % 7} {said[n % 3]}\n"
        for n in range(lines)
    )
    (folder / "shop.log").write_text("".join(rows), "utf-8")
    (folder / "paicha.toml").write_text(
        '[sources.shop]\ntype = "files"\npaths = ["shop.log"]\n[service]\nparallel = 2\nqueue = 100\n',
        "utf-8",
    )
    made = Service(folder)
    try:
        yield made
    finally:
        for pid in made.living():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if made.process is not None:
            made.process.wait()


def ledger(folder: Path) -> dict[str, tuple[str, int | None, int]]:
    """Return state, end and attempts of each run, as they stand in the file."""
    with sqlite3.connect(folder / "paicha-data" / "ledger.sqlite", timeout=20) as connection:
        rows = connection.execute("SELECT id, state, ended, attempts FROM runs").fetchall()
    connection.close()
    return {run_id: (state, ended, attempts) for run_id, state, ended, attempts in rows}


def test_its_log_is_json_from_the_first_line(tmp_path: Path) -> None:
    """
    Whoever collects it reads where it listens as an event, and no line that is none.
    """
    service = Service(tmp_path)
    (tmp_path / "paicha.toml").write_text("", "utf-8")
    service.start()
    service.kill()

    lines = [json.loads(line) for line in (tmp_path / "serve.log").read_text("utf-8").splitlines()]

    (started,) = [line for line in lines if line["event"] == "serving"]
    assert f"127.0.0.1:{service.port}" == started["listen"]


def test_killed_at_twenty_random_moments_every_run_ends_once_and_every_case_is_whole(
    tmp_path: Path,
) -> None:
    """
    Fifty runs wait; whatever dies, each of them ends, none ends twice, and no case file is broken.
    """
    chance = random.Random(20260101)
    with service(tmp_path) as served:
        served.start()
        asked = {"sources": ["shop"], "baseline": "none"}
        with httpx.Client() as client:
            accepted = [client.post(served.url, json=asked).json()["id"] for _ in range(RUNS)]
        over: dict[str, tuple[str, int | None, int]] = {}
        for _ in range(KILLS):
            time.sleep(chance.uniform(SHORTEST_S, LONGEST_S))
            served.kill()
            now = ledger(tmp_path)
            assert set(accepted) == set(now)
            assert over == {run: now[run] for run in over}  # what was over stays as it was
            over = {run: row for run, row in now.items() if row[1] is not None}
            served.start()
        _wait_for_all(served)
        last = ledger(tmp_path)
        assert over == {run: last[run] for run in over}
        assert 0 == served.stop()
        assert [] == served.left()

    states = [last[run][0] for run in accepted]
    assert set(states) <= {"done", "failed"}
    assert states.count("done") >= RUNS // 2  # two kills over one run are bad luck, not the rule
    assert all(attempts == 2 for state, _, attempts in last.values() if state == "failed")
    _assert_cases_are_whole(tmp_path, {run for run in accepted if last[run][0] == "done"})


def _wait_for_all(served: Service) -> None:
    deadline = time.monotonic() + 400
    while time.monotonic() < deadline:
        rows = ledger(served.folder).values()
        if all(ended is not None for _, ended, _ in rows):
            return
        time.sleep(0.2)
    raise AssertionError("runs are left that have not ended")


def _assert_cases_are_whole(folder: Path, done: set[str]) -> None:
    cases = folder / "paicha-data" / "cases"
    files = sorted(path for path in cases.rglob("*") if path.is_file())
    assert sorted(cases / run / "paicha.case.duckdb" for run in done) == files
    for file in files:
        found = paicha.open_case(file)
        assert LINES == found.findings.totals.records
        assert LINES == found.sql("select count(*) as n from records")["n"][0].as_py()


def test_a_second_service_on_one_folder_is_refused(tmp_path: Path) -> None:
    """
    It says who has the folder and what to do, and the first goes on.
    """
    with service(tmp_path) as served:
        served.start()

        second = subprocess.run(
            [sys.executable, "-m", "paicha", "serve", "--listen", f"127.0.0.1:{free_port()}"],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "en_US.UTF-8"},
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

        assert 1 == second.returncode
        assert f"Another paicha serve uses the folder {tmp_path / 'paicha-data'}." in second.stderr
        assert "Traceback" not in second.stderr
        assert httpx.get(served.url).is_success


def test_a_stopped_service_finishes_or_puts_back_what_it_has_in_hand(tmp_path: Path) -> None:
    """
    No attempt is lost by an orderly end, and nothing is left running.
    """
    with service(tmp_path) as served:
        served.start()
        with httpx.Client() as client:
            asked = {"sources": ["shop"], "baseline": "none"}
            runs = [client.post(served.url, json=asked).json()["id"] for _ in range(8)]
        time.sleep(0.7)

        assert 0 == served.stop()

        stopped = ledger(tmp_path)
        assert [] == served.left()
        assert {"done", "queued"} >= {state for state, _, _ in stopped.values()}
        assert all(n == 0 for state, _, n in stopped.values() if state == "queued")
        served.start()
        _wait_for_all(served)
        assert ["done"] * 8 == [ledger(tmp_path)[run][0] for run in runs]
        served.stop()
