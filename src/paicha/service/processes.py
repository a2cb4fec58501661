"""One process for each run: started, listened to, measured, and ended when it takes too much."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import field
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from pathlib import Path

from paicha.locales import Text, text
from paicha.model.service import Headline, RunProgress
from paicha.service.child import Message, Order, Refusal, work
from paicha.values import dataclass

#: How long a process that was asked to end has before it is killed [s].
_GRACE_S = 2.0
#: How often its memory and its time are looked at [s].
_LOOK_EVERY_S = 0.25


@dataclass(frozen=True, slots=True)
class Limits:
    """What one process may take: time [s], memory [MiB]."""

    seconds: float
    memory_mb: int


@dataclass(slots=True)
class Outcome:
    """How a process ended: with a headline, or with why not; neither: it was told to end."""

    headline: Headline | None = None
    reason: Text | None = None


@dataclass(slots=True)
class _Heard:
    """What came from a process so far."""

    progress: RunProgress = field(default_factory=RunProgress)
    outcome: Outcome | None = None


def context() -> BaseContext:
    """
    Return how processes are made: forked from a clean one that has imported everything, where there is such.
    """
    if "forkserver" in multiprocessing.get_all_start_methods():
        made = multiprocessing.get_context("forkserver")
        made.set_forkserver_preload(["paicha.service.warm"])
        return made
    return multiprocessing.get_context("spawn")


def attend(
    order: Order,
    limits: Limits,
    tick: Callable[[RunProgress], bool],
    made: BaseContext,
) -> Outcome:
    """
    Carry out *order* in a process of its own and return how it ended.

    Args:
        order: What to do.
        limits: What it may take.
        tick: Called some times a second with how far it is; False ends the process.
        made: Makes processes.
    """
    inward, outward = made.Pipe(duplex=False)
    watched, held = made.Pipe(duplex=False)
    process = made.Process(target=work, args=(order, outward, watched), daemon=False)  # type: ignore[attr-defined]
    process.start()
    outward.close()
    watched.close()
    try:
        return _listened(process, inward, limits, tick)
    finally:
        _end(process)
        inward.close()
        held.close()


def _listened(
    process: BaseProcess, inward: Connection, limits: Limits, tick: Callable[[RunProgress], bool]
) -> Outcome:
    deadline = time.monotonic() + limits.seconds
    heard = _Heard()
    while True:
        open_still = _hear(inward, heard)
        if heard.outcome is not None:
            return heard.outcome
        if not open_still:
            process.join(_GRACE_S)
            return Outcome(reason=text("service.reason.died", how=_how(process)))
        if not tick(heard.progress):
            return Outcome()
        if time.monotonic() > deadline:
            return Outcome(reason=text("service.reason.time", limit=f"{limits.seconds:g}"))
        if memory_mb(process.pid) > limits.memory_mb:
            return Outcome(reason=text("service.reason.memory", limit=limits.memory_mb))


def _hear(inward: Connection, heard: _Heard) -> bool:
    """Take what the process sends for a moment; return whether it may send more."""
    until = time.monotonic() + _LOOK_EVERY_S
    try:
        while (left := until - time.monotonic()) > 0 and inward.poll(left):
            message: Message = inward.recv()
            if isinstance(message, RunProgress):
                heard.progress = message
            elif isinstance(message, Refusal):
                heard.outcome = Outcome(reason=message.reason)
                return True
            else:
                heard.outcome = Outcome(headline=message)
                return True
    except (EOFError, OSError):
        return False
    return True


def _end(process: BaseProcess) -> None:
    process.join(_GRACE_S if process.exitcode is None and not process.is_alive() else 0.1)
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.is_alive() and process.pid is not None:
            with suppress(ProcessLookupError):  # gone by itself meanwhile, or not yet a group
                os.killpg(process.pid, number)
            process.join(_GRACE_S)
    if process.is_alive():
        process.kill()
        process.join()
    process.close()


def _how(process: BaseProcess) -> str:
    code = process.exitcode
    return "-" if code is None else f"signal {-code}" if code < 0 else f"exit code {code}"


def memory_mb(pid: int | None) -> int:
    """Return the memory that a process and its own hold for themselves [MiB]; 0 where nobody says."""
    place = Path(f"/proc/{pid}")
    try:
        words = (place / "status").read_text("ascii", "replace")
        # Each thread has its own children.
        own = [
            child
            for thread in (place / "task").iterdir()
            for child in (thread / "children").read_text("ascii").split()
        ]
    except OSError:  # no such system, or gone
        return 0
    held = next((line for line in words.splitlines() if line.startswith("RssAnon:")), ": 0")
    return int(held.split()[1]) // 1024 + sum(memory_mb(int(child)) for child in own)
