"""Takes runs from the queue, one at a time, and sees each of them to its end."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import field
from datetime import datetime
from multiprocessing.context import BaseContext
from pathlib import Path

from paicha.errors import LedgerError
from paicha.locales import Text, text
from paicha.model.service import Run, RunProgress, State
from paicha.ports.service import RunLedger
from paicha.service.child import Order
from paicha.service.folders import Folders
from paicha.service.processes import Limits, Outcome, attend
from paicha.service.refusal import refused_by_system
from paicha.service.requests import asked_of
from paicha.values import dataclass
from paicha.wiring.settings import Settings

#: A worker that is not heard of for so long has lost its run [s].
LEASE_S = 30.0
#: How often it lets itself be heard of [s].
HEARTBEAT_S = 5.0
#: How often progress is written down at most [s].
_PROGRESS_S = 1.0
#: How long an idle worker waits before it looks again by itself [s].
_IDLE_S = 1.0
_LOG = logging.getLogger("paicha.service")

Ended = Callable[[Run], None]


@dataclass(slots=True)
class Worker:
    """
    One slot for runs.

    Args:
        name: What the ledger calls it; no other worker may have it.
        settings: Everything that was set.
        runs: The queue.
        folders: Where cases go.
        processes: Makes processes.
        clock: The time.
        ended: Hears of each run that came to its end here.
    """

    name: str
    settings: Settings
    runs: RunLedger
    folders: Folders
    processes: BaseContext
    clock: Callable[[], datetime]
    ended: Ended
    wake: threading.Event = field(default_factory=threading.Event)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _hurry: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to take runs."""
        self._thread = threading.Thread(target=self._work, name=self.name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Take no further run; the one in hand goes on."""
        self._stopping.set()
        self.wake.set()

    def join(self, patience_s: float) -> None:
        """Wait for the run in hand for so long [s]; after that it goes back to the queue."""
        if self._thread is not None:
            self._thread.join(patience_s)
            self._hurry.set()
            self._thread.join(LEASE_S)

    @property
    def alive(self) -> bool:
        """Whether it takes runs."""
        return self._thread is not None and self._thread.is_alive()

    def _work(self) -> None:
        while not self._stopping.is_set():
            self.wake.clear()
            try:
                run = self.runs.claim(self.name, self.clock(), LEASE_S)
                if run is not None:
                    self._carry_out(run)
                    continue
            except LedgerError as err:
                # It may come back: nothing is lost meanwhile, and whoever asks is told.
                _LOG.error("ledger", extra={"reason": err.what})
            self.wake.wait(_IDLE_S)

    def _carry_out(self, run: Run) -> None:
        _LOG.info("run.started", extra={"run": run.id, "attempt": run.attempts})
        heart, service = _Heart(self, run.id), self.settings.service
        limits = Limits(service.max_seconds, service.max_memory_mb)
        place = self.folders.unfinished(run.id, self.name)
        try:
            place.parent.mkdir(mode=0o700, parents=True)
            order = Order(asked_of(run.request), self.settings, run.created, place)
            outcome = attend(order, limits, heart.tick, self.processes)
        except OSError as err:  # a full disk, no further process: the next run may do better
            outcome = Outcome(reason=refused_by_system(err))
        try:
            self._finish(run, outcome, heart, place)
        except OSError as err:  # undone: the case could not take its place
            self._finish(run, Outcome(reason=refused_by_system(err)), heart, place)
        finally:
            self.folders.tidy(run.id, place)

    def _finish(self, run: Run, outcome: Outcome, heart: _Heart, place: Path) -> None:
        state, reason = _verdict(outcome, heart)
        ended = self.runs.finish(
            run.id,
            self.name,
            self.clock(),
            state,
            reason=reason,
            headline=outcome.headline,
            before=(lambda: self.folders.settle(run.id, place)) if state == "done" else None,
        )
        facts = {"run": run.id, "state": state, "reason": reason.en if reason else ""}
        _LOG.info("run.ended" if ended else "run.lost", extra=facts)
        if ended is not None and ended.over:
            self.ended(ended)

    def hurried(self) -> bool:
        """Return whether the run in hand has to go back to the queue."""
        return self._hurry.is_set()


def _verdict(outcome: Outcome, heart: _Heart) -> tuple[State, Text | None]:
    if outcome.headline is not None:
        return "done", None
    if outcome.reason is not None:
        return "failed", outcome.reason
    if heart.cancelled:
        return "cancelled", text("service.reason.cancelled")
    return "queued", text("service.reason.stopping")


@dataclass(slots=True)
class _Heart:
    """Lets the ledger hear of a run, and hears from it whether to go on."""

    worker: Worker
    run_id: str
    cancelled: bool = False
    _beat: float = field(default_factory=time.monotonic)
    _told: RunProgress = field(default_factory=RunProgress)

    def tick(self, progress: RunProgress) -> bool:
        """Return whether the run goes on."""
        if self.worker.hurried():
            return False
        since = time.monotonic() - self._beat
        if since < _PROGRESS_S or (progress == self._told and since < HEARTBEAT_S):
            return True
        try:
            asked = self.worker.runs.renew(
                self.run_id, self.worker.name, self.worker.clock(), LEASE_S, progress
            )
        except LedgerError as err:
            _LOG.error("ledger", extra={"reason": err.what})
            return since < LEASE_S
        self._beat, self._told = time.monotonic(), progress
        self.cancelled = bool(asked)
        return asked is False


def worker_name(slot: int) -> str:
    """Return a name that no other worker on any machine has."""
    return f"{os.uname().nodename}:{os.getpid()}:{slot}:{os.urandom(4).hex()}"
