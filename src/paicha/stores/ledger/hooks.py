"""
Alerts as they came in, the groups they belong to, and the lines they become.

An alert is kept before its sender is answered; what becomes of it is decided after that, in one transaction
for a hook at a time: another worker waits for it, and a process that dies in it has decided nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from paicha.locales import Text
from paicha.stores.ledger.database import Database, Transaction, micros, moment
from paicha.stores.ledger.planned import Plan, PlanState, add_note, add_plan
from paicha.values import dataclass

TABLES = (
    """CREATE TABLE IF NOT EXISTS alert_inbox (
        id TEXT PRIMARY KEY, hook TEXT NOT NULL, event TEXT NOT NULL, alert TEXT NOT NULL,
        received BIGINT NOT NULL, place INTEGER NOT NULL, outcome TEXT NOT NULL, run_key TEXT NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS alert_inbox_by_outcome ON alert_inbox (hook, outcome, received, place)",
    "CREATE INDEX IF NOT EXISTS alert_inbox_by_event ON alert_inbox (hook, event)",
    "CREATE TABLE IF NOT EXISTS alert_hooks (hook TEXT PRIMARY KEY)",
    """CREATE TABLE IF NOT EXISTS alert_groups (
        hook TEXT NOT NULL, group_key TEXT NOT NULL, state TEXT NOT NULL, due BIGINT,
        touched BIGINT NOT NULL,
        PRIMARY KEY (hook, group_key))""",
    "CREATE INDEX IF NOT EXISTS alert_groups_by_due ON alert_groups (hook, due)",
    "CREATE TABLE IF NOT EXISTS alert_starts (run_key TEXT PRIMARY KEY, hook TEXT NOT NULL, at BIGINT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS alert_starts_by_time ON alert_starts (hook, at)",
    """CREATE TABLE IF NOT EXISTS alert_tallies (
        hook TEXT NOT NULL, run_key TEXT NOT NULL, kind TEXT NOT NULL, tally TEXT NOT NULL,
        due BIGINT NOT NULL, PRIMARY KEY (run_key, kind))""",
)
#: An alert that nothing was decided about yet.
NEW = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """
    One alert to be kept.

    Args:
        hook: Which webhook it came to.
        event: Id of its event.
        type: What kind of notice; with hook and event it is the same notice.
        alert: The alert as JSON.
    """

    hook: str
    event: str
    type: str
    alert: str

    @property
    def id(self) -> str:
        """What is the same for the same notice."""
        whole = f"{self.hook}\x1f{self.event}\x1f{self.type}"
        return hashlib.sha256(whole.encode()).hexdigest()


class Deciding:
    """One transaction that decides about alerts of one hook."""

    def __init__(self, inside: Transaction, hook: str) -> None:
        self._inside = inside
        self._hook = hook

    def new(self, limit: int) -> list[tuple[str, str, datetime]]:
        """Return id, alert as JSON and arrival of what nothing was decided about, in that order."""
        rows = self._inside.rows(
            "SELECT id, alert, received FROM alert_inbox WHERE hook = ? AND outcome = ? "
            "ORDER BY received, place, id LIMIT ?",
            self._hook,
            NEW,
            limit,
        )
        return [
            (str(identity), str(alert), arrived)
            for identity, alert, at in rows
            if (arrived := moment(at)) is not None
        ]

    def decided(self, identity: str, outcome: str, run_key: str) -> None:
        """Keep what became of an alert."""
        self._inside.run(
            "UPDATE alert_inbox SET outcome = ?, run_key = ? WHERE id = ?",
            outcome,
            run_key,
            identity,
        )

    def run_of(self, event: str) -> str:
        """Return the key of the run that the latest alert of an event is in; "": there is none."""
        rows = self._inside.rows(
            "SELECT run_key FROM alert_inbox WHERE hook = ? AND event = ? AND run_key <> '' "
            "ORDER BY received DESC, id LIMIT 1",
            self._hook,
            event,
        )
        return str(rows[0][0]) if rows else ""

    def group(self, key: str) -> str:
        """Return the state of a group as JSON; "": it has none."""
        rows = self._inside.rows(
            "SELECT state FROM alert_groups WHERE hook = ? AND group_key = ?", self._hook, key
        )
        return str(rows[0][0]) if rows else ""

    def put_group(self, key: str, state: str, due: datetime | None, now: datetime) -> None:
        """Keep the state of a group, and when something becomes of it by itself."""
        self._inside.run(
            "INSERT INTO alert_groups (hook, group_key, state, due, touched) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (hook, group_key) DO UPDATE SET "
            "state = excluded.state, due = excluded.due, touched = excluded.touched",
            self._hook,
            key,
            state,
            micros(due),
            micros(now),
        )

    def due_groups(self, now: datetime) -> list[tuple[str, str]]:
        """Return key and state of groups that are due, in the order of their times."""
        rows = self._inside.rows(
            "SELECT group_key, state FROM alert_groups WHERE hook = ? AND due <= ? ORDER BY due, group_key",
            self._hook,
            micros(now),
        )
        return [(str(key), str(state)) for key, state in rows]

    def starts_since(self, since: datetime) -> list[datetime]:
        """Return when runs of the hook were started since *since*."""
        rows = self._inside.rows(
            "SELECT at FROM alert_starts WHERE hook = ? AND at > ?", self._hook, micros(since)
        )
        return [found for (at,) in rows if (found := moment(at)) is not None]

    def plan(self, plan: Plan, now: datetime, state: PlanState = "waiting") -> None:
        """Keep that a run is started, or left out."""
        add_plan(self._inside, plan, now, state)
        if state == "waiting":
            self._inside.run(
                "INSERT INTO alert_starts (run_key, hook, at) VALUES (?, ?, ?)",
                plan.key,
                self._hook,
                micros(now),
            )

    def tally(self, run_key: str, kind: str) -> str:
        """Return a tally as JSON; "": there is none."""
        rows = self._inside.rows(
            "SELECT tally FROM alert_tallies WHERE run_key = ? AND kind = ?", run_key, kind
        )
        return str(rows[0][0]) if rows else ""

    def put_tally(self, run_key: str, kind: str, tally: str, due: datetime) -> None:
        """Keep a tally, and when it becomes a line."""
        self._inside.run(
            "INSERT INTO alert_tallies (hook, run_key, kind, tally, due) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (run_key, kind) DO UPDATE SET tally = excluded.tally",
            self._hook,
            run_key,
            kind,
            tally,
            micros(due),
        )

    def due_tallies(self, now: datetime) -> list[tuple[str, str, str]]:
        """Return run, kind and tally of those that are due."""
        rows = self._inside.rows(
            "SELECT run_key, kind, tally FROM alert_tallies WHERE hook = ? AND due <= ? "
            "ORDER BY due, run_key, kind",
            self._hook,
            micros(now),
        )
        return [(str(key), str(kind), str(tally)) for key, kind, tally in rows]

    def told(self, run_key: str, kind: str, tally: str, words: Text, now: datetime) -> None:
        """Make a tally the line *words*."""
        identity = hashlib.sha256(f"{run_key}{kind}{tally}".encode()).hexdigest()
        add_note(self._inside, identity, run_key, words, now)
        self._inside.run("DELETE FROM alert_tallies WHERE run_key = ? AND kind = ?", run_key, kind)


class Hooks:
    """The alerts in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._latest = 0

    def know(self, hooks: Iterable[str]) -> None:
        """Make sure that there is something to lock for each of *hooks*."""
        with self._database.transaction() as inside:
            for hook in hooks:
                inside.run("INSERT INTO alert_hooks (hook) VALUES (?) ON CONFLICT DO NOTHING", hook)

    def keep(self, batches: Iterable[tuple[Incoming, ...]], now: datetime) -> list[list[bool]]:
        """Keep alerts in one transaction; return for each whether it was new."""
        found: list[list[bool]] = []
        place = 0
        # A clock that stands still, or goes back, changes no order.
        self._latest = max(micros(now) or 0, self._latest + 1)
        with self._database.transaction() as inside:
            for batch in batches:
                news = []
                for one in batch:
                    place += 1
                    news.append(bool(_kept(inside, one, self._latest, place)))
                found.append(news)
        return found

    @contextmanager
    def deciding(self, hook: str) -> Iterator[Deciding]:
        """Give a transaction that decides about alerts of *hook*; one at a time."""
        with self._database.transaction() as inside:
            inside.locked("SELECT hook FROM alert_hooks WHERE hook = ?", hook)
            yield Deciding(inside, hook)

    def has_work(self, hook: str, now: datetime) -> bool:
        """Return whether something of *hook* is to be decided."""
        with self._database.transaction(writing=False) as inside:
            for sql, values in (
                ("SELECT 1 FROM alert_inbox WHERE hook = ? AND outcome = '' LIMIT 1", (hook,)),
                (
                    "SELECT 1 FROM alert_groups WHERE hook = ? AND due <= ? LIMIT 1",
                    (hook, micros(now)),
                ),
                (
                    "SELECT 1 FROM alert_tallies WHERE hook = ? AND due <= ? LIMIT 1",
                    (hook, micros(now)),
                ),
            ):
                if inside.rows(sql, *values):
                    return True
        return False

    def outcomes(self, hook: str) -> dict[str, int]:
        """Return how many alerts of *hook* came to each outcome; "": not decided yet."""
        with self._database.transaction(writing=False) as inside:
            return dict(
                inside.rows(
                    "SELECT outcome, count(*) FROM alert_inbox WHERE hook = ? GROUP BY outcome",
                    hook,
                )
            )

    def runs(self, hook: str) -> dict[str, int]:
        """Return how many alerts of *hook* are in each run, by the key of the run."""
        with self._database.transaction(writing=False) as inside:
            return dict(
                inside.rows(
                    "SELECT run_key, count(*) FROM alert_inbox WHERE hook = ? AND run_key <> '' "
                    "GROUP BY run_key",
                    hook,
                )
            )

    def forget_before(self, moment: datetime) -> int:
        """Remove alerts that came before *moment* and were decided about; return how many."""
        stamp = micros(moment)
        with self._database.transaction() as inside:
            inside.run("DELETE FROM alert_starts WHERE at < ?", stamp)
            inside.run("DELETE FROM alert_groups WHERE due IS NULL AND touched < ?", stamp)
            return inside.run("DELETE FROM alert_inbox WHERE received < ? AND outcome <> ''", stamp)


def _kept(inside: Transaction, one: Incoming, stamp: int, place: int) -> int:
    return inside.run(
        "INSERT INTO alert_inbox (id, hook, event, alert, received, place, outcome, run_key) "
        "VALUES (?, ?, ?, ?, ?, ?, '', '') ON CONFLICT DO NOTHING",
        one.id,
        one.hook,
        one.event,
        one.alert,
        stamp,
        place,
    )
