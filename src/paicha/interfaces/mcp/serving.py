"""The server on its two ways in: the standard streams, and HTTP under the rules of the service."""

from __future__ import annotations

import errno
import logging
import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import anyio
import uvicorn
from anyio.to_thread import run_sync
from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from mcp.server.transport_security import TransportSecuritySettings
from starlette.types import ASGIApp, Receive, Scope, Send

from paicha.errors import LedgerError, ServiceError, UsageError
from paicha.interfaces.http_server import OrderlyServer
from paicha.interfaces.mcp.callers import SCOPE_KEY, Caller, CallLog
from paicha.interfaces.mcp.cases import Cases
from paicha.interfaces.mcp.desk import Desk
from paicha.interfaces.mcp.permissions import Permissions
from paicha.interfaces.mcp.runs import Runs
from paicha.interfaces.mcp.server import PaichaServer
from paicha.interfaces.rubbish import look_often
from paicha.locales import Language
from paicha.model.service import Ask, Token
from paicha.ports.service import TokenLedger
from paicha.service.asks import AskBook
from paicha.service.tokens import digest_of
from paicha.values import dataclass
from paicha.wiring.service import Ledger, has_ledger, open_ledger
from paicha.wiring.service_reading import is_loopback
from paicha.wiring.service_settings import ServiceSettings
from paicha.wiring.settings import Settings

#: A request holds at most a report to be audited, every character escaped [bytes].
_LARGEST_BODY = 8 << 20
MCP_PATH = "/mcp"
_log = logging.getLogger(__name__)


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

    def server(self, calls: CallLog | None = None) -> PaichaServer:
        """
        Return the server.

        Args:
            calls: Says who calls, and writes the calls down; None: the one who started it, and nobody does.

        Raises:
            UsageError: If one of the folders cannot be used.
        """
        if self.files is not None and not self.files.is_dir():
            why = errno.ENOTDIR if self.files.exists() else errno.ENOENT
            raise UsageError("mcp.no_place", path=self.files, reason=os.strerror(why))
        cases = Cases(self.cases, self.keep)
        cases.prepare()
        desk = Desk(
            settings=self.settings,
            permissions=Permissions(self.settings, self.files),
            cases=cases,
            runs=Runs(cases, self.settings, self.parallel, _now),
            zone=self.zone,
            language=self.language,
        )
        return PaichaServer(desk, calls or CallLog(_now))


def serve_stdio(way: Way) -> None:
    """
    Serve one client over the standard streams, until it closes them.

    Its calls are written down where there is a ledger already; who starts it may also do without.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    with ExitStack() as stack:
        book = None
        if has_ledger(way.settings):
            try:
                book = stack.enter_context(
                    _written(stack.enter_context(_ledger(way.settings)), way)
                )
            except LedgerError as err:
                _log.warning("calls are not written down: %s", err.what)
        server = way.server(CallLog(_now, book))
        look_often()
        anyio.run(server.run_stdio_async)


@contextmanager
def _written(ledger: Ledger, way: Way) -> Iterator[AskBook]:
    """Give the audit log of *ledger*; what is too old in it is removed, and at the end nothing waits."""
    days = way.settings.service.keep_audit_days
    if days:
        ledger.asks.forget_before(_now() - timedelta(days=days))
    book = AskBook(ledger.asks)
    book.start()
    try:
        yield book
    finally:
        book.stop()


def _ledger(settings: Settings) -> closing[Ledger]:
    return closing(open_ledger(settings))


def _now() -> datetime:
    return datetime.now(UTC)


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
    with ExitStack() as stack:
        listener = stack.enter_context(_listening(host, port))
        ledger = stack.enter_context(_ledger(way.settings))
        book = stack.enter_context(_written(ledger, way))
        server = way.server(CallLog(_now, book, unnamed=None))
        own = listener.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        app: ASGIApp = server.streamable_http_app(
            streamable_http_path=MCP_PATH,
            host=host,
            max_request_body_size=_LARGEST_BODY,
            transport_security=_names(service, shown),
        )
        app = Guarded(app, ledger.tokens, book, _now, needed=needed)
        config = uvicorn.Config(
            app, log_level="warning", server_header=False, timeout_graceful_shutdown=2
        )
        sys.stderr.write(f"http://{shown}:{own}{MCP_PATH}\n")
        sys.stderr.flush()
        look_often()
        anyio.run(OrderlyServer(config).serve, [listener])


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
    An application behind the service's tokens: it hears who calls, and whoever comes in may at least read.

    Args:
        app: What is guarded.
        tokens: The ledger's.
        book: Takes a line for whoever is turned away.
        clock: The time.
        needed: Whether a token is.
    """

    app: ASGIApp
    tokens: TokenLedger
    book: AskBook
    clock: Callable[[], datetime]
    needed: bool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on what may come in, with who it is; answer 401 to the rest."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        address = (scope.get("client") or ("-",))[0]
        token = await run_sync(self._token, scope) if self.needed else None
        if self.needed and token is None:
            await self._turn_away(address, str(scope["method"]), send)
            return
        scope[SCOPE_KEY] = Caller("local", "admin", address)
        if token is not None:
            scope[SCOPE_KEY] = Caller(token.name, token.role, address)
            # So that the SDK gives a session to no other token than the one that began it.
            scope["user"] = AuthenticatedUser(
                AccessToken(token="", client_id=token.id, scopes=[token.role])
            )
        await self.app(scope, receive, send)

    async def _turn_away(self, address: str, method: str, send: Send) -> None:
        status = HTTPStatus.UNAUTHORIZED
        self.book.add(Ask(self.clock(), "-", address, f"{method} {MCP_PATH}", "-", status))
        headers = [(b"www-authenticate", b"Bearer"), (b"content-length", b"0")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    def _token(self, scope: Scope) -> Token | None:
        sent = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
        kind, _, shown = sent.partition(" ")
        if kind.lower() != "bearer":
            return None
        now = self.clock()
        token = self.tokens.by_digest(digest_of(shown.strip()), now)
        return token if token is not None and token.allows("read", now) else None
