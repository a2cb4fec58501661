"""Messages that wait for their channel: within its rate, tried again where they surely did not arrive."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from paicha.errors import (
    ChannelError,
    ChannelUnreachable,
    ChannelUnsure,
    ConfigError,
    PaichaError,
    RunMissing,
)
from paicha.locales import Text, text
from paicha.model.service import Run
from paicha.service.desk import Desk
from paicha.service.messages import channels_of, digest_of
from paicha.stores.ledger.outbox import Letter, LetterState, Outbox
from paicha.values import dataclass
from paicha.wiring.channels import Outlet

#: The first wait after a failure, doubled with each further one up to the longest [s].
_FIRST_WAIT_S, _LONGEST_WAIT_S = 5.0, 600.0
_ABOUT = "Messages that came to their end, by channel and what became of them."
_RETRIED = "Attempts at messages that did not arrive and are made again, by channel."
_ENDS: tuple[LetterState, ...] = ("sent", "gave_up", "unknown")
_LOG = logging.getLogger("paicha.service")


@dataclass(frozen=True, slots=True)
class Postman:
    """
    Sends what waits.

    Args:
        desk: Where runs are, and their notes.
        outbox: Where messages wait.
        outlets: The channels by name.
        count: Takes figures for the metrics.
        clock: The time.
    """

    desk: Desk
    outbox: Outbox
    outlets: Mapping[str, Outlet]
    count: Callable[..., None]
    clock: Callable[[], datetime]

    def begin_figures(self) -> None:
        """Let the figures of each channel begin at 0."""
        for channel in self.outlets:
            self.count("paicha_messages_retried_total", _RETRIED, 0, channel=channel)
            for state in _ENDS:
                self.count("paicha_messages_total", _ABOUT, 0, channel=channel, state=state)

    def take(self, run: Run) -> None:
        """Keep a message for each channel that hears of *run*; a second time, none."""
        channels = [name for name in channels_of(run, self.desk.settings) if name in self.outlets]
        if channels:
            self.outbox.add(run.id, channels, self.clock())

    def give_up_lost(self, *, alone: bool) -> None:
        """End messages whose sender went away while it sent them: nobody knows whether they arrived."""
        for letter in self.outbox.lost(self.clock(), alone=alone):
            why = text("messages.went_away")
            self._told(
                letter,
                "unknown",
                text("messages.gave_up.unknown", channel=letter.channel, reason=why),
            )

    def send_due(self, name: str) -> bool:
        """
        Send one message of the channel *name*; return whether there was one.

        Raises:
            LedgerError: If the ledger cannot be read or written.
        """
        outlet = self.outlets[name]
        letter = self.outbox.claim(name, self.clock(), outlet.per_minute, outlet.per_second)
        if letter is None:
            return False
        try:
            digest = digest_of(self.desk, self.desk.get(letter.run_id), outlet.settings)
            outlet.send(digest, letter.key, self.clock().timestamp())
        except RunMissing:
            self._end(letter, "gave_up", "run deleted")
        except ChannelUnsure as unsure:
            self._gave_up(letter, "unknown", unsure)
        except ChannelUnreachable as silent:
            self._later(letter, outlet, silent)
        except (ChannelError, ConfigError) as refused:
            self._gave_up(letter, "refused", refused)
        else:
            self._end(letter, "sent")
        return True

    def _later(self, letter: Letter, outlet: Outlet, why: ChannelUnreachable) -> None:
        now = self.clock()
        back_off = min(_FIRST_WAIT_S * 2 ** min(letter.tries - 1, 10), _LONGEST_WAIT_S)
        due = now + timedelta(seconds=max(why.wait_s or 0.0, back_off))
        if due > letter.created + timedelta(seconds=outlet.give_up_s):
            self._gave_up(
                letter, "late", why, hours=f"{outlet.give_up_s / 3600:g}", attempts=letter.tries
            )
            return
        self.outbox.again(letter, due, why.what)
        self.count("paicha_messages_retried_total", _RETRIED, 1, channel=letter.channel)

    def _gave_up(self, letter: Letter, kind: str, why: PaichaError, **facts: object) -> None:
        reason = text(f"errors_{why.code}.what", **why.facts)
        state: LetterState = "unknown" if kind == "unknown" else "gave_up"
        self.outbox.end(letter, state, why.what)
        words = text(f"messages.gave_up.{kind}", channel=letter.channel, reason=reason, **facts)
        self._told(letter, state, words)

    def _told(self, letter: Letter, state: str, words: Text) -> None:
        self.count("paicha_messages_total", _ABOUT, 1, channel=letter.channel, state=state)
        _LOG.warning(
            "message.gave_up",
            extra={"run": letter.run_id, "channel": letter.channel, "reason": words.en},
        )
        try:
            self.desk.note(letter.run_id, words)
        except RunMissing:
            return  # nobody is left to be told

    def _end(self, letter: Letter, state: LetterState, reason: str = "") -> None:
        self.outbox.end(letter, state, reason)
        self.count("paicha_messages_total", _ABOUT, 1, channel=letter.channel, state=state)
