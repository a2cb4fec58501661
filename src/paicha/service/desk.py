"""
The desk of a running service: what every way in (API, page, hooks, schedules) calls.

A desk without workers takes requests and reads what there is; `Desk.open` makes one that also runs them.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from paicha.analysis.redaction import covered_tree
from paicha.audits import Audited, Auditor
from paicha.comparisons import Compared, compare
from paicha.errors import LedgerError, PaichaError, QueueFull, RunConflict, RunMissing
from paicha.facade import Investigation
from paicha.locales import Language, Text, text
from paicha.model.service import Note, Run, RunRequest, State
from paicha.service.folders import Folders
from paicha.service.identity import is_id, new_id
from paicha.service.keeper import Keeper
from paicha.service.processes import context
from paicha.service.read_cases import ReadCases
from paicha.service.requests import resolved
from paicha.service.worker import Worker, worker_name
from paicha.values import dataclass
from paicha.wiring.service import Ledger, data_folder, open_ledger
from paicha.wiring.settings import Settings

#: A shorter wait than this helps nobody; a longer one nobody believes [s].
_SHORTEST_WAIT_S, _LONGEST_WAIT_S = 5, 600
#: What one run is taken to last where none has ended yet [s].
_USUAL_S = 30
#: How many ended runs say how long one lasts.
_RECENT = 20
_LOG = logging.getLogger("paicha.service")


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Desk:
    """
    Takes requests, and hands out what became of them.

    Args:
        settings: Everything that was set.
        ledger: What is kept.
        folders: Where cases are.
        clock: The time.
    """

    settings: Settings
    ledger: Ledger
    folders: Folders
    clock: Callable[[], datetime] = _now
    _workers: list[Worker] = field(default_factory=list)
    _keeper: Keeper | None = None
    _lock: IO[bytes] | None = None
    _read: ReadCases = field(default_factory=ReadCases)
    _ended: list[Callable[[Run], None]] = field(default_factory=list)

    @staticmethod
    def open(settings: Settings, clock: Callable[[], datetime] = _now) -> Desk:
        """
        Return a desk over the ledger and the folder that *settings* name.

        Raises:
            LedgerError: If one of them cannot be used.
        """
        return Desk(settings, open_ledger(settings), Folders(data_folder(settings)), clock)

    # Running

    def occupy(self) -> None:
        """
        Take the folder for this process, where workers share no PostgreSQL; a second time does nothing.

        Raises:
            LedgerError: If another process has it.
        """
        if self._alone and self._lock is None:
            self._lock = self.folders.lock()

    @property
    def _alone(self) -> bool:
        return not self.settings.service.database

    def start(self) -> None:
        """
        Begin to carry out what waits; what a process that went away had in hand is begun again.

        Raises:
            LedgerError: If another process uses the folder, and they share no PostgreSQL.
        """
        self.occupy()
        ledger, service = self.ledger, self.settings.service
        self._keeper = self.house()
        self._keeper.start("*" if self._alone else "")
        processes = context()
        for slot in range(service.parallel):
            worker = Worker(
                name=worker_name(slot),
                settings=self.settings,
                runs=ledger.runs,
                folders=self.folders,
                processes=processes,
                clock=self.clock,
                ended=self._tell,
            )
            self._workers.append(worker)
            worker.start()

    def house(self) -> Keeper:
        """Return what keeps house over its ledger and its folder."""
        ledger, service = self.ledger, self.settings.service
        return Keeper(
            service, ledger.runs, ledger.asks, self.folders, self.clock, self._tell, self._tidy
        )

    def _tidy(self) -> None:
        self._read.sweep()
        self._revive()

    def _revive(self) -> None:
        for worker in self._workers:
            if not worker.alive:
                # Its trace stands in the log; its run is begun again when its lease is over.
                _LOG.error("worker.revived", extra={"worker": worker.name})
                worker.start()

    def stop(self, patience_s: float = 10.0) -> None:
        """End: runs in hand have *patience_s* to end by themselves, then they go back to the queue."""
        if self._keeper is not None:
            self._keeper.stop()
        for worker in self._workers:
            worker.stop()
        deadline = time.monotonic() + patience_s
        for worker in self._workers:
            worker.join(max(deadline - time.monotonic(), 0.0))
        self._workers.clear()
        self._read.close()
        if self._lock is not None:
            self._lock.close()
        self.ledger.close()

    def on_end(self, callback: Callable[[Run], None]) -> None:
        """
        Let *callback* hear of each run that came to its end, in the process that ended it.

        It is called from a thread of its own kind, at least once for each run also over a kill of the
        process: what it does must be safe to do twice.
        """
        self._ended.append(callback)

    def _tell(self, run: Run) -> None:
        if run.state != "done":  # a process that was killed leaves half a case behind
            self.folders.remove(run.id)
        try:
            for callback in self._ended:
                callback(run)
        except PaichaError as err:
            _LOG.error("run.untold", extra={"run": run.id, "reason": err.what})
            return  # it is told again later
        self.ledger.runs.mark_told(run.id)

    @property
    def running(self) -> bool:
        """Whether runs are carried out here."""
        kept = self._keeper is not None and self._keeper.alive
        return kept and bool(self._workers) and all(worker.alive for worker in self._workers)

    # Asking

    def submit(self, request: RunRequest, key: str = "", *, strict: bool = False) -> Run:
        """
        Keep a request and return its run; a second time under one *key*, the run of the first time.

        Args:
            request: What is asked.
            key: What makes it the same request: an event's id, a client's own key; "": nothing does.
            strict: Whether what is asked must be the same as well: alerts of one event may differ in words.

        Raises:
            QueueFull: If as many wait as may.
            RunConflict: If something else was asked under that key.
            UsageError: If it cannot be understood.
            ServiceError: If it names what is not configured.
        """
        now = self.clock()
        asked, prepared = resolved(request, self.settings, now)
        run = Run(new_id(now), "queued", asked, now, prepared.window)
        most = self.settings.service.queue
        kept = self.ledger.runs.add(run, key, most)
        if kept is None:
            raise QueueFull("service.queue_full", waiting=most, seconds=self.wait_s())
        if strict and kept.request != asked:
            raise RunConflict("service.key_taken", id=kept.id)
        for worker in self._workers:
            worker.wake.set()
        return kept

    def check(self, request: RunRequest) -> None:
        """
        Say what `submit` would refuse *request* for, and keep nothing.

        Raises:
            UsageError: If it cannot be understood.
            ServiceError: If it names what is not configured.
        """
        resolved(request, self.settings, self.clock())

    def check_ready(self) -> None:
        """
        Say why no run can be carried out now, and do nothing else.

        Raises:
            LedgerError: If the ledger does not answer, nobody carries out runs, or no case can be written.
        """
        self.ledger.runs.counts()
        if not self.running:
            raise LedgerError("service.not_ready")
        self.folders.check_room()

    def wait_s(self) -> int:
        """Return after how long a place in the queue is likely to be free [s]."""
        ended = self.ledger.runs.search("", "done", "", _RECENT)
        took = [run.took.total_seconds() for run in ended if run.took is not None]
        one = sum(took) / len(took) if took else _USUAL_S
        wait = one / max(self.settings.service.parallel, 1)
        return int(min(max(wait, _SHORTEST_WAIT_S), _LONGEST_WAIT_S))

    def get(self, run_id: str) -> Run:
        """
        Return the run of that id.

        Raises:
            RunMissing: If there is none.
        """
        return _there(self.ledger.runs.get(run_id) if is_id(run_id) else None, run_id)

    def search(
        self, text: str = "", state: State | None = None, before: str = "", limit: int = 50
    ) -> tuple[Run, ...]:
        """Return runs whose words hold all words of *text*, latest first, with ids below *before*."""
        return self.ledger.runs.search(text, state, before, limit)

    def cancel(self, run_id: str, who: str = "") -> Run:
        """
        Return the run, cancelled or soon to be.

        Raises:
            RunMissing: If there is none.
            RunConflict: If it is over already.
        """
        run = self.get(run_id)
        if run.over:
            raise RunConflict("service.over", id=run_id, state=run.state)
        said = "service.reason.cancelled_by" if who else "service.reason.cancelled"
        reason = text(said, who=who)
        run = _there(self.ledger.runs.ask_to_cancel(run_id, self.clock(), reason), run_id)
        if run.state == "cancelled":  # whoever ended it in another way tells of it
            self._tell(run)
        return run

    def delete(self, run_id: str) -> None:
        """
        Forget a run and its case.

        Raises:
            RunMissing: If there is none.
            RunConflict: If it is not over.
            LedgerError: If the system does not let go of its case.
        """
        run = self.get(run_id)
        if not run.over:
            raise RunConflict("service.not_over", id=run_id, state=run.state)
        # In this order: killed in between, the run is still there to be deleted again.
        reason = self.folders.remove(run_id)
        self._read.forget(run_id)
        if reason:
            raise LedgerError("service.case_stays", id=run_id, reason=reason)
        self.ledger.runs.delete(run_id)

    def note(self, run_id: str, words: Text) -> Run:
        """
        Add a line to a run and return it.

        Raises:
            RunMissing: If there is none.
        """
        note = Note(self.clock(), covered_tree(words))
        return _there(self.ledger.runs.note(run_id, note) if is_id(run_id) else None, run_id)

    # Reading

    def case_path(self, run_id: str) -> Path:
        """
        Return where the case of a run is.

        Raises:
            RunMissing: If there is no such run, or somebody removed its case.
            RunConflict: If it has no case.
        """
        run = self.get(run_id)
        if run.state != "done":
            raise RunConflict("service.not_done", id=run_id, state=run.state)
        path = self.folders.case(run_id)
        if not path.exists():
            raise RunMissing("service.case_gone", id=run_id)
        return path

    def investigation(self, run_id: str) -> Investigation:
        """
        Return what a run found, as `paicha.open_case` does.

        Raises:
            RunMissing: If there is no such run.
            RunConflict: If it has no report.
            CaseError: If its case cannot be read.
        """
        return self._read.get(run_id, self.case_path(run_id))

    def compare(self, before: str, during: str, language: Language | None = None) -> Compared:
        """
        Return what differs between the reports of two runs.

        Raises:
            RunMissing: If there is no such run.
            RunConflict: If one has no report.
        """
        places = self.case_path(before), self.case_path(during)
        commands = (f"paicha compare {before} {during}",)
        return compare(*places, settings=self.settings, language=language, commands=commands)

    def audit(self, words: str, run_id: str = "", name: str = "report") -> Audited:
        """
        Return the audit of a report, held against a run where one is named.

        Raises:
            RunMissing: If there is no such run.
            RunConflict: If it has no report.
        """
        evidence = self.investigation(run_id) if run_id else None
        return Auditor(evidence, self.settings).audit(words, name)


def _there(run: Run | None, run_id: str) -> Run:
    if run is None:
        raise RunMissing("service.no_run", id=run_id)
    return run
