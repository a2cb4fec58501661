"""The server process: listens, serves, and comes to a clean end."""

from __future__ import annotations

import gc
import importlib
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

import uvicorn
from fastapi import FastAPI

from paicha.errors import ServiceError, UsageError
from paicha.interfaces.http.app import create_app
from paicha.interfaces.http.logs import write_json_lines
from paicha.interfaces.http.page.drawing import environment
from paicha.interfaces.http_server import OrderlyServer
from paicha.interfaces.rubbish import look_often
from paicha.service.desk import Desk
from paicha.wiring.service_reading import listening
from paicha.wiring.settings import Settings

#: Answers in hand have so long when it is stopped; streams are cut [s].
_ANSWER_PATIENCE_S = 3
#: How long one thread keeps the interpreter from the others [s].
_SWITCH_S = 0.001


def serve(settings: Settings, said: Callable[[bool], None]) -> None:
    """
    Serve until the process is asked to end.

    Args:
        settings: Everything that was set.
        said: Called once, when it listens, with whether a token is needed and there is none yet.

    Raises:
        LedgerError: If its ledger or its folder cannot be used.
        ServiceError: If it cannot listen where it should.
    """
    host, port = address(settings.service.listen)
    write_json_lines()
    desk = Desk.open(settings)
    desk.occupy()
    app = create_app(desk)
    listener = _listener(host, port)
    said(app.state.door.required and not desk.ledger.tokens.all())
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_ANSWER_PATIENCE_S,
        ws="none",
    )
    # Whoever computes gives way after 1 ms, not 5: what waits longest is an alert's answer.
    sys.setswitchinterval(_SWITCH_S)
    look_often()
    threading.Thread(target=_settle, name="settle", daemon=True).start()
    _Server(config).run(sockets=[listener])


def _settle() -> None:
    """Load what the first report would have to wait for, then take all of it out of what is collected."""
    with suppress(ImportError):
        importlib.import_module(
            "pandas"
        )  # DuckDB does so at its first statement where it is installed
    for template in ("report.html.j2", "problem.html.j2", "start.html.j2"):
        environment().get_template(template)
    gc.collect()
    gc.freeze()  # 115,000 objects that stay: each full collection took 68 ms, in which nobody was answered


class _Server(OrderlyServer):
    """Tells streams that the end has come, which would else hold it up."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Hear of a signal to end."""
        app: FastAPI = self.config.app  # type: ignore[assignment]
        app.state.closing = True
        super().handle_exit(sig, frame)


def address(listen: str) -> tuple[str, int]:
    """
    Return host and port of what ``--listen`` says.

    Raises:
        UsageError: If it is no address.
    """
    found = listening(listen)
    if found is None:
        raise UsageError("service.listen", listen=listen)
    return found


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio sends small answers at once: else each waits 40 ms for an
    # acknowledgement (benchmarks/service.py).
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as err:
        listener.close()
        reason = err.strerror or str(err)
        raise ServiceError("service.listening", listen=f"{host}:{port}", reason=reason) from err
    return listener
