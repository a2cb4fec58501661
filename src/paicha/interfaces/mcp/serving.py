"""The server on its two ways in: the standard streams, and HTTP on the loopback."""

from __future__ import annotations

import hmac
import ipaddress
import logging
import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import anyio
import uvicorn
from mcp.server.transport_security import TransportSecuritySettings
from starlette.types import ASGIApp, Receive, Scope, Send

from paicha.errors import UsageError
from paicha.interfaces.mcp.cases import Cases
from paicha.interfaces.mcp.desk import Desk
from paicha.interfaces.mcp.permissions import Permissions
from paicha.interfaces.mcp.runs import Runs
from paicha.interfaces.mcp.server import PaichaServer
from paicha.locales import Language
from paicha.wiring.settings import Settings

#: A request holds at most a report to be audited, every character escaped [bytes].
_LARGEST_BODY = 8 << 20
_SHORTEST_TOKEN = 16
MCP_PATH = "/mcp"


@dataclass(frozen=True, slots=True)
class Way:
    """
    How the server is set up.

    Args:
        settings: The settings in force.
        cases: Folder of the cases.
        keep: How many cases of this server stay.
        parallel: How many investigations run at once.
        zone: Read and shown in where a call names none.
        language: Spoken where a call names none.
        files: Folder below which files may be named; None: no file may.
    """

    settings: Settings
    cases: Path
    keep: int
    parallel: int
    zone: str
    language: Language
    files: Path | None = None

    def server(self) -> PaichaServer:
        """
        Return the server.

        Raises:
            UsageError: If one of the folders cannot be used.
        """
        if self.files is not None and not self.files.is_dir():
            raise UsageError("mcp.no_place", path=self.files, reason=os.strerror(20))
        cases = Cases(self.cases, self.keep)
        cases.prepare()
        desk = Desk(
            settings=self.settings,
            permissions=Permissions(self.settings, self.files),
            cases=cases,
            runs=Runs(cases, self.settings, self.parallel, lambda: datetime.now(UTC)),
            zone=self.zone,
            language=self.language,
        )
        return PaichaServer(desk)


def serve_stdio(way: Way) -> None:
    """Serve one client over the standard streams, until it closes them."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    server = way.server()
    anyio.run(server.run_stdio_async)


def serve_http(way: Way, host: str, port: int, token: str = "") -> None:
    """
    Serve any number of clients over streamable HTTP.

    Args:
        way: How the server is set up.
        host: A loopback address.
        port: Where to listen; 0: wherever is free, said on stderr.
        token: What a client must send as ``Authorization: Bearer``; "": nothing.

    Raises:
        UsageError: If *host* is no loopback address, or cannot be listened on.
    """
    refuse_far(host)
    server = way.server()
    with _listening(host, port) as listener:
        own = listener.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        app = server.streamable_http_app(
            streamable_http_path=MCP_PATH,
            host=host,
            max_request_body_size=_LARGEST_BODY,
            transport_security=TransportSecuritySettings(
                allowed_hosts=[f"{name}:{own}" for name in _NAMES],
                allowed_origins=[f"http://{name}:{own}" for name in _NAMES],
            ),
        )
        config = uvicorn.Config(
            Guarded(app, token) if token else app,
            log_level="warning",
            server_header=False,
            timeout_graceful_shutdown=2,
        )
        sys.stderr.write(f"http://{shown}:{own}{MCP_PATH}\n")
        sys.stderr.flush()
        anyio.run(uvicorn.Server(config).serve, [listener])


_NAMES = ("127.0.0.1", "localhost", "[::1]")


def refuse_far(host: str) -> None:
    """
    Do nothing when *host* is a loopback address.

    Raises:
        UsageError: If it is any other.
    """
    try:
        near = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        near = False
    if not near:
        raise UsageError("mcp.not_loopback", host=host)


def token_from(environ: Mapping[str, str], variable: str) -> str:
    """
    Return the token that the variable holds.

    Raises:
        UsageError: If it is missing or so short that it could be guessed.
    """
    token = environ.get(variable, "")
    if len(token) < _SHORTEST_TOKEN or not token.isascii():
        raise UsageError("mcp.no_token", variable=variable)
    return token


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as err:
        listener.close()
        reason = err.strerror or str(err)
        raise UsageError("mcp.port", host=host, port=port, reason=reason) from err
    return listener


@dataclass(frozen=True, slots=True)
class Guarded:
    """
    An application behind one token, compared in constant time.

    Args:
        app: What is guarded.
        token: The token.
    """

    app: ASGIApp
    token: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on what carries the token; answer 401 to the rest."""
        if scope["type"] != "http" or self._carried(scope):
            await self.app(scope, receive, send)
            return
        headers = [(b"www-authenticate", b"Bearer"), (b"content-length", b"0")]
        await send({"type": "http.response.start", "status": 401, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    def _carried(self, scope: Scope) -> bool:
        sent = dict(scope["headers"]).get(b"authorization", b"")
        kind, _, value = sent.partition(b" ")
        return kind.lower() == b"bearer" and hmac.compare_digest(value.strip(), self.token.encode())
