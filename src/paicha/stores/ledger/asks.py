"""The audit log, as `paicha.ports.service.AskLedger`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from paicha.model.service import Ask
from paicha.stores.ledger.database import Database, System, micros, moment

_COLUMNS = "at, who, address, action, subject, status"
_NUMBERED: dict[System, str] = {
    "sqlite": "INTEGER PRIMARY KEY AUTOINCREMENT",
    "postgresql": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
}


def tables(system: System) -> tuple[str, ...]:
    """Return the statements that make its table; numbering is where the systems differ."""
    return (
        f"""CREATE TABLE IF NOT EXISTS asks (id {_NUMBERED[system]}, at BIGINT NOT NULL,
            who TEXT NOT NULL, address TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL,
            status INTEGER NOT NULL)""",
    )


class Asks:
    """The lines of the audit log in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, asks: Sequence[Ask]) -> None:
        """Keep some lines."""
        insert = f"INSERT INTO asks ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"  # noqa: S608 - names of columns
        with self._database.transaction() as inside:
            for a in asks:
                inside.run(insert, micros(a.at), a.who, a.address, a.action, a.subject, a.status)

    def read(self, before: int, limit: int, who: str) -> tuple[Ask, ...]:
        """Return lines with ids below *before*, latest first; see the port."""
        with self._database.transaction(writing=False) as inside:
            rows = inside.rows(
                f"SELECT {_COLUMNS}, id FROM asks "  # noqa: S608 - names of columns
                "WHERE (? = 0 OR id < ?) AND (? = '' OR who = ?) ORDER BY id DESC LIMIT ?",
                before,
                before,
                who,
                who,
                limit,
            )
        return tuple(_ask(row) for row in rows)

    def forget_before(self, moment: datetime) -> int:
        """Remove lines older than *moment*; return how many."""
        with self._database.transaction() as inside:
            return inside.run("DELETE FROM asks WHERE at < ?", micros(moment))


def _ask(row: tuple[Any, ...]) -> Ask:
    at, who, address, action, subject, status, number = row
    when = moment(at)
    assert when is not None
    return Ask(when, who, address, action, subject, status, number)
