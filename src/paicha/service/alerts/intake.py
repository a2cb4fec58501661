"""
Alerts into the ledger, so many at once as wait: a call is answered when its alerts are kept.

One commit costs one flush of the disk; a storm shares it.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import field
from datetime import datetime

from paicha.errors import LedgerError
from paicha.stores.ledger.hooks import Hooks, Incoming
from paicha.values import dataclass

#: Calls that share a commit at most.
_MOST_AT_ONCE = 200

_Batch = tuple[tuple[Incoming, ...], "Future[list[bool]]"]


@dataclass(slots=True)
class Intake:
    """
    Keeps alerts from one thread of its own.

    Args:
        hooks: Where they are kept.
        clock: The time.
        kept: Called after each commit.
    """

    hooks: Hooks
    clock: Callable[[], datetime]
    kept: Callable[[], None]
    _waiting: queue.SimpleQueue[_Batch | None] = field(default_factory=queue.SimpleQueue)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin."""
        self._thread = threading.Thread(target=self._run, name="intake", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Keep what waits, and end."""
        self._waiting.put(None)
        if self._thread is not None:
            self._thread.join(30)

    def put(self, alerts: tuple[Incoming, ...]) -> Future[list[bool]]:
        """Return what becomes for each alert whether it was new, once all are kept."""
        answer: Future[list[bool]] = Future()
        # Who hangs up takes nothing back: a cancelled answer would end the thread that gives it.
        answer.set_running_or_notify_cancel()
        if self._thread is None:  # nobody shares a commit where no service runs
            self._keep([(alerts, answer)])
        else:
            self._waiting.put((alerts, answer))
        return answer

    def _run(self) -> None:
        going = True
        while going:
            batches, going = self._taken()
            if batches:
                self._keep(batches)

    def _taken(self) -> tuple[list[_Batch], bool]:
        first = self._waiting.get()
        if first is None:
            return [], False
        batches = [first]
        while len(batches) < _MOST_AT_ONCE:
            try:
                more = self._waiting.get_nowait()
            except queue.Empty:
                return batches, True
            if more is None:
                return batches, False
            batches.append(more)
        return batches, True

    def _keep(self, batches: list[_Batch]) -> None:
        try:
            found = self.hooks.keep((alerts for alerts, _ in batches), self.clock())
        except LedgerError as err:
            for _, answer in batches:
                answer.set_exception(err)
            return
        for (_, answer), news in zip(batches, found, strict=True):
            answer.set_result(news)
        self.kept()
