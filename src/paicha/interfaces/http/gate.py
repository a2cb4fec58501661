"""
What every request passes before a route sees it, and every answer after.

On the way in: the name it was asked by (a name that is not ours may be a page elsewhere whose address was
turned to us), where a browser says it comes from, and how long its body is. On the way out: headers, a line
in the audit log, a figure in the metrics.
"""

from __future__ import annotations

import ipaddress
import logging
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import datetime

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from paicha.errors import Forbidden, PaichaError, ServiceError, TooLarge
from paicha.interfaces.http.answers import told
from paicha.interfaces.http.language import language_for
from paicha.interfaces.http.metrics import Metrics
from paicha.interfaces.http.security import SAFE_METHODS, Caller
from paicha.model.service import Ask
from paicha.service.asks import AskBook
from paicha.values import dataclass

#: A body is at most so long where nothing else is said [bytes].
LONGEST_BODY = 1 << 20
#: An address in brackets, or a name or address; then perhaps a port.
_HOST = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([0-9A-Za-z._-]+))(?::[0-9]{1,5})?", re.ASCII)
_LOG = logging.getLogger("paicha.http")
_PROBED = frozenset({"/healthz", "/readyz", "/metrics"})
_BAD = 400
_HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class MisdirectedRequest(ServiceError):
    """It was asked by a name that is not its own."""

    http_status = 421


@dataclass(slots=True)
class _Passage:
    """One request on its way."""

    started: float
    state: dict[str, object]
    status: int = 500
    received: int = 0
    answered: bool = False


@dataclass(slots=True)
class _Head:
    """Answers without a body: to what is answered, it looks as if who asks went away with the body's first piece."""

    heard: Receive
    sent: Send
    is_over: bool = False

    async def receive(self) -> Message:
        """Return what who asks says next."""
        return {"type": "http.disconnect"} if self.is_over else await self.heard()

    async def send(self, message: Message) -> None:
        """Send what stands before a body."""
        if message["type"] != "http.response.body":
            await self.sent(message)
        elif not self.is_over:
            self.is_over = True
            await self.sent({"type": "http.response.body", "body": b"", "more_body": False})


@dataclass(frozen=True, slots=True)
class Gate:
    """
    The outermost layer of the application.

    Args:
        app: What is behind it.
        hosts: Names it may be asked by, beside addresses.
        own: Origins of its page beside the one it is asked by.
        longest: How long a body may be, by the beginning of the path [bytes].
        book: Takes lines of the audit log.
        metrics: Takes figures.
        clock: The time.
        traced: Takes each request's method, route, status, start and end [s since 1970]; None: nobody.
    """

    app: ASGIApp
    hosts: frozenset[str]
    own: frozenset[str]
    longest: Mapping[str, int]
    book: AskBook
    metrics: Metrics
    clock: Callable[[], datetime]
    traced: Callable[[str, str, int, float, float], None] | None = field(default=None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["nonce"] = secrets.token_urlsafe(16)
        passage = _Passage(time.monotonic(), state)
        request = Request(scope)
        inside = scope

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                passage.status, passage.answered = message["status"], True
                self._dress(message, str(state["nonce"]))
            await send(message)

        try:
            most = self._longest(scope["path"])
            self._check(request, most)
            heard = self._counted(receive, passage, most)
            if request.method == "HEAD":
                head = _Head(heard, sent)
                # Whoever may read a page may ask for its head.
                inside = {**scope, "method": "GET"}
                await self.app(inside, head.receive, head.send)
            else:
                await self.app(inside, heard, sent)
        except PaichaError as err:
            if passage.answered:
                raise
            await told(err, language_for(request))(scope, receive, sent)
        finally:
            self._note(request, passage, _subject(inside))

    def _check(self, request: Request, most: int) -> None:
        headers = request.headers
        host = headers.get("host", "")
        if not self._is_ours(host):
            raise MisdirectedRequest("service.host", host=host or "-")
        if request.method not in SAFE_METHODS:
            _refuse_foreign(headers, host, self.own)
        length = headers.get("content-length", "0")
        if length.isdigit() and int(length) > most:
            raise TooLarge("service.too_large", most=most)

    def _is_ours(self, host: str) -> bool:
        found = _HOST.fullmatch(host)
        if found is None:
            return False
        name = (found[1] or found[2]).lower()
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return name in self.hosts
        return True  # an address cannot be turned to somebody else

    def _longest(self, path: str) -> int:
        fitting = [most for start, most in self.longest.items() if path.startswith(start)]
        return max(fitting, default=LONGEST_BODY)

    def _counted(self, receive: Receive, passage: _Passage, most: int) -> Receive:
        async def counted() -> Message:
            message = await receive()
            passage.received += len(message.get("body", b""))
            if passage.received > most:
                # As the framework's own error: another one it would take for a body that cannot be parsed.
                raise HTTPException(TooLarge.http_status, str(most))
            return message

        return counted

    def _dress(self, message: Message, nonce: str) -> None:
        headers = MutableHeaders(scope=message)
        for name, value in _HEADERS.items():
            headers.setdefault(name, value)
        headers.setdefault("Content-Security-Policy", policy(nonce))
        headers.setdefault("Cache-Control", "no-store")

    def _note(self, request: Request, passage: _Passage, subject: str) -> None:
        took = time.monotonic() - passage.started
        route = str(passage.state.get("route", "-"))
        self.metrics.request(request.method, route, passage.status, took)
        if self.traced is not None:
            end = self.clock().timestamp()
            self.traced(request.method, route, passage.status, end - took, end)
        caller = passage.state.get("caller", None)
        known = isinstance(caller, Caller)
        who = caller.name if isinstance(caller, Caller) else "-"
        action = f"{request.method} {route}"
        facts = {"who": who, "action": action, "subject": subject, "status": passage.status}
        # What probes ask every few seconds would hide the rest.
        quiet = route in _PROBED and passage.status < _BAD
        level = logging.DEBUG if quiet else logging.INFO
        _LOG.log(level, "request", extra={**facts, "ms": round(took * 1000, 1)})
        if (known and not quiet) or passage.status in (401, 403, 421):
            address = request.client.host if request.client else "-"
            self.book.add(Ask(self.clock(), who, address, action, subject, passage.status))


def _subject(scope: Scope) -> str:
    values = scope.get("path_params", {})
    # A hook's secret may stand in its path; a call by another method never reaches who takes it out.
    shown = [str(value) for name, value in values.items() if name != "secret"]
    return " ".join(shown)[:200] or "-"


def _refuse_foreign(headers: Headers, host: str, own: frozenset[str]) -> None:
    """Refuse a change that a browser asks for on behalf of somebody else's page."""
    origin = headers.get("origin")
    if origin is None:
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            raise Forbidden("service.origin", origin=headers["sec-fetch-site"])
        return
    if origin.partition("://")[2].lower() != host.lower() and origin.lower() not in own:
        raise Forbidden("service.origin", origin=origin[:200])


def policy(nonce: str) -> str:
    """Return what a browser may do with an answer: nothing from elsewhere, nothing inline."""
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
        "img-src 'self' data:; connect-src 'self'; font-src 'self'; manifest-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; frame-src 'self'"
    )


#: Of a report as a file of its own: its script and style, and nothing of the service's.
REPORT_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-scripts allow-popups"
)

__all__ = ["LONGEST_BODY", "REPORT_POLICY", "Gate", "policy"]
