"""The server on its two ways in: the standard streams, and HTTP under the rules of the service."""

from __future__ import annotations

import logging
import os
import socket
import sys
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import anyio
import uvicorn
from anyio.to_thread import run_sync
from mcp.server.transport_security import TransportSecuritySettings
from starlette.types import ASGIApp, Receive, Scope, Send

from paicha.errors import ServiceError, UsageError
from paicha.interfaces.mcp.cases import Cases
from paicha.interfaces.mcp.desk import Desk
from paicha.interfaces.mcp.permissions import Permissions
from paicha.interfaces.mcp.runs import Runs
from paicha.interfaces.mcp.server import PaichaServer
from paicha.locales import Language
from paicha.ports.service import TokenLedger
from paicha.service.tokens import digest_of
from paicha.values import dataclass
from paicha.wiring.service import open_ledger
from paicha.wiring.service_reading import is_loopback
from paicha.wiring.service_settings import ServiceSettings
from paicha.wiring.settings import Settings

#: A request holds at most a report to be audited, every character escaped [bytes].
_LARGEST_BODY = 8 << 20
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


def serve_http(way: Way, host: str, port: int) -> None:
    """
    Serve any number of clients over streamable HTTP, to whom the service's own rules let in.

    Args:
        way: How the server is set up.
        host: Where to listen; beside loopback addresses only with tokens.
        port: Likewise; 0: wherever is free, said on stderr.

    Raises:
        ServiceError: If no token is to be needed, and others than this machine could ask.
        UsageError: If it cannot be listened on.
    """
    service = way.settings.service
    needed = tokens_needed(service, host)
    server = way.server()
    with ExitStack() as stack:
        listener = stack.enter_context(_listening(host, port))
        own = listener.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        app: ASGIApp = server.streamable_http_app(
            streamable_http_path=MCP_PATH,
            host=host,
            max_request_body_size=_LARGEST_BODY,
            transport_security=_names(service, shown),
        )
        if needed:
            ledger = stack.enter_context(closing(open_ledger(way.settings)))
            app = Guarded(app, ledger.tokens, lambda: datetime.now(UTC))
        config = uvicorn.Config(
            app, log_level="warning", server_header=False, timeout_graceful_shutdown=2
        )
        sys.stderr.write(f"http://{shown}:{own}{MCP_PATH}\n")
        sys.stderr.flush()
        anyio.run(uvicorn.Server(config).serve, [listener])


def tokens_needed(service: ServiceSettings, host: str) -> bool:
    """
    Return whether a token is needed: as for the service, as soon as others than this machine could ask.

    Raises:
        ServiceError: If none is to be needed, and others could ask.
    """
    alone = is_loopback(host)
    if service.tokens == "off" and not alone:
        raise ServiceError("service.open_door", listen=host)
    return service.tokens == "required" or not alone


def _names(service: ServiceSettings, host: str) -> TransportSecuritySettings:
    """Return the names it may be asked by: those of the loopback, of the address, of the settings."""
    own = urlsplit(service.external_url).hostname
    names = {"127.0.0.1", "localhost", "[::1]", host, *service.hosts, *((own,) if own else ())}
    places = sorted(names | {f"{name}:*" for name in names})
    origins = [f"{scheme}://{place}" for place in places for scheme in ("http", "https")]
    return TransportSecuritySettings(allowed_hosts=places, allowed_origins=origins)


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()  # whoever reads the address may come at once
    except OSError as err:
        listener.close()
        reason = err.strerror or str(err)
        raise UsageError("mcp.port", host=host, port=port, reason=reason) from err
    return listener


@dataclass(frozen=True, slots=True)
class Guarded:
    """
    An application behind the service's tokens: whoever comes in must be allowed to run investigations.

    Args:
        app: What is guarded.
        tokens: The ledger's.
        clock: The time.
    """

    app: ASGIApp
    tokens: TokenLedger
    clock: Callable[[], datetime]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on what carries a token that may; answer 401 or 403 to the rest."""
        status = 200 if scope["type"] != "http" else await run_sync(self._status, scope)
        if status == HTTPStatus.OK:
            await self.app(scope, receive, send)
            return
        headers = [(b"www-authenticate", b"Bearer"), (b"content-length", b"0")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    def _status(self, scope: Scope) -> int:
        sent = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
        kind, _, shown = sent.partition(" ")
        now = self.clock()
        token = self.tokens.by_digest(digest_of(shown.strip()), now)
        if kind.lower() != "bearer" or token is None or not token.allows("read", now):
            return HTTPStatus.UNAUTHORIZED
        return HTTPStatus.OK if token.allows("run", now) else HTTPStatus.FORBIDDEN
