"""A server over HTTP that ends in order whichever signal asks it to."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn


class OrderlyServer(uvicorn.Server):
    """Ends for a terminal that is gone (SIGHUP) as for SIGTERM: answers in hand are given first."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Hear of signals to end; one that is ignored (``nohup``) stays so."""
        with super().capture_signals():
            number = getattr(signal, "SIGHUP", None)
            if (
                number is None
                or threading.current_thread() is not threading.main_thread()
                or signal.getsignal(number) is signal.SIG_IGN
            ):
                yield
                return
            before = signal.signal(number, self.handle_exit)
            try:
                yield
            finally:
                signal.signal(number, before)
