"""The list of runs and the queue in it, as `paicha.ports.service.RunLedger`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import msgspec

from paicha.decoding import decode
from paicha.locales import Text, text
from paicha.model.question import Window
from paicha.model.service import (
    MOST_ATTEMPTS,
    STATES,
    Headline,
    Note,
    Run,
    RunProgress,
    RunRequest,
    State,
)
from paicha.stores.ledger.database import Database, Transaction, as_rows, escaped, micros, moment

TABLES = (
    """CREATE TABLE IF NOT EXISTS runs (
        id TEXT PRIMARY KEY, request_key TEXT UNIQUE, state TEXT NOT NULL, words TEXT NOT NULL,
        created BIGINT NOT NULL, started BIGINT, ended BIGINT, window_start BIGINT, window_end BIGINT,
        attempts INTEGER NOT NULL, owner TEXT NOT NULL, lease BIGINT, cancelling INTEGER NOT NULL,
        told INTEGER NOT NULL,
        stage TEXT NOT NULL, done BIGINT NOT NULL, total BIGINT,
        request TEXT NOT NULL, reason TEXT, headline TEXT)""",
    "CREATE INDEX IF NOT EXISTS runs_by_state ON runs (state, id)",
    "CREATE INDEX IF NOT EXISTS runs_by_end ON runs (told, ended)",
    """CREATE TABLE IF NOT EXISTS run_notes (
        run_id TEXT NOT NULL, at BIGINT NOT NULL, place INTEGER NOT NULL, words TEXT NOT NULL,
        PRIMARY KEY (run_id, place))""",
)
_COLUMNS = (
    "id, state, created, started, ended, window_start, window_end, attempts, cancelling, "
    "stage, done, total, request, reason, headline"
)
_ALL = f"SELECT {_COLUMNS} FROM runs "  # noqa: S608 - constants
_Kind = TypeVar("_Kind")


class Runs:
    """The runs in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, run: Run, key: str, most: int) -> Run | None:
        """Keep a queued run; see the port."""
        with self._database.transaction() as inside:
            if key and (known := inside.rows(f"{_ALL} WHERE request_key = ?", key)):
                return _with_notes(inside, known[0])
            [(waiting,)] = inside.rows("SELECT count(*) FROM runs WHERE state = 'queued'")
            if waiting >= most:
                return None
            columns, marks, values = as_rows(_stored(run, key))
            added = inside.run(
                f"INSERT INTO runs ({columns}) VALUES ({marks}) ON CONFLICT DO NOTHING",  # noqa: S608 - names of columns
                *values,
            )
            if added:
                return run
            # Another worker kept the same key at the same moment.
            return _with_notes(inside, inside.rows(f"{_ALL} WHERE request_key = ?", key)[0])

    def get(self, run_id: str) -> Run | None:
        """Return the run of that id; None when there is none."""
        with self._database.transaction(writing=False) as inside:
            return _one(inside, run_id)

    def search(self, text: str, state: State | None, before: str, limit: int) -> tuple[Run, ...]:
        """Return runs, latest first; see the port."""
        conditions: list[str] = ["1 = 1"]
        values: list[object] = []
        for word in text.lower().split():
            conditions.append("words LIKE ? ESCAPE '\\'")
            values.append(escaped(word))
        for condition, value in (("state = ?", state), ("id < ?", before)):
            if value:
                conditions.append(condition)
                values.append(value)
        where = " AND ".join(conditions)
        with self._database.transaction(writing=False) as inside:
            rows = inside.rows(f"{_ALL} WHERE {where} ORDER BY id DESC LIMIT ?", *values, limit)
            return tuple(_with_notes(inside, row) for row in rows)

    def counts(self) -> dict[State, int]:
        """Return how many runs there are in each state."""
        with self._database.transaction(writing=False) as inside:
            found = dict(inside.rows("SELECT state, count(*) FROM runs GROUP BY state"))
        return {state: found.get(state, 0) for state in STATES}

    def claim(self, owner: str, now: datetime, lease_s: float) -> Run | None:
        """Take the oldest queued run; see the port."""
        with self._database.transaction() as inside:
            waiting = inside.locked(
                "SELECT id FROM runs WHERE state = 'queued' ORDER BY id LIMIT 1", skip=True
            )
            if not waiting:
                return None
            [(run_id,)] = waiting
            inside.run(
                "UPDATE runs SET state = 'running', owner = ?, lease = ?, started = ?, "
                "attempts = attempts + 1, stage = '', done = 0, total = NULL WHERE id = ?",
                owner,
                micros(now + timedelta(seconds=lease_s)),
                micros(now),
                run_id,
            )
            return _one(inside, run_id)

    def renew(
        self, run_id: str, owner: str, now: datetime, lease_s: float, progress: RunProgress
    ) -> bool | None:
        """Prolong the lease; see the port."""
        with self._database.transaction() as inside:
            changed = inside.run(
                "UPDATE runs SET lease = ?, stage = ?, done = ?, total = ? "
                "WHERE id = ? AND owner = ? AND state = 'running'",
                micros(now + timedelta(seconds=lease_s)),
                progress.stage,
                progress.done,
                progress.total,
                run_id,
                owner,
            )
            if not changed:
                return None
            [(cancelling,)] = inside.rows("SELECT cancelling FROM runs WHERE id = ?", run_id)
            return bool(cancelling)

    def finish(
        self,
        run_id: str,
        owner: str,
        now: datetime,
        state: State,
        *,
        reason: Text | None = None,
        headline: Headline | None = None,
        before: Callable[[], None] | None = None,
    ) -> Run | None:
        """End a run, or put it back; see the port."""
        with self._database.transaction() as inside:
            its = inside.locked(
                "SELECT words FROM runs WHERE id = ? AND owner = ? AND state = 'running'",
                run_id,
                owner,
            )
            if not its:
                return None
            if before is not None:
                before()
            inside.run(
                "UPDATE runs SET state = ?, ended = ?, reason = ?, headline = ?, words = ?, "
                "owner = '', lease = NULL, attempts = attempts - ? WHERE id = ?",
                state,
                None if state == "queued" else micros(now),
                _json(reason),
                _json(headline),
                its[0][0] + _headline_words(headline),
                # Put back on purpose it was no attempt: nothing is wrong with it.
                1 if state == "queued" else 0,
                run_id,
            )
            return _one(inside, run_id)

    def recover(self, now: datetime, owner: str = "") -> tuple[Run, ...]:
        """Put runs of workers that are gone back; see the port."""
        with self._database.transaction() as inside:
            gone = inside.locked(
                "SELECT id, attempts, cancelling FROM runs WHERE state = 'running' "
                "AND (lease < ? OR owner = ? OR ? = '*') ORDER BY id",
                micros(now),
                owner or "-",
                owner,
                skip=True,
            )
            for run_id, attempts, cancelling in gone:
                state: State = "queued" if attempts < MOST_ATTEMPTS else "failed"
                reason = text(
                    "service.reason.begun_again" if state == "queued" else "service.reason.lost"
                )
                if cancelling:
                    state, reason = "cancelled", text("service.reason.cancelled")
                inside.run(
                    "UPDATE runs SET state = ?, ended = ?, reason = ?, owner = '', lease = NULL "
                    "WHERE id = ?",
                    state,
                    None if state == "queued" else micros(now),
                    _json(reason),
                    run_id,
                )
            found = (_one(inside, run_id) for run_id, _, _ in gone)
            return tuple(run for run in found if run is not None)

    def ask_to_cancel(self, run_id: str, now: datetime, reason: Text) -> Run | None:
        """End a queued run, or ask its worker to; see the port."""
        with self._database.transaction() as inside:
            inside.run(
                "UPDATE runs SET state = 'cancelled', ended = ?, reason = ? "
                "WHERE id = ? AND state = 'queued'",
                micros(now),
                _json(reason),
                run_id,
            )
            inside.run("UPDATE runs SET cancelling = 1 WHERE id = ? AND state = 'running'", run_id)
            return _one(inside, run_id)

    def note(self, run_id: str, note: Note) -> Run | None:
        """Add a line to a run; see the port."""
        with self._database.transaction() as inside:
            there = inside.locked("SELECT id FROM runs WHERE id = ?", run_id)
            if not there:
                return None
            inside.run(
                "INSERT INTO run_notes (run_id, at, place, words) VALUES "
                "(?, ?, (SELECT count(*) FROM run_notes WHERE run_id = ?), ?)",
                run_id,
                micros(note.at),
                run_id,
                _json(note.text),
            )
            return _one(inside, run_id)

    def delete(self, run_id: str) -> bool:
        """Forget a run that is over; see the port."""
        with self._database.transaction() as inside:
            gone = inside.run(
                "DELETE FROM runs WHERE id = ? AND state IN ('done', 'failed', 'cancelled')", run_id
            )
            if gone:
                inside.run("DELETE FROM run_notes WHERE run_id = ?", run_id)
            return bool(gone)

    def untold(self, before: datetime, limit: int) -> tuple[Run, ...]:
        """Return runs that ended and that nobody has told of; see the port."""
        with self._database.transaction(writing=False) as inside:
            rows = inside.rows(
                f"{_ALL} WHERE told = 0 AND ended < ? ORDER BY ended, id LIMIT ?",
                micros(before),
                limit,
            )
            return tuple(_with_notes(inside, row) for row in rows)

    def mark_told(self, run_id: str) -> None:
        """Keep that everybody has heard of the end of a run."""
        with self._database.transaction() as inside:
            inside.run("UPDATE runs SET told = 1 WHERE id = ?", run_id)

    def ended_before(self, moment: datetime, limit: int) -> tuple[Run, ...]:
        """Return runs that came to their end before *moment*, earliest first."""
        with self._database.transaction(writing=False) as inside:
            rows = inside.rows(
                f"{_ALL} WHERE ended < ? ORDER BY ended, id LIMIT ?", micros(moment), limit
            )
            return tuple(_with_notes(inside, row) for row in rows)


def _one(inside: Transaction, run_id: str) -> Run | None:
    rows = inside.rows(f"{_ALL} WHERE id = ?", run_id)
    return _with_notes(inside, rows[0]) if rows else None


def _with_notes(inside: Transaction, row: tuple[Any, ...]) -> Run:
    run = _run(row)
    rows = inside.rows("SELECT at, words FROM run_notes WHERE run_id = ? ORDER BY place", run.id)
    notes = []
    for at, words in rows:
        when, told = moment(at), _read(words, Text)
        assert when is not None
        assert told is not None
        notes.append(Note(when, told))
    return replace(run, notes=tuple(notes))


def _run(row: tuple[Any, ...]) -> Run:
    (run_id, state, created, started, ended, first, last, attempts, cancelling, *rest) = row
    stage, done, total, request, reason, headline = rest
    start, end, asked, when = (
        moment(first),
        moment(last),
        _read(request, RunRequest),
        moment(created),
    )
    assert asked is not None
    assert when is not None
    return Run(
        id=run_id,
        state=state,
        request=asked,
        created=when,
        window=Window(start, end) if start and end else None,
        started=moment(started),
        ended=moment(ended),
        attempts=attempts,
        reason=_read(reason, Text),
        headline=_read(headline, Headline),
        progress=RunProgress(stage, done, total),
        cancelling=bool(cancelling),
    )


def _stored(run: Run, key: str) -> dict[str, object]:
    window = run.window
    return {
        "id": run.id,
        "request_key": key or None,
        "state": run.state,
        "words": _words(run).replace("\0", ""),
        "created": micros(run.created),
        "window_start": micros(window.start) if window else None,
        "window_end": micros(window.end) if window else None,
        "attempts": run.attempts,
        "owner": "",
        "cancelling": 0,
        "told": 0,
        "stage": "",
        "done": 0,
        "request": _json(run.request),
    }


def _words(run: Run) -> str:
    """Return what a search looks through, in small letters."""
    asked = run.request
    parts = (run.id, asked.title, asked.profile, asked.asked_by, asked.trigger, asked.where)
    return "\n".join((*parts, *asked.sources, *asked.hosts, *asked.services)).lower()


def _headline_words(headline: Headline | None) -> str:
    if headline is None:
        return ""
    texts = (headline.verdict, *(problem.title for problem in headline.top))
    return "\n" + "\n".join(f"{words.zh}\n{words.en}" for words in texts).lower()


def _json(value: object) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


def _read(stored: str | None, kind: type[_Kind]) -> _Kind | None:
    return None if stored is None else decode(stored, kind)
