"""How PostgreSQL starts, in a cluster of its own that nobody else sees."""

from __future__ import annotations

import secrets
from pathlib import Path

import psycopg
from tests.servers.catalogue import ServerEntry
from tests.servers.process import RunningServer, Start, free_port

USER = "paicha"


def postgresql(_entry: ServerEntry, folder: Path) -> Start:
    """Return how it starts: nothing is kept, so nothing waits for the disk."""
    port = free_port()
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: len(place.parts))
    make = f"{programs}/initdb -D data -A trust -U {USER} -E UTF8 --no-sync >/dev/null"
    settings = "-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
    run = f"exec {programs}/postgres -D data -p {port} {settings}"
    argv = ["sh", "-c", f"{make} && {run}"]
    return Start(argv, port, _answers, {"LC_ALL": "C.UTF-8"}, as_nobody=True, scheme="postgresql")


def _answers(url: str) -> bool:
    try:
        psycopg.connect(f"{url}/postgres?user={USER}", connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def new_database(server: RunningServer) -> str:
    """Return the address of a new, empty database."""
    name = f"ledger_{secrets.token_hex(6)}"
    with psycopg.connect(f"{server.url}/postgres?user={USER}", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"{server.url.replace('://', f'://{USER}@')}/{name}"
