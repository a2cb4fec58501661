"""
Real servers for tests, each started once per session and only when it is asked for.

In a test: mark the module with `needs`, take the fixture ``servers`` and ask it::

    pytestmark = needs("prometheus")

    def test_something(servers: Servers) -> None:
        base = servers.running("prometheus").url

``servers.running(name)`` is shared by the whole session: use names of your own in it (an index, a
label). ``servers.fresh(name)`` is one to kill or pause. What is missing skips with its name, and
fails where ``CI=true``.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.servers import clickhouse, elastic, logs, metrics, postgresql
from tests.servers.catalogue import ServerEntry, entries, missing
from tests.servers.process import RunningServer, Start, new_folder, start

#: How each server starts, by name: ``(entry, new folder) → Start``. A new server adds its line.
RECIPES: dict[str, Callable[[ServerEntry, Path], Start]] = {
    "elasticsearch_7": elastic.how,
    "elasticsearch_8": elastic.how,
    "opensearch_2": elastic.how,
    "clickhouse": clickhouse.clickhouse,
    "prometheus": metrics.Prometheus(),
    "node_exporter": metrics.node_exporter,
    "alertmanager": metrics.alertmanager,
    "victoriametrics": metrics.victoriametrics,
    "victorialogs": logs.victorialogs,
    "postgresql": postgresql.postgresql,
}


def needs(*names: str) -> list[pytest.MarkDecorator]:
    """
    Return the marks of tests that ask the servers called *names*.

    Tests of one first server stay on one worker, so that it runs once.
    """
    assert all(name in entries() for name in names), names
    return [pytest.mark.server, pytest.mark.xdist_group(names[0])]


@dataclass(slots=True)
class Servers:
    """The servers of this session."""

    _running: dict[str, RunningServer] = field(default_factory=dict)

    def running(self, name: str) -> RunningServer:
        """Return the server called *name*, started if need be; skips the test where it is missing."""
        known = self._running.get(name)
        if known is not None and known.alive:
            return known
        if entries()[name].heavy:
            self._make_room()
        self._running[name] = launch(name)
        return self._running[name]

    @contextmanager
    def fresh(
        self, name: str, recipe: Callable[[ServerEntry, Path], Start] | None = None
    ) -> Iterator[RunningServer]:
        """Give a server of one's own, by its usual recipe or another; it is stopped at the end."""
        if entries()[name].heavy:
            self._make_room()
        server = launch(name, recipe)
        try:
            yield server
        finally:
            server.stop()

    def stop(self) -> None:
        """Stop all of them."""
        for server in self._running.values():
            server.stop()
        self._running.clear()

    def _make_room(self) -> None:
        # Half a gigabyte of heap each: one at a time.
        for name in [name for name in self._running if entries()[name].heavy]:
            self._running.pop(name).stop()


def launch(name: str, recipe: Callable[[ServerEntry, Path], Start] | None = None) -> RunningServer:
    """Start the server called *name* and return it; skips the test where it is missing."""
    reason = missing(name)
    if reason:
        pytest.skip(reason)
    folder = new_folder(name)
    try:
        how = (recipe or RECIPES[name])(entries()[name], folder)
    except BaseException:
        shutil.rmtree(folder)  # nobody else will: there is no server yet
        raise
    return start(name, folder, how)


@pytest.fixture(scope="session", name="servers")
def session_servers() -> Iterator[Servers]:
    """Give the servers of this session, and stop them at its end."""
    running = Servers()
    yield running
    running.stop()
