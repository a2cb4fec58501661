"""What the service stands on goes away for a while, or the service itself does: nothing is lost, and it says so."""

from __future__ import annotations

import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from tests.servers.harness import Servers
from tests.servers.postgresql import new_database
from tests.service.test_kill import ledger, service
from tests.unit.service.alerts.bodies import callback, raw

from paicha.testing.scripted_server import Reply, ScriptedServer

#: Nothing here takes so long unless it is broken [s].
PATIENCE_S = 240.0
#: How long the database is away: longer than a run's heartbeat [s]. Thirty seconds, a lease, were tried by hand.
AWAY_S = 8.0
SECRET = "s3cret-of-the-hook"


@dataclass(slots=True)
class Door:
    """A way to a server that can be shut: what is open breaks, what comes is refused."""

    host: str
    port: int
    _listener: socket.socket | None = None
    _open: list[socket.socket] = field(default_factory=list)
    place: int = 0

    def open(self) -> None:
        """Let pass, from the same place as before."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.place))
        listener.listen(64)
        self.place, self._listener = listener.getsockname()[1], listener
        threading.Thread(target=self._serve, args=(listener,), daemon=True).start()

    def shut(self) -> None:
        """Let nothing pass."""
        assert self._listener is not None
        # A listener that another thread waits at is closed only once that thread is woken.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for end in self._open:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._open.clear()

    def _serve(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection((self.host, self.port))
                self._open += [near, far]
                for ends in ((near, far), (far, near)):
                    threading.Thread(target=_pass, args=ends, daemon=True).start()


def _pass(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(65_536):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)


@contextmanager
def door_to(address: str) -> Iterator[tuple[Door, str]]:
    """Give a door to a database, and the database's address through it."""
    parts = urlsplit(address)
    door = Door(parts.hostname or "", parts.port or 0)
    door.open()
    try:
        yield door, address.replace(f":{parts.port}/", f":{door.place}/")
    finally:
        door.shut()


def until(url: str, holds: str) -> httpx.Response:
    """Return the answer of *url* once *holds* stands in it."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        answer = httpx.get(url, timeout=PATIENCE_S)
        if holds in answer.text:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"{url} never said {holds}: {answer.text}")


class Sender(threading.Thread):
    """Sends alerts as BlueKing does: each again after a while until it is taken."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.url, self.over = url, threading.Event()
        self.taken: list[str] = []
        self.refused: set[tuple[int, str]] = set()

    def run(self) -> None:
        """Send until it is told to end."""
        with httpx.Client(timeout=PATIENCE_S) as client:
            while not self.over.wait(0.3):
                self._send(client, f"e{len(self.taken)}")

    def _send(self, client: httpx.Client, event: str) -> None:
        body = callback()
        body["event"] |= {"id": event}
        while True:
            head = {"X-Paicha-Token": SECRET}
            answer = client.post(self.url, content=raw(body), headers=head)
            if answer.status_code == 202:
                self.taken.append(event)
                return
            self.refused.add((answer.status_code, answer.json()["error"]["code"]))
            time.sleep(0.5)


@pytest.mark.server
@pytest.mark.xdist_group("postgresql")
def test_a_ledger_that_goes_away_for_a_while_loses_no_alert(
    tmp_path: Path, servers: Servers
) -> None:
    """
    Meanwhile senders are refused and told why, the service says that it is not ready, and then goes on by itself.
    """
    real = new_database(servers.running("postgresql"))
    with door_to(real) as (door, address), service(tmp_path) as served:
        file = tmp_path / "paicha.toml"
        hook = f'[webhooks.bk]\nkind = "bkmonitor"\nsecret = "{SECRET}"\nprofile = "p"\ndebounce = "1s"\n'
        shop = '[profiles.p]\nsources = ["shop"]\nbaseline = "none"\n'
        file.write_text(f'{file.read_text("utf-8")}database = "{address}"\n{hook}{shop}', "utf-8")
        served.start()
        base = f"http://127.0.0.1:{served.port}"
        until(f"{base}/readyz", '"ok"')
        asked = {"sources": ["shop"], "baseline": "none"}
        before = httpx.post(served.url, json=asked, timeout=PATIENCE_S).json()["id"]
        sender = Sender(f"{base}/api/v1/webhooks/bk")
        sender.start()
        time.sleep(2)

        door.shut()
        began = time.monotonic()
        away = until(f"{base}/readyz", "error")
        alive = httpx.get(f"{base}/healthz", timeout=PATIENCE_S)
        page = httpx.get(f"{base}/runs", headers={"accept": "text/html"}, timeout=PATIENCE_S)
        while time.monotonic() - began < AWAY_S:
            time.sleep(0.2)
        door.open()

        until(f"{base}/readyz", '"ok"')
        until(f"{served.url}/{before}", '"state":"done"')
        time.sleep(2)
        sender.over.set()
        sender.join(PATIENCE_S)
        kept = _alerts_in(real, len(sender.taken))
        code = served.stop()

    assert (503, "ledger.refused") == (away.status_code, away.json()["error"]["code"])
    assert "paicha" not in away.json()["error"]["what"]  # no user, no password
    assert (200, 503) == (alive.status_code, page.status_code)
    assert {(503, "ledger.refused")} == sender.refused
    assert len(sender.taken) > 5
    assert sender.taken == kept
    assert 0 == code


def _alerts_in(address: str, wanted: int) -> list[str]:
    """Return the events that were kept, once so many of them are decided about."""
    end = time.monotonic() + PATIENCE_S
    decided = "SELECT event, outcome FROM alert_inbox"
    with psycopg.connect(address, autocommit=True) as connection:
        while time.monotonic() < end:
            rows = connection.execute(decided).fetchall()
            if len(rows) >= wanted and all(outcome for _, outcome in rows):
                return sorted((event for event, _ in rows), key=lambda event: int(event[1:]))
            time.sleep(0.2)
    raise AssertionError(f"of {wanted} alerts {rows} were kept or decided about")


class Follower(threading.Thread):
    """Follows a run as the page does, until its stream ends."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.url, self.heard = url, ""

    def run(self) -> None:
        """Read to the end."""
        with httpx.stream("GET", self.url, timeout=PATIENCE_S) as stream:
            for piece in stream.iter_text():
                self.heard += piece


def test_an_orderly_end_lets_go_of_streams_and_puts_a_long_run_back(tmp_path: Path) -> None:
    """
    SIGTERM while a store keeps a run waiting and two read its progress: all end in time, and nothing is lost.
    """
    patient = threading.Event()

    def answer(_request: object) -> Reply:
        return Reply(400, b"no such query", "text/plain") if patient.is_set() else Reply(wait_s=600)

    with ScriptedServer(answer) as store, service(tmp_path) as served:
        file = tmp_path / "paicha.toml"
        slow = f'[sources.slow]\ntype = "victorialogs"\nurl = "{store.url}"\nattempts = 1\ntimeout_s = 600\n'
        file.write_text(slow + file.read_text("utf-8"), "utf-8")
        served.start()
        asked = {"sources": ["slow"], "last": "15m", "baseline": "none"}
        run = httpx.post(served.url, json=asked, timeout=PATIENCE_S).json()["id"]
        until(f"{served.url}/{run}", '"state":"running"')
        page = f"http://127.0.0.1:{served.port}/runs/{run}/events"
        followers = [Follower(f"{served.url}/{run}/events"), Follower(page)]
        for follower in followers:
            follower.start()
        _wait(lambda: all("running" in follower.heard for follower in followers))

        began = time.monotonic()
        code = served.stop()
        took = time.monotonic() - began
        for follower in followers:
            follower.join(PATIENCE_S)
        stopped = ledger(tmp_path)
        left = served.left()

        patient.set()
        served.start()
        ended = until(f"{served.url}/{run}", '"state":"failed"').json()
        again = Follower(f"{served.url}/{run}/events")
        again.run()
        served.stop()

    assert (0, []) == (code, left)
    assert took < PATIENCE_S / 2
    assert [False, False] == [follower.is_alive() for follower in followers]
    assert not any("event: end" in follower.heard for follower in followers)
    assert {run: ("queued", None, 0)} == stopped
    assert 1 == ended["attempts"]
    assert again.heard.endswith("event: end\ndata: {}\n\n")


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="no terminal tells of its end here")
def test_a_terminal_that_is_gone_ends_the_service_in_order(tmp_path: Path) -> None:
    """
    SIGHUP is an end like any other: no trace of an error in the log, no process left.
    """
    with service(tmp_path) as served:
        served.start()
        code = served.stop(signal.SIGHUP)
        left = served.left()

    assert (0, []) == (code, left)
    assert "Traceback" not in (tmp_path / "serve.log").read_text("utf-8")


def _wait(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.05)
