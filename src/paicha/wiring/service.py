"""The service's ledger and folders, made from the settings."""

from __future__ import annotations

from pathlib import Path

from paicha.errors import LedgerError
from paicha.ports.service import AskLedger, RunLedger, TokenLedger
from paicha.stores.ledger import asks, hooks, outbox, planned, runs, schedules, tokens
from paicha.stores.ledger.database import Database
from paicha.values import dataclass
from paicha.wiring.settings import Settings

LEDGER_FILE = "ledger.sqlite"
#: What the tables are like; another one is written where a table changes, and with it how the older ones become so.
_TABLES_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everything the service keeps beside case files."""

    database: Database
    runs: RunLedger
    tokens: TokenLedger
    asks: AskLedger
    hooks: hooks.Hooks
    planned: planned.Planned
    outbox: outbox.Outbox
    schedules: schedules.Schedules

    def close(self) -> None:
        """Let go of its connections."""
        self.database.close()


def data_folder(settings: Settings) -> Path:
    """
    Return the folder of the service, made where it was not there.

    Raises:
        LedgerError: If it cannot be.
    """
    folder = settings.folder / Path(settings.service.data).expanduser()
    try:
        # What is in it was asked in confidence.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / "cases").mkdir(mode=0o700, exist_ok=True)
    except OSError as err:
        reason = err.strerror or str(err)
        raise LedgerError("ledger.unwritable", folder=folder, reason=reason) from err
    return folder.absolute()


def has_ledger(settings: Settings) -> bool:
    """Return whether there is a ledger already: a database is named, or the folder holds its file."""
    place = settings.folder / Path(settings.service.data).expanduser() / LEDGER_FILE
    return bool(settings.service.database.reveal()) or place.is_file()


def open_ledger(settings: Settings) -> Ledger:
    """
    Return the ledger, its tables made where they were not there.

    Raises:
        LedgerError: If it cannot be opened, or its tables are those of another version.
    """
    address = settings.service.database.reveal()
    database = Database(address or data_folder(settings) / LEDGER_FILE)
    alerts = (*hooks.TABLES, *planned.TABLES, *outbox.TABLES, *schedules.TABLES)
    lacking = database.lacking(*tokens.TABLES, *runs.TABLES, *asks.tables("sqlite"), *alerts)
    if lacking:  # whatever version it says: the first ones said none
        database.close()
        raise LedgerError("ledger.other_tables", place=database.shown, columns=", ".join(lacking))
    database.create(*tokens.TABLES)
    found = tokens.Tokens(database).tables_version(_TABLES_VERSION)
    if found != _TABLES_VERSION:
        database.close()
        raise LedgerError("ledger.other_version", place=database.shown, found=found)
    database.create(*runs.TABLES, *asks.tables(database.system), *alerts)
    return Ledger(
        database,
        runs.Runs(database),
        tokens.Tokens(database),
        asks.Asks(database),
        hooks.Hooks(database),
        planned.Planned(database),
        outbox.Outbox(database),
        schedules.Schedules(database),
    )
