"""
Messages that are to be sent, one for each run and channel, ever.

``waiting → sending → sent``; a refusal ends it as ``gave_up``. A message in ``sending`` whose sender is gone
may have arrived: it ends as ``unknown`` and is not sent again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

from paicha.stores.ledger.database import Database, micros, moment
from paicha.values import dataclass

TABLES = (
    """CREATE TABLE IF NOT EXISTS outbox (
        run_id TEXT NOT NULL, channel TEXT NOT NULL, state TEXT NOT NULL, created BIGINT NOT NULL,
        due BIGINT NOT NULL, tries INTEGER NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (run_id, channel))""",
    "CREATE INDEX IF NOT EXISTS outbox_by_state ON outbox (channel, state, due)",
    "CREATE TABLE IF NOT EXISTS outbox_channels (channel TEXT PRIMARY KEY)",
    "CREATE TABLE IF NOT EXISTS outbox_sends (channel TEXT NOT NULL, at BIGINT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS outbox_sends_by_time ON outbox_sends (channel, at)",
)
_MINUTE = timedelta(minutes=1)
#: Whoever is still sending after this long is gone.
_SENDING = timedelta(minutes=5)

LetterState = Literal["waiting", "sending", "sent", "gave_up", "unknown"]


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one channel."""

    run_id: str
    channel: str
    created: datetime
    tries: int

    @property
    def key(self) -> str:
        """What is the same for every attempt."""
        return f"{self.run_id}:{self.channel}"


class Outbox:
    """The messages in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def know(self, channels: Iterable[str]) -> None:
        """Make sure that there is something to lock for each of *channels*."""
        with self._database.transaction() as inside:
            for channel in channels:
                inside.run(
                    "INSERT INTO outbox_channels (channel) VALUES (?) ON CONFLICT DO NOTHING",
                    channel,
                )

    def add(self, run_id: str, channels: Iterable[str], now: datetime) -> int:
        """Keep a message for each of *channels*; return how many were not there."""
        with self._database.transaction() as inside:
            return sum(
                inside.run(
                    "INSERT INTO outbox (run_id, channel, state, created, due, tries, reason) "
                    "VALUES (?, ?, 'waiting', ?, ?, 0, '') ON CONFLICT DO NOTHING",
                    run_id,
                    channel,
                    micros(now),
                    micros(now),
                )
                for channel in channels
            )

    def claim(self, channel: str, now: datetime, per_minute: int, per_second: int) -> Letter | None:
        """
        Take the next message of *channel*, now being sent; None: none is due, or the rate is used up.

        Args:
            channel: Which.
            now: The time.
            per_minute: Attempts within a minute at most; 0: any number.
            per_second: Attempts within a second at most; 0: any number.
        """
        with self._database.transaction(writing=False) as inside:
            due = (
                "SELECT 1 FROM outbox WHERE channel = ? AND state = 'waiting' AND due <= ? LIMIT 1"
            )
            if not inside.rows(due, channel, micros(now)):
                return None
        with self._database.transaction() as inside:
            inside.locked("SELECT channel FROM outbox_channels WHERE channel = ?", channel)
            rows = inside.rows(
                "SELECT run_id, created, tries FROM outbox WHERE channel = ? AND state = 'waiting' "
                "AND due <= ? ORDER BY due, run_id LIMIT 1",
                channel,
                micros(now),
            )
            if not rows:
                return None
            inside.run("DELETE FROM outbox_sends WHERE at <= ?", micros(now - _MINUTE))
            for most, since in ((per_minute, _MINUTE), (per_second, timedelta(seconds=1))):
                [(sent,)] = inside.rows(
                    "SELECT count(*) FROM outbox_sends WHERE channel = ? AND at > ?",
                    channel,
                    micros(now - since),
                )
                if most and sent >= most:
                    return None
            run_id, created, tries = rows[0]
            inside.run("INSERT INTO outbox_sends (channel, at) VALUES (?, ?)", channel, micros(now))
            inside.run(
                "UPDATE outbox SET state = 'sending', tries = tries + 1, due = ? "
                "WHERE run_id = ? AND channel = ?",
                micros(now + _SENDING),
                run_id,
                channel,
            )
            return Letter(run_id, channel, moment(created) or now, tries + 1)

    def end(self, letter: Letter, state: LetterState, reason: str = "") -> None:
        """Keep what became of a message."""
        self._move(letter, state, reason, None)

    def again(self, letter: Letter, due: datetime, reason: str) -> None:
        """Let it be tried again at *due*."""
        self._move(letter, "waiting", reason, due)

    def _move(self, letter: Letter, state: str, reason: str, due: datetime | None) -> None:
        with self._database.transaction() as inside:
            inside.run(
                "UPDATE outbox SET state = ?, reason = ?, due = coalesce(?, due) "
                "WHERE run_id = ? AND channel = ? AND state = 'sending'",
                state,
                reason[:500],
                micros(due),
                letter.run_id,
                letter.channel,
            )

    def lost(self, now: datetime, *, alone: bool = False) -> list[Letter]:
        """
        End messages whose sender is gone as ``unknown``, and return them.

        Args:
            now: The time.
            alone: Whether nobody else sends, so that none can be on its way.
        """
        condition, values = ("", ()) if alone else (" AND due <= ?", (micros(now),))
        with self._database.transaction() as inside:
            rows = inside.locked(
                f"SELECT run_id, channel, created, tries FROM outbox WHERE state = 'sending'{condition}",  # noqa: S608 - constants
                *values,
            )
            for run_id, channel, _, _ in rows:
                inside.run(
                    "UPDATE outbox SET state = 'unknown' WHERE run_id = ? AND channel = ?",
                    run_id,
                    channel,
                )
        return [Letter(run, channel, moment(at) or now, n) for run, channel, at, n in rows]

    def states(self) -> dict[tuple[str, str], int]:
        """Return how many messages there are by channel and state."""
        with self._database.transaction(writing=False) as inside:
            rows = inside.rows(
                "SELECT channel, state, count(*) FROM outbox GROUP BY channel, state"
            )
        return {(channel, state): n for channel, state, n in rows}

    def forget_before(self, moment: datetime) -> int:
        """Remove messages that were made before *moment* and are over; return how many."""
        with self._database.transaction() as inside:
            return inside.run(
                "DELETE FROM outbox WHERE created < ? AND state IN ('sent', 'gave_up', 'unknown')",
                micros(moment),
            )
