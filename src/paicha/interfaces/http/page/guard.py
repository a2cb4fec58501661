"""What the page needs to know of who asks; `paicha.interfaces.http.security` knows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from paicha.model.service import Role


@dataclass(frozen=True, slots=True)
class Caller:
    """
    Who asks.

    Args:
        name: Name of the token; "": nobody needs one here.
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


class LocalGuard:
    """Lets everybody in who reaches the service: where no tokens are required."""

    def caller(self, request: Request) -> Caller | None:  # noqa: ARG002 - everybody
        """Return the one caller there is."""
        return Caller("", "admin")

    def csrf(self, request: Request) -> str:  # noqa: ARG002
        """Return nothing: there is no session to abuse."""
        return ""

    def check_csrf(self, request: Request, value: str) -> None:
        """Refuse nothing."""

    def sign_in(self, request: Request, token: str, response: Response) -> Caller | None:  # noqa: ARG002
        """Return the one caller there is."""
        return Caller("", "admin")

    def sign_out(self, request: Request, response: Response) -> None:
        """Do nothing."""
