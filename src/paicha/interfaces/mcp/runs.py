"""Investigations that are under way: each in a process of its own, so that it can be stopped and outlives a call."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from typing import Literal

from paicha.errors import CaseError, EngineError, PaichaError
from paicha.facade import CASE_FILE, Asked, prepare
from paicha.interfaces.mcp.cases import Cases
from paicha.interfaces.mcp.wording import refused
from paicha.interfaces.mcp.worker import Order, work
from paicha.locales import Text
from paicha.wiring.settings import Settings

State = Literal["running", "done", "failed", "stopped"]
#: How long a process that was told to end may take before it is made to [s].
_PATIENCE_S = 5.0


@dataclass(slots=True)
class Run:
    """One investigation of this server, and how far it is."""

    id: str
    state: State = "running"
    stage: str = ""
    done: int = 0
    total: int | None = None
    steps: int = 0  # how often it was heard of: rises, whatever the stage
    reason: Text | None = None
    ended: threading.Event = field(default_factory=threading.Event, repr=False)


class Runs:
    """
    Starts investigations and keeps track of them until the server ends.

    Args:
        cases: Where their cases go.
        settings: The settings in force.
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
        self._settings = settings
        self._parallel = parallel
        self._clock = clock
        self._context = _context()
        self._lock = threading.Lock()
        self._runs: dict[str, Run] = {}
        self._processes: dict[str, BaseProcess] = {}

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
            if len(self._processes) >= self._parallel:
                raise EngineError(
                    "mcp.busy", running=len(self._processes), ids=", ".join(self._processes)
                )
            run = Run(self._cases.claim(now))
            ours, theirs = self._context.Pipe()
            order = Order(asked, self._settings, now, self._cases.place(run.id) / CASE_FILE)
            process = self._context.Process(target=work, args=(theirs, order), name=run.id)
            process.start()
            theirs.close()
            self._runs[run.id] = run
            self._processes[run.id] = process
        listener = threading.Thread(target=self._listen, args=(run, process, ours), daemon=True)
        listener.start()
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

    def stop(self, run: Run) -> None:
        """End an investigation at once and remove what it wrote; one that has ended stays as it is."""
        with self._lock:
            process = self._processes.get(run.id)
            if process is None or run.state != "running":
                return
            run.state = "stopped"
        process.terminate()
        run.ended.wait(2 * _PATIENCE_S)

    def close(self) -> None:
        """End every investigation that is under way."""
        with self._lock:
            running = [self._runs[run_id] for run_id in self._processes]
        for run in running:
            self.stop(run)

    def _listen(self, run: Run, process: BaseProcess, pipe: Connection) -> None:
        """Follow one investigation to its end."""
        outcome: tuple[object, ...] = ()
        try:
            while not outcome or outcome[0] == "progress":
                outcome = pipe.recv()
                if outcome[0] == "progress":
                    _, run.stage, run.done, run.total = outcome  # type: ignore[assignment]
                    run.steps += 1
        except (EOFError, OSError):
            outcome = ()
        _end(process)
        pipe.close()
        with self._lock:
            self._conclude(run, outcome, process.exitcode)
            del self._processes[run.id]
        run.ended.set()

    def _conclude(self, run: Run, outcome: tuple[object, ...], code: int | None) -> None:
        if run.state == "stopped":
            self._cases.remove(run.id)
            return
        kind = outcome[0] if outcome else ""
        if kind == "done":
            run.state = "done"
            return
        run.state = "failed"
        run.reason = refused(_reason(kind, outcome, code))
        self._cases.record_failure(run.id, run.reason)


def _reason(kind: object, outcome: tuple[object, ...], code: int | None) -> PaichaError:
    if kind == "failed":
        assert isinstance(outcome[1], PaichaError)
        return outcome[1]
    if kind == "crashed":
        return EngineError("mcp.unexpected", kind=outcome[1])
    return EngineError("mcp.crashed", code=code)


def _end(process: BaseProcess) -> None:
    process.join(_PATIENCE_S)
    if process.is_alive():
        process.kill()
        process.join()


def _context() -> ForkServerContext | SpawnContext:
    # Never a plain fork: this process has threads. A fork server has imported what every run needs.
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(["paicha.interfaces.mcp.worker"])
    return context
