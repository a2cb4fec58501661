"""
One small database for two systems: SQLite of the standard library, and PostgreSQL.

The SQL is what both understand, written with ``?``; times are whole microseconds since 1970, documents
are JSON text. A transaction is exclusive for writers in SQLite (``BEGIN IMMEDIATE``); in PostgreSQL rows
are locked where a statement says `Transaction.locked` asks for it.
"""

from __future__ import annotations

import queue
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, Protocol

from paicha.errors import LedgerError

System = Literal["sqlite", "postgresql"]
#: Connections kept open; more than threads that write at once is of no use.
_KEPT = 4
#: How long one transaction waits for another [s].
_PATIENCE_S = 20
#: What a connection to PostgreSQL is given where its address says nothing: a server whose machine or network went
#: away without a word is noticed within half a minute; else who waits for its answer would wait for hours.
_POSTGRESQL: Mapping[str, int] = {
    "connect_timeout": _PATIENCE_S,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 1000 * _PATIENCE_S,
}
#: Which columns there are, each with its table.
_COLUMNS: Mapping[System, str] = {
    "sqlite": "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'",
    "postgresql": "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()",
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Two programs that make the tables at once would stumble over each other; any number will do.
_CREATION_LOCK = 7_242_163


class _Connection(Protocol):
    """What both libraries' connections have in common."""

    def execute(self, sql: str, parameters: Any = ..., /) -> Any: ...
    def close(self) -> None: ...


class Transaction:
    """One open transaction; values never become part of a statement."""

    def __init__(self, connection: _Connection, system: System) -> None:
        self._connection = connection
        self._system = system

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows."""
        found: list[tuple[Any, ...]] = self._run(sql, values).fetchall()
        return found

    def run(self, sql: str, *values: object) -> int:
        """Run one statement and return how many rows it changed."""
        changed: int = self._run(sql, values).rowcount
        return changed

    def locked(self, sql: str, *values: object, skip: bool = False) -> list[tuple[Any, ...]]:
        """
        Run a SELECT and return its rows, which nobody else changes before the transaction is over.

        Args:
            sql: The statement.
            values: Its values.
            skip: Whether to pass over rows that somebody else has locked.
        """
        if self._system == "sqlite":  # a writer is alone there
            return self.rows(sql, *values)
        return self.rows(f"{sql} FOR UPDATE{' SKIP LOCKED' if skip else ''}", *values)

    def _run(self, sql: str, values: Sequence[object]) -> Any:
        words = sql if self._system == "sqlite" else sql.replace("?", "%s")
        return self._connection.execute(words, tuple(values))


class Database:
    """
    The database at one place, with a few connections; every thread may use it.

    Args:
        place: A file of SQLite, or the address of a PostgreSQL (``postgresql://…``).
    """

    def __init__(self, place: Path | str) -> None:
        self.system: System = "sqlite" if isinstance(place, Path) else "postgresql"
        self._place = place
        self._idle: queue.LifoQueue[_Connection] = queue.LifoQueue(_KEPT)
        # Writers of this process take turns: SQLite itself would let them sleep up to 0.1 s and look again.
        self._turn = threading.Lock()
        self._closed = False

    @property
    def shown(self) -> str:
        """Where it is, without anybody's password."""
        if isinstance(self._place, Path):
            return str(self._place)
        return "postgresql://…/" + self._place.rpartition("/")[2].partition("?")[0]

    def create(self, *statements: str) -> None:
        """
        Run statements that make tables which may be there already.

        Raises:
            LedgerError: If it cannot be opened or written.
        """
        with self.transaction() as transaction:
            if self.system == "postgresql":
                transaction.rows("SELECT pg_advisory_xact_lock(?)", _CREATION_LOCK)
            for statement in statements:
                transaction.run(statement)

    def lacking(self, *statements: str) -> list[str]:
        """
        Return the columns that tables which are there already do not have, as ``table.column``; nothing is changed.

        Args:
            statements: How SQLite makes those tables; the columns are the same everywhere.

        Raises:
            LedgerError: If it cannot be opened or read.
        """
        with closing(sqlite3.connect(":memory:")) as pattern:
            for statement in statements:
                pattern.execute(statement)
            wanted = pattern.execute(_COLUMNS["sqlite"]).fetchall()
        with self.transaction(writing=False) as transaction:
            there = set(transaction.rows(_COLUMNS[self.system]))
        tables = {table for table, _ in there}
        return [f"{t}.{c}" for t, c in wanted if t in tables and (t, c) not in there]

    @contextmanager
    def transaction(self, *, writing: bool = True) -> Iterator[Transaction]:
        """
        Give one transaction; it is kept at the end, and undone where the block fails.

        Args:
            writing: Whether it may change anything; in SQLite a reader then waits for no writer.

        Raises:
            LedgerError: If the database cannot be reached, read or written.
        """
        foreign = _foreign(self.system)
        connection: _Connection | None = None
        alone = writing and self.system == "sqlite"
        turn = alone and self._turn.acquire(timeout=_PATIENCE_S)
        try:
            connection = self._begun("BEGIN IMMEDIATE" if alone else "BEGIN")
            yield Transaction(connection, self.system)
            connection.execute("COMMIT")
        except foreign as err:
            _given_up(connection, foreign)
            reason = " ".join(str(err).split()) or type(err).__name__
            raise LedgerError("ledger.refused", place=self.shown, reason=reason) from err
        except BaseException:
            _given_up(connection, foreign)
            raise
        finally:
            if turn:
                self._turn.release()
        self._give_back(connection)

    def close(self) -> None:
        """Close the connections that nobody uses, and from now on those that are given back."""
        self._closed = True
        with suppress(queue.Empty):
            while True:
                self._idle.get_nowait().close()

    def _begun(self, begin: str) -> _Connection:
        """Return a connection in a new transaction; those that the server dropped meanwhile are passed over."""
        foreign = _foreign(self.system)
        while True:
            try:
                kept = self._idle.get_nowait()
            except queue.Empty:
                return self._fresh(begin)
            try:
                kept.execute(begin)
            except foreign:
                _given_up(kept, foreign)
                if self.system == "sqlite":  # it was not the connection
                    raise
            else:
                return kept

    def _fresh(self, begin: str) -> _Connection:
        fresh, foreign = self._connected(), _foreign(self.system)
        try:
            fresh.execute(begin)
        except foreign:
            _given_up(fresh, foreign)
            raise
        return fresh

    def _connected(self) -> _Connection:
        return _sqlite(self._place) if isinstance(self._place, Path) else _postgresql(self._place)

    def _give_back(self, connection: _Connection) -> None:
        try:
            self._idle.put_nowait(connection)
        except queue.Full:
            connection.close()
        if self._closed:  # while this one was used
            self.close()


def _sqlite(place: Path) -> _Connection:
    # Several threads share few connections, each of them one at a time.
    connection = sqlite3.connect(
        place, timeout=_PATIENCE_S, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # what was accepted survives a power cut
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _postgresql(address: str) -> _Connection:
    try:
        import psycopg  # noqa: PLC0415 - an extra of the package
    except ImportError as err:
        raise LedgerError("ledger.no_driver") from err
    given = psycopg.conninfo.conninfo_to_dict(address)
    place = psycopg.conninfo.make_conninfo("", **{**_POSTGRESQL, **given})
    connection = psycopg.connect(place, autocommit=True)
    connection.execute(f"SET lock_timeout = '{_PATIENCE_S}s'")
    return connection


def _foreign(system: System) -> tuple[type[Exception], ...]:
    if system == "sqlite":
        return (sqlite3.Error,)
    try:
        import psycopg  # noqa: PLC0415 - an extra of the package
    except ImportError:
        return ()
    return (psycopg.Error,)


def _given_up(connection: _Connection | None, foreign: tuple[type[Exception], ...]) -> None:
    # What failed is not used again: nobody can say in which state it is.
    if connection is not None:
        with suppress(*foreign):
            connection.execute("ROLLBACK")
        with suppress(*foreign):
            connection.close()


def micros(moment: datetime | None) -> int | None:
    """
    Return *moment* as whole microseconds since 1970.

    Example:
        >>> micros(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
        1000000
    """
    return None if moment is None else (moment - _EPOCH) // timedelta(microseconds=1)


def moment(stored: int | None) -> datetime | None:
    """Return what `micros` was given."""
    return None if stored is None else _EPOCH + timedelta(microseconds=stored)


def escaped(text: str) -> str:
    r"""
    Return *text* for LIKE with ``ESCAPE '\'``, found anywhere.

    Example:
        >>> escaped("50%")
        '%50\\%%'
    """
    for sign in ("\\", "%", "_"):
        text = text.replace(sign, "\\" + sign)
    return f"%{text}%"


def as_rows(values: Mapping[str, object]) -> tuple[str, str, tuple[object, ...]]:
    """Return the columns, the marks and the values of an INSERT."""
    return ", ".join(values), ", ".join("?" * len(values)), tuple(values.values())
