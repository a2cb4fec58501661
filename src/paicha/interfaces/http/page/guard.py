"""What the page needs to know of who asks; `paicha.interfaces.http.security` knows it."""

from __future__ import annotations

from typing import Protocol

from fastapi import Request, Response

from paicha.errors import Unauthenticated
from paicha.interfaces.http import security
from paicha.model.service import Role
from paicha.values import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    """
    Who asks.

    Args:
        name: Name of the token; ``local``: nobody needs one here.
        role: What may be done.
        signed_in: Whether a session can be ended.
    """

    name: str
    role: Role
    signed_in: bool = False


class Guard(Protocol):
    """Knows callers by their sessions."""

    def caller(self, request: Request) -> Caller | None:
        """Return who asks; None: a session is needed, and there is none."""
        ...

    def csrf(self, request: Request) -> str:
        """Return what a form of this caller must bring along."""
        ...

    def check_csrf(self, request: Request, value: str) -> None:
        """
        Refuse a form that did not come from a page of ours.

        Raises:
            Forbidden: If *value* is not what `csrf` gave.
        """
        ...

    def sign_in(self, request: Request, token: str, response: Response) -> Caller | None:
        """Begin a session for the holder of *token*; None: there is no such token."""
        ...

    def sign_out(self, request: Request, response: Response) -> None:
        """End the session."""
        ...


class DoorGuard:
    """Asks the service's own door, so that page and API let in the same people."""

    def caller(self, request: Request) -> Caller | None:
        """Return who asks; None: a session is needed, and there is none."""
        route = request.scope.get("route")
        request.state.route = getattr(route, "path", "-")
        known = security.stranger(request)
        if known is None:
            return None
        return Caller(known.name, known.role, known.way == "session")

    def csrf(self, request: Request) -> str:
        """Return what a form of this caller must bring along."""
        return security.door_of(request).csrf(_known(request))

    def check_csrf(self, request: Request, value: str) -> None:
        """
        Refuse a form that did not come from a page of ours.

        Raises:
            Forbidden: If *value* is not what `csrf` gave.
        """
        security.door_of(request).refuse_forged(_known(request), value)

    def sign_in(self, request: Request, token: str, response: Response) -> Caller | None:
        """Begin a session for the holder of *token*; None: there is no such token."""
        try:
            known = security.sign_in(request, response, token)
        except Unauthenticated:
            return None
        return Caller(known.name, known.role, signed_in=True)

    def sign_out(self, request: Request, response: Response) -> None:  # noqa: ARG002 - the cookie is all
        """End the session."""
        security.sign_out(response)


def _known(request: Request) -> security.Caller:
    # Whoever signs in is nobody yet; another page's form is kept out by its Origin.
    return security.stranger(request) or security.LOCAL
