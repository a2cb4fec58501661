"""The ways in, as `paicha.ports.service.TokenLedger`: only digests of tokens are kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from paicha.model.service import Token
from paicha.stores.ledger.database import Database, as_rows, micros, moment

TABLES = (
    """CREATE TABLE IF NOT EXISTS tokens (
        id TEXT PRIMARY KEY, name TEXT UNIQUE NOT NULL, role TEXT NOT NULL, digest TEXT UNIQUE NOT NULL,
        created BIGINT NOT NULL, expires BIGINT, revoked BIGINT, used BIGINT)""",
    "CREATE TABLE IF NOT EXISTS ledger_keys (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
)
_ALL = "SELECT id, name, role, created, expires, revoked, used FROM tokens "
#: That a token was used is written down so often at most: reading must not become writing.
_USED_EVERY = timedelta(minutes=1)


class Tokens:
    """The tokens in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def tables_version(self, now: str) -> str:
        """Return which version of the tables this ledger has; one that says none has *now*'s, and says so from here on."""
        said = "SELECT value FROM ledger_keys WHERE name = 'tables'"
        with self._database.transaction(writing=False) as inside:
            found = inside.rows(said)
        if not found:
            with self._database.transaction() as inside:
                inside.run(
                    "INSERT INTO ledger_keys (name, value) VALUES ('tables', ?) ON CONFLICT DO NOTHING",
                    now,
                )
                found = inside.rows(said)
        return str(found[0][0])

    def add(self, token: Token, digest: str) -> bool:
        """Keep a token; return whether its name was free."""
        kept = {
            "id": token.id,
            "name": token.name,
            "role": token.role,
            "digest": digest,
            "created": micros(token.created),
            "expires": micros(token.expires),
        }
        columns, marks, values = as_rows(kept)
        with self._database.transaction() as inside:
            added = inside.run(
                f"INSERT INTO tokens ({columns}) VALUES ({marks}) ON CONFLICT DO NOTHING",  # noqa: S608 - names of columns
                *values,
            )
            return bool(added)

    def by_digest(self, digest: str, now: datetime) -> Token | None:
        """Return the token with that digest, and keep that it was used."""
        token = self._one("digest = ?", digest)
        if token is None or (token.used is not None and now - token.used < _USED_EVERY):
            return token
        with self._database.transaction() as inside:
            inside.run("UPDATE tokens SET used = ? WHERE id = ?", micros(now), token.id)
        return token

    def by_id(self, token_id: str) -> Token | None:
        """Return the token of that id; None when there is none."""
        return self._one("id = ?", token_id)

    def signing_key(self, fresh: str) -> str:
        """Return what sessions are signed with: *fresh* where there was none."""
        with self._database.transaction() as inside:
            inside.run(
                "INSERT INTO ledger_keys (name, value) VALUES ('sessions', ?) ON CONFLICT DO NOTHING",
                fresh,
            )
            [(key,)] = inside.rows("SELECT value FROM ledger_keys WHERE name = 'sessions'")
            return str(key)

    def all(self) -> tuple[Token, ...]:
        """Return all of them, by name."""
        with self._database.transaction(writing=False) as inside:
            return tuple(_token(row) for row in inside.rows(f"{_ALL} ORDER BY name"))

    def revoke(self, name: str, now: datetime) -> Token | None:
        """Let the token of that name open nothing any more."""
        with self._database.transaction() as inside:
            inside.run(
                "UPDATE tokens SET revoked = ? WHERE name = ? AND revoked IS NULL",
                micros(now),
                name,
            )
            rows = inside.rows(f"{_ALL} WHERE name = ?", name)
            return _token(rows[0]) if rows else None

    def _one(self, condition: str, value: str) -> Token | None:
        with self._database.transaction(writing=False) as inside:
            rows = inside.rows(f"{_ALL} WHERE {condition}", value)
            return _token(rows[0]) if rows else None


def _token(row: tuple[Any, ...]) -> Token:
    token_id, name, role, created, expires, revoked, used = row
    made = moment(created)
    assert made is not None
    return Token(token_id, name, role, made, moment(expires), moment(revoked), moment(used))
