"""
Who asks, and what they may do.

A program shows a token (``Authorization: Bearer paicha_…``); a browser has a session, which is a token shown
once and a signed cookie since. Only digests of tokens are kept. Where no tokens are required, whoever
reaches the service may do everything: it then listens on loopback only.

What a browser sends on its own account must come from the service's own page: `Gate` looks at ``Origin``,
and a change asked for in a session needs the session's own ``csrf`` (form field or ``X-CSRF-Token``).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import Depends, Request, Response, Security
from fastapi.security import HTTPBearer
from starlette.concurrency import run_in_threadpool

from paicha.errors import Forbidden, ServiceError, Unauthenticated
from paicha.interfaces.http.desk import desk_of
from paicha.model.service import ROLES, Role, Token
from paicha.service.tokens import digest_of
from paicha.values import dataclass
from paicha.wiring.service import Ledger
from paicha.wiring.service_reading import is_loopback, listening
from paicha.wiring.service_settings import ServiceSettings

COOKIE = "paicha_session"
CSRF_FIELD, CSRF_HEADER = "csrf", "x-csrf-token"
SESSION = timedelta(hours=12)
#: What changes nothing.
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_PARTS = 4  # of a cookie: token, end, chance, signature
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_BEARER = HTTPBearer(auto_error=False, description="A token made by `paicha tokens create`.")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the name of a token, or ``local`` where none is needed."""

    name: str
    role: Role
    way: Literal["token", "session", "local"]
    session: str = ""

    def may(self, role: Role) -> bool:
        """Return whether it may do what *role* may."""
        return ROLES.index(self.role) >= ROLES.index(role)


LOCAL = Caller("local", "admin", "local")


@dataclass(frozen=True, slots=True)
class Door:
    """
    Lets in who may come in.

    Args:
        ledger: Where tokens are kept.
        required: Whether one is needed.
        secure: Whether browsers reach it by HTTPS only.
        key: Signs sessions; every worker over one ledger has the same.
        clock: The time.
    """

    ledger: Ledger
    required: bool
    secure: bool
    key: bytes
    clock: Callable[[], datetime]

    @staticmethod
    def of(settings: ServiceSettings, ledger: Ledger, clock: Callable[[], datetime]) -> Door:
        """
        Return the door that the settings ask for.

        Raises:
            ServiceError: If no token is to be needed, and others than this machine could ask.
        """
        required = tokens_required(settings)
        secure = settings.external_url.startswith("https://")
        key = ledger.tokens.signing_key(secrets.token_hex(32))
        return Door(ledger, required, secure, key.encode(), clock)

    def caller(self, request: Request) -> Caller:
        """
        Return who sends *request*.

        Raises:
            Unauthenticated: If nobody that is known.
        """
        scheme, _, shown = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and shown:
            token = self._shown(shown)
            return Caller(token.name, token.role, "token")
        cookie = request.cookies.get(COOKIE, "")
        caller = self._of_session(cookie) if cookie else None
        if caller is not None:
            return caller
        if self.required:
            raise Unauthenticated("service.no_token")
        return LOCAL

    def sign_in(self, shown: str) -> tuple[Caller, str]:
        """
        Return who shows the token, and the cookie of a new session.

        Raises:
            Unauthenticated: If it is no token that is valid.
        """
        token = self._shown(shown)
        end = int((self.clock() + SESSION).timestamp())
        said = f"{token.id}.{end}.{secrets.token_hex(16)}"
        cookie = f"{said}.{self._signed('session', said)}"
        return Caller(token.name, token.role, "session", said), cookie

    def csrf(self, caller: Caller) -> str:
        """Return what a form of *caller* carries."""
        return self._signed("csrf", caller.session)

    def refuse_forged(self, caller: Caller, shown: str) -> None:
        """
        Do nothing when what *shown* holds is the session's own.

        Raises:
            Forbidden: If it is not.
        """
        if not hmac.compare_digest(shown.encode(), self.csrf(caller).encode()):
            raise Forbidden("service.csrf")

    def _of_session(self, cookie: str) -> Caller | None:
        parts = cookie.split(".")
        if len(parts) != _PARTS or not parts[1].isascii() or not parts[1].isdigit():
            return None
        said, signature = cookie.rpartition(".")[::2]
        if not hmac.compare_digest(signature.encode(), self._signed("session", said).encode()):
            return None
        if self.clock().timestamp() >= int(parts[1]):
            return None
        token = self._valid(self.ledger.tokens.by_id(parts[0]))
        return Caller(token.name, token.role, "session", said) if token else None

    def _shown(self, shown: str) -> Token:
        known = self.ledger.tokens.by_digest(digest_of(shown.strip()), self.clock())
        token = self._valid(known)
        if token is None:
            raise Unauthenticated("service.bad_token")
        return token

    def _valid(self, token: Token | None) -> Token | None:
        return token if token is not None and token.allows("read", self.clock()) else None

    def _signed(self, purpose: str, words: str) -> str:
        return hmac.new(self.key, f"{purpose}:{words}".encode(), hashlib.sha256).hexdigest()


def tokens_required(settings: ServiceSettings) -> bool:
    """
    Return whether a token is needed.

    Raises:
        ServiceError: If none is to be needed, and others than this machine could ask.
    """
    place = listening(settings.listen)
    alone = place is not None and is_loopback(place[0])
    if settings.tokens == "off" and not alone:
        raise ServiceError("service.open_door", listen=settings.listen)
    return settings.tokens == "required" or not alone


def door_of(request: Request) -> Door:
    """Return the door of the application that serves *request*."""
    door: Door = request.app.state.door
    return door


def csrf_of(request: Request) -> str:
    """Return what a form on the page carries in its field ``csrf``."""
    caller: Caller = request.state.caller
    return door_of(request).csrf(caller)


def sign_in(request: Request, response: Response, shown: str) -> Caller:
    """
    Begin a session on *response* for whoever shows this token, and return who it is.

    Raises:
        Unauthenticated: If it is no token that is valid.
    """
    door = door_of(request)
    caller, cookie = door.sign_in(shown)
    response.set_cookie(
        COOKIE,
        cookie,
        max_age=int(SESSION.total_seconds()),
        httponly=True,
        secure=door.secure or request.url.scheme == "https",
        samesite="lax",  # a link in a message must open the report
    )
    request.state.caller = caller
    return caller


def sign_out(response: Response) -> None:
    """End the session on *response*."""
    response.delete_cookie(COOKIE, httponly=True, samesite="lax")


def allowed(role: Role) -> Callable[..., Awaitable[Caller]]:
    """Return a dependency that gives the caller, and refuses one that may not do what *role* may."""

    async def check(request: Request, _shown: Annotated[object, Security(_BEARER)]) -> Caller:
        door, route = door_of(request), request.scope.get("route")
        request.state.route = getattr(route, "path", "-")
        caller = await run_in_threadpool(door.caller, request)
        request.state.caller = caller
        if not caller.may(role):
            raise Forbidden("service.role", role=role, name=caller.name, has=caller.role)
        if caller.way == "session" and request.method not in SAFE_METHODS:
            door.refuse_forged(caller, await _csrf_shown(request))
        return caller

    return check


async def _csrf_shown(request: Request) -> str:
    if CSRF_HEADER in request.headers:
        return request.headers[CSRF_HEADER]
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _FORMS:
        return ""
    shown = (await request.form()).get(CSRF_FIELD, "")
    return shown if isinstance(shown, str) else ""


Reader = Annotated[Caller, Depends(allowed("read"))]
Runner = Annotated[Caller, Depends(allowed("run"))]
Admin = Annotated[Caller, Depends(allowed("admin"))]


def stranger(request: Request) -> Caller | None:
    """Return who asks; None when nobody that is known: for pages that show a way to sign in instead."""
    try:
        caller = door_of(request).caller(request)
    except Unauthenticated:
        return None
    request.state.caller = caller
    return caller


__all__ = [
    "COOKIE",
    "Admin",
    "Caller",
    "Door",
    "Reader",
    "Runner",
    "allowed",
    "csrf_of",
    "desk_of",
    "sign_in",
    "sign_out",
    "stranger",
]
