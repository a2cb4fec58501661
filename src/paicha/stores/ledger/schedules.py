"""Until when each schedule was seen to; two workers that look at once decide once."""

from __future__ import annotations

from datetime import datetime

from paicha.stores.ledger.database import Database, micros, moment
from paicha.stores.ledger.planned import Plan, add_plan

TABLES = (
    "CREATE TABLE IF NOT EXISTS schedule_state (name TEXT PRIMARY KEY, cron TEXT NOT NULL, seen BIGINT NOT NULL)",
)


class Schedules:
    """The schedules in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def seen(self, name: str, cron: str, now: datetime) -> datetime:
        """Return until when *name* was seen to; from *now* on where it is new or runs at other times."""
        with self._database.transaction() as inside:
            rows = inside.rows("SELECT cron, seen FROM schedule_state WHERE name = ?", name)
            if rows and rows[0][0] == cron:
                return moment(rows[0][1]) or now
            inside.run(
                "INSERT INTO schedule_state (name, cron, seen) VALUES (?, ?, ?) "
                "ON CONFLICT (name) DO UPDATE SET cron = excluded.cron, seen = excluded.seen",
                name,
                cron,
                micros(now),
            )
            return now

    def advance(self, name: str, before: datetime, to: datetime, plan: Plan) -> bool:
        """Plan a run and keep that *name* was seen to until *to*; False: somebody else did."""
        with self._database.transaction() as inside:
            won = inside.run(
                "UPDATE schedule_state SET seen = ? WHERE name = ? AND seen = ?",
                micros(to),
                name,
                micros(before),
            )
            if won:
                add_plan(inside, plan, to)
        return bool(won)
