"""
Runs that hooks and schedules decided on, and lines for runs, until the desk has taken them.

A decision is kept in the transaction that made it; carrying it out may be repeated, since the desk takes one
key once. What somebody carries out just now is claimed for a minute.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from paicha.decoding import decode
from paicha.locales import Text
from paicha.model.service import RunRequest
from paicha.stores.ledger.database import Database, Transaction, micros
from paicha.values import dataclass

TABLES = (
    """CREATE TABLE IF NOT EXISTS planned_runs (
        key TEXT PRIMARY KEY, request TEXT NOT NULL, words TEXT NOT NULL, state TEXT NOT NULL,
        due BIGINT NOT NULL, run_id TEXT NOT NULL, decided BIGINT NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS planned_runs_by_state ON planned_runs (state, due)",
    """CREATE TABLE IF NOT EXISTS planned_notes (
        id TEXT PRIMARY KEY, run_key TEXT NOT NULL, words TEXT NOT NULL, due BIGINT NOT NULL)""",
)
#: Who claimed something and went away is waited for so long.
_CLAIM = timedelta(seconds=60)

PlanState = Literal["waiting", "submitted", "refused", "left_out"]


@dataclass(frozen=True, slots=True)
class Plan:
    """One run that was decided on."""

    key: str
    request: RunRequest
    words: tuple[Text, ...]  # lines that it begins with


@dataclass(frozen=True, slots=True)
class PlannedNote:
    """One line for the run of a plan."""

    id: str
    run_id: str
    words: Text


def add_plan(inside: Transaction, plan: Plan, now: datetime, state: PlanState = "waiting") -> None:
    """Keep a plan; one that is there under its key stays as it is."""
    inside.run(
        "INSERT INTO planned_runs (key, request, words, state, due, run_id, decided) "
        "VALUES (?, ?, ?, ?, ?, '', ?) ON CONFLICT DO NOTHING",
        plan.key,
        msgspec.json.encode(plan.request).decode(),
        msgspec.json.encode(plan.words).decode(),
        state,
        micros(now),
        micros(now),
    )


def add_note(inside: Transaction, identity: str, run_key: str, words: Text, now: datetime) -> None:
    """Keep a line for the run of the plan *run_key*; one that is there under its id stays as it is."""
    inside.run(
        "INSERT INTO planned_notes (id, run_key, words, due) VALUES (?, ?, ?, ?) "
        "ON CONFLICT DO NOTHING",
        identity,
        run_key,
        msgspec.json.encode(words).decode(),
        micros(now),
    )


class Planned:
    """The plans in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, now: datetime, limit: int = 20) -> list[Plan]:
        """Return plans that are due, earliest first; nobody else gets them for a minute."""
        if not self._any("planned_runs WHERE state = 'waiting' AND due <= ?", micros(now)):
            return []
        with self._database.transaction() as inside:
            rows = inside.locked(
                "SELECT key, request, words FROM planned_runs "
                "WHERE state = 'waiting' AND due <= ? ORDER BY due, key LIMIT ?",
                micros(now),
                limit,
                skip=True,
            )
            for row in rows:
                inside.run(
                    "UPDATE planned_runs SET due = ? WHERE key = ?", micros(now + _CLAIM), row[0]
                )
        return [
            Plan(key, decode(request, RunRequest), decode(words, tuple[Text, ...]))
            for key, request, words in rows
        ]

    def _any(self, where: str, *values: object) -> bool:
        with self._database.transaction(writing=False) as inside:
            return bool(inside.rows(f"SELECT 1 FROM {where} LIMIT 1", *values))  # noqa: S608 - constants

    def submitted(self, key: str, run_id: str) -> None:
        """Keep which run a plan became."""
        self._end(key, "submitted", run_id)

    def refused(self, key: str) -> None:
        """Keep that the desk will never take it."""
        self._end(key, "refused", "")

    def _end(self, key: str, state: PlanState, run_id: str) -> None:
        with self._database.transaction() as inside:
            inside.run(
                "UPDATE planned_runs SET state = ?, run_id = ? WHERE key = ? AND state = 'waiting'",
                state,
                run_id,
                key,
            )
            if state == "refused":
                inside.run("DELETE FROM planned_notes WHERE run_key = ?", key)

    def again(self, key: str, due: datetime) -> None:
        """Let a plan be tried again at *due*."""
        with self._database.transaction() as inside:
            inside.run("UPDATE planned_runs SET due = ? WHERE key = ?", micros(due), key)

    def claim_notes(self, now: datetime) -> list[PlannedNote]:
        """Return lines whose runs are there; nobody else gets them for a minute."""
        there = "planned_notes n JOIN planned_runs r ON r.key = n.run_key WHERE n.due <= ? AND r.run_id <> ''"
        if not self._any(there, micros(now)):
            return []
        with self._database.transaction() as inside:
            rows = inside.rows(
                "SELECT n.id, r.run_id, n.words FROM planned_notes n "
                "JOIN planned_runs r ON r.key = n.run_key "
                "WHERE n.due <= ? AND r.run_id <> '' ORDER BY n.due, n.id LIMIT 50",
                micros(now),
            )
            mine = [
                row
                for row in rows
                if inside.run(
                    "UPDATE planned_notes SET due = ? WHERE id = ? AND due <= ?",
                    micros(now + _CLAIM),
                    row[0],
                    micros(now),
                )
            ]
        return [
            PlannedNote(identity, run_id, decode(words, Text)) for identity, run_id, words in mine
        ]

    def noted(self, identity: str) -> None:
        """Forget a line that was written."""
        with self._database.transaction() as inside:
            inside.run("DELETE FROM planned_notes WHERE id = ?", identity)

    def states(self) -> dict[str, int]:
        """Return how many plans there are in each state that has one."""
        with self._database.transaction(writing=False) as inside:
            return dict(inside.rows("SELECT state, count(*) FROM planned_runs GROUP BY state"))

    def forget_before(self, moment: datetime) -> int:
        """Remove what was decided before *moment* and is over; return how many plans."""
        with self._database.transaction() as inside:
            inside.run("DELETE FROM planned_notes WHERE due < ?", micros(moment))
            return inside.run(
                "DELETE FROM planned_runs WHERE decided < ? AND state <> 'waiting'", micros(moment)
            )
