"""The Protocols of the service's ledger. Every method is one transaction; raises only `LedgerError`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from paicha.locales import Text
from paicha.model.service import Ask, Headline, Note, Run, RunProgress, State, Token


class RunLedger(Protocol):
    """The list of runs, and the queue in it."""

    def add(self, run: Run, key: str, most: int) -> Run | None:
        """
        Keep a queued run; return it, or the one that was kept under *key* before.

        None: *most* runs are queued already, and nothing was kept. An empty *key* is no key.
        """
        ...

    def get(self, run_id: str) -> Run | None:
        """Return the run of that id; None when there is none."""
        ...

    def search(self, text: str, state: State | None, before: str, limit: int) -> tuple[Run, ...]:
        """Return runs, latest first, whose words hold *text*, with ids below *before* ("": any)."""
        ...

    def counts(self) -> dict[State, int]:
        """Return how many runs there are in each state; states without a run too."""
        ...

    def claim(self, owner: str, now: datetime, lease_s: float) -> Run | None:
        """Take the oldest queued run for *owner*, now running; None when none waits."""
        ...

    def renew(
        self, run_id: str, owner: str, now: datetime, lease_s: float, progress: RunProgress
    ) -> bool | None:
        """Prolong the lease; return whether somebody asked to cancel, None when the run is no longer its."""
        ...

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
        """
        End a run of *owner*, or put it back with state ``queued``; None when it is no longer its.

        *before* is called inside the transaction, once it is sure that the run is its.
        """
        ...

    def recover(self, now: datetime, owner: str = "") -> tuple[Run, ...]:
        """
        Put runs whose lease is over back into the queue, or end them after the last attempt.

        Args:
            now: The time.
            owner: A worker that is known to be gone: its runs are taken whatever their lease says;
                ``*``: every worker's.
        """
        ...

    def ask_to_cancel(self, run_id: str, now: datetime, reason: Text) -> Run | None:
        """End a queued run, or ask the worker of a running one to; None when there is none."""
        ...

    def note(self, run_id: str, note: Note) -> Run | None:
        """Add a line to a run; None when there is none."""
        ...

    def delete(self, run_id: str) -> bool:
        """Forget a run that is over; return whether it was there and over."""
        ...

    def untold(self, before: datetime, limit: int) -> tuple[Run, ...]:
        """Return runs that ended before that moment and that nobody has told of, earliest first."""
        ...

    def mark_told(self, run_id: str) -> None:
        """Keep that everybody who wants to know has heard of the end of a run."""
        ...

    def ended_before(self, moment: datetime, limit: int) -> tuple[Run, ...]:
        """Return runs that came to their end before *moment*, earliest first."""
        ...


class TokenLedger(Protocol):
    """The ways in."""

    def add(self, token: Token, digest: str) -> bool:
        """Keep a token by the digest of what its holder has; return whether its name was free."""
        ...

    def by_digest(self, digest: str, now: datetime) -> Token | None:
        """Return the token with that digest, and keep that it was used; None when there is none."""
        ...

    def by_id(self, token_id: str) -> Token | None:
        """Return the token of that id; None when there is none."""
        ...

    def signing_key(self, fresh: str) -> str:
        """Return what sessions are signed with: *fresh* where there was none."""
        ...

    def all(self) -> Sequence[Token]:
        """Return all of them, by name."""
        ...

    def revoke(self, name: str, now: datetime) -> Token | None:
        """Let the token of that name open nothing any more; None when there is none."""
        ...


class AskLedger(Protocol):
    """The audit log."""

    def add(self, asks: Sequence[Ask]) -> None:
        """Keep some lines."""
        ...

    def read(self, before: int, limit: int, who: str) -> Sequence[Ask]:
        """Return lines with ids below *before* (0: any), latest first; *who* "": everybody's."""
        ...

    def forget_before(self, moment: datetime) -> int:
        """Remove lines older than *moment*; return how many."""
        ...
