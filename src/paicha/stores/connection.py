"""
DuckDB connections that can see nothing but their one file.

Log text is data in a case, and whoever may query a case may not read the machine with it: no other file,
no extension, no changed setting.
"""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

_SEALED = {
    "enable_external_access": "false",
    "python_enable_replacements": "false",  # a name in a query is never a Python variable
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    # Tables larger than this go through a folder beside the case; with what else a run holds it is below a gigabyte.
    "memory_limit": "600MB",
}
#: While a file is made nothing of it need outlast the machine: it has no name yet, and goes if its making ends.
_UNSYNCED = {"fsync_mode": "NONE"}
#: So often it is heard whether a query is to be ended [s].
_HEARS_EVERY_S = 0.1
#: Two threads that open one file at once must not come between each other's two statements.
_SEALING = threading.Lock()


def connect(path: Path, *, read_only: bool, synced: bool = True) -> duckdb.DuckDBPyConnection:
    """
    Return a sealed connection to the database at *path*, in UTC.

    Args:
        path: Where it is.
        read_only: Whether nothing is written.
        synced: Whether every commit waits for the disk; where not, whoever writes calls `sync` in the end.

    Raises:
        duckdb.Error: If it cannot be opened; the caller knows what that means.
        OSError: If its path is not UTF-8.
    """
    # An absolute path, because DuckDB takes the start of a relative one ("md:…") for a service.
    place = str(path.absolute())
    if not _is_utf8(place):  # DuckDB would not even say so
        raise OSError(errno.EILSEQ, "its path is not UTF-8")
    settings = _SEALED if synced else _SEALED | _UNSYNCED
    connection = duckdb.connect(place, read_only=read_only, config=dict(settings))
    try:
        with _SEALING:
            _seal(connection)
    except duckdb.Error:
        connection.close()
        raise
    return connection


def sync(path: Path) -> None:
    """
    Wait until what was written to the file at *path* is on the disk.

    Raises:
        OSError: If it cannot be.
    """
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _seal(connection: duckdb.DuckDBPyConnection) -> None:
    # Connections of one process to one file share what is set globally: the first of them seals all.
    [locked] = connection.execute("SELECT current_setting('lock_configuration')").fetchall()
    if locked == (False,):
        connection.execute("SET GLOBAL TimeZone = 'UTC'")
        connection.execute("SET lock_configuration = true")


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def first_line(error: duckdb.Error) -> str:
    """Return what DuckDB says, without the picture of the statement and without a full stop."""
    said = str(error).partition("\nLINE ")[0]
    return " ".join(said.split()).rstrip(".!")


def rows_of(
    connection: duckdb.DuckDBPyConnection, statement: str, *parameters: str
) -> list[tuple[Any, ...]]:
    """Return all rows of a statement: a result half read blocks the connection."""
    rows: list[tuple[Any, ...]] = connection.execute(statement, list(parameters)).fetchall()
    return rows


def table_of(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[object] = ()
) -> pa.Table:
    """
    Return the rows of one statement.

    In the thread that hears signals it can be ended by them: the database itself hears of none before it is done.
    """

    def ask() -> pa.Table:
        return connection.sql(sql, params=list(parameters)).to_arrow_table()

    if threading.current_thread() is not threading.main_thread():
        return ask()
    with ThreadPoolExecutor(1) as beside:
        asked = beside.submit(ask)
        try:
            while not wait((asked,), _HEARS_EVERY_S).done:
                pass
        except BaseException:
            while not wait((asked,), _HEARS_EVERY_S).done:
                connection.interrupt()
            raise
        return asked.result()


def statement_kinds(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[str, ...]:
    """
    Return the kind of every statement in *sql* (``SELECT``, ``INSERT``, …).

    Raises:
        duckdb.Error: If it is not SQL.
    """
    return tuple(statement.type.name for statement in connection.extract_statements(sql))


@contextmanager
def at_one_stroke(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let what the block writes be there together or not at all; the disk is waited for once."""
    connection.execute("BEGIN")
    try:
        yield
    except BaseException:
        with suppress(duckdb.Error):  # a disk that is full refuses this as well
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
