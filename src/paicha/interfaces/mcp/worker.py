"""What happens in the process of one investigation."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import traceback
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path

from paicha.errors import PaichaError
from paicha.facade import Asked, carry_out, prepare
from paicha.wiring.settings import Settings

#: Progress is sent this often at most [s].
_PACE = 0.1
ORPHANED = 3


@dataclass(frozen=True, slots=True)
class Order:
    """
    What to investigate.

    Args:
        asked: The question; its window may be relative to `now`.
        settings: The settings in force.
        now: What ``now`` means.
        case: Where the case goes.
    """

    asked: Asked
    settings: Settings
    now: datetime
    case: Path


@dataclass(slots=True)
class _Teller:
    """Sends how far it is, as a `paicha.ports.Progress`."""

    pipe: Connection
    _last: float = field(default=0.0)
    _stage: str = field(default="")

    def step(self, stage: str, done: int, total: int | None) -> None:
        """Send it, unless something was sent a moment ago."""
        now = time.monotonic()
        if stage != self._stage or now - self._last >= _PACE:
            self._last, self._stage = now, stage
            self.pipe.send(("progress", stage, done, total))


def work(pipe: Connection, order: Order) -> None:
    """
    Investigate, and say through *pipe* how far it is and how it ended.

    Sends ``("progress", stage, done, total)`` and at last ``("done",)``, ``("failed", error)`` or
    ``("crashed", kind)``. When the other end of the pipe closes, the server is gone: the process ends at
    once, and the unfinished case stays under its hidden name.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which stops us
    threading.Thread(target=_watch, args=(pipe,), daemon=True).start()
    try:
        prepared = prepare(order.asked, settings=order.settings, now=order.now)
        carry_out(prepared, case=order.case, progress=_Teller(pipe))
    except PaichaError as err:
        pipe.send(("failed", err))
    except Exception as err:  # noqa: BLE001 - the last line of defence: whoever waits gets an answer
        traceback.print_exception(err, file=sys.stderr)
        pipe.send(("crashed", type(err).__name__))
    else:
        pipe.send(("done",))


def _watch(pipe: Connection) -> None:
    try:
        pipe.recv()
    except (EOFError, OSError):
        os._exit(ORPHANED)
