"""What has to be done now and then: runs of workers that are gone, and what is too old."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import field
from datetime import datetime, timedelta

from paicha.errors import LedgerError
from paicha.model.service import Run
from paicha.ports.service import AskLedger, RunLedger
from paicha.service.folders import Folders
from paicha.values import dataclass
from paicha.wiring.service_settings import ServiceSettings

#: How often it looks for runs whose worker is gone [s].
RECOVER_EVERY_S = 5.0
#: How often it looks for what is too old [s].
_FORGET_EVERY_S = 3600.0
#: Who ended a run has told of it by then; if not, somebody else does [s].
_TELL_AFTER = timedelta(seconds=30)
_AT_ONCE = 200
_LOG = logging.getLogger("paicha.service")


@dataclass(slots=True)
class Keeper:
    """
    Keeps house.

    Args:
        settings: How long what is kept.
        runs: The list of runs.
        asks: The audit log.
        folders: Where cases are.
        clock: The time.
        ended: Hears of each run that nobody has told of.
        tidy: Starts workers again that came to an end unasked, and lets go of what nobody reads.
    """

    settings: ServiceSettings
    runs: RunLedger
    asks: AskLedger
    folders: Folders
    clock: Callable[[], datetime]
    ended: Callable[[Run], None]
    tidy: Callable[[], None]
    _stopping: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _forgot: float | None = None

    def start(self, gone: str = "") -> None:
        """
        Look after everything at once, and then again and again.

        Args:
            gone: Whose runs are known to be nobody's, see `RunLedger.recover`.
        """
        self.recover(gone)
        self._thread = threading.Thread(target=self._keep, name="keeper", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether it keeps house."""
        return self._thread is not None and self._thread.is_alive()

    def stop(self) -> None:
        """Come to an end."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(RECOVER_EVERY_S)

    def recover(self, gone: str = "") -> None:
        """Put runs of workers that are gone back, and tell of those that nobody told of."""
        for run in self.runs.recover(self.clock(), gone):
            _LOG.warning("run.recovered", extra={"run": run.id, "state": run.state})
        before = self.clock() if gone else self.clock() - _TELL_AFTER
        for run in self.runs.untold(before, _AT_ONCE):
            self.ended(run)

    def forget(self) -> None:
        """Remove runs and lines of the audit log that are too old; a run whose case stays is tried again next time."""
        now = self.clock()
        if self.settings.keep_days:
            self._forget_runs(now - timedelta(days=self.settings.keep_days))
        if self.settings.keep_audit_days:
            self.asks.forget_before(now - timedelta(days=self.settings.keep_audit_days))

    def _forget_runs(self, before: datetime) -> None:
        stay: set[str] = set()
        while not self._stopping.is_set():
            ended = self.runs.ended_before(before, _AT_ONCE + len(stay))
            old = [run for run in ended if run.id not in stay]
            if not old:
                return
            for run in old:
                # In this order: a run is in the list as long as anything of it is on the disk.
                if reason := self.folders.remove(run.id):
                    stay.add(run.id)
                    _LOG.error("run.stays", extra={"run": run.id, "reason": reason})
                    continue
                self.runs.delete(run.id)
                _LOG.info("run.forgotten", extra={"run": run.id})

    def _keep(self) -> None:
        while not self._stopping.wait(RECOVER_EVERY_S):
            try:
                self.tidy()
                self.recover()
                if self._forgot is None or time.monotonic() - self._forgot > _FORGET_EVERY_S:
                    self._forgot = time.monotonic()
                    self.forget()
            except LedgerError as err:
                _LOG.error("ledger", extra={"reason": err.what})
