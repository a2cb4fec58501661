"""The server process: listens, serves, and comes to a clean end."""

from __future__ import annotations

import socket

import uvicorn

from paicha.errors import ServiceError, UsageError
from paicha.interfaces.http.app import create_app
from paicha.service.desk import Desk
from paicha.wiring.service_reading import listening
from paicha.wiring.settings import Settings

#: Answers in hand have so long when it is stopped; streams are cut [s].
_ANSWER_PATIENCE_S = 3


def serve(settings: Settings) -> None:
    """
    Serve until the process is asked to end.

    Raises:
        LedgerError: If its ledger or its folder cannot be used.
        ServiceError: If it cannot listen where it should.
    """
    host, port = address(settings.service.listen)
    desk = Desk.open(settings)
    listener = _listener(host, port)
    app = create_app(desk)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_ANSWER_PATIENCE_S,
        ws="none",
    )
    uvicorn.Server(config).run(sockets=[listener])


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
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as err:
        listener.close()
        reason = err.strerror or str(err)
        raise ServiceError("service.listening", listen=f"{host}:{port}", reason=reason) from err
    return listener
