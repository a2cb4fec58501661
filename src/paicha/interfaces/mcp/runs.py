"""Investigations that are under way: each in a process of its own, so that it can be stopped and outlives a call."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import field, replace
from datetime import UTC, datetime
from typing import Literal

from paicha.errors import CaseError, EngineError
from paicha.facade import CASE_FILE, Asked, prepare
from paicha.interfaces.mcp.cases import Cases
from paicha.locales import Text
from paicha.model.service import RunProgress
from paicha.service.child import Order
from paicha.service.processes import Limits, Outcome, attend, context
from paicha.service.refusal import refused_by_system
from paicha.values import dataclass
from paicha.wiring.settings import Settings

State = Literal["running", "done", "failed", "stopped"]
#: How long somebody who stops a run waits for its end [s].
_PATIENCE_S = 10.0


@dataclass(slots=True)
class Run:
    """One investigation of this server, and how far it is."""

    id: str
    state: State = "running"
    progress: RunProgress = field(default_factory=RunProgress)
    steps: int = 0  # how often it was heard of: rises, whatever the stage
    reason: Text | None = None
    ended: threading.Event = field(default_factory=threading.Event, repr=False)

    def hear(self, progress: RunProgress) -> bool:
        """Take how far it is, and return whether it goes on."""
        if progress != self.progress:
            self.progress = progress
            self.steps += 1
        return self.state == "running"


class Runs:
    """
    Starts investigations and keeps track of them until the server ends.

    Args:
        cases: Where their cases go.
        settings: The settings in force; what `[service]` allows a run, it may take here too.
        parallel: How many run at once.
        clock: Says what time it is.
    """

    def __init__(
        self,
        cases: Cases,
        settings: Settings,
        parallel: int,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._cases = cases
        # Nobody else is served meanwhile: whoever called waits for this run, so it stands back behind nothing.
        self._settings = replace(settings, service=replace(settings.service, niceness=0))
        self._parallel = parallel
        self._clock = clock
        self._limits = Limits(settings.service.max_seconds, settings.service.max_memory_mb)
        self._context = context()
        self._lock = threading.Lock()
        self._runs: dict[str, Run] = {}
        self._running: set[str] = set()

    def start(self, asked: Asked) -> Run:
        """
        Start an investigation.

        Raises:
            UsageError: If the question cannot be understood: nothing was started.
            EngineError: If as many run as may.
        """
        now = self._clock()
        prepare(asked, settings=self._settings, now=now)
        with self._lock:
            if len(self._running) >= self._parallel:
                ids = ", ".join(sorted(self._running))
                raise EngineError("mcp.busy", running=len(self._running), ids=ids)
            run = Run(self._cases.claim(now))
            self._runs[run.id] = run
            self._running.add(run.id)
        order = Order(asked, self._settings, now, self._cases.place(run.id) / CASE_FILE)
        threading.Thread(target=self._follow, args=(run, order), daemon=True).start()
        return run

    def find(self, run_id: str) -> Run:
        """
        Return an investigation of this server, or one whose case another left in the folder.

        Raises:
            CaseError: If there is none, or nothing came of it.
        """
        with self._lock:
            run = self._runs.get(run_id)
        if run is not None:
            return run
        try:
            self._cases.case(run_id)
        except CaseError:
            reason = self._cases.failure(run_id)
            if reason is None:
                raise
            return Run(run_id, "failed", reason=reason)
        return Run(run_id, "done")

    def stop(self, *runs: Run) -> None:
        """End investigations at once and remove what they wrote; one that has ended stays as it is."""
        with self._lock:
            stopped = [run for run in runs if run.state == "running"]
            for run in stopped:
                run.state = "stopped"
        for run in stopped:
            run.ended.wait(_PATIENCE_S)

    def close(self) -> None:
        """End every investigation that is under way."""
        with self._lock:
            running = [self._runs[run_id] for run_id in sorted(self._running)]
        self.stop(*running)

    def _follow(self, run: Run, order: Order) -> None:
        """Carry out one investigation and keep how it ended."""
        try:
            outcome = attend(order, self._limits, run.hear, self._context)
        except OSError as err:
            outcome = Outcome(reason=refused_by_system(err))
        with self._lock:
            self._conclude(run, outcome)
            self._running.remove(run.id)
        run.ended.set()

    def _conclude(self, run: Run, outcome: Outcome) -> None:
        if run.state == "stopped":
            self._cases.remove(run.id)
        elif outcome.reason is not None:
            run.state, run.reason = "failed", outcome.reason
            self._cases.record_failure(run.id, outcome.reason)
        else:
            run.state = "done"
