"""Tokens: made once, shown once, kept as digests."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from paicha.errors import ServiceError
from paicha.model.service import Role, Token
from paicha.ports.service import TokenLedger
from paicha.service.identity import new_id

#: What a token begins with, so that a scan for secrets knows one.
PREFIX = "paicha_"
_BYTES = 32
#: So many characters of a name fit into a line of the audit log.
_LONGEST_NAME = 64
#: Whom the audit log calls so: those of the same machine who needed no token.
_TAKEN = "local"


def digest_of(shown: str) -> str:
    """
    Return what is kept of a token.

    A plain hash is enough: a token is 256 bits of chance, which nobody guesses at any speed.
    """
    return hashlib.sha256(shown.encode("utf-8", "surrogatepass")).hexdigest()


def create(
    tokens: TokenLedger, name: str, role: Role, now: datetime, days: int | None = None
) -> tuple[Token, str]:
    """
    Return a new token, and what its holder is to keep: it is not kept here.

    Raises:
        ServiceError: If the name is taken, or cannot be read as one in a list and in the audit log.
    """
    readable = name.isprintable() and 0 < len(name.strip()) == len(name) <= _LONGEST_NAME
    if not readable or name == _TAKEN:
        raise ServiceError("service.token_name", name=name, longest=_LONGEST_NAME, taken=_TAKEN)
    shown = PREFIX + secrets.token_urlsafe(_BYTES)
    expires = now + timedelta(days=days) if days else None
    token = Token(new_id(now), name, role, now, expires)
    if not tokens.add(token, digest_of(shown)):
        raise ServiceError("service.token_exists", name=name)
    return token, shown


def revoke(tokens: TokenLedger, name: str, now: datetime) -> Token:
    """
    Return the token of that name, which opens nothing any more.

    Raises:
        ServiceError: If there is none.
    """
    token = tokens.revoke(name, now)
    if token is None:
        known = ", ".join(known.name for known in tokens.all() if known.revoked is None)
        raise ServiceError("service.no_such_token", name=name, known=known or "-")
    return token
