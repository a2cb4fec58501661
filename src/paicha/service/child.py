"""
What the process of one run does.

It dies with whoever started it: the system is asked to see to that, and a thread waits on a pipe that
breaks when the other side is gone.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path

from paicha.analysis.redaction import covered_tree
from paicha.errors import PaichaError
from paicha.facade import Asked, carry_out, prepare
from paicha.locales import Text
from paicha.model.findings import Findings
from paicha.model.service import Headline, HeadlineProblem, RunProgress
from paicha.service.refusal import refused
from paicha.values import dataclass
from paicha.wiring.settings import Settings

#: The greatest there is.
_NICEST = 19
_AUTOGROUP = Path("/proc/self/autogroup")
#: The system takes a new niceness of a group ten times a second at most, from all groups together.
_AUTOGROUP_TRIES, _AUTOGROUP_PAUSE_S = 5, 0.1
_PR_SET_PDEATHSIG = 1  # prctl(2)
#: Progress is sent so often at most [s].
_TELL_EVERY_S = 0.25
_TOP = 3


@dataclass(frozen=True, slots=True)
class Order:
    """What a process of a run is given."""

    asked: Asked
    settings: Settings
    created: datetime  # what `now` of the question means
    place: Path  # where the case goes


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a run failed."""

    reason: Text


Message = RunProgress | Headline | Refusal


class _Teller:
    """Sends how far it is, not too often."""

    def __init__(self, out: Connection) -> None:
        self._out = out
        self._stage, self._told = "", 0.0

    def step(self, stage: str, done: int, total: int | None) -> None:
        """Hear that *done* of *total* is done in *stage*."""
        now = time.monotonic()
        if stage != self._stage or now - self._told >= _TELL_EVERY_S:
            self._stage, self._told = stage, now
            self._out.send(RunProgress(stage, done, total))


def work(order: Order, out: Connection, alive: Connection) -> None:
    """Carry out one investigation and send what became of it through *out*."""
    _die_with_parent(alive)
    _stand_back(min(order.settings.service.niceness, _NICEST))
    try:
        prepared = prepare(order.asked, settings=order.settings, now=order.created)
        found = carry_out(prepared, case=order.place, progress=_Teller(out))
    except PaichaError as err:
        out.send(Refusal(refused(err)))
        return
    out.send(headline_of(found.findings))


def headline_of(findings: Findings) -> Headline:
    """Return what a list of runs shows of *findings*, secrets covered."""
    verdict = next((statement.text for statement in findings.statements), Text("", ""))
    top = tuple(
        HeadlineProblem(p.number, p.title, p.priority, p.n) for p in findings.problems[:_TOP]
    )
    headline = Headline(
        verdict=verdict,
        records=findings.totals.records,
        abnormal=findings.totals.abnormal,
        problems=len(findings.problems),
        top=top,
        contradictions=len(findings.contradictions),
        incomplete=findings.coverage.incomplete,
    )
    return covered_tree(headline)


def _die_with_parent(alive: Connection) -> None:
    os.setsid()  # Ctrl-C is for the service, which then decides; and what it starts ends with it
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    threading.Thread(target=_wait_for_end, args=(alive,), daemon=True).start()


def _stand_back(niceness: int) -> None:
    """
    Let everything else on this machine go first; threads begun from here on do so as well.

    An alert's sender waits for milliseconds, not for a report. Beside a process of usual niceness one of niceness
    10 gets a tenth (sched(7)), and disks take it as well (ioprio_set(2)).
    """
    if not niceness:
        return
    if hasattr(os, "nice"):
        with suppress(OSError):  # a container or a unit may forbid it: then a run goes on as it is
            os.nice(niceness)
    if hasattr(os, "SCHED_BATCH"):  # never takes the processor from what has just woken up
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    # Linux may give each session, and a run has one of its own, the same share as any other whatever
    # the niceness of its processes: the session has a niceness too.
    if _AUTOGROUP.exists():
        for _ in range(_AUTOGROUP_TRIES):
            with suppress(OSError):
                _AUTOGROUP.write_text(str(niceness), "ascii")
                return
            time.sleep(_AUTOGROUP_PAUSE_S)


def _wait_for_end(alive: Connection) -> None:
    try:
        alive.recv_bytes()
    except (EOFError, OSError):
        os.killpg(os.getpid(), signal.SIGKILL)
