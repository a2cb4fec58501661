"""`paicha tokens` and `paicha asked`: who may come in, and who asked what."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import Enum
from typing import Annotated

import typer

from paicha.interfaces.cli import options
from paicha.interfaces.cli.console import put, say
from paicha.interfaces.cli.help_texts import Command, Group
from paicha.interfaces.cli.session import Session, open_session
from paicha.locales import message
from paicha.model.service import Token
from paicha.renderers.visible import visible
from paicha.service import tokens as making
from paicha.wiring.service import Ledger, open_ledger

tokens_app = typer.Typer(cls=Group, no_args_is_help=True)


class RoleChoice(Enum):
    """What a token may do."""

    READ = "read"
    RUN = "run"
    ADMIN = "admin"


Name = Annotated[str, typer.Argument(metavar="NAME")]
Role = Annotated[RoleChoice, typer.Option("--role")]
Days = Annotated[int | None, typer.Option("--days", min=1, max=36_500, metavar="N")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=100_000, metavar="N")]
Who = Annotated[str, typer.Option("--who", metavar="NAME")]


@tokens_app.command("create", cls=Command)
def create(
    name: Name,
    role: Role = RoleChoice.READ,
    days: Days = None,
    lang: options.Lang = None,
    config: options.Config = None,
) -> int:
    """Make a token and print it: it is shown this once."""
    with _ledger(open_session(config, lang)) as (session, ledger):
        _, shown = making.create(ledger.tokens, name, role.value, datetime.now(UTC), days)
    say("token_made", session.language, name=name, role=role.value)
    put(shown)
    return 0


@tokens_app.command("list", cls=Command)
def listed(lang: options.Lang = None, config: options.Config = None) -> int:
    """List the tokens: name, role, state, made, last used, end."""
    with _ledger(open_session(config, lang)) as (session, ledger):
        every = ledger.tokens.all()
        if not every:
            say("no_tokens", session.language)
        for token in every:
            state = message(f"cli.token_state.{_state(token)}", session.language)
            used = _minute(token.used) or "-"
            ends = _minute(token.expires) or "-"
            words = (visible(token.name), token.role, state, _minute(token.created), used, ends)
            put("\t".join(words))
    return 0


@tokens_app.command("revoke", cls=Command)
def revoke(name: Name, lang: options.Lang = None, config: options.Config = None) -> int:
    """Let a token open nothing any more, at once."""
    with _ledger(open_session(config, lang)) as (session, ledger):
        making.revoke(ledger.tokens, name, datetime.now(UTC))
    say("token_revoked", session.language, name=name)
    return 0


def asked(
    limit: Limit = 50,
    who: Who = "",
    lang: options.Lang = None,
    config: options.Config = None,
) -> int:
    """Show who asked the service what, latest first: time, name, address, request, subject, status."""
    with _ledger(open_session(config, lang)) as (session, ledger):
        asks = ledger.asks.read(0, limit, who)
        if not asks:
            say("nobody_asked", session.language)
        for ask in asks:
            words = (ask.who, ask.address, ask.action, ask.subject, str(ask.status))
            put("\t".join((f"{ask.at:%Y-%m-%dT%H:%M:%SZ}", *map(visible, words))))
    return 0


@contextmanager
def _ledger(session: Session) -> Iterator[tuple[Session, Ledger]]:
    ledger = open_ledger(session.settings)
    try:
        yield session, ledger
    finally:
        ledger.close()


def _state(token: Token) -> str:
    if token.revoked is not None:
        return "revoked"
    return "valid" if token.allows("read", datetime.now(UTC)) else "expired"


def _minute(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%dT%H:%MZ}" if moment else ""
