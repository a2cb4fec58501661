"""The audit log on its way into the ledger: who asks does not wait for the disk."""

from __future__ import annotations

import logging
import queue
import threading
from contextlib import suppress
from dataclasses import field

from paicha.errors import LedgerError
from paicha.model.service import Ask
from paicha.ports.service import AskLedger
from paicha.values import dataclass

#: Lines wait so long for company [s], and so many at most.
_EVERY_S, _MOST = 0.5, 10_000
_LOG = logging.getLogger("paicha.service")


@dataclass(slots=True)
class AskBook:
    """
    Takes lines at once, and writes them a moment later.

    Args:
        asks: Where they are kept.
    """

    asks: AskLedger
    _waiting: queue.Queue[Ask] = field(default_factory=lambda: queue.Queue(_MOST))
    _stopping: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to write."""
        self._thread = threading.Thread(target=self._write_on, name="asks", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Write what is left, and end."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
        self.flush()

    def add(self, ask: Ask) -> None:
        """Take one line."""
        try:
            self._waiting.put_nowait(ask)
        except queue.Full:
            # The ledger is away for long: the log of the process still says it.
            _LOG.error("ask.lost", extra={"who": ask.who, "action": ask.action})

    def flush(self) -> None:
        """Write what waits."""
        lines: list[Ask] = []
        with suppress(queue.Empty):
            while len(lines) < _MOST:
                lines.append(self._waiting.get_nowait())
        if not lines:
            return
        try:
            self.asks.add(lines)
        except LedgerError as err:
            _LOG.error("ledger", extra={"reason": err.what})
            for line in lines:
                self.add(line)

    def _write_on(self) -> None:
        while not self._stopping.wait(_EVERY_S):
            self.flush()
